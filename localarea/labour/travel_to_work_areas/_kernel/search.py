"""The regionalisation: areas are dissolved and their zones placed, until all areas are valid."""

from __future__ import annotations

from typing import Any

import numpy as np

from localarea.labour.travel_to_work_areas._kernel.arrays import (
    CURRENT,
    DONE,
    IN_RESERVE,
    LEDGERS_DUE,
    N_MOVES,
    N_RESERVE,
    N_STEPS,
    NO_AREA,
    TO_READ,
    TOO_MANY_MOVES,
    TRACE_FULL,
    UNPLACED,
    ZONE_BY_ZONE,
    Rules,
    World,
    compiled,
)
from localarea.labour.travel_to_work_areas._kernel.changes import (
    add_to_area,
    clear_area,
    record,
    remove_from_area,
)
from localarea.labour.travel_to_work_areas._kernel.ledgers import (
    choose_for_hub,
    reset_area,
)
from localarea.labour.travel_to_work_areas._kernel.links import (
    choose,
    clear_flows,
    sum_flows,
    workers_kept,
)
from localarea.labour.travel_to_work_areas._kernel.scores import (
    score,
    update_tree,
    validity_of,
    worst,
)
from localarea.labour.travel_to_work_areas._kernel.turns import members, sort


@compiled
def start(world: World, rules: Rules) -> None:
    """Initialise every zone as its own area."""
    world.tree[:] = np.inf
    world.counters[CURRENT] = NO_AREA
    for zone in range(world.zones.size):
        world.area_of[zone] = zone
        world.areas[zone].head = zone
        world.zones[zone].after = -1
        world.zones[zone].before = -1
        world.areas[zone].count = 1
        world.sums[zone].residents = world.zones[zone].residents
        world.sums[zone].jobs = world.zones[zone].jobs
        world.areas[zone].inside = world.zones[zone].own
        score(world, rules, zone)


@compiled
def _place(world: Any, rules: Any, zone: int) -> bool:
    """Add an unplaced zone to the area with the strongest link; return whether there is one."""
    here = world.zones[zone]
    if here.hub >= 0:
        found = choose_for_hub(world, rules, zone)
    else:
        sum_flows(world, zone)
        world.counters[TO_READ] -= here.out_end - here.out_start + here.in_end - here.in_start
        found = choose(world, rules, zone, NO_AREA)
    if found[0] >= 0:
        add_to_area(world, rules, zone, found[0])
        record(world, zone, found)
    clear_flows(world)
    return found[0] >= 0


@compiled
def _place_together(world: Any, rules: Any, zones: Any) -> None:
    """Choose the area of every zone before any is placed."""
    n = zones.size
    targets, links = np.empty(n, np.int64), np.empty(n)
    seconds, second_links = np.empty(n, np.int64), np.empty(n)
    for at in range(n):
        sum_flows(world, zones[at])
        found = choose(world, rules, zones[at], NO_AREA)
        targets[at], links[at], seconds[at], second_links[at] = found
        clear_flows(world)
    for at in range(n):
        if targets[at] >= 0:
            sum_flows(world, zones[at])
            add_to_area(world, rules, zones[at], targets[at])
            record(world, zones[at], (targets[at], links[at], seconds[at], second_links[at]))
            clear_flows(world)


@compiled
def _sort_by_link(world: Any, rules: Any, zones: Any) -> None:
    strength = np.empty(zones.size)
    for at in range(zones.size):
        sum_flows(world, zones[at])
        strength[at] = -choose(world, rules, zones[at], NO_AREA)[1]
        clear_flows(world)
    sort(zones, strength)


@compiled
def _place_all(world: Any, rules: Any, zones: Any) -> None:
    """Place zones in turn, and retry those whose only links are with unplaced zones."""
    if rules.by_link == 1:
        _sort_by_link(world, rules, zones)
    if rules.together == 1:
        _place_together(world, rules, zones)
    moved = True
    while moved:
        moved = False
        for zone in zones:
            if world.area_of[zone] == UNPLACED:
                moved = _place(world, rules, zone) or moved


@compiled
def _return_to_area(world: Any, rules: Any, area: int, zones: Any) -> None:
    """Return zones without a link to any area to their own, which is not dissolved again."""
    left = False
    for zone in zones:
        if world.area_of[zone] == UNPLACED:
            if not left:
                reset_area(world, area)
            sum_flows(world, zone)
            add_to_area(world, rules, zone, area)
            clear_flows(world)
            left = True
    if left:
        update_tree(world, area, np.inf)


