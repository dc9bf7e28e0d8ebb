"""Tables (list objects) and drawings of a sheet, where columns join it at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from localarea.tables.xlsx.references import CellRange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from localarea.tables.xlsx.parts.package import Package


def _related(package: Package, part: str, kind: str) -> Iterator[str]:
    for _, found, target in package.relations(part):
        if found == kind and package.has(target):
            yield target


def _tag(root: Any, local: str) -> str:
    return f"{{{etree.QName(root).namespace}}}{local}"


def table_areas(package: Package, part: str) -> list[CellRange]:
    """Return where the tables of a sheet lie."""
    return [CellRange.of(package.tree(n).get("ref", "")) for n in _related(package, part, "table")]


def total_areas(package: Package, part: str) -> list[CellRange]:
    """Return the rows of totals of the tables of a sheet, whatever is written in them."""
    found = []
    for name in _related(package, part, "table"):
        root = package.tree(name)
        area = CellRange.of(root.get("ref", ""))
        count = int(root.get("totalsRowCount", 0))
        if count > 0:
            top = max(area.bottom + 1 - count, area.top)
            found.append(CellRange(area.left, top, area.right, area.bottom))
    return found


def grow_tables(package: Package, part: str, header: int, names: Mapping[int, str]) -> None:
    """
    Extend the table that the columns join, as happens when a person types beside it.

    A table grows that has its header in the same row and ends where the first new column begins;
    one that a query fills does not. ``header``: row of the header, from 0. ``names``: headers by
    column, from 0.
    """
    for name in _related(package, part, "table"):
        root = package.tree(name)
        area = CellRange.of(root.get("ref", ""))
        columns = root.find(_tag(root, "tableColumns"))
        if columns is None or area.top != header or root.get("headerRowCount", "1") == "0":
            continue
        for offset, column in enumerate(columns, start=area.left):
            if names.get(offset, column.get("name")) != column.get("name"):
                column.set("name", names[offset])
                package.change(name)
        right = area.right
        while right + 1 in names:
            right += 1
        if right == area.right or root.get("tableType", "worksheet") != "worksheet":
            continue
        number = max((int(column.get("id", 0)) for column in columns), default=0)
        for offset in range(area.right + 1, right + 1):
            made = etree.SubElement(columns, _tag(root, "tableColumn"))
            number += 1
            made.set("id", str(number))
            made.set("name", names[offset])
        columns.set("count", str(len(columns)))
        root.set("ref", CellRange(area.left, area.top, right, area.bottom).text())
        found = root.find(_tag(root, "autoFilter"))
        if found is not None:
            filtered = CellRange.of(found.get("ref", ""))
            found.set("ref", CellRange(filtered.left, filtered.top, right, filtered.bottom).text())
        package.change(name)


def drawn_over(package: Package, part: str, columns: Sequence[int]) -> bool:
    """Check whether a chart, picture or shape lies over columns, numbered from 0."""
    wanted = set(columns)
    for name in _related(package, part, "drawing"):
        for anchor in package.tree(name):
            ends = [
                int(element.text or 0)
                for element in anchor.xpath("*[local-name()='from' or local-name()='to']/*[1]")
            ]
            if ends and not wanted.isdisjoint(range(min(ends), max(ends) + 1)):
                return True
    return False
