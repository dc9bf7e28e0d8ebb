"""Which rows of a checked file could not be answered, and why: by number, never by content."""

from __future__ import annotations

import csv
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_STATUS: Final = "local_status"
_HEADER_WITHIN: Final = 500  # rows; a header further down is not found by the check either
_LONGEST_CELL: Final = 8 << 20


def read_unknown_rows(
    checked: Path, *, encoding: str = "utf-8", delimiter: str = ",", sheet: str | None = None
) -> Iterator[tuple[int, str]]:
    """
    Find the rows of a checked file that are unknown.

    Parameters
    ----------
    checked : pathlib.Path
        A file that a check has written: .csv, .xlsx or .parquet; of others, none are found.
    encoding, delimiter : str
        Of text, as the report of the check says.
    sheet : str, optional
        Of a workbook.

    Yields
    ------
    tuple of int and str
        Number of the row as a spreadsheet shows it, with the header as row 1 (of Parquet,
        the first row is 1), and the reason.
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
        elif len(row) > at + 2 and row[at] == "unknown":
            yield number, str(row[at + 2])


def _place(row: Sequence[Any]) -> int | None:
    """Find the column of the status in a header; where the file had one, ours is the last."""
    found = [i for i, cell in enumerate(row) if str(cell).startswith(_STATUS)]
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
