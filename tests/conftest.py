"""What every test may ask for."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.datasets.store import DataStore

# How long an example takes says more of the machine than of the code.
settings.register_profile("localarea", deadline=None)
settings.load_profile("localarea")

REPOSITORY = Path(__file__).resolve().parents[1]
# Each file is run by one worker; these take longest, so they are begun with.
LONGEST = (
    "browser/test_study_browser.py",
    "api/test_service_faults.py",
    "api/test_service_decision_faults.py",
    "unit/test_demo.py",
    "api/test_service_files.py",
    "unit/test_report_formats.py",
    "browser/test_files_browser.py",
    "docs/test_notebooks.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the files of slow tests where workers share the run, so that both end together."""
    if not hasattr(config, "workerinput"):
        return
    slow = {item.path for item in items if any(map(item.get_closest_marker, ("slow", "browser")))}
    first = [REPOSITORY / "tests" / name for name in LONGEST]
    order = {path: number for number, path in enumerate(first)}
    items.sort(key=lambda item: (order.get(item.path, len(order)), item.path not in slow))


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the top folder of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep definitions that somebody has published on this machine out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data-home")))
        yield


@pytest.fixture(scope="session")
def small_tables(tmp_path_factory: pytest.TempPathFactory) -> DataStore:
    """
    Give the package's tables with few postcodes: one store for all tests that only read them.

    A service given its folders (``data_dir=STORE.root, cache_dir=STORE.cache_dir``) takes up
    what an earlier one has worked out of them.
    """
    from definition_cases import small_store

    from localarea.datasets.store import store_at

    made = small_store(tmp_path_factory.mktemp("country") / "data")
    return store_at(made.root, made.cache_dir)


@pytest.fixture(scope="session")
def raw_folder() -> Path:
    """Give the folder of the publishers' raw files, or skip the test where there is none."""
    beside = REPOSITORY.parent / "shared" / "data" / "raw"
    folder = Path(os.environ.get("LOCALAREA_RAW", beside))
    if not folder.is_dir():
        pytest.skip("the publishers' raw files are not here; name their folder in LOCALAREA_RAW")
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database; a test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite'}"
        return
    server = os.environ.get("LOCALAREA_TEST_POSTGRESQL")
    if not server:
        pytest.skip("no PostgreSQL; ./scripts/test starts one, or see scripts/postgresql")
    import psycopg

    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
