"""
Check the postcodes of a file of delimited text: rows in, the same rows out, with columns added.

The bytes of every row stay as they are, whatever their quoting, encoding or line
end; only short rows are filled up, so that what is added stands under its header.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path  # noqa: TC003 -- the example of default_out runs with it
from typing import TYPE_CHECKING, BinaryIO, Final

from localarea.checking.counts import Counts
from localarea.checking.csv_checker import CellWriter, added_headers, column_names, row_engine
from localarea.errors import FileFormatError, InputError
from localarea.tables.csv_rows import Rows
from localarea.tables.encoding import write_bytes_as
from localarea.tables.file_kinds import require_rows
from localarea.tables.layout import Layout, Survey, blocks, read_layout, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from localarea.checking.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier

_OTHER_FORMATS: Final = frozenset(
    [".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".parquet", ".gz", ".zip", ".bz2", ".xz"]
)
# A row may be this much wider than the header before the file is taken for something else:
# every other row must be filled up to it.
_SPARE_COLUMNS: Final = 256
_AHEAD: Final = 2  # blocks checked before the one that is being written is done with


@dataclass(frozen=True, slots=True)
class FileReport:
    """
    What was done with a file.

    Attributes
    ----------
    source, out : str
        Paths of the file read and the file written.
    rows : int
        Rows checked; every row of the input is in the output.
    column : str
        Header of the column of postcodes, or its number where there is no header.
    encoding, delimiter : str
        As detected, and as written.
    by_status, by_reason : dict of str to int
        Rows by status and by reason.
    by_status_and_reason : dict of str to dict of str to int
        Rows of each reason within each status; a reason can occur with several.
    borderline : int
        Rows within the borderline distance of the boundary.
    notes : tuple of str
        What a person should know of how the file was read.
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


