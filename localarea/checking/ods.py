"""
Check the rows of an OpenDocument spreadsheet, as written by LibreOffice.

The file is changed in place: every part but the content is copied byte for byte, and of the content
every byte stays to which nothing is added. It is read and written row by row, so memory does not
grow with it.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Final

from localarea.checking.rows import RowChecker
from localarea.checking.summary_sheet import SUMMARY_SHEET, summary_lines
from localarea.errors import FileFormatError
from localarea.tables.ods._sheet_writer import AddedColumns, place_of
from localarea.tables.ods.survey import CONTENT, survey
from localarea.tables.ods.writing import SIGNATURES, Changes, write_changed
from localarea.tables.sheet_choice import SAMPLE_ROWS, choose_sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from localarea.checking.row_evidence import RowEvidence
    from localarea.checking.summary_sheet import Line
    from localarea.classify.classifier import Classifier
    from localarea.tables.ods.survey import Sheet, Survey
    from localarea.tables.sheet_layout import Grid

_SUMMARY_BEGINS: Final = "Checked against"
_UNSIGNED: Final = (
    "its digital signature was left out, because it is of the workbook without the verdicts"
)


def check_ods(
    source: Path,
    out: Path,
    classifier: Classifier,
    sizes: dict[str, int],
    *,
    columns: Sequence[str] = (),
    sheet: str | None = None,
    progress: Callable[[int], None] | None = None,
    evidence: RowEvidence | None = None,
) -> tuple[Grid, str, Counter[int], tuple[str, ...]]:
    """
    Check a spreadsheet and write it with the verdicts added.

    Parameters
    ----------
    source, out : pathlib.Path
        File to read and file to write.
    classifier : Classifier
        The classifier to use.
    sizes : dict of str to int
        Size of each part in bytes, from ``open_safely``.
    columns : sequence of str
        Headers or 1-based numbers of the postcode columns, in order of preference.
    sheet : str, optional
        Name of the sheet, or ``all``; defaults to the one with postcodes.
    progress : callable, optional
        Called with the number of rows just checked.
    evidence : RowEvidence, optional
        Supplies the evidence of each row.

    Returns
    -------
    Grid
        How the first sheet was read.
    str
        Name of the sheet, or of several.
    collections.Counter
        Number of rows by verdict code.
    tuple of str
        Notes for the reader.

    Raises
    ------
    FileFormatError
        If it is too large, cannot be read, has no rows or has no such sheet.
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    """
    if CONTENT not in sizes:
        raise FileFormatError(source, f"it has no part {CONTENT!r}", hint="save it again")
    with closing(survey(source, rows=SAMPLE_ROWS)) as found:
        return _check(source, out, classifier, found, columns, sheet, progress, evidence)


def _check(
    source: Path,
    out: Path,
    classifier: Classifier,
    found: Survey,
    columns: Sequence[str],
    sheet: str | None,
    progress: Callable[[int], None] | None,
    evidence: RowEvidence | None,
) -> tuple[Grid, str, Counter[int], tuple[str, ...]]:
    earlier = frozenset(each.number for each in found.sheets if _is_summary(each))
    offered = {each.name: each for each in found.sheets if each.number not in earlier}
    if not offered:
        raise FileFormatError(source, "it has no sheet", hint="save it again")
    choice = choose_sheets(
        {name: each.sample for name, each in offered.items()},
        sheet,
        columns=columns,
        hidden=[name for name, each in offered.items() if each.hidden],
        source=source,
    )
    checkers = {
        name: RowChecker(classifier, grid, expected=offered[name].height, evidence=evidence)
        for name, grid in choice.sheets
    }
    added = [_added(offered[name], checker, progress) for name, checker in checkers.items()]
    title = ", ".join(checkers)
    tally: Counter[int] = Counter()

    def summary() -> Sequence[Line]:
        for checker in checkers.values():
            tally.update(checker.tally)
        named = "; ".join(dict.fromkeys(checker.column for checker in checkers.values()))
        return summary_lines(tally, classifier, source=title, column=named)

    write_changed(found, out, Changes(added, _free_name(offered), summary, earlier))
    notes = [*choice.notes]
    for checker in checkers.values():
        notes += [*checker.grid.notes, *checker.notes()]
    if _is_signed(found):
        notes.append(_UNSIGNED)
    return choice.sheets[0][1], title, tally, tuple(dict.fromkeys(notes))


def _added(
    sheet: Sheet, checker: RowChecker, progress: Callable[[int], None] | None
) -> AddedColumns:
    grid = checker.grid
    headers = [*grid.headers, *[""] * (sheet.width(max(grid.header, 0)) - len(grid.headers))]
    names = checker.headers(headers, len(headers))

    def answer(rows: Sequence[Sequence[str]]) -> list[list[str]]:
        answers = checker.check(rows)
        if progress:
            progress(sum(map(bool, answers)))
        return answers

    own = tuple(sorted(grid.own))
    place = place_of(sheet, grid.header, own, len(names))
    return AddedColumns(sheet, grid.header, place, names, answer, own)


def _is_summary(sheet: Sheet) -> bool:
    """Return whether a sheet is the summary of an earlier check."""
    named = sheet.name.casefold().startswith(SUMMARY_SHEET.casefold())
    return named and [*sheet.sample, [""]][0][:1] == [_SUMMARY_BEGINS]


def _free_name(taken: dict[str, Sheet]) -> str:
    names = {name.casefold() for name in taken}
    name, again = SUMMARY_SHEET, 1
    while name.casefold() in names:
        again += 1
        name = f"{SUMMARY_SHEET} {again}"
    return name


def _is_signed(found: Survey) -> bool:
    with zipfile.ZipFile(found.path) as archive:
        return SIGNATURES in archive.namelist()
