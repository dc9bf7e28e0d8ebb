"""The texts of cells: shared strings, inline strings and numbers as a person sees them."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Final

from localarea.tables.cells import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_TEXT: Final = 512 << 20  # bytes of all shared strings together
_MOST_ONE: Final = 16 << 20  # bytes of one shared string, with its formats
_KNOWN: Final = 1 << 14  # texts that are kept decoded
_CELLS_KNOWN: Final = 1 << 16  # texts of cells that are kept decoded
_TEXT: Final = re.compile(rb"<(?:[\w.-]+:)?t(?: [^<>]*)?(?:/>|>([^<]*)</(?:[\w.-]+:)?t>)")
_ONE_RUN: Final = re.compile(rb"<is><t(?: [^<>]*[^<>/])?>([^<]*)</t></is>")
_READING: Final = re.compile(rb"<(?:[\w.-]+:)?rPh\b.*?</(?:[\w.-]+:)?rPh>", re.DOTALL)
_AS_SHOWN: Final = re.compile(rb"-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{0,4}[1-9])?")
_CODE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE: Final = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def plain_text(data: bytes | bytearray) -> str:
    r"""
    Decode the text between two tags.

    Parameters
    ----------
    data : bytes
        UTF-8, with references such as ``&amp;``, and ``_x000D_`` for characters outside XML.

    Examples
    --------
    >>> plain_text(b"A &amp; B&#10;C_x000D_")
    'A & B\nC\r'
    """
    text = data.decode()
    if "&" in text:
        text = _REFERENCE.sub(_character, text)
    if "_x" in text:
        text = _CODE.sub(lambda found: chr(int(found[1], 16)), text)
    return text


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    return chr(int(found[1], 16) if found[1] else int(found[2]))


def rich_text(data: bytes) -> str:
    """
    Join the runs of a text, without their formats and without phonetic readings.

    ``data``: XML of a shared or inline string.

    Examples
    --------
    >>> rich_text(b"<r><t>CO1 </t></r><r><rPr><b/></rPr><t>1JB</t></r>")
    'CO1 1JB'
    """
    whole = _ONE_RUN.fullmatch(data)
    if whole is not None:
        return plain_text(whole[1])
    if b"rPh" in data:
        data = _READING.sub(b"", data)
    return plain_text(b"".join(_TEXT.findall(data)))


class SharedStrings(dict[bytes, str]):
    """
    The shared strings of a workbook, held as bytes and decoded when asked for.

    Keys are the numbers as the cells write them.

    Parameters
    ----------
    blocks : iterable of bytes
        UTF-8 XML of the part, well-formed.
    prefix : bytes
        Prefix of its elements with a colon, or nothing.
    """

    def __init__(self, blocks: Iterable[bytes] = (), prefix: bytes = b"") -> None:
        super().__init__()
        self._held = bytearray()
        self._ends = array("Q")
        self._rich: set[int] = set()
        self._read(blocks, prefix)

    def __len__(self) -> int:
        """Return the number of strings."""
        return len(self._ends)

    def __missing__(self, key: bytes) -> str:
        """Decode a string; texts that recur stay decoded."""
        number = int(key)
        if not 0 <= number < len(self._ends):
            raise ValueError(f"there is no shared string {number}")
        start = self._ends[number - 1] if number else 0
        held = self._held[start : self._ends[number]]
        text = rich_text(bytes(held)) if number in self._rich else plain_text(held)
        if dict.__len__(self) >= _KNOWN:
            self.clear()
        self[key] = text
        return text

    def _read(self, blocks: Iterable[bytes], prefix: bytes) -> None:
        """Split the part at its items; an item of one run is kept as its text, others as XML."""
        item = re.compile(
            rb"<%bsi(?: [^<>]*)?(?:/>|>(?:<%bt(?: [^<>]*)?>([^<]*)</%bt>\s*</%bsi>|(.*?)</%bsi>))"
            % ((prefix,) * 5),
            re.DOTALL,
        )
        rest, begun = b"", False
        for block in blocks:
            rest += block
            at = 0
            for found in item.finditer(rest):
                if begun and found.start() > at and rest[at : found.start()].strip():
                    raise ValueError("its shared strings cannot be told apart")
                at, begun = found.end(), True
                plain, rich = found.groups()
                if plain is not None:
                    self._held += plain
                elif rich and rich.strip():
                    self._held += rich
                    self._rich.add(len(self._ends))
                self._ends.append(len(self._held))
            rest = rest[at:]
            if len(self._held) > _MOST_TEXT or len(rest) > _MOST_ONE:
                raise ValueError("its texts are longer than the limits")


class Numbers(dict[bytes, str]):
    """Texts of numbers as cells hold them, such as ``12`` for ``12.0``."""

    def all(self, values: Sequence[bytes]) -> list[str]:
        """Convert several numbers."""
        return [value.decode() if value.isdigit() else self[value] for value in values]

    def __missing__(self, key: bytes) -> str:
        """Convert a number; what is none stays as written."""
        if _AS_SHOWN.fullmatch(key):
            return key.decode()
        text = key.decode().strip()
        if not text.isdecimal():
            try:
                text = cell_text(float(text))
            except (ValueError, OverflowError):
                text = plain_text(key)
        if len(self) >= _KNOWN:
            self.clear()
        self[key] = text
        return text


class PlainTexts(dict[bytes, str]):
    """Texts of cells by what they hold; such as names and postcodes recur."""

    def __missing__(self, key: bytes) -> str:
        """Decode a text; what recurs is kept."""
        if len(self) >= _CELLS_KNOWN:
            self.clear()
        text = self[key] = plain_text(key)
        return text
