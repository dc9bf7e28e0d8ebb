"""The regionalisation itself, compiled: flat arrays, resumed when its trace has been grown."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numba
import numpy as np

DONE: Final = 0
TRACE_FULL: Final = 1
TOO_MANY_MOVES: Final = 2

# Typed: a bare number would be compiled once as a constant and once as a variable.
UNPLACED: Final = np.int64(-1)
IN_RESERVE: Final = np.int64(-2)
NOBODY: Final = np.int64(-1)
NO: Final = np.int64(0)
YES: Final = np.int64(1)

# Places in the counters.
N_STEPS: Final = 0
N_MOVES: Final = 1
N_RESERVE: Final = 2
N_TOUCHED: Final = 3
CURRENT: Final = 4  # the area that loses zones until it passes, or -1
N_COUNTERS: Final = 5

compiled = numba.njit(cache=True, nogil=True)


# Records, not one array for each figure: compiled code then passes few arrays about, and what
# belongs to one zone lies together in memory.
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
    ]
)
AREA: Final = np.dtype(
    [
        ("residents", "f8"),
        ("jobs", "f8"),
        ("inside", "f8"),
        ("validity", "f8"),
        ("flow_to", "f8"),
        ("flow_from", "f8"),
        ("count", "i8"),
        ("head", "i8"),
        ("touched", "i8"),
        ("seen", "i4"),
        ("borders", "i4"),
    ]
)
LINK: Final = np.dtype([("flow", "f8"), ("zone", "i8")])
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
    """The parameters, as numbers."""

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
    Zones with their flows, and areas as they stand.

    ``links`` holds first each zone's flows to others, then those from others;
    ``area_of`` each zone's area; ``borders`` each zone's neighbours; ``tree`` a
    tournament of the areas for the worst; ``steps`` and ``moves`` all that happened.
    """

    zones: Any
    areas: Any
    area_of: Any
    links: Any
    borders: Any
    tree: Any
    counters: Any
    steps: Any
    moves: Any


@compiled
def validity_of(rules: Any, inside: float, residents: float, jobs: float) -> float:
    """Score one area; the arithmetic is that of ``self_containment.validity``, step by step."""
    if residents <= 0.0 or jobs <= 0.0:
        return 0.0
    sc = min(inside / residents, inside / jobs)
    size = residents if rules.size_measure == 0 else jobs
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
    """Return the strength of the link between a zone (residents, jobs) and an area."""
    if kind == 0:
        return _share(out * out, zone[0] * area[1]) + _share(back * back, area[0] * zone[1])
    if kind == 1:
        return (_share(out, zone[0]) + _share(out, area[1])) + (
            _share(back, area[0]) + _share(back, zone[1])
        )
    if kind == 2:
        return _share(out, zone[0]) + _share(back, zone[1])
    return out + back


@compiled
def _raise_winner(world: Any, area: int, key: float) -> None:
    # A tournament: leaf i holds area i's key, every node the smaller of its two children. Equal
    # keys go to the left, the area whose founder ranks first.
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
    _raise_winner(world, area, value if world.areas[area].count > 0 else np.inf)


@compiled
def start(world: World, rules: Rules) -> None:
    """Start with every zone as an area of its own."""
    world.tree[:] = np.inf
    world.counters[CURRENT] = NOBODY
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
def _touch(world: Any, area: int) -> None:
    if world.areas[area].seen == 0:
        world.areas[area].seen = 1
        world.areas[world.counters[N_TOUCHED]].touched = area
        world.counters[N_TOUCHED] += 1


@compiled
def _gather(world: Any, zone: int) -> None:
    """Add up the zone's flows to and from each area."""
    world.counters[N_TOUCHED] = 0
    here = world.zones[zone]
    for at in range(here.out_start, here.out_end):
        area = world.area_of[world.links[at].zone]
        if area >= 0:
            _touch(world, area)
            world.areas[area].flow_to += world.links[at].flow
    for at in range(here.in_start, here.in_end):
        area = world.area_of[world.links[at].zone]
        if area >= 0:
            _touch(world, area)
            world.areas[area].flow_from += world.links[at].flow


@compiled
def _forget(world: Any) -> None:
    for at in range(world.counters[N_TOUCHED]):
        area = world.areas[at].touched
        world.areas[area].seen = 0
        world.areas[area].flow_to = 0.0
        world.areas[area].flow_from = 0.0


@compiled
def _mark_borders(world: Any, zone: int, mark: int) -> None:
    for at in range(world.zones[zone].border_start, world.zones[zone].border_end):
        area = world.area_of[world.borders[at]]
        if area >= 0:
            world.areas[area].borders = mark


