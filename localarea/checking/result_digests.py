"""Hash the values of the sheets of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.checking.result_values import find_header
from localarea.checking.row_digest import SheetDigest, digest_of
from localarea.tables.plain_values import without_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localarea.tables.saved_values import SavedSheet


def digests_of(
    sheets: Iterable[SavedSheet],
    *,
    without: str | None = None,
    widths: dict[str, int] | None = None,
) -> tuple[SheetDigest, ...]:
    """
    Hash the values of sheets.

    Parameters
    ----------
    sheets : iterable of SavedSheet
        The sheets of a result.
    without : str, optional
        Name of a sheet to leave out.
    widths : dict of str to int, optional
        Number of columns of a sheet to look at, by its name; all by default.

    Returns
    -------
    tuple of SheetDigest
        With hashes of columns and rows for each sheet that has verdicts.
    """
    found = []
    for sheet in sheets:
        if sheet.name == without:
            continue
        width = (widths or {}).get(sheet.name)
        head, rows = find_header(sheet.rows if width is None else _narrow(sheet.rows, width))
        found.append(digest_of(sheet.name, rows, header=None if head is None else head.row))
    return tuple(found)


def _narrow(rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, list[str]]]:
    for number, row in rows:
        yield number, without_end(row[:width])
