"""
Equations on cells, what follows from them one by one, and which cells hang together.

A cell that an equation leaves alone is *fixed*: readers know it. What is fixed leaves every other
equation, and those that are left fall into groups which share no cell, so that each is looked at
alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from localarea.once import once_property

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_PASSES: Final = 4  # a bound on one cell gives a bound on others: how often that is followed


@dataclass(frozen=True, eq=False)
class Rows:
    """
    Equations, one after the other.

    Attributes
    ----------
    starts : numpy.ndarray of int, shape (n_rows + 1,)
        Where each begins in the other two.
    cells : numpy.ndarray of int
    weights : numpy.ndarray of float
        Of each cell; what they add up to never changes.
    told : numpy.ndarray of bool, shape (n_rows,)
        Whether it is a figure that is told, and not a tie between quantities.
    """

    starts: NDArray[np.int64]
    cells: NDArray[np.int64]
    weights: NDArray[np.float64]
    told: NDArray[np.bool_]

    @property
    def owner(self) -> NDArray[np.int64]:
        """Return the number of the row that each cell stands in."""
        return np.repeat(np.arange(len(self.told)), np.diff(self.starts))

    def chosen(self, keep: NDArray[np.bool_], cells: NDArray[np.bool_] | None = None) -> Rows:
        """Return some of the rows, with some of the cells that stand in them."""
        owner = self.owner
        kept = keep[owner] if cells is None else keep[owner] & cells
        lengths = np.bincount(owner[kept], minlength=len(keep))[keep]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return Rows(starts, self.cells[kept], self.weights[kept], self.told[keep])

    def __add__(self, other: Rows) -> Rows:
        """Return these rows and others."""
        return Rows(
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            np.concatenate([self.cells, other.cells]),
            np.concatenate([self.weights, other.weights]),
            np.concatenate([self.told, other.told]),
        )


def sums(found: Sequence[NDArray[np.int64]]) -> Rows:
    """Return rows of figures that are told: each a sum of cells."""
    starts = np.concatenate([[0], np.cumsum([len(one) for one in found], dtype=np.int64)])
    cells = np.concatenate([np.zeros(0, np.int64), *found])
    return Rows(starts, cells, np.ones(len(cells)), np.ones(len(found), bool))


@dataclass(frozen=True, eq=False)
class System:
    """
    Equations on cells that are not told by themselves.

    Attributes
    ----------
    room : numpy.ndarray of float, shape (n_cells,)
        How far each cell can fall.
    fixed : numpy.ndarray of bool, shape (n_cells,)
        Those that follow from equations with one cell left, one after the other.
    rows : Rows
        On the other cells, two at least in each.
    """

    room: NDArray[np.float64]
    fixed: NDArray[np.bool_]
    rows: Rows

    def with_told(
        self, single: NDArray[np.int64], joint: Sequence[NDArray[np.int64]]
    ) -> tuple[System, NDArray[np.bool_]]:
        """
        Return the system when more is told.

        Parameters
        ----------
        single : numpy.ndarray of int
            Cells that are told.
        joint : sequence of numpy.ndarray of int
            Cells of which the sum is told.

        Returns
        -------
        System
            With what it says settled.
        numpy.ndarray of bool, shape (n_cells,)
            Whether what is new may bear on a cell: all others are as they were.
        """
        news = np.zeros(len(self.fixed), bool)
        news[single] = True
        news &= ~self.fixed
        system = self
        if news.any():
            system = _settled(replace(self, fixed=self.fixed | news))
        rows = system.reduced(joint)
        if len(rows.told):
            news[rows.cells] = True
            system = _settled(replace(system, fixed=system.fixed.copy(), rows=system.rows + rows))
        reached = np.unique(self.groups[news])
        return system, news | np.isin(self.groups, reached[reached >= 0])

    def reduced(self, joint: Sequence[NDArray[np.int64]]) -> Rows:
        """
        Return what sums say that is new.

        Of each, that is what is left without the cells that are fixed, and without the other sums
        that it holds whole: a total of all quarters says nothing beside those of the quarters.
        """
        made = sums(joint)
        left = ~self.fixed[made.cells]
        made = made.chosen(np.bincount(made.owner[left], minlength=len(joint)) > 0, left)
        starts = made.starts.tolist()
        found = [made.cells[a:b].tolist() for a, b in pairwise(starts)]
        held = self.rows.chosen(self.rows.told)
        starts = held.starts.tolist()
        first: dict[int, list[frozenset[int]]] = defaultdict(list)
        for a, b in pairwise(starts):
            one = frozenset(held.cells[a:b].tolist())
            first[min(one)].append(one)
        new = []
        for cells in sorted(set(map(frozenset, found)), key=lambda one: (len(one), min(one))):
            rest = _without(cells, first)
            if rest:
                first[min(rest)].append(rest)
                new.append(np.array(sorted(rest), np.int64))
        return sums(new)

    @once_property
    def groups(self) -> NDArray[np.int64]:
        """Assign a number to each group of cells that rows join; -1 for cells in none."""
        return _groups(self.rows, len(self.fixed))

    @once_property
    def ties(self) -> Rows:
        """Return the rows that are no figures."""
        return self.rows.chosen(~self.rows.told)

    @once_property
    def tie_groups(self) -> NDArray[np.int64]:
        """Assign a number to each group of cells that ties join; -1 for cells in none."""
        return _groups(self.ties, len(self.fixed))

    @once_property
    def most(self) -> NDArray[np.float64]:
        """Bound how far each cell can rise: no further than others in a row can make up."""
        return _most(self)


def _without(cells: frozenset[int], first: dict[int, list[frozenset[int]]]) -> frozenset[int]:
    rest = set(cells)
    for cell in sorted(cells):
        if cell in rest:
            for one in first.get(cell, ()):
                if len(one) <= len(rest) and one <= rest:
                    rest -= one
                    break
    return frozenset(rest)


def contracted(system: System) -> tuple[System, NDArray[np.int64]]:
    """
    Make one of cells that can only move alike, such as a whole of which all other parts are fixed.

    Returns
    -------
    System
        On one cell of each kind, the one that falls least.
    numpy.ndarray of int, shape (n_cells,)
        The cell that stands for each.
    """
    rows, count = system.rows, len(system.room)
    of = np.arange(count)
    pairs = np.flatnonzero(np.diff(rows.starts) == 2)
    one, two = rows.starts[pairs], rows.starts[pairs] + 1
    alike = rows.weights[one] != rows.weights[two]
    one, two = rows.cells[one[alike]], rows.cells[two[alike]]
    if not len(one):
        return system, of
    graph = coo_array((np.ones(len(one), bool), (one, two)), shape=(count, count))
    number, label = connected_components(graph, directed=False)
    first = np.full(number, count)
    np.minimum.at(first, label, of)
    of = first[label]
    room = system.room.copy()
    np.minimum.at(room, of, system.room)
    table = csr_array((rows.weights, of[rows.cells], rows.starts), shape=(len(rows.told), count))
    table.sum_duplicates()
    table.eliminate_zeros()
    starts = table.indptr.astype(np.int64)
    made = Rows(starts, table.indices.astype(np.int64), table.data.astype(np.float64), rows.told)
    bounds = starts.tolist()
    unlike = {
        (made.cells[a:b].tobytes(), made.weights[a:b].tobytes(), flag): at
        for at, (a, b, flag) in enumerate(zip(bounds, bounds[1:], rows.told.tolist(), strict=False))
        if b > a
    }
    keep = np.zeros(len(rows.told), bool)
    keep[list(unlike.values())] = True
    return _settled(System(room, system.fixed.copy(), made.chosen(keep))), of


def _settled(system: System) -> System:
    """Fix cells that stand alone, until none does, and leave them out."""
    rows, fixed = system.rows, system.fixed
    owner = rows.owner
    while True:
        free = ~fixed[rows.cells]
        left = np.bincount(owner[free], minlength=len(rows.told))
        alone = rows.cells[free & (left[owner] == 1)]
        if not len(alone):
            return replace(system, rows=rows.chosen(left > 1, free))
        fixed[alone] = True


def start(room: NDArray[np.float64], ties: Rows) -> System:
    """Return the system of what readers know before anything is told."""
    return _settled(System(room, np.zeros(len(room), bool), ties))


def _groups(rows: Rows, cells: int) -> NDArray[np.int64]:
    """Assign a number to each group of cells that rows join; -1 for cells in none."""
    out = np.full(cells, -1)
    if not len(rows.cells):
        return out
    used, local = np.unique(rows.cells, return_inverse=True)
    count = len(rows.told)
    graph = coo_array(
        (np.ones(len(local), bool), (rows.owner, count + local)), shape=(count + len(used),) * 2
    )
    _, label = connected_components(graph, directed=False)
    out[used] = label[count:]
    return out


def _most(system: System) -> NDArray[np.float64]:
    rows, owner = system.rows, system.rows.owner
    up = np.full(len(system.room), np.inf)
    up[system.fixed] = 0
    down = system.room.copy()
    down[system.fixed] = 0
    for _ in range(_PASSES):
        rise, fall = up[rows.cells], down[rows.cells]
        plus = rows.weights > 0
        # Whatever rises, all of one sign together, the rest of its row has to offset.
        give = np.where(plus, fall, rise)
        take = np.where(plus, rise, fall)
        for amounts, chosen, kept in ((give, plus, up), (take, ~plus, up),
                                      (take, plus, down), (give, ~plus, down)):  # fmt: skip
            others = _others(amounts, owner, len(rows.told))
            np.minimum.at(kept, rows.cells[chosen], others[chosen])
    return up


def _others(
    amounts: NDArray[np.float64], owner: NDArray[np.int64], count: int
) -> NDArray[np.float64]:
    """Add up the amounts of all others in the same row."""
    endless = np.isinf(amounts)
    finite = np.where(endless, 0.0, amounts)
    total = np.bincount(owner, finite, minlength=count)[owner] - finite
    without = np.bincount(owner[endless], minlength=count)[owner] - endless
    return np.where(without > 0, np.inf, np.maximum(total, 0.0))


def ties(found: Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> Rows:
    """
    Return rows of quantities that add up to a whole.

    Parameters
    ----------
    found : iterable of tuple
        Cells that add up, shape (n_rows, n_cells), and the cell of their whole, shape (n_rows,).
    """
    made = Rows(np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool))
    for parts, whole in found:
        table = np.column_stack([parts, whole])
        rows, columns = table.shape
        weights = np.tile(np.append(np.ones(columns - 1), -1.0), rows)
        starts = np.arange(rows + 1) * columns
        made += Rows(starts, table.ravel(), weights, np.zeros(rows, bool))
    return made
