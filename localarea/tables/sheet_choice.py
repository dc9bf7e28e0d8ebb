"""Choose the sheets of a workbook that hold postcodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.errors import FileFormatError
from localarea.tables.sheet_layout import Grid, read_grid

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

SAMPLE_ROWS: Final = 400  # rows of each sheet that are enough to choose


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
    seen = [name for name in samples if name not in hidden]
    if wanted is not None:
        seen = [name for name in samples if name.casefold() == wanted.casefold()]
        if not seen:
            names = ", ".join(samples)
            raise FileFormatError(
                source, f"there is no sheet {wanted!r}", hint=f"the sheets are {names}"
            )
    if not seen:
        raise FileFormatError(source, "it has no visible sheet", hint="name one", parameter="sheet")
    name = seen[0]
    if not any(cell.strip() for row in samples[name] for cell in row):
        raise FileFormatError(
            source, f"sheet {name!r} has no rows", hint="choose another", parameter="sheet"
        )
    return SheetChoice(((name, read_grid(samples[name], wanted=columns)),))
