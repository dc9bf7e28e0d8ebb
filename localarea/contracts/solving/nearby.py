"""
How far figures can surely seem larger, by what can be seen without a solver.

A cell rises, the other cells of the one told sum that holds it fall, and in the part of each a
quantity that nothing else holds makes up for it: where one more is disabled, one fewer is not. That
all of it can happen at once is seen by adding up. A cell that stands in several told sums is left
to the solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.contracts.solving.equations import System

_ROUND_OFF: Final = 1e-6


def surely(
    system: System, figures: csr_array, needs: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """
    Return which figures can surely rise by what they need.

    Parameters
    ----------
    figures : csr_array, shape (n_figures, n_cells)
        1 at each cell that they are the sum of: one quantity of several parts.
    """
    rows, owner = system.rows, system.rows.owner
    of_told, count = rows.told[owner], len(system.room)
    told, holder = rows.cells[of_told], owner[of_told]
    sums = np.bincount(told, minlength=count)
    sum_of = np.full(count, -1)
    sum_of[told] = holder
    # Who may have to rise, by how much at most, and who may have to fall for it.
    cap = np.zeros(count)
    figure = np.repeat(np.arange(len(needs)), np.diff(figures.indptr))
    np.maximum.at(cap, figures.indices, needs[figure])
    cap[system.fixed | (sums > 1)] = 0.0
    asked = np.zeros(len(rows.told) + 1, bool)
    asked[sum_of[(cap > 0) & (sums == 1)]] = True
    falls = np.zeros(count, bool)
    falls[told] = asked[holder] & (sums[told] == 1) & (system.room[told] > 0)
    rise, fall = made_up(system, sums > 0, cap, falls)
    given = np.bincount(holder, fall[told], minlength=len(rows.told) + 1)
    sure = np.where(sums == 0, rise, np.minimum(rise, np.maximum(given[sum_of] - fall, 0.0)))
    total = figures @ sure
    total[_twice(figures, np.where(sums == 1, sum_of, -1))] = 0.0
    found: NDArray[np.bool_] = total >= needs - _ROUND_OFF * (1 + needs)
    return found


def made_up(
    system: System,
    held: NDArray[np.bool_],
    cap: NDArray[np.float64],
    falls: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Return how far cells can rise and fall while no other cell moves that a told sum holds.

    Each is asked of a copy of its own of the ties that it hangs on: all copies are one linear
    programme.

    Parameters
    ----------
    held : numpy.ndarray of bool
        Cells that a told sum holds.
    cap : numpy.ndarray of float
        How far each is to rise at most; those of 0 are not asked about.
    falls : numpy.ndarray of bool
        Whether to ask how far a cell can fall.
    """
    ups, downs = np.flatnonzero(cap > 0), np.flatnonzero(falls)
    rise, fall = np.zeros(len(cap)), np.zeros(len(cap))
    ties = system.ties
    group = system.tie_groups
    loose = group[ups] < 0  # nothing ties them: they are as free as readers know
    rise[ups[loose]] = cap[ups[loose]]
    fall[downs[group[downs] < 0]] = system.room[downs[group[downs] < 0]]
    ups, downs = ups[~loose], downs[group[downs] >= 0]
    asked = np.concatenate([ups, downs])
    limit = np.concatenate([cap[ups], system.room[downs]])
    if not len(asked):
        return rise, fall
    members = np.flatnonzero(group >= 0)
    members = members[np.argsort(group[members], kind="stable")]
    first, size = _counts(group[members])
    row_group = group[ties.cells[ties.starts[:-1]]]
    order = np.argsort(row_group, kind="stable")
    first_row, rows_of = _counts(row_group[order])
    of = group[asked]
    cells = members[_spans(first[of], size[of])]
    copy = np.repeat(np.arange(len(asked)), size[of])
    place = np.zeros(len(group), np.int64)
    place[members] = np.arange(len(members)) - first[group[members]]
    offset = np.cumsum(size[of]) - size[of]
    chosen = order[_spans(first_row[of], rows_of[of])]
    lengths = np.diff(ties.starts)[chosen]
    entries = _spans(ties.starts[:-1][chosen], lengths)
    row_copy = np.repeat(np.repeat(np.arange(len(asked)), rows_of[of]), lengths)
    equations = csr_array(
        (
            ties.weights[entries],
            offset[row_copy] + place[ties.cells[entries]],
            np.concatenate([[0], np.cumsum(lengths)]),
        ),
        shape=(len(chosen), len(cells)),
    )
    target = offset + place[asked]
    low, high = -system.room[cells] / limit[copy], np.full(len(cells), np.inf)
    low[held[cells]] = high[held[cells]] = 0.0
    goal = np.zeros(len(cells))
    goal[target[: len(ups)]], goal[target[len(ups) :]] = -1.0, 1.0
    low[target], high[target] = 0.0, 0.0
    high[target[: len(ups)]], low[target[len(ups) :]] = 1.0, -1.0
    solve: Any = linprog  # whose types know no sparse matrices
    found = solve(
        goal,
        A_eq=equations,
        b_eq=np.zeros(len(chosen)),
        bounds=np.column_stack([low, high]),
        method="highs",
    )
    if found.x is not None:
        moved = np.abs(found.x[target]) * limit
        rise[ups], fall[downs] = moved[: len(ups)], moved[len(ups) :]
    return rise, fall


def _counts(sorted_: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each number begins among sorted ones, and how often it is there."""
    size = np.bincount(sorted_)
    return np.cumsum(size) - size, size


def _spans(first: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return runs of numbers one after the other, each from its first on."""
    before = np.cumsum(size) - size
    spans: NDArray[np.int64] = np.arange(size.sum()) + np.repeat(first - before, size)
    return spans


def _twice(figures: csr_array, sum_of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which figures have two cells in one told sum."""
    figure = np.repeat(np.arange(figures.shape[0]), np.diff(figures.indptr))
    sums = sum_of[figures.indices]
    pairs = np.column_stack([figure, sums])[sums >= 0]
    found, count = np.unique(pairs, axis=0, return_counts=True)
    out = np.zeros(figures.shape[0], bool)
    out[found[count > 1, 0]] = True
    return out
