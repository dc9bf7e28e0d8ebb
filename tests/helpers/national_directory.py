"""The directory of the whole country as the ONS publishes it, written column by column."""

from __future__ import annotations

import io
import zipfile
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
from pyarrow import csv

from localarea.geo.postcodes import INWARD_SLOTS, LETTER_PAIRS, outward_of

if TYPE_CHECKING:
    from pathlib import Path

LETTERS: Final = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
OTHERS: Final = [f"other{number:02d}cd" for number in range(36)]  # codes that nobody here reads


def postcodes_of(keys: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Give the outward and the inward codes of keys, each distinct one made once."""
    numbers, slots = np.divmod(np.asarray(keys).astype(np.int64), INWARD_SLOTS)
    outward = pa.array([outward_of(n) for n in range(int(numbers.max()) + 1)])
    every = np.arange(INWARD_SLOTS)
    digit, pair = np.divmod(every, LETTER_PAIRS)
    first, second = np.divmod(pair, 26)
    texts = np.char.add(np.char.add(digit.astype(str), LETTERS[first]), LETTERS[second])
    return outward.take(pa.array(numbers)), pa.array(texts.tolist()).take(pa.array(slots))


def as_published(table: pa.Table, *, wide: bool = False) -> pa.Table:
    """
    Give the columns of an edition of a table of postcodes: those that are read, or about fifty.

    Grid references of Northern Ireland are brought to the Irish Grid, as in the publisher's file.
    """
    outward, inward = postcodes_of(table["key"].combine_chunks())
    east, north = _as_in_the_file(table)
    padded = pc.binary_join_element_wise(pc.utf8_rpad(outward, 4), inward, "")
    plain = {
        n: table[n].combine_chunks().cast(pa.string()) for n in ("lad25cd", "msoa11cd", "msoa21cd")
    }
    began = pa.array(np.full(table.num_rows, 198001, np.int32))
    columns: dict[str, Any] = {
        "pcd7": padded,
        "dointr": began,
        "doterm": table["terminated_to"],
        "lad25cd": plain["lad25cd"],
        "east1m": east,
        "north1m": north,
        "msoa11cd": plain["msoa11cd"],
        "msoa21cd": plain["msoa21cd"],
    }
    if wide:
        spaced = pc.binary_join_element_wise(outward, inward, " ")
        columns |= {
            "pcd8": spaced,
            "pcds": spaced,
            "usrtypind": pa.array(np.zeros(table.num_rows, np.int8)),
        }
        whole = pc.fill_null(plain["msoa11cd"], "S99999999")
        columns |= dict.fromkeys(OTHERS, whole)
        at = (np.arange(table.num_rows) % 32_000) / 1e6
        columns |= {
            "lat": pa.array(51 + at),
            "long": pa.array(at - 1),
            "imd20ind": pa.array((at * 1e6).astype(int)),
        }
    return pa.table(columns)


def _as_in_the_file(table: pa.Table) -> tuple[pa.Array, pa.Array]:
    east, north = (table[n].combine_chunks() for n in ("easting", "northing"))
    irish = pc.fill_null(
        pc.starts_with(table["lad25cd"].combine_chunks().cast(pa.string()), "N"), False
    )
    at = np.flatnonzero(np.asarray(irish) & np.asarray(east.is_valid()))
    first, second = (np.asarray(axis.fill_null(0)).copy() for axis in (east, north))
    shift = pyproj.Transformer.from_crs(27700, 29903, always_xy=True)
    first[at], second[at] = np.round(shift.transform(first[at], second[at])).astype(np.int32)
    gone = np.asarray(east.is_null())
    return pa.array(first, mask=gone), pa.array(second, mask=gone)


def write_zip(path: Path, table: pa.Table, month: str = "FEB_2026") -> Path:
    """Write columns as the CSV of a zip, as the ONS does, with the month in the CSV's name."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(f"Data/ONSPD_{month}_UK.csv", "w", force_zip64=True) as member,
    ):
        _write(member, table)
    return path


def _write(member: IO[bytes], table: pa.Table) -> None:
    with io.BufferedWriter(member, 1 << 20) as out, csv.CSVWriter(out, table.schema) as writer:  # type: ignore[arg-type]
        writer.write_table(table, 16_384)
