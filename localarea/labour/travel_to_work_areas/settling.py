"""
Start the regionalisation from existing areas instead of single zones.

A partition that is nearly right settles in a few dissolutions: after a zone has moved, with other
thresholds, or with flows of another year. It also shows whether given areas, such as the official
ones, are stable under the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from localarea.errors import SchemaError
from localarea.labour.self_containment import validity
from localarea.labour.travel_to_work_areas._kernel import arrays, entries
from localarea.labour.travel_to_work_areas.compute import (
    build_world,
    canonical_order,
    name_areas,
    proceed,
    rules_of,
)
from localarea.labour.travel_to_work_areas.parameters import ONS_2011_METHOD, TtwaParameters
from localarea.labour.travel_to_work_areas.result import measure_areas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from localarea.labour.flow_matrix import FlowMatrix


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """
    Areas after the regionalisation has settled from a given partition.

    Attributes
    ----------
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code. Areas keep their given names; a new one is
        named by the code of its zone with most jobs.
    areas : pandas.DataFrame, shape (n_areas, 9)
        Their measures, as from :func:`measure_areas`.
    dissolved : tuple of str
        Names of the given areas that no longer exist.
    moved : tuple of str
        Codes of the zones whose area has changed.
    dissolutions : int
        Number of dissolutions, including of areas that formed on the way.
    """

    membership: pd.Series
    areas: pd.DataFrame
    dissolved: tuple[str, ...]
    moved: tuple[str, ...]
    dissolutions: int


def settle_areas(
    flows: FlowMatrix,
    membership: pd.Series,
    parameters: TtwaParameters = ONS_2011_METHOD,
    *,
    borders: Iterable[tuple[str, str]] | None = None,
) -> Settled:
    """
    Dissolve the areas of a partition that fail the criteria.

    Valid areas do not change, unless they gain zones that make them invalid. If all are valid,
    nothing changes.

    Parameters
    ----------
    membership : pandas.Series of str, shape (n_zones,)
        Initial area of each zone, indexed by zone code.
    borders : iterable of (str, str), optional
        Pairs of zones that share a border, needed for ``contiguity='prefer'``.

    Raises
    ------
    SchemaError
        If any zone does not have exactly one area.
    InfeasibleError
        If zones keep moving back and forth.
    """
    before = membership.reindex(flows.codes)
    if not membership.index.is_unique or before.isna().any():
        raise SchemaError("membership", ["every zone of the flows needs exactly one area"])
    ranked = canonical_order(flows)
    world = build_world(flows, parameters, ranked, borders)
    rules = rules_of(parameters, flows.n_zones)
    entries.start(world, rules)
    founders = _merge_into_areas(world, before.to_numpy()[ranked], flows, membership, parameters)
    world = proceed(world, rules)
    slots = np.empty(flows.n_zones, dtype=np.int64)
    slots[ranked] = world.area_of
    after = _with_given_names(name_areas(flows, slots, ranked), slots, founders)
    moved = after.index[after.to_numpy() != before.to_numpy()]
    return Settled(
        membership=after,
        areas=measure_areas(flows, after, parameters),
        dissolved=tuple(sorted(set(before) - set(after))),
        moved=tuple(moved),
        dissolutions=int(world.counters[arrays.N_STEPS]),
    )


def _merge_into_areas(
    world: arrays.World,
    given: NDArray[np.object_],
    flows: FlowMatrix,
    membership: pd.Series,
    parameters: TtwaParameters,
) -> dict[int, str]:
    """Merge zones into the given areas, each in the slot of its highest-ranking zone."""
    labels, names = pd.factorize(given)
    order = np.argsort(labels, kind="stable")
    begins = np.flatnonzero(np.diff(labels[order], prepend=-1))
    places = order[begins]
    world.area_of[:] = places[labels]
    after = np.append(order[1:], -1)
    after[np.append(begins[1:], order.size) - 1] = -1
    before = np.insert(order[:-1], 0, -1)[: order.size]
    before[begins] = -1
    world.zones["after"][order], world.zones["before"][order] = after, before
    figures = measure_areas(flows, membership, parameters).reindex(names)
    for field in ("count", "inside", "validity"):
        world.areas[field] = 0
    world.sums["residents"] = world.sums["jobs"] = 0
    world.areas["head"] = -1
    world.areas["head"][places] = places
    world.areas["count"][places] = figures["zones"]
    world.sums["residents"][places] = figures["employed_residents"]
    world.sums["jobs"][places] = figures["jobs"]
    world.areas["inside"][places] = figures["live_and_work"]
    held = np.asarray(np.fmin(figures["supply_side"], figures["demand_side"]), dtype=np.float64)
    by_jobs = parameters.size_measure == "jobs"
    size = figures["jobs" if by_jobs else "employed_residents"].to_numpy()
    score = validity(held, size, parameters.criteria)
    world.areas["validity"][places] = score
    _fill_tree(world.tree, places, score)
    return dict(zip(places.tolist(), names.tolist(), strict=True))


def _fill_tree(
    tree: NDArray[np.float64], places: NDArray[np.intp], score: NDArray[np.float64]
) -> None:
    tree[:] = np.inf
    level = tree.size // 2
    tree[level + places] = score
    while level > 1:
        tree[level // 2 : level] = np.minimum(
            tree[level : 2 * level : 2], tree[level + 1 : 2 * level : 2]
        )
        level //= 2


def _with_given_names(
    membership: pd.Series, slots: NDArray[np.int64], founders: dict[int, str]
) -> pd.Series:
    """Return the areas with the given name of their slot, where there is one."""
    kept = pd.Series(slots, index=membership.index).map(founders)
    return kept.where(kept.notna(), membership).astype(str).rename("area")
