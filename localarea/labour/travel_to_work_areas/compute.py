"""Compute travel-to-work areas from a commuting matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

from localarea.errors import InfeasibleError, SchemaError
from localarea.labour.travel_to_work_areas._kernel import arrays, entries
from localarea.labour.travel_to_work_areas.hubs import (
    are_whole,
    links_before_ledgers,
    no_ledgers,
    with_ledgers,
)
from localarea.labour.travel_to_work_areas.parameters import ONS_2011_METHOD, TtwaParameters
from localarea.labour.travel_to_work_areas.result import TtwaResult
from localarea.labour.travel_to_work_areas.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from localarea.labour.flow_matrix import FlowMatrix

# A method that moves one zone at a time may move it back and forth for ever. Runs that converge
# need only a few moves for each zone.
_MOVES_PER_ZONE: Final = 200
_CACHE_LINE: Final = 64  # bytes


def compute_travel_to_work_areas(
    flows: FlowMatrix,
    parameters: TtwaParameters = ONS_2011_METHOD,
    *,
    borders: Iterable[tuple[str, str]] | None = None,
    ordered: OrderedFlows | None = None,
) -> TtwaResult:
    """
    Group zones into travel-to-work areas.

    Every zone starts as an area. The area that is furthest from the criteria is
    dissolved, and each of its zones is added to the area with which it has the strongest
    link, until all areas meet the criteria [1]_. Zones without flows to or from another
    area remain an area, valid or not, which the result reports.

    The result does not depend on the order of the rows or on the codes of the zones. Ties
    between links go to the area with more employed residents, then to the one whose
    founding zone ranks first. Zones rank by employed residents, jobs, workers who stay and
    the squares of their flows, and by code only if all of these are equal.

    Parameters
    ----------
    borders : iterable of (str, str), optional
        Pairs of zones that share a border, needed for ``contiguity='prefer'``.
    ordered : OrderedFlows, optional
        :func:`order_flows` of the flows, where several methods are run on them: it takes two
        thirds of the time of a run.

    Raises
    ------
    SchemaError
        If contiguity is required but ``borders`` is not passed.
    InfeasibleError
        If zones keep moving back and forth.

    References
    ----------
    .. [1] Coombes, M. and Bond, S. (2008), Travel-to-Work Areas: the 2007 review.
    """
    ordered = ordered or order_flows(flows)
    ranked = ordered.ranked
    world = run(ordered.world(flows, parameters, borders), rules_of(parameters, flows.n_zones))
    slots = np.empty(flows.n_zones, dtype=np.int64)
    slots[ranked] = world.area_of
    return TtwaResult(
        flows=flows,
        parameters=parameters,
        membership=name_areas(flows, slots, ranked),
        trace=Trace.of(world, flows.codes[ranked]),
    )


def canonical_order(flows: FlowMatrix) -> NDArray[np.int64]:
    """
    Rank zones by their properties, so that their codes and order do not matter.

    Returns
    -------
    numpy.ndarray of int, shape (n_zones,)
        Row of each zone in order of rank: by employed residents, largest first, then jobs,
        workers who stay, and sums of squared flows and of the neighbours' sizes. Ties are in
        the order of codes.
    """
    matrix = flows.matrix
    squared = matrix.multiply(matrix)
    keys = [
        flows.employed_residents,
        flows.jobs,
        matrix.diagonal(),
        np.asarray(squared.sum(axis=1)).ravel(),
        np.asarray(squared.sum(axis=0)).ravel(),
        np.asarray(matrix @ flows.jobs),
        np.asarray(flows.employed_residents @ matrix),
    ]
    return np.lexsort([-key for key in reversed(keys)]).astype(np.int64)


def build_world(
    flows: FlowMatrix,
    parameters: TtwaParameters,
    ranked: NDArray[np.int64],
    borders: Iterable[tuple[str, str]] | None = None,
) -> arrays.World:
    """
    Convert flows to the arrays of the compiled code, with zones in order of rank.

    Parameters
    ----------
    ranked : numpy.ndarray of int, shape (n_zones,)
        Row of each zone in order of rank.
    borders : iterable of (str, str), optional
        Pairs of zones that share a border.

    Raises
    ------
    SchemaError
        If contiguity is required but ``borders`` is not passed.
    """
    return _order(flows, ranked).world(flows, parameters, borders)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class OrderedFlows:
    """
    Flows in the order of the compiled code, which is the same for every method.

    Attributes
    ----------
    ranked : numpy.ndarray of int, shape (n_zones,)
        Row of each zone in order of rank.
    zones : numpy.ndarray of records, shape (n_zones,)
        Their sizes and where their flows are.
    ends, workers : numpy.ndarray, shape (2 * n_pairs,)
        The other zone and the persons of every flow, by origin and then by destination.
    whole : bool
        Whether all flows are whole numbers, and few enough to add up in 32 bits.
    """

    ranked: NDArray[np.int64]
    zones: NDArray[np.void]
    ends: NDArray[np.int32]
    workers: NDArray[np.float64]
    whole: bool

    def world(
        self,
        flows: FlowMatrix,
        parameters: TtwaParameters,
        borders: Iterable[tuple[str, str]] | None = None,
    ) -> arrays.World:
        """Return the records of a run, without areas; see :func:`build_world`."""
        if parameters.contiguity != "ignore" and borders is None:
            raise SchemaError(
                "borders", ["contiguity needs the pairs of zones that share a border"]
            )
        zones, n = self.zones.copy(), self.zones.size
        zones["rank"] = _placing_rank(zones, parameters)
        border_at, neighbours = _border_lists(flows, self.ranked, borders or ())
        zones["border_start"], zones["border_end"] = border_at[:-1], border_at[1:]
        counters = np.zeros(arrays.N_COUNTERS, dtype=np.int64)
        counters[arrays.TO_READ] = links_before_ledgers(self.whole, parameters)
        leaves = 1 << max(n - 1, 1).bit_length()
        return arrays.World(
            zones=zones,
            areas=np.zeros(n, dtype=arrays.AREA),
            area_of=np.zeros(n, dtype=np.int32),
            ends=self.ends,
            flows=self.workers,
            sums=_at_cache_lines(n, arrays.SUM),
            touched=np.zeros(n, dtype=np.int32),
            borders=neighbours,
            **no_ledgers(),
            tree=np.full(2 * leaves, np.inf),
            counters=counters,
            steps=np.empty(n + 1, dtype=arrays.STEP),
            moves=np.empty(8 * n + 16, dtype=arrays.MOVE),
        )


def order_flows(flows: FlowMatrix) -> OrderedFlows:
    """Bring flows into the order of the compiled code, for one run or several."""
    return _order(flows, canonical_order(flows))


def _order(flows: FlowMatrix, ranked: NDArray[np.int64]) -> OrderedFlows:
    by_destination, by_origin, own = _reordered(flows.matrix, ranked)
    zones = np.zeros(ranked.size, dtype=arrays.ZONE)
    zones["residents"], zones["jobs"] = flows.employed_residents[ranked], flows.jobs[ranked]
    zones["own"], zones["code"], zones["hub"] = own, ranked, -1
    n_pairs = by_origin.nnz
    ends = np.concatenate([by_origin.indices, by_destination.indices], dtype=np.int32)
    workers = np.concatenate([by_origin.data, by_destination.data], dtype=np.float64)
    zones["out_start"], zones["out_end"] = by_origin.indptr[:-1], by_origin.indptr[1:]
    zones["in_start"] = by_destination.indptr[:-1].astype(np.int64) + n_pairs
    zones["in_end"] = by_destination.indptr[1:].astype(np.int64) + n_pairs
    return OrderedFlows(ranked, zones, ends, workers, are_whole(workers))


def _at_cache_lines(n: int, dtype: np.dtype[np.void]) -> NDArray[np.void]:
    """Return records of zeros of which none is in two lines of the cache if it fits into one."""
    room = np.zeros(n * dtype.itemsize + _CACHE_LINE, dtype=np.uint8)
    skipped = -room.ctypes.data % _CACHE_LINE
    return room[skipped : skipped + n * dtype.itemsize].view(dtype)


def _placing_rank(zones: NDArray[np.void], parameters: TtwaParameters) -> NDArray[np.int64]:
    """Return the order in which the zones of a dissolved area are placed."""
    residents: NDArray[np.float64] = zones["residents"]
    jobs: NDArray[np.float64] = zones["jobs"]
    own: NDArray[np.float64] = zones["own"]
    size = {
        "crossing": residents,
        "employed_residents": residents,
        "jobs": jobs,
        "flows": residents + jobs - own,
        "smallest_first": -residents,
        "strongest_link": residents,
    }[parameters.order]
    turn = np.empty(zones.size, dtype=np.int64)
    turn[np.argsort(-size, kind="stable")] = np.arange(zones.size)
    return turn


def _reordered(matrix: Any, ranked: NDArray[np.int64]) -> tuple[Any, Any, NDArray[np.float64]]:
    """Reorder rows and columns; return both compressed forms without the diagonal, and it."""
    if not matrix.has_canonical_format:
        matrix = matrix.copy()
        matrix.sum_duplicates()
    place = np.empty(ranked.size, dtype=np.int32)
    place[ranked] = np.arange(ranked.size, dtype=np.int32)
    own = np.asarray(matrix.diagonal(), dtype=np.float64)[ranked]
    rows = matrix[ranked]
    columns = place[rows.indices]
    origin = np.repeat(np.arange(ranked.size, dtype=np.int32), np.diff(rows.indptr))
    apart = (origin != columns) & (rows.data > 0)
    before = np.concatenate([[0], np.cumsum(apart, dtype=np.int32)], dtype=np.int32)
    parts = rows.data[apart], columns[apart], before[rows.indptr]
    # Each turn round puts what was across in order, in one pass.
    by_destination = sparse.csr_array(parts, shape=matrix.shape).tocsc()
    return by_destination, by_destination.tocsr(), own


def _border_lists(
    flows: FlowMatrix, ranked: NDArray[np.int64], borders: Iterable[tuple[str, str]]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    pairs = list(borders)
    if not pairs:
        return np.zeros(ranked.size + 1, dtype=np.int64), np.empty(0, dtype=np.int32)
    place = np.empty(ranked.size, dtype=np.int64)
    place[ranked] = np.arange(ranked.size)
    left = place[flows.positions(a for a, _ in pairs)]
    right = place[flows.positions(b for _, b in pairs)]
    ends = (np.concatenate([left, right]), np.concatenate([right, left]))
    lists = sparse.csr_array((np.ones(2 * len(pairs)), ends), shape=(ranked.size, ranked.size))
    lists.sum_duplicates()
    return lists.indptr.astype(np.int64), lists.indices.astype(np.int32)


def rules_of(parameters: TtwaParameters, n_zones: int) -> arrays.Rules:
    """Convert parameters to the form of the compiled code."""
    criteria = parameters.criteria
    return arrays.Rules(
        min_size=float(criteria.min_size),
        target_size=float(criteria.target_size),
        min_sc=float(criteria.min_sc),
        target_sc=float(criteria.target_sc),
        linear=int(criteria.form == "linear"),
        size_measure=parameters.code("size_measure"),
        link=parameters.code("link"),
        by_link=int(parameters.order == "strongest_link"),
        by_crossing=int(parameters.order == "crossing"),
        one_zone=parameters.code("dissolution"),
        together=parameters.code("placing"),
        reserve=int(parameters.reserve != "none"),
        reserve_by_code=int(parameters.reserve == "by_code_descending"),
        contiguous=parameters.code("contiguity"),
        max_moves=_MOVES_PER_ZONE * max(n_zones, 10),
    )


def run(world: arrays.World, rules: arrays.Rules) -> arrays.World:
    """
    Run the regionalisation from single zones.

    InfeasibleError if zones keep moving back and forth.
    """
    entries.start(world, rules)
    return proceed(world, rules)


def proceed(world: arrays.World, rules: arrays.Rules) -> arrays.World:
    """
    Continue the regionalisation from existing areas.

    InfeasibleError if zones keep moving back and forth.
    """
    outcome = entries.advance(world, rules)
    while outcome in (arrays.TRACE_FULL, arrays.LEDGERS_DUE):
        if outcome == arrays.TRACE_FULL:
            world = world._replace(steps=_doubled(world.steps), moves=_doubled(world.moves))
        else:
            world = with_ledgers(world, rules)
        outcome = entries.advance(world, rules)
    if outcome == arrays.TOO_MANY_MOVES:
        raise InfeasibleError(
            f"zones still move back and forth after {rules.max_moves:,} steps; "
            "use a reserve list, or dissolution='whole'"
        )
    return world


def _doubled(column: NDArray[np.void]) -> NDArray[np.void]:
    return np.concatenate([column, np.empty_like(column)])


def name_areas(
    flows: FlowMatrix, labels: NDArray[np.int64], ranked: NDArray[np.int64]
) -> pd.Series:
    """
    Name each area after its zone with most jobs.

    Parameters
    ----------
    labels : numpy.ndarray of int, shape (n_zones,)
        Number of the area of each zone.
    ranked : numpy.ndarray of int, shape (n_zones,)
        Row of each zone in order of rank, which decides ties.

    Returns
    -------
    pandas.Series of str, shape (n_zones,)
        ``area``, the code of the zone with most jobs in the same area, indexed by zone code
        in sorted order.
    """
    place = np.empty(ranked.size, dtype=np.int64)
    place[ranked] = np.arange(ranked.size)
    busiest = np.lexsort([place, -flows.jobs])
    groups, first, inverse = np.unique(labels[busiest], return_index=True, return_inverse=True)
    codes = np.asarray(flows.codes, dtype=str)
    names = np.empty_like(codes)
    names[busiest] = codes[busiest[first]][inverse] if groups.size else []
    index = pd.Index(flows.codes, name=f"{flows.zone_system}cd")
    return pd.Series(names, index=index, name="area", dtype=str)
