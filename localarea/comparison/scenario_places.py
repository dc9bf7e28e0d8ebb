"""The places of a scenario's changes, and what is wrong with those that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.errors import InputError, LocalareaError, NotFoundError
from localarea.options.membership import place_near_anchor
from localarea.places.place import Place
from localarea.places.polygons import zones_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.comparison.change import Change
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council


def read_places(
    changes: Sequence[Change], council: Council, *, store: DataStore | None = None
) -> tuple[list[Place], dict[int, LocalareaError]]:
    """
    Read the place of each change.

    Parameters
    ----------
    council : Council
        The council, in the zone system of the places.

    Returns
    -------
    list of Place
        Those that can be read.
    dict of int to LocalareaError
        What is wrong with the others, by the number of the change.
    """
    places: list[Place] = []
    misread: dict[int, LocalareaError] = {}
    for at, change in enumerate(changes):
        try:
            places.append(_place(change, council, store))
        except (InputError, NotFoundError) as error:
            misread[at] = error
    return places, misread


def _place(change: Change, council: Council, store: DataStore | None) -> Place:
    if change.polygon is None:
        return place_near_anchor(change.place, council, store=store)
    zones = zones_in(change.polygon, zone_system=council.zone_system, store=store)
    counted = "1 zone" if len(zones) == 1 else f"{len(zones)} zones"
    note = f"{change.place} selects the {counted} whose population-weighted centroid it contains"
    return Place(change.place, "polygon", zones, note=note)
