"""Areas measured by hand, and parameters and grids that no run could have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from localarea.errors import SchemaError
from localarea.labour.flow_matrix import build_flow_matrix
from localarea.labour.own_flows import use_flows
from localarea.labour.self_containment import Criteria
from localarea.labour.travel_to_work_areas.compute import build_world
from localarea.labour.travel_to_work_areas.parameters import TtwaParameters
from localarea.labour.travel_to_work_areas.resampling import measure_overlaps, measure_stability
from localarea.labour.travel_to_work_areas.result import measure_areas, q_modularity
from localarea.labour.travel_to_work_areas.sensitivity import Sensitivity, run_sensitivity

if TYPE_CHECKING:
    from pathlib import Path

FLOWS = build_flow_matrix(
    pd.DataFrame(
        [("A", "A", 60), ("A", "B", 40), ("B", "A", 10), ("B", "B", 30), ("C", "B", 20)],
        columns=["origin", "destination", "workers"],
    )
)
TWO = pd.Series({"A": "east", "B": "west", "C": "west"})


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"order": "alphabet"}, "order is 'alphabet', not one of employed_residents, jobs"),
        ({"link": "strong"}, "link is 'strong', not one of smart"),
        ({"size_measure": "people"}, "size_measure is 'people', not one of employed_residents"),
        ({"reserve": "as_entered"}, "a reserve list needs dissolution='one_zone' or"),
    ],
)
def test_a_method_that_there_is_none_of_is_told(choices: dict[str, Any], said: str) -> None:
    with pytest.raises(SchemaError, match=said):
        TtwaParameters(**choices)


def test_size_is_that_of_residents_or_of_jobs() -> None:
    # East: 100 residents, 70 jobs, 60 of them its own; west: 60 residents, 90 jobs, 50 of them.
    criteria = Criteria(50, 80, 0.5, 0.75)
    residents = measure_areas(FLOWS, TWO, TtwaParameters(criteria=criteria))
    jobs = measure_areas(FLOWS, TWO, TtwaParameters(criteria=criteria, size_measure="jobs"))
    assert residents["zones"].tolist() == jobs["zones"].tolist() == [1, 2]
    assert residents["jobs_per_resident"].tolist() == pytest.approx([70 / 100, 90 / 60])
    # min(SC / 0.75, 1) x (1 - (1 - 0.5 / 0.75) x max(0, (80 - size) / 30)) x 0.75 / 0.5, with SC
    # 0.6 in the east and 50 / 90 in the west.
    east = 0.6 / 0.75 * 1.5
    west = 50 / 90 / 0.75 * 1.5
    assert residents["validity"].tolist() == pytest.approx([east, west * (1 - (1 / 3) * (20 / 30))])
    assert jobs["validity"].tolist() == pytest.approx([east * (1 - (1 / 3) * (10 / 30)), west])


def test_an_area_without_residents_has_no_balance() -> None:
    alone = pd.Series({"A": "a", "B": "b", "C": "c"})
    flows = build_flow_matrix(
        pd.DataFrame([("A", "C", 5), ("B", "C", 1)], columns=["origin", "destination", "workers"])
    )
    found = measure_areas(flows, alone, TtwaParameters())
    assert np.isnan(found.loc["c", "jobs_per_resident"])
    assert found.loc["a", "jobs_per_resident"] == 0


def test_modularity_is_commuting_within_beyond_that_by_chance() -> None:
    # Within: 60 and 50 of 160. By chance: 100 x 70 and 60 x 90, of 160 x 160.
    expected = (60 + 50) / 160 - (100 * 70 + 60 * 90) / 160**2
    assert q_modularity(FLOWS, TWO) == pytest.approx(expected)
    nobody = build_flow_matrix(
        pd.DataFrame([("A", "A", 0)], columns=["origin", "destination", "workers"])
    )
    assert np.isnan(q_modularity(nobody, pd.Series({"A": "a"})))


def test_an_area_is_as_well_found_again_as_its_best_match() -> None:
    counted = pd.Series(["x", "x", "y", "y"])
    again, split = np.array([1, 1, 0, 0]), np.array([0, 1, 1, 1])
    found = measure_overlaps(counted, [again, split])
    # Split: x shares 1 of 2 with the first area; y all of 2 with the second, of 3 in both.
    assert found["mean_jaccard"].tolist() == pytest.approx([(1 + 1 / 2) / 2, (1 + 2 / 3) / 2])
    assert found["min_jaccard"].tolist() == pytest.approx([1 / 2, 2 / 3])
    assert found["zones"].tolist() == [2, 2]


@pytest.mark.parametrize(
    ("matrices", "grid", "anchors", "said"),
    [
        ({"a": FLOWS}, {"colour": [1]}, {"msoa11": ["A"]}, "colour is not a parameter"),
        ({"a": FLOWS}, {"min_size": [1]}, {"msoa21": ["A"]}, "no anchor for"),
        ({}, {"min_size": [1]}, {}, "there are no matrices to run"),
    ],
)
def test_a_grid_that_cannot_be_run_is_told(
    matrices: dict[str, Any], grid: dict[str, Any], anchors: dict[str, Any], said: str
) -> None:
    with pytest.raises(SchemaError, match=said):
        run_sensitivity(matrices, grid, anchors)


def test_the_share_of_runs_is_the_mean_over_the_zones_of_each_system() -> None:
    frequency = pd.DataFrame(
        {
            "zone_system": ["msoa11", "msoa11", "msoa21"],
            "zone": ["A", "B", "A"],
            "runs": [4, 4, 2],
            "with_anchor": [1.0, 0.5, 0.25],
        }
    )
    found = Sensitivity(pd.DataFrame(), frequency).share_of(["A", "B", "Z"])
    assert found.to_dict() == {"msoa11": 0.75, "msoa21": 0.25}


def test_no_runs_measure_no_stability() -> None:
    with pytest.raises(SchemaError, match="the number of runs is 0, not at least 1"):
        measure_stability(FLOWS, ["A"], n_runs=0)


def test_areas_that_prefer_their_neighbours_need_to_know_them() -> None:
    prefer, ranked = TtwaParameters(contiguity="prefer"), np.arange(3)
    with pytest.raises(SchemaError, match="contiguity needs the pairs of zones that share a borde"):
        build_world(FLOWS, prefer, ranked)
    nobody = build_world(FLOWS, prefer, ranked, [])
    both = build_world(FLOWS, prefer, ranked, [("A", "B"), ("B", "A"), ("C", "B")])
    # A pair is known from either side, once however often it is named: A-B and B-C, both ways.
    assert (len(nobody.borders), len(both.borders)) == (0, 4)


def test_flows_of_a_file_are_those_of_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "flows.csv"
    path.write_text("origin,destination,workers\nA,B,4\nB,A,3\n", encoding="utf-8")
    found = use_flows(path)
    assert (found.zone_system, found.matrix.sum()) == ("own", 7)
