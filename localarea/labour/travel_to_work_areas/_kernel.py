"""The compiled regionalisation, on flat arrays; it can resume after its trace is enlarged."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numba
import numpy as np

DONE: Final = 0
TRACE_FULL: Final = 1
TOO_MANY_MOVES: Final = 2

# Typed, because a bare number would be compiled once as a constant and once as a variable.
UNPLACED: Final = np.int64(-1)
IN_RESERVE: Final = np.int64(-2)
NO_AREA: Final = np.int64(-1)
TAKEN_OUT: Final = -2.0  # bound of a cell that is being looked at
EMPTY: Final = -1.0  # bound of a cell without flows
NO: Final = np.int64(0)
YES: Final = np.int64(1)

# Indices of the counters.
N_STEPS: Final = 0
N_MOVES: Final = 1
N_RESERVE: Final = 2
N_TOUCHED: Final = 3
CURRENT: Final = 4  # the area that loses zones until it is valid, or -1
N_HUBS: Final = 5
IS_OPEN: Final = 6  # whether the ledgers of the hubs are kept
N_COUNTERS: Final = 7

# Positions of the parameters' choices that the code tests, see ``TtwaParameters.code``.
SIZE_IN_RESIDENTS: Final = 0
LINK_SMART: Final = 0
LINK_FOUR_SHARES: Final = 1
LINK_OWN_SHARES: Final = 2
ZONE_BY_ZONE: Final = 2
_RUN_LENGTH: Final = 16  # zones sorted by insertion

compiled = numba.njit(cache=True, nogil=True)


# Records instead of an array for each field: compiled code passes fewer arrays, and the fields of a
# zone are adjacent in memory.
ZONE: Final = np.dtype(
    [
        ("residents", "f8"),
        ("jobs", "f8"),
        ("own", "f8"),
        ("rank", "i8"),
        ("out_start", "i8"),
        ("out_end", "i8"),
        ("in_start", "i8"),
        ("in_end", "i8"),
        ("border_start", "i8"),
        ("border_end", "i8"),
        ("after", "i8"),
        ("before", "i8"),
        ("reserve", "i8"),
        ("code", "i8"),
        ("hub", "i8"),  # number of its ledger, or -1
        ("tie_start", "i8"),
        ("tie_end", "i8"),
    ]
)
AREA: Final = np.dtype(
    [
        ("residents", "f8"),
        ("jobs", "f8"),
        ("inside", "f8"),
        ("validity", "f8"),
        ("count", "i8"),
        ("head", "i8"),
        ("borders", "i8"),
        ("epoch", "i8"),  # how often it was dissolved
    ]
)
# Apart from the records of areas: a sum over the flows of a zone reads an area for every link, at
# random, so what it needs must fit into the processor's cache.
SUM: Final = np.dtype([("to", "f8"), ("back", "f8")])
# A zone with very many flows with its ledger, a cell of the ledger for each area that it has flows
# with, and a flow between any zone and a hub, seen from the hub. ``size``, a power of two, is room
# for more cells than the hub has flows.
HUB: Final = np.dtype([("zone", "i8"), ("first", "i8"), ("size", "i8"), ("used", "i8")])
CELL: Final = np.dtype([("to", "f8"), ("back", "f8"), ("area", "i4"), ("epoch", "i4")])
TIE: Final = np.dtype([("hub", "i8"), ("to", "f8"), ("back", "f8")])
STEP: Final = np.dtype([("area", "i8"), ("validity", "f8")])
MOVE: Final = np.dtype(
    [
        ("step", "i8"),
        ("zone", "i8"),
        ("to", "i8"),
        ("second", "i8"),
        ("link", "f8"),
        ("second_link", "f8"),
    ]
)


class Rules(NamedTuple):
    """The parameters as numbers."""

    min_size: float
    target_size: float
    min_sc: float
    target_sc: float
    linear: int
    size_measure: int
    link: int
    by_link: int
    by_crossing: int
    one_zone: int
    together: int
    reserve: int
    reserve_by_code: int
    contiguous: int
    max_moves: int


class World(NamedTuple):
    """
    Zones with their flows, and the current areas.

    ``ends`` and ``flows`` hold the other end and the workers of each zone's flows to other
    zones, then of those from others; ``area_of`` each zone's area; ``sums`` the flows of one
    zone to and from each area, and ``touched`` the areas that have any; ``borders`` each
    zone's neighbours; ``tree`` a tournament tree for the worst area; ``steps`` and ``moves``
    the trace.

    ``hubs`` are the zones with very many flows, and ``ties`` each zone's flows with them. Every hub
    keeps its sums in ``cells``, found by ``places``, a hash table of areas. ``bounds`` is a
    tournament tree for its strongest link. A bound is the link as it was when a zone with flows to
    the hub last came to the area; since then the area can only have grown, so the link is at most
    that, until the area is dissolved.
    """

    zones: Any
    areas: Any
    area_of: Any
    ends: Any
    flows: Any
    sums: Any
    touched: Any
    borders: Any
    hubs: Any
    ties: Any
    cells: Any
    places: Any
    bounds: Any
    tree: Any
    counters: Any
    steps: Any
    moves: Any


@compiled
def validity_of(rules: Any, inside: float, residents: float, jobs: float) -> float:
    """Score an area, with the same arithmetic as ``self_containment.validity``."""
    if residents <= 0.0 or jobs <= 0.0:
        return 0.0
    sc = min(inside / residents, inside / jobs)
    size = residents if rules.size_measure == SIZE_IN_RESIDENTS else jobs
    span = rules.target_size - rules.min_size
    short = max((rules.target_size - size) / span, 0.0)
    if rules.linear == 0:
        discount = 1 - (1 - rules.min_sc / rules.target_sc) * short
        return min(sc / rules.target_sc, 1.0) * discount * rules.target_sc / rules.min_sc
    score = sc / (rules.min_sc + min(short, 1.0) * (rules.target_sc - rules.min_sc))
    if size < rules.min_size:
        return min(score, 1.0) * size / max(rules.min_size, 1.0)
    return score


@compiled
def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0


@compiled
def link_of(
    kind: int, out: float, back: float, zone: tuple[float, float], area: tuple[float, float]
) -> float:
    """Return the strength of the link of a zone (residents, jobs) with an area."""
    if kind == LINK_SMART:
        return _share(out * out, zone[0] * area[1]) + _share(back * back, area[0] * zone[1])
    if kind == LINK_FOUR_SHARES:
        return (_share(out, zone[0]) + _share(out, area[1])) + (
            _share(back, area[0]) + _share(back, zone[1])
        )
    if kind == LINK_OWN_SHARES:
        return _share(out, zone[0]) + _share(back, zone[1])
    return out + back


@compiled
def _update_tree(world: Any, area: int, key: float) -> None:
    # A tournament tree: leaf i holds the key of area i, and each node the smaller of its children.
    # Of equal keys, the left wins: the area whose founder ranks first.
    tree = world.tree
    node = tree.size // 2 + area
    tree[node] = key
    node //= 2
    while node >= 1:
        tree[node] = min(tree[2 * node], tree[2 * node + 1])
        node //= 2


@compiled
def _worst(world: Any) -> int:
    tree = world.tree
    half = tree.size // 2
    node = 1
    while node < half:
        node = 2 * node if tree[2 * node] <= tree[2 * node + 1] else 2 * node + 1
    return node - half


@compiled
def _score(world: Any, rules: Any, area: int) -> None:
    value = validity_of(
        rules, world.areas[area].inside, world.areas[area].residents, world.areas[area].jobs
    )
    world.areas[area].validity = value
    _update_tree(world, area, value if world.areas[area].count > 0 else np.inf)


@compiled
def start(world: World, rules: Rules) -> None:
    """Initialise every zone as its own area."""
    world.tree[:] = np.inf
    world.counters[CURRENT] = NO_AREA
    world.counters[IS_OPEN] = 0
    for zone in range(world.zones.size):
        world.area_of[zone] = zone
        world.areas[zone].head = zone
        world.zones[zone].after = -1
        world.zones[zone].before = -1
        world.areas[zone].count = 1
        world.areas[zone].residents = world.zones[zone].residents
        world.areas[zone].jobs = world.zones[zone].jobs
        world.areas[zone].inside = world.zones[zone].own
        _score(world, rules, zone)


@compiled
def _sum_flows(world: Any, zone: int) -> None:
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
def _clear_flows(world: Any) -> None:
    for at in range(world.counters[N_TOUCHED]):
        area = world.touched[at]
        world.sums[area].to = 0.0
        world.sums[area].back = 0.0


@compiled
def _mark_borders(world: Any, zone: int, mark: int) -> None:
    for at in range(world.zones[zone].border_start, world.zones[zone].border_end):
        area = world.area_of[world.borders[at]]
        if area >= 0:
            world.areas[area].borders = mark


@compiled
def _is_better(world: Any, link: float, area: int, best_link: float, best: int) -> bool:
    # The stronger link wins. Ties go to the area with more employed residents, then to the one
    # whose founding zone ranks first.
    if best < 0 or link != best_link:
        return best < 0 or link > best_link
    if world.areas[area].residents != world.areas[best].residents:
        return bool(world.areas[area].residents > world.areas[best].residents)
    return area < best


@compiled
def _two_best(
    world: Any, rules: Any, zone: int, barred: int, bordering: int
) -> tuple[int, float, int, float]:
    """Find the two areas with the strongest links to a zone whose flows are summed."""
    best, best_link, second, second_link = NO_AREA, 0.0, NO_AREA, 0.0
    own = (world.zones[zone].residents, world.zones[zone].jobs)
    for at in range(world.counters[N_TOUCHED]):
        area = world.touched[at]
        if area == barred or (bordering == 1 and world.areas[area].borders == 0):
            continue
        totals = (world.areas[area].residents, world.areas[area].jobs)
        link = link_of(rules.link, world.sums[area].to, world.sums[area].back, own, totals)
        if link <= 0.0:
            continue
        if _is_better(world, link, area, best_link, best):
            second, second_link = best, best_link
            best, best_link = area, link
        elif _is_better(world, link, area, second_link, second):
            second, second_link = area, link
    return best, best_link, second, second_link


@compiled
def choose(world: Any, rules: Any, zone: int, barred: int) -> tuple[int, float, int, float]:
    """Choose the area of a zone whose flows are summed; ``barred`` is not a candidate."""
    if rules.contiguous == 1:
        _mark_borders(world, zone, YES)
        found = _two_best(world, rules, zone, barred, YES)
        _mark_borders(world, zone, NO)
        if found[0] >= 0:
            return found
    return _two_best(world, rules, zone, barred, NO)


@compiled
def _place_in_table(places: Any, cells: Any, hub: Any, area: int) -> int:
    """Find where the hash table of a hub holds the cell of an area, or could hold it."""
    mask = 2 * hub.size - 1
    at = (area * 40503) & mask
    while True:
        cell = places[2 * hub.first + at]
        if cell < 0 or cells[hub.first + cell].area == area:
            return int(2 * hub.first + at)
        at = (at + 1) & mask


@compiled
def _set_bound(bounds: Any, hub: Any, cell: int, bound: float) -> None:
    first, node = 2 * hub.first, hub.size + cell
    bounds[first + node] = bound
    while node > 1:
        larger = max(bound, bounds[first + (node ^ 1)])
        node //= 2
        if bounds[first + node] == larger:
            return
        bounds[first + node] = larger
        bound = larger


@compiled
def _drop_empty_cells(world: Any, hub: int) -> None:
    """Keep only the cells of areas that the hub has flows with, to make room for more."""
    here = world.hubs[hub]
    first, size, n = here.first, here.size, NO
    for cell in range(here.used):
        held = world.cells[first + cell]
        if held.epoch == world.areas[held.area].epoch:
            world.cells[first + n].to = held.to
            world.cells[first + n].back = held.back
            world.cells[first + n].area = held.area
            world.cells[first + n].epoch = held.epoch
            world.bounds[2 * first + size + n] = world.bounds[2 * first + size + cell]
            n += 1
    world.hubs[hub].used = n
    world.bounds[2 * first + size + n : 2 * first + 2 * size] = EMPTY
    world.places[2 * first : 2 * first + 2 * size] = -1
    for cell in range(n):
        area = world.cells[first + cell].area
        world.places[_place_in_table(world.places, world.cells, here, area)] = cell
    for node in range(size - 1, 0, -1):
        left = world.bounds[2 * first + 2 * node]
        world.bounds[2 * first + node] = max(left, world.bounds[2 * first + 2 * node + 1])


@compiled
def _enter_ties(world: Any, rules: Any, zone: int, area: int) -> None:
    """Enter in the ledgers of the hubs with which a zone has flows that it came to an area."""
    if world.counters[IS_OPEN] == 0:
        return
    hubs, cells, places, bounds = world.hubs, world.cells, world.places, world.bounds
    zones, ties, kind = world.zones, world.ties, rules.link
    here = world.areas[area]
    totals, epoch = (here.residents, here.jobs), here.epoch
    for number in range(zones[zone].tie_start, zones[zone].tie_end):
        tie = ties[number]
        hub = hubs[tie.hub]
        at = _place_in_table(places, cells, hub, area)
        if places[at] < 0:
            if hub.used == hub.size:
                _drop_empty_cells(world, tie.hub)
                at = _place_in_table(places, cells, hub, area)
            places[at] = hub.used
            cells[hub.first + places[at]].area = area
            cells[hub.first + places[at]].epoch = -1
            hub.used += 1
        cell = hub.first + places[at]
        if cells[cell].epoch != epoch:
            cells[cell].epoch = epoch
            cells[cell].to = 0.0
            cells[cell].back = 0.0
        cells[cell].to += tie.to
        cells[cell].back += tie.back
        own = (zones[hub.zone].residents, zones[hub.zone].jobs)
        link = link_of(kind, cells[cell].to, cells[cell].back, own, totals)
        if link > bounds[2 * hub.first + hub.size + places[at]]:
            _set_bound(bounds, hub, places[at], link)


@compiled
def _link_of_cell(world: Any, rules: Any, zone: int, cell: Any) -> float:
    """Return the link of a hub with the area of a cell; EMPTY if it was dissolved since."""
    area = world.areas[cell.area]
    if cell.epoch != area.epoch:
        return EMPTY
    own = (world.zones[zone].residents, world.zones[zone].jobs)
    return float(link_of(rules.link, cell.to, cell.back, own, (area.residents, area.jobs)))


@compiled
def _open_ledgers(world: Any, rules: Any) -> None:
    """Begin the ledgers of all hubs, where the method lets areas only grow or be dissolved."""
    plain = rules.by_link + rules.together + rules.contiguous + rules.one_zone == 0
    if world.counters[N_HUBS] == 0 or world.counters[IS_OPEN] == 1 or not plain:
        return
    world.counters[IS_OPEN] = 1
    for hub in range(world.counters[N_HUBS]):
        world.hubs[hub].used = 0
    world.places[:] = -1
    world.bounds[:] = EMPTY
    for zone in range(world.zones.size):
        if world.area_of[zone] >= 0:
            _enter_ties(world, rules, zone, world.area_of[zone])


@compiled
def _highest_bound(bounds: Any, hub: Any) -> int:
    first, node = 2 * hub.first, 1
    while node < hub.size:
        left, right = bounds[first + 2 * node], bounds[first + 2 * node + 1]
        node = 2 * node if left >= right else 2 * node + 1
    return int(node - hub.size)


@compiled
def _two_best_of_hub(world: Any, rules: Any, zone: int) -> tuple[int, float, int, float]:
    """Find what ``_two_best`` finds, looking only at areas whose bound is high enough."""
    best, best_link, second, second_link = NO_AREA, 0.0, NO_AREA, 0.0
    hub, bounds, n = world.hubs[world.zones[zone].hub], world.bounds, 0
    top = 2 * hub.first + 1
    while bounds[top] > 0.0 and (second < 0 or bounds[top] >= second_link):
        cell = _highest_bound(bounds, hub)
        _set_bound(bounds, hub, cell, TAKEN_OUT)
        world.touched[n] = cell
        n += 1
        held = world.cells[hub.first + cell]
        area, link = held.area, _link_of_cell(world, rules, zone, held)
        if link <= 0.0:
            continue
        if _is_better(world, link, area, best_link, best):
            second, second_link = best, best_link
            best, best_link = area, link
        elif _is_better(world, link, area, second_link, second):
            second, second_link = area, link
    for at in range(n):
        cell = world.touched[at]
        link = _link_of_cell(world, rules, zone, world.cells[hub.first + cell])
        _set_bound(bounds, hub, cell, link)
    return best, best_link, second, second_link


@compiled
def _sum_hub(world: Any, zone: int, area: int) -> None:
    """Sum the hub's flows to and from one area."""
    hub = world.hubs[world.zones[zone].hub]
    cell = hub.first + world.places[_place_in_table(world.places, world.cells, hub, area)]
    world.sums[area].to = world.cells[cell].to
    world.sums[area].back = world.cells[cell].back
    world.touched[0] = area
    world.counters[N_TOUCHED] = 1


