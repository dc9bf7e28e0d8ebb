"""
Check the postcodes of a delimited text file and write the same rows with added columns.

The bytes of every row are kept, whatever their quoting, encoding or line ending. Only short rows
are padded, so that the added cells line up with their headers.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path  # noqa: TC003 -- the doctest of default_out needs it
from typing import TYPE_CHECKING, BinaryIO, Final

from localarea.checking.rows.counts import Counts
from localarea.checking.rows.csv_checker import CellWriter, added_headers, row_engine
from localarea.errors import FileFormatError, InputError
from localarea.tables.atomic import require_folder
from localarea.tables.delimited.csv_rows import Rows
from localarea.tables.delimited.encoding import write_bytes_as
from localarea.tables.delimited.layout import Extent, Layout, blocks, read_layout, survey
from localarea.tables.file_kinds import require_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from concurrent.futures import Future

    from localarea.checking.receipt import Receipt
    from localarea.checking.rows.csv_checker import RowEngine
    from localarea.checking.rows.row_evidence import RowEvidence
    from localarea.checking.rows.spend_by_answer import SpendByAnswer
    from localarea.classify.classifier import Classifier
    from localarea.tables.finding.own_columns import Wording

_OTHER_FORMATS: Final = frozenset(
    [".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".parquet", ".gz", ".zip", ".bz2", ".xz"]
)
# A wider row means that the file is probably not a table: every other row would have to be
# padded to its width.
_SPARE_COLUMNS: Final = 256
_COMMAS: Final = "look for commas without quotation marks, as in 1,200.50"
_BLANKS: Final = "what is beyond it is blank"
_NAME_KEPT: Final = 100  # characters of a name in that of its temporary file
_MOST_ADDED_UP: Final = 1_000_000  # rows of a file whose money is added up
_AHEAD: Final = 2  # blocks checked ahead of the one being written


@dataclass(frozen=True, slots=True)
class FileReport:
    """
    Report of a checked file.

    Attributes
    ----------
    rows : int
        Rows checked; every row of the input is in the output.
    column : str
        Header of the postcode column, or its number if there is no header.
    by_status_and_reason : dict of str to dict of str to int
        Rows of each reason within each status; a reason can occur with several.
    not_payments : int
        Rows that hold no payment (totals, footers, repeated headers). They are in the output
        unchanged, and in no other count.
    by_sheet : dict of str to dict of str to int
        Number of rows by status of each sheet of a workbook of which several were checked.
    spend : SpendByAnswer or None
        Money of a workbook by answer; None without a column of amounts, and for other files.
    receipt : Receipt or None
        The receipt that was written into a workbook; None for other files.
    """

    source: str
    out: str
    rows: int
    column: str
    encoding: str
    delimiter: str
    by_status: dict[str, int]
    by_reason: dict[str, int]
    by_status_and_reason: dict[str, dict[str, int]]
    borderline: int
    notes: tuple[str, ...] = field(default=())
    not_payments: int = 0
    by_sheet: dict[str, dict[str, int]] = field(default_factory=dict)
    spend: SpendByAnswer | None = field(default=None, repr=False)
    receipt: Receipt | None = field(default=None, repr=False)


def default_out(path: Path) -> Path:
    """
    Return the default path of the output, beside the input and with ``.checked`` in its name.

    Examples
    --------
    >>> default_out(Path("suppliers.csv")).name
    'suppliers.checked.csv'
    """
    suffix = path.suffix if path.suffix.lower() in {".csv", ".tsv", ".tab", ".txt"} else ".csv"
    return path.with_name(f"{path.stem}.checked{suffix}")


def check_file(
    path: Path,
    classifier: Classifier,
    *,
    out: Path | None = None,
    column: str | Sequence[str] | None = None,
    evidence: RowEvidence | None = None,
    wording: Wording = "codes",
    progress: Callable[[int], None] | None = None,
) -> FileReport:
    """
    Check every row of a CSV or TSV file and write it with the verdicts added.

    Parameters
    ----------
    path : pathlib.Path
        File to check. Delimiter (comma, semicolon, tab, bar) and encoding (UTF-8,
        UTF-16, UTF-32, Windows-1252 and others) are detected.
    out : pathlib.Path or None
        File to write, with the same delimiter and encoding; defaults to
        :func:`default_out`. It appears only when complete.
    column : str, sequence of str, or None
        Header or 1-based number of the postcode column, or several in order of preference.
        Detected if None.
    progress : callable, optional
        Called with the number of rows just checked.

    Raises
    ------
    FileFormatError
        If the file cannot be read as a table, or the output cannot be written.
    ColumnNotFoundError
        If the named column is missing, or no column holds postcodes.
    InputError
        If the output would overwrite the input.
    """
    target = out or default_out(path)
    with _friendly_os_errors(path):
        _require_paths(path, target)
    with _friendly_os_errors(path):
        engine = row_engine(path.stat().st_size)
        wanted = (column,) if isinstance(column, str) else tuple(column or ())
        layout = read_layout(path, columns=wanted)
    width = len(layout.headers)
    writer = partial(_Writer, classifier, layout, engine, evidence, wording)
    with _friendly_os_errors(target):
        try:
            done = _write(path, target, layout, width, writer(), progress)
        except _WiderRowError:  # rare: read the file once more to find its width
            width = _width(path, layout, survey(path, layout, engine.find_rows))
            done = _write(path, target, layout, width, writer(), None)
        # Rare too: a total without a name is known once all rows above it were added up.
        if done.amount_alone and done.done() <= _MOST_ADDED_UP:
            from localarea.checking.rows.sum_rows import sum_rows_of_text

            sums = sum_rows_of_text(path, target, layout)
            if sums:
                done = _write(path, target, layout, width, writer(sums=sums), None)
    return _report(path, target, layout, width, done)


class _Writer(CellWriter):
    """Append verdicts, under headers in one wording."""

    def __init__(
        self,
        classifier: Classifier,
        layout: Layout,
        engine: RowEngine,
        evidence: RowEvidence | None,
        wording: Wording,
        sums: Collection[int] = (),
    ) -> None:
        super().__init__(classifier, layout, engine, evidence, wording, sums)
        self.headers = partial(
            added_headers,
            layout.headers,
            several=layout.rows_read_by.says_column,
            evidence=self.has_evidence,
            wording=wording,
        )


class _WiderRowError(Exception):
    """A row has more cells than the first row."""


def _write(
    path: Path,
    target: Path,
    layout: Layout,
    width: int,
    writer: _Writer,
    progress: Callable[[int], None] | None,
) -> _Writer:
    reported = 0
    with _replacing(target) as file:
        file.write(layout.encoding.mark)
        for piece in _in_order(_jobs(path, layout, width, writer)):
            file.write(write_bytes_as(piece, layout.encoding))
            if progress:
                done = writer.done()
                progress(done - reported)
                reported = done
        require_rows(path, sum(writer.tally.values()))
    return writer


def _jobs(
    path: Path, layout: Layout, width: int, writer: _Writer
) -> Iterator[Callable[[], bytes | memoryview]]:
    if layout.preamble:
        stated = b"sep=" + layout.delimiter + b"\r\n"
        yield partial(bytes, stated)
    awaiting_header, titles = layout.has_header, layout.titles
    number = 1  # of the next row in the file
    found = blocks(path, layout, writer.engine.find_rows, column=layout.column.index)
    for block, rows in found:
        first, number = number, number + len(rows.starts)
        if awaiting_header:
            filled = (rows.widths > 0).nonzero()[0]
            if len(filled) <= titles:
                titles -= len(filled)
                yield partial(bytes, block[: rows.stop])
                continue
            at = int(filled[titles])
            names = [name.encode("ascii") for name in writer.headers(width)]
            yield partial(bytes, _header(block, rows, at, layout.delimiter, names))
            rows, first = _rows_from(rows, at + 1), first + at + 1
            awaiting_header = False
        if int(rows.widths.max(initial=0)) > width:
            raise _WiderRowError
        yield partial(writer.rows, block, rows, width, first)


def _rows_from(rows: Rows, first: int) -> Rows:
    return Rows(
        rows.starts[first:],
        rows.ends[first:],
        rows.nexts[first:],
        rows.widths[first:],
        rows.cell_starts[first:],
        rows.cell_ends[first:],
        rows.stop,
    )


def _header(block: bytes, rows: Rows, at: int, delimiter: bytes, names: Sequence[bytes]) -> bytes:
    text = delimiter.join(names)
    end, after = int(rows.ends[at]), int(rows.nexts[at])
    line_end = block[end:after] or b"\r\n"
    return block[:end] + delimiter + text + line_end


def _width(path: Path, layout: Layout, surveyed: Extent) -> int:
    stated = len(layout.headers)
    width = max(surveyed.width, stated)
    if width > 2 * stated + _SPARE_COLUMNS:
        why = f"its first row has {stated:,} cells, but another row has {width:,}"
        raise FileFormatError(path, why, hint="check its delimiter and quotation marks")
    return width


def _require_paths(path: Path, target: Path) -> None:
    if not path.exists():
        raise FileFormatError(path, "there is no such file", hint="check the path")
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "not an ordinary file"
        raise FileFormatError(path, f"it is {kind}", hint="name one CSV file")
    if target.suffix.lower() in _OTHER_FORMATS:
        why = "a text file is written as text again"
        raise FileFormatError(target, why, hint="name a .csv or .tsv file")
    if target.is_dir():
        raise FileFormatError(target, "it is a folder", hint="name the file to write")
    require_folder(target, parameter="out")
    if target.exists() and target.samefile(path):
        raise InputError(
            f"{path} would be overwritten; name another file to write", parameter="out"
        )


@contextmanager
def _friendly_os_errors(path: Path) -> Iterator[None]:
    """Convert errors of the operating system to a `FileFormatError`."""
    try:
        yield
    except OSError as error:
        raise FileFormatError.of_system(error, path) from error


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    """Write to a temporary file, and move it to the target only when complete."""
    unfinished = target.with_name(f".{target.name[:_NAME_KEPT]}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(target)
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _in_order(
    jobs: Iterator[Callable[[], bytes | memoryview]],
) -> Iterator[bytes | memoryview]:
    """
    Run jobs on two threads and yield their results in order, at most a few ahead.

    Meanwhile the caller's thread reads the next block and writes the last one.
    """
    with ThreadPoolExecutor(2) as pool:
        pending: deque[Future[bytes | memoryview]] = deque()
        for job in jobs:
            pending.append(pool.submit(job))
            if len(pending) > _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _report(path: Path, target: Path, layout: Layout, width: int, done: CellWriter) -> FileReport:
    grid = layout.rows_read_by
    notes = [*grid.notes]
    if not layout.has_header:
        notes.append("the first row is not a header, so it was checked and no header was added")
    if width > len(layout.headers):
        about = _wider(width, len(layout.headers), header=layout.has_header)
        notes.append(about + (_COMMAS if done.filled_beyond else _BLANKS))
    if layout.titles:
        skipped = (
            "1 filled row above the header was skipped"
            if layout.titles == 1
            else f"{layout.titles} filled rows above the header were skipped"
        )
        notes.append(skipped)
    return FileReport(
        source=str(path),
        out=str(target),
        column=grid.described(),
        encoding=layout.encoding.codec
        + (" with a byte order mark" if layout.encoding.mark else ""),
        delimiter=layout.delimiter.decode("ascii"),
        **Counts.of_codes(done.tally).fields(),
        notes=(*notes, *done.notes()),
        not_payments=done.rows_met.skipped,
    )


def _wider(width: int, first: int, *, header: bool) -> str:
    cells = "1 cell" if first == 1 else f"{first:,} cells"
    return (
        f"there are rows with up to {width:,} cells, and the {'header' if header else 'first row'} "
        f"has {cells}: "
    )
