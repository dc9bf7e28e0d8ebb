"""Shares written so that rounding does not say otherwise than what they are held against."""

from __future__ import annotations

import math
from typing import Final

_ROUNDING: Final = 1e-9  # what sums of floats may be off by
_LEAST_WRITTEN: Final = 0.005  # a smaller share would be rounded to 0%


def at_most(value: float, digits: int = 2) -> str:
    """
    Write a share rounded down, for a threshold that must not be above it.

    Examples
    --------
    >>> at_most(0.086566), above(0.086566)
    ('8.65%', '8.66%')
    """
    step = 10 ** (digits + 2)
    return f"{math.floor(value * step + _ROUNDING) / step:.{digits}%}"


def above(value: float, digits: int = 2) -> str:
    """Write a share rounded up, for a threshold that must not be below it."""
    step = 10 ** (digits + 2)
    return f"{math.ceil(value * step - _ROUNDING) / step:.{digits}%}"


def share_beside(share: float, least: float) -> str:
    """
    Write a share so that it does not say otherwise than the least share it is held against.

    Parameters
    ----------
    share : float
        The share, as a fraction.
    least : float
        The share from which something is inside.

    Returns
    -------
    str
        With one decimal place, or with two where one would put it on the other side.

    Examples
    --------
    >>> share_beside(0.1476, 0.15), share_beside(0.14977, 0.15), share_beside(0.15, 0.15)
    ('14.8%', '14.97%', '15.0%')
    """
    shown = round(share, 3)
    if share < least <= shown:
        return at_most(share)
    return above(share) if shown < least <= share else f"{share:.1%}"


def part_of(share: float) -> str:
    """
    Write a share strictly between none and all so that it never reads as either.

    Examples
    --------
    >>> part_of(0.003), part_of(0.32), part_of(0.9962)
    ('under 1%', '32%', 'over 99%')
    """
    if share < _LEAST_WRITTEN:
        return "under 1%"
    return "over 99%" if share > 1 - _LEAST_WRITTEN else f"{share:.0%}"


def from_to(shares: tuple[float, float]) -> str:
    """
    Write how a share moves, with as many decimal places as it takes to see it move.

    Examples
    --------
    >>> from_to((0.5, 0.25)), from_to((0.88572, 0.88611))
    ('from 50.0% to 25.0%', 'from 88.57% to 88.61%')
    """
    before, after = (f"{share:.1%}" for share in shares)
    if before == after:
        before, after = (f"{share:.2%}" for share in shares)
    return f"from {before} to {after}"
