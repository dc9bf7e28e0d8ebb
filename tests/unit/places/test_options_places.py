"""Places as people name them, in the real country."""

from __future__ import annotations

import pytest

from localarea.errors import (
    AmbiguousPlaceError,
    InputError,
    OutsideCoverageError,
    PlaceNotFoundError,
    PostcodeNotFoundError,
)
from localarea.places.gazetteer import read_gazetteer
from localarea.places.resolve import resolve_district, resolve_place


@pytest.mark.parametrize(
    ("text", "kind", "name", "count"),
    [
        ("Ipswich", "district", "Ipswich", 16),
        ("  iPSWICH ", "district", "Ipswich", 16),
        ("E07000202", "district", "Ipswich", 16),
        ("e07000202", "district", "Ipswich", 16),
        ("Bristol", "district", "Bristol, City of", 55),
        ("ttwa:Ipswich", "ttwa", "Ipswich", None),
        ("TTWA: E30000222", "ttwa", "Ipswich", None),
        ("Clacton", "ttwa", "Clacton", 14),
        ("St. Edmundsbury", "former_district", "St Edmundsbury", 14),
        ("E07000204", "former_district", "St Edmundsbury", 14),
        ("E08000016", "district", "Barnsley", None),
        ("E02004520", "zone", None, 1),
        ("Colchester 001", "zone", None, 1),
        ("Wivenhoe", "zone", "Wivenhoe & University", 1),
        ("zone:Sudbury", "zone", "Sudbury", 1),
        ("Harwich", "town", "Harwich", 3),
        ("CO1 1JB", "postcode", "CO1 1JB", 1),
        ("co11jb", "postcode", "CO1 1JB", 1),
        ("postcode:CO1 1JB", "postcode", "CO1 1JB", 1),
        ("51.889, 0.904", "point", "51.889, 0.904", 1),
        ("51.889 0.904", "point", "51.889 0.904", 1),
        ("Aberystwith", None, None, None),
        ("Swansea", "district", "Swansea", None),
    ],
)
def test_place(text: str, kind: str | None, name: str | None, count: int | None) -> None:
    if kind is None:
        with pytest.raises(PlaceNotFoundError):
            resolve_place(text)
        return
    place = resolve_place(text)
    assert place.kind == kind
    assert name is None or place.name == name
    assert place.zones == tuple(sorted(set(place.zones)))
    assert len(place.zones) == count if count else place.zones


def test_postcode_and_point_agree_on_the_zone() -> None:
    postcode, point = resolve_place("CO1 1JB"), resolve_place("51.8898,0.8942")
    assert postcode.point is not None
    assert point.point is not None
    assert abs(postcode.point[0] - point.point[0]) < 2_000
    assert point.zones[0] in resolve_place("Colchester").zones


def test_what_is_not_to_the_letter_is_said() -> None:
    assert "now part of West Suffolk" in (resolve_place("St Edmundsbury").note or "")
    assert "all of Somerset is used" in (resolve_place("Somerset West and Taunton").note or "")
    assert "CO1 1JB" in (resolve_place("C01 1JB").note or "")
    assert "3 zones of Tendring" in (resolve_place("Harwich").note or "")
    assert resolve_place("Ipswich").note is None


def test_former_district_lies_in_its_successor() -> None:
    former, now = resolve_place("Suffolk Coastal"), resolve_place("East Suffolk")
    assert set(former.zones) < set(now.zones)


def test_zones_of_2021_are_found_too() -> None:
    place = resolve_place("Ipswich", zone_system="msoa21")
    known = read_gazetteer("msoa21").zone_district
    assert {known[zone] for zone in place.zones} == {"E07000202"}


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("Ipswitch", PlaceNotFoundError, "nearest: Ipswich"),
        ("ttwa:Colchestr", PlaceNotFoundError, "Colchester"),
        ("E07999999", PlaceNotFoundError, "E07999999"),
        ("Sudbury", AmbiguousPlaceError, "E02006233 (Sudbury, Babergh)"),
        ("Glasgow City", OutsideCoverageError, "Scotland"),
        ("S12000036", OutsideCoverageError, "Scotland"),
        ("S02001236", OutsideCoverageError, "Scotland"),
        ("EH1 1YZ", OutsideCoverageError, "Scotland"),
        ("BT1 1AA", OutsideCoverageError, "Northern Ireland"),
        ("IM1 1AA", OutsideCoverageError, "Isle of Man"),
        ("56.0,-3.5", OutsideCoverageError, "no zone"),
        ("48.85,2.35", OutsideCoverageError, "no zone"),
        ("151.9,0.9", InputError, "latitude first"),
        ("CO1", InputError, "first half"),
        ("XX9 9XX", PostcodeNotFoundError, "XX9 9XX"),
        ("", InputError, "blank"),
        (" \t", InputError, "blank"),
    ],
)
def test_error_says_what_to_do(text: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error) as caught:
        resolve_place(text)
    assert says in str(caught.value)


def test_district_wins_over_travel_to_work_area() -> None:
    assert set(resolve_place("Colchester").zones) < set(resolve_place("ttwa:Colchester").zones)
    assert resolve_district("colchester").code == "E07000071"


def test_long_lists_of_candidates_are_cut_short() -> None:
    with pytest.raises(AmbiguousPlaceError, match=r"or [0-9]+ more"):
        resolve_place("North")
