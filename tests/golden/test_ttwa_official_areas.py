"""Computed areas beside the official ones of ONS, on the flows of 2011."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from sklearn.metrics import adjusted_rand_score, v_measure_score

from localarea.datasets.ttwa import read_ttwa11_msoa11
from localarea.datasets.zones import read_zones
from localarea.labour.flow_matrix import TTWA_RULE, FlowMatrix, SpecialRule, read_flow_matrix
from localarea.labour.self_containment import self_containment
from localarea.labour.travel_to_work_areas.attachment import measure_attachment
from localarea.labour.travel_to_work_areas.cluster import cluster_around
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import ONS_2011_METHOD
from localarea.labour.travel_to_work_areas.settling import settle_areas

if TYPE_CHECKING:
    import pandas as pd

pytestmark = pytest.mark.golden

# A matrix of flows inside the United Kingdom knows no jobs offshore or abroad.
INSIDE_UK = SpecialRule(offshore="exclude", outside_uk="exclude")


@cache
def flows_under(rule: SpecialRule) -> FlowMatrix:
    return read_flow_matrix(2011, rule=rule)


@cache
def official() -> pd.Series:
    table = read_ttwa11_msoa11().set_index("msoa11cd")
    return table["ttwa11nm"].sort_index()


def test_every_computed_area_meets_the_criteria_exactly() -> None:
    for form in ("product", "linear"):
        method = ONS_2011_METHOD.with_thresholds(form=form)  # type: ignore[arg-type]
        result = compute_travel_to_work_areas(flows_under(TTWA_RULE), method)
        # Measured anew by the code that knows nothing of the regionalisation.
        again = self_containment(
            flows_under(TTWA_RULE), result.membership, criteria=method.criteria
        )
        assert again["valid"].all()
        smaller = again[["supply_side", "demand_side"]].min(axis=1)
        assert (smaller >= method.criteria.min_sc).all()
        assert (again["employed_residents"] >= method.criteria.min_size).all()
        small = again["employed_residents"] < method.criteria.target_size
        assert (smaller[small] > method.criteria.min_sc).all()


# Figures of docs/validation-ttwa.md. They are a record of what comes out, not a target: ONS
# has 173 areas here, made from finer zones.
@pytest.mark.parametrize(
    ("form", "areas", "rand", "v"), [("product", 148, 0.768, 0.907), ("linear", 145, 0.813, 0.917)]
)
def test_agreement_from_single_zones_is_as_documented(
    form: str, areas: int, rand: float, v: float
) -> None:
    method = ONS_2011_METHOD.with_thresholds(form=form)  # type: ignore[arg-type]
    got = compute_travel_to_work_areas(flows_under(TTWA_RULE), method).membership
    assert got.nunique() == areas
    assert adjusted_rand_score(official(), got) == pytest.approx(rand, abs=0.0006)
    assert v_measure_score(official(), got) == pytest.approx(v, abs=0.0006)


@pytest.mark.parametrize(
    ("rule", "valid", "left", "moved", "rand"),
    [(TTWA_RULE, 152, 153, 513, 0.910), (INSIDE_UK, 155, 157, 240, 0.989)],
)
def test_official_areas_nearly_stand_under_the_rules(
    rule: SpecialRule, valid: int, left: int, moved: int, rand: float
) -> None:
    flows = flows_under(rule)
    before = self_containment(flows, official())
    assert (len(before), int(before["valid"].sum())) == (173, valid)
    settled = settle_areas(flows, official())
    assert settled.areas["valid"].all()
    assert (len(settled.areas), len(settled.moved)) == (left, moved)
    assert adjusted_rand_score(official(), settled.membership) == pytest.approx(rand, abs=0.0006)


def test_most_zones_have_their_strongest_link_with_their_own_official_area() -> None:
    margin = measure_attachment(flows_under(TTWA_RULE), official())["margin"]
    assert (margin > 0).mean() == pytest.approx(0.970, abs=0.0006)


def test_colchester_and_clacton_make_the_cluster_at_three_quarters() -> None:
    zones = read_zones("msoa11")
    colchester = zones.index[zones["lad25cd"] == "E07000071"]
    ipswich = zones.index[zones["lad25cd"] == "E07000202"]
    got = cluster_around(flows_under(TTWA_RULE), official(), colchester, target_sc=0.75)
    assert got.areas == ("Colchester", "Clacton")
    assert not set(ipswich) & set(got.zones)
    last = got.steps.iloc[-1]
    assert 100 * last["supply_side"] == pytest.approx(78.6, abs=0.06)
    assert 100 * last["demand_side"] == pytest.approx(86.2, abs=0.06)
