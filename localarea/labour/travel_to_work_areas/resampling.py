"""
Stability of areas under resampled flows, as if the census had been taken again.

Every flow is drawn from a Poisson distribution whose mean is the count. This is the spread of
counts of independent decisions. It omits disclosure control, non-response and change since the
census, so the stability is an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from localarea.errors import SchemaError
from localarea.labour.travel_to_work_areas._parallel import run_tasks
from localarea.labour.travel_to_work_areas.cluster import area_of_anchor
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import ONS_2011_METHOD, TtwaParameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from localarea.labour.flow_matrix import FlowMatrix

#: Overlap (Jaccard, in zones) from which an area counts as recovered. Hennig, C. (2007),
#: Cluster-wise assessment of cluster stability, Computational Statistics & Data Analysis 52,
#: 258-271; the default of ``recover`` in the R package fpc.
RECOVERED_FROM: Final = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """
    Stability of areas under resampled flows.

    Attributes
    ----------
    with_anchor : pandas.Series of float, shape (n_zones,)
        Share of the runs in which the zone was in the anchor's area, in [0, 1]; indexed
        by zone code.
    areas : pandas.DataFrame, shape (n_areas, 4)
        For every area of the original flows: ``zones`` (count), ``mean_jaccard`` and
        ``min_jaccard`` (overlap in zones with the most similar area of a run, in [0, 1]),
        and ``recovered_share`` (share of the runs in which the overlap was at least three
        quarters).
    runs : pandas.DataFrame, shape (n_runs, 3)
        ``areas`` (count), ``anchor_zones`` (zones in the anchor's area) and
        ``anchor_self_containment`` (the smaller of the two) of each run.
    membership : pandas.Series of str, shape (n_zones,)
        The areas of the original flows.
    """

    with_anchor: pd.Series
    areas: pd.DataFrame
    runs: pd.DataFrame
    membership: pd.Series
    parameters: TtwaParameters
    seed: int

    def share_of(self, zones: Iterable[str], weights: pd.Series | None = None) -> float:
        """
        Return the mean share of the runs in which zones were in the anchor's area.

        Parameters
        ----------
        zones : iterable of str
            Zone codes, such as those of a contested place.
        weights : pandas.Series, optional
            Weight of each zone, indexed by zone code, such as employed residents.

        Returns
        -------
        float
            In [0, 1].
        """
        chosen = self.with_anchor.loc[list(zones)]
        if weights is None:
            return float(chosen.mean())
        return float(np.average(chosen, weights=weights.loc[chosen.index]))


def redraw(flows: FlowMatrix, generator: np.random.Generator) -> FlowMatrix:
    """
    Resample every flow.

    The same zones. Each count, including of those who work outside every area, is drawn from a
    Poisson distribution with the original as its mean.
    """
    rows = np.asarray(flows.matrix.sum(axis=1), dtype=np.float64).ravel()
    matrix = flows.matrix.copy()
    matrix.data = generator.poisson(matrix.data).astype(np.float64)
    matrix.eliminate_zeros()
    beyond = generator.poisson(np.maximum(flows.employed_residents - rows, 0.0))
    residents = np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel() + beyond
    return replace(flows, matrix=matrix, employed_residents=residents)


def measure_stability(
    flows: FlowMatrix,
    anchor_zones: Iterable[str],
    *,
    parameters: TtwaParameters = ONS_2011_METHOD,
    n_runs: int = 100,
    seed: int = 0,
    processes: int = 1,
    client: Any = None,
    on_done: Callable[[int], None] | None = None,
) -> Stability:
    """
    Measure the stability of areas by recomputing them from resampled flows.

    The result depends on the seed and the number of runs, not on the number of processes.

    Parameters
    ----------
    anchor_zones : iterable of str
        Codes of the anchor's zones. Its area in a run is the one with most of their employed
        residents, by the original count.
    on_done : callable, optional
        Called with 1 after each run, for a progress bar.

    Raises
    ------
    SchemaError
        If there are no runs or no anchor.
    """
    if n_runs < 1:
        raise SchemaError("stability", [f"the number of runs is {n_runs}, not at least 1"])
    anchor = tuple(anchor_zones)
    counted = compute_travel_to_work_areas(flows, parameters).membership
    area_of_anchor(
        flows, counted, anchor
    )  # raises an error for an invalid anchor before the long run
    task = partial(_one_run, parameters=parameters, anchor=anchor)
    seeds = np.random.SeedSequence(seed).spawn(n_runs)
    drawn = run_tasks(task, seeds, flows, processes=processes, client=client, on_done=on_done)
    return Stability(
        with_anchor=_share_with_anchor(flows, drawn),
        areas=measure_overlaps(counted, [labels for labels, _, _ in drawn]),
        runs=pd.DataFrame([row for _, _, row in drawn]),
        membership=counted,
        parameters=parameters,
        seed=seed,
    )


_RunResult = tuple["NDArray[np.intp]", "NDArray[np.bool_]", dict[str, float]]


def _one_run(
    seed: np.random.SeedSequence,
    flows: FlowMatrix,
    *,
    parameters: TtwaParameters,
    anchor: tuple[str, ...],
) -> _RunResult:
    result = compute_travel_to_work_areas(redraw(flows, np.random.default_rng(seed)), parameters)
    area = area_of_anchor(flows, result.membership, anchor)
    inside = (result.membership == area).to_numpy()
    figures = result.areas.loc[[area]].to_dict("records")[0]
    row = {
        "areas": float(len(result.areas)),
        "anchor_zones": float(inside.sum()),
        "anchor_self_containment": float(min(figures["supply_side"], figures["demand_side"])),
    }
    return pd.factorize(result.membership)[0], inside, row


def _share_with_anchor(flows: FlowMatrix, drawn: list[_RunResult]) -> pd.Series:
    index = pd.Index(flows.codes, name=f"{flows.zone_system}cd")
    share = np.mean([inside for _, inside, _ in drawn], axis=0)
    return pd.Series(share, index=index, name="with_anchor")


def measure_overlaps(counted: pd.Series, runs: list[NDArray[np.intp]]) -> pd.DataFrame:
    """
    Measure how well each area is recovered in other runs.

    Parameters
    ----------
    counted : pandas.Series of str, shape (n_zones,)
        Area of each zone.
    runs : list of numpy.ndarray of int, each of shape (n_zones,)
        Number of the area of each zone in each run, from 0.

    Returns
    -------
    pandas.DataFrame, shape (n_areas, 4)
        ``zones``, ``mean_jaccard``, ``min_jaccard`` and ``recovered_share`` as in
        :class:`Stability`, indexed by area in sorted order.
    """
    labels, names = pd.factorize(counted, sort=True)
    overlaps = np.array([_best_jaccard(labels, len(names), other) for other in runs])
    return pd.DataFrame(
        {
            "zones": np.bincount(labels, minlength=len(names)),
            "mean_jaccard": overlaps.mean(axis=0),
            "min_jaccard": overlaps.min(axis=0),
            "recovered_share": (overlaps >= RECOVERED_FROM).mean(axis=0),
        },
        index=pd.Index(names, name="area"),
    )


def _best_jaccard(
    labels: NDArray[np.intp], n_areas: int, other: NDArray[np.intp]
) -> NDArray[np.float64]:
    n_other = int(other.max()) + 1 if other.size else 0
    both = np.bincount(labels * n_other + other, minlength=n_areas * n_other)
    both = both.reshape(n_areas, n_other)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    return np.asarray((both / either).max(axis=1), dtype=np.float64)
