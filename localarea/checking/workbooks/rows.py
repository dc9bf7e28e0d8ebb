"""Check the rows of a sheet and return the cells to add to each, whatever the file's type."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.checking.rows.csv_checker import ADDED, CellWriter, added_headers, row_engine
from localarea.checking.rows.paid_columns import paid_in
from localarea.checking.rows.row_evidence import EVIDENCE
from localarea.checking.rows.spend_by_answer import SpendByAnswer
from localarea.checking.rows.sum_rows import SumRows
from localarea.tables.columns import ColumnChoice
from localarea.tables.delimited.csv_rows import postcode_cell
from localarea.tables.delimited.encoding import TextEncoding
from localarea.tables.delimited.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from localarea.checking.rows.paid_columns import PaidColumns
    from localarea.checking.rows.row_digest import SheetDigest
    from localarea.checking.rows.row_evidence import RowEvidence
    from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
    from localarea.classify.classifier import Classifier
    from localarea.tables.delimited.csv_rows import AddedCells
    from localarea.tables.finding.own_columns import Wording
    from localarea.tables.sheet_layout import Grid

_STATUS: Final = ADDED.index("local_status")
_DELIMITER: Final = b","
_LARGE: Final = 20_000  # number of rows from which loading the compiled code pays off
_WIDE: Final = 2  # cells of a table in which an empty row is not counted
# Characters not allowed in cells of workbooks or text; none occurs in a postcode.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_KNOWN: Final = 1 << 15  # combinations of pieces whose cells are kept


@dataclass(frozen=True, slots=True)
class WorkbookRequest:
    """
    What is asked of the check of a workbook.

    Attributes
    ----------
    columns : sequence of str
        Headers or 1-based numbers of the postcode columns, in order of preference; detected
        if empty.
    sheet : str or None
        Name of the sheet, or ``all``; by default the visible one that holds postcodes.
    progress : callable or None
        Called with the number of rows just checked.
    unresolved : dict of str to UnresolvedSheet, or None
        Gathers the rows without an answer, by sheet; a sheet that has to be read again is left out.
    """

    classifier: Classifier
    columns: Sequence[str] = ()
    sheet: str | None = None
    progress: Callable[[int], None] | None = None
    evidence: RowEvidence | None = None
    wording: Wording = "codes"
    unresolved: dict[str, UnresolvedSheet] | None = None

    def checker(
        self,
        grid: Grid,
        expected: int,
        paid: PaidColumns | None,
        totals: Collection[int] = (),
    ) -> RowChecker:
        """
        Return what checks the rows of a sheet.

        ``expected``: approximate number of rows. ``totals``: numbers, from 1, of the rows that the
        workbook itself calls totals.
        """
        return RowChecker(
            self.classifier,
            grid,
            expected=expected,
            evidence=self.evidence,
            wording=self.wording,
            paid=paid,
            totals=totals,
        )


@dataclass(frozen=True, slots=True)
class CheckedSheet:
    """
    What came of one sheet; ``check_xlsx`` and ``check_ods`` return one for each.

    Attributes
    ----------
    column : str
        Columns that postcodes were read from, as `RowChecker.column`.
    tally : collections.Counter
        Number of rows by verdict code.
    skipped : int
        Number of rows that hold no payment, as `RowChecker.skipped`.
    digest : SheetDigest or None
        Hashes of what was written; None if the sheet is to be read again for them.
    spend : SpendByAnswer or None
        Money by answer; None without a column of amounts.
    """

    name: str
    grid: Grid
    column: str
    tally: Counter[int] = field(default_factory=Counter)
    skipped: int = 0
    notes: tuple[str, ...] = ()
    digest: SheetDigest | None = None
    spend: SpendByAnswer | None = None


class RowChecker:
    """
    Check the rows of one sheet.

    Parameters
    ----------
    grid : Grid
        Layout of the sheet, from `read_grid` or `choose_sheets`.
    expected : int
        Approximate number of rows.
    evidence : RowEvidence, optional
        Supplies the evidence of each row; None leaves it out.
    paid : PaidColumns, optional
        Columns that say who was paid what, to be added up.
    totals : collection of int
        Numbers, from 1, of the rows that the workbook itself calls totals.

    Attributes
    ----------
    spend : SpendByAnswer or None
        Money of the rows so far by answer; None without such columns.
    """

    def __init__(
        self,
        classifier: Classifier,
        grid: Grid,
        *,
        expected: int = 0,
        evidence: RowEvidence | None = None,
        wording: Wording = "codes",
        paid: PaidColumns | None = None,
        totals: Collection[int] = (),
    ) -> None:
        self.grid = grid
        self.spend = None if paid is None else SpendByAnswer(paid.header, paid.note)
        self.paid = paid
        self._sums = None if paid is None else SumRows(paid, grid.own)
        self._totals = totals
        self._wording = wording
        self._row = grid.header + 2  # number of the next row, from 1
        self._engine = row_engine(expected << 6 if expected >= _LARGE else 0)
        column = ColumnChoice(grid.columns[0])
        layout = Layout(
            TextEncoding("utf-8"), _DELIMITER, grid.headers, False, 0, column, grid=grid
        )
        self._writer = CellWriter(classifier, layout, self._engine, evidence, wording)
        self._size = len(ADDED) + (len(EVIDENCE) if evidence else 0) + grid.says_column
        self._known: dict[bytes, tuple[str, ...]] = {}
        self._texts: dict[str, str] = {}  # of those, each once

    @property
    def tally(self) -> Counter[int]:
        """Count the rows checked so far by verdict code, a position in ``MEANINGS``."""
        return self._writer.tally

    @property
    def skipped(self) -> int:
        """Count the rows so far that hold no payment: totals, footers and repeated headers."""
        return self._writer.rows_met.skipped

    @property
    def column(self) -> str:
        """
        Name the columns that postcodes are read from, for reports.

        Headers, or numbers from 1 where there is no header, in order of preference.
        """
        return self.grid.described()

    def headers(self, known_headers: Sequence[str], width: int) -> list[str]:
        """
        Return the headers of the cells to add.

        ``known_headers``: headers of the sheet. Those of `Grid.own` columns may be used again.
        ``width``: number of cells in the widest row; cells beyond the headers get the headers
        ``extra_1`` and so on, which come first. Returns headers that do not occur in the sheet.
        """
        known = ["" if i in self.grid.own else name for i, name in enumerate(known_headers)]
        return added_headers(
            known,
            width,
            several=self.grid.says_column,
            evidence=self._writer.has_evidence,
            wording=self._wording,
        )

    def check(self, rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        """
        Check rows.

        ``rows``: texts of the cells of rows below the header, in order; rows may be short. Every
        row must be given exactly once, including blank ones. For each row the cells to add; empty
        for a row that gets none.
        """
        filled = ["".join(row).strip() != "" for row in rows]
        kept = [row if full else ("",) for row, full in zip(rows, filled, strict=True)]
        block = _as_text(kept)
        found = self._engine.find_rows(block, _DELIMITER, self.grid.columns[0], final=True)
        if len(found.starts) != len(rows):
            raise RuntimeError("the numbers of rows read and written differ")  # never hide it
        found.widths[~np.array(filled, bool)] = 0
        cells, skipped = self._writer.added(
            block, found, _WIDE, self._row, lambda apart: self._set_apart(rows, apart)
        )
        self._row += len(rows)
        answers = self._written(cells)
        for without in (skipped.tolist(), (k for k, full in enumerate(filled) if not full)):
            for k in without:
                answers[k] = ()
        if self.spend is not None and self.paid is not None:
            for row, answer in zip(rows, answers, strict=True):
                self.spend.add(answer[_STATUS] if answer else "", *paid_in(row, self.paid))
        return answers

    def _set_apart(self, rows: Sequence[Sequence[str]], apart: Collection[int]) -> list[int]:
        """Return the totals among rows, beside those that say so."""
        numbers = range(self._row, self._row + len(rows))
        stated = [k for k, number in enumerate(numbers) if number in self._totals]
        stated = [k for k in stated if k not in apart and any(rows[k])]
        if self._sums is None:
            return stated
        return [*stated, *self._sums.find(rows, {*apart, *stated})]

    def _written(self, cells: AddedCells) -> list[tuple[str, ...]]:
        """Return the added cells as texts; what follows the postcode recurs and is kept."""
        size = cells.which.shape[1] * cells.which.itemsize
        keys = np.ascontiguousarray(cells.which).view(f"V{size}").ravel().tolist()
        if len(self._known) > _KNOWN:
            self._known.clear()
            self._texts.clear()
        known, kept = self._known, self._texts.setdefault
        new = {key: place for place, key in enumerate(keys) if key not in known}
        lines = (
            b"".join([cells.pieces[piece] for piece in which]).decode("utf-8") + "\n"
            for which in cells.which[list(new.values())].tolist()
        )
        read = csv.reader(io.StringIO("".join(lines), newline=""))
        for key, (_, *texts) in zip(new, read, strict=True):
            if len(texts) != self._size - 1:
                raise RuntimeError("the numbers of cells read and written differ")  # never hide it
            known[key] = tuple(kept(text, text) for text in texts)
        read_as = zip(cells.codes.tolist(), cells.numbers.tolist(), keys, strict=True)
        return [(postcode_cell(code, number), *known[key]) for code, number, key in read_as]

    def result(self, name: str) -> CheckedSheet:
        """Return what came of the sheet, once all rows were checked."""
        notes = (*self.grid.notes, *self.notes())
        return CheckedSheet(
            *(name, self.grid, self.column, self.tally, self.skipped, notes), spend=self.spend
        )

    def notes(self) -> tuple[str, ...]:
        """Return the notes on the rows, once all were checked."""
        return self._writer.notes()


def _as_text(rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows as delimited text, in which no row is an empty line."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [row or ("",) for row in rows]
    )
    return _CONTROLS.sub(" ", text.getvalue()).encode("utf-8", "replace")
