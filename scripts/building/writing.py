"""Write tables as small, fast and reproducible Parquet, and describe them in the registry."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from localarea.atomic import moved_into_place

if TYPE_CHECKING:
    from pathlib import Path

CRS = "EPSG:27700"
COMPRESSION_LEVEL = 19


@dataclass(frozen=True, slots=True)
class Layout:
    """
    How a table is laid out on disk.

    A row group has `row_group` rows; with `row_group_of` it has at least so many and ends
    where the value of that column changes. `encodings` are those of single columns.
    """

    row_group: int = 1 << 20
    row_group_of: str = ""
    encodings: dict[str, str] = field(default_factory=dict)


def dictionary_column(values: pd.Series | np.ndarray) -> pa.Array:
    """Encode texts against their sorted dictionary; a missing value stays missing."""
    codes = pd.Categorical(values)
    small = np.int16 if len(codes.categories) < 1 << 15 else np.int32
    mask = codes.codes < 0
    indices = pa.array(np.where(mask, 0, codes.codes).astype(small), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(codes.categories), pa.string()))


def whole_numbers(values: pd.Series, kind: pa.DataType | None = None) -> pa.Array:
    """Return an int32 column (or another integer type); a missing value stays missing."""
    return pa.array(values.to_numpy(dtype=object, na_value=None), kind or pa.int32())


def geometry_column(shapes: np.ndarray) -> pa.Array:
    """Encode polygons as GeoArrow multipolygons with separate x and y: they compress best."""
    multi = np.array(
        [shapely.multipolygons([s]) if s.geom_type == "Polygon" else s for s in shapes]
    )
    _, points, offsets = shapely.to_ragged_array(multi, include_z=False)
    column: pa.Array = pa.StructArray.from_arrays(
        [pa.array(points[:, 0]), pa.array(points[:, 1])],
        fields=[pa.field("x", pa.float64(), False), pa.field("y", pa.float64(), False)],
    )
    for name, offset in zip(("vertices", "rings", "polygons"), offsets, strict=True):
        kind = pa.list_(pa.field(name, column.type, nullable=False))
        column = pa.ListArray.from_arrays(pa.array(offset, pa.int32()), column, type=kind)
    return column


def with_geometry(table: pa.Table, shapes: np.ndarray) -> pa.Table:
    """Add a ``geometry`` column and the GeoParquet 1.1 metadata that names its CRS."""
    import pyproj

    column = geometry_column(shapes)
    kind = pa.field(
        "geometry",
        column.type,
        metadata={"ARROW:extension:name": "geoarrow.multipolygon"},
    )
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "multipolygon",
                "geometry_types": ["MultiPolygon"],
                "crs": json.loads(pyproj.CRS.from_user_input(CRS).to_json()),
                "bbox": [float(v) for v in shapely.total_bounds(shapes)],
            }
        },
    }
    schema = table.schema.append(kind).with_metadata({"geo": json.dumps(geo, sort_keys=True)})
    return pa.table([*table.columns, column], schema=schema)


def write_parquet(table: pa.Table, path: Path, layout: Layout) -> None:
    """Write a table in one thread, without timestamps, whole or not at all."""
    leaves = _leaves(table.schema)
    encodings = {leaf: layout.encodings[c] for c, leaf in leaves if c in layout.encodings}
    options: dict[str, Any] = {
        "compression": "zstd",
        "compression_level": COMPRESSION_LEVEL,
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


def _row_group_starts(table: pa.Table, layout: Layout) -> list[int]:
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
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, schema) as writer:
        writer.write_table(schema.empty_table())
    parquet = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    paths = [parquet.column(i).path for i in range(len(parquet))]
    return [(path.split(".")[0], path) for path in paths]
