"""The browser: one for all files of tests that follow each other here."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser_cases import browser_open

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browser_cases import SparingBrowser

# Not a fixture of the session: while a browser is open, no other test could run a loop of asyncio.
_opened = ExitStack()
_browsers: list[SparingBrowser] = []


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a browser; what a file leaves open in it is closed."""
    if not _browsers:
        _browsers.append(_opened.enter_context(browser_open()))
    yield _browsers[0]
    _browsers[0].tidy_up()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    """Close it before tests of another folder."""
    try:
        return (yield)
    finally:
        if nextitem is None or not nextitem.path.is_relative_to(Path(__file__).parent):
            _close()


def pytest_sessionfinish() -> None:
    """Close it where a failure ended the run."""
    _close()


def _close() -> None:
    _browsers.clear()
    _opened.close()