@compiled
def _workers_kept(world: Any, zone: int, area: int) -> float:
    """Count the workers that a zone whose flows are summed adds to the inside of an area."""
    there = world.sums[area]
    return float(world.zones[zone].own + there.to + there.back)


@compiled
def _add_to_area(world: Any, rules: Any, zone: int, area: int) -> None:
    """Add a zone whose flows are summed to an area."""
    world.areas[area].inside += _workers_kept(world, zone, area)
    world.areas[area].residents += world.zones[zone].residents
    world.areas[area].jobs += world.zones[zone].jobs
    first = world.areas[area].head
    world.zones[zone].after = first
    world.zones[zone].before = -1
    if first >= 0:
        world.zones[first].before = zone
    world.areas[area].head = zone
    world.areas[area].count += 1
    world.area_of[zone] = area
    _enter_ties(world, rules, zone, area)
    _score(world, rules, area)


@compiled
def _remove_from_area(world: Any, rules: Any, zone: int) -> None:
    """Remove a zone whose flows are summed from its area."""
    area = world.area_of[zone]
    world.areas[area].inside -= _workers_kept(world, zone, area)
    world.areas[area].residents -= world.zones[zone].residents
    world.areas[area].jobs -= world.zones[zone].jobs
    left, right = world.zones[zone].before, world.zones[zone].after
    if left >= 0:
        world.zones[left].after = right
    else:
        world.areas[area].head = right
    if right >= 0:
        world.zones[right].before = left
    world.areas[area].count -= 1
    world.area_of[zone] = UNPLACED
    _score(world, rules, area)


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
def _sort(zones: Any, keys: Any) -> None:
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
        zones[:], keys[:] = other_zones, other_keys
        width *= 2


