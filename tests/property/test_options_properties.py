"""What must hold for any set of zones and any chain of changes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.comparison.comparison import compare_options
from localarea.comparison.metrics import compute_metrics
from localarea.comparison.scenario import Scenario
from localarea.options.council import Council, read_council
from localarea.options.membership import option_zones
from localarea.options.option_ids import split_option_id
from localarea.places.gazetteer import fold, read_gazetteer
from localarea.records import Option

DISTRICTS = ("Braintree", "Tendring", "Babergh", "Maldon", "Ipswich", "Norwich", "Swansea")
ADDITIVE = (
    "zones", "area_km2", "population_2011", "population_2021", "employees_2024",
    "enterprises_2022", "live_postcodes", "employed_residents", "jobs",
)  # fmt: skip


@cache
def council() -> Council:
    return read_council("colchester")


@cache
def study_zones() -> tuple[str, ...]:
    return option_zones("districts-wide+ipswich", council()).zones


def option(zones: set[str], name: str) -> Option:
    return Option(name, name, "drawn", "msoa11", tuple(sorted(zones)), "Colchester")


def zone_sets() -> st.SearchStrategy[set[str]]:
    return st.sets(st.deferred(lambda: st.sampled_from(study_zones())), min_size=1, max_size=30)


def figures(**sets: set[str]) -> pd.DataFrame:
    return compute_metrics([option(zones, name) for name, zones in sets.items()], council())


@settings(max_examples=15, deadline=None)
@given(zone_sets(), zone_sets())
def test_a_union_holds_what_its_parts_hold(one: set[str], other: set[str]) -> None:
    shared = one & other
    sets = {"one": one, "other": other, "union": one | other}
    found = figures(**sets, **({"shared": shared} if shared else {}))[list(ADDITIVE)].astype(float)
    both = found.loc["shared"] if shared else 0.0
    sums = found.loc["one"] + found.loc["other"] - both
    np.testing.assert_allclose(found.loc["union"].to_numpy(), sums.to_numpy(), rtol=1e-9)


@settings(max_examples=15, deadline=None)
@given(zone_sets(), zone_sets())
def test_adding_zones_never_lowers_what_is_held(one: set[str], more: set[str]) -> None:
    found = figures(one=one, larger=one | more)
    rising = [*ADDITIVE, "live_and_work", "districts_touched"]
    rising += [
        name
        for name in found
        if name.endswith(("_share", "_inside")) and not name.startswith("outside_")
    ]
    values = found[rising].astype(float)
    assert (values.loc["larger"] >= values.loc["one"] - 1e-9).all()


@settings(max_examples=15, deadline=None)
@given(zone_sets())
def test_shares_are_shares_and_parts_are_no_more_than_zones(zones: set[str]) -> None:
    row = figures(one=zones).iloc[0]
    for name in row.index:
        if name.endswith(("_share", "_inside")) or name.startswith(("supply", "demand")):
            assert 0 <= row[name] <= 1
    assert 1 <= row["parts"] <= row["zones"]
    assert row["districts_cut"] <= row["districts_touched"] <= row["zones"]


@settings(max_examples=15, deadline=None)
@given(zone_sets(), zone_sets())
def test_figures_of_a_set_do_not_depend_on_the_others(one: set[str], other: set[str]) -> None:
    pd.testing.assert_frame_equal(figures(one=one), figures(other=other, one=one).loc[["one"]])


@settings(max_examples=15, deadline=None)
@given(zone_sets(), zone_sets())
def test_gains_are_losses_the_other_way(one: set[str], other: set[str]) -> None:
    a, b = option(one, "a"), option(other, "b")
    there = compare_options([a, b], council())
    back = compare_options([b, a], council())
    swapped = back.changes.replace({"change": {"gained": "lost", "lost": "gained"}})
    keys = ["change", "lad25cd"]
    plain = [
        frame.drop(columns=["against", "option"]).sort_values(keys).reset_index(drop=True)
        for frame in (there.changes, swapped)
    ]
    pd.testing.assert_frame_equal(*plain)
    columns = ["jaccard_workers", "jaccard_jobs", "jaccard_area"]
    assert there.overlaps[columns].iloc[0].tolist() == pytest.approx(
        back.overlaps[columns].iloc[0].tolist()
    )


@given(st.sampled_from(["district", "ttwa-official", "districts"]), st.sampled_from(DISTRICTS))
def test_including_then_excluding_what_was_outside_changes_nothing(base: str, place: str) -> None:
    start = option_zones(base, council())
    held = set(Scenario.of(base).include(place).option(council()).zones)
    again = set(Scenario.of(base).include(place).exclude(place).option(council()).zones)
    assert held >= set(start.zones)
    outside = not set(start.zones) & set(read_gazetteer().district_zones[code_of(place)])
    if outside:
        assert again == set(start.zones)
    assert Scenario.of(base).include(place, place).option(council()).zones == tuple(sorted(held))


def code_of(name: str) -> str:
    return next(c for c, known in read_gazetteer().districts.items() if known == name)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(DISTRICTS), max_size=4), st.randoms(use_true_random=False))
def test_order_of_inclusions_does_not_matter(places: list[str], random: object) -> None:
    shuffled = list(places)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = Scenario.of("district").include(*places).option(council())
    other = Scenario.of("district").include(*shuffled).option(council())
    assert one.zones == other.zones


@given(st.text(max_size=30))
def test_folding_a_name_twice_is_folding_it_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(
    st.from_regex(r"[a-z]{1,6}(-[a-z]{1,6})?", fullmatch=True),
    st.lists(st.sampled_from(["+ipswich", "-ipswich", "+norwich"]), max_size=3),
)
def test_endings_come_off_as_they_were_put_on(base: str, endings: list[str]) -> None:
    if base.endswith(("-ipswich", "-norwich")):
        return
    written = base + "".join(endings)
    assert split_option_id(written, ["ipswich", "norwich"]) == (base, tuple(endings))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=25))
def test_any_text_is_a_place_or_an_own_error(text: str) -> None:
    from localarea.errors import LocalareaError
    from localarea.places.resolve import resolve_place

    try:
        place = resolve_place(text)
    except LocalareaError:
        return
    assert place.zones
