"""
Suppress small counts in a table with totals, so that subtraction does not reveal them.

The table is contracts by quarters, with row totals, column totals and a grand total. A cell
based on 1 to 4 people is withheld. The totals would reveal it, so for each such cell a
*rectangle* is withheld: the crossings of two rows and two columns, which may include totals.
Round a rectangle the figures can move by some t, up at the small cell and down at its
neighbours, while every published figure and total stays the same. Readers therefore cannot
distinguish the true cell from one that is t larger, for every t up to the smallest figure that
has to go down. A rectangle is used only if that is at least the required margin. Withholding
further cells only widens the range of possible values, so each cell can be protected on its
own. The rectangle with both totals and the grand total always works, because nothing in it has
to go down. A cell that readers know to be zero, since nothing was returned, cannot move. Where
readers know the whole that a cell is part of, it cannot go up by more than the rest of that whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SMALL: Final = 5  # the threshold rule: counts under five are withheld (FCSM Working Paper 22, 1994)
_ROUND_OFF: Final = 1e-9


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
    Return which counts are too small to publish.

    Parameters
    ----------
    people : numpy.ndarray of int
        Number of people behind each figure.

    Returns
    -------
    numpy.ndarray of bool
        True for 1 to 4. Zero identifies nobody and is published.
    """
    return (people > 0) & (people < SMALL)


def withhold(
    values: NDArray[np.float64],
    unsafe: NDArray[np.bool_],
    margin: NDArray[np.float64] | float,
    *,
    there: NDArray[np.bool_] | None = None,
    rest: NDArray[np.float64] | None = None,
) -> NDArray[np.bool_]:
    """
    Choose the figures to withhold: the unsafe ones and those that would reveal them.

    Parameters
    ----------
    values : numpy.ndarray, shape (n_rows, n_columns)
        Inner cells of the table, without totals. Readers are assumed to know that none is
        negative.
    unsafe : numpy.ndarray of bool, shape (n_rows + 1, n_columns + 1)
        Figures that must not be disclosed, including totals.
    margin : float or numpy.ndarray, shape (n_rows + 1, n_columns + 1)
        How much larger than its true value each unsafe figure must be able to be, in the
        unit of the table.
    there : numpy.ndarray of bool, shape (n_rows, n_columns), or None
        Inner cells that may be anything, as far as readers know. They know that the others are
        zero, so that those protect nothing. None for all.
    rest : numpy.ndarray, shape (n_rows, n_columns), or None
        The rest of a whole that readers know, so that no cell can be larger by more than that. None
        if they know of none.

    Returns
    -------
    numpy.ndarray of bool, shape (n_rows + 1, n_columns + 1)
        Figures to withhold, with totals in the last row and column.

    Raises
    ------
    SchemaError
        If the shapes are inconsistent.
    """
    rows, columns = values.shape
    if unsafe.shape != (rows + 1, columns + 1):
        raise SchemaError("figures to withhold", ["the flags lack the row or column of totals"])
    full = with_totals(values)
    margins = np.broadcast_to(np.asarray(margin, np.float64), full.shape)
    movable = np.ones(full.shape, bool)
    if there is not None:
        movable[:-1, :-1] = there
    hidden = unsafe.copy()
    bound = np.full(full.shape, np.inf) if rest is None else with_totals(rest)
    margins = np.minimum(margins, bound)
    # Largest margin first: its rectangle often protects the other cells too.
    places = sorted(zip(*np.nonzero(unsafe), strict=True), key=lambda p: (-margins[p], p))
    for row, column in places:
        place = int(row), int(column)
        if margins[place] <= 0:
            continue
        for cell in _cheapest(full, hidden, movable, bound, place, float(margins[place])):
            hidden[cell] = True
    return hidden


Cell = tuple[int, int]


def _rectangles(
    full: NDArray[np.float64],
    movable: NDArray[np.bool_],
    bound: NDArray[np.float64],
    cell: Cell,
    need: float,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the partner rows and columns that let ``cell`` seem larger by ``need``."""
    rows, columns = full.shape[0] - 1, full.shape[1] - 1
    row, column = cell
    others_down = np.array([r for r in range(rows + 1) if r != row])
    others_across = np.array([c for c in range(columns + 1) if c != column])
    k, m = np.meshgrid(others_down, others_across, indexing="ij")
    # Signs of the movement, +1 up. A cell and its total move together, two cells of a line apart.
    up_row = np.where((k == rows) | (row == rows), 1, -1)
    up_column = np.where((m == columns) | (column == columns), 1, -1)
    room = np.full(k.shape, np.inf)
    free = np.ones(k.shape, bool)
    for r, c, sign in (
        (np.full_like(k, row), m, up_column),
        (k, np.full_like(m, column), up_row),
        (k, m, up_row * up_column),
    ):
        room = np.minimum(room, np.where(sign < 0, full[r, c], bound[r, c]))
        free &= movable[r, c]
    good = free & (room >= need - _ROUND_OFF)
    yield k[good], m[good]


def _cheapest(
    full: NDArray[np.float64],
    hidden: NDArray[np.bool_],
    movable: NDArray[np.bool_],
    bound: NDArray[np.float64],
    cell: Cell,
    need: float,
) -> list[Cell]:
    row, column = cell
    (k, m) = next(_rectangles(full, movable, bound, cell, need))
    if not len(k):  # credit notes leave no room in a whole: all totals of the cell go
        return [(row, full.shape[1] - 1), (full.shape[0] - 1, column)]
    grand = float(abs(full[-1, -1])) + 1.0
    price = np.abs(full) + grand * 1e-3
    price[-1, :] += grand  # totals are the most informative: prefer to withhold inner cells
    price[:, -1] += grand
    price[-1, -1] += grand
    price[hidden] = 0.0
    cost = price[row, m] + price[k, column] + price[k, m]
    best = int(np.argmin(cost))
    i, j = int(k[best]), int(m[best])
    return [(row, j), (i, column), (i, j)]
