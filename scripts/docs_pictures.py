"""Draw the pictures of the documents again: ``.venv/bin/python scripts/docs_pictures.py``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from options_picture import write_options_picture

from localarea.datasets.districts import read_districts
from localarea.options.council import read_council
from localarea.options.membership import compute_options
from localarea.places.outline import option_shapes
from localarea.reports.maps.options_page import anchor_place, attributions

if TYPE_CHECKING:
    from collections.abc import Sequence

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"


FOUR = ("districts", "ttwa-official", "catchment", "drive-30")


def draw_options(name: str, chosen: Sequence[str] = ()) -> Path:
    """Draw options of Colchester, one small map each: all of them, or those that are chosen."""
    council = read_council("colchester")
    options = [each for each in compute_options(council) if not chosen or each.id in chosen]
    IMAGES.mkdir(parents=True, exist_ok=True)
    return write_options_picture(
        IMAGES / name,
        option_shapes(options),
        districts=read_districts(),
        anchor=anchor_place(council),
        lead=council.default_option,
        contested=[c.key for c in council.contested],
        note="\n".join(attributions(["zones_msoa11", "districts_lad25", "roads_network_edges"])),
        columns=4,
        dots_per_inch=100,
    )


if __name__ == "__main__":
    print(draw_options("options-colchester.png"))
    print(draw_options("four-options-colchester.png", FOUR))  # for the first pages
