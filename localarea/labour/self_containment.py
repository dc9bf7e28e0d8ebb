"""
Self-containment of areas, and whether it makes them labour markets.

Supply-side self-containment is the share of an area's employed residents who work in
it; demand-side, the share of its jobs that its residents hold. Both are needed: a
dormitory town fails one, and a business park the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd
from scipy import sparse

from localarea.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from localarea.labour.flow_matrix import FlowMatrix

TradeOff = Literal["product", "linear"]


@dataclass(frozen=True, slots=True)
class Criteria:
    """
    Thresholds that an area must meet to be a labour market.

    Attributes
    ----------
    min_size : float
        Persons; below this, the full target self-containment is required.
    target_size : float
        Persons; from this size, the minimum self-containment is enough.
    min_sc : float
        Self-containment required at the target size, in (0, 1].
    target_sc : float
        Self-containment required at the minimum size, in (0, 1].
    form : {'product', 'linear'}
        Shape of the requirement between the two, see :func:`validity`.
    """

    min_size: float = 3_500
    target_size: float = 25_000
    min_sc: float = 2 / 3
    target_sc: float = 0.75
    form: TradeOff = "product"

    def __post_init__(self) -> None:
        """Raise an error for criteria that no area could meet, or that every area would."""
        named = {n: getattr(self, n) for n in ("min_size", "target_size", "min_sc", "target_sc")}
        faults = [
            f"{name} is {value!r}, not a number"
            for name, value in named.items()
            if isinstance(value, bool) or not isinstance(value, Real)
        ]
        if faults:
            raise SchemaError("criteria", faults)
        if not 0 <= self.min_size < self.target_size:
            given = f"not {self.min_size:,g} and {self.target_size:,g}"
            rule = "the minimum size must be zero or more and below the target size"
            faults.append(f"{rule}, {given}")
        if not 0 < self.min_sc <= self.target_sc <= 1:
            given = f"not {self.min_sc:g} and {self.target_sc:g}"
            faults.append(f"self-containment must satisfy 0 < minimum <= target <= 1, {given}")
        if self.form not in ("product", "linear"):
            faults.append(f"the form of the trade-off is {self.form!r}, not product or linear")
        if faults:
            raise SchemaError("criteria", faults)


# Coombes and ONS (2015), RR2015/05: 75% at 3,500 persons, down to 66.7% at 25,000.
ONS_2011: Final = Criteria(3_500, 25_000, 0.667, 0.75)


def validity(
    self_containment_min: NDArray[np.float64], size: NDArray[np.float64], criteria: Criteria
) -> NDArray[np.float64]:
    """
    Score areas by the official trade-off, by which 1 or more is valid.

    The product form [1]_ is
    ``min(SC/target, 1) * (1 - (1 - min/target) * max(0, (T - size)/(T - m))) * target/min``
    with ``m`` and ``T`` the minimum and target size. The linear form divides SC by the
    requirement on a straight line between the corners. They agree at the corners. An area
    below the minimum size is never valid: this follows from the product form, and the
    linear form is capped at 1 and multiplied by size over minimum size.

    Parameters
    ----------
    self_containment_min : numpy.ndarray of float64, shape (n_areas,)
        The smaller of the two self-containments, in [0, 1]; NaN counts as 0.
    size : numpy.ndarray of float64, shape (n_areas,)
        Persons.

    Returns
    -------
    numpy.ndarray of float64, shape (n_areas,)
        Validity; an area is valid if 1 or more.

    References
    ----------
    .. [1] Coombes, M. and Bond, S. (2008), Travel-to-Work Areas: the 2007 review.

    Examples
    --------
    >>> corners = validity(np.array([0.75, 0.667]), np.array([3_500.0, 25_000.0]), ONS_2011)
    >>> bool(np.allclose(corners, 1))
    True
    """
    sc = np.nan_to_num(np.asarray(self_containment_min, dtype=np.float64))
    persons = np.asarray(size, dtype=np.float64)
    span = criteria.target_size - criteria.min_size
    short = np.maximum((criteria.target_size - persons) / span, 0.0)
    if criteria.form == "product":
        discount = 1 - (1 - criteria.min_sc / criteria.target_sc) * short
        held = np.minimum(sc / criteria.target_sc, 1.0)
        return np.asarray(held * discount * criteria.target_sc / criteria.min_sc)
    needed = criteria.min_sc + np.minimum(short, 1.0) * (criteria.target_sc - criteria.min_sc)
    score = sc / needed
    small = persons < criteria.min_size
    scaled = np.minimum(score, 1.0) * persons / max(criteria.min_size, 1.0)
    return np.asarray(np.where(small, scaled, score))


def self_containment(
    flows: FlowMatrix,
    membership: pd.Series | pd.DataFrame | NDArray[np.bool_] | Mapping[str, Iterable[str]],
    *,
    criteria: Criteria = ONS_2011,
) -> pd.DataFrame:
    """
    Calculate the self-containment of each area.

    Sets may overlap. Thousands at once take little longer than one, because the
    calculation is a single sparse product.

    Parameters
    ----------
    membership : pandas.Series, pandas.DataFrame, numpy.ndarray or mapping
        The area code of each zone, as a Series indexed by zone code (a partition, in which
        a zone may be missing); or sets of zones, as a boolean array or frame, shape (n_sets,
        n_zones), with zones in the order of ``flows.codes`` or, in a frame, the codes as its
        columns, or as a mapping of the name of each set to its zone codes.
    criteria : Criteria
        Thresholds of validity. Size is measured in employed residents.

    Returns
    -------
    pandas.DataFrame, shape (n_sets, 7)
        ``employed_residents``, ``jobs`` and ``live_and_work`` (persons),
        ``supply_side`` and ``demand_side`` (fractions in [0, 1]; NaN where the
        divisor is zero), ``validity`` and ``valid``, indexed by area code in sorted
        order, or by set in the order passed.

    Raises
    ------
    SchemaError
        If the membership does not fit the zones of the flows.

    References
    ----------
    .. [1] Coombes, M. and ONS (2015), Travel to Work Areas, RR2015/05.
    """
    names, sets = _as_sets(flows, membership)
    residents = sets @ flows.employed_residents
    jobs = sets @ flows.jobs
    held = _live_and_work(flows.matrix, sets)
    with np.errstate(divide="ignore", invalid="ignore"):
        supply, demand = held / residents, held / jobs
    score = validity(np.fmin(supply, demand), residents, criteria)
    return pd.DataFrame(
        {
            "employed_residents": residents,
            "jobs": jobs,
            "live_and_work": held,
            "supply_side": supply,
            "demand_side": demand,
            "validity": score,
            "valid": score >= 1,
        },
        index=names,
    )


def _live_and_work(matrix: Any, sets: Any) -> NDArray[np.float64]:
    """Sum the flows within each set: the diagonal of S T S', without the rest of the product."""
    return np.asarray((sets @ matrix).multiply(sets).sum(axis=1), dtype=np.float64).ravel()


