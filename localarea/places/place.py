"""What a name stands for: a place and its zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PlaceKind = Literal[
    "district", "former_district", "ttwa", "town", "zone", "postcode", "point", "polygon"
]


@dataclass(frozen=True, slots=True)
class Place:
    """
    A place and its zones.

    Attributes
    ----------
    kind : str
        ``district``, ``former_district``, ``ttwa``, ``town`` (zones of one district that bear
        its name), ``zone``, ``postcode``, ``point`` or ``polygon``.
    zones : tuple of str
        Zone codes, sorted; for a postcode or a point, the zone that contains it.
    point : tuple of float or None
        Easting and northing in metres, EPSG:27700, of a postcode or a point.
    note : str or None
        A sentence to show if the text was not matched exactly.
    others : tuple of str
        Other places of the same name that were not taken, as ``NAME, DISTRICT``.
    """

    name: str
    kind: PlaceKind
    zones: tuple[str, ...]
    code: str | None = None
    point: tuple[float, float] | None = None
    note: str | None = None
    others: tuple[str, ...] = ()
