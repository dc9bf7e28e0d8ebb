"""
The ONS postcode directories, ONSPD and NSPL, as zip or CSV, of any year.

Headers differ by edition: until 2024 ``pcds``, ``oslaua`` (NSPL ``laua``), ``oseast1m``,
``oa11``, ``msoa11``; since 2025 ``pcd7``, ``lad25cd``, ``east1m``, ``msoa11cd`` with the
vintage in most names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from localarea.datasets.publishers._delimited import Faults, RawTable, Wanted, read_delimited
from localarea.datasets.publishers._opening import as_path, members_of, open_table
from localarea.datasets.publishers._postcode_cells import POSTCODE, keys_of, months_of
from localarea.errors import FileFormatError
from localarea.geo.postcodes import postcode_of

if TYPE_CHECKING:
    from pathlib import Path


WANTED: Final = (
    POSTCODE,
    Wanted("doterm", ("doterm",)),
    Wanted("easting", ("oseast1m", "east1m", "gridgb1e")),
    Wanted("northing", ("osnrth1m", "north1m", "gridgb1n")),
    Wanted("district", (r"lad\d\dcd", "oslaua", "laua", "ladcd")),
    Wanted("msoa11cd", ("msoa11cd", "msoa11"), required=False),
    Wanted("msoa21cd", ("msoa21cd", "msoa21"), required=False),
)
# A zip has the whole directory, the same split by postcode area, and lookups.
MEMBERS: Final = (
    r"(^|/)(ONSPD|NSPL)[^/]*_UK\.csv",
    r"/multi_csv/[^/]*\.csv",
    r"(^|/)Data/[^/]*csv",
)

# Other files of postcodes, by how their first line begins.
_OTHERS: Final = (
    (
        re.compile(r"\W*uprn\W", re.IGNORECASE),
        "the directory of properties (ONSUD or NSUL), which does not tell which postcodes ended",
    ),
    (
        re.compile(r'"?[A-Z]{1,2}\d[A-Z\d ]{4,5}"?,\d\d,\d+,\d+,'),
        "Code-Point Open, which has neither zones nor the postcodes that ended",
    ),
    (re.compile("PAR1"), "a Parquet file, not the directory as the ONS publishes it"),
)
_AREA_OF_CODE_POINT: Final = r"(^|/)CSV/[a-z]{1,2}\.csv"
_FIRST_LINE: Final = 4096

_YEAR_OF_HEADER: Final = re.compile(r"lad(\d\d)cd")
_YEAR_OF_FILE: Final = re.compile(r"(?:ONSPD|NSPL)\w*?_20(\d\d)", re.IGNORECASE)
_LARGEST_METRES: Final = 1_400_000  # above Shetland's northings, the largest of the grid


def read_postcode_directory(path: str | Path, *, lad_year: int | None = None) -> pa.Table:
    """
    Read a postcode directory into the columns of the table ``postcodes``.

    Parameters
    ----------
    path : str or pathlib.Path
        ONSPD or NSPL: the published zip, or a CSV, also as .gz.
    lad_year : int, optional
        Year of the district codes, such as 2025, if neither the header (``lad25cd``)
        nor the file name (``ONSPD_NOV_2025_UK``) has it.

    Returns
    -------
    pyarrow.Table, shape (n_postcodes, 11)
        ``key`` (uint32, sorted, unique), ``easting`` and ``northing`` (int32, metres as
        published: EPSG:27700, or the Irish grid in Northern Ireland; null without a grid
        reference), ``ladNNcd`` with the year of its codes, ``msoa11cd`` and ``msoa21cd``
        (null outside England and Wales, or if the edition has none),
        ``msoa11_source`` and ``msoa21_source`` (``ons_lookup``), ``status`` (``live``,
        ``terminated``), ``terminated_from`` and ``terminated_to`` (yyyymm; both the
        published month).

    Raises
    ------
    FileFormatError
        If the file is not a table.
    SchemaError
        If it lacks a column, or has invalid postcodes, months or grid references; lists every
        fault.
    """
    path = as_path(path)
    parts = [
        read_delimited(path, WANTED, table=f"postcode directory {path.name}", member=member)
        for member in members_of(path, MEMBERS)
    ]
    faults = Faults(f"postcode directory {path.name}")
    year = lad_year or _lad_year(path, parts[0])
    if year is None:
        faults.add("the year of the district codes is unclear; pass lad_year, such as 2025")
    tables = [_table(part, faults) for part in parts]
    faults.stop()
    whole = pa.concat_tables(tables).combine_chunks()
    if not len(whole):
        faults.add("there are no postcodes in it")
    whole = _sorted_unique(whole, faults)
    faults.stop()
    return whole.rename_columns([_final_name(n, year) for n in whole.column_names])


def require_directory(path: str | Path) -> None:
    """
    Refuse a file of another kind that has postcodes too, by what it is.

    FileFormatError if it is the directory of properties, Code-Point Open, or a Parquet file.
    """
    path = as_path(path)
    with open_table(path, members_of(path, (*MEMBERS, _AREA_OF_CODE_POINT))[0]) as stream:
        first = stream.read(_FIRST_LINE).partition(b"\n")[0].decode("utf-8-sig", "replace")
    what = next((said for pattern, said in _OTHERS if pattern.match(first)), None)
    if what:
        raise FileFormatError(path, f"it is {what}", hint="use the ONSPD or the NSPL")


def _final_name(name: str, year: int | None) -> str:
    return f"lad{(year or 0) % 100:02d}cd" if name == "district" else name


def _lad_year(path: Path, part: RawTable) -> int | None:
    found = _YEAR_OF_HEADER.fullmatch(part.headers["district"].casefold())
    found = found or _YEAR_OF_FILE.search(part.source) or _YEAR_OF_FILE.search(path.name)
    return 2000 + int(found.group(1)) if found else None


def _table(part: RawTable, faults: Faults) -> pa.Table:
    """Return the columns of a part, its texts coded: each distinct one is held once."""
    columns = part.columns
    keys = keys_of(columns["postcode"], faults)
    columns_out: dict[str, Any] = {"key": keys}
    columns_out |= _grid(columns, faults)
    columns_out["district"] = columns["district"].dictionary_encode()
    rows = len(columns["postcode"])
    for name in ("msoa11", "msoa21"):
        code = _zones(columns.get(f"{name}cd", pa.nulls(rows, pa.string())))
        columns_out[f"{name}cd"] = code
    for name in ("msoa11", "msoa21"):
        known = columns_out[f"{name}cd"].is_valid()
        columns_out[f"{name}_source"] = _labels(known, "ons_lookup", None)
    month = months_of(columns["doterm"], faults)
    columns_out["status"] = _labels(month.is_valid(), "terminated", "live")
    columns_out["terminated_from"] = columns_out["terminated_to"] = month
    if part.odd_rows:
        faults.rows(len(part.odd_rows), "have too few or too many cells", part.odd_rows)
    table = pa.table(columns_out)
    return table.filter(columns["postcode"].is_valid())


def _sorted_unique(table: pa.Table, faults: Faults) -> pa.Table:
    table = table.take(pc.sort_indices(table["key"]))
    keys = table["key"].to_numpy()
    twice = np.flatnonzero(keys[1:] == keys[:-1])
    faults.rows(len(twice), "repeat a postcode", [postcode_of(int(keys[i])) for i in twice[:3]])
    for place, column in enumerate(table.columns):
        if pa.types.is_dictionary(column.type):
            coded = _smallest(column.combine_chunks())
            table = table.set_column(place, table.column_names[place], coded)
    return table


def _smallest(coded: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return codes of 16 bits, in a dictionary of the texts that occur, in order of appearance."""
    used = pc.unique(coded.indices).drop_null()
    places = pc.index_in(coded.indices, value_set=used)
    small = pa.int16() if len(used) < 1 << 15 else pa.int32()
    return pa.DictionaryArray.from_arrays(places.cast(small), coded.dictionary.take(used))


