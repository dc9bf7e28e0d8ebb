"""What the pages and the API ask of options: scenarios from forms, comparisons, boundaries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.comparison.comparison import Comparison, compare_options
from localarea.comparison.scenario import Scenario
from localarea.comparison.study.what_if_ids import scenario_of_id
from localarea.comparison.variants import VINTAGES
from localarea.errors import InputError, OptionNotFoundError
from localarea.geo.crs import BRITISH_NATIONAL_GRID
from localarea.options.membership import option_title
from localarea.places.drawn_areas import parse_drawn
from localarea.places.outline import option_shape
from localarea.places.polygons import looks_drawn
from localarea.records import Option
from localarea.service.state.once import kept_once

if TYPE_CHECKING:
    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import ZoneSystem
    from localarea.service.state.state import State

MOST_CHANGES: Final = 200
COARSEST_M: Final = 5_000


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A scenario from a form or a request; every field but the base may be empty."""

    base: str
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    include_areas: Sequence[Mapping[str, Any]] = ()
    exclude_areas: Sequence[Mapping[str, Any]] = ()
    vintage: int = 2011
    thresholds: Mapping[str, float | int | bool | str] | None = None

    def scenario(self) -> Scenario:
        """
        Return the scenario.

        InputError if there are too many changes, a name is that of a file, which visitors may not
        read, a drawn area is not a polygon, or there is no census of that year.
        """
        places = [*self.include, *self.exclude]
        areas = [*self.include_areas, *self.exclude_areas]
        if self.vintage not in VINTAGES:
            raise InputError(f"there are no commuters of {self.vintage}; choose 2011 or 2021")
        _require_few(len(places) + len(areas))
        files = [place for place in places if looks_drawn(place)]
        if files:
            raise InputError(
                f"{files[0][:60]!r} is not a place; name a district, town, zone or postcode, or "
                "draw the area as GeoJSON"
            )
        what_if = Scenario.of(self.base).include(*self.include, *self.include_areas)
        what_if = what_if.exclude(*self.exclude, *self.exclude_areas).with_vintage(self.vintage)
        return what_if.with_threshold(**dict(self.thresholds or {}))


def read_scenario(text: str) -> Scenario:
    """
    Read a scenario that somebody sent.

    SettingError if it cannot be read. InputError if it has more changes than a what-if may have:
    each name is looked up.
    """
    found = Scenario.from_toml(text)
    _require_few(len(found.changes))
    return found


def _require_few(changes: int) -> None:
    if changes > MOST_CHANGES:
        raise InputError(f"you can add or take out {MOST_CHANGES} places at most")


def read_drawn(text: str) -> dict[str, Any]:
    """Read an area that was drawn on the map."""
    return dict(parse_drawn(text, "the drawn area"))


def nothing_changed() -> InputError:
    """Return the error for a scenario without a change."""
    return InputError("nothing is changed; add a place or take one out")


def find_option(state: State, option_id: str) -> Option:
    """
    Find one of the council's options, any that its methods know (``drive-37``), or a what-if.

    A what-if is found by its id where that names every change (``drive-30+sudbury``).
    """
    for option in state.session.options:
        if option.id == option_id:
            return option
    if len(option_id) > 200:
        raise OptionNotFoundError(option_id[:40] + "...")
    try:
        return state.session.option(option_id)
    except OptionNotFoundError:
        what_if = what_if_of(state, option_id)
        if what_if is None:
            raise
        return state.session.option(what_if)


def what_if_of(state: State, option_id: str) -> Scenario | None:
    """Return the what-if that an id names; None if it names none of this council."""
    return _what_if(option_id, state.council, state.store)


@kept_once(256)
def _what_if(option_id: str, council: Council, store: DataStore) -> Scenario | None:
    return scenario_of_id(option_id, council, store=store)


def title_of_option(state: State, option_id: str) -> str:
    """Return the title of an option or a what-if; the id itself if there is none."""
    title = option_title(option_id, state.council)
    what_if = what_if_of(state, option_id) if title == option_id else None
    return title if what_if is None else state.session.option(what_if).title


def figures_of_option(state: State, option: Option) -> pd.Series[Any]:
    """Return the figures of an option or a what-if."""
    return state.session.figures(what_if_of(state, option.id) or option.id)


def compare(state: State, what: Sequence[Scenario | str]) -> Comparison:
    """Compare options and scenarios with the first."""
    options = [
        find_option(state, item) if isinstance(item, str) else state.session.option(item)
        for item in what
    ]
    return compare_options(options, state.council, store=state.store)


def boundary_json(state: State, option: Option, simplify_m: int = 0) -> bytes:
    """
    Return the boundary of an option as a GeoJSON feature in WGS84.

    ``simplify_m``: metres by which the line may be off; 0 for the line as it is. InputError if the
    tolerance is not 0 to 5,000 metres.
    """
    if not 0 <= simplify_m <= COARSEST_M:
        raise InputError(f"simplify must be 0 to {COARSEST_M:,} metres, not {simplify_m}")
    key = (option.id, option.zones, option.title, simplify_m)
    return _boundary(key, option.zone_system, state.store)


@kept_once(64)
def _boundary(
    key: tuple[str, tuple[str, ...], str, int], system: ZoneSystem, store: DataStore
) -> bytes:
    import geopandas as gpd

    from localarea.reports.maps.option_map import write_geojson

    name, zones, title, simplify_m = key
    option = Option(name, title, "", system, zones, "")
    shape = option_shape(option, store=store)
    shapes = gpd.GeoSeries([shape], index=[name], crs=BRITISH_NATIONAL_GRID)
    if simplify_m:
        shapes = shapes.simplify_coverage(simplify_m)
    (feature,) = write_geojson(shapes)["features"]
    feature["properties"] = {
        "id": name,
        "title": title,
        "zone_system": system,
        "zones": len(zones),
        "simplified_m": simplify_m,
    }
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()
