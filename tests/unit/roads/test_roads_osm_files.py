"""Extracts as Overpass, editors and clipping write them, each beside the same roads whole."""

from __future__ import annotations

import bz2
import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest

from localarea.errors import EmptyResultError, FileFormatError
from localarea.roads.osm.osm_pbf import read_osm
from localarea.roads.osm.osm_speeds import CLASS_NAMES
from localarea.roads.search._kernel import spread_one
from localarea.roads.travel_time import make_job

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.roads.graph import RoadGraph

osmium = pytest.importorskip("osmium")

# Four places on a street, 500 m apart: 1, 2, 3, 4; a way round from 1 to 4 by 5 and 6, 1 km
# north; and dead ends at all four (11 to 14, 22, 23), so that they stay junctions when cut.
PLACES = {
    **{n: (51.89, 0.8927 + 0.0073 * n) for n in (1, 2, 3, 4)},
    **{n: (51.888, 0.8927 + 0.0073 * (n - 10)) for n in (11, 12, 13, 14)},
    **{n: (51.892, 0.8927 + 0.0073 * (n - 20)) for n in (22, 23)},
    5: (51.899, 0.9),
    6: (51.899, 0.9219),
    9: (51.89, 0.91095),  # in the middle between 2 and 3
}
STREET = {"highway": "residential"}
WAYS = {
    100: ([1, 2], STREET),
    101: ([2, 3], STREET),
    102: ([3, 4], STREET),
    103: ([1, 5, 6, 4], STREET),
    **{100 + n: ([n % 10, n], STREET) for n in (11, 12, 13, 14, 22, 23)},
}


def node_xml(number: int, tags: dict[str, str] | None = None, **about: str) -> str:
    lat, lon = PLACES[abs(number)]
    return f'<node id="{number}" lat="{lat}" lon="{lon}"{attributes(about)}>{tags_xml(tags)}</node>'


def way_xml(number: int, refs: list[int], tags: dict[str, str], **about: str) -> str:
    nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{number}"{attributes(about)}>{nodes}{tags_xml(tags)}</way>'


def attributes(about: dict[str, str]) -> str:
    return "".join(f" {key}='{value}'" for key, value in about.items())


def tags_xml(tags: dict[str, str] | None) -> str:
    return "".join(f'<tag k="{k}" v="{v}"/>' for k, v in (tags or {}).items())


def document(*parts: str) -> str:
    body = "\n".join(parts)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n{body}\n</osm>\n'


def town(**link: object) -> str:
    """Write the town with another way between 2 and 3, by its nodes, tags and attributes."""
    refs, tags = link.pop("refs", [2, 3]), link.pop("tags", STREET)
    nodes = link.pop("nodes", [node_xml(number) for number in PLACES])
    ways = [
        way_xml(101, refs, tags, **link) if number == 101 else way_xml(number, *way)
        for number, way in WAYS.items()
    ]
    return document(*nodes, *ways)


def read(folder: Path, text: str, name: str = "town.osm") -> RoadGraph:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_osm(path)


def minutes(graph: RoadGraph, start: int, end: int) -> float:
    """Drive along the roads alone, from node to node of OpenStreetMap."""
    job = make_job(graph, np.inf)
    seeds = np.flatnonzero(graph.node_ids == start).astype(np.int32)
    found: np.ndarray = spread_one(
        job.indptr, job.indices, job.minutes, seeds, np.zeros(len(seeds)), np.inf, job.width,
        job.n_buckets,
    )  # fmt: skip
    return float(found[graph.node_ids == end].min())


# 500 m in a residential street outside towns, 24 mph; round by 5 and 6 it is 4.5 km from 2 to 3.
THROUGH, ROUND = 0.78, 9 * 0.78


