"""
Shortest travel times over a compressed graph: the search that everything else calls.

It uses a bucket queue instead of a heap. Nodes wait in buckets of ``width`` minutes, which are
linked lists of entries. A node that is improved gets another entry; the older one is passed over
when its turn comes, which is cheaper than to find and move it. A node that is improved while its
own bucket is open returns to it. The result is exact for any width (Denardo and Fox, 1979), which
affects only the speed. The kernels release the GIL, so threads run in parallel.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def _run(  # type: ignore[no-untyped-def]
    indptr, indices, minutes, limit, width, dist, queue, state
):
    """Spread from the nodes that wait; return False if the queue must be made longer first."""
    head, keys, nodes, after = queue
    used, waiting, bucket = state
    mask, per_minute = np.uint64(head.size - 1), 1.0 / width
    at = np.uint64(bucket)
    while waiting > 0:
        entry = head[at]
        if entry < 0:
            at = (at + np.uint64(1)) & mask
            continue
        node = np.uintp(nodes[np.uintp(entry)])
        first, last = np.uintp(indptr[node]), np.uintp(indptr[node + np.uintp(1)])
        if used + np.int64(last - first) > keys.size:
            state[0], state[1], state[2] = used, waiting, np.int64(at)
            return False
        head[at] = after[np.uintp(entry)]
        waiting -= 1
        here = dist[node]
        if keys[np.uintp(entry)] > here:
            continue
        for arc in range(first, last):
            other = np.uintp(indices[arc])
            there = here + minutes[arc]
            if there < dist[other] and there <= limit:
                dist[other] = there
                new = np.uintp(used)
                place = np.uint64(there * per_minute) & mask
                keys[new] = there
                nodes[new] = other
                after[new] = head[place]
                head[place] = used
                used += 1
                waiting += 1
    return True


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def _spread(  # type: ignore[no-untyped-def]
    indptr, indices, minutes, seeds, seed_minutes, limit, width, dist, queue
):
    """Fill ``dist`` with the least minutes from the seeds; return the queue, perhaps longer."""
    while queue[1].size < seeds.size:
        queue = _longer(queue)
    head, keys, nodes, after = queue
    state = np.zeros(3, np.int64)
    first = np.inf
    for s in range(seeds.size):
        node, start = seeds[s], seed_minutes[s]
        if start <= limit and start < dist[node]:
            dist[node] = start
            first = min(first, start)
            place = np.int64(np.uint64(start * (1.0 / width)) & np.uint64(head.size - 1))
            new = state[0]
            keys[new], nodes[new], after[new] = start, node, head[place]
            head[place] = new
            state[0] += 1
            state[1] += 1
    if state[1] == 0:
        return queue
    state[2] = np.int64(np.uint64(first * (1.0 / width)) & np.uint64(head.size - 1))
    while not _run(indptr, indices, minutes, limit, width, dist, queue, state):
        queue = _longer(queue)
    return queue


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def _queue(n_nodes, n_buckets):  # type: ignore[no-untyped-def]
    """Make an empty queue: the first entry of each bucket; minutes, node and next of each entry."""
    size = 1
    while size < n_buckets:  # a power of two, by which it is quick to divide
        size *= 2
    entries = 2 * n_nodes + 64
    return (
        np.full(size, -1, np.int32),
        np.empty(entries),
        np.empty(entries, np.int32),
        np.empty(entries, np.int32),
    )


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def _longer(queue):  # type: ignore[no-untyped-def]
    """Return a queue of twice as many entries, with those of the old one."""
    head, keys, nodes, after = queue
    size = keys.size
    more = np.empty(2 * size), np.empty(2 * size, np.int32), np.empty(2 * size, np.int32)
    for entry in range(size):  # as slices they take seconds longer to compile
        more[0][entry], more[1][entry], more[2][entry] = keys[entry], nodes[entry], after[entry]
    return head, more[0], more[1], more[2]


@njit(nogil=True, cache=True)  # type: ignore[misc,unused-ignore]
def spread_one(  # type: ignore[no-untyped-def]
    indptr, indices, minutes, seeds, seed_minutes, limit, width, n_buckets
):
    """Return the minutes to every node."""
    n_nodes = indptr.size - 1
    dist = np.full(n_nodes, np.inf)
    queue = _queue(n_nodes, n_buckets)
    _spread(indptr, indices, minutes, seeds, seed_minutes, limit, width, dist, queue)
    return dist


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
    queue = _queue(n_nodes, n_buckets)
    dist = np.empty(n_nodes)
    for i in range(seed_ptr.size - 1):
        a, b = seed_ptr[i], seed_ptr[i + 1]
        dist[:] = np.inf
        queue = _spread(
            indptr, indices, minutes, seeds[a:b], seed_minutes[a:b], limit, width, dist, queue
        )
        for j in range(leg_ptr.size - 1):
            best = np.inf
            for k in range(leg_ptr[j], leg_ptr[j + 1]):
                best = min(best, dist[legs[k]] + leg_minutes[k])
            out[i, j] = best if best <= limit else np.inf
