"""Make the receipt that is kept beside a result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from localarea.checking.check_file import kind_of
from localarea.checking.receipt import receipt_of, stamped
from localarea.checking.receipt_sheet import read_receipt_sheet
from localarea.checking.result_digests import digests_of
from localarea.checking.result_sheets import result_sheets

if TYPE_CHECKING:
    from localarea.checking.csv_file import FileReport
    from localarea.checking.parquet import ParquetReport
    from localarea.checking.receipt import Receipt
    from localarea.classify.classifier import Classifier


def receipt_beside(
    report: FileReport | ParquetReport,
    classifier: Classifier,
    *,
    at: str,
    by: str,
    on: str | None = None,
    reference: str = "",
) -> Receipt:
    """
    Make the receipt of a result that has just been written.

    Parameters
    ----------
    report : FileReport or ParquetReport
        Report of the check, which names both files.
    classifier : Classifier
        The classifier that was used.
    at, by : str
        When, and who had it checked.
    on : str, optional
        Day that was asked about.
    reference : str
        Reference in the record of the service.

    Returns
    -------
    Receipt
        That of the workbook, or of a text or Parquet file, with the SHA-256 of the result.

    Raises
    ------
    FileFormatError
        If the result cannot be read.
    """
    source, result = Path(report.source), Path(report.out)
    if not result.is_dir() and kind_of(result) == "workbook":
        found = read_receipt_sheet(result)
        if found is not None:
            return stamped(found[1], result=result, at=at, by=by)
    made = receipt_of(report, classifier, source=source, on=on, reference=reference)
    digests = () if result.is_dir() else digests_of(result_sheets(result))
    return stamped(replace(made, digests=digests), result=result, at=at, by=by)
