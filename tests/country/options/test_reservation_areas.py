"""
Areas to which contracts may be reserved, checked by hand for thirteen authorities.

Districts of each county and what borders it are from the map of England, not from our tables.
"""

from __future__ import annotations

import pandas as pd
import pytest

from localarea.cli.options import option_tables
from localarea.comparison.scenario import Scenario
from localarea.datasets.districts import read_districts
from localarea.datasets.store import default_store
from localarea.errors import InputError, SettingError
from localarea.options.by_name.any_council import council_of_anchor
from localarea.options.council import Council, parse_council, read_council
from localarea.options.membership import option_ids, option_title, option_zones
from localarea.options.reservation import reservation_fault
from localarea.options.reserving import RESERVING, with_authorities
from localarea.places.counties import FACING, bordering_counties, read_counties

ESSEX = {f"E070000{n}" for n in range(66, 78)}  # twelve, without Southend and Thurrock
NORFOLK = {f"E070001{n}" for n in range(43, 50)}  # Breckland ... South Norfolk, seven
GLOUCESTERSHIRE = {f"E070000{n}" for n in range(78, 84)}  # Cheltenham ... Tewkesbury, six
GREATER_MANCHESTER = {f"E080000{n:02}" for n in range(1, 11)}  # Bolton ... Wigan, ten
ALONE = object()

# Anchor; the districts of its county (ALONE: a unitary authority or a London borough); what
# borders that county.
BY_HAND = [
    (
        "Colchester",
        ESSEX,
        {
            *("Cambridgeshire", "Hertfordshire", "Suffolk", "Southend-on-Sea", "Thurrock"),
            *("Enfield", "Havering", "Redbridge", "Waltham Forest"),
        },  # Kent lies across the Thames from Thurrock, not from Essex; for Medway see the docs
    ),
    ("Norwich", NORFOLK, {"Cambridgeshire", "Lincolnshire", "Suffolk"}),
    # Two that border Wales: Powys and Monmouthshire are left out.
    (
        "Herefordshire",
        ALONE,
        {"Gloucestershire", "Shropshire", "Worcestershire"},
    ),
    (
        "Forest of Dean",
        GLOUCESTERSHIRE,
        {
            *("Herefordshire, County of", "Oxfordshire", "South Gloucestershire", "Swindon"),
            *("Warwickshire", "Wiltshire", "Worcestershire"),
        },
    ),
    (
        "Shropshire",
        ALONE,
        {
            *("Cheshire East", "Cheshire West and Chester", "Herefordshire, County of"),
            *("Staffordshire", "Telford and Wrekin", "Worcestershire"),
        },
    ),
    # London boroughs at the edge and in the middle; Bexley is across the Thames from Havering.
    ("Havering", ALONE, {"Barking and Dagenham", "Bexley", "Essex", "Redbridge", "Thurrock"}),
    (
        "Tower Hamlets",
        ALONE,
        {"City of London", "Greenwich", "Hackney", "Lewisham", "Newham", "Southwark"},
    ),
    # Unitary authorities and a metropolitan borough.
    (
        "Bristol",
        ALONE,
        {"Bath and North East Somerset", "North Somerset", "South Gloucestershire"},
    ),
    ("Rutland", ALONE, {"Leicestershire", "Lincolnshire", "North Northamptonshire"}),
    ("Cornwall", ALONE, {"Devon", "Plymouth"}),
    (
        "Thurrock",
        ALONE,
        {"Essex", "Havering", "Kent"},  # Kent is across the Thames from Grays and Tilbury
    ),
    (
        "Manchester",
        GREATER_MANCHESTER,
        {
            *("Blackburn with Darwen", "Cheshire East", "Derbyshire", "Lancashire"),
            *("Merseyside", "Warrington", "West Yorkshire"),
        },
    ),
]


def districts_in(option_id: str, council: Council) -> set[str]:
    return set(option_zones(option_id, council).parameters["districts"])


