"""
Keep libraries' warnings and logs away from users of the command line.

They are written for programmers. The commands report what matters to a user in their own words;
the rest shows with ``LOCALAREA_LOG_LEVEL=debug``.
"""

from __future__ import annotations

import os
import sys
import warnings

UNEXPECTED = 70  # EX_SOFTWARE of sysexits.h: an internal error


def wants_details() -> bool:
    """Return whether the user asked for debug output."""
    return os.environ.get("LOCALAREA_LOG_LEVEL", "").strip().casefold() == "debug"


def silence_libraries() -> None:
    """Silence libraries' warnings and logs in this process and its children."""
    if wants_details():
        return
    warnings.showwarning = _say_nothing
    os.environ["PYTHONWARNINGS"] = "ignore"
    os.environ.setdefault("CPL_LOG", os.devnull)  # GDAL writes its warnings there


def silence_logs() -> None:
    """Discard libraries' log records unless logging is configured."""
    import logging

    if not wants_details():
        logging.lastResort = logging.NullHandler()


def say_unexpected(error: Exception) -> int:
    """Report an unexpected error, and return the exit status."""
    if wants_details():
        import traceback

        traceback.print_exception(error)
    sys.stderr.write(
        f"localarea: unexpected error ({type(error).__name__}). No file was left half-written. "
        "To see where it happened, run the command again with LOCALAREA_LOG_LEVEL=debug, and send "
        "the output to the people who maintain localarea.\n"
    )
    return UNEXPECTED


def _say_nothing(*_: object, **__: object) -> None:
    """Replace the writer of warnings; warnings turned into errors stay errors."""
