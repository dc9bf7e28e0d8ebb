"""
Open the store: SQLite in a file by default, PostgreSQL by address.

Every change passes through :meth:`Database.writing`, which first takes hold of the head of
the audit log. So changes come one after the other on both databases, each with its entry
in the log, or not at all.
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

    from localarea.decisions.people import Actor

BUSY_S: Final = 30  # how long one change waits for another; a change takes milliseconds
_WRITES: Final = "localarea_writes"


@dataclass(frozen=True, slots=True, eq=False)
class Database:
    """
    An opened store of decisions.

    Attributes
    ----------
    engine : sqlalchemy.engine.Engine
        Connections to it.
    """

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """
        Read one consistent state.

        Yields
        ------
        sqlalchemy.engine.Connection
            In a transaction that is rolled back at the end.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached.
        """
        with self._said_plainly(), self.engine.connect() as connection, connection.begin() as all_:
            yield connection
            all_.rollback()

    @contextmanager
    def writing(self, actor: Actor, *, at: str) -> Iterator[Ledger]:
        """
        Change the store, alone, all or nothing.

        Parameters
        ----------
        actor : Actor
            Who changes it.
        at : str
            When: ISO 8601 in UTC.

        Yields
        ------
        Ledger
            The connection, and the audit log to enter the change in.

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
        Change what is no decision, all or nothing: files being checked, which no log records.

        Yields
        ------
        sqlalchemy.engine.Connection
            In a transaction that writes, and leaves the head of the log to others.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached, or stays busy for too long.
        """
        with self._said_plainly(), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """
        Fill the store from elsewhere, alone, all or nothing, with the log as it comes.

        Yields
        ------
        sqlalchemy.engine.Connection
            In a transaction that writes and holds the head of the log.

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
        with self._said_plainly(), self.engine.connect() as connection:
            plain = connection.connection.cursor()  # no journal is written back in a transaction
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            plain.close()

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DataError as error:  # PostgreSQL keeps no text with a NUL in it
            raise InputError("a text has a sign in it that cannot be kept or looked for") from error
        except sa.exc.DatabaseError as error:
            # Its other kinds are faults of a statement, which are ours and not the server's.
            if type(error) not in (sa.exc.DatabaseError, sa.exc.OperationalError):
                raise
            raise StoreUnavailableError(
                self.engine.url.render_as_string(), _first_line(error)
            ) from error

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def _first_line(error: sa.exc.DBAPIError) -> str:
    return str(error.orig or error).strip().splitlines()[0]


def default_url() -> str:
    """
    Say where the record is kept where no setting says otherwise.

    Returns
    -------
    str
        A SQLite file in the user's data folder.
    """
    from platformdirs import user_data_path

    return f"sqlite:///{user_data_path('localarea') / 'decisions.sqlite'}"


def open_database(url: str, *, upgrade: bool = True) -> Database:
    """
    Open the store, making it where there is none yet.

    Parameters
    ----------
    url : str
        ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/NAME``.
    upgrade : bool
        Whether an older store is brought to the present form. A new store always is.

    Returns
    -------
    Database
        Ready for use.

    Raises
    ------
    SettingError
        If the address is not of one of the two databases, or the driver is not installed.
    StoreUnavailableError
        If it cannot be reached.
    VintageError
        If it is of a newer form than this version knows, or of an older one and is not to
        be upgraded.
    """
    database = Database(_engine(_parsed(url)))
    try:
        with database._said_plainly():
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
    # The driver's own handling of transactions starts them too late to read and write as one.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA secure_delete = ON")  # of a file that is removed no name is left
    connection.execute("PRAGMA synchronous = FULL")  # an approval outlives a power cut


def _use_write_ahead_log(connection: Any) -> None:
    """Change the journal, which SQLite refuses at once, without waiting, while others open it."""
    until = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.02)
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
                _hold_alone(connection)
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
    Say what a store is, without making or changing it.

    Parameters
    ----------
    url : str
        Its address.

    Returns
    -------
    dict
        ``address`` (without password), ``form`` (None where there is no store yet),
        ``entries`` of the audit log and ``head``, the hash of the last.

    Raises
    ------
    SettingError
        If the address is not of one of the two databases.
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


def _hold_alone(connection: Connection) -> None:
    """Keep a second process from upgrading at the same time; SQLite is held already."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(20190213)"))


def wait_until_reachable(url: str, *, seconds: float) -> Database:
    """
    Open a store whose server may still be starting.

    Parameters
    ----------
    url : str
        Its address.
    seconds : float
        How long to go on trying.

    Returns
    -------
    Database
        As `open_database` gives it.

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
