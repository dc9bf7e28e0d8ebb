"""How the name of a place was read, and how else it could have been."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from localarea.errors import AmbiguousPlaceError, LocalareaError, PlaceNotFoundError
from localarea.places.gazetteer import fold, read_gazetteer
from localarea.places.resolve import PREFIXED, find_place
from localarea.places.zones_beside import zones_beside

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.places.place import Place, PlaceKind
    from localarea.records import ZoneSystem

_ASKED_BY: Final = ("district", "ttwa", "town", "zone")  # words that ask for a kind before a colon
_KINDS: Final[dict[PlaceKind, str]] = {
    "district": "the district",
    "former_district": "the former district",
    "ttwa": "the travel to work area of 2011",
    "town": "the zones that bear its name",
    "zone": "the zone",
}
_NAMED: Final = 6  # zones of another name that a sentence lists


def meant_by(error: LocalareaError) -> tuple[str, ...]:
    """Return the names that may have been meant by one that is not known or that several share."""
    if isinstance(error, AmbiguousPlaceError):
        return error.candidates
    return error.suggestions if isinstance(error, PlaceNotFoundError) else ()


def how_read(
    text: str, place: Place, *, zone_system: ZoneSystem = "msoa11", store: DataStore | None = None
) -> str:
    """
    Describe how the name of a place was read, with the other readings there are.

    A sentence without a full stop; blank for a postcode, a point or a polygon, whose reading is
    never in doubt, unless the place has a note.
    """
    if place.kind not in _KINDS:
        return place.note or ""
    said = place.note or _said(text, place, zone_system, store)
    beside = _beside(text, place, zone_system, store)
    if PREFIXED.match(text.strip()) or text.strip().upper() == place.code:
        return f"{said}{beside}"
    others = [
        f"{_KINDS[other.kind]} {_called(other, place)}({_counted(other)}), write {asked}"
        for asked, other in _other_readings(text, place, zone_system, store)
    ]
    meant = "".join(f"; to mean {other}" for other in others)
    return f"{said}{meant}{beside}"


def _said(text: str, place: Place, zone_system: ZoneSystem, store: DataStore | None) -> str:
    said = f"{text} is read as {_KINDS[place.kind]} {place.name} ({_counted(place)}"
    if place.kind != "ttwa":
        return f"{said})"
    # The area goes by its largest town: say what else is in it.
    names = read_gazetteer(zone_system, store=store).zone_names
    also = [names[code] for code in place.zones if fold(place.name) not in fold(names[code])]
    if not also:
        return f"{said})"
    more = len(also) - _NAMED
    listed = "; ".join([*also[:_NAMED], *([f"{more} more"] if more > 0 else [])])
    return f"{said}, among them {listed})"


def _beside(text: str, place: Place, zone_system: ZoneSystem, store: DataStore | None) -> str:
    """Name the zones beside a small town, which may be part of it; blank if there are none."""
    beside = zones_beside(text, place, zone_system=zone_system, store=store)
    if not beside:
        return ""
    names = read_gazetteer(zone_system, store=store).zone_names
    it = "it" if len(place.zones) == 1 else "them"
    listed = "; ".join(names[code] for code in beside)
    return f". Beside {it}, to be named too if they are meant: {listed}"


def _called(other: Place, place: Place) -> str:
    """Return the name of another reading with a space behind, where it is not the same."""
    return "" if fold(other.name) == fold(place.name) or other.kind == "town" else f"{other.name} "


def _counted(place: Place) -> str:
    return "1 zone" if len(place.zones) == 1 else f"{len(place.zones)} zones"


def _other_readings(
    text: str, place: Place, zone_system: ZoneSystem, store: DataStore | None
) -> list[tuple[str, Place]]:
    """Return the other places that the name stands for, with what asks for each."""
    found: list[tuple[str, Place]] = []
    seen = {place.zones}
    for word in _ASKED_BY:
        asked = f"{word}:{text.strip()}"
        with suppress(LocalareaError):  # the name stands for nothing of that kind here
            other = find_place(asked, zone_system=zone_system, store=store)
            if other and other.kind in _KINDS and other.zones not in seen:
                seen.add(other.zones)
                found.append((asked, other))
    return found
