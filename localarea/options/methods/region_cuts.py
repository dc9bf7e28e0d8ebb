"""Which zones of an area hold it together: the cut vertices of the graph of its borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]


def without_cuts(borders: Mask, core: Mask, inside: Mask) -> Mask:
    """
    Find the zones of a set, outside its core, without which the others still reach the core.

    Parameters
    ----------
    borders : numpy.ndarray of bool, shape (n_zones, n_zones)
        Symmetric; True where two zones share a border.
    core, inside : numpy.ndarray of bool, shape (n_zones,)
        The core, of one zone or more, and a set that contains it and is connected to it.

    Returns
    -------
    numpy.ndarray of bool, shape (n_zones,)
        True for those that are not cut vertices, with the core contracted to a single vertex.
    """
    free = inside & ~core
    lists = _neighbours(borders & free)
    entry = np.flatnonzero(free & borders[core].any(axis=0)).tolist()
    touches_core = set(entry)
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    cuts: set[int] = set()
    for root in entry:
        if root in order:
            continue
        order[root], low[root] = len(order) + 1, 0
        stack = [(root, iter(lists[root]))]
        while stack:
            zone, others = stack[-1]
            other = next(others, None)
            if other is None:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    low[above] = min(low[above], low[zone])
                    if low[zone] >= order[above]:
                        cuts.add(above)
            elif other not in order:
                order[other] = len(order) + 1
                low[other] = 0 if other in touches_core else order[other]
                stack.append((other, iter(lists[other])))
            else:
                low[zone] = min(low[zone], order[other])
    answer = free.copy()
    answer[list(cuts)] = False
    return answer


def _neighbours(borders: Mask) -> list[list[int]]:
    """Return for each zone the zones that it borders, in order."""
    zones, others = np.nonzero(borders)
    ends = np.searchsorted(zones, np.arange(1, len(borders) + 1)).tolist()
    flat = others.tolist()
    return [flat[a:b] for a, b in zip([0, *ends], ends, strict=False)]