def default_out(path: Path) -> Path:
    """
    Name the file that is written where no other name is given.

    Parameters
    ----------
    path : pathlib.Path
        The file read.

    Returns
    -------
    pathlib.Path
        Beside it, with ``.checked`` before the ending.

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
    progress: Callable[[int], None] | None = None,
) -> FileReport:
    """
    Check every row of a CSV or TSV file and write it with the verdicts added.

    Parameters
    ----------
    path : pathlib.Path
        The file. Delimiter (comma, semicolon, tab, bar) and encoding (UTF-8,
        UTF-16, UTF-32, Windows-1252 and others) are detected.
    classifier : Classifier
        The classifier to use.
    out : pathlib.Path or None
        The file to write, in the same delimiter and encoding; by default
        :func:`default_out`. It is put in place only when it is complete.
    column : str, sequence of str, or None
        Header, or number from 1, of the column of postcodes; of several, the preferred
        one first. Found by itself where None.
    evidence : RowEvidence, optional
        Supplies the evidence of each row, written as further columns.
    progress : callable, optional
        Called with the number of rows just checked.

    Returns
    -------
    FileReport
        Counts, and how the file was read.

    Raises
    ------
    FileFormatError
        If the file cannot be read as a table, or the other not be written.
    ColumnNotFoundError
        If no column holds postcodes, or not the one asked for.
    InputError
        If the file would be written over itself.
    """
    target = out or default_out(path)
    with _told_plainly(path):
        _require_paths(path, target)
    with _told_plainly(path):
        engine = row_engine(path.stat().st_size)
        wanted = (column,) if isinstance(column, str) else tuple(column or ())
        layout = read_layout(path, columns=wanted)
    width = len(layout.headers)
    writer = partial(CellWriter, classifier, layout, engine, evidence)
    with _told_plainly(target):
        try:
            tally = _write(path, target, layout, width, writer(), progress)
        except _WiderRowError:  # seldom; only then is the file read once more, to learn its width
            width = _width(path, layout, survey(path, layout, engine.find_rows))
            tally = _write(path, target, layout, width, writer(), None)
    return _report(path, target, layout, width, tally)


class _WiderRowError(Exception):
    """A row has more cells than the first one."""


def _write(
    path: Path,
    target: Path,
    layout: Layout,
    width: int,
    writer: CellWriter,
    progress: Callable[[int], None] | None,
) -> Counter[int]:
    told = 0
    with _replacing(target) as file:
        file.write(layout.encoding.mark)
        for piece in _in_order(_jobs(path, layout, width, writer)):
            file.write(write_bytes_as(piece, layout.encoding))
            if progress:
                done = writer.done()
                progress(done - told)
                told = done
        require_rows(path, sum(writer.tally.values()))
    return writer.tally


def _jobs(
    path: Path, layout: Layout, width: int, writer: CellWriter
) -> Iterator[Callable[[], bytes | memoryview]]:
    if layout.preamble:
        stated = b"sep=" + layout.delimiter + b"\r\n"
        yield partial(bytes, stated)
    awaiting_header, titles = layout.has_header, layout.titles
    found = blocks(path, layout, writer.engine.find_rows, column=layout.column.index)
    for block, rows in found:
        if awaiting_header:
            filled = (rows.widths > 0).nonzero()[0]
            if len(filled) <= titles:
                titles -= len(filled)
                yield partial(bytes, block[: rows.stop])
                continue
            at = int(filled[titles])
            names = added_headers(
                layout.headers, width, several=bool(layout.others), evidence=writer.has_evidence
            )
            yield partial(bytes, _header(block, rows, at, layout.delimiter, names))
            rows = _rows_from(rows, at + 1)
            awaiting_header = False
        if int(rows.widths.max(initial=0)) > width:
            raise _WiderRowError
        yield partial(writer.rows, block, rows, width)


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


def _header(block: bytes, rows: Rows, at: int, delimiter: bytes, names: Sequence[str]) -> bytes:
    text = delimiter.join(name.encode("ascii") for name in names)
    end, after = int(rows.ends[at]), int(rows.nexts[at])
    line_end = block[end:after] or b"\r\n"
    return block[:end] + delimiter + text + line_end


def _width(path: Path, layout: Layout, surveyed: Survey) -> int:
    stated = len(layout.headers)
    width = max(surveyed.width, stated)
    if width > 2 * stated + _SPARE_COLUMNS:
        why = f"its first row has {stated:,} cells but another one {width:,}"
        raise FileFormatError(path, why, hint="check its delimiter and quotation marks")
    return width


def _require_paths(path: Path, target: Path) -> None:
    if not path.exists():
        raise FileFormatError(path, "there is no such file", hint="check the path")
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "not an ordinary file"
        raise FileFormatError(path, f"it is {kind}", hint="name one CSV file")
    if target.suffix.lower() in _OTHER_FORMATS:
        why = f"{target.suffix} files are not written yet"
        raise FileFormatError(target, why, hint="name a .csv or .tsv file")
    if target.is_dir():
        raise FileFormatError(target, "it is a folder", hint="name the file to write")
    if target.exists() and target.samefile(path):
        raise InputError(
            f"{path} would be written over; name another file to write", parameter="out"
        )


@contextmanager
def _told_plainly(path: Path) -> Iterator[None]:
    """Turn what the operating system says into one of our own errors."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        why = f"the system says: {error.strerror or error}"
        raise FileFormatError(where, why, hint="check the path, its rights and the room") from error


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    """Write beside the target, and put the file in its place only when it is whole."""
    unfinished = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
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
    Do jobs on two threads and give their results in order, a few ahead at the most.

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


def _report(
    path: Path, target: Path, layout: Layout, width: int, tally: Counter[int]
) -> FileReport:
    notes = [layout.column.note]
    if not layout.has_header:
        notes.append("the first row is no header, so it was checked and none was added")
    if width > len(layout.headers):
        notes.append(f"some rows have {width} cells, the first one {len(layout.headers)}")
    if layout.titles:
        notes.append(f"{layout.titles} filled rows above the header were passed over")
    return FileReport(
        source=str(path),
        out=str(target),
        column=", then ".join(column_names(layout)),
        encoding=layout.encoding.codec + (" with a mark" if layout.encoding.mark else ""),
        delimiter=layout.delimiter.decode("ascii"),
        **Counts.of_codes(tally).fields(),
        notes=tuple(note for note in notes if note),
    )
