"""Where a car may drive by the tags of OpenStreetMap: ways, directions, barriers, ferries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# Ways that a car may not use, or that lead nowhere: the "drive" filter of OSMnx.
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
# From the most specific to the most general; the first that is tagged decides
# (OpenStreetMap wiki, Key:access, "Transport mode restrictions").
VEHICLE_KEYS: Final = ("motorcar", "motor_vehicle", "vehicle")
ACCESS_KEYS: Final = (*VEHICLE_KEYS, "access")
# Values by which the public may not drive there: nobody, or only those named. All else is
# open, among it `destination` and `customers`, which shut out only who passes through.
KEPT_OUT: Final = frozenset(
    [
        *("no", "none", "private", "permit", "residents", "employees", "staff", "restricted"),
        *("agricultural", "forestry", "military", "emergency", "delivery", "service", "works"),
        *("bus", "psv", "taxi", "tourist_bus", "hgv", "goods", "tractor", "disabled"),
        *("foot", "bicycle", "horse", "moped", "motorcycle"),
    ]
)
# Barriers that no car gets past unless the node's own tags say so. Every other kind is open:
# gate, lift_gate, swing_gate, cattle_grid, toll_booth, entrance, border_control, kerb, ...
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
# Nodes whose access tags speak of something beside the road, or of those who cross it.
BESIDE: Final = ("amenity", "entrance", "shop")
ONE_WAY, BACKWARDS, BOTH_WAYS = {"yes", "true", "1"}, {"-1", "reverse"}, {"no", "false", "0"}
ONE_WAY_KEYS: Final = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
ROUND: Final = {"roundabout", "circular"}
FORWARD, BACKWARD = ":forward", ":backward"


def car_access(tags: Mapping[str, str], direction: str = "") -> bool | None:
    """
    Interpret the access tags of a way or a node for public cars.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the way or node.
    direction : str
        ``":forward"`` or ``":backward"``, to hear tags for that direction as well.

    Returns
    -------
    bool or None
        By the most specific of ``motorcar``, ``motor_vehicle``, ``vehicle`` and
        ``access``; of several values one that is open is enough. None without such a tag.

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
    Check whether a way is a road by its kind, whoever may use it.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the way.

    Returns
    -------
    bool
        False for service roads, tracks, paths, areas and whatever is no road.
    """
    if tags.get("highway", "no") in NOT_FOR_DRIVING:
        return False
    return not any(tags.get(key) in values for key, values in NO_ROAD.items())


def is_car_ferry(tags: Mapping[str, str]) -> bool:
    """
    Check whether a way is a ferry that carries cars.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the way.

    Returns
    -------
    bool
        True where a tag for vehicles says so: without one, a ferry is for passengers.

    Examples
    --------
    >>> is_car_ferry({"route": "ferry"}), is_car_ferry({"route": "ferry", "motorcar": "yes"})
    (False, True)
    """
    said = any(tags.get(key) for key in VEHICLE_KEYS)
    return tags.get("route") == "ferry" and said and car_access(tags) is True


def may_drive(tags: Mapping[str, str]) -> bool:
    """
    Check whether cars may use a way, in at least one direction.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the way.

    Returns
    -------
    bool
        True for public roads and for ferries that carry cars; False for service roads,
        tracks, paths and closed ways.

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

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the way.

    Returns
    -------
    int
        1 along the way, -1 against it, 0 both. Motorways and roundabouts are one-way
        unless tagged otherwise.

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

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the way.

    Returns
    -------
    along : bool
        Whether cars may go in the direction of the way, by `direction_of` and by access
        tags such as ``motor_vehicle:forward``.
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
    Check whether a node is closed to cars.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the node.

    Returns
    -------
    bool
        By the node's own access tags, whatever stands there; without them True for
        barriers such as a bollard and False for a gate.

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