def _as_sets(flows: FlowMatrix, membership: Any) -> tuple[pd.Index, Any]:
    if isinstance(membership, pd.Series):
        return _sets_of_partition(flows, membership)
    if isinstance(membership, (pd.DataFrame, np.ndarray)):
        array = _truths(flows, membership)
        named = membership.index if isinstance(membership, pd.DataFrame) else None
        names = pd.RangeIndex(array.shape[0]) if named is None else named
        return names, sparse.csr_array(array.astype(np.float64))
    rows = [np.unique(flows.positions(zones)) for zones in membership.values()]
    at = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
    zones = np.concatenate(rows) if rows else np.empty(0, dtype=np.intp)
    ones = np.ones(zones.size)
    shape = (len(rows), flows.n_zones)
    return pd.Index(list(membership), dtype=object), sparse.csr_array((ones, (at, zones)), shape)


def _truths(flows: FlowMatrix, sets: pd.DataFrame | NDArray[Any]) -> NDArray[np.bool_]:
    """Return sets as truth values in the order of the zones; a frame's columns may name these."""
    values = np.atleast_2d(np.asarray(sets))
    if values.dtype != bool and not np.isin(values, (0, 1)).all():
        raise SchemaError(
            "membership",
            [
                "sets of zones hold true or false for each zone; give the area of each zone as a "
                "Series indexed by zone code, or a mapping of the name of each area to its codes"
            ],
        )
    inside = values.astype(bool)
    columns: Any = sets.columns if isinstance(sets, pd.DataFrame) else None
    if columns is not None and not isinstance(columns, pd.RangeIndex):
        if not columns.is_unique:
            raise SchemaError("membership", ["a zone has more than one column"])
        placed = np.zeros((len(inside), flows.n_zones), dtype=bool)
        placed[:, flows.positions(columns)] = inside
        return placed
    if inside.shape[1] != flows.n_zones:
        fault = f"sets have {inside.shape[1]} zones, the flows have {flows.n_zones}"
        raise SchemaError("membership", [fault])
    return inside


def _sets_of_partition(flows: FlowMatrix, areas: pd.Series) -> tuple[pd.Index, Any]:
    known = areas.dropna()
    if not known.index.is_unique:
        raise SchemaError("membership", ["a zone has more than one area"])
    labels, names = pd.factorize(known.to_numpy(), sort=True)
    zones = flows.positions(known.index)
    shape = (len(names), flows.n_zones)
    return pd.Index(names), sparse.csr_array((np.ones(zones.size), (labels, zones)), shape)