@pytest.mark.parametrize(("anchor", "county", "beside"), BY_HAND, ids=[b[0] for b in BY_HAND])
def test_areas_by_hand(anchor: str, county: set[str] | object, beside: set[str]) -> None:
    council = council_of_anchor(anchor)
    (own,) = districts_in("reserve-own", council)
    assert read_districts().loc[own, "name"] == council.anchor
    expected = {own} if county is ALONE else county
    assert districts_in("reserve-county", council) == expected
    wide = option_zones("reserve-bordering", council)
    assert set(wide.parameters["bordering"].values()) == beside
    known = read_counties()
    assert set(wide.parameters["districts"]) == set(expected) | {  # type: ignore[call-overload]
        d for code in wide.parameters["bordering"] for d in known.members[code]
    }
    assert all(code.startswith("E") for code in wide.parameters["districts"])


def test_an_island_has_no_county_beside_it() -> None:
    council = council_of_anchor("Isle of Wight")
    assert districts_in("reserve-county", council) == {"E06000046"}
    with pytest.raises(InputError, match="no county or London borough borders Isle of Wight"):
        option_zones("reserve-bordering", council)


def essex(**settings: object) -> Council:
    stated = {"authority": "Essex", "title": "Essex", **settings}
    return parse_council(
        {"title": "Essex", "anchor": "Chelmsford", "options": {"reserve-own": stated}}, key="essex"
    )


def test_a_county_council_is_named_in_its_file() -> None:
    council = essex()
    made = option_zones("reserve-own", council)
    assert set(made.parameters["districts"]) == ESSEX
    assert reservation_fault(made, council) is None
    assert "is none of these" in str(reservation_fault(made, council_of_anchor("Chelmsford")))


def test_the_title_of_a_county_council_names_the_authority() -> None:
    # As docs/how-to/another-council.md says to write it; before, its own area was Norwich alone.
    stated = {
        "title": "Norfolk County Council",
        "anchor": "Norwich",
        "options": {"districts": {"title": "Norfolk", "neighbours": True}},
    }
    council = parse_council(stated, key="norfolk-county-council")
    made = option_zones("reserve-own", council)
    assert set(made.parameters["districts"]) == NORFOLK
    assert made.parameters["authority"] == "Norfolk"
    assert reservation_fault(made, council) is None
    assert option_title("reserve-own", council) == "Norfolk alone, for reserving"
    assert reservation_fault(made, council_of_anchor("Norwich")) is not None
    # A unitary authority whose council keeps the style is its own district.
    durham = {**stated, "title": "Durham County Council", "anchor": "County Durham"}
    assert districts_in("reserve-own", parse_council(durham, key="d")) == {"E06000047"}


