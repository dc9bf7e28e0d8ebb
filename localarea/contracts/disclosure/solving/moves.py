"""
How far figures can seem larger while every equation holds: one linear programme for many of them.

Groups that share no cell are solved in one go, since what happens in one changes nothing in
another. A figure that gets as far as it must is done, whatever the others do. Those that are left
are tried alone, one of each group at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.contracts.disclosure.solving.equations import System

MOST_WORK: Final = 60_000  # cells in all programmes together; what is left then counts as told
_ROUND_OFF: Final = 1e-6


class Moves:
    """
    Figures that are to seem larger, each up to what it needs.

    Attributes
    ----------
    reached : numpy.ndarray of float, shape (n_figures,)
        The furthest that each got so far.
    settled : numpy.ndarray of bool, shape (n_figures,)
        Whether it got as far as it needs, or as it can.
    """

    def __init__(self, system: System, figures: csr_array, needs: NDArray[np.float64]) -> None:
        self._system, self._figures, self._needs = system, figures, needs
        self._slack = _ROUND_OFF * (1 + needs)
        self.reached = np.zeros(len(needs))
        self.settled = (needs <= self._slack) | (np.diff(figures.indptr) == 0)
        label = system.groups
        places = figures.tocoo()
        self._count = int(label.max(initial=-1)) + 1
        shape = len(needs), max(self._count, 1)
        held = coo_array((np.ones(len(places.row)), (places.row, label[places.col])), shape=shape)
        self._held = csr_array(held) > 0  # groups by figure
        self._scale = self._scales()
        self._work = MOST_WORK

    @property
    def done(self) -> NDArray[np.bool_]:
        """Return which figures got as far as they need."""
        done: NDArray[np.bool_] = self.reached >= self._needs - self._slack
        return done

    def _scales(self) -> NDArray[np.float64]:
        """Return a scale for each group, shared where figures join: pounds are as exact as FTE."""
        count = len(self._needs)
        places = self._held.tocoo()
        graph = coo_array(
            (np.ones(len(places.row)), (places.row, count + places.col)),
            shape=(count + self._count,) * 2,
        )
        _, joined = connected_components(graph, directed=False)
        largest = np.full(int(joined.max(initial=0)) + 1, 1e-9)
        np.maximum.at(largest, joined[:count], self._needs)
        scale: NDArray[np.float64] = largest[joined[count:]]
        return scale

    def together(self) -> None:
        """Move all figures at once, as often as that gets further."""
        while self._work > 0 and not self.settled.all():
            before = self.settled.sum()
            self._move(np.flatnonzero(~self.settled))
            if self.settled.sum() == before:
                break

    def apart(self, most: int) -> None:
        """
        Move figures one at a time, one of each group, until all are settled.

        ``most``: how many: the others are left as they are.
        """
        while most > 0 and self._work > 0 and not self.settled.all():
            taken = np.zeros(self._count, bool)
            chosen: list[int] = []
            for at in np.flatnonzero(~self.settled).tolist():
                groups = self._held.indices[self._held.indptr[at] : self._held.indptr[at + 1]]
                if not taken[groups].any() and len(chosen) < most:
                    taken[groups] = True
                    chosen.append(at)
            most -= len(chosen)
            if self._move(np.array(chosen)):
                self.settled[chosen] = True

    def _move(self, chosen: NDArray[np.int64]) -> bool:
        """Move some figures, and return whether the solver found how far they get."""
        wanted = np.zeros(self._count, bool)
        wanted[self._held[chosen].indices] = True
        rows = self._system.rows
        label = self._system.groups
        cells = np.flatnonzero((label >= 0) & wanted[label])
        self._work -= len(cells)
        if self._work <= 0:
            return False
        local = np.full(len(label), -1)
        local[cells] = np.arange(len(cells))
        kept = rows.chosen(wanted[label[rows.cells[rows.starts[:-1]]]])
        equations = csr_array(
            (kept.weights, local[kept.cells], kept.starts), shape=(len(kept.told), len(cells))
        )
        scale = self._scale[label[cells]]
        moved = _solve(
            equations,
            self._figures[chosen][:, cells],
            self._needs[chosen],
            self._system.room[cells],
            scale,
        )
        if moved is None:
            return False
        far = np.zeros(len(label))
        far[cells] = moved
        self.reached = np.maximum(self.reached, self._figures @ far)
        self.settled |= self.done
        return True


def _solve(
    equations: csr_array,
    figures: csr_array,
    needs: NDArray[np.float64],
    room: NDArray[np.float64],
    scale: NDArray[np.float64],
) -> NDArray[np.float64] | None:
    """Move cells so that figures grow, each up to its need, and no equation changes."""
    size = figures.multiply(scale).max(axis=1).toarray().ravel()  # alike in all cells of a figure
    limits = needs / size
    solve: Any = linprog  # whose types know no sparse matrices
    found = solve(
        -(figures.T @ (1 / limits)),
        A_ub=figures,
        b_ub=limits,
        A_eq=equations,
        b_eq=np.zeros(equations.shape[0]),
        bounds=np.column_stack([-room / scale, np.full(len(room), np.inf)]),
        method="highs",
    )
    if found.x is None:
        return None
    moved: NDArray[np.float64] = found.x * scale
    return moved
