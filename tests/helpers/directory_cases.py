"""Postcode directories as the ONS publishes them, written from a table of postcodes."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from definition_cases import small_store

from localarea.geo.postcodes import postcode_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from localarea.datasets.store import DataStore

HEADERS = {
    "2025": ("pcd7", "dointr", "doterm", "lad25cd", "east1m", "north1m", "msoa11cd", "msoa21cd"),
    "2019": ("pcd", "dointr", "doterm", "oslaua", "oseast1m", "osnrth1m", "msoa11", "usertype"),
}


def country(folder: Path) -> DataStore:
    """Give a small country without Northern Ireland, whose grid is another."""

    def edit(table: pa.Table) -> pa.Table:
        northern = pc.fill_null(pc.starts_with(table["lad25cd"].cast(pa.string()), "N"), False)
        return table.filter(pc.invert(northern))

    return small_store(folder, edit=edit)


def rows_of(store: DataStore) -> list[dict[str, Any]]:
    """Give the rows of the directory in use, with the columns of 2025."""
    table = store.read("postcodes")
    rows = []
    for row in table.to_pylist():
        postcode = postcode_of(row["key"])
        outward, inward = postcode.split()
        rows.append(
            {
                "pcd7": f"{outward:<4}{inward}",
                "dointr": 198001,
                "doterm": row["terminated_to"] or "",
                "lad25cd": row["lad25cd"] or "",
                "east1m": "" if row["easting"] is None else row["easting"],
                "north1m": "" if row["northing"] is None else row["northing"],
                "msoa11cd": row["msoa11cd"] or "",
                "msoa21cd": row["msoa21cd"] or "",
                "postcode": postcode,
            }
        )
    return rows


def csv_of(rows: Iterable[dict[str, Any]], *, headers: str = "2025") -> bytes:
    """Write rows as an edition with the column names of a year."""
    stream = io.StringIO()
    names, known = HEADERS[headers], HEADERS["2025"]
    out = csv.writer(stream, lineterminator="\r\n")
    out.writerow(names)
    for row in rows:
        out.writerow([row[known[at]] if names[at] != "usertype" else 0 for at in range(len(names))])
    return stream.getvalue().encode()


def write_directory(
    folder: Path,
    rows: list[dict[str, Any]],
    *,
    month: str = "FEB_2026",
    headers: str = "2025",
    edit: Callable[[list[dict[str, Any]]], None] | None = None,
) -> Path:
    """Write a zip as the ONS does, after ``edit`` has changed a copy of the rows."""
    rows = [dict(row) for row in rows]
    if edit:
        edit(rows)
    path = folder / f"ONSPD_{month}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"Data/ONSPD_{month}_UK.csv", csv_of(rows, headers=headers))
        archive.writestr("Documents/notes.txt", "Notes")
    return path
