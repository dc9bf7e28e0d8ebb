"""In which order areas join an anchor's, and one zone's links: twelve zones worked by hand.

The areas A, B and C and their sums are those of docs/example-twelve-zones.md.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from localarea.datasets.flow_formats.flow_pairs import read_flow_pairs
from localarea.errors import InfeasibleError, SchemaError
from localarea.labour.flow_matrix import FlowMatrix, build_flow_matrix
from localarea.labour.travel_to_work_areas.attachment import links_of_zone, measure_attachment
from localarea.labour.travel_to_work_areas.cluster import Joining, joining_order, least_target

if TYPE_CHECKING:
    from pathlib import Path

HELD = {"A": "A a1 a2 a3", "B": "B b1 b2 b3 c1 c2", "C": "C c3"}


@pytest.fixture(scope="module")
def flows(repository: Path) -> FlowMatrix:
    return build_flow_matrix(read_flow_pairs(repository / "docs" / "examples" / "twelve-zones.csv"))


@pytest.fixture(scope="module")
def areas() -> pd.Series:
    return pd.Series({zone: area for area, zones in HELD.items() for zone in zones.split()})


def test_areas_join_in_the_order_of_their_links(flows: FlowMatrix, areas: pd.Series) -> None:
    order = joining_order(flows, areas, ["A"], most=5)
    # A sends 20 to B: 20^2 / (620 x 800) = 1/1240; C sends 10 to A: 10^2 / (410 x 610) = 10/25010.
    assert order["area"].tolist() == ["A", "B", "C"]
    assert order["link"].iloc[1] == pytest.approx(1 / 1240, rel=1e-12)
    # A alone: 600 of 620 residents and of 610 jobs. With B: 600 + 780 + 20 of 1450 and of 1410.
    # With C it is everybody.
    assert order["self_containment"].tolist() == pytest.approx([600 / 620, 1400 / 1450, 1])


def test_no_more_areas_are_listed_than_asked(flows: FlowMatrix, areas: pd.Series) -> None:
    assert joining_order(flows, areas, ["A"], most=2)["area"].tolist() == ["A", "B"]


def test_a_target_must_exceed_all_that_was_reached_before(
    flows: FlowMatrix, areas: pd.Series
) -> None:
    order = joining_order(flows, areas, ["A"], most=3)
    assert least_target(order, "A") == 0
    assert least_target(order, "B") == pytest.approx(600 / 620)
    # B makes it less self-contained, so that a target that B joins for, C joins for as well.
    assert least_target(order, "C") == pytest.approx(600 / 620)
    # A alone is too small to stop at 1,000 workers: B joins whatever the target.
    assert least_target(order, "B", min_size=1000) == 0
    # It has 620, which is enough where 620 are asked for.
    assert least_target(order, "B", min_size=620) == pytest.approx(600 / 620)
    assert least_target(order, "B", min_size=621) == 0
    assert least_target(order, "C", min_size=1000) == pytest.approx(1400 / 1450)
    assert least_target(order, "Z") is None


def test_one_zones_links_are_those_of_the_page(flows: FlowMatrix, areas: pd.Series) -> None:
    links = links_of_zone(flows, areas, "c1")
    # Step 8 of the page: 40 people work in c2, which is B, and 5 come from there; 20 go to C.
    assert links.index.tolist() == ["B", "C", "A"]
    assert links.loc["B"].tolist() == pytest.approx([float(Fraction("21779/992070")), 40, 5])
    assert links.loc["C"].tolist() == pytest.approx([2 / 225, 20, 0])
    assert links.loc["A"].tolist() == [0, 0, 0]


def test_one_zones_links_are_those_of_all_zones(flows: FlowMatrix, areas: pd.Series) -> None:
    of_all = measure_attachment(flows, areas)
    for zone in flows.codes.tolist():
        links = links_of_zone(flows, areas, zone)
        assert links["link"].loc[areas[zone]] == pytest.approx(of_all["link"].loc[zone])
        others = links["link"].drop(index=areas[zone])
        assert others.max() == pytest.approx(of_all["second_link"].loc[zone])


def test_a_zone_that_is_not_there_is_refused(flows: FlowMatrix, areas: pd.Series) -> None:
    with pytest.raises(SchemaError):
        links_of_zone(flows, areas, "z9")


def test_one_order_of_joining_answers_every_target(flows: FlowMatrix, areas: pd.Series) -> None:
    joining = Joining(flows, areas, ["A"])
    # A alone reaches 600/620, with B 1400/1450, with C all: the targets of each are between them.
    for target, joined in ((0.97, "ABC"), (0.9, "A"), (1.0, "ABC"), (600 / 620, "A")):
        assert joining.until(target_sc=target).areas == tuple(joined), target
    with pytest.raises(InfeasibleError, match="2 areas"):
        joining.until(target_sc=1.0, max_areas=2)
    assert joining.until(target_sc=0.9, min_size=1000).areas == ("A", "B")


def test_a_joining_without_an_anchor_is_refused_each_time(
    flows: FlowMatrix, areas: pd.Series
) -> None:
    for _ in range(2):
        with pytest.raises(SchemaError, match="anchor"):
            Joining(flows, areas, [])
