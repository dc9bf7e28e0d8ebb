"""Which rows and columns of a sheet nobody sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from localarea.tables.ods_limits import MAX_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNSEEN: Final = re.compile(rb' table:visibility="(?:collapse|filter)"')


@dataclass(slots=True)
class Unseen:
    """Gathers the filled rows and the columns that a filter or a person hid."""

    rows: list[list[int]] = field(default_factory=list)  # first row and the one after the last
    columns: list[tuple[int, int]] = field(default_factory=list)

    def see_row(self, tag: bytes, at: int, times: int) -> None:
        """Note a filled row that stands for some, by its start tag."""
        if not _UNSEEN.search(tag):
            return
        if self.rows and self.rows[-1][1] == at:
            self.rows[-1][1] = at + times
        else:
            self.rows.append([at, at + times])

    def see_column(self, tag: bytes, at: int, times: int) -> None:
        """Note a column that stands for some, by its start tag."""
        if _UNSEEN.search(tag) and at < MAX_COLUMNS:
            self.columns.append((at, min(at + times, MAX_COLUMNS)))

    def rows_from(self, first: int) -> int:
        """Count the filled rows from one on, from 0."""
        return sum(max(0, end - max(at, first)) for at, end in self.rows)

    def among(self, columns: Iterable[int]) -> frozenset[int]:
        """Return which of some columns are hidden."""
        hidden = bytearray(MAX_COLUMNS)
        for at, end in self.columns:
            hidden[at:end] = b"\1" * (end - at)
        return frozenset(column for column in columns if hidden[column])
