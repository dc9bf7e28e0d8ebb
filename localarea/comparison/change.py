"""One change that a scenario makes to an option."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from localarea.errors import InputError, LocalareaError, NotFoundError
from localarea.options.membership import place_near_anchor
from localarea.places.place import Place
from localarea.places.polygons import zones_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.places.polygons import Polygon

Action = Literal["include", "exclude"]


Threshold = float | int | bool | str


def read_threshold(text: str) -> Threshold:
    """
    Return the value that a text stands for.

    >>> [read_threshold(text) for text in ("true", "15", "0.1", "ons2011")]
    [True, 15, 0.1, 'ons2011']
    """
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


_SIGN: dict[Action, str] = {"include": "+", "exclude": "-"}


@dataclass(frozen=True, slots=True)
class Change:
    """
    A place added to an option, or removed from it.

    Attributes
    ----------
    place : str
        A place that :func:`localarea.places.resolve.resolve_place` accepts, or the label
        of a polygon.
    polygon : Polygon or None
        The polygon, if the place was drawn.
    """

    action: Action
    place: str
    polygon: Polygon | None = None

    @property
    def slug(self) -> str:
        """
        Return the part of an option's id that names the change.

        ``+PLACE`` or ``-PLACE``, in lowercase; for a polygon, followed by its key.
        """
        word = re.sub(r"[^a-z0-9]+", "-", self.place.casefold()).strip("-")
        return _SIGN[self.action] + word + (f"-{self.polygon.key}" if self.polygon else "")


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
