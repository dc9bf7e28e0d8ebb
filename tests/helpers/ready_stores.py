"""
An empty SQLite store of decisions with its tables, from what the migrations made of the first.

A test that opens a new store would otherwise run every migration again. A store that is there
already, and any of PostgreSQL, is brought up to date as ever.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from sqlalchemy.engine import Engine


def share(patch: pytest.MonkeyPatch) -> None:
    """Have the tables of a new store made by the statements that they consist of."""
    from localarea.decisions import database
    from localarea.decisions.engines import WRITES, make_engine, parsed_url

    migrate = database.bring_up_to_date

    @cache
    def statements() -> tuple[str, ...]:
        engine = make_engine(parsed_url("sqlite://"))
        migrate(engine, upgrade=True)
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            dumped = tuple(driver.iterdump())
        engine.dispose()
        return tuple(each for each in dumped if each not in ("BEGIN TRANSACTION;", "COMMIT;"))

    def bring_up_to_date(engine: Engine, *, upgrade: bool) -> None:
        if engine.dialect.name == "sqlite" and _filled(engine):
            return
        migrate(engine, upgrade=upgrade)

    def _filled(engine: Engine) -> bool:
        made = statements()
        with engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                if connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1").first():
                    return False
                for statement in made:
                    connection.exec_driver_sql(statement)
        return True

    patch.setattr(database, "bring_up_to_date", bring_up_to_date)
