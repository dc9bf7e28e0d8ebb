"""How the name of a place was read: said always, with what else it could mean."""

from __future__ import annotations

import pytest

from localarea.places.gazetteer import read_gazetteer
from localarea.places.readings import how_read
from localarea.places.resolve import resolve_place


def said(text: str) -> str:
    return how_read(text, resolve_place(text))


def test_a_travel_to_work_area_is_not_taken_for_the_town_without_a_word() -> None:
    # The ONS's area of Clacton has 14 zones; six are named after the town, three after Harwich.
    told = said("Clacton")
    assert told.startswith("Clacton is read as the travel to work area of 2011 Clacton (14 zones, ")
    assert "Harwich Parkeston" in told
    assert told.endswith("to mean the zones that bear its name (6 zones), write town:Clacton")


@pytest.mark.parametrize(
    ("text", "begins", "other"),
    [
        ("Ipswich", "Ipswich is read as the district Ipswich (16 zones)", "write ttwa:Ipswich"),
        ("Colchester", "Colchester is read as the district", "write ttwa:Colchester"),
        ("Braintree", "Braintree is read as the district", "write town:Braintree"),
    ],
)
def test_what_else_a_name_means_is_offered(text: str, begins: str, other: str) -> None:
    assert said(text).startswith(begins)
    assert other in said(text)


@pytest.mark.parametrize("text", ["ttwa:Clacton", "zone:Clacton", "E02004520", "Babergh"])
def test_a_name_without_other_readings_offers_none(text: str) -> None:
    assert "read as" in said(text)
    assert "to mean" not in said(text)


def test_what_is_offered_is_understood() -> None:
    asked = said("Clacton").rpartition("write ")[2]
    assert len(resolve_place(asked).zones) == 6


@pytest.mark.parametrize("text", ["51.889,0.904", "CO1 1FS"])
def test_a_point_and_a_postcode_are_never_in_doubt(text: str) -> None:
    assert said(text) == (resolve_place(text).note or "")


def test_what_a_name_does_not_mean_costs_no_search_for_the_nearest_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def searched(*_: object, **__: object) -> list[str]:
        raise AssertionError("the nearest names are for whoever is told that there is no place")

    monkeypatch.setattr("localarea.errors.nearest_names", searched)
    assert said("Babergh") == "Babergh is read as the district Babergh (11 zones)"  # no other


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # By the names of the House of Commons Library, each of these zones is of the town.
        ("Witham", {"Witham Town", "North Witham", "West Witham",
                    "Witham South, Hatfield Peverel & White Notley"}),
        ("Frinton", {"Frinton West & Kirby", "Walton & Frinton Coastal"}),
        ("Sudbury, Babergh", {"Sudbury", "North Sudbury & Long Melford"}),
        ("zone:Sudbury, Babergh", {"Sudbury"}),
    ],
)  # fmt: skip
def test_a_town_is_every_zone_of_its_district_that_bears_its_name(
    text: str, names: set[str]
) -> None:
    known = read_gazetteer("msoa11").zone_names
    assert {known[code] for code in resolve_place(text).zones} == names


def test_zones_beside_a_small_town_are_named_because_no_table_says_where_it_ends() -> None:
    # The town of Sudbury goes on into Great Cornard, across the Stour: of the zones that share a
    # border with its two, none is nearer.
    told = said("Sudbury, Babergh")
    assert "2 zones of Babergh" in told
    assert "Beside them, to be named too if they are meant: Great Cornard; " in told
    for exact in ("zone:Sudbury, Babergh", "Great Cornard, Babergh", "E02006233", "town:Clacton"):
        assert "Beside" not in said(exact), exact
