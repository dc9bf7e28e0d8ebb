"""Coordinate reference systems: the British National Grid inside, degrees only at the web edge."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from localarea.errors import CrsError, InputError

if TYPE_CHECKING:
    import geopandas as gpd

BRITISH_NATIONAL_GRID: Final = "EPSG:27700"  # metres
WGS84: Final = "EPSG:4326"  # degrees

CRS_FORMS: Final = (
    "EPSG:27700 (metres on the British National Grid), EPSG:4326 or CRS84 (longitude and latitude)"
)

Layer = TypeVar("Layer", "gpd.GeoDataFrame", "gpd.GeoSeries")

# PROJ would also accept paths, the addresses of grids and pipelines.
_EPSG: Final = re.compile(
    r"(?:EPSG:|urn:(?:x-)?ogc:def:crs:EPSG:[0-9.]{0,12}:|https?://www\.opengis\.net/def/crs/EPSG/[0-9.]{1,12}/)"
    r"([1-9][0-9]{3,5})",
    re.ASCII | re.IGNORECASE,
)
_CRS84: Final = re.compile(
    r"(?:(?:OGC:)?|urn:ogc:def:crs:OGC:[0-9.]{0,12}:|https?://www\.opengis\.net/def/crs/OGC/[0-9.]{1,12}/)"
    r"CRS84",
    re.ASCII | re.IGNORECASE,
)
_SHOWN: Final = 60  # characters of a name that an error message quotes


def without_network() -> None:
    """Stop PROJ from downloading grids: user input must not decide which hosts are contacted."""
    os.environ["PROJ_NETWORK"] = "OFF"  # for GDAL as well, which bundles its own PROJ
    if "pyproj" in sys.modules:
        import pyproj.network as projections

        projections.set_network_enabled(active=False)  # type: ignore[attr-defined]


def parse_crs(name: object) -> str:
    """
    Parse the name of a coordinate reference system that came with a user's geometry.

    Only a number is passed to PROJ, which would accept paths, addresses and definitions as text.

    Parameters
    ----------
    name : object
        ``EPSG:n``, ``urn:ogc:def:crs:EPSG::n``, ``http://www.opengis.net/def/crs/EPSG/0/n``,
        or CRS84 as ``CRS84``, ``OGC:CRS84``, ``urn:ogc:def:crs:OGC:1.3:CRS84`` or
        ``http://www.opengis.net/def/crs/OGC/1.3/CRS84``; case does not matter.

    Returns
    -------
    str
        ``EPSG:n``; ``EPSG:4326`` for CRS84, because longitude always comes first here.

    Raises
    ------
    InputError
        If it has none of these forms, or its number is not that of a two-dimensional
        geographic or projected system.

    Examples
    --------
    >>> parse_crs("urn:ogc:def:crs:OGC:1.3:CRS84"), parse_crs("epsg:27700")
    ('EPSG:4326', 'EPSG:27700')
    """
    text = name.strip() if isinstance(name, str) else ""
    if _CRS84.fullmatch(text):
        return WGS84
    found = _EPSG.fullmatch(text)
    if found is None:
        quoted = repr(name[:_SHOWN]) if isinstance(name, str) else "the value"
        raise InputError(
            f"{quoted} is not a supported coordinate reference system; use {CRS_FORMS}"
        )
    number = int(found[1])
    if not _is_known(number):
        raise InputError(f"EPSG:{number} is not a two-dimensional map system; use {CRS_FORMS}")
    return f"EPSG:{number}"


def stated_crs(document: Mapping[str, Any], label: str) -> str | None:
    """
    Read the ``crs`` member of a GeoJSON document, as the specification of 2008 defined it.

    ``document``: the GeoJSON document, with or without its features. Returns ``EPSG:n``; None if
    there is no ``crs``, which means longitude and latitude. InputError if ``crs`` is a link, or
    :func:`parse_crs` does not accept it.
    """
    stated = document.get("crs")
    if stated is None:
        return None
    if isinstance(stated, Mapping):
        about = stated.get("properties")
        if stated.get("type") == "link":
            raise InputError(f"{label}: 'crs' is a link, which is not followed; name the system")
        stated = about.get("name") if isinstance(about, Mapping) else None
    try:
        return parse_crs(stated)
    except InputError as error:
        raise InputError(f"{label}: 'crs': {error}") from None


@lru_cache(maxsize=256)
def _is_known(number: int) -> bool:
    without_network()
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_epsg(number)
    except CRSError:
        return False
    return (system.is_geographic or system.is_projected) and len(system.axis_info) == 2


def require_crs(
    layer: gpd.GeoDataFrame | gpd.GeoSeries, *, expected: str = BRITISH_NATIONAL_GRID
) -> None:
    """
    Raise an error if geometry is not in the expected coordinate reference system.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        May be empty, or have no CRS.

    Raises
    ------
    CrsError
        If the layer has no CRS, or another one.
    """
    if layer.crs is None or layer.crs != expected:
        raise CrsError(layer.crs, expected=expected)


def to_wgs84(layer: Layer) -> Layer:
    """
    Convert a layer to longitude and latitude.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        CRS EPSG:27700; unit metre.

    Returns
    -------
    geopandas.GeoDataFrame or geopandas.GeoSeries
        The same rows, CRS EPSG:4326; unit degree; accurate to a few metres.

    Raises
    ------
    CrsError
        If the layer is not in EPSG:27700.
    """
    require_crs(layer)
    return layer.to_crs(WGS84)


@lru_cache(maxsize=1)
def _to_grid() -> Any:
    from pyproj import Transformer  # imported here because most runs convert nothing

    return Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)


def point_on_grid(latitude: float, longitude: float) -> tuple[float, float]:
    """
    Convert a latitude and longitude to British National Grid coordinates.

    Without Ordnance Survey's correction grid, the result is accurate to about five metres.

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
        If either is out of range, or the point is too far from Britain for the grid.

    Examples
    --------
    >>> easting, northing = point_on_grid(51.8892, 0.9042)
    >>> round(easting, -2), round(northing, -2)
    (599900.0, 225200.0)
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InputError(
            f"{latitude}, {longitude} is not a latitude and longitude; use degrees, "
            "latitude first, such as 51.889,0.904"
        )
    easting, northing = _to_grid().transform(longitude, latitude)
    if not (math.isfinite(easting) and math.isfinite(northing)):
        raise InputError(f"{latitude}, {longitude} is too far from Britain for the National Grid")
    return float(easting), float(northing)
