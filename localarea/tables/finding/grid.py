"""The layout of a sheet: its header, and the columns in which the postcode of a row may be."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from localarea.tables.finding.sources import PostcodeSource

EXTRA: Final = re.compile(r"extra_[0-9]+")  # header of cells too many, from an earlier check


@dataclass(frozen=True, slots=True)
class Grid:
    """
    The layout of a sheet.

    Attributes
    ----------
    header : int
        Row of the header, from 0; -1 if there is none.
    columns : tuple of int
        Columns of postcodes, from 0, in order of preference.
    own : tuple of int
        Columns that an earlier check added, from 0, which this one replaces.
    sources : tuple of PostcodeSource
        The same columns with how they are read, in order of preference; by default each is a
        cell of its own.
    country, state : int or None
        Columns that say which rows are abroad.
    names : tuple of str
        What columns are told apart by, by default their headers. Names that several share get
        the number of the column.
    stated : int
        Number of headers that the table came with: without those of cells too many, which an
        earlier check added.
    """

    header: int
    headers: tuple[str, ...]
    columns: tuple[int, ...]
    notes: tuple[str, ...] = ()
    own: tuple[int, ...] = ()
    sources: tuple[PostcodeSource, ...] = ()
    country: int | None = None
    state: int | None = None
    names: tuple[str, ...] = ()
    stated: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Count the headers, name the columns, and read each as a cell by default."""
        names = [name for i, name in enumerate(self.headers) if i not in self.own]
        while names and EXTRA.fullmatch(names[-1]):
            names.pop()
        object.__setattr__(self, "stated", len(names))
        said = [name.strip() for name in self.names or self.headers]
        alike = {name for name, count in Counter(said).items() if name and count > 1}
        apart = [f"{n} (column {i})" if n in alike else n for i, n in enumerate(said, start=1)]
        object.__setattr__(self, "names", tuple(apart))
        if not self.sources:
            cells = tuple(PostcodeSource("cell", (column,)) for column in self.columns)
            object.__setattr__(self, "sources", cells)

    @property
    def labels(self) -> tuple[str, ...]:
        """
        Name the columns that a row can be read from.

        Headers, or numbers from 1 where there is none, in order of preference; halves of a postcode
        share a name.
        """
        found: list[str] = []
        for source in self.sources:
            names = [self.name_of(column) for column in source.columns]
            found += [" + ".join(names)] if source.form == "halves" else names
        return tuple(found)

    @property
    def says_column(self) -> bool:
        """
        Return whether each row says which column was used, which it does where there are several.

        False where there is only one, read as it stands.
        """
        return len(self.columns) > 1

    def label_of(self, source: PostcodeSource) -> int:
        """
        Return the position of a source in the labels.

        ``source``: one of `sources`. Returns the position of the first of its columns.
        """
        before = self.sources[: self.sources.index(source)]
        return sum(1 if each.form == "halves" else len(each.columns) for each in before)

    def name_of(self, column: int) -> str:
        """
        Name a column.

        ``column``: position, from 0. Its header, or its number from 1; both where another column is
        called the same.
        """
        return "".join(self.names[column : column + 1]) or f"column {column + 1}"

    def described(self) -> str:
        """Name the columns that postcodes are read from, for reports, in order of preference."""
        return ", then ".join(self.labels)
