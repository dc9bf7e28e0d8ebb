"""Cut the bytes of a spreadsheet into its rows, its columns and what is between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_JOINED: Final = 1 << 20  # bytes
MAX_PIECE: Final = 32 << 20  # bytes of one row or tag; 16,384 cells of 2,000 bytes
# No group repeats possessively, here or elsewhere: Python before 3.11.5 can miss what it matches.
# Its parts begin with different bytes, so that there is one way to match.
ATTRIBUTES: Final = rb"""(?:[^<>"'/]++|"[^"<]*+"|'[^'<]*+')*"""
_TAG: Final = re.compile(rb"<[/?]?[^\s<>/?]++" + ATTRIBUTES + rb"[/?]?>")
_NAMED: Final = re.compile(
    rb"<(/?)(table:(?:table-row|table-column|table|table-rows|table-header-rows|table-row-group"
    rb"|dde-links|database-range)|office:body)(?=[\s/>])" + ATTRIBUTES + rb"(/?)>"
)
_WHOLE: Final = (b"table:table-row", b"table:table-column")


class LongPieceError(Exception):
    """A row or a tag is longer than any spreadsheet has."""


class Piece(NamedTuple):
    """
    Bytes of a spreadsheet.

    ``kind`` is the name of a tag, with a slash before it at its end; empty for what is between.
    A row or a column is one piece: ``tag``, ``inner`` and ``end``. Otherwise ``tag`` is all of it.
    """

    kind: bytes
    tag: bytes
    inner: bytes = b""
    end: bytes = b""


def pieces(blocks: Iterable[bytes]) -> Iterator[Piece]:
    """Cut blocks, in the form of ``_plain``, into pieces; joined again they are the same bytes."""
    rest = b""
    for block in blocks:
        buffer = rest + block if rest else block
        done = 0
        for piece, end in _complete(buffer):
            yield piece
            done = end
        rest = buffer[done:]
        if len(rest) > MAX_PIECE:
            raise LongPieceError
    if rest:
        yield Piece(b"", rest)


def _complete(buffer: bytes) -> Iterator[tuple[Piece, int]]:
    at, search, find = 0, _NAMED.search, buffer.find
    while found := search(buffer, at):
        start, after = found.span()
        closes, name, single = found.groups()
        if start > at:
            yield Piece(b"", buffer[at:start]), start
        at = after
        if closes or single or name not in _WHOLE:
            yield Piece(b"/" + name if closes else name, found[0]), at
            continue
        close = find(b"</" + name, after)
        at = find(b">", close) + 1 if close >= 0 else 0
        if not at:  # the rest of it is in the next block
            return
        yield Piece(name, found[0], buffer[after:close], buffer[close:at]), at
    stop = buffer.rfind(b"<", at)
    if stop < 0 or _TAG.match(buffer, stop):
        stop = len(buffer)
    if stop > at:
        yield Piece(b"", buffer[at:stop]), stop


def joined(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Join small pieces, which are slower to compress."""
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= _JOINED:
            yield b"".join(waiting)
            waiting.clear()
            size = 0
    yield b"".join(waiting)
