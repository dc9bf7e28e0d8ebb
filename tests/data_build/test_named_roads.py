"""Sections of a road joined to lines: over roundabouts, but not over a real gap."""

from __future__ import annotations

import numpy as np
import shapely
from building.named_roads import _lines, _over_gaps


def lines(*all_corners: list[tuple[float, float]]) -> list[shapely.LineString]:
    return [shapely.LineString(corners) for corners in all_corners]


def test_a_roundabout_is_crossed_and_a_gap_is_not() -> None:
    found = _over_gaps(lines([(0, 0), (1000, 0)], [(1100, 0), (2000, 0)], [(9000, 0), (9900, 0)]))
    assert sorted(round(line.length) for line in found) == [900, 2000]


def test_it_does_not_matter_which_way_a_section_runs() -> None:
    (found,) = _over_gaps(lines([(1000, 0), (0, 0)], [(2000, 0), (1100, 0)]))
    assert {found.coords[0], found.coords[-1]} == {(0, 0), (2000, 0)}
    assert found.length == 2000


def test_a_ring_is_not_joined_to_itself() -> None:
    ring = [(0, 0), (100, 0), (100, 100), (10, 10)]
    (found,) = _over_gaps(lines(ring))
    assert list(found.coords) == ring


def test_sections_end_to_end_are_one_line() -> None:
    parts = np.array(lines([(0, 0), (500, 3)], [(500, 3), (1000, 0)]), dtype=object)
    (found,) = _lines(parts)
    assert list(found.coords) == [(0, 0), (1000, 0)]  # 3 m are less than the detail kept
