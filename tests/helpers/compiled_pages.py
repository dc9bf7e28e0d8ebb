"""
Templates of pages, compiled once for all processes of a run.

To compile them takes each process that shows all pages more than a second. What is kept is told by
the text of its template: one that has changed is compiled.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

if TYPE_CHECKING:
    import pytest


def share(patch: pytest.MonkeyPatch) -> None:
    """Have the pages of services in this process take over what another has compiled."""
    patch.setattr(_environment(), "bytecode_cache", _kept())


def take_up() -> None:
    """Have every page compiled in this process, for its copies."""
    from localarea.service.pages import rendering

    _environment().bytecode_cache = _kept()
    rendering.load_templates()


def _environment() -> Any:
    from localarea.service.pages import rendering

    return rendering._templates().env


def _kept() -> jinja2.BytecodeCache:
    folder = Path(os.environ["TESTS_HOMES"]) / "pages"
    folder.mkdir(exist_ok=True)
    return jinja2.FileSystemBytecodeCache(str(folder))