@compiled
def _beats(world: Any, link: float, area: int, best_link: float, best: int) -> bool:
    # The rule for ties: the stronger link; then the area with more employed residents; then
    # the one whose founding zone ranks first.
    if best < 0 or link != best_link:
        return best < 0 or link > best_link
    if world.areas[area].residents != world.areas[best].residents:
        return bool(world.areas[area].residents > world.areas[best].residents)
    return area < best


@compiled
def _two_best(
    world: Any, rules: Any, zone: int, barred: int, bordering: int
) -> tuple[int, float, int, float]:
    """Find the two areas that a zone, whose flows are gathered, is most strongly linked with."""
    best, best_link, second, second_link = NOBODY, 0.0, NOBODY, 0.0
    own = (world.zones[zone].residents, world.zones[zone].jobs)
    for at in range(world.counters[N_TOUCHED]):
        area = world.areas[at].touched
        if area == barred or (bordering == 1 and world.areas[area].borders == 0):
            continue
        totals = (world.areas[area].residents, world.areas[area].jobs)
        link = link_of(
            rules.link, world.areas[area].flow_to, world.areas[area].flow_from, own, totals
        )
        if link <= 0.0:
            continue
        if _beats(world, link, area, best_link, best):
            second, second_link = best, best_link
            best, best_link = area, link
        elif _beats(world, link, area, second_link, second):
            second, second_link = area, link
    return best, best_link, second, second_link


@compiled
def choose(world: Any, rules: Any, zone: int, barred: int) -> tuple[int, float, int, float]:
    """Choose the area of a zone whose flows are gathered; ``barred`` is not a candidate."""
    if rules.contiguous == 1:
        _mark_borders(world, zone, YES)
        found = _two_best(world, rules, zone, barred, YES)
        _mark_borders(world, zone, NO)
        if found[0] >= 0:
            return found
    return _two_best(world, rules, zone, barred, NO)


@compiled
def _shared(world: Any, zone: int, area: int) -> float:
    """Count the workers that a zone, whose flows are gathered, keeps inside an area with it."""
    there = world.areas[area]
    return float(world.zones[zone].own + there.flow_to + there.flow_from)


@compiled
def _enter(world: Any, rules: Any, zone: int, area: int) -> None:
    """Add a zone, whose flows are gathered, to an area."""
    world.areas[area].inside += _shared(world, zone, area)
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
    _score(world, rules, area)


@compiled
def _leave(world: Any, rules: Any, zone: int) -> None:
    """Remove a zone, whose flows are gathered, from its area."""
    area = world.area_of[zone]
    world.areas[area].inside -= _shared(world, zone, area)
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
    # Stable: short runs by insertion, then merged. Most areas have few zones, but London of
    # output areas has tens of thousands; and np.argsort would take as long to compile as the rest.
    n, width = zones.size, 16
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
def _crossing(world: Any, zone: int) -> float:
    """Count the workers who leave a zone, and those who enter it from outside its area."""
    _gather(world, zone)
    here = world.zones[zone]
    within = world.areas[world.area_of[zone]].flow_from
    _forget(world)
    return (here.residents - here.own) + (here.jobs - here.own - within)


@compiled
def _members(world: Any, rules: Any, area: int) -> Any:
    """List an area's zones in the order in which they are to be placed."""
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
            keys[at] = -_crossing(world, zones[at])
        _sort(zones, keys)
    return zones


@compiled
def _empty(world: Any, area: int, zones: Any) -> None:
    for zone in zones:
        world.area_of[zone] = UNPLACED
    world.areas[area].residents = 0.0
    world.areas[area].jobs = 0.0
    world.areas[area].inside = 0.0
    world.areas[area].head = -1
    world.areas[area].count = 0
    _raise_winner(world, area, np.inf)


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
    """Assign one unplaced zone to the area it is most strongly linked with."""
    _gather(world, zone)
    found = choose(world, rules, zone, NOBODY)
    if found[0] >= 0:
        _enter(world, rules, zone, found[0])
        _record(world, zone, found)
    _forget(world)
    return found[0] >= 0


@compiled
def _place_together(world: Any, rules: Any, zones: Any) -> None:
    """Choose for every zone before any is placed."""
    n = zones.size
    targets, links = np.empty(n, np.int64), np.empty(n)
    seconds, second_links = np.empty(n, np.int64), np.empty(n)
    for at in range(n):
        _gather(world, zones[at])
        found = choose(world, rules, zones[at], NOBODY)
        targets[at], links[at], seconds[at], second_links[at] = found
        _forget(world)
    for at in range(n):
        if targets[at] >= 0:
            _gather(world, zones[at])
            _enter(world, rules, zones[at], targets[at])
            _record(world, zones[at], (targets[at], links[at], seconds[at], second_links[at]))
            _forget(world)


