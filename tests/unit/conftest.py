"""The county of twelve zones, made once for all that only ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> DataStore:
    from options_county import make_store

    return make_store(tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="session")
def council(store: DataStore) -> Council:
    from localarea.options.council import read_council

    return read_council("anchorton", store=store)
