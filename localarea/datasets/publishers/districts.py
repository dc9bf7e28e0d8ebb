"""
Districts and counties in lists, lookups and boundaries of the ONS, of any year.

The year is that of the column: ``LAD23CD``, ``LAD25CD``. The file of all years, from 2014 on, is a
TopoJSON and is read by `localarea.renewal.making.districts`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.datasets.publishers._delimited import Faults
from localarea.datasets.publishers._opening import as_path
from localarea.datasets.publishers._sheets import read_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import pandas as pd

LAD_CODE: Final = re.compile(r"lad(\d\d)cd")
DISTRICT: Final = re.compile(r"(?:E0[6-9]|W06|S12|N09)\d{6}")
_COUNTY: Final = re.compile(r"E1[01]\d{6}")
_OWN: Final = ("E06", "E09")  # a unitary authority and a London borough are their own county
_SHOWN: Final = 3


def read_district_list(path: str | Path) -> tuple[pd.DataFrame, int]:
    """
    Read the codes and names of the districts of a year.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV with ``LADyyCD`` and ``LADyyNM``; further columns, and repeated districts as in a
        lookup from wards, do not matter.

    Returns
    -------
    tuple of (pandas.DataFrame, int)
        ``code`` and ``name``, sorted, one row for each district; and the year.

    Raises
    ------
    FileFormatError
        If the file is not a table.
    SchemaError
        If it lacks a column or has invalid codes; lists every fault.
    """
    sheet = read_sheet(as_path(path), _has("lad", "nm"), "LADyyCD and LADyyNM, such as LAD25CD")
    code, year = _column(sheet.rows.columns, "lad", "cd")
    name, _ = _column(sheet.rows.columns, "lad", "nm")
    frame = sheet.rows[[code, name]].set_axis(["code", "name"], axis=1).drop_duplicates()
    faults = Faults(f"districts {sheet.name}")
    _require_districts(frame["code"], faults)
    twice = frame["code"][frame["code"].duplicated()]
    faults.rows(len(twice), "give a district another name", twice.head(_SHOWN).tolist())
    faults.stop()
    return frame.sort_values("code", ignore_index=True), year


def read_county_lookup(path: str | Path) -> tuple[pd.DataFrame, int]:
    """
    Read the county of each district of England of a year.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV with ``LADyyCD``, ``LADyyNM``, ``CTYyyCD`` and ``CTYyyNM``.

    Returns
    -------
    tuple of (pandas.DataFrame, int)
        ``lad_cd``, ``county_cd`` and ``county``, sorted by district; and the year. A unitary
        authority and a London borough are their own county, whatever the file says.

    Raises
    ------
    FileFormatError
        If the file is not a table.
    SchemaError
        If it lacks a column, has invalid codes, or leaves a district without its county.
    """
    needs = "LADyyCD, LADyyNM, CTYyyCD and CTYyyNM, such as LAD25CD"
    sheet = read_sheet(as_path(path), _has("cty", "nm"), needs)
    names = []
    year = 0
    for area, ending in (("lad", "cd"), ("lad", "nm"), ("cty", "cd"), ("cty", "nm")):
        name, year = _column(sheet.rows.columns, area, ending)
        names.append(name)
    frame = sheet.rows[names].set_axis(["lad_cd", "name", "county_cd", "county"], axis=1)
    frame = frame[frame["lad_cd"].str.startswith("E")].drop_duplicates()
    faults = Faults(f"counties {sheet.name}")
    _require_districts(frame["lad_cd"], faults)
    own = frame["lad_cd"].str.startswith(_OWN)
    frame["county_cd"] = frame["county_cd"].where(~own, frame["lad_cd"])
    frame["county"] = frame["county"].where(~own, frame["name"])
    lacking = ~own & ~frame["county_cd"].map(lambda code: bool(_COUNTY.fullmatch(code)))
    faults.rows(int(lacking.sum()), "have no county", frame["lad_cd"][lacking].head(3).tolist())
    twice = frame["lad_cd"][frame["lad_cd"].duplicated()]
    faults.rows(len(twice), "give a district another county", twice.head(_SHOWN).tolist())
    if frame.empty:
        faults.add("there is no district of England in it")
    faults.stop()
    columns = ["lad_cd", "county_cd", "county"]
    return frame[columns].sort_values("lad_cd", ignore_index=True), year


def _has(area: str, ending: str) -> Callable[[Sequence[str]], bool]:
    wanted = (r"lad\d\dcd", r"lad\d\dnm", rf"{area}\d\dcd", rf"{area}\d\d{ending}")

    def is_header(cells: Sequence[str]) -> bool:
        return all(any(re.fullmatch(one, cell) for cell in cells) for one in wanted)

    return is_header


def _column(headers: Iterable[object], area: str, ending: str) -> tuple[str, int]:
    """Return the newest column of a kind, and its year."""
    found = {
        int(match[1]): str(header)
        for header in headers
        if (match := re.fullmatch(rf"(?i){area}(\d\d){ending}", str(header)))
    }
    year = max(found)
    return found[year], 2000 + year


def _require_districts(codes: pd.Series, faults: Faults) -> None:
    strange = codes[~codes.map(lambda code: bool(DISTRICT.fullmatch(code)))]
    faults.rows(len(strange), "have no code of a district", strange.head(_SHOWN).tolist())
