"""The result: areas, their measures and quality, and why a zone is in its area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from localarea.errors import PlaceNotFoundError
from localarea.labour.self_containment import self_containment, validity
from localarea.once import once_property

if TYPE_CHECKING:
    from localarea.labour.flow_matrix import FlowMatrix
    from localarea.labour.travel_to_work_areas.parameters import TtwaParameters
    from localarea.labour.travel_to_work_areas.trace import Placement, Trace


@dataclass(frozen=True, slots=True)
class Quality:
    """
    Measures of the quality of a partition.

    Attributes
    ----------
    q_modularity : float
        Sum over areas of the share of commuters who live and work in the area, less the share
        expected if homes and jobs were matched at random.
    crossing_share : float
        Share of those who work in any area whose home is in another.
    self_containment : float
        Share of all employed residents who live and work in the same area.
    """

    areas: int
    valid_areas: int
    q_modularity: float
    mean_validity: float
    min_validity: float
    crossing_share: float
    self_containment: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    The reason why a zone is in its area.

    ``moves``: every placement of the zone; the last is the current one.
    """

    zone: str
    area: str
    moves: tuple[Placement, ...]
    text: str

    def __str__(self) -> str:
        """Return the reason in sentences."""
        return self.text


@dataclass(frozen=True, eq=False)
class TtwaResult:
    """
    Travel-to-work areas, and how they were computed.

    Attributes
    ----------
    flows : FlowMatrix
        The commuters, with zone system, vintage and rule.
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code in sorted order. An area is named by the code
        of its zone with most jobs.
    """

    flows: FlowMatrix
    parameters: TtwaParameters
    membership: pd.Series
    trace: Trace

    @once_property
    def areas(self) -> pd.DataFrame:
        """
        Measure every area.

        Returns
        -------
        pandas.DataFrame, shape (n_areas, 9)
            ``zones`` (count), ``employed_residents``, ``jobs`` and ``live_and_work``
            (persons), ``supply_side`` and ``demand_side`` (fractions in [0, 1], NaN where
            the divisor is zero), ``validity``, ``valid`` and ``jobs_per_resident`` (the
            balance of home and work; NaN without residents), indexed by area.
        """
        return measure_areas(self.flows, self.membership, self.parameters)

    @once_property
    def quality(self) -> Quality:
        """Measure the partition as a whole: counts, validity and modularity."""
        areas = self.areas
        commuters = float(self.flows.matrix.sum())
        inside = float(areas["live_and_work"].sum())
        score = areas["validity"]
        return Quality(
            areas=len(areas),
            valid_areas=int(areas["valid"].sum()),
            q_modularity=q_modularity(self.flows, self.membership),
            mean_validity=float(score.mean()) if len(areas) else float("nan"),
            min_validity=float(score.min()) if len(areas) else float("nan"),
            crossing_share=1 - inside / commuters if commuters else float("nan"),
            self_containment=inside / self.flows.workers if commuters else float("nan"),
        )

    @property
    def invalid_areas(self) -> tuple[str, ...]:
        """
        List the areas that fail the criteria.

        Names of areas without flows to or from another, or that resulted from a reserve list;
        otherwise empty.
        """
        return tuple(self.areas.index[~self.areas["valid"]])

    def zones_of(self, area: str) -> tuple[str, ...]:
        """List the zones of an area; PlaceNotFoundError if there is no such area or zone."""
        if area not in self.membership.index:
            raise PlaceNotFoundError(area, self.membership.index)
        return tuple(self.membership.index[self.membership == self.membership[area]])

    def explain(self, zone: str) -> Explanation:
        """
        Explain why a zone is in its area.

        Every placement with the links that decided it, and the reason in sentences.
        PlaceNotFoundError if there is no such zone.
        """
        moves = self.trace.moves_of(zone)
        area = str(self.membership[zone])
        lead = f"{zone} is in the area of {area}"
        if not moves:
            text = f"{lead}: it founded that area, which was never dissolved."
            return Explanation(zone, area, moves, text)
        last = moves[-1]
        times = "once" if len(moves) == 1 else f"{len(moves)} times"
        if last.dissolved:
            cause = (
                f"step {last.step:,}, when the area founded by {last.dissolved} "
                f"(validity {last.dissolved_validity:.3f}) was the worst and was dissolved"
            )
        else:
            cause = "the end, from the reserve"
        against = (
            f", against {last.second_link:.3g} with the area founded by {last.second}"
            if last.second
            else ", and it had a link with no other"
        )
        text = (
            f"{lead}. It was placed {times}, last at {cause}. Its link with the area founded "
            f"by {last.to} was the strongest, {last.link:.3g}{against}."
        )
        return Explanation(zone, area, moves, text)


def measure_areas(
    flows: FlowMatrix, membership: pd.Series, parameters: TtwaParameters
) -> pd.DataFrame:
    """
    Measure the areas of any partition by the criteria of a method.

    Parameters
    ----------
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code.

    Returns
    -------
    pandas.DataFrame, shape (n_areas, 9)
        As :attr:`TtwaResult.areas`.

    Raises
    ------
    SchemaError
        If the membership does not fit the zones of the flows.
    """
    table = self_containment(flows, membership, criteria=parameters.criteria)
    if parameters.size_measure == "jobs":
        held = np.fmin(table["supply_side"].to_numpy(), table["demand_side"].to_numpy())
        score = validity(held, table["jobs"].to_numpy(), parameters.criteria)
        table = table.assign(validity=score, valid=score >= 1)
    counts = membership.groupby(membership).size().reindex(table.index)
    table.insert(0, "zones", counts.to_numpy(dtype=np.int64))
    with np.errstate(divide="ignore", invalid="ignore"):
        balance = table["jobs"].to_numpy() / table["employed_residents"].to_numpy()
    table["jobs_per_resident"] = np.where(np.isfinite(balance), balance, np.nan)
    table.index.name = "area"
    return table


def q_modularity(flows: FlowMatrix, membership: pd.Series) -> float:
    """
    Calculate the modularity of a partition: commuting within areas in excess of chance.

    ``sum over areas of T_aa / T - R_a W_a / T^2``, counting only the commuters in the
    matrix [1]_.

    Returns
    -------
    float
        At most 1; NaN without commuters.

    References
    ----------
    .. [1] Newman, M. E. J. and Girvan, M. (2004), Finding and evaluating community
       structure in networks, Physical Review E 69, 026113.
    """
    labels, names = pd.factorize(membership.reindex(flows.codes))
    coo = flows.matrix.tocoo()
    total = float(coo.data.sum())
    if not total:
        return float("nan")
    inside = float(coo.data[labels[coo.row] == labels[coo.col]].sum())
    n = len(names)
    leave = np.bincount(labels, weights=np.asarray(flows.matrix.sum(axis=1)).ravel(), minlength=n)
    arrive = np.bincount(labels, weights=flows.jobs, minlength=n)
    return inside / total - float(leave @ arrive) / total**2
