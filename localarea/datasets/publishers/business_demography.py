"""
Active enterprises by district, in tables of the ONS's Business Demography.

The publisher's table has a column for each year; some extracts have one row for each district and
year. Both are read.
"""

from __future__ import annotations

import re
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

_AREAS: Final = ("code", "area code", "geography code", "ladcd", "lad code", "geography", "region")
_COUNTS: Final = ("count", "enterprises", "active enterprises", "obs value", "value")
_YEARS: Final = ("year", "date", "time")
_YEAR: Final = re.compile(r"20\d\d")
_DISTRICT: Final = re.compile(r"(?:E0[6-9]|W06|S12|N09)\d{6}")
_NEEDS: Final = "a code of districts, and a year and a count, or a column for each year"


def read_enterprises_file(path: str | Path) -> pd.DataFrame:
    """
    Read active enterprises by district and year.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV, plain or as .gz or .zip.

    Returns
    -------
    pandas.DataFrame
        ``code`` (of districts alone: counties, regions and countries are left out), ``year`` and
        ``enterprises``.

    Raises
    ------
    FileFormatError
        If the file is not a table.
    SchemaError
        If it lacks a column, has invalid counts, or no district; lists every fault.
    """
    sheet = read_sheet(as_path(path), _is_header, _NEEDS)
    long = _long(sheet)
    faults = Faults(f"enterprises {sheet.name}")
    long = long[long["code"].map(lambda code: bool(_DISTRICT.fullmatch(code)))]
    counts = counts_of(pa.array(long["count"].tolist(), pa.string()))
    bad = long["count"][counts.unreadable]
    faults.rows(len(bad), "have no number of enterprises", bad.head(3).tolist())
    strange = long["year"][~long["year"].map(lambda year: bool(_YEAR.fullmatch(year)))]
    faults.rows(len(strange), "have no year", strange.head(3).tolist())
    twice = long.duplicated(["code", "year"])
    faults.rows(
        int(twice.sum()), "repeat a district and a year", long["code"][twice].head(3).tolist()
    )
    if long.empty:
        faults.add("there is no district in it")
    faults.stop()
    kept = ~counts.suppressed
    return pd.DataFrame(
        {
            "code": long["code"].to_numpy()[kept],
            "year": long["year"].to_numpy()[kept].astype("int64"),
            "enterprises": counts.persons[kept],
        }
    )


def _is_header(cells: Sequence[str]) -> bool:
    coded = any(cell in _AREAS or re.fullmatch(r"lad\d\dcd", cell) for cell in cells)
    long = any(cell in _YEARS for cell in cells) and any(cell in _COUNTS for cell in cells)
    return coded and (long or any(_YEAR.fullmatch(cell) for cell in cells))


def _long(sheet: TextTable) -> pd.DataFrame:
    headed = [name for name in sheet.rows.columns if re.fullmatch(r"(?i)lad\d\dcd", name)]
    code = headed[0] if headed else sheet.column(*_AREAS)
    year, count = sheet.column(*_YEARS), sheet.column(*_COUNTS)
    if year and count:
        return sheet.rows[[code, year, count]].set_axis(["code", "year", "count"], axis=1)
    years = [name for name in sheet.rows.columns if _YEAR.fullmatch(name)]
    return sheet.rows.melt(code, years, "year", "count").rename(columns={code: "code"})
