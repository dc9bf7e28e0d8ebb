"""
Check the rows of an OpenDocument spreadsheet, as written by LibreOffice.

The file is changed in place: every part but the content is copied byte for byte, and of the content
every byte stays to which nothing is added. It is read and written row by row, so memory does not
grow with it.
"""

from __future__ import annotations

import re
import zipfile
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from localarea.checking.rows.hidden_parts import hidden_notes
from localarea.checking.rows.paid_columns import paid_of
from localarea.checking.workbooks.receipt_sheet import MARK, RECEIPT_SHEET, WIDTHS
from localarea.checking.workbooks.result_digests import DigestWhileWritten
from localarea.checking.workbooks.summary_sheet import SUMMARY_SHEET, summary_lines
from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
from localarea.errors import FileFormatError
from localarea.tables.ods._sheet_writer import AddedColumns, place_of
from localarea.tables.ods.survey import CONTENT, survey
from localarea.tables.ods.writing import SpreadsheetChanges, write_changed
from localarea.tables.workbooks.sheet_choice import SAMPLE_ROWS, choose_sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from localarea.checking.rows.row_digest import SheetDigest
    from localarea.checking.workbooks.rows import CheckedSheet, RowChecker, WorkbookRequest
    from localarea.checking.workbooks.summary_sheet import Line
    from localarea.classify.classifier import Classifier
    from localarea.tables.ods.survey import Sheet, Survey

_SUMMARY_NAME: Final = re.compile(rf"{SUMMARY_SHEET}(?: [0-9]+)?", re.IGNORECASE)
_RECEIPT_NAME: Final = re.compile(rf"{RECEIPT_SHEET}(?: [0-9]+)?", re.IGNORECASE)
_LABEL: Final = "Definition"  # in every summary of ours
_SIGNED: Final = "the workbook was signed; the signature does not hold for the checked one"


def check_ods(
    source: Path, out: Path, sizes: dict[str, int], asked: WorkbookRequest
) -> tuple[tuple[CheckedSheet, ...], tuple[str, ...]]:
    """
    Check a spreadsheet and write it with the verdicts added.

    ``sizes``: size of each part in bytes, from ``open_safely``. FileFormatError if it is too large,
    cannot be read, has no rows or has no such sheet. ColumnNotFoundError if the column is missing,
    or no column holds postcodes.
    """
    if CONTENT not in sizes:
        why = f"it cannot be read as a spreadsheet: it has no part {CONTENT!r}"
        raise FileFormatError(source, why, hint="open it in LibreOffice and save it again")
    with closing(survey(source, rows=SAMPLE_ROWS)) as found:
        return _check(source, out, found, asked)


def _check(
    source: Path,
    out: Path,
    found: Survey,
    asked: WorkbookRequest,
) -> tuple[tuple[CheckedSheet, ...], tuple[str, ...]]:
    offered = {each.name: each for each in found.sheets if not _is_ours(each)}
    if not offered:
        raise FileFormatError(source, "it has no sheet", hint="save it again")
    choice = choose_sheets(
        {name: each.sample for name, each in offered.items()},
        asked.sheet,
        columns=asked.columns,
        hidden=[name for name, each in offered.items() if each.hidden],
        source=source,
    )
    checkers = {
        name: asked.checker(grid, offered[name].height, paid_of(grid, offered[name].sample))
        for name, grid in choice.sheets
    }
    earlier = [
        each.number
        for each in found.sheets
        if _is_receipt(each) or (_is_summary(each) and _texts_of_summary(each) & checkers.keys())
    ]
    kept = {each.name.casefold() for each in found.sheets if each.number not in earlier}
    summaries = []
    for title, checker in checkers.items():
        name = _free_name(kept)
        kept.add(name.casefold())
        summaries.append((name, partial(_summary, checker, asked.classifier, title)))
    digests = {name: _WrittenDigest(name, asked.unresolved) for name in checkers}
    added = [
        _added(offered[name], checker, asked.progress, digests[name])
        for name, checker in checkers.items()
    ]
    write_changed(found, out, SpreadsheetChanges(added, summaries, frozenset(earlier), WIDTHS))
    checked = tuple(
        _result(offered[name], checker, digests[name]) for name, checker in checkers.items()
    )
    return checked, (*choice.notes, *_signature_notes(source))


