"""
Recognise rows that have the same cells, which is faster than to find the cells of each.

Programs write the rows of a table alike: the same columns, types and styles, and other values. A
form is the pattern of such rows, made from one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.tables.xlsx.references import column_of

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST: Final = 6  # forms of a sheet; rows of others are read cell by cell
_OFTEN: Final = 50  # rows of a form from which it is worth its pattern
_WATCHED: Final = 1_000  # forms that are counted
_LONGEST: Final = 10_000  # bytes; the pattern of a longer row would be slow to make
_NAME: Final = re.compile(rb'( r="[A-Z]{1,3})[0-9]{1,7}')
_VALUE: Final = re.compile(rb">[^<]+<")


class RowForm(NamedTuple):
    """
    What rows have in common.

    Attributes
    ----------
    match : callable
        Matches the whole content of such a row; its groups are the values of its filled cells,
        none of which is blank.
    filled, blank : dict of int to bytes
        Attributes of the filled and the blank cells by their columns, which rise.
    last : int
        Last column, also of a blank cell.
    last_filled : int
        Last column that is filled.
    """

    match: Callable[[bytes], re.Match[bytes] | None]
    filled: dict[int, bytes]
    blank: dict[int, bytes]
    last: int
    last_filled: int


class RowForms:
    """
    The forms of the rows of a sheet.

    Parameters
    ----------
    pattern : re.Pattern
        From `cell_pattern`.
    """

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self._pattern = pattern
        self._seen: Counter[bytes] = Counter()
        self._forms: list[RowForm] = []

    def read(self, content: bytes) -> tuple[RowForm, tuple[bytes, ...]] | None:
        """
        Read a row of a known form.

        Returns
        -------
        RowForm
            Its form.
        tuple of bytes
            Values of its filled cells.
        """
        for form in self._forms:
            found = form.match(content)
            if found is not None:
                return form, found.groups()
        if len(self._forms) < _MOST and len(self._seen) < _WATCHED:
            self._count(content)
        return None

    def _count(self, content: bytes) -> None:
        if len(content) > _LONGEST:
            return
        likeness = _VALUE.sub(b"><", _NAME.sub(rb"\1", content))
        self._seen[likeness] += 1
        if self._seen[likeness] == _OFTEN:
            form = self._made(content)
            if form is not None:
                self._forms.append(form)

    def _made(self, content: bytes) -> RowForm | None:
        """Return the form of a row; None if its cells hold more than values, or are unnamed."""
        pieces, end = [], 0
        filled: dict[int, bytes] = {}
        blank: dict[int, bytes] = {}
        last = -1
        for cell in self._pattern.finditer(content):
            column = column_of(cell[1].decode()) if cell[1] else -1
            if column <= last or cell[4] or cell[3] == b"" or cell.start() != end:
                return None
            end, last = cell.end(), column
            (blank if cell[3] is None else filled)[column] = cell[2]
            digits = cell.end(1)
            pieces += [re.escape(content[cell.start() : digits]), rb"[0-9]{1,7}"]
            rest = content.index(b'"', digits)
            if cell[3]:
                pieces += [re.escape(content[rest : cell.start(3)]), rb"([^<]++)"]
                rest = cell.end(3)
            pieces.append(re.escape(content[rest:end]))
        if end != len(content) or not filled:
            return None
        match = re.compile(b"".join(pieces)).fullmatch
        return RowForm(match, filled, blank, last, max(filled))
