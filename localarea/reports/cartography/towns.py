"""Towns to label on maps, each located at the postcode of a public building."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from math import dist
from typing import TYPE_CHECKING, Final

from localarea.datasets.postcodes import read_postcode_rows
from localarea.datasets.store import default_store
from localarea.geo.postcodes import parse_postcode
from localarea.reports.cartography.market_towns import read_market_towns

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore

_LISTED_M: Final = 30_000.0  # around a town of the list, the list is all


def read_towns(*, store: DataStore | None = None) -> tuple[tuple[str, float, float], ...]:
    """
    Read the towns and their positions.

    Name, easting and northing (metres, EPSG:27700), in order of precedence. A town whose postcode
    is not in the directory, or has no position there, is left out. Where the list has none, they
    are those that labour markets are named after.
    """
    store = store or default_store()
    return (*_read(store), *other_towns(store=store))


def other_towns(*, store: DataStore | None = None) -> tuple[tuple[str, float, float], ...]:
    """Read the towns that labour markets are named after, where the list of towns has none."""
    store = store or default_store()
    listed = [(east, north) for _, east, north in _read(store)]
    return tuple(
        (town.name, town.easting, town.northing)
        for town in read_market_towns(store=store)
        if all(dist((town.easting, town.northing), one) > _LISTED_M for one in listed)
    )


@lru_cache(maxsize=4)
def _read(store: DataStore) -> tuple[tuple[str, float, float], ...]:
    text = files("localarea.reports").joinpath("assets", "towns.toml").read_text(encoding="utf-8")
    keys = {name: parse_postcode(text).key for name, text in tomllib.loads(text)["towns"].items()}
    rows = read_postcode_rows(sorted(k for k in keys.values() if k is not None), store=store)
    places = {
        key: (float(east), float(north))
        for key, east, north in zip(
            *(rows[name].to_pylist() for name in ("key", "easting", "northing")), strict=True
        )
        if east is not None and north is not None
    }
    return tuple((name, *places[key]) for name, key in keys.items() if key in places)
