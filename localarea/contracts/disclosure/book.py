"""Every quantity of every return on one sheet: numbered cells, their ties, and what is small."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from localarea.contracts.disclosure.differencing import Targets
from localarea.contracts.disclosure.linked import (
    measure_of,
    people_behind,
    quantities,
    ties_of,
    told_by,
    wholes_of,
)
from localarea.contracts.disclosure.solving.equations import start, ties
from localarea.contracts.standing import people_of
from localarea.measures.suppression import small_counts
from localarea.measures.withheld import margins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from localarea.contracts.disclosure.linked import Figures
    from localarea.contracts.disclosure.solving.equations import System

Part = tuple[str, str, int]  # contract, quarter and version of its return


class Book:
    """
    Quantities by name and part.

    A cell is a quantity of a part; its number is that of the name times the number of parts, and
    that of the part.

    Attributes
    ----------
    parts : list of Part
        In the order of their numbers.
    wholes : list of frozenset of str
        Quantities of which others are part, as far as figures tell them.
    """

    def __init__(self, figures: Mapping[Part, Figures]) -> None:
        self.parts = sorted(figures)
        self._at = {part: at for at, part in enumerate(self.parts)}
        found = [quantities(figures[part]) for part in self.parts]
        people = [
            people_behind(figures[part], line) for part, line in zip(self.parts, found, strict=True)
        ]
        self._names = list(dict.fromkeys(name for line in found for name in line))
        self._number = {name: at for at, name in enumerate(self._names)}
        self._values = self._sheet(found, np.nan)
        self._people = self._sheet(people, 0).astype(np.int64)
        self._there: dict[str, NDArray[np.bool_]] = {}
        for at, part in enumerate(self.parts):
            for ref in figures[part]:
                self._there.setdefault(ref, np.zeros(len(self.parts), bool))[at] = True
        self.wholes = list(
            dict.fromkeys(wholes for name in self._names if (wholes := wholes_of(name)))
        )

    def _sheet(self, lines: Sequence[Mapping[str, float]], empty: float) -> NDArray[np.float64]:
        out = np.full((len(self._names), len(self.parts)), empty)
        for at, line in enumerate(lines):
            for name, value in line.items():
                out[self._number[name], at] = value
        return out

    def places(self, versions: NDArray[np.int64], contracts: Sequence[str],
               quarters: Sequence[str]) -> NDArray[np.int64]:  # fmt: skip
        """Return the number of the part behind each inner figure of a table; -1 for none."""
        out = np.full(versions.shape, -1)
        for i, j in zip(*map(np.ndarray.tolist, np.nonzero(versions)), strict=True):
            out[i, j] = self._at[contracts[i], quarters[j], int(versions[i, j])]
        return out

    def there(self, ref: str) -> NDArray[np.bool_]:
        """Return which parts have a measure."""
        return self._there.get(ref, np.zeros(len(self.parts), bool))

    def told(self, ref: str) -> Iterator[tuple[str, int]]:
        """Yield the quantities that figures of a measure reveal, and how far off they are."""
        for name in told_by(ref):
            if name in self._number:
                yield name, self._number[name] * len(self.parts)

    def part_of(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of the part of each cell."""
        parts: NDArray[np.int64] = cells % max(len(self.parts), 1)
        return parts

    def system(self) -> System:
        """Return what readers know before any figure is told: how quantities hang together."""
        alike: dict[bytes, list[int]] = defaultdict(list)
        has = ~np.isnan(self._values)
        for at in range(len(self.parts)):
            alike[has[:, at].tobytes()].append(at)
        found = []
        for some in alike.values():
            ids = np.array(some)
            names = {name for name, at in self._number.items() if has[at, some[0]]}
            for parts, whole in ties_of(names):
                cells = [self._number[name] * len(self.parts) + ids for name in parts]
                found.append((np.column_stack(cells), self._number[whole] * len(self.parts) + ids))
        return start(np.nan_to_num(self._values).clip(0).ravel(), ties(found))

    def small(self, tables: Iterable[NDArray[np.int64]]) -> Targets:
        """
        Return what is too small to tell.

        Parameters
        ----------
        tables : iterable of numpy.ndarray of int
            The parts behind the inner figures of each table, as :meth:`places` gives them.
        """
        need: dict[bytes, float] = {}
        for ids in tables:
            for at, name in enumerate(self._names):
                self._smalls(ids, at, name, need)
        cells = [np.frombuffer(key, np.int64) for key in need]
        starts = np.concatenate([[0], np.cumsum([len(one) for one in cells], dtype=np.int64)])
        joined = np.concatenate([np.zeros(0, np.int64), *cells])
        shape = len(cells), self._values.size
        of_whole = [self.wholes.index(one) if (one := wholes_of(name)) else -1
                    for name in self._names]  # fmt: skip
        first = joined[starts[:-1]] // max(len(self.parts), 1)
        return Targets(
            csr_array((np.ones(len(joined)), joined, starts), shape=shape),
            np.array(list(need.values())),
            np.array(of_whole, np.int64)[first],
        )

    def _smalls(self, ids: NDArray[np.int64], at: int, name: str, need: dict[bytes, float]) -> None:
        """Take in what is small of one quantity, each with the most it ever had to be safe by."""
        has = (ids >= 0) & ~np.isnan(self._values[at])[ids]
        if not has.any():
            return
        ref = measure_of(name)
        small = small_counts(people_of(ref, np.where(has, self._people[at][ids], 0)))
        room = margins(ref, np.where(has, self._values[at][ids], 0.0))
        cells = at * len(self.parts) + ids
        for row, column in zip(*map(np.ndarray.tolist, np.nonzero(small)), strict=True):
            lines = slice(None) if row == ids.shape[0] else row
            across = slice(None) if column == ids.shape[1] else column
            found = np.sort(np.atleast_1d(cells[lines, across][has[lines, across]]).ravel())
            if len(found) and room[row, column] > 0:
                key = found.tobytes()
                need[key] = max(need.get(key, 0.0), float(room[row, column]))
