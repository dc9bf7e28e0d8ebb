"""Choose the sheets of a workbook that hold postcodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.errors import ColumnNotFoundError, FileFormatError
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.postcodes import WHOLE
from localarea.tables.columns import header_rank
from localarea.tables.sheet_layout import Grid, read_grid

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

SAMPLE_ROWS: Final = 400  # rows of each sheet that are enough to choose
ALL: Final = "all"  # what to ask for to check every sheet with postcodes
_SHOWN: Final = 12  # sheets that a note names


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """
    The sheets to check.

    Attributes
    ----------
    sheets : tuple of (str, Grid)
        Name and layout of each sheet to check, in the order of the workbook; at least one.
    notes : tuple of str
        Notes for the user on the choice of the sheet. The notes of each grid are apart.
    """

    sheets: tuple[tuple[str, Grid], ...]
    notes: tuple[str, ...] = ()


def choose_sheets(
    samples: Mapping[str, Sequence[Sequence[str]]],
    wanted: str | None,
    *,
    columns: Sequence[str] = (),
    hidden: Collection[str] = (),
    source: object = "the workbook",
    ahead: bool = False,
) -> SheetChoice:
    """
    Choose the sheets to check.

    Parameters
    ----------
    samples : mapping of str to sequence of sequence of str
        Name of every sheet, in order, and the texts of its first `SAMPLE_ROWS` rows, including
        blank ones.
    wanted : str or None
        Name of the requested sheet; ``all`` for every sheet with postcodes; None for the best.
    columns : sequence of str
        Headers or numbers, from 1, of the requested columns, in order of preference.
    hidden : collection of str
        Sheets that nobody sees; they are checked only if named.
    source : object
        Name of the file in error messages.
    ahead : bool
        Whether the check is yet to come, for the words of the notes.

    Returns
    -------
    SheetChoice
        At least one sheet, with its layout.

    Raises
    ------
    FileFormatError
        If there is no such sheet, no visible one, or it has no rows.
    ColumnNotFoundError
        If there is no such column, or none holds postcodes.
    """
    filled = {name for name, rows in samples.items() if _is_filled(rows)}
    names = _asked_for(samples, wanted, hidden, source)
    every = names is None
    asked = [name for name in samples if name not in hidden] if names is None else names
    if not asked:
        raise FileFormatError(source, "it has no visible sheet", hint="name one", parameter="sheet")
    if not any(name in filled for name in asked):
        raise FileFormatError(
            source, f"sheet {asked[0]!r} has no rows", hint="choose another", parameter="sheet"
        )
    read = [name for name in asked if name in filled]
    try:
        found = _read_all(read, samples, columns)
    except ColumnNotFoundError as fault:
        sheet = read[0] if len(samples) > 1 else ""
        unseen = [name for name in samples if name in hidden and name not in asked]
        raise ColumnNotFoundError(
            fault.wanted, fault.columns, sheet=sheet, unseen=unseen if every else ()
        ) from None
    if wanted is not None and not every:
        return SheetChoice(((asked[0], found[0].grid),))
    if wanted is not None:
        kept = [each for each in found if each.postcodes] or found[:1]
        return SheetChoice(
            tuple((each.name, each.grid) for each in kept), _notes(kept, found, asked, ahead=ahead)
        )
    best = max(found, key=_merit)
    return SheetChoice(((best.name, best.grid),), _notes([best], found, asked, ahead=ahead))


class _Found(NamedTuple):
    """A sheet that could be checked."""

    name: str
    grid: Grid
    postcodes: int


def _is_filled(rows: Sequence[Sequence[str]]) -> bool:
    return any(cell.strip() for row in rows for cell in row)


def _asked_for(
    samples: Mapping[str, object], wanted: str | None, hidden: Collection[str], source: object
) -> list[str] | None:
    """Return the one sheet that was named; None if none, or all, of the visible ones are asked."""
    if wanted is None:
        return None
    named = [name for name in samples if name.casefold() == wanted.casefold()]
    if named:
        return named[:1]
    if wanted.casefold() == ALL:
        return None
    names = ", ".join(samples)
    raise FileFormatError(
        source,
        f"there is no sheet {wanted!r}",
        hint=f"the sheets are {names}",
        parameter="sheet",
    )


def _read_all(
    names: Sequence[str], samples: Mapping[str, Sequence[Sequence[str]]], columns: Sequence[str]
) -> list[_Found]:
    """Read the layout of every sheet that can be checked; raise the fault of the first if none."""
    found, faults = [], []
    for name in names:
        try:
            grid = read_grid(samples[name], wanted=columns)
        except ColumnNotFoundError as fault:
            faults.append(fault)
            continue
        found.append(_Found(name, grid, postcode_rows(samples[name], grid)))
    if not found:
        raise faults[0]
    return found


def postcode_rows(rows: Sequence[Sequence[str]], grid: Grid) -> int:
    """
    Count the rows in which a postcode would be read.

    ``rows``: texts of the cells, including titles and header. Returns the number of rows below the
    header with a whole postcode.
    """
    return sum(
        any(
            column < len(row) and read_cell_or_address(row[column])[0] == WHOLE
            for column in grid.columns
        )
        for row in rows[grid.header + 1 :]
    )


def _merit(found: _Found) -> tuple[bool, bool, int]:
    """Rank a sheet: with postcodes, under a header that says so, and the most of them."""
    named = any(header_rank(found.grid.headers[column]) for column in found.grid.columns)
    return found.postcodes > 0, named, found.postcodes


def _notes(
    chosen: Sequence[_Found], found: Sequence[_Found], asked: Sequence[str], *, ahead: bool
) -> tuple[str, ...]:
    """Name the sheets that were checked and those that were not, if there was a choice."""
    if len(asked) == 1:
        return ()
    names = {each.name for each in chosen}
    more = [each for each in found if each.postcodes and each.name not in names]
    without = names.union(each.name for each in more)
    rest = [name for name in asked if name not in without]
    said = (
        f"{'it will check' if ahead else 'checked'} sheet{'s' if len(chosen) > 1 else ''} "
        f"{_listed(sorted(names, key=asked.index))}"
    )
    if more:
        are_not = "will not be" if ahead else "were not" if len(more) > 1 else "was not"
        said += (
            f"; postcodes are in {_listed([each.name for each in more])} too, which "
            f"{are_not} checked: choose the right sheet, or all"
        )
    if rest:
        said += f"; no postcodes were found in {_listed(rest)}"
    return (said,)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")
