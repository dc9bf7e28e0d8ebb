"""
The report as a document of plain blocks, independent of file format.

The sections produce these blocks and every format is rendered from them, so the three
formats cannot differ in content. All text is plain; the renderers escape it.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from localarea.classify.sentences import month_name
from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class Heading:
    """
    A heading.

    Attributes
    ----------
    level : {1, 2, 3}
        Level; 1 for a section.
    """

    text: str
    level: Literal[1, 2, 3] = 1
    new_page: bool = False

    @property
    def anchor(self) -> str:
        """
        Return the link target of the heading.

        Lowercase letters, digits and hyphens; starts with a letter.
        """
        return "s-" + re.sub(r"[^a-z0-9]+", "-", self.text.casefold()).strip("-")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``lead``: bold text before it; empty for none."""

    text: str
    lead: str = ""
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """
    A highlighted paragraph that a reader must not miss.

    Its title opens it in bold.
    """

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A bulleted list: the text of each item."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a table.

    Attributes
    ----------
    unit : str
        Unit, year or both, under the heading; empty for none.
    weight : float
        Relative width among the columns with a weight; 0 for the width its content
        needs.
    """

    heading: str
    unit: str = ""
    numeric: bool = True
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One cell of a table.

    ``strong``: whether it is bold. Bold is never the only sign of anything.
    """

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row; the first cell of each row is the row's header."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        """Raise an error if a row does not have one cell per column."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise InputError(
                    f"table {self.caption!r}: a row has {len(row)} cells, "
                    f"the header {len(self.columns)}; give each column one"
                )

    @property
    def letter_pt(self) -> float:
        """
        Return the font size in print, which is smaller if there are many columns.

        Size in points.
        """
        columns = len(self.columns)
        return next(size for most, size in _LETTER_PT if columns <= most)

    @property
    def stays_whole(self) -> bool:
        """
        Return whether print keeps the table on one page.

        False for a long table, which continues with its header repeated.
        """
        lines = sum(max(1 + len(c.text) // _LETTERS_PER_LINE for c in row) for row in self.rows)
        return lines <= _MAX_LINES

    def widths(self, total: float) -> list[float]:
        """
        Divide the width of the page among the columns.

        A column without a weight is as wide as its longest cell or the longest word of its heading;
        columns with a weight share the rest. ``total``: width of the page in em. Returns widths in
        em, in order. If the page is too narrow, columns with a weight keep room for one word.
        """
        widths = [
            _needed(column, [row[at].text for row in self.rows])
            for at, column in enumerate(self.columns)
        ]
        fixed = [at for at, column in enumerate(self.columns) if not column.weight]
        spare = total - sum(widths)
        if spare > 0:
            # Headings read better on fewer lines, so narrow columns may grow a little.
            for at in fixed:
                grown = min(max(widths[at], _ROOMY_EM), widths[at] + spare / len(fixed))
                widths[at] = grown
        weights = sum(column.weight for column in self.columns)
        rest = max(total - sum(widths[at] for at in fixed), _LEAST_EM * weights)
        return [
            rest * column.weight / weights if column.weight else width
            for width, column in zip(widths, self.columns, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Picture:
    """
    A picture.

    Attributes
    ----------
    name : str
        File name without folder, such as ``map-a.png``.
    width_share : float
        Maximum width in print, as a share of the text width.
    tallest_cm : float
        Maximum height in print, in centimetres.
    """

    name: str
    content: bytes
    alt: str
    caption: str
    width_share: float = 1.0
    tallest_cm: float = 21.0

    def width_cm(self, text_cm: float) -> float:
        """
        Return the width in print.

        ``text_cm``: text width in centimetres. Returns width in centimetres; the picture keeps its
        proportions.
        """
        # A PNG starts with an 8-byte signature, an 8-byte chunk header, then width and height.
        wide, high = struct.unpack(">II", self.content[16:24])
        return float(min(text_cm * self.width_share, self.tallest_cm * wide / high))

    def __post_init__(self) -> None:
        """Raise an error if the alternative text is missing."""
        if not self.alt.strip():
            raise InputError(f"picture {self.name!r} has no alternative text; describe it")


@dataclass(frozen=True, slots=True)
class Form:
    """
    A form to be filled in by hand.

    ``fields``: label, and the value already filled in; empty for a blank line.
    """

    caption: str
    fields: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """
        Return the fields two per row.

        Label, value, label, value; the last pair is blank if the number of fields is odd.
        """
        padded = [*self.fields, ("", "")]
        return [padded[at] + padded[at + 1] for at in range(0, len(self.fields), 2)]


FORM_HEADINGS: Final = ("Item", "To be filled in", "Item", "To be filled in")


Block: TypeAlias = Heading | Paragraph | Note | Bullets | Table | Picture | Form


@dataclass(frozen=True, slots=True)
class Report:
    """A complete document."""

    title: str
    subtitle: str
    author: str
    dated: date
    blocks: tuple[Block, ...]
    language: str = "en-GB"

    def headings(self, *, level: int = 1) -> Iterator[Heading]:
        """Yield the headings of one level in order."""
        for block in self.blocks:
            if isinstance(block, Heading) and block.level == level:
                yield block

    @property
    def date_in_words(self) -> str:
        """Format the date for display: date such as ``23 November 2026``, whatever the locale."""
        return f"{self.dated.day} {month_name(self.dated.year * 100 + self.dated.month)}"


CM_PER_PT: Final = 2.54 / 72
_LETTER_PT = ((6, 9.5), (9, 8.5), (float("inf"), 8.0))  # font size up to a number of columns
_LETTERS_PER_LINE = 45  # of a cell in print, roughly
_MAX_LINES = 24  # of a table that stays on one page
_EM_PER_LETTER = 0.53  # mean width of a letter
_PADDING_EM = 0.9  # of a cell, both sides
_LEAST_EM = 7.0  # of a column with a weight
_WIDEST_EM = 14.0  # cap on a column without a weight
_WIDEST_TEXT_EM = 26.0  # cap on a column with a weight, if others need room
_ROOMY_EM = 8.0  # narrow columns grow to this if there is room


def _needed(column: Column, texts: Sequence[str]) -> float:
    """Return the width that a column needs, in em; a bold heading is a little wider."""
    words = [len(word) * 1.08 for word in column.heading.split()]
    words += [len(word) * 0.95 for word in column.unit.split()]
    longest = max([*words, *(float(len(text)) for text in texts)], default=1.0)
    most = _WIDEST_TEXT_EM if column.weight else _WIDEST_EM
    return min(longest * _EM_PER_LETTER, most) + _PADDING_EM


def numbered_captions(blocks: Sequence[Block]) -> list[str]:
    """
    Return the captions of tables and pictures with their numbers.

    Caption of each block, ``Table 2: ...`` or ``Figure 1: ...``; empty for a block without one.
    """
    counts = {"Table": 0, "Figure": 0}
    captions = []
    for block in blocks:
        if not isinstance(block, (Table, Form, Picture)):
            captions.append("")
            continue
        kind = "Figure" if isinstance(block, Picture) else "Table"
        counts[kind] += 1
        captions.append(f"{kind} {counts[kind]}: {block.caption}")
    return captions


def cells(*texts: str | Cell) -> tuple[Cell, ...]:
    """
    Build a row of a table.

    Examples
    --------
    >>> cells("Jobs", Cell("1,000", strong=True))[1].text
    '1,000'
    """
    return tuple(t if isinstance(t, Cell) else Cell(t) for t in texts)
