"""
What all releases together tell of a withheld figure, and whether that is too much.

A figure rests on *parts*: the return of a contract and quarter in one version. A part has several
*quantities*, such as local staff and those of them who are disabled, and some of them are tied: of
local staff, those who are disabled and those who are not add up. A figure that is released is a sum
of one quantity over parts that a reader knows. All sums that were ever released, and all ties, form
one system of linear equations. A withheld figure is safe if it can be larger than it is, by as much
as the rule of one release asks for, while every equation holds and nothing falls below zero. A
figure that is part of a released whole need not seem larger than the whole alone lets it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

Part = tuple[str, str, int]  # contract, quarter and version of its return
Cell = tuple[str, Part]  # a quantity of a part
Sum = frozenset[Cell]
Tie = tuple[tuple[Cell, float], ...]  # coefficients of cells that add up to what never changes

MOST_CHECKED: Final = 200  # figures for which a solver is asked, before all changes are withheld
_ROUND_OFF: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Target:
    """
    A figure that must not be told.

    Attributes
    ----------
    cells : frozenset of Cell
        What it is the sum of.
    margin : float
        How much larger than it is it must be able to seem.
    wholes : frozenset of str
        Quantities that it is part of.
    """

    cells: Sum
    margin: float
    wholes: frozenset[str] = frozenset()


def unsafe(
    values: Mapping[Cell, float],
    known: Collection[Sum],
    targets: Iterable[Target],
    *,
    ties: Sequence[Tie] = (),
    added: Collection[Sum] | None = None,
) -> list[Target] | None:
    """
    Find the figures that released sums tell, or nearly so.

    Parameters
    ----------
    values : mapping of Cell to float
        Every quantity of every part, each in its unit.
    known : collection of Sum
        Sums that were or are to be released.
    ties : sequence of Tie
        What readers know of how quantities hang together.
    added : collection of Sum or None
        Those of them that are new, where the others are known to be safe; None to check them all.

    Returns
    -------
    list of Target or None
        None if there is too much to check.
    """
    system = _System(values, known, ties)
    wanted = [one for one in dict.fromkeys(targets) if one.margin > 0]
    if added is not None:
        touched = system.touched(added, frozenset(known) - frozenset(added))
        wanted = [one for one in wanted if one.cells & touched]
    failed = system.told(wanted)
    if failed is None:
        return None
    if not any(one.wholes for one in failed):
        return failed
    alone = {
        wholes: _System(values, [told for told in known if next(iter(told))[0] in wholes], ties)
        for wholes in {one.wholes for one in failed if one.wholes}
    }
    return [
        one
        for one in failed
        if not one.wholes or not _as_its_wholes_tell(one, system, alone[one.wholes])
    ]


def _as_its_wholes_tell(one: Target, system: _System, alone: _System) -> bool:
    """Return whether a figure can seem as large as the wholes that it is part of let it."""
    unknown = system.unknown(one)  # what is told already says nothing of the rest
    if not unknown.cells:
        return False
    most = alone.greatest(unknown)
    return system.greatest(one) >= most - _ROUND_OFF * (1 + one.margin)


class _System:
    """Equations on the cells that are not told by themselves."""

    def __init__(
        self, values: Mapping[Cell, float], known: Collection[Sum], ties: Sequence[Tie]
    ) -> None:
        self._values = values
        self._rows: list[dict[Cell, float]] = [dict.fromkeys(one, 1.0) for one in known]
        self._ties = [dict(one) for one in ties]
        self._rows += self._ties
        self._fixed = _fixed(self._rows)
        self._group = _groups(self._rows, self._fixed)
        self._members: dict[int, list[Cell]] = defaultdict(list)
        for cell, group in self._group.items():
            self._members[group].append(cell)
        self._of_group: dict[int, list[dict[Cell, float]]] = defaultdict(list)
        for row in self._rows:
            left = {cell: weight for cell, weight in row.items() if cell not in self._fixed}
            if left:
                self._of_group[self._group[next(iter(left))]].append(left)

    def touched(self, added: Collection[Sum], before: Collection[Sum]) -> set[Cell]:
        """Return the cells that new sums lead to by way of all, those told before left out."""
        rows = [dict.fromkeys(one, 1.0) for one in before]
        told = _fixed([*rows, *self._ties])
        group = _groups(self._rows, told)
        reached = {group[cell] for one in added for cell in one if cell not in told}
        return {cell for cell, where in group.items() if where in reached}

    def told(self, targets: Sequence[Target]) -> list[Target] | None:
        """Return those that cannot seem larger by their margin; None if there are too many."""
        apart: dict[frozenset[int], list[Target]] = defaultdict(list)
        failed: list[Target] = []
        for one in targets:
            left = one.cells - self._fixed
            if not left:
                failed.append(one)
            elif left <= self._group.keys():  # a cell that no equation holds can be anything
                apart[frozenset(self._group[cell] for cell in left)].append(one)
        left_over: list[tuple[_Part, int]] = []
        for groups, some in apart.items():
            part = _Part(self, groups, some)
            left_over += [(part, at) for at in part.not_together()]
        if len(left_over) > MOST_CHECKED:
            return None
        return failed + [part.targets[at] for part, at in left_over if not part.moves(at)]

    def unknown(self, one: Target) -> Target:
        """Return a figure without the cells that are told by themselves."""
        return replace(one, cells=one.cells - self._fixed)

    def greatest(self, one: Target) -> float:
        """Return by how much a figure can seem larger, up to its margin."""
        left = one.cells - self._fixed
        if not left:
            return 0.0
        if not left <= self._group.keys():
            return one.margin
        return _Part(self, {self._group[cell] for cell in left}, [one]).move_of(0)

    def part(self, groups: Collection[int]) -> tuple[dict[Cell, int], list[dict[Cell, float]]]:
        """Return the cells and the equations of some groups."""
        cells = [cell for group in sorted(groups) for cell in self._members[group]]
        rows = [row for group in sorted(groups) for row in self._of_group[group]]
        return {cell: at for at, cell in enumerate(cells)}, rows

    def room(self, cells: Iterable[Cell]) -> NDArray[np.float64]:
        """Return how far each cell can fall."""
        return np.array([max(self._values[cell], 0.0) for cell in cells])


class _Part:
    """The part of a system that bears on some figures."""

    def __init__(self, system: _System, groups: Collection[int], targets: Sequence[Target]) -> None:
        self._at, rows = system.part(groups)
        self._equations = self._matrix(rows)
        self._room = system.room(self._at)
        self.targets = targets
        self._wanted = self._matrix(
            [{cell: 1.0 for cell in one.cells if cell in self._at} for one in targets]
        )
        self._margins = np.array([one.margin for one in targets])
        self._done = np.zeros(len(targets), bool)

    def _matrix(self, rows: Sequence[Mapping[Cell, float]]) -> csr_array:
        places = [(at, self._at[cell], weight) for at, row in enumerate(rows)
                  for cell, weight in row.items()]  # fmt: skip
        down, across, weights = zip(*places, strict=True)
        return csr_array((weights, (down, across)), shape=(len(rows), len(self._at)))

    def not_together(self) -> list[int]:
        """Move all figures at once, as often as that gets further, and return those left."""
        while not self._done.all():
            left = np.flatnonzero(~self._done)
            before = self._done.sum()
            self._tick(self._move(left))
            if self._done.sum() == before:
                break
        return np.flatnonzero(~self._done).tolist()

    def moves(self, at: int) -> bool:
        """Return whether one figure can seem larger by its margin."""
        if not self._done[at]:
            self._tick(self._move(np.array([at])))
        return bool(self._done[at])

    def move_of(self, at: int) -> float:
        """Return by how much one figure can seem larger, up to its margin."""
        return float((self._wanted[[at]] @ self._move(np.array([at])))[0])

    def _tick(self, moved: NDArray[np.float64]) -> None:
        slack = _ROUND_OFF * (1 + self._margins)
        self._done |= self._wanted @ moved >= self._margins - slack

    def _move(self, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        """Move the cells so that figures grow, each up to its margin, and no equation changes."""
        margins = self._margins[chosen]
        scale = max(float(margins.max()), 1e-9)  # so that pounds by the million are as exact as FTE
        wanted = vstack([self._wanted[[at]] for at in chosen]).tocsr()
        solve: Any = linprog  # whose types know no sparse matrices
        found = solve(
            -(wanted.T @ (scale / margins)),
            A_ub=wanted,
            b_ub=margins / scale,
            A_eq=self._equations,
            b_eq=np.zeros(self._equations.shape[0]),
            bounds=np.column_stack([-self._room / scale, np.full(len(self._room), np.inf)]),
            method="highs",
        )
        if found.x is None:
            return np.zeros(len(self._room))
        moved: NDArray[np.float64] = found.x * scale
        return moved


def _fixed(rows: Sequence[Mapping[Cell, float]]) -> set[Cell]:
    """Return the cells that follow from equations with one cell left, one after the other."""
    holding: dict[Cell, list[int]] = defaultdict(list)
    left = []
    for at, row in enumerate(rows):
        left.append(set(row))
        for cell in row:
            holding[cell].append(at)
    fixed: set[Cell] = set()
    waiting = [at for at, cells in enumerate(left) if len(cells) == 1]
    while waiting:
        cells = left[waiting.pop()]
        if not cells:
            continue
        (cell,) = cells
        fixed.add(cell)
        for at in holding[cell]:
            left[at].discard(cell)
            if len(left[at]) == 1:
                waiting.append(at)
    return fixed


def _groups(rows: Iterable[Mapping[Cell, float]], without: Collection[Cell]) -> dict[Cell, int]:
    """Give a number to each group of cells that equations join, some cells left out."""
    parent: dict[Cell, Cell] = {}

    def root(cell: Cell) -> Cell:
        while parent.setdefault(cell, cell) != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    for row in rows:
        cells = [cell for cell in row if cell not in without]
        for cell in cells[1:]:
            parent[root(cell)] = root(cells[0])
        if cells:
            root(cells[0])
    numbers: dict[Cell, int] = {}
    return {cell: numbers.setdefault(root(cell), len(numbers)) for cell in list(parent)}
