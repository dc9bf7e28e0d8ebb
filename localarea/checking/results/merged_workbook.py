"""Write a workbook with mended rows: their cells, the summaries and the receipt."""

from __future__ import annotations

from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from localarea.checking.rows.spend_by_answer import add_up_spend
from localarea.checking.workbooks.receipt_sheet import seal_workbook
from localarea.checking.workbooks.sheet_columns import typed
from localarea.checking.workbooks.summary_sheet import SUMMARY_SHEET, summary_of
from localarea.tables.workbooks.saved_values import saved_sheets
from localarea.tables.workbooks.workbook_limits import open_safely

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from localarea.checking.receipt import Receipt
    from localarea.checking.results.mending import MendPlan
    from localarea.checking.rows.counts import Counts
    from localarea.checking.workbooks.summary_sheet import Line
    from localarea.classify.classifier import Classifier
    from localarea.tables.xlsx.new_sheet import Value

    Cells = Mapping[tuple[str, int], Sequence[str]]  # by sheet and number of the row

_Row = TypeVar("_Row")


def write_merged_workbook(
    plan: MendPlan,
    classifier: Classifier,
    cells: Cells,
    counts: Mapping[str, Counts],
    changed: Path,
    out: Path,
    receipt: Receipt,
) -> None:
    """
    Write a workbook with mended rows.

    Parameters
    ----------
    cells : mapping
        By sheet and number of the row, the added cells.
    counts : mapping
        Rows of each sheet by answer, afterwards.
    changed, out : pathlib.Path
        Temporary file, and file to write, of the same type.
    receipt : Receipt
        The receipt without hashes, which is renewed.
    """
    renewed = changed.with_name(f"{changed.stem}.summary{changed.suffix}")
    try:
        if open_safely(plan.result)[0] == "ods":
            _change_ods(plan, classifier, cells, counts, changed, renewed)
            seal_workbook(renewed, out, receipt)
        else:
            _change_xlsx(plan, classifier, cells, counts, changed, renewed)
            seal_workbook(renewed, out, receipt, renew=plan.sheet)
    finally:
        with suppress(OSError):
            renewed.unlink()


def _summaries(
    plan: MendPlan, classifier: Classifier, counts: Mapping[str, Counts], changed: Path
) -> dict[str, Callable[[], list[Line]]]:
    """Return the lines of each summary, by the name of its sheet, of the sheets that changed."""
    found: dict[str, Callable[[], list[Line]]] = {}
    mended = {row.sheet for row in plan.rows}
    for each in saved_sheets(changed):
        if not each.name.startswith(SUMMARY_SHEET):
            continue
        said = {row[0]: row[1] for _, row in each.rows if len(row) > 1}
        source = said.get("Sheet", "")
        if source in mended:
            found[each.name] = partial(
                _summary, classifier, counts[source], source, said.get("Column", ""), changed
            )
    return found


def _summary(
    classifier: Classifier, counts: Counts, source: str, column: str, changed: Path
) -> list[Line]:
    spend = add_up_spend(changed, changed, sheet=source)
    return summary_of(counts, classifier, source=source, column=column, spend=spend)


def _by_sheet(
    plan: MendPlan, cells: Cells, row_of: Callable[[int, Sequence[str]], _Row]
) -> dict[str, dict[int, _Row]]:
    """Return the added cells by sheet and row; ``row_of`` takes the first column and the values."""
    changes: dict[str, dict[int, _Row]] = {}
    for (sheet, number), values in cells.items():
        changes.setdefault(sheet, {})[number] = row_of(plan.heads[sheet].added, values)
    return changes


def _typed_cells(first: int, values: Sequence[str]) -> dict[int, Value]:
    return {first + at: typed(text) for at, text in enumerate(values)}


def _change_xlsx(
    plan: MendPlan,
    classifier: Classifier,
    cells: Cells,
    counts: Mapping[str, Counts],
    changed: Path,
    renewed: Path,
) -> None:
    from localarea.checking.workbooks.summary_xlsx import SummaryLooks
    from localarea.tables.xlsx.book import Book
    from localarea.tables.xlsx.changed_cells import change_cells
    from localarea.tables.xlsx.parts.package import Package
    from localarea.tables.xlsx.parts.styles import Styles

    change_cells(plan.result, changed, _by_sheet(plan, cells, _typed_cells))
    summaries = _summaries(plan, classifier, counts, changed)
    with Package(changed) as package:
        book, looks = Book(package), SummaryLooks(Styles(package))
        for page in book.sheets:
            if page.name in summaries:
                lines = summaries[page.name]()
                package.replace(page.part, partial(looks.sheet, package.namespace, lines))
        package.write(renewed)


def _change_ods(
    plan: MendPlan,
    classifier: Classifier,
    cells: Cells,
    counts: Mapping[str, Counts],
    changed: Path,
    renewed: Path,
) -> None:
    from localarea.tables.ods.changed_cells import change_cells
    from localarea.tables.ods.survey import survey
    from localarea.tables.ods.writing import SpreadsheetChanges, write_changed

    change_cells(plan.result, changed, _by_sheet(plan, cells, lambda *cells: cells))
    summaries = _summaries(plan, classifier, counts, changed)
    with closing(survey(changed, rows=0)) as found:
        gone = {each.number for each in found.sheets if each.name in {*summaries, plan.sheet}}
        write_changed(
            found, renewed, SpreadsheetChanges([], list(summaries.items()), frozenset(gone))
        )
