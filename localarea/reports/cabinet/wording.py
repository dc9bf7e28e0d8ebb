"""Small words and figures as the report writes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from localarea.comparison.figure_catalogue import UNKNOWN, write_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALL: Final = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
    "Eleven", "Twelve",
)  # fmt: skip


def join(words: Sequence[str], *, last: str = "and") -> str:
    """
    Join words as people do.

    Parameters
    ----------
    words : sequence of str
        What is listed.
    last : str, default "and"
        Word before the last one.

    Returns
    -------
    str
        ``A, B and C``; empty for no words.

    Examples
    --------
    >>> join(["A", "B", "C"], last="or")
    'A, B or C'
    """
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def whole(count: int) -> str:
    """
    Write a small number at the beginning of a sentence.

    Parameters
    ----------
    count : int
        The number.

    Returns
    -------
    str
        In words up to twelve.

    Examples
    --------
    >>> whole(3), whole(1300)
    ('Three', '1,300')
    """
    return _SMALL[count] if 0 <= count < len(_SMALL) else f"{count:,}"


def plural(count: float, one: str, many: str = "") -> str:
    """
    Write a number with its noun.

    Parameters
    ----------
    count : float
        The number.
    one : str
        The noun for one.
    many : str, default ""
        The noun for several; by default with an s.

    Returns
    -------
    str
        Such as ``1 zone`` or ``1,200 zones``.

    Examples
    --------
    >>> plural(1, "zone"), plural(1200, "zone"), plural(2, "outward code")
    ('1 zone', '1,200 zones', '2 outward codes')
    """
    return f"{count:,.0f} {one if count == 1 else many or one + 's'}"


def share(value: float) -> str:
    """
    Write a fraction as a percentage.

    Parameters
    ----------
    value : float
        Fraction.

    Returns
    -------
    str
        One decimal; an en dash where it is not known.

    Examples
    --------
    >>> share(0.6674)
    '66.7%'
    """
    return write_figure(float(value), "share")


def count(value: float) -> str:
    """
    Write a number of things.

    Parameters
    ----------
    value : float
        How many.

    Returns
    -------
    str
        Whole, with commas; an en dash where it is not known.

    Examples
    --------
    >>> count(1234.6)
    '1,235'
    """
    return write_figure(float(value), "count")


def points(change: float) -> str:
    """
    Write the change of a share in percentage points.

    Parameters
    ----------
    change : float
        Difference of two fractions.

    Returns
    -------
    str
        With its sign.

    Examples
    --------
    >>> points(0.0123)
    '+1.2 points'
    """
    if math.isnan(change):
        return UNKNOWN
    return signed(change * 100, 1) + " points"


def signed(value: float, decimals: int = 0) -> str:
    r"""
    Write a difference with its sign.

    Parameters
    ----------
    value : float
        The difference.
    decimals : int, default 0
        Digits after the point.

    Returns
    -------
    str
        ``+`` or a true minus sign before it; none before nought.

    Examples
    --------
    >>> signed(1200), signed(0.01), ascii(signed(-3))
    ('+1,200', '0', "'\\u22123'")
    """
    if math.isnan(value):
        return UNKNOWN
    text = f"{abs(value):,.{decimals}f}"
    if not text.strip("0.,"):
        return text
    return ("+" if value > 0 else "\N{MINUS SIGN}") + text
