"""Extend the filter of a sheet to the columns that were added next to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.tables.ods._cells import attribute, with_attribute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.tables.ods._sheet_writer import AddedColumns

_ADDRESS: Final = re.compile(
    r"\$?(?P<sheet>'(?:[^']|'')+'|[^.'$:]+)\.\$?(?P<left>[A-Z]{1,4})\$?(?P<top>[0-9]{1,9})"
    r":(?P<again>(?:\$?(?:'(?:[^']|'')+'|[^.'$:]+))?\.)\$?(?P<right>[A-Z]{1,4})\$?(?P<bottom>[0-9]{1,9})"
)
_TARGET: Final = b"table:target-range-address"
_BUTTONS: Final = b"table:display-filter-buttons"


def grown_range(tag: bytes, added: Sequence[AddedColumns]) -> bytes:
    """
    Return the tag of a range of data, wider if it is the filter of a table that got columns.

    A range without the buttons of a filter has another purpose, and stays.
    """
    found = _ADDRESS.fullmatch(attribute(tag, _TARGET) or "")
    if found is None or attribute(tag, _BUTTONS) != "true":
        return tag
    name = found["sheet"]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    for columns in added:
        if columns.sheet.name != name or int(found["top"]) != columns.header + 1:
            continue
        right = _number(found["right"])
        if right + 1 in (columns.column, columns.column + columns.replaced):
            end = _letters(columns.column + len(columns.names) - 1)
            address = found[0]
            start, stop = found.span("right")
            return with_attribute(tag, _TARGET, address[:start] + end + address[stop:])
    return tag


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _letters(number: int) -> str:
    letters, rest = "", number + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
