"""Names of the map: towns and villages by size, seas and estuaries."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from localarea.reports.cartography.study_area import Bounds

Place = tuple[str, int, float, float]
WATER: Final = 0
LARGEST: Final = 1
TOWN: Final = 2


def named_places(window: Bounds) -> tuple[Place, ...]:
    """
    Return the places and waters in a window, in order of precedence.

    Each is its name, its size (1 a city or large town to 4 a village; 0 a sea or an estuary),
    easting and northing (metres, EPSG:27700).
    """
    west, south, east, north = window
    return tuple(
        place for place in _all_places() if west < place[2] < east and south < place[3] < north
    )


@cache
def _all_places() -> tuple[Place, ...]:
    text = files("localarea.reports").joinpath("assets", "places.toml").read_text(encoding="utf-8")
    read: dict[str, Any] = tomllib.loads(text)
    towns = [(name, size, float(x), float(y)) for name, (x, y, size) in read["places"].items()]
    waters = [
        (name, WATER, float(x), float(y)) for name, all_ in read["waters"].items() for x, y in all_
    ]
    return (*towns, *waters)
