"""
Whole layers of polygons and lines from vector files.

Reads GeoJSON, GeoJSON lines, GeoPackage and Shapefile, also as .gz (one file) or .zip (GeoPackage,
Shapefile, GeoJSON), with :func:`geopandas.read_file`. To list the layers of a file, or to read one
that does not fit in memory, see :mod:`localarea.datasets.publishers.layers`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import shapely

from localarea.datasets.publishers._delimited import Faults
from localarea.datasets.publishers._opening import as_path
from localarea.datasets.publishers.vector_files import (
    EXPECTED,
    check_whole,
    has_columns,
    locate,
)
from localarea.datasets.publishers.vector_layers import Bounds, own_errors, read_layer
from localarea.errors import CrsError, FileFormatError
from localarea.geo.crs import BRITISH_NATIONAL_GRID

if TYPE_CHECKING:
    from pathlib import Path


_EXAMPLES: Final = 3  # codes that an error quotes
_NO_SYSTEM: Final = (
    "a Shapefile states it in its .prj, so copy that as well; otherwise pass assume_crs"
)


def read_vectors(
    path: str | Path,
    *,
    layer: str | None = None,
    bounds: Bounds | None = None,
    assume_crs: str | None = None,
    to_grid: bool = True,
) -> gpd.GeoDataFrame:
    """
    Read a layer of a vector file, in British National Grid coordinates.

    Parameters
    ----------
    path : str or pathlib.Path
        ``FILE`` or ``FILE:LAYER``.
    layer : str, optional
        Name of the layer, or of one of several files in a zip. Required if there are several.
    bounds : tuple of float, optional
        Min x, min y, max x, max y in the file's CRS. Only features that touch the box.
    assume_crs : str, optional
        CRS of a file that does not state one, such as a Shapefile without a ``.prj``. Ignored if
        the file does.
    to_grid : bool
        Whether to convert to British National Grid; otherwise the CRS is the file's.

    Returns
    -------
    geopandas.GeoDataFrame
        CRS EPSG:27700; unit metre. Columns as published, in lower case; the geometry column
        is ``geometry``.

    Raises
    ------
    FileFormatError
        If it is not a vector file, is incomplete, or has several layers and none was named.
    CrsError
        If it does not state its CRS and `assume_crs` is not passed.
    """
    file = locate(path, layer)
    stated = check_whole(file)
    if not has_columns(file):
        why = "its .dbf file, which holds the columns, is missing"
        raise FileFormatError(file.path, why, hint="copy all its parts together")
    frame = read_layer(file, bounds=bounds)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise FileFormatError(file.path, "its layer has no geometry", hint=EXPECTED)
    if stated is not None:
        frame = frame.set_crs(stated, allow_override=True)
    if frame.crs is None:
        if assume_crs is None:
            raise CrsError(None, expected=BRITISH_NATIONAL_GRID, hint=_NO_SYSTEM)
        frame = frame.set_crs(assume_crs)
    if to_grid:
        with own_errors(file.path):
            frame = frame.to_crs(BRITISH_NATIONAL_GRID)
    return frame.rename(columns={c: c.casefold() for c in frame.columns if c != "geometry"})


def read_zone_polygons(
    path: str | Path,
    code: str,
    *,
    layer: str | None = None,
    assume_crs: str | None = None,
    repair: bool = True,
) -> gpd.GeoDataFrame:
    """
    Read polygons of zones as published by the ONS.

    Parameters
    ----------
    code : str
        Column of the codes, with its vintage, such as ``msoa11cd``; case does not matter.
    layer : str, optional
        Name of the layer. Required if there are several.
    assume_crs : str, optional
        As for :func:`read_vectors`.
    repair : bool
        Repair self-intersecting polygons, which generalising and rounding often cause. If
        False, such a polygon is a fault.

    Returns
    -------
    geopandas.GeoDataFrame, shape (n_zones, ...)
        Indexed by `code`, sorted; columns as published, in lower case. CRS EPSG:27700;
        polygons valid and not empty; unit metre.

    Raises
    ------
    FileFormatError
        As for :func:`read_vectors`.
    CrsError
        If its CRS is unknown.
    SchemaError
        If a code is missing, malformed or repeated, or a polygon is missing, empty or
        invalid; lists every fault.
    """
    frame = read_vectors(path, layer=layer, assume_crs=assume_crs)
    code = code.casefold()
    faults = Faults(f"zones of {as_path(path).name}")
    if code not in frame.columns:
        faults.add(f"no column {code}; the columns are {', '.join(frame.columns)}")
        faults.stop()
    codes = frame[code] = frame[code].astype("str").str.strip()  # some publishers pad them
    strange = codes[~codes.map(lambda c: re.fullmatch(r"[A-Z]\d{8}", c) is not None)]
    faults.rows(len(strange), f"have no code in {code}", strange.head(_EXAMPLES).tolist())
    twice = codes[codes.duplicated()]
    faults.rows(len(twice), f"repeat a {code}", twice.head(_EXAMPLES).tolist())
    shapes = frame.geometry
    areas = shapes.notna() & shapes.geom_type.isin(["Polygon", "MultiPolygon"]) & ~shapes.is_empty
    faults.rows(int((~areas).sum()), "have no polygon", codes[~areas].head(_EXAMPLES).tolist())
    if repair:
        shapes = frame.geometry = _repaired(shapes)
    crossed = areas & ~shapes.is_valid
    faults.rows(
        int(crossed.sum()),
        "have a polygon that is not valid",
        codes[crossed].head(_EXAMPLES).tolist(),
    )
    faults.stop()
    return frame.set_index(code).sort_index()


def _repaired(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return valid polygons, without the lines and points that a repair may leave."""
    mended = shapes.to_numpy().copy()
    crossed = shapes.notna().to_numpy() & ~shapely.is_valid(mended)
    mended[crossed] = shapely.make_valid(mended[crossed], method="structure", keep_collapsed=False)
    return gpd.GeoSeries(mended, index=shapes.index, crs=shapes.crs)
