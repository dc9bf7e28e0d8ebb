"""
Ledgers of the hubs, the zones with very many flows.

A hub is placed thousands of times, and to sum all its flows each time took most of the time.
``ledger`` has a row for each area and a cell in it for each hub: the sums of the hub's flows
with those zones of the area that are not hubs themselves. When such a zone comes to an area, the
cells of the hubs with which it has flows are brought up to date; they are adjacent in memory.
Flows between hubs are in no cell. They are summed when a hub is placed, so a hub that comes to an
area changes nothing here.

The bound of a cell is the link as it was when a zone last came to the area. Since then the area
can only have grown, so by the flows in the cell the link is at most that, until the area is
dissolved. Each hub has a tournament tree of its bounds, to find its strongest links without a look
at all areas. An area gets a leaf of the tree with its first flow, and keeps it until all leaves
are taken and those of dissolved areas are needed.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from localarea.labour.travel_to_work_areas._kernel.arrays import (
    EMPTY,
    IS_OPEN,
    N_HUBS,
    N_TOUCHED,
    NO,
    NO_AREA,
    TAKEN_OUT,
    compiled,
)
from localarea.labour.travel_to_work_areas._kernel.links import two_best
from localarea.labour.travel_to_work_areas._kernel.scores import is_better, link_of

# Bounds are kept in single precision: rounded up, and never down to zero.
_UP: Final = 1.000001
_LEAST: Final = 1e-30


@compiled
def _set_bound(bounds: Any, hub: Any, leaf: int, bound: Any) -> None:
    first, node = 2 * hub.first, hub.size + leaf
    bounds[first + node] = bound
    while node > 1:
        larger = max(bound, bounds[first + (node ^ 1)])
        node //= 2
        if bounds[first + node] == larger:
            return
        bounds[first + node] = larger
        bound = larger


@compiled
def _highest_bound(bounds: Any, hub: Any) -> int:
    first, node = 2 * hub.first, 1
    while node < hub.size:
        left, right = bounds[first + 2 * node], bounds[first + 2 * node + 1]
        node = 2 * node if left >= right else 2 * node + 1
    return int(node - hub.size)


@compiled
def _free_leaves(world: Any, number: int) -> None:
    """Take the leaves of a hub's tree from the areas that are dissolved."""
    hub = world.hubs[number]
    n = NO
    for leaf in range(hub.used):
        area = world.leaves[hub.first + leaf]
        cell = world.ledger[area, number]
        if world.areas[area].count > 0:
            world.leaves[hub.first + n] = area
            n += 1
            cell.leaf = n
        else:
            cell.leaf = 0
            cell.bound = EMPTY
    hub.used = n
    first = 2 * hub.first
    world.bounds[first : first + 2 * hub.size] = EMPTY
    for leaf in range(n):
        cell = world.ledger[world.leaves[hub.first + leaf], number]
        world.bounds[first + hub.size + leaf] = cell.bound
    for node in range(hub.size - 1, 0, -1):
        world.bounds[first + node] = max(
            world.bounds[first + 2 * node], world.bounds[first + 2 * node + 1]
        )


@compiled
def _raise_bound(world: Any, number: int, area: int, link: float) -> None:
    """Enter that a hub's link with an area is stronger than its bound."""
    hub, cell = world.hubs[number], world.ledger[area, number]
    if cell.leaf == 0:
        if hub.used == hub.size:
            _free_leaves(world, number)
        world.leaves[hub.first + hub.used] = area
        hub.used += 1
        cell.leaf = hub.used
    cell.bound = np.float32(max(link * _UP, _LEAST))
    _set_bound(world.bounds, hub, cell.leaf - 1, cell.bound)


@compiled
def enter_ties(world: Any, rules: Any, zone: int, area: int) -> None:
    """Enter in the ledgers of the hubs with which a zone has flows that it came to an area."""
    if world.counters[IS_OPEN] == 0 or world.zones[zone].hub >= 0:
        return
    ties, row, kind = world.ties, world.ledger[area], rules.link
    totals = (world.areas[area].residents, world.areas[area].jobs)
    for at in range(world.zones[zone].tie_start, world.zones[zone].tie_end):
        tie = ties[at]
        cell, hub = row[tie.hub], world.hubs[tie.hub]
        cell.to += tie.to
        cell.back += tie.back
        own = (hub.residents, hub.jobs)
        link = link_of(kind, float(cell.to), float(cell.back), own, totals)
        if link > cell.bound:
            _raise_bound(world, tie.hub, area, link)


