"""Choose the columns of a sheet in which the postcode of a row may be, in order of preference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from localarea.errors import ColumnNotFoundError
from localarea.geo.addresses import find_postcodes
from localarea.geo.countries import is_abroad, is_state
from localarea.geo.postcodes import OUTWARD, WHOLE, read_cell
from localarea.tables.columns import (
    choose_column,
    column_said,
    column_share,
    header_rank,
    named_columns,
)
from localarea.tables.finding.headers import (
    KINDS,
    AddressKind,
    address_kind,
    is_address_line,
    is_country,
    is_state_header,
    names_address,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# How the columns of a source are read: one cell, two halves of a postcode, or lines of an address.
Form = Literal["cell", "halves", "lines"]
_INWARD_WORDS: Final = frozenset({"inward", "incode", "inwardcode"})
_INWARD: Final = re.compile(r"\s*[0-9]\s?[A-Za-z]{2}\s*\Z")
_ALPHANUMERIC: Final = re.compile("[A-Za-z0-9]")
_LONGEST_OUTWARD: Final = 4  # letters and digits
_LEAST_SHARE: Final = 0.5  # of the non-blank cells
_SHOWN: Final = 8  # columns that a note names


@dataclass(frozen=True, slots=True)
class PostcodeSource:
    """
    Columns that hold one address's postcode.

    ``columns``: positions, from 0: one for a cell, the outward and the inward one for halves.
    """

    form: Form
    columns: tuple[int, ...]
    kind: AddressKind = "plain"


class FoundSources(NamedTuple):
    """Where postcodes are: sources in order of preference, columns of evidence, and notes."""

    sources: tuple[PostcodeSource, ...]
    country: int | None
    state: int | None
    notes: tuple[str, ...]


def find_sources(
    headers: Sequence[str], sample: Sequence[Sequence[str]], *, wanted: Sequence[str] = ()
) -> FoundSources:
    """
    Choose the columns to read.

    Parameters
    ----------
    headers : sequence of str, shape (n_columns,)
        Headers as written; empty for columns that must not be used.
    sample : sequence of sequence of str
        Cells of the first rows.
    wanted : sequence of str
        Headers or numbers, from 1, of the requested columns, in order of preference.

    Raises
    ------
    ColumnNotFoundError
        If there is no such column, or none holds postcodes.
    """
    country = _column_of(headers, sample, is_country, lambda text: is_abroad(text) is not None)
    state = _column_of(headers, sample, is_state_header, is_state)
    sources, notes = _named(headers, sample, wanted) if wanted else _guessed(headers, sample)
    if country is not None:
        notes = (*notes, f"{column_said(headers, country)} says which rows are abroad")
    return FoundSources(sources, country, state, notes)


def _named(
    headers: Sequence[str], sample: Sequence[Sequence[str]], wanted: Sequence[str]
) -> tuple[tuple[PostcodeSource, ...], tuple[str, ...]]:
    chosen = [choose_column(headers, sample, wanted=name) for name in wanted]
    columns = tuple(dict.fromkeys(choice.index for choice in chosen))
    notes = tuple(choice.note for choice in chosen if choice.note)
    if len(columns) == 2 and columns in _halves(headers, sample, adjacent=False):
        return (PostcodeSource("halves", columns),), (*notes, _halves_note(headers, columns))
    return tuple(PostcodeSource("cell", (column,)) for column in columns), notes


def _guessed(
    headers: Sequence[str], sample: Sequence[Sequence[str]]
) -> tuple[tuple[PostcodeSource, ...], tuple[str, ...]]:
    halves = _halves(headers, sample)
    taken = {column for pair in halves for column in pair}
    lines = [i for i, h in enumerate(headers) if is_address_line(h) and not header_rank(h)]
    called = [i for i in named_columns(headers, sample) if i not in taken]
    cells = _best_of_kinds(headers, sample, called)
    kinds = {source.kind for source in cells if column_share(sample, source.columns[0])}
    pairs = [PostcodeSource("halves", pair, _kind_of(headers, pair)) for pair in halves]
    pairs = [pair for pair in pairs if pair.kind not in kinds]
    groups = _line_groups(headers, sample, lines, needed=not (cells or pairs))
    notes: tuple[str, ...] = ()
    if not (cells or pairs):
        outside = any(i not in lines for i in _full(headers, sample))
        single = len(groups) == 1 and len(groups[0].columns) == 1
        held = _hold_postcodes(sample, groups)
        if outside or single or not held:
            cells, notes = _by_content(headers, sample, needed=not held)
        used = {column for source in cells for column in source.columns}
        groups = [group for group in groups if not used.intersection(group.columns)]
    sources = sorted([*cells, *pairs, *groups], key=lambda s: (KINDS.index(s.kind), s in groups))
    # What was chosen by its cells is told once.
    return tuple(sources), tuple(dict.fromkeys((*notes, *_notes(headers, sources, called))))


def _full(headers: Sequence[str], sample: Sequence[Sequence[str]]) -> list[int]:
    shares = [column_share(sample, i) for i in range(len(headers))]
    return [i for i, share in enumerate(shares) if share is not None and share >= _LEAST_SHARE]


def _by_content(
    headers: Sequence[str], sample: Sequence[Sequence[str]], *, needed: bool
) -> tuple[list[PostcodeSource], tuple[str, ...]]:
    """
    Choose by what is in the columns: one of them, or several over which postcodes wander.

    Without any there are none, unless one is needed.
    """
    try:
        choice = choose_column(headers, sample)
    except ColumnNotFoundError:
        wander = _wandering(headers, sample)
        if not wander and not needed:
            return [], ()
        if not wander:
            raise
        return [PostcodeSource("lines", wander)], (_lines_note(headers, wander),)
    wander = () if header_rank(headers[choice.index]) else _wandering(headers, sample, choice.index)
    if wander:
        return [PostcodeSource("lines", wander)], (_lines_note(headers, wander),)
    source = PostcodeSource("cell", (choice.index,), address_kind(headers[choice.index]))
    return [source], (choice.note,) if choice.note else ()


def _wandering(
    headers: Sequence[str], sample: Sequence[Sequence[str]], alone: int | None = None
) -> tuple[int, ...]:
    """
    Return the columns that together hold a postcode in half of the rows; none if they do not.

    With a column that could do ``alone``, only if no row has two and some have theirs elsewhere.
    """
    columns: set[int] = set()
    rows = elsewhere = 0
    for row in sample:
        found = [i for i, cell in enumerate(row[: len(headers)]) if cell and _is_whole(cell)]
        if alone is not None and len(found) > 1:
            return ()
        rows += bool(found)
        elsewhere += bool(found) and alone not in found
        columns.update(found)
    enough = rows >= max(1, _LEAST_SHARE * len(sample)) and elsewhere > 0
    return tuple(sorted(columns)) if enough and len(columns) > 1 else ()


def _is_whole(cell: str) -> bool:
    code, _, corrected = read_cell(cell)
    return (code == WHOLE and not corrected) or len(find_postcodes(cell)) == 1


def _best_of_kinds(
    headers: Sequence[str], sample: Sequence[Sequence[str]], called: Sequence[int]
) -> list[PostcodeSource]:
    found = []
    for kind in KINDS:
        of_kind = [i for i in called if address_kind(headers[i]) == kind]
        if of_kind:
            best = max(
                of_kind,
                key=lambda i: (header_rank(headers[i]), column_share(sample, i) or 0.0, -i),
            )
            found.append(PostcodeSource("cell", (best,), kind))
    return found


def _halves(
    headers: Sequence[str], sample: Sequence[Sequence[str]], *, adjacent: bool = True
) -> list[tuple[int, ...]]:
    """Return the pairs of columns that hold the outward and the inward half of postcodes."""
    shares = [_half_shares(sample, i) for i in range(len(headers))]
    outward = [i for i, (out, _) in enumerate(shares) if out >= _LEAST_SHARE]
    inward = [i for i, (_, into) in enumerate(shares) if into >= _LEAST_SHARE]
    if not adjacent:
        return [(i, j) for j in inward for i in outward]
    beside: list[tuple[int, ...]] = [(i, j) for j in inward for i in outward if i == j - 1]
    if beside or len(outward) != 1 or len(inward) != 1 or not _says_inward(headers[inward[0]]):
        return beside
    return [(outward[0], inward[0])]


def _says_inward(header: str) -> bool:
    """Return whether a header names the second half of a postcode, wherever it stands."""
    return bool(_INWARD_WORDS & set(words_of(header))) or header_rank(header) > 0


def _half_shares(sample: Sequence[Sequence[str]], index: int) -> tuple[float, float]:
    cells = [row[index] for row in sample if index < len(row) and row[index].strip()]
    if not cells:
        return 0.0, 0.0
    outward = sum(map(_is_outward, cells))
    inward = sum(_INWARD.match(cell) is not None for cell in cells)
    return outward / len(cells), inward / len(cells)


def _is_outward(cell: str) -> bool:
    """Check whether a cell is the first half of a postcode; most are seen to be too long."""
    if cell.isascii() and len(_ALPHANUMERIC.findall(cell)) > _LONGEST_OUTWARD:
        return False
    return read_cell(cell)[0] == OUTWARD


def _kind_of(headers: Sequence[str], columns: Sequence[int]) -> AddressKind:
    kinds = {address_kind(headers[column]) for column in columns} - {"plain"}
    return min(kinds, key=KINDS.index) if kinds else "plain"


def _line_groups(
    headers: Sequence[str],
    sample: Sequence[Sequence[str]],
    lines: Sequence[int],
    *,
    needed: bool,
) -> list[PostcodeSource]:
    """Group the lines of addresses by kind; towns alone only where a postcode is seen in them."""
    groups = []
    for kind in KINDS:
        columns = tuple(i for i in lines if address_kind(headers[i]) == kind)
        source = PostcodeSource("lines", columns, kind)
        if not columns:
            continue
        certain = any(names_address(headers[i]) for i in columns)
        if needed or certain or _hold_postcodes(sample, [source]):
            groups.append(source)
    return groups


def _hold_postcodes(sample: Sequence[Sequence[str]], groups: Sequence[PostcodeSource]) -> bool:
    columns = [column for source in groups for column in source.columns]
    return any(_is_whole(row[i]) for row in sample for i in columns if i < len(row) and row[i])


def _column_of(
    headers: Sequence[str],
    sample: Sequence[Sequence[str]],
    named: Callable[[str], bool],
    holds: Callable[[str], bool],
) -> int | None:
    """Return the first column that its header names and of whose cells most fit."""
    for index, header in enumerate(headers):
        if not named(header):
            continue
        cells = [row[index] for row in sample if index < len(row) and row[index].strip()]
        if cells and 2 * sum(bool(holds(cell)) for cell in cells) >= len(cells):
            return index
    return None


# ---- Notes ----


def _names(headers: Sequence[str], columns: Sequence[int]) -> str:
    shown = ", ".join(column_said(headers, column) for column in columns[:_SHOWN])
    more = len(columns) - _SHOWN
    return shown + (f" and {more} more" if more > 0 else "")


def _halves_note(headers: Sequence[str], columns: Sequence[int]) -> str:
    return f"read {_names(headers, columns)} as the two halves of one postcode"


def _lines_note(headers: Sequence[str], columns: Sequence[int]) -> str:
    return f"looked for the postcode of each row in {_names(headers, columns)}"


def _notes(
    headers: Sequence[str],
    sources: Sequence[PostcodeSource],
    called: Sequence[int],
) -> tuple[str, ...]:
    notes = [_halves_note(headers, s.columns) for s in sources if s.form == "halves"]
    used = [s.columns[0] for s in sources if s.form == "cell"]
    if len(used) > 1:
        first, *rest = used
        notes.append(
            f"used {column_said(headers, first)}, and {_names(headers, rest)} in rows where that "
            "has no postcode: where a supplier trades goes before where it is registered"
        )
    others = [i for i in called if i not in used]
    if others:
        notes.append(
            f"used {column_said(headers, used[0])}; {_names(headers, others)} could be used too: "
            "choose the right column"
        )
    for source in sources:
        if source.form == "lines" and len(sources) == 1:
            notes.append(_lines_note(headers, source.columns))
        elif source.form == "lines":
            notes.append(
                f"looked in {_names(headers, source.columns)} where a row has no other postcode"
            )
    return tuple(notes)
