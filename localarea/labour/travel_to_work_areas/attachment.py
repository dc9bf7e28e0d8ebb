"""
The strength of each zone's attachment to its area, and the effect of moving zones.

Nothing here repeats the regionalisation: links come from one sparse product, and a move
changes only the areas that lose or gain zones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from localarea.errors import PlaceNotFoundError, SchemaError
from localarea.labour.travel_to_work_areas.parameters import ONS_2011_METHOD, TtwaParameters
from localarea.labour.travel_to_work_areas.result import measure_areas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from localarea.labour.flow_matrix import FlowMatrix


def measure_attachment(flows: FlowMatrix, membership: pd.Series) -> pd.DataFrame:
    """
    Calculate each zone's link with its own area and its strongest link with another.

    A zone is removed from its own area before the two are compared, as in the
    regionalisation. Links are Smart's index
    ``T_ia^2 / (R_i W_a) + T_ai^2 / (R_a W_i)``.

    Parameters
    ----------
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code.

    Returns
    -------
    pandas.DataFrame, shape (n_zones, 5)
        ``area``, ``link`` (with the rest of the area; 0 for a zone alone), ``second`` (the other
        area with the strongest link; missing if there is none), ``second_link`` and ``margin``
        (the share by which the own link exceeds the second, ``1 - second_link / link``;
        negative if the second is stronger, 1 without a second, -inf if there is only the
        second, NaN without either), indexed by zone in sorted order.

    Raises
    ------
    SchemaError
        If any zone does not have exactly one area.
    """
    labels, names = _labels(flows, membership)
    there, back = _flows_with_areas(flows, labels, len(names))
    links = _smart_links(flows, labels, there, back, len(names))
    zones = np.arange(flows.n_zones)
    own = links[zones, labels].copy() if len(names) else np.empty(0)
    links[zones, labels] = -1.0
    second = links.argmax(axis=1) if len(names) else np.empty(0, dtype=np.intp)
    strength = np.maximum(links[zones, second], 0.0) if len(names) else np.empty(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        margin = 1 - strength / own
    index = pd.Index(flows.codes, name=f"{flows.zone_system}cd")
    table = pd.DataFrame(
        {
            "area": names[labels] if len(names) else np.empty(0, dtype=str),
            "link": own,
            "second": names[second] if len(names) else np.empty(0, dtype=str),
            "second_link": strength,
            "margin": margin,
        },
        index=index,
    )
    table["second"] = table["second"].where(table["second_link"] > 0)
    return table


def links_of_zone(flows: FlowMatrix, membership: pd.Series, zone: str) -> pd.DataFrame:
    """
    Calculate one zone's link with every area, as :func:`measure_attachment` does for all zones.

    Parameters
    ----------
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code.

    Returns
    -------
    pandas.DataFrame, shape (n_areas, 3)
        ``link``, and ``to`` and ``back`` (persons who commute from the zone to the area, and the
        reverse), indexed by area, the strongest link first. The zone is no part of any area.

    Raises
    ------
    SchemaError
        If any zone does not have exactly one area, or there is no such zone.
    """
    (at,) = flows.positions([zone])
    labels, names = _labels(flows, membership)
    apart = np.ones(flows.n_zones)
    apart[at] = 0.0
    each = (flows.matrix[[at]].toarray()[0], flows.matrix[:, [at]].toarray()[:, 0])
    to, back = (np.bincount(labels, one * apart, len(names)).astype(np.float64) for one in each)
    residents = np.bincount(labels, flows.employed_residents * apart, len(names))
    jobs = np.bincount(labels, flows.jobs * apart, len(names))
    link = _shares(to * to, flows.employed_residents[at] * jobs)
    link += _shares(back * back, residents * flows.jobs[at])
    table = pd.DataFrame({"link": link, "to": to, "back": back}, index=pd.Index(names, name="area"))
    return table.sort_values("link", ascending=False, kind="stable")


def weakly_attached(attachment: pd.DataFrame, within: float = 0.1) -> pd.DataFrame:
    """
    Return the zones whose second link is nearly as strong as that with their own area.

    Parameters
    ----------
    attachment : pandas.DataFrame
        From :func:`measure_attachment`.
    within : float
        Share, 0 to 1: a zone is weakly attached if its second link is at least ``1 - within``
        times its own.

    Returns
    -------
    pandas.DataFrame
        Rows of the weakly attached zones, the weakest first.

    Raises
    ------
    SchemaError
        If ``within`` is not a share.
    """
    if not 0 <= within <= 1:
        raise SchemaError("attachment", [f"within is {within}, not a share from 0 to 1"])
    weak = attachment[attachment["margin"] <= within]
    return weak.sort_values("margin", kind="stable")


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """
    The effect on areas of moving zones.

    Attributes
    ----------
    membership : pandas.Series of str, shape (n_zones,)
        Area of each zone after the move.
    before, after : pandas.DataFrame
        The areas that lose or gain zones, as measured by :func:`measure_areas`; an area that
        loses its last zone is missing from ``after``.
    """

    zones: tuple[str, ...]
    to: str
    membership: pd.Series
    before: pd.DataFrame
    after: pd.DataFrame


def what_if_moved(
    flows: FlowMatrix,
    membership: pd.Series,
    zones: Iterable[str],
    to: str,
    *,
    parameters: TtwaParameters = ONS_2011_METHOD,
) -> Move:
    """
    Measure the areas that change when zones move to another area.

    PlaceNotFoundError if there is no such area. SchemaError if a code is not a zone of the flows.
    """
    moving = tuple(dict.fromkeys(zones))
    flows.positions(moving)
    if to not in set(membership):
        raise PlaceNotFoundError(to, sorted(set(membership)))
    changed = {*membership.loc[list(moving)], to}
    moved = membership.copy()
    moved.loc[list(moving)] = to
    return Move(
        zones=moving,
        to=to,
        membership=moved,
        before=measure_areas(flows, membership[membership.isin(changed)], parameters),
        after=measure_areas(flows, moved[moved.isin(changed)], parameters),
    )


def _labels(flows: FlowMatrix, membership: pd.Series) -> tuple[NDArray[np.intp], NDArray[Any]]:
    areas = membership.reindex(flows.codes)
    if not membership.index.is_unique or areas.isna().any():
        raise SchemaError("membership", ["every zone of the flows needs exactly one area"])
    labels, names = pd.factorize(areas.to_numpy(), sort=True)
    return labels, np.asarray(names, dtype=object)


def _flows_with_areas(
    flows: FlowMatrix, labels: NDArray[np.intp], n_areas: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum each zone's commuters to and from every area, without those within the zone."""
    n = flows.n_zones
    apart = flows.matrix - sparse.diags_array(flows.matrix.diagonal(), shape=(n, n))
    areas = sparse.csr_array((np.ones(n), (np.arange(n), labels)), shape=(n, n_areas))
    return (apart @ areas).toarray(), (apart.T @ areas).toarray()


def _smart_links(
    flows: FlowMatrix,
    labels: NDArray[np.intp],
    there: NDArray[np.float64],
    back: NDArray[np.float64],
    n_areas: int,
) -> NDArray[np.float64]:
    residents, jobs, zones = flows.employed_residents, flows.jobs, np.arange(flows.n_zones)
    shape = (flows.n_zones, n_areas)
    area_residents, area_jobs = np.empty(shape), np.empty(shape)
    area_residents[:] = np.bincount(labels, residents, n_areas)
    area_jobs[:] = np.bincount(labels, jobs, n_areas)
    area_residents[zones, labels] -= residents
    area_jobs[zones, labels] -= jobs
    out = _shares(there * there, residents[:, np.newaxis] * area_jobs)
    return out + _shares(back * back, area_residents * jobs[:, np.newaxis])


def _shares(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
