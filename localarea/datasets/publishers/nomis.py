"""
Commuting flows in files of Nomis and the ONS.

Supported are WU01EW (2011, MSOA), WF01BEW (2011, output area) and ODWP01EW (2021, output area to
district): as bulk zips, as CSVs unpacked from them, as downloads of the Nomis query page with its
lines above and below the table, and as plain ``from,to,value`` extracts. The package's own Parquet
tables can be read as well.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from localarea.datasets.publishers._delimited import (
    RawTable,
    Wanted,
    plain_header,
    read_delimited,
)
from localarea.datasets.publishers._flow_rows import FlowTables, Level, Vintage, tables_of
from localarea.datasets.publishers._opening import (
    as_path,
    content_of_file,
    damaged,
    members_of,
)
from localarea.errors import FileFormatError, SchemaError

if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["FlowTables", "read_flow_file"]

ORIGIN: Final = Wanted(
    "origin",
    (
        "area of usual residence",
        "area of residence",
        r"(output areas|(lower|middle) layer super output areas"
        r"|(lower|upper) tier local authorities) code",
        "currently residing in code",
        "usual residence code",
        "usual residence",
        "origin",
        "from",
    ),
)
DESTINATION: Final = Wanted(
    "destination",
    (
        "area of workplace",
        r"(oa|lsoa|msoa|ltla|utla|workplace zone) of workplace code",
        "place of work code",
        "place of work",
        "destination",
        "to",
    ),
)
WORKERS: Final = Wanted(
    "workers",
    (
        "all categories: sex",
        r"all categories: .+",
        "count",
        "workers",
        "obs value",
        "value",
        "persons",
        "total",
    ),
)
INDICATOR: Final = Wanted(
    "indicator", (r"place of work indicator \(\d+ categories\) code",), required=False
)
MEASURE: Final = Wanted("measure", ("measures name",), required=False)
KIND: Final = Wanted("kind", ("kind",), required=False)
WANTED: Final = (ORIGIN, DESTINATION, WORKERS, INDICATOR, MEASURE)

# A WF01BEW file without a header starts with two codes and a count.
HEADERLESS: Final = re.compile(r'"?[EWNS]\d{8}"?,"?(?:[EWNS]\d{8}|OD\d{7})"?,"?[\d,]+"?\s*\Z')


def read_flow_file(
    path: str | Path, *, vintage: Vintage | None = None, level: Level = "msoa"
) -> FlowTables:
    """
    Read a publisher's file of commuting flows.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV, plain or as .gz or .zip, or one of the package's Parquet tables.
    vintage : {2011, 2021}, optional
        Year of the census, if neither the headers, the codes nor the file name show it.
    level : {"oa", "lsoa", "msoa", "ltla"}
        Table to read from a zip that holds several.

    Returns
    -------
    FlowTables
        Pairs of zones, and separately the special destinations.

    Raises
    ------
    FileFormatError
        If the file is not a table, but for example a web page, a workbook or a damaged archive.
    SchemaError
        If it lacks a column or has invalid codes or counts; lists every fault.
    """
    path = as_path(path)
    if vintage is not None and vintage not in get_args(Vintage):
        raise SchemaError(path.name, [f"there was no census in {vintage}; use 2011 or 2021"])
    if content_of_file(path)[0] == "parquet":
        return _from_parquet(path, vintage)
    members = members_of(path, (rf"_{level}(_v\d)?\.csv", rf"{level}[^/]*\.csv"))
    if len(members) > 1:
        names = [m or "" for m in members]
        raise FileFormatError(path, f"several tables are of level {level}: {', '.join(names)}")
    raw = read_delimited(
        path, WANTED, table="flows", member=members[0], headerless=HEADERLESS
    )  # fmt: skip
    return tables_of(_values_alone(raw), vintage)


def _values_alone(raw: RawTable) -> RawTable:
    """Drop the rows of Nomis's API that repeat each count as a percentage."""
    columns = dict(raw.columns)
    measure = columns.pop("measure", None)
    if measure is not None:
        kept = pc.equal(pc.utf8_lower(pc.utf8_trim_whitespace(measure.fill_null(""))), "value")
        columns = {name: column.filter(kept) for name, column in columns.items()}
    return replace(raw, columns=columns)


def _from_parquet(path: Path, vintage: Vintage | None) -> FlowTables:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise damaged(path, error) from error
    by_name = {plain_header(name): name for name in table.column_names}
    columns = {}
    for wanted in (*WANTED, KIND):
        found = [by_name[h] for h in wanted.headers if h in by_name]
        if found:
            columns[wanted.name] = _plain(table[found[0]])
    if "kind" in columns:  # special destinations have a kind instead of a zone
        columns.setdefault("destination", columns["kind"])
    missing = [w.name for w in WANTED if w.required and w.name not in columns]
    if missing:
        have = ", ".join(table.column_names)
        raise SchemaError(path.name, [f"no column {m}; the columns are {have}" for m in missing])
    columns.pop("kind", None)
    return tables_of(RawTable(columns, {}, path.name), vintage)


def _plain(column: pa.ChunkedArray) -> pa.Array:
    return column.cast(pa.string()).combine_chunks()
