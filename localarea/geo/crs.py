"""Reference systems: metres on the British National Grid inside, degrees only at the web edge."""

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

# What else PROJ takes for a name is a path, an address of grids or a recipe of its own.
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
_SHOWN: Final = 60  # characters of a name that an error repeats


def without_network() -> None:
    """Keep PROJ from fetching grids: what is asked for must not decide whom this machine calls."""
    os.environ["PROJ_NETWORK"] = "OFF"  # that of GDAL too, which has a PROJ of its own
    if "pyproj" in sys.modules:
        import pyproj.network as projections

        projections.set_network_enabled(active=False)  # type: ignore[attr-defined]


def parse_crs(name: object) -> str:
    """
    Read the name of a reference system that came with somebody's geometry.

    Only a number reaches PROJ: as text it takes paths, addresses and definitions too.

    Parameters
    ----------
    name : object
        ``EPSG:n``, ``urn:ogc:def:crs:EPSG::n``, ``http://www.opengis.net/def/crs/EPSG/0/n``,
        or CRS84 as ``CRS84``, ``OGC:CRS84``, ``urn:ogc:def:crs:OGC:1.3:CRS84`` or
        ``http://www.opengis.net/def/crs/OGC/1.3/CRS84``; in capitals or not.

    Returns
    -------
    str
        ``EPSG:n``; for CRS84 ``EPSG:4326``, since longitude always comes first here.

    Raises
    ------
    InputError
        If it has none of these forms, or no system of degrees or metres on a map has that
        number.

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
        said = repr(name[:_SHOWN]) if isinstance(name, str) else "what is given"
        raise InputError(f"{said} names no reference system that is read here; write {CRS_FORMS}")
    number = int(found[1])
    if not _is_known(number):
        raise InputError(f"EPSG:{number} is no reference system of a map; write {CRS_FORMS}")
    return f"EPSG:{number}"


def stated_crs(document: Mapping[str, Any], label: str) -> str | None:
    """
    Read the reference system that a GeoJSON states, as its edition of 2008 did.

    Parameters
    ----------
    document : mapping
        The GeoJSON, or its members without the features.
    label : str
        What to call it.

    Returns
    -------
    str or None
        ``EPSG:n``; None when it states none, which means longitude and latitude.

    Raises
    ------
    InputError
        If its ``crs`` is a link, or is none that :func:`parse_crs` reads.
    """
    stated = document.get("crs")
    if stated is None:
        return None
    if isinstance(stated, Mapping):
        about = stated.get("properties")
        if stated.get("type") == "link":
            raise InputError(f"{label}: a 'crs' that is a link is not followed; name the system")
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
