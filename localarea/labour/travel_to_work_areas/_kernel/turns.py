"""The turn in which the zones of an area are placed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from localarea.labour.travel_to_work_areas._kernel.arrays import compiled
from localarea.labour.travel_to_work_areas._kernel.links import clear_flows, sum_flows

_RUN_LENGTH: Final = 16  # zones sorted by insertion


@compiled
def _sort_run(zones: Any, keys: Any, low: int, high: int) -> None:
    for at in range(low + 1, high):
        zone, key = zones[at], keys[at]
        gap = at
        while gap > low and keys[gap - 1] > key:
            zones[gap], keys[gap] = zones[gap - 1], keys[gap - 1]
            gap -= 1
        zones[gap], keys[gap] = zone, key


@compiled
def _merge(source: tuple[Any, Any], into: tuple[Any, Any], low: int, middle: int, end: int) -> None:
    left, right = low, middle
    for at in range(low, end):
        if right >= end or (left < middle and source[1][left] <= source[1][right]):
            into[0][at], into[1][at] = source[0][left], source[1][left]
            left += 1
        else:
            into[0][at], into[1][at] = source[0][right], source[1][right]
            right += 1


@compiled
def sort(zones: Any, keys: Any) -> None:
    # A stable merge sort of short runs. Most areas have few zones, but London has tens of thousands
    # of output areas. np.argsort would take as long to compile as everything else here.
    n, width = zones.size, _RUN_LENGTH
    for low in range(0, n, width):
        _sort_run(zones, keys, low, min(low + width, n))
    if n <= width:
        return
    other_zones, other_keys = np.empty_like(zones), np.empty_like(keys)
    while width < n:
        for low in range(0, n, 2 * width):
            middle, end = min(low + width, n), min(low + 2 * width, n)
            _merge((zones, keys), (other_zones, other_keys), low, middle, end)
        for at in range(n):  # of whole arrays numba compiles what it says if their shapes differ
            zones[at], keys[at] = other_zones[at], other_keys[at]
        width *= 2


@compiled
def _crossing_workers(world: Any, zone: int) -> float:
    """Count the workers who commute out of a zone, and into it from outside its area."""
    sum_flows(world, zone)
    here = world.zones[zone]
    within = world.sums[world.area_of[zone]].back
    clear_flows(world)
    return (here.residents - here.own) + (here.jobs - here.own - within)


@compiled
def members(world: Any, rules: Any, area: int) -> Any:
    """Return an area's zones in the order in which to place them."""
    zones = np.empty(world.areas[area].count, np.int64)
    keys = np.empty(zones.size)
    zone = world.areas[area].head
    for at in range(zones.size):
        zones[at] = zone
        keys[at] = world.zones[zone].rank
        zone = world.zones[zone].after
    sort(zones, keys)
    if rules.by_crossing == 1:
        for at in range(zones.size):
            keys[at] = -_crossing_workers(world, zones[at])
        sort(zones, keys)
    return zones
