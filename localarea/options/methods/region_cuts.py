"""The zones that can leave a set without cutting others off: no cut vertices of the borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
    Neighbours = list[list[int]]


def neighbours(borders: Mask) -> Neighbours:
    """
    List the zones that share a border with each zone, in order.

    Parameters
    ----------
    borders : numpy.ndarray of bool, shape (n_zones, n_zones)
        Symmetric; True where two zones share a border.
    """
    zone, other = np.nonzero(borders)
    ends = np.searchsorted(zone, np.arange(1, len(borders)))
    return [beside.tolist() for beside in np.split(other, ends)]


def removable_zones(inside: Mask, core: Mask, lists: Neighbours) -> Mask:
    """
    Find the zones that can be removed without cutting others off from the core.

    Parameters
    ----------
    inside : numpy.ndarray of bool, shape (n_zones,)
        A set that contains the core and is connected to it; without a core, in one piece.
    core : numpy.ndarray of bool, shape (n_zones,)
        Zones that stay.
    lists : list of list of int
        :func:`neighbours` of each zone.

    Returns
    -------
    numpy.ndarray of bool, shape (n_zones,)
        True for zones of the set outside the core that are not cut vertices of the graph of
        borders, with the core contracted to a single vertex.
    """
    if not core.any():
        return _removable_of_piece(inside, lists)
    free = inside & ~core
    is_free = free.tolist()
    touches_core = {z for of in np.flatnonzero(core).tolist() for z in lists[of] if is_free[z]}
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    cuts: set[int] = set()
    for root in sorted(touches_core):
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
            elif not is_free[other]:
                continue
            elif other not in order:
                order[other] = len(order) + 1
                low[other] = 0 if other in touches_core else order[other]
                stack.append((other, iter(lists[other])))
            else:
                low[zone] = min(low[zone], order[other])
    answer = free.copy()
    answer[list(cuts)] = False
    return answer


def _removable_of_piece(inside: Mask, lists: Neighbours) -> Mask:
    """Find the zones of a set in one piece without which it still is, one at least staying."""
    held = np.flatnonzero(inside)
    answer = np.zeros_like(inside)
    if held.size < 2:
        return answer
    for root in held[:2]:  # a zone taken for the core is judged with another in its place
        core = np.zeros_like(inside)
        core[root] = True
        answer |= removable_zones(inside, core, lists)
    return answer
