"""Data for the script of a map page: zones, options, shades, names and postcodes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely
from shapely import Point

from localarea.datasets.districts import read_districts
from localarea.datasets.store import default_store
from localarea.extras import extra
from localarea.geo.crs import BRITISH_NATIONAL_GRID, to_wgs84
from localarea.reports.cartography.shading import (
    CHANGES,
    COMMUTING,
    MINUTES,
    RINGS,
    STANDING_COLOURS,
    standing_classes,
)
from localarea.reports.cartography.study_area import (
    districts_of,
    read_study_zones,
    simplify_zones,
    union_of,
    zone_bounds,
    zones_of_interest,
)
from localarea.reports.cartography.styles import style_options
from localarea.reports.cartography.towns import read_towns
from localarea.reports.maps.offline_page import read_asset
from localarea.reports.maps.option_map import STAR, escape, write_geojson
from localarea.reports.maps.options_page import anchor_place
from localarea.reports.maps.postcode_search import pack_postcodes

with extra("maps"):
    from branca.element import MacroElement
    from folium.template import Template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.reports.cartography.shading import Shades
    from localarea.reports.cartography.study_area import Bounds

_TOLERANCE_M: Final = 80.0
_AROUND_M: Final = 3_000.0  # margin around the options within which zones are shaded
_LAND_M: Final = 15_000.0  # margin within which districts are drawn, for orientation
_FAR_M: Final = 120_000.0  # margin within which land is drawn without borders
_ROUGH_M: Final = 500.0


class Atlas(MacroElement):
    """
    Element with the data and the script of a page, placed after its maps.

    Parameters
    ----------
    data : dict
        Data from `gather_atlas`.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            const localareaMaps = [{% for map in this.maps %}{{ map.get_name() }},{% endfor %}];
            const localareaAtlas = {{ this.data }};
            {{ this.code }}
        {% endmacro %}
        """
    )

    def __init__(self, data: dict[str, Any], maps: Sequence[Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
        # A name must not be able to close the script element.
        self.data = text.replace("<", "\\u003c")
        self.maps, self.code = maps, read_asset("atlas.js")


def gather_atlas(
    options: Sequence[Option],
    council: Council,
    *,
    mode: str,
    lead: str | None = None,
    minutes: bool = True,
    tiles: bool = False,
    store: DataStore | None = None,
) -> tuple[dict[str, Any], gpd.GeoDataFrame]:
    """
    Gather the data of a map page.

    Parameters
    ----------
    options : sequence of Option
        Zones of 2011; at least one.
    lead : str or None, default None
        The option drawn in the first colour.
    tiles : bool, default False
        Whether there are map tiles beneath, so that land is drawn lightly.

    Returns
    -------
    data : dict
        Values that can be serialised as JSON.
    zones : geopandas.GeoDataFrame
        Zones that are shaded and searched, in the order used by ``data``;
        CRS EPSG:27700.
    """
    store = store or default_store()
    bounds = zone_bounds(zones_of_interest(options, council, store=store), store=store)
    wide = (bounds[0] - _LAND_M, bounds[1] - _LAND_M, bounds[2] + _LAND_M, bounds[3] + _LAND_M)
    near = read_study_zones(wide, council, minutes=minutes, store=store)
    shaded = _shaded(near, bounds, options)
    near = simplify_zones(near, _TOLERANCE_M)
    zones = near[shaded]
    districts = districts_of(near)
    data = {
        "mode": mode,
        "tiles": tiles,
        "anchor": _anchor(council, store),
        "options": _options(options, council, zones, lead),
        "rings": _rings(zones) if minutes else [],
        "zones": write_geojson(zones.geometry),
        "land": write_geojson(_one(union_of(near.geometry), zones)),
        "borders": write_geojson(_one(_borders(districts, wide), zones)),
        "far": write_geojson(_far_land(wide, store)),
        "rows": _rows(zones, minutes=minutes),
        "shades": _shades(options, zones, minutes=minutes),
        "changes": {change: look[0] for change, look in CHANGES.items()},
        "towns": _towns(wide, council, store),
        "districts": _names(districts, council, store),
        "postcodes": pack_postcodes(zones.index.tolist(), store=store),
    }
    return data, zones


def _shaded(near: gpd.GeoDataFrame, bounds: Bounds, options: Sequence[Option]) -> NDArray[np.bool_]:
    """Select the zones to shade: those of the options, and those inside the window."""
    window = shapely.box(*bounds).buffer(_AROUND_M, join_style="mitre")
    # A zone whose centre is outside the window could extend far beyond it.
    middle = near.geometry.representative_point().within(window).to_numpy()
    return np.asarray(middle | near.index.isin({z for o in options for z in o.zones}))


def _one(shape: Any, like: gpd.GeoDataFrame | gpd.GeoSeries) -> gpd.GeoSeries:
    return gpd.GeoSeries([shape], index=["all"], crs=like.crs)


def _borders(districts: gpd.GeoDataFrame, wide: Bounds) -> Any:
    """Return each shared border once, leaving out the edge of the data."""
    lines = shapely.union_all(shapely.boundary(districts.geometry.to_numpy()))
    return shapely.line_merge(shapely.clip_by_rect(lines, *wide))


def _far_land(wide: Bounds, store: DataStore) -> gpd.GeoSeries:
    """Return a rough outline of the land beyond the map's zones, so it is not drawn as sea."""
    near = shapely.box(*wide)
    far = near.buffer(_FAR_M, join_style="mitre")
    districts = read_districts(store=store).geometry
    some = districts[districts.intersects(far).to_numpy()]
    rough = shapely.simplify(union_of(some), _ROUGH_M)
    beyond = shapely.make_valid(rough).intersection(far).difference(near)
    return _one(beyond, some)


