"""The mandate as an area in a council's file, and the halves that an area leaves out."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from options_county import COUNCIL, MANDATE, A, F, M

from localarea.errors import InputError, SettingError
from localarea.options.council import Council, parse_council, read_council
from localarea.options.mandate_left_out import (
    halves_left_out,
    left_out_sentence,
    with_reason_left_out,
)

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore


@pytest.fixture(scope="module")
def council() -> Council:
    return parse_council(tomllib.loads(COUNCIL + MANDATE), key="anchorton")


def test_a_mandate_is_read_with_its_readings_in_order(council: Council) -> None:
    area = council.mandate_area
    assert area is not None
    assert [reading.key for reading in area.readings] == ["narrow", "wide"]
    assert area.words == (
        "The mandate is read in 2 ways. In the narrow reading it is North (Anchorton) and South "
        "(Midham). In the wide reading it is North (Anchorton) and South (Midham and Farley)."
    )
    hash(council)  # results are cached by it


def test_colchester_states_its_mandate_in_both_readings() -> None:
    area = read_council("colchester").mandate_area
    assert area is not None
    held = {
        (reading.key, half.title): {name for _, name in half.districts}
        for reading in area.readings
        for half in reading.halves
    }
    north = {"Braintree", "Colchester", "Tendring"}
    assert held == {
        ("narrow", "North Essex"): north,
        ("narrow", "South Suffolk"): {"Babergh"},
        ("wide", "North Essex"): north | {"Chelmsford", "Maldon", "Uttlesford"},
        ("wide", "South Suffolk"): {"Babergh", "Mid Suffolk"},
    }
    assert all(half.reason for reading in area.readings for half in reading.halves)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda area: area.pop("title"), "mandate.area has no title"),
        (lambda area: area.pop("narrow"), None),
        (lambda area: [area.pop(key) for key in ("narrow", "wide")], "has no reading"),
        (lambda area: area.update(narrow="all"), r"mandate.area.narrow must hold \[.*HALF\] table"),
        (lambda area: area.update(Narrow=area.pop("narrow")), "mandate.area.Narrow: use lowercase"),
        (
            lambda area: area["narrow"].update(South=area["narrow"].pop("south")),
            "mandate.area.narrow.South: use lowercase",
        ),
        (lambda area: area["narrow"]["south"].pop("reason"), "south: 'reason' must be non-blank"),
        (lambda area: area["narrow"]["south"].update(title=" "), "south: 'title' must be non-bla"),
        (
            lambda area: area["narrow"]["south"].update(zones=[]),
            "mandate.area.narrow.south: the key 'zones' is not known",
        ),
        (
            lambda area: area["narrow"]["south"].update(districts=["Midham"]),
            "south: 'districts' must be a table of lad25cd = name",
        ),
        (
            lambda area: area["narrow"]["south"].update(districts={"Midham": "E07000002"}),
            "districts are given as lad25cd = name, not 'Midham'",
        ),
        (
            lambda area: area["wide"]["south"]["districts"].update(E07000001="Anchorton"),
            "mandate.area.wide: E07000001 is in two halves",
        ),
        (
            lambda area: area["wide"].pop("south"),
            "mandate.area.wide must have the halves of mandate.area.narrow",
        ),
        (lambda area: area["wide"]["south"].update(title="Southern"), "with the same titles"),
        (
            lambda area: area.update(south=area.pop("wide")),
            "two of its keys would give figures the same name, mandate_south",
        ),
    ],
)
def test_every_key_of_the_area_is_validated(change: Any, fault: str | None) -> None:
    stated = tomllib.loads(COUNCIL + MANDATE)
    change(stated["mandate"]["area"])
    if fault is None:
        assert parse_council(stated, key="t").mandate_area is not None
        return
    with pytest.raises(SettingError, match=fault):
        parse_council(stated, key="t")


def test_an_area_that_is_no_table_is_refused() -> None:
    stated = tomllib.loads(COUNCIL + MANDATE)
    stated["mandate"]["area"] = "North"
    with pytest.raises(SettingError, match=r"must be a \[mandate.area\] table"):
        parse_council(stated, key="t")


def test_a_district_of_another_name_is_refused_when_used(store: DataStore) -> None:
    text = COUNCIL + MANDATE.replace('"Midham" }', '"Midhamstead" }')
    wrong = parse_council(tomllib.loads(text), key="t")
    with pytest.raises(SettingError, match="E07000002 is Midham, not Midhamstead"):
        halves_left_out(A, "msoa11", wrong, store=store)


def test_a_half_is_left_out_where_one_reading_finds_nothing_of_it(
    council: Council, store: DataStore
) -> None:
    def left_out(*zones: str) -> str:
        return left_out_sentence(halves_left_out(zones, "msoa11", council, store=store))

    both = "It holds no zone of South (Midham and Farley), which the mandate names."
    assert left_out(*A) == both
    assert left_out(A[0], M[3]) == ""  # one zone is some of it; the shares say how much
    assert left_out(*A, *F) == "It holds no zone of South (Midham), which the mandate names."
    assert left_out(*F) == (
        "It holds no zone of North (Anchorton) and South (Midham), which the mandate names."
    )


def test_where_no_area_is_stated_nothing_is_left_out(store: DataStore) -> None:
    plain = read_council("anchorton", store=store)
    assert halves_left_out(A, "msoa11", plain, store=store) == ()
    assert left_out_sentence(()) == ""


def test_the_reason_is_asked_for_and_goes_with_the_text(council: Council, store: DataStore) -> None:
    halves = halves_left_out((*A, *F), "msoa11", council, store=store)
    with pytest.raises(InputError, match=r"no zone of South \(Midham\).*say why") as refused:
        with_reason_left_out("A good area.", "  ", halves)
    assert refused.value.parameter == "half_left_out"
    assert with_reason_left_out("A good area.", "few commute", halves) == (
        "A good area.\n\nIt leaves out South (Midham), because: few commute"
    )
    assert with_reason_left_out(" ", "few commute", halves) == " "  # refused as blank elsewhere
    with pytest.raises(InputError, match="leaves out no half of the mandate"):
        with_reason_left_out("A good area.", "few commute", ())
    assert with_reason_left_out("A good area.", "", ()) == "A good area."
