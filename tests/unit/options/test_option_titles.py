"""Titles of options: short, for people, the same rule for every council."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localarea.comparison.scenario import Scenario
from localarea.errors import SettingError
from localarea.options.by_name.any_council import council_of_anchor, plain_council
from localarea.options.council import parse_council, read_council
from localarea.options.membership import option_title, option_zones
from localarea.options.titles import spoken_name, title_with_changes, title_with_settings

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore


MOST_CHARACTERS = 52  # a column heading in three lines


@pytest.mark.parametrize("name", ["colchester", "norwich", "swansea"])
def test_every_listed_option_has_a_short_title_of_its_own(name: str) -> None:
    council = read_council(name)
    titles = [spec.title for spec in council.options]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= MOST_CHARACTERS
    for spec in council.options:
        assert "-" not in spec.id or spec.id not in spec.title
        assert spec.description, spec.id
        assert not spec.description.endswith(".")


@pytest.mark.parametrize("name", ["colchester", "norwich", "swansea"])
def test_titles_name_the_anchor_unless_they_name_districts_or_the_mandate(name: str) -> None:
    council = read_council(name)
    of_region = ("districts", "ttwa-region", "composite-region")
    drawn = [spec for spec in council.options if spec.method not in of_region]
    assert len(drawn) >= 8
    assert [spec.id for spec in drawn if council.anchor not in spec.title] == []


def test_the_words_that_colchester_reads() -> None:
    council = read_council("colchester")
    assert option_title("ttwa-official", council) == "Colchester labour market (ONS 2011)"
    assert (
        option_title("ttwa-official+ipswich", council)
        == "Colchester labour market (ONS 2011), plus Ipswich"
    )
    assert (
        option_title("drive-45-ipswich", council)
        == "Within 45 minutes' drive of Colchester, without Ipswich"
    )
    assert option_title("drive-37", council) == "Within 37 minutes' drive of Colchester"


def test_options_for_the_region_name_the_mandate() -> None:
    council = read_council("colchester")
    assert (
        option_title("composite-region+ipswich", council)
        == "North Essex and South Suffolk as one labour market, plus Ipswich"
    )
    assert (
        option_title("ttwa-region", council)
        == "Labour markets (ONS 2011) mostly inside the mandate"
    )
    assert (
        Scenario.of("composite-region").with_threshold(min_held=0.5, reading="wide").option().title
        == "North Essex and South Suffolk as one labour market "
        "(changed: at least 50% of each half, wide reading)"
    )


def test_an_id_that_the_council_does_not_know_is_its_own_title() -> None:
    assert option_title("no-such", read_council("colchester")) == "no-such"


def test_a_council_without_a_file_has_titles_too() -> None:
    found = {spec.id: spec.title for spec in council_of_anchor("Newport").options}
    assert found == {
        "district": "Newport district",
        "districts": "Newport and the districts that border it",
        "ttwa-official": "Newport labour market (ONS 2011)",
        "ttwa-computed": "Newport labour market (recalculated)",
        "ttwa-cluster": "Newport and linked labour markets",
        "catchment": "Where 15% or more commute to Newport",
        "drive-30": "Within 30 minutes' drive of Newport",
        "drive-45": "Within 45 minutes' drive of Newport",
        "composite": "Linked to Newport and within 45 minutes' drive",
    }


def test_the_official_area_is_named_after_the_one_that_was_taken() -> None:
    spec = council_of_anchor("Gateshead").spec("ttwa-official")
    assert spec.title == "Newcastle labour market (ONS 2011)"
    # All 200,214 residents of Gateshead at the census of 2011 live in it: no share is stated.
    assert spec.description == (
        "Newcastle travel to work area of 2011, as published by the ONS, which holds Gateshead"
    )


@pytest.mark.parametrize(
    ("listed", "spoken"),
    [
        ("Bristol, City of", "Bristol"),
        ("Herefordshire, County of", "Herefordshire"),
        ("King's Lynn and West Norfolk", "King's Lynn and West Norfolk"),
        ("Newport", "Newport"),
    ],
)
def test_names_are_said_as_people_say_them(listed: str, spoken: str) -> None:
    assert spoken_name(listed) == spoken
    assert plain_council(listed).options[0].title == f"{spoken} district"
    assert plain_council(listed).anchor == listed  # the ONS's name finds the district


def test_changes_are_added_in_the_order_made() -> None:
    made = [("include", "A"), ("include", "B"), ("exclude", "C"), ("include", "D")]
    assert title_with_changes("X", made) == "X, plus A and B, without C, plus D"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "X, plus 1"),
        (4, "X, plus 1, 2, 3 and 4"),
        (5, "X, plus 1, 2, 3 and 2 more"),
        (200, "X, plus 1, 2, 3 and 197 more"),
    ],
)
def test_many_places_are_counted(count: int, words: str) -> None:
    places = [("include", str(number)) for number in range(1, count + 1)]
    assert title_with_changes("X", places) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("minutes", 40, "40 minutes"),
        ("min_share", 0.125, "at least 12.5% of commuters"),
        ("target_size", 25_000, "full size 25,000 residents in work"),
        ("vintage", 2021, "census 2021"),
        ("new_setting", "yes", "new setting yes"),
    ],
)
def test_thresholds_are_said_in_words(name: str, value: object, words: str) -> None:
    assert title_with_settings("X", [(name, value)]) == f"X (changed: {words})"


def test_nothing_changed_is_nothing_added() -> None:
    assert title_with_settings("X", []) == title_with_changes("X", []) == "X"


def test_a_scenario_is_named_like_the_option_that_it_equals(store: DataStore) -> None:
    council = read_council("anchorton", store=store)
    listed = option_zones("district+farley", council, store=store)
    made = Scenario.of("district").include("Farley").option(council, store=store)
    assert (made.id, made.title, made.zones) == (listed.id, listed.title, listed.zones)
    assert made.title == "Anchorton alone, plus Farley"


def test_a_scenario_names_its_threshold(store: DataStore) -> None:
    council = read_council("anchorton", store=store)
    made = Scenario.of("catchment").with_threshold(min_share=0.5).include("Farley")
    assert (
        made.option(council, store=store).title
        == "Catchment (changed: at least 50% of commuters), plus Farley"
    )


def test_a_blank_description_is_refused() -> None:
    stated = {
        "title": "T",
        "anchor": "Norwich",
        "options": {"district": {"title": "A", "description": " "}},
    }
    with pytest.raises(SettingError, match="description"):
        parse_council(stated, key="norwich")
