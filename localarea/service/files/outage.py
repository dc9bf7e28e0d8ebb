"""What is away for a while, such as the store: said when it goes and when it is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging


class Outage:
    """
    Says once in the log that something is away and why, and once that it is back.

    A line at each look, every second, would hide all others.
    """

    def __init__(self, log: logging.Logger, away: str, back: str) -> None:
        self._log, self._away, self._back = log, away, back
        self._why = ""  # blank while nothing is away

    def goes_on(self, why: Exception) -> None:
        """Say that it is away, unless that was the last thing said."""
        if str(why) != self._why:
            self._why = str(why)
            self._log.warning("%s: %s", self._away, why)

    def is_over(self) -> None:
        """Say that it is back, if it was away."""
        if self._why:
            self._why = ""
            self._log.warning("%s", self._back)
