"""Anchors of every kind: the place, its district, its area, and the point for minutes."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from localarea.classify.sentences import minutes_sentence
from localarea.datasets.store import DataStore, default_store
from localarea.errors import AmbiguousPlaceError, InputError, NotFoundError, SettingError
from localarea.options.anchors.place import anchor_point, find_anchor
from localarea.options.by_name.any_council import (
    council_of_anchor,
    default_council,
    find_council,
    plain_council,
)
from localarea.options.by_name.disputed import full_council
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.minutes import cache
from localarea.options.minutes.anchor_minutes import PostcodeMinutes, zone_minutes
from localarea.options.minutes.centre import anchor_centre

if TYPE_CHECKING:
    from pathlib import Path

TENDRING, NORTHUMBERLAND = "E07000076", "E06000057"


@pytest.mark.parametrize(
    ("text", "kind", "count", "district"),
    [
        ("Bristol", "district", 55, "E06000023"),
        ("Clacton", "town", 6, TENDRING),  # not the travel to work area of that name
        ("clacton-on-sea", "town", 6, TENDRING),
        ("Berwick-upon-Tweed", "town", 2, NORTHUMBERLAND),
        ("CO1 1JB", "postcode", 1, "E07000071"),
        ("51.889, 0.904", "point", 1, "E07000071"),
        ("St Edmundsbury", "former_district", 14, "E07000245"),
    ],
)
def test_an_anchor_is_any_place(text: str, kind: str, count: int, district: str) -> None:
    found = find_anchor(text)
    assert (found.kind, len(found.zones), found.district) == (kind, count, district)
    assert find_anchor(found.name).zones == found.zones  # a council keeps the name alone
    assert len(plain_council(text).options) == 9


def test_a_town_typed_in_lower_case_is_shown_as_people_write_it() -> None:
    assert find_anchor("clacton-on-sea").name == "Clacton-on-Sea"
    assert plain_council("berwick-upon-tweed").title == "Berwick-upon-Tweed"


def test_an_anchor_that_names_two_places_or_an_area_is_refused() -> None:
    with pytest.raises(AmbiguousPlaceError, match="Sudbury, Babergh"):
        find_anchor("Sudbury")
    with pytest.raises(InputError, match="an anchor must be a district, a town"):
        find_anchor("ttwa:Ipswich")


@pytest.mark.parametrize(
    ("area", "district"),
    [("Hull", "Kingston upon Hull"), ("Huddersfield", "Kirklees"), ("Carlisle", "Cumberland")],
)
def test_a_large_town_is_not_measured_from_the_one_zone_that_bears_its_name(
    area: str, district: str
) -> None:
    # "Hull City Centre", "Huddersfield Leeds Road & Fartown" and "Carlisle Belah" are parts.
    with pytest.raises(InputError, match=f"is a travel to work area.*{district}"):
        find_anchor(area)


def test_a_small_town_that_shares_a_zone_is_that_zone() -> None:
    assert find_anchor("Bude").zones == find_anchor("Bude & Stratton").zones
    assert find_anchor("Brecon").kind == "zone"


def test_a_town_is_measured_from_its_zones_and_has_its_district() -> None:
    council = council_of_anchor("Berwick-upon-Tweed")
    assert not council.configured
    assert len(option_zones("district", council).zones) == 40  # the MSOAs of Northumberland
    official = option_zones("ttwa-official", council)
    assert official.parameters["ttwa11nm"] == "Berwick"


def test_the_official_area_taken_is_said_where_it_bears_another_name() -> None:
    option = option_zones("ttwa-official", plain_council("Northumberland"))
    # By the ONS lookup, 171,402 of 316,028 residents of 2011.
    (note,) = option.parameters["notes"]
    assert note.startswith("the area taken is Blyth and Ashington travel to work area of 2011")
    assert "54% of the residents of Northumberland live" in note
    assert "notes" not in option_zones("ttwa-official", plain_council("Exeter")).parameters


@pytest.mark.parametrize(
    ("anchor", "left_out"),
    [
        ("Cumberland", True),  # Carlisle's area of 2011 holds Gretna
        ("Berwick-upon-Tweed", True),  # 26 of 43 of its small areas are Scottish
        ("Newport", False),  # across a border as well, that of England and Wales
        ("Colchester", False),
    ],
)
def test_an_official_area_says_that_its_part_in_scotland_is_left_out(
    anchor: str, *, left_out: bool
) -> None:
    notes = option_zones("ttwa-official", plain_council(anchor)).parameters.get("notes", ())
    assert any("part of the area in Scotland is left out" in note for note in notes) == left_out


def test_minutes_are_counted_from_where_people_work_in_a_district_without_a_middle() -> None:
    store = default_store()
    # Colchester's is that of the tables shipped: the zone nearest to the mean of its residents.
    assert anchor_centre("Colchester", store).words == "the centre of Colchester"
    truro = anchor_centre("Cornwall", store)
    assert "in the part of Cornwall with most workers" in truro.words
    # County Hall in Truro is at 181800, 44800 on the National Grid.
    assert abs(truro.point[0] - 181_800) < 4_000
    assert abs(truro.point[1] - 44_800) < 4_000
    note = option_zones("drive-30", plain_council("Cornwall")).parameters["notes"][0]
    assert note.startswith("minutes are counted from")
    # The area that is linked and near is measured from the same point.
    assert option_zones("composite", plain_council("Cornwall")).parameters["notes"] == (note,)
    assert anchor_centre("CO1 1JB", store).point == anchor_point("CO1 1JB") == (599_644, 225_077)


def test_where_minutes_start_is_not_told_as_the_zone_with_most_workers() -> None:
    # In pandas: of Northumberland's commuters to its zones 26% work within 5 km of Bedlington
    # Station, and 12% of Blyth Town, the zone with most of those. Cramlington Town has more.
    assert anchor_centre("Northumberland", default_store()).words == (
        "Blyth Town (E02005710), in the part of Northumberland with most workers (26% of those who "
        "work in Northumberland do so within 5 km of Bedlington Station & Sleekburn, census of "
        "2011)"
    )
    # Of Shropshire's, the point itself has 36% within 5 km: no other zone has as many round it.
    assert "(36% of those who work in Shropshire do so within 5 km of it, census" in (
        anchor_centre("Shropshire", default_store()).words
    )


def test_a_council_is_found_by_its_name_its_key_or_its_file(tmp_path: Path) -> None:
    assert find_council("Colchester") is read_council("colchester")
    assert find_council("bristol").anchor == find_council("bristol-city-of").anchor
    own = tmp_path / "east-devon.toml"
    text = 'title = "Ours"\nanchor = "East Devon"\n[options.district]\ntitle = "Alone"\n'
    own.write_text(text, encoding="utf-8")
    assert find_council(str(own)).title == "Ours"
    assert council_of_anchor("East Devon", council=str(own)).title == "Ours"
    with pytest.raises(NotFoundError):
        find_council(str(own), files=False)  # a visitor names no files
    with pytest.raises(SettingError, match="lowercase letters"):
        find_council(str(own.rename(tmp_path / "East Devon.toml")))
    with pytest.raises(NotFoundError, match="there is no council 'Gatshead'; nearest: Gateshead"):
        find_council("Gatshead")
    with pytest.raises(SettingError, match=r"LOCALAREA_COUNCIL is not allowed: .*Gateshead"):
        default_council("Gatshead")


def test_only_a_council_without_a_file_has_its_places_in_dispute_found() -> None:
    colchester = read_council("colchester")
    assert full_council(colchester) is colchester


def test_two_at_once_compute_an_anchor_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from localarea.options.minutes import compute

    asked: list[str] = []

    def slow(anchor: str, system: str, *, store: DataStore) -> pa.Table:
        asked.append(anchor)
        barrier.wait(timeout=0.2) if len(asked) > 1 else None
        return pa.table({f"{system}cd": ["E02000001"], "tenths": pa.array([5], pa.int32())})

    barrier = threading.Barrier(2)
    monkeypatch.setattr(compute, "compute_minutes", slow)
    found = replace(read_council("colchester"), anchor="Norwich")
    stores = [DataStore(cache_dir=tmp_path) for _ in range(2)]
    threads = [
        threading.Thread(target=zone_minutes, args=(found,), kwargs={"store": s}) for s in stores
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == ["Norwich"]


def test_the_minutes_used_longest_ago_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_KEPT", {"_postcodes-": 2, "_msoa": 5})
    paths = [tmp_path / f"minutes_{name}_postcodes-1.parquet" for name in "abcd"]
    other = tmp_path / "minutes_a_msoa11-1.parquet"
    for at, path in enumerate((*paths, other)):
        path.touch()
        os.utime(path, (at, at))
    os.utime(paths[0], (99, 99))  # used since
    cache.forget_oldest(paths[3])
    assert sorted(path.name[8] for path in tmp_path.glob("*_postcodes-*")) == ["a", "d"]
    assert other.exists()


def test_an_answer_names_the_point_that_its_minutes_are_counted_from() -> None:
    store = default_store()
    said = {name: PostcodeMinutes(name, store).start for name in ("Colchester", "Norwich")}
    assert said == {name: f"the centre of {name}" for name in said}
    # No such place as the centre of Northumberland: its largest cluster of work is round Blyth.
    start = PostcodeMinutes("Northumberland", store).start
    assert start == "Blyth Town, in the part of Northumberland with most workers"
    assert PostcodeMinutes("NE61 1AA", store).start == "NE61 1AA"
    assert minutes_sentence(64, start).endswith(f"by car from {start}.")
