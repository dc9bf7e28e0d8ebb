"""
Ledgers of the hubs, the zones that are placed most often and have many flows.

Instead of summing all its flows each time it is placed, a hub keeps the sums of its flows with
each area in a cell; those with zones that are not hubs themselves. When such a zone comes to an
area, the cells of the hubs with which it has flows are brought up to date. Flows between hubs are
in no cell. They are summed when a hub is placed, so a hub that comes to an area changes nothing
here, and hubs that move together again and again cost little.

The bound of a cell is the link as it was when a zone last came to the area. Since then the area
can only have grown, so by the flows in the cell the link is at most that, until the area is
dissolved. To find the strongest links of a hub without a look at all its areas, ``bounds`` has a
tournament tree of the bounds of its cells. The cells of a hub are a hash table by area, cleared
of areas that are dissolved when it is nearly full.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from localarea.labour.travel_to_work_areas._kernel.arrays import (
    EMPTY,
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
def _bound_of(link: float) -> Any:
    return np.float32(max(link * _UP, _LEAST)) if link > 0.0 else EMPTY


@compiled
def _set_bound(bounds: Any, hub: Any, slot: int, bound: Any) -> None:
    first, node = 2 * hub.first, hub.size + slot
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
def _find(cells: Any, hub: Any, area: int) -> int:
    """Find the slot of the hash table of a hub where the cell of an area is, or would be."""
    first, mask = hub.first, hub.size - 1
    slot = (area * 40503) & mask
    while cells[first + slot].area >= 0 and cells[first + slot].area != area:
        slot = (slot + 1) & mask
    return int(slot)


@compiled
def _clear_cells(world: Any, hub: Any) -> None:
    cells, first = world.cells, hub.first
    for slot in range(hub.size):
        cell = cells[first + slot]
        cell.area, cell.to, cell.back, cell.bound = -1, 0, 0, EMPTY
    world.bounds[2 * first : 2 * first + 2 * hub.size] = EMPTY
    hub.used = 0


@compiled
def _drop_dissolved(world: Any, hub: Any) -> None:
    """Keep only the cells of areas that exist, to make room for more."""
    cells, spare, bounds, n = world.cells, world.spare, world.bounds, NO
    first, size = hub.first, hub.size
    for slot in range(size):
        cell = cells[first + slot]
        if cell.area >= 0 and world.areas[cell.area].count > 0:
            spare[n] = cell
            n += 1
    _clear_cells(world, hub)
    hub.used = n
    for at in range(n):
        slot = _find(cells, hub, spare[at].area)
        cells[first + slot] = spare[at]
        bounds[2 * first + size + slot] = spare[at].bound
    for node in range(size - 1, 0, -1):
        bounds[2 * first + node] = max(
            bounds[2 * first + 2 * node], bounds[2 * first + 2 * node + 1]
        )


@compiled
def enter_ties(world: Any, rules: Any, zone: int, area: int) -> None:
    """Enter in the ledgers of the hubs with which a zone has flows that it came to an area."""
    if world.zones[zone].hub >= 0:
        return
    ties, hubs, cells, bounds = world.ties, world.hubs, world.cells, world.bounds
    kind = rules.link
    totals = (world.sums[area].residents, world.sums[area].jobs)
    for at in range(world.zones[zone].tie_start, world.zones[zone].tie_end):
        tie = ties[at]
        hub = hubs[tie.other]
        slot = _find(cells, hub, area)
        if cells[hub.first + slot].area < 0:
            if 4 * hub.used >= 3 * hub.size:
                _drop_dissolved(world, hub)
                slot = _find(cells, hub, area)
            cells[hub.first + slot].area = area
            hub.used += 1
        cell = cells[hub.first + slot]
        cell.to += tie.to
        cell.back += tie.back
        own = (hub.residents, hub.jobs)
        link = link_of(kind, float(cell.to), float(cell.back), own, totals)
        if link > cell.bound:
            cell.bound = _bound_of(link)
            _set_bound(bounds, hub, slot, cell.bound)


@compiled
def reset_area(world: Any, area: int) -> None:
    """Clear the cells of a dissolved area to which zones return."""
    for number in range(world.hubs.size):
        hub = world.hubs[number]
        cell = world.cells[hub.first + _find(world.cells, hub, area)]
        cell.to, cell.back = 0, 0


@compiled
def _add_tie(world: Any, zone: int, hub: int, to: float, back: float) -> None:
    # The hubs come in order, so if there is a flow the other way already, it was entered last.
    here = world.zones[zone]
    if here.tie_end == here.tie_start or world.ties[here.tie_end - 1].other != hub:
        tie = world.ties[here.tie_end]
        tie.other, tie.to, tie.back = hub, 0, 0
        here.tie_end += 1
    tie = world.ties[here.tie_end - 1]
    tie.to += np.int64(to)
    tie.back += np.int64(back)


@compiled
def _make_room_for_ties(world: Any) -> None:
    """Set where the flows of each zone with the hubs begin, with room for all of them."""
    zones, hubs, ends, start = world.zones, world.hubs, world.ends, NO
    for zone in range(zones.size):
        zones[zone].tie_end = 0
    for number in range(hubs.size):
        here = zones[hubs[number].zone]
        for at in range(here.out_start, here.out_end):
            zones[ends[at]].tie_end += 1
        for at in range(here.in_start, here.in_end):
            zones[ends[at]].tie_end += 1
    for zone in range(zones.size):
        room = zones[zone].tie_end
        zones[zone].tie_start, zones[zone].tie_end = start, start
        start += room


@compiled
def _find_ties(world: Any) -> None:
    """List each zone's flows with the hubs: for a hub, from its side, with the other's zone."""
    zones, hubs, ends, flows = world.zones, world.hubs, world.ends, world.flows
    _make_room_for_ties(world)
    for number in range(hubs.size):
        here = zones[hubs[number].zone]
        for at in range(here.out_start, here.out_end):
            _add_tie(world, ends[at], number, flows[at], 0.0)
        for at in range(here.in_start, here.in_end):
            _add_tie(world, ends[at], number, 0.0, flows[at])
    for number in range(hubs.size):
        here = zones[hubs[number].zone]
        for at in range(here.tie_start, here.tie_end):
            tie = world.ties[at]
            tie.other = hubs[tie.other].zone
            tie.to, tie.back = tie.back, tie.to


@compiled
def open_ledgers(world: Any, rules: Any) -> None:
    """Find every zone's flows with the hubs, and fill the ledgers."""
    _find_ties(world)
    for number in range(world.hubs.size):
        _clear_cells(world, world.hubs[number])
    for zone in range(world.zones.size):
        if world.area_of[zone] >= 0:
            enter_ties(world, rules, zone, world.area_of[zone])


