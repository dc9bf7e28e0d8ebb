"""Choose the column of postcodes of a table, by its header and then by its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.errors import ColumnNotFoundError
from localarea.geo.addresses import find_postcodes
from localarea.geo.postcodes import BLANK, OUTWARD, WHOLE, read_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

# Headers without case, spaces and punctuation. A header in the first list decides; the words of the
# second may be part of a longer header ("Supplier postcode", "Postcode of trading site").
EXACT: Final = (
    *("postcode", "postcodes", "postalcode", "pcode", "pcd", "pcds", "pcd7", "pcd8"),
    *("zip", "zipcode", "zippostcode", "postzip", "pc", "codepostal", "postcd"),
)
WITHIN: Final = ("postcode", "postalcode", "zipcode", "pcode")
LONGEST_HEADER: Final = 5  # rows below its first, where cells of a header are merged
_LEAST_SHARE = 0.5  # of the non-blank cells, for a column chosen by content alone
_OUTWARD_WEIGHT = 0.25  # of an outward code, since "E1" may be a code of anything
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """The chosen column; ``index``: position of the column, from 0."""

    index: int
    note: str = ""


def choose_column(
    headers: Sequence[str], sample: Sequence[Sequence[str]], *, wanted: str | None = None
) -> ColumnChoice:
    """
    Choose the column that holds the postcodes.

    Parameters
    ----------
    headers : sequence of str, shape (n_columns,)
        Headers as written.
    sample : sequence of sequence of str
        Cells of sample rows, which may be short.
    wanted : str or None
        Header of the requested column, or its number, from 1.

    Raises
    ------
    ColumnNotFoundError
        If there is no such column, or none holds postcodes.
    """
    if wanted is not None:
        return _requested_column(headers, sample, wanted)
    shares = [column_share(sample, index) for index in range(len(headers))]
    ranks = [header_rank(header) for header in headers]
    called = [i for i, rank in enumerate(ranks) if rank]
    full = [i for i, share in enumerate(shares) if share is not None and share >= _LEAST_SHARE]
    candidates = named_columns(headers, sample) or full or called
    if not candidates:
        raise ColumnNotFoundError(None, headers)
    best = max(candidates, key=lambda i: (ranks[i], shares[i] or 0.0, -i))
    return ColumnChoice(best, _note(headers, candidates, best, by_header=bool(ranks[best])))


def named_columns(headers: Sequence[str], sample: Sequence[Sequence[str]]) -> list[int]:
    """
    Find the columns whose header names postcodes, and whose cells do not say otherwise.

    Parameters
    ----------
    headers : sequence of str, shape (n_columns,)
        Headers as written.
    sample : sequence of sequence of str
        Cells of sample rows, which may be short.

    Returns
    -------
    list of int
        Positions of those that hold a postcode, or nothing at all.
    """
    named = [i for i, header in enumerate(headers) if header_rank(header)]
    shares = {i: column_share(sample, i) for i in named}
    return [i for i in named if shares[i] is None or shares[i]]


def _requested_column(
    headers: Sequence[str], sample: Sequence[Sequence[str]], wanted: str
) -> ColumnChoice:
    for same in (wanted.__eq__, lambda header: _normalise(header) == _normalise(wanted)):
        found = [i for i, header in enumerate(headers) if same(header)]
        if found and (_normalise(wanted) or same == wanted.__eq__):
            best = max(found, key=lambda i: (column_share(sample, i) or 0.0, -i))
            return ColumnChoice(best, _note(headers, found, best, by_header=True))
    if wanted.isdecimal() and 1 <= int(wanted[:9]) <= len(headers):
        return ColumnChoice(int(wanted) - 1)
    raise ColumnNotFoundError(wanted, headers)


def _note(headers: Sequence[str], candidates: list[int], best: int, *, by_header: bool) -> str:
    name = column_said(headers, best)
    others = [column_said(headers, i) for i in candidates if i != best][:5]
    if others:
        return f"used {name}; {', '.join(others)} could be used too: choose the right column"
    return "" if by_header else f"used {name}, based on its contents"


def column_said(headers: Sequence[str], index: int) -> str:
    """Name a column in a sentence, by its header and number from 1, or the number alone."""
    if not headers[index].strip():
        return f"column {index + 1}"
    return f"{headers[index][:60]!r} (column {index + 1})"


def _normalise(header: str) -> str:
    return _SIGNS.sub("", header).casefold()


def header_rank(header: str) -> int:
    """
    Return how clearly a header names a column of postcodes.

    2 for "Postcode" and synonyms, 1 for a longer header with such a word, otherwise 0.
    """
    plain = _normalise(header)
    if plain in EXACT:
        return 2
    return 1 if any(word in plain for word in WITHIN) else 0


def column_share(sample: Sequence[Sequence[str]], index: int) -> float | None:
    """
    Return the share of a column's non-blank cells that are postcodes.

    ``sample``: cells of sample rows, which may be short. Between 0 and 1, where half a postcode
    counts little; None if all cells are blank.
    """
    cells = [row[index] for row in sample if index < len(row) and row[index]]
    worths = [worth for worth in map(_weight, cells) if worth is not None]
    return sum(worths) / len(worths) if worths else None


def _weight(cell: str) -> float | None:
    """Return the weight of a cell as evidence, 1 for a postcode; None if blank."""
    code = read_cell(cell)[0]
    if code == BLANK:
        return None
    if code == WHOLE:
        return 1.0
    if code == OUTWARD:
        return _OUTWARD_WEIGHT
    return 0.75 if find_postcodes(cell) else 0.0  # several are evidence too


def has_postcode(cells: Sequence[str]) -> bool:
    """Check whether any cell of a row is a full postcode, in which case it is not a header."""
    readings = (read_cell(cell) for cell in cells if cell)
    return any(code == WHOLE and not corrected for code, _, corrected in readings)
