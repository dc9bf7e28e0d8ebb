"""Read the wanted columns of a delimited table, whatever the publisher put around it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from localarea.datasets.publishers._opening import damaged, open_table
from localarea.errors import FileFormatError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


PREAMBLE_LINES: Final = 40  # Nomis writes at most a dozen lines above its header
HEAD_CHARACTERS: Final = 1 << 16
_DELIMITERS: Final = (",", "\t", ";", "|")
BYTEWISE: Final = "latin-1"
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_MARKS: Final = (
    (codecs.BOM_UTF8, BYTEWISE),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column, and the headers that publishers give it, the most specific first."""

    name: str
    headers: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class RawTable:
    """Wanted columns as text, their headers, and the rows of the wrong width."""

    columns: dict[str, pa.Array]
    headers: dict[str, str]
    source: str
    odd_rows: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values())))


@dataclass(slots=True)
class Faults:
    """Collect the faults of a table, to raise in one error."""

    table: str
    found: list[str] = field(default_factory=list)

    def add(self, fault: str) -> None:
        """Add a fault."""
        self.found.append(fault)

    def rows(self, count: int, what: str, examples: Sequence[str]) -> None:
        """Add a fault of some rows, with a few examples."""
        if count:
            shown = ", ".join(repr(str(e)[:80]) for e in list(examples)[:3])
            noun = "row" if count == 1 else "rows"
            if count == 1:
                what = re.sub(r"^have\b", "has", what).replace("repeat ", "repeats ", 1)
            self.found.append(f"{count:,} {noun} {what}, such as {shown}")

    def stop(self) -> None:
        """Raise an error if there are any faults."""
        if self.found:
            raise SchemaError(self.table, self.found)


def plain_header(text: str) -> str:
    """Normalise a header for comparison."""
    words = text.replace("\ufeff", "").replace("\u00a0", " ").replace("_", " ").casefold().split()
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class _Layout:
    """The end of the header, in characters, and the position of each column."""

    delimiter: str
    cells: int
    places: dict[str, int]
    headers: dict[str, str]
    end: int


def read_delimited(
    path: Path,
    wanted: Sequence[Wanted],
    *,
    table: str,
    member: str | None = None,
    headerless: re.Pattern[str] | None = None,
) -> RawTable:
    """
    Read the wanted columns of one table as text.

    The header is searched for in the first lines. A file whose first line matches
    `headerless` has none, and its cells are the wanted columns in order.

    Unless the file is UTF-16, it is read as one byte per character, so that Arrow never fails
    to decode it; each text is decoded as UTF-8 or Windows-1252 afterwards.
    """
    source = f"{path.name}/{member}" if member else path.name
    with open_table(path, member) as stream:
        head = stream.read(HEAD_CHARACTERS)
        encoding, mark = _encoding_of(head)
        text = head[len(mark) :].decode(encoding, "ignore")
        layout = _headerless(text, wanted, headerless) or _find_header(text, wanted)
        if layout is None:
            raise SchemaError(table, _faults_of_header(source, text, wanted))
        used = len(mark) + len(text[: layout.end].encode(encoding))
        body = _Joined(head[used:], stream)
        columns, odd = _arrow_columns(path, body, layout, encoding)
    headers = {name: as_meant(header) for name, header in layout.headers.items()}
    return RawTable(columns, headers, source, tuple(as_meant(row) for row in odd))


