"""Options as outlines of the map: their zones, and a line that tells each from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.reports.cartography.styles import style_options
from localarea.reports.maps.options_page import first_shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.options.council import Council
    from localarea.records import Option


def option_outlines(options: Sequence[Option], council: Council) -> dict[str, Any]:
    """Return ``options`` in their order, and ``shown``, the ids of those that are drawn first."""
    styles = style_options(
        [o.id for o in options],
        council.default_option,
        contested=[c.key for c in council.contested],
    )
    return {
        "shown": list(first_shown(options, council)),
        "options": [
            {
                "id": o.id,
                "title": o.title,
                "colour": styles[o.id].colour,
                "dash": styles[o.id].dash,
                "width": styles[o.id].width,
                "zones": list(o.zones),
            }
            for o in options
        ],
    }
