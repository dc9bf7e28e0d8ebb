"""Detect how a text file is written: its encoding and its delimiter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.tables.delimited.csv_rows import MAX_ROW_BYTES, OpenQuoteError, Rows, find_rows
from localarea.tables.delimited.encoding import TextEncoding, detect_encoding, read_bytes

if TYPE_CHECKING:
    from pathlib import Path

DELIMITERS: Final = (b",", b";", b"\t", b"|")
SAMPLE_ROWS: Final = 200
_SAMPLE_BYTES: Final = 1 << 16


def read_form(path: Path) -> tuple[TextEncoding, bytes]:
    """
    Detect how a text file is written, whatever is in it.

    Returns
    -------
    TextEncoding
        Its encoding.
    bytes
        Its delimiter, one ASCII character.

    Raises
    ------
    FileFormatError
        If it is empty or not text.
    """
    encoding, delimiter, *_ = text_form(path)
    return encoding, delimiter


def text_form(path: Path) -> tuple[TextEncoding, bytes, int, bytes, bool]:
    """
    Detect how a text file is written, and return its start.

    Returns
    -------
    TextEncoding
        Its encoding.
    bytes
        Its delimiter, one ASCII character.
    int
        Length of the line that states the delimiter.
    bytes
        The start of the file after it.
    bool
        Whether that is the whole file.

    Raises
    ------
    FileFormatError
        If it is empty or not text.
    """
    encoding = detect_encoding(path)
    head, whole = _head(path, encoding)
    delimiter, preamble = _stated_delimiter(head)
    head = head[preamble:]
    return encoding, delimiter or _best_delimiter(path, head, final=whole), preamble, head, whole


def _head(path: Path, encoding: TextEncoding) -> tuple[bytes, bool]:
    """Read the start of a file, and return whether it is the whole file."""
    pieces = read_bytes(path, encoding)
    head = b""
    for piece in pieces:
        head += piece
        if len(head) > MAX_ROW_BYTES or (len(head) >= _SAMPLE_BYTES and _holds_a_line(head)):
            return head, False
    return head, True


def _holds_a_line(head: bytes) -> bool:
    return b"\n" in head or b"\r" in head


def _stated_delimiter(head: bytes) -> tuple[bytes | None, int]:
    line = head[:16].splitlines(keepends=True)[:1]
    if line and line[0][:4].lower() == b"sep=" and line[0][5:] in {b"\n", b"\r\n", b"\r"}:
        return line[0][4:5], len(line[0])
    return None, 0


def _best_delimiter(path: Path, head: bytes, *, final: bool) -> bytes:
    """Return the delimiter that gives most rows the width of the first, and the widest rows."""
    scores: list[tuple[float, int, int]] = []
    for place, delimiter in enumerate(DELIMITERS):
        if delimiter not in head:
            continue
        try:
            widths = sample_rows(head, delimiter, final=final).widths[:SAMPLE_ROWS]
        except OpenQuoteError:
            continue
        filled = widths[widths > 0]
        if not len(filled):
            continue
        # The first row may be a title in a single cell: then use the most common width.
        width = int(filled[0]) if filled[0] > 1 else int(np.bincount(filled).argmax())
        if width > 1:
            scores.append((round(float((filled == width).mean()), 1), width, -place))
    if scores:
        return DELIMITERS[-max(scores)[2]]
    return b"\t" if path.suffix.lower() in {".tsv", ".tab"} else b","


def sample_rows(head: bytes, delimiter: bytes, *, final: bool) -> Rows:
    """
    Find the first rows of a file.

    ``delimiter``: one ASCII character. At least one row, unless there is none.
    """
    part = head[:_SAMPLE_BYTES]
    rows = find_rows(part, delimiter, -1, final=final and len(part) == len(head))
    if not len(rows.starts) and len(part) < len(head):
        return find_rows(head, delimiter, -1, final=final)
    return rows