@compiled
def _sort_by_link(world: Any, rules: Any, zones: Any) -> None:
    strength = np.empty(zones.size)
    for at in range(zones.size):
        _gather(world, zones[at])
        strength[at] = -choose(world, rules, zones[at], NOBODY)[1]
        _forget(world)
    _sort(zones, strength)


@compiled
def _place_all(world: Any, rules: Any, zones: Any) -> None:
    """Place zones in turn; one that waits for another's link is tried again."""
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
def _restore(world: Any, rules: Any, area: int, zones: Any) -> None:
    """Keep together the zones that nothing links with any other area, and leave them be."""
    left = False
    for zone in zones:
        if world.area_of[zone] == UNPLACED:
            _gather(world, zone)
            _enter(world, rules, zone, area)
            _forget(world)
            left = True
    if left:
        _raise_winner(world, area, np.inf)


@compiled
def _dissolve(world: Any, rules: Any, area: int) -> None:
    zones = _members(world, rules, area)
    _empty(world, area, zones)
    _place_all(world, rules, zones)
    _restore(world, rules, area, zones)


@compiled
def _first(world: Any, rules: Any, area: int) -> int:
    """Find the zone of an area that leaves first."""
    zones = _members(world, rules, area)
    if rules.by_link == 0:
        return int(zones[0])
    best, strongest = zones[0], -1.0
    for zone in zones:
        _gather(world, zone)
        link = choose(world, rules, zone, area)[1]
        _forget(world)
        if link > strongest:
            best, strongest = zone, link
    return int(best)


@compiled
def _lowers(world: Any, rules: Any, zone: int, area: int) -> bool:
    """Check whether a zone, whose flows are gathered, would lower an area's validity."""
    inside = world.areas[area].inside + _shared(world, zone, area)
    residents = world.areas[area].residents + world.zones[zone].residents
    jobs = world.areas[area].jobs + world.zones[zone].jobs
    return bool(validity_of(rules, inside, residents, jobs) < world.areas[area].validity)


@compiled
def _send_one(world: Any, rules: Any, area: int) -> None:
    """Let one zone of the worst area go, to another area or to the reserve."""
    zone = _first(world, rules, area)
    _gather(world, zone)
    found = choose(world, rules, zone, area)
    waits = rules.reserve == 1 and (found[0] < 0 or _lowers(world, rules, zone, found[0]))
    if found[0] < 0 and not waits:
        _raise_winner(world, area, np.inf)
        _forget(world)
        return
    _leave(world, rules, zone)
    if waits:
        world.area_of[zone] = IN_RESERVE
        world.zones[world.counters[N_RESERVE]].reserve = zone
        world.counters[N_RESERVE] += 1
        _record(world, zone, (IN_RESERVE, found[1], found[0], found[1]))
    else:
        _enter(world, rules, zone, found[0])
        _record(world, zone, found)
    _forget(world)


@compiled
def _found_areas(world: Any, rules: Any, zones: Any) -> None:
    """Let zones that nothing links with any area begin areas of their own."""
    for zone in zones:
        if world.area_of[zone] == UNPLACED and not _place(world, rules, zone):
            slot = zone
            while world.areas[slot].count > 0:
                slot = (slot + 1) % world.areas.size
            _gather(world, zone)
            _enter(world, rules, zone, slot)
            _record(world, zone, (slot, 0.0, NOBODY, 0.0))
            _forget(world)


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
def _next(world: Any, rules: Any) -> int:
    """Return the area to dissolve: the worst, or the one that is losing its zones in turn."""
    area = world.counters[CURRENT]
    if rules.one_zone == 2 and area >= 0 and world.tree[world.tree.size // 2 + area] < 1.0:
        return int(area)
    area = _worst(world)
    world.counters[CURRENT] = area
    return int(area)


@compiled
def advance(world: World, rules: Rules) -> int:
    """Dissolve areas until all are valid, or the trace is full, or it goes round in circles."""
    while world.tree[1] < 1.0:
        area = _next(world, rules)
        step = world.counters[N_STEPS]
        room = world.moves.size - world.counters[N_MOVES] - world.counters[N_RESERVE]
        if step >= world.steps.size or room < world.areas[area].count + 1:
            return TRACE_FULL
        if step >= rules.max_moves:
            return TOO_MANY_MOVES
        world.steps[step].area = area
        world.steps[step].validity = world.areas[area].validity
        if rules.one_zone > 0:
            _send_one(world, rules, area)
        else:
            _dissolve(world, rules, area)
        world.counters[N_STEPS] = step + 1
    if world.counters[N_RESERVE] > 0:
        _place_reserve(world, rules)
    return DONE
