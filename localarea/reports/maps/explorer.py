"""
The map for exploring options, with every layer.

The page is one file that works offline and makes no requests; it holds the live postcodes
of its zones, so that they can be searched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.datasets.store import default_store
from localarea.errors import EmptyResultError, InputError
from localarea.options.minutes.zone_minutes import minutes_to_anchor
from localarea.records import whole_minutes
from localarea.reports.cartography.shading import (
    COMMUTING,
    MINUTES,
    STANDING_COLOURS,
    STANDING_WORDS,
)
from localarea.reports.cartography.styles import LineStyle, swatch_svg
from localarea.reports.maps.explorer_layers import gather_atlas
from localarea.reports.maps.option_map import escape
from localarea.reports.maps.options_page import first_shown
from localarea.reports.maps.page_parts import (
    build_page,
    figures_table,
    footer,
    how_to_use,
    row_cells,
    search_form,
    without_script,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option


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
    shown : sequence of str, default ()
        Ids of the options that are drawn when the page opens; by default the council's
        default option with its variants.
    minutes : bool or None, default None
        Whether to show drive times; by default if they are known.
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
        f"<header><h1>{escape(title)}</h1></header><main>{without_script()}{search_form(council)}"
        '<div class="sheet"><div>'
    )
    after = (
        f"{how_to_use(data)}</div>{_legend(data, council, drawn, shade)}</div>"
        f"{_zone_table(zones, data, council)}</main>{footer(store, minutes=minutes)}"
    )
    return build_page(
        title, [(before, after, title)], data, zones, options, tile_url, tile_attribution
    )


def write_explorer(path: Path, options: Sequence[Option], council: Council, **choices: Any) -> Path:
    """
    Write the map with every layer to a file.

    Parameters
    ----------
    options : sequence of Option
        As for `explorer_map`.
    council : Council
        As for `explorer_map`.
    **choices
        As for `explorer_map`.
    """
    path.write_text(explorer_map(options, council, **choices), encoding="utf-8", newline="\n")
    return path


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
    return figures_table("The zones of the options in figures", "Zone", heads, body)


def _row(name: str, cells: Sequence[str], number: int) -> str:
    data = row_cells(cells)
    button = f'<button type="button" data-zone="{number}">{escape(name)}</button>'
    return f'<tr><th scope="row">{button}</th>{data}</tr>'
