"""Draw the map of options as one HTML file that works offline."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from localarea.errors import EmptyResultError, SchemaError
from localarea.extras import extra
from localarea.geo.crs import BRITISH_NATIONAL_GRID, require_crs, to_wgs84
from localarea.geo.validity import right_handed
from localarea.reports.cartography.linework import simplify_together
from localarea.reports.cartography.styles import style_options, swatch_svg

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import folium
    import geopandas as gpd
    import pandas as pd
    from shapely import Point

    from localarea.reports.cartography.styles import LineStyle

_MARGIN_M = 25_000  # distance from an option within which districts are drawn
_TOUCHED_M2 = 1e5  # a smaller overlap comes only from differences in generalisation
_ANCHOR_ON_TOP = 1000  # Leaflet's zIndexOffset, so that no other label covers the anchor's
STAR = (
    '<svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true"><path fill="#16181d" '
    'stroke="#fff" stroke-width="1.5" d="M10 1l2.7 5.9 6.3.7-4.7 4.3 1.3 6.3L10 15l-5.6 3.2 '
    '1.3-6.3L1 7.600l6.300-.7z"/></svg>'
)


def escape(value: object) -> str:
    """
    Escape text for HTML and for folium's Jinja templates: text safe in an element or an attribute.

    Examples
    --------
    >>> escape("A & {{ B }}")
    'A &amp; &#123;&#123; B &#125;&#125;'
    """
    return html.escape(str(value)).replace("{", "&#123;").replace("}", "&#125;")


def write_geojson(shapes: gpd.GeoSeries) -> dict[str, Any]:
    """
    Convert shapes to WGS84 GeoJSON with five decimals (about a metre).

    Parameters
    ----------
    shapes : geopandas.GeoSeries
        Shapes, CRS EPSG:27700; the index becomes the ids.

    Returns
    -------
    dict
        A feature collection without properties.
    """
    import shapely

    degrees = to_wgs84(shapes)
    features = [
        {
            "type": "Feature",
            "id": str(name),
            "properties": {},
            "geometry": json.loads(
                shapely.to_geojson(right_handed(shapely.set_precision(shape, 1e-5))),
                parse_float=_rounded,
            ),
        }
        for name, shape in degrees.items()
    ]
    return {"type": "FeatureCollection", "features": features}


def _rounded(number: str) -> float:
    """Round a coordinate to 1e-5, so that it prints with few digits."""
    return round(float(number), 5)


def _nearby(districts: gpd.GeoDataFrame, options: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    import shapely

    west, south, east, north = options.total_bounds
    window = shapely.box(west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M)
    return districts[districts.geometry.intersects(window).to_numpy()]


def _add_districts(page_map: folium.Map, shapes: gpd.GeoSeries) -> None:
    import folium

    land = {"color": "#7d828c", "weight": 1, "fillColor": "#f7f4ee", "fillOpacity": 1}
    folium.GeoJson(
        write_geojson(shapes),
        style_function=lambda _: dict(land),
        control=False,
        interactive=False,
        smooth_factor=0,
    ).add_to(page_map)


def _add_label(parent: folium.Element, place: Point, label: str, *, above: int = 0) -> None:
    """Add an HTML label at a WGS84 point, without Leaflet's default icon images."""
    import folium

    icon = folium.DivIcon(html=label, icon_size=(0, 0))
    parent.add_child(icon)
    marker = folium.Marker(
        [round(place.y, 5), round(place.x, 5)],
        interactive=False,
        keyboard=False,
        z_index_offset=above,
    )
    marker.options["icon"] = icon  # type: ignore[assignment]
    marker.add_to(parent)


def _add_names(page_map: folium.Map, districts: gpd.GeoDataFrame, near: Collection[str]) -> None:
    import folium

    group = folium.FeatureGroup(name='<span class="entry plain">Names of districts</span>')
    points = to_wgs84(districts.geometry.representative_point())
    for code, point in points.items():
        kind = "place near" if code in near else "place"
        label = f'<div class="{kind}">{escape(districts.loc[code, "name"])}</div>'
        _add_label(group, point, label)
    group.add_to(page_map)


