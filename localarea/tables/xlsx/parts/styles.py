"""The styles of a workbook: formats derived from its own, appended to them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

if TYPE_CHECKING:
    from localarea.tables.xlsx.parts.package import Package

_KEPT_ALIGNMENT: Final = "vertical"
_FIRST_OWN: Final = 164  # numbers of formats below are built in
_TRUTH: Final = '"TRUE";"TRUE";"FALSE"'  # as LibreOffice writes it
_BUILT_IN: Final = {"": 0, "#,##0": 3, "0%": 9}


class Styles:
    """The styles of a workbook; a workbook may have none."""

    def __init__(self, package: Package) -> None:
        self._name = next(
            (
                target
                for _, kind, target in package.relations(package.workbook)
                if kind == "styles" and package.has(target)
            ),
            None,
        )
        self._root: Any = package.tree(self._name) if self._name else None
        self._formats: Any = None if self._root is None else self._root.find(self._tag("cellXfs"))
        self._plain: dict[int, int] = {}
        self._truth: dict[int, int] = {}
        if self._name:
            package.change(self._name, late=True)

    def _tag(self, local: str) -> str:
        return f"{{{etree.QName(self._root).namespace}}}{local}"

    def look(self, style: int) -> tuple[str, ...]:
        """
        Return numbers of font, fill and border, as cells that look alike share them.

        Empty if there are no styles.
        """
        found = self._format(style)
        if found is None:
            return ()
        return tuple(found.get(key, "0") for key in ("fontId", "fillId", "borderId"))

    def plain(self, style: int) -> int:
        """
        Return the style for text beside a cell: its font, fill and borders, and no format.

        Number of the style, appended if there was none.
        """
        if style not in self._plain:
            self._plain[style] = self._make_plain(style)
        return self._plain[style]

    def truth(self, style: int) -> int:
        """
        Return the style for a truth value beside a cell.

        Excel shows a truth value in words whatever its format; LibreOffice shows a number. Number
        of the style, appended if there was none; 0 if the workbook has no styles.
        """
        if style not in self._truth:
            given = self._format(self.plain(style))
            made = copy.deepcopy(given)
            if made is not None:
                made.set("numFmtId", str(self._number_format(_TRUTH)))
                made.set("applyNumberFormat", "1")
            self._truth[style] = 0 if made is None else self._append(made)
        return self._truth[style]

    def _format(self, style: int) -> Any:
        if self._formats is None or not 0 <= style < len(self._formats):
            return None
        return self._formats[style]

    def _make_plain(self, style: int) -> int:
        given = self._format(style)
        if given is None:
            return 0
        made = copy.deepcopy(given)
        for gone in ("quotePrefix", "pivotButton"):
            made.attrib.pop(gone, None)
        if made.get("numFmtId", "0") != "0":
            made.set("numFmtId", "0")
            made.set("applyNumberFormat", "1")
        alignment = made.find(self._tag("alignment"))
        if alignment is not None:
            for key in list(alignment.attrib):
                if key != _KEPT_ALIGNMENT:
                    del alignment.attrib[key]
            if not alignment.attrib:
                made.remove(alignment)
        if etree.tostring(made, with_tail=False) == etree.tostring(given, with_tail=False):
            return style
        return self._append(made)

    def _append(self, made: Any) -> int:
        """Append a format, or return the number of an equal one."""
        made.tail = None
        written = etree.tostring(made)
        for number, known in enumerate(self._formats):
            if etree.tostring(known, with_tail=False) == written:
                return number
        self._formats.append(made)
        self._formats.set("count", str(len(self._formats)))
        return len(self._formats) - 1

    def simple(
        self,
        number_format: str = "",
        *,
        bold: bool = False,
        right: bool = False,
        wrapped: bool = False,
    ) -> int:
        """
        Return a style in the ordinary font of the workbook.

        Parameters
        ----------
        number_format : str
            Format of numbers, such as ``#,##0``; empty for none.
        right : bool
            Whether it stands at the right, as numbers do.
        wrapped : bool
            Whether text that is longer than the column goes on below, and stands at the top.
        """
        if self._formats is None:
            return 0
        made = etree.Element(self._tag("xf"))
        number, font = self._number_format(number_format), self._bold() if bold else 0
        for key, value in (("numFmtId", number), ("fontId", font), ("fillId", 0), ("borderId", 0)):
            made.set(key, str(value))
        if self._root.find(self._tag("cellStyleXfs")) is not None:
            made.set("xfId", "0")
        if number:
            made.set("applyNumberFormat", "1")
        if font:
            made.set("applyFont", "1")
        aligned = {"horizontal": "right"} if right else {}
        if wrapped:
            aligned |= {"vertical": "top", "wrapText": "1"}
        if aligned:
            made.set("applyAlignment", "1")
            etree.SubElement(made, self._tag("alignment"), aligned)
        return self._append(made)

    def _number_format(self, code: str) -> int:
        if code in _BUILT_IN:
            return _BUILT_IN[code]
        formats = self._root.find(self._tag("numFmts"))
        if formats is None:
            formats = etree.Element(self._tag("numFmts"))
            self._root.insert(0, formats)
        taken = {int(element.get("numFmtId", 0)): element.get("formatCode") for element in formats}
        for number, known in taken.items():
            if known == code:
                return number
        number = max([_FIRST_OWN - 1, *taken]) + 1
        made = etree.SubElement(formats, self._tag("numFmt"))
        made.set("numFmtId", str(number))
        made.set("formatCode", code)
        formats.set("count", str(len(formats)))
        return number

    def _bold(self) -> int:
        """Return the number of the ordinary font made bold; bold comes first in a font."""
        fonts = self._root.find(self._tag("fonts"))
        if fonts is None or not len(fonts):
            return 0
        if fonts[0].find(self._tag("b")) is not None:
            return 0
        made = copy.deepcopy(fonts[0])
        made.insert(0, etree.Element(self._tag("b")))
        made.tail = None
        written = etree.tostring(made)
        for number, known in enumerate(fonts):
            if etree.tostring(known, with_tail=False) == written:
                return number
        fonts.append(made)
        fonts.set("count", str(len(fonts)))
        return len(fonts) - 1
