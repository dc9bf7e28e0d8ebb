"""Hash the rows of an .xlsx sheet while they are written, as they will be read again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from localarea.checking.workbooks.result_digests import DigestWhileWritten
from localarea.checking.workbooks.sheet_columns import typed
from localarea.tables.plain_values import plain_value, without_end
from localarea.tables.xlsx.new_sheet import cell_end
from localarea.tables.xlsx.row_values import RowValues

if TYPE_CHECKING:
    from localarea.checking.rows.row_digest import SheetDigest
    from localarea.checking.workbooks.sheet_columns import SheetColumns
    from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
    from localarea.tables.xlsx.sheet_stream import Row
    from localarea.tables.xlsx.texts import SharedStrings

_MOST_KNOWN: Final = 1 << 15  # added cells whose values are kept
_WRITTEN_OTHERWISE: Final = frozenset("&<>_")  # characters that XML or a cell may escape
_LONGEST: Final = 1_000  # characters of a text that is surely not cut


class WrittenRows:
    """
    Hash a sheet from its rows while they are written.

    A row that only got cells at its end is not read again: its own cells were read anyway, and
    the others recur. Any other row is read from its XML.

    Parameters
    ----------
    prefix : bytes
        Prefix of the sheet's elements with a colon, or nothing.
    days : frozenset of bytes
        Numbers of the styles whose numbers are shown as days.
    """

    def __init__(
        self,
        sheet: str,
        columns: SheetColumns,
        strings: SharedStrings,
        prefix: bytes,
        days: frozenset[bytes] = frozenset(),
        unresolved: UnresolvedSheet | None = None,
    ) -> None:
        self._columns = columns
        self.values = RowValues(strings, prefix)
        self._added = _AddedValues(self.values, prefix)
        self._rest: dict[tuple[str, ...], list[str]] = {}
        self._shown = None if unresolved is None else RowValues(strings, prefix, days)
        self._digest = DigestWhileWritten(sheet, unresolved)

    def add_written(self, number: int, written: bytes) -> None:
        """Add a row as it was written; ``number``: its number, from 0."""
        self._add(number, self.values.cells(written), written)

    def add(
        self, row: Row, values: list[str], answers: tuple[str, ...], last: int, written: bytes
    ) -> None:
        """
        Add a row of the body.

        Parameters
        ----------
        values : list of str
            Its values; changed.
        answers : tuple of str
            What was added. All but the first recur.
        last : int
            Last column of the row that had a cell.
        """
        start = self._columns.added_at(row, last, answers=bool(answers))
        if start < 0:
            self.add_written(row.number, written)
            return
        if answers:
            values += [""] * (start - len(values))
            values.append(self._added[answers[0]])
            values += self._rest.get(answers[1:]) or self._rest_of(answers[1:])
        self._add(row.number, without_end(values), written)

    def _add(self, number: int, values: list[str], written: bytes) -> None:
        shown = None if self._shown is None else partial(self._shown.cells, written)
        self._digest.add(number + 1, values, shown)

    def _rest_of(self, texts: tuple[str, ...]) -> list[str]:
        if len(self._rest) >= _MOST_KNOWN:
            self._rest.clear()
        self._rest[texts] = [self._added[text] for text in texts]
        return self._rest[texts]

    def digest(self) -> SheetDigest:
        """Return the digest, once the sheet is written, as that of the sheet read again."""
        return self._digest.digest()


class _AddedValues(dict[str, str]):
    """Values of added cells by their texts, read from the XML that is written of them."""

    def __init__(self, values: RowValues, prefix: bytes) -> None:
        super().__init__()
        self._values, self._prefix = values, prefix

    def __missing__(self, key: str) -> str:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        value = typed(key)
        if isinstance(value, str) and self._is_plain(key):
            self[key] = plain_value(key)
        else:
            end = cell_end(value, self._prefix.decode()).encode()
            self[key] = "".join(self._values.cells(b'<%bc r="A1"%b' % (self._prefix, end)))
        return self[key]

    @staticmethod
    def _is_plain(text: str) -> bool:
        """Return whether a text is written character by character."""
        return (
            text.isascii()
            and text.isprintable()
            and len(text) < _LONGEST
            and _WRITTEN_OTHERWISE.isdisjoint(text)
        )
