"""The values of the cells of a row, in the form in which saved files are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.tables.plain_values import day_number, plain_number, plain_value, shown_day
from localarea.tables.xlsx.references import column_of
from localarea.tables.xlsx.sheet_stream import FoundCell, cell_pattern
from localarea.tables.xlsx.texts import plain_text, rich_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localarea.tables.xlsx.texts import SharedStrings

_TYPE: Final = re.compile(rb' t="([A-Za-z]+)"')
_STYLE: Final = re.compile(rb' s="([0-9]+)"')
# A number that is compared as it is written, if it has at most twelve digits.
_AS_COMPARED: Final = re.compile(
    rb"0|-?[1-9][0-9]*(?:\.[0-9]*[1-9])?|-?0\.0{0,3}[1-9](?:[0-9]*[1-9])?"
)
_SHORT: Final = 12  # characters
_ZERO: Final = ord("0")
_KNOWN: Final = 1 << 16  # values that stay converted
_ATTRIBUTES: Final = 1 << 14  # forms of the attributes of cells that stay known


class RowValues:
    """
    Read the values of rows; what recurs is converted once.

    Parameters
    ----------
    strings : SharedStrings
        Those of the workbook.
    prefix : bytes
        Prefix of the sheet's elements with a colon, or nothing.
    days : frozenset of bytes
        Numbers of the styles whose numbers are shown as days.
    truths : bool
        Whether the result of ``TRUE()`` or ``FALSE()`` is a truth value even if the cell says that
        it is a number. LibreOffice writes a truth value so if the cell has a format of its own.
    """

    def __init__(
        self,
        strings: SharedStrings,
        prefix: bytes,
        days: frozenset[bytes] = frozenset(),
        *,
        truths: bool = True,
    ) -> None:
        self._pattern = cell_pattern(prefix)
        self._strings, self._days = strings, days
        self._kinds: dict[bytes, KnownValues] = {}
        self._known: dict[tuple[bytes, bool], KnownValues] = {}
        self._inline_texts: dict[bytes, str] = {}
        self._columns: dict[bytes, int] = {}
        self._value = re.compile(rb"<%bv(?: [^<>]*)?>([^<]*)</%bv>" % (prefix, prefix))
        self._inline = re.compile(rb"<%bis[ />].*" % prefix, re.DOTALL)
        tags = {b"f": prefix + b"f", b"v": prefix + b"v"}
        truth = rb"<%(f)b(?: [^<>]*)?>(?:TRUE|FALSE)\(\)</%(f)b>\s*<%(v)b>([01])</%(v)b>" % tags
        self._truth = re.compile(truth).match if truths else None

    def cells(self, content: bytes) -> list[str]:
        """
        Read a row.

        ``content``: its XML, with or without its own tags. Returns values without a blank end.
        """
        return self.of(self._pattern.findall(content))

    def of(self, found: Iterable[FoundCell]) -> list[str]:
        """
        Read the cells of a row.

        ``found``: what `cell_pattern` finds in it. Returns values without a blank end.
        """
        cells: list[str] = []
        kinds, columns = self._kinds, self._columns
        at = -1
        for letters, attributes, value, other in found:
            if letters:
                place = columns.get(letters)
                at = self._place(letters) if place is None else place
            else:
                at += 1
            if value:
                known = kinds.get(attributes)
                text = (self.table(attributes) if known is None else known)[value]
            elif other:
                text = self.other(attributes, other)
            else:
                continue
            if text:
                if at > len(cells):
                    cells += [""] * (at - len(cells))
                cells.append(text)
        return cells

    def _place(self, letters: bytes) -> int:
        self._columns[letters] = column_of(letters.decode())
        return self._columns[letters]

    def table(self, attributes: bytes) -> KnownValues:
        """Return the values of cells of one type."""
        named, styled = _TYPE.search(attributes), _STYLE.search(attributes)
        kind = named[1] if named else b"n"
        day = kind == b"n" and styled is not None and styled[1] in self._days
        if (kind, day) not in self._known:
            self._known[kind, day] = KnownValues(kind, day=day, strings=self._strings)
        found = self._known[kind, day]
        if len(self._kinds) < _ATTRIBUTES:
            self._kinds[attributes] = found
        return found

    def other(self, attributes: bytes, content: bytes) -> str:
        """
        Read a cell with a formula, an inline string of several runs or attributes of its value.

        ``attributes``: its attributes.
        """
        text = self._inline_texts.get(content)
        if text is not None:
            return text
        truth = self._truth(content) if self._truth else None
        if truth is not None:
            return "TRUE" if truth[1] == b"1" else "FALSE"
        inline = self._inline.search(content)
        if inline is None:
            found = self._value.search(content)
            return self.table(attributes)[found[1]] if found is not None and found[1] else ""
        text = plain_value(rich_text(inline[0]))
        if len(self._inline_texts) < _KNOWN:  # what a check adds recurs
            self._inline_texts[content] = text
        return text


class KnownValues(dict[bytes, str]):
    """Values of cells of one type by what they hold."""

    def __init__(self, kind: bytes, *, day: bool, strings: SharedStrings) -> None:
        super().__init__()
        self._type, self._day, self._strings = kind, day, strings

    def all(self, values: Sequence[bytes]) -> list[str]:
        """Convert what several cells hold."""
        if self._type == b"n" and not self._day:
            return [
                v.decode() if v.isdigit() and len(v) <= _SHORT and v[0] != _ZERO else self[v]
                for v in values
            ]
        return list(map(self.__getitem__, values))

    def __missing__(self, key: bytes) -> str:
        """Convert what a cell holds; what recurs is kept."""
        text = self._converted(key)
        if self._day:
            text = shown_day(float(text)) if text else ""
        if len(self) >= _KNOWN:
            self.clear()
        self[key] = text
        return text

    def _converted(self, value: bytes) -> str:
        kind = self._type
        if kind == b"s":
            return plain_value(self._strings[value])
        if kind == b"n" and len(value) <= _SHORT and _AS_COMPARED.fullmatch(value):
            return value.decode()
        text = plain_text(value)
        if kind == b"n":
            return plain_number(float(text)) if text.strip() else ""
        if kind == b"b":
            return "TRUE" if text.strip() in ("1", "true") else "FALSE"
        return day_number(text) if kind == b"d" else plain_value(text)
