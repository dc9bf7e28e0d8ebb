"""
Polygons and lines in the publishers' vector files, whole.

GeoJSON, GeoJSON lines, GeoPackage and Shapefile, also as .gz (one file) or .zip
(GeoPackage, Shapefile, GeoJSON), through :func:`geopandas.read_file`. For a look at what a file
holds, or a file too large to read whole, see :mod:`localarea.datasets.publishers.layers`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

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

    import geopandas as gpd

_SHOWN: Final = 3
_NO_SYSTEM: Final = (
    "a Shapefile states it in its .prj, so copy that as well; else give it as assume_crs"
)


def read_vectors(
    path: str | Path,
    *,
    layer: str | None = None,
    bounds: Bounds | None = None,
    assume_crs: str | None = None,
) -> gpd.GeoDataFrame:
    """
    Read a layer of a vector file onto the British National Grid.

    Parameters
    ----------
    path : str or pathlib.Path
        ``FILE`` or ``FILE:LAYER``.
    layer : str, optional
        Name of the layer, or of one of several files in a zip; the only one by default.
    bounds : tuple of float, optional
        Left, bottom, right and top, in the file's own reference system: features that
        touch the box.
    assume_crs : str, optional
        Reference system of a file that does not say it, such as a Shapefile without a
        ``.prj``. A file that says another one is believed.

    Returns
    -------
    geopandas.GeoDataFrame
        CRS EPSG:27700; unit metre. Columns as published, in lower case; the geometry in
        ``geometry``.

    Raises
    ------
    FileFormatError
        If it is no vector file, is not whole, or has several layers and none was named.
    CrsError
        If it does not say its reference system and none was given.
    """
    import geopandas as gpd

    file = locate(path, layer)
    stated = check_whole(file)
    if not has_columns(file):
        why = "the .dbf file that belongs to it is missing, and with it the columns"
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
    Read the polygons of zones as published by the ONS.

    Parameters
    ----------
    path : str or pathlib.Path
        The file.
    code : str
        Column of the codes with its vintage, such as ``msoa11cd``, in any case.
    layer : str, optional
        Name of the layer; the only one by default.
    assume_crs : str, optional
        As for :func:`read_vectors`.
    repair : bool
        Mend the polygons whose outline crosses itself, as generalising and rounding by
        publishers makes it in many; when False such a polygon is a fault.

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
        If its reference system is not known.
    SchemaError
        If a code is missing, malformed or there twice, or a polygon is missing, empty or
        not valid; every fault is named.
    """
    frame = read_vectors(path, layer=layer, assume_crs=assume_crs)
    code = code.casefold()
    faults = Faults(f"zones of {as_path(path).name}")
    if code not in frame.columns:
        faults.add(f"no column {code}; the columns are {', '.join(frame.columns)}")
        faults.stop()
    codes = frame[code] = frame[code].astype("str").str.strip()  # some publishers pad them
    strange = codes[~codes.map(lambda c: re.fullmatch(r"[A-Z]\d{8}", c) is not None)]
    faults.rows(len(strange), f"have no code in {code}", strange.head(_SHOWN).tolist())
    twice = codes[codes.duplicated()]
    faults.rows(len(twice), f"repeat a {code}", twice.head(_SHOWN).tolist())
    shapes = frame.geometry
    areas = shapes.notna() & shapes.geom_type.isin(["Polygon", "MultiPolygon"]) & ~shapes.is_empty
    faults.rows(int((~areas).sum()), "have no polygon", codes[~areas].head(_SHOWN).tolist())
    if repair:
        shapes = frame.geometry = _mended(shapes)
    crossed = areas & ~shapes.is_valid
    faults.rows(
        int(crossed.sum()), "have a polygon that is not valid", codes[crossed].head(_SHOWN).tolist()
    )
    faults.stop()
    return frame.set_index(code).sort_index()


def _mended(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return valid polygons, without the lines and points that repair may leave behind."""
    import geopandas as gpd
    import shapely

    mended = shapes.to_numpy().copy()
    crossed = shapes.notna().to_numpy() & ~shapely.is_valid(mended)
    mended[crossed] = shapely.make_valid(mended[crossed], method="structure", keep_collapsed=False)
    return gpd.GeoSeries(mended, index=shapes.index, crs=shapes.crs)
