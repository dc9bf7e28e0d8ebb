"""
Compute the options of every district of England and Wales, and rank one council's among them.

    python scripts/council_sweep.py [--out sweep.csv] [--page docs/council-sweep.md] [--workers 2]

The work runs on a local Dask cluster. ``--from sweep.csv`` writes the page of tables computed
before, and ``--took`` says how long those took.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import pandas as pd
from sweeping import SWEPT, sweep_districts

from localarea.options.region_options import OF_REGION
from localarea.options.reserving import RESERVING
from localarea.options.titles import join_names

ANCHOR = "Colchester"
HEADINGS = {
    "district": "The district alone",
    "districts": "The district and those that border it",
    "ttwa-official": "Official travel to work area of 2011",
    "ttwa-computed": "Travel to work area, recalculated",
    "ttwa-cluster": "Travel to work area with those it is linked to",
    "catchment": "Zones of which 15% or more commute to the district",
    "drive-30": "Within 30 minutes by car",
    "drive-45": "Within 45 minutes by car",
    "composite": "Linked by commuting and within 45 minutes by car",
    "reserve-own": "The authority's own area",
    "reserve-county": "The county that it lies within",
    "reserve-bordering": "Its county with those that border it",
    "ttwa-region": "Official areas mostly inside the mandate",
    "composite-region": "Most self-contained region of both halves",
}
RANKED = {
    "supply_side": ("Supply-side self-containment 2011", "{:.1%}", False),
    "demand_side": ("Demand-side self-containment 2011", "{:.1%}", False),
    "supply_side_2021": ("Supply-side 2021 (lockdown)", "{:.1%}", False),
    "employed_residents": ("Residents at work 2011", "{:,.0f}", False),
    "minutes_p90": ("Minutes that nine in ten live within", "{:.0f}", True),
}
RANKED_FOR_RESERVING = ("employed_residents", "districts_touched")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def main() -> None:
    """Compute, or read what was computed before, and write what was asked for."""
    parser = argparse.ArgumentParser(description="Compute the options of every district.")
    parser.add_argument("--out", type=Path, help="CSV file for the whole table")
    parser.add_argument("--page", type=Path, help="Markdown page to write")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--from", type=Path, nargs="+", dest="sources", help="tables of --out")
    parser.add_argument("--took", default="", help="how long the tables of --from took")
    arguments = parser.parse_args()
    if arguments.sources:
        table = pd.concat([pd.read_csv(path, na_filter=True) for path in arguments.sources])
        table["fault"] = table["fault"].fillna("")
        took = arguments.took
    else:
        table, seconds = _computed(arguments.workers)
        took = f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"
        took += f" on {arguments.workers} Dask workers of one core each"
    if arguments.out:
        table.to_csv(arguments.out, index=False)
    if arguments.page:
        arguments.page.write_text(_page(table, took), encoding="utf-8")


def _computed(workers: int) -> tuple[pd.DataFrame, float]:
    from distributed import Client, LocalCluster
    from rich.progress import Progress

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
        Progress(transient=True) as progress,
    ):
        bar = progress.add_task("Districts", total=None)
        started = time.perf_counter()
        table = sweep_districts(
            client=client,
            progress=lambda done, of: progress.update(bar, completed=done, total=of),
        )
        return table, time.perf_counter() - started


def _page(table: pd.DataFrame, took: str) -> str:
    found = table[table["fault"] == ""]
    lines = [
        f"# {ANCHOR}'s options among those of all districts",
        "",
        *_of_what(table),
        "",
        "`python scripts/council_sweep.py --page docs/council-sweep.md` computes them and writes",
        "this page. Rank 1 is the highest share or number, and for minutes the shortest; equal",
        "figures share a rank." + (f" It took {took}, travel times included." if took else ""),
        "",
        *_missing(found),
        "",
    ]
    for option in SWEPT:
        rows = found[found["option"] == option]
        lines += [f"## {HEADINGS[option]} (`{option}`)", "", *_ranks(rows), ""]
    return "\n".join([*lines, *_reserving(found), *_of_region(found), *_passing(found), ""])


def _of_what(table: pd.DataFrame) -> list[str]:
    """Say which options were computed for how many districts, and which have no figures."""
    count = table.groupby("option")["district"].nunique()
    every, english = count[SWEPT[0]], count[RESERVING[0]]
    stated = sorted(table.loc[table["option"].isin(OF_REGION), "district"].unique())
    faults = table[table["fault"] != ""]
    lines = [
        f"Each of the {every} districts of England and Wales as the anchor, with every method:",
        "",
        f"- {_number(SWEPT)} options for social value measures for all {every},",
        f"- the {_number(RESERVING)} areas to which contracts may be reserved for the {english} in "
        "England,",
        f"- the {_number(OF_REGION)} options for a mandate's region where a council's file states "
        f"one: {join_names(stated)}.",
        "",
    ]
    if faults.empty:
        return [*lines, f"All {len(table):,} areas have figures: no council failed."]
    said = [f"- {row.district}, `{row.option}`: {row.fault}" for row in faults.itertuples()]
    have = len(table) - len(faults)
    return [*lines, f"{have:,} of {len(table):,} areas have figures. Those without:", "", *said]


def _number(options: tuple[str, ...]) -> str:
    return NUMBERS[len(options)]


def _missing(found: pd.DataFrame) -> list[str]:
    """Say which figures are missing, and why."""
    missing = found[found["minutes_p90"].isna()]
    if missing.empty:
        return []
    areas = [
        f"{district} ({', '.join(f'`{option}`' for option in rows['option'])})"
        for district, rows in missing.groupby("district")
    ]
    return [
        f"Minutes are missing for {join_names(areas)}: no road leads to all zones of these areas, "
        "so it is one district fewer that is ranked.",
    ]


def _reserving(found: pd.DataFrame) -> list[str]:
    lines = [
        "## Areas for reserving contracts",
        "",
        f"| area | figure | {ANCHOR} | rank | of | median | highest | lowest |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for option in RESERVING:
        rows = found[found["option"] == option]
        for name in RANKED_FOR_RESERVING:
            heading = "Districts" if name == "districts_touched" else RANKED[name][0]
            cells = _cells(rows, name, "{:,.0f}", ascending=False)
            lines.append(f"| {HEADINGS[option]} (`{option}`) | {heading} | {' | '.join(cells)} |")
    return [*lines, ""]


def _of_region(found: pd.DataFrame) -> list[str]:
    """Return the figures of the options for a mandate's region."""
    rows = found[found["option"].isin(OF_REGION)]
    lines = ["## Where a council's file states the area of its mandate", ""]
    lines += ["| option | district | supply side | demand side | residents at work |"]
    lines += ["|---|---|---|---|---|"]
    lines += [
        f"| {HEADINGS[row.option]} (`{row.option}`) | {row.district} | {row.supply_side:.1%} | "
        f"{row.demand_side:.1%} | {row.employed_residents:,.0f} |"
        for row in rows.itertuples()
    ]
    return [*lines, ""]


