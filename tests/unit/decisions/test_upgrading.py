"""Stores are brought up to date by one thread at a time, for Alembic has one store in hand."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import sqlalchemy as sa

from localarea.decisions.record.engines import make_engine, parsed_url
from localarea.decisions.record.upgrading import bring_up_to_date

if TYPE_CHECKING:
    from pathlib import Path

THREADS = 6


def test_threads_that_make_stores_at_once_make_each_its_own(tmp_path: Path) -> None:
    together = threading.Barrier(THREADS, timeout=30)

    def tables_of(number: int) -> list[str]:
        engine = make_engine(parsed_url(f"sqlite:///{tmp_path / f'{number}.sqlite'}"))
        try:
            together.wait()
            bring_up_to_date(engine, upgrade=True)
            return sorted(sa.inspect(engine).get_table_names())
        finally:
            engine.dispose()

    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(tables_of, range(THREADS)))
    assert made == [made[0]] * THREADS
    assert {"alembic_version", "proposals"} <= set(made[0])
