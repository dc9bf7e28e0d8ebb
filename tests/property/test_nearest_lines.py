"""The nearest of many lines is the one that Shapely finds."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.geo.nearest_lines import NearestLines

WHOLE = st.integers(-1000, 1000)
LINES = st.lists(st.tuples(WHOLE, WHOLE, WHOLE, WHOLE), min_size=1, max_size=60)
PLACES = st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=20)


@settings(max_examples=200, deadline=None)
@given(LINES, PLACES, st.sampled_from([1.0, 0.1, 700.0]))
def test_distances_are_those_of_shapely(
    lines: list[tuple[int, ...]], places: list[tuple[int, int]], scale: float
) -> None:
    ends = np.array(lines, float) * scale
    xs, ys = np.array(places, np.int32).T
    shapes = shapely.linestrings(ends.reshape(-1, 2, 2))
    expected = [shapely.distance(shapes, shapely.Point(x, y)).min() for x, y in places]
    assert NearestLines(ends).distances(xs, ys) == pytest.approx(expected, rel=1e-12, abs=1e-9)


def test_without_lines_none_is_nearest() -> None:
    with pytest.raises(ValueError, match="lines must not be empty"):
        NearestLines(np.empty((0, 4)))
