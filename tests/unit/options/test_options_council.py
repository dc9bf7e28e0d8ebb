"""What a council's file may say, and the plain council of any other district."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from options_county import A, make_store

from localarea.errors import (
    InputError,
    NotFoundError,
    OptionNotFoundError,
    PlaceNotFoundError,
    SettingError,
)
from localarea.options.by_name.any_council import council_of_anchor
from localarea.options.council import council_names, parse_council, read_council
from localarea.options.membership import option_ids, option_zones
from localarea.options.methods.base import Method, MethodResult, anchor_zones
from localarea.options.methods.registry import METHODS, choose_zones
from localarea.options.option_ids import split_option_id

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore

STATED: dict[str, Any] = {
    "title": "T",
    "anchor": "Anchorton",
    "contested": {"farley": {"place": "Farley"}},
    "options": {"district": {"title": "Alone"}},
}


def test_council_is_hashable_and_read_once(store: DataStore) -> None:
    council = read_council("anchorton", store=store)
    assert read_council("Anchorton", store=store) is council
    assert len({council, council}) == 1
    assert council.spec("catchment").parameters == {"min_share": 0.25}
    assert council_names(store=store) == ("anchorton",)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("title",), "", "'title'"),
        (("anchor",), 3, "'anchor'"),
        (("colour",), "red", "'colour' is not known; those known are anchor, contested, default"),
        (("titel",), "x", "'titel' is not known; nearest: title"),
        (("contested", "farley", "plase"), "x", "farley': the key 'plase' is not known; nearest"),
        (("priority_measures",), "NT1", "must be a list of references"),
        (("priority_measures",), ["NT1", "NT1"], "names a measure twice"),
        (("zone_system",), "msoa31", "msoa31"),
        (("options",), {}, "there is no"),
        (("options", "District"), {"title": "x"}, "lowercase letters"),
        (("options", "district"), {"method": "district"}, "no title"),
        (("options", "district", "method"), 5, "method must be text"),
        (("contested", "farley"), {}, "no place"),
        (("contested",), [1], "[contested.NAME]"),
        (("default_option",), "nowhere", "nowhere"),
    ],
)
def test_faults_of_a_file_are_said(path: tuple[str, ...], value: object, says: str) -> None:
    stated = copy.deepcopy(STATED)
    place = stated
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(SettingError, match=says.replace("[", r"\[")):
        parse_council(stated, key="t")


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(SettingError) as caught:
        parse_council({"colour": "red", "options": {}}, key="t")
    for part in ("colour", "title", "anchor", "options"):
        assert part in str(caught.value)


def test_a_file_that_is_no_toml(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = make_store(tmp_path_factory.mktemp("broken"))
    (store.root / "councils" / "bad.toml").write_bytes(b"title = \xff")
    with pytest.raises(SettingError, match=r"bad\.toml"):
        read_council("bad", store=store)


@pytest.mark.parametrize("name", ["nowhere", "../councils/anchorton", ""])
def test_unknown_council_names_those_there_are(name: str, store: DataStore) -> None:
    with pytest.raises(NotFoundError, match="anchorton"):
        read_council(name, store=store)


@pytest.mark.parametrize(
    ("option_id", "parts"),
    [
        ("a", ("a", ())),
        ("a-b", ("a-b", ())),
        ("a-farley", ("a", ("-farley",))),
        ("a+farley-far", ("a", ("+farley", "-far"))),
        ("+farley", ("", ("+farley",))),
    ],
)
def test_endings_are_told_from_names(option_id: str, parts: tuple[str, tuple[str, ...]]) -> None:
    assert split_option_id(option_id, ["farley", "far"]) == parts


def test_endings_that_change_nothing_are_answered_but_not_listed(store: DataStore) -> None:
    council = read_council("anchorton", store=store)
    option = option_zones("district-farley", council, store=store)
    assert option.zones == A
    assert option.title == "Anchorton alone, without Farley"
    assert option.parameters["exclude"] == ("Farley",)
    assert "district-farley" not in option_ids(council, store=store)


def test_unknown_option_names_the_nearest(store: DataStore) -> None:
    council = read_council("anchorton", store=store)
    with pytest.raises(OptionNotFoundError) as caught:
        option_zones("distrikt+farley", council, store=store)
    assert caught.value.suggestions[0] == "district+farley"


def test_any_district_has_a_plain_council(store: DataStore) -> None:
    council = council_of_anchor("midham", store=store)
    assert (council.key, council.anchor, council.configured) == ("midham", "Midham", False)
    # Every method but those that need roads, which these tables do not have.
    known = ["district", "districts", "ttwa-official", "ttwa-computed", "ttwa-cluster", "catchment"]
    assert [spec.id for spec in council.options] == known
    # Half of Midham's residents live in each area: the first code decides.
    found = option_zones("ttwa-official", council, store=store)
    assert found.parameters["ttwa11cd"] == "E30000001"


def test_a_configured_anchor_has_its_own_file(store: DataStore) -> None:
    assert council_of_anchor("E07000001", store=store) is read_council("anchorton", store=store)


def test_an_anchor_that_is_no_place_is_told_the_nearest(store: DataStore) -> None:
    with pytest.raises(PlaceNotFoundError, match="Anchorton"):
        council_of_anchor("Ancorton", store=store)
    with pytest.raises(InputError, match="is a travel to work area; name its town or district"):
        council_of_anchor("ttwa:E30000001", store=store)


def test_a_zone_is_an_anchor_of_its_own_in_its_district(store: DataStore) -> None:
    council = council_of_anchor("E02000001", store=store)
    assert not council.configured
    assert option_zones("district", council, store=store).zones == A
    assert anchor_zones(council, store=store) == A[:1]


@pytest.mark.parametrize(
    ("method", "parameters", "says"),
    [
        ("districts", {"neighbours": "yes"}, "true or false"),
        ("districts", {"neighbours": True, "members": (("E07000001", "A"),)}, "not both"),
        ("magic", {}, "choose one of: district, districts"),
        ("district", {"radius": 3}, "does not accept radius"),
        ("districts", {}, "needs members"),
        ("districts", {"members": (("E07000001", "Midham"),)}, "Anchorton, not Midham"),
        ("districts", {"members": (("E07000077", "Midham"),)}, "no district of 2025"),
        ("ttwa-official", {"ttwa11cd": "E30000999"}, "E30000999"),
        ("catchment", {"min_share": 15}, "above 0 and at most 1"),
        ("catchment", {"min_share": True}, "above 0 and at most 1"),
    ],
)
def test_methods_refuse_what_makes_no_sense(
    method: str, parameters: dict[str, Any], says: str, store: DataStore
) -> None:
    council = read_council("anchorton", store=store)
    with pytest.raises(SettingError, match=says):
        choose_zones(method, parameters, council, store=store)


def test_a_method_without_zones_of_the_system_says_so(store: DataStore) -> None:
    council = parse_council({**STATED, "zone_system": "msoa21"}, key="t")
    with pytest.raises(SettingError, match="set zone_system to msoa11"):
        choose_zones("ttwa-official", {}, council, store=store)
    assert len(choose_zones("district", {}, council, store=store).zones) == 4


def test_a_new_method_is_one_entry(store: DataStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        METHODS, "first", Method(lambda *_: MethodResult(A[:1], {}, ("zones_msoa11",)))
    )
    stated = {**STATED, "options": {"first": {"title": "The first zone"}}}
    option = option_zones("first", parse_council(stated, key="new"), store=store)
    assert option.zones == A[:1]
    assert option.vintages == {"zones_msoa11": "a test"}


def test_an_option_that_is_like_no_other_is_told_which_there_are(store: DataStore) -> None:
    council = read_council("anchorton", store=store)
    with pytest.raises(OptionNotFoundError, match=r"the options are .*district") as told:
        option_zones("qqqq", council, store=store)
    assert "+farley" not in str(told.value)
