"""
How far figures can surely seem larger, by what can be seen without a solver.

A cell rises, the other cells of the one told sum that holds it fall, and in the part of each a
quantity that nothing else holds makes up for it: where one more is disabled, one fewer is not. That
all of it can happen at once is seen by adding up. A cell that stands in several told sums is left
to the solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from localarea.contracts.solving.equations import System


def surely(system: System, figures: csr_array) -> NDArray[np.float64]:
    """
    Return how far each of some figures can rise at least.

    Parameters
    ----------
    figures : csr_array, shape (n_figures, n_cells)
        1 at each cell that they are the sum of: one quantity of several parts.
    """
    rows, owner = system.rows, system.rows.owner
    of_told = rows.told[owner]
    count = len(system.room)
    sums = np.bincount(rows.cells[of_told], minlength=count)
    rise, fall = _made_up(system, (sums == 0) & ~system.fixed)
    sum_of = np.full(count, -1)
    sum_of[rows.cells[of_told]] = owner[of_told]
    giving = np.where(sums == 1, fall, 0.0)
    given = np.bincount(
        owner[of_told], giving[rows.cells[of_told]], minlength=len(rows.told) + 1
    )
    alone = np.minimum(rise, given[sum_of] - giving)
    sure = np.select([sums == 0, sums == 1], [rise, alone], 0.0)
    sure[system.fixed] = 0.0
    total: NDArray[np.float64] = figures @ np.minimum(sure, 1e15)
    total[_twice(figures, np.where(sums == 1, sum_of, -1))] = 0.0
    return total


def _made_up(
    system: System, free: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far each cell can rise and fall, with no other cell that a told sum holds."""
    rows = system.rows.chosen(~system.rows.told)
    owner, cells = rows.owner, rows.cells
    ties = np.bincount(cells, minlength=len(free))
    yields = (free & (ties == 1))[cells]
    room = system.room[cells]
    plus = rows.weights > 0
    ups, downs = [], []
    for alike in (plus, ~plus):
        ups.append(np.bincount(owner, yields & alike, minlength=len(rows.told))[owner])
        downs.append(
            np.bincount(owner, np.where(yields & alike, room, 0.0), minlength=len(rows.told))[owner]
        )
    own = np.where(yields, room, 0.0)
    same_up, other_up = np.where(plus, ups[0], ups[1]) - yields, np.where(plus, ups[1], ups[0])
    same_down = np.where(plus, downs[0], downs[1]) - own
    other_down = np.where(plus, downs[1], downs[0])
    rise, fall = np.full(len(free), np.inf), system.room.copy()
    np.minimum.at(rise, cells, np.where(other_up > 0, np.inf, same_down))
    np.minimum.at(fall, cells, np.where(same_up > 0, np.inf, other_down))
    return np.maximum(rise, 0.0), np.maximum(fall, 0.0)


def _twice(figures: csr_array, sum_of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which figures have two cells in one told sum."""
    figure = np.repeat(np.arange(figures.shape[0]), np.diff(figures.indptr))
    sums = sum_of[figures.indices]
    pairs = np.column_stack([figure, sums])[sums >= 0]
    found, count = np.unique(pairs, axis=0, return_counts=True)
    out = np.zeros(figures.shape[0], bool)
    out[found[count > 1, 0]] = True
    return out
