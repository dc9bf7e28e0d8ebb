"""How far two sets of areas agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from localarea.errors import SchemaError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Agreement:
    """
    Agreement of areas with official ones.

    Attributes
    ----------
    areas, official_areas : int
        Number of each.
    adjusted_rand_index : float
        Of the zones; 1 if both are the same, about 0 if they agree by chance [1]_.
    v_measure : float
        Of the zones: the harmonic mean of homogeneity and completeness, 0 to 1 [2]_.
    matched_workers_share : float
        Share of employed residents who live in both areas of a pair that are each other's best
        match, by the Jaccard index of their employed residents.
    median_jaccard : float
        Median over official areas of the Jaccard index with their best match.

    References
    ----------
    .. [1] Hubert, L. and Arabie, P. (1985), Comparing partitions. Journal of Classification 2.
    .. [2] Rosenberg, A. and Hirschberg, J. (2007), V-measure. EMNLP-CoNLL.
    """

    areas: int
    official_areas: int
    adjusted_rand_index: float
    v_measure: float
    matched_workers_share: float
    median_jaccard: float


def measure_agreement(
    membership: pd.Series, official: pd.Series, employed_residents: pd.Series
) -> Agreement:
    """
    Compare areas with official ones.

    Parameters
    ----------
    membership, official : pandas.Series of str, shape (n_zones,)
        Area of each zone, indexed by zone code, over the same zones.
    employed_residents : pandas.Series of float, shape (n_zones,)
        Persons, indexed likewise.

    Raises
    ------
    SchemaError
        If a zone has no official area.

    Examples
    --------
    >>> import pandas as pd
    >>> ours, theirs = pd.Series(list("aabb")), pd.Series(list("xxyy"))
    >>> measure_agreement(ours, theirs, pd.Series([1.0, 2.0, 3.0, 4.0])).adjusted_rand_index
    1.0
    """
    known = official.reindex(membership.index)
    missing = membership.index[known.isna()]
    if len(missing):
        raise SchemaError(
            "official areas",
            [f"{len(missing):,} zones have none, such as {', '.join(map(str, missing[:3]))}"],
        )
    ours, _ = pd.factorize(membership)
    theirs, _ = pd.factorize(known)
    zones = _contingency(ours, theirs, np.ones(len(ours)))
    workers = employed_residents.reindex(membership.index).to_numpy(dtype=np.float64)
    matched, median = _matches(_contingency(ours, theirs, workers))
    return Agreement(
        zones.shape[0], zones.shape[1], _adjusted_rand(zones), _v_measure(zones), matched, median
    )


def _contingency(
    ours: NDArray[np.intp], theirs: NDArray[np.intp], weights: NDArray[np.float64]
) -> sparse.coo_array:
    shape = (int(ours.max(initial=-1)) + 1, int(theirs.max(initial=-1)) + 1)
    return sparse.csr_array((weights, (ours, theirs)), shape=shape).tocoo()


def _pairs(counts: NDArray[np.float64]) -> float:
    return float((counts * (counts - 1) / 2).sum())


def _margins(table: sparse.coo_array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows = np.asarray(table.sum(axis=1), dtype=np.float64).ravel()
    return rows, np.asarray(table.sum(axis=0), dtype=np.float64).ravel()


def _adjusted_rand(table: sparse.coo_array) -> float:
    rows, columns = _margins(table)
    both, ours, theirs = _pairs(table.data), _pairs(rows), _pairs(columns)
    total = _pairs(np.array([rows.sum()]))
    expected = ours * theirs / total if total else 0.0
    most = (ours + theirs) / 2
    return (both - expected) / (most - expected) if most != expected else 1.0


def _entropy(counts: NDArray[np.float64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def _v_measure(table: sparse.coo_array) -> float:
    rows, columns = _margins(table)
    ours, theirs, both = _entropy(rows), _entropy(columns), _entropy(table.data)
    shared = max(ours + theirs - both, 0.0)  # the mutual information
    # Homogeneity is shared / theirs and completeness shared / ours; this is their harmonic mean.
    return 2 * shared / (ours + theirs) if ours + theirs > 0 else 1.0


def _matches(table: sparse.coo_array) -> tuple[float, float]:
    rows, columns = _margins(table)
    total = rows.sum()
    union = rows[table.row] + columns[table.col] - table.data
    jaccard = np.divide(table.data, union, out=np.zeros(table.data.size), where=union > 0)
    by_row, by_column = (
        _best(table.row, jaccard, rows.size),
        _best(table.col, jaccard, columns.size),
    )
    mutual = np.intersect1d(by_row, by_column)
    best = np.zeros(columns.size)
    np.maximum.at(best, table.col, jaccard)
    share = float(table.data[mutual].sum() / total) if total > 0 else 0.0
    return share, float(np.median(best)) if best.size else 0.0


def _best(groups: NDArray[np.int32], values: NDArray[np.float64], n: int) -> NDArray[np.intp]:
    """Return the position of the largest value of each group, the first of equal ones."""
    order = np.lexsort((-values, groups))  # stable, so the first of equal values comes first
    first = np.searchsorted(groups[order], np.arange(n))
    return np.asarray(order[first[first < values.size]], dtype=np.intp)
