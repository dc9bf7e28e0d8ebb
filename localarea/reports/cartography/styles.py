"""Colours and line patterns of options, distinguishable without colour vision and in greyscale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localarea.options.option_ids import split_option_id

if TYPE_CHECKING:
    from collections.abc import Iterable

# Okabe and Ito (2008), Color Universal Design, without yellow, which is too faint as a line.
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
# One dash pattern per method, so that copies without colour are legible too.
_PATTERNS = (
    *("", "14 6", "10 4 2 4", "20 4", "14 4 2 4 2 4", "8 3", "20 5 8 5"),
    *("6 6", "24 4 2 4", "12 3 5 3", "8 4 2 4 2 4 2 4", "28 8", "16 3 3 3", "5 3 10 3"),
)
# Short dots if a place is added, wide apart if it is removed; finer dots for a method that uses a
# colour for the second time.
_VARIANTS = {("+", 0): "3 4", ("-", 0): "3 9", ("+", 1): "1 3", ("-", 1): "1 7"}


@dataclass(frozen=True, slots=True)
class LineStyle:
    """
    Line style of an option's outline.

    Attributes
    ----------
    colour : str
        Hexadecimal colour, such as ``#0072B2``.
    dash : str
        SVG dash pattern in pixels; empty for an unbroken line.
    width : float
        Width of the line in pixels.
    """

    colour: str
    dash: str
    width: float


def style_options(
    option_ids: Iterable[str], lead: str | None = None, *, contested: Iterable[str] = ()
) -> dict[str, LineStyle]:
    """
    Assign a distinct line style to every option.

    A method and its variants share a colour; the variant's line is thinner and
    dashed differently, so that drawn over its base it shows only where it differs.

    Parameters
    ----------
    lead : str or None, default None
        Option whose method gets the unbroken line.
    contested : iterable of str, default ()
        Keys of the council's contested places; ``+KEY`` and ``-KEY`` make a variant.

    Returns
    -------
    dict of str to LineStyle
        Styles by id, in the given order. All differ for up to fourteen methods, each with a
        place added and the same place removed.

    Examples
    --------
    >>> styles = style_options(["district", "district+ipswich"], contested=["ipswich"])
    >>> styles["district"].colour == styles["district+ipswich"].colour
    True
    >>> styles["district"] == styles["district+ipswich"]
    False
    """
    keys = tuple(contested)
    split = {i: split_option_id(i, keys) for i in option_ids}
    first = [] if lead is None else [split_option_id(lead, keys)[0]]
    bases = list(dict.fromkeys([*first, *(base for base, _ in split.values())]))
    styles: dict[str, LineStyle] = {}
    for option_id, (base, endings) in split.items():
        number = bases.index(base)
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        again = number // len(OKABE_ITO) % 2
        dash = _VARIANTS[endings[0][0], again] if endings else _PATTERNS[number % len(_PATTERNS)]
        styles[option_id] = LineStyle(colour, dash, 3.0 if endings else 4.0)
    return styles


def swatch_svg(style: LineStyle) -> str:
    """
    Draw a short sample of a line for a legend.

    An ``<svg>`` element, hidden from screen readers because the text beside it suffices.
    """
    return (
        '<svg class="swatch" width="44" height="14" aria-hidden="true" focusable="false">'
        f'<rect x="1" y="1" width="42" height="12" fill="{style.colour}" fill-opacity="0.15"/>'
        f'<line x1="2" y1="7" x2="42" y2="7" stroke="{style.colour}" '
        f'stroke-width="{style.width:g}" stroke-dasharray="{style.dash}"/></svg>'
    )
