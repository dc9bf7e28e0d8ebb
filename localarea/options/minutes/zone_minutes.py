"""Minutes by road where their tables are available, and their margin of error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.options.minutes.anchor_minutes import has_roads, zone_minutes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council

# Nine in ten published travel times of held-out places are within this: docs/validation-roads.md,
# the worst of three places (Colchester 5.06, Chelmsford 4.00, Cambridge 5.23 minutes).
STATED_ERROR_MIN: Final = 5.23


def minutes_to_anchor(council: Council, *, store: DataStore | None = None) -> Mapping[str, float]:
    """
    Return the minutes by road from the council's centre to each zone.

    Zone code to minutes, infinite if unreachable; empty if no travel times are available.
    """
    return zone_minutes(council, store=store) if has_roads(store) else {}