def _point(x: float, y: float) -> dict[str, float]:
    place = to_wgs84(gpd.GeoSeries([Point(x, y)], crs=BRITISH_NATIONAL_GRID)).iloc[0]
    return {"lat": round(place.y, 5), "lng": round(place.x, 5)}


def _anchor(council: Council, store: DataStore) -> dict[str, Any]:
    name, point = anchor_place(council, store=store)
    label = f'<div class="anchor">{STAR}<span>{escape(name)}</span></div>'
    return {"name": council.anchor, "html": label, **_point(point.x, point.y)}


def _options(
    options: Sequence[Option], council: Council, zones: gpd.GeoDataFrame, lead: str | None
) -> list[dict[str, Any]]:
    styles = style_options(
        [o.id for o in options], lead, contested=[c.key for c in council.contested]
    )
    layers = []
    for option in options:
        style = styles[option.id]
        held = zones.index.isin(option.zones)
        outline = gpd.GeoSeries([union_of(zones.geometry[held])], index=[option.id], crs=zones.crs)
        layers.append(
            {
                "id": option.id,
                "title": option.title,
                "colour": style.colour,
                "dash": style.dash,
                "width": style.width,
                "held": held.astype(int).tolist(),
                "outline": write_geojson(outline),
            }
        )
    return layers


def _rings(zones: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    layers = []
    for limit in RINGS:
        within = zones.geometry[(zones["minutes"] <= limit).to_numpy()]
        if 0 < len(within) < len(zones):
            outline = gpd.GeoSeries([union_of(within)], crs=zones.crs)
            layers.append({"minutes": int(limit), "outline": write_geojson(outline)})
    return layers


def _known(value: float, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def _rows(zones: gpd.GeoDataFrame, *, minutes: bool) -> list[dict[str, Any]]:
    points = to_wgs84(zones.geometry.representative_point())
    times = zones["minutes"] if minutes else [np.nan] * len(zones)
    return [
        {
            "name": row.name,
            "district": row.district,
            "share": _known(row.share_to_anchor, 4),
            "minutes": _known(time, 1),
            "lat": round(point.y, 4),
            "lng": round(point.x, 4),
        }
        for row, time, point in zip(
            zones.rename_axis("code").itertuples(index=False), times, points, strict=True
        )
    ]


def _shades(
    options: Sequence[Option], zones: gpd.GeoDataFrame, *, minutes: bool
) -> dict[str, dict[str, Any]]:
    n_local = sum(zones.index.isin(o.zones).astype(int) for o in options)
    standing = np.where(n_local > 0, standing_classes(n_local, len(options)), -1)
    shades = {
        "commuting": _classes(COMMUTING, zones["share_to_anchor"]),
        "robustness": {
            "colours": list(STANDING_COLOURS),
            "classes": [None if number < 0 else int(number) for number in standing],
        },
    }
    if minutes:
        reached = zones["minutes"].where(np.isfinite(zones["minutes"]))
        shades["minutes"] = _classes(MINUTES, reached)
    return shades


def _classes(shades: Shades, values: Any) -> dict[str, Any]:
    return {"colours": list(shades.colours), "classes": shades.classes(values).tolist()}


def _towns(wide: Bounds, council: Council, store: DataStore) -> list[dict[str, Any]]:
    west, south, east, north = wide
    star, _ = anchor_place(council, store=store)
    return [
        {"html": escape(name), **_point(x, y)}
        for name, x, y in read_towns(store=store)
        if west < x < east and south < y < north and name != star
    ]


def _names(districts: gpd.GeoDataFrame, council: Council, store: DataStore) -> list[dict[str, Any]]:
    star, _ = anchor_place(council, store=store)
    named = {star, *(name for name, _, _ in read_towns(store=store))}
    layers = []
    for row in districts.itertuples():
        if row.name not in named:
            point = row.geometry.representative_point()
            layers.append({"html": escape(row.name), **_point(point.x, point.y)})
    return layers