def _encoding_of(head: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, mark
    return BYTEWISE, b""


def as_meant(text: str) -> str:
    """Decode a text that was read byte by byte, as UTF-8 or else as Windows-1252."""
    if text.isascii():
        return text
    try:
        content = text.encode(BYTEWISE)
    except UnicodeEncodeError:  # it came from UTF-16 and is already decoded
        return text
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _lines(text: str) -> list[str]:
    """Split at line ends only, which each line keeps."""
    return _LINE.findall(text)


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _headerless(
    text: str, wanted: Sequence[Wanted], pattern: re.Pattern[str] | None
) -> _Layout | None:
    first = next(iter(_lines(text)), "").rstrip("\r\n")
    if pattern is None or not pattern.match(first):
        return None
    places = {w.name: i for i, w in enumerate(wanted) if w.required}
    cells = len(_cells(first, ","))
    return _Layout(",", cells, places, dict.fromkeys(places, ""), 0)


def _find_header(text: str, wanted: Sequence[Wanted]) -> _Layout | None:
    end = 0
    for number, line in enumerate(_lines(text)):
        end += len(line)
        if number >= PREAMBLE_LINES:
            return None
        for delimiter in _DELIMITERS:
            cells = _cells(line.rstrip("\r\n"), delimiter)
            places = _places(cells, wanted)
            if all(w.name in places for w in wanted if w.required):
                headers = {name: cells[i].strip() for name, i in places.items()}
                return _Layout(delimiter, len(cells), places, headers, end)
    return None


def _places(cells: Sequence[str], wanted: Sequence[Wanted]) -> dict[str, int]:
    plain = [plain_header(as_meant(cell)) for cell in cells]
    places: dict[str, int] = {}
    for column in wanted:
        for pattern in column.headers:
            fits = [i for i, cell in enumerate(plain) if re.fullmatch(pattern, cell)]
            if fits:
                places[column.name] = fits[0]
                break
    return places


def _faults_of_header(source: str, text: str, wanted: Sequence[Wanted]) -> list[str]:
    lines = [line.strip() for line in _lines(text)[:PREAMBLE_LINES] if line.strip()]
    if not lines:
        return [f"{source} is empty"]
    best: tuple[int, list[str], dict[str, int]] = (-1, [], {})
    for line in lines:
        for delimiter in _DELIMITERS:
            cells = _cells(line, delimiter)
            places = _places(cells, wanted)
            if len(places) > best[0]:
                best = (len(places), cells, places)
    _, cells, places = best
    faults = [
        f"no column for {w.name} (a header such as {_example(w)})"
        for w in wanted
        if w.required and w.name not in places
    ]
    shown = ", ".join(repr(as_meant(c.strip())[:40]) for c in cells[:12])
    return [*faults, f"the header of {source} is {shown}"]


def _example(column: Wanted) -> str:
    """Return headers of a column that are plain text, not patterns."""
    plain = [h for h in column.headers if re.fullmatch(r"[\w :]+", h)]
    return " or ".join(repr(h) for h in plain[:3]) or repr(column.name)


class _Joined(io.RawIOBase):
    """The rest of the head, followed by the rest of the stream."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        want = len(buffer)
        chunk, self._head = self._head[:want], self._head[want:]
        if not chunk:
            chunk = self._rest.read(want)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _arrow_columns(
    path: Path, body: _Joined, layout: _Layout, encoding: str
) -> tuple[dict[str, pa.Array], tuple[str, ...]]:
    buffered = io.BufferedReader(body, buffer_size=1 << 20)
    if not buffered.peek(1):  # only a header, which is an error to Arrow
        return {name: pa.array([], pa.string()) for name in layout.places}, ()
    odd: list[str] = []

    def keep(row: Any) -> str:
        odd.append(row.text or "")
        return "skip"

    names = [f"c{i}" for i in range(layout.cells)]
    wanted = {f"c{i}": pa.dictionary(pa.int32(), pa.string()) for i in layout.places.values()}
    try:
        read = arrow_csv.read_csv(
            buffered,
            arrow_csv.ReadOptions(column_names=names, encoding=encoding),
            arrow_csv.ParseOptions(delimiter=layout.delimiter, invalid_row_handler=keep),
            arrow_csv.ConvertOptions(
                column_types=wanted,
                include_columns=list(wanted),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        raise FileFormatError(path, f"it cannot be read as a table ({error})") from error
    except (EOFError, OSError) as error:
        raise damaged(path, error) from error
    texts = {}
    for place in dict.fromkeys(layout.places.values()):  # one by one: never all of them twice
        texts[place] = _text(read[f"c{place}"])
        read = read.drop_columns([f"c{place}"])
    return {name: texts[place] for name, place in layout.places.items()}, tuple(odd)


def _text(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array of trimmed text, null where blank."""
    plain = column.cast(pa.string()).combine_chunks()
    if not pc.all(pc.string_is_ascii(plain), min_count=0).as_py():
        coded = pc.dictionary_encode(plain)
        texts = [as_meant(text) for text in coded.dictionary.to_pylist()]
        plain = pa.array(texts, pa.string()).take(coded.indices)
    plain = pc.utf8_trim_whitespace(plain)
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)
