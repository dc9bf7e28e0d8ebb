"""Tags that let a car pass and tags that do not: ways, directions, barriers, ferries."""

from __future__ import annotations

import pytest

from localarea.roads.osm.osm_access import (
    car_access,
    direction_of,
    is_car_ferry,
    keeps_cars_out,
    may_drive,
    open_directions,
)
from localarea.roads.osm.osm_speeds import parse_duration
from localarea.roads.osm.osm_ways import rules_of

STREET = {"highway": "residential"}


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "no", "bus": "yes"},
        {"access": "no", "psv": "yes", "bicycle": "yes"},
        {"vehicle": "no"},
        {"motor_vehicle": "private"},
        {"motorcar": "private"},
        {"access": "permit"},
        {"access": "military"},
        {"access": "agricultural"},
        {"motor_vehicle": "agricultural;forestry"},
        {"access": "delivery"},
        {"motor_vehicle": "emergency"},
        {"motor_vehicle": "bus;taxi"},
        {"access": " No "},
        {"access": "yes", "motor_vehicle": "no"},
        {"motor_vehicle": "yes", "motorcar": "no"},
        {"motor_vehicle:forward": "no", "motor_vehicle:backward": "no"},
    ],
)
def test_a_street_that_cars_may_not_use(tags: dict[str, str]) -> None:
    assert not may_drive(STREET | tags)


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "no", "motor_vehicle": "yes"},
        {"access": "private", "motorcar": "yes"},
        {"vehicle": "no", "motor_vehicle": "permissive"},
        {"access": "destination"},
        {"motor_vehicle": "customers"},
        {"access": "no;destination"},
        {"access": "designated"},
        {"access": "a word of the mapper's own"},
        {"access": ""},
        {"bus": "no", "bicycle": "no", "foot": "no", "hgv": "no"},
    ],
)
def test_a_street_that_cars_may_use(tags: dict[str, str]) -> None:
    assert may_drive(STREET | tags)


def test_no_access_tag_opens_what_is_no_road_for_cars() -> None:
    assert not may_drive({"highway": "track", "motor_vehicle": "yes"})
    assert not may_drive(STREET | {"area": "yes", "motorcar": "yes"})
    assert car_access({}) is None


# The filter "drive" of OSMnx, written out once more.
DRIVE = (
    "abandoned|bridleway|bus_guideway|construction|corridor|cycleway|elevator|escalator|footway|no"
    "|path|pedestrian|planned|platform|proposed|raceway|razed|rest_area|service|services|steps"
    "|track"
)
SERVICE = "alley|driveway|emergency_access|parking|parking_aisle|private"


@pytest.mark.parametrize("kind", [*DRIVE.split("|"), "busway"])
def test_kinds_of_way_that_are_no_road(kind: str) -> None:
    assert not may_drive({"highway": kind})


@pytest.mark.parametrize("kind", SERVICE.split("|"))
def test_kinds_of_service_road_that_are_no_road(kind: str) -> None:
    assert not may_drive(STREET | {"service": kind})
    assert may_drive(STREET | {"service": "slipway"})


@pytest.mark.parametrize(
    ("tags", "open_to"),
    [
        ({"motor_vehicle:backward": "no"}, (True, False)),
        ({"vehicle:forward": "no"}, (False, True)),
        ({"access": "no", "motorcar:forward": "yes"}, (True, False)),
        ({"vehicle:backward": "no", "motorcar": "yes"}, (True, True)),  # motorcar is closer
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, (True, True)),
        ({"oneway": "-1"}, (False, True)),
        ({"oneway": "YES"}, (True, False)),
        ({"oneway": "true"}, (True, False)),
        ({"oneway": "1"}, (True, False)),
        ({"oneway": "reverse"}, (False, True)),  # as OSMnx and others read it
        ({"oneway": "yes", "motor_vehicle": "yes", "motor_vehicle:forward": "no"}, (False, False)),
        ({"motor_vehicle": "yes", "motor_vehicle:backward": "no"}, (True, False)),
        ({"oneway": "no", "oneway:motorcar": "yes"}, (True, False)),
        ({"oneway:vehicle": "yes", "oneway:motor_vehicle": "-1"}, (False, True)),
        # Implied by OpenStreetMap's wiki, unless it is tagged otherwise.
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "motorway", "oneway": "no"}, (True, True)),
        ({"junction": "roundabout"}, (True, False)),
        ({"junction": "circular"}, (True, False)),
        ({"junction": "filter"}, (True, True)),
    ],
)
def test_directions_closed_to_cars(tags: dict[str, str], open_to: tuple[bool, bool]) -> None:
    assert open_directions(STREET | tags) == open_to


