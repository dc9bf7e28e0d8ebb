"""The browser of the tests that share one for each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browser_cases import browser_open

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a browser; a file whose tests need their own has a fixture of this name itself."""
    with browser_open() as made:
        yield made
