"""
The figures of docs/validation-ttwa.md are those that come out, beside the official areas of ONS.

Their agreement with ONS's areas is a record and no target, for ONS made its own from finer
zones: this holds the page to the code. That the areas are right is for `tests/oracle` and
`tests/unit/labour/test_ttwa_twelve_zones.py`; here only what the method promises is asserted of
them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

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
    from pathlib import Path

    import pandas as pd

# A matrix of flows inside the United Kingdom knows no jobs offshore or abroad.
INSIDE_UK = SpecialRule(offshore="exclude", outside_uk="exclude")
OFFICIAL_AREAS = 149 + 18 + 6  # ONS, 2011: England, Wales, and those across a border


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "validation-ttwa.md").read_text(encoding="utf-8")


@cache
def flows_under(rule: SpecialRule) -> FlowMatrix:
    return read_flow_matrix(2011, rule=rule)


@cache
def official() -> pd.Series:
    table = read_ttwa11_msoa11().set_index("msoa11cd")
    return table["ttwa11nm"].sort_index()


def row_of(page: str, begins: str) -> list[str]:
    (line,) = [line for line in page.splitlines() if line.startswith(f"| {begins} |")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


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


@pytest.mark.parametrize(
    ("form", "row"),
    [
        ("product", "`ons2011` (product form, most residents first)"),
        ("linear", "linear form"),
    ],
)
def test_agreement_from_single_zones_is_as_the_page_says(form: str, row: str, page: str) -> None:
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    method = ONS_2011_METHOD.with_thresholds(form=form)  # type: ignore[arg-type]
    got = compute_travel_to_work_areas(flows_under(TTWA_RULE), method).membership
    rand, v = adjusted_rand_score(official(), got), v_measure_score(official(), got)
    assert row_of(page, row)[:3] == [str(got.nunique()), f"{rand:.3f}", f"{v:.3f}"]


@pytest.mark.parametrize(
    ("rule", "row"), [(TTWA_RULE, "count as residents (`TTWA_RULE`)"), (INSIDE_UK, "left out")]
)
def test_official_areas_stand_under_the_rules_as_far_as_the_page_says(
    rule: SpecialRule, row: str, page: str
) -> None:
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    flows = flows_under(rule)
    before = self_containment(flows, official())
    assert len(before) == OFFICIAL_AREAS
    settled = settle_areas(flows, official())
    assert settled.areas["valid"].all()
    valid, _, left, moved, rand, v = row_of(page, row)
    assert valid == f"{before['valid'].sum()} of {OFFICIAL_AREAS}"
    assert (left, moved) == (str(len(settled.areas)), str(len(settled.moved)))
    assert rand == f"{adjusted_rand_score(official(), settled.membership):.3f}"
    assert v == f"{v_measure_score(official(), settled.membership):.3f}"


def test_zones_have_their_strongest_link_with_their_own_area_as_often_as_the_page_says(
    page: str,
) -> None:
    margin = measure_attachment(flows_under(TTWA_RULE), official())["margin"]
    assert f"{(margin > 0).mean():.1%} of MSOAs have their strongest link" in page


def test_the_cluster_around_colchester_ends_with_the_area_that_reaches_the_target() -> None:
    zones = read_zones("msoa11")
    colchester = zones.index[zones["lad25cd"] == "E07000071"]
    got = cluster_around(flows_under(TTWA_RULE), official(), colchester, target_sc=0.75)
    sets = {n: official().index[official().isin(got.areas[:n])] for n in (1, len(got.areas))}
    measured = self_containment(flows_under(TTWA_RULE), sets)
    smaller = measured[["supply_side", "demand_side"]].min(axis=1)
    assert smaller.iloc[0] < 0.75 <= smaller.iloc[-1]
    assert got.areas == ("Colchester", "Clacton")
    assert set(got.zones) == set(official().index[official().isin(got.areas)])
    last = got.steps.iloc[-1]
    assert (last["supply_side"], last["demand_side"]) == pytest.approx(
        tuple(measured[["supply_side", "demand_side"]].iloc[-1])
    )
