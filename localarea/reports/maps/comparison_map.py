"""Two options side by side, on maps that move together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.datasets.store import default_store
from localarea.errors import InputError
from localarea.reports.cartography.alternative_text import changed_zones
from localarea.reports.cartography.shading import (
    CHANGES,
)
from localarea.reports.maps.explorer_layers import gather_atlas
from localarea.reports.maps.option_map import escape
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
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option


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
        f"<header><h1>{escape(title)}</h1></header><main>{without_script()}{search_form(council)}"
        f'{_hatching()}<div class="pair"><div><h2>{escape(first.title)}</h2>'
    )
    second_before = f"<div><h2>{escape(second.title)}</h2>"
    end = (
        f"</div></div>{_change_key(first, second)}{how_to_use(data)}"
        f"{_change_table(first, second, zones)}</main>{footer(store, minutes=False)}"
    )
    frames = [(intro, "</div>", first.title), (second_before, end, second.title)]
    return build_page(title, frames, data, zones, [first, second], tile_url, tile_attribution)


def write_comparison_map(
    path: Path, first: Option, second: Option, council: Council, **choices: Any
) -> Path:
    """
    Write the page with two options side by side to a file.

    Parameters
    ----------
    first, second : Option
        As for `comparison_map`.
    council : Council
        As for `comparison_map`.
    **choices
        As for `comparison_map`.
    """
    text = comparison_map(first, second, council, **choices)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


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
        "lost": f"only in {first.title} (first map)",
        "gained": f"only in {second.title} (second map)",
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
            rows.append(f'<tr><th scope="row">{escape(district)}</th>{row_cells(cells)}</tr>')
    if not rows:
        rows = ['<tr><th scope="row">No zone</th><td>no change</td></tr>']
    title = f"What “{second.title}” gains and loses compared with “{first.title}”"
    return figures_table(title, "District", heads, rows)
