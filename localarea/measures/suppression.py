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
    if not unsafe.any():  # as for most measures of most returns
        return unsafe.copy()
    full = with_totals(values)
    margins = np.broadcast_to(np.asarray(margin, np.float64), full.shape)
    movable = np.ones(full.shape, bool)
    if there is not None:
        movable[:-1, :-1] = there
    hidden = unsafe.copy()
    bound = np.full(full.shape, np.inf) if rest is None else with_totals(rest)
    margins = np.minimum(margins, bound)
    tops = np.where(movable, full, -np.inf), np.where(movable, bound, -np.inf)
    choice = _Choice(full, hidden, *tops)
    # Largest margin first: its rectangle often protects the other cells too.
    places = sorted(zip(*np.nonzero(unsafe), strict=True), key=lambda p: (-margins[p], p))
    for row, column in places:
        place = int(row), int(column)
        if margins[place] > 0:
            choice.protect(place, float(margins[place]))
    return hidden


Cell = tuple[int, int]


class _Choice:
    """Choose rectangles of a table, each as cheap as it can be with those before it."""

    def __init__(
        self,
        full: NDArray[np.float64],
        hidden: NDArray[np.bool_],
        down: NDArray[np.float64],
        up: NDArray[np.float64],
    ) -> None:
        self._hidden, self._down, self._up = hidden, down, up
        grand = float(abs(full[-1, -1])) + 1.0
        price = np.abs(full) + grand * 1e-3
        price[-1, :] += grand  # totals are the most informative: prefer to withhold inner cells
        price[:, -1] += grand
        price[-1, -1] += grand
        price[hidden] = 0.0
        self._price = price
        self._corners = {
            (of_row, of_column): self._corner(of_row, of_column)
            for of_row in (False, True)
            for of_column in (False, True)
        }

    def _corner(self, of_row: bool, of_column: bool) -> NDArray[np.float64]:
        """Return how far the corners opposite to an inner cell, or to a total, can move."""
        rises = np.zeros(self._price.shape, bool)
        rises[-1, :] = ~rises[-1, :]
        rises[:, -1] = ~rises[:, -1]
        if of_row:
            rises[:-1, :] = ~rises[:-1, :]
        if of_column:
            rises[:, :-1] = ~rises[:, :-1]
        return np.where(rises, self._down, self._up)

    def protect(self, cell: Cell, need: float) -> None:
        """Withhold the cheapest rectangle that lets ``cell`` seem larger by ``need``."""
        row, column = cell
        last_row, last_column = np.subtract(self._price.shape, 1)
        # A cell and its total move together, two cells of a line apart.
        beside = self._up[row].copy() if column == last_column else self._down[row].copy()
        beside[-1] = self._up[row, -1]
        above = self._up[:, column].copy() if row == last_row else self._down[:, column].copy()
        above[-1] = self._up[-1, column]
        beside[column] = above[row] = -np.inf
        room = np.minimum(beside, above[:, np.newaxis])
        room = np.minimum(room, self._corners[row == last_row, column == last_column])
        cost = self._price[row] + self._price[:, column, np.newaxis] + self._price
        cost[room < need - _ROUND_OFF] = np.inf
        i, j = divmod(int(np.argmin(cost)), cost.shape[1])
        chosen = [(row, j), (i, column), (i, j)]
        if not np.isfinite(cost[i, j]):  # credit notes leave no room in a whole: all totals go
            chosen = [(row, int(last_column)), (int(last_row), column)]
        for place in chosen:
            self._hidden[place] = True
            self._price[place] = 0.0