def _grid(columns: dict[str, pa.Array], faults: Faults) -> dict[str, pa.Array]:
    """Return both coordinates, or null for both if either is missing."""
    values = {}
    for name in ("easting", "northing"):
        text = columns[name]
        fits = pc.fill_null(pc.match_substring_regex(text, r"^\d{1,7}(\.0+)?$"), True)
        bad = text.filter(pc.invert(fits))
        faults.rows(len(bad), f"have no {name} in metres", bad.slice(0, 3).to_pylist())
        whole = pc.replace_substring_regex(pc.if_else(fits, text, None), r"\.0+$", "")
        values[name] = whole.cast(pa.int32())
        far = values[name].filter(pc.fill_null(pc.greater(values[name], _LARGEST_METRES), False))
        faults.rows(len(far), f"have a {name} off the grid", far.slice(0, 3).to_pylist())
    nowhere = pc.and_(pc.equal(values["easting"], 0), pc.equal(values["northing"], 0))
    known = pc.and_(pc.is_valid(values["easting"]), pc.is_valid(values["northing"]))
    use = pc.and_(known, pc.invert(pc.fill_null(nowhere, False)))
    return {n: pc.if_else(use, v, pa.scalar(None, pa.int32())) for n, v in values.items()}


def _zones(column: pa.Array) -> pa.DictionaryArray:
    """Keep the MSOAs of England and Wales, not intermediate zones (Scotland) or pseudo-codes."""
    coded = column.dictionary_encode()
    inside = pc.match_substring_regex(coded.dictionary, r"^[EW]02\d{6}$")
    kept = pc.if_else(inside.take(coded.indices), coded.indices, None)
    return pa.DictionaryArray.from_arrays(kept, coded.dictionary)


def _labels(known: pa.Array, present: str, absent: str | None) -> pa.DictionaryArray:
    """Label the rows that are known, and the others if there is a label for them."""
    other = pa.scalar(None if absent is None else 1, pa.int32())
    codes = pc.if_else(known, pa.scalar(0, pa.int32()), other)
    return pa.DictionaryArray.from_arrays(codes, [present] if absent is None else [present, absent])
