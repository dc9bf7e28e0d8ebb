"""Towns to label on maps, each located at the postcode of a public building."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from localarea.datasets.postcodes import read_postcode_rows
from localarea.datasets.store import default_store
from localarea.geo.postcodes import parse_postcode

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore


def read_towns(*, store: DataStore | None = None) -> tuple[tuple[str, float, float], ...]:
    """
    Read the towns and their positions.

    Name, easting and northing (metres, EPSG:27700), in order of precedence. A town whose postcode
    is not in the directory, or has no position there, is left out.
    """
    return _read(store or default_store())


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
