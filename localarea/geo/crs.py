"""Reference systems: metres on the British National Grid inside, degrees only at the web edge."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from localarea.errors import CrsError, InputError

if TYPE_CHECKING:
    import geopandas as gpd

BRITISH_NATIONAL_GRID: Final = "EPSG:27700"  # metres
WGS84: Final = "EPSG:4326"  # degrees

Layer = TypeVar("Layer", "gpd.GeoDataFrame", "gpd.GeoSeries")


def require_crs(
    layer: gpd.GeoDataFrame | gpd.GeoSeries, *, expected: str = BRITISH_NATIONAL_GRID
) -> None:
    """
    Refuse geometry that is not in the reference system a function works in.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        Geometry with or without a reference system; it may be empty.
    expected : str
        The system needed; metres unless told otherwise.

    Raises
    ------
    CrsError
        If none is set, or it is another one.
    """
    if layer.crs is None or layer.crs != expected:
        raise CrsError(layer.crs, expected=expected)


def to_wgs84(layer: Layer) -> Layer:
    """
    Convert a layer for the web.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        CRS EPSG:27700; unit metre.

    Returns
    -------
    geopandas.GeoDataFrame or geopandas.GeoSeries
        The same rows, CRS EPSG:4326; unit degree; right to a few metres.

    Raises
    ------
    CrsError
        If the layer is not in EPSG:27700.
    """
    require_crs(layer)
    return layer.to_crs(WGS84)


@lru_cache(maxsize=1)
def _to_grid() -> Any:
    from pyproj import Transformer  # here: most runs convert nothing

    return Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)


def point_on_grid(latitude: float, longitude: float) -> tuple[float, float]:
    """
    Convert one pair of degrees to metres.

    Without Ordnance Survey's correction grid the answer is right to about five metres.

    Parameters
    ----------
    latitude, longitude : float
        Degrees, CRS EPSG:4326; latitude in [-90, 90], longitude in [-180, 180].

    Returns
    -------
    tuple of float
        Easting and northing in metres, CRS EPSG:27700.

    Raises
    ------
    InputError
        If either is out of range, or the point is too far from Britain for its grid.

    Examples
    --------
    >>> easting, northing = point_on_grid(51.8892, 0.9042)
    >>> round(easting, -2), round(northing, -2)
    (599900.0, 225200.0)
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InputError(
            f"{latitude}, {longitude} is no latitude and longitude; write degrees, "
            "latitude first, such as 51.889,0.904"
        )
    easting, northing = _to_grid().transform(longitude, latitude)
    if not (math.isfinite(easting) and math.isfinite(northing)):
        raise InputError(f"{latitude}, {longitude} is too far from Britain for its grid")
    return float(easting), float(northing)
