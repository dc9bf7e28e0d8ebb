"""Format words and numbers for the report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from localarea.comparison.figure_catalogue import UNKNOWN, write_change, write_figure
from localarea.records import true_minus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.comparison.figure_catalogue import FigureKind

_SMALL: Final = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
    "Eleven", "Twelve",
)  # fmt: skip


def join(words: Sequence[str], *, last: str = "and") -> str:
    """
    Join words into a list with a conjunction: ``A, B and C``; empty for no words.

    Examples
    --------
    >>> join(["A", "B", "C"], last="or")
    'A, B or C'
    """
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def whole(count: int) -> str:
    """
    Format a number at the start of a sentence: a word up to twelve, else digits.

    Examples
    --------
    >>> whole(3), whole(1300)
    ('Three', '1,300')
    """
    return _SMALL[count] if 0 <= count < len(_SMALL) else f"{count:,}"


def plural(count: float, one: str) -> str:
    """
    Format a number with its noun, whose plural has an s.

    Examples
    --------
    >>> plural(1, "zone"), plural(1200, "zone"), plural(2, "outward code")
    ('1 zone', '1,200 zones', '2 outward codes')
    """
    return f"{count:,.0f} {one if count == 1 else one + 's'}"


def share(value: float) -> str:
    """
    Format a fraction as a percentage: percentage with one decimal; an en dash for NaN.

    Examples
    --------
    >>> share(0.6674)
    '66.7%'
    """
    return write_figure(float(value), "share")


def count(value: float) -> str:
    """
    Format a count: whole number with commas; an en dash for NaN.

    Examples
    --------
    >>> count(1234.6)
    '1,235'
    """
    return write_figure(float(value), "count")


def change(before: float, after: float, kind: FigureKind) -> str:
    r"""
    Format the change of a figure, so that the figures beside it add up.

    Returns
    -------
    str
        Difference of the figures as they are shown, with ``+`` or a true minus sign; an en
        dash if either is unknown.

    Examples
    --------
    >>> change(10061.6, 11369.4, "count"), ascii(change(0.765, 0.7594, "share"))
    ('+1,307', "'\\u22120.6 points'")
    """
    return write_change(before, after, kind) or UNKNOWN


def signed(value: float, decimals: int = 0) -> str:
    r"""
    Format a difference with its sign: number with ``+`` or a true minus sign; zero has no sign.

    Examples
    --------
    >>> signed(1200), signed(0.01), ascii(signed(-3))
    ('+1,200', '0', "'\\u22123'")
    """
    if math.isnan(value):
        return UNKNOWN
    text = f"{value:+,.{decimals}f}"
    return true_minus(text) if text.strip("+-0.,") else text[1:]
