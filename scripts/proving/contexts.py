"""For pytest under coverage: note which test reaches a line, by the test's own name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import coverage
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Count what runs for a test, fixtures that it is the first to need with it, as its own."""
    counting = coverage.Coverage.current()
    if counting is not None:
        counting.switch_context(item.nodeid)
    yield
    if counting is not None:
        counting.switch_context("")
