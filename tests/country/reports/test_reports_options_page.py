"""What a council's page shows first, and on whose data it says it rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localarea.datasets.store import default_store
from localarea.options.by_name.any_council import plain_council
from localarea.options.council import Council, read_council
from localarea.options.membership import compute_options
from localarea.options.zone_figures import attributions
from localarea.reports.maps.options_page import (
    BRIEF,
    anchor_place,
    figures_shown,
    first_shown,
    write_options_page,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def colchester() -> Council:
    return read_council("colchester")


def test_the_default_and_its_variants_open_the_map(colchester: Council) -> None:
    assert first_shown(compute_options(colchester), colchester) == (
        "ttwa-official",
        "ttwa-official+ipswich",
    )


def test_the_first_option_opens_the_map_when_the_default_is_not_there(colchester: Council) -> None:
    others = [o for o in compute_options(colchester) if o.method != "ttwa-official"]
    assert first_shown(others, colchester) == ("district",)


def test_the_anchor_is_marked_in_the_town_centre(colchester: Council) -> None:
    name, point = anchor_place(colchester)
    assert name == "Colchester"
    town_hall = (599_577, 225_220)  # CO1 1PJ in the postcode directory
    assert point.distance(type(point)(*town_hall)) < 1_000


def test_every_contested_place_has_its_share_last(colchester: Council) -> None:
    assert figures_shown(colchester)[-1].name == "share_of_ipswich_inside"
    brief = figures_shown(colchester, brief=True)
    assert [f.heading for f in brief][-1] == "Ipswich inside"
    assert [f.heading for f in brief][:3] == ["North Essex", "South Suffolk", "Outside mandate"]
    assert {f.name for f in brief[3:-1]} == set(BRIEF)
    assert all("ipswich" not in f.name for f in figures_shown(plain_council("Norwich")))


def test_attributions_are_said_once_and_whole() -> None:
    store = default_store()
    said = attributions(list(store.registry))
    assert len(said) == len(set(said))
    assert any("Open Government Licence" in s for s in said)
    assert any("OpenStreetMap" in s for s in said)
    assert all(s.endswith(".") and "(c)" not in s for s in said)


def test_a_council_without_a_file_has_a_page_too(tmp_path: Path) -> None:
    from localarea.comparison.metrics import compute_metrics

    norwich = plain_council("Norwich")
    options = compute_options(norwich)
    metrics = compute_metrics(options, norwich)
    path = write_options_page(tmp_path / "n.html", options, norwich, metrics)
    text = path.read_text(encoding="utf-8")
    assert "options for Norwich" in text
    assert text.count('<th scope="row">') == len(options) == 3
