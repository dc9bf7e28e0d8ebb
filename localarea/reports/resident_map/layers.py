"""Layers of the map: each gives every zone a class, with a colour, and the figure in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.errors import NotFoundError
from localarea.options.minutes.centre import describe_centre
from localarea.options.minutes.zone_minutes import minutes_to_anchor
from localarea.options.zone_figures import read_zone_figures
from localarea.records import true_minus, whole_minutes
from localarea.reports.cartography.shading import (
    COMMUTING,
    MINUTES,
    STANDING_COLOURS,
    Shades,
    standing_classes,
)
from localarea.reports.resident_map.base_map import study_zones
from localarea.reports.resident_map.layer_names import LAYERS
from localarea.reports.resident_map.pull import measure_pull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

FIRMS: Final = Shades(
    "Firms in each zone, 2022 (estimated from the district's)",
    (100.0, 200.0, 300.0, 500.0),
    ("#f3f1ea", "#d5cfe3", "#b0a3cc", "#8169ab", "#4f3078"),
    ("below 100", "100 to 199", "200 to 299", "300 to 499", "500 or more"),
    "not known",
)
# From purple (belongs) to orange (belongs elsewhere); pale in the middle, where little turns it.
PULL: Final = Shades(
    "How firmly each zone belongs, by where its commuters went in 2011",
    (-0.5, -0.2, -0.05, 0.05, 0.2, 0.5),
    ("#b35806", "#e08a2e", "#fbd6a0", "#f7f7f7", "#cfc9e3", "#9085bd", "#542788"),
    (
        "firmly elsewhere (by 50 points or more)", "elsewhere (by 20 to 50)",
        "rather elsewhere (by 5 to 20)", "about even (within 5 points)",
        "rather inside (by 5 to 20)", "inside (by 20 to 50)",
        "firmly inside (by 50 points or more)",
    ),
    "no commuters",
)  # fmt: skip


_AGREED: Final = (
    "few (a third or fewer)", "some (up to two thirds)", "most", "all of them: the core",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """
    A layer: its words, its classes, and for each zone its class (-1: none) and its figure.

    Attributes
    ----------
    shades : Shades
        Title, colours and words of the classes.
    note : str
        What the figures are, in a sentence or two.
    classes : numpy.ndarray of int, shape (n_zones,)
        Class of each zone.
    """

    shades: Shades
    heading: str
    note: str
    classes: NDArray[np.int64]
    figures: list[str]


def map_layer(
    name: str,
    options: Sequence[Option],
    council: Council,
    *,
    methods: Sequence[Option],
    store: DataStore | None = None,
) -> dict[str, Any]:
    """
    Return a layer as JSON values.

    Parameters
    ----------
    name : str
        One of `LAYERS`.
    methods : sequence of Option
        Each method once: variants with a place in dispute count for no method of their own.

    Returns
    -------
    dict
        ``name``, ``title``, ``heading``, ``note``, ``classes`` (``words`` and ``colour`` of each),
        ``unknown`` and ``zones``: class and figure by code.

    Raises
    ------
    NotFoundError
        If there is no such layer.
    """
    if name not in LAYERS:
        raise NotFoundError(f"there is no layer {name[:40]!r}; choose one of: {', '.join(LAYERS)}")
    zones = study_zones(options, council, store=store)
    layer = _MAKERS[name](zones, methods, council, store)
    return {
        "name": name,
        "title": layer.shades.title.replace("the anchor", council.anchor),
        "heading": layer.heading,
        "note": layer.note,
        "classes": [
            {"words": words, "colour": colour}
            for words, colour in zip(layer.shades.words, layer.shades.colours, strict=True)
        ],
        "unknown": layer.shades.unknown,
        "zones": {
            str(code): [int(number), figure]
            for code, number, figure in zip(zones.index, layer.classes, layer.figures, strict=True)
        },
    }


def _commuting(
    zones: gpd.GeoDataFrame, _: Sequence[Option], council: Council, store: DataStore | None
) -> Layer:
    shares = zones["share_to_anchor"]
    return Layer(
        COMMUTING,
        f"Commuters who work in {council.anchor}",
        "Of the people of each zone who travel to work (census of 2011; people who work at home "
        "are left out).",
        COMMUTING.classes(shares),
        _each(shares, lambda share: f"{share:.1%}", COMMUTING.unknown),
    )


def _minutes(
    zones: gpd.GeoDataFrame, _: Sequence[Option], council: Council, store: DataStore | None
) -> Layer:
    known = minutes_to_anchor(council, store=store)
    minutes = np.array([known.get(str(code), np.nan) for code in zones.index], dtype=np.float64)
    minutes[~np.isfinite(minutes)] = np.nan
    return Layer(
        MINUTES,
        "Minutes by car",
        f"Door to door by car from {describe_centre(council.anchor, store=store)} to the middle "
        "of the zone's people, without congestion by the hour.",
        MINUTES.classes(minutes),
        _each(minutes, lambda value: f"{whole_minutes(value)} minutes", MINUTES.unknown),
    )


def _agreement(
    zones: gpd.GeoDataFrame, methods: Sequence[Option], council: Council, store: DataStore | None
) -> Layer:
    count = np.zeros(len(zones), dtype=np.int64)
    for option in methods:
        count += zones.index.isin(option.zones)
    n = len(methods)
    shades = Shades(
        f"How many of the {n} methods hold the zone",
        (), STANDING_COLOURS, _AGREED, "none",
    )  # fmt: skip
    return Layer(
        shades,
        "Methods that hold it",
        "Each method as it draws the boundary itself; putting a place in dispute in or out is a "
        "choice of its own and counts for no method.",
        np.where(count > 0, standing_classes(count, n), -1),
        [f"{held} of {n}" for held in count],
    )


def _firmness(
    zones: gpd.GeoDataFrame, methods: Sequence[Option], council: Council, store: DataStore | None
) -> Layer:
    area = next((o for o in methods if o.id == council.default_option), methods[0])
    pull = measure_pull(area.zones, zones.index, store=store)
    return Layer(
        PULL,
        "Inside, less the strongest pull elsewhere",
        f"Share of the zone's commuters who work inside {area.title}, less the share who work in "
        "the strongest other travel to work area of 2011, in points. Near zero, little would "
        "turn the zone.",
        PULL.classes(pull),
        _each(pull, _points, PULL.unknown),
    )


def _points(share: float) -> str:
    return true_minus(f"{round(100 * share):+d} points")


def _firms(
    zones: gpd.GeoDataFrame, _: Sequence[Option], council: Council, store: DataStore | None
) -> Layer:
    figures = read_zone_figures(store=store)
    firms = figures.enterprises_2022[figures.flows.positions(zones.index)]
    return Layer(
        FIRMS,
        "Firms, about",
        "Active enterprises of each district (ONS, 2022), shared among its zones by where its "
        "employees work: an estimate, rounded to ten.",
        FIRMS.classes(firms),
        _each(firms, lambda value: f"{round(value, -1):,.0f}", FIRMS.unknown),
    )


_MAKERS: Final = {
    "commuting": _commuting,
    "minutes": _minutes,
    "agreement": _agreement,
    "firmness": _firmness,
    "firms": _firms,
}


def _each(values: Iterable[float], write: Callable[[float], str], unknown: str) -> list[str]:
    return [write(float(value)) if np.isfinite(value) else unknown for value in values]
