"""The parts that the map pages share: search, table, footer and the page around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.extras import extra
from localarea.geo.crs import to_wgs84
from localarea.options.zone_figures import attributions
from localarea.reports.maps.explorer_layers import Atlas
from localarea.reports.maps.offline_page import (
    OfflineMap,
    OfflinePage,
    Verbatim,
    read_asset,
    render_page,
)
from localarea.reports.maps.option_map import escape

with extra("maps"):
    import folium

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option


_TABLES: Final = ("zones_msoa11", "districts_lad25", "flows_2011", "postcodes")


_ROADS: Final = ("roads_network_edges", "roads_network_nodes")


_SEARCH: Final = (
    '<form class="search" id="search" role="search"><label for="postcode">Find a postcode</label>'
    '<input id="postcode" name="postcode" autocomplete="postal-code" spellcheck="false" '
    'maxlength="12" placeholder="{example}"><button type="submit">Find</button></form>'
    '<p class="answer" id="answer" role="status" aria-live="polite"></p>'
)


_HINT: Final = (
    '<p class="hint">Click a place to see its details, or reach the map with the Tab key, move it '
    "with the arrow keys, zoom with + and −, and press Enter for its centre. "  # noqa: RUF001
    "The search covers the {count} live postcodes ({date}) of the zones on this map, and partial "
    "postcodes such as CO7 or CO7 9.</p>"
)


def build_page(
    title: str,
    frames: Sequence[tuple[str, str, str]],
    data: dict[str, Any],
    zones: gpd.GeoDataFrame,
    options: Sequence[Option],
    tile_url: str | None,
    tile_attribution: str,
) -> str:
    """Return the page around its maps."""
    page = OfflinePage(escape(title), tile_url=tile_url)
    page.header.add_child(Verbatim(f"<style>{read_asset('atlas.css')}</style>"), name="atlas_css")
    held = zones.index.isin({z for o in options for z in o.zones})
    west, south, east, north = to_wgs84(zones.geometry[held]).total_bounds
    maps = []
    for before, after, label in frames:
        one = OfflineMap(
            before,
            after,
            escape(f"Map: {label}"),
            zoom_snap=0.25,
            renderer=folium.JsCode("L.svg({padding: 0.6})"),
        )
        page.add_child(one)
        if tile_url is not None:
            folium.TileLayer(tile_url, attr=escape(tile_attribution), control=False).add_to(one)
        one.fit_bounds([[south, west], [north, east]], padding=(12, 12))
        maps.append(one)
    page.add_child(Atlas(data, maps))
    return render_page(page)


def without_script() -> str:
    """Return what is read where JavaScript is off."""
    return "<noscript><p>The map needs JavaScript; the table below does not.</p></noscript>"


def search_form(council: Council) -> str:
    """Return the form that finds a postcode."""
    example = "CO1 1JB" if council.anchor == "Colchester" else "AB1 2CD"
    return _SEARCH.replace("{example}", escape(example))


def how_to_use(data: dict[str, Any]) -> str:
    """Return how the map is used, and which postcodes it can find."""
    known = data["postcodes"]
    return _HINT.replace("{count}", f"{known['count']:,}").replace("{date}", escape(known["date"]))


def footer(store: DataStore, *, minutes: bool) -> str:
    """Return the sources."""
    tables = (*_TABLES, *(_ROADS if minutes else ()))
    sources = " ".join(attributions(tables, store=store))
    return (
        "<footer><p>Commuting is from the 2011 census, of people who travel to a workplace. "
        "Outlines are simplified for the screen; whether a postcode is local is decided by its "
        f"zone, never by the drawn line.</p><p>{escape(sources)}</p></footer>"
    )


def row_cells(cells: Sequence[str]) -> str:
    """Build table cells: the first holds words, the others figures."""
    words, *figures = (escape(cell) for cell in cells)
    return f'<td class="words">{words}</td>' + "".join(f"<td>{cell}</td>" for cell in figures)


def figures_table(title: str, first: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    """Return table cells: the first holds words, the others figures."""
    forms = ("", ' class="words"', *[""] * (len(heads) - 1))
    top = "".join(
        f'<th scope="col"{form}>{escape(head)}</th>'
        for form, head in zip(forms, (first, *heads), strict=True)
    )
    return (
        f'<section aria-labelledby="figures"><h2 id="figures">{escape(title)}</h2>'
        '<div class="scroll tall" role="region" aria-labelledby="figures" tabindex="0"><table>'
        f"<thead><tr>{top}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></section>"
    )
