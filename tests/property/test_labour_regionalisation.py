"""What must hold for travel-to-work areas of any commuting figures."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from localarea.errors import SchemaError
from localarea.labour.flow_matrix import build_flow_matrix
from localarea.labour.self_containment import Criteria, self_containment
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import ISTAT_METHOD, TtwaParameters

CODES = [f"z{i}" for i in range(8)]
PLAIN = TtwaParameters(criteria=Criteria(150, 1_500, 0.55, 0.7))
METHODS = [
    PLAIN,
    TtwaParameters(criteria=replace(PLAIN.criteria, form="linear"), order="strongest_link"),
    replace(PLAIN, placing="together"),
    # By entry: by code, as LabourMarketAreas has it, codes do matter.
    replace(ISTAT_METHOD, criteria=PLAIN.criteria, reserve="as_entered"),
]
ROW = st.tuples(
    st.sampled_from(CODES), st.sampled_from(CODES), st.one_of(st.just(0), st.integers(1, 900))
)


def _table(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    # Codes as Python's own texts: to make Arrow's of them takes longer than the areas.
    return pd.DataFrame(rows, columns=["origin", "destination", "workers"], dtype=object).astype(
        {"workers": int}
    )


TABLES = st.lists(ROW, min_size=1, max_size=64).map(_table)


def _told_apart(table: pd.DataFrame, own: list[int], codes: list[str]) -> pd.DataFrame:
    apart = table[table["origin"] != table["destination"]]
    return pd.concat([apart, _table(list(zip(codes, codes, own, strict=True)))])


# Zones with different own workers: between zones alike in every figure only codes can decide.
TOLD_APART = st.builds(
    _told_apart,
    TABLES,
    st.lists(st.integers(0, 900), min_size=8, max_size=8, unique=True),
    st.just(CODES),
)
# Areas here have equal links and equal worst scores: ranked by code alone, they are others when the
# codes are turned round, which chance seldom draws.
TIED = _told_apart(
    _table(
        [
            *[("z1", "z2", 200), ("z1", "z3", 100), ("z2", "z0", 100), ("z2", "z6", 100)],
            *[("z5", "z1", 50), ("z5", "z3", 200), ("z7", "z3", 200)],
        ]
    ),
    [750, 550, 900, 300, 800, 350, 700, 400],
    CODES,
)
SETTINGS = settings(deadline=None, max_examples=25)


def partition(membership: pd.Series) -> set[frozenset[str]]:
    areas: dict[str, set[str]] = {}
    for code, area in membership.items():
        areas.setdefault(area, set()).add(str(code))
    return {frozenset(codes) for codes in areas.values()}


def areas_of(table: pd.DataFrame, method: TtwaParameters) -> set[frozenset[str]]:
    matrix = build_flow_matrix(table, codes=CODES)
    return partition(compute_travel_to_work_areas(matrix, method).membership)


@pytest.mark.parametrize("method", METHODS)
@SETTINGS
@given(table=TOLD_APART, order=st.permutations(range(8)), shuffle=st.randoms(use_true_random=False))
@example(table=TIED, order=list(range(8))[::-1], shuffle=Random(0))
def test_codes_and_the_order_of_rows_do_not_matter(
    method: TtwaParameters, table: pd.DataFrame, order: list[int], shuffle: object
) -> None:
    rename = {code: CODES[at] for code, at in zip(CODES, order, strict=True)}
    rows = list(range(len(table)))
    shuffle.shuffle(rows)  # type: ignore[attr-defined]
    other = table.iloc[rows].replace({"origin": rename, "destination": rename})
    moved = {frozenset(rename[code] for code in area) for area in areas_of(table, method)}
    assert areas_of(other, method) == moved


@pytest.mark.parametrize("method", METHODS)
@SETTINGS
@given(table=TABLES)
def test_a_flow_in_two_rows_is_the_same_flow(method: TtwaParameters, table: pd.DataFrame) -> None:
    half = table["workers"] // 2
    split = pd.concat([table.assign(workers=half), table.assign(workers=table["workers"] - half)])
    assert areas_of(split, method) == areas_of(table, method)


@pytest.mark.parametrize("method", METHODS)
@SETTINGS
@given(table=TABLES, factor=st.sampled_from([2, 4, 1024]))
def test_scaling_flows_and_sizes_changes_nothing(
    method: TtwaParameters, table: pd.DataFrame, factor: int
) -> None:
    # By powers of two: other factors round, and a rounded tie is no tie.
    criteria = method.criteria
    larger = replace(
        method,
        criteria=replace(
            criteria, min_size=criteria.min_size * factor, target_size=criteria.target_size * factor
        ),
    )
    scaled = table.assign(workers=table["workers"] * factor)
    assert areas_of(scaled, larger) == areas_of(table, method)


@pytest.mark.parametrize("method", METHODS)
@SETTINGS
@given(table=TABLES)
def test_every_zone_has_one_area_and_invalid_ones_are_told(
    method: TtwaParameters, table: pd.DataFrame
) -> None:
    flows = build_flow_matrix(table, codes=CODES)
    result = compute_travel_to_work_areas(flows, method)
    assert result.membership.index.tolist() == CODES
    assert result.membership.notna().all()
    measured = self_containment(flows, result.membership, criteria=method.criteria)
    assert set(result.invalid_areas) == set(measured.index[~measured["valid"]])
    for area in result.invalid_areas if method.reserve == "none" else ():
        inside = (result.membership == area).to_numpy()
        dense = flows.matrix.toarray()
        across = dense[inside][:, ~inside].sum() + dense[~inside][:, inside].sum()
        assert across == 0  # only what no flow joins with the rest may fail


@pytest.mark.parametrize("method", METHODS)
@SETTINGS
@given(table=TABLES)
@example(table=pd.DataFrame({"origin": ["z0"], "destination": ["z0"], "workers": [1]}))
def test_replay_ends_in_the_result(method: TtwaParameters, table: pd.DataFrame) -> None:
    result = compute_travel_to_work_areas(build_flow_matrix(table, codes=CODES), method)
    assert partition(result.trace.replay()) == partition(result.membership)
    assert partition(result.trace.replay(0)) == {frozenset([code]) for code in CODES}


@SETTINGS
@given(table=TABLES, other=TABLES, own=st.permutations(range(0, 1600, 100)))
def test_countries_that_share_no_flow_do_not_know_each_other(
    table: pd.DataFrame, other: pd.DataFrame, own: list[int]
) -> None:
    table, other = _told_apart(table, own[:8], CODES), _told_apart(other, own[8:], CODES)
    abroad = {code: f"y{code}" for code in CODES}
    far = other.replace({"origin": abroad, "destination": abroad})
    both = build_flow_matrix(pd.concat([table, far]), codes=CODES + list(abroad.values()))
    together = partition(compute_travel_to_work_areas(both, PLAIN).membership)
    here = areas_of(table, PLAIN)
    there = {frozenset(abroad[code] for code in area) for area in areas_of(other, PLAIN)}
    assert together == here | there


def test_one_zone_and_none() -> None:
    one = build_flow_matrix(
        pd.DataFrame([("a", "a", 5)], columns=["origin", "destination", "workers"])
    )
    result = compute_travel_to_work_areas(one, PLAIN)
    assert result.membership.to_dict() == {"a": "a"}
    assert result.invalid_areas == ("a",)
    none = build_flow_matrix(
        pd.DataFrame({"origin": [], "destination": [], "workers": []}).astype({"workers": int})
    )
    assert compute_travel_to_work_areas(none, PLAIN).membership.empty


def test_zones_without_jobs_or_without_workers_find_an_area() -> None:
    rows = [
        ("town", "town", 800),
        ("dorm", "town", 300),
        ("town", "park", 200),
        ("none", "none", 0),
    ]
    table = pd.DataFrame(rows, columns=["origin", "destination", "workers"])
    result = compute_travel_to_work_areas(build_flow_matrix(table), PLAIN)
    assert result.membership["dorm"] == result.membership["park"] == result.membership["town"]
    assert result.invalid_areas == ("none",)


@pytest.mark.parametrize("count", [-1, float("nan"), float("inf")])
def test_counts_that_are_none_are_refused(count: float) -> None:
    table = pd.DataFrame({"origin": ["a"], "destination": ["b"], "workers": [count]})
    with pytest.raises(SchemaError):
        build_flow_matrix(table)
