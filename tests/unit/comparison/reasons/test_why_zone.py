"""Why a zone is in an option or out of it, in a county of twelve zones worked by hand."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from options_county import A, F, M

from localarea.cli.questions import _beside
from localarea.comparison.reasons import by_area
from localarea.comparison.reasons.by_commuting import (
    catchment_reason,
    containment_beside,
    drive_reason,
)
from localarea.comparison.reasons.reason import Asked
from localarea.comparison.reasons.why import neighbours_of, why_zone
from localarea.errors import PlaceNotFoundError
from localarea.options.council import Council, parse_council
from localarea.options.membership import compute_options, option_zones
from localarea.options.methods.registry import METHODS
from localarea.options.zone_figures import flow_matrix

if TYPE_CHECKING:
    from localarea.comparison.reasons.reason import ZoneReason
    from localarea.datasets.store import DataStore


def why(zone: str, option: str, council: Council, store: DataStore) -> ZoneReason:
    methods = [option_zones(spec.id, council, store=store) for spec in council.options]
    return why_zone(zone, option_zones(option, council, store=store), council, methods, store=store)


def test_a_list_of_districts_names_the_district(council: Council, store: DataStore) -> None:
    told = why(M[0], "districts", council, store)
    assert told.inside
    assert "lies in Midham, which is on its list" in told.reason.sentence
    assert "(Anchorton and Midham)" in told.reason.sentence
    assert told.reason.turns[0].startswith("Taking Midham off the list would turn all of its 4")


def test_a_catchment_says_how_many_commuters_would_turn_it(
    council: Council, store: DataStore
) -> None:
    told = why(M[0], "catchment", council, store).reason
    # Of Midham's first zone 80 travel to work, 30 of them to Anchorton: 37.5%. A quarter is 20.
    assert "30 of the 80 commuters of Zone 05 work in Anchorton: 37.5%" in told.sentence
    assert told.turns == (
        "A threshold above 37.50% would leave it out.",
        "So would 11 fewer of its 80 commuters to Anchorton, at the threshold as it is.",
    )


def test_a_zone_outside_a_catchment_says_how_many_more(council: Council, store: DataStore) -> None:
    told = why(F[0], "catchment", council, store)
    # 5 of Farley's 50 go to Anchorton; a quarter of 50 is 12.5, so 13: eight more.
    assert not told.inside
    assert told.reason.turns[0] == "A threshold of 10.00% or less would take it in."
    assert told.reason.turns[1].startswith("So would 8 more of its 50 commuters")


@pytest.mark.parametrize(
    ("people", "least", "says"),
    [
        # 461 of 3,078 are 14.977%: with one decimal place, the 15.0% that would take it in.
        (461, 0.15, "work in Anchorton: 14.97%, and the option takes in zones from 15%."),
        (462, 0.15, "work in Anchorton: 15.0%, and the option takes in zones from 15%."),
        (387, 0.125, "work in Anchorton: 12.6%, and the option takes in zones from 12.5%."),
    ],
)
def test_a_share_just_below_the_threshold_does_not_read_as_the_threshold(
    people: int, least: float, says: str
) -> None:
    row = pd.Series({"to_anchor": people, "to_anchor_share": people / 3078})
    told = catchment_reason("Zed", "Anchorton", row, 3078.0, least, "a table")
    assert told.sentence.endswith(says)
    assert f" {told.measures[0].text}, and" in told.sentence


def test_the_anchor_itself_is_always_in(council: Council, store: DataStore) -> None:
    assert "always in" in why(A[0], "catchment", council, store).reason.sentence


def test_an_official_area_names_both_areas_and_the_majority(
    council: Council, store: DataStore
) -> None:
    told = why(F[0], "ttwa-official", council, store)
    assert told.reason.sentence == (
        "Zone 09 is in the official travel to work area of Farley (2011), and the option is that "
        "of Anchorton."
    )
    numbers = {measure.name: measure.value for measure in told.reason.measures}
    # Between Zone 09 and Anchorton's area: 5 go there and 10 come from there; nobody to Farley's.
    assert (numbers["other_commuters"], numbers["own_commuters"]) == (15, 0)
    assert numbers["majority"] == 1
    assert told.reason.steps


def test_a_variant_says_that_a_hand_decided(council: Council, store: DataStore) -> None:
    told = why(F[0], "district+farley", council, store)
    assert (told.inside, told.by_hand) == (True, "Farley")
    assert told.reason.sentence.startswith(
        "This variant was made by hand: Farley was put into “Anchorton alone”. By the method "
        "itself: Zone 09 lies in Farley, which is not on its list"
    )
    other = why(A[0], "district+farley", council, store)
    assert other.by_hand == ""


def test_methods_are_counted_each_once(council: Council, store: DataStore) -> None:
    told = why(M[0], "district", council, store)
    # In "districts", the official area of the first six zones, and the catchment; not "district".
    assert (told.methods_inside, told.methods) == (3, 4)


def test_neighbours_share_a_border_and_say_their_standing(
    council: Council, store: DataStore
) -> None:
    found = neighbours_of(A[1], option_zones("district", council, store=store), store=store)
    # Squares of a kilometre: one to each side, one above; those at the corners share a point only.
    assert [(n.zone, n.inside, n.border_m) for n in found] == [
        (A[0], True, 1000),
        (A[2], True, 1000),
        (M[1], False, 1000),
    ]


def test_every_option_explains_every_zone_and_agrees_with_itself(
    council: Council, store: DataStore
) -> None:
    for option in compute_options(council, store=store):
        for zone in (*A, *M, *F):
            told = why_zone(zone, option, council, store=store)
            assert told.inside == (zone in option.zones)
            assert told.reason.sentence.endswith(".")
            json.dumps(told.as_document(), allow_nan=False)


def test_commuters_of_another_census_are_those_of_the_zone_that_holds_most(
    council: Council, store: DataStore
) -> None:
    later = parse_council(
        {
            "title": "Anchorton Council",
            "anchor": "Anchorton",
            "options": {"later": {"method": "ttwa-computed", "title": "Later", "vintage": 2021}},
        },
        key="anchorton",
    )
    option = option_zones("later", later, store=store)
    told = why_zone(F[3], option, later, store=store).reason
    # Farley's last zone was split in two equal halves: of equals, the last code is taken.
    assert "(E02000099), which holds most of its postcodes" in told.notes[0]
    # In 2021 everybody works in the zone where they live, so that none is linked with another.
    assert told.turns[0].startswith("Nobody commutes between it and the area of")
    assert told.steps[0].startswith("Zone 99 founded an area of its own")


def test_every_method_has_a_reason() -> None:
    from localarea.comparison.reasons.why import _REASONS

    assert set(_REASONS) == set(METHODS)


def test_a_zone_that_is_not_there_is_refused(council: Council, store: DataStore) -> None:
    with pytest.raises(PlaceNotFoundError):
        why("E02999999", "district", council, store)


def test_self_containment_with_a_zone_and_without(store: DataStore) -> None:
    # Anchorton alone: 90 of 130 residents and of 125 jobs. With Midham's first zone: 90 + 20 + 30
    # + 50 + 20 at home = 210 of 230 residents, and of 215 jobs (125 + 90).
    both = containment_beside(flow_matrix(2011, store=store), A, M[0])
    assert both == pytest.approx((210 / 230, 90 / 130))


@pytest.mark.parametrize(
    ("minutes", "turn", "uncertain"),
    [
        (20.0, "A limit below 20.0 minutes would leave it out.", False),
        (29.3, "A limit below 29.3 minutes would leave it out.", True),
        (31.2, "A limit of 31.2 minutes or more would take it in: drive-32 is the shortest in "
               "whole minutes.", True),
    ],
)  # fmt: skip
def test_minutes_say_the_limit_that_turns_them(minutes: float, turn: str, uncertain: bool) -> None:
    told = drive_reason("Zed", "the centre", minutes, 30, "a table")
    assert told.turns == (turn,)
    assert bool(told.notes) == uncertain  # the minutes are good to about 5


def test_no_limit_takes_in_what_no_road_leads_to() -> None:
    told = drive_reason("Zed", "the centre", float("inf"), 30, "a table")
    assert "cannot be reached" in told.sentence
    assert told.turns == ()


def test_a_threshold_is_rounded_so_that_it_turns_the_zone() -> None:
    row = pd.Series({"to_anchor": 183.0, "to_anchor_share": 183 / 2114})
    told = catchment_reason("Zed", "Town", row, 2114, 0.15, "a table")
    # 8.6566%: with a threshold of 8.66% it would still be outside.
    assert told.turns[0] == "A threshold of 8.65% or less would take it in."
    # 15% of 2,114 are 317.1, so 318: 135 more.
    assert told.turns[1].startswith("So would 135 more")


def test_a_region_that_holds_all_of_an_area_is_told_of_no_share_above_all(
    monkeypatch: pytest.MonkeyPatch, council: Council, store: DataStore
) -> None:
    half = SimpleNamespace(title="North", names="Anchorton")
    monkeypatch.setattr(by_area, "mandate_reading", lambda *_: SimpleNamespace(halves=(half,)))
    monkeypatch.setattr(by_area, "official_area_of", lambda _: ("T1", 1.0))
    monkeypatch.setattr(by_area, "official_areas", lambda _: (None, {"T1": "Anchorton"}))
    asked = Asked(A[0], tuple(A), {"min_inside": 0.125}, council, store)
    for there, turn in (
        (1.0, "All of its working residents live there, so that no share would leave it out."),
        (0.9, "A least share above 90.00% would leave the whole area out."),
    ):
        shares = pd.DataFrame({"share": {"T1": there}})
        monkeypatch.setattr(by_area, "areas_by_share", lambda *_, found=shares: found)
        told = by_area.of_region(asked)
        assert told.turns == (turn,)
        assert told.sentence.endswith("the option takes in areas from 12.5%.")


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        ([], "No zone borders on it."),
        ([True], "Its only neighbour, Zone 1, is inside."),
        ([False, False], "Of its 2 neighbours none is inside."),
        ([True, False], "Of its 2 neighbours 1 is inside: Zone 1."),
        ([True, True, False], "Of its 3 neighbours 2 are inside: Zone 1; Zone 2."),
        ([True, True], "Of its 2 neighbours all are inside: Zone 1; Zone 2."),
    ],
)
def test_neighbours_are_counted_as_people_count(standing: list[bool], says: str) -> None:
    beside = [SimpleNamespace(name=f"Zone {i}", inside=at) for i, at in enumerate(standing, 1)]
    assert _beside(SimpleNamespace(neighbours=beside)) == says  # type: ignore[arg-type]
