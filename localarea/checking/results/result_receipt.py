"""Make the receipt that is kept beside a result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from localarea.checking.check_file import kind_of
from localarea.checking.new_receipt import receipt_of
from localarea.checking.receipt import stamped
from localarea.checking.results.result_sheets import result_sheets
from localarea.checking.workbooks.result_digests import DigestWhileWritten, digests_of
from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
from localarea.tables.plain_values import plain_value, without_end

if TYPE_CHECKING:
    from localarea.checking.csv_file import FileReport
    from localarea.checking.parquet import ParquetReport
    from localarea.checking.receipt import Receipt
    from localarea.checking.rows.row_digest import SheetDigest
    from localarea.classify.classifier import Classifier


def receipt_beside(
    report: FileReport | ParquetReport,
    classifier: Classifier,
    *,
    at: str,
    by: str,
    on: str | None = None,
    reference: str = "",
    unresolved: dict[str, UnresolvedSheet] | None = None,
) -> Receipt:
    """
    Make the receipt of a result that has just been written.

    ``unresolved``: gathers the rows of a text file without an answer, as `check_any` does those of
    a workbook. Returns that of the workbook, or of a text or Parquet file, with the SHA-256 of the
    result. FileFormatError if the result cannot be read.
    """
    source, result = Path(report.source), Path(report.out)
    written = getattr(report, "receipt", None)
    if written is not None:
        return stamped(written, result=result, at=at, by=by)
    made = receipt_of(report, classifier, source=source, on=on, reference=reference)
    digests = () if result.is_dir() else _digests(result, unresolved)
    return stamped(replace(made, digests=digests), result=result, at=at, by=by)


def _digests(
    result: Path, unresolved: dict[str, UnresolvedSheet] | None
) -> tuple[SheetDigest, ...]:
    """Hash a result that is read once, for the rows without an answer as well."""
    if unresolved is None or kind_of(result) != "text":
        return digests_of(result_sheets(result))
    found = []
    for sheet in result_sheets(result, shown=True):
        gathered = unresolved[sheet.name] = UnresolvedSheet(sheet.name, unresolved)
        made = DigestWhileWritten(sheet.name, gathered)
        for number, cells in sheet.rows:
            made.add(number, without_end([*map(plain_value, cells)]), cells.copy)
        found.append(made.digest())
    return tuple(found)
