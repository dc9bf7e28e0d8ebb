"""
Map pages for exploring options: one map with every layer, or two maps side by side.

Each page is one file that works offline and makes no requests; it holds the live postcodes
of its zones, so that they can be searched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.store import default_store
from localarea.errors import EmptyResultError, InputError
from localarea.options.minutes.zone_minutes import minutes_to_anchor
from localarea.options.zone_figures import attributions
from localarea.records import whole_minutes
from localarea.reports.cartography.alternative_text import changed_zones
from localarea.reports.cartography.shading import (
    CHANGES,
    COMMUTING,
    MINUTES,
    STANDING_COLOURS,
    STANDING_WORDS,
)
from localarea.reports.cartography.styles import LineStyle, swatch_svg
from localarea.reports.maps.explorer_layers import Atlas, gather_atlas
from localarea.reports.maps.offline_page import (
    OfflineMap,
    OfflinePage,
    Verbatim,
    read_asset,
    render_page,
)
from localarea.reports.maps.option_map import escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

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


def explorer_map(
    options: Sequence[Option],
    council: Council,
    *,
    shown: Sequence[str] = (),
    shade: str = "commuting",
    minutes: bool | None = None,
    store: DataStore | None = None,
    tile_url: str | None = None,
    tile_attribution: str = "",
) -> str:
    """
    Build one map with every layer: options, commuting, drive times and robustness.

    Parameters
    ----------
    options : sequence of Option
        Zones of 2011, at least one, in the order of the legend.
    council : Council
        Council whose anchor and contested places are shown.
    shown : sequence of str, default ()
        Ids of the options that are drawn when the page opens; by default the council's
        default option with its variants.
    shade : {'commuting', 'minutes', 'robustness', 'none'}
        How zones are shaded when the page opens.
    minutes : bool or None, default None
        Whether to show drive times; by default if they are known.
    store : DataStore, optional
        Folder of the tables; defaults to those shipped with the package.
    tile_url, tile_attribution : str, optional
        Tile server for a base map, as in :func:`localarea.reports.maps.option_map.options_map`;
        none by default, so that the page makes no requests.

    Returns
    -------
    str
        HTML; the same arguments give the same bytes.

    Raises
    ------
    EmptyResultError
        If there are no options.
    InputError
        If ``shade`` is not known.
    """
    from localarea.reports.maps.options_page import first_shown

    if not options:
        raise EmptyResultError("there are no options to draw; name at least one")
    store = store or default_store()
    if minutes is None:
        minutes = bool(minutes_to_anchor(council, store=store))
    shades = {"commuting", "robustness", "none", *(["minutes"] if minutes else [])}
    if shade not in shades:
        raise InputError(f"zones cannot be shaded by {shade!r}; choose {', '.join(sorted(shades))}")
    lead = shown[0] if shown else first_shown(options, council)[0]
    drawn = tuple(shown) or first_shown(options, council)
    data, zones = gather_atlas(
        options, council, mode="explore", lead=lead, minutes=minutes, tiles=bool(tile_url),
        store=store,
    )  # fmt: skip
    title = f"Where “local” could be: a map to explore for {council.title}"
    before = (
        f"<header><h1>{escape(title)}</h1></header><main>{_noscript()}{_search(council)}"
        '<div class="sheet"><div>'
    )
    after = (
        f"{_hint(data)}</div>{_legend(data, council, drawn, shade)}</div>"
        f"{_zone_table(zones, data, council)}</main>{_footer(store, minutes=minutes)}"
    )
    return _page(title, [(before, after, title)], data, zones, options, tile_url, tile_attribution)


def comparison_map(
    first: Option,
    second: Option,
    council: Council,
    *,
    store: DataStore | None = None,
    tile_url: str | None = None,
    tile_attribution: str = "",
) -> str:
    """
    Build a page with two options side by side on maps that move together.

    Parameters
    ----------
    first, second : Option
        Options with zones of 2011; gained zones are those only in the second.
    council : Council
        Council whose anchor is shown.
    store : DataStore, optional
        Folder of the tables; defaults to those shipped with the package.
    tile_url, tile_attribution : str, optional
        Tile server for a base map; none by default.

    Returns
    -------
    str
        HTML; the same arguments give the same bytes.

    Raises
    ------
    InputError
        If both are the same option.
    """
    if first.id == second.id:
        raise InputError(f"both are {first.id!r}; name two different options to compare")
    store = store or default_store()
    data, zones = gather_atlas(
        [first, second], council, mode="compare", minutes=False, tiles=bool(tile_url), store=store
    )
    title = f"Two options side by side: {first.title} and {second.title}"
    intro = (
        f"<header><h1>{escape(title)}</h1></header><main>{_noscript()}{_search(council)}"
        f'{_hatching()}<div class="pair"><div><h2>{escape(first.title)}</h2>'
    )
    second_before = f"<div><h2>{escape(second.title)}</h2>"
    end = (
        f"</div></div>{_change_key(first, second)}{_hint(data)}"
        f"{_change_table(first, second, zones)}</main>{_footer(store, minutes=False)}"
    )
    frames = [(intro, "</div>", first.title), (second_before, end, second.title)]
    return _page(title, frames, data, zones, [first, second], tile_url, tile_attribution)


def write_explorer(path: Path, options: Sequence[Option], council: Council, **choices: Any) -> Path:
    """
    Write the map with every layer to a file.

    Parameters
    ----------
    path : pathlib.Path
        File to write.
    options : sequence of Option
        As for `explorer_map`.
    council : Council
        As for `explorer_map`.
    **choices
        As for `explorer_map`.

    Returns
    -------
    pathlib.Path
        Path of the file written.
    """
    path.write_text(explorer_map(options, council, **choices), encoding="utf-8", newline="\n")
    return path


def write_comparison_map(
    path: Path, first: Option, second: Option, council: Council, **choices: Any
) -> Path:
    """
    Write the page with two options side by side to a file.

    Parameters
    ----------
    path : pathlib.Path
        File to write.
    first, second : Option
        As for `comparison_map`.
    council : Council
        As for `comparison_map`.
    **choices
        As for `comparison_map`.

    Returns
    -------
    pathlib.Path
        Path of the file written.
    """
    text = comparison_map(first, second, council, **choices)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _page(
    title: str,
    frames: Sequence[tuple[str, str, str]],
    data: dict[str, Any],
    zones: gpd.GeoDataFrame,
    options: Sequence[Option],
    tile_url: str | None,
    tile_attribution: str,
) -> str:
    import folium

    from localarea.geo.crs import to_wgs84

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


def _noscript() -> str:
    return "<noscript><p>The map needs JavaScript; the table below does not.</p></noscript>"


def _search(council: Council) -> str:
    example = "CO1 1JB" if council.anchor == "Colchester" else "AB1 2CD"
    return _SEARCH.replace("{example}", escape(example))


def _hint(data: dict[str, Any]) -> str:
    known = data["postcodes"]
    return _HINT.replace("{count}", f"{known['count']:,}").replace("{date}", escape(known["date"]))


def _footer(store: DataStore, *, minutes: bool) -> str:
    tables = (*_TABLES, *(_ROADS if minutes else ()))
    sources = " ".join(attributions(tables, store=store))
    return (
        "<footer><p>Commuting is from the 2011 census, of people who travel to a workplace. "
        "Outlines are simplified for the screen; whether a postcode is local is decided by its "
        f"zone, never by the drawn line.</p><p>{escape(sources)}</p></footer>"
    )


def _key(shade: str, words: Sequence[str], colours: Sequence[str], form: str = "") -> str:
    entries = "".join(
        f'<li><i style="background:{colour}"></i>{escape(text)}</li>'
        for text, colour in zip(words, colours, strict=True)
    )
    return f'<ul class="key{form}" data-shade="{shade}" hidden>{entries}</ul>'


def _legend(data: dict[str, Any], council: Council, drawn: Sequence[str], shade: str) -> str:
    choices = {
        "commuting": f"Share of commuters who work in {council.anchor} (2011)",
        "minutes": f"Minutes door to door by car from {council.anchor}",
        "robustness": "Number of options in which the zone is local",
        "none": "Nothing",
    }
    keys = {
        "commuting": _key("commuting", COMMUTING.words, COMMUTING.colours),
        "minutes": _key("minutes", MINUTES.words, MINUTES.colours),
        "robustness": _key("robustness", STANDING_WORDS, STANDING_COLOURS, " long"),
    }
    radios = "".join(
        f'<label class="row plain"><input type="radio" name="shade" value="{name}"'
        f"{' checked' if name == shade else ''}><span>{escape(text)}</span></label>"
        + keys.get(name, "")
        for name, text in choices.items()
        if name in data["shades"] or name == "none"
    )
    return (
        '<section class="legend" aria-label="Layers and legend">'
        f"<fieldset><legend>Shade the zones by</legend>{radios}</fieldset>"
        f"<fieldset><legend>Draw the boundaries of</legend>{_boxes(data, drawn)}</fieldset>"
        "</section>"
    )


def _boxes(data: dict[str, Any], drawn: Sequence[str]) -> str:
    boxes = []
    for option in data["options"]:
        style = LineStyle(option["colour"], option["dash"], option["width"])
        ticked = " checked" if option["id"] in drawn else ""
        boxes.append(
            f'<label class="row"><input type="checkbox" data-layer="{escape(option["id"])}"'
            f"{ticked}>{swatch_svg(style)}<span>{escape(option['title'])}</span></label>"
        )
    rings = data["rings"]
    if rings:
        limits = ", ".join(str(ring["minutes"]) for ring in rings)
        names = " ".join(f"ring-{ring['minutes']}" for ring in rings)
        dots = swatch_svg(LineStyle("#16181d", "1 4", 1.6))
        boxes.append(
            f'<label class="row"><input type="checkbox" data-layer="{names}">{dots}'
            f"<span>Drive time rings of whole zones: {limits} minutes</span></label>"
        )
    boxes.append(
        '<label class="row plain"><input type="checkbox" data-layer="names" checked>'
        "<span>Names of towns and districts</span></label>"
    )
    return "".join(boxes)


def _zone_table(zones: gpd.GeoDataFrame, data: dict[str, Any], council: Council) -> str:
    n_options = len(data["options"])
    heads = [
        "District",
        f"Commuters who work in {council.anchor}",
        "Minutes door to door by car",
        "Residents at work 2011",
        "Jobs 2011",
        f"Local in options (of {n_options})",
    ]
    rows = []
    for number, row in enumerate(data["rows"]):
        n_local = sum(option["held"][number] for option in data["options"])
        if n_local == 0:
            continue
        figures = zones.iloc[number]
        cells = (
            row["district"],
            "–" if row["share"] is None else f"{row['share']:.1%}",  # noqa: RUF001
            "–" if row["minutes"] is None else str(whole_minutes(row["minutes"])),  # noqa: RUF001
            f"{figures['employed_residents']:,.0f}",
            f"{figures['jobs']:,.0f}",
            str(n_local),
        )
        rows.append((-n_local, -(row["share"] or 0), _row(row["name"], cells, number)))
    body = [text for _, _, text in sorted(rows, key=lambda r: r[:2])]
    return _table("The zones of the options in figures", "Zone", heads, body)


def _row(name: str, cells: Sequence[str], number: int) -> str:
    data = _cells(cells)
    button = f'<button type="button" data-zone="{number}">{escape(name)}</button>'
    return f'<tr><th scope="row">{button}</th>{data}</tr>'


def _cells(cells: Sequence[str]) -> str:
    """Build table cells: the first holds words, the others figures."""
    words, *figures = (escape(cell) for cell in cells)
    return f'<td class="words">{words}</td>' + "".join(f"<td>{cell}</td>" for cell in figures)


def _table(title: str, first: str, heads: Sequence[str], rows: Sequence[str]) -> str:
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


def _hatching() -> str:
    patterns = []
    for change in ("gained", "lost"):
        fill, ink, hatch, _ = CHANGES[change]
        drawn = (
            f'<path d="M0 8L8 0" stroke="{ink}" stroke-width="1.2"/>'
            if hatch == "////"
            else f'<circle cx="4" cy="4" r="1.3" fill="{ink}"/>'
        )
        patterns.append(
            f'<pattern id="hatch-{change}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<rect width="8" height="8" fill="{fill}"/>{drawn}</pattern>'
        )
    return f'<svg class="defs" aria-hidden="true"><defs>{"".join(patterns)}</defs></svg>'


def _swatch(change: str) -> str:
    fill = CHANGES[change][0] if change == "both" else f"url(#hatch-{change})"
    return (
        '<svg width="30" height="16" aria-hidden="true" focusable="false"><rect x="0.5" y="0.5" '
        f'width="29" height="15" fill="{fill}" stroke="#8a8f99"/></svg>'
    )


def _change_key(first: Option, second: Option) -> str:
    sets = changed_zones(first, second)
    words = {
        "both": "in both",
        "lost": f"only in {first.title} (left map)",
        "gained": f"only in {second.title} (right map)",
    }
    entries = "".join(
        f"<li>{_swatch(change)}{escape(text)}: {len(sets[change]):,} zones</li>"
        for change, text in words.items()
    )
    return f'<ul class="changes">{entries}</ul>'


def _change_table(first: Option, second: Option, zones: gpd.GeoDataFrame) -> str:
    heads = ["Change", "Zones", "Residents at work 2011", "Jobs 2011", "Live postcodes"]
    rows = []
    sets = changed_zones(first, second)
    for change in ("gained", "lost"):
        part: pd.DataFrame = zones.loc[list(sets[change])]
        for district, held in part.groupby("district"):
            cells = (
                change,
                f"{len(held):,}",
                *(
                    f"{held[column].sum():,.0f}"
                    for column in ("employed_residents", "jobs", "live_postcodes")
                ),
            )
            rows.append(f'<tr><th scope="row">{escape(district)}</th>{_cells(cells)}</tr>')
    if not rows:
        rows = ['<tr><th scope="row">No zone</th><td>no change</td></tr>']
    title = f"What “{second.title}” gains and loses compared with “{first.title}”"
    return _table(title, "District", heads, rows)
