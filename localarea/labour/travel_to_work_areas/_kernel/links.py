"""The flows of a zone summed by area, and the areas with which it has the strongest links."""

from __future__ import annotations

from typing import Any

from localarea.labour.travel_to_work_areas._kernel.arrays import (
    N_TOUCHED,
    NO,
    NO_AREA,
    YES,
    compiled,
)
from localarea.labour.travel_to_work_areas._kernel.scores import is_better, link_of


@compiled
def sum_flows(world: Any, zone: int) -> None:
    """Sum the zone's flows to and from each area."""
    ends, flows, area_of = world.ends, world.flows, world.area_of
    sums, touched = world.sums, world.touched
    here = world.zones[zone]
    n = 0
    for at in range(here.out_start, here.out_end):
        area = area_of[ends[at]]
        if area >= 0:
            if sums[area].to == 0.0:  # no flow is 0, so this area has none yet
                touched[n] = area
                n += 1
            sums[area].to += flows[at]
    for at in range(here.in_start, here.in_end):
        area = area_of[ends[at]]
        if area >= 0:
            if sums[area].to == 0.0 and sums[area].back == 0.0:
                touched[n] = area
                n += 1
            sums[area].back += flows[at]
    world.counters[N_TOUCHED] = n


@compiled
def clear_flows(world: Any) -> None:
    for at in range(world.counters[N_TOUCHED]):
        area = world.touched[at]
        world.sums[area].to = 0.0
        world.sums[area].back = 0.0


@compiled
def workers_kept(world: Any, zone: int, area: int) -> float:
    """Count the workers that a zone whose flows are summed adds to the inside of an area."""
    there = world.sums[area]
    return float(world.zones[zone].own + there.to + there.back)


@compiled
def _mark_borders(world: Any, zone: int, mark: int) -> None:
    for at in range(world.zones[zone].border_start, world.zones[zone].border_end):
        area = world.area_of[world.borders[at]]
        if area >= 0:
            world.areas[area].borders = mark


@compiled
def two_best(
    world: Any, rules: Any, zone: int, barred: int, bordering: int
) -> tuple[int, float, int, float]:
    """Find the two areas with the strongest links to a zone whose flows are summed."""
    best, best_link, second, second_link = NO_AREA, 0.0, NO_AREA, 0.0
    own = (world.zones[zone].residents, world.zones[zone].jobs)
    for at in range(world.counters[N_TOUCHED]):
        area = world.touched[at]
        if area == barred or (bordering == 1 and world.areas[area].borders == 0):
            continue
        totals = (world.sums[area].residents, world.sums[area].jobs)
        link = link_of(rules.link, world.sums[area].to, world.sums[area].back, own, totals)
        if link <= 0.0:
            continue
        if is_better(world, link, area, best_link, best):
            second, second_link = best, best_link
            best, best_link = area, link
        elif is_better(world, link, area, second_link, second):
            second, second_link = area, link
    return best, best_link, second, second_link


@compiled
def choose(world: Any, rules: Any, zone: int, barred: int) -> tuple[int, float, int, float]:
    """Choose the area of a zone whose flows are summed; ``barred`` is not a candidate."""
    if rules.contiguous == 1:
        _mark_borders(world, zone, YES)
        found = two_best(world, rules, zone, barred, YES)
        _mark_borders(world, zone, NO)
        if found[0] >= 0:
            return found
    return two_best(world, rules, zone, barred, NO)
