"""
A definition as one file: a GeoPackage with the verdict of every postcode.

The file has a seal: the SHA-256 of all its bytes, with the seal's own digits as zeros. A file
that is truncated or differs in one bit is refused before anything is read from it, and data
are read only from the verified bytes.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import weakref
import zlib
from contextlib import closing
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from localarea.classify.codes import MEANINGS
from localarea.definitions.geopackage_writer import BLANK, HEADER, SEAL, TABLES
from localarea.definitions.model import definition_of
from localarea.errors import DefinitionDamagedError, SchemaError
from localarea.geo.postcodes import INWARD_SLOTS, OUTWARD_SLOTS
from localarea.once import once_property

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from localarea.definitions.model import Definition
    from localarea.definitions.postcode_rows import PostcodeRows

MOST_BYTES: Final = 256 << 20  # about ten times the size of a definition for the whole country
_MAGIC: Final = b"SQLite format 3\x00"
_MOST_LISTS: Final = 64 << 20
_UNREADABLE: Final = (ValueError, TypeError, RecursionError)  # what JSON and its values can raise
# What each list has in its pairs; a place may have no name.
_LISTS: Final[dict[str, tuple[Any, Any]]] = {
    "zones": (str, (str, NoneType)),
    "districts": (str, (str, NoneType)),
    "endings": (int, int),
    "options": (str, list),
}


def read_definition(path: Path) -> OpenDefinition:
    """
    Read and verify a definition's file.

    DefinitionDamagedError if the file is missing, truncated, changed or of another kind.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise DefinitionDamagedError(path, f"it cannot be read ({error.strerror})") from error
    return OpenDefinition(data, path)


def read_terms(path: Path) -> Definition:
    """
    Read the terms of a definition's file, without its postcodes.

    Terms, verified by their own checksum; the rest of the file is not verified.
    DefinitionDamagedError if they cannot be read or do not match their checksum.
    """
    statement = "SELECT key, value FROM definition WHERE key IN ('document', 'terms_sha256')"
    try:
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as database:
            found = dict(database.execute(statement))
        made = definition_of(json.loads(found["document"]))
    except (sqlite3.Error, KeyError, *_UNREADABLE, SchemaError) as error:
        raise DefinitionDamagedError(path, str(error)) from error
    if made.terms_sha256 != found.get("terms_sha256"):
        raise DefinitionDamagedError(path, "its terms do not match their checksum")
    return made


