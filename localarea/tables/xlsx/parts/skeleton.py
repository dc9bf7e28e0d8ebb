"""What stands around the rows of a sheet: extent, widths, merged cells, filter and formats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from localarea.tables.xlsx.parts.package import SPREADSHEETS
from localarea.tables.xlsx.parts.trees import parse_xml, xml_bytes
from localarea.tables.xlsx.references import MAX_COLUMNS, CellRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_REFERENCE: Final = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w(])")
_BEFORE_COLUMNS: Final = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr")
_FEWEST: Final = 3  # columns of a format that is meant for whole rows


class Skeleton:
    """
    A sheet without its rows.

    Parameters
    ----------
    head, tail : bytes
        What stands before and after its rows.
    prefix : bytes
        Prefix of its elements with a colon, or nothing.
    name : str
        Name of its part, for errors.
    """

    def __init__(self, head: bytes, tail: bytes, prefix: bytes, name: str) -> None:
        self._mark = b"<%bsheetData/>" % prefix
        self.root = parse_xml(head + self._mark + tail, name)
        self._namespace = etree.QName(self.root).namespace or ""
        if self._namespace not in SPREADSHEETS:
            raise ValueError(f"{name} is not the part of a sheet")

    def tag(self, local: str) -> str:
        """
        Return the full name of an element.

        ``local``: its name without a namespace. Returns the name as lxml writes it.
        """
        return f"{{{self._namespace}}}{local}"

    def merged(self) -> list[CellRange]:
        """Return the merged cells, of more than one cell each."""
        found = self.root.findall(f"{self.tag('mergeCells')}/{self.tag('mergeCell')}")
        return [CellRange.of(merge.get("ref", "")) for merge in found]

    def bytes(self) -> tuple[bytes, bytes]:
        """Write what stands before and after the rows, without the element of the rows."""
        before, _, after = xml_bytes(self.root).partition(self._mark)
        return before, after

    def widen(self, bottom: int, right: int) -> None:
        """
        State the extent of the cells, if it was stated.

        ``bottom``, ``right``: last row and column, from 0.
        """
        stated = self.root.find(self.tag("dimension"))
        if stated is None:
            return
        try:
            area = CellRange.of(stated.get("ref", ""))
        except ValueError:
            area = CellRange(0, 0, 0, 0)
        if area.left == area.right and area.top == area.bottom:
            area = CellRange(0, 0, 0, 0)
        whole = CellRange(area.left, area.top, max(area.right, right), max(area.bottom, bottom))
        stated.set("ref", whole.text())

    def column_style(self, column: int) -> int:
        """
        Return the style of the blank cells of a column.

        ``column``: column, from 0. Returns the number of the style; 0 if none is set.
        """
        for element in self.root.iterfind(f"{self.tag('cols')}/{self.tag('col')}"):
            if int(element.get("min", 0)) <= column + 1 <= int(element.get("max", 0)):
                return int(element.get("style", 0))
        return 0

    def hidden_columns(self, columns: Iterable[int]) -> frozenset[int]:
        """Return which of some columns, from 0, nobody sees."""
        hidden = bytearray(MAX_COLUMNS)
        for element in self.root.iterfind(f"{self.tag('cols')}/{self.tag('col')}"):
            if element.get("hidden") in ("1", "true"):
                first, last = (int(element.get(name, 0)) for name in ("min", "max"))
                first, last = max(first, 1), min(last, MAX_COLUMNS)
                hidden[first - 1 : last] = b"\1" * (last - first + 1)
        return frozenset(column for column in columns if hidden[column])

    def set_widths(self, widths: Mapping[int, float]) -> None:
        """
        Set the widths of columns, which become visible.

        ``widths``: width in characters by column, from 0.
        """
        columns = self.root.find(self.tag("cols"))
        if columns is None:
            columns = etree.Element(self.tag("cols"))
            at = sum(child.tag in map(self.tag, _BEFORE_COLUMNS) for child in self.root)
            self.root.insert(at, columns)
        for column, width in widths.items():
            made = self._cut_out(columns, column + 1)
            made.set("width", f"{width:g}")
            made.set("customWidth", "1")
            for gone in ("hidden", "collapsed", "bestFit"):
                made.attrib.pop(gone, None)
        columns[:] = sorted(columns, key=lambda element: int(element.get("min", 0)))

    def _cut_out(self, columns: Any, number: int) -> Any:
        """Return the element of one column alone, cut from a wider one if there is one."""
        for element in columns:
            first, last = int(element.get("min", 0)), int(element.get("max", 0))
            if not first <= number <= last:
                continue
            for start, stop in ((first, number - 1), (number + 1, last)):
                if start <= stop:
                    other = etree.SubElement(columns, element.tag, element.attrib)
                    other.set("min", str(start))
                    other.set("max", str(stop))
            element.set("min", str(number))
            element.set("max", str(number))
            return element
        made = etree.SubElement(columns, self.tag("col"))
        made.set("min", str(number))
        made.set("max", str(number))
        return made

    def extend_filter(self, header: int, last: int, right: int) -> CellRange | None:
        """
        Extend the filter of the sheet if it stands on the header and ends at the last column.

        ``header``, ``last``: row of the header, and the last column before. Returns the filter now;
        None if it stays.
        """
        found = self.root.find(self.tag("autoFilter"))
        if found is None:
            return None
        area = CellRange.of(found.get("ref", ""))
        if area.top != header or area.right != last:
            return None
        area = CellRange(area.left, area.top, right, area.bottom)
        found.set("ref", area.text())
        return area

    def extend_formats(self, last: int, right: int) -> None:
        """
        Extend conditional formats that colour whole rows, as a person would.

        ``last``, ``right``: the last column before and now.
        """
        for element in self.root.findall(self.tag("conditionalFormatting")):
            rules = element.findall(self.tag("cfRule"))
            if not rules or not all(map(self._is_for_rows, rules)):
                continue
            areas = [_area(text) for text in element.get("sqref", "").split()]
            if all(areas):
                grown = [_grown(area, last, right).text() for area in areas if area]
                element.set("sqref", " ".join(grown))

    def _is_for_rows(self, rule: Any) -> bool:
        """Check whether a rule looks at fixed columns only, so says the same of every column."""
        formulas = [element.text or "" for element in rule.findall(self.tag("formula"))]
        if rule.get("type") != "expression" or not formulas:
            return False
        found = [name for text in formulas for name in _REFERENCE.findall(text)]
        return all(name.startswith("$") for name in found)


def _grown(area: CellRange, last: int, right: int) -> CellRange:
    """Return an area that reaches the new last column, if it spans whole rows up to the old one."""
    if area.right != last or area.right - area.left < _FEWEST - 1:
        return area
    return CellRange(area.left, area.top, right, area.bottom)


def _area(text: str) -> CellRange | None:
    try:
        return CellRange.of(text)
    except ValueError:
        return None
