"""
Convert Arrow columns to numpy and shapely without Arrow's own conversions.

Those import pandas (a third of a second), and `take` imports all of Arrow's compute functions
(a fifth of a second): too slow for the check of a single postcode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

FEW_ROWS = 500


def numbers_of(column: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    """Return a numeric column without nulls as a numpy array."""
    import numpy as np
    import pyarrow as pa

    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    views = [np.from_dlpack(chunk) for chunk in chunks]
    if len(views) == 1:
        return views[0]
    return np.concatenate(views) if views else np.empty(0, column.type.to_pandas_dtype())


def texts_of(column: pa.ChunkedArray) -> list[Any]:
    """Return the texts of a column; a dictionary's are made once, not once for each row."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        plain: list[Any] = column.to_pylist()
        return plain
    whole = column.unify_dictionaries().combine_chunks()
    known = [*whole.dictionary.to_pylist(), None]
    numbers = whole.indices.fill_null(len(known) - 1) if whole.null_count else whole.indices
    return [known[number] for number in numbers_of(numbers).tolist()]


def text_frame(table: pa.Table, columns: Iterable[str]) -> pd.DataFrame:
    """Convert a table to pandas, with some columns as text although they have dictionaries."""
    import pyarrow as pa

    for name in columns:
        at = table.column_names.index(name)
        table = table.set_column(at, name, table[name].cast(pa.string()))
    frame: pd.DataFrame = table.to_pandas()
    return frame


def take_rows(table: pa.Table, rows: NDArray[np.int64]) -> pa.Table:
    """Return rows of a table by number; a few are sliced one by one."""
    import pyarrow as pa

    if len(rows) <= FEW_ROWS:
        parts = [table.slice(int(row), 1) for row in rows] or [table.slice(0, 0)]
        return pa.concat_tables(parts).combine_chunks()
    data = pa.py_buffer(rows.astype("int64", copy=False))
    return table.take(pa.Array.from_buffers(pa.int64(), len(rows), [None, data]))


def shapes_of(column: pa.ChunkedArray) -> NDArray[np.object_]:
    """Convert GeoArrow multipolygons to shapely."""
    import numpy as np
    import shapely

    nested = column.combine_chunks()
    offsets = []
    for _ in range(3):
        offsets.append(numbers_of(nested.offsets))
        nested = nested.values  # noqa: PD011 - Arrow's
    points = np.column_stack([numbers_of(nested.field(axis)) for axis in ("x", "y")])
    kind = shapely.GeometryType.MULTIPOLYGON
    shapes: NDArray[np.object_] = shapely.from_ragged_array(kind, points, tuple(offsets[::-1]))
    return shapes


def row_groups_between(bounds: Sequence[tuple[int, int]], wanted: NDArray[np.int64]) -> list[int]:
    """Return the row groups whose range contains any of the wanted values, which are sorted."""
    import numpy as np

    groups = []
    for group, (least, most) in enumerate(bounds):
        first, last = np.searchsorted(wanted, [least, most + 1])
        if first < last:
            groups.append(group)
    return groups
