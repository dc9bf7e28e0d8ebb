"""List the unknown rows of a checked file and their reasons, by number, never by content."""

from __future__ import annotations

import csv
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from localarea.tables.finding.own_columns import REASON_WORDS, STATUS_WORDS, header_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_STATUS: Final = "local_status"
_STATUSES: Final = tuple(header_for(_STATUS, wording) for wording in ("codes", "people"))
_UNKNOWN: Final = frozenset({"unknown", STATUS_WORDS["unknown"]})
_CODES: Final = {words: code for code, words in REASON_WORDS.items()}
_HEADER_WITHIN: Final = 500  # rows; the check does not find headers further down either
_LONGEST_CELL: Final = 8 << 20


def read_unknown_rows(
    checked: Path, *, encoding: str = "utf-8", delimiter: str = ",", sheet: str | None = None
) -> Iterator[tuple[int, str]]:
    """
    List the rows of a checked file with the status ``unknown``.

    Parameters
    ----------
    checked : pathlib.Path
        Output of a check: .csv, .xlsx or .parquet; for other types nothing is listed.
    encoding, delimiter : str
        Encoding and delimiter of text files, from the report of the check.
    sheet : str, optional
        Sheet of a workbook.

    Yields
    ------
    tuple of int and str
        Number of the row as in a spreadsheet, where the header is row 1 (in Parquet, the
        first row of data is 1), and the code of the reason.
    """
    if checked.suffix == ".parquet":
        yield from _of_parquet(checked)
    elif checked.suffix == ".xlsx":
        import openpyxl

        with closing(openpyxl.load_workbook(checked, read_only=True)) as book:
            yield from _of_rows(book[sheet].iter_rows(values_only=True))
    elif checked.suffix == ".csv":
        csv.field_size_limit(_LONGEST_CELL)
        with checked.open(encoding=encoding, errors="replace", newline="") as file:
            yield from _of_rows(csv.reader(file, delimiter=delimiter))


def _of_rows(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, str]]:
    at = None
    for number, row in enumerate(rows, start=1):
        if at is None:
            at = _place(row)
            if at is None and number > _HEADER_WITHIN:
                return
        elif len(row) > at + 2 and row[at] in _UNKNOWN:
            reason = str(row[at + 2])
            yield number, _CODES.get(reason, reason)


def _place(row: Sequence[Any]) -> int | None:
    """Find the status column in a header; if the input had one too, ours is the last."""
    found = [i for i, cell in enumerate(row) if str(cell).startswith(_STATUSES)]
    return found[-1] if found else None


def _of_parquet(checked: Path) -> Iterator[tuple[int, str]]:
    import pyarrow.parquet as pq

    names = [_STATUS, "local_reason"]
    before = 0
    with pq.ParquetFile(checked) as file:
        for batch in file.iter_batches(columns=names):
            statuses, reasons = (batch.column(name).to_pylist() for name in names)
            for k, status in enumerate(statuses):
                if status == "unknown":
                    yield before + k + 1, reasons[k]
            before += len(statuses)
