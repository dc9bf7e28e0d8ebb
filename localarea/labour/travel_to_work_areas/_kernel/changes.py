"""A zone that comes to an area or leaves it, an area that is dissolved, and the trace of both."""

from __future__ import annotations

from typing import Any

import numpy as np

from localarea.labour.travel_to_work_areas._kernel.arrays import (
    N_MOVES,
    N_STEPS,
    UNPLACED,
    compiled,
)
from localarea.labour.travel_to_work_areas._kernel.ledgers import enter_ties
from localarea.labour.travel_to_work_areas._kernel.links import workers_kept
from localarea.labour.travel_to_work_areas._kernel.scores import score, update_tree


@compiled
def add_to_area(world: Any, rules: Any, zone: int, area: int) -> None:
    """Add a zone whose flows are summed to an area."""
    world.areas[area].inside += workers_kept(world, zone, area)
    world.sums[area].residents += world.zones[zone].residents
    world.sums[area].jobs += world.zones[zone].jobs
    first = world.areas[area].head
    world.zones[zone].after = first
    world.zones[zone].before = -1
    if first >= 0:
        world.zones[first].before = zone
    world.areas[area].head = zone
    world.areas[area].count += 1
    world.area_of[zone] = area
    enter_ties(world, rules, zone, area)
    score(world, rules, area)


@compiled
def remove_from_area(world: Any, rules: Any, zone: int) -> None:
    """Remove a zone whose flows are summed from its area."""
    area = world.area_of[zone]
    world.areas[area].inside -= workers_kept(world, zone, area)
    world.sums[area].residents -= world.zones[zone].residents
    world.sums[area].jobs -= world.zones[zone].jobs
    left, right = world.zones[zone].before, world.zones[zone].after
    if left >= 0:
        world.zones[left].after = right
    else:
        world.areas[area].head = right
    if right >= 0:
        world.zones[right].before = left
    world.areas[area].count -= 1
    world.area_of[zone] = UNPLACED
    score(world, rules, area)


@compiled
def clear_area(world: Any, area: int, zones: Any) -> None:
    for zone in zones:
        world.area_of[zone] = UNPLACED
    world.sums[area].residents = 0.0
    world.sums[area].jobs = 0.0
    world.areas[area].inside = 0.0
    world.areas[area].head = -1
    world.areas[area].count = 0
    update_tree(world, area, np.inf)


@compiled
def record(world: Any, zone: int, found: tuple[int, float, int, float]) -> None:
    at = world.counters[N_MOVES]
    world.moves[at].step = world.counters[N_STEPS]
    world.moves[at].zone = zone
    world.moves[at].to = found[0]
    world.moves[at].link = found[1]
    world.moves[at].second = found[2]
    world.moves[at].second_link = found[3]
    world.counters[N_MOVES] = at + 1