class OpenDefinition:
    """
    A verified definition's file, in memory.

    Parameters
    ----------
    path : pathlib.Path or str
        Source named in error messages.

    Attributes
    ----------
    last_day : str
        Last day in force, ``YYYY-MM-DD``: as the file states it, unless whoever opened it knows
        that the definition was superseded or withdrawn.
    """

    def __init__(self, data: bytes, path: Path | str = "definition") -> None:
        self.data, self.path = data, str(path)
        self.sha256 = _require_seal(data, self.path)
        self._database = self._deserialised()
        document = self._value("document")
        try:
            self.definition = definition_of(json.loads(document))
        except (*_UNREADABLE, SchemaError) as error:
            raise DefinitionDamagedError(self.path, str(error)) from error
        self.last_day = self.definition.last_day

    @once_property
    def lists(self) -> Mapping[str, Any]:
        """
        Return the codes and names that the positions in the rows refer to.

        Lists, as in :class:`Contents`.
        """
        blob = self._row("SELECT data FROM localarea_lists WHERE id = 1", ())
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(blob or b"", _MOST_LISTS)
            found: Mapping[str, Any] = json.loads(text)
        except (zlib.error, *_UNREADABLE) as error:
            raise DefinitionDamagedError(self.path, f"its lists: {error}") from error
        return found

    def rows(self, outward: int) -> PostcodeRows | None:
        """
        Read the postcodes of an outward code.

        None if the directory had no postcode with this outward code.
        """
        blob = self._row("SELECT data FROM localarea_postcodes WHERE outward = ?", (outward,))
        return None if blob is None else self._unpacked(blob)

    def all_rows(self) -> Iterator[tuple[int, PostcodeRows]]:
        """Read all postcodes: number and postcodes of each outward code, sorted by number."""
        statement = "SELECT outward, data FROM localarea_postcodes ORDER BY outward"
        for outward, blob in self._select(statement):
            yield outward, self._unpacked(blob)

    def outward_codes(self) -> list[tuple[str, str, int, int]]:
        """
        Read the verdict of every outward code.

        Outward code, status, and numbers of its live postcodes that are local and not.
        """
        columns = "outward_code, status, live_local, live_not_local"
        return list(self._select(f"SELECT {columns} FROM outward_codes ORDER BY fid"))  # noqa: S608

    def zones(self) -> list[tuple[str, str, str, str, bytes]]:
        """
        Read the zones inside.

        Code, name, ``lad25cd``, district and well-known binary (EPSG:27700).
        """
        found = self._select("SELECT code, name, lad25cd, district, geom FROM zones ORDER BY fid")
        return [(*row[:4], self._shape(row[4])) for row in found]

    def outline(self) -> bytes:
        """Read the outline of the area: well-known binary of a multipolygon; EPSG:27700."""
        return self._shape(self._row("SELECT geom FROM boundary WHERE fid = 1", ()))

    def _shape(self, blob: Any) -> bytes:
        """Return the well-known binary behind the header of a GeoPackage."""
        if not isinstance(blob, bytes):
            raise DefinitionDamagedError(self.path, "a shape is missing")
        return blob[HEADER.size :]

    def check(self) -> None:
        """
        Read everything, so that damage is found now and not in a later check.

        DefinitionDamagedError if a part cannot be read, or the parts are inconsistent.
        """
        self._check_lists()
        sizes = [len(self.lists[name]) for name in ("zones", "districts", "endings")]
        for outward, rows in self.all_rows():
            if not 0 <= outward < OUTWARD_SLOTS or rows.slots[0] < 0:
                raise DefinitionDamagedError(self.path, "it has a postcode that there cannot be")
            columns = ((rows.zones, sizes[0]), (rows.districts, sizes[1]), (rows.ended, sizes[2]))
            if any(c.max() >= size or c.min() < -1 for c, size in columns):
                raise DefinitionDamagedError(self.path, "a postcode has a place that is not listed")
            in_order = (rows.slots[1:] > rows.slots[:-1]).all() and rows.slots[-1] < INWARD_SLOTS
            if rows.codes.max() >= len(MEANINGS) or not in_order:
                raise DefinitionDamagedError(
                    self.path, "its postcodes have no order, or no verdict"
                )
        if tuple(row[0] for row in self.zones()) != self.definition.zones:
            raise DefinitionDamagedError(self.path, "its zones are not those that were approved")
        if hashlib.sha256(self.outline()).hexdigest() != self.definition.boundary_sha256:
            raise DefinitionDamagedError(self.path, "its outline is not the one approved")

    def _check_lists(self) -> None:
        """Raise an error if the lists are not of the pairs that are read out of them."""
        lists: Any = self.lists
        if not isinstance(lists, dict) or set(lists) != set(_LISTS):
            raise DefinitionDamagedError(self.path, "its lists are not those of a definition")
        for name, (first, second) in _LISTS.items():
            if not isinstance(lists[name], list) or not all(
                isinstance(pair, list)
                and len(pair) == 2
                and isinstance(pair[0], first)
                and isinstance(pair[1], second)
                for pair in lists[name]
            ):
                raise DefinitionDamagedError(self.path, f"its list of {name} is of another form")

    def _deserialised(self) -> sqlite3.Connection:
        database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, database.close)  # from Python 3.13 on, one left open is a warning
        try:
            database.deserialize(self.data)
            database.execute("PRAGMA trusted_schema = OFF")
            found = database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
            if sorted(sql for (sql,) in found) != sorted(TABLES):
                raise DefinitionDamagedError(self.path, "it has other tables")
        except sqlite3.Error as error:
            raise DefinitionDamagedError(self.path, str(error)) from error
        return database

    def _select(self, statement: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._database.execute(statement, values)
        except sqlite3.Error as error:
            raise DefinitionDamagedError(self.path, str(error)) from error

    def _row(self, statement: str, values: tuple[Any, ...]) -> Any:
        return next((row[0] for row in self._select(statement, values)), None)

    def _value(self, key: str) -> str:
        value = self._row("SELECT value FROM definition WHERE key = ?", (key,))
        if not isinstance(value, str):
            raise DefinitionDamagedError(self.path, f"it has no {key}")
        return value

    def _unpacked(self, blob: Any) -> PostcodeRows:
        from localarea.definitions.postcode_rows import unpack_rows

        try:
            return unpack_rows(blob)
        except (ValueError, TypeError) as error:
            raise DefinitionDamagedError(self.path, str(error)) from error


def _require_seal(data: bytes, path: str) -> str:
    """Verify the seal and return the checksum of the file; raise an error if it is broken."""
    if len(data) > MOST_BYTES:
        raise DefinitionDamagedError(path, f"it is larger than {MOST_BYTES >> 20} MiB")
    if not data.startswith(_MAGIC):
        raise DefinitionDamagedError(path, "it is another kind of file" if data else "it is empty")
    if data.count(SEAL) != 1:
        raise DefinitionDamagedError(path, "it is cut short, or is not a localarea definition")
    start = data.index(SEAL) + len(SEAL)
    stated = data[start : start + 64]
    digest = hashlib.sha256(data[:start])
    digest.update(BLANK)
    digest.update(memoryview(data)[start + 64 :])
    if digest.hexdigest().encode() != stated:
        raise DefinitionDamagedError(
            path, "its seal does not match its bytes, so it was cut short or changed"
        )
    return hashlib.sha256(data).hexdigest()
