"""
Resolve the names that people give places to zones.

A place is a district by name or code (former ones too), a travel to work area
(``ttwa:Ipswich``), a zone by name or code, a town whose zones bear its name, a
postcode, or ``latitude,longitude``.
If a name matches more than one kind, the order of precedence is current district,
travel to work area, former district and zone; a prefix (``district:``, ``ttwa:``,
``town:``, ``zone:``, ``postcode:``) selects a kind. A town is the zones of one district that bear
its name, at its start (``Witham Town``) or further on (``North Witham``). ``Sudbury, Babergh``
says in which district a town or zone is, and a town's name in full (``Clacton-on-Sea``) is
accepted, as is a village that shares its zone with others (``St Osyth``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from localarea.errors import AmbiguousPlaceError, InputError, OutsideCoverageError
from localarea.places.council_names import (
    city_abroad,
    council_district,
    former_district,
    refuse_county,
    renamed_district,
    unknown_place,
)
from localarea.places.gazetteer import FormerDistrict, Gazetteer, fold, read_gazetteer
from localarea.places.place import Place, PlaceKind
from localarea.places.postcode_places import COUNTRY_AREA, find_mistyped, find_postcode
from localarea.places.shared_names import (
    candidates,
    code_first,
    name_and_district,
    nearest_district,
    part_named,
    usual_name,
    zones_named,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.datasets.store import DataStore
    from localarea.records import ZoneSystem

_NUMBER = r"([+-]?\d+(?:\.\d*)?)"
_COORDINATES: Final = re.compile(rf"{_NUMBER}\s*[,; ]\s*{_NUMBER}\Z")
_CODE: Final = re.compile(r"[EWSNK]\d{8}\Z", re.IGNORECASE)
LONGEST: Final = 200  # characters: no name has half as many, and more take long to look up
PREFIXED: Final = re.compile(r"(district|ttwa|town|zone|postcode)\s*:\s*(.+)\Z", re.IGNORECASE)
_ASHORE_M: Final = 200.0  # a pier or quay may be this far from the generalised coastline
_COUNTRY: Final = {"S": "Scotland", "N": "Northern Ireland"}


def resolve_place(
    text: str,
    *,
    zone_system: ZoneSystem = "msoa11",
    near: Callable[[], tuple[float, float]] | None = None,
    store: DataStore | None = None,
) -> Place:
    """
    Return the place that a text names.

    Parameters
    ----------
    text : str
        A district, travel to work area, zone, postcode or ``latitude,longitude``
        (WGS84, degrees). Case and spacing do not matter.
    near : callable, optional
        Gives the easting and northing (m) near which a name is meant that places of several
        districts share; called only for such a name. Without it, such a name is refused.

    Raises
    ------
    PlaceNotFoundError
        If nothing has that name or code; the message lists the nearest names.
    AmbiguousPlaceError
        If the name matches several places of one kind, which the message lists.
    OutsideCoverageError
        If the place is outside England and Wales.
    PostcodeNotFoundError
        If it is a well-formed postcode that is not in the directory.
    InputError
        If the text is blank or only the first half of a postcode.
    """
    place = find_place(text, zone_system=zone_system, near=near, store=store)
    if place is None:
        raise unknown_place(text, read_gazetteer(zone_system, store=store).names())
    return place


def find_place(
    text: str,
    *,
    zone_system: ZoneSystem = "msoa11",
    near: Callable[[], tuple[float, float]] | None = None,
    store: DataStore | None = None,
) -> Place | None:
    """
    Return the place that a text names, as :func:`resolve_place` does, or None if there is none.

    To look for the nearest names, which the error lists, takes longer than all the rest.
    """
    wanted = " ".join(text.split())
    if not wanted:
        raise InputError("the place is blank; name a district, a zone, a postcode or lat,lon")
    if len(wanted) > LONGEST:
        raise InputError(f"{wanted[:60]!r}... is too long for a name of one place; name it alone")
    gazetteer = read_gazetteer(zone_system, store=store)
    prefixed = PREFIXED.match(wanted)
    finders = _BY_PREFIX[prefixed[1].casefold()] if prefixed else _ALL
    name = prefixed[2] if prefixed else wanted
    for finder in finders:
        try:
            place = finder(name, gazetteer, store)
        except AmbiguousPlaceError:
            found = _nearest(name, gazetteer, near, store)
            if found is None:
                raise
            return found
        if place is not None:
            return place
    return None


def _nearest(
    name: str,
    gazetteer: Gazetteer,
    near: Callable[[], tuple[float, float]] | None,
    store: DataStore | None,
) -> Place | None:
    """Read a name that several districts share as the place nearest to a point."""
    found = sorted({zone for zones in zones_named(name, gazetteer) for zone in zones})
    found = found or usual_name(name, gazetteer) or part_named(name, gazetteer)
    if near is None or not found:
        return None
    zones, others = nearest_district(name, found, gazetteer, near(), store)
    place = _town(name, zones, gazetteer)
    also = "; ".join(others)
    note = f"{place.note}; it is the nearest of this name, and not {also}"
    return replace(place, note=note, others=tuple(others))


def resolve_district(text: str, *, store: DataStore | None = None) -> Place:
    """
    Return a current district, for use as an anchor.

    ``text``: its name or ``lad25cd``. PlaceNotFoundError if no place has that name; the message
    lists the nearest names of districts. InputError if it is a place of another kind; the message
    names its district.
    """
    gazetteer = read_gazetteer("msoa11", store=store)
    place = find_place(text, store=store)
    if place is None:
        raise unknown_place(text, gazetteer.districts.values())
    if place.kind == "district":
        return place
    around = sorted({gazetteer.districts[gazetteer.zone_district[z]] for z in place.zones})
    raise InputError(
        f"an anchor must be a district, but {text!r} is the {_KIND_NAMES[place.kind]} "
        f"{place.name}; name its district: {', '.join(around)}"
    )


_KIND_NAMES: Final[dict[PlaceKind, str]] = {
    "district": "district",
    "former_district": "former district",
    "ttwa": "travel to work area",
    "town": "town",
    "zone": "zone",
    "postcode": "postcode",
    "point": "point",
    "polygon": "polygon",
}


def _district(code: str, gazetteer: Gazetteer, note: str | None = None) -> Place:
    name, zones = gazetteer.districts[code], gazetteer.district_zones[code]
    return Place(name, "district", zones, code=code, note=note)


def _former_district(was: FormerDistrict, gazetteer: Gazetteer) -> Place:
    if was.lad25cd not in gazetteer.districts:
        where = COUNTRY_AREA.get(was.lad25cd[:1], "another country")
        raise OutsideCoverageError(was.name, where)
    now = gazetteer.districts[was.lad25cd]
    if fold(now) == fold(was.name):  # only the code changed
        return _district(was.lad25cd, gazetteer)
    zones = gazetteer.zones_once_in(was.name)
    if zones:
        note = f"{was.name} is now part of {now}; its {gazetteer.zone_system} zones are used"
        return Place(was.name, "former_district", zones, code=was.code, note=note)
    note = f"{was.name} is now part of {now}, and its own zones are unknown: all of {now} is used"
    return _district(was.lad25cd, gazetteer, note)


def _ttwa(code: str, gazetteer: Gazetteer, store: DataStore | None) -> Place:
    from localarea.datasets.ttwa import ttwa11_zones

    return Place(gazetteer.ttwas[code], "ttwa", ttwa11_zones(code, store=store), code=code)


def _zone(code: str, gazetteer: Gazetteer, note: str | None = None) -> Place:
    return Place(gazetteer.zone_names[code], "zone", (code,), code=code, note=note)


def _find_district(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    code = council_district(name, gazetteer)
    return _district(code, gazetteer) if code else None


def _find_county(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    refuse_county(name, gazetteer, store)  # before a zone, or a slip in a postcode, is meant
    return None


def _find_former(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    was = former_district(name, gazetteer)
    if was is not None:
        return _former_district(was, gazetteer)
    renamed = renamed_district(name, gazetteer)
    if renamed is None:
        return None
    code, old = renamed
    return _district(code, gazetteer, f"{old} is now called {gazetteer.districts[code]}")


def _find_abroad(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    was = city_abroad(name, gazetteer)
    return _former_district(was, gazetteer) if was else None


def _find_ttwa(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    wanted = fold(name)
    for code, known in gazetteer.ttwas.items():
        if wanted == fold(known):
            return _ttwa(code, gazetteer, store)
    return None


def _find_zone(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    exact, begun = zones_named(name, gazetteer)
    return _of_one_district(name, sorted({*exact, *begun}), gazetteer)


def _find_zone_exactly(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    exact, _ = zones_named(name, gazetteer)
    return _named_zone(name, exact, gazetteer) if len(exact) == 1 else None


def _find_qualified(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    """Read ``Sudbury, Babergh``, and the form in which an error lists a zone."""
    code = code_first(name, gazetteer)
    if code is not None:
        return _zone(code, gazetteer)
    parts = name_and_district(name, gazetteer)
    if parts is None:
        return None
    place, district = parts
    exact, begun = zones_named(place, gazetteer)
    found = sorted({*exact, *begun}) or usual_name(place, gazetteer)
    found = found or part_named(place, gazetteer)
    held = [zone for zone in found if gazetteer.zone_district[zone] == district]
    return _town(name, held, gazetteer) if held else None


def _find_zone_of_district(
    name: str, gazetteer: Gazetteer, store: DataStore | None
) -> Place | None:
    """Read ``zone:Sudbury, Babergh``: the one zone of the district that has the whole name."""
    parts = name_and_district(name, gazetteer)
    if parts is None:
        return None
    exact, _ = zones_named(parts[0], gazetteer)
    held = [zone for zone in exact if gazetteer.zone_district[zone] == parts[1]]
    return _named_zone(name, held, gazetteer) if len(held) == 1 else None


def _find_usual(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    """Read the name of a town in full: ``Clacton-on-Sea`` has the zones named Clacton."""
    return _of_one_district(name, usual_name(name, gazetteer), gazetteer)


def _find_part(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    """Read a place that shares its zone with others: ``St Osyth`` of "Jaywick & St Osyth"."""
    return _of_one_district(name, part_named(name, gazetteer), gazetteer)


def _of_one_district(name: str, zones: list[str], gazetteer: Gazetteer) -> Place | None:
    if len({gazetteer.zone_district[code] for code in zones}) > 1:  # do not guess
        raise AmbiguousPlaceError(name, candidates(zones, gazetteer))
    return _town(name, zones, gazetteer) if zones else None


def _town(name: str, zones: list[str], gazetteer: Gazetteer) -> Place:
    """Return the place that zones of one district make up, and how its name was read."""
    known = f"{gazetteer.zone_names[zones[0]]} ({zones[0]})"
    where = gazetteer.districts[gazetteer.zone_district[zones[0]]]
    if len(zones) == 1:
        return _zone(zones[0], gazetteer, f"{name} is read as the zone {known} in {where}")
    listed = ", ".join(f"{gazetteer.zone_names[code]} ({code})" for code in zones)
    note = f"{name} is read as {len(zones)} zones of {where}: {listed}"
    return Place(name, "town", tuple(zones), note=note)


def _named_zone(name: str, found: list[str], gazetteer: Gazetteer) -> Place | None:
    return _town(name, found[:1], gazetteer) if found else None


def _find_code(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    if not _CODE.match(name):
        return None
    code = name.upper()
    if code in gazetteer.districts:
        return _district(code, gazetteer)
    if code in gazetteer.zone_names:
        return _zone(code, gazetteer)
    if code in gazetteer.ttwas:
        return _ttwa(code, gazetteer, store)
    for was in gazetteer.former:
        if was.code == code:
            return _former_district(was, gazetteer)
    if code[0] in _COUNTRY:
        raise OutsideCoverageError(code, _COUNTRY[code[0]])
    return None


def _find_point(name: str, gazetteer: Gazetteer, store: DataStore | None) -> Place | None:
    import numpy as np
    import shapely

    from localarea.datasets.zones import read_zone_shapes
    from localarea.geo.crs import point_on_grid

    numbers = _COORDINATES.match(name)
    if not numbers:
        return None
    easting, northing = point_on_grid(float(numbers[1]), float(numbers[2]))
    codes, system = list(gazetteer.zone_names), gazetteer.zone_system
    shapes = read_zone_shapes(codes, system, store=store)
    metres = shapely.distance(shapes, shapely.Point(easting, northing))
    nearest = int(np.argmin(metres))
    if metres[nearest] > _ASHORE_M:
        raise OutsideCoverageError(name, "no zone of England and Wales")
    return Place(name, "point", (codes[nearest],), code=codes[nearest], point=(easting, northing))


_ALL: Final = (
    _find_point,
    _find_code,
    _find_district,
    find_postcode,
    _find_ttwa,
    _find_former,
    _find_county,
    _find_zone,
    _find_qualified,
    _find_usual,
    _find_part,
    _find_abroad,
    find_mistyped,
)
_BY_PREFIX: Final = {
    "district": (_find_code, _find_district, _find_former, _find_county, _find_abroad),
    "ttwa": (_find_code, _find_ttwa),
    "town": (_find_zone, _find_qualified, _find_usual, _find_part),
    "zone": (
        _find_code,
        _find_zone_exactly,
        _find_zone_of_district,
        _find_zone,
        _find_qualified,
    ),
    "postcode": (find_postcode, find_mistyped),
}
