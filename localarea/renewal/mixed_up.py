"""
Notice a directory whose columns are mixed up, blank or of other rows.

Such a file lists every postcode, so nothing seems lost: its eastings and northings may have been
exchanged, a column sorted by itself in a spreadsheet, or the districts left blank. Between two
editions of a sound directory hardly any postcode changes its place, its zone or its district.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MOST_CHANGED: Final = 0.05  # of the postcodes that stay live; of ONSPD and NSPL under 1% differ
_FAR_M: Final = 1000.0
_WORDS: Final = {
    "without_place": "lose their grid reference",
    "far_away": "be more than 1 km from where they were",
    "in_another_zone": "be in another zone or in none",
    "in_another_district": "be in another district or in none",
}


def count_far(
    before: tuple[NDArray[np.int32], NDArray[np.int32]],
    after: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> dict[str, int]:
    """
    Count the postcodes that would lose their place, or be far from it.

    Parameters
    ----------
    before, after : tuple of numpy.ndarray
        Eastings and northings of the same postcodes (m, EPSG:27700); 0 where there is none.

    Returns
    -------
    dict of str to int
        ``without_place`` and ``far_away``.

    Examples
    --------
    >>> old = np.array([600_000, 600_000, 600_000]), np.array([225_000, 225_000, 225_000])
    >>> new = np.array([600_000, 225_000, 0]), np.array([225_900, 600_000, 0])
    >>> count_far(old, new)
    {'without_place': 1, 'far_away': 1}
    """
    had, has = before[0] > 0, after[0] > 0
    metres = np.hypot(*(b.astype(float) - a for b, a in zip(before, after, strict=True)))
    far = had & has & (metres > _FAR_M)
    return {"without_place": int((had & ~has).sum()), "far_away": int(far.sum())}


def require_not_mixed_up(counts: Mapping[str, int], stayed: int) -> None:
    """
    Raise an error if many of the postcodes that stay live would be somewhere else.

    ``counts``: postcodes by what would be otherwise: ``without_place``, ``far_away``,
    ``in_another_zone``, ``in_another_district``. InputError if more than 5% of them would be; it
    says of how many what is otherwise.
    """
    many = {kind: n for kind, n in counts.items() if n > MOST_CHANGED * stayed}
    if many:
        told = ", ".join(f"{n:,} would {_WORDS[kind]}" for kind, n in many.items())
        raise InputError(
            f"of the {stayed:,} postcodes that stay live {told}, more than {MOST_CHANGED:.0%}, so "
            "columns of the file are probably mixed up or damaged; check it, or accept the loss",
            parameter="accept-loss",
        )
