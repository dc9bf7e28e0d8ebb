"""The major roads of an extract, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from road_extracts import TAGS, write_extract

from localarea.errors import EmptyResultError, FileFormatError
from localarea.roads.osm.major_roads import read_major_roads

if TYPE_CHECKING:
    from pathlib import Path

E, N = 600_000, 225_000
# A primary road from 1 by the bend 2 (300 m east, then 400 m north) to the roundabout 3-4; from
# there two carriageways to the junction 7, 1,000 m (by 5) and 1,250 m (by 6, 375 m aside: 2 x
# 625 m); a motorway of 2,000 m from 7 to 8; a slip road of 500 m from 7 to 9; and a lane.
PLACES = {
    1: (E, N), 2: (E + 300, N), 3: (E + 300, N + 400), 4: (E + 300, N + 500),
    5: (E + 300, N + 900), 6: (E + 675, N + 1_000), 7: (E + 300, N + 1_500),
    8: (E + 2_300, N + 1_500), 9: (E + 300, N + 2_000), 10: (E, N + 2_000),
}  # fmt: skip
WAYS = [
    ([1, 2, 3], TAGS["single"]),
    ([3, 4, 3], {"highway": "primary", "junction": "roundabout"}),
    ([4, 5, 7], TAGS["dual"]),
    ([7, 6, 4], TAGS["dual"]),
    ([7, 8], TAGS["motorway"]),
    ([7, 9], {"highway": "motorway_link", "oneway": "yes"}),
    ([9, 10], {"highway": "residential"}),
]


def test_roads_by_hand(tmp_path: Path) -> None:
    found = read_major_roads(write_extract(tmp_path / "a.osm.pbf", PLACES, WAYS))
    assert found.month == "2026-01"
    # 1, 3, 4, 7, 8 and 9 are junctions or ends; 2, 5 and 6 are bends, 10 is on no major road.
    assert found.nodes.to_numpy().tolist() == [list(PLACES[n]) for n in (1, 3, 4, 7, 8, 9)]
    edges = found.edges.to_numpy().tolist()
    assert edges == [
        [0, 1, 0.7, 0, 0, True],
        [1, 2, 0.1, 0, 0, True],  # a roundabout is one-way, and no dual carriageway
        [2, 3, 1.0, 1, 0, True],  # the shorter of the two
        [3, 4, 2.0, 1, 1, True],
        [3, 5, 0.5, 0, 0, True],  # a slip road is one-way likewise
    ]


def test_a_road_that_is_dual_for_part_of_its_way(tmp_path: Path) -> None:
    ways = [([1, 2], TAGS["dual"]), ([2, 3], TAGS["single"])]
    found = read_major_roads(write_extract(tmp_path / "a.osm.pbf", PLACES, ways))
    assert found.edges.to_numpy().tolist() == [[0, 1, 0.7, 0.43, 0, True]]  # 300 of 700 m


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("wales-260131.osm.pbf", "2026-01"),
        ("town-2025-12-13.osm.pbf", "2025-12"),
        ("wales-latest.osm.pbf", None),
        ("wales-261331.osm.pbf", None),
    ],
)
def test_the_month_may_be_in_the_name(tmp_path: Path, name: str, month: str | None) -> None:
    assert read_major_roads(write_extract(tmp_path / name, PLACES, WAYS, at=None)).month == month


def test_places_along_a_road_are_close_together(tmp_path: Path) -> None:
    ways = [([7, 8], TAGS["motorway"])]
    along = read_major_roads(write_extract(tmp_path / "a.osm.pbf", PLACES, ways)).along
    # 2,000 m in four steps, on the grid to the seventh decimal of a degree
    assert along[:, 0] == pytest.approx([E + 300 + 500 * k for k in range(5)], abs=0.02)
    assert along[:, 1] == pytest.approx([N + 1_500] * 5, abs=0.02)


def test_an_extract_without_major_roads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyResultError, match="no motorway, trunk or primary road"):
        read_major_roads(write_extract(tmp_path / "a.osm.pbf", PLACES, WAYS[-1:]))


def test_what_is_no_extract_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(b"<html>not found</html>")
    with pytest.raises(FileFormatError, match="download it again"):
        read_major_roads(path)
