"""
Shortest travel times over a compressed graph: the search that everything else calls.

It uses a bucket queue instead of a heap. Nodes wait in buckets of ``width`` minutes, which are
linked lists, so that moving a node to an earlier bucket takes constant time. A node that is
improved while its own bucket is open returns to it. The result is exact for any width (Denardo and
Fox, 1979), which affects only the speed. The kernels release the GIL, so threads run in parallel.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def _place(node, bucket, head, after, before, where):  # type: ignore[no-untyped-def]
    """Move a node to the front of a bucket, from the one it waits in."""
    old = where[node]
    if old >= 0:
        ahead, behind = before[node], after[node]
        if ahead >= 0:
            after[ahead] = behind
        else:
            head[old] = behind
        if behind >= 0:
            before[behind] = ahead
    first = head[bucket]
    after[node] = first
    before[node] = -1
    if first >= 0:
        before[first] = node
    head[bucket] = node
    where[node] = bucket


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def _spread(  # type: ignore[no-untyped-def]  # noqa: C901 - a single loop, for speed
    indptr, indices, minutes, seeds, seed_minutes, limit, width, dist, came_from, queue
):
    """Fill ``dist`` with the least minutes from the seeds, and ``came_from`` unless it is empty."""
    head, after, before, where = queue
    n_buckets = head.size
    keep_tree = came_from.size > 0
    waiting = 0
    first = np.inf
    for s in range(seeds.size):
        node, start = seeds[s], seed_minutes[s]
        if start <= limit and start < dist[node]:
            if where[node] < 0:
                waiting += 1
            dist[node] = start
            _place(node, np.int64(start / width) % n_buckets, head, after, before, where)
            first = min(first, start)
    if waiting == 0:
        return
    bucket = np.int64(first / width) % n_buckets
    while waiting > 0:
        node = head[bucket]
        if node < 0:
            bucket += 1
            if bucket == n_buckets:
                bucket = 0
            continue
        rest = after[node]
        head[bucket] = rest
        if rest >= 0:
            before[rest] = -1
        where[node] = -1
        waiting -= 1
        here = dist[node]
        for arc in range(indptr[node], indptr[node + 1]):
            other = indices[arc]
            there = here + minutes[arc]
            if there < dist[other] and there <= limit:
                dist[other] = there
                if keep_tree:
                    came_from[other] = arc
                if where[other] < 0:
                    waiting += 1
                _place(other, np.int64(there / width) % n_buckets, head, after, before, where)


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def _queue(n_nodes, n_buckets):  # type: ignore[no-untyped-def]
    return (
        np.full(n_buckets, -1, np.int32),
        np.empty(n_nodes, np.int32),
        np.empty(n_nodes, np.int32),
        np.full(n_nodes, -1, np.int32),
    )


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def spread_one(  # type: ignore[no-untyped-def]
    indptr, indices, minutes, seeds, seed_minutes, limit, width, n_buckets, keep_tree
):
    """Return the minutes to every node, and the arc by which each was reached (-1: none)."""
    n_nodes = indptr.size - 1
    dist = np.full(n_nodes, np.inf)
    came_from = np.full(n_nodes if keep_tree else 0, -1, np.int32)
    queue = _queue(n_nodes, n_buckets)
    _spread(indptr, indices, minutes, seeds, seed_minutes, limit, width, dist, came_from, queue)
    return dist, came_from


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def spread_to_nodes(  # type: ignore[no-untyped-def]
    indptr, indices, minutes, seed_ptr, seeds, seed_minutes, limit, width, n_buckets, out
):
    """Fill row i of ``out`` with the minutes from origin i to every node."""
    n_nodes = indptr.size - 1
    nothing = np.empty(0, np.int32)
    queue = _queue(n_nodes, n_buckets)
    for i in range(seed_ptr.size - 1):
        a, b = seed_ptr[i], seed_ptr[i + 1]
        out[i, :] = np.inf
        _spread(
            indptr,
            indices,
            minutes,
            seeds[a:b],
            seed_minutes[a:b],
            limit,
            width,
            out[i],
            nothing,
            queue,
        )


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def spread_to_points(  # type: ignore[no-untyped-def]
    indptr,
    indices,
    minutes,
    seed_ptr,
    seeds,
    seed_minutes,
    leg_ptr,
    legs,
    leg_minutes,
    limit,
    width,
    n_buckets,
    out,
):
    """Fill row i of ``out`` with the minutes from origin i to every point, over its access legs."""
    n_nodes = indptr.size - 1
    nothing = np.empty(0, np.int32)
    queue = _queue(n_nodes, n_buckets)
    dist = np.empty(n_nodes)
    for i in range(seed_ptr.size - 1):
        a, b = seed_ptr[i], seed_ptr[i + 1]
        dist[:] = np.inf
        _spread(
            indptr,
            indices,
            minutes,
            seeds[a:b],
            seed_minutes[a:b],
            limit,
            width,
            dist,
            nothing,
            queue,
        )
        for j in range(leg_ptr.size - 1):
            best = np.inf
            for k in range(leg_ptr[j], leg_ptr[j + 1]):
                total = dist[legs[k]] + leg_minutes[k]
                best = min(best, total)
            out[i, j] = best if best <= limit else np.inf
