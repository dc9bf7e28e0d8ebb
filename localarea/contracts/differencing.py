"""
What all releases together tell of a withheld figure, and whether that is too much.

A figure rests on *parts*: the return of a contract and quarter in one version. A figure that is
released is a sum of parts that a reader knows. All sums that were ever released form one system of
linear equations. A withheld figure is safe if it can be larger than it is, by as much as the rule
of one release asks for, while every sum stays the same and no part falls below zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, lil_array

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from numpy.typing import NDArray

Part = tuple[str, str, int]  # contract, quarter and version of its return
Sum = frozenset[Part]

MOST_CHECKED: Final = 200  # figures for which a solver is asked, before all changes are withheld
_ROUND_OFF: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that must not be told: the parts it rests on, and how much larger it must seem."""

    parts: Sum
    margin: float


def unsafe(
    values: Mapping[Part, float],
    known: Collection[Sum],
    targets: Iterable[Target],
    *,
    added: Collection[Sum] | None = None,
) -> list[Target] | None:
    """
    Find the figures that released sums tell, or nearly so.

    Parameters
    ----------
    values : mapping of Part to float
        Every part, in the unit of the measure.
    known : collection of Sum
        Sums that were or are to be released.
    added : collection of Sum or None
        Those of them that are new, where the others are known to be safe; None to check them all.

    Returns
    -------
    list of Target or None
        None if there is too much to check.
    """
    system = _System(values, known)
    wanted = [one for one in dict.fromkeys(targets) if one.margin > 0]
    if added is not None:
        told = set(added)
        before = _System(values, [one for one in known if one not in told])
        touched = before.touched(known, added)
        wanted = [one for one in wanted if one.parts & touched]
    if len(wanted) > MOST_CHECKED:
        return None
    return system.told(wanted)


class _System:
    """Equations on the parts that are not told by themselves."""

    def __init__(self, values: Mapping[Part, float], known: Collection[Sum]) -> None:
        self._single = {next(iter(one)) for one in known if len(one) == 1}
        rest = {frozenset(one - self._single) for one in known}
        while more := {next(iter(one)) for one in rest if len(one) == 1}:
            self._single |= more
            rest = {frozenset(one - more) for one in rest}
        self._sums = sorted(rest - {frozenset()}, key=sorted)
        parts = sorted({part for one in self._sums for part in one})
        self._at = {part: at for at, part in enumerate(parts)}
        self._room = np.array([max(values[part], 0.0) for part in parts])

    def touched(self, known: Collection[Sum], added: Collection[Sum]) -> set[Part]:
        """Return the parts that new sums lead to by way of all, those told before left out."""
        reached = {part for one in added for part in one} - self._single
        rest = [set(one - self._single) for one in known]
        while near := [one for one in rest if one & reached]:
            rest = [one for one in rest if not one & reached]
            reached |= set().union(*near)
        return reached

    def told(self, targets: list[Target]) -> list[Target]:
        """Return those that cannot seem larger by their margin."""
        if not targets:
            return []
        if not self._at:
            return [one for one in targets if one.parts <= self._single]
        equations = self._matrix(self._sums)
        # A part that no sum holds can be anything.
        left = [one for one in targets if not one.parts - self._single - self._at.keys()]
        rows = self._matrix([frozenset(one.parts & self._at.keys()) for one in left])
        margins = np.array([one.margin for one in left])
        done, failed = np.zeros(len(left), bool), []
        for at, one in enumerate(left):
            if not done[at]:
                moved = self._move(equations, rows[[at]], margins[at])
                done |= rows @ moved >= margins - _ROUND_OFF * (1 + margins)
                failed += [] if done[at] else [one]
        return failed

    def _matrix(self, sums: list[Sum]) -> csr_array:
        made = lil_array((len(sums), len(self._at)))
        for row, one in enumerate(sums):
            for part in one:
                made[row, self._at[part]] = 1.0
        return made.tocsr()

    def _move(self, equations: csr_array, row: csr_array, margin: float) -> NDArray[np.float64]:
        """Move the parts so that a figure grows as far as its margin and no sum changes."""
        scale = max(margin, 1e-9)  # so that pounds by the million are as exact as FTE
        solve: Any = linprog  # whose types know no sparse matrices
        found = solve(
            -row.toarray()[0],
            A_ub=row,
            b_ub=[1.0],
            A_eq=equations,
            b_eq=np.zeros(equations.shape[0]),
            bounds=np.column_stack([-self._room / scale, np.full(len(self._room), np.inf)]),
            method="highs",
        )
        if found.x is None:
            return np.zeros(len(self._room))
        moved: NDArray[np.float64] = found.x * scale
        return moved
