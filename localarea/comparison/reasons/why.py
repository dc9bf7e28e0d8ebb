"""Put together why a zone is in an option or out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import shapely

from localarea.comparison.reasons.by_area import of_computed, of_official, of_region
from localarea.comparison.reasons.by_cluster import of_cluster
from localarea.comparison.reasons.by_commuting import (
    of_catchment,
    of_composite,
    of_composite_region,
    of_drive,
)
from localarea.comparison.reasons.by_list import of_district, of_districts, of_reserving
from localarea.comparison.reasons.reason import Asked, Neighbour, Reason, ZoneReason
from localarea.comparison.scenario import name_in_title
from localarea.comparison.variants import VINTAGES
from localarea.datasets.nearby_zones import NearbyZones
from localarea.datasets.store import default_store
from localarea.datasets.zones import read_zone_shapes
from localarea.errors import PlaceNotFoundError
from localarea.options.membership import option_zones, place_near_anchor
from localarea.options.option_ids import split_option_id
from localarea.places.contiguity import shared_borders
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from localarea.comparison.scenario import Scenario
    from localarea.datasets.store import DataStore
    from localarea.datasets.zones import System
    from localarea.options.council import Council
    from localarea.records import Option

_REASONS: Final[dict[str, Callable[[Asked], Reason]]] = {
    "district": of_district,
    "districts": of_districts,
    "ttwa-official": of_official,
    "ttwa-computed": of_computed,
    "ttwa-cluster": of_cluster,
    "ttwa-region": of_region,
    "catchment": of_catchment,
    "composite": of_composite,
    "composite-region": of_composite_region,
    "drive": of_drive,
    "reserve-own": of_reserving,
    "reserve-county": of_reserving,
    "reserve-bordering": of_reserving,
}


_OTHER_CENSUS: Final = (
    "This what-if takes commuters from the census of {}; the numbers are those of 2011."
)


def why_zone(
    zone: str,
    option: Option,
    council: Council,
    methods: Sequence[Option] = (),
    *,
    what_if: Scenario | None = None,
    store: DataStore | None = None,
) -> ZoneReason:
    """
    Explain why a zone is in an option or out of it.

    Parameters
    ----------
    zone : str
        Code of the zone, in the zone system of the option.
    option : Option
        An option of the council, with or without places in dispute at its end.
    methods : sequence of Option
        Each method's option once, to count those that hold the zone.

    Raises
    ------
    PlaceNotFoundError
        If there is no such zone.
    """
    store = store or default_store()
    gazetteer = read_gazetteer(option.zone_system, store=store)
    if zone not in gazetteer.zone_names:
        hint = f"give a zone by its code, such as {min(gazetteer.zone_names)}"
        raise PlaceNotFoundError(zone, gazetteer.zone_names, hint=hint)
    name, district = gazetteer.zone_names[zone], gazetteer.zone_district[zone]
    if what_if is None:
        reason, by_hand = _reason(zone, option, council, store)
    else:
        reason, by_hand = _reason_of_what_if(zone, what_if, council, store)
    return ZoneReason(
        zone=zone,
        name=name,
        lad25cd=district,
        district=gazetteer.districts[district],
        option=option.id,
        title=option.title,
        inside=zone in option.zones,
        reason=reason,
        by_hand=by_hand,
        neighbours=neighbours_of(zone, option, store=store),
        methods_inside=sum(zone in other.zones for other in methods),
        methods=len(methods),
    )


def _reason(zone: str, option: Option, council: Council, store: DataStore) -> tuple[Reason, str]:
    base, endings = split_option_id(option.id, [c.key for c in council.contested])
    if council.knows(option.id) or not endings:
        return _of_method(zone, option, council, store), ""
    drawn = option_zones(base, council, store=store)
    reason = _of_method(zone, drawn, council, store)
    hand = ""
    for ending in endings:  # the last that names the zone decides
        place = next(c.place for c in council.contested if c.key == ending[1:])
        if zone in place_near_anchor(place, council, store=store).zones:
            hand = f"{'+' if ending[0] == '+' else '-'}{place}"
    return _by_hand(reason, hand, drawn.title), hand[1:]


def _by_hand(reason: Reason, hand: str, title: str) -> Reason:
    """Begin with a place put in or taken out by hand; ``hand`` is it with its sign, or blank."""
    if not hand:
        return reason
    done = "put into" if hand[0] == "+" else "taken out of"
    sentence = (
        f"This variant was made by hand: {hand[1:]} was {done} “{title}”. By the method "
        f"itself: {reason.sentence}"
    )
    turn = f"Choose “{title}” as its method draws it."
    return replace(reason, sentence=sentence, turns=(turn, *reason.turns))


def _reason_of_what_if(
    zone: str, what_if: Scenario, council: Council, store: DataStore
) -> tuple[Reason, str]:
    plain = replace(what_if, changes=())
    drawn = plain.option(council, store=store)
    reason, by_hand = _reason(zone, replace(drawn, id=what_if.base), council, store)
    if what_if.vintage != VINTAGES[0]:
        reason = replace(reason, notes=(*reason.notes, _OTHER_CENSUS.format(what_if.vintage)))
    hand = ""
    for change in what_if.changes:  # the last that names the zone decides
        place = place_near_anchor(change.place, council, store=store)
        if zone in place.zones:
            hand = ("+" if change.action == "include" else "-") + name_in_title(change.place, place)
    return _by_hand(reason, hand, drawn.title), hand[1:] or by_hand


def _of_method(zone: str, option: Option, council: Council, store: DataStore) -> Reason:
    explain = _REASONS[option.method]
    return explain(Asked(zone, option.zones, dict(option.parameters), council, store))


def neighbours_of(
    zone: str, option: Option, *, store: DataStore | None = None
) -> tuple[Neighbour, ...]:
    """List the zones that share a border with a zone, the longest border first."""
    system = cast("System", option.zone_system)  # an option's zones are MSOAs
    (shape,) = read_zone_shapes([zone], system, store=store)
    near = dict(_touching(shape, system, store))
    codes = sorted(near)
    borders = shared_borders(np.array([near[code] for code in codes], dtype=object))
    lengths = borders[[codes.index(zone)]].toarray()[0]
    gazetteer, inside = read_gazetteer(system, store=store), set(option.zones)
    found = [
        Neighbour(
            code,
            gazetteer.zone_names[code],
            gazetteer.districts[gazetteer.zone_district[code]],
            code in inside,
            float(length),
        )
        for code, length in zip(codes, lengths, strict=True)
        if length > 0
    ]
    return tuple(sorted(found, key=lambda n: (-n.border_m, n.zone)))


def _touching(shape: Any, system: System, store: DataStore | None) -> Iterator[tuple[str, Any]]:
    """Return codes and shapes of the zones that touch one, from the parts of the file near it."""
    west, south, east, north = shape.bounds
    for group in NearbyZones(system, store=store).within((west, south, east, north)):
        touching = shapely.intersects(group.shapes, shape)
        yield from (
            (code, one)
            for code, one, near in zip(group.codes, group.shapes, touching, strict=True)
            if near
        )
