"""
Options for the region of the mandate: their ids, titles and descriptions.

Every council whose file states the area of its mandate has them, listed in the file or not. They
are not listed for other councils, and refused there when they are computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from localarea.options.mandate_area import MandateArea

OF_REGION: Final = ("ttwa-region", "composite-region")
_UNSTATED: Final = "the area of the mandate"


def region_words(
    option_id: str, area: MandateArea | None
) -> tuple[str, tuple[tuple[str, object], ...], str] | None:
    """
    Return the title, settings and description of an option for the mandate's region.

    ``area``: what was resolved as an area, if the council's file states it. Returns None if it is
    another id.

    Examples
    --------
    >>> region_words("composite-region", None)[0]
    'The area of the mandate as one labour market'
    """
    name = area.title if area else _UNSTATED
    if option_id == "ttwa-region":
        return (
            "Labour markets (ONS 2011) mostly inside the mandate",
            (),
            "Travel to work areas of 2011 (ONS) at least half of whose employed residents live in "
            f"{name}",
        )
    if option_id == "composite-region":
        return (
            f"{name[0].upper()}{name[1:]} as one labour market",
            (),
            f"All of {name}, with linked zones around, in one piece, chosen to hold the most "
            "commuters",
        )
    return None
