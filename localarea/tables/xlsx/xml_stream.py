"""
Read a large part of XML in blocks, well-formed and in one plain form.

Rows are found by their bytes, which is fast but needs XML as programs usually write it. Here
every block passes through expat, which refuses what is not well-formed, and a part in another form
(UTF-16, comments or CDATA among the cells, other quotes) is written again in the plain form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BLOCK: Final = 1 << 20
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_BOM: Final = b"\xef\xbb\xbf"
_QUOTE: Final = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_RETURN: Final = {"\r": "&#13;"}


class NotPlainError(Exception):
    """XML that must be written again before its rows can be found by their bytes."""


def checked_blocks(blocks: Iterable[bytes], *, plain: bool) -> Iterator[bytes]:
    """
    Return the blocks of a part in plain form.

    Parameters
    ----------
    plain : bool
        Whether to expect it in plain form; otherwise it is written again.

    Returns
    -------
    iterator of bytes
        Blocks of UTF-8. Faults are raised as the blocks are taken.

    Raises
    ------
    NotPlainError
        If it was expected in plain form and is not.
    ValueError
        If it declares a document type.
    xml.parsers.expat.ExpatError
        If it is not well-formed.
    """
    return _as_they_are(blocks) if plain else _anew(blocks)


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_: object) -> None:
    raise ValueError("it declares a document type")


def _not_plain(*_: object) -> None:
    raise NotPlainError


def _as_they_are(blocks: Iterable[bytes]) -> Iterator[bytes]:
    parser = _parser()
    parser.CommentHandler = parser.StartCdataSectionHandler = _not_plain
    parser.ProcessingInstructionHandler = _not_plain
    first = True
    for block in blocks:
        data = block
        if first:
            data = block.removeprefix(_BOM)
            found = _ENCODING.match(data)
            named = found[1].lower() if found else b"utf-8"
            if named not in (b"utf-8", b"us-ascii") or b"\x00" in data[:4]:
                raise NotPlainError
            if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise NotPlainError
        first = False
        parser.Parse(data, False)
        yield data
    parser.Parse(b"", True)


class _Writer:
    """Write what expat reports: double quotes, names first, no CDATA, comments outside rows."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.open: str | None = None
        self.depth = 0
        self.rows_at = 0  # depth of the element that holds the rows; 0 outside

    def start(self, name: str, attributes: list[str]) -> None:
        self.finish()
        self.depth += 1
        local = name.rpartition(":")[2]
        if local == "sheetData" and self.depth == 2:
            self.rows_at = self.depth
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        if self.rows_at and local in ("row", "c"):
            pairs.sort(key=lambda pair: pair[0] != "r")
        said = "".join(f' {key}="{escape(value, _QUOTE)}"' for key, value in pairs)
        self.open = f"<{name}{said}"

    def finish(self) -> None:
        if self.open is not None:
            self.pieces.append(f"{self.open}>")
            self.open = None

    def end(self, name: str) -> None:
        if self.open is not None:
            self.pieces.append(f"{self.open}/>")
            self.open = None
        else:
            self.pieces.append(f"</{name}>")
        if self.depth == self.rows_at:
            self.rows_at = 0
        self.depth -= 1

    def text(self, data: str) -> None:
        if self.depth:
            self.finish()
            self.pieces.append(escape(data, _RETURN))

    def comment(self, data: str) -> None:
        if self.depth and not self.rows_at:
            self.finish()
            self.pieces.append(f"<!--{data}-->")

    def instruction(self, target: str, data: str) -> None:
        if self.depth and not self.rows_at:
            self.finish()
            self.pieces.append(f"<?{target} {data}?>")

    def take(self) -> bytes:
        data = "".join(self.pieces).encode()
        self.pieces.clear()
        return data


def _anew(blocks: Iterable[bytes]) -> Iterator[bytes]:
    parser, writer = _parser(), _Writer()
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = writer.start, writer.end
    parser.CharacterDataHandler = writer.text
    parser.CommentHandler = writer.comment
    parser.ProcessingInstructionHandler = writer.instruction
    yield b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    for block in blocks:
        parser.Parse(block, False)
        yield writer.take()
    parser.Parse(b"", True)
    yield writer.take()
