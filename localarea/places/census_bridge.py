"""Convert zones of one census to the other: a zone is inside if at least half of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import ArrayLike, NDArray

    from localarea.datasets.store import DataStore

Census = Literal["msoa11", "msoa21"]

#: Share of a zone's live postcodes that must be inside for the zone to be inside, as in the
#: best-fit lookups of the ONS.
MOSTLY_INSIDE: Final = 0.5
_ROUND_OFF: Final = (
    1e-9  # rounding error: shares are sums of fractions, so a half may be just below 0.5
)


def is_mostly_inside(share: ArrayLike) -> NDArray[np.bool_]:
    """
    Return whether zones of the other census are inside.

    Parameters
    ----------
    share : array_like of float
        Share of each zone's live postcodes that are inside, in [0, 1].

    Returns
    -------
    numpy.ndarray of bool
        True if the share is at least a half.

    Examples
    --------
    >>> is_mostly_inside([0.49, 0.5, 0.75]).tolist()
    [False, True, True]
    """
    return np.asarray(np.asarray(share, np.float64) >= MOSTLY_INSIDE - _ROUND_OFF)


def zones_of_census(zones: Collection[str], census: Census, *, store: DataStore) -> tuple[str, ...]:
    """
    Convert zones of the other census to zones of this one.

    ``zones``: MSOA codes of the other census. Returns zones with at least half of their live
    postcodes in `zones`, sorted.
    """
    other, share = ("msoa21", "share11") if census == "msoa11" else ("msoa11", "share21")
    columns = [f"{census}cd", f"{other}cd", share]
    rows: list[list[Any]] = [
        column.to_pylist()
        for column in store.read("msoa11_msoa21", columns=columns).select(columns).columns
    ]
    inside, held = frozenset(zones), dict[str, float]()
    for code, source, part in zip(*rows, strict=True):
        if source in inside:
            held[code] = held.get(code, 0.0) + part
    codes = sorted(held)
    kept = is_mostly_inside([held[code] for code in codes])
    return tuple(code for code, is_in in zip(codes, kept, strict=True) if is_in)
