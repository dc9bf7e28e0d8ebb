"""Borders of zones are kept for the next question, which may be of fewer, more or other zones."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from localarea.places import outline
from localarea.places.contiguity import shared_borders

# Four squares in a row, 100 metres wide: each shares 100 metres with the next.
SQUARES = {f"Z{at}": shapely.box(100 * at, 0, 100 * (at + 1), 100) for at in range(4)}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Give what shapes were read of, one question after another."""
    read: list[tuple[str, ...]] = []

    def shapes(codes: tuple[str, ...], *_: object) -> np.ndarray:
        read.append(codes)
        return np.array([SQUARES[code] for code in codes])

    monkeypatch.setattr(outline, "_zone_shapes", shapes)
    return read


def lengths(borders: object) -> list[list[float]]:
    return borders.toarray().tolist()  # type: ignore[attr-defined, no-any-return]


def test_borders_are_those_of_the_shapes_in_the_order_asked(asked: list[tuple[str, ...]]) -> None:
    kept = outline._Borders("msoa11", object())  # type: ignore[arg-type]
    assert lengths(kept.of(np.array(["Z2", "Z1"]))) == [[0, 100], [100, 0]]
    assert lengths(kept.of(np.array(["Z1", "Z3"]))) == [[0, 0], [0, 0]]
    whole = np.array(["Z0", "Z1", "Z2", "Z3"])
    expected = shared_borders(np.array([SQUARES[code] for code in whole])).toarray()
    assert (kept.of(whole).toarray() == expected).all()
    assert lengths(kept.of(np.array(["Z3", "Z0", "Z2"]))) == [[0, 0, 100], [0, 0, 0], [100, 0, 0]]
    # The last question is answered from the one before it.
    assert asked == [("Z1", "Z2"), ("Z1", "Z2", "Z3"), ("Z0", "Z1", "Z2", "Z3")]


def test_no_more_are_kept_than_a_limit(
    asked: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outline, "_MOST_BORDERS", 2)
    kept = outline._Borders("msoa11", object())  # type: ignore[arg-type]
    kept.of(np.array(["Z0", "Z1"]))
    assert lengths(kept.of(np.array(["Z1", "Z2"]))) == [[0, 100], [100, 0]]
    assert asked[-1] == ("Z1", "Z2")
    assert kept.of(np.array([], dtype=str)).shape == (0, 0)


def test_zones_elsewhere_are_asked_for_alone(asked: list[tuple[str, ...]]) -> None:
    kept = outline._Borders("msoa11", object())  # type: ignore[arg-type]
    kept.of(np.array(["Z0", "Z1"]))
    assert lengths(kept.of(np.array(["Z2", "Z3"]))) == [[0, 100], [100, 0]]
    assert asked == [("Z0", "Z1"), ("Z2", "Z3")]


@pytest.mark.parametrize(("size", "shift"), [(1, 0), (1 / 1024, 0), (1, -400)])
def test_borders_are_the_same_wherever_the_zones_lie(size: float, shift: float) -> None:
    # Whole metres are sorted two to a number, all else by each coordinate.
    order = (0, 2, 1, 3)
    squares = np.array([SQUARES[f"Z{at}"] for at in order])
    moved = shapely.transform(squares, lambda at: at * size + shift)
    beside = [[abs(one - other) == 1 for other in order] for one in order]
    expected = [[100 * size * one for one in row] for row in beside]
    assert lengths(shared_borders(moved)) == expected


@pytest.mark.parametrize(
    "apart",
    [
        [shapely.box(2**31, 0, 2**31 + 1, 5), shapely.box(0, 1, 1, 9)],
        [shapely.box(-1, 1, 5, 2), shapely.box(2**31 - 50, 0, 2**31 - 1, 1)],
    ],
)
def test_metres_that_do_not_fit_two_to_a_number_are_told_apart(apart: list[object]) -> None:
    assert shared_borders(np.array(apart)).nnz == 0
