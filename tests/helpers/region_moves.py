"""Climbing move by move, as the compiled search of an area does in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localarea.options.methods._region_kernel import NOWHERE, RISE, best_move
from localarea.options.methods.region_growing import Region, Search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]


def climb(region: Region, start: Mask) -> Iterator[Mask]:
    """Give the start, and the set after each move."""
    land, inside, everywhere = Search(region).land, start.copy(), np.ones_like(start)
    while True:
        yield inside.copy()
        now, value, *moved = best_move(land, inside, everywhere)
        if not value > now + RISE:
            return
        changed = [zone for zone in moved if zone != NOWHERE]
        inside[changed] = ~inside[changed]
