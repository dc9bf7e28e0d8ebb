"""What must hold for any commuting figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.labour.flow_matrix import build_flow_matrix
from localarea.labour.self_containment import ONS_2011, self_containment, validity

ZONES = list("ABCDEF")
ROW = st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES), st.integers(0, 5_000))


def table(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["origin", "destination", "workers"])


FLOWS = st.lists(ROW, max_size=40).map(table)
LABELS = st.lists(st.sampled_from("xyz"), min_size=6, max_size=6)


@settings(max_examples=40)
@given(FLOWS, LABELS)
def test_reversing_every_trip_swaps_supply_and_demand(
    flows: pd.DataFrame, labels: list[str]
) -> None:
    areas = pd.Series(labels, index=ZONES)
    back = flows.rename(columns={"origin": "destination", "destination": "origin"})
    there = self_containment(build_flow_matrix(flows, codes=ZONES), areas)
    here = self_containment(build_flow_matrix(back, codes=ZONES), areas)
    pd.testing.assert_series_equal(there.supply_side, here.demand_side, check_names=False)


@given(FLOWS, st.permutations(range(6)), LABELS)
def test_row_order_and_relabelling_change_nothing(
    flows: pd.DataFrame, order: list[int], labels: list[str]
) -> None:
    rename = dict(zip(ZONES, [ZONES[i] for i in order], strict=True))
    areas = pd.Series(labels, index=ZONES)
    moved = flows.iloc[::-1].assign(
        origin=lambda f: f.origin.map(rename), destination=lambda f: f.destination.map(rename)
    )
    one = self_containment(build_flow_matrix(flows, codes=ZONES), areas)
    other = self_containment(build_flow_matrix(moved, codes=ZONES), areas.rename(rename))
    pd.testing.assert_frame_equal(one, other)


@given(FLOWS, LABELS)
def test_workers_and_jobs_are_conserved_over_a_partition(
    flows: pd.DataFrame, labels: list[str]
) -> None:
    matrix = build_flow_matrix(flows, codes=ZONES)
    got = self_containment(matrix, pd.Series(labels, index=ZONES))
    assert got.employed_residents.sum() == flows.workers.sum()
    assert got.jobs.sum() == flows.workers.sum()
    assert (got.live_and_work <= got[["employed_residents", "jobs"]].min(axis=1)).all()


@given(FLOWS, LABELS)
def test_sets_at_once_equal_sets_one_by_one_in_plain_pandas(
    flows: pd.DataFrame, labels: list[str]
) -> None:
    matrix = build_flow_matrix(flows, codes=ZONES)
    sets = {name: [z for z, at in zip(ZONES, labels, strict=True) if at == name] for name in "xyz"}
    got = self_containment(matrix, sets)
    for name, zones in sets.items():
        lives, works = flows.origin.isin(zones), flows.destination.isin(zones)
        assert got.live_and_work[name] == flows.workers[lives & works].sum()
        assert got.employed_residents[name] == flows.workers[lives].sum()
        assert got.jobs[name] == flows.workers[works].sum()


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_people_or_more_containment_never_lower_validity(
    one: float, other: float, few: float, many: float
) -> None:
    (low, high), (small, large) = sorted((one, other)), sorted((few, many))
    got = validity(np.array([low, high, low]), np.array([small, small, large]), ONS_2011)
    assert got[0] <= got[1] + 1e-12
    assert got[0] <= got[2] + 1e-12
