"""Make the columns of tables: texts, whole numbers, polygons."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

CRS = "EPSG:27700"


def dictionary_column(values: pd.Series | np.ndarray) -> pa.Array:
    """Encode texts against their sorted dictionary; a missing value stays missing."""
    codes = pd.Categorical(values)
    small = np.int16 if len(codes.categories) < 1 << 15 else np.int32
    mask = codes.codes < 0
    indices = pa.array(np.where(mask, 0, codes.codes).astype(small), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(codes.categories), pa.string()))


def whole_numbers(values: pd.Series) -> pa.Array:
    """Return an int32 column; a missing value stays missing."""
    plain = values.astype(object).where(values.notna(), None)
    return pa.array(plain.tolist(), pa.int32())


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
