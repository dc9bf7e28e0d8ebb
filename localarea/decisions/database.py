"""
Open the store: a SQLite file by default, or PostgreSQL.

Every change passes through :meth:`Database.writing`, which first locks the head of the audit
log. So changes are serial on both databases, and each is committed together with its entry
in the log or not at all.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url

from localarea.decisions.audit import Ledger, lock_head
from localarea.decisions.schema import AUDIT_HEAD
from localarea.errors import InputError, SettingError, StoreUnavailableError, VintageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config
    from sqlalchemy.engine import URL, Connection, Engine

    from localarea.decisions.roles import Actor

BUSY_S: Final = 30  # seconds that a write waits for another; a write takes milliseconds
_WRITES: Final = "localarea_writes"  # execution option of a transaction that writes
_JOURNAL_RETRY_S: Final = 0.02  # pause between attempts to switch the journal
_UPGRADE_LOCK: Final = 20190213  # number of PostgreSQL's advisory lock; any fixed number will do


@dataclass(frozen=True, slots=True, eq=False)
class Database:
    """
    An open store of decisions.

    Attributes
    ----------
    engine : sqlalchemy.engine.Engine
        SQLAlchemy engine of the store.
    """

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """
        Open a read-only transaction.

        Yields
        ------
        sqlalchemy.engine.Connection
            Connection in a transaction that is rolled back at the end.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached.
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

        Parameters
        ----------
        actor : Actor
            Who changes it.
        at : str
            Time of the change, ISO 8601 in UTC.

        Yields
        ------
        Ledger
            The connection, and the audit log to record the change in.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached, or stays busy for too long.
        """
        with self.noting() as connection:
            yield Ledger(connection, actor, at, *lock_head(connection))

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """
        Open a write transaction for data that the audit log does not record, such as file jobs.

        Yields
        ------
        sqlalchemy.engine.Connection
            Connection in a write transaction that does not lock the head of the log.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached, or stays busy for too long.
        """
        with self._connection_errors(), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """
        Open an exclusive write transaction for restoring a back-up, log included.

        Yields
        ------
        sqlalchemy.engine.Connection
            Connection in a write transaction that holds the head of the log.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached, or stays busy for too long.
        """
        with self.noting() as connection:
            lock_head(connection)
            yield connection

    def settle(self) -> None:
        """
        Take what was written over out of the files as well.

        SQLite keeps it in its journal until that is written back. Where others read, it is left
        for the next time. PostgreSQL does so by itself, in its own time.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached.
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
                self.engine.url.render_as_string(), _first_line(error)
            ) from error

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _first_line(error: sa.exc.DBAPIError) -> str:
    return str(error.orig or error).strip().splitlines()[0]


def default_url() -> str:
    """
    Return the default address of the store.

    Returns
    -------
    str
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

    Returns
    -------
    Database
        Ready for use.

    Raises
    ------
    SettingError
        If the address is not one of the two kinds, or the driver is not installed.
    StoreUnavailableError
        If it cannot be reached.
    VintageError
        If its schema is newer than this version knows, or older and ``upgrade`` is False.
    """
    database = Database(_engine(_parsed(url)))
    try:
        with database._connection_errors():
            _bring_up_to_date(database, upgrade=upgrade)
    except BaseException:
        database.close()
        raise
    return database


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as error:
        raise SettingError(
            "the database address cannot be read; write sqlite:///FILE or postgresql://..."
        ) from error
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        return parsed
    if kind == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise SettingError(f"the store runs on sqlite or postgresql, not on {kind}")


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "postgresql":
            return sa.create_engine(
                url,
                pool_pre_ping=True,
                isolation_level="READ COMMITTED",
                hide_parameters=True,  # errors are logged, and values may be of a person
            )
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_S}, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise SettingError(
            "PostgreSQL needs the package psycopg: pip install 'localarea[postgresql]'"
        ) from error
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver itself begins transactions only at the first write, after what we read.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA secure_delete = ON")  # of a file that is removed no name is left
    connection.execute("PRAGMA synchronous = FULL")  # an approval outlives a power cut


def _use_write_ahead_log(connection: Any) -> None:
    """Switch to WAL, retrying: SQLite refuses at once while another process has the file open."""
    until = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(_JOURNAL_RETRY_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(database: Database, *, upgrade: bool) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    with as_file(files("localarea.decisions") / "migrations") as folder:
        config = _config(folder)
        steps = ScriptDirectory.from_config(config)
        with database.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                found = _revision(connection)
                if found == steps.get_current_head():
                    return
                _require_known(found, {step.revision for step in steps.walk_revisions()})
                if found is not None and not upgrade:
                    raise VintageError(
                        f"the store of decisions is of form {found}, and this version needs "
                        f"{steps.get_current_head()}; back it up, then: localarea database upgrade"
                    )
                _lock_upgrades(connection)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")


def _config(folder: Path) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def describe_store(url: str) -> dict[str, str | int | None]:
    """
    Describe a store without creating or changing it.

    Parameters
    ----------
    url : str
        Address of the store.

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
    parsed = _parsed(url)
    address = parsed.render_as_string(hide_password=True)
    found: dict[str, str | int | None] = {"address": address, "form": None}
    found |= {"entries": None, "head": None}
    if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).is_file():
        return found
    database = Database(_engine(parsed))
    try:
        with database.reading() as connection:
            found["form"] = _revision(connection)
            if found["form"] is not None:
                head = connection.execute(sa.select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash)).one()
                found["entries"], found["head"] = head.seq, head.hash
    finally:
        database.close()
    return found


def _revision(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _require_known(found: str | None, known: set[str]) -> None:
    if found is not None and found not in known:
        raise VintageError(
            f"the store of decisions is of form {found}, which is newer than this version of "
            "localarea knows; install the version that wrote it, or a later one"
        )


def _lock_upgrades(connection: Connection) -> None:
    """Prevent concurrent upgrades on PostgreSQL; on SQLite the transaction does so."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))


def wait_until_reachable(url: str, *, seconds: float) -> Database:
    """
    Open a store, waiting for a server that may still be starting.

    Parameters
    ----------
    url : str
        Address of the store.
    seconds : float
        Seconds to keep trying.

    Returns
    -------
    Database
        As returned by :func:`open_database`.

    Raises
    ------
    StoreUnavailableError
        If it could not be reached in that time.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            return open_database(url)
        except StoreUnavailableError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.2)