def test_one_way_for_others_is_not_one_way_for_cars() -> None:
    assert direction_of(STREET | {"oneway:bicycle": "yes"}) == 0


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "bus_trap"}, True),
        ({"barrier": "sump_buster"}, True),
        ({"barrier": "jersey_barrier"}, True),
        ({"barrier": "block", "bicycle": "yes"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "bollard", "access": "destination"}, False),
        # Kinds that OpenStreetMap's wiki calls impassable for cars.
        *(
            ({"barrier": kind}, True)
            for kind in (
                "block",
                "chain",
                "barrier_board",
                "cycle_barrier",
                "stile",
                "wall",
                "kissing_gate",
                "motorcycle_barrier",
                "log",
                "rope",
                "ditch",
                "fence",
            )
        ),
        ({"barrier": "bollard", "entrance": "yes", "motor_vehicle": "yes"}, False),
        ({"barrier": "gate", "amenity": "parking_entrance", "access": "private"}, True),
        ({"shop": "kiosk", "access": "private"}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "lift_gate"}, False),
        ({"barrier": "cattle_grid"}, False),
        ({"barrier": "toll_booth"}, False),
        ({"barrier": "entrance"}, False),
        ({"barrier": "border_control"}, False),
        ({"barrier": "kerb"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "motor_vehicle": "no", "bicycle": "yes"}, True),
        ({"barrier": "gate", "access": "no", "motorcar": "yes"}, False),
        ({"railway": "level_crossing", "access": "private"}, True),
        ({"ford": "yes", "motor_vehicle": "no"}, True),
        ({"highway": "crossing", "motor_vehicle": "no", "foot": "yes"}, False),
        ({"entrance": "yes", "access": "private"}, False),
        ({"highway": "traffic_signals"}, False),
        ({}, False),
    ],
)
def test_nodes_that_a_car_passes_and_those_it_does_not(tags: dict[str, str], closed: bool) -> None:
    assert keeps_cars_out(tags) is closed


@pytest.mark.parametrize(
    ("tags", "carries"),
    [
        ({"motor_vehicle": "yes"}, True),
        ({"motorcar": "designated"}, True),
        ({"vehicle": "yes"}, True),
        ({"access": "yes"}, False),
        ({"foot": "yes"}, False),
        ({"motor_vehicle": "no"}, False),
        ({"motorcar": "no", "vehicle": "yes"}, False),
        ({}, False),
    ],
)
def test_only_ferries_said_to_carry_cars_do(tags: dict[str, str], carries: bool) -> None:
    ferry = {"route": "ferry"} | tags
    assert is_car_ferry(ferry) is carries
    assert may_drive(ferry) is carries


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("00:20", 20), ("1:30", 90), ("00:07:30", 7.5), ("20", 20), ("PT1H30M", 90), ("PT90M", 90),
        ("pt45s", 0.75), ("PT", None), ("00:00", None), ("999:00", None), ("half an hour", None),
        ("", None), (None, None), (20, None),
    ],
)  # fmt: skip
def test_durations_as_people_write_them(text: object, minutes: float | None) -> None:
    assert parse_duration(text) == (None if minutes is None else pytest.approx(minutes))


def test_a_limit_of_one_direction_goes_before_that_of_both() -> None:
    rules = rules_of(
        STREET | {"maxspeed": "30 mph", "maxspeed:forward": "60 mph", "maxspeed:backward": "none"}
    )
    assert rules.limit_along_kph == pytest.approx(96.56, abs=0.01)
    assert rules.limit_against_kph == pytest.approx(48.28, abs=0.01)
