"""Colours and line patterns of options, told apart without colour vision and in black and white."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Okabe and Ito (2008), Color Universal Design; their yellow is left out: too faint as a line.
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
# One pattern a method; a different rhythm, so that copies without colour can be read too.
_PATTERNS = ("", "14 6", "10 4 2 4", "20 4", "14 4 2 4 2 4", "8 3", "20 5 8 5")
_VARIANT_PATTERN = "3 4"
_VARIANTS = ("+ipswich", "-ipswich")


@dataclass(frozen=True, slots=True)
class LineStyle:
    """
    How the outline of one option is drawn.

    Attributes
    ----------
    colour : str
        Hexadecimal colour, ``#0072B2``.
    dash : str
        SVG dash pattern in pixels; empty for an unbroken line.
    width : float
        Width of the line in pixels.
    """

    colour: str
    dash: str
    width: float


def base_of(option_id: str) -> str:
    """
    Give the option that a variant was made from.

    Parameters
    ----------
    option_id : str
        Id such as ``ttwa-official+ipswich``.

    Returns
    -------
    str
        The id without its ending ``+ipswich`` or ``-ipswich``.

    Examples
    --------
    >>> base_of("districts-wide+ipswich"), base_of("districts-wide")
    ('districts-wide', 'districts-wide')
    """
    for ending in _VARIANTS:
        if option_id.endswith(ending):
            return option_id.removesuffix(ending)
    return option_id


def style_options(option_ids: Iterable[str], lead: str | None = None) -> dict[str, LineStyle]:
    """
    Give every option a line of its own.

    A method and its variants share a colour; the variant's line is thinner and
    broken otherwise, so that drawn over its base it shows only where it differs.

    Parameters
    ----------
    option_ids : iterable of str
        Ids in the order of the table.
    lead : str or None, default None
        The option that matters most: its method gets the unbroken line.

    Returns
    -------
    dict of str to LineStyle
        In the given order. No two are alike up to seven methods with a variant each.

    Examples
    --------
    >>> styles = style_options(["district", "district+ipswich"])
    >>> styles["district"].colour == styles["district+ipswich"].colour
    True
    >>> styles["district"] == styles["district+ipswich"]
    False
    """
    ids = list(option_ids)
    first = [] if lead is None else [base_of(lead)]
    bases = list(dict.fromkeys([*first, *(base_of(i) for i in ids)]))
    styles: dict[str, LineStyle] = {}
    for option_id in ids:
        number = bases.index(base_of(option_id))
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        if option_id == base_of(option_id):
            styles[option_id] = LineStyle(colour, _PATTERNS[number % len(_PATTERNS)], 4.0)
        else:
            styles[option_id] = LineStyle(colour, _VARIANT_PATTERN, 3.0)
    return styles


def swatch_svg(style: LineStyle) -> str:
    """
    Draw a short piece of a line for a legend.

    Parameters
    ----------
    style : LineStyle
        The line.

    Returns
    -------
    str
        An ``<svg>`` element, hidden from screen readers: the words beside it say it all.
    """
    return (
        '<svg class="swatch" width="44" height="14" aria-hidden="true" focusable="false">'
        f'<rect x="1" y="1" width="42" height="12" fill="{style.colour}" fill-opacity="0.15"/>'
        f'<line x1="2" y1="7" x2="42" y2="7" stroke="{style.colour}" '
        f'stroke-width="{style.width:g}" stroke-dasharray="{style.dash}"/></svg>'
    )
