"""Which zones have ledgers: those of whose flows most were read so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.labour.travel_to_work_areas._kernel import arrays, entries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.labour.travel_to_work_areas.parameters import TtwaParameters

# How many flows are read before ledgers are opened, and before each later choice of the zones
# that should have one. To open them takes about as long. Flows between MSOAs never come to that.
READ_BEFORE: Final = 50_000_000
# A zone gets a ledger after as many of its flows were read, if it is among the first.
READ_OF_ZONE: Final = 100_000
MOST_HUBS: Final = 500


def are_whole(workers: NDArray[np.float64]) -> bool:
    """Return whether flows are whole numbers that 32 bits add up, the same in any order."""
    small = workers.sum() < np.iinfo(np.int32).max
    return bool(small and (workers == np.rint(workers)).all())


def links_before_ledgers(whole: bool, parameters: TtwaParameters) -> int:
    """
    Return how many flows to read before ledgers are opened; so many that there are none.

    Ledgers need areas that only grow or are dissolved whole, and flows that are :func:`are_whole`.
    """
    plain = (
        parameters.dissolution == "whole"
        and parameters.placing == "one_by_one"
        and parameters.contiguity == "ignore"
        and parameters.order != "strongest_link"
    )
    return READ_BEFORE if plain and whole else int(np.iinfo(np.int64).max)


def no_ledgers() -> dict[str, Any]:
    """Return the arrays of the ledgers while there are none."""
    return _room_for(np.zeros(0, dtype=arrays.HUB), 0)


def with_ledgers(world: arrays.World, rules: arrays.Rules) -> arrays.World:
    """Return the same state with ledgers for the zones of whose flows most were read."""
    zones = world.zones
    links = zones["out_end"] - zones["out_start"] + zones["in_end"] - zones["in_start"]
    moved = world.moves["zone"][: world.counters[arrays.N_MOVES]]
    read = np.bincount(moved, minlength=zones.size) * links
    most = np.argsort(-read, kind="stable")[:MOST_HUBS]
    found = most[read[most] >= READ_OF_ZONE]
    zones["hub"] = -1
    zones["hub"][found] = np.arange(found.size)
    hubs = np.zeros(found.size, dtype=arrays.HUB)
    hubs["zone"] = found
    hubs["residents"], hubs["jobs"] = zones["residents"][found], zones["jobs"][found]
    hubs["size"] = [1 << max(int(2 * n - 1).bit_length(), 3) for n in links[found]]
    sizes: NDArray[np.int64] = hubs["size"]
    hubs["first"] = sizes.cumsum() - sizes
    world = world._replace(**_room_for(hubs, int(links[found].sum())))
    world.counters[arrays.TO_READ] = max(READ_BEFORE, 1)  # or nothing would come before the next
    entries.open_ledgers(world, rules)
    return world


def _room_for(hubs: NDArray[np.void], n_ties: int) -> dict[str, Any]:
    """Make the arrays of the ledgers; a cell for each slot of their hash tables."""
    n_cells, most = int(hubs["size"].sum()), int(hubs["size"].max(initial=0))
    return {
        "hubs": hubs,
        "ties": np.empty(n_ties, dtype=arrays.TIE),
        "cells": np.empty(n_cells, dtype=arrays.CELL),
        "bounds": np.empty(2 * n_cells, dtype=np.float32),
        "looked": np.empty(most, dtype=np.int32),
        "spare": np.empty(most, dtype=arrays.CELL),
    }
