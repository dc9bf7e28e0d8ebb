"""How far areas agree with official ones, by hand; flows that cannot be brought to a grain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from localarea.errors import InputError, SchemaError
from localarea.labour.agreement import measure_agreement
from localarea.labour.flow_matrix import build_flow_matrix
from localarea.labour.grains import aggregate_flows, flows_at, official_areas
from localarea.labour.own_flows import use_flows

PAIRS = pd.DataFrame({"origin": ["a", "b"], "destination": ["b", "a"], "workers": [4, 3]})
FLOWS = build_flow_matrix(PAIRS)
WORKERS = pd.Series([1.0, 2.0, 3.0, 4.0])


def test_areas_that_cross_the_official_ones_agree_less_than_by_chance() -> None:
    got = measure_agreement(pd.Series(list("aabb")), pd.Series(list("xyxy")), WORKERS)
    # No pair of zones is together in both; of six pairs, two are in each: 2 x 2 / 6 by chance.
    assert got.adjusted_rand_index == pytest.approx((0 - 2 / 3) / (2 - 2 / 3))
    assert got.v_measure == pytest.approx(0)
    assert (got.areas, got.official_areas) == (2, 2)


def test_each_area_is_matched_with_the_one_that_it_shares_most_workers_with() -> None:
    got = measure_agreement(pd.Series(list("aabb")), pd.Series(list("xxxy")), WORKERS)
    # Workers: a and x 3, b and x 3, b and y 4. Jaccard: a-x 3/6, b-x 3/10, b-y 4/7.
    assert got.matched_workers_share == pytest.approx((3 + 4) / 10)
    assert got.median_jaccard == pytest.approx((3 / 6 + 4 / 7) / 2)


@pytest.mark.parametrize("zones", [1, 4])
def test_one_area_that_is_the_official_one_agrees_wholly(zones: int) -> None:
    got = measure_agreement(pd.Series(["a"] * zones), pd.Series(["x"] * zones), WORKERS[:zones])
    assert got.adjusted_rand_index == got.v_measure == got.matched_workers_share == 1


def test_zones_without_workers_have_nothing_matched() -> None:
    got = measure_agreement(pd.Series(list("ab")), pd.Series(list("xy")), pd.Series([0.0, 0.0]))
    assert (got.matched_workers_share, got.median_jaccard) == (0, 0)
    assert got.adjusted_rand_index == 1


def test_a_zone_without_an_official_area_is_told() -> None:
    with pytest.raises(SchemaError, match="1 zones have none, such as 3"):
        measure_agreement(pd.Series(list("aabb")), pd.Series(list("xxy")), WORKERS)


@pytest.mark.parametrize(
    ("system", "grain", "said"),
    [
        ("msoa11", "ward", "level 'ward' is not known; the levels are oa11, lsoa11, msoa11"),
        ("own", "msoa11", "these are between zones of the system 'own'"),
        ("msoa11", "lsoa11", "cannot be divided into lsoa11"),
        ("lsoa11", "oa11", "cannot be divided into oa11"),
    ],
)
def test_a_grain_that_flows_cannot_be_brought_to(system: Any, grain: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        flows_at(replace(FLOWS, zone_system=system), grain)
    assert raised.value.parameter == "level"


def test_flows_of_the_grain_are_left_as_they_are() -> None:
    flows = replace(FLOWS, zone_system="msoa11")
    assert flows_at(flows, "msoa11") is flows


def test_a_zone_that_the_lookup_lacks_is_told() -> None:
    with pytest.raises(SchemaError, match="1 zones of the flows are not in the lookup to msoa11"):
        aggregate_flows(FLOWS, pd.Series({"a": "X"}), "msoa11")


def test_there_are_official_areas_of_zones_of_2011_alone() -> None:
    with pytest.raises(InputError, match="'msoa21'") as raised:
        official_areas("msoa21")
    assert raised.value.parameter == "against"


def test_flows_in_any_form_or_none() -> None:
    assert use_flows(FLOWS) is FLOWS
    assert use_flows(PAIRS).zone_system == "own"
    with pytest.raises(InputError, match="a list holds no commuting flows"):
        use_flows([("a", "b", 4)])  # type: ignore[arg-type]
