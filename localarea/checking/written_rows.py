"""Hash the rows of an .xlsx sheet while they are written, as they will be read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.checking.result_digests import DigestWhileWritten
from localarea.checking.sheet_columns import typed
from localarea.tables.plain_values import plain_value, without_end
from localarea.tables.xlsx.new_sheet import cell_end
from localarea.tables.xlsx.row_values import RowValues

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localarea.checking.row_digest import SheetDigest
    from localarea.checking.sheet_columns import SheetColumns
    from localarea.tables.xlsx.sheet_stream import FoundCell, Row
    from localarea.tables.xlsx.texts import SharedStrings

_MOST_KNOWN: Final = 1 << 15  # added cells whose values are kept
_WRITTEN_OTHERWISE: Final = frozenset("&<>_")  # characters that XML or a cell may escape
_LONGEST: Final = 1_000  # characters of a text that is surely not cut


class WrittenRows:
    """
    Take the digest of a sheet from the rows that are written.

    A row that only got cells at its end is not read again: its own cells were read anyway, and
    the others recur. Any other row is read from its XML.

    Parameters
    ----------
    sheet : str
        Name of the sheet.
    columns : SheetColumns
        Its added columns.
    strings : SharedStrings
        Those of the workbook.
    prefix : bytes
        Prefix of the sheet's elements with a colon, or nothing.
    """

    def __init__(
        self, sheet: str, columns: SheetColumns, strings: SharedStrings, prefix: bytes
    ) -> None:
        self._columns = columns
        self._values = RowValues(strings, prefix)
        self._added = _AddedValues(self._values, prefix)
        self._digest = DigestWhileWritten(sheet)

    def values(self, found: Iterable[FoundCell]) -> list[str]:
        """
        Read the values of a row before it is written.

        Parameters
        ----------
        found : iterable of tuple of bytes
            Its cells.

        Returns
        -------
        list of str
            For `add`.
        """
        return self._values.of(found)

    def add_written(self, number: int, written: bytes) -> None:
        """
        Add a row as it was written.

        Parameters
        ----------
        number : int
            Its number, from 0.
        written : bytes
            Its XML.
        """
        self._digest.add(number + 1, self._values.cells(written))

    def add(
        self, row: Row, values: list[str], answers: Sequence[str], last: int, written: bytes
    ) -> None:
        """
        Add a row of the body.

        Parameters
        ----------
        row : Row
            The row before.
        values : list of str
            What `values` returned for it; changed.
        answers : sequence of str
            What was added.
        last : int
            Last column of the row that had a cell.
        written : bytes
            The XML that was written.
        """
        start = self._columns.added_at(row, last, answers=bool(answers))
        if start < 0:
            self.add_written(row.number, written)
            return
        if answers:
            added = self._added
            values += [""] * (start - len(values))
            values += [added[text] for text in answers]
            without_end(values)
        self._digest.add(row.number + 1, values)

    def digest(self) -> SheetDigest:
        """
        Return the digest, once the sheet is written.

        Returns
        -------
        SheetDigest
            As that of the sheet read again.
        """
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
