"""Borders that are held once: arcs of squares counted by hand, and packing without loss."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from resident_lines import unpack_line

from localarea.reports.resident_map.topology import (
    Topology,
    pack_lines,
    share_borders,
)


def areas(*shapes: shapely.Geometry) -> np.ndarray:
    return np.array(shapes, dtype=object)


def polygon_of(topology: Topology, area: int) -> shapely.Geometry:
    """Put an area together again from its arcs."""
    rings = []
    for ring in topology.rings[area]:
        corners: list[tuple[float, float]] = []
        for number in ring:
            line = list(topology.arcs[~number if number < 0 else number].coords)
            corners += (line[::-1] if number < 0 else line)[:-1]
        rings.append(shapely.Polygon(corners))
    whole = rings[0]
    for ring in rings[1:]:
        whole = whole.symmetric_difference(ring)
    return whole


def square(x: float, y: float, side: float = 100.0) -> shapely.Polygon:
    return shapely.box(x, y, x + side, y + side)


def test_two_squares_share_one_line() -> None:
    found = share_borders(areas(square(0, 0), square(100, 0)))
    # The shared side, and the three other sides of each, which are one line.
    assert sorted(round(line.length) for line in found.arcs) == [100, 300, 300]
    (shared,) = [at for at, line in enumerate(found.arcs) if round(line.length) == 100]
    assert sorted(found.owners[shared]) == [0, 1]
    outer = [at for at in range(3) if at != shared]
    assert sorted(tuple(found.owners[at]) for at in outer) == [(0, -1), (1, -1)]


def test_four_squares_meet_in_a_point() -> None:
    four = areas(square(0, 0), square(100, 0), square(0, 100), square(100, 100))
    found = share_borders(four)
    assert len(found.arcs) == 8  # four spokes, and a corner of each square
    assert [polygon_of(found, k).equals(four[k]) for k in range(4)] == [True] * 4


def test_an_enclave_and_an_island_have_one_line_each() -> None:
    ring = shapely.Polygon(square(0, 0, 300).exterior, [square(100, 100).exterior])
    three = areas(ring, square(100, 100), square(1000, 1000))
    found = share_borders(three)
    assert sorted(round(line.length) for line in found.arcs) == [400, 400, 1200]
    assert sorted(tuple(sorted(pair)) for pair in found.owners) == [(-1, 0), (-1, 2), (0, 1)]
    assert all(polygon_of(found, k).equals(three[k]) for k in range(3))


def test_both_sides_are_simplified_alike() -> None:
    bent = [(100, 0), (103, 25), (100, 50), (97, 75), (100, 100)]
    left = shapely.Polygon([(0, 0), *bent, (0, 100)])
    right = shapely.Polygon([*bent, (200, 100), (200, 0)])
    found = share_borders(areas(left, right))
    light = found.simplified(np.full(len(found.arcs), 10.0))
    one, other = polygon_of(light, 0), polygon_of(light, 1)
    assert one.equals(square(0, 0))
    assert one.intersection(other).area == 0
    assert one.union(other).area == 20_000


# Centimetres: of corners that are less than 1e-160 m apart GEOS divides by the square, zero.
ACROSS = st.integers(0, 900_000).map(lambda centimetres: centimetres / 100)


@given(st.lists(st.tuples(ACROSS, ACROSS), min_size=2, max_size=40, unique=True))
def test_a_line_comes_back_within_half_a_step(corners: list[tuple[float, float]]) -> None:
    lines = np.array([shapely.LineString(corners)], dtype=object)
    (packed,) = pack_lines(lines, (-100.0, 50.0), (4.0, 2.0))
    back = unpack_line(packed, (-100.0, 50.0), (4.0, 2.0))
    assert all(isinstance(value, int) for value in packed)
    for place, at in ((back[0], corners[0]), (back[-1], corners[-1])):
        assert abs(place[0] - at[0]) <= 2.0
        assert abs(place[1] - at[1]) <= 1.0
    assert shapely.hausdorff_distance(shapely.LineString(back), lines[0]) < 2.4


def test_corners_that_fall_together_are_told_once() -> None:
    line = np.array([shapely.LineString([(0, 0), (0.2, 0.1), (10, 0)])], dtype=object)
    assert pack_lines(line, (0.0, 0.0), (1.0, 1.0)) == [[0, 0, 10, 0]]
    short = np.array([shapely.LineString([(5, 5), (5.2, 5.1)])], dtype=object)
    assert pack_lines(short, (0.0, 0.0), (1.0, 1.0)) == [[5, 5, 0, 0]]


def test_no_line_is_nothing() -> None:
    assert pack_lines(np.array([], dtype=object), (0.0, 0.0), (1.0, 1.0)) == []


@pytest.mark.parametrize("turn", range(4))
def test_where_a_ring_begins_does_not_matter(turn: int) -> None:
    corners = [(0, 0), (100, 0), (100, 100), (0, 100)]
    turned = shapely.Polygon(corners[turn:] + corners[:turn])
    found = share_borders(areas(turned, square(100, 0)))
    assert len(found.arcs) == 3
    assert polygon_of(found, 0).equals(square(0, 0))
