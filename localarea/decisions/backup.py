"""
A back-up of the record, and back again.

A back-up is itself a store: one SQLite file with the same tables, whichever database it was
taken of. So it can be opened, verified and read by every command, and put back into SQLite
or PostgreSQL alike. Files being checked are not in it: they hold home postcodes and expire.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from localarea.decisions.audit import AuditReport, verify
from localarea.decisions.database import Database, open_database
from localarea.decisions.schema import (
    API_KEYS,
    AUDIT,
    AUDIT_HEAD,
    COMMENTS,
    DEFINITION_ENDS,
    DEFINITIONS,
    GROUNDS,
    PROPOSALS,
)
from localarea.errors import AuditError, ConflictError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

# What points at another comes after it.
KEPT: Final = (PROPOSALS, COMMENTS, DEFINITIONS, GROUNDS, DEFINITION_ENDS, AUDIT, API_KEYS)
_NUMBERED: Final = (PROPOSALS, COMMENTS)  # whose numbers the database gives
_SOME: Final = 500  # rows written at once; definitions go one by one, each some 20 MB


@dataclass(frozen=True, slots=True)
class Copied:
    """
    What was copied.

    Attributes
    ----------
    rows : dict of str to int
        Rows by table.
    entries : int
        Entries of the audit log.
    head : str
        Hash of its last entry, which is the same before and after.
    """

    rows: dict[str, int]
    entries: int
    head: str


def back_up(database: Database, path: Path) -> Copied:
    """
    Copy the record into a file, as it stands at one moment; others may go on writing.

    Parameters
    ----------
    database : Database
        The store.
    path : pathlib.Path
        File to write; there must be none yet.

    Returns
    -------
    Copied
        What is in it.

    Raises
    ------
    InputError
        If there is such a file, or its folder cannot be written to.
    AuditError
        If the copy does not verify; then no file is left.
    StoreUnavailableError
        If the store cannot be reached.
    """
    if path.exists():
        raise InputError(f"{path} exists and is not written over; take another name")
    with _beside(path) as partial:
        target = open_database(f"sqlite:///{partial}")
        try:
            with target.filling() as there, _steady(database) as here:
                rows = _copy(here, there)
            report = _verified(target, "the back-up")
        finally:
            _one_file(target)
            target.close()
        _place(partial, path)
    return Copied(rows, report.entries, report.head)


def restore(database: Database, path: Path) -> Copied:
    """
    Put a back-up into an empty store, all of it or nothing.

    Parameters
    ----------
    database : Database
        A store in which nothing has been recorded yet.
    path : pathlib.Path
        The back-up.

    Returns
    -------
    Copied
        What was put in.

    Raises
    ------
    InputError
        If there is no such file, or it is no store.
    ConflictError
        If something has been recorded in the store already.
    AuditError
        If the back-up has been changed, or what was put in does not verify.
    """
    source = _open_copy(path)
    try:
        _verified(source, str(path))
        with database.filling() as there:
            _require_empty(there)
            with source.reading() as here:
                rows = _copy(here, there)
            _go_on_numbering(there)
            report = _sound(verify(there), "what was restored")
    finally:
        source.close()
    return Copied(rows, report.entries, report.head)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give the name of a file to write, in the same folder, and take away what is left of it."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            partial.with_name(partial.name + ending).unlink(missing_ok=True)


def _place(partial: Path, path: Path) -> None:
    try:
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        os.link(partial, path)  # fails where there is a file, unlike a move
    except FileExistsError as error:
        raise InputError(f"{path} exists and is not written over; take another name") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _one_file(store: Database) -> None:
    """Fold what SQLite keeps beside the file into it."""
    with suppress(sa.exc.DBAPIError), store.engine.connect() as connection:
        plain = connection.connection.driver_connection
        if plain is not None:
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            plain.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def _steady(database: Database) -> Iterator[Connection]:
    """Read all tables as they were at one moment."""
    if database.engine.dialect.name != "postgresql":
        with database.reading() as connection:
            yield connection
        return
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with Database(engine).reading() as connection:
        yield connection


def _copy(here: Connection, there: Connection) -> dict[str, int]:
    rows = {}
    for table in KEPT:
        some = 1 if table is DEFINITIONS else _SOME
        found = here.execution_options(yield_per=some).execute(sa.select(table)).mappings()
        rows[table.name] = 0
        for part in found.partitions(some):
            there.execute(sa.insert(table), [dict(row) for row in part])
            rows[table.name] += len(part)
    head = here.execute(sa.select(AUDIT_HEAD)).mappings().one_or_none()
    if head is None:
        raise AuditError("the audit log has lost its head; restore the last back-up")
    there.execute(sa.update(AUDIT_HEAD).values(seq=head["seq"], hash=head["hash"]))
    return rows


def _verified(store: Database, what: str) -> AuditReport:
    with store.reading() as connection:
        return _sound(verify(connection), what)


def _sound(report: AuditReport, what: str) -> AuditReport:
    if not report.sound:
        raise AuditError(f"{what} does not hold together: {'; '.join(report.faults[:3])}")
    return report


def _open_copy(path: Path) -> Database:
    if not path.is_file():
        raise InputError(f"{path} is no file; name a back-up made by: localarea database backup")
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise InputError(f"{path} is no back-up; name one made by: localarea database backup")
    return open_database(f"sqlite:///{path}")


def _require_empty(connection: Connection) -> None:
    filled = [
        table.name
        for table in KEPT
        if connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    ]
    if filled:
        raise ConflictError(
            f"the store holds {', '.join(filled)} already, and a back-up is never mixed with what "
            "is there; name an empty database in LOCALAREA_DATABASE_URL"
        )


def _go_on_numbering(connection: Connection) -> None:
    """Have PostgreSQL go on behind the highest number; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in _NUMBERED:
        highest = connection.execute(sa.select(sa.func.max(table.c.id))).scalar_one()
        if highest is not None:
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            connection.execute(sa.select(sa.func.setval(sequence, highest)))
