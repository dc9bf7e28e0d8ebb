"""Follow chains of arcs through nodes that are not junctions."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)  # type: ignore[misc,unused-ignore]
def follow_chains(indptr, indices, is_end):  # type: ignore[no-untyped-def]
    """
    List the arcs of every chain between two ends.

    ``start`` holds the start of each chain in ``arcs``; chains that return to their start
    without an end are omitted.
    """
    n_arcs = indices.size
    arcs = np.empty(n_arcs, np.int64)
    start = np.empty(n_arcs + 1, np.int64)
    n_chains, filled = 0, 0
    start[0] = 0
    for node in range(indptr.size - 1):
        if not is_end[node]:
            continue
        for first in range(indptr[node], indptr[node + 1]):
            before, here = node, indices[first]
            arcs[filled] = first
            filled += 1
            while not is_end[here]:
                onward = -1
                for arc in range(indptr[here], indptr[here + 1]):
                    if indices[arc] != before:
                        onward = arc
                if onward < 0 or filled >= n_arcs:
                    break
                arcs[filled] = onward
                filled += 1
                before, here = here, indices[onward]
            if is_end[here]:
                n_chains += 1
                start[n_chains] = filled
            else:
                filled = start[n_chains]
    return arcs[:filled], start[: n_chains + 1]
