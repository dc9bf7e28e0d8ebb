"""OpenStreetMap extracts: what is driven, which way, how fast, and what is wrong with a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from localarea.errors import DataMissingError, EmptyResultError, FileFormatError
from localarea.roads.graph import from_arcs
from localarea.roads.osm.osm_pbf import direction_of, may_drive, read_osm
from localarea.roads.osm.osm_speeds import (
    CLASS_NAMES,
    class_numbers,
    find_urban,
    osm_kph,
    parse_maxspeed,
)
from localarea.roads.simplify import find_ends, simplify

if TYPE_CHECKING:
    from pathlib import Path

osmium = pytest.importorskip("osmium")

# A street with a bend (nodes 1-2-3), a one-way street back (3-4-1), a path (2-5), and a
# street of its own far away (6-7). About 69 m to 0.001 degrees of longitude at 52 north.
EXTRACT = """<?xml version="1.0"?><osm version="0.6">
<node id="1" version="1" lat="52.000" lon="1.000"/>
<node id="2" version="1" lat="52.001" lon="1.001"/>
<node id="3" version="1" lat="52.000" lon="1.002"/>
<node id="4" version="1" lat="51.999" lon="1.001"/>
<node id="5" version="1" lat="52.009" lon="1.001"/>
<node id="6" version="1" lat="52.100" lon="1.000"/>
<node id="7" version="1" lat="52.100" lon="1.001"/>
<way id="11" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/>
<tag k="maxspeed" v="20 mph"/></way>
<way id="12" version="1"><nd ref="1"/><nd ref="4"/><nd ref="3"/><tag k="highway" v="tertiary"/>
<tag k="oneway" v="-1"/></way>
<way id="13" version="1"><nd ref="2"/><nd ref="5"/><tag k="highway" v="footway"/></way>
<way id="14" version="1"><nd ref="6"/><nd ref="7"/><tag k="highway" v="residential"/></way>
</osm>"""


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "town.osm"
    path.write_text(EXTRACT, encoding="utf-8")
    return path


def test_a_small_extract_by_hand(extract: Path) -> None:
    graph = read_osm(extract)
    # Both bends go, and the far street; what stays is 1 and 3: there and back, and back again.
    assert graph.node_ids.tolist() == [1, 3]
    arcs = sorted(zip(graph.tails.tolist(), graph.indices.tolist(), strict=True))
    assert arcs == [(0, 1), (1, 0), (1, 0)]
    one_way = int(np.flatnonzero(graph.road_class == CLASS_NAMES.index("tertiary"))[0])
    assert graph.tails[one_way] == 1
    # Two hypotenuses of 68.7 m east and 111.3 m north: 261.5 m, here on the grid.
    assert graph.length_m == pytest.approx([261.5] * 3, rel=0.005)
    assert len(graph.line(0)) == 3
    # 20 mph signed, 18 mph driven: 28.97 km/h, 0.54 minutes.
    street = int(np.flatnonzero(graph.road_class == CLASS_NAMES.index("residential"))[0])
    assert graph.minutes[street] == pytest.approx(0.2615 / 28.97 * 60, rel=0.01)


def write_pbf(path: Path) -> Path:
    """Write a ladder of 40 streets and two long ones in the binary format, as osmium does."""
    with osmium.SimpleWriter(str(path)) as writer:
        for node in range(80):
            place = (1.0 + node // 2 * 0.001, 52.0 + node % 2 * 0.001)
            writer.add_node(osmium.osm.mutable.Node(id=node + 1, version=1, location=place))
        sides = [list(range(first, 81, 2)) for first in (1, 2)]
        rungs = [[node, node + 1] for node in sides[0]]
        for number, nodes in enumerate(sides + rungs):
            tags = {"highway": "residential", "name": f"Street {number}"}
            way = osmium.osm.mutable.Way(id=number + 1, version=1, nodes=nodes, tags=tags)
            writer.add_way(way)
    return path


def test_the_binary_format_is_read(tmp_path: Path) -> None:
    graph = read_osm(write_pbf(tmp_path / "town.osm.pbf"))
    # Four corners go; 38 rungs inside are two arcs each, and so are 2 x 39 stretches less
    # the four that the corners join to the outer rungs.
    assert (graph.n_nodes, graph.n_arcs) == (76, 2 * (38 + 2 * 37 + 2))
    assert graph.notes == ()


def test_unsimplified_every_bend_is_a_node(extract: Path) -> None:
    assert read_osm(extract, simplified=False).node_ids.tolist() == [1, 2, 3, 4]


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, extract: Path) -> None:
    with pytest.raises(DataMissingError, match=r"osm\.pbf"):
        read_osm(tmp_path / "none.osm.pbf")
    cut = tmp_path / "cut.osm"
    cut.write_text(EXTRACT[: len(EXTRACT) // 2], encoding="utf-8")
    with pytest.raises(FileFormatError, match="download it again"):
        read_osm(cut)
    noise = tmp_path / "noise.osm.pbf"
    noise.write_bytes(b"\x00\x01 no map at all")
    with pytest.raises(FileFormatError):
        read_osm(noise)
    paths = tmp_path / "paths.osm"
    paths.write_text(EXTRACT.replace("residential", "footway").replace("tertiary", "path"))
    with pytest.raises(EmptyResultError, match="no road"):
        read_osm(paths)


def test_an_extract_cut_short_is_refused(tmp_path: Path) -> None:
    whole = write_pbf(tmp_path / "town.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    for length in (len(whole) // 4, len(whole) // 2, len(whole) - 1):
        cut.write_bytes(whole[:length])
        with pytest.raises(FileFormatError, match="download it again"):
            read_osm(cut)


def test_a_real_extract_cut_short_is_refused(raw_folder: Path, tmp_path: Path) -> None:
    whole = (raw_folder / "roads" / "newport-2023-06-13.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileFormatError, match="download it again"):
        read_osm(cut)


@pytest.mark.parametrize(
    ("tags", "way"),
    [
        ({"highway": "primary"}, 0),
        ({"highway": "primary", "oneway": "yes"}, 1),
        ({"highway": "primary", "oneway": "-1"}, -1),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "primary", "junction": "roundabout"}, 1),
    ],
)
def test_one_way_as_tagged_or_implied(tags: dict[str, str], way: int) -> None:
    assert direction_of(tags) == way


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "track"},
        {"highway": "residential", "access": "private"},
        {"highway": "residential", "motor_vehicle": "no"},
        {"highway": "unclassified", "service": "driveway"},
        {"building": "yes"},
    ],
)
def test_cars_are_kept_out(tags: dict[str, str]) -> None:
    assert not may_drive(tags)


@pytest.mark.parametrize(
    ("text", "kph"),
    [
        ("30 mph", 48.28), ("30mph", 48.28), ("50", 50), ("80 km/h", 80), ("GB:nsl_single", 96.56),
        ("30 mph;20 mph", 32.19), (["40 mph", "30 mph"], 48.28), ("none", None), ("signals", None),
        ("0", None), ("-30", None), ("999 mph", None), ("", None), (None, None), (30, None),
    ],
)  # fmt: skip
def test_limits_as_people_write_them(text: object, kph: float | None) -> None:
    read = parse_maxspeed(text)
    assert read == (None if kph is None else pytest.approx(kph, abs=0.01))


def test_speeds_by_sign_class_and_setting() -> None:
    classes = class_numbers(["motorway", "residential", "unclassified", ["x", "primary"], "odd"])
    limits = np.array([np.nan, np.nan, 96.56, 48.28, np.nan])
    slow = osm_kph(classes, limits, np.array([False, True, False, True, False]))
    # 70 mph; 20 mph; a lane signed 60 stays at its 35; nine tenths of 30 mph; 15 mph.
    assert slow == pytest.approx([112.65, 32.19, 56.33, 43.45, 24.14], abs=0.01)


def test_built_up_is_where_many_roads_meet() -> None:
    x, y = np.meshgrid(np.arange(5) * 150.0, np.arange(5) * 150.0)
    town = np.stack([x.ravel(), y.ravel()], axis=1)
    assert find_urban(np.array([[300.0, 300.0], [9000.0, 0.0]]), town).tolist() == [True, False]
    assert find_urban(town, np.empty((0, 2))).any() == np.False_


def test_bends_go_and_decisions_stay() -> None:
    # 0 = 1 = 2 both ways, 2 > 3 > 4 one way, 4 > 4 a loop; 5 > 6 > 7 > 5 a ring by itself.
    tails = np.array([0, 1, 1, 2, 2, 3, 4, 5, 6, 7])
    heads = np.array([1, 0, 2, 1, 3, 4, 4, 6, 7, 5])
    points = np.stack([np.arange(8.0) * 100, np.zeros(8)], axis=1)
    graph = from_arcs(tails, heads, minutes=np.ones(10), length_m=np.full(10, 100.0), points=points)
    # The ring has nothing to decide anywhere: it stays whole, or it would be gone.
    assert find_ends(graph).tolist() == [True, False, True, False, True, True, True, True]
    short = simplify(graph)
    arcs = set(
        zip(short.tails.tolist(), short.indices.tolist(), short.minutes.tolist(), strict=True)
    )
    ring = {(3, 4, 1.0), (4, 5, 1.0), (5, 3, 1.0)}
    assert arcs == {(0, 1, 2.0), (1, 0, 2.0), (1, 2, 2.0), (2, 2, 1.0)} | ring
