"""The money of a file that has just been checked, by answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from localarea.checking.rows.spend_by_answer import add_up_spend
from localarea.errors import LocalareaError

if TYPE_CHECKING:
    from localarea.checking.csv_file import FileReport
    from localarea.checking.parquet import ParquetReport
    from localarea.checking.rows.spend_by_answer import SpendByAnswer


def spend_of(
    report: FileReport | ParquetReport, *, most: int | None = None
) -> SpendByAnswer | None:
    """
    Return the money of a checked file by answer.

    ``report``: what came of the check. That of a workbook holds the sums; other files are read
    again. ``most``: number of rows above which a file is not read again. Returns None if there is
    no column of amounts, or the amounts cannot be read.
    """
    source, out = Path(report.source), Path(report.out)
    if out.suffix.lower() in (".xlsx", ".ods"):
        return getattr(report, "spend", None)
    if source.is_dir() or (most is not None and report.rows > most):
        return None
    encoding = getattr(report, "encoding", "").partition(" ")[0] or "utf-8"
    delimiter = getattr(report, "delimiter", "") or ","
    try:
        return add_up_spend(source, out, encoding=encoding, delimiter=delimiter)
    except (LocalareaError, ValueError, LookupError, OSError):
        return None


def money_and_suppliers(
    spend: SpendByAnswer | None,
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """
    Return money by answer, and the biggest suppliers of each, as JSON values.

    Parameters
    ----------
    spend : SpendByAnswer or None
        The sums; None if there are none.

    Returns
    -------
    dict or None
        As `SpendByAnswer.as_dict`.
    dict
        As `SpendByAnswer.biggest_as_dict`; empty if there are none.
    """
    return (None, {}) if spend is None else (spend.as_dict(), spend.biggest_as_dict())