@compiled
def _sum_flows_of_hub(world: Any, zone: int, hub: Any) -> None:
    """Sum the flows of a hub to and from each area that has other hubs."""
    ties, area_of, cells = world.ties, world.area_of, world.cells
    sums, touched, n = world.sums, world.touched, NO
    for at in range(world.zones[zone].tie_start, world.zones[zone].tie_end):
        tie = ties[at]
        area = area_of[tie.other]
        if area >= 0:
            if sums[area].to == 0.0 and sums[area].back == 0.0:
                touched[n] = area
                n += 1
            sums[area].to += tie.to
            sums[area].back += tie.back
    for at in range(n):
        _add_cell(cells, sums, hub, touched[at])
    world.counters[N_TOUCHED] = n


@compiled
def _add_cell(cells: Any, sums: Any, hub: Any, area: int) -> None:
    """Add a hub's flows with the zones of an area that are not hubs."""
    cell = cells[hub.first + _find(cells, hub, area)]
    sums[area].to += cell.to
    sums[area].back += cell.back


@compiled
def _link_of_cell(world: Any, rules: Any, hub: Any, cell: Any) -> float:
    """Return the link of a hub with an area by the flows in its cell; 0 if it was dissolved."""
    if world.areas[cell.area].count == 0:
        return 0.0
    own, here = (hub.residents, hub.jobs), world.sums[cell.area]
    totals = (here.residents, here.jobs)
    return float(link_of(rules.link, float(cell.to), float(cell.back), own, totals))


@compiled
def choose_for_hub(world: Any, rules: Any, zone: int) -> tuple[int, float, int, float]:
    """Find what ``two_best`` finds, looking only at areas whose bound is high enough."""
    hub, n = world.hubs[world.zones[zone].hub], NO
    bounds, sums, cells, looked = world.bounds, world.sums, world.cells, world.looked
    _sum_flows_of_hub(world, zone, hub)
    best, best_link, second, second_link = two_best(world, rules, zone, NO_AREA, NO)
    top = 2 * hub.first + 1
    while bounds[top] > 0.0 and (second < 0 or bounds[top] >= second_link):
        slot = _highest_bound(bounds, hub)
        _set_bound(bounds, hub, slot, TAKEN_OUT)
        looked[n] = slot
        n += 1
        cell = cells[hub.first + slot]
        area = np.int64(cell.area)
        link = _link_of_cell(world, rules, hub, cell)
        if link <= 0.0 or sums[area].to > 0.0 or sums[area].back > 0.0:
            continue  # it was dissolved, or has other hubs and was compared already
        if is_better(world, link, area, best_link, best):
            second, second_link = best, best_link
            best, best_link = area, link
        elif is_better(world, link, area, second_link, second):
            second, second_link = area, link
    for at in range(n):
        cell = cells[hub.first + looked[at]]
        cell.bound = _bound_of(_link_of_cell(world, rules, hub, cell))
        _set_bound(bounds, hub, looked[at], cell.bound)
    if best >= 0 and sums[best].to == 0.0 and sums[best].back == 0.0:
        _add_cell(cells, sums, hub, best)
        world.touched[world.counters[N_TOUCHED]] = best
        world.counters[N_TOUCHED] += 1
    return best, best_link, second, second_link
