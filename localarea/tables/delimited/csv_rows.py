"""
Find the rows of delimited text in its bytes, and add cells to them.

The bytes of every row are preserved: rows are located, not parsed and written
again. A cell that starts with a quotation mark ends at the next single one, even
across line ends; a quotation mark elsewhere is an ordinary character. Lines end in
LF, CRLF or CR, even mixed.

This module is the specification, and is used for small files; ``_csv_kernel`` is the
compiled equivalent, and a property test compares the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.errors import InputError
from localarea.geo.postcodes import OUTWARD, WHOLE, outward_of, postcode_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_ROW_BYTES: Final = 8 << 20  # a longer row means an unclosed quotation mark
MAX_COLUMNS: Final = 16_384  # Excel's limit


class OpenQuoteError(InputError):
    """
    A quotation mark that is not closed by the end of the text.

    Parameters
    ----------
    offset : int
        Byte at which it opens.
    """

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(f"a quotation mark opened at byte {offset} is never closed")


@dataclass(frozen=True, slots=True)
class Rows:
    """
    The positions of rows in a block of bytes.

    Attributes
    ----------
    starts, ends, nexts : numpy.ndarray of int32, shape (n_rows,)
        First byte of each row, the byte after its last cell, and the byte after its
        line end.
    widths : numpy.ndarray of int32, shape (n_rows,)
        Number of cells; 0 for an empty line, -1 for a row to which nothing is to be added.
    cell_starts, cell_ends : numpy.ndarray of int32, shape (n_rows,)
        Start and end of the requested cell, including quotation marks; an empty range
        if the row has no such cell.
    stop : int
        Start of the first row that is incomplete in the block.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    nexts: NDArray[np.int32]
    widths: NDArray[np.int32]
    cell_starts: NDArray[np.int32]
    cell_ends: NDArray[np.int32]
    stop: int


def rows_of_table(table: NDArray[np.int32], stop: int) -> Rows:
    """
    Wrap a table of positions.

    Parameters
    ----------
    table : numpy.ndarray of int32, shape (6, n_rows)
        Starts, ends, nexts, widths, and starts and ends of cells.
    stop : int
        Start of the first incomplete row.
    """
    starts, ends, nexts, widths, cell_starts, cell_ends = table
    return Rows(starts, ends, nexts, widths, cell_starts, cell_ends, stop)


@cache
def _cell_pattern(delimiter: bytes) -> re.Pattern[bytes]:
    plain = rb"[^%s\r\n]*" % re.escape(delimiter)
    return re.compile(rb'("[^"]*(?:""[^"]*)*"(?!"))?' + plain)


def find_rows(data: bytes, delimiter: bytes, column: int, *, final: bool) -> Rows:
    """
    Find the rows of a block.

    Parameters
    ----------
    data : bytes
        Text in an ASCII-compatible encoding, starting at the start of a row.
    delimiter : bytes
        One ASCII character.
    column : int
        Position of the cell to find in each row, from 0; -1 for none.
    final : bool
        Whether the block is the end of the text.

    Returns
    -------
    Rows
        The complete rows.

    Raises
    ------
    OpenQuoteError
        If the text ends within quotation marks.
    """
    found: list[tuple[int, ...]] = []
    position, size = 0, len(data)
    while position < size:
        row = _find_row(data, position, delimiter, column, final=final)
        if row is None:
            break
        found.append(row)
        position = row[2]
    return rows_of_table(np.array(found, np.int32).reshape(-1, 6).T, position)


def _find_row(
    data: bytes, start: int, delimiter: bytes, column: int, *, final: bool
) -> tuple[int, ...] | None:
    cell, size = _cell_pattern(delimiter), len(data)
    width, at = 0, start
    cell_start = cell_end = start
    while True:
        match = cell.match(data, at)
        end = match.end() if match else at
        if match and match[1] is None and data[at : at + 1] == b'"':
            if final:
                raise OpenQuoteError(at)
            return None
        if width == column:
            cell_start, cell_end = at, end
        width += 1
        if data[end : end + 1] != delimiter:
            break
        at = end + 1
    after = _after_line_end(data, end, size, final=final)
    if after is None:
        return None
    if end == start:
        width = 0
    return start, end, after, width, cell_start, cell_end


def _after_line_end(data: bytes, end: int, size: int, *, final: bool) -> int | None:
    if end == size:
        return size if final else None
    if data[end : end + 2] == b"\r\n":
        return end + 2
    if data[end : end + 1] == b"\r" and end + 1 == size and not final:
        return None  # the LF may be in the next block
    return end + 1


