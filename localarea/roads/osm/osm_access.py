"""Access for cars by OpenStreetMap tags: ways, directions, barriers and ferries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# Ways that cars may not use or that lead nowhere, as in the "drive" filter of OSMnx.
NOT_FOR_DRIVING: Final = frozenset(
    [
        *("abandoned", "bridleway", "bus_guideway", "busway", "construction", "corridor"),
        *("cycleway", "elevator", "escalator", "footway", "no", "path", "pedestrian", "planned"),
        *("platform", "proposed", "raceway", "razed", "rest_area", "service", "services"),
        *("steps", "track"),
    ]
)
NO_ROAD: Final = {
    "area": {"yes"},
    "service": {"alley", "driveway", "emergency_access", "parking", "parking_aisle", "private"},
}
# From the most specific to the most general; the first tag that is present decides (OpenStreetMap
# wiki, Key:access, "Transport mode restrictions").
VEHICLE_KEYS: Final = ("motorcar", "motor_vehicle", "vehicle")
ACCESS_KEYS: Final = (*VEHICLE_KEYS, "access")
# Values that exclude the public from driving: no one may, or only certain people. Every other value
# is open, including `destination` and `customers`, which exclude only through traffic.
KEPT_OUT: Final = frozenset(
    [
        *("no", "none", "private", "permit", "residents", "employees", "staff", "restricted"),
        *("agricultural", "forestry", "military", "emergency", "delivery", "service", "works"),
        *("bus", "psv", "taxi", "tourist_bus", "hgv", "goods", "tractor", "disabled"),
        *("foot", "bicycle", "horse", "moped", "motorcycle"),
    ]
)
# Barriers that stop cars unless the node's own tags allow them. Every other kind is open: gate,
# lift_gate, swing_gate, cattle_grid, toll_booth, entrance, border_control, kerb, ...
SHUT_BARRIERS: Final = frozenset(
    [
        *(
            "bollard",
            "rising_bollard",
            "block",
            "jersey_barrier",
            "log",
            "planter",
            "debris",
            "tank_trap",
            "yes",
        ),
        *("cycle_barrier", "motorcycle_barrier", "bus_trap", "sump_buster", "chain", "rope"),
        *("barrier_board", "kissing_gate", "wicket_gate", "stile", "horse_stile", "turnstile"),
        *("full-height_turnstile", "wall", "city_wall", "retaining_wall", "fence", "hedge"),
        *("guard_rail", "ditch"),
    ]
)
# Nodes whose access tags apply to something beside the road, or to those who cross it.
BESIDE: Final = ("amenity", "entrance", "shop")
ONE_WAY, BACKWARDS, BOTH_WAYS = {"yes", "true", "1"}, {"-1", "reverse"}, {"no", "false", "0"}
ONE_WAY_KEYS: Final = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
ROUND: Final = {"roundabout", "circular"}
FORWARD, BACKWARD = ":forward", ":backward"


def car_access(tags: Mapping[str, str], direction: str = "") -> bool | None:
    """
    Return whether the access tags of a way or node allow the public to drive.

    ``direction``: ``":forward"`` or ``":backward"``, to include tags for that direction. It depends
    on the most specific of ``motorcar``, ``motor_vehicle``, ``vehicle`` and ``access``; one open
    value of several is enough. None without such a tag.

    Examples
    --------
    >>> car_access({"access": "no", "bus": "yes"}), car_access({"access": "destination"})
    (False, True)
    >>> car_access({"access": "private", "motorcar": "yes"})
    True
    """
    for key in ACCESS_KEYS:
        value = tags.get(key + direction) or tags.get(key)
        if value:
            return any(part.strip().casefold() not in KEPT_OUT for part in value.split(";"))
    return None


def is_public_road(tags: Mapping[str, str]) -> bool:
    """
    Check whether a way is a road, regardless of access.

    False for service roads, tracks, paths, areas and anything else.
    """
    if tags.get("highway", "no") in NOT_FOR_DRIVING:
        return False
    return not any(tags.get(key) in values for key, values in NO_ROAD.items())


def is_car_ferry(tags: Mapping[str, str]) -> bool:
    """
    Check whether a way is a car ferry.

    True if a tag for vehicles allows it: otherwise, a ferry is for passengers only.

    Examples
    --------
    >>> is_car_ferry({"route": "ferry"}), is_car_ferry({"route": "ferry", "motorcar": "yes"})
    (False, True)
    """
    has_vehicle_tag = any(tags.get(key) for key in VEHICLE_KEYS)
    return tags.get("route") == "ferry" and has_vehicle_tag and car_access(tags) is True


def may_drive(tags: Mapping[str, str]) -> bool:
    """
    Check whether cars may use a way in at least one direction.

    True for public roads and car ferries; False for service roads, tracks, paths and closed ways.

    Examples
    --------
    >>> may_drive({"highway": "residential"}), may_drive({"highway": "footway"})
    (True, False)
    >>> may_drive({"highway": "residential", "access": "no", "bus": "yes"})
    False
    """
    return (is_public_road(tags) or is_car_ferry(tags)) and any(open_directions(tags))


def direction_of(tags: Mapping[str, str]) -> int:
    """
    Return the direction in which a way is one-way for cars.

    1 along the way, -1 against it, 0 for both. Motorways and roundabouts are one-way unless tagged
    otherwise.

    Examples
    --------
    >>> direction_of({"highway": "motorway"}), direction_of({"highway": "primary"})
    (1, 0)
    """
    oneway = next((tags[key] for key in ONE_WAY_KEYS if tags.get(key)), "").casefold()
    if oneway in BACKWARDS:
        return -1
    if oneway in BOTH_WAYS:
        return 0
    implied = tags.get("highway") == "motorway" or tags.get("junction") in ROUND
    return 1 if oneway in ONE_WAY or implied else 0


def open_directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """
    Return the directions in which cars may use a way.

    Returns
    -------
    along : bool
        Whether cars may go in the direction of the way, by `direction_of` and access tags
        such as ``motor_vehicle:forward``.
    against : bool
        Whether they may go against it.

    Examples
    --------
    >>> open_directions({"highway": "primary", "motor_vehicle:backward": "no"})
    (True, False)
    """
    direction = direction_of(tags)
    return (
        direction >= 0 and car_access(tags, FORWARD) is not False,
        direction <= 0 and car_access(tags, BACKWARD) is not False,
    )


def keeps_cars_out(tags: Mapping[str, str]) -> bool:
    """
    Check whether cars cannot pass a node.

    Depends on the node's access tags; without any, True for a barrier such as a bollard, False for
    a gate.

    Examples
    --------
    >>> keeps_cars_out({"barrier": "bollard"}), keeps_cars_out({"barrier": "gate"})
    (True, False)
    >>> keeps_cars_out({"barrier": "bollard", "motor_vehicle": "yes"})
    False
    """
    barrier = tags.get("barrier", "")
    aside = tags.get("highway") == "crossing" or any(key in tags for key in BESIDE)
    access = car_access(tags) if barrier or not aside else None
    return barrier in SHUT_BARRIERS if access is None else not access
