"""Check the rows of a sheet and return the cells to add to each, whatever the file's type."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localarea.checking.csv_checker import added_headers
from localarea.checking.text_checker import TextChecker, choose_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.checking.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier
    from localarea.tables.sheet_layout import Grid


@dataclass(frozen=True, slots=True)
class CheckedSheet:
    """
    What came of one sheet; ``check_xlsx`` and ``check_ods`` return one for each.

    Attributes
    ----------
    name : str
        Name of the sheet.
    grid : Grid
        How it was read.
    column : str
        Columns that postcodes were read from, as `RowChecker.column`.
    tally : collections.Counter
        Number of rows by verdict code.
    skipped : int
        Number of rows that hold no payment, as `RowChecker.skipped`.
    notes : tuple of str
        Notes on the grid and its rows.
    """

    name: str
    grid: Grid
    column: str
    tally: Counter[int] = field(default_factory=Counter)
    skipped: int = 0
    notes: tuple[str, ...] = ()


class RowChecker:
    """
    Check the rows of one sheet.

    Parameters
    ----------
    classifier : Classifier
        The classifier to use.
    grid : Grid
        Layout of the sheet, from `read_grid` or `choose_sheets`.
    expected : int
        Approximate number of rows.
    evidence : RowEvidence, optional
        Supplies the evidence of each row; None leaves it out.

    Attributes
    ----------
    grid : Grid
        Layout of the sheet.
    skipped : int
        Number of rows so far that hold no payment: totals, footers and repeated headers. They
        are not in `tally`.
    """

    def __init__(
        self,
        classifier: Classifier,
        grid: Grid,
        *,
        expected: int = 0,
        evidence: RowEvidence | None = None,
    ) -> None:
        self.grid = grid
        self.skipped = 0
        self._several = len(grid.columns) > 1
        self._checker = TextChecker(classifier, expected=expected, evidence=evidence)

    @property
    def tally(self) -> Counter[int]:
        """
        Count the rows checked so far.

        Returns
        -------
        collections.Counter
            Number of rows by verdict code, a position in ``MEANINGS``.
        """
        return self._checker.tally

    @property
    def column(self) -> str:
        """
        Name the columns that postcodes are read from, for reports.

        Returns
        -------
        str
            Headers, or numbers from 1 where there is no header, in order of preference.
        """
        return ", then ".join(self._name(column) for column in self.grid.columns)

    def headers(self, known_headers: Sequence[str], width: int) -> list[str]:
        """
        Return the headers of the cells to add.

        Parameters
        ----------
        known_headers : sequence of str
            Headers of the sheet. Those of `Grid.own` columns may be used again.
        width : int
            Number of cells in the widest row; cells beyond the headers get the headers
            ``extra_1`` and so on, which come first.

        Returns
        -------
        list of str
            Headers that do not occur in the sheet.
        """
        known = ["" if i in self.grid.own else name for i, name in enumerate(known_headers)]
        evidence = self._checker.has_evidence
        return added_headers(known, width, several=self._several, evidence=evidence)

    def check(self, rows: Sequence[Sequence[str]]) -> list[list[str]]:
        """
        Check rows.

        Parameters
        ----------
        rows : sequence of sequence of str
            Texts of the cells of rows below the header, in order; rows may be short. Every row
            must be given exactly once, including blank ones.

        Returns
        -------
        list of list of str
            For each row the cells to add; empty for a row that gets none.
        """
        filled = [k for k, row in enumerate(rows) if any(cell.strip() for cell in row)]
        chosen = [self._cell_of(rows[k]) for k in filled]
        answers = self._checker.cells([text for text, _ in chosen])
        added: list[list[str]] = [[] for _ in rows]
        for k, cells, (_, name) in zip(filled, answers, chosen, strict=True):
            added[k] = [*cells, name] if self._several else cells
        return added

    def result(self, name: str) -> CheckedSheet:
        """
        Return what came of the sheet, once all rows were checked.

        Parameters
        ----------
        name : str
            Name of the sheet.

        Returns
        -------
        CheckedSheet
            Counts and notes.
        """
        notes = (*self.grid.notes, *self.notes())
        return CheckedSheet(name, self.grid, self.column, self.tally, self.skipped, notes)

    def notes(self) -> tuple[str, ...]:
        """
        Return the notes on the rows, once all were checked.

        Returns
        -------
        tuple of str
            Notes for the user, beside those of the grid.
        """
        return ()

    def _cell_of(self, row: Sequence[str]) -> tuple[str, str]:
        cells = [row[column] if column < len(row) else "" for column in self.grid.columns]
        at = choose_text(cells) if len(cells) > 1 else 0
        return cells[at], self._name(self.grid.columns[at])

    def _name(self, column: int) -> str:
        return "".join(self.grid.headers[column : column + 1]).strip() or f"column {column + 1}"
