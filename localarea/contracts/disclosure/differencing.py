"""
What all releases together tell of a withheld figure, and whether that is too much.

A figure rests on *parts*: the return of a contract and quarter in one version. A part has several
*quantities*, such as local staff and those of them who are disabled, and some of them are tied: of
local staff, those who are disabled and those who are not add up. A quantity of a part is a *cell*.
A figure that is released is a sum of one quantity over parts that a reader knows. All sums that
were ever released, and all ties, form one system of linear equations. A withheld figure is safe if
it can be larger than it is, by as much as the rule of one release asks for, while every equation
holds and nothing falls below zero. A figure that is part of a released whole need not seem larger
than the whole alone lets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array

from localarea.contracts.disclosure.solving.equations import contracted
from localarea.contracts.disclosure.solving.moves import Moves
from localarea.contracts.disclosure.solving.nearby import by_donors, surely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.contracts.disclosure.solving.equations import System

MOST_CHECKED: Final = 200  # figures for which a solver is asked one by one; others count as told
_ROUND_OFF: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Targets:
    """
    Figures that must not be told.

    Attributes
    ----------
    cells : csr_array, shape (n_targets, n_cells)
        1 at each cell that they are the sum of.
    margins : numpy.ndarray of float, shape (n_targets,)
        How much larger than it is each must be able to seem.
    wholes : numpy.ndarray of int, shape (n_targets,)
        Position of the system in which alone stands what each is part of; -1 for none.
    """

    cells: csr_array
    margins: NDArray[np.float64]
    wholes: NDArray[np.int64]

    def chosen(self, at: NDArray[np.int64]) -> Targets:
        """Return some of them."""
        return Targets(self.cells[at], self.margins[at], self.wholes[at])

    def left(self, flags: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Count the cells of each of which something holds."""
        count: NDArray[np.int64] = self.cells @ flags.astype(np.int64)
        return count


def unsafe(
    system: System, reached: NDArray[np.bool_], targets: Targets, alone: Sequence[System]
) -> NDArray[np.int64]:
    """
    Find the figures that released sums tell, or nearly so, or of which that cannot be ruled out.

    Parameters
    ----------
    system : System
        Of all that was or is to be released.
    reached : numpy.ndarray of bool, shape (n_cells,)
        Cells on which something new bears: figures without any are safe as they were.
    alone : sequence of System
        Of what is told of wholes alone.

    Returns
    -------
    numpy.ndarray of int
        Positions of the targets.
    """
    at = np.flatnonzero(targets.left(reached) > 0)
    here = targets.chosen(at)
    told = here.left(~system.fixed) == 0
    # A cell that no equation holds can be anything.
    held = ~told & (here.left(~system.fixed & (system.groups < 0)) == 0)
    left = Targets(_without(here.cells, system.fixed), here.margins, here.wholes)
    asked = np.flatnonzero(held)
    safe = _move(system, left.chosen(asked), alone)
    told[asked[~safe]] = True
    found: NDArray[np.int64] = at[told]
    return found


def _without(cells: csr_array, fixed: NDArray[np.bool_]) -> csr_array:
    """Leave out the cells that are told by themselves: they say nothing of the rest."""
    left = cells.copy()
    left.data = np.where(fixed[left.indices], 0.0, left.data)
    left.eliminate_zeros()
    return left


def _move(system: System, targets: Targets, alone: Sequence[System]) -> NDArray[np.bool_]:
    """Return which figures can seem larger by their margin, or as much as their wholes let them."""
    if not len(targets.margins):
        return np.zeros(0, bool)
    needs = targets.margins.copy()
    for number, one in enumerate(alone):
        here = np.flatnonzero(targets.wholes == number)
        needs[here] = np.minimum(needs[here], _bound(one, targets.cells[here]))
    far = _reached(system, targets.cells, needs)
    safe = far >= needs - _ROUND_OFF * (1 + needs)
    for number, one in enumerate(alone):
        here = np.flatnonzero(~safe & (targets.wholes == number))
        if len(here) and MOST_CHECKED:
            safe[here] = far[here] >= _furthest(one, targets.chosen(here))
    return safe


def _reached(system: System, cells: csr_array, needs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far figures get, each up to what it needs, as far as a solver was asked."""
    small, of = contracted(system)
    places = cells.tocoo()
    mapped = csr_array((places.data, (places.row, of[places.col])), shape=cells.shape)
    # Figures that are one now are asked about once.
    keys = [mapped.indices[a:b].tobytes() for a, b in pairwise(mapped.indptr)]
    first: dict[bytes, int] = {}
    alike = np.array([first.setdefault(key, len(first)) for key in keys], np.int64)
    chosen = np.full(len(first), -1)
    chosen[alike[::-1]] = np.arange(len(keys))[::-1]
    most = np.zeros(len(first))
    np.maximum.at(most, alike, needs)
    figures = _without(mapped[chosen], small.fixed)
    far = np.zeros(len(first))
    loose = figures @ (~small.fixed & (small.groups < 0)).astype(np.int64) > 0
    far[loose] = most[loose]
    near = np.flatnonzero(~loose)
    sure = near[surely(small, figures[near], most[near])]
    far[sure] = most[sure]
    near = np.flatnonzero(~loose & (far < most))
    sure = near[by_donors(small, figures[near], most[near])]
    far[sure] = most[sure]
    left = np.flatnonzero((far < most) & ~loose)
    figures = figures[left]
    if len(left):
        moves = Moves(small, figures, most[left])
        moves.together()
        moves.apart(MOST_CHECKED)
        far[left] = moves.reached
    return np.minimum(far[alike], needs)


def _bound(system: System, cells: csr_array) -> NDArray[np.float64]:
    """Bound how far figures can rise."""
    up = system.most
    endless = cells @ np.isinf(up).astype(np.float64) > 0
    total: NDArray[np.float64] = cells @ np.where(np.isinf(up), 0.0, up)
    return np.where(endless, np.inf, total)


def _furthest(system: System, targets: Targets) -> NDArray[np.float64]:
    """Return how far figures can rise, up to their margins; no less than that."""
    margins = targets.margins
    far = margins.copy()
    free = ~system.fixed & (system.groups < 0)
    asked = np.flatnonzero(targets.left(free) == 0)
    moves = Moves(system, _without(targets.cells[asked], system.fixed), margins[asked])
    moves.together()
    moves.apart(MOST_CHECKED)
    far[asked[moves.settled]] = moves.reached[moves.settled]
    return np.minimum(far, margins) - _ROUND_OFF * (1 + margins)
