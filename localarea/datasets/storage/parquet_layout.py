"""Write tables as small, fast and reproducible Parquet."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from localarea.atomic import moved_into_place

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

COMPRESSION_LEVEL: Final = 19


@dataclass(frozen=True, slots=True)
class ParquetLayout:
    """
    How a table is laid out on disk.

    ``row_group_of``: column at whose changes row groups end, each with at least ``row_group`` rows.
    """

    row_group: int = 1 << 20
    row_group_of: str = ""
    encodings: dict[str, str] = field(default_factory=dict)


_SPLIT: Final = "BYTE_STREAM_SPLIT"
POSTCODES: Final = ParquetLayout(
    row_group=32_768,
    encodings={"key": "DELTA_BINARY_PACKED", "easting": _SPLIT, "northing": _SPLIT},
)
GEOMETRY: Final = ParquetLayout(
    row_group_of="lad25cd", row_group=32, encodings={"geometry": _SPLIT}
)
WHOLE_SHAPES: Final = ParquetLayout(row_group=32, encodings={"geometry": _SPLIT})
MINUTES: Final = ParquetLayout(row_group=32_768, encodings={"tenths": _SPLIT})


def write_parquet(
    table: pa.Table, path: Path, layout: ParquetLayout, *, level: int = COMPRESSION_LEVEL
) -> None:
    """
    Write a table in one thread, without timestamps, whole or not at all.

    ``level``: level of compression, 1 to 22: the higher, the smaller and the slower to write.
    """
    import pyarrow.parquet as pq

    leaves = _leaves(table.schema)
    encodings = {leaf: layout.encodings[c] for c, leaf in leaves if c in layout.encodings}
    options: dict[str, Any] = {
        "compression": "zstd",
        "compression_level": level,
        "use_dictionary": [leaf for _, leaf in leaves if leaf not in encodings],
        "column_encoding": encodings or None,
    }
    starts = _row_group_starts(table, layout)
    with (
        moved_into_place(path) as partial,
        pq.ParquetWriter(partial, table.schema, **options) as writer,
    ):
        for start, stop in pairwise([*starts, table.num_rows]):
            writer.write_table(table.slice(start, stop - start), row_group_size=stop - start)


def _row_group_starts(table: pa.Table, layout: ParquetLayout) -> list[int]:
    if not layout.row_group_of:
        return list(range(0, max(table.num_rows, 1), layout.row_group))
    values = table.column(layout.row_group_of).to_pylist()
    starts = [0]
    for row in range(1, len(values)):
        if values[row] != values[row - 1] and row - starts[-1] >= layout.row_group:
            starts.append(row)
    return starts


def _leaves(schema: pa.Schema) -> list[tuple[str, str]]:
    """Return the column and the dotted name in Parquet of every leaf."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, schema) as writer:
        writer.write_table(schema.empty_table())
    parquet = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    paths = [parquet.column(i).path for i in range(len(parquet))]
    return [(path.split(".")[0], path) for path in paths]
