"""Read the cells of a row from its bytes, and put others in their places."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

from localarea.tables.ods._pieces import ATTRIBUTES
from localarea.tables.ods_limits import MAX_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

_END: Final = rb"/table:(?:covered-)?table-cell[\s>]"
_CELL: Final = re.compile(
    rb"<table:(covered-)?table-cell(?=[\s/>])("
    + ATTRIBUTES
    + rb")(?:/>|>([^<]*+(?:<(?!"
    + _END
    + rb")[^<]*+)*)</table:(?:covered-)?table-cell\s*+>)"
)
_PARAGRAPH: Final = re.compile(rb"<text:p(?:\s" + ATTRIBUTES + rb")?>([^<]*+)</text:p>")
_VALUE: Final = re.compile(rb"""([^\s=<>"']+\s*=\s*)(?:"([^"]*)"|'([^']*)')""")
_REFERENCE: Final = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|amp|lt|gt|quot|apos);")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_VALUES: Final = ("string-value", "value", "date-value", "time-value", "boolean-value")
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_FARTHEST_MERGED: Final = 1_024
_MOST_SPACES: Final = 1_000  # in one element; a person types a few


class Cell(NamedTuple):
    """A cell of a row: its first column, how often it repeats, and where it stands."""

    column: int
    times: int
    covered: bool
    about: bytes
    content: bytes | None
    start: int
    end: int


@cache
def _attribute(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\s" + name + rb'\s*=\s*"([^"]*)"')


def _quoted_alike(tag: bytes) -> bytes:
    """Return a tag in which no value holds a quotation mark, so that none looks like a name."""
    return _VALUE.sub(_in_double_quotes, tag) if b"'" in tag else tag


def _in_double_quotes(found: re.Match[bytes]) -> bytes:
    value = found[2] if found[2] is not None else found[3]
    return found[1] + b'"' + value.replace(b'"', b"&quot;").replace(b"'", b"&apos;") + b'"'


def attribute(about: bytes, name: bytes) -> str | None:
    """Return the value of an attribute in the bytes of a tag; None if it has none."""
    found = _attribute(name).search(_quoted_alike(about))
    return None if found is None else unescaped(found[1].decode())


def with_attribute(tag: bytes, name: bytes, value: str | None) -> bytes:
    """Return a start tag with an attribute set, or without it."""
    bare = _attribute(name).sub(b"", _quoted_alike(tag), count=1)
    if value is None:
        return bare
    at = len(bare) - (2 if bare.endswith(b"/>") else 1)
    return bare[:at].rstrip() + b" " + name + b'="' + escaped(value) + b'"' + bare[at:]


def repeats(about: bytes, name: bytes) -> int:
    """Return how often an element repeats."""
    value = attribute(about, name) or ""
    return max(1, int(value[:9])) if value.isdecimal() and value.isascii() else 1


def unescaped(text: str) -> str:
    """Return a text of XML with its references replaced."""
    return _REFERENCE.sub(_referred, text) if "&" in text else text


def _referred(found: re.Match[str]) -> str:
    name = found[1]
    if name[0] != "#":
        return _NAMED[name]
    return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))


def escaped(text: str) -> bytes:
    """Return a text as it stands in XML, in an attribute or not."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").encode("utf-8", "replace")


def cells_of(inner: bytes) -> list[Cell]:
    """Return the cells of a row."""
    found: list[Cell] = []
    column = 0
    for match in _CELL.finditer(inner):
        covered, about, content = match.groups()
        times = 1
        if b"columns-repeated" in about:
            times = repeats(about, b"table:number-columns-repeated")
        start, end = match.span()
        found.append(Cell(column, times, covered is not None, about, content, start, end))
        column += times
    return found


def text_of(cell: Cell) -> str:
    """Return what a person reads in a cell; of a formula, the value last calculated."""
    content = cell.content
    if content:
        whole = _PARAGRAPH.fullmatch(content)
        if whole:
            return _evened(whole[1])
        text = _paragraphs(content)
        if text:
            return text
    if b"value=" in cell.about or b"value =" in cell.about:
        return _stated(cell.about)
    return ""


def _evened(data: bytes) -> str:
    text = data.decode()
    if "  " in text or "\n" in text or "\t" in text or text[:1] == " " or text[-1:] == " ":
        text = _SPACES.sub(" ", text).strip(" ")  # spaces that count are elements of their own
    return unescaped(text)


def _stated(about: bytes) -> str:
    for name in _VALUES:
        value = attribute(about, b"office:" + name.encode())
        if value is not None:
            return value
    return ""


def _paragraphs(content: bytes) -> str:
    """Read the paragraphs of a cell, without its comment and what is drawn on it."""
    reader = _Paragraphs()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    parser.Parse(b"<cell>" + content + b"</cell>", True)
    return "\n".join(reader.found)


class _Paragraphs:
    """Gathers the text of the paragraphs that stand in the cell itself."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._depth = self._aside = 0
        self._blank = True  # whether a space has gone before, and so another does not count

    def start(self, name: str, about: dict[str, str]) -> None:
        self._depth += 1
        if self._aside or name in _ASIDE or name.startswith(("draw:", "dr3d:")):
            self._aside += 1
        elif name in ("text:p", "text:h"):
            self.found.append("")
            self._blank = True
        elif name == "text:s":
            count = about.get("text:c", "1")
            self._add(" " * min(int(count) if count.isdecimal() else 1, _MOST_SPACES))
        elif name in ("text:line-break", "text:tab"):
            self._add("\n" if name == "text:line-break" else "\t")

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._aside:
            self._aside -= 1
        elif name in ("text:p", "text:h") and self.found[-1].endswith(" ") and self._blank:
            self.found[-1] = self.found[-1].removesuffix(" ")

    def text(self, text: str) -> None:
        if self._aside or not self.found:
            return
        text = _SPACES.sub(" ", text)
        if self._blank:
            text = text.removeprefix(" ")
        if text:
            self.found[-1] += text
            self._blank = text.endswith(" ")

    def _add(self, text: str) -> None:
        if self.found:
            self.found[-1] += text
            self._blank = False


_ASIDE: Final = frozenset({"office:annotation", "text:note", "text:ruby-text", "table:detective"})


def texts_of(cells: Sequence[Cell]) -> list[str]:
    """Return the texts of a row's cells, up to the last that is not empty."""
    texts: list[str] = []
    blank = 0
    for cell in cells:
        text = "" if cell.covered else text_of(cell)
        if not text:
            blank += cell.times
            continue
        if len(texts) + blank >= MAX_COLUMNS:
            break
        if blank:
            texts += [""] * blank
            blank = 0
        if cell.times == 1:
            texts.append(text)
        else:
            texts += [text] * min(cell.times, MAX_COLUMNS - len(texts))
    return texts


def filled_to(cells: Sequence[Cell]) -> int:
    """Return the column after the last that is filled."""
    for cell in reversed(cells):
        if not cell.covered and text_of(cell):
            return cell.column + cell.times
    return 0


def reach_of(cells: Sequence[Cell]) -> int:
    """Return the column after the last that is filled or part of merged cells."""
    merged = 0
    for cell in cells:
        after = cell.column + cell.times if cell.covered else 0
        if b"columns-spanned" in cell.about:
            after = cell.column + repeats(cell.about, b"table:number-columns-spanned")
        merged = max(merged, after)
    # A heading may be merged over far more columns than are filled.
    return max(filled_to(cells), merged if merged <= _FARTHEST_MERGED else 0)


def placed(inner: bytes, cells: Sequence[Cell], column: int, count: int, new: bytes) -> bytes:
    """Return a row in which ``count`` cells from a column on are replaced."""
    stop = column + count
    before = [cell for cell in cells if cell.column < column]
    after = [cell for cell in cells if cell.column + cell.times > stop]
    left = before[-1] if before else None
    right = after[0] if after else None
    if left is None:
        start, filling = cells[0].start if cells else len(inner), b""
        missing = column
    else:
        start, filling = left.end, b""
        missing = column - left.column - left.times
        if missing < 0:  # it reaches into the new cells, or beyond them
            start, filling = left.start, _repeated(inner, left, column - left.column)
    if missing > 0:
        filling += blank_cells(missing)
    if right is None:
        end, rest = cells[-1].end if cells else len(inner), b""
    else:
        end, rest = right.start, b""
        if right.column < stop:
            end, rest = right.end, _repeated(inner, right, right.column + right.times - stop)
    return inner[:start] + filling + new + rest + inner[max(end, start) :]


def blank_cells(times: int, style: str | None = None) -> bytes:
    """Return an empty cell that repeats."""
    look = b' table:style-name="' + escaped(style) + b'"' if style else b""
    many = b' table:number-columns-repeated="%d"' % times if times > 1 else b""
    return b"<table:table-cell" + look + many + b"/>"


def _repeated(inner: bytes, cell: Cell, times: int) -> bytes:
    whole = inner[cell.start : cell.end]
    name = b"<table:covered-table-cell" if cell.covered else b"<table:table-cell"
    opening = len(name) + len(cell.about)
    size = opening + (2 if whole[opening : opening + 2] == b"/>" else 1)
    many = str(times) if times > 1 else None
    return with_attribute(whole[:size], b"table:number-columns-repeated", many) + whole[size:]