@compiled
def _crossing_workers(world: Any, zone: int) -> float:
    """Count the workers who commute out of a zone, and into it from outside its area."""
    _sum_flows(world, zone)
    here = world.zones[zone]
    within = world.sums[world.area_of[zone]].back
    _clear_flows(world)
    return (here.residents - here.own) + (here.jobs - here.own - within)


@compiled
def _members(world: Any, rules: Any, area: int) -> Any:
    """Return an area's zones in the order in which to place them."""
    zones = np.empty(world.areas[area].count, np.int64)
    keys = np.empty(zones.size)
    zone = world.areas[area].head
    for at in range(zones.size):
        zones[at] = zone
        keys[at] = world.zones[zone].rank
        zone = world.zones[zone].after
    _sort(zones, keys)
    if rules.by_crossing == 1:
        for at in range(zones.size):
            keys[at] = -_crossing_workers(world, zones[at])
        _sort(zones, keys)
    return zones


@compiled
def _clear_area(world: Any, area: int, zones: Any) -> None:
    for zone in zones:
        world.area_of[zone] = UNPLACED
    world.areas[area].residents = 0.0
    world.areas[area].jobs = 0.0
    world.areas[area].inside = 0.0
    world.areas[area].head = -1
    world.areas[area].count = 0
    world.areas[area].epoch += 1
    _update_tree(world, area, np.inf)


