"""The two databases: their addresses, drivers and settings."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url

from localarea.errors import SettingError, StoreUnavailableError
from localarea.extras import extra

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

BUSY_S: Final = 30  # seconds that a write waits for another; a write takes milliseconds
CONNECT_S: Final = 10  # seconds for PostgreSQL to answer, unless the address says otherwise
WRITES: Final = "localarea_writes"  # execution option of a transaction that writes
_UNREAD: Final = "the database address cannot be read"
_FORM: Final = (
    "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME, and in a password %40 for @, "
    "%3A for a colon, %2F for a slash and %25 for a per cent sign"
)
_JOURNAL_RETRY_S: Final = 0.02  # pause between attempts to switch the journal


def parsed_url(url: str) -> URL:
    """
    Read the address of a store; the folder of a SQLite file is created.

    With the driver that is used for PostgreSQL. SettingError if it is not the address of a SQLite
    or PostgreSQL database. StoreUnavailableError if that folder is not there and cannot be made.
    """
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise SettingError(f"{_UNREAD}; {_FORM}") from None  # which could tell part of a password
    if "@" in (parsed.host or ""):  # part of the password would be shown with the host
        raise SettingError(f"{_UNREAD}, because it has an @ too many; {_FORM}")
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            _make_folder(parsed, Path(parsed.database).parent)
        return parsed
    if kind == "postgresql":
        _require_known(parsed)
        return parsed.set(drivername="postgresql+psycopg")
    raise SettingError(f"the store runs on sqlite or postgresql, not on {kind}")


def _require_known(url: URL) -> None:
    """Raise an error if the address has a parameter that the driver would only refuse later."""
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import make_conninfo
    except ImportError:  # whoever opens it says what to install
        return
    for name in url.query:
        try:
            make_conninfo(**{name: ""})
        except ProgrammingError:
            raise SettingError(
                f"the database address has a parameter that PostgreSQL does not know: {name}; "
                "leave it out, or write one such as connect_timeout or sslmode"
            ) from None


def _make_folder(url: URL, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"its folder cannot be made: {error.strerror}"
        raise StoreUnavailableError(shown_address(url), why) from error


def shown_address(url: URL) -> str:
    """Return the address of a database without its secrets, some of which may follow a ``?``."""
    open_to_all = url.difference_update_query([name for name in url.query if name != "host"])
    return open_to_all.render_as_string(hide_password=True)


def make_engine(url: URL) -> Engine:
    """
    Create the engine of a store.

    Not connected yet; errors do not show the values of statements. MissingExtraError if the driver
    for PostgreSQL is not installed.
    """
    if url.get_backend_name() == "postgresql":
        with extra("postgresql"):
            patience = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_S}
            return sa.create_engine(
                url,
                connect_args=patience,
                pool_pre_ping=True,
                isolation_level="READ COMMITTED",
                hide_parameters=True,  # errors are logged, and values may be of a person
            )
    _begin_file(url.database or "")
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_S}, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_file(path: str) -> None:
    """Create the file of a store for its owner alone: it holds small counts and names of people."""
    if path in ("", ":memory:") or path.startswith("file:"):
        return
    with suppress(OSError):  # it is there already; SQLite says what else is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def is_at_rest(path: Path) -> bool:
    """Check whether a SQLite file is a backup: by its format, one in use keeps another journal."""
    try:
        with path.open("rb") as file:
            return file.read(20)[18:19] == b"\x01"
    except OSError:  # whoever opens it is told
        return False


def make_looking_engine(url: URL) -> Engine:
    """Create an engine to look at a store; of a backup not even how its journal is kept changes."""
    if url.get_backend_name() != "sqlite" or not is_at_rest(Path(str(url.database))):
        return make_engine(url)
    address = f"{Path(str(url.database)).absolute().as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=BUSY_S)

    return sa.create_engine(url, creator=connect, poolclass=sa.NullPool, hide_parameters=True)


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
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
