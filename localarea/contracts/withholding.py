"""
Choose what a release withholds, so that it tells no small figure with all releases before it.

First what :func:`localarea.measures.withheld.withheld_figures` withholds, then changed totals
beside a figure that the solver finds told, then every changed figure of its contract and quarter,
and at last every figure of the measure that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.contracts.differencing import Target, unsafe
from localarea.contracts.linked import (
    cells_of,
    quantities,
    small_figures,
    ties_of,
    told_by,
)
from localarea.measures.withheld import PARTS, TOLD_WITH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from localarea.contracts.differencing import Cell, Part, Sum, Tie
    from localarea.contracts.linked import Figures

_ROUNDS: Final = 6  # of withholding more, before every change is withheld

Hidden = dict[str, "NDArray[np.bool_]"]
Parts = frozenset["Part"]


@dataclass(frozen=True, eq=False)
class Table:
    """The figures of one series in one release: what each rests on, with totals."""

    contracts: tuple[str, ...]
    quarters: tuple[str, ...]
    versions: NDArray[np.int64]

    @cached_property
    def parts(self) -> dict[tuple[int, int], Parts]:
        """Return the parts of every figure; the last row and column are totals."""
        rows, columns = self.versions.shape
        inner: dict[tuple[int, int], Parts] = {
            (i, j): frozenset(
                [(self.contracts[i], self.quarters[j], int(self.versions[i, j]))]
                if self.versions[i, j]
                else []
            )
            for i in range(rows)
            for j in range(columns)
        }
        made = dict(inner)
        for i in range(rows):
            made[i, columns] = frozenset().union(*(inner[i, j] for j in range(columns)))
        for j in range(columns + 1):
            made[rows, j] = frozenset().union(*(made[i, j] for i in range(rows)))
        return made

    def sums(self, chosen: NDArray[np.bool_], there: Parts) -> set[Parts]:
        """Return the parts of some figures that have any, of those that a measure has."""
        return {
            kept for place, parts in self.parts.items() if chosen[place] and (kept := parts & there)
        }


def choose_hidden(
    start: Hidden,
    table: Table,
    history: Sequence[tuple[Table, Hidden]],
    figures: Mapping[Part, Figures],
) -> Hidden:
    """
    Choose what to withhold of every measure, in the order of the catalogue.

    Parameters
    ----------
    start : dict of str to numpy.ndarray of bool
        By measure: what the release withholds by itself.
    table : Table
        Of the release.
    history : sequence of tuple
        Table of each earlier release of the series, and what it withheld.
    figures : mapping of Part to mapping
        Figures of every return, of every version.
    """
    reader = _Reader(table, history, figures)
    hidden: Hidden = {}
    for ref, mask in start.items():
        first = mask.copy()
        for other in TOLD_WITH.get(ref, ()):
            if other in hidden:
                first |= hidden[other]
        hidden[ref] = first
        if history or ref in PARTS:
            hidden[ref] = _Measure(ref, table, reader).withhold(first)
        reader.hear(ref, table, hidden[ref])
    return hidden


class _Reader:
    """What somebody knows who keeps every release, and what must not be told."""

    def __init__(
        self,
        table: Table,
        history: Sequence[tuple[Table, Hidden]],
        figures: Mapping[Part, Figures],
    ) -> None:
        tables = [*(old for old, _ in history), table]
        parts = set().union(*(each.parts[each.versions.shape] for each in tables))
        self.figures = {part: figures[part] for part in parts}
        found = {part: quantities(line) for part, line in self.figures.items()}
        self.values: dict[Cell, float] = {
            (name, part): value for part, line in found.items() for name, value in line.items()
        }
        self.ties: list[Tie] = [tie for part in sorted(found) for tie in ties_of(part, found[part])]
        self.known: set[Sum] = set()
        self.before: dict[str, set[Parts]] = {}
        self.withheld: dict[str, set[Parts]] = {}
        for old, masks in history:
            for ref, mask in masks.items():
                self.hear(ref, old, mask)
                self.before.setdefault(ref, set()).update(old.sums(~mask, self.there(ref)))
                self.withheld.setdefault(ref, set()).update(old.sums(mask, self.there(ref)))
        self.targets = [
            one
            for each in tables
            for one in small_figures(each.parts, each.versions.shape, self.figures, self.values)
        ]

    def there(self, ref: str) -> Parts:
        """Return the parts that have a measure."""
        return frozenset(part for part, found in self.figures.items() if ref in found)

    def heard(self, ref: str, sums: set[Parts]) -> set[Sum]:
        """Return what figures of a measure tell."""
        told = {cells_of(name, parts, self.values) for name in told_by(ref) for parts in sums}
        return told - {frozenset()}

    def hear(self, ref: str, table: Table, mask: NDArray[np.bool_]) -> None:
        """Take in what is told of a measure."""
        self.known |= self.heard(ref, table.sums(~mask, self.there(ref)))


class _Measure:
    """One measure of one release, against everything that is told."""

    def __init__(self, ref: str, table: Table, reader: _Reader) -> None:
        self._ref, self._table, self._reader = ref, table, reader
        self._there = reader.there(ref)
        self._before = reader.before.get(ref, set())
        self._withheld = reader.withheld.get(ref, set())

    def withhold(self, start: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Withhold more and more, until nothing is told."""
        mask = start | self._kept_back()
        for _ in range(_ROUNDS):
            told = self._told(mask)
            if told is None:
                break
            if not told:
                return mask
            wider = mask | self._beside(told, totals=True)
            if (wider == mask).all():
                wider = mask | self._beside(told, totals=False)
            if (wider == mask).all():
                break
            mask = wider
        return mask | self._changed()

    def _told(self, mask: NDArray[np.bool_]) -> list[Target] | None:
        reader = self._reader
        sums = reader.heard(self._ref, self._table.sums(~mask, self._there))
        added = sums - reader.known
        if not added:
            return []
        return unsafe(
            reader.values, reader.known | sums, reader.targets, ties=reader.ties, added=added
        )

    def _flagged(self, wanted: Callable[[Parts], bool]) -> NDArray[np.bool_]:
        """Flag the figures of which something holds."""
        out = np.zeros(np.add(self._table.versions.shape, 1), bool)
        for place, parts in self._table.parts.items():
            kept = parts & self._there
            out[place] = bool(kept) and wanted(kept)
        return out

    def _kept_back(self) -> NDArray[np.bool_]:
        """Keep withheld what is as it was when it was withheld, for it protects something."""
        return self._flagged(lambda parts: parts in self._withheld and parts not in self._before)

    def _beside(self, told: Sequence[Target], *, totals: bool) -> NDArray[np.bool_]:
        """Flag what changed in the rows and columns that hold what is told, or their totals."""
        out = np.zeros(np.add(self._table.versions.shape, 1), bool)
        for _, (reference, quarter, _) in (cell for one in told for cell in one.cells):
            if reference in self._table.contracts and quarter in self._table.quarters:
                row = self._table.contracts.index(reference)
                column = self._table.quarters.index(quarter)
                out[row, -1 if totals else slice(None)] = True
                out[-1 if totals else slice(None), column] = True
        out[-1, -1] = True
        return out & self._changed()

    def _changed(self) -> NDArray[np.bool_]:
        """Flag every figure that no earlier release told as it is now."""
        return self._flagged(lambda parts: parts not in self._before)
