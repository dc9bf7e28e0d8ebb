"""
The moves of region growing, compiled: what each would give, and which one is made.

Zones are numbers in the order of their codes. ``ends`` and ``beside`` list the neighbours of each
zone in that order; a border counts only between two ``open`` zones. The functions release the GIL.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

RISE = 1e-12  # smaller rises may be rounding errors
SLACK = 1e-6  # persons by which a sum may exceed a rule through rounding
NOWHERE = -1
_any: Any = njit  # its types know neither of the two wrappers
_inner = _any(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy")


class RegionLand(NamedTuple):
    """
    Zones as the compiled code takes them.

    Attributes
    ----------
    flows, mutual : numpy.ndarray of float64, shape (n_zones, n_zones)
        Commuters from row to column, and both ways together.
    residents, jobs : numpy.ndarray of float64, shape (n_zones,)
        Persons.
    ends, beside : numpy.ndarray of int64
        Neighbours of zone ``z``: ``beside[ends[z]:ends[z + 1]]``, ascending.
    core : numpy.ndarray of bool, shape (n_zones,)
        Zones that stay.
    weights, most : numpy.ndarray of float64, shapes (n_rules, n_zones) and (n_rules,)
        Linear rules.
    limit : float
        Maximum residents.
    """

    flows: np.ndarray
    mutual: np.ndarray
    residents: np.ndarray
    jobs: np.ndarray
    ends: np.ndarray
    beside: np.ndarray
    core: np.ndarray
    weights: np.ndarray
    most: np.ndarray
    limit: float


@_inner  # type: ignore[misc,unused-ignore]
def _share(held, residents, jobs):  # type: ignore[no-untyped-def]
    larger = max(residents, jobs)  # the larger total gives the smaller share
    return held / larger if larger > 0 else 0.0


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def reach(land, seeds, open_):  # type: ignore[no-untyped-def]
    """Find the seeds and every open zone that hangs together with them."""
    n = seeds.size
    reached, line, length = seeds.copy(), np.empty(n, np.int64), 0
    for zone in range(n):
        if seeds[zone]:
            line[length] = zone
            length += 1
    at = 0
    while at < length:
        zone = line[at]
        at += 1
        if not open_[zone]:
            continue
        for k in range(land.ends[zone], land.ends[zone + 1]):
            other = land.beside[k]
            if open_[other] and not reached[other]:
                reached[other] = True
                line[length] = other
                length += 1
    return reached


@_inner  # type: ignore[misc,unused-ignore]
def _cuts(land, inside, core, open_, answer):  # type: ignore[no-untyped-def]  # noqa: C901
    """Mark the zones outside the core whose removal cuts nothing off from it (Hopcroft, Tarjan)."""
    n = inside.size
    free, touches, cut = np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    for zone in range(n):
        free[zone] = inside[zone] and not core[zone] and open_[zone]
    for zone in range(n):
        if core[zone] and open_[zone]:
            for k in range(land.ends[zone], land.ends[zone + 1]):
                touches[land.beside[k]] = free[land.beside[k]]
    order, low = np.zeros(n, np.int64), np.zeros(n, np.int64)
    stack, pointer = np.empty(n + 1, np.int64), np.empty(n + 1, np.int64)
    count = 0
    for root in range(n):
        if not touches[root] or order[root] > 0:
            continue
        count += 1
        order[root], low[root] = count, 0
        stack[0], pointer[0], depth = root, land.ends[root], 1
        while depth > 0:
            zone, k = stack[depth - 1], pointer[depth - 1]
            if k == land.ends[zone + 1]:
                depth -= 1
                if depth > 0:
                    above = stack[depth - 1]
                    low[above] = min(low[above], low[zone])
                    if low[zone] >= order[above]:
                        cut[above] = True
                continue
            pointer[depth - 1] = k + 1
            other = land.beside[k]
            if not free[other]:
                continue
            if order[other] == 0:
                count += 1
                order[other] = count
                low[other] = 0 if touches[other] else count
                stack[depth], pointer[depth] = other, land.ends[other]
                depth += 1
            else:
                low[zone] = min(low[zone], order[other])
    for zone in range(n):
        if inside[zone] and not core[zone] and not cut[zone]:
            answer[zone] = True


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def removable(land, inside, open_):  # type: ignore[no-untyped-def]
    """Find the zones that may leave; without a core, those without which one piece stays."""
    n = inside.size
    answer, core = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    held, cored = 0, False
    for zone in range(n):
        held += inside[zone]
        cored = cored or land.core[zone]
    if not cored and held < 2:  # the last one stays
        return answer
    if cored:
        _cuts(land, inside, land.core, open_, answer)
        return answer
    roots = 0
    for zone in range(n):
        if inside[zone] and roots < 2:  # one taken for the core is judged with another in its place
            roots += 1
            core[zone] = True
            _cuts(land, inside, core, open_, answer)
            core[zone] = False
    return answer


@_inner  # type: ignore[misc,unused-ignore]
def _fits(land, kept, sums, residents, limit, one, sign, other, sign2):  # type: ignore[no-untyped-def]
    """Return whether the limit and the kept rules hold once one zone or two are moved."""
    if residents > limit:
        return False
    for r in range(land.most.size):
        if kept[r]:
            total = sums[r] + sign * land.weights[r, one]
            if other != NOWHERE:
                total += sign2 * land.weights[r, other]
            if not total <= land.most[r] + SLACK:
                return False
    return True


@_inner  # type: ignore[misc,unused-ignore]
def _count(land, zone, sign, open_, ties, beside, sums):  # type: ignore[no-untyped-def]
    """Count a zone in, or out where ``sign`` is -1."""
    for other in range(ties.size):
        ties[other] += sign * land.mutual[zone, other]
    for rule in range(sums.size):
        sums[rule] += sign * land.weights[rule, zone]
    if open_[zone]:
        for k in range(land.ends[zone], land.ends[zone + 1]):
            if open_[land.beside[k]]:
                beside[land.beside[k]] += sign


@_inner  # type: ignore[misc,unused-ignore]
def _state(land, inside, open_):  # type: ignore[no-untyped-def]
    """Return commuters with the set, neighbours in it, its sums, and the sums of the rules."""
    n = inside.size
    ties, beside = np.zeros(n), np.zeros(n, np.int64)
    held, residents, jobs = 0.0, 0.0, 0.0
    sums = np.zeros(land.most.size)
    for zone in range(n):
        if not inside[zone]:
            continue
        _count(land, zone, 1, open_, ties, beside, sums)
        residents += land.residents[zone]
        jobs += land.jobs[zone]
    for zone in range(n):
        if inside[zone]:
            held += ties[zone]  # counts every flow between two zones of the set twice
    return ties, beside, held / 2, residents, jobs, sums


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def share_of(land, inside):  # type: ignore[no-untyped-def]
    """Return the self-containment of a set, up to rounding errors."""
    held, residents, jobs = 0.0, 0.0, 0.0
    for zone in range(inside.size):
        if not inside[zone]:
            continue
        residents += land.residents[zone]
        jobs += land.jobs[zone]
        for other in range(inside.size):
            if inside[other]:
                held += land.flows[zone, other]
    return _share(held, residents, jobs)


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def best_move(land, inside, open_):  # type: ignore[no-untyped-def]  # noqa: C901
    """
    Return the self-containment now, the best that one move gives, and the zones it changes.

    Moves are tried in the order additions, pairs, removals, exchanges, each in the order of its
    zones; of moves that give the same the first counts.
    """
    n = inside.size
    ties, beside, held, residents, jobs, sums = _state(land, inside, open_)
    now = _share(held, residents, jobs)
    kept = np.ones(land.most.size, np.bool_)
    best, one, two = -np.inf, NOWHERE, NOWHERE
    for i in range(n):
        if inside[i] or beside[i] == 0:
            continue
        r = residents + land.residents[i]
        if _fits(land, kept, sums, r, land.limit, i, 1.0, NOWHERE, 0.0):
            value = _share(held + ties[i] + land.flows[i, i], r, jobs + land.jobs[i])
            if value > best:
                best, one, two = value, i, NOWHERE
    for i in range(n):
        if inside[i] or beside[i] == 0:
            continue
        for k in range(land.ends[i], land.ends[i + 1]):
            j = land.beside[k]
            if inside[j] or not open_[j]:
                continue
            r = residents + (land.residents[i] + land.residents[j])
            if _fits(land, kept, sums, r, land.limit, i, 1.0, j, 1.0):
                own = land.flows[i, i] + land.flows[j, j] + land.mutual[i, j]
                gain = ties[i] + ties[j] + own
                value = _share(held + gain, r, jobs + (land.jobs[i] + land.jobs[j]))
                if value > best:
                    best, one, two = value, i, j
    leave = removable(land, inside, open_)
    for i in range(n):
        if not leave[i]:
            continue
        r = residents - land.residents[i]
        if _fits(land, kept, sums, r, land.limit, i, -1.0, NOWHERE, 0.0):
            value = _share(held - (ties[i] - land.flows[i, i]), r, jobs - land.jobs[i])
            if value > best:
                best, one, two = value, i, NOWHERE
    borders = np.zeros(n, np.bool_)
    for i in range(n):
        if not leave[i]:
            continue
        for k in range(land.ends[i], land.ends[i + 1]):
            borders[land.beside[k]] = open_[i] and open_[land.beside[k]]
        lost = ties[i] - land.flows[i, i]
        for j in range(n):
            if inside[j] or beside[j] == 0 or (beside[j] == 1 and borders[j]):
                continue  # what is added must border something other than what is removed
            r = residents + (land.residents[j] - land.residents[i])
            if _fits(land, kept, sums, r, land.limit, i, -1.0, j, 1.0):
                gain = ties[j] + land.flows[j, j] - lost - land.mutual[i, j]
                value = _share(held + gain, r, jobs + (land.jobs[j] - land.jobs[i]))
                if value > best:
                    best, one, two = value, i, j
        for k in range(land.ends[i], land.ends[i + 1]):
            borders[land.beside[k]] = False
    return now, best, one, two


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def top(land, start, open_):  # type: ignore[no-untyped-def]
    """Make the best move again and again, and return the set that no move betters."""
    inside = start.copy()
    while True:
        now, value, one, two = best_move(land, inside, open_)
        if not value > now + RISE:
            return inside
        if one != NOWHERE:
            inside[one] = not inside[one]
        if two != NOWHERE:
            inside[two] = not inside[two]


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def walk(land, start, open_, up):  # type: ignore[no-untyped-def]  # noqa: C901
    """
    Add (or remove) the best zone, even at a loss; return the best set on the way.

    Without a core, the set is empty if none on the way keeps the rules.
    """
    inside, best = start.copy(), land.core.copy()
    _, _, held, residents, jobs, _ = _state(land, best, open_)
    highest = -1.0
    for zone in range(best.size):
        if best[zone]:
            highest = _share(held, residents, jobs)
    ties, beside, held, residents, jobs, sums = _state(land, inside, open_)
    # The way down starts above the limits, and must not fall below what has to be held.
    limit = land.limit if up else np.inf
    kept, every = np.ones(land.most.size, np.bool_), np.ones(land.most.size, np.bool_)
    for rule in range(land.most.size):
        kept[rule] = up or sums[rule] <= land.most[rule]
    sign = 1 if up else -1
    while True:
        now = _share(held, residents, jobs)
        if now > highest + RISE and _fits(
            land, every, sums, residents, land.limit, 0, 0.0, NOWHERE, 0.0
        ):
            highest, best = now, inside.copy()
        leave = inside if up else removable(land, inside, open_)
        value, zone = -np.inf, NOWHERE
        for i in range(inside.size):
            if (inside[i] or beside[i] == 0) if up else not leave[i]:
                continue
            r = residents + sign * land.residents[i]
            if _fits(land, kept, sums, r, limit, i, sign, NOWHERE, 0.0):
                change = ties[i] + sign * land.flows[i, i]
                found = _share(held + sign * change, r, jobs + sign * land.jobs[i])
                if found > value:
                    value, zone = found, i
        if zone == NOWHERE:
            return best
        held += sign * (ties[zone] + sign * land.flows[zone, zone])
        residents += sign * land.residents[zone]
        jobs += sign * land.jobs[zone]
        _count(land, zone, sign, open_, ties, beside, sums)
        inside[zone] = up
