"""The workbook part: its sheets, its names of ranges, and the parts that all sheets share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from localarea.tables.xlsx.parts.package import STRICT, TRANSITIONAL, Package
from localarea.tables.xlsx.texts import SharedStrings
from localarea.tables.xlsx.xml_stream import BLOCK, NotPlainError, checked_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from localarea.tables.xlsx.references import CellRange

_RELATION_IDS: Final = {
    TRANSITIONAL: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    STRICT: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_FILTER: Final = "_xlnm._FilterDatabase"


@dataclass(frozen=True, slots=True)
class BookSheet:
    """A sheet of cells; ``position``: its place among all sheets, from 0."""

    name: str
    part: str
    position: int
    hidden: bool


class Book:
    """
    The workbook part of a package.

    ``sheets``: its sheets of cells, in order; sheets of charts are left out.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self._root = package.tree(package.workbook)
        targets = {key: (kind, target) for key, kind, target in self._relations()}
        ids = f"{{{_RELATION_IDS[package.namespace]}}}id"
        self.sheets = []
        for position, element in enumerate(self._root.findall(self._path("sheets", "sheet"))):
            kind, target = targets.get(element.get(ids, ""), ("", ""))
            if kind == "worksheet" and package.has(target):
                hidden = element.get("state", "visible") != "visible"
                name = element.get("name", "")
                self.sheets.append(BookSheet(name, package.find(target), position, hidden))

    def _relations(self) -> list[tuple[str, str, str]]:
        return self.package.relations(self.package.workbook)

    def _path(self, *names: str) -> str:
        return "/".join(f"{{{self.package.namespace}}}{name}" for name in names)

    def blocks(self, part: str) -> Generator[bytes]:
        """Read a part in blocks."""
        with self.package.archive.open(self.package.find(part)) as entry:
            while block := entry.read(BLOCK):
                yield block

    def strings(self) -> SharedStrings:
        """Read the shared strings; None if the workbook has none."""
        for _, kind, target in self._relations():
            if kind == "sharedStrings" and self.package.has(target):
                try:
                    return SharedStrings(checked_blocks(self.blocks(target), plain=True))
                except NotPlainError:
                    return SharedStrings(checked_blocks(self.blocks(target), plain=False))
        return SharedStrings()

    def free_name(self, wanted: str) -> str:
        """Return a name that no sheet has: the wanted one, with a number if it is taken."""
        elements = self._root.findall(self._path("sheets", "sheet"))
        taken = {element.get("name", "").casefold() for element in elements}
        name, again = wanted, 1
        while name.casefold() in taken:
            again += 1
            name = f"{wanted} {again}"
        return name

    def add_sheet(self, name: str, content: Callable[[], bytes]) -> None:
        """
        Add a sheet after the others.

        ``content``: returns its part, once the others are written.
        """
        package = self.package
        folder = package.workbook.rpartition("/")[0]
        pattern = f"{folder}/worksheets/sheet{{}}.xml" if folder else "worksheets/sheet{}.xml"
        part = package.free_name(pattern)
        package.add(part, content, _SHEET_TYPE)
        key = package.relate(package.workbook, "worksheet", part)
        sheets = self._root.find(self._path("sheets"))
        taken = [int(element.get("sheetId", 0)) for element in sheets]
        made = etree.SubElement(sheets, self._path("sheet"))
        made.set("name", name)
        made.set("sheetId", str(max(taken, default=0) + 1))
        made.set(f"{{{_RELATION_IDS[package.namespace]}}}id", key)
        package.change(package.workbook)

    def set_filter(self, position: int, area: CellRange) -> None:
        """Change the hidden name of the filter of a sheet, if there is one."""
        for element in self._names():
            if element.get("name") == _FILTER and element.get("localSheetId") == str(position):
                sheet, mark, _ = (element.text or "").rpartition("!")
                element.text = f"{sheet}{mark}{area.text(fixed=True)}"
                self.package.change(self.package.workbook)

    def _names(self) -> list[Any]:
        found: list[Any] = self._root.findall(self._path("definedNames", "definedName"))
        return found


def numbered_names(wanted: str) -> re.Pattern[str]:
    """
    Return the pattern of the names that `Book.free_name` gives.

    ``wanted``: name without a number. Matches the whole name, in any case.
    """
    return re.compile(rf"{re.escape(wanted)}(?: \d+)?", re.IGNORECASE)
