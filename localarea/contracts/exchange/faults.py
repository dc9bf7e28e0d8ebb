"""What is wrong in the tables of an exchange, gathered by table, row and column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.contracts.exchange.columns import TABLES
from localarea.errors import TableFaultsError

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST: Final = 200  # that are told one by one
_NUMBERED: Final = re.compile(r"(pledge|milestone) (\d+): (.*)", re.DOTALL)
_NAMED: Final = re.compile(r"'(\w+)' (?=must|may|holds|is|\w+ is)")
_LACKS: Final = re.compile(r"it lacks '(\w+)'")
_AMOUNT: Final = "it must be a number such as 1234.50, not negative and of at most 4 decimal places"
# Where the words of a contract name no column, what they are about.
_ABOUT: Final = (
    ("a share is at most", "target"),
    ("is not a quarter", "quarter"),
    ("does not run in", "quarter"),
    ("it repeats", "measure"),
)
_ORDER: Final = {name: at for table in TABLES.values() for at, name in enumerate(table.columns)}
_COLUMNS: Final = {"title": "milestone"}  # of the table of milestones


class Place(NamedTuple):
    """A row of a table: None for the table as a whole."""

    table: str
    row: int | None = None


class Faults:
    """The faults of an exchange, as they are found; told in the order of the tables, if given."""

    def __init__(self, tables: Sequence[str] = ()) -> None:
        self._tables = tuple(tables)
        self._found: list[tuple[Place, str, str]] = []

    def tell(self, place: Place, column: str, why: str) -> None:
        """Keep a fault; blank for no column in particular."""
        self._found.append((place, column, why))

    def of_contract(
        self,
        texts: Sequence[str],
        place: Place,
        pledges: Sequence[Place],
        milestones: Sequence[Place],
    ) -> None:
        """Keep what :func:`localarea.contracts.model.parse_contract` said, each in its row."""
        for text in texts:
            numbered = _NUMBERED.fullmatch(text)
            if numbered is None:
                self.tell(place, *_column(text))
                continue
            rows = pledges if numbered[1] == "pledge" else milestones
            column, why = _column(numbered[3])
            if numbered[1] == "milestone":
                column = _COLUMNS.get(column, column)
            self.tell(rows[int(numbered[2]) - 1], column, why)

    def require_none(self) -> None:
        """Raise TableFaultsError if there are any, with the first 200 by table and row."""
        if not self._found:
            return
        tables = list(dict.fromkeys([*self._tables, *(place.table for place, _, _ in self._found)]))
        told = sorted(
            self._found,
            key=lambda one: (tables.index(one[0].table), one[0].row or 0, _ORDER.get(one[1], -1)),
        )
        places = [
            {"table": place.table, "row": place.row, "column": column, "why": why}
            for place, column, why in dict.fromkeys(told)
        ]
        raise TableFaultsError("exchange", places[:_MOST], max(len(places) - _MOST, 0))

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self._found)


def _column(text: str) -> tuple[str, str]:
    """Return the column that some words are about, and the words as they stand beside it."""
    lacks = _LACKS.fullmatch(text)
    if lacks:
        return lacks[1], "it is blank"
    named = _NAMED.match(text)
    column = named[1] if named else next((c for words, c in _ABOUT if words in text), "")
    if "an amount in quotes" in text:
        return column, _AMOUNT
    if "must be non-blank text" in text:
        return column, "it is blank"
    return column, f"it {text[named.end() :]}" if named else text
