"""What pages say to a council that has no file, no mandate or no English law."""

from __future__ import annotations

import html
import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from localarea.options.by_name.any_council import find_council
from localarea.options.council import Council, read_council
from localarea.service.auth.identity import NOBODY
from localarea.service.pages.rendering import _templates
from localarea.service.study.steps import Way, steps_of


def said(name: str, council: Council, **values: Any) -> str:
    made = _templates().env.get_template(name)
    around = {"keep": str, "navigation": [], "identity": NOBODY, "directory_date": "2025-11"}
    page = made.render(council=council, today=date(2026, 11, 30), **around, **values)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture(scope="module")
def gwynedd() -> Council:
    return find_council("Gwynedd")


def test_a_council_without_a_file_is_told_how_to_have_one(gwynedd: Council) -> None:
    page = said("steps-mandate.html", gwynedd, mandate=None)
    assert "No file of Gwynedd says what was resolved." in page
    assert 'localarea council new "Gwynedd"' in page
    norwich = read_council("norwich")
    assert "file quotes no resolution." in said("steps-mandate.html", norwich, mandate=None)
    for council, words in ((gwynedd, "No file of the council"), (norwich, "The file of the")):
        state: Any = SimpleNamespace(council=council)
        assert steps_of(state, Way())[0].because.startswith(words)


@pytest.mark.parametrize(("reserving", "offered"), [([], False), ([("reserve-own", "O")], True)])
def test_reserving_is_offered_where_the_rule_is(
    gwynedd: Council, reserving: list[tuple[str, str]], *, offered: bool
) -> None:
    page = said(
        "decisions-new.html", gwynedd, asked=SimpleNamespace(shortlist=[]), reserving=reserving,
        options=[], listed=[], faults=[],
    )  # fmt: skip
    assert "Social value measures" in page
    assert ("Reserving contracts" in page) == offered
    assert ("only by authorities in England" in page) != offered


def test_places_in_dispute_speak_of_a_mandate_only_where_there_is_one(gwynedd: Council) -> None:
    for council, spoken in ((gwynedd, False), (read_council(), True)):
        page = said("contested.html", council, places=[], meant=[], faults=[], council_names=list)
        assert ("what the mandate says" in page) == spoken
        assert "Ipswich" not in page


def test_a_name_of_an_area_is_an_example_only_to_the_council_that_resolved_it(
    gwynedd: Council,
) -> None:
    for council, spoken in ((gwynedd, False), (read_council(), True)):
        page = said(
            "decisions-approve.html", council, proposal={}, form={}, faults=[],
            example=("x", date(2027, 4, 1)),
            day_ahead=lambda *_: "",
        )  # fmt: skip
        assert "so it should say where it is" in page
        assert ("North Essex and South Suffolk" in page) == spoken
