"""
Polygons and lines in the publishers' vector files, whole.

GeoJSON, GeoJSON lines, GeoPackage and Shapefile, also as .gz (one file) or .zip
(GeoPackage, Shapefile), through :func:`geopandas.read_file`. For a look at what a file
holds, or a file too large to read whole, see :mod:`localarea.datasets.publishers.layers`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.datasets._content import in_words
from localarea.datasets.publishers._delimited import Faults
from localarea.datasets.publishers._opening import as_path, content_of_file
from localarea.errors import CrsError, FileFormatError
from localarea.geo.crs import BRITISH_NATIONAL_GRID

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from localarea.datasets._content import Content

Bounds = tuple[float, float, float, float]
EXPECTED: Final = "expected GeoJSON, GeoJSON lines, GeoPackage or Shapefile"
_NO_VECTORS: Final[frozenset[Content]] = frozenset(
    {"empty", "html", "pdf", "old_excel", "parquet", "7z"}
)
_MANY_LAYERS: Final[frozenset[Content]] = frozenset({"sqlite", "zip"})
_SHOWN: Final = 3


def location_of(path: Path) -> str:
    """
    Give the name under which GDAL opens a file, after a look at what it holds.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    str
        The path, with GDAL's prefix for a gzipped or zipped one.

    Raises
    ------
    FileFormatError
        If the file is missing, a web page, or otherwise no vector file.
    """
    if path.is_dir() and path.suffix.casefold() == ".gdb":
        return str(path)
    kind, head = content_of_file(path)
    if kind in _NO_VECTORS:
        raise FileFormatError(path, f"it is {in_words(kind, head)}", hint=EXPECTED)
    if kind == "gzip":
        return f"/vsigzip/{path}"
    return f"/vsizip/{path}" if kind == "zip" else str(path)


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
        The file.
    layer : str, optional
        Name of the layer; the only one by default.
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
        If it is no vector file, or has several layers and none was named.
    CrsError
        If it does not say its reference system and none was given.
    """
    import geopandas as gpd

    path = as_path(path)
    location = location_of(path)
    try:
        frame = gpd.read_file(location, layer=_only_layer(path, location, layer), bbox=bounds)
    except (ValueError, RuntimeError, OSError) as error:
        if isinstance(error, FileFormatError):
            raise
        raise FileFormatError(path, _first_line(error), hint=EXPECTED) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise FileFormatError(path, "its layer has no geometry", hint=EXPECTED)
    if frame.crs is None:
        if assume_crs is None:
            raise CrsError(None, expected=BRITISH_NATIONAL_GRID)
        frame = frame.set_crs(assume_crs)
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
        If it is no vector file.
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
    codes = frame[code].astype("str")
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
    """Give valid polygons, without the lines and points that mending may leave behind."""
    import geopandas as gpd
    import shapely

    mended = shapes.to_numpy().copy()
    crossed = shapes.notna().to_numpy() & ~shapely.is_valid(mended)
    mended[crossed] = shapely.make_valid(mended[crossed], method="structure", keep_collapsed=False)
    return gpd.GeoSeries(mended, index=shapes.index, crs=shapes.crs)


def _only_layer(path: Path, location: str, layer: str | None) -> str | None:
    """Give the layer to read: a file of several must be asked for one by name."""
    import geopandas as gpd

    if layer is None and not path.is_dir() and content_of_file(path)[0] not in _MANY_LAYERS:
        return None
    names = list(gpd.list_layers(location)["name"])
    if layer is None and len(names) > 1:
        shown = ", ".join(names[:12])
        raise FileFormatError(path, f"it has {len(names)} layers: {shown}", hint="name one")
    if layer is not None and layer not in names:
        raise FileFormatError(path, f"it has no layer {layer!r}", hint=f"it has {', '.join(names)}")
    return layer


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
