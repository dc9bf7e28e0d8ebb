"""
Back up and restore the record.

A backup is itself a store: one SQLite file with the same tables, whichever database it came
from. Every command can open, verify and read it, and it can be restored into SQLite or
PostgreSQL. Files being checked are left out: they hold home postcodes and expire.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from localarea.decisions.database import Database, describe_store, open_database
from localarea.decisions.record.audit import AuditReport, verify
from localarea.decisions.record.engines import is_at_rest, parsed_url
from localarea.decisions.record.schema import (
    API_KEYS,
    AUDIT,
    AUDIT_HEAD,
    COMMENTS,
    CONTRACT_ACCESS,
    CONTRACT_RETURNS,
    CONTRACTS,
    DEFINITION_ENDS,
    DEFINITIONS,
    GROUNDS,
    PROPOSAL_REPORTS,
    PROPOSALS,
    PROXY_VALUES,
    RECEIPTS,
    RELEASES,
    RETURN_DECISIONS,
    SHORTLISTS,
    VALUE_REPORT_FILES,
    VALUE_REPORTS,
)
from localarea.decisions.record.upgrading import newest_form
from localarea.errors import AuditError, ConflictError, InputError, StoreUnavailableError
from localarea.tables.atomic import placing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

# Ordered so that a row is written after the rows it refers to.
KEPT: Final = (
    PROPOSALS,
    COMMENTS,
    SHORTLISTS,
    PROPOSAL_REPORTS,
    DEFINITIONS,
    GROUNDS,
    DEFINITION_ENDS,
    RECEIPTS,
    CONTRACTS,
    CONTRACT_RETURNS,
    RETURN_DECISIONS,
    CONTRACT_ACCESS,
    RELEASES,
    PROXY_VALUES,
    VALUE_REPORTS,
    VALUE_REPORT_FILES,
    AUDIT,
    API_KEYS,
)
_NUMBERED: Final = (PROPOSALS, COMMENTS)  # tables with autoincremented ids
_BATCH_ROWS: Final = 500  # rows per insert; definitions go one by one, at about 20 MB each
_OF_FILES: Final = (DEFINITIONS, PROPOSAL_REPORTS, VALUE_REPORT_FILES)  # one held at a time


@dataclass(frozen=True, slots=True)
class Copied:
    """Summary of what was copied; ``head``: hash of the last entry, unchanged by the copy."""

    rows: dict[str, int]
    entries: int
    head: str


def back_up(database: Database, path: Path) -> Copied:
    """
    Copy a consistent snapshot of the record into a file; others may go on writing.

    Parameters
    ----------
    path : pathlib.Path
        File to write; it must not exist yet.

    Raises
    ------
    InputError
        If the file exists, or its folder cannot be written to.
    AuditError
        If the copy does not verify; no file is left behind.
    StoreUnavailableError
        If the store cannot be reached.
    """
    with placing(path) as partial:
        partial.touch(mode=0o600)  # it holds names and decisions
        target = open_database(f"sqlite:///{partial}")
        try:
            with target.bulk_load() as writer, _snapshot(database) as reader:
                rows = _copy(reader, writer)
            report = _verified(target, "the backup")
        finally:
            _merge_wal(target)
            target.close()
    return Copied(rows, report.entries, report.head)


def restore(database: Database, path: Path) -> Copied:
    """
    Restore a backup into an empty store, all or nothing, and return a summary of the copy.

    InputError if the file does not exist or is not a store. ConflictError if the store is not
    empty. AuditError if the backup has been changed, or the restored store does not verify.
    """
    with _opened(path) as source:
        _verified(source, str(path))
        with database.bulk_load() as writer:
            _require_empty(writer)
            with source.reading() as reader:
                rows = _copy(reader, writer)
            _continue_numbering(writer)
            report = _require_sound(verify(writer), "the restored store")
    return Copied(rows, report.entries, report.head)


def _merge_wal(store: Database) -> None:
    """Merge SQLite's write-ahead log into the file, so that the file is complete on its own."""
    with suppress(sa.exc.DBAPIError), store.engine.connect() as connection:
        plain = connection.connection.driver_connection
        if plain is not None:
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            plain.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """Open one snapshot of all the tables."""
    if database.engine.dialect.name != "postgresql":
        with database.reading() as connection:
            yield connection
        return
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with Database(engine).reading() as connection:
        yield connection


