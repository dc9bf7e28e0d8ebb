"""Councils by their style, their Welsh name or one for short; and counties, which are no place."""

from __future__ import annotations

import unicodedata

import pytest

from localarea.errors import (
    CouncilNotFoundError,
    InputError,
    OutsideCoverageError,
    PlaceNotFoundError,
)
from localarea.options.by_name.any_council import find_council
from localarea.places.council_names import WELSH, about_county, council_district, written_out
from localarea.places.counties import FORMER, read_counties
from localarea.places.gazetteer import fold, read_gazetteer
from localarea.places.resolve import resolve_place


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("Ynys Môn", "Isle of Anglesey"),
        ("YNYS MÔN", "Isle of Anglesey"),
        ("Ynys Mon", "Isle of Anglesey"),
        (unicodedata.normalize("NFD", "Ynys Môn"), "Isle of Anglesey"),
        ("Cyngor Sir Ynys Môn", "Isle of Anglesey"),
        ("Anglesey", "Isle of Anglesey"),  # and not the zone Clayhall & Anglesey of Gosport
        ("Cyngor Gwynedd", "Gwynedd"),
        ("Cyngor Sir Gâr", "Carmarthenshire"),
        ("Cyngor Bwrdeistref Sirol Pen-y-bont ar Ogwr", "Bridgend"),
        ("Rhondda Cynon Taf County Borough Council", "Rhondda Cynon Taf"),
        ("City and County of Swansea", "Swansea"),
        ("Cornwall Council", "Cornwall"),
        ("Westminster City Council", "Westminster"),
        ("City of Westminster", "Westminster"),
        ("LONDON BOROUGH OF HACKNEY", "Hackney"),
        ("The Royal Borough of Kensington & Chelsea", "Kensington and Chelsea"),
        ("City of London Corporation", "City of London"),
        ("City of Bradford Metropolitan District Council", "Bradford"),
        ("Borough Council of King\u2019s Lynn & West Norfolk", "King's Lynn and West Norfolk"),
        ("Council of the Isles of Scilly", "Isles of Scilly"),
        ("BCP Council", "Bournemouth, Christchurch and Poole"),
        ("Hull City Council", "Kingston upon Hull, City of"),
        ("Durham County Council", "County Durham"),
        ("Newcastle City Council", "Newcastle upon Tyne"),
        ("Bristol City Council", "Bristol, City of"),
        ("district:Caerdydd", "Cardiff"),
        ("Saint Helens", "St. Helens"),
        ("Bucks", "Buckinghamshire"),
        ("Wilts", "Wiltshire"),  # and not W1 1TS, for which the I and the L are slips
        ("North Herts Council", "North Hertfordshire"),
        ("NW Leics", "North West Leicestershire"),
        ("N. E. Lincs", "North East Lincolnshire"),
        ("E. Riding of Yorks", "East Riding of Yorkshire"),
        ("Bath & NE Somerset", "Bath and North East Somerset"),
        ("Co. Durham", "County Durham"),
        ("LB Hackney", "Hackney"),
        ("Tewkesbury Borough Council", "North Gloucestershire"),  # renamed, with the same code
        ("Shepway", "Folkestone and Hythe"),
    ],
)
def test_a_council_is_its_district(text: str, district: str) -> None:
    place = resolve_place(text)
    assert (place.kind, place.name) == ("district", district)


def test_every_welsh_name_is_of_a_council_of_wales() -> None:
    districts = read_gazetteer("msoa11").districts
    assert {code for code in WELSH.values() if code not in districts} == set()
    assert all(code.startswith("W06") for code in WELSH.values())


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Hull", "ttwa"), ("Newcastle", "ttwa"), ("Durham", "town"), ("Norfolk Park", "zone")],
)
def test_a_name_that_is_a_town_s_stays_the_town_s(text: str, kind: str) -> None:
    assert resolve_place(text).kind == kind


def test_a_former_council_is_its_former_district() -> None:
    place = resolve_place("Craven District Council")
    assert (place.kind, place.name) == ("former_district", "Craven")


