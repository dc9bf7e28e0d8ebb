"""
The report as a document of plain blocks, before anybody thinks of a file format.

What computes the content gives these blocks, and every format is written from them, so
that the three formats cannot say different things. All text is plain: whatever writes
a format escapes it.
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
    text : str
        The words, with the number where there is one.
    level : {1, 2, 3}
        1 for a section.
    new_page : bool
        Whether print begins a page here.
    """

    text: str
    level: Literal[1, 2, 3] = 1
    new_page: bool = False

    @property
    def anchor(self) -> str:
        """
        Give the name by which links find the heading.

        Returns
        -------
        str
            Small letters, digits and hyphens; begins with a letter.
        """
        return "s-" + re.sub(r"[^a-z0-9]+", "-", self.text.casefold()).strip("-")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """
    A paragraph.

    Attributes
    ----------
    text : str
        The words.
    lead : str
        Words in bold before them; empty for none.
    keep : bool
        Whether it stays on the page of what follows it.
    """

    text: str
    lead: str = ""
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """
    A paragraph set apart: what a reader must not miss.

    Attributes
    ----------
    title : str
        Words in bold that open it.
    text : str
        The words.
    """

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """
    A list.

    Attributes
    ----------
    items : tuple of str
        One text an item.
    """

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a table.

    Attributes
    ----------
    heading : str
        Words of its header cell.
    unit : str
        Unit, year or both, under the heading; empty for none.
    numeric : bool
        Whether its cells are set to the right.
    weight : float
        Share of the width that it takes beside others with a weight; 0 for as much as
        its content needs.
    """

    heading: str
    unit: str = ""
    numeric: bool = True
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One cell of a table.

    Attributes
    ----------
    text : str
        What stands in it.
    strong : bool
        Whether it is in bold. Never the only sign of anything.
    """

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table with a header row; the first cell of each row is the row's header.

    Attributes
    ----------
    caption : str
        What the table shows.
    columns : tuple of Column
        The header cells.
    rows : tuple of tuple of Cell
        As many cells in each as there are columns.
    note : str
        Small print below; empty for none.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a row that is not as wide as the table."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise InputError(
                    f"table {self.caption!r}: a row has {len(row)} cells, "
                    f"the header {len(self.columns)}; give each column one"
                )

    @property
    def letter_pt(self) -> float:
        """
        Choose the size of the letters in print: small where there are many columns.

        Returns
        -------
        float
            Points.
        """
        many = len(self.columns)
        return 8.0 if many > 9 else 8.5 if many > 6 else 9.5

    @property
    def stays_whole(self) -> bool:
        """
        Tell whether print keeps the table on one page.

        Returns
        -------
        bool
            False for a long one, which goes on with its header repeated.
        """
        lines = sum(max(1 + len(c.text) // _LETTERS_A_LINE for c in row) for row in self.rows)
        return lines <= _MOST_LINES

    def widths(self, total: float) -> list[float]:
        """
        Divide the width of the page over the columns.

        A column without a weight is as wide as its longest cell and as the longest word
        of its heading; those with a weight share the rest.

        Parameters
        ----------
        total : float
            Width of the page in em.

        Returns
        -------
        list of float
            Widths in em, in order. Where the page is too narrow, columns with a weight
            keep room for a word.
        """
        widths = [
            _needed(column, [row[at].text for row in self.rows])
            for at, column in enumerate(self.columns)
        ]
        fixed = [at for at, column in enumerate(self.columns) if not column.weight]
        spare = total - sum(widths)
        if spare > 0:
            # Headings read better in fewer lines, so narrow columns may grow a little.
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
        File name without folder, ``map-a.png``.
    content : bytes
        PNG file.
    alt : str
        What it shows, for those who do not see it.
    caption : str
        Words under it.
    width_share : float
        Share of the width of the text that it takes in print at most.
    tallest_cm : float
        Height in centimetres that it takes in print at most.
    """

    name: str
    content: bytes
    alt: str
    caption: str
    width_share: float = 1.0
    tallest_cm: float = 21.0

    def width_cm(self, text_cm: float) -> float:
        """
        Give the width in print.

        Parameters
        ----------
        text_cm : float
            Width of the text in centimetres.

        Returns
        -------
        float
            Centimetres; the picture keeps its proportions.
        """
        # A PNG file begins with a signature of 8 bytes, a chunk's head of 8, width and height.
        wide, high = struct.unpack(">II", self.content[16:24])
        return float(min(text_cm * self.width_share, self.tallest_cm * wide / high))

    def __post_init__(self) -> None:
        """Refuse a picture that says nothing to those who do not see it."""
        if not self.alt.strip():
            raise InputError(f"picture {self.name!r} has no alternative text; describe it")


@dataclass(frozen=True, slots=True)
class Form:
    """
    Lines to be filled in by hand.

    Attributes
    ----------
    caption : str
        What is filled in.
    fields : tuple of (str, str)
        Label, and what is filled in already; empty for a blank line.
    """

    caption: str
    fields: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """
        Set the fields two by two.

        Returns
        -------
        list of tuple of str
            Label, content, label, content; blank where the number of fields is odd.
        """
        padded = [*self.fields, ("", "")]
        return [padded[at] + padded[at + 1] for at in range(0, len(self.fields), 2)]


FORM_HEADINGS: Final = ("Item", "To be filled in", "Item", "To be filled in")


Block: TypeAlias = Heading | Paragraph | Note | Bullets | Table | Picture | Form


@dataclass(frozen=True, slots=True)
class Report:
    """
    A whole document.

    Attributes
    ----------
    title : str
        Title of the document.
    subtitle : str
        Line under it.
    author : str
        Whose document it is.
    dated : datetime.date
        Date on the document.
    blocks : tuple of Block
        The content in reading order.
    language : str
        Language of the text.
    """

    title: str
    subtitle: str
    author: str
    dated: date
    blocks: tuple[Block, ...]
    language: str = "en-GB"

    def headings(self, *, level: int = 1) -> Iterator[Heading]:
        """
        Give the headings of one level in order.

        Parameters
        ----------
        level : int, default 1
            The level.

        Yields
        ------
        Heading
            The next one.
        """
        for block in self.blocks:
            if isinstance(block, Heading) and block.level == level:
                yield block

    @property
    def date_in_words(self) -> str:
        """
        Write the date for people.

        Returns
        -------
        str
            Such as ``23 November 2026``, whatever the machine's language.
        """
        return f"{self.dated.day} {month_name(self.dated.year * 100 + self.dated.month)}"


CM_PER_PT: Final = 2.54 / 72
_LETTERS_A_LINE = 45
_MOST_LINES = 24
_EM_PER_LETTER = 0.53
_PADDING_EM = 0.9
_LEAST_EM = 7.0
_WIDEST_EM = 14.0
_WIDEST_TEXT_EM = 26.0  # of a column with a weight, when others ask for room
_ROOMY_EM = 8.0


def _needed(column: Column, texts: Sequence[str]) -> float:
    """Measure a column in em; a bold heading is a little wider than text."""
    words = [len(word) * 1.08 for word in column.heading.split()]
    words += [len(word) * 0.95 for word in column.unit.split()]
    longest = max([*words, *(float(len(text)) for text in texts)], default=1.0)
    most = _WIDEST_TEXT_EM if column.weight else _WIDEST_EM
    return min(longest * _EM_PER_LETTER, most) + _PADDING_EM


def numbered_captions(blocks: Sequence[Block]) -> list[str]:
    """
    Give the tables and pictures of a document numbers.

    Parameters
    ----------
    blocks : sequence of Block
        The content in reading order.

    Returns
    -------
    list of str
        For each block its caption, ``Table 2: ...`` or ``Figure 1: ...``; empty for a
        block without one.
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
    Make a row of a table.

    Parameters
    ----------
    *texts : str or Cell
        What stands in each cell.

    Returns
    -------
    tuple of Cell
        The row.

    Examples
    --------
    >>> cells("Jobs", Cell("1,000", strong=True))[1].text
    '1,000'
    """
    return tuple(t if isinstance(t, Cell) else Cell(t) for t in texts)
