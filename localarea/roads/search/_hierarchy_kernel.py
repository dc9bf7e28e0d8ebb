"""
Compiled steps of a hierarchy of nodes, and the search over it.

Nodes are numbered in the order of elimination. What eliminating a node would leave between its
later neighbours is an arc between them; the arcs of a node go to later ones only, its parent is
the next of these, and all of them are its ancestors.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

LANES: Final = 8  # origins searched at once: eight minutes fill a line of the processor's cache


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def _longer(values):  # type: ignore[no-untyped-def]
    """Return an array of twice as many, with those of the old one."""
    more = np.empty(2 * values.size, np.int32)
    for at in range(values.size):  # as slices they take seconds longer to compile
        more[at] = values[at]
    return more


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def find_arcs(indptr, indices):  # type: ignore[no-untyped-def]
    """Return the first arc of each node, the later end of each arc, and the parent of each node."""
    n = indptr.size - 1
    start = np.zeros(n + 1, np.int64)
    high = np.empty(4 * indices.size + n, np.int32)
    parent, seen = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    child, sibling = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    for v in range(n):
        first = last = start[v]
        if first + n > high.size:
            high = _longer(high)
        seen[v] = v
        for a in range(indptr[v], indptr[v + 1]):
            if indices[a] > v and seen[indices[a]] != v:
                seen[indices[a]] = v
                high[last] = indices[a]
                last += 1
        below = child[v]
        while below >= 0:
            for a in range(start[below], start[below + 1]):
                if seen[high[a]] != v:
                    seen[high[a]] = v
                    high[last] = high[a]
                    last += 1
            below = sibling[below]
        start[v + 1] = last
        next_one = np.int32(n)
        for a in range(first, last):
            next_one = min(next_one, high[a])
        if next_one < n:
            parent[v], sibling[v], child[next_one] = next_one, child[next_one], v
    return start, high[: start[n]].copy(), parent


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def pass_over(start, high, up, down):  # type: ignore[no-untyped-def]
    """Lower the minutes of each arc, up and down, to those of ways over earlier nodes."""
    n = start.size - 1
    # The arcs that lead to each node, as linked lists.
    last, before = np.full(n, -1, np.int64), np.empty(high.size, np.int64)
    stop = np.empty(high.size, np.int64)
    where = np.zeros(n, np.int64)
    for x in range(n):
        for a in range(start[x], start[x + 1]):
            where[high[a]] = a
        b = last[x]
        while b >= 0:
            for c in range(b + 1, stop[b]):
                a = where[high[c]]
                up[a] = min(up[a], down[b] + up[c])
                down[a] = min(down[a], down[c] + up[b])
            b = before[b]
        for a in range(start[x], start[x + 1]):
            before[a], last[high[a]], stop[a] = last[high[a]], a, start[x + 1]


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def least_minutes(start, high, up, down):  # type: ignore[no-untyped-def]
    """Return the least minutes between the ends of each arc by any way, up and down."""
    up, down = up.copy(), down.copy()
    where = np.full(start.size - 1, -1, np.int64)
    for v in range(start.size - 2, -1, -1):
        for a in range(start[v], start[v + 1]):
            where[high[a]] = a
        for a in range(start[v], start[v + 1]):
            for b in range(start[high[a]], start[high[a] + 1]):
                c = where[high[b]]
                if c >= 0:
                    up[a] = min(up[a], up[c] + down[b])
                    up[c] = min(up[c], up[a] + up[b])
                    down[a] = min(down[a], down[c] + up[b])
                    down[c] = min(down[c], down[a] + down[b])
        for a in range(start[v], start[v + 1]):
            where[high[a]] = -1
    return up, down


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def _climb(start, high, up, dist, seen):  # type: ignore[no-untyped-def]
    """Spread from marked nodes, among which are all their ancestors, to later ones; unmark them."""
    for node in range(seen.size):
        if not seen[node]:
            continue
        seen[node] = False
        for a in range(start[node], start[node + 1]):
            other, arc = np.uintp(high[a]), up[a]
            for lane in range(LANES):
                dist[other, lane] = min(dist[other, lane], dist[node, lane] + arc)


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def _sweep(start, high, down, dist):  # type: ignore[no-untyped-def]
    """Spread from the last node to the first, each from later ones, which are done."""
    for node in range(start.size - 2, -1, -1):
        for a in range(np.uintp(start[node]), np.uintp(start[node + 1])):
            other, arc = np.uintp(high[a]), down[a]
            for lane in range(LANES):
                dist[node, lane] = min(dist[node, lane], dist[other, lane] + arc)


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def sweep_to_points(  # type: ignore[no-untyped-def]
    place,
    parent,
    start,
    high,
    up,
    down,
    seed_ptr,
    seeds,
    seed_minutes,
    leg_ptr,
    legs,
    leg_minutes,
    limit,
    out,
):
    """Fill row i of ``out`` with the minutes from origin i to every point, over its access legs."""
    dist = np.empty((parent.size, LANES))
    seen = np.zeros(parent.size, np.bool_)
    best = np.empty(LANES)
    for first in range(0, seed_ptr.size - 1, LANES):
        lanes = min(LANES, seed_ptr.size - 1 - first)
        dist[:] = np.inf
        for lane in range(lanes):
            for s in range(seed_ptr[first + lane], seed_ptr[first + lane + 1]):
                node = place[seeds[s]]
                dist[node, lane] = min(dist[node, lane], seed_minutes[s])
                while node >= 0 and not seen[node]:
                    seen[node] = True
                    node = parent[node]
        _climb(start, high, up, dist, seen)
        _sweep(start, high, down, dist)
        for j in range(leg_ptr.size - 1):
            best[:] = np.inf
            for k in range(leg_ptr[j], leg_ptr[j + 1]):
                node = np.uintp(place[legs[k]])
                for lane in range(LANES):
                    best[lane] = min(best[lane], dist[node, lane] + leg_minutes[k])
            for lane in range(lanes):
                out[first + lane, j] = best[lane] if best[lane] <= limit else np.inf
