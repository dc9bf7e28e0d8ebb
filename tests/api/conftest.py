"""The service that most tests of routes ask: on the small tables, one for each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from service_cases import service_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """Give a client of it; a file that needs another has a fixture of this name itself."""
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path_factory.mktemp("service"), **stated) as made:
        yield made