def test_the_town_as_it_is_whole(tmp_path: Path) -> None:
    graph = read(tmp_path, town())
    assert minutes(graph, 2, 3) == pytest.approx(THROUGH, abs=0.02)
    assert graph.notes == ()


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "no", "bus": "yes"},
        {"vehicle": "no", "psv": "yes"},
        {"motor_vehicle": "private"},
    ],
)
def test_cars_go_round_a_closed_way_and_it_is_said(tmp_path: Path, tags: dict[str, str]) -> None:
    graph = read(tmp_path, town(tags=STREET | tags))
    assert minutes(graph, 2, 3) == pytest.approx(ROUND, rel=0.02)
    assert graph.notes == ("omitted roads that their tags close to cars: 1",)


def test_a_way_closed_in_one_direction_is_driven_in_the_other(tmp_path: Path) -> None:
    graph = read(tmp_path, town(tags=STREET | {"motor_vehicle:backward": "no"}))
    assert minutes(graph, 2, 3) == pytest.approx(THROUGH, abs=0.02)
    assert minutes(graph, 3, 2) == pytest.approx(ROUND, rel=0.02)


@pytest.mark.parametrize(
    ("tags", "passed"),
    [
        ({"barrier": "bollard"}, False),
        ({"barrier": "gate", "access": "private"}, False),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, True),
        ({"barrier": "gate"}, True),
    ],
)
def test_a_barrier_cuts_the_way_there(tmp_path: Path, tags: dict[str, str], passed: bool) -> None:
    nodes = [node_xml(number, tags if number == 9 else None) for number in PLACES]
    graph = read(tmp_path, town(nodes=nodes, refs=[2, 9, 3]))
    assert minutes(graph, 2, 3) == pytest.approx(THROUGH if passed else ROUND, rel=0.02)
    notes = () if passed else ("barriers to cars at which roads are cut: 1",)
    assert graph.notes == notes
    if not passed:  # the street is driven up to it from both sides
        assert (graph.node_ids == 9).sum() == 2
        assert minutes(graph, 3, 9) == pytest.approx(THROUGH / 2, rel=0.02)


def test_a_barrier_at_the_end_of_a_street_cuts_nothing(tmp_path: Path) -> None:
    nodes = [node_xml(n, {"barrier": "bollard"} if n == 12 else None) for n in PLACES]
    graph = read(tmp_path, town(nodes=nodes))
    assert minutes(graph, 2, 3) == pytest.approx(THROUGH, abs=0.02)
    assert graph.notes == ()


def test_a_clipped_way_is_cut_where_its_nodes_are_missing(tmp_path: Path) -> None:
    graph = read(tmp_path, town(refs=[2, 900, 901, 3]))
    assert minutes(graph, 2, 3) == pytest.approx(ROUND, rel=0.02)
    assert graph.notes == ("roads cut at missing nodes: 1",)


@pytest.mark.parametrize("about", [{"action": "delete"}, {"visible": "false"}])
def test_a_deleted_way_is_not_driven(tmp_path: Path, about: dict[str, str]) -> None:
    graph = read(tmp_path, town(**about))
    assert minutes(graph, 2, 3) == pytest.approx(ROUND, rel=0.02)
    assert graph.notes == ("omitted roads that were deleted in an editor: 1",)


def test_a_deleted_node_is_no_longer_on_its_way(tmp_path: Path) -> None:
    nodes = [node_xml(n, **({"action": "delete"} if n == 9 else {})) for n in PLACES]
    graph = read(tmp_path, town(nodes=nodes, refs=[2, 9, 3]))
    assert minutes(graph, 2, 3) == pytest.approx(ROUND, rel=0.02)
    assert graph.notes == ("roads cut at missing nodes: 1",)


def test_ways_that_an_editor_changed_are_driven(tmp_path: Path) -> None:
    assert minutes(read(tmp_path, town(action="modify")), 2, 3) == pytest.approx(THROUGH, abs=0.02)


def same(one: RoadGraph, other: RoadGraph) -> bool:
    arcs = [
        sorted(zip(g.tails.tolist(), g.indices.tolist(), g.minutes.round(6).tolist(), strict=True))
        for g in (one, other)
    ]
    return arcs[0] == arcs[1] and np.allclose(one.points, other.points)


def test_ways_may_come_before_their_nodes(tmp_path: Path) -> None:
    nodes = [node_xml(number) for number in PLACES]
    ways = [way_xml(number, *way) for number, way in WAYS.items()]
    first, last = (read(tmp_path, document(*p)) for p in ([*ways, *nodes], [*nodes, *ways]))
    assert same(first, last)