def _add_option(
    page_map: folium.Map, title: str, shapes: gpd.GeoSeries, style: LineStyle, *, show: bool
) -> folium.GeoJson:
    import folium

    look = {
        "color": style.colour,
        "weight": style.width,
        "dashArray": style.dash or None,
        "lineCap": "butt",
        "fillColor": style.colour,
        "fillOpacity": 0.13,
    }
    layer = folium.GeoJson(
        write_geojson(shapes),
        name=f'<span class="entry">{swatch_svg(style)}<span>{escape(title)}</span></span>',
        style_function=lambda _: dict(look),
        show=show,
        interactive=False,
        smooth_factor=0,
    )
    layer.add_to(page_map)
    return layer


def _add_anchor(page_map: folium.Map, name: str, point: Point) -> None:
    import geopandas as gpd

    place = to_wgs84(gpd.GeoSeries([point], crs=BRITISH_NATIONAL_GRID)).iloc[0]
    label = f'<div class="anchor">{STAR}<span>{escape(name)}</span></div>'
    _add_label(page_map, place, label, above=_ANCHOR_ON_TOP)


def _distinct_titles(options: gpd.GeoDataFrame) -> dict[str, str]:
    """Return the title of each option by its id, with the id where two have the same title."""
    alike = options["title"].duplicated(keep=False)
    shown = options["title"].where(~alike, options["title"] + " (" + options["id"] + ")")
    return dict(zip(options["id"], shown, strict=True))


def _table_html(options: gpd.GeoDataFrame, figures: pd.DataFrame, styles: dict[str, Any]) -> str:
    heads = "".join(f'<th scope="col">{escape(c)}</th>' for c in figures.columns)
    rows = []
    for option in options.itertuples():
        cells = "".join(f"<td>{escape(v)}</td>" for v in figures.loc[option.id])
        rows.append(
            f'<tr><th scope="row">{swatch_svg(styles[option.id])} {escape(option.title)}'
            f'<span class="id">{escape(option.id)}</span></th>{cells}</tr>'
        )
    return (
        '<section aria-labelledby="figures"><h2 id="figures">The options in figures</h2>'
        '<div class="scroll" role="region" aria-labelledby="figures" tabindex="0"><table>'
        f'<thead><tr><th scope="col">Option</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></section>"
    )


def _surroundings(title: str, lede: str, table: str, sources: Sequence[str]) -> tuple[str, str]:
    before = (
        f"<header><h1>{escape(title)}</h1>"
        + (f'<p class="lede">{escape(lede)}</p>' if lede else "")
        + "</header><main><noscript><p>The map needs JavaScript; the table below holds the same "
        'options.</p></noscript><div class="sheet"><div>'
    )
    after = (
        '<p class="hint">Click a place on the map to see which options include it.</p></div>'
        '<section class="legend" aria-labelledby="legend"><h2 id="legend">Options: tick to draw'
        f'</h2><div id="legend-list"></div></section></div>{table}</main>'
        f"<footer>{''.join(f'<p>{escape(s)}</p>' for s in sources)}</footer>"
    )
    return before, after


def _check(options: gpd.GeoDataFrame, figures: pd.DataFrame) -> None:
    faults = [f"no column {c!r}" for c in ("id", "title", "geometry") if c not in options.columns]
    if faults:
        raise SchemaError("options to map", faults)
    if options.empty:
        raise EmptyResultError("there are no options to draw; name at least one")
    missing = [i for i in options["id"] if i not in figures.index]
    if missing:
        raise SchemaError("figures of the options", [f"no row {i!r}" for i in missing])


