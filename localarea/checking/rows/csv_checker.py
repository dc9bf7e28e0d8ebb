"""Add the cells of a check to the rows of a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.checking.rows.row_evidence import EVIDENCE
from localarea.checking.rows.row_finder import RowFinder, RowsMet
from localarea.checking.rows.row_text import Answers, Words
from localarea.classify.codes import MEANINGS
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.postcodes import BLANK, MALFORMED
from localarea.geo.unread import SHORTEST_UNREAD
from localarea.tables.delimited.csv_rows import AddedCells, Rows, plain_cell, split_row
from localarea.tables.delimited.encoding import inner_codec
from localarea.tables.finding.own_columns import ADDED_HEADERS, USED_HEADER, header_for
from localarea.tables.money import read_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from localarea.checking.rows.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier
    from localarea.tables.delimited.layout import Layout
    from localarea.tables.finding.own_columns import Wording

ADDED: Final = tuple(ADDED_HEADERS)
(USED,) = USED_HEADER
_COMPILE_FROM: Final = (
    1 << 20
)  # bytes; for smaller files, loading the compiled code costs more than it saves
# Bytes of a blank cell at most (quotation marks, a space, a delimiter) and of an amount.
_BLANK_CELL: Final = 4
_AMOUNT: Final = 24

Readings = tuple["NDArray[np.uint8]", "NDArray[np.uint32]", "NDArray[np.bool_]"]


@dataclass(frozen=True, slots=True)
class RowEngine:
    """
    One of two equivalent implementations of row handling.

    Attributes
    ----------
    find_rows, add_cells : callable
        As in :mod:`localarea.tables.delimited.csv_rows`.
    mentions : callable
        As in :mod:`localarea.tables.finding.hints`.
    read : callable
        Function of ``(block, rows, codec)`` that returns codes, numbers and corrected flags.
    """

    find_rows: Callable[..., Rows]
    add_cells: Callable[..., bytes | memoryview]
    mentions: Callable[..., NDArray[np.bool_]]
    read: Callable[[bytes, Rows, str], Readings]


def row_engine(size: int) -> RowEngine:
    """
    Choose the implementation of row handling for a file.

    ``size``: size of the file in bytes. Returns plain Python for a small file, compiled for a large
    one.
    """
    if size < _COMPILE_FROM:
        from localarea.tables.delimited import csv_rows as rows
        from localarea.tables.finding import hints

        return RowEngine(rows.find_rows, rows.add_cells, hints.mentions, _read_in_python)
    from localarea.tables.delimited import _csv_kernel as _rows_kernel
    from localarea.tables.finding import _hints_kernel

    return RowEngine(
        _rows_kernel.find_rows, _rows_kernel.add_cells, _hints_kernel.mentions, _read_compiled
    )


def added_headers(
    headers: Sequence[str],
    width: int,
    *,
    several: bool = False,
    evidence: bool = False,
    wording: Wording = "codes",
) -> list[str]:
    """
    Return the headers of the added columns.

    ``width``: number of cells in the widest row; extra cells get the headers ``extra_1`` and so on.
    ``several``: whether to add the column that names the postcode column used. Returns headers that
    do not occur in the file.
    """
    taken = {header.strip().casefold() for header in headers}
    extra = [f"extra_{i + 1}" for i in range(width - len(headers))]
    wanted = [*extra, *ADDED, *(EVIDENCE if evidence else ()), *([USED] if several else [])]
    names: list[str] = []
    for code in wanted:
        name = header_for(code, wording)
        free, again = name, 1
        while free.casefold() in taken:
            again += 1
            free = f"{name}_{again}"
        taken.add(free.casefold())
        names.append(free)
    return names


class CellWriter:
    """
    Append verdicts to the rows of a file.

    Parameters
    ----------
    evidence : RowEvidence, optional
        Supplies the evidence of each row; None leaves it out.
    sums : collection of int
        Numbers of the rows, from 1, that are only the sum of those above.

    Attributes
    ----------
    amount_alone : bool
        Whether a row so far has an amount and nothing else.
    filled_beyond : bool
        Whether a row so far has more cells than the header that hold something.
    """

    def __init__(
        self,
        classifier: Classifier,
        layout: Layout,
        engine: RowEngine,
        evidence: RowEvidence | None = None,
        wording: Wording = "codes",
        sums: Collection[int] = (),
    ) -> None:
        self.engine = engine
        self.amount_alone = self.filled_beyond = False
        self._stated = len(layout.headers)
        self._sums = sums
        self.tally: Counter[int] = Counter()
        self.rows_met = RowsMet()
        self.has_evidence = evidence is not None
        self._classifier, self._delimiter = classifier, layout.delimiter
        self._codec = inner_codec(layout.encoding)
        self._words = Words(classifier, layout.delimiter, self._codec, evidence, wording)
        self._grid = layout.rows_read_by
        self._finder = RowFinder(self._grid, layout.column.index, layout.delimiter, self._codec)
        self._used = None
        if self._grid.says_column:  # the last stands for no column
            self._used = self._words.cells_of([*self._grid.labels, ""])
        self._lock = Lock()

    def done(self) -> int:
        """Count the rows so far that are not empty, and hold a payment."""
        with self._lock:
            return sum(self.tally.values())

    def rows(self, block: bytes, rows: Rows, width: int, first: int = 1) -> bytes | memoryview:
        """
        Append the verdicts to the rows of a block.

        ``width``: number of cells in each row before the added ones. ``first``: number of the first
        row in the file, from 1.
        """
        self._see_beyond(block, rows)
        added, skipped = self.added(block, rows, width, first, self._known_sums(rows, first))
        if len(skipped):
            widths = rows.widths.copy()
            widths[skipped] = -1
            rows = replace(rows, widths=widths)
        return self.engine.add_cells(block, rows, added, width=width, delimiter=self._delimiter)

    def _see_beyond(self, block: bytes, rows: Rows) -> None:
        """Note whether cells beyond the header hold anything: a delimiter at the end does not."""
        wide = np.flatnonzero(rows.widths > self._stated)
        if self.filled_beyond or not len(wide):
            return
        last = np.frombuffer(block, np.uint8)[rows.ends[wide] - 1]
        ended = (last == self._delimiter[0]) & (rows.widths[wide] == self._stated + 1)
        for row in wide[~ended].tolist():
            text = block[int(rows.starts[row]) : int(rows.ends[row])]
            if "".join(split_row(text, self._delimiter, self._codec)[self._stated :]).strip():
                self.filled_beyond = True
                return

    def _known_sums(self, rows: Rows, first: int) -> Callable[[Collection[int]], list[int]] | None:
        if not self._sums:
            return None
        numbers = range(first, first + len(rows.starts))
        return lambda _: [number - first for number in self._sums if number in numbers]

    def added(
        self,
        block: bytes,
        rows: Rows,
        width: int,
        first: int = 1,
        set_apart: Callable[[Collection[int]], list[int]] | None = None,
    ) -> tuple[AddedCells, NDArray[np.intp]]:
        """
        Return the cells to add to each row, and the rows to which nothing is added.

        Those are blank ones, and those that hold no payment. The arguments are those of
        :meth:`rows`; ``set_apart`` takes the rows found to hold none, and returns further ones.
        """
        found = self._finder.read(block, rows, self.engine, width)
        more = set_apart(set(found.skipped.tolist())) if set_apart else []
        if more:
            found = found._replace(skipped=np.sort([*found.skipped, *more]).astype(np.intp))
        answers, places = self._classifier.verdicts.look_up(found.codes, found.numbers)
        counted = np.ones(len(answers), bool) if width == 1 else rows.widths > 0
        counted[found.skipped] = False
        blank = self._blank_rows(block, rows, found.codes) if width > 1 else []
        counted[blank] = False
        counts = np.bincount(answers[counted], minlength=len(MEANINGS)).tolist()
        with self._lock:  # two threads check blocks
            self.tally.update({code: count for code, count in enumerate(counts) if count})
            self.rows_met.add(found, counted, first, several=self._used is not None)
            which = self._words.which(
                Answers(found.codes, found.numbers, answers, places, found.remarks)
            )
            if self._used is not None:
                which = np.column_stack([which, self._used[found.used]])
            pieces, pool = tuple(self._words.pieces), self._words.pool()
        unanswered = np.array([*found.skipped, *blank], np.intp)
        return AddedCells(found.codes, found.numbers, which, pieces, pool), unanswered

    def _blank_rows(self, block: bytes, rows: Rows, codes: NDArray[np.uint8]) -> list[int]:
        """Return the rows with nothing but delimiters, which spreadsheets export below a table."""
        signs = self._delimiter + b' \t"'
        found = []
        for row in np.flatnonzero((codes == BLANK) & (rows.widths > 0)).tolist():
            text = block[int(rows.starts[row]) : int(rows.ends[row])]
            rest = text.strip(signs)
            if not rest:
                found.append(row)
            elif rest[:1].isalpha():  # most of them: what begins with a word is neither
                continue
            elif len(text) <= _BLANK_CELL * int(rows.widths[row]) + _AMOUNT:
                cells = split_row(text, self._delimiter, self._codec)
                filled = [cell for cell in cells if cell and not cell.isspace()]
                if not filled:
                    found.append(row)
                elif len(filled) == 1 and read_amount(filled[0].strip()) is not None:
                    self.amount_alone = True
        return found

    def notes(self) -> tuple[str, ...]:
        """Return the notes on the rows, once all were checked."""
        return self.rows_met.notes(self._grid)


def _read_in_python(block: bytes, rows: Rows, codec: str) -> Readings:
    spans = zip(rows.cell_starts.tolist(), rows.cell_ends.tolist(), strict=True)
    cells = (plain_cell(block[start:end], codec) for start, end in spans)
    readings = [read_cell_or_address(cell) for cell in cells]
    columns: Any = zip(*readings, strict=True) if readings else ((), (), ())
    codes, numbers, corrected = columns
    return np.array(codes, np.uint8), np.array(numbers, np.uint32), np.array(corrected, bool)


def _read_compiled(block: bytes, rows: Rows, codec: str) -> Readings:
    from localarea.geo._postcode_kernel import ASK, read_cells, tables

    data = np.frombuffer(block, np.uint8)
    codes, numbers = read_cells(data, rows.cell_starts, rows.cell_ends, *tables())
    corrected = np.zeros(len(codes), bool)
    known: dict[bytes, tuple[int, int, bool]] = {}
    lengths = rows.cell_ends - rows.cell_starts
    long = (codes == MALFORMED) & (lengths >= SHORTEST_UNREAD)
    for row in np.flatnonzero(long | (codes == ASK)).tolist():
        raw = block[int(rows.cell_starts[row]) : int(rows.cell_ends[row])]
        if raw not in known:
            known[raw] = read_cell_or_address(plain_cell(raw, codec))
        codes[row], numbers[row], corrected[row] = known[raw]
    return codes, numbers, corrected
