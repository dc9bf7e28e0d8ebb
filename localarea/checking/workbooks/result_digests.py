"""Hash the values of the sheets of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.checking.rows.result_values import find_header
from localarea.checking.rows.row_digest import DigestInProgress, SheetDigest, digest_of
from localarea.tables.plain_values import without_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
    from localarea.tables.workbooks.saved_values import SavedSheet

_BATCH: Final = 1_000  # rows; more than a header is looked for in


def digests_of(
    sheets: Iterable[SavedSheet],
    *,
    without: str | None = None,
    widths: dict[str, int] | None = None,
    known: Mapping[str, SheetDigest] | None = None,
) -> tuple[SheetDigest, ...]:
    """
    Hash the values of sheets.

    ``widths``: number of columns of a sheet to look at, by its name; all by default. ``known``:
    digests that were made while sheets were written, by their names. With hashes of columns and
    rows for each sheet that has verdicts.
    """
    found = []
    for sheet in sheets:
        if sheet.name == without:
            continue
        if known is not None and sheet.name in known:
            found.append(known[sheet.name])
            continue
        width = (widths or {}).get(sheet.name)
        head, rows = find_header(sheet.rows if width is None else _narrow(sheet.rows, width))
        found.append(digest_of(sheet.name, rows, header=None if head is None else head.row))
    return tuple(found)


def _narrow(rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, list[str]]]:
    for number, row in rows:
        yield number, without_end(row[:width])


class DigestWhileWritten:
    """The digest of a sheet, made from its rows while they are written."""

    def __init__(self, sheet: str, unresolved: UnresolvedSheet | None = None) -> None:
        self._sheet, self._unresolved = sheet, unresolved
        self._batch: list[tuple[int, list[str]]] = []
        self._shown: list[Callable[[], list[str]]] = []
        self._made: DigestInProgress | None = None

    def add(
        self, number: int, cells: list[str], shown: Callable[[], list[str]] | None = None
    ) -> None:
        """
        Add a row.

        Parameters
        ----------
        number : int
            Its number, from 1.
        cells : list of str
            Its values without a blank end, as a saved file is read.
        shown : callable, optional
            Returns its values as people read them; needed to gather the rows without an answer.
        """
        if cells:
            self._batch.append((number, cells))
            if shown is not None:
                self._shown.append(shown)
            if len(self._batch) == _BATCH:
                self._hash()

    def digest(self) -> SheetDigest:
        """
        Return the digest, once all rows were added.

        The same as `digests_of` makes of the sheet.
        """
        return self._hash().digest(self._sheet)

    def _hash(self) -> DigestInProgress:
        if self._made is None:
            head, _ = find_header(iter(self._batch))
            self._made = DigestInProgress(None if head is None else head.row)
            if self._unresolved is not None:
                self._unresolved.begin(head)
        self._made.add(self._batch)
        if self._unresolved is not None:
            self._unresolved.add(self._batch, self._shown)
            self._shown.clear()
        self._batch.clear()
        return self._made
