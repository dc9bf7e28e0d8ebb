"""
The whole data build, on a country small enough to be worked out by hand.

What is expected here was read off the constants of twin_country.py, never off a table.
"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest
import shapely
import twin_country
from twin_country import EAST_HALF, ODD_POSTCODES, SPLIT, WEST_HALF

from localarea.datasets.postcodes import read_postcodes
from localarea.datasets.zones import read_zones
from localarea.geo.postcodes import parse_postcode

sys.path.append(str(twin_country.REPOSITORY / "scripts"))

from building.plan import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from twin_country import Twin


def rows_of(twin: Twin, table: str) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(twin.data / f"{table}.parquet").to_pylist()
    return rows


@pytest.fixture(scope="module")
def postcodes(twin: Twin) -> dict[int, dict[str, Any]]:
    return {row["key"]: row for row in read_postcodes(store=twin.store).to_pylist()}


def postcode(postcodes: dict[int, dict[str, Any]], text: str) -> dict[str, Any]:
    return postcodes[parse_postcode(text).key]


def test_built_twice_every_table_has_the_same_bytes(twin: Twin, tmp_path: Path) -> None:
    twin_country.build(twin.raw, tmp_path)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == sorted([*(f"{plan.name}.parquet" for plan in TABLES), "registry.toml"])
    changed = [n for n in names if (tmp_path / n).read_bytes() != (twin.data / n).read_bytes()]
    assert changed == []


def test_every_table_is_in_the_registry_and_as_it_was_written(twin: Twin) -> None:
    for table in sorted(p.stem for p in twin.data.glob("*.parquet")):
        assert twin.store.path(table).is_file()  # raises where a checksum differs


@pytest.mark.parametrize("name", ["workers_2011", "postcodes", "roads_edges", "districts"])
def test_one_figure_off_stops_the_build_and_says_both(
    twin: Twin, tmp_path: Path, name: str
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(twin.raw, raw)
    stated = (raw / "totals.toml").read_text(encoding="utf-8").splitlines()
    figure = next(int(line.split("=")[1]) for line in stated if line.startswith(f"{name} ="))
    before, after = f"{figure:,}", f"{figure + 1:,}"
    wrong = [f"{name} = {figure + 1}" if s.startswith(f"{name} =") else s for s in stated]
    (raw / "totals.toml").write_text("\n".join(wrong), encoding="utf-8")
    run = twin_country.run_build(raw, tmp_path / "out")
    assert run.returncode == 3
    assert before in run.stderr
    assert after in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("zones_msoa12 = 8\n", "zones_msoa12 is not known"),
        (None, "roads_nodes is missing"),
        ("= =", "is not TOML"),
    ],
)
def test_totals_that_are_not_understood_are_refused(
    tmp_path: Path, change: str | None, message: str
) -> None:
    stated = twin_country.totals()
    text = stated.replace("roads_nodes = 9\n", "") if change is None else stated + change
    (tmp_path / "totals.toml").write_text(text, encoding="utf-8")
    run = twin_country.run_build(tmp_path, tmp_path / "out")
    assert run.returncode == 3
    assert message in run.stderr
    assert "Traceback" not in run.stderr


class TestPostcodes:
    def test_each_is_there_once(self, postcodes: dict[int, dict[str, Any]]) -> None:
        assert len(postcodes) == 8 * 25 + len(ODD_POSTCODES)

    def test_ordinary_ones_are_live_in_the_zone_that_ons_gives(
        self, postcodes: dict[int, dict[str, Any]]
    ) -> None:
        for text, zone, place in twin_country.ordinary_postcodes():
            row = postcode(postcodes, text)
            assert (row["easting"], row["northing"]) == place
            assert row["status"] == "live"
            assert row["msoa11cd"] == twin_country.ZONES[zone][0]
            assert row["msoa11_source"] == "ons_lookup"

    def test_zone_of_2021_goes_by_the_place_where_the_zone_was_split(
        self, postcodes: dict[int, dict[str, Any]]
    ) -> None:
        seen = set()
        for text, zone, (east, _) in twin_country.ordinary_postcodes():
            row = postcode(postcodes, text)
            if twin_country.ZONES[zone][0] == SPLIT:
                # The line between the halves; a point on it goes to the first of the two.
                east_half = east > 602_500
                assert row["msoa21cd"] == (EAST_HALF if east_half else WEST_HALF)
                assert row["msoa21_source"] == "polygon"
                seen.add(east_half)
            else:
                assert row["msoa21cd"] == row["msoa11cd"]
                assert row["msoa21_source"] == "same_code_as_msoa11"
        assert seen == {True, False}

    @pytest.mark.parametrize(
        ("text", "months"),
        [
            ("CO1 9ZA", (199806, 199806)),  # the lookup says when
            ("CO1 9ZB", (202407, 202504)),  # between the two editions of Code-Point Open
            ("CO1 9ZD", (202205, 202407)),  # between the lookup and the first of them
            ("CO2 9ZD", (200312, 200312)),
            ("CO1 9ZE", None),  # ended in 2001, and came back
            ("CO2 9ZA", None),
            ("BT1 1AA", None),  # Code-Point Open says nothing of Northern Ireland
            ("EH1 1AA", None),
        ],
    )
    def test_end_of_each(
        self,
        postcodes: dict[int, dict[str, Any]],
        text: str,
        months: tuple[int, int] | None,
    ) -> None:
        row = postcode(postcodes, text)
        assert row["status"] == ("live" if months is None else "terminated")
        assert (row["terminated_from"], row["terminated_to"]) == (months or (None, None))

    @pytest.mark.parametrize(
        ("text", "msoa11", "msoa21", "source"),
        [
            ("CO2 9ZA", SPLIT, EAST_HALF, "polygon"),
            ("CO2 9ZB", SPLIT, WEST_HALF, "nearest_polygon"),
            ("CO2 9ZD", SPLIT, None, "ons_lookup"),  # no place, so no half
            ("BT1 1AA", None, None, None),
            ("EH1 1AA", None, None, None),
        ],
    )
    def test_zone_of_each_odd_one(
        self,
        postcodes: dict[int, dict[str, Any]],
        text: str,
        msoa11: str | None,
        msoa21: str | None,
        source: str | None,
    ) -> None:
        row = postcode(postcodes, text)
        assert (row["msoa11cd"], row["msoa21cd"]) == (msoa11, msoa21)
        assert row["msoa11_source"] == source

    def test_northern_ireland_is_brought_to_the_national_grid(
        self, postcodes: dict[int, dict[str, Any]]
    ) -> None:
        row = postcode(postcodes, "BT1 1AA")
        # Belfast City Hall, near 54.5965 N 5.9301 W: about E 146, N 530 km on the National Grid.
        assert (row["easting"], row["northing"]) == pytest.approx((146_000, 530_000), abs=1_500)


class TestZones:
    def test_shapes_are_the_squares(self, twin: Twin) -> None:
        shapes = read_zones("msoa11", store=twin.store).geometry
        for number, (code, _, _) in enumerate(twin_country.ZONES):
            # Through degrees and back by the seven-parameter shift: some metres.
            assert shapely.hausdorff_distance(shapes[code], twin_country.square(number)) < 8

    def test_neighbours_share_their_edges(self, twin: Twin) -> None:
        for system in ("msoa11", "msoa21"):
            shapes = read_zones(system, store=twin.store).geometry.to_numpy()  # type: ignore[arg-type]
            assert shapely.coverage_is_valid(shapes)
            assert shapely.union_all(shapes).geom_type == "Polygon"

    def test_names_are_the_librarys_but_not_those_of_a_later_zone(self, twin: Twin) -> None:
        older = {r["msoa11cd"]: r["name"] for r in rows_of(twin, "zones_msoa11")}
        newer = {r["msoa21cd"]: r["name"] for r in rows_of(twin, "zones_msoa21")}
        assert older["E02004511"] == newer["E02004511"] == "Castle"
        assert older[SPLIT] == "Colchester 002"  # it was split: no name of 2021 is its own
        assert newer[EAST_HALF] == "Mile End East"

    def test_districts_are_those_of_today(self, twin: Twin) -> None:
        rows = {r["lad25cd"]: r for r in rows_of(twin, "districts_lad25")}
        assert {c: (r["name"], r["region"]) for c, r in rows.items()} == {
            "E06000065": ("North Yorkshire", "Yorkshire and The Humber"),
            "E07000071": ("Colchester", "East of England"),
            "E07000202": ("Ipswich", "East of England"),
            "W06000015": ("Cardiff", "Wales"),
        }
        names = {r["lad_cd"]: r for r in rows_of(twin, "districts_names")}
        assert names["E07000163"]["lad25cd"] == "E06000065"
        assert (names["E07000163"]["end"], names["E06000065"]["start"]) == (2022, 2023)

    def test_a_district_has_the_county_that_stands_and_a_unitary_itself(self, twin: Twin) -> None:
        rows = rows_of(twin, "counties_lad25")
        assert {r["lad25cd"]: (r["county_cd"], r["county"]) for r in rows} == {
            "E06000065": ("E06000065", "North Yorkshire"),  # its county council ended in 2023
            "E07000071": ("E10000012", "Essex"),
            "E07000202": ("E10000029", "Suffolk"),
        }

    def test_shares_between_the_censuses_count_live_postcodes(self, twin: Twin) -> None:
        shares = {
            (r["msoa11cd"], r["msoa21cd"]): (r["share11"], r["share21"])
            for r in rows_of(twin, "msoa11_msoa21")
        }
        # 25 in a grid of five columns, three of them west of the line or on it; of the two odd ones
        # that are live one lies on each side.
        assert shares[SPLIT, WEST_HALF] == (pytest.approx(16 / 27), 1.0)
        assert shares[SPLIT, EAST_HALF] == (pytest.approx(11 / 27), 1.0)
        assert len(shares) == 9


class TestFigures:
    def test_no_worker_is_lost(self, twin: Twin) -> None:
        for year, flows, special in (
            (2011, twin_country.FLOWS_2011, 100),
            (2021, twin_country.FLOWS_2021, 526),
        ):
            between = sum(r["workers"] for r in rows_of(twin, f"flows_{year}"))
            elsewhere = sum(r["workers"] for r in rows_of(twin, f"flows_{year}_special"))
            assert elsewhere == special
            assert between + elsewhere == sum(row[2] for row in flows)

    def test_residents_of_an_area_without_a_postcode_are_counted(self, twin: Twin) -> None:
        residents = {r["msoa11cd"]: r["residents"] for r in rows_of(twin, "population_msoa11_2011")}
        assert residents["E02004511"] == 100 + 101 + 102 + 103
        assert residents["E02006291"] == 108 + 109 + 110 + 111 + 7
        assert sum(residents.values()) == sum(range(100, 132)) + 7

    def test_travel_to_work_area_goes_by_the_majority_of_residents(self, twin: Twin) -> None:
        rows = {r["msoa11cd"]: r for r in rows_of(twin, "ttwa11_msoa11")}
        # 108 + 109 and the seven of the unlisted area commute to Colchester, 110 + 111 do not.
        assert rows["E02006291"]["ttwa11nm"] == "Colchester"
        assert rows["E02006291"]["share"] == pytest.approx(224 / 445)
        assert rows["E02006292"]["ttwa11nm"] == "Ipswich"
        whole = rows_of(twin, "ttwa11_lookup")
        assert len(whole) == 17  # with one of Northern Ireland; the blank row is dropped
        assert whole[0] == {
            "lsoa11cd": "95DD04W1",
            "msoa11cd": None,
            "lad25cd": None,
            "ttwa11cd": "E30000029",
            "ttwa11nm": "Colchester",
            "residents_2011": None,
        }

    def test_each_output_area_has_its_lsoa_and_how_it_is_known(self, twin: Twin) -> None:
        rows = {r["oa11cd"]: (r["lsoa11cd"], r["placed"]) for r in rows_of(twin, "oa11_lookup")}
        assert len(rows) == 33
        listed = {area[0]: (area[1], "lookup") for area in twin_country.output_areas()}
        unlisted = rows.pop(twin_country.UNLISTED_OA)
        assert rows == listed
        # Both neighbours in the order of codes lie in the same zone, so it lies there too.
        assert unlisted == (listed["E00000009"][0], "between")

    def test_enterprises_of_a_district_that_is_no_more_are_its_successors(self, twin: Twin) -> None:
        found = {
            (r["lad25cd"], r["year"]): r["enterprises"] for r in rows_of(twin, "enterprises_lad")
        }
        assert found["E06000065", 2017] == 300 + 300
        assert found["E06000065", 2022] == 305 + 305
        assert {code for code, _ in found} == {"E07000071", "E07000202", "E06000065", "W06000015"}

    def test_jobs_are_told_by_industry_without_its_letters(self, twin: Twin) -> None:
        rows = rows_of(twin, "jobs_msoa21_2024")
        assert sum(r["employees"] for r in rows) == 9 * 60
        assert {r["industry"]: r["employees"] for r in rows} == {
            "Agriculture, forestry & fishing": 10,
            "Mining, quarrying & utilities": 20,
            "Motor trades": 30,
        }


class TestRoads:
    def test_loop_and_france_are_left_out_and_every_edge_stands_once(self, twin: Twin) -> None:
        assert [(r["u"], r["v"], r["km"]) for r in rows_of(twin, "roads_edges")] == [
            (k, k + 1, 3.0) for k in range(7)
        ]
        for row in rows_of(twin, "roads_nodes"):
            middle = shapely.centroid(twin_country.square(row["node"]))
            assert abs(row["easting"] - middle.x) + abs(row["northing"] - middle.y) < 12

    def test_carriageways_come_from_the_survey_but_no_slip_road(self, twin: Twin) -> None:
        major = {
            (r["u"], r["v"]): (r["dual"], r["motorway"], r["surveyed"])
            for r in rows_of(twin, "roads_network_edges")
            if r["kind"] == "major"
        }
        assert major[0, 1] == (1.0, 0.0, True)
        assert major[1, 2] == (0.0, 0.0, True)
        assert major[2, 3] == (1.0, 1.0, True)
        assert major[4, 5] == (0.0, 0.0, False)  # the survey ends before it

    def test_numbered_roads_have_their_lines_and_no_slip_road(self, twin: Twin) -> None:
        rows = rows_of(twin, "roads_named")
        assert [(r["road"], r["motorway"], r["line"]) for r in rows] == [
            *[("A1", False, 0)] * 2,
            *[("M2", True, 0)] * 2,
        ]
        for row, square in zip(rows, (0, 1, 2, 3), strict=True):  # from middle to middle
            middle = shapely.centroid(twin_country.square(square))
            assert abs(row["easting"] - middle.x) + abs(row["northing"] - middle.y) < 20

    def test_minutes_rise_with_the_distance_from_the_centre(self, twin: Twin) -> None:
        # Most people of Colchester live in its second zone, so that is where its centre is.
        tenths = {r["msoa11cd"]: r["tenths"] for r in rows_of(twin, "minutes_colchester_msoa11")}
        eastwards = [tenths[code] for code, _, _ in twin_country.ZONES[1:]]
        assert eastwards == sorted(eastwards)
        assert tenths[SPLIT] == 0
        # Three kilometres either way, but those to the west are a dual carriageway.
        assert 0 < tenths["E02004511"] < tenths["E02006291"]
        keys = [r["key"] for r in rows_of(twin, "postcodes")]
        by_key = dict(
            zip(
                keys,
                (r["tenths"] for r in rows_of(twin, "minutes_colchester_postcodes")),
                strict=True,
            )
        )
        assert by_key[parse_postcode("BT1 1AA").key] < 0  # no minutes beyond England and Wales
        assert by_key[parse_postcode("CO2 9ZD").key] < 0  # nor without a place
        assert by_key[parse_postcode("CO2 0AA").key] > 0
