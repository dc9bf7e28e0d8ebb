"""
Withhold small counts of a table with totals, so that subtraction does not give them back.

The table is contracts by quarters with a total of every row, of every column and of all. A
cell that rests on 1 to 4 people is withheld. The totals would give it back, so for each such
cell a *rectangle* is withheld: two rows by two columns, of which a total may be one. Round a
rectangle the figures can move by some t, up at the small cell and down at its neighbours,
while every published figure and every total stays as it is. Whoever reads the table can
therefore not tell the true cell from one that is t larger, for every t up to the smallest
figure that has to go down. A rectangle is used only where that is at least the margin asked
for. Other withheld cells only widen what is possible, never narrow it, so that each cell can
be looked after on its own; and the rectangle of the two totals with the grand total always
serves, since there nothing has to go down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SMALL: Final = 5  # the threshold rule: counts under five are withheld (FCSM Working Paper 22, 1994)
_ROUND_OFF = 1e-9


def with_totals(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Add a row and a column of totals.

    Parameters
    ----------
    values : numpy.ndarray, shape (n_rows, n_columns)
        The inner cells.

    Returns
    -------
    numpy.ndarray, shape (n_rows + 1, n_columns + 1)
        The last row and the last column are totals.
    """
    wide = np.column_stack([values, values.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def small_counts(people: NDArray[np.int64]) -> NDArray[np.bool_]:
    """
    Say which counts are too small to be shown.

    Parameters
    ----------
    people : numpy.ndarray of int
        Number of people behind each figure.

    Returns
    -------
    numpy.ndarray of bool
        True for 1 to 4. Nought names nobody and is shown.
    """
    return (people > 0) & (people < SMALL)


def withhold(
    values: NDArray[np.float64], unsafe: NDArray[np.bool_], margin: NDArray[np.float64] | float
) -> NDArray[np.bool_]:
    """
    Choose what to withhold besides the unsafe figures themselves.

    Parameters
    ----------
    values : numpy.ndarray, shape (n_rows, n_columns)
        Inner cells of the table, without totals. Readers are taken to know that none
        is negative.
    unsafe : numpy.ndarray of bool, shape (n_rows + 1, n_columns + 1)
        Figures that must not be told, totals included.
    margin : float or numpy.ndarray, shape (n_rows + 1, n_columns + 1)
        How much larger than it is each unsafe figure must be able to seem, in the unit
        of the table.

    Returns
    -------
    numpy.ndarray of bool, shape (n_rows + 1, n_columns + 1)
        What to withhold, totals in the last row and column.

    Raises
    ------
    SchemaError
        If the shapes do not belong together.
    """
    rows, columns = values.shape
    if unsafe.shape != (rows + 1, columns + 1):
        raise SchemaError("figures to withhold", ["the flags lack the row or column of totals"])
    full = with_totals(values)
    margins = np.broadcast_to(np.asarray(margin, np.float64), full.shape)
    hidden = unsafe.copy()
    # The largest need first: what it hides often serves the others as well.
    places = sorted(zip(*np.nonzero(unsafe), strict=True), key=lambda p: (-margins[p], p))
    for row, column in places:
        for cell in _cheapest(full, hidden, (int(row), int(column)), float(margins[row, column])):
            hidden[cell] = True
    return hidden


Cell = tuple[int, int]


def _rectangles(
    full: NDArray[np.float64], cell: Cell, need: float
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Give the partner rows and columns with which ``cell`` can seem larger by ``need``."""
    rows, columns = full.shape[0] - 1, full.shape[1] - 1
    row, column = cell
    others_down = np.array([r for r in range(rows + 1) if r != row])
    others_across = np.array([c for c in range(columns + 1) if c != column])
    k, m = np.meshgrid(others_down, others_across, indexing="ij")
    # Signs of the movement: +1 up. A cell and its total move together, two cells of one line apart.
    up_row = np.where((k == rows) | (row == rows), 1, -1)
    up_column = np.where((m == columns) | (column == columns), 1, -1)
    room = np.full(k.shape, np.inf)
    for r, c, sign in (
        (np.full_like(k, row), m, up_column),
        (k, np.full_like(m, column), up_row),
        (k, m, up_row * up_column),
    ):
        room = np.where(sign < 0, np.minimum(room, full[r, c]), room)
    good = room >= need - _ROUND_OFF
    yield k[good], m[good]


def _cheapest(
    full: NDArray[np.float64], hidden: NDArray[np.bool_], cell: Cell, need: float
) -> list[Cell]:
    row, column = cell
    (k, m) = next(_rectangles(full, cell, need))
    grand = float(abs(full[-1, -1])) + 1.0
    price = np.abs(full) + grand * 1e-3
    price[-1, :] += grand  # a total tells most: keep it while an inner cell will do
    price[:, -1] += grand
    price[-1, -1] += grand
    price[hidden] = 0.0
    cost = price[row, m] + price[k, column] + price[k, m]
    best = int(np.argmin(cost))
    i, j = int(k[best]), int(m[best])
    return [(row, j), (i, column), (i, j)]
