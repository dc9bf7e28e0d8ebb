"""The arrays of the compiled code, and the numbers that it shares with its callers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, cast

import numba
import numpy as np

DONE: Final = 0
TRACE_FULL: Final = 1
TOO_MANY_MOVES: Final = 2
LEDGERS_DUE: Final = 3

# Typed, because a bare number would be compiled once as a constant and once as a variable.
UNPLACED: Final = np.int64(-1)
IN_RESERVE: Final = np.int64(-2)
NO_AREA: Final = np.int64(-1)
TAKEN_OUT: Final = np.float32(-2.0)  # bound of a cell that is being looked at
EMPTY: Final = np.float32(-1.0)  # bound of a cell without flows
NO: Final = np.int64(0)
YES: Final = np.int64(1)

# Indices of the counters.
N_STEPS: Final = 0
N_MOVES: Final = 1
N_RESERVE: Final = 2
N_TOUCHED: Final = 3
CURRENT: Final = 4  # the area that loses zones until it is valid, or -1
TO_READ: Final = 5  # flows still to be read before ledgers are due
N_COUNTERS: Final = 6

# Positions of the parameters' choices that the code tests, see ``TtwaParameters.code``.
SIZE_IN_RESIDENTS: Final = 0
LINK_SMART: Final = 0
LINK_FOUR_SHARES: Final = 1
LINK_OWN_SHARES: Final = 2
ZONE_BY_ZONE: Final = 2

_Compiled = TypeVar("_Compiled", bound=Callable[..., Any])


def compiled(function: _Compiled) -> _Compiled:
    """
    Compile a function that compiled ones alone call.

    What Python would call it by takes a quarter of the compiling.
    """
    njit: Any = numba.njit  # its types know neither of the two
    alone = njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    return cast("_Compiled", alone(function))


# Records instead of an array for each field: compiled code passes fewer arrays, and the fields of a
# zone are adjacent in memory.
ZONE: Final = np.dtype(
    [
        ("rank", "i8"),
        ("after", "i8"),
        ("before", "i8"),
        ("hub", "i8"),  # number of its ledger, or -1
        ("residents", "f8"),
        ("jobs", "f8"),
        ("own", "f8"),
        ("tie_start", "i8"),
        ("tie_end", "i8"),
        ("out_start", "i8"),
        ("out_end", "i8"),
        ("in_start", "i8"),
        ("in_end", "i8"),
        ("border_start", "i8"),
        ("border_end", "i8"),
        ("reserve", "i4"),
        ("code", "i4"),
    ]
)
AREA: Final = np.dtype(
    [
        ("inside", "f8"),
        ("validity", "f8"),
        ("count", "i8"),
        ("head", "i8"),
        ("borders", "i8"),
    ]
)
# What a link with an area is worked out from, apart from the records of areas: the flows of a zone
# lead to areas at random, so what is read for each must be adjacent and fit into the cache.
SUM: Final = np.dtype([("to", "f8"), ("back", "f8"), ("residents", "f8"), ("jobs", "f8")])
# A zone with a ledger, a cell of a ledger, and a flow between a hub and another zone.
HUB: Final = np.dtype(
    [
        ("zone", "i8"),
        ("residents", "f8"),
        ("jobs", "f8"),
        ("first", "i8"),  # of its cells, of which there are ``size``, a power of two
        ("size", "i8"),
        ("used", "i8"),
    ]
)
CELL: Final = np.dtype([("area", "i4"), ("to", "i4"), ("back", "i4"), ("bound", "f4")])
TIE: Final = np.dtype([("other", "i4"), ("to", "i4"), ("back", "i4")])
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
    """The parameters as numbers."""

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
    Zones with their flows, and the current areas.

    ``ends`` and ``flows`` hold the other end and the workers of each zone's flows to other
    zones, then of those from others; ``area_of`` each zone's area; ``sums`` the size of each area,
    and the flows of one zone to and from it; ``touched`` the areas that have any; ``borders`` each
    zone's neighbours; ``tree`` a tournament tree for the worst area; ``steps`` and ``moves``
    the trace.

    ``hubs`` are the zones with ledgers, and ``ties`` each zone's flows with them; ``cells``,
    ``bounds``, ``looked`` and ``spare`` are of the ledgers, see ``ledgers.py``.
    """

    zones: Any
    areas: Any
    area_of: Any
    ends: Any
    flows: Any
    sums: Any
    touched: Any
    borders: Any
    hubs: Any
    ties: Any
    cells: Any
    bounds: Any
    looked: Any
    spare: Any
    tree: Any
    counters: Any
    steps: Any
    moves: Any
