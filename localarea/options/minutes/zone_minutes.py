"""Minutes by road where their tables are, and how far they may be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.options.minutes.anchor_minutes import has_roads, zone_minutes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council

# Nine in ten of the published minutes of places left out are within this: docs/validation-roads.md,
# the worst of three places (Colchester 5.06, Chelmsford 4.00, Cambridge 5.23 minutes).
STATED_ERROR_MIN: Final = 5.23


def minutes_to_anchor(council: Council, *, store: DataStore | None = None) -> Mapping[str, float]:
    """
    Give the minutes by road from the council's centre to each zone.

    Parameters
    ----------
    council : Council
        Whose anchor is meant.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    mapping of str to float
        Zone code to minutes, infinite where no road leads; empty where no travel times
        are there.
    """
    return zone_minutes(council, store=store) if has_roads(store) else {}