def test_no_place_is_offered_to_be_added_to_an_area_for_reserving(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # An area with a place added could not be published: reserve-own+ipswich is refused.
    for part in ("overview", "figures", "basis"):
        monkeypatch.setattr(option_tables, f"_print_{part}", lambda *_: None)
    council, store = read_council(), default_store()
    for name, offered in (("reserve-own", False), ("district+ipswich", True)):
        option_tables.show_options([option_zones(name, council)], pd.DataFrame(), council, store)
        assert ("+ipswich, -ipswich" in capsys.readouterr().out) == offered


def test_the_zones_are_all_of_those_districts() -> None:
    made = option_zones("reserve-own-with-tendring", read_council())
    assert len(made.zones) == 20 + 18  # MSOAs of 2011 in Colchester and in Tendring
    assert made.zones == tuple(sorted(made.zones))


def test_several_together_take_their_areas_combined() -> None:
    council = read_council()
    assert districts_in("reserve-own-with-tendring-with-ipswich", council) == {
        *("E07000071", "E07000076", "E07000202")
    }
    assert districts_in("reserve-own-with-essex", council) == ESSEX
    assert districts_in("reserve-county-with-tendring", council) == ESSEX
    with pytest.raises(InputError, match="are not all in one county"):
        option_zones("reserve-county-with-ipswich", council)


def test_what_borders_the_own_area_alone_can_be_asked_for() -> None:
    options = {
        "near": {
            **{"title": "Near", "method": "reserve-bordering", "area": "own"},
            "neighbours": ["Suffolk"],
        },
        "far": {"title": "Far", "method": "reserve-bordering", "neighbours": ["Kent", "Suffolk"]},
        "odd": {"title": "Odd", "method": "reserve-bordering", "area": "region"},
    }
    council = parse_council({"title": "C", "anchor": "Colchester", "options": options}, key="c")
    suffolk = {"E07000200", "E07000202", "E07000203", "E07000244", "E07000245"}
    assert districts_in("near", council) == {"E07000071", *suffolk}
    with pytest.raises(InputError, match="Kent does not border the area; what does: Cambr"):
        option_zones("far", council)
    with pytest.raises(SettingError, match="it must be own or county"):
        option_zones("odd", council)


@pytest.mark.parametrize("option", RESERVING)
def test_a_welsh_authority_is_refused_with_the_reason(option: str) -> None:
    with pytest.raises(InputError, match=r"only by authorities in England .* is in Wales"):
        option_zones(option, council_of_anchor("Swansea"))
    with pytest.raises(InputError, match="Newport is in Wales"):
        option_zones(f"{option}-with-newport", council_of_anchor("Forest of Dean"))
    district = option_zones("district", council_of_anchor("Swansea"))
    assert "Swansea is in Wales" in str(reservation_fault(district, council_of_anchor("Swansea")))


@pytest.mark.parametrize("option", ["district", "districts", "districts+ipswich", "ttwa-official"])
def test_other_options_cannot_be_reserved_to(option: str) -> None:
    council = read_council()
    fault = reservation_fault(option_zones(option, council), council)
    assert fault is not None
    assert "reserve-own, reserve-county or reserve-bordering" in fault
    assert fault.count("not legal advice") == 1


def test_an_option_that_was_changed_is_not_that_option() -> None:
    council = read_council()
    assert reservation_fault(option_zones("reserve-own", council), council) is None
    for changed in ("reserve-own+ipswich", "reserve-bordering-ipswich"):
        assert reservation_fault(option_zones(changed, council), council) is not None


def test_another_authority_cannot_be_put_in_place_of_the_councils_own() -> None:
    council = read_council()
    kent = Scenario.of("reserve-own").with_threshold(authority="Kent").option(council)
    assert len(kent.parameters["districts"]) == 12  # all of Kent, without Medway
    assert reservation_fault(kent, council) is not None


def test_a_method_counts_and_not_a_name() -> None:
    options = {"reserve-own": {"title": "Mine", "method": "catchment"}}
    council = parse_council({"title": "C", "anchor": "Colchester", "options": options}, key="c")
    assert reservation_fault(option_zones("reserve-own", council), council) is not None


def test_they_are_not_listed_among_the_options_compared() -> None:
    assert not [name for name in option_ids(read_council()) if name.startswith("reserve")]


@pytest.mark.parametrize("option", [*RESERVING, "reserve-own-with-tendring"])
@pytest.mark.parametrize("anchor", ["Colchester", "Norwich", "Cheltenham"])
def test_titles_are_short_and_name_the_anchor(option: str, anchor: str) -> None:
    council = council_of_anchor(anchor)
    title = option_title(option, council)
    assert len(title) <= 52 + len(" and Tendring") * option.endswith("tendring")
    assert anchor in title
    spec = council.spec(option)
    assert spec.description
    assert not spec.description.endswith(".")


def test_names_become_ids_that_find_them_again() -> None:
    names = ["King's Lynn & West Norfolk", "E07000143"]  # and Breckland by its code
    option = with_authorities("reserve-own", names)
    assert option == "reserve-own-with-kings-lynn-and-west-norfolk-with-e07000143"
    council = council_of_anchor("Norwich")
    assert districts_in(option, council) == {"E07000146", "E07000143", "E07000148"}
    with pytest.raises(InputError, match="not to 'districts'"):
        with_authorities("districts", names)


def test_every_pair_across_a_river_is_of_two_counties() -> None:
    known = read_counties()
    for one, other in FACING:
        assert known.county_of[one] != known.county_of[other]
        assert known.county_of[other] in bordering_counties([one])
        assert known.county_of[one] in bordering_counties([other])
