"""
What makes the gathering of the tests cheap: each of four workers does it, before any test.

pytest looks for examples in every module of the package and of the tests, and imports each for it.
One module in ten of the package has any, and none of the tests; the others are not asked.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.doctest import DoctestModule

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


def pytest_collection() -> None:
    """Look for nothing to let go of while the tests are gathered: nothing of them is."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Have what stays for the session, some million things, not looked through again and again."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # a test makes more than 700 things, and keeps few of them


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Generator[None, list[Any], list[Any]]:
    """Look for examples where there is the mark that each begins with."""
    found = yield
    if (
        not any(isinstance(each, DoctestModule) for each in found)
        or b">>>" in file_path.read_bytes()
    ):
        return found
    return [each for each in found if not isinstance(each, DoctestModule)]
