"""Files of publishers, in their forms, written from the tables of the package."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from localarea.datasets.enterprises import read_enterprises
from localarea.datasets.jobs import read_jobs
from localarea.datasets.zones import read_zones

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localarea.datasets.store import DataStore


def names_of_zones(store: DataStore, **names: str) -> str:
    """Write the Library's list of MSOAs, with other names for some."""
    newer, older = (read_zones(one, store=store) for one in ("msoa21", "msoa11"))
    rows = [
        (code, row["ons_name"], "", names.get(str(code), row["name"]), "",
         "Present in 2011" if code in older.index else "New in 2021")
        for code, row in newer.iterrows()
    ]  # fmt: skip
    header = ("msoa21cd", "msoa21nm", "msoa21nmw", "msoa21hclnm", "msoa21hclnmw", "type")
    return "\ufeff" + _csv(header, rows)


def jobs_of_nomis(store: DataStore, year: int, more: int = 0) -> str:
    """Write the survey as Nomis's query page does; the first figure has some jobs more."""
    jobs = read_jobs(store=store).pivot_table("employees", "msoa21cd", "industry", sort=True)
    header = ["2021 super output area - middle layer", "mnemonic"]
    header += [f"{n} : {name} ({chr(64 + n)})" for n, name in enumerate(jobs.columns, start=1)]
    rows = [[f"Place {code}", code, *map(int, jobs.loc[code])] for code in jobs.index]
    rows[0][2] = int(rows[0][2]) + more
    above = [
        ["Business Register and Employment Survey : open access"],
        ["ONS Crown Copyright Reserved [from Nomis on 1 December 2026]"],
        [],
        ["date", str(year)],
        ["employment status", "Employees"],
        [],
    ]
    below = [[], ["", "Figures are rounded."]]
    return _csv((), [*above, header, *rows, *below])


def enterprises_by_year(store: DataStore, year: int) -> str:
    """Write the counts with a column for each year, and another year like the last."""
    counts = read_enterprises(store=store).pivot_table("enterprises", "lad25cd", "year")
    header = ("Code", "Name", *map(str, counts.columns), str(year))
    rows = [
        (code, f"District {code}", *map(int, counts.loc[code]), int(counts.loc[code].iloc[-1]))
        for code in counts.index
    ]
    return _csv(header, [("K02000001", "UNITED KINGDOM", *("1",) * (len(header) - 2)), *rows])


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([header] if header else [])
    writer.writerows(rows)
    return text.getvalue()
