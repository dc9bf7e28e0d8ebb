"""
Keep what libraries say to programmers from the people who use the command line.

Warnings and logs of libraries are written for whoever writes code. What of them matters to a
user is said by the command in its own words; the rest shows with ``LOCALAREA_LOG_LEVEL=debug``.
"""

from __future__ import annotations

import os
import sys

UNEXPECTED = 70  # EX_SOFTWARE of sysexits.h: a fault of ours, neither of the input nor of the data


def wants_details() -> bool:
    """Tell whether whoever started the command asked for all that there is to see."""
    return os.environ.get("LOCALAREA_LOG_LEVEL", "").strip().casefold() == "debug"


def silence_libraries() -> None:
    """Silence warnings and logs of libraries in this process and in those that it starts."""
    import warnings

    if wants_details():
        return
    warnings.showwarning = _say_nothing
    os.environ["PYTHONWARNINGS"] = "ignore"
    os.environ.setdefault("CPL_LOG", os.devnull)  # where GDAL would write what it warns of


def silence_logs() -> None:
    """Write no line of a library's log where nobody has set up a log."""
    import logging

    if not wants_details():
        logging.lastResort = logging.NullHandler()


def say_unexpected(error: Exception) -> int:
    """Say that something went wrong which nobody foresaw, and return the exit status."""
    if wants_details():
        import traceback

        traceback.print_exception(error)
    sys.stderr.write(
        f"localarea: something went wrong that localarea did not foresee ({type(error).__name__}). "
        "No file was left half-written. To see where, run the command again with "
        "LOCALAREA_LOG_LEVEL=debug, and send what it says to whoever looks after localarea.\n"
    )
    return UNEXPECTED


def _say_nothing(*_: object, **__: object) -> None:
    """Take the place of what writes warnings to standard error; those made errors stay errors."""