@compiled
def _record(world: Any, zone: int, found: tuple[int, float, int, float]) -> None:
    at = world.counters[N_MOVES]
    world.moves[at].step = world.counters[N_STEPS]
    world.moves[at].zone = zone
    world.moves[at].to = found[0]
    world.moves[at].link = found[1]
    world.moves[at].second = found[2]
    world.moves[at].second_link = found[3]
    world.counters[N_MOVES] = at + 1


@compiled
def _place(world: Any, rules: Any, zone: int) -> bool:
    """Add an unplaced zone to the area with the strongest link; return whether there is one."""
    if world.zones[zone].hub >= 0 and world.counters[IS_OPEN] == 1:
        found = _two_best_of_hub(world, rules, zone)
        world.counters[N_TOUCHED] = 0
        if found[0] >= 0:
            _sum_hub(world, zone, found[0])
    else:
        _sum_flows(world, zone)
        found = choose(world, rules, zone, NO_AREA)
    if found[0] >= 0:
        _add_to_area(world, rules, zone, found[0])
        _record(world, zone, found)
    _clear_flows(world)
    return found[0] >= 0


@compiled
def _place_together(world: Any, rules: Any, zones: Any) -> None:
    """Choose the area of every zone before any is placed."""
    n = zones.size
    targets, links = np.empty(n, np.int64), np.empty(n)
    seconds, second_links = np.empty(n, np.int64), np.empty(n)
    for at in range(n):
        _sum_flows(world, zones[at])
        found = choose(world, rules, zones[at], NO_AREA)
        targets[at], links[at], seconds[at], second_links[at] = found
        _clear_flows(world)
    for at in range(n):
        if targets[at] >= 0:
            _sum_flows(world, zones[at])
            _add_to_area(world, rules, zones[at], targets[at])
            _record(world, zones[at], (targets[at], links[at], seconds[at], second_links[at]))
            _clear_flows(world)