def test_places_may_stand_in_the_ways(tmp_path: Path) -> None:
    def with_places(refs: list[int]) -> str:
        return "".join('<nd ref="{}" lat="{}" lon="{}"/>'.format(r, *PLACES[r]) for r in refs)

    ways = [
        f'<way id="{number}">{with_places(refs)}{tags_xml(tags)}</way>'
        for number, (refs, tags) in WAYS.items()
    ]
    assert same(read(tmp_path, document(*ways)), read(tmp_path, town()))


def test_numbers_below_zero_are_those_of_an_editor(tmp_path: Path) -> None:
    nodes = [node_xml(-number) for number in PLACES]
    ways = [way_xml(-number, [-r for r in refs], tags) for number, (refs, tags) in WAYS.items()]
    graph = read(tmp_path, document(*nodes, *ways))
    assert minutes(graph, -2, -3) == pytest.approx(THROUGH, abs=0.02)
    assert graph.n_arcs == read(tmp_path, town()).n_arcs


def test_numbers_of_both_kinds_may_be_mixed(tmp_path: Path) -> None:
    nodes = [node_xml(-number if number == 9 else number) for number in PLACES]
    bollard = node_xml(-9, {"barrier": "bollard"}, action="modify")
    graph = read(tmp_path, town(nodes=[*nodes[:-1], bollard], refs=[2, -9, 3]))
    assert minutes(graph, 2, 3) == pytest.approx(ROUND, rel=0.02)


@pytest.mark.parametrize("tags", [STREET, STREET | {"oneway": "yes"}])
def test_an_extract_that_is_one_loop(tmp_path: Path, tags: dict[str, str]) -> None:
    nodes = [node_xml(number) for number in (1, 4, 5, 6)]
    graph = read(tmp_path, document(*nodes, way_xml(1, [1, 5, 6, 4, 1], tags)))
    assert graph.n_nodes == 4
    there, back = minutes(graph, 1, 5), minutes(graph, 5, 1)
    assert there == pytest.approx(2 * THROUGH, rel=0.02)
    one_way = "oneway" in tags  # back is the rest of the loop: 1.5 + 1 + 1.5 km
    assert back == pytest.approx(8 * THROUGH if one_way else there, rel=0.02)


def test_a_town_goes_before_a_ring_with_more_bends(tmp_path: Path) -> None:
    places = {n: (51.95 + 0.001 * (n % 2), 1.0 + 0.001 * n) for n in range(60, 66)}
    ring = [f'<node id="{n}" lat="{lat}" lon="{lon}"/>' for n, (lat, lon) in places.items()]
    text = town().replace("</osm>", "")
    way = way_xml(500, [*places, 60], STREET)
    graph = read(tmp_path, f"{text}{''.join(ring)}{way}</osm>")
    assert 2 in graph.node_ids
    assert 60 not in graph.node_ids
    assert graph.notes == ("omitted nodes that cannot be reached from the rest and back: 6",)


def test_a_one_way_street_alone_is_refused_in_words(tmp_path: Path) -> None:
    nodes = [node_xml(number) for number in (1, 2)]
    with pytest.raises(EmptyResultError, match="there and back"):
        read(tmp_path, document(*nodes, way_xml(1, [1, 2], STREET | {"oneway": "yes"})))


def test_ways_without_any_node_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(EmptyResultError, match="download the nodes"):
        read(tmp_path, document(way_xml(1, [1, 2], STREET)))
    with pytest.raises(EmptyResultError, match="download the nodes"):  # `out tags` of Overpass
        read(tmp_path, document(node_xml(1), way_xml(1, [], STREET)))


