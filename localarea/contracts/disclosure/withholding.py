"""
Choose what a release withholds, so that it tells no small figure with all releases before it.

First what :func:`localarea.measures.withheld.withheld_figures` withholds, then changed totals
beside a figure that the solver finds told, then every changed figure of its contract and quarter,
and at last every figure of the measure that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.contracts.disclosure.book import Book
from localarea.contracts.disclosure.differencing import unsafe
from localarea.measures.withheld import PARTS, TOLD_WITH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from localarea.contracts.disclosure.book import Part
    from localarea.contracts.disclosure.linked import Figures

_ROUNDS: Final = 6  # of withholding more, before every change is withheld

Hidden = dict[str, "NDArray[np.bool_]"]


@dataclass(frozen=True, eq=False)
class Table:
    """The figures of one series in one release: what each rests on."""

    contracts: tuple[str, ...]
    quarters: tuple[str, ...]
    versions: NDArray[np.int64]

    @property
    def parts(self) -> set[Part]:
        """Return the returns that its figures rest on."""
        return {
            (self.contracts[i], self.quarters[j], int(self.versions[i, j]))
            for i, j in zip(*map(np.ndarray.tolist, np.nonzero(self.versions)), strict=True)
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
        measure = _Measure(ref, reader)
        hidden[ref] = measure.withhold(first) if history or ref in PARTS else first
        reader.hear({ref: measure.sums(~hidden[ref])})
    return hidden


class _Sums:
    """Sets of parts: those of one part, and those of more."""

    def __init__(self, count: int) -> None:
        self.single = np.zeros(count, bool)
        self.joint: dict[bytes, NDArray[np.int64]] = {}

    def __contains__(self, parts: NDArray[np.int64]) -> bool:
        if len(parts) == 1:
            return bool(self.single[parts[0]])
        return parts.tobytes() in self.joint

    def add(self, ids: NDArray[np.int64], totals: _Totals, chosen: NDArray[np.bool_]) -> None:
        """Add those of the figures that are chosen."""
        inner = ids[chosen[:-1, :-1]]
        self.single[inner[inner >= 0]] = True
        for place, parts in totals.items():
            if chosen[place]:
                if len(parts) == 1:
                    self.single[parts] = True
                else:
                    self.joint[parts.tobytes()] = parts


_Totals = dict[tuple[int, int], "NDArray[np.int64]"]


class _Reader:
    """What somebody knows who keeps every release, and what must not be told."""

    def __init__(
        self,
        table: Table,
        history: Sequence[tuple[Table, Hidden]],
        figures: Mapping[Part, Figures],
    ) -> None:
        tables = [*(old for old, _ in history), table]
        parts = set().union(*(each.parts for each in tables))
        self.book = Book({part: figures[part] for part in parts})
        self.system = self.book.system()
        self.alone = [self.system for _ in self.book.wholes]
        self._totals: dict[tuple[int, bytes], _Totals] = {}
        self.table, self.count = table, len(self.book.parts)
        self._ids = [
            self.book.places(each.versions, each.contracts, each.quarters) for each in tables
        ]
        self.before: dict[str, _Sums] = {}
        self.withheld: dict[str, _Sums] = {}
        for at, (_, masks) in enumerate(history):
            for ref, mask in masks.items():
                ids, totals = self.ids(ref, at), self.totals(ref, at)
                for kept, chosen in ((self.before, ~mask), (self.withheld, mask)):
                    kept.setdefault(ref, _Sums(self.count)).add(ids, totals, chosen)
        self.hear(self.before)
        self.targets = self.book.small(self._ids)

    def ids(self, ref: str, at: int = -1) -> NDArray[np.int64]:
        """Return the parts behind the figures of a measure in one release, the newest if none."""
        ids = self._ids[at]
        return np.where((ids >= 0) & self.book.there(ref)[ids], ids, -1)

    def totals(self, ref: str, at: int = -1) -> _Totals:
        """Return the parts behind the totals of a measure that has any."""
        key = at, self.book.there(ref).tobytes()
        if key not in self._totals:
            self._totals[key] = dict(_totals(self.ids(ref, at)))
        return self._totals[key]

    def hear(self, heard: Mapping[str, _Sums]) -> None:
        """Take in what is told of some measures."""
        self.system, _ = self.system.with_told(*self._cells(heard))
        for at, wholes in enumerate(self.book.wholes):
            single, joint = self._cells(heard, wholes)
            if len(single) or joint:
                self.alone[at], _ = self.alone[at].with_told(single, joint)

    def told(self, ref: str, sums: _Sums) -> NDArray[np.int64]:
        """Return the parts of what is told, or may be, if a measure is told as well."""
        heard = {ref: sums}
        system, reached = self.system.with_told(*self._cells(heard))
        if not reached.any():
            return np.zeros(0, np.int64)
        alone = list(self.alone)
        for at, wholes in enumerate(self.book.wholes):
            single, joint = self._cells(heard, wholes)
            if len(single) or joint:
                alone[at], _ = alone[at].with_told(single, joint)
        found = unsafe(system, reached, self.targets, alone)
        return np.unique(self.book.part_of(self.targets.cells[found].indices.astype(np.int64)))

    def _cells(
        self, heard: Mapping[str, _Sums], within: frozenset[str] | None = None
    ) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
        """Return the cells that are told alone, and those that are told as a sum."""
        single, joint = [np.zeros(0, np.int64)], []
        for ref, sums in heard.items():
            for name, offset in self.book.told(ref):
                if within is None or name in within:
                    single.append(np.flatnonzero(sums.single) + offset)
                    joint += [parts + offset for parts in sums.joint.values()]
        return np.concatenate(single), joint


def _totals(ids: NDArray[np.int64]) -> Iterator[tuple[tuple[int, int], NDArray[np.int64]]]:
    """Return the parts behind each total that has any, in order."""
    rows, columns = ids.shape
    lines = [((row, columns), ids[row]) for row in range(rows)]
    lines += [((rows, column), ids[:, column]) for column in range(columns)]
    for place, parts in [*lines, ((rows, columns), ids.ravel())]:
        found = np.sort(parts[parts >= 0])
        if len(found):
            yield place, found


class _Measure:
    """One measure of one release, against everything that is told."""

    def __init__(self, ref: str, reader: _Reader) -> None:
        self._ref, self._reader = ref, reader
        self._ids, self._totals = reader.ids(ref), reader.totals(ref)
        self._before = reader.before.get(ref, _Sums(reader.count))
        self._withheld = reader.withheld.get(ref, _Sums(reader.count))
        self._shape = tuple(np.add(self._ids.shape, 1))

    def sums(self, chosen: NDArray[np.bool_]) -> _Sums:
        """Return the parts of some figures."""
        made = _Sums(self._reader.count)
        made.add(self._ids, self._totals, chosen)
        return made

    def withhold(self, start: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Withhold more and more, until nothing is told."""
        mask = start | self._kept_back()
        for _ in range(_ROUNDS):
            told = self._reader.told(self._ref, self.sums(~mask))
            if not len(told):
                return mask
            wider = mask | self._beside(told, totals=True)
            if (wider == mask).all():
                wider = mask | self._beside(told, totals=False)
            if (wider == mask).all():
                break
            mask = wider
        return mask | self._changed()

    def _flagged(
        self,
        single: NDArray[np.bool_],
        joint: Callable[[NDArray[np.int64]], bool],
    ) -> NDArray[np.bool_]:
        """Flag the figures of which something holds."""
        out = np.zeros(self._shape, bool)
        out[:-1, :-1] = (self._ids >= 0) & single[self._ids]
        for place, parts in self._totals.items():
            out[place] = joint(parts)
        return out

    def _kept_back(self) -> NDArray[np.bool_]:
        """Keep withheld what is as it was when it was withheld, for it protects something."""
        return self._flagged(
            self._withheld.single & ~self._before.single,
            lambda parts: parts in self._withheld and parts not in self._before,
        )

    def _beside(self, told: NDArray[np.int64], *, totals: bool) -> NDArray[np.bool_]:
        """Flag what changed in the rows and columns that hold what is told, or their totals."""
        out = np.zeros(self._shape, bool)
        table = self._reader.table
        row_of = {reference: at for at, reference in enumerate(table.contracts)}
        column_of = {quarter: at for at, quarter in enumerate(table.quarters)}
        for reference, quarter, _ in (self._reader.book.parts[part] for part in told):
            if reference in row_of and quarter in column_of:
                row, column = row_of[reference], column_of[quarter]
                out[row, -1 if totals else slice(None)] = True
                out[-1 if totals else slice(None), column] = True
        out[-1, -1] = True
        return out & self._changed()

    def _changed(self) -> NDArray[np.bool_]:
        """Flag every figure that no earlier release told as it is now."""
        return self._flagged(~self._before.single, lambda parts: parts not in self._before)
