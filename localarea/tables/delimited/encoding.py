"""Detect the encoding of a text file from its byte order mark, then from all of its bytes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.errors import FileFormatError
from localarea.tables.file_kinds import refuse_other_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK: Final = (
    1 << 22
)  # bytes read at a time: large enough to be fast, small enough to bound memory
_HEAD: Final = 1 << 16
# Share of zero bytes in either half of the characters of Latin text in UTF-16.
_ZERO_HALF, _LETTER_HALF = 0.4, 0.1

_SAVE_AS_CSV: Final = "save it as CSV and try again"
_MARKS: Final = (  # longer ones first: UTF-32 LE starts with the mark of UTF-16 LE
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNDEFINED_IN_CP1252: Final = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
_CONTROLS: Final = bytes([*range(9), *range(14, 32), 127])
_MOST_CONTROLS = 0.1  # largest share of control characters in text


@dataclass(frozen=True, slots=True)
class TextEncoding:
    """
    The encoding of a file.

    ``wide``: True for UTF-16 and UTF-32, which are not ASCII-compatible.
    """

    codec: str
    mark: bytes = b""
    wide: bool = False


def detect_encoding(path: Path) -> TextEncoding:
    """
    Detect the encoding of a text file.

    A byte order mark decides; otherwise, the pattern of zero bytes (UTF-16); then
    whether the whole file is valid UTF-8. Anything else is Windows-1252, or charset-
    normalizer's guess if a byte is undefined in Windows-1252.

    Raises
    ------
    FileFormatError
        If the file is empty, is a spreadsheet or Parquet, or has too many control
        characters.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise FileFormatError(path, "the file is empty", hint="check that the export finished")
    refuse_other_kinds(path)
    _refuse_tables_of_other_kinds(path, head)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return TextEncoding(codec, mark, wide=codec != "utf-8")
    wide = _wide_without_mark(head)
    if wide:
        return TextEncoding(wide, wide=True)
    if len(head.translate(None, _CONTROLS)) < (1 - _MOST_CONTROLS) * len(head):
        why = "it is not a text file (too many control characters)"
        raise FileFormatError(path, why, hint=_SAVE_AS_CSV)
    return TextEncoding(_narrow_codec(path))


def _refuse_tables_of_other_kinds(path: Path, head: bytes) -> None:
    """Raise an error for a spreadsheet or Parquet, which other readers accept."""
    for mark, kind in ((b"PK\x03\x04", "a spreadsheet"), (b"PAR1", "a Parquet file")):
        if head.startswith(mark):
            raise FileFormatError(path, f"it is {kind}", hint=_SAVE_AS_CSV)


def read_bytes(path: Path, encoding: TextEncoding) -> Iterator[bytes]:
    """
    Read a file in ASCII-compatible pieces, without its byte order mark.

    ``encoding``: its encoding; UTF-16 and UTF-32 are converted to UTF-8. FileFormatError if a
    UTF-16 or UTF-32 file ends in the middle of a character.
    """
    with path.open("rb") as file:
        file.seek(len(encoding.mark))
        if not encoding.wide:
            while piece := file.read(CHUNK):
                yield piece
            return
        # Lone surrogates of UTF-16 pass in both directions, so that the content is preserved.
        decoder = codecs.getincrementaldecoder(encoding.codec)("surrogatepass")
        try:
            while piece := file.read(CHUNK):
                yield decoder.decode(piece).encode("utf-8", "surrogatepass")
            yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            why = f"it is not valid {encoding.codec} text: {error.reason}"
            raise FileFormatError(path, why, hint="export it again as UTF-8") from error


def write_bytes_as(piece: bytes | memoryview, encoding: TextEncoding) -> bytes | memoryview:
    """
    Convert a piece from :func:`read_bytes` back to the file's encoding.

    ``piece``: whole characters.
    """
    if not encoding.wide:
        return piece
    text = str(piece, "utf-8", "surrogatepass")
    return text.encode(encoding.codec, "surrogatepass")


def inner_codec(encoding: TextEncoding) -> str:
    """
    Return the codec of the pieces from :func:`read_bytes`.

    UTF-8 for wide encodings, otherwise the encoding's own codec.
    """
    return "utf-8" if encoding.wide else encoding.codec


def _wide_without_mark(head: bytes) -> str | None:
    """Detect UTF-16 without a mark: in mostly ASCII text, every second byte is zero."""
    pairs = len(head) // 2
    if pairs == 0:
        return None
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if odd > _ZERO_HALF and even < _LETTER_HALF:
        return "utf-16-le"
    return "utf-16-be" if even > _ZERO_HALF and odd < _LETTER_HALF else None


def _narrow_codec(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    beyond = bytearray()  # a sample of the non-ASCII bytes, for the guess
    is_utf8 = True
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            if piece.isascii() and not decoder.getstate()[0]:
                continue
            is_utf8 = is_utf8 and _continues(decoder, piece)
            if len(beyond) < _HEAD:
                beyond += piece[: _HEAD * 4]
            if not is_utf8 and len(beyond) >= _HEAD:
                break
    if is_utf8 and not decoder.getstate()[0]:
        return "utf-8"
    if not any(byte in beyond for byte in _UNDEFINED_IN_CP1252):
        return "cp1252"
    return _best_guess(bytes(beyond))


def _continues(decoder: codecs.IncrementalDecoder, piece: bytes) -> bool:
    try:
        decoder.decode(piece)
    except UnicodeDecodeError:
        return False
    return True


def _best_guess(sample: bytes) -> str:
    """Return charset-normalizer's guess, or Latin-1, in which every byte is defined."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    ascii_text = bytes(range(9, 127))
    try:
        if best and ascii_text.decode(best.encoding).encode("ascii") == ascii_text:
            return best.encoding
    except UnicodeError:
        pass
    return "latin-1"
