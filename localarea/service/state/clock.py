"""
The one clock of the service: what day and time it is.

It may be set, back or forward, while the service runs. So it says when something was done and
what holds today; how long something has lasted is measured by ``time.monotonic``, which no
one sets.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localarea.records import british_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def seconds() -> float:
    """Return the seconds since 1970."""
    return now().timestamp()


def day() -> date:
    """Return the day in the United Kingdom, by which definitions begin and end."""
    return british_day(now())


def today() -> str:
    """Return the day in the United Kingdom, ``YYYY-MM-DD``."""
    return day().isoformat()


class Stillness:
    """
    Tells for how long things have shown no change, whatever becomes of the clock meanwhile.

    Parameters
    ----------
    clock : callable
        Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[object, float]] = {}

    def look(self, signs: Mapping[str, object]) -> dict[str, float]:
        """Return for each how many seconds ago its sign was first seen as it is now."""
        at, before = self._clock(), self._seen
        self._seen = {}
        for name, sign in signs.items():
            known, since = before.get(name, (None, at))
            self._seen[name] = (sign, since if known == sign else at)
        return {name: at - since for name, (_, since) in self._seen.items()}