def _copy(reader: Connection, writer: Connection) -> dict[str, int]:
    rows = {}
    for table in KEPT:
        batch = 1 if table in _OF_FILES else _BATCH_ROWS
        found = reader.execution_options(yield_per=batch).execute(sa.select(table)).mappings()
        rows[table.name] = 0
        for part in found.partitions(batch):
            writer.execute(sa.insert(table), [dict(row) for row in part])
            rows[table.name] += len(part)
    head = reader.execute(sa.select(AUDIT_HEAD)).mappings().one_or_none()
    if head is None:
        raise AuditError(
            "the hash of the last entry of the audit log is missing; restore the last backup"
        )
    writer.execute(sa.update(AUDIT_HEAD).values(seq=head["seq"], hash=head["hash"]))
    return rows


def _verified(store: Database, what: str) -> AuditReport:
    with store.reading() as connection:
        return _require_sound(verify(connection), what)


def _require_sound(report: AuditReport, what: str) -> AuditReport:
    if not report.sound:
        raise AuditError(f"{what} is not sound: {'; '.join(report.faults[:3])}")
    return report


@contextmanager
def opened_to_read(url: str) -> Iterator[Database]:
    """
    Open a store that is only looked at; a backup, or a file of an older form, stays as it is.

    A copy of it is read, which is brought up to date. SettingError, StoreUnavailableError or
    VintageError as :func:`localarea.decisions.database.open_database`.
    """
    parsed = parsed_url(url)
    path = Path(str(parsed.database))
    if parsed.get_backend_name() == "sqlite" and path.is_file() and _stays_as_it_is(path):
        with _opened(path) as copy:
            yield copy
        return
    store = open_database(url)
    try:
        yield store
    finally:
        store.close()


def _stays_as_it_is(path: Path) -> bool:
    if is_at_rest(path):
        return True
    return describe_store(f"sqlite:///{path}")["form"] not in (None, newest_form())


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    """
    Open a copy of a backup: one of an older version is brought up to date as it is opened.

    That version could not read it any more, and going back to it means restoring its backup.
    """
    if not path.is_file():
        raise InputError(f"{path} is not a file; name a backup made by: localarea database backup")
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise InputError(f"{path} is not a backup; name one made by: localarea database backup")
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite"
        try:
            _copy_file(path, copy)
        except sqlite3.Error as error:
            if "is full" in str(error):
                raise InputError(
                    f"{gettempdir()} has no room for a copy of {path}, which is what is read; name "
                    "a folder that has in TMPDIR"
                ) from error
            raise StoreUnavailableError(str(path), str(error)) from error
        store = open_database(f"sqlite:///{copy}")
        try:
            yield store
        finally:
            store.close()


def _copy_file(path: Path, copy: Path) -> None:
    """Copy a store with what its journal holds; also from where nothing can be written."""
    address = path.absolute().as_uri()
    try:
        _copy_by(f"{address}?mode=ro", copy)
    except sqlite3.OperationalError:
        journal = path.with_name(f"{path.name}-wal")
        if journal.is_file() and journal.stat().st_size:  # of which part would be missing
            raise
        _copy_by(f"{address}?immutable=1", copy)


def _copy_by(address: str, copy: Path) -> None:
    with (
        closing(sqlite3.connect(address, uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)


def _require_empty(connection: Connection) -> None:
    filled = [
        table.name
        for table in KEPT
        if connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    ]
    if filled:
        raise ConflictError(
            f"the store already holds {', '.join(filled)}, and a backup is never merged into "
            "existing data; name an empty database in LOCALAREA_DATABASE_URL"
        )


def _continue_numbering(connection: Connection) -> None:
    """Set PostgreSQL's sequences to the highest id; SQLite needs no such step."""
    if connection.dialect.name != "postgresql":
        return
    for table in _NUMBERED:
        highest = connection.execute(sa.select(sa.func.max(table.c.id))).scalar_one()
        if highest is not None:
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            connection.execute(sa.select(sa.func.setval(sequence, highest)))
