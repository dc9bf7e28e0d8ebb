"""Roads that end just short of another are joined to it, where the way round is long."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from localarea.roads.ground.dead_ends import join_dead_ends
from localarea.roads.ground.land import Land

# A road from the west ends 200 m short of a road from south to north, which it meets again only
# by a way round of 12 km.
POINTS = np.array([[0.0, 0], [5_000, 0], [5_200, 0], [5_200, 5_000], [0, 5_000], [5_250, 40]])
ROUND = np.array([[0, 1], [2, 3], [3, 4], [0, 4], [2, 5]])
KM = np.array([5.0, 5.0, 5.2, 5.0, 0.064])
LAND = Land(shapely.box(-1_000, -1_000, 10_000, 10_000))


def test_a_dead_end_is_joined_to_the_nearest_node_of_the_road_beside_it() -> None:
    joints, km = join_dead_ends(POINTS, ROUND, KM, LAND)
    # Node 5 ends beside node 1 as well, at 253 m: each dead end has one joint, to its nearest.
    assert joints.tolist() == [[1, 2], [1, 5]]
    assert km == pytest.approx([1.2 * 0.2, 1.2 * np.hypot(0.25, 0.04)])


def test_what_is_joined_by_a_short_way_stays() -> None:
    # With a link of 1.2 km the way round is under 2 km and three times the gap.
    edges, km = np.vstack([ROUND[:4], [[0, 2]]]), np.append(KM[:4], 5.4)
    joined = join_dead_ends(POINTS[:5], np.vstack([edges, [[1, 2]]]), np.append(km, 1.2), LAND)[0]
    assert joined.tolist() == []


def test_no_joint_leads_over_water_nor_over_a_wide_gap() -> None:
    river = shapely.box(5_040, -1_000, 5_160, 10_000)  # 120 m between the banks
    banks = Land(shapely.difference(LAND.area, river))
    assert join_dead_ends(POINTS[:5], ROUND[:4], KM[:4], banks)[0].tolist() == []
    apart = POINTS[:5] - np.array([[0, 0], [500, 0], [0, 0], [0, 0], [0, 0]])  # a gap of 700 m
    assert join_dead_ends(apart, ROUND[:4], KM[:4], LAND)[0].tolist() == []


def test_a_ring_has_no_dead_end() -> None:
    ring = np.array([[0, 1], [1, 2], [0, 2]])
    joints, km = join_dead_ends(POINTS[:3], ring, np.array([5.0, 0.2, 5.2]), LAND)
    assert joints.shape == (0, 2)
    assert km.shape == (0,)
