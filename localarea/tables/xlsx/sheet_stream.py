"""Stream the rows of a sheet: each as its bytes, and its cells as texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.tables.xlsx.references import MAX_ROWS, ColumnsByLetters
from localarea.tables.xlsx.texts import Numbers, PlainTexts, SharedStrings, rich_text
from localarea.tables.xlsx.xml_stream import NotPlainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_MOST_ROW: Final = 64 << 20  # bytes of one row
_MOST_ROUND: Final = 64 << 20  # bytes before or after the rows
_MOST_TAG: Final = 4_096  # bytes of a start tag
_SLASH: Final = 47
_KNOWN: Final = 1 << 16  # inline strings that stay read
_SHORT: Final = 200  # bytes of one of them
_ROOT: Final = re.compile(rb"<(?:([\w.-]+):)?worksheet[\s>/]")
_ATTRIBUTES: Final = rb'(?: (?!r=)[\w:.-]+="[^"<>]*")*'
_TYPE: Final = re.compile(rb' t="([A-Za-z]+)"')
_STYLE: Final = re.compile(rb' s="([0-9]+)"')
_SHARED, _NUMBER, _TEXT, _TRUTH = range(4)
KINDS: Final = 4
_TYPES: Final = {b"s": _SHARED, b"n": _NUMBER, b"b": _TRUTH}

# Letters of its column, other attributes, plain value, and whatever else it holds.
FoundCell = tuple[bytes, bytes, bytes, bytes]


class Row(NamedTuple):
    """
    A row as its bytes.

    Attributes
    ----------
    number : int
        Its number, from 0.
    tag : bytes
        Its start tag, after the white space before it; an empty row ends here.
    """

    number: int
    tag: bytes
    content: bytes


class Cell(NamedTuple):
    """
    A cell.

    Attributes
    ----------
    column : int
        Column, from 0.
    text : str
        What it shows, without the format of its number; empty for a blank cell.
    waiting : bool
        Whether it holds a formula without a calculated value.
    """

    column: int
    text: str
    style: int
    filled: bool
    waiting: bool = False


class SheetStream:
    """
    A sheet in blocks of plain XML.

    Parameters
    ----------
    blocks : iterable of bytes
        From `checked_blocks`.
    known : bool
        Whether the rows were read before, or are read by the caller, so need not be held to the
        plain form here.

    Attributes
    ----------
    head, tail : bytes
        What stands before and after the element of the rows; the tail once all rows were read.
    prefix : bytes
        Prefix of its elements with a colon, or nothing.
    """

    def __init__(self, blocks: Iterable[bytes], *, known: bool = False) -> None:
        self._blocks, self._known = iter(blocks), known
        self.head = self.tail = self.prefix = b""

    def rows(self) -> Iterator[Row]:
        """
        Iterate over the rows.

        NotPlainError if a row is not in the plain form. ValueError if it is no sheet, rows are not
        in order, or a part of it exceeds the limits.
        """
        buffer = self._read_head()
        if buffer is None:
            return
        shape = _RowShape(self.prefix, known=self._known)
        at, number = 0, -1
        while True:
            found = shape.row_at(buffer, at)
            if found is not None:
                stated, inner, content, stop = found
                number = stated if stated is not None else number + 1
                self._require_order(number)
                yield Row(number, buffer[at:inner], content)
                at = stop
                continue
            start = _after_space(buffer, at)
            if buffer.startswith(shape.last_tag, start):
                self.tail = self._read_tail(buffer[at:])
                return
            block = next(self._blocks, None)
            if block is None:
                raise ValueError("its rows have no end")
            buffer, at = buffer[at:] + block, 0
            if len(buffer) > _MOST_ROW + len(block):
                raise ValueError(f"row {number + 2:,} is longer than the limits")

    def _require_order(self, number: int) -> None:
        last = getattr(self, "_last", -1)
        if number <= last:
            raise ValueError(f"row {number + 1:,} stands after row {last + 1:,}")
        if number >= MAX_ROWS:
            raise ValueError(f"it has a row {number + 1:,}")
        self._last = number

    def _read_head(self) -> bytes | None:
        """Read up to the rows; None if there are none."""
        buffer = b""
        for block in self._blocks:
            buffer += block
            root = _ROOT.search(buffer)
            if root:
                self.prefix = root[1] + b":" if root[1] else b""
                data = re.compile(rb"<%bsheetData ?(/?)>" % self.prefix).search(buffer)
                if data:
                    self.head = buffer[: data.start()]
                    if not data[1]:
                        return buffer[data.end() :]
                    self.tail = self._read_tail(buffer[data.end() :], empty=True)
                    return None
            if len(buffer) > _MOST_ROUND:
                raise ValueError("it has more before its rows than the limits allow")
        raise NotPlainError

    def _read_tail(self, buffer: bytes, *, empty: bool = False) -> bytes:
        pieces, size = [buffer], len(buffer)
        for block in self._blocks:
            pieces.append(block)
            size += len(block)
            if size > _MOST_ROUND:
                raise ValueError("it has more after its rows than the limits allow")
        whole = b"".join(pieces)
        return whole if empty else whole.partition(b"</%bsheetData>" % self.prefix)[2]


def _after_space(buffer: bytes, at: int) -> int:
    end = len(buffer)
    while at < end and buffer[at] in b" \t\r\n":
        at += 1
    return at


class _RowShape:
    """The plain form of a row, whose content is held to it whole."""

    def __init__(self, prefix: bytes, *, known: bool) -> None:
        self._whole = None if known else plain_row(prefix)
        name = prefix + b"row"
        self._start = re.compile(rb'<%b(?: r="([0-9]{1,7})")?%b ?/?>' % (name, _ATTRIBUTES))
        self._end = b"</%b>" % name
        self.last_tag = b"</%bsheetData>" % prefix

    def row_at(self, buffer: bytes, at: int) -> tuple[int | None, int, bytes, int] | None:
        """Return number, end of the start tag, content and end; None if the row is not whole."""
        found = self._start.match(buffer, at)
        if found is None:
            start = _after_space(buffer, at)
            found = self._start.match(buffer, start)
            if found is None:
                tag = buffer[start : start + _MOST_TAG]
                if b">" in tag and not tag.startswith(self.last_tag):
                    raise NotPlainError
                return None
        number = int(found[1]) - 1 if found[1] else None
        inner = found.end()
        if buffer[inner - 2] == _SLASH:
            return number, inner, b"", inner
        close = buffer.find(self._end, inner)
        if close < 0:
            return None
        content = buffer[inner:close]
        if self._whole is not None and not self._whole(content):
            raise NotPlainError
        return number, inner, content, close + len(self._end)


def plain_row(prefix: bytes) -> Callable[[bytes], re.Match[bytes] | None]:
    """
    Return what matches the content of a row in plain form.

    ``prefix``: of elements with a colon, or nothing.
    """
    value = rb"<%bv>[^<]*+</%bv></%bc>" % (prefix, prefix, prefix)
    # A cell matches in one way alone, or a row that does not would be tried in very many.
    other = rb"(?!%b)[^<]*+(?:<(?!/%bc>)[^<]*+)*</%bc>" % (value, prefix, prefix)
    tag = rb'<%bc(?: r="[A-Z]{1,3}[0-9]{1,7}")?%b ?' % (prefix, _ATTRIBUTES)
    row = rb"(?:\s*+%b(?:/>|>(?:%b|%b)))*\s*+(?:<%bextLst.*)?\s*+"
    return re.compile(row % (tag, value, other, prefix), re.DOTALL).fullmatch


def cell_pattern(prefix: bytes) -> re.Pattern[bytes]:
    """
    Return the pattern of a cell in plain form.

    ``prefix``: prefix of elements with a colon, or nothing. Groups are the letters of its column,
    its other attributes, its value or inline text if that is all that it holds, and otherwise what
    it holds.
    """
    tags = {name: prefix + name for name in (b"c", b"v", b"is", b"t")}
    return re.compile(
        rb'<%(c)b(?: r="([A-Z]{1,3})[0-9]{1,7}")?((?: [^<>]*)?/?)(?:(?<=/)>|(?<!/)>(?:'
        rb'(?:<%(v)b>|(?<= t="inlineStr">)<%(is)b><%(t)b(?: xml:space="preserve")?>)([^<]*+)'
        rb"(?:</%(v)b>|</%(t)b></%(is)b>)</%(c)b>|(.*?)</%(c)b>))" % tags,
        re.DOTALL,
    )


class _Kinds(dict[bytes, tuple[int, int]]):
    """Type and style of a cell by its attributes."""

    def __missing__(self, key: bytes) -> tuple[int, int]:
        named, styled = _TYPE.search(key), _STYLE.search(key)
        kind = _TYPES.get(named[1], _TEXT) if named else _NUMBER
        found = (kind, int(styled[1]) if styled else 0)
        if len(self) < 1 << 14:
            self[key] = found
        return found


class CellReader:
    """
    Read the cells of rows.

    Parameters
    ----------
    prefix : bytes
        Prefix of the sheet's elements with a colon, or nothing.

    Attributes
    ----------
    pattern : re.Pattern
        From `cell_pattern`.
    kinds : dict of bytes to (int, int)
        Type and style of a cell by its attributes.
    """

    def __init__(self, strings: SharedStrings, prefix: bytes = b"") -> None:
        self.pattern = cell_pattern(prefix)
        self.kinds, self.columns = _Kinds(), ColumnsByLetters()
        self._strings, self._numbers, self._plain = strings, Numbers(), PlainTexts()
        self._texts: dict[bytes, tuple[str, bool, bool]] = {}
        value = rb"<%bv(?: [^<>]*)?>([^<]*)</%bv>" % (prefix, prefix)
        self._value = re.compile(value)
        self._formula = re.compile(rb"<%bf[ />]" % prefix)
        self._inline = re.compile(rb"<%bis[ />].*" % prefix, re.DOTALL)

    def cells(self, content: bytes) -> list[Cell]:
        """Read every cell of a row, blank ones among them."""
        column, found = -1, []
        for letters, attributes, value, other in self.pattern.findall(content):
            column = self.columns[letters] if letters else column + 1
            kind, style = self.kinds[attributes]
            if value:
                text, filled, waiting = self._text(kind, value), True, False
            elif other:
                text, filled, waiting = self.other(kind, other)
            else:
                text, filled, waiting = "", False, False
            found.append(Cell(column, text, style, filled, waiting))
        return found

    def table(self, kind: int) -> Callable[[Sequence[bytes]], list[str]]:
        """
        Return what turns plain values of cells of one type into texts.

        ``kind``: type, from `kinds`. Takes values and returns a list.
        """
        if kind == _NUMBER:
            return self._numbers.all
        known = {_SHARED: self._strings, _TEXT: self._plain}.get(kind)
        if known is not None:
            return lambda values: list(map(known.__getitem__, values))
        return lambda values: [self._text(kind, value) for value in values]

    def _text(self, kind: int, value: bytes) -> str:
        if kind == _SHARED:
            return self._strings[value]
        if kind == _NUMBER:
            return self._numbers[value]
        if kind == _TRUTH:
            return "True" if value.strip() in (b"1", b"true") else "False"
        return self._plain[value]

    def other(self, kind: int, content: bytes) -> tuple[str, bool, bool]:
        """
        Read a cell with a formula, an inline string of several runs or attributes of its value.

        Parameters
        ----------
        kind : int
            Its type, from `kinds`.

        Returns
        -------
        str
            Its text.
        bool
            Whether it holds a value or a formula.
        bool
            Whether it holds a formula without a calculated value.
        """
        known = self._texts.get(content)
        if known is not None:
            return known
        formula = self._formula.search(content) is not None
        inline = self._inline.search(content)
        if inline is not None:
            text = rich_text(inline[0])
            if len(self._texts) < _KNOWN and len(content) < _SHORT:  # such as names and postcodes
                self._texts[content] = text, bool(text) or formula, False
            return text, bool(text) or formula, False
        found = self._value.search(content)
        if found is None or not found[1]:
            return "", formula, formula and kind == _NUMBER
        return self._text(kind, found[1]), True, False
