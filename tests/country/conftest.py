"""What the tests with the tables of the country share beside all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from office import Office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give a LibreOffice that has begun, for all tests that ask it to open and write files."""
    from office import office_in

    with office_in(tmp_path_factory.mktemp("office")) as begun:
        yield begun
