"""Reference systems: metres on the British National Grid inside, degrees only at the web edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.errors import CrsError

if TYPE_CHECKING:
    import geopandas as gpd

BRITISH_NATIONAL_GRID: Final = "EPSG:27700"
WGS84: Final = "EPSG:4326"


def require_crs(
    layer: gpd.GeoDataFrame | gpd.GeoSeries, *, expected: str = BRITISH_NATIONAL_GRID
) -> None:
    """
    Refuse geometry that is not in the reference system a function works in.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        Geometry with or without a reference system.
    expected : str
        The system needed; metres unless told otherwise.

    Raises
    ------
    CrsError
        If none is set, or it is another one.
    """
    if layer.crs is None or layer.crs != expected:
        raise CrsError(layer.crs, expected=expected)


def to_wgs84(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Convert a layer for the web.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame
        CRS EPSG:27700; unit metre.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows, CRS EPSG:4326; unit degree.

    Raises
    ------
    CrsError
        If the layer is not in EPSG:27700.
    """
    require_crs(layer)
    return layer.to_crs(WGS84)


def point_on_grid(latitude: float, longitude: float) -> tuple[float, float]:
    """
    Convert one pair of degrees to metres.

    Parameters
    ----------
    latitude, longitude : float
        Degrees, CRS EPSG:4326.

    Returns
    -------
    tuple of float
        Easting and northing in metres, CRS EPSG:27700.
    """
    from pyproj import Transformer

    transformer = Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
    easting, northing = transformer.transform(longitude, latitude)
    return float(easting), float(northing)
