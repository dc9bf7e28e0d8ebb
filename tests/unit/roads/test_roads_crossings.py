"""Bridges that the graph lacks are added, unless it has them or is no graph of their country."""

from __future__ import annotations

import numpy as np
import pandas as pd

from localarea.roads.ground.crossings import CROSSINGS, NEAR_M, Crossing, add_crossings

# A road on either bank of an estuary, 2 km apart, which meet 40 km inland.
POINTS = np.array([[0.0, 0], [0, 2_000], [20_000, 0], [20_000, 2_000]])
BANKS = pd.DataFrame(
    {"u": [0, 1, 2], "v": [2, 3, 3], "km": [20.0, 20.0, 2.0]}
).assign(dual=0.0, motorway=0.0, surveyed=False)  # fmt: skip
BRIDGE = Crossing(((10.0, -10.0), (-10.0, 2_010.0)), 2.1, dual=True, motorway=True)


def test_a_bridge_joins_the_nodes_at_its_ends() -> None:
    made = add_crossings(POINTS, BANKS, (BRIDGE,))
    assert made.iloc[:3].equals(BANKS)
    row = {"u": 0, "v": 1, "km": 2.1, "dual": 1.0, "motorway": 1.0, "surveyed": True}
    assert made.iloc[3].to_dict() == row


def test_a_graph_that_has_the_bridge_keeps_it_alone() -> None:
    # Another source may draw it as 4 km from end to end: under twice the length it is the same.
    near = pd.concat([BANKS, BANKS.iloc[:1].assign(u=0, v=1, km=4.1)], ignore_index=True)
    assert add_crossings(POINTS, near, (BRIDGE,)) is near
    far = near.assign(km=[20.0, 20.0, 2.0, 4.3])
    assert len(add_crossings(POINTS, far, (BRIDGE,))) == 5


def test_a_graph_without_a_node_at_each_end_gets_no_bridge() -> None:
    away = Crossing(((NEAR_M + 1.0, 0.0), (0.0, 2_000.0)), 2.1)
    same = Crossing(((0.0, 0.0), (0.0, 100.0)), 0.1)
    assert add_crossings(POINTS, BANKS, (away, same)) is BANKS
    assert add_crossings(POINTS, BANKS, CROSSINGS) is BANKS  # far from the Severn
    assert add_crossings(POINTS, BANKS.iloc[:0], (BRIDGE,)).empty


def test_no_bridge_is_shorter_than_the_straight_line() -> None:
    for crossing in CROSSINGS:
        straight = np.hypot(*np.subtract(*crossing.ends)) / 1000
        assert straight <= crossing.km <= 1.2 * straight
