"""Read the postcode of one row, by the sources of its sheet: the rule that every file follows."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.geo.addresses import read_cell_or_address
from localarea.geo.countries import is_abroad, is_state
from localarea.geo.postcodes import (
    ABROAD,
    AREAS,
    BERMUDA_OUTWARDS,
    BLANK,
    INWARD_SLOTS,
    MALFORMED,
    OUTWARD,
    SEVERAL,
    WHOLE,
    WHOLE_OUTWARDS,
    WITHHELD,
    outward_of,
    postcode_of,
    read_cell,
)
from localarea.geo.unread import names_bermuda, says_withheld
from localarea.tables.finding.no_payment import (
    is_header_again,
    is_no_payment,
    is_other_header,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.tables.finding.grid import Grid
    from localarea.tables.finding.sources import PostcodeSource

# What was special about a row, which its explanation says.
PLAIN: Final = 0
CORRECTED: Final = 1  # a letter or digit was mistyped
PUSHED: Final = 2  # the postcode was in a later cell
BY_COUNTRY: Final = 3  # another column says that it is abroad
BY_NAME: Final = 4  # another cell says that something was withheld
REMARKS: Final = 5
NO_COLUMN: Final = -1  # no column was used

_RANKS: Final = {WHOLE: 0, ABROAD: 0, OUTWARD: 1, BLANK: 3}
_OTHER: Final = 2  # rank of text that is neither
_ZIP: Final = re.compile(r"[0-9]{5}(?:-?[0-9]{4})?\Z")
_DIGIT: Final = re.compile(r"[0-9]")
_KNOWN: Final = AREAS | WHOLE_OUTWARDS
_LETTERS: Final = re.compile(r"[A-Z]+")
_LEAST_DIGITS: Final = 2  # of a line of an address in which a mistyped postcode is believed


class RowReading(NamedTuple):
    """
    What was read from a row.

    Attributes
    ----------
    code, number : int
        As `localarea.geo.addresses.read_cell_or_address`.
    remark : int
        What was special about it, from `PLAIN` to `BY_NAME`.
    used : int
        Position in `Grid.labels` of the column that was used; `NO_COLUMN` for none.
    no_payment : bool
        Whether it is a total, a footer or the header again, which gets no verdict.
    other_header : bool
        Whether it is that because it is the header of another table.
    """

    code: int
    number: int
    remark: int = PLAIN
    used: int = NO_COLUMN
    no_payment: bool = False
    other_header: bool = False

    @property
    def text(self) -> str:
        """Return the postcode or outward code that was read, in the usual form; empty if none."""
        if self.code == WHOLE:
            return postcode_of(self.number)
        return outward_of(self.number) if self.code == OUTWARD else ""


def read_row(grid: Grid, cells: Sequence[str]) -> RowReading:
    """
    Read the postcode of a row.

    Of the sources in order, the first with a postcode is used, or else the first with an outward
    code, or else the first with any text. Only a row without a postcode can be a total or a
    footer, be abroad by its column of countries, or be withheld by another cell.

    Parameters
    ----------
    cells : sequence of str
        Texts of the row; it may be short.
    """
    best = _best_source(grid, cells)
    if best.code == OUTWARD and _is_bermudan(grid, cells, best):
        return RowReading(ABROAD, 0, BY_COUNTRY, best.used)
    if best.code in (WHOLE, OUTWARD) and _is_known(best):
        return best
    if best.code in (BLANK, MALFORMED):
        kept, headers = cells, grid.headers
        if grid.own:
            kept, headers = _without_own(grid, cells), _without_own(grid, headers)
        if is_no_payment(kept, headers, grid.columns):
            other = is_other_header(kept) and not is_header_again(kept, headers)
            return best._replace(no_payment=True, other_header=other)
        pushed = _pushed_aside(grid, cells)
        if pushed is not None:
            return pushed
    if best.code not in (ABROAD, WITHHELD, SEVERAL) and _is_elsewhere(grid, cells):
        return RowReading(ABROAD, 0, BY_COUNTRY, best.used)
    if best.code in (BLANK, MALFORMED) and _is_private(grid, cells):
        return RowReading(WITHHELD, 0, BY_NAME, best.used)
    return best


def _without_own(grid: Grid, texts: Sequence[str]) -> tuple[str, ...]:
    return tuple("" if at in grid.own else text for at, text in enumerate(texts))


def _best_source(grid: Grid, cells: Sequence[str]) -> RowReading:
    best, rank, first = RowReading(BLANK, 0), len(_RANKS), 0
    for source in grid.sources:
        reading = _READERS[source.form](source, cells, first)
        found = _RANKS.get(reading.code, _OTHER)
        if found < rank:
            best, rank = reading, found
        if not rank:
            break
        first += 1 if source.form == "halves" else len(source.columns)
    return best


def cell_at(cells: Sequence[str], column: int) -> str:
    """Return a cell of a row that may be short."""
    return cells[column] if column < len(cells) else ""


def _read_cell(source: PostcodeSource, cells: Sequence[str], first: int) -> RowReading:
    code, number, corrected = _parsed(cell_at(cells, source.columns[0]))
    return RowReading(code, number, int(corrected), first)


def join_halves(outward: str, inward: str) -> str:
    """Join the two halves of a postcode, from cells of their own, into a text for the parser."""
    return f"{outward.strip()} {inward.strip()}".strip()


def _read_halves(source: PostcodeSource, cells: Sequence[str], first: int) -> RowReading:
    outward, inward = (cell_at(cells, column) for column in source.columns)
    code, number, corrected = _parsed(join_halves(outward, inward))
    return RowReading(code, number, int(corrected), first)


def _read_lines(source: PostcodeSource, cells: Sequence[str], first: int) -> RowReading:
    """Read the lines of an address, of which one is the postcode or holds it."""
    whole: list[tuple[bool, int, RowReading]] = []
    others: list[RowReading] = []
    for at, column in enumerate(source.columns):
        text = cell_at(cells, column)
        if not text.strip():
            continue
        reading, exact = _read_line(text)
        reading = reading._replace(used=first + at)
        if reading.code == WHOLE:
            whole.append((not exact, at, reading))
        elif reading.code not in (BLANK, MALFORMED):
            others.append(reading)
    if whole:
        exact_ones = {reading.number for within, _, reading in whole if not within}
        best = min(whole)[2]
        return best if len(exact_ones) < 2 else RowReading(SEVERAL, 0, PLAIN, best.used)
    order = {ABROAD: 0, OUTWARD: 1, SEVERAL: 2, WITHHELD: 3}
    return min(others, key=lambda reading: order[reading.code], default=RowReading(BLANK, 0))


@lru_cache(maxsize=1 << 16)
def _parsed(text: str) -> tuple[int, int, bool]:
    return read_cell_or_address(text)


@lru_cache(maxsize=1 << 16)
def _read_line(text: str) -> tuple[RowReading, bool]:
    """Read one line of an address, and whether it is nothing but a postcode."""
    code, number, corrected = read_cell_or_address(text)
    if corrected and len(_DIGIT.findall(text)) < _LEAST_DIGITS:  # "Mills" is not M1 1LS
        return RowReading(MALFORMED, 0), False
    if code == OUTWARD:
        area = _area_of(number)
        if len(area) < len("CO") or area not in AREAS:  # "B2" may be a unit, "A1" a road
            return RowReading(MALFORMED, 0), False
    return RowReading(code, number, int(corrected)), read_cell(text)[0] == WHOLE


def _area_of(number: int) -> str:
    found = _LETTERS.match(outward_of(number))
    return found[0] if found else ""


def _is_known(reading: RowReading) -> bool:
    """Return whether a postcode or outward code is of a British area."""
    number = reading.number // INWARD_SLOTS if reading.code == WHOLE else reading.number
    return _area_of(number) in _KNOWN


def _too_many(grid: Grid, cells: Sequence[str]) -> int:
    """Return how many filled cells a row has beyond the headers."""
    filled = [at for at, cell in enumerate(cells) if cell.strip() and at not in grid.own]
    last = filled[-1] if filled else -1
    before = last + 1 - sum(at < last for at in grid.own)
    return max(0, before - grid.stated)


def _pushed_aside(grid: Grid, cells: Sequence[str]) -> RowReading | None:
    """Find the postcode of a row with too many cells: a comma was not between quotation marks."""
    more = _too_many(grid, cells)
    for source in grid.sources:
        if source.form != "cell":
            continue
        column = source.columns[0]
        for text in cells[column + 1 : column + 1 + more]:
            code, number, corrected = _parsed(text)
            if code == WHOLE and not corrected:
                return RowReading(WHOLE, number, PUSHED, grid.label_of(source))
    return None


def _is_elsewhere(grid: Grid, cells: Sequence[str]) -> bool:
    """Return whether the row's country is not the United Kingdom, or it has a ZIP and a state."""
    if _too_many(grid, cells):
        return False  # its cells may be under other headers
    if grid.country is not None and is_abroad(cell_at(cells, grid.country)):
        return True
    if grid.state is None or not is_state(cell_at(cells, grid.state)):
        return False
    return any(
        _ZIP.match(cell_at(cells, column).strip()) for s in grid.sources for column in s.columns
    )


def _is_bermudan(grid: Grid, cells: Sequence[str], best: RowReading) -> bool:
    """Return whether what looks like half a postcode is one of Bermuda, by another cell."""
    return best.text in BERMUDA_OUTWARDS and any(
        names_bermuda(cell) for at, cell in enumerate(cells) if at not in grid.own
    )


def _is_private(grid: Grid, cells: Sequence[str]) -> bool:
    return any(
        says_withheld(cell) for at, cell in enumerate(cells) if cell.strip() and at not in grid.own
    )


_READERS: Final = {"cell": _read_cell, "halves": _read_halves, "lines": _read_lines}