@pytest.mark.parametrize(
    ("text", "county", "district"),
    [
        ("Essex", "Essex", "Uttlesford"),  # and not E5 5EX, for which S is a slip
        ("Kent County Council", "Kent", "Thanet"),
        ("Norfolk", "Norfolk", "Breckland"),  # and not Norfolk Park, Sheffield
        ("surrey", "Surrey", "Woking"),  # and not Surrey Quays, Southwark
        ("E10000012", "Essex", "Basildon"),
        ("West Yorkshire Combined Authority", "West Yorkshire", "Kirklees"),
        ("Herts", "Hertfordshire", "Dacorum"),
        ("Notts County Council", "Nottinghamshire", "Gedling"),
        ("Hants", "Hampshire", "Test Valley"),
        ("W Sussex", "West Sussex", "Arun"),
    ],
)
def test_a_county_is_refused_with_its_districts(text: str, county: str, district: str) -> None:
    with pytest.raises(InputError, match=f"^{county} is a county; name a district in it: ") as told:
        resolve_place(text)
    assert district in str(told.value)
    with pytest.raises(CouncilNotFoundError, match=f"^{county} is a county; "):
        find_council(text)
    # Whoever writes as a county council is told what one does; "name a district" is no way for it.
    assert ("keeps a file of its own" in str(told.value)) == text.endswith("County Council")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Cumbria County Council",
            "Cumbria was a county until 2023; name a district in it: Cumberland or Westmorland and "
            "Furness",
        ),
        ("Northants", "Northamptonshire was a county until 2021; name a district in it: North No"),
        ("Cheshire", "Cheshire was a county until 2009; name a district in it: Cheshire East, "),
        ("Cleveland", "Cleveland was a county until 1996; name a district in it: Hartlepool, "),
        ("Avon", "Avon was a county until 1996; name a district in it: Bath and North East Somers"
        "et, Bristol, North Somerset or South Gloucestershire"),
        ("Gwent", "Gwent was a county until 1996; name a district in it: Blaenau Gwent, "),
        ("Westmorland", "Westmorland was a county until 1974; name Westmorland and Furness"),
        ("Sussex", "Sussex was a county until 1974; name a district in it: Adur, Arun, Brighton a"),
        ("Greater London", "Greater London has no council of its own here; name a district in it:"),
        ("Wales", "Wales is a country; name a district, town, zone or postcode, such as Cardiff"),
    ],
)  # fmt: skip
def test_a_county_without_a_council_and_a_country_say_what_to_name(text: str, said: str) -> None:
    with pytest.raises(InputError) as told:
        resolve_place(text)
    assert str(told.value).startswith(said)
    with pytest.raises(CouncilNotFoundError) as refused:
        find_council(text)
    assert str(refused.value).startswith(said)


def test_former_counties_are_of_districts_that_there_are() -> None:
    gazetteer, counties = read_gazetteer("msoa11"), read_counties()
    known = {*gazetteer.districts, *counties.members}
    assert {code for county in FORMER for code in county.within} <= known
    assert not {fold(one.name) for one in FORMER} & {fold(n) for n in gazetteer.districts.values()}


def test_no_name_of_a_place_is_taken_for_an_abbreviation() -> None:
    gazetteer = read_gazetteer("msoa11")
    known = {fold(name) for name in (*gazetteer.names(), *gazetteer.ons_names.values())}
    out = {name: written_out(name, gazetteer) for name in known}
    assert out["south hams"] == "south hampshire"  # which is no district, so it does no harm
    assert not [name for name, one in out.items() if one and council_district(one, gazetteer)]
    assert not [name for name, one in out.items() if one and about_county(one, gazetteer)]


def test_a_new_name_of_a_council_is_said() -> None:
    place = resolve_place("Tewkesbury")
    assert (place.code, place.note) == (
        "E07000083",
        "Tewkesbury is now called North Gloucestershire",
    )
    assert find_council("Tewkesbury").anchor == "North Gloucestershire"


@pytest.mark.parametrize("text", ["Edinburgh", "Glasgow City Council", "Dundee"])
def test_a_city_of_scotland_is_told_as_such(text: str) -> None:
    with pytest.raises(OutsideCoverageError, match="is in Scotland"):
        resolve_place(text)
    with pytest.raises(CouncilNotFoundError, match="is in Scotland"):
        find_council(text)


def test_what_is_not_known_says_what_to_name() -> None:
    with pytest.raises(PlaceNotFoundError, match="name a district, town, zone, postcode or lat"):
        resolve_place("xqzzq jjqx")
    with pytest.raises(PlaceNotFoundError, match="nearest: Hackney"):
        resolve_place("London Borough of Hackny")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ynys Môn", "isle-of-anglesey"),
        ("Hull City Council", "kingston-upon-hull-city-of"),
        ("Norwich City Council", "norwich"),
    ],
)
def test_a_council_is_found_by_its_style(text: str, key: str) -> None:
    assert find_council(text).key == key


def test_a_former_council_says_what_replaced_it() -> None:
    with pytest.raises(CouncilNotFoundError, match="Craven is now part of North Yorkshire: name"):
        find_council("Craven")
