"""Data of the service's map: zones with their figures, and the outline of every option."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd

from localarea.geo.crs import to_wgs84
from localarea.options.minutes.zone_minutes import minutes_to_anchor
from localarea.reports.cartography.study_area import (
    districts_of,
    read_study_zones,
    simplify_zones,
    union_of,
    zone_bounds,
    zones_of_interest,
)
from localarea.reports.cartography.styles import style_options
from localarea.reports.maps.option_map import write_geojson
from localarea.reports.maps.options_page import first_shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

_TOLERANCE_M: Final = 120.0


def live_map(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> dict[str, Any]:
    """
    Gather the data of a live map of options.

    Parameters
    ----------
    options : sequence of Option
        Zones of 2011, at least one, in the order of the legend.

    Returns
    -------
    dict
        ``zones`` and ``districts`` (feature collections, WGS84; a zone has ``name``,
        ``district``, ``share``, ``minutes`` and ``local``, the ids of the options that include
        it; a district ``name`` and ``at``, latitude and longitude of a point in it), and
        ``options`` (feature collection with ``title``, ``colour``, ``dash`` and ``width``).
        Outlines are simplified together, so that shared edges stay shared.
    """
    wanted = zones_of_interest(options, council, store=store)
    zones = read_study_zones(zone_bounds(wanted, store=store), council, store=store)
    zones = simplify_zones(zones, _TOLERANCE_M)
    known = minutes_to_anchor(council, store=store)
    drawn = write_geojson(zones.geometry)
    for feature, (code, row) in zip(drawn["features"], zones.iterrows(), strict=True):
        feature["properties"] = {
            "code": code,
            "name": row["name"],
            "district": row["district"],
            "share": _finite(row["share_to_anchor"], 4),
            "minutes": _finite(known.get(str(code), math.inf), 0),
            "local": [o.id for o in options if code in o.zones],
        }
    return {
        "zones": drawn,
        "districts": _districts(zones),
        "options": _outlines(options, zones, council),
        "shown": first_shown(options, council),
    }


def _districts(zones: Any) -> dict[str, Any]:
    districts = districts_of(zones)
    drawn = write_geojson(districts.geometry)
    points = to_wgs84(districts.geometry.representative_point())
    for feature, name, point in zip(drawn["features"], districts["name"], points, strict=True):
        feature["properties"] = {"name": name, "at": [round(point.y, 4), round(point.x, 4)]}
    return drawn


def _outlines(options: Sequence[Option], zones: Any, council: Council) -> dict[str, Any]:
    styles = style_options(
        [o.id for o in options],
        council.default_option,
        contested=[c.key for c in council.contested],
    )
    shapes = [union_of(zones.loc[list(o.zones)].geometry) for o in options]
    lines = write_geojson(gpd.GeoSeries(shapes, index=[o.id for o in options], crs=zones.crs))
    for feature, option in zip(lines["features"], options, strict=True):
        style = styles[option.id]
        feature["properties"] = {
            "id": option.id,
            "title": option.title,
            "colour": style.colour,
            "dash": style.dash,
            "width": style.width,
        }
    return lines


def _finite(value: float, digits: int) -> float | None:
    return round(float(value), digits) if math.isfinite(value) else None
