"""
Employees by zone and industry, in files of the Business Register and Employment Survey.

Nomis offers the survey as a table with a column for each industry, with lines above and notes
below, and by its API as one row for each figure. Both are read, and a table without those lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa

from localarea.datasets.publishers._counts import counts_of
from localarea.datasets.publishers._delimited import Faults
from localarea.datasets.publishers._opening import as_path
from localarea.datasets.publishers._sheets import TextTable, read_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_CODE: Final = re.compile(r"[EW]02\d{6}")
_AREAS: Final = ("msoa21cd", "geography code", "mnemonic", "msoa11cd", "area code", "code")
_INDUSTRY: Final = re.compile(r"\((?:Part )?[A-Z].*\)$")
_NUMBERED: Final = re.compile(r"^\d+\s*:\s*")
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
_NEEDS: Final = "a code of MSOAs (MSOA21CD, mnemonic or GEOGRAPHY_CODE) and industries"


@dataclass(frozen=True, slots=True)
class JobsFile:
    """
    Employees in a file.

    Attributes
    ----------
    jobs : pandas.DataFrame
        ``msoa21cd``, ``industry`` (without the letters of its sections) and ``employees``.
    withheld : int
        Number of figures that the publisher withheld; they count as none.
    """

    jobs: pd.DataFrame
    year: int | None
    withheld: int


def read_jobs_file(path: str | Path) -> JobsFile:
    """
    Read employees by MSOA and broad industry.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV from Nomis, plain or as .gz or .zip.

    Returns
    -------
    JobsFile
        The figures as published, which are rounded.

    Raises
    ------
    FileFormatError
        If the file is not a table.
    SchemaError
        If it lacks a column, or has invalid codes or counts; lists every fault.
    """
    sheet = read_sheet(as_path(path), _is_header, _NEEDS)
    long = _long(sheet)
    faults = Faults(f"jobs {sheet.name}")
    strange = long["code"][~long["code"].map(lambda code: bool(_CODE.fullmatch(code)))]
    faults.rows(len(strange), "have no code of an MSOA", strange.unique()[:3].tolist())
    counts = counts_of(pa.array(long["count"].tolist(), pa.string()))
    bad = long["count"][counts.unreadable]
    faults.rows(len(bad), "have no number of employees", bad.head(3).tolist())
    industry = long["industry"].str.replace(_NUMBERED, "", regex=True)
    industry = industry.str.replace(r"\s*\((?:Part )?[A-Z].*\)$", "", regex=True).str.strip()
    found = pd.DataFrame(
        {"msoa21cd": long["code"], "industry": industry, "employees": counts.persons}
    )
    twice = found.duplicated(["msoa21cd", "industry"])
    faults.rows(
        int(twice.sum()), "repeat a zone and an industry", found["industry"][twice].head(3).tolist()
    )
    if found.empty:
        faults.add("there are no figures in it")
    faults.stop()
    return JobsFile(found, _year_of(sheet), int(counts.suppressed.sum()))


def _is_header(cells: Sequence[str]) -> bool:
    coded = any(cell in _AREAS for cell in cells)
    long = "industry name" in cells and "obs value" in cells
    return coded and (long or sum(_is_industry(cell) for cell in cells) > 1)


def _is_industry(cell: str) -> bool:
    return bool(re.search(r"\((?:part )?[a-z][^()]*\)$", cell)) and not cell.startswith("total")


def _long(sheet: TextTable) -> pd.DataFrame:
    code = sheet.column(*_AREAS)
    industry, value = sheet.column("industry name"), sheet.column("obs value")
    rows = sheet.rows
    if industry and value:
        measure = sheet.column("measures name")
        if measure:  # the same figures again, as shares
            rows = rows[rows[measure].str.casefold().isin(["value", ""])]
        rows = rows[~rows[industry].str.casefold().str.contains("total")]
        return rows[[code, industry, value]].set_axis(["code", "industry", "count"], axis=1)
    industries = [name for name in rows.columns if _INDUSTRY.search(name)]
    long = rows.melt(code, industries, "industry", "count")
    return long.rename(columns={code: "code"})


def _year_of(sheet: TextTable) -> int | None:
    """Return the year in a column of dates, in the lines above, or in the file's name."""
    date = sheet.column("date name", "date")
    if date:
        years = set(sheet.rows[date].str.extract(r"(20\d\d)")[0].dropna())
        return int(years.pop()) if len(years) == 1 else None
    stated = [line for line in sheet.above if line.casefold().startswith("date ")]
    for text in (*stated, sheet.name.replace("_", " ")):
        found = _YEAR.search(re.sub(r"(?<=[a-z])(?=20\d\d)", " ", text))
        if found:
            return int(found[0])
    return None
