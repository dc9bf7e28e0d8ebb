"""
Open the store: a SQLite file by default, or PostgreSQL.

Every change passes through :meth:`Database.writing`, which first locks the head of the audit
log. So changes are serial on both databases, and each is committed together with its entry
in the log or not at all.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from localarea.decisions.record.audit import Ledger, lock_head
from localarea.decisions.record.engines import (
    WRITES,
    make_engine,
    make_looking_engine,
    parsed_url,
    shown_address,
)
from localarea.decisions.record.schema import AUDIT_HEAD
from localarea.decisions.record.upgrading import bring_up_to_date, revision_of
from localarea.errors import InputError, StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine

    from localarea.decisions.record.roles import Actor


@dataclass(frozen=True, slots=True, eq=False)
class Database:
    """An open store of decisions."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """
        Open a read-only transaction.

        Connection in a transaction that is rolled back at the end. StoreUnavailableError if the
        database cannot be reached.
        """
        with (
            self._connection_errors(),
            self.engine.connect() as connection,
            connection.begin() as all_,
        ):
            yield connection
            all_.rollback()

    @contextmanager
    def writing(self, actor: Actor, *, at: str) -> Iterator[Ledger]:
        """
        Open an exclusive write transaction, with the audit log locked.

        ``at``: time of the change, ISO 8601 in UTC. StoreUnavailableError if the database cannot be
        reached, or stays busy for too long.
        """
        with self.transaction() as connection:
            yield Ledger(connection, actor, at, *lock_head(connection))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """
        Open a write transaction for data that the audit log does not record, such as file jobs.

        Connection in a write transaction that does not lock the head of the log.
        StoreUnavailableError if the database cannot be reached, or stays busy for too long.
        """
        with self._connection_errors(), self.engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def bulk_load(self) -> Iterator[Connection]:
        """
        Open an exclusive write transaction for restoring a backup, log included.

        Connection in a write transaction that holds the head of the log. StoreUnavailableError if
        the database cannot be reached, or stays busy for too long.
        """
        with self.transaction() as connection:
            lock_head(connection)
            yield connection

    def settle(self) -> None:
        """
        Take what was written over out of the files as well.

        SQLite keeps it in its journal until that is written back. Where others read, it is left for
        the next time. PostgreSQL does so by itself, in its own time. StoreUnavailableError if the
        database cannot be reached.
        """
        if self.engine.dialect.name != "sqlite":
            return
        with self._connection_errors(), self.engine.connect() as connection:
            plain = connection.connection.cursor()  # no journal is written back in a transaction
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            plain.close()

    @contextmanager
    def _connection_errors(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DataError as error:  # PostgreSQL keeps no text with a NUL in it
            raise InputError("a text has a sign in it that cannot be kept or looked for") from error
        except sa.exc.DatabaseError as error:
            # Other subclasses mean a faulty statement: a bug here, not an unavailable server.
            if type(error) not in (sa.exc.DatabaseError, sa.exc.OperationalError):
                raise
            raise StoreUnavailableError(
                shown_address(self.engine.url), _first_line(error)
            ) from error

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _first_line(error: sa.exc.DBAPIError) -> str:
    return str(error.orig or error).strip().splitlines()[0]


def default_url() -> str:
    """
    Return the default address of the store.

    Address of a SQLite file in the user's data folder.
    """
    from platformdirs import user_data_path

    return f"sqlite:///{user_data_path('localarea') / 'decisions.sqlite'}"


def open_database(url: str, *, upgrade: bool = True) -> Database:
    """
    Open the store, creating it if it does not exist.

    Parameters
    ----------
    url : str
        ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/NAME``.
    upgrade : bool
        Whether to migrate an older store. A new store is always migrated.

    Raises
    ------
    SettingError
        If the address is not one of the two kinds, or the driver is not installed.
    StoreUnavailableError
        If it cannot be reached.
    VintageError
        If its schema is newer than this version knows, or older and ``upgrade`` is False.
    """
    database = Database(make_engine(parsed_url(url)))
    try:
        with database._connection_errors():
            bring_up_to_date(database.engine, upgrade=upgrade)
    except BaseException:
        database.close()
        raise
    return database


def describe_store(url: str) -> dict[str, str | int | None]:
    """
    Describe a store without creating or changing it.

    Returns
    -------
    dict
        ``address`` (without password), ``form`` (None if there is no store yet),
        ``entries`` of the audit log and ``head``, the hash of the last.

    Raises
    ------
    SettingError
        If the address is not that of a SQLite or PostgreSQL database.
    StoreUnavailableError
        If it cannot be reached.
    """
    parsed = parsed_url(url)
    address = shown_address(parsed)
    found: dict[str, str | int | None] = {"address": address, "form": None}
    found |= {"entries": None, "head": None}
    if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).is_file():
        return found
    database = Database(make_looking_engine(parsed))
    try:
        with database.reading() as connection:
            found["form"] = revision_of(connection)
            if found["form"] is not None:
                head = connection.execute(sa.select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash)).one()
                found["entries"], found["head"] = head.seq, head.hash
    finally:
        database.close()
    return found