def _result(sheet: Sheet, checker: RowChecker, digest: _WrittenDigest) -> CheckedSheet:
    found, grid = checker.result(sheet.name), checker.grid
    rows, columns = sheet.unseen.rows_from(grid.header + 1), sheet.unseen.among(grid.columns)
    notes = (*found.notes, *hidden_notes(grid, rows, columns))
    return replace(found, notes=notes, digest=digest.digest())


def _summary(checker: RowChecker, classifier: Classifier, title: str) -> Sequence[Line]:
    return summary_lines(
        checker.tally, classifier, source=title, column=checker.column, spend=checker.spend
    )


def _added(
    sheet: Sheet,
    checker: RowChecker,
    progress: Callable[[int], None] | None,
    digests: _WrittenDigest,
) -> AddedColumns:
    grid = checker.grid
    headers = [*grid.headers, *[""] * (sheet.width(max(grid.header, 0)) - len(grid.headers))]
    names = checker.headers(headers, len(headers))

    def answer(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        answers = checker.check(rows)
        if progress:
            progress(sum(map(bool, answers)))
        return answers

    own = tuple(sorted(grid.own))
    place = place_of(sheet, grid.header, own, len(names))
    paid = None if checker.paid is None else checker.paid.amount
    return AddedColumns(sheet, grid.header, place, names, answer, own, paid, digests.add)


class _WrittenDigest:
    """The digest of a sheet from the rows that are written, unless one has to be read again."""

    def __init__(self, sheet: str, unresolved: dict[str, UnresolvedSheet] | None) -> None:
        self._sheet, self._unresolved = sheet, unresolved
        gathered = None
        if unresolved is not None:
            gathered = unresolved[sheet] = UnresolvedSheet(sheet, unresolved)
        self._made = DigestWhileWritten(sheet, gathered)
        self._whole = True

    def add(self, number: int, values: list[str] | None, shown: Callable[[], list[str]]) -> None:
        if values is None:
            self._whole = False
            if self._unresolved is not None:
                self._unresolved.pop(self._sheet, None)
        else:
            self._made.add(number, values, None if self._unresolved is None else shown)

    def digest(self) -> SheetDigest | None:
        return self._made.digest() if self._whole else None


def _is_summary(sheet: Sheet) -> bool:
    """Return whether a sheet is the summary of an earlier check."""
    labels = {row[0] for row in sheet.sample if row}
    return _SUMMARY_NAME.fullmatch(sheet.name) is not None and _LABEL in labels


def _is_receipt(sheet: Sheet) -> bool:
    """Return whether a sheet is the receipt of an earlier check, which a new one replaces."""
    return _RECEIPT_NAME.fullmatch(sheet.name) is not None and any(
        row[:1] == [MARK] for row in sheet.sample[:1]
    )


def _is_ours(sheet: Sheet) -> bool:
    return _is_summary(sheet) or _is_receipt(sheet)


def _texts_of_summary(sheet: Sheet) -> set[str]:
    return {row[1] for row in sheet.sample if len(row) > 1}


def _free_name(taken: Collection[str]) -> str:
    name, again = SUMMARY_SHEET, 1
    while name.casefold() in taken:
        again += 1
        name = f"{SUMMARY_SHEET} {again}"
    return name


def _signature_notes(path: Path) -> tuple[str, ...]:
    with zipfile.ZipFile(path) as archive:
        signed = any(name.endswith("documentsignatures.xml") for name in archive.namelist())
    return (_SIGNED,) if signed else ()
