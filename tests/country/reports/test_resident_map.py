"""The map of the pages on the nation's tables: true to the outlines, small, rightly named."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from resident_lines import unpack_line

from localarea.datasets.store import default_store
from localarea.datasets.zones import read_zones
from localarea.geo.crs import BRITISH_NATIONAL_GRID
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.reports.resident_map.base_map import FINE_M, base_map
from localarea.reports.resident_map.layer_names import LAYERS
from localarea.reports.resident_map.layers import map_layer
from localarea.reports.resident_map.places import WATER, named_places
from localarea.reports.resident_map.roads import MOTORWAY, NUMBERED, main_roads

if TYPE_CHECKING:
    from localarea.options.council import Council
    from localarea.records import Option

EVERYWHERE = (0.0, 0.0, 700_000.0, 700_000.0)
EAST = (550_000.0, 190_000.0, 660_000.0, 290_000.0)


@pytest.fixture(scope="module")
def council() -> Council:
    return read_council("colchester")


@pytest.fixture(scope="module")
def option(council: Council) -> Option:
    return option_zones("district", council)


@pytest.fixture(scope="module")
def drawn(option: Option, council: Council) -> dict[str, Any]:
    return base_map([option], council)


def degrees(document: dict[str, Any], number: int) -> np.ndarray:
    grid = document["grid"]
    packed = document["arcs"][~number if number < 0 else number]
    line = unpack_line(packed, (grid["west"], grid["south"]), (grid["across"], grid["up"]))
    return line[::-1] if number < 0 else line


def test_a_zone_is_where_its_outline_is(drawn: dict[str, Any], option: Option) -> None:
    wanted = sorted(option.zones)[:6]
    rings = {code: ring for code, _, _, ring in drawn["zones"]}
    true = read_zones("msoa11", codes=wanted)
    for code in wanted:
        parts = [
            shapely.Polygon(np.concatenate([degrees(drawn, n) for n in ring]))
            for ring in rings[code]
        ]
        shape = gpd.GeoSeries(parts, crs="EPSG:4326").to_crs(BRITISH_NATIONAL_GRID)
        largest = shape.iloc[int(shape.area.argmax())]
        outline = true.geometry.loc[code]
        part = max(shapely.get_parts(outline), key=lambda one: one.area)
        # Simplified by FINE_M, and each corner on a grid of some four metres.
        assert shapely.hausdorff_distance(largest.exterior, part.exterior) < FINE_M + 8
        assert abs(largest.area - part.area) < 0.02 * part.area


def test_every_line_has_two_sides_or_lies_on_the_coast(drawn: dict[str, Any]) -> None:
    owners: dict[int, set[object]] = {}
    for kind, rows in (("zone", drawn["zones"]), ("beyond", drawn["beyond"])):
        for at, row in enumerate(rows):
            for ring in row[-1]:
                for number in ring:
                    owners.setdefault(~number if number < 0 else number, set()).add((kind, at))
    assert set(owners) == set(range(len(drawn["arcs"])))
    assert {len(sides) for sides in owners.values()} == {1, 2}


def test_it_is_small(drawn: dict[str, Any]) -> None:
    body = json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(gzip.compress(body, 6)) < 250_000


def test_main_roads_are_named_where_they_run() -> None:
    roads = main_roads(EAST, EAST)
    # Junction 29 of the A12 (Crown, by Highwoods), the A14 at the Orwell Bridge, the A120 at
    # Horsley Cross; M11 at Junction 8 (Birchanger): all as Ordnance Survey's maps have them.
    for road, kind, x, y in (
        ("A12", NUMBERED, 602_600, 228_700),
        ("A14", NUMBERED, 616_900, 241_200),
        ("A120", NUMBERED, 612_500, 227_500),
        ("M11", MOTORWAY, 551_400, 221_600),
    ):
        lines = roads[roads["road"] == road]
        assert set(lines["kind"]) == {kind}
        assert lines.distance(shapely.Point(x, y)).min() < 1_200, road


def test_a_folder_of_tables_without_numbered_roads_has_the_others() -> None:
    class Older:
        """A store of a folder that was made before the table was."""

        registry = dict.fromkeys(set(default_store().registry) - {"roads_named"})

        def read(self, name: str) -> Any:
            return default_store().read(name)

    roads = main_roads(EAST, EAST, store=Older())  # type: ignore[arg-type]
    assert set(roads["road"]) == {""}
    assert len(roads) > 100


def test_a_road_without_a_number_is_not_one_with() -> None:
    roads = main_roads(EAST, EAST)
    numbered = shapely.union_all(roads.geometry[roads["road"] != ""].to_numpy())
    other = roads.geometry[roads["road"] == ""]
    assert len(other) > 100
    assert not other.within(numbered.buffer(150)).any()


def test_places_are_on_land_and_waters_are_not() -> None:
    places = named_places(EVERYWHERE)
    zones = read_zones("msoa11")
    tree = shapely.STRtree(zones.geometry.to_numpy())
    points = shapely.points([(x, y) for _, _, x, y in places])
    held = set(tree.query(points, predicate="intersects")[0].tolist())
    wrong = [p[0] for at, p in enumerate(places) if (at in held) != (p[1] != WATER)]
    assert wrong == []
    assert len(places) > 100
    assert {size for _, size, _, _ in places} == {0, 1, 2, 3, 4}


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ("Manningtree", "Manningtree & Mistley"),
        ("Wivenhoe", "Wivenhoe & University"),
        ("Hadleigh", "Hadleigh"),
        ("Brightlingsea", "Brightlingsea & Point Clear"),
        ("West Mersea", "West Mersea"),
        ("Lavenham", "Lavenham, Bildeston & Brettenham"),
        ("Tollesbury", "Tollesbury, Tolleshunt & Goldhanger"),
        ("Leiston", "Leiston & Aldeburgh"),
    ],
)
def test_a_place_lies_in_the_zone_of_its_name(place: str, zone: str) -> None:
    """The names of zones are the House of Commons Library's: a source of its own."""
    ((x, y),) = [(x, y) for name, _, x, y in named_places(EVERYWHERE) if name == place]
    zones = read_zones("msoa11")
    (held,) = zones[zones.geometry.intersects(shapely.Point(x, y))]["name"]
    assert held == zone


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_has_every_zone(
    layer: str, option: Option, council: Council, drawn: dict[str, Any]
) -> None:
    found = map_layer(layer, [option], council, methods=[option])
    assert list(found["zones"]) == [row[0] for row in drawn["zones"]]
    for number, figure in found["zones"].values():
        assert -1 <= number < len(found["classes"])
        assert figure
    assert found["title"]
    assert found["note"].endswith(".")
    colours = [one["colour"] for one in found["classes"]]
    assert len(set(colours)) == len(colours) > 2


def test_layers_say_what_is_known_of_the_middle_of_the_anchor(
    option: Option, council: Council, drawn: dict[str, Any]
) -> None:
    (middle,) = [code for code, name, _, _ in drawn["zones"] if name == "Central Colchester"]
    said = {}
    for layer in LAYERS:
        found = map_layer(layer, [option], council, methods=[option])
        number, figure = found["zones"][middle]
        said[layer] = (found["classes"][number]["words"], figure)
    assert said["agreement"] == ("all of them: the core", "1 of 1")
    assert said["commuting"][0] in {"25% to 50%", "50% or more"}
    assert said["minutes"][0] == "under 15"
    assert said["firmness"][1].startswith("+")
    assert said["firms"][1][-1] == "0"  # an estimate, rounded to ten
