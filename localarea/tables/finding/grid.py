"""The layout of a sheet: its header, and the columns in which the postcode of a row may be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from localarea.tables.finding.sources import PostcodeSource

_EXTRA: Final = re.compile(r"extra_[0-9]+")


@dataclass(frozen=True, slots=True)
class Grid:
    """
    The layout of a sheet.

    Attributes
    ----------
    header : int
        Row of the header, from 0; -1 if there is none.
    headers : tuple of str
        The headers; empty texts if there is no header.
    columns : tuple of int
        Columns of postcodes, from 0, in order of preference.
    notes : tuple of str
        Notes for the user on how the sheet was read.
    own : tuple of int
        Columns that an earlier check added, from 0, which this one replaces.
    sources : tuple of PostcodeSource
        The same columns with how they are read, in order of preference; by default each is a
        cell of its own.
    country, state : int or None
        Columns that say which rows are abroad.
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
    stated: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Count the headers, and read each column as a cell where nothing else is said."""
        names = [name for i, name in enumerate(self.headers) if i not in self.own]
        while names and _EXTRA.fullmatch(names[-1]):
            names.pop()
        object.__setattr__(self, "stated", len(names))
        if not self.sources:
            cells = tuple(PostcodeSource("cell", (column,)) for column in self.columns)
            object.__setattr__(self, "sources", cells)

    @property
    def labels(self) -> tuple[str, ...]:
        """
        Name the columns that a row can be read from.

        Returns
        -------
        tuple of str
            Headers, or numbers from 1 where there is none, in order of preference; halves of a
            postcode share a name.
        """
        found: list[str] = []
        for source in self.sources:
            names = [self.name_of(column) for column in source.columns]
            found += [" + ".join(names)] if source.form == "halves" else names
        return tuple(found)

    @property
    def says_column(self) -> bool:
        """
        Return whether each row says which column was used.

        Returns
        -------
        bool
            False where there is only one, read as it stands.
        """
        return len(self.columns) > 1

    def label_of(self, source: PostcodeSource) -> int:
        """
        Return the position of a source in the labels.

        Parameters
        ----------
        source : PostcodeSource
            One of `sources`.

        Returns
        -------
        int
            Position of the first of its columns.
        """
        before = self.sources[: self.sources.index(source)]
        return sum(1 if each.form == "halves" else len(each.columns) for each in before)

    def name_of(self, column: int) -> str:
        """
        Name a column.

        Parameters
        ----------
        column : int
            Position, from 0.

        Returns
        -------
        str
            Its header, or its number from 1.
        """
        return "".join(self.headers[column : column + 1]).strip() or f"column {column + 1}"

    def described(self) -> str:
        """
        Name the columns that postcodes are read from, for reports.

        Returns
        -------
        str
            Names in order of preference.
        """
        return ", then ".join(self.labels)
