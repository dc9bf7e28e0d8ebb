"""
The anchor of a labour market: a district, a town, a postcode or a point, and its district.

Links by commuting are measured with the anchor's zones, administrative options with its
district. The point from which minutes are counted is in :mod:`localarea.options.minutes.centre`.
No pandas here, because every check of a single postcode passes through it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from localarea.errors import AmbiguousPlaceError, InputError, PlaceNotFoundError
from localarea.places.council_names import unknown_place
from localarea.places.gazetteer import fold, read_gazetteer
from localarea.places.resolve import resolve_place

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.places.place import Place, PlaceKind
    from localarea.records import ZoneSystem

_ANCHORS: Final = ("district", "former_district", "town", "zone", "postcode", "point")


@dataclass(frozen=True, slots=True)
class AnchorPlace:
    """
    Where a labour market is measured from.

    Attributes
    ----------
    name : str
        Name to show, which reads back to the same place.
    kind : str
        As of :class:`localarea.places.place.Place`; never ``ttwa`` nor ``polygon``.
    zones : tuple of str
        Zone codes, sorted: all of a district or town, the one that contains a postcode or point.
    district : str
        ``lad25cd`` of the district that holds most of the zones.
    point : tuple of float or None
        Easting and northing, EPSG:27700, metres, of a postcode or point.
    note : str or None
        How the name was read, unless it is that of a district.
    """

    name: str
    kind: PlaceKind
    zones: tuple[str, ...]
    district: str
    point: tuple[float, float] | None = None
    note: str | None = None


@lru_cache(maxsize=256)
def find_anchor(
    text: str, zone_system: ZoneSystem = "msoa11", store: DataStore | None = None
) -> AnchorPlace:
    """
    Find the place that an anchor names.

    A name of both a town and a travel to work area is the town's: an area is made of the flows
    round a place, and cannot be what they are measured from.

    Raises
    ------
    PlaceNotFoundError
        If no place has that name; the message lists the nearest names of districts.
    InputError
        If it is a travel to work area, or places of several districts share the name.

    Examples
    --------
    >>> find_anchor("Harwich").district
    'E07000076'
    """
    gazetteer = read_gazetteer(zone_system, store=store)
    try:
        place = _place(text, zone_system, store)
    except AmbiguousPlaceError:
        raise
    except PlaceNotFoundError as error:
        raise unknown_place(text, gazetteer.districts.values()) from error
    if place.kind not in _ANCHORS:
        raise InputError(
            f"an anchor must be a district, a town, a postcode or a point, but {text!r} is a "
            f"travel to work area; name its town or district, such as {_around(place, store)}",
            parameter="anchor",
        )
    counted = Counter(gazetteer.zone_district[zone] for zone in place.zones)
    district = min(counted, key=lambda code: (-counted[code], code))
    name = _spoken(place.name) if place.kind == "town" else place.name
    note = None if place.kind == "district" else place.note
    return AnchorPlace(name, place.kind, place.zones, district, place.point, note)


def anchor_point(anchor: str, store: DataStore | None = None) -> tuple[float, float]:
    """
    Return a point in the middle of an anchor, near which a shared name is meant.

    Easting and northing, EPSG:27700, metres: its own, or the mean of its zones' centres.
    """
    from localarea.datasets.centroids import zone_centres

    place = find_anchor(anchor, "msoa11", store)
    if place.point is not None:
        return place.point
    centres = zone_centres("msoa11", store=store)
    points = [centres[code] for code in place.zones]
    return (
        sum(east for east, _ in points) / len(points),
        sum(north for _, north in points) / len(points),
    )


def _place(text: str, zone_system: ZoneSystem, store: DataStore | None) -> Place:
    place = resolve_place(text, zone_system=zone_system, store=store)
    if place.kind != "ttwa" or ":" in text:
        return place
    try:
        town = resolve_place(f"town:{text}", zone_system=zone_system, store=store)
    except PlaceNotFoundError:
        return place
    names = read_gazetteer(zone_system, store=store).zone_names
    return town if _is_all_of(text, [names[code] for code in town.zones]) else place


def _is_all_of(town: str, zones: list[str]) -> bool:
    """
    Check whether zones are a whole town, as two parts of it or "Bude & Stratton" are.

    Carlisle is a large town with two zones of its name, Carlisle Belah and Central Carlisle: a
    town is taken for whole if the names of two zones begin with its own.
    """
    asked = town.strip().casefold()
    first = fold(town).partition(" ")[0]
    if sum(fold(name).partition(" ")[0] == first for name in zones) > 1:
        return True
    return any(
        name.casefold() == asked or name.casefold().startswith((f"{asked} &", f"{asked},"))
        for name in zones
    )


def _around(place: Place, store: DataStore | None) -> str:
    gazetteer = read_gazetteer("msoa11", store=store)
    held = Counter(gazetteer.districts[gazetteer.zone_district[zone]] for zone in place.zones)
    named = [name for name in held if place.name.casefold() in re.split(r"\W+", name.casefold())]
    return named[0] if named else held.most_common(1)[0][0]


def _spoken(name: str) -> str:
    """Capitalise a name that was typed in lower case."""
    if name != name.casefold():
        return name
    small = {"on", "upon", "by", "under", "in", "next", "the", "le", "super"}
    words = name.replace("-", " - ").split(" ")
    return " ".join(w if w in small else w[:1].upper() + w[1:] for w in words).replace(" - ", "-")
