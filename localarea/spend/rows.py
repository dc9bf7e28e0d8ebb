"""Separate payments from the other rows of a table, and read them a block at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.checking.rows.row_finder import RowFinder
from localarea.spend.cells import ColumnReader, Vocabulary, amount_of, day_of, hashes_of
from localarea.spend.payments import (
    BAD_VAT,
    BLANK_AMOUNT,
    TOO_WIDE,
    VOCABULARIES,
    WITHOUT_AMOUNT,
)
from localarea.tables.delimited.csv_rows import split_row
from localarea.tables.finding.no_payment import is_header_again, is_no_payment
from localarea.tables.xlsx.references import rows_across

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.spend.blocks import Block, BlockedTable
    from localarea.spend.columns import Columns, Role
    from localarea.tables.delimited.csv_rows import Rows
    from localarea.tables.sheet_layout import Grid

_SIGNS: Final = b' \t\r",;|'


class TableRows:
    """
    Reads the rows of one table.

    Attributes
    ----------
    apart : list of int
        Numbers of the rows so far that are totals, footers or the header again.
    blank : int
        Empty rows so far, below the header.
    """

    def __init__(self, source: BlockedTable, columns: Columns, grid: Grid) -> None:
        self._source, self._at, self._grid = source, columns.at, grid
        self._headers = columns.headers
        self._named = _named_width(source, columns, grid)
        first = grid.columns[0] if grid.columns else -1
        self._first = first
        self._totals = {row + 1 for row in rows_across(source.totals, [columns.at["amount"]])}
        self._finder = RowFinder(grid, first, source.delimiter, source.codec)
        self._amounts = ColumnReader(amount_of, source.codec)
        self._days = ColumnReader(day_of, source.codec)
        self._texts = {name: Vocabulary(source.codec) for name in VOCABULARIES}
        self.payments = self.blank = 0
        self.apart: list[int] = []
        self._sum = 0  # of the payments since the last total without a name

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Return the texts of every vocabulary, in the order of their positions."""
        return {name: tuple(known.positions) for name, known in self._texts.items()}

    def read(self, block: Block, *, after: int) -> dict[str, NDArray[Any]]:
        """
        Read the payments of a block.

        ``after``: number of the row of the header; rows above it are passed over.
        """
        numbers = np.array(block.numbers, np.int32)
        rows = self._spans(block, self._first)
        amounts, faults = self._read_amounts(block)
        days = self._read_days(block, faults)
        wide = self._too_wide(block)
        if len(wide):  # its cells may stand under other headers
            amounts[wide], days[wide], faults[wide] = 0, 0, TOO_WIDE
        found = self._finder.read(block.text, rows, self._source.engine, len(self._headers))
        kept = self._kept(block, numbers > after, found.skipped, amounts, faults)
        columns: dict[str, NDArray[Any]] = {
            "table": np.zeros(len(kept), np.int32),
            "row": numbers[kept],
            "code": found.codes[kept],
            "number": found.numbers[kept],
            "day": days[kept],
            "amount": amounts[kept],
            "reference": self._read_references(block)[kept],
            "faults": faults[kept],
            "origin": np.zeros(len(kept), np.uint8),
        }
        for name, known in self._texts.items():
            cells = self._cells(block, name, kept)  # type: ignore[arg-type]
            columns[name] = known.read(cells)
        return columns

    def _too_wide(self, block: Block) -> list[int]:
        """Return the rows with filled cells beyond the last header that has a name."""
        found = []
        for row in np.flatnonzero(block.rows.widths > self._named).tolist():
            text = block.text[block.rows.starts[row] : block.rows.ends[row]]
            cells = split_row(text, self._source.delimiter, self._source.codec)
            if any(cell.strip() for cell in cells[self._named :]):
                found.append(row)
        return found

    def _spans(self, block: Block, column: int) -> Rows:
        return self._source.engine.find_rows(
            block.text[: block.rows.stop], self._source.delimiter, column, final=True
        )

    def _cells(self, block: Block, role: Role, kept: NDArray[np.intp] | None = None) -> list[bytes]:
        """Return the cells of a role, of some rows or all; blank ones if it has no column."""
        count = len(block.numbers) if kept is None else len(kept)
        if role not in self._at:
            return [b""] * count
        spans = self._spans(block, self._at[role])
        starts, ends = spans.cell_starts, spans.cell_ends
        if kept is not None:
            starts, ends = starts[kept], ends[kept]
        text = block.text
        return [text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]

    def _read_amounts(self, block: Block) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        amounts, faults = self._amounts.read(self._cells(block, "amount"), np.int64)
        if "vat" in self._at:
            vat, wrong = self._amounts.read(self._cells(block, "vat"), np.int64)
            bad = ((wrong & (WITHOUT_AMOUNT ^ BLANK_AMOUNT)) > 0) & (faults == 0)
            faults[bad] |= BAD_VAT
            amounts = np.where(faults == 0, amounts - vat, 0)
        return amounts, faults

    def _read_days(self, block: Block, faults: NDArray[np.uint8]) -> NDArray[np.int32]:
        if "date" not in self._at:
            return np.zeros(len(faults), np.int32)
        days, wrong = self._days.read(self._cells(block, "date"), np.int32)
        faults |= wrong
        return days

    def _read_references(self, block: Block) -> NDArray[np.uint64]:
        if "reference" not in self._at:
            return np.zeros(len(block.numbers), np.uint64)
        return hashes_of(self._cells(block, "reference"), self._source.codec)

    def _kept(
        self,
        block: Block,
        below: NDArray[np.bool_],
        skipped: NDArray[np.intp],
        amounts: NDArray[np.int64],
        faults: NDArray[np.uint8],
    ) -> NDArray[np.intp]:
        """Return the rows that are payments, and count the others."""
        kept = below.copy()
        apart = np.zeros(len(below), bool)
        apart[skipped] = True
        if self._totals:
            apart |= np.isin(block.numbers, list(self._totals))
        empty = block.rows.widths == 0
        for row in np.flatnonzero(
            below & ~apart & ~empty & ((faults & WITHOUT_AMOUNT) > 0)
        ).tolist():
            text = block.text[block.rows.starts[row] : block.rows.ends[row]]
            if not text.strip(_SIGNS):
                empty[row] = True
                continue
            cells = split_row(text, self._source.delimiter, self._source.codec)
            apart[row] = is_header_again(cells, self._headers) or is_no_payment(
                cells, self._headers
            )
        kept &= ~apart & ~empty
        self._set_apart_sums(block, kept, apart, amounts)
        self.blank += int((below & empty).sum())
        self.apart += [
            block.numbers[row] for row in np.flatnonzero(below & apart & ~empty).tolist()
        ]
        found = np.flatnonzero(kept)
        self.payments += len(found)
        return found

    def _set_apart_sums(
        self,
        block: Block,
        kept: NDArray[np.bool_],
        apart: NDArray[np.bool_],
        amounts: NDArray[np.int64],
    ) -> None:
        """Set apart a row with nothing but an amount that is the sum of those above it."""
        at = 0
        for row in self._lone_amounts(block, kept):
            self._sum += sum(amounts[at:row][kept[at:row]].tolist())
            at = row
            if self._sum and int(amounts[row]) == self._sum:
                kept[row], apart[row] = False, True
                self._sum = 0
        self._sum += sum(amounts[at:][kept[at:]].tolist())

    def _lone_amounts(self, block: Block, kept: NDArray[np.bool_]) -> list[int]:
        spans = self._spans(block, self._at["amount"])
        before = spans.cell_starts - spans.starts
        after = spans.ends - spans.cell_ends
        found = []
        width = len(self._headers) * 3 + 2  # delimiters, and quotation marks around nothing
        for row in np.flatnonzero(kept & (before + after <= width)).tolist():
            text = block.text
            left = text[spans.starts[row] : spans.cell_starts[row]]
            right = text[spans.cell_ends[row] : spans.ends[row]]
            if not (left + right).strip(_SIGNS):
                found.append(row)
        return found


def _named_width(source: BlockedTable, columns: Columns, grid: Grid) -> int:
    """Return how many cells a row may fill: all, where most rows have one without a header."""
    named = [at for at, header in enumerate(columns.headers) if header.strip() or at in grid.own]
    width = max(named, default=-1) + 1
    below = [row for _, row in source.sample[grid.header + 1 :]]
    beyond = sum(any(cell.strip() for cell in row[width:]) for row in below)
    return len(columns.headers) if 2 * beyond > len(below) else width
