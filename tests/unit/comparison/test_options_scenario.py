"""What-ifs: immutable, named after what they change, and plain about what did nothing."""

from __future__ import annotations

import dataclasses

import pytest

from localarea.comparison.scenario import Scenario
from localarea.errors import EmptyResultError, InputError, OptionNotFoundError, PlaceNotFoundError
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.places.resolve import resolve_place


def test_scenario_is_immutable_and_hashable() -> None:
    start = Scenario.of("ttwa-official")
    more = start.include("Ipswich")
    assert start.changes == ()
    assert len({start, more, Scenario.of("ttwa-official").include(" Ipswich ")}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        more.base = "district"  # type: ignore[misc]


def test_scenario_of_ipswich_is_the_listed_option() -> None:
    listed = option_zones("ttwa-official+ipswich", read_council())
    what_if = Scenario.of("ttwa-official").include("Ipswich").option()
    assert (what_if.id, what_if.title) == (listed.id, listed.title)
    assert what_if.zones == listed.zones
    stated = dict(what_if.parameters)
    (note,) = stated.pop("notes")  # only a scenario was written by somebody who may be misread
    assert note.startswith("Ipswich is read as the district Ipswich (16 zones); to mean ")
    assert stated == listed.parameters
    assert what_if.vintages == listed.vintages


def test_the_later_change_wins() -> None:
    zone = resolve_place("Ipswich").zones[0]
    out = Scenario.of("district").include("Ipswich").exclude(zone).option()
    back = Scenario.of("district").exclude(zone).include("Ipswich").option()
    assert zone not in out.zones
    assert zone in back.zones
    assert len(out.zones) + 1 == len(back.zones)


def test_a_scenario_starts_from_an_option_and_its_form() -> None:
    base = option_zones("districts+ipswich", read_council())
    option = Scenario.of(base).exclude("Ipswich").option()
    assert option.zones == option_zones("districts", read_council()).zones
    assert option.parameters["include"] == ("Ipswich",)
    assert option.parameters["exclude"] == ("Ipswich",)


def test_what_did_nothing_is_noted() -> None:
    option = Scenario.of("district").exclude("Norwich").include("E02004520").option()
    read, outside, zone, inside = option.parameters["notes"]
    assert read.startswith("Norwich is read as the district Norwich")
    assert outside == "Norwich was not inside, so removing it changes nothing"
    assert zone == "E02004520 is read as the zone Shrub End (1 zone)"
    assert "already inside" in inside
    assert option.zones == option_zones("district", read_council()).zones


def test_nothing_left_is_an_error() -> None:
    with pytest.raises(EmptyResultError, match="exclude fewer"):
        Scenario.of("district").exclude("Colchester").option()


def test_errors_of_names() -> None:
    with pytest.raises(PlaceNotFoundError, match="Ipswich"):
        Scenario.of("district").include("Ipswitch").option()
    with pytest.raises(OptionNotFoundError, match="district"):
        Scenario.of("distric").include("Ipswich").option()
    with pytest.raises(InputError, match="blank"):
        Scenario.of("district").include(" ")