def _passing(found: pd.DataFrame) -> list[str]:
    passing = found[found["valid"].eq(True)].groupby("option")["district"].nunique()
    count = found.groupby("option")["district"].nunique()
    return [
        "## How many pass the official test",
        "",
        "`ttwa-computed` and `ttwa-cluster` join zones and areas until they pass, so all do.",
        "",
        "| option | districts whose area passes | of |",
        "|---|---|---|",
        *(f"| {HEADINGS[o]} (`{o}`) | {int(passing.get(o, 0))} | {count[o]} |" for o in SWEPT),
    ]


def _ranks(rows: pd.DataFrame) -> list[str]:
    lines = [
        f"| figure | {ANCHOR} | rank | of | median | highest | lowest |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (heading, form, ascending) in RANKED.items():
        lines.append(f"| {heading} | {' | '.join(_cells(rows, name, form, ascending))} |")
    return lines


def _cells(rows: pd.DataFrame, name: str, form: str, ascending: bool) -> list[str]:
    """Return the anchor's figure, its rank, of how many, the median, and the two ends."""
    known: Any = pd.to_numeric(rows.set_index("district")[name]).dropna()
    rank = int(known.rank(ascending=ascending, method="min")[ANCHOR])
    ends = [_end(known, known.max(), form), _end(known, known.min(), form)]
    return [
        form.format(known[ANCHOR]),
        str(rank),
        str(len(known)),
        form.format(known.median()),
        *ends,
    ]


def _end(known: Any, value: float, form: str) -> str:
    """Write an end of a column, with the district that has it or how many share it."""
    names = sorted(known[known == value].index)
    return f"{form.format(value)} ({names[0] if len(names) == 1 else f'{len(names)} districts'})"


if __name__ == "__main__":
    main()
