"""What long work says of itself: on a terminal a line that goes away again, in a pipe nothing."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def show_step(step: str) -> None:
    """Show the step over the last one on a terminal, nothing elsewhere; an empty one clears it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{step}{'...' if step else ''}")
        sys.stderr.flush()


class _Steps(logging.Handler):
    """Show what the library logs of its long work, until it logs that it is done."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one step."""
        show_step("" if getattr(record, "done", False) else record.getMessage())


@contextmanager
def steps_shown() -> Iterator[None]:
    """Show the steps of the library's long work on a terminal while a command runs."""
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