@compiled
def _dissolve(world: Any, rules: Any, area: int) -> None:
    zones = members(world, rules, area)
    clear_area(world, area, zones)
    _place_all(world, rules, zones)
    _return_to_area(world, rules, area, zones)


@compiled
def _first_to_leave(world: Any, rules: Any, area: int) -> int:
    """Return the zone that leaves an area first."""
    zones = members(world, rules, area)
    if rules.by_link == 0:
        return int(zones[0])
    best, strongest = zones[0], -1.0
    for zone in zones:
        sum_flows(world, zone)
        link = choose(world, rules, zone, area)[1]
        clear_flows(world)
        if link > strongest:
            best, strongest = zone, link
    return int(best)


@compiled
def _would_lower_validity(world: Any, rules: Any, zone: int, area: int) -> bool:
    """Check whether a zone whose flows are summed would lower an area's validity."""
    inside = world.areas[area].inside + workers_kept(world, zone, area)
    residents = world.sums[area].residents + world.zones[zone].residents
    jobs = world.sums[area].jobs + world.zones[zone].jobs
    return bool(validity_of(rules, inside, residents, jobs) < world.areas[area].validity)


@compiled
def _release_one(world: Any, rules: Any, area: int) -> None:
    """Move one zone of the worst area to another area or to the reserve."""
    zone = _first_to_leave(world, rules, area)
    sum_flows(world, zone)
    found = choose(world, rules, zone, area)
    waits = rules.reserve == 1 and (
        found[0] < 0 or _would_lower_validity(world, rules, zone, found[0])
    )
    if found[0] < 0 and not waits:
        update_tree(world, area, np.inf)
        clear_flows(world)
        return
    remove_from_area(world, rules, zone)
    if waits:
        world.area_of[zone] = IN_RESERVE
        world.zones[world.counters[N_RESERVE]].reserve = zone
        world.counters[N_RESERVE] += 1
        record(world, zone, (IN_RESERVE, found[1], found[0], found[1]))
    else:
        add_to_area(world, rules, zone, found[0])
        record(world, zone, found)
    clear_flows(world)


@compiled
def _found_areas(world: Any, rules: Any, zones: Any) -> None:
    """Start a new area for each zone without a link to any area."""
    for zone in zones:
        if world.area_of[zone] == UNPLACED and not _place(world, rules, zone):
            slot = zone
            while world.areas[slot].count > 0:
                slot = (slot + 1) % world.areas.size
            sum_flows(world, zone)
            add_to_area(world, rules, zone, slot)
            record(world, zone, (slot, 0.0, NO_AREA, 0.0))
            clear_flows(world)


@compiled
def _place_reserve(world: Any, rules: Any) -> None:
    zones = np.empty(world.counters[N_RESERVE], np.int64)
    keys = np.zeros(zones.size)
    for at in range(zones.size):
        zones[at] = world.zones[at].reserve
        if rules.reserve_by_code == 1:
            keys[at] = -world.zones[zones[at]].code
    sort(zones, keys)
    for zone in zones:
        world.area_of[zone] = UNPLACED
    moved = True
    while moved:
        moved = False
        for zone in zones:
            if world.area_of[zone] == UNPLACED:
                moved = _place(world, rules, zone) or moved
    _found_areas(world, rules, zones)
    world.counters[N_RESERVE] = 0


@compiled
def _next_to_dissolve(world: Any, rules: Any) -> int:
    """Return the area to dissolve: the worst, or the one that is losing its zones one by one."""
    area = world.counters[CURRENT]
    if (
        rules.one_zone == ZONE_BY_ZONE
        and area >= 0
        and world.tree[world.tree.size // 2 + area] < 1.0
    ):
        return int(area)
    area = worst(world)
    world.counters[CURRENT] = area
    return int(area)


@compiled
def advance(world: World, rules: Rules) -> int:
    """Dissolve areas until all are valid, or the caller must make room, open ledgers or give up."""
    while world.tree[1] < 1.0:
        area = _next_to_dissolve(world, rules)
        step = world.counters[N_STEPS]
        room = world.moves.size - world.counters[N_MOVES] - world.counters[N_RESERVE]
        if step >= world.steps.size or room < world.areas[area].count + 1:
            return TRACE_FULL
        if step >= rules.max_moves:
            return TOO_MANY_MOVES
        if world.counters[TO_READ] <= 0:
            return LEDGERS_DUE
        world.steps[step].area = area
        world.steps[step].validity = world.areas[area].validity
        if rules.one_zone > 0:
            _release_one(world, rules, area)
        else:
            _dissolve(world, rules, area)
        world.counters[N_STEPS] = step + 1
    if world.counters[N_RESERVE] > 0:
        _place_reserve(world, rules)
    return DONE
