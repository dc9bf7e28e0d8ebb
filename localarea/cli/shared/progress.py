"""Progress of long operations: a transient line on a terminal, nothing in a pipe."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def show_step(step: str) -> None:
    """Replace the progress line on a terminal; an empty step clears it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{step}{'...' if step else ''}")
        sys.stderr.flush()


class _Steps(logging.Handler):
    """Show the steps that the library logs, until it logs that it has finished."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one step."""
        show_step("" if getattr(record, "done", False) else record.getMessage())


@contextmanager
def steps_shown() -> Iterator[None]:
    """Show the library's progress on a terminal while a command runs."""
    logger, handler = logging.getLogger("localarea"), _Steps(logging.INFO)
    before = logger.level
    if sys.stderr.isatty():
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
