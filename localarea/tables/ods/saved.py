"""Read the values of a saved OpenDocument spreadsheet in the form in which they are compared."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from localarea.tables.ods._cells import attribute
from localarea.tables.ods._pieces import Piece, joined, pieces
from localarea.tables.ods._plain import BLOCK
from localarea.tables.ods.survey import SheetPlaces
from localarea.tables.plain_values import day_number, plain_number, plain_value

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Collection, Iterable, Iterator

_DURATION: Final = re.compile(r"(-?)PT?(?:([0-9.]+)H)?(?:([0-9.]+)M)?(?:([0-9.]+)S)?", re.ASCII)
MOST_REPEATED: Final = 16_384  # cells or spaces that one element may stand for
_DAY_S: Final = 86_400
_SIGNS: Final = {"tab": "\t", "line-break": "\n"}
MOST_ROWS: Final = 1 << 20  # of a sheet


def saved_ods(
    archive: zipfile.ZipFile, *, shown: bool, without: Collection[str] = ()
) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
    """
    Read the sheets of a spreadsheet, one after the other.

    Parameters
    ----------
    archive : zipfile.ZipFile
        The open package, within the limits of `open_safely`.
    shown : bool
        Whether days are to be shown as people read them.
    without : collection of str
        Names of sheets whose rows are not wanted, in a spreadsheet that a check wrote.

    Yields
    ------
    tuple of str and iterator
        Name of each sheet; number and values of each of its filled rows. All sheets share one
        stream, so the rows that were not read are passed over when the next sheet is asked for.
    """
    with archive.open("content.xml") as stream:
        elements = _ods_elements(_Without(stream, without) if without else stream)
        for element in elements:
            rows = _ods_rows(elements, shown=shown)
            yield _attribute(element, "name") or "", rows
            for _ in rows:
                pass


class _Without:
    """A stream of a spreadsheet without the rows of some sheets."""

    def __init__(self, stream: IO[bytes], names: Collection[str]) -> None:
        blocks = iter(lambda: stream.read(BLOCK), b"")
        self._blocks = joined(_without(pieces(blocks), names))

    def read(self, _: int) -> bytes:
        return next(self._blocks, b"")


def _without(content: Iterable[Piece], names: Collection[str]) -> Iterator[bytes]:
    places, unwanted = SheetPlaces(), False
    for piece in content:
        inside = places.place(piece) is not None
        if inside and piece.kind == b"table:table":
            unwanted = (attribute(piece.tag, b"table:name") or "") in names
            yield piece.tag
        elif not unwanted or (inside and piece.kind == b"/table:table"):
            unwanted = False
            yield b"".join(piece[1:])


def _ods_rows(elements: Iterator[ET.Element], *, shown: bool) -> Iterator[tuple[int, list[str]]]:
    """Read the rows of a sheet, up to its end."""
    number = 0
    for element in elements:
        if _local(element.tag) != "table-row":
            return
        times = int(_attribute(element, "number-rows-repeated") or 1)
        cells = _ods_cells(element, shown=shown)
        if cells:
            for again in range(min(times, MOST_ROWS)):
                yield number + 1 + again, list(cells)
        number += times


def _ods_elements(stream: Any) -> Iterator[ET.Element]:
    """Yield each sheet, then its rows, then the sheet again; tables in drawings do not count."""
    depth = 0
    above: list[ET.Element] = []
    events = ET.iterparse(stream, events=("start", "end"))  # noqa: S314 -- open_safely refused entities
    for event, element in events:
        kind = _local(element.tag)
        opens = event == "start"
        if kind in ("table", "tracked-changes", "shapes"):
            depth += 1 if opens else -1
        if (kind, depth, opens) in (("table", 1, True), ("table", 0, False)):
            yield element
        if opens:
            above.append(element)
            continue
        above.pop()
        if (kind, depth) == ("table-row", 1):
            yield element
        if kind in ("table-row", "table") and depth < 2 and above:
            above[-1].remove(element)  # nothing is held of what was read


def _ods_cells(row: ET.Element, *, shown: bool) -> list[str]:
    cells: list[str] = []
    blank = 0
    for cell in row:
        if _local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        times = int(_attribute(cell, "number-columns-repeated") or 1)
        value = cell_value(cell, shown=shown)
        if not value:
            blank += times
            continue
        cells += [""] * blank + [value] * min(times, MOST_REPEATED)
        blank = 0
    return cells


def cell_value(cell: ET.Element, *, shown: bool) -> str:
    """
    Return the value of a cell.

    ``shown``: whether days are to be shown as people read them. Returns value in the form in which
    saved files are compared.
    """
    about = {_local(key): value for key, value in cell.attrib.items()}
    kind = about.get("value-type", "string")
    if kind in ("float", "currency", "percentage"):
        return plain_number(float(about["value"]))
    if kind == "boolean":
        # LibreOffice writes the truth values of Excel's workbooks as numbers the first time.
        return "1" if about["boolean-value"] == "true" else "0"
    if kind == "date":
        return about["date-value"] if shown else day_number(about["date-value"])
    if kind == "time":
        return _duration(about["time-value"])
    lines = [_paragraph(child) for child in cell if _local(child.tag) == "p"]
    return plain_value("\n".join(lines) or about.get("string-value", ""))


def _duration(text: str) -> str:
    found = _DURATION.fullmatch(text)
    if found is None:
        return text
    hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
    days = (hours * 3600 + minutes * 60 + seconds) / _DAY_S
    return plain_number(-days if found[1] else days)


def _paragraph(element: ET.Element) -> str:
    """Return the text of a paragraph, with the spaces and line breaks that elements stand for."""
    parts: list[str] = []
    waiting: list[ET.Element | str] = [element]  # no recursion: elements may be nested as deep as
    while waiting:  # a file likes
        item = waiting.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        parts.append(item.text or "")
        for child in reversed(item):
            waiting.append(child.tail or "")
            kind = _local(child.tag)
            if kind == "s":
                waiting.append(" " * min(int(_attribute(child, "c") or 1), MOST_REPEATED))
            elif kind in _SIGNS:
                waiting.append(_SIGNS[kind])
            elif kind not in ("annotation", "note"):
                waiting.append(child)
    return "".join(parts)


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str | None:
    """Return an attribute whatever its namespace."""
    for key, value in element.attrib.items():
        if _local(key) == name:
            return value
    return None
