"""
Clusters of travel-to-work areas around an anchor, merged until they are self-contained.

An official area may be too small for a policy: barely two thirds of Colchester's workers also
live there. A cluster consists of whole areas, so that it does not split a labour market.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice
from threading import Lock
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import pandas as pd

from localarea.errors import InfeasibleError, SchemaError
from localarea.labour.self_containment import self_containment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from localarea.labour.flow_matrix import FlowMatrix


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """
    Areas merged around an anchor.

    Attributes
    ----------
    zones : tuple of str
        Zone codes in sorted order.
    areas : tuple of str
        The areas in the order in which they were added, the anchor's first.
    steps : pandas.DataFrame, shape (n_areas, 7)
        ``area``, ``link`` (Smart's index with the cluster when it was added; NaN for the
        anchor's), and, of the cluster including the area, ``employed_residents``, ``jobs``
        (persons), ``supply_side``, ``demand_side`` and ``self_containment`` (the smaller;
        fractions).
    """

    zones: tuple[str, ...]
    areas: tuple[str, ...]
    steps: pd.DataFrame
    target_sc: float


def area_of_anchor(flows: FlowMatrix, membership: pd.Series, anchor_zones: Iterable[str]) -> str:
    """
    Return the area that has most of the anchor's employed residents.

    Parameters
    ----------
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code.

    Returns
    -------
    str
        The area; in a tie, the first by name.

    Raises
    ------
    SchemaError
        If there are no anchor zones, or none has an area.
    """
    codes = list(anchor_zones)
    at = flows.positions(codes)
    held = pd.Series(flows.employed_residents[at]).groupby(membership.reindex(codes).to_numpy())
    persons = held.sum()
    if persons.empty:
        raise SchemaError("anchor", ["name at least one zone that has an area"])
    return str(persons.idxmax())


def cluster_around(
    flows: FlowMatrix,
    membership: pd.Series,
    anchor_zones: Iterable[str],
    *,
    target_sc: float = 0.75,
    min_size: float = 0.0,
    max_areas: int | None = None,
) -> Cluster:
    """
    Merge areas with the anchor's by strength of link until the cluster is self-contained.

    The first area is the one with most of the anchor's employed residents. While the smaller
    of the two self-containments is below the target, or there are fewer employed residents
    than the minimum, the area with the strongest link with the cluster is added. Ties go to
    the area with more commuters to and from the cluster, then to the first by name. Links are
    Smart's index between whole areas.

    Parameters
    ----------
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code, whether computed or official.
    target_sc : float
        Target self-containment, in (0, 1].
    min_size : float
        Least number of employed residents.
    max_areas : int, optional
        Largest number of areas, including the anchor's.

    Raises
    ------
    InfeasibleError
        If the criteria are not met when no areas are left, or at ``max_areas``.
    SchemaError
        If the target is not a share, or there are no anchor zones.
    """
    joining = Joining(flows, membership, anchor_zones)
    return joining.until(target_sc=target_sc, min_size=min_size, max_areas=max_areas)


class Joining:
    """
    The areas in the order in which they join the anchor's, whatever the target; each found once.

    Parameters
    ----------
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code, whether computed or official.
    """

    def __init__(
        self, flows: FlowMatrix, membership: pd.Series, anchor_zones: Iterable[str]
    ) -> None:
        self._membership = membership
        first = area_of_anchor(flows, membership, anchor_zones)
        self._coming = _joining(flows, membership, first)
        self._known: list[_Step] = []
        self._one_at_a_time = Lock()

    def until(
        self, *, target_sc: float, min_size: float = 0.0, max_areas: int | None = None
    ) -> Cluster:
        """
        Return the cluster as soon as it meets the criteria; see :func:`cluster_around`.

        InfeasibleError if the criteria are not met when no areas are left, or at ``max_areas``.
        SchemaError if the target is not a share, or there are no anchor zones.
        """
        if not 0 < target_sc <= 1:
            raise SchemaError(
                "cluster", [f"target_sc is {target_sc}, not a share above 0, at most 1"]
            )
        rows: list[_Step] = []
        for row in islice(self._steps(), max_areas):
            rows.append(row)
            if row["self_containment"] >= target_sc and row["employed_residents"] >= min_size:
                break
        else:
            how_many = "1 area" if len(rows) == 1 else f"{len(rows)} areas"
            raise InfeasibleError(
                f"the self-containment of a cluster of {how_many} is "
                f"{rows[-1]['self_containment']:.1%} and no more may be added: set a target below "
                f"{target_sc:.1%}, or allow more areas"
            )
        joined = [row["area"] for row in rows]
        zones = tuple(sorted(self._membership.index[self._membership.isin(joined)]))
        return Cluster(zones, tuple(joined), pd.DataFrame(rows), target_sc)

    def _steps(self) -> Iterator[_Step]:
        for at in count():
            with self._one_at_a_time:
                if at == len(self._known):
                    step = next(self._coming, None)
                    if step is None:
                        return
                    self._known.append(step)
            yield self._known[at]


def joining_order(
    flows: FlowMatrix, membership: pd.Series, anchor_zones: Iterable[str], *, most: int
) -> pd.DataFrame:
    """
    List the areas in the order in which they would join the anchor's, whatever the target.

    Parameters
    ----------
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code.
    most : int
        Number of areas to list, including the anchor's.

    Returns
    -------
    pandas.DataFrame
        As :attr:`Cluster.steps`; shorter if no more areas are linked.
    """
    first = area_of_anchor(flows, membership, anchor_zones)
    return pd.DataFrame(list(islice(_joining(flows, membership, first), most)))


def least_target(steps: pd.DataFrame, area: str, min_size: float = 0.0) -> float | None:
    """
    Return the self-containment that a target must exceed for an area to join a cluster.

    Parameters
    ----------
    steps : pandas.DataFrame
        From :func:`joining_order`.
    min_size : float
        Least number of employed residents of the cluster.

    Returns
    -------
    float or None
        The largest self-containment reached before the area joins, by a cluster that was large
        enough; 0 if it joins whatever the target, None if it is not among the areas listed.
    """
    at = np.flatnonzero(steps["area"].to_numpy() == area)
    if at.size == 0:
        return None
    before = steps.iloc[: int(at[0])]
    reached = before.loc[before["employed_residents"] >= min_size, "self_containment"]
    return float(reached.max()) if len(reached) else 0.0


def _joining(flows: FlowMatrix, membership: pd.Series, first: str) -> Iterator[_Step]:
    """Yield the cluster after each joining, the anchor's area alone first."""
    joined = [first]
    yield _measure(flows, membership, joined, float("nan"))
    links = _AreaFlows.of(flows, membership)
    while (best := links.strongest(joined)) is not None:
        joined.append(best[0])
        yield _measure(flows, membership, joined, best[1])


class _Step(TypedDict):
    area: str
    link: float
    employed_residents: float
    jobs: float
    supply_side: float
    demand_side: float
    self_containment: float


@dataclass(frozen=True, slots=True, eq=False)
class _AreaFlows:
    names: pd.Index
    between: NDArray[np.float64]
    residents: NDArray[np.float64]
    jobs: NDArray[np.float64]

    @classmethod
    def of(cls, flows: FlowMatrix, membership: pd.Series) -> _AreaFlows:
        labels, names = pd.factorize(membership.reindex(flows.codes), sort=True)
        coo, n = flows.matrix.tocoo(), len(names)
        ends = labels[coo.row], labels[coo.col]
        both = (ends[0] >= 0) & (ends[1] >= 0)
        flat = np.bincount((ends[0] * n + ends[1])[both], coo.data[both], n * n)
        inside = labels >= 0
        residents = np.bincount(labels[inside], flows.employed_residents[inside], n)
        jobs = np.bincount(labels[inside], flows.jobs[inside], n)
        # Without any zone, the sums are integers.
        parts = (np.asarray(part, dtype=np.float64) for part in (flat, residents, jobs))
        between, lived, worked = parts
        return cls(pd.Index(names), between.reshape(n, n), lived, worked)

    def strongest(self, joined: list[str]) -> tuple[str, float] | None:
        """Return the area outside the cluster with the strongest link, and the link."""
        inside = self.names.isin(joined)
        there = self.between[inside].sum(axis=0)
        back = self.between[:, inside].sum(axis=1)
        residents, jobs = self.residents[inside].sum(), self.jobs[inside].sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            out = np.nan_to_num(there**2 / (residents * self.jobs), posinf=0.0)
            home = np.nan_to_num(back**2 / (self.residents * jobs), posinf=0.0)
        link = np.where(inside, -1.0, out + home)
        best = int(np.lexsort((np.arange(link.size), -(there + back), -link))[0])
        return (str(self.names[best]), float(link[best])) if link[best] > 0 else None


def _measure(flows: FlowMatrix, membership: pd.Series, joined: list[str], link: float) -> _Step:
    zones = membership.index[membership.isin(joined)]
    row = self_containment(flows, {"cluster": zones}).iloc[0]
    return {
        "area": joined[-1],
        "link": link,
        "employed_residents": float(row["employed_residents"]),
        "jobs": float(row["jobs"]),
        "supply_side": float(row["supply_side"]),
        "demand_side": float(row["demand_side"]),
        "self_containment": float(np.nan_to_num(np.fmin(row["supply_side"], row["demand_side"]))),
    }
