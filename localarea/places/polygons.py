"""
Drawn places: polygons from a file or GeoJSON, and the zones in them.

A zone is in a polygon if its population-weighted centroid is inside or on the edge, the rule by
which the ONS fits small areas to larger ones that cut them. The polygon only selects zones: its
own line is never a boundary.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.errors import CrsError, InputError, OutsideCoverageError
from localarea.geo.crs import BRITISH_NATIONAL_GRID, WGS84, without_network
from localarea.geo.validity import count_meetings
from localarea.hashing import text_sha256
from localarea.places.drawn_areas import parse_drawn, require_few_vertices
from localarea.places.polygon_files import drawn_layer, names_file, read_polygon_file

if TYPE_CHECKING:
    from os import PathLike

    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from localarea.datasets.store import DataStore
    from localarea.records import ZoneSystem

_DECIMALS: Final = 2  # centimetres: a drawn line is no more accurate
_DRAWN: Final = "drawn area"
_NO_SYSTEM: Final = (
    "a Shapefile states it in its .prj, so copy that as well; or export the file again as "
    "GeoPackage with its coordinate reference system"
)
_FIRST_WORD: Final = re.compile(r"\s*([A-Za-z]+)")
_MOST_MEETINGS: Final = 200_000  # pairs of edges, in addition to those allowed for each edge
_MEETINGS_PER_EDGE: Final = 10
_LATITUDES, _LONGITUDES = (49, 56), (-7, 2)  # of England and Wales, in degrees


@dataclass(frozen=True, slots=True)
class Polygon:
    """
    A polygon that represents the zones in it. Hashable.

    Attributes
    ----------
    label : str
        Name of the file or the feature, or ``drawn area``.
    wkt : str
        The polygon as WKT, CRS EPSG:27700, rounded to the centimetre.
    """

    label: str
    wkt: str

    @property
    def key(self) -> str:
        """
        Return a key that distinguishes polygons of the same label.

        First six digits of the hash of the polygon.
        """
        return text_sha256(self.wkt)[:6]


def looks_drawn(place: object) -> bool:
    """
    Check whether the user's input for a place is a polygon or the name of a file.

    True for a mapping, a path, text that starts with a brace, and text that has the extension of a
    file of polygons, with or without the name of a layer.
    """
    if not isinstance(place, str):
        return True
    return place.lstrip().startswith("{") or names_file(place)


def read_polygon(source: Mapping[str, Any] | str | PathLike[str]) -> Polygon:
    """
    Read a drawn polygon.

    Parameters
    ----------
    source : mapping, str or path
        GeoJSON as a mapping or as text (longitude and latitude, WGS84), or the path of a
        GeoJSON, GeoPackage or Shapefile, also in a zip; ``FILE:LAYER`` for a file with several
        layers. Several polygons are merged.

    Returns
    -------
    Polygon
        Valid, in EPSG:27700.

    Raises
    ------
    FileFormatError
        If the file does not exist, is not of a supported format, or has several layers and
        none was named.
    CrsError
        If the file does not state its CRS.
    InputError
        If there is no polygon, it is empty, its line crosses itself, or its numbers do not
        match its CRS.
    """
    if isinstance(source, str) and source.lstrip().startswith("{"):
        source = parse_drawn(source, f"the {_DRAWN}")
    if isinstance(source, Mapping):
        layer, name = drawn_layer(source, f"the {_DRAWN}")
        label = name or _DRAWN
    else:
        layer, label = read_polygon_file(source)
    return Polygon(label, _write(_one_shape(layer, label)))


def shape_of(polygon: Polygon) -> BaseGeometry:
    """
    Convert a polygon to a shapely geometry.

    Parameters
    ----------
    polygon : Polygon
        From :func:`read_polygon` or the file of a scenario.

    Returns
    -------
    shapely Polygon or MultiPolygon
        CRS EPSG:27700; valid; unit metre.

    Raises
    ------
    InputError
        If its text is not a valid polygon.
    """
    import shapely

    kind = _FIRST_WORD.match(polygon.wkt)
    if kind and kind[1].upper() not in ("POLYGON", "MULTIPOLYGON"):
        # Check before parsing: deeply nested collections would crash the process.
        raise InputError(f"{polygon.label} has a {kind[1][:40].title()}, which is not an area")
    try:
        with np.errstate(all="ignore"):  # an infinite number is reported below
            shape = shapely.force_2d(shapely.from_wkt(polygon.wkt))
    except (shapely.errors.ShapelyError, ValueError) as error:
        raise InputError(f"{polygon.label}: the polygon cannot be read as WKT") from error
    _require_area(shape, polygon.label)
    return shape


def zones_in(
    polygon: Polygon, *, zone_system: ZoneSystem = "msoa11", store: DataStore | None = None
) -> tuple[str, ...]:
    """
    Return the zones in a polygon.

    Codes of the zones whose population-weighted centroid is inside or on the edge, sorted; at least
    one. OutsideCoverageError if it is entirely outside England and Wales. InputError if it contains
    no centroid of a zone; the message names the nearest.
    """
    import shapely

    from localarea.datasets.store import default_store

    shape = shape_of(polygon)
    system = zone_system
    columns = [f"{system}cd", "easting", "northing"]
    table = (store or default_store()).read(f"centroids_{system}", columns=columns)
    codes = np.array(table[columns[0]].to_pylist(), dtype=str)
    points = shapely.points(table["easting"].to_numpy(), table["northing"].to_numpy())
    shapely.prepare(shape)
    inside = shapely.covers(shape, points)
    if inside.any():
        return tuple(sorted(codes[inside].tolist()))
    from localarea.places.gazetteer import read_gazetteer
    from localarea.places.outline import zone_shapes

    nearest = str(codes[int(np.argmin(shapely.distance(shape, points)))])
    zones = zone_shapes(tuple(sorted(codes.tolist())), system, store=store)
    if not shapely.intersects(shape, zones).any():
        raise OutsideCoverageError(polygon.label, _where(shape))
    name = read_gazetteer(zone_system, store=store).zone_names[nearest]
    raise InputError(
        f"{polygon.label} does not contain the population-weighted centroid of any zone; draw it "
        f"larger, or name the zone: the nearest is {nearest} ({name})"
    )


def _where(shape: BaseGeometry) -> str:
    """Describe where a polygon without zones is, and whether its coordinates seem swapped."""
    import geopandas as gpd

    point = gpd.GeoSeries([shape.representative_point()], crs=BRITISH_NATIONAL_GRID)
    at = point.to_crs(WGS84).iloc[0]
    text = f"no zone of England and Wales (about latitude {at.y:.2f}, longitude {at.x:.2f})"
    (south, north), (west, east) = _LATITUDES, _LONGITUDES
    swapped = south < at.x < north and west < at.y < east
    return text + ("; GeoJSON has longitude first, then latitude" if swapped else "")


def _one_shape(layer: gpd.GeoDataFrame, label: str) -> BaseGeometry:
    import shapely

    shapes = layer.geometry[~layer.geometry.isna()].to_numpy()
    require_few_vertices(int(shapely.get_num_coordinates(shapes).sum()), label)
    for shape in shapes:
        _require_area(shape, label)
    _require_numbers(layer, label)
    on_grid = shapely.force_2d(_on_grid(layer, label))
    if len(on_grid) > 1:
        _require_few_meetings(on_grid, label)
    union = shapely.union_all(on_grid)
    _require_area(union, label)
    return union


def _on_grid(layer: gpd.GeoDataFrame, label: str) -> NDArray[Any]:
    import shapely
    from pyproj.exceptions import ProjError

    without_network()
    try:
        shapes = layer.to_crs(BRITISH_NATIONAL_GRID).geometry.dropna().to_numpy()
        found = bool(np.isfinite(shapely.get_coordinates(shapes)).all())
    except ProjError:
        found = False
    if not found:
        raise InputError(
            f"{label} is too far from Britain for the National Grid; draw it in Britain"
        )
    return np.asarray(shapes)


def _require_few_meetings(shapes: NDArray[Any], label: str) -> None:
    """Raise an error for polygons that cross so often that their union would not fit in memory."""
    import shapely

    lines = int(shapely.get_num_coordinates(shapes).sum())
    most = _MOST_MEETINGS + _MEETINGS_PER_EDGE * lines
    if count_meetings(shapes, most=most) > most:
        raise InputError(
            f"{label} has polygons whose lines cross one another too often; draw one polygon"
        )


def _require_area(shape: BaseGeometry, label: str) -> None:
    import shapely

    if shape.is_empty:
        raise InputError(f"{label} is empty; draw a polygon")
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise InputError(f"{label} has a {shape.geom_type}, which is not an area; draw a polygon")
    if not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        raise InputError(
            f"{label} is not a valid polygon ({why}): its line crosses or touches itself; draw it "
            "again, or repair it with 'Fix geometries' in QGIS"
        )


def _require_numbers(layer: gpd.GeoDataFrame, label: str) -> None:
    if layer.crs is None:
        raise CrsError(None, hint=_NO_SYSTEM)
    bounds = layer.total_bounds
    if not all(map(math.isfinite, bounds)):
        raise InputError(f"{label} has a coordinate that is not a number; draw it again")
    west, south, east, north = bounds
    degrees = max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90
    if layer.crs.is_geographic == degrees:
        return
    unit, numbers = ("degrees", "metres") if layer.crs.is_geographic else ("metres", "degrees")
    raise InputError(
        f"{label} states that it is in {unit} ({layer.crs.to_string()}), but its numbers "
        f"({west:,.1f} to {east:,.1f} and {south:,.1f} to {north:,.1f}) look like {numbers}; "
        "set the right coordinate reference system ('Assign projection' in QGIS), or draw it again"
    )


def _write(shape: BaseGeometry) -> str:
    import shapely

    text: str = shapely.to_wkt(shape, rounding_precision=_DECIMALS)
    return text
