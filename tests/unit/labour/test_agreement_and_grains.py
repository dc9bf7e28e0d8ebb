"""
Areas that agree wholly or not at all; flows that cannot be brought to a grain, or are none.

What is between is in tests/country/test_ttwa_against_official.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from localarea.errors import InputError
from localarea.labour.agreement import measure_agreement
from localarea.labour.flow_matrix import build_flow_matrix
from localarea.labour.grains import flows_at, official_areas
from localarea.labour.own_flows import use_flows

PAIRS = pd.DataFrame({"origin": ["a", "b"], "destination": ["b", "a"], "workers": [4, 3]})
FLOWS = build_flow_matrix(PAIRS)
WORKERS = pd.Series([1.0, 2.0, 3.0, 4.0])


@pytest.mark.parametrize("zones", [1, 4])
def test_one_area_that_is_the_official_one_agrees_wholly(zones: int) -> None:
    got = measure_agreement(pd.Series(["a"] * zones), pd.Series(["x"] * zones), WORKERS[:zones])
    assert got.adjusted_rand_index == got.v_measure == got.matched_workers_share == 1


def test_zones_without_workers_have_nothing_matched() -> None:
    got = measure_agreement(pd.Series(list("ab")), pd.Series(list("xy")), pd.Series([0.0, 0.0]))
    assert (got.matched_workers_share, got.median_jaccard) == (0, 0)
    assert got.adjusted_rand_index == 1


@pytest.mark.parametrize(
    ("system", "grain", "said"),
    [
        ("own", "msoa11", "these are between zones of the system 'own'"),
        ("lsoa11", "oa11", "cannot be divided into oa11"),
    ],
)
def test_a_grain_that_flows_cannot_be_brought_to(system: Any, grain: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        flows_at(replace(FLOWS, zone_system=system), grain)
    assert raised.value.parameter == "level"


def test_there_are_official_areas_of_zones_of_2011_alone() -> None:
    with pytest.raises(InputError, match="'msoa21'") as raised:
        official_areas("msoa21")
    assert raised.value.parameter == "against"


def test_flows_in_any_form_or_none() -> None:
    assert use_flows(FLOWS) is FLOWS
    assert use_flows(PAIRS).zone_system == "own"
    with pytest.raises(InputError, match="a list holds no commuting flows"):
        use_flows([("a", "b", 4)])  # type: ignore[arg-type]
