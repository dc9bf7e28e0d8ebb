"""Read the postcodes of many rows at once, as `localarea.tables.finding.reading` reads one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np

from localarea.classify.index import AREAS, DISTRICTS
from localarea.geo import postcodes
from localarea.geo.postcodes import (
    BERMUDA_OUTWARDS,
    INWARD_SLOTS,
    OUTWARD,
    WHOLE,
    outward_number,
)
from localarea.tables.delimited.csv_rows import Rows, split_row
from localarea.tables.finding.hints import hints_of
from localarea.tables.finding.reading import (
    BY_COUNTRY,
    BY_NAME,
    CORRECTED,
    NO_COLUMN,
    PUSHED,
    read_row,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from localarea.tables.sheet_layout import Grid

# Preference by the result of parsing, as `reading` ranks one: a postcode or a place abroad, an
# outward code, other text, a blank cell.
_RANK: Final = np.array([0, 1, 3, 2, 2, 2, 2, 0], np.int8)
_DECIDED: Final = 0
_HALF: Final = 1
_SHOWN: Final = 5  # rows that a note names

Readings = tuple["NDArray[np.uint8]", "NDArray[np.uint32]", "NDArray[np.bool_]"]


class Engine(Protocol):
    """Implementation of row handling, `localarea.checking.rows.csv_checker.RowEngine`."""

    @property
    def find_rows(self) -> Callable[..., Rows]:
        """Find rows, as in :mod:`localarea.tables.delimited.csv_rows`."""

    @property
    def mentions(self) -> Callable[..., NDArray[np.bool_]]:
        """Find words, as in :mod:`localarea.tables.finding.hints`."""

    @property
    def read(self) -> Callable[[bytes, Rows, str], Readings]:
        """Parse a cell of each row of a block in an encoding."""


class RowsRead(NamedTuple):
    """
    What was read from the rows of a block; arrays of equal length.

    Attributes
    ----------
    remarks : numpy.ndarray of uint8
        What was special, as `RowReading.remark`.
    used : numpy.ndarray of int
        Position in `Grid.labels` of the column that was used; -1 for none.
    skipped : numpy.ndarray of int, shape (n_skipped,)
        Rows that hold no payment.
    others : list of int
        Those of them that are the header of another table.
    """

    codes: NDArray[np.uint8]
    numbers: NDArray[np.uint32]
    remarks: NDArray[np.uint8]
    used: NDArray[np.intp]
    skipped: NDArray[np.intp]
    others: list[int]


class RowFinder:
    """
    Read the postcode of each row of a block.

    Most rows have one where it is looked for first, and are read by the compiled parser. The
    others are read one by one by `read_row`, which decides.

    Parameters
    ----------
    found : int
        Column of which the positions are already known.
    delimiter : bytes
        One ASCII character.
    """

    def __init__(self, grid: Grid, found: int, delimiter: bytes, codec: str) -> None:
        self._grid, self._found = grid, found
        self._delimiter, self._codec = delimiter, codec
        self._quick = []
        for source in grid.sources:
            if source.form == "lines":
                break
            self._quick.append((source, grid.label_of(source)))
        self._complete = len(self._quick) == len(grid.sources)
        self._by_country = grid.country is not None or grid.state is not None
        self._hints = hints_of(_names_of(grid, codec))

    def read(self, block: bytes, rows: Rows, engine: Engine, width: int) -> RowsRead:
        """
        Read the rows of a block.

        ``rows``: positions of the rows, and of the cells of the column that is known. ``width``:
        number of cells in each row before the added ones.
        """
        codes, numbers, remarks, used = self._read_quickly(block, rows, engine)
        ranks = _RANK[codes]
        rare = ranks > (_HALF if self._complete else _DECIDED)
        rare |= (codes == OUTWARD) & np.isin(numbers, _BERMUDAN)
        if self._by_country:
            rare |= ~_has_known_area(codes, numbers)
        if width > 1:
            rare &= rows.widths > 0
        skipped, others = [], []
        for row in self._to_read(block, rows, engine, np.flatnonzero(rare)).tolist():
            start, end = int(rows.starts[row]), int(rows.ends[row])
            cells = split_row(block[start:end], self._delimiter, self._codec)
            reading = read_row(self._grid, cells)
            codes[row], numbers[row] = reading.code, reading.number
            remarks[row], used[row] = reading.remark, reading.used
            if reading.no_payment:
                skipped.append(row)
            if reading.other_header:
                others.append(row)
        return RowsRead(codes, numbers, remarks, used, np.array(skipped, np.intp), others)

    def _to_read(
        self, block: bytes, rows: Rows, engine: Engine, rare: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        """Return the rows, of some, that more than the cells read already can say more about."""
        if not len(rare) or not self._complete or self._by_country:
            return rare
        wide = rows.widths[rare] > self._grid.stated
        said = engine.mentions(block, rows.starts[rare], rows.ends[rare], self._hints)
        return rare[wide | said]

    def _read_quickly(
        self, block: bytes, rows: Rows, engine: Engine
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint8], NDArray[np.intp]]:
        """Read the sources before any lines of addresses; of several the best."""
        count = len(rows.starts)
        if not self._quick:
            blank = np.full(count, postcodes.BLANK, np.uint8)
            nothing = np.zeros(count, np.uint32)
            return blank, nothing, np.zeros(count, np.uint8), np.full(count, NO_COLUMN)
        readings = []
        for source, _ in self._quick:
            spans = [self._spans(block, rows, engine, column) for column in source.columns]
            text, cells = (block, spans[0]) if len(spans) == 1 else _joined(block, rows, spans)
            readings.append(engine.read(text, cells, self._codec))
        if len(readings) == 1:
            codes, numbers, corrected = readings[0]
            return codes, numbers, corrected.astype(np.uint8), np.full(count, self._quick[0][1])
        best = np.argmin(np.stack([_RANK[codes] for codes, _, _ in readings]), axis=0)
        codes, numbers, corrected = (
            np.choose(best, parts) for parts in zip(*readings, strict=True)
        )
        labels = np.array([label for _, label in self._quick], np.intp)
        return codes, numbers, corrected.astype(np.uint8), labels[best]

    def _spans(self, block: bytes, rows: Rows, engine: Engine, column: int) -> Rows:
        """Return the rows with the positions of the cells of a column."""
        if column == self._found:
            return rows
        whole = engine.find_rows(block[: rows.stop], self._delimiter, column, final=True)
        at = len(whole.starts) - len(rows.starts)
        return replace(rows, cell_starts=whole.cell_starts[at:], cell_ends=whole.cell_ends[at:])


def _joined(block: bytes, rows: Rows, spans: list[Rows]) -> tuple[bytes, Rows]:
    """Write the two halves of each row's postcode side by side."""
    first, second = spans
    parts = [
        block[a:b] + b" " + block[c:d]
        for a, b, c, d in zip(
            first.cell_starts.tolist(),
            first.cell_ends.tolist(),
            second.cell_starts.tolist(),
            second.cell_ends.tolist(),
            strict=True,
        )
    ]
    ends = np.cumsum(np.fromiter(map(len, parts), np.int32, len(parts)), dtype=np.int32)
    starts = np.concatenate([np.zeros(1, np.int32), ends[:-1]]) if len(ends) else ends
    return b"".join(parts), replace(rows, cell_starts=starts, cell_ends=ends)


