"""Bring the tables of a store up to date, one process and one thread at a time."""

from __future__ import annotations

import threading
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from localarea.decisions.record.engines import WRITES
from localarea.errors import VintageError

if TYPE_CHECKING:
    from pathlib import Path

    from alembic.config import Config
    from sqlalchemy.engine import Connection, Engine

_UPGRADE_LOCK: Final = 20190213  # number of PostgreSQL's advisory lock; any fixed number will do
# Alembic keeps the store that it works on in a module, for all threads: two at once get in each
# other's way.
_ALEMBIC: Final = threading.Lock()


def bring_up_to_date(engine: Engine, *, upgrade: bool) -> None:
    """
    Create the tables of an empty store, or bring those of an older one up to date.

    ``upgrade``: whether an older store may be changed. VintageError if the store is older and may
    not be changed, or is newer than this version.
    """
    from alembic import command
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        if revision_of(connection) == newest_form():
            return
    with _ALEMBIC, as_file(files("localarea.decisions") / "migrations") as folder:
        config = _config(folder)
        steps = ScriptDirectory.from_config(config)
        with engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                found = revision_of(connection)
                if found == newest_form():
                    return
                _require_known(found, {step.revision for step in steps.walk_revisions()})
                if found is not None and not upgrade:
                    raise VintageError(
                        f"the store of decisions is of form {found}, and this version needs "
                        f"{newest_form()}; back it up with the version that wrote it, so that "
                        "you can go back to that, then: localarea database upgrade"
                    )
                _lock_upgrades(connection)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")


@cache
def newest_form() -> str | None:
    """Return the number of the last migration; read once, for it takes as long as all the rest."""
    from alembic.script import ScriptDirectory

    with as_file(files("localarea.decisions") / "migrations") as folder:
        return ScriptDirectory.from_config(_config(folder)).get_current_head()


def _config(folder: Path) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def revision_of(connection: Connection) -> str | None:
    """Read the form of a store: number of the last migration; None for an empty store."""
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