def options_map(
    options: gpd.GeoDataFrame,
    *,
    districts: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    anchor: tuple[str, Point],
    title: str,
    lede: str = "",
    shown: Collection[str] = (),
    contested: Collection[str] = (),
    sources: Sequence[str] = (),
    tile_url: str | None = None,
    tile_attribution: str = "",
    tolerance_m: float = 80.0,
) -> str:
    """
    Draw the options on a map in one self-contained HTML page.

    The page holds Leaflet, the shapes, a legend that switches layers on and off
    from the keyboard, and a table of the same options. Its content security
    policy forbids every request except to the tile server, if one is named.

    Parameters
    ----------
    options : geopandas.GeoDataFrame
        Columns ``id``, ``title`` and ``geometry`` (CRS EPSG:27700; valid,
        non-empty; unit metre), in the order of the legend.
    districts : geopandas.GeoDataFrame
        Indexed by district code, columns ``name`` and ``geometry`` (CRS
        EPSG:27700); those near the options are drawn beneath them.
    figures : pandas.DataFrame
        Text for the table, indexed by option id; columns are headings.
    anchor : tuple of str and shapely.Point
        Name and point of the anchor, EPSG:27700.
    lede : str, default ""
        A sentence or two below the heading.
    shown : collection of str, default ()
        Ids of the options drawn when the page opens; empty means all.
    contested : collection of str, default ()
        Keys of the council's contested places, which identify variants.
    sources : sequence of str, default ()
        Attribution of the data, one line each.
    tile_url : str or None, default None
        Leaflet URL template of map tiles, ``https://host/{z}/{x}/{y}.png``; None draws
        no tiles and makes no requests.
    tolerance_m : float, default 80.0
        Detail smaller than about this size, in metres, is removed.

    Returns
    -------
    str
        HTML; the same arguments give the same text.

    Raises
    ------
    CrsError
        If a geometry is not in EPSG:27700.
    SchemaError
        If ``options`` lacks a column, or ``figures`` an option.
    EmptyResultError
        If there are no options.
    """
    with extra("maps"):
        import folium

    from localarea.reports.maps.offline_page import (
        MapBehaviour,
        OfflineMap,
        OfflinePage,
        render_page,
    )

    require_crs(options)
    require_crs(districts)
    _check(options, figures)
    around = _nearby(districts, options)
    outlines = options.set_index("id").geometry
    light, land = simplify_together([outlines, around.geometry], tolerance_m)
    visible = [i for i in outlines.index if i in shown] or list(outlines.index)
    styles = style_options(outlines.index, visible[0], contested=contested)
    before, after = _surroundings(title, lede, _table_html(options, figures, styles), sources)
    page_map = OfflineMap(
        before,
        after,
        escape(f"Map: {title}"),
        zoom_snap=0.25,
        renderer=folium.JsCode("L.svg({padding: 0.6})"),
    )
    page = OfflinePage(escape(title), tile_url=tile_url)
    page.add_child(page_map)
    if tile_url is not None:
        folium.TileLayer(tile_url, attr=escape(tile_attribution), control=False).add_to(page_map)
    _add_districts(page_map, land)
    titles = _distinct_titles(options)
    layers = {
        escape(titles[row.id]): _add_option(
            page_map, titles[row.id], light.loc[[row.id]], styles[row.id], show=row.id in visible
        )
        for row in options.itertuples()
    }
    shared_m2 = around.geometry.intersection(outlines.union_all()).area
    touched = around.index[(shared_m2 > _TOUCHED_M2).to_numpy()]
    # The anchor's own label already shows the name of its district.
    _add_names(page_map, around[around["name"] != anchor[0]], set(touched))
    _add_anchor(page_map, *anchor)
    control = folium.LayerControl(collapsed=False)
    page_map.add_child(control)
    MapBehaviour(control, layers).add_to(page_map)
    first = to_wgs84(light[[i in visible for i in light.index]])
    west, south, east, north = first.total_bounds
    page_map.fit_bounds([[south, west], [north, east]], padding=(12, 12))
    return render_page(page)
