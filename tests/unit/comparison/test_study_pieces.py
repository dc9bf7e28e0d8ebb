"""Parts and holes from who borders on whom, as in the union of the shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.comparison.study.pieces import neighbours_of, parts_and_holes
from localarea.places.contiguity import count_parts, pieces_of, shared_borders
from localarea.places.outline import area_and_holes

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 5
#  20 21 22 23 24
#  15 16 17 18 19
#  10 11 12 13 14     12 is not land: a lake in the middle.
#   5  6  7  8  9     24 has an island of its own, away from everything.
#   0  1  2  3  4


def squares() -> NDArray[Any]:
    made = [shapely.box(n % SIDE, n // SIDE, n % SIDE + 1, n // SIDE + 1) for n in range(SIDE**2)]
    made[24] = shapely.MultiPolygon([made[24], shapely.box(9, 9, 10, 10)])
    return np.array([shape for n, shape in enumerate(made) if n != 12], dtype=object)


SHAPES = squares()
NUMBERS = [n for n in range(SIDE**2) if n != 12]
NEIGHBOURS = neighbours_of(SHAPES)


def inside(*zones: int) -> NDArray[np.bool_]:
    return np.isin(NUMBERS, zones)


@pytest.mark.parametrize(
    ("zones", "parts", "holes"),
    [
        ((0,), 1, 0),
        ((0, 6), 2, 0),  # corners alone are no border
        ((6, 7, 8, 11, 13, 16, 17, 18), 1, 1),  # round the lake
        ((0, 1, 2, 5, 7, 10, 11), 1, 1),  # round 6, closed at the corner of 7 and 11 alone
        ((0, 1, 2, 3, 4, 5, 9, 10, 14, 15, 19, 20, 21, 22, 23, 24), 1, 1),  # the rim
        ((0, 1, 2, 3, 4, 5, 9, 10, 14, 15, 19, 20, 21, 22, 23, 24, 6), 1, 1),
        ((0, 1, 2, 5, 7, 10, 11, 12, 22, 23), 2, 1),
        ((24,), 1, 0),  # a zone is one part with its island
        (tuple(NUMBERS), 1, 1),  # the lake
    ],
)
def test_parts_and_holes_counted_by_hand(zones: tuple[int, ...], parts: int, holes: int) -> None:
    assert parts_and_holes(NEIGHBOURS, inside(*zones)) == (parts, holes)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.booleans(), min_size=len(NUMBERS), max_size=len(NUMBERS)).filter(any))
def test_any_set_has_the_parts_and_holes_of_its_union(chosen: list[bool]) -> None:
    held = np.array(chosen)
    _, holes = area_and_holes(SHAPES[held], "any")
    parts = count_parts(shared_borders(SHAPES), held)
    assert parts_and_holes(NEIGHBOURS, held) == (parts, holes)


@given(st.sets(st.sampled_from(NUMBERS)))
@settings(max_examples=30, deadline=None)
def test_pieces_are_the_components_in_the_order_of_their_first_zones(zones: set[int]) -> None:
    held, borders = inside(*zones), shared_borders(SHAPES)
    graph = nx.from_scipy_sparse_array(borders).subgraph(np.flatnonzero(held).tolist())
    found = [np.flatnonzero(piece).tolist() for piece in pieces_of(borders, held)]
    assert found == sorted(map(sorted, nx.connected_components(graph)))
