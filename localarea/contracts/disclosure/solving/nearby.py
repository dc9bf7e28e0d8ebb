"""
How far figures can surely seem larger, by what is near them.

A cell rises, or one of the same part that a told sum holds, the other cells of that sum fall, and
in the part of each the quantities that no told sum holds make up for it: where one more is
disabled, one fewer is not. That all of it can happen at once is seen by adding up, since no part
moves for two reasons. What stands in several told sums is left to the solver of all.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.contracts.disclosure.solving.equations import System

_ROUND_OFF: Final = 1e-6


def surely(system: System, figures: csr_array, needs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """
    Return which figures can surely rise by what they need.

    Parameters
    ----------
    figures : csr_array, shape (n_figures, n_cells)
        1 at each cell that they are the sum of.
    """
    near = _Near(system)
    cap = np.zeros(len(system.room))
    np.maximum.at(cap, figures.indices, np.repeat(needs, np.diff(figures.indptr)))
    cap[system.fixed | (near.sums > 1)] = 0.0
    asked, lead = near.ways(np.flatnonzero(cap > 0))
    most = near.most(np.unique(near.sum_of[lead[lead >= 0]]))
    high = np.where(lead >= 0, most[lead], 0.0)
    moved = near.moved(asked, cap[asked], lead, high)
    best, way = np.zeros(len(cap)), np.full(len(cap), -1)
    for at in np.argsort(moved, kind="stable"):  # the furthest comes last
        best[asked[at]] = moved[at]
        way[asked[at]] = near.sum_of[lead[at]] if lead[at] >= 0 else -1
    found: NDArray[np.bool_] = figures @ best >= needs - _ROUND_OFF * (1 + needs)
    for at in np.flatnonzero(found & (np.diff(figures.indptr) > 1)).tolist():
        cells = figures.indices[figures.indptr[at] : figures.indptr[at + 1]]
        found[at] = near.apart(cells.tolist(), way)  # one that keeps still may not be made to fall
    return found


def by_donors(system: System, figures: csr_array, needs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """
    Return which figures of one cell can rise by what they need, since others can fall by that.

    Of a told sum, all cells that are to rise keep still together with their parts, and one linear
    programme finds how far the others can fall. What is found serves each that is to rise.
    """
    near = _Near(system)
    found = np.zeros(len(needs), bool)
    single = np.flatnonzero(np.diff(figures.indptr) == 1)
    cells = figures.indices[figures.indptr[single]].astype(np.int64)
    cap = np.zeros(len(system.room))
    cap[cells] = needs[single]
    cap[near.sums > 1] = 0.0
    asked, lead = near.ways(np.flatnonzero(cap > 0))
    asked, lead = asked[lead >= 0], lead[lead >= 0]
    moved = near.moved(asked, cap[asked], lead, cap[asked])
    able = moved >= cap[asked] - _ROUND_OFF * (1 + cap[asked])
    asked, lead = asked[able], lead[able]
    for row in np.unique(near.sum_of[lead]).tolist():
        here = asked[near.sum_of[lead] == row]
        far = near.given(row, here, float(cap[here].max()))
        done = here[cap[here] <= far + _ROUND_OFF]
        found[single[np.isin(cells, done)]] = True
    return found


class _Near:
    """What can move near a cell: its part, and the one told sum that holds it."""

    def __init__(self, system: System) -> None:
        rows, count = system.rows, len(system.room)
        of_told = rows.told[rows.owner]
        self._system = system
        self._told, self._holder = rows.cells[of_told], rows.owner[of_told]
        self.sums = np.bincount(self._told, minlength=count)
        self.sum_of = np.full(count, -1)
        self.sum_of[self._told] = self._holder
        group = system.tie_groups
        self._part = np.where(group >= 0, group, -2 - np.arange(count))
        self._alone = {
            at: set(self._part[rows.cells[a:b]].tolist())
            for at, (a, b) in enumerate(pairwise(rows.starts.tolist()))
            if rows.told[at]
        }

    def ways(self, cells: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return by which cell that a told sum holds each may rise: by none, itself, another."""
        leads: dict[int, list[int]] = defaultdict(list)
        group = self._system.tie_groups
        for cell in np.flatnonzero((self.sums == 1) & (group >= 0)).tolist():
            leads[int(group[cell])].append(cell)
        found = []
        for cell in cells.tolist():
            if self.sums[cell]:
                found.append((cell, cell))
            else:
                found += [(cell, one) for one in [-1, *leads.get(int(group[cell]), ())]]
        both = np.array(found, np.int64).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    def most(self, asked: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how far each cell of some told sums can rise while the others of it fall."""
        room = self._system.room
        count = len(self._system.rows.told)
        wanted = np.zeros(count, bool)
        wanted[asked] = True
        falls = self._told[wanted[self._holder] & (self.sums[self._told] == 1)]
        falls = falls[room[falls] > 0]
        fall = np.zeros(len(room))
        none = np.full(len(falls), -1)
        fall[falls] = self.moved(falls, room[falls], none, np.zeros(len(falls)), falling=True)
        given = np.bincount(self._holder, fall[self._told], minlength=count)
        left: NDArray[np.float64] = np.maximum(given[self.sum_of] - fall, 0.0)
        return left

    def given(self, row: int, still: NDArray[np.int64], most: float) -> float:
        """Return how far cells of a told sum can fall while the parts of some cells keep still."""
        rows, group = self._system.rows, self._system.groups
        of_row = rows.cells[rows.starts[row] : rows.starts[row + 1]]
        free = (group == group[of_row[0]]) & ~np.isin(self._part, self._part[still])
        keep = free[rows.cells]
        chosen = np.bincount(rows.owner[keep], minlength=len(rows.told)) > 0
        chosen[row] = False
        others = rows.chosen(chosen, keep)
        cells = np.flatnonzero(free)
        place = np.full(len(free), -1)
        place[cells] = np.arange(len(cells))
        falling = place[of_row[free[of_row]]]
        if not len(falling):
            return 0.0
        goal = np.zeros(len(cells))
        goal[falling] = 1.0
        columns = place[others.cells]
        solve: Any = linprog  # whose types know no sparse matrices
        found = solve(
            goal,
            A_ub=csr_array(-goal[np.newaxis]),
            b_ub=np.ones(1),
            A_eq=csr_array(
                (others.weights, columns, others.starts), shape=(len(others.told), len(cells))
            ),
            b_eq=np.zeros(len(others.told)),
            bounds=np.column_stack([-self._system.room[cells] / most, np.full(len(cells), np.inf)]),
            method="highs",
        )
        return 0.0 if found.x is None else float(-goal @ found.x) * most

    def apart(self, cells: Sequence[int], way: NDArray[np.int64]) -> bool:
        """Return whether no part moves for two of some cells."""
        seen: set[int] = set()
        for cell in cells:
            parts = {int(self._part[cell])} | self._alone.get(int(way[cell]), set())
            if parts & seen:
                return False
            seen |= parts
        return True

    def moved(
        self,
        asked: NDArray[np.int64],
        limit: NDArray[np.float64],
        lead: NDArray[np.int64],
        high: NDArray[np.float64],
        *,
        falling: bool = False,
    ) -> NDArray[np.float64]:
        """
        Return how far cells move while no other cell does that a told sum holds, but a lead.

        Each is asked of a copy of its own of the ties that it hangs on: all copies are one linear
        programme.

        Parameters
        ----------
        limit : numpy.ndarray of float
            How far each is to move at most.
        lead : numpy.ndarray of int
            The cell of a told sum that may rise as well, or the cell itself; -1 for none.
        high : numpy.ndarray of float
            How far that one may rise.
        """
        out = np.where(lead == asked, np.minimum(limit, high), limit)
        tied = np.flatnonzero(self._system.tie_groups[asked] >= 0)
        if len(tied):
            out[tied] = self._solved(asked[tied], limit[tied], lead[tied], high[tied], falling)
        return out

    def _solved(
        self,
        asked: NDArray[np.int64],
        limit: NDArray[np.float64],
        lead: NDArray[np.int64],
        high: NDArray[np.float64],
        falling: bool,
    ) -> NDArray[np.float64]:
        cells, copy, offset, equations = _copies(self._system, asked)
        held = self.sums[cells] > 0
        lowest = np.where(held, 0.0, -self._system.room[cells] / limit[copy])
        highest = np.where(held, 0.0, np.inf)
        led = np.flatnonzero(lead >= 0)
        highest[offset(lead[led], led)] = high[led] / limit[led]
        target = offset(asked, np.arange(len(asked)))
        lowest[target] = -1.0 if falling else 0.0
        highest[target] = 0.0 if falling else np.where(lead == asked, high / limit, 1.0).clip(0, 1)
        goal = np.zeros(len(cells))
        goal[target] = 1.0 if falling else -1.0
        solve: Any = linprog  # whose types know no sparse matrices
        found = solve(
            goal,
            A_eq=equations,
            b_eq=np.zeros(equations.shape[0]),
            bounds=np.column_stack([lowest, highest]),
            method="highs",
        )
        if found.x is None:
            return np.zeros(len(asked))
        moved: NDArray[np.float64] = np.abs(found.x[target]) * limit
        return moved


def _copies(system: System, asked: NDArray[np.int64]) -> tuple[Any, Any, Any, csr_array]:
    """Copy the ties that each of some cells hangs on; give cells, copies, places and equations."""
    ties, group = system.ties, system.tie_groups
    members = np.flatnonzero(group >= 0)
    members = members[np.argsort(group[members], kind="stable")]
    first, size = _counts(group[members])
    row_group = group[ties.cells[ties.starts[:-1]]]
    order = np.argsort(row_group, kind="stable")
    first_row, count = _counts(row_group[order])
    of = group[asked]
    place = np.zeros(len(group), np.int64)
    place[members] = np.arange(len(members)) - first[group[members]]
    start = np.cumsum(size[of]) - size[of]
    chosen = order[_spans(first_row[of], count[of])]
    lengths = np.diff(ties.starts)[chosen]
    entries = _spans(ties.starts[:-1][chosen], lengths)
    copy_of_row = np.repeat(np.arange(len(asked)), count[of])
    columns = start[np.repeat(copy_of_row, lengths)] + place[ties.cells[entries]]
    cells = members[_spans(first[of], size[of])]
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    equations = csr_array((ties.weights[entries], columns, bounds), shape=(len(chosen), len(cells)))
    copy = np.repeat(np.arange(len(asked)), size[of])
    return cells, copy, lambda found, copies: start[copies] + place[found], equations


def _counts(sorted_: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each number begins among sorted ones, and how often it is there."""
    size = np.bincount(sorted_)
    return np.cumsum(size) - size, size


def _spans(first: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return runs of numbers one after the other, each from its first on."""
    before = np.cumsum(size) - size
    spans: NDArray[np.int64] = np.arange(size.sum()) + np.repeat(first - before, size)
    return spans
