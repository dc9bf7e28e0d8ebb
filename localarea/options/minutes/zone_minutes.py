"""Minutes by road where their tables are available, and their margin of error."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING, Final

from localarea.errors import SettingError
from localarea.options.minutes.anchor_minutes import has_roads, zone_minutes
from localarea.options.minutes.encoding import COEFFICIENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council


ERROR_FILE: Final = COEFFICIENTS.with_name("error.toml")


def stated_error(minutes: float) -> float:
    """
    Return how far from the truth nine in ten journeys of about so many minutes are at most.

    Measured on journeys whose region and place were left out of the calibration
    (docs/validation-roads.md), and interpolated between their lengths; to a tenth of a minute.
    SettingError if the file of the error is no table of numbers.
    """
    at, within = _error_table()
    after = bisect_right(at, minutes)
    if after in {0, len(at)}:
        return within[min(after, len(at) - 1)]
    low, high = after - 1, after
    share = (minutes - at[low]) / (at[high] - at[low])
    return round(within[low] + share * (within[high] - within[low]), 1)


@cache
def _error_table() -> tuple[list[float], list[float]]:
    try:
        table = tomllib.loads(ERROR_FILE.read_text(encoding="utf-8"))
        at, within = ([float(x) for x in table[name]] for name in ("at_min", "within_min"))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SettingError(f"{ERROR_FILE} has no table of the error: {error}") from error
    if not at or len(at) != len(within) or at != sorted(at):
        raise SettingError(f"{ERROR_FILE}: every error belongs to a time, in ascending order")
    return at, within


def minutes_to_anchor(council: Council, *, store: DataStore | None = None) -> Mapping[str, float]:
    """
    Return the minutes by road from the council's centre to each zone.

    Zone code to minutes, infinite if unreachable; empty if no travel times are available.
    """
    return zone_minutes(council, store=store) if has_roads(store) else {}