@dataclass(frozen=True, slots=True)
class Pool:
    """
    Pieces of text, one after another, as the compiled code takes them.

    Attributes
    ----------
    text : numpy.ndarray of uint8
        The pieces, and maybe room after them.
    begins : numpy.ndarray of int64, shape (n_pieces + 1,)
        Start of each piece in the text, and the end of the last.
    """

    text: NDArray[np.uint8]
    begins: NDArray[np.int64]

    @classmethod
    def of(cls, pieces: Sequence[bytes]) -> Pool:
        """Lay out pieces."""
        return cls(np.empty(0, np.uint8), np.zeros(1, np.int64)).with_more(pieces)

    def with_more(self, pieces: Sequence[bytes]) -> Pool:
        """
        Return a pool with more pieces.

        This pool stays as it is, though it may share the text.
        """
        new = np.frombuffer(b"".join(pieces), np.uint8)
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        end = int(self.begins[-1])
        text = self.text
        if end + len(new) > len(text):
            text = np.empty(2 * (end + len(new)), np.uint8)
            text[:end] = self.text[:end]
        text[end : end + len(new)] = new
        return Pool(text, np.concatenate([self.begins, end + np.cumsum(lengths)]))


@dataclass(frozen=True, slots=True)
class AddedCells:
    """
    Cells to add to each row: a postcode, and text composed of pieces.

    Attributes
    ----------
    codes : numpy.ndarray of uint8, shape (n_rows,)
        Result of parsing: ``WHOLE``, ``OUTWARD`` or neither.
    numbers : numpy.ndarray of uint32, shape (n_rows,)
        Key of the postcode or number of the outward code.
    which : numpy.ndarray of int32, shape (n_rows, n_pieces)
        Indices of the pieces after the postcode, the first of which starts with a
        delimiter.
    pieces : sequence of bytes
        The pieces, the first of which is empty.
    pool : Pool, optional
        The same pieces for the compiled code, if they are laid out already.
    """

    codes: NDArray[np.uint8]
    numbers: NDArray[np.uint32]
    which: NDArray[np.int32]
    pieces: Sequence[bytes]
    pool: Pool | None = None


def add_cells(data: bytes, rows: Rows, added: AddedCells, *, width: int, delimiter: bytes) -> bytes:
    """
    Add cells at the end of each row.

    Parameters
    ----------
    data : bytes
        Block of bytes that holds the rows.
    width : int
        Number of cells before the added ones; shorter rows are padded with empty
        cells.
    delimiter : bytes
        One ASCII character.

    Returns
    -------
    bytes
        The rows, each with its original line end. In a table of more than one
        column, nothing is added to an empty line.
    """
    parts: list[bytes] = []
    for row, which in enumerate(added.which.tolist()):
        start, end, after = int(rows.starts[row]), int(rows.ends[row]), int(rows.nexts[row])
        cells = int(rows.widths[row])
        parts.append(data[start:end])
        if cells > 0 or (cells == 0 and width == 1):
            parts.append(delimiter * (width - max(cells, 1) + 1))
            parts.append(postcode_cell(int(added.codes[row]), int(added.numbers[row])).encode())
            parts += [added.pieces[piece] for piece in which]
        parts.append(data[end:after])
    return b"".join(parts)


def postcode_cell(code: int, number: int) -> str:
    """Format the postcode that was parsed from a cell."""
    if code == WHOLE:
        return postcode_of(number)
    return outward_of(number) if code == OUTWARD else ""


def plain_cell(raw: bytes, codec: str) -> str:
    """
    Decode a cell and remove its quotation marks.

    ``raw``: the cell as in the file. Returns the text, with undecodable bytes replaced.
    """
    if raw.startswith(b'"'):
        inner, _, rest = raw[1:].rpartition(b'"')
        raw = inner.replace(b'""', b'"') + rest
    return raw.decode(codec, "replace")


def split_row(row: bytes, delimiter: bytes, codec: str) -> list[str]:
    """
    Split a row into the text of its cells.

    ``row``: a row without its line end. ``delimiter``: one ASCII character.
    """
    cells, at = [], 0
    pattern = _cell_pattern(delimiter)
    while True:
        match = pattern.match(row, at)
        end = match.end() if match else len(row)
        cells.append(plain_cell(row[at:end], codec))
        if end >= len(row):
            return cells
        at = end + 1