@compiled
def reset_area(world: Any, area: int) -> None:
    """Clear the cells of a dissolved area to which zones return."""
    if world.counters[IS_OPEN] == 1:
        for number in range(world.counters[N_HUBS]):
            world.ledger[area, number].to = 0
            world.ledger[area, number].back = 0


@compiled
def open_ledgers(world: Any, rules: Any) -> None:
    """Begin the ledgers of all hubs, where the method lets areas only grow or be dissolved."""
    plain = rules.by_link + rules.together + rules.contiguous + rules.one_zone == 0
    if world.counters[N_HUBS] == 0 or world.counters[IS_OPEN] == 1 or not plain:
        return
    world.counters[IS_OPEN] = 1
    world.bounds[:] = EMPTY
    for number in range(world.counters[N_HUBS]):
        world.hubs[number].used = 0
    for area in range(world.areas.size):
        for number in range(world.counters[N_HUBS]):
            cell = world.ledger[area, number]
            cell.to, cell.back, cell.bound, cell.leaf = 0, 0, EMPTY, 0
    for zone in range(world.zones.size):
        if world.area_of[zone] >= 0:
            enter_ties(world, rules, zone, world.area_of[zone])


@compiled
def _sum_flows_of_hub(world: Any, zone: int, number: int) -> None:
    """Sum the flows of a hub to and from each area that has other hubs."""
    sums, touched, n = world.sums, world.touched, NO
    for at in range(world.zones[zone].tie_start, world.zones[zone].tie_end):
        tie = world.ties[at]
        area = world.area_of[world.hubs[tie.hub].zone]
        if area >= 0:
            if sums[area].to == 0.0 and sums[area].back == 0.0:
                touched[n] = area
                n += 1
            sums[area].to += tie.back  # a tie is as the other hub sees it
            sums[area].back += tie.to
    for at in range(n):
        cell = world.ledger[touched[at], number]
        sums[touched[at]].to += cell.to
        sums[touched[at]].back += cell.back
    world.counters[N_TOUCHED] = n


@compiled
def _link_of_cell(world: Any, rules: Any, number: int, area: int) -> float:
    """Return the link of a hub with an area by the flows in their cell; 0 if it was dissolved."""
    here, cell, hub = world.areas[area], world.ledger[area, number], world.hubs[number]
    if here.count == 0:
        return 0.0
    own, totals = (hub.residents, hub.jobs), (here.residents, here.jobs)
    return float(link_of(rules.link, float(cell.to), float(cell.back), own, totals))


@compiled
def _sum_cell(world: Any, number: int, area: int) -> None:
    """Enter a hub's flows with the area chosen in the sums, if they are not there."""
    if area < 0 or world.sums[area].to > 0.0 or world.sums[area].back > 0.0:
        return
    world.sums[area].to = world.ledger[area, number].to
    world.sums[area].back = world.ledger[area, number].back
    world.touched[world.counters[N_TOUCHED]] = area
    world.counters[N_TOUCHED] += 1


@compiled
def choose_for_hub(world: Any, rules: Any, zone: int) -> tuple[int, float, int, float]:
    """Find what ``two_best`` finds, looking only at areas whose bound is high enough."""
    number = world.zones[zone].hub
    _sum_flows_of_hub(world, zone, number)
    best, best_link, second, second_link = two_best(world, rules, zone, NO_AREA, NO)
    hub, bounds, sums, n = world.hubs[number], world.bounds, world.sums, NO
    top = 2 * hub.first + 1
    while bounds[top] > 0.0 and (second < 0 or bounds[top] >= second_link):
        leaf = _highest_bound(bounds, hub)
        _set_bound(bounds, hub, leaf, TAKEN_OUT)
        world.looked[n] = leaf
        n += 1
        area = np.int64(world.leaves[hub.first + leaf])
        if sums[area].to > 0.0 or sums[area].back > 0.0:
            continue  # it has other hubs, and was compared already
        link = _link_of_cell(world, rules, number, area)
        if link <= 0.0:
            continue
        if is_better(world, link, area, best_link, best):
            second, second_link = best, best_link
            best, best_link = area, link
        elif is_better(world, link, area, second_link, second):
            second, second_link = area, link
    for at in range(n):
        leaf = world.looked[at]
        area = world.leaves[hub.first + leaf]
        link = _link_of_cell(world, rules, number, area)
        bound = np.float32(max(link * _UP, _LEAST)) if link > 0.0 else EMPTY
        world.ledger[area, number].bound = bound
        _set_bound(bounds, hub, leaf, bound)
    _sum_cell(world, number, best)
    return best, best_link, second, second_link
