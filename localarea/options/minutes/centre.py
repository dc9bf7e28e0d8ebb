"""
The point that minutes are counted from: the middle of a district, or where its people work.

A district of one town is measured from where its residents live. One as large as Northumberland
has no such middle: the mean of its residents lies in fields. So if less than half of the workers
who travel to a workplace in a district work near its centre of population, the centre is the zone
round which most of them work. A postcode or a point is its own centre.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.datasets.centroids import zone_centres
from localarea.datasets.store import DataStore, default_store
from localarea.options.anchors.place import find_anchor
from localarea.options.titles import spoken_name
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from localarea.options.anchors.place import AnchorPlace

NEAR_M: Final = 10_000.0  # metres; with half of the workers within it, a centre is one
ROUND_M: Final = 5_000.0  # metres round a zone in which workers are counted for it
LEAST_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class AnchorCentre:
    """
    The point that minutes are counted from.

    Attributes
    ----------
    point : tuple of float
        Easting and northing, EPSG:27700, metres.
    words : str
        What was taken and why, to follow "from".
    short : str
        What was taken, as the answer for a postcode says it.
    title : str
        What was taken, as the title of a map says it.
    """

    point: tuple[float, float]
    words: str
    short: str
    title: str


def describe_centre(anchor: str, *, store: DataStore | None = None) -> str:
    """Describe the point from which minutes from an anchor are counted."""
    return anchor_centre(anchor, store or default_store()).words


def name_centre(anchor: str, *, store: DataStore | None = None) -> str:
    """Return the name of the point that minutes from an anchor are counted from."""
    return anchor_centre(anchor, store or default_store()).short


def centre_notes(anchor: str, *, store: DataStore | None = None) -> tuple[str, ...]:
    """Return a note on that point where it is not the centre of the anchor; none otherwise."""
    words = describe_centre(anchor, store=store)
    return () if words.startswith("the centre of") else (f"minutes are counted from {words}",)


@lru_cache(maxsize=256)
def anchor_centre(anchor: str, store: DataStore) -> AnchorCentre:
    """
    Find the point that minutes from an anchor are counted from.

    Based on zones, residents and workplaces of 2011 whatever the zone system.
    """
    place = find_anchor(anchor, "msoa11", store)
    if place.point is not None:
        return AnchorCentre(place.point, place.name, place.name, place.name)
    centres = zone_centres(store=store)
    points = np.array([centres[zone] for zone in place.zones])
    residents = _residents(place.zones, store)
    mean = residents @ points / residents.sum()
    home = int(np.argmin(_metres(points, mean)))
    name = spoken_name(place.name)
    central = f"the centre of {name}"
    middle = AnchorCentre(_pair(points[home]), central, central, central)
    if _metres(points, points[home]).max() <= NEAR_M:
        return middle
    workers = _workers(place, store)
    if workers @ (_metres(points, points[home]) <= NEAR_M) >= LEAST_SHARE * workers.sum():
        return middle
    around = [float(workers @ (_metres(points, point) <= ROUND_M)) for point in points]
    middle_of_work = int(np.argmax(around))
    best = _metres(points, points[middle_of_work]) <= ROUND_M
    work = int(np.argmax(np.where(best, workers, -1.0)))  # of those there, the one with most
    names = read_gazetteer("msoa11", store=store).zone_names
    zone, round_it = names[place.zones[work]], names[place.zones[middle_of_work]]
    share = around[middle_of_work] / workers.sum()
    # Not the zone where most people work, nor that with most round it: between both.
    where = f"in the part of {name} with most workers"
    words = (
        f"{zone} ({place.zones[work]}), {where} ({share:.0%} of those who work in {name} do so "
        f"within {ROUND_M / 1000:.0f} km of {'it' if work == middle_of_work else round_it}, "
        "census of 2011)"
    )
    return AnchorCentre(_pair(points[work]), words, f"{zone}, {where}", zone)


def _pair(point: NDArray[np.float64]) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _metres(points: NDArray[np.float64], to: NDArray[np.float64]) -> NDArray[np.float64]:
    away: NDArray[np.float64] = np.hypot(*(points - to).T)
    return away


def _residents(zones: tuple[str, ...], store: DataStore) -> NDArray[np.float64]:
    table = store.read("population_msoa11_2011")
    known = dict(zip(table["msoa11cd"].to_pylist(), table["residents"].to_pylist(), strict=True))
    return np.array([known[zone] for zone in zones], dtype=float)


def _workers(place: AnchorPlace, store: DataStore) -> NDArray[np.float64]:
    """Return the people who travel to a workplace in each zone, wherever they live."""
    known = _workplaces(store)
    return np.array([known.get(zone, 0) for zone in place.zones], dtype=float)


@lru_cache(maxsize=2)  # one holds some 0.7 MB
def _workplaces(store: DataStore) -> Mapping[str, float]:
    from localarea.datasets.storage.arrow import numbers_of

    # Arrow's own sums by group would import pandas: as long as all the rest of a check takes.
    table = store.read("flows_2011", columns=["destination", "workers"])
    zones = table["destination"].combine_chunks()
    codes = zones.dictionary.to_pylist()
    there = np.bincount(numbers_of(zones.indices), numbers_of(table["workers"]), len(codes))
    return dict(zip(codes, there.tolist(), strict=True))
