"""
Hash the values of a sheet so that a later change can be found, down to the row and the column.

The digest of a sheet is the SHA-256 of all its rows. Beside it there are short hashes of each
column and each row, which name what changed; they prove nothing by themselves.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_HASHES: Final = 100_000  # of rows; a longer sheet has one for several rows together
_CELL, _ROW = "\x1f", "\x1e"  # separators, which cells of workbooks cannot hold
_ROW_BYTES: Final = 4
_COLUMN_BYTES: Final = 8
_CONTENT_BYTES: Final = 12
_BATCH: Final = 1_000
HEX_OF_ROW: Final = 2 * _ROW_BYTES
_UTF8: Final = ("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class SheetDigest:
    """
    Hashes of the values of a sheet.

    Attributes
    ----------
    sheet : str
        Name of the sheet; empty for a text file.
    rows : int
        Number of its last filled row.
    sha256 : str
        SHA-256 of every filled row and its number.
    columns : tuple of (str, str)
        Header and hash of each column; empty for a sheet that was not checked.
    every : int
        Number of rows that one hash of `row_hashes` stands for.
    row_hashes : str
        Hashes of rows 1 to `rows`, eight hexadecimal digits each, without separators; empty for
        a sheet that was not checked.
    """

    sheet: str
    rows: int
    sha256: str
    columns: tuple[tuple[str, str], ...] = ()
    every: int = 1
    row_hashes: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the digest as JSON values."""
        return {**asdict(self), "columns": [list(column) for column in self.columns]}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> SheetDigest:
        """
        Build a digest from JSON values.

        ``value``: as :meth:`as_dict` returns. KeyError, TypeError or ValueError if it is not of
        that form.
        """
        columns = tuple((str(header), str(short)) for header, short in value["columns"])
        return cls(
            str(value["sheet"]),
            int(value["rows"]),
            str(value["sha256"]),
            columns,
            max(1, int(value["every"])),
            str(value["row_hashes"]),
        )


def content_hash(cells: Iterable[str]) -> str:
    """
    Hash the values of a row, to recognise it later.

    ``cells``: values without a blank end. Returns 24 hexadecimal digits.

    Examples
    --------
    >>> content_hash(["a", "b"]) == content_hash(["ab"])
    False
    """
    return hashlib.blake2b(
        _line(list(cells)).encode(*_UTF8), digest_size=_CONTENT_BYTES
    ).hexdigest()


def digest_of(
    sheet: str, rows: Iterable[tuple[int, Sequence[str]]], *, header: int | None
) -> SheetDigest:
    """
    Hash the values of a sheet.

    ``rows``: number of each row, from 1 and rising, and its values without a blank end. ``header``:
    number of the row that names the columns, 0 if none does. None leaves out the hashes of columns
    and rows.
    """
    made = DigestInProgress(header)
    batch: list[tuple[int, Sequence[str]]] = []
    for number, cells in rows:
        if cells:
            batch.append((number, cells))
        if len(batch) == _BATCH:
            made.add(batch)
            batch = []
    made.add(batch)
    return made.digest(sheet)


class DigestInProgress:
    """
    A digest of a sheet whose rows are still to come.

    Parameters
    ----------
    header : int or None
        As of `digest_of`.
    """

    def __init__(self, header: int | None) -> None:
        self._whole = hashlib.sha256()
        self._detailed = header is not None
        self._header, self._names = header, list[str]()
        self._columns: list[Any] = []
        self._seen, self._last = 0, 0
        self._short = bytearray()  # of each row

    def add(self, batch: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Hash further rows, given as number and values of each; none is blank."""
        if not batch:
            return
        lines = [_line(cells) for _, cells in batch]
        numbered = (
            f"{number}{_CELL}{line}" for (number, _), line in zip(batch, lines, strict=True)
        )
        self._whole.update((_ROW.join(numbered) + _ROW).encode(*_UTF8))
        if self._detailed:
            self._add_rows(batch, lines)
            self._add_columns([cells for _, cells in batch])
        self._last = batch[-1][0]
        self._seen += len(batch)

    def _add_rows(self, batch: Sequence[tuple[int, Sequence[str]]], lines: Sequence[str]) -> None:
        for (number, cells), line in zip(batch, lines, strict=True):
            gap = number - len(self._short) // _ROW_BYTES - 1
            if gap > 0:
                self._short += _BLANK * gap
            self._short += _short(line.encode(*_UTF8))
            if number == self._header:
                self._names = list(cells)

    def _add_columns(self, rows: Sequence[Sequence[str]]) -> None:
        for at, column in enumerate(zip_longest(*rows, fillvalue="")):
            if at == len(self._columns):
                self._columns.append(hashlib.blake2b(digest_size=_COLUMN_BYTES))
                self._columns[at].update((_ROW * self._seen).encode())
            self._columns[at].update((_ROW.join(column) + _ROW).encode(*_UTF8))
        for column in self._columns[max(map(len, rows)) :]:  # blank in all of these rows
            column.update((_ROW * len(rows)).encode())

    def digest(self, sheet: str) -> SheetDigest:
        """Return the digest, once all rows were added."""
        names = [*self._names, *[""] * (len(self._columns) - len(self._names))]
        hashes = [made.hexdigest() for made in self._columns]
        every = max(1, -(-len(self._short) // (_ROW_BYTES * MOST_HASHES)))
        short = self._short.hex() if every == 1 else _together(self._short.hex(), every)
        return SheetDigest(
            sheet,
            self._last,
            self._whole.hexdigest(),
            tuple(zip(names, hashes, strict=True)),
            every,
            short,
        )


def _line(cells: Sequence[str]) -> str:
    line = _CELL.join(cells)
    if line.count(_CELL) != len(cells) - 1:  # only a text file can hold the separator
        line = _CELL.join(cell.replace(_CELL, _CELL * 2) for cell in cells)
    return line


def _short(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_ROW_BYTES).digest()


_BLANK: Final = _short(b"")


def _together(hashes: str, every: int) -> str:
    """Return one hash for each so many rows, made from the digits of theirs."""
    size = every * HEX_OF_ROW
    several = (hashes[at : at + size] for at in range(0, len(hashes), size))
    return b"".join(_short(each.encode("ascii")) for each in several).hex()
