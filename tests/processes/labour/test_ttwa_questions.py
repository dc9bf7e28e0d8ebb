"""Questions put to travel-to-work areas: attachment, moves, clusters, stability, sensitivity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from localarea.errors import InfeasibleError, PlaceNotFoundError, SchemaError
from localarea.labour.flow_matrix import FlowMatrix, build_flow_matrix
from localarea.labour.self_containment import Criteria
from localarea.labour.travel_to_work_areas.attachment import (
    measure_attachment,
    weakly_attached,
    what_if_moved,
)
from localarea.labour.travel_to_work_areas.cluster import area_of_anchor, cluster_around
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import TtwaParameters
from localarea.labour.travel_to_work_areas.resampling import measure_stability, redraw
from localarea.labour.travel_to_work_areas.sensitivity import run_sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable

# Three towns of two zones. A and B trade commuters, C is remote; b2 leans towards A.
ROWS = [
    ("a1", "a1", 400), ("a1", "a2", 90), ("a1", "b1", 30),
    ("a2", "a1", 100), ("a2", "a2", 200), ("a2", "b2", 20),
    ("b1", "b1", 300), ("b1", "b2", 60), ("b1", "a1", 40),
    ("b2", "b2", 120), ("b2", "b1", 50), ("b2", "a1", 45),
    ("c1", "c1", 250), ("c1", "c2", 80), ("c1", "b1", 5),
    ("c2", "c2", 150), ("c2", "c1", 70),
]  # fmt: skip
SMALL = TtwaParameters(criteria=Criteria(100, 600, 0.6, 0.7))


@pytest.fixture
def flows() -> FlowMatrix:
    table = pd.DataFrame(ROWS, columns=["origin", "destination", "workers"])
    return build_flow_matrix(table)


@pytest.fixture
def towns(flows: FlowMatrix) -> pd.Series:
    return pd.Series([code[0].upper() for code in flows.codes], index=flows.codes)


def test_links_are_those_of_the_formula_with_the_zone_taken_out(
    flows: FlowMatrix, towns: pd.Series
) -> None:
    got = measure_attachment(flows, towns)
    # b2: residents 215, jobs 200. The rest of B: residents 400, jobs 385.
    own = 50**2 / (215 * 385) + 60**2 / (400 * 200)
    # A: residents 840, jobs 875; 45 go there, 20 come from there.
    other = 45**2 / (215 * 875) + 20**2 / (840 * 200)
    assert got.loc["b2", "link"] == pytest.approx(own, rel=1e-12)
    assert got.loc["b2", "second"] == "A"
    assert got.loc["b2", "second_link"] == pytest.approx(other, rel=1e-12)
    assert got.loc["b2", "margin"] == pytest.approx(1 - other / own, rel=1e-12)


def test_zone_with_no_link_elsewhere_has_no_second(flows: FlowMatrix, towns: pd.Series) -> None:
    got = measure_attachment(flows, towns)
    assert pd.isna(got.loc["c2", "second"])
    assert got.loc["c2", "margin"] == 1


def test_weakly_attached_zones_come_weakest_first(flows: FlowMatrix, towns: pd.Series) -> None:
    attachment = measure_attachment(flows, towns)
    weak = weakly_attached(attachment, 0.9)
    assert weak["margin"].is_monotonic_increasing
    assert weak.index[0] == attachment["margin"].idxmin()
    assert weakly_attached(attachment, 0).empty
    with pytest.raises(SchemaError, match="within"):
        weakly_attached(attachment, 1.5)


def test_attachment_needs_an_area_for_every_zone(flows: FlowMatrix, towns: pd.Series) -> None:
    with pytest.raises(SchemaError, match="every zone"):
        measure_attachment(flows, towns.drop("a1"))


def test_move_changes_the_two_areas_and_no_other(flows: FlowMatrix, towns: pd.Series) -> None:
    move = what_if_moved(flows, towns, ["b2"], "A", parameters=SMALL)
    assert move.before.index.tolist() == move.after.index.tolist() == ["A", "B"]
    assert move.after.loc["A", "zones"] == 3
    # 790 stayed in A; with b2 come its own 120, the 45 it sends and the 20 it receives.
    assert move.after.loc["A", "live_and_work"] == 790 + 120 + 45 + 20
    assert move.after.loc["B", "live_and_work"] == 300
    assert towns["b2"] == "B"  # the membership given is left alone
    other = what_if_moved(flows, towns, ["b1"], "A", parameters=SMALL)
    assert other.before.loc["B", "valid"]
    assert not other.after.loc["B", "valid"]


def test_area_that_loses_its_last_zone_is_gone(flows: FlowMatrix, towns: pd.Series) -> None:
    move = what_if_moved(flows, towns, ["b1", "b2"], "A", parameters=SMALL)
    assert move.before.index.tolist() == ["A", "B"]
    assert move.after.index.tolist() == ["A"]


def test_move_to_nowhere_is_refused(flows: FlowMatrix, towns: pd.Series) -> None:
    with pytest.raises(PlaceNotFoundError):
        what_if_moved(flows, towns, ["b2"], "Atlantis")
    with pytest.raises(SchemaError, match="zz"):
        what_if_moved(flows, towns, ["zz"], "A")


def test_anchor_lies_where_most_of_its_residents_do(flows: FlowMatrix, towns: pd.Series) -> None:
    assert area_of_anchor(flows, towns, ["b1", "a2"]) == "B"
    with pytest.raises(SchemaError, match="at least one zone"):
        area_of_anchor(flows, towns, [])


def test_cluster_joins_the_strongest_link_until_it_holds_enough(
    flows: FlowMatrix, towns: pd.Series
) -> None:
    alone = cluster_around(flows, towns, ["b1"], target_sc=0.5)
    assert alone.areas == ("B",)
    pair = cluster_around(flows, towns, ["b1"], target_sc=0.95)
    assert pair.areas == ("B", "A")
    assert pair.zones == ("a1", "a2", "b1", "b2")
    assert pair.steps["self_containment"].is_monotonic_increasing
    # Of 1,455 residents of A and B all work there; five of the 1,460 jobs go to C.
    assert pair.steps["demand_side"].iloc[-1] == pytest.approx(1455 / 1460)
    link = (85 + 0) ** 2 / (615 * 875) + 50**2 / (840 * 585)
    assert pair.steps["link"].iloc[-1] == pytest.approx(link, rel=1e-12)


def test_cluster_that_cannot_reach_its_target_says_so(flows: FlowMatrix, towns: pd.Series) -> None:
    with pytest.raises(InfeasibleError, match="cluster of 1 area is"):
        cluster_around(flows, towns, ["b1"], target_sc=0.95, max_areas=1)
    with pytest.raises(InfeasibleError):
        cluster_around(flows, towns, ["b1"], min_size=1e9)
    with pytest.raises(SchemaError, match="target_sc"):
        cluster_around(flows, towns, ["b1"], target_sc=0)


def test_redrawn_flows_keep_the_zones_and_the_expected_number(flows: FlowMatrix) -> None:
    draws = [redraw(flows, np.random.default_rng(seed)).workers for seed in range(300)]
    # Mean of 300 Poisson totals of 2,010: standard error 2.6.
    assert np.mean(draws) == pytest.approx(flows.workers, abs=13)
    assert np.std(draws) == pytest.approx(flows.workers**0.5, rel=0.2)


def test_stability_is_the_same_on_one_process_and_on_two(flows: FlowMatrix) -> None:
    told: list[int] = []
    one = measure_stability(flows, ["b1"], parameters=SMALL, n_runs=6, seed=3, on_done=told.append)
    two = measure_stability(flows, ["b1"], parameters=SMALL, n_runs=6, seed=3, processes=2)
    pd.testing.assert_series_equal(one.with_anchor, two.with_anchor)
    pd.testing.assert_frame_equal(one.areas, two.areas)
    assert sum(told) == 6
    assert one.with_anchor["b1"] == 1
    assert one.with_anchor["c2"] == 0
    assert one.share_of(["b1", "c2"]) == 0.5
    assert one.share_of(["b1", "c2"], pd.Series({"b1": 3, "c2": 1})) == 0.75
    with pytest.raises(SchemaError, match="runs"):
        measure_stability(flows, ["b1"], n_runs=0)


class Client:
    """A Dask client that works at once, for tests: the calls are those of distributed."""

    def __init__(self) -> None:
        self.scattered = 0

    def scatter(self, data: Any, *, broadcast: bool) -> Any:
        self.scattered += broadcast
        return data

    def submit(self, function: Callable[..., Any], *arguments: Any, pure: bool) -> Any:
        assert pure is False
        answer = function(*arguments)
        return type("Future", (), {"result": lambda _: answer})()


def test_a_client_does_the_work_instead(flows: FlowMatrix) -> None:
    client = Client()
    here = measure_stability(flows, ["b1"], parameters=SMALL, n_runs=3)
    there = measure_stability(flows, ["b1"], parameters=SMALL, n_runs=3, client=client)
    pd.testing.assert_frame_equal(here.runs, there.runs)
    assert client.scattered == 1


def test_sensitivity_runs_every_combination_and_counts_membership(flows: FlowMatrix) -> None:
    grid = {"target_sc": [0.7, 0.99], "order": ["employed_residents", "smallest_first"]}
    got = run_sensitivity({"as counted": flows}, grid, {"msoa11": ["b1"]}, base=SMALL)
    assert got.runs[["target_sc", "order"]].drop_duplicates().shape == (4, 2)
    assert (got.runs["failure"] == "").all()
    frequency = got.frequency.set_index("zone")["with_anchor"]
    assert frequency["b1"] == 1
    for _, run in got.runs.iterrows():
        method = SMALL.with_thresholds(target_sc=run["target_sc"])
        method = TtwaParameters(criteria=method.criteria, order=run["order"])
        plain = compute_travel_to_work_areas(flows, method)
        assert run["areas"] == plain.quality.areas
        assert run["anchor_zones"] == len(plain.zones_of("b1"))
    assert got.share_of(["b1"])["msoa11"] == 1


def test_sensitivity_says_every_fault_before_it_begins(flows: FlowMatrix) -> None:
    with pytest.raises(SchemaError) as caught:
        run_sensitivity({"as counted": flows}, {"moon": [1]}, {})
    assert len(caught.value.faults) == 2
