"""Minutes by road where the roads room offers them, and how far they may be wrong."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council

# Nine in ten of the published minutes of places left out are within this: docs/validation-roads.md,
# the worst of three places (Colchester 5.06, Chelmsford 4.00, Cambridge 5.23 minutes).
STATED_ERROR_MIN: Final = 5.23
_MINUTES: Final = "localarea.options.minutes.anchor_minutes"


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
    if find_spec(_MINUTES) is None:
        return {}
    minutes = import_module(_MINUTES)
    if not minutes.has_roads(store):
        return {}
    found: Mapping[str, float] = minutes.zone_minutes(council, store=store)
    return found
