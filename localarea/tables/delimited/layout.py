"""Detect the layout of a text table from its rows: delimiter, header and width."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from localarea.errors import FileFormatError
from localarea.tables.columns import ColumnChoice
from localarea.tables.delimited.csv_rows import (
    MAX_COLUMNS,
    MAX_ROW_BYTES,
    OpenQuoteError,
    Rows,
    find_rows,
    split_row,
)
from localarea.tables.delimited.encoding import TextEncoding, inner_codec, read_bytes
from localarea.tables.delimited.text_form import SAMPLE_ROWS, sample_rows, text_form
from localarea.tables.finding.own_columns import runs
from localarea.tables.sheet_layout import Grid, read_grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_SAMPLE_CELLS = 100_000


@dataclass(frozen=True, slots=True)
class Extent:
    """
    Counts from one pass over the whole file.

    Attributes
    ----------
    rows : int
        Rows that are not empty, including the header.
    width : int
        Cells of the widest row.
    """

    rows: int
    blank: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """
    The layout of a file.

    Attributes
    ----------
    headers : tuple of str
        Headers; empty texts if the file has no header.
    has_header : bool
        Whether the first row is a header.
    preamble : int
        Bytes before the header: Excel's line ``sep=;``.
    others : tuple of int
        Further columns of postcodes, for rows in which the first is blank.
    titles : int
        Number of non-empty rows above the header.
    grid : Grid or None
        How rows are read, without the columns of an earlier check, which are left out of
        ``headers`` and the columns too; None for the columns above, each as a cell.
    own : tuple of (int, int)
        First and last position in the file of each run of columns of an earlier check.
    """

    encoding: TextEncoding
    delimiter: bytes
    headers: tuple[str, ...]
    has_header: bool
    preamble: int
    column: ColumnChoice
    others: tuple[int, ...] = ()
    titles: int = 0
    grid: Grid | None = None
    own: tuple[tuple[int, int], ...] = ()

    @property
    def rows_read_by(self) -> Grid:
        """Return how rows are read, as columns of the file without those of an earlier check."""
        columns = (self.column.index, *self.others)
        return self.grid or Grid(0 if self.has_header else -1, self.headers, columns)


def read_layout(path: Path, *, columns: Sequence[str] = ()) -> Layout:
    """
    Detect the layout of a text file from its start.

    ``columns``: headers or numbers of the requested columns, in order of preference.
    FileFormatError if it is empty, not text, or has no rows. ColumnNotFoundError if there is no
    such column, or none holds postcodes.
    """
    encoding, delimiter, preamble, sample, _ = _sampled(path)
    grid = read_grid(sample, wanted=columns)
    own, notes = tuple(runs(grid.own)), grid.notes
    if own:
        sample = [[c for i, c in enumerate(row) if i not in grid.own] for row in sample]
        grid = read_grid(sample, wanted=columns)
    has_header = grid.header >= 0
    # Rows that are wider than the header are reported later.
    headers = tuple(sample[grid.header]) if has_header else ("",) * len(sample[0])
    grid = replace(grid, headers=headers, notes=notes)
    choice = ColumnChoice(grid.columns[0], "; ".join(grid.notes))
    others, titles = grid.columns[1:], max(grid.header, 0)
    return Layout(
        encoding, delimiter, headers, has_header, preamble, choice, others, titles, grid, own
    )


def text_sample(path: Path) -> tuple[list[list[str]], list[int]]:
    """
    Read the first rows of a text file.

    Returns
    -------
    list of list of str
        Cells of the first two hundred rows that are not empty.
    list of int
        Number of each row, from 0, with the empty ones counted.

    Raises
    ------
    FileFormatError
        If it is empty, not text, or has no rows.
    """
    _, _, _, sample, numbers = _sampled(path)
    return sample, numbers


def _sampled(path: Path) -> tuple[TextEncoding, bytes, int, list[list[str]], list[int]]:
    """Return encoding, delimiter, bytes before the first row, the first rows and their numbers."""
    encoding, delimiter, preamble, head, whole = text_form(path)
    sample, numbers = _cells(head, delimiter, inner_codec(encoding), final=whole)
    if not sample:
        raise _no_row(path, head, whole=whole)
    return encoding, delimiter, preamble, sample, numbers


def survey(path: Path, layout: Layout, find: Callable[..., Rows]) -> Extent:
    """
    Read a whole file once to find its width, and check that its quotation marks are closed.

    ``find``: ``find_rows`` of `csv_rows` or `_csv_kernel`. FileFormatError if a quotation mark is
    not closed, or a row is too long or too wide.
    """
    rows = blank = width = 0
    for _, found in blocks(path, layout, find):
        widths = found.widths
        rows += int((widths > 0).sum())
        blank += int((widths == 0).sum())
        widest = int(widths.max(initial=0))
        if widest > max(MAX_COLUMNS, len(layout.headers)):
            line = rows + blank - len(widths) + int(widths.argmax()) + 1
            why = f"row {line:,} has {widest:,} cells; the limit is {MAX_COLUMNS:,}"
            raise FileFormatError(path, why, hint="check its delimiter")
        width = max(width, widest)
    return Extent(rows, blank, width)


def blocks(
    path: Path, layout: Layout, find: Callable[..., Rows], *, column: int = -1
) -> Iterator[tuple[bytes, Rows]]:
    """
    Read a file as blocks of whole rows, without the columns of an earlier check.

    Parameters
    ----------
    find : callable
        ``find_rows`` of `csv_rows` or `_csv_kernel`.
    column : int
        Position of the cell to find in each row; -1 for none.

    Yields
    ------
    tuple of (bytes, Rows)
        A block that starts with a row, and the complete rows in it.

    Raises
    ------
    FileFormatError
        If a quotation mark is not closed, or a row is longer than 8 MiB.
    """
    for block, rows in _whole_blocks(path, layout, find, -1 if layout.own else column):
        if not layout.own:
            yield block, rows
            continue
        kept = without_columns(block[: rows.stop], layout, find)
        yield kept, find(kept, layout.delimiter, column, final=True)


def without_columns(block: bytes, layout: Layout, find: Callable[..., Rows]) -> bytes:
    """
    Remove the columns of an earlier check from the rows of a block.

    ``find``: ``find_rows`` of `csv_rows` or `_csv_kernel`. Returns the same rows without those
    cells and the delimiters before them.
    """
    data = np.frombuffer(block, np.uint8)
    change = np.zeros(len(data) + 1, np.int32)
    for first, last in layout.own:
        begins = find(block, layout.delimiter, first, final=True)
        ends = find(block, layout.delimiter, last, final=True)
        has = begins.widths > first
        start = begins.cell_starts[has] - (1 if first else 0)
        stop = np.where(begins.widths > last, ends.cell_ends, begins.ends)[has]
        if not first:  # the delimiter after them goes with them
            stop = np.minimum(stop + 1, begins.ends[has])
        np.add.at(change, start, 1)
        np.add.at(change, stop, -1)
    kept: bytes = data[np.cumsum(change[:-1]) == 0].tobytes()
    return kept


def _whole_blocks(
    path: Path, layout: Layout, find: Callable[..., Rows], column: int
) -> Iterator[tuple[bytes, Rows]]:
    carry = b""
    done = 0
    skip = layout.preamble
    try:
        for piece in read_bytes(path, layout.encoding):
            block = carry + piece[skip:]
            skip = 0
            rows = find(block, layout.delimiter, column, final=False)
            done += len(rows.starts)
            if len(block) - rows.stop > MAX_ROW_BYTES:
                why = f"row {done + 1:,} is longer than {MAX_ROW_BYTES >> 20} MiB"
                raise FileFormatError(
                    path, why, hint="look for a quotation mark that is not closed"
                )
            carry = block[rows.stop :]
            yield block, rows
        if carry:
            rows = find(carry, layout.delimiter, column, final=True)
            yield carry, rows
    except OpenQuoteError as error:
        line = done + 1 + _lines_before(carry, layout.delimiter, error.offset)
        why = f"a quotation mark in row {line:,} is never closed"
        raise FileFormatError(path, why, hint="close it or remove it") from error


def _lines_before(data: bytes, delimiter: bytes, offset: int) -> int:
    return len(find_rows(data[:offset], delimiter, -1, final=False).starts)


def _no_row(path: Path, head: bytes, *, whole: bool) -> FileFormatError:
    """Return the error for a file without a row at its start."""
    if not whole:
        why = f"row 1 is longer than {MAX_ROW_BYTES >> 20} MiB"
        return FileFormatError(path, why, hint="check that it is a table")
    if head.lstrip().startswith(b'"'):
        why = "a quotation mark in row 1 is never closed"
        return FileFormatError(path, why, hint="close it or remove it")
    return FileFormatError(path, "it has no rows", hint="check that the export finished")


def _cells(
    head: bytes, delimiter: bytes, codec: str, *, final: bool
) -> tuple[list[list[str]], list[int]]:
    """Split a sample of the first rows into cells; return them with their numbers, from 0."""
    try:
        rows = sample_rows(head, delimiter, final=final)
    except OpenQuoteError as error:  # reported with its row number when the whole file is read
        rows = find_rows(head[: error.offset], delimiter, -1, final=False)
    sample: list[list[str]] = []
    numbers: list[int] = []
    cells = 0
    spans = zip(rows.starts, rows.ends, rows.widths, strict=True)
    for number, (start, end, width) in enumerate(spans):
        if not width:
            continue
        if len(sample) > SAMPLE_ROWS or cells > _SAMPLE_CELLS:
            break
        sample.append(split_row(head[start:end], delimiter, codec))
        numbers.append(number)
        cells += int(width)
    return sample, numbers
