"""Pictures of the report: a map for each option, and one of where they agree."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from localarea.options.minutes.centre import name_centre
from localarea.reports.cabinet.maps_section import COMMUTING_MAP, MINUTES_MAP
from localarea.reports.cabinet.model import Picture
from localarea.reports.cabinet.sensitivity import (
    FRONT_PICTURE,
    REGION_FRONT_PICTURE,
    ROBUSTNESS_MAP,
)
from localarea.reports.print_maps.pareto_front import write_front_picture
from localarea.reports.print_maps.pictures import (
    write_commuting_picture,
    write_minutes_picture,
    write_option_picture,
    write_robustness_picture,
)

if TYPE_CHECKING:
    from localarea.reports.cabinet.facts import Facts

_SHORT_CM: Final = 8.8  # two maps fill a page
_AGREEMENT_CM: Final = 12.0
_GROUND_CM: Final = 10.4


def draw_pictures(facts: Facts) -> dict[str, Picture]:
    """
    Draw the pictures of the report.

    A map for each option, by its id; one of commuting; one of minutes if they are known; one of the
    zones that the options agree on if there are several; the Pareto fronts of the options
    ``composite`` and ``composite-region`` if they are put forward.
    """
    council, store = facts.council, facts.store
    pictures = {}
    with tempfile.TemporaryDirectory(prefix="localarea-report-") as name:
        for number, option in enumerate(facts.options, start=1):
            path = Path(name) / f"map-{number}.png"
            alt = write_option_picture(option, council, path, store=store)
            caption = f"Option {facts.letters[option.id]}: {option.title}"
            pictures[option.id] = _picture(path, alt, caption, _SHORT_CM)
        if facts.robustness is not None:
            path = Path(name) / "robustness.png"
            alt = write_robustness_picture(facts.robustness, council, path, store=store)
            caption = f"Number of the {len(facts.options)} options in which each zone is local"
            pictures[ROBUSTNESS_MAP] = _picture(path, alt, caption, _AGREEMENT_CM)
        if facts.front is not None:
            path = Path(name) / "front.png"
            alt = write_front_picture(facts.front, path, anchor=council.anchor)
            caption = "What the area holds as the longest drive allowed grows"
            pictures[FRONT_PICTURE] = _picture(path, alt, caption, _SHORT_CM)
        if facts.region_front is not None and council.mandate_area is not None:
            path = Path(name) / "region-front.png"
            region = council.mandate_area.title
            alt = write_front_picture(facts.region_front, path, anchor=region, by="outside_share")
            caption = "What the area holds as more of it may lie outside the mandate"
            pictures[REGION_FRONT_PICTURE] = _picture(path, alt, caption, _SHORT_CM)
        pictures |= _ground(facts, Path(name))
    return pictures


def _ground(facts: Facts, folder: Path) -> dict[str, Picture]:
    """Draw the data behind the options: commuting to the anchor, and minutes if known."""
    council, store, anchor = facts.council, facts.store, facts.council.anchor
    path = folder / "commuting.png"
    alt = write_commuting_picture(council, path, store=store)
    caption = f"Share of each zone's commuters who work in {anchor} (2011)"
    pictures = {COMMUTING_MAP: _picture(path, alt, caption, _GROUND_CM)}
    if facts.has_minutes:
        path = folder / "minutes.png"
        alt = write_minutes_picture(council, path, store=store)
        caption = f"Minutes door to door by car from {name_centre(anchor, store=store)}"
        pictures[MINUTES_MAP] = _picture(path, alt, caption, _GROUND_CM)
    return pictures


def _picture(path: Path, alt: str, caption: str, tallest_cm: float) -> Picture:
    return Picture(path.name, path.read_bytes(), alt, caption, tallest_cm=tallest_cm)
