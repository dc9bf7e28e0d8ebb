"""
Lookups between areas, as published by the ONS.

There are readers of the lookup from LSOAs to Travel to Work Areas, from output areas to LSOAs,
MSOAs and districts, of the best-fit lookup of postcodes, and of the House of Commons Library's
names of MSOAs. :func:`read_lookup` reads any other file whose headers are ONS column names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from localarea.datasets.publishers._delimited import Faults, Wanted, read_delimited
from localarea.datasets.publishers._opening import as_path, members_of
from localarea.datasets.publishers._postcode_cells import POSTCODE, keys_of, months_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.datasets.publishers._delimited import RawTable

# Northern Ireland's small areas of 2011 keep the old form of code (95DD04W1).
CODE: Final = re.compile(r"[EWSNLMJK]\d{8}|95[A-Z]{2}\d\d[A-Z]\d")


def read_lookup(
    path: str | Path, columns: Sequence[str], *, optional: Sequence[str] = (), unique: bool = True
) -> pd.DataFrame:
    """
    Read columns of a lookup between areas.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV, plain or as .gz or .zip. The case of its headers does not matter; blank rows are
        dropped.
    columns : sequence of str
        Names with their vintage, such as ``lsoa11cd`` or ``ttwa11nm``. Those that end in
        ``cd`` hold codes. The first is the source of the lookup.
    optional : sequence of str
        Further names, omitted if the file does not have them.
    unique : bool
        Raise an error for a repeated code in the first column.

    Returns
    -------
    pandas.DataFrame, shape (n_rows, n_columns)
        The columns as text, sorted by the first; missing where a name is blank.

    Raises
    ------
    FileFormatError
        If the file is not a table.
    SchemaError
        If it lacks a column or has invalid codes; lists every fault.
    """
    raw = _read(path, tuple(_wanted(c) for c in columns) + tuple(
        _wanted(c, required=False) for c in optional))  # fmt: skip
    faults = Faults(f"lookup {raw.source}")
    kept = _filled_rows(raw, columns[0], faults)
    for name in columns:
        if name.endswith("cd"):
            _require_codes(kept[name], name, faults)
    if unique:
        _require_unique(kept[columns[0]], columns[0], faults)
    faults.stop()
    frame = _frame({n: kept[n] for n in (*columns, *optional) if n in kept})
    return frame.sort_values(columns[0], ignore_index=True, kind="stable")


def read_lsoa11_ttwa11(path: str | Path) -> pd.DataFrame:
    """
    Read the ONS lookup of LSOAs (2011) to Travel to Work Areas (2011).

    Parameters
    ----------
    path : str or pathlib.Path
        As published: ``LSOA11CD``, ``LSOA11NM``, ``TTWA11CD``, ``TTWA11NM``.

    Returns
    -------
    pandas.DataFrame, shape (n_small_areas, 3)
        ``lsoa11cd`` (LSOA, data zone or super output area), ``ttwa11cd`` and
        ``ttwa11nm``, sorted; columns of ``ttwa11_lookup``.

    Raises
    ------
    FileFormatError
        If the file is not a table.
    SchemaError
        If it lacks a column or has invalid codes.
    """
    return read_lookup(path, ("lsoa11cd", "ttwa11cd", "ttwa11nm"))


def read_oa11_lookup(path: str | Path, *, lad_year: int | None = None) -> pd.DataFrame:
    """
    Read the ONS lookup of output areas (2011) to LSOA, MSOA and district.

    Parameters
    ----------
    path : str or pathlib.Path
        As published, with ``LAD11CD`` or another year, or plain ``ladcd``.
    lad_year : int, optional
        Year of the district codes, if the header does not have it.

    Returns
    -------
    pandas.DataFrame, shape (n_output_areas, 4)
        ``oa11cd``, ``lsoa11cd``, ``msoa11cd`` and ``ladNNcd``, sorted.

    Raises
    ------
    FileFormatError
        If the file is not a table.
    SchemaError
        If it lacks a column or has invalid codes, or the year is unclear.
    """
    names = ("oa11cd", "lsoa11cd", "msoa11cd", "ladcd")
    frame = read_lookup(path, names)
    return frame.rename(columns={"ladcd": _lad_name(path, lad_year)})


def read_postcode_best_fit(path: str | Path, *, lad_year: int | None = None) -> pd.DataFrame:
    """
    Read the ONS best-fit lookup of postcodes to output area, LSOA, MSOA and district.

    Parameters
    ----------
    path : str or pathlib.Path
        As published (``PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU``), zip or CSV, or part of it.
    lad_year : int, optional
        Year of the district codes, if neither the header nor the file name has it.

    Returns
    -------
    pandas.DataFrame, shape (n_postcodes, 6)
        ``key`` (uint32, sorted), ``terminated`` (Int32, yyyymm, missing if live),
        ``oa11cd``, ``lsoa11cd``, ``msoa11cd`` (missing where blank) and ``ladNNcd``.

    Raises
    ------
    FileFormatError
        If the file is not a table.
    SchemaError
        If it lacks a column or has invalid postcodes or months.
    """
    names = ("oa11cd", "lsoa11cd", "msoa11cd", "ladcd")
    raw = _read(path, (POSTCODE, Wanted("doterm", ("doterm",)), *map(_wanted, names)))
    faults = Faults(f"lookup {raw.source}")
    columns = _filled_rows(raw, "postcode", faults)
    keys = keys_of(columns["postcode"], faults)
    months = months_of(columns["doterm"], faults)
    _require_unique(columns["postcode"], "postcode", faults)
    faults.stop()
    frame = _frame({n: columns[n] for n in names})
    frame.insert(0, "key", keys.to_numpy())
    frame.insert(1, "terminated", pd.array(months.to_pylist(), dtype="Int32"))
    frame = frame.rename(columns={"ladcd": _lad_name(path, lad_year)})
    return frame.sort_values("key", ignore_index=True)


def read_library_names(path: str | Path) -> pd.DataFrame:
    """
    Read the House of Commons Library's names of MSOAs, and which zones were there in 2011.

    Parameters
    ----------
    path : str or pathlib.Path
        As published for the zones of 2021, with ``msoa21hclnm``, and ``type`` if it is there.

    Returns
    -------
    pandas.DataFrame, shape (n_zones, 4)
        ``code``, ``name``, ``ons_name`` and ``kept``: whether the zone is the same as in 2011, as
        ``type`` says; missing where the file does not say it. Sorted by code.

    Raises
    ------
    FileFormatError
        If the file is not a table.
    SchemaError
        If it lacks a column, has invalid codes, or leaves a zone without a name.
    """
    names = ("msoa21cd", "msoa21nm", "msoa21hclnm")
    frame = read_lookup(path, names, optional=("type",))
    faults = Faults(f"lookup {as_path(path).name}")
    blank = frame["msoa21cd"][frame["msoa21hclnm"].isna()]
    faults.rows(len(blank), "have no name", blank.head(3).tolist())
    faults.stop()
    kept = pd.Series(pd.NA, index=frame.index, dtype="boolean")
    if "type" in frame:
        kept = frame["type"].eq("Present in 2011").astype("boolean")
    renamed = frame[list(names)].set_axis(["code", "ons_name", "name"], axis=1)
    return renamed.assign(kept=kept)[["code", "name", "ons_name", "kept"]]


def _wanted(name: str, *, required: bool = True) -> Wanted:
    """Return a column with its ONS headers; district codes may have any year or none."""
    if name == "ladcd":
        return Wanted(name, ("ladcd", r"lad\d\dcd"), required)
    headers = (name, name.removesuffix("cd")) if name.endswith("cd") else (name,)
    return Wanted(name, headers, required)


def _read(path: str | Path, wanted: Sequence[Wanted]) -> RawTable:
    path = as_path(path)
    member = members_of(path, (r"_LU[^/]*\.csv", r"DATA\.csv"))[0]
    return read_delimited(path, wanted, table=f"lookup {path.name}", member=member)


def _lad_name(path: str | Path, year: int | None) -> str:
    """Return the name of the district column, by the year passed, in the header or file name."""
    path = as_path(path)
    raw = _read(path, (_wanted("ladcd"),)) if year is None else None
    found = raw and (
        re.fullmatch(r"lad(\d\d)cd", raw.headers["ladcd"].casefold())
        or re.search(r"_(?:[A-Z]{3}_?)(?:20)?(\d\d)_", raw.source, re.IGNORECASE)
    )
    if year is None and not found:
        faults = Faults(f"lookup {path.name}")
        faults.add("the year of the district codes is unclear; pass lad_year, such as 2022")
        faults.stop()
    return f"lad{year % 100:02d}cd" if year else f"lad{found.group(1)}cd"  # type: ignore[union-attr]


def _filled_rows(raw: RawTable, first: str, faults: Faults) -> dict[str, pa.Array]:
    """Drop blank rows; a row that is blank only in its first column is a fault."""
    filled = pc.is_valid(raw.columns[first])
    some = pa.array([False] * len(raw), pa.bool_())
    for column in raw.columns.values():
        some = pc.or_(some, pc.is_valid(column))
    lacking = pc.sum(pc.and_(some, pc.invert(filled))).as_py() or 0
    faults.rows(lacking, f"have a blank in column {first}", [first])
    if raw.odd_rows:
        faults.rows(len(raw.odd_rows), "have too few or too many cells", raw.odd_rows)
    if not (pc.sum(filled).as_py() or 0):
        faults.add("there are no rows in it")
    return {name: column.filter(filled) for name, column in raw.columns.items()}


def _require_codes(column: pa.Array, name: str, faults: Faults) -> None:
    coded = pc.dictionary_encode(column.fill_null(""))
    bad = [t for t in coded.dictionary.to_pylist() if not CODE.fullmatch(t)]
    if bad:
        shown = ", ".join(repr(b[:40]) for b in bad[:3])
        faults.add(f"{len(bad):,} values of {name} are not area codes, such as {shown}")


def _require_unique(column: pa.Array, name: str, faults: Faults) -> None:
    counted = pc.value_counts(column)
    twice = counted.filter(pc.greater(counted.field("counts"), 1)).field("values")
    faults.rows(len(twice), f"repeat a {name}", twice.slice(0, 3).to_pylist())


def _frame(columns: dict[str, pa.Array]) -> pd.DataFrame:
    return pd.DataFrame({n: pd.array(c.to_pylist(), dtype="str") for n, c in columns.items()})
