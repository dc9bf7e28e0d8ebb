"""The postcode table: every postcode of the UK directory, live or terminated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.datasets.storage.arrow import numbers_of, row_groups_between, take_rows
from localarea.datasets.store import DataStore, default_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

TABLE = "postcodes"


def read_postcodes(
    columns: Sequence[str] | None = None, *, store: DataStore | None = None
) -> pa.Table:
    """
    Read the whole postcode table, sorted by key.

    Parameters
    ----------
    columns : sequence of str, optional
        Columns to read; all of them by default.

    Returns
    -------
    pyarrow.Table
        ``key`` (uint32, see `localarea.geo.postcodes`), ``easting`` and ``northing``
        (int32, metres in EPSG:27700, Northern Ireland converted to it; null without a
        grid reference), ``lad25cd``, ``msoa11cd``, ``msoa21cd``, ``msoa11_source``,
        ``msoa21_source``, ``status`` (dictionary of text) and ``terminated_from`` and
        ``terminated_to`` (int32, yyyymm; null when live).
    """
    return (store or default_store()).read(TABLE, columns)


def read_postcode_rows(keys: Sequence[int], *, store: DataStore | None = None) -> pa.Table:
    """
    Read the rows of a few postcodes, from only the row groups that hold them.

    The columns of `read_postcodes`, one row for each key that is in the directory, sorted by key.
    """
    import numpy as np

    wanted = np.array(sorted({int(key) for key in keys}), dtype=np.int64)
    with (store or default_store()).open(TABLE) as file:
        table = file.read_row_groups(row_groups_between(_key_bounds(file), wanted))
    stored = numbers_of(table.column("key"))
    rows = np.searchsorted(stored, wanted)
    within = rows < len(stored)
    rows, wanted = rows[within], wanted[within]
    return take_rows(table, rows[stored[rows] == wanted]).unify_dictionaries()


def numbered(table: pa.Table, column: str) -> tuple[NDArray[np.integer], list[str]]:
    """
    Return the number of each row's text in a column, and the texts; a blank is one past the last.

    Texts that a million rows share are compared once so, and the rows by their numbers.
    """
    texts = table[column].dictionary_encode().unify_dictionaries().combine_chunks()
    values: list[str] = texts.dictionary.to_pylist()
    rows = texts.indices.cast("int32")  # one past the last may not fit the kind that Arrow chose
    return rows.fill_null(len(values)).to_numpy(), values


def are_live(table: pa.Table) -> NDArray[np.bool_]:
    """Tell for each row of a table with the column ``status`` whether the postcode is in use."""
    import numpy as np

    numbers, values = numbered(table, "status")
    is_live = np.array([*(value == "live" for value in values), False])
    live: NDArray[np.bool_] = is_live[numbers]
    return live


def _key_bounds(file: pq.ParquetFile) -> list[tuple[int, int]]:
    """Return the least and greatest key of each row group, from the file's statistics."""
    at = file.schema_arrow.get_field_index("key")
    groups = range(file.metadata.num_row_groups)
    statistics = [file.metadata.row_group(g).column(at).statistics for g in groups]
    return [(s.min, s.max) for s in statistics]
