"""Towns that labour markets are named after, each in its busiest zone."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from localarea.datasets.centroids import zone_centres
from localarea.datasets.storage.arrow import texts_of
from localarea.datasets.store import default_store
from localarea.options.zone_figures import read_zone_figures
from localarea.places.gazetteer import fold, read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.store import DataStore

_BETWEEN: Final = re.compile(r", | and ")
_NO_TOWN: Final = "Isle of "


class MarketTown(NamedTuple):
    """
    A town.

    Attributes
    ----------
    name : str
        Its name, as in that of the travel to work area of 2011.
    zone : str
        The zone that bears its name and has the most employee jobs; of a town that no zone is
        named after, that of its whole area.
    easting, northing : float
        Where the zone's residents live, metres, EPSG:27700.
    jobs : int
        Employee jobs in the zone.
    """

    name: str
    zone: str
    easting: float
    northing: float
    jobs: int


def read_market_towns(*, store: DataStore | None = None) -> tuple[MarketTown, ...]:
    """
    Read the towns of England and Wales that travel to work areas of 2011 are named after.

    They come from the tables alone, so that the map of any council has towns. Those with the
    most jobs come first.
    """
    return _read(store or default_store())


@lru_cache(maxsize=4)
def _read(store: DataStore) -> tuple[MarketTown, ...]:
    figures = read_zone_figures(store=store)
    jobs = dict(zip(figures.flows.codes, figures.employees_2024.tolist(), strict=True))
    points = zone_centres("msoa11", store=store)
    zone_names = read_gazetteer("msoa11", store=store).zone_names
    held: dict[str, list[str]] = {}
    table = store.read("ttwa11_msoa11", columns=["msoa11cd", "ttwa11nm"])
    for zone, area in zip(*(texts_of(column) for column in table.columns), strict=True):
        if zone in jobs and zone in points and zone in zone_names:
            held.setdefault(area, []).append(zone)
    found = []
    for area, zones in held.items():
        towns = _BETWEEN.split(area)
        for town in towns:
            named = named_after(town, {zone: zone_names[zone] for zone in zones})
            if not named and (len(towns) > 1 or town.startswith(_NO_TOWN)):
                continue
            busiest = _busiest(named or zones, jobs)
            found.append(MarketTown(town, busiest, *points[busiest], int(jobs[busiest])))
    return tuple(sorted(found, key=lambda one: (-one.jobs, one.name)))


def named_after(town: str, names: dict[str, str]) -> list[str]:
    """
    Return the zones that bear the name of a town, those first whose names begin with it.

    Examples
    --------
    >>> named_after("Dolgellau", {"a": "Barmouth & Dolgellau", "b": "Harlech & Llanbedr"})
    ['a']
    >>> named_after("Bangor", {"a": "Bangor City", "b": "Upper Bangor", "c": "Bangorton"})
    ['a']
    """
    sought = f"{fold(town)} "
    folded = {zone: f"{fold(name)} " for zone, name in names.items()}
    first = [zone for zone, name in folded.items() if name.startswith(sought)]
    return first or [zone for zone, name in folded.items() if f" {sought}" in f" {name}"]


def _busiest(zones: Sequence[str], jobs: dict[str, float]) -> str:
    return zones[int(np.argmax([jobs[zone] for zone in zones]))]