@compiled
def _sort_by_link(world: Any, rules: Any, zones: Any) -> None:
    strength = np.empty(zones.size)
    for at in range(zones.size):
        _sum_flows(world, zones[at])
        strength[at] = -choose(world, rules, zones[at], NO_AREA)[1]
        _clear_flows(world)
    _sort(zones, strength)


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
            _sum_flows(world, zone)
            _add_to_area(world, rules, zone, area)
            _clear_flows(world)
            left = True
    if left:
        _update_tree(world, area, np.inf)


@compiled
def _dissolve(world: Any, rules: Any, area: int) -> None:
    zones = _members(world, rules, area)
    _clear_area(world, area, zones)
    _place_all(world, rules, zones)
    _return_to_area(world, rules, area, zones)


@compiled
def _first_to_leave(world: Any, rules: Any, area: int) -> int:
    """Return the zone that leaves an area first."""
    zones = _members(world, rules, area)
    if rules.by_link == 0:
        return int(zones[0])
    best, strongest = zones[0], -1.0
    for zone in zones:
        _sum_flows(world, zone)
        link = choose(world, rules, zone, area)[1]
        _clear_flows(world)
        if link > strongest:
            best, strongest = zone, link
    return int(best)


@compiled
def _would_lower_validity(world: Any, rules: Any, zone: int, area: int) -> bool:
    """Check whether a zone whose flows are summed would lower an area's validity."""
    inside = world.areas[area].inside + _workers_kept(world, zone, area)
    residents = world.areas[area].residents + world.zones[zone].residents
    jobs = world.areas[area].jobs + world.zones[zone].jobs
    return bool(validity_of(rules, inside, residents, jobs) < world.areas[area].validity)


