"""Make the receipt of a check from its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea import __version__
from localarea.checking.receipt import Receipt, basis_of, sha256_of

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.checking.csv_file import FileReport
    from localarea.checking.parquet import ParquetReport
    from localarea.classify.classifier import Classifier


def receipt_of(
    report: FileReport | ParquetReport,
    classifier: Classifier,
    *,
    source: Path,
    on: str | None = None,
    reference: str = "",
) -> Receipt:
    """
    Make the receipt of a check, without the hashes of its result.

    To be completed with the hashes of the result.
    """
    return Receipt(
        basis=basis_of(classifier, on=on),
        version=__version__,
        input_sha256=sha256_of(source),
        sheet=_sheet_of(report),
        column=report.column,
        rows=report.rows,
        by_status=dict(report.by_status),
        by_reason=dict(report.by_reason),
        borderline=report.borderline,
        reference=reference,
    )


def _sheet_of(report: FileReport | ParquetReport) -> str:
    """Return the names of the sheets as the report gives them, such as ``'Pay'``."""
    return getattr(report, "encoding", "").partition(", sheet")[2].removeprefix("s").strip()
