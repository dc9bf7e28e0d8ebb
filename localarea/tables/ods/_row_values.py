"""The values of the cells of a row, in the form in which saved files are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from localarea.tables.ods._cells import cells_of
from localarea.tables.ods._new_cells import PLAIN, cell, is_text
from localarea.tables.ods.saved import MOST_REPEATED, cell_value
from localarea.tables.plain_values import plain_number, plain_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.tables.ods._cells import Cell

_MOST_KNOWN: Final = 1 << 16  # cells whose values are kept
_SHORT: Final = 500  # bytes of one of them
_KIND: Final = re.compile(rb' office:value-type="([a-z]+)"')
_NUMBER: Final = re.compile(rb' office:value="(-?[0-9]+(?:\.[0-9]+)?)"')
_PARAGRAPH: Final = re.compile(rb"<text:p>([^<&\r]+)</text:p>")
_PREFIX: Final = re.compile(rb"[\s</]([A-Za-z_][\w.-]*):")
_OWN: Final = frozenset({b"xml", b"xmlns"})


class RowValues:
    """Reads the values of rows; days as people read them if they are to be shown."""

    def __init__(self, *, shown: bool = False) -> None:
        self._as_shown = shown
        self._known: dict[tuple[bytes, bytes], str] = {}
        self._added: dict[str, str] = {}

    def added(self, text: str) -> str:
        """Return the value of an added text, read from the cell that is written of it."""
        value = self._added.get(text)
        if value is None:
            if len(self._added) >= _MOST_KNOWN:
                self._added.clear()
            value = self._added[text] = self._of_added(text)
        return value

    def _of_added(self, text: str) -> str:
        if PLAIN.fullmatch(text) and is_text(text):
            return plain_value(text)
        return "".join(self.of(cells_of(cell(text))))

    def of(self, cells: Sequence[Cell]) -> list[str]:
        """Return the values of cells, without a blank end."""
        values: list[str] = []
        blank = 0
        for each in cells:
            key = each.about, each.content or b""
            value = self._known.get(key)
            if value is None:
                value = self._read(*key)
            if not value:
                blank += each.times
                continue
            values += [""] * blank + [value] * min(each.times, MOST_REPEATED)
            blank = 0
        return values

    def _read(self, about: bytes, content: bytes) -> str:
        value = _value(about, content, shown=self._as_shown)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        if len(content) < _SHORT:
            self._known[about, content] = value
        return value


def _value(about: bytes, content: bytes, *, shown: bool) -> str:
    """Return the value of a cell, from its bytes where its form is usual."""
    kind = _KIND.search(about)
    if kind is not None and kind[1] == b"float":
        number = _NUMBER.search(about)
        if number is not None:
            return plain_number(float(number[1]))
    if kind is not None and kind[1] == b"string":
        whole = _PARAGRAPH.fullmatch(content)
        if whole is not None:
            return plain_value(whole[1].decode())
    used = set(_PREFIX.findall(about + b" " + content)) - _OWN
    named = b"".join(b' xmlns:%b="%b"' % (prefix, prefix) for prefix in sorted(used))
    whole_cell = b"<row%b><table-cell%b>%b</table-cell></row>" % (named, about, content)
    # The bytes passed through expat before, without a document type.
    return cell_value(ET.fromstring(whole_cell)[0], shown=shown)  # noqa: S314