@compiled
def _release_one(world: Any, rules: Any, area: int) -> None:
    """Move one zone of the worst area to another area or to the reserve."""
    zone = _first_to_leave(world, rules, area)
    _sum_flows(world, zone)
    found = choose(world, rules, zone, area)
    waits = rules.reserve == 1 and (
        found[0] < 0 or _would_lower_validity(world, rules, zone, found[0])
    )
    if found[0] < 0 and not waits:
        _update_tree(world, area, np.inf)
        _clear_flows(world)
        return
    _remove_from_area(world, rules, zone)
    if waits:
        world.area_of[zone] = IN_RESERVE
        world.zones[world.counters[N_RESERVE]].reserve = zone
        world.counters[N_RESERVE] += 1
        _record(world, zone, (IN_RESERVE, found[1], found[0], found[1]))
    else:
        _add_to_area(world, rules, zone, found[0])
        _record(world, zone, found)
    _clear_flows(world)


@compiled
def _found_areas(world: Any, rules: Any, zones: Any) -> None:
    """Start a new area for each zone without a link to any area."""
    for zone in zones:
        if world.area_of[zone] == UNPLACED and not _place(world, rules, zone):
            slot = zone
            while world.areas[slot].count > 0:
                slot = (slot + 1) % world.areas.size
            _sum_flows(world, zone)
            _add_to_area(world, rules, zone, slot)
            _record(world, zone, (slot, 0.0, NO_AREA, 0.0))
            _clear_flows(world)


@compiled
def _place_reserve(world: Any, rules: Any) -> None:
    zones = np.empty(world.counters[N_RESERVE], np.int64)
    keys = np.zeros(zones.size)
    for at in range(zones.size):
        zones[at] = world.zones[at].reserve
        if rules.reserve_by_code == 1:
            keys[at] = -world.zones[zones[at]].code
    _sort(zones, keys)
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
    area = _worst(world)
    world.counters[CURRENT] = area
    return int(area)


@compiled
def advance(world: World, rules: Rules) -> int:
    """Dissolve areas until all are valid, the trace is full, or there are too many moves."""
    _open_ledgers(world, rules)
    while world.tree[1] < 1.0:
        area = _next_to_dissolve(world, rules)
        step = world.counters[N_STEPS]
        room = world.moves.size - world.counters[N_MOVES] - world.counters[N_RESERVE]
        if step >= world.steps.size or room < world.areas[area].count + 1:
            return TRACE_FULL
        if step >= rules.max_moves:
            return TOO_MANY_MOVES
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
