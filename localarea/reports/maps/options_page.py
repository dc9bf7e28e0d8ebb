"""Write a council's options as a page with a map and a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.comparison.figure_catalogue import (
    FIGURES,
    contested_figure,
    date_figures,
    name_anchor,
)
from localarea.comparison.mandate.figures import first_mandate_figures, mandate_readings
from localarea.datasets.store import default_store
from localarea.options.figure_years import vintages_of_figures, year_notes, year_of_figure
from localarea.options.option_ids import split_option_id
from localarea.options.titles import join_names, spoken_name
from localarea.options.zone_figures import attributions, read_zone_figures
from localarea.places.outline import option_shapes
from localarea.reports.maps.html_tables import write_figures
from localarea.reports.maps.option_map import options_map

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from shapely import Point

    from localarea.comparison.figure_catalogue import Figure
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

# Figures that fit on a terminal; the comparison file has them all.
BRIEF: Final = {
    "zones": "Zones",
    "employed_residents": "Residents at work",
    "jobs": "Jobs 2011",
    "supply_side": "Work inside",
    "demand_side": "Jobs held",
    "valid": "Passes official test",
    "enterprises_2022": "Firms 2022",
    "live_postcodes": "Live postcodes",
}
BRIEF_KEY: Final = (
    "Work inside: share of the residents at work who work inside the area. "
    "Jobs held: share of the area's jobs that its residents hold. "
    "Official test: the ONS's test of a labour market, which weighs size against these two shares."
)
_ON_PAGE: Final = (
    "zones",
    "area_km2",
    "population_2021",
    "employed_residents",
    "jobs",
    "supply_side",
    "demand_side",
    "valid",
    "anchor_residents_inside_share",
    "anchor_jobs_inside_share",
    "enterprises_2022",
    "live_postcodes",
    "districts_cut",
    "parts",
)


def figures_shown(
    council: Council, *, brief: bool = False, store: DataStore | None = None
) -> tuple[Figure, ...]:
    """
    Choose the figures for a terminal or a page, those of the mandate first.

    The contested places' shares come last. Of the mandate's readings, the first is chosen.
    ``brief``: whether to choose only the few that fit on a terminal, with short headings that
    ``brief_key`` explains.
    """
    contested = tuple(contested_figure(c.key, c.place) for c in council.contested)
    vintages = vintages_of_figures(store)
    if not brief:
        anchor = spoken_name(council.anchor)
        named = (name_anchor(f, anchor) for f in FIGURES if f.name in _ON_PAGE)
        return (*first_mandate_figures(council), *date_figures(named, vintages), *contested)
    places = [replace(f, heading=f.heading.removeprefix("Share of ")) for f in contested]
    chosen = [replace(f, heading=BRIEF[f.name]) for f in FIGURES if f.name in BRIEF]
    return (*_mandate_in_brief(council), *date_figures(chosen, vintages), *places)


def _mandate_in_brief(council: Council) -> list[Figure]:
    """Choose the halves' employed residents inside and what lies outside, with short headings."""
    brief = []
    for reading in mandate_readings(council)[:1]:
        brief += [replace(lived, heading=half.title) for half, lived, _ in reading.halves]
        brief.append(replace(reading.outside, heading="Outside mandate"))
    return brief


def brief_key(council: Council) -> str:
    """Explain the short headings of the figures that fit on a terminal."""
    readings = mandate_readings(council)
    if not readings:
        return BRIEF_KEY
    names = join_names([half.title for half, *_ in readings[0].halves])
    by = f", by the {readings[0].reading.words}" if len(readings) > 1 else ""
    return (
        f"{names}: share of the residents at work there who live inside the area{by}. "
        "Outside mandate: share of the area's own residents at work who live outside the mandate. "
        f"{BRIEF_KEY}"
    )


def anchor_place(council: Council, *, store: DataStore | None = None) -> tuple[str, Point]:
    """
    Find the anchor's town centre: its zone with the most employee jobs.

    Returns
    -------
    name : str
        The anchor's name; of a district whose busiest zone is in a town that a labour market is
        named after, the town's, since a dot beside the name of a district is no place.
    point : shapely.Point
        The zone's population-weighted centroid, EPSG:27700.
    """
    from shapely import Point

    from localarea.datasets.centroids import read_centroids
    from localarea.options.methods.base import anchor_zones
    from localarea.reports.cartography.market_towns import read_market_towns

    figures = read_zone_figures(store=store or default_store())
    inside = figures.flows.positions(anchor_zones(council, store=store))
    busiest = figures.flows.codes[inside[int(np.argmax(figures.employees_2024[inside]))]]
    centroids = read_centroids("msoa11", store=store)
    east, north = centroids.loc[centroids["msoa11cd"] == busiest, ["easting", "northing"]].iloc[0]
    towns = read_market_towns(store=store)
    name = council.anchor
    if all(town.name != name for town in towns):
        name = next((town.name for town in towns if town.zone == busiest), name)
    return name, Point(float(east), float(north))


def first_shown(options: Sequence[Option], council: Council) -> tuple[str, ...]:
    """
    Choose the options shown when a map opens: the council's default and its variants.

    Ids, the default first; only the first option if the default is not among them.
    """
    keys = [c.key for c in council.contested]
    lead = split_option_id(council.default_option, keys)[0]
    family = [o.id for o in options if split_option_id(o.id, keys)[0] == lead]
    return tuple(family) or tuple(o.id for o in options[:1])


def write_options_page(
    path: Path,
    options: Sequence[Option],
    council: Council,
    metrics: pd.DataFrame,
    *,
    lede: str = "",
    store: DataStore | None = None,
    tile_url: str | None = None,
    tile_attribution: str = "",
) -> Path:
    """
    Write the options of a council as one HTML file with a map and a table.

    Parameters
    ----------
    options : sequence of Option
        Options in the order of the legend; at least one.
    metrics : pandas.DataFrame
        Figures of the options, from ``compute_metrics``.
    lede : str, default ""
        A sentence or two below the heading.
    tile_url, tile_attribution : str, optional
        Tile server for a base map, as in ``options_map``; none by default.

    Raises
    ------
    EmptyResultError
        If there are no options.
    """
    from localarea.datasets.districts import read_districts

    store = store or default_store()
    text = options_map(
        option_shapes(options, store=store),
        districts=read_districts(store=store),
        figures=write_figures(metrics, figures_shown(council, store=store)),
        anchor=anchor_place(council, store=store),
        title=f"Where “local” could be: options for {council.title}",
        lede=lede,
        shown=first_shown(options, council),
        contested=[c.key for c in council.contested],
        sources=_sources(options, metrics, store),
        tile_url=tile_url,
        tile_attribution=tile_attribution,
    )
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _sources(options: Sequence[Option], metrics: pd.DataFrame, store: DataStore) -> tuple[str, ...]:
    tables = {"zones_msoa11", "districts_lad25", *metrics.attrs.get("vintages", ())}
    tables.update(name for option in options for name in option.vintages)
    vintages = vintages_of_figures(store)
    jobs, firms = (year_of_figure(n, vintages) for n in ("employees_2024", "enterprises_2022"))
    return (
        f"Commuting figures are from the 2011 census, employee jobs from {jobs}, enterprises from "
        f"{firms}, postcodes from {store.directory_date}. Outlines are simplified for the screen; "
        "whether a postcode is local is decided by its zone.",
        *year_notes(vintages),
        " ".join(attributions(tables, store=store)),
    )
