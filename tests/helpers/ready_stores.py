"""
An empty store of decisions with its tables, from what the migrations made of the first.

A test that opens a new store would otherwise run every migration again. A store that is there
already is brought up to date as ever. What is asked of a store is put into SQL once for all stores
of its kind: each of a thousand would keep its own, and SQLAlchemy takes longer to write a statement
than a small store to answer it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from sqlalchemy.engine import Engine

_EMPTY: Final = {
    "sqlite": "SELECT 1 FROM sqlite_master LIMIT 1",
    "postgresql": "SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace",
}


def share(patch: pytest.MonkeyPatch) -> None:
    """Have the tables of a new store made by the statements that they consist of."""
    from localarea.decisions import database

    migrate = database.bring_up_to_date
    made: dict[str, list[str]] = {}

    def bring_up_to_date(engine: Engine, *, upgrade: bool) -> None:
        kind = engine.dialect.name
        if kind == "sqlite" and kind not in made:
            made[kind] = _dumped(migrate)
        if kind in made:
            if not _filled(engine, made[kind]):
                migrate(engine, upgrade=upgrade)
        elif said := _heard(engine, migrate, upgrade=upgrade):
            made[kind] = said

    patch.setattr(database, "bring_up_to_date", bring_up_to_date)
    _share_statements(patch)


def _share_statements(patch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.sql.elements import ClauseElement

    write, kept = ClauseElement._compile_w_cache, dict[Any, tuple[Any, Any]]()

    def once(element: Any, dialect: Any, *, compiled_cache: Any, **how: Any) -> Any:
        kind = (type(dialect), dialect.server_version_info, compiled_cache is None)
        first, statements = kept.setdefault(kind, (dialect, compiled_cache))
        return write(element, first, compiled_cache=statements, **how)

    patch.setattr(ClauseElement, "_compile_w_cache", once)


def _dumped(migrate: Callable[..., None]) -> list[str]:
    from localarea.decisions.record.engines import make_engine, parsed_url

    engine = make_engine(parsed_url("sqlite://"))
    migrate(engine, upgrade=True)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        lines = list(driver.iterdump())
    engine.dispose()
    return [each for each in lines if each not in ("BEGIN TRANSACTION;", "COMMIT;")]


def _heard(engine: Engine, migrate: Callable[..., None], *, upgrade: bool) -> list[str]:
    """Migrate a store of PostgreSQL, and give what was said to it if it was empty before."""
    import sqlalchemy as sa
    from psycopg import ClientCursor

    said: list[str] = []

    def hear(_: Any, cursor: Any, statement: str, given: Any, *__: Any) -> None:
        if not statement.lstrip().upper().startswith("SELECT"):
            plain = ClientCursor(cursor.connection).mogrify(statement, given or None)
            said.append((plain if given else plain.replace("%%", "%")).rstrip("; \n"))

    sa.event.listen(engine, "before_cursor_execute", hear)
    migrate(engine, upgrade=upgrade)
    sa.event.remove(engine, "before_cursor_execute", hear)
    return said if any("CREATE TABLE alembic_version" in each for each in said) else []


def _filled(engine: Engine, statements: list[str]) -> bool:
    from localarea.decisions.record import upgrading
    from localarea.decisions.record.engines import WRITES

    with engine.connect() as plain:
        connection = plain.execution_options(**{WRITES: True})
        with connection.begin():
            upgrading._lock_upgrades(connection)
            if connection.exec_driver_sql(_EMPTY[engine.dialect.name]).first():
                return False
            if engine.dialect.name == "postgresql":  # which takes them together
                whole = connection.execution_options(no_parameters=True)
                whole.exec_driver_sql(";\n".join(statements))
                return True
            for statement in statements:
                connection.exec_driver_sql(statement)
    return True
