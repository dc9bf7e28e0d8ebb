"""The sentences that go with a verdict, word for word, for places made up by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localarea.classify.boundary import Boundary, DriveLimit
from localarea.classify.codes import NEAR_BOUNDARY, NEAR_LIMIT, Meaning
from localarea.classify.evidence import gatherer
from localarea.classify.sentences import (
    PostcodePlace,
    borderline_sentence,
    ended_sentence,
    explain_outward,
    explain_place,
    explain_unread,
    minutes_sentence,
    where_sentence,
)
from localarea.records import Verdict

BOUNDARY = Boundary("test", frozenset({"Z1"}), "msoa11", "the area 'Test'", "")
INSIDE = PostcodePlace("E", "Z1", "Old Town (Anchorton 001)", "D1", "Anchorton")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (INSIDE, "in Old Town (Anchorton 001), Anchorton, which is inside the area 'Test'"),
        (
            PostcodePlace("E", "Z2", "Mill Road", "D2", "Midham"),
            "in Mill Road, Midham, which is outside the area 'Test'",
        ),
        # A zone that bears its district's name, and one whose name is not known.
        (
            PostcodePlace("E", "Z2", "Midham 002", "D2", "Midham"),
            "in Midham 002, which is outside the area 'Test'",
        ),
        (
            PostcodePlace("E", "Z1", None, "D1", "Anchorton"),
            "in Z1, Anchorton, which is inside the area",
        ),
        # The ONS lists a few districts with a tail that nobody says.
        (
            PostcodePlace(
                "E", "Z2", "Ross-on-Wye (Herefordshire 022)", "D2", "Herefordshire, County of"
            ),
            "in Ross-on-Wye (Herefordshire 022), Herefordshire, which is outside the area 'Test'",
        ),
        (
            PostcodePlace("E", "Z2", "Bristol 032", "D2", "Bristol, City of"),
            "in Bristol 032, which is outside the area 'Test'",
        ),
        (PostcodePlace("S", "Z9"), "in Scotland, which is outside the area 'Test'"),
        (PostcodePlace("M"), "in the Isle of Man, which is outside the area 'Test'"),
    ],
)
def test_where_a_postcode_lies(place: PostcodePlace, said: str) -> None:
    assert where_sentence("It", place, BOUNDARY, ended=False).startswith(f"It is {said}")
    assert where_sentence("It", place, BOUNDARY, ended=True).startswith(f"It was {said}")


def test_a_withdrawn_postcode_was_where_it_was() -> None:
    gone = PostcodePlace("E", "Z1", "Old Town", "D1", "Anchorton", (202205, 202511))
    assert explain_place("CO1 1JB", Meaning("local", "terminated"), gone, BOUNDARY) == (
        "CO1 1JB was in Old Town, Anchorton, which is inside the area 'Test'. It was withdrawn "
        "between May 2022 and November 2025; the answer is for where it was."
    )


def test_a_postcode_without_a_place_is_said_to_have_none_and_was_nowhere() -> None:
    never = PostcodePlace("")
    said = where_sentence("This postcode", never, BOUNDARY, ended=False)
    assert said == "This postcode has no place on the map: it may be that of a PO box."
    gone = replace(never, ended=(199707, 199707))
    assert explain_place("AB11 3AG", Meaning("unknown", "terminated"), gone, BOUNDARY) == (
        "AB11 3AG had no place on the map: it may have been that of a PO box. It was withdrawn in "
        "July 1997."
    )


def test_one_month_is_no_interval() -> None:
    assert ended_sentence((201902, 201902)).startswith("It was withdrawn in February 2019;")


def test_the_distance_is_told_where_it_is_known() -> None:
    meaning = Meaning("local", "in_area", borderline=True)
    for metres, far in ((412.4, "412"), (1_234.5, "1,234"), (None, "at most 500")):
        assert explain_place("It", meaning, INSIDE, BOUNDARY, metres).endswith(
            f" It is {far} metres from the boundary, so it counts as borderline."
        )


def test_both_grounds_of_a_borderline_are_told_and_each_alone() -> None:
    timed = Boundary(
        "test", frozenset({"Z1"}), "msoa11", "it", "", drive=DriveLimit("Anchorton", 30.0, 5.2)
    )
    line = "t is 7 metres from the boundary"
    road = (
        "ts minutes door to door by car are within 5.2 of the limit of 30, which is within their "
        "margin of error"
    )
    ending = ", so it counts as borderline."
    assert borderline_sentence(timed, 7.0, NEAR_BOUNDARY) == f"I{line}{ending}"
    assert borderline_sentence(timed, 7.0, NEAR_LIMIT) == f"I{road}{ending}"
    both = NEAR_BOUNDARY + NEAR_LIMIT
    assert borderline_sentence(timed, 7.0, both) == f"I{line}, and i{road}{ending}"


def test_an_outward_code_tells_how_many_of_its_postcodes_are_inside() -> None:
    half = "CO6 is only the first half of a postcode"
    assert explain_outward("CO6", 300, 1_000, BOUNDARY) == (
        f"{half}: 300 of its 1,300 live postcodes (23%) are inside the area 'Test'. "
        "Give the whole postcode for an answer."
    )
    assert explain_outward("CO6", 0, 8, BOUNDARY) == (
        f"{half}: 0 of its 8 live postcodes (0%) are inside the area 'Test'."
    )
    assert explain_outward("CO6", 0, 0, BOUNDARY) == f"{half}, and none of its postcodes is live."


def test_what_is_not_read_is_told_with_what_is_wrong() -> None:
    blank, bad = Meaning("unknown", "blank"), Meaning("unknown", "malformed")
    assert explain_unread("''", blank, "2025-11") == "No postcode was given."
    assert explain_unread("'x'", bad, "2025-11", "too short") == (
        "'x' cannot be read as a UK postcode: too short. Please check it."
    )
    assert explain_unread("CO1 0AA", Meaning("unknown", "not_in_directory"), "2025-02") == (
        "CO1 0AA is not in the postcode directory of February 2025. "
        "It may be mistyped, or newer than the directory."
    )


def test_what_was_read_but_is_no_postcode_is_told() -> None:
    several, abroad = Meaning("unknown", "several"), Meaning("not_local", "abroad")
    give = "Give the one that counts."
    assert explain_unread("'x'", several, "2025-11", "CO1 1JB, CO1 1JA") == (
        f"More than one postcode was given (CO1 1JB, CO1 1JA). {give}"
    )
    assert explain_unread("'x'", several, "2025-11") == f"More than one postcode was given. {give}"
    assert explain_unread("'x'", Meaning("unknown", "withheld"), "2025-11") == (
        "The postcode was withheld, as those of private individuals are."
    )
    assert explain_unread("'D02 AF30'", abroad, "2025-11", "a postcode of Ireland") == (
        "'D02 AF30' is a postcode of Ireland, which is not local."
    )
    assert explain_unread("It", abroad, "2025-11") == (
        "This is in another country or territory, which is not local."
    )
    assert explain_unread("This", Meaning("unknown", "malformed"), "2025-11") == (
        "This cannot be read as a UK postcode. Please check it."
    )
    unlisted = explain_unread("HM10", Meaning("unknown", "not_in_directory"), "2025-11")
    assert "or a postcode of Bermuda: if so, give the country as well" in unlisted


def test_a_share_that_is_nearly_all_or_nearly_none_is_not_rounded_to_it() -> None:
    assert "999 of its 1,000 live postcodes (over 99%)" in explain_outward("X", 999, 1, BOUNDARY)
    assert "1 of its 1,000 live postcodes (under 1%)" in explain_outward("X", 1, 999, BOUNDARY)


def test_minutes_are_told_whole_or_that_no_road_leads_there() -> None:
    start = "the centre of Anchorton"
    assert minutes_sentence(9, start) == f"It is about 1 minute door to door by car from {start}."
    assert minutes_sentence(-1, start) == f"No road leads there from {start}."


@pytest.mark.parametrize(
    ("zone", "standing", "said"),
    [
        ("Z1", "core", "It is local in 2 of the council's 2 options. The boundary is 1,234 metres"),
        ("Z2", "contested", "It is local in 1 of the council's 2 options."),
        ("Z9", "outside", "It is local in 0 of the council's 2 options."),
    ],
)
def test_evidence_tells_in_how_many_options_it_is_local(
    zone: str, standing: str, said: str
) -> None:
    gather = gatherer(BOUNDARY, [("a", {"Z1"}), ("b", {"Z1", "Z2"})])
    verdict = Verdict("CO1 1JB", "local", False, "in_area", "", "test", "2025-11", zone=zone)
    found = gather(replace(verdict, metres_to_boundary=1_234.4))
    assert (found.standing, found.split) == (standing, False)
    assert found.sentence().startswith(said)
    assert found.as_dict()["local_in"] == list(found.local_in)
    on_both = gather(replace(verdict, metres_to_boundary=0.0))
    assert on_both.split
    assert on_both.sentence().endswith("sides of the boundary: ask for the address itself.")
    unplaced = gather(replace(verdict, zone=None))
    assert (unplaced.standing, unplaced.split, unplaced.sentence()) == (None, None, "")
    assert gatherer(BOUNDARY, [])(verdict).standing is None
