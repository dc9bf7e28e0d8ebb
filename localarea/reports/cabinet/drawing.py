"""The pictures of the report."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from localarea.datasets.districts import read_districts
from localarea.options.geometry import option_shapes
from localarea.reports.cabinet.model import Picture
from localarea.reports.options_page import anchor_place
from localarea.reports.static_map import write_options_picture

if TYPE_CHECKING:
    from localarea.reports.cabinet.facts import Facts


def draw_pictures(facts: Facts) -> dict[str, Picture]:
    """
    Draw what the report shows.

    Parameters
    ----------
    facts : Facts
        What was computed.

    Returns
    -------
    dict of str to Picture
        A map for each option, by its id.
    """
    pictures = {}
    shapes = option_shapes(facts.options, store=facts.store).reset_index()
    with tempfile.TemporaryDirectory(prefix="localarea-report-") as name:
        for number, option in enumerate(facts.options):
            path = Path(name) / f"map-{number + 1}.png"
            write_options_picture(
                path,
                shapes.iloc[[number]],
                districts=read_districts(store=facts.store),
                anchor=anchor_place(facts.council, store=facts.store),
                dots_per_inch=220,
            )
            letter = facts.letters[option.id]
            caption = f"Option {letter}, {option.id}"
            pictures[option.id] = Picture(
                path.name, path.read_bytes(), f"Map of {option.title}.", caption, 0.6
            )
    return pictures