def _names_of(grid: Grid, codec: str) -> list[bytes]:
    """Return the headers of postcodes, of which a header again has one."""
    names = {grid.headers[c].strip() for c in grid.columns if c < len(grid.headers)}
    return [name.encode(codec, "replace") for name in names]


_BERMUDAN: Final = np.array([outward_number(code) for code in sorted(BERMUDA_OUTWARDS)], np.uint32)
_KNOWN_AREAS: Final = np.zeros(AREAS, bool)
_KNOWN_AREAS[
    [outward_number(f"{area}1") // DISTRICTS for area in postcodes.AREAS]
    + [outward_number(outward) // DISTRICTS for outward in postcodes.WHOLE_OUTWARDS]
] = True


def _has_known_area(codes: NDArray[np.uint8], numbers: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which rows have a postcode or outward code of a British area."""
    outward = np.where(codes == WHOLE, numbers // np.uint32(INWARD_SLOTS), numbers)
    read = (codes == WHOLE) | (codes == OUTWARD)
    known: NDArray[np.bool_] = _KNOWN_AREAS[np.where(read, outward, 0) // np.uint32(DISTRICTS)]
    known &= read
    return known


class RowsMet:
    """Count what was special about rows, with the numbers of the first of them."""

    def __init__(self) -> None:
        self.skipped = 0
        self._counts: Counter[str] = Counter()
        self._first: dict[str, list[int]] = {}
        self._used: Counter[int] = Counter()

    def add(
        self, found: RowsRead, counted: NDArray[np.bool_], first: int, *, several: bool
    ) -> None:
        """
        Count the rows of a block.

        Parameters
        ----------
        counted : numpy.ndarray of bool, shape (n_rows,)
            Rows that are filled and hold a payment.
        first : int
            Number of the first row in the file, from 1.
        several : bool
            Whether rows may be read from several columns, to count each.
        """
        self.skipped += len(found.skipped)
        self._note("skipped", found.skipped, first)
        self._note("others", np.array(found.others, np.intp), first)
        if found.remarks.any():
            for remark, name in _NOTED.items():
                self._note(name, np.flatnonzero((found.remarks == remark) & counted), first)
        if not several:
            return
        used = found.used[counted]
        self._used.update(dict(enumerate(np.bincount(used[used >= 0]).tolist())))

    def _note(self, name: str, rows: NDArray[np.intp], first: int) -> None:
        if not len(rows):
            return
        self._counts[name] += len(rows)
        known = self._first.get(name, [])
        self._first[name] = sorted([*known, *(rows[:_SHOWN] + first).tolist()])[:_SHOWN]

    def notes(self, grid: Grid) -> tuple[str, ...]:
        """Return the notes for the user, one for each kind of row that occurred."""
        notes = []
        if grid.says_column:
            parts = [
                f"{label!r} in {self._used[at]:,}"
                for at, label in enumerate(grid.labels)
                if self._used[at]
            ]
            notes.append(f"rows were read from {', '.join(parts)}" if parts else "")
        for name, said in _NOTES.items():
            if self._counts[name]:
                notes.append(f"{_rows(self._counts[name], self._first[name])}: {said}")
        return tuple(note for note in notes if note)


_NOTED: Final = {
    CORRECTED: "corrected",
    PUSHED: "pushed",
    BY_COUNTRY: "country",
    BY_NAME: "name",
}
_NOTES: Final = {
    "skipped": "totals, footers or the header again, which are no payments; they stay as they are "
    "and are in no other count",
    "others": "the header of another table, whose rows were read by the columns of the first: put "
    "it in a sheet or file of its own if its columns are others",
    "corrected": "a letter or digit was mistyped; the answer in each is for the corrected "
    "postcode, which stands beside it",
    "pushed": "a cell too many, probably from a comma without quotation marks; the postcode was "
    "taken from a later cell",
    "country": "no British postcode, and abroad by another column",
    "name": "no postcode, and another cell says that it was withheld",
}


def _rows(count: int, first: list[int]) -> str:
    shown = ", ".join(f"{number:,}" for number in first)
    more = " and others" if count > len(first) else ""
    if count == 1:
        return f"1 row (row {shown})"
    return f"{count:,} rows (rows {shown}{more})"