@pytest.mark.parametrize(
    "remark",
    [
        ' runtime error: Query run out of memory in "recurse" at line 5. ',
        "runtime error: Query timed out in &quot;query&quot; at line 3 after 25 seconds.",
    ],
)
def test_an_answer_of_overpass_that_broke_off_is_refused(tmp_path: Path, remark: str) -> None:
    text = town().replace("</osm>", f"<remark>{remark}</remark></osm>")
    with pytest.raises(FileFormatError, match=r"Overpass reports .runtime error: .* repeat"):
        read(tmp_path, text)
    packed = tmp_path / "town.osm.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    with pytest.raises(FileFormatError, match="Overpass reports"):
        read_osm(packed)


def test_suffixes_in_capitals_and_compressed(tmp_path: Path) -> None:
    whole = read(tmp_path, town())
    assert same(read(tmp_path, town(), "TOWN.OSM"), whole)
    for name, pack in (("A.Osm.GZ", gzip.compress), ("a.osm.bz2", bz2.compress)):
        (tmp_path / name).write_bytes(pack(town().encode()))
        assert same(read_osm(tmp_path / name), whole)
    cut = tmp_path / "cut.osm.gz"
    cut.write_bytes(gzip.compress(town().encode())[:-20])
    with pytest.raises(FileFormatError, match="download it again"):
        read_osm(cut)
    with pytest.raises(FileFormatError, match="download it again"):
        read(tmp_path, town()[:-30], "CUT.OSM")


@pytest.mark.parametrize("text", ["", "<html><body>Gateway timeout</body></html>", town()[:400]])
def test_what_is_no_whole_osm_file_is_refused_in_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileFormatError):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('way id="101"', 'way id="x"'),
        ('way id="101"', 'way id="x" action="delete"'),
        ('node id="9"', 'node id="x" action="delete"'),
        ('node id="1"', 'node id="1b"'),
        ('lat="51.89"', 'lat="5l.89"'),
        ('encoding="UTF-8"', 'encoding="UTF-a"'),
    ],
)
def test_slips_inside_a_file_are_told_in_words(tmp_path: Path, right: str, wrong: str) -> None:
    assert right in town()
    with pytest.raises(FileFormatError):
        read(tmp_path, town().replace(right, wrong))


def test_limits_differ_by_direction(tmp_path: Path) -> None:
    limits = {"maxspeed:forward": "60 mph", "maxspeed:backward": "20 mph"}
    graph = read(tmp_path, town(tags={"highway": "primary"} | limits))
    # 500 m at 50 mph, the most of its class outside towns, and at nine tenths of 20 mph.
    assert minutes(graph, 2, 3) == pytest.approx(0.374, abs=0.01)
    assert minutes(graph, 3, 2) == pytest.approx(1.04, abs=0.02)


FERRY = {"route": "ferry", "motor_vehicle": "yes"}


def test_a_ferry_that_carries_cars_takes_the_time_it_says(tmp_path: Path) -> None:
    graph = read(tmp_path, town(refs=[2, 9, 3], tags=FERRY | {"duration": "00:04"}))
    assert minutes(graph, 2, 3) == pytest.approx(4, abs=0.01)
    assert CLASS_NAMES.index("ferry") in graph.road_class


def test_a_ferry_without_a_time_goes_at_the_speed_of_ferries(tmp_path: Path) -> None:
    graph = read(tmp_path, town(tags=FERRY))
    assert minutes(graph, 2, 3) == pytest.approx(0.502 / 14.48 * 60, rel=0.01)  # 9 mph


def test_a_ferry_for_passengers_is_no_road(tmp_path: Path) -> None:
    graph = read(tmp_path, town(tags={"route": "ferry", "duration": "00:01"}))
    assert minutes(graph, 2, 3) == pytest.approx(ROUND, rel=0.02)
    assert graph.notes == ()


def test_the_binary_format_has_barriers_as_well(tmp_path: Path) -> None:
    path = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number, (lat, lon) in sorted(PLACES.items()):
            tags = {"barrier": "bollard"} if number == 9 else {}
            node = osmium.osm.mutable.Node(id=number, location=(lon, lat), tags=tags)
            writer.add_node(node)
        for number, (refs, tags) in (WAYS | {101: ([2, 9, 3], STREET)}).items():
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags))
    assert minutes(read_osm(path), 2, 3) == pytest.approx(ROUND, rel=0.02)
