"""Scenarios that move thresholds, change the census, take polygons and are kept as TOML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely
from options_county import A, F, M

from localarea.comparison.scenario import Scenario
from localarea.errors import (
    CrsError,
    EmptyResultError,
    FileFormatError,
    InputError,
    OutsideCoverageError,
    SettingError,
    VintageError,
)
from localarea.places.polygons import Polygon, read_polygon

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council

# Round the middle of Colchester, in degrees: longitude first.
RING = [[0.85, 51.85], [0.95, 51.85], [0.95, 51.93], [0.85, 51.93], [0.85, 51.85]]
AROUND_COLCHESTER = {"type": "Polygon", "coordinates": [RING]}


def write(folder: Path, shapes: list[Any], *, name: str = "a.gpkg", crs: Any = 27700) -> Path:
    path = folder / name
    gpd.GeoDataFrame(geometry=shapes, crs=crs).to_file(path)
    return path


def test_threshold_changes_the_catchment_by_hand(council: Council, store: DataStore) -> None:
    # Of the 80 commuters of Midham's first zone 30 go to Anchorton (37.5%), of the 50 of
    # Farley's first zone 5 (10%); nobody else goes there.
    found = {
        share: Scenario.of("catchment").with_threshold(min_share=share).option(council, store=store)
        for share in (0.5, 0.25, 0.1)
    }
    assert found[0.5].zones == A
    assert found[0.25].zones == (*A, M[0])
    assert found[0.1].zones == (*A, M[0], F[0])
    assert found[0.1].parameters["min_share"] == 0.1
    assert found[0.1].id == "catchment@min_share=0.1"


def test_census_of_2021_chooses_by_its_own_commuters(council: Council, store: DataStore) -> None:
    # In 2021 everybody works where they live, so that only the anchor itself is left.
    option = Scenario.of("catchment").with_vintage(2021).option(council, store=store)
    assert option.zones == A
    assert option.zone_system == "msoa11"
    assert {"flows_2021", "msoa11_msoa21"} <= set(option.vintages)
    assert option.id == "catchment@2021"
    unmoved = Scenario.of("district").with_vintage(2021).option(council, store=store)
    assert unmoved.zones == A
    assert "does not use the commuters" in unmoved.parameters["notes"][0]


def test_split_zone_comes_back_whole_from_2021(council: Council, store: DataStore) -> None:
    # Farley's last zone was split in 2021; with both halves inside it is inside again.
    option = Scenario.of("catchment+farley").with_vintage(2021).option(council, store=store)
    assert option.zones == (*A, *F)


@pytest.mark.parametrize("year", [1991, 2022])
def test_unknown_census(year: int) -> None:
    with pytest.raises(VintageError, match="2011 or 2021"):
        Scenario.of("catchment").with_vintage(year)


def test_unknown_threshold_says_what_there_is() -> None:
    with pytest.raises(SettingError, match="it accepts flows, min_share"):
        Scenario.of("catchment").with_threshold(min_shar=0.1).option()
    with pytest.raises(InputError, match="number or text"):
        Scenario.of("catchment").with_threshold(min_share=float("nan"))


def test_polygon_takes_the_zones_whose_centroids_it_holds(tmp_path: Path) -> None:
    from localarea.datasets.centroids import read_centroids

    path = write(tmp_path, [shapely.box(598_000, 222_000, 604_000, 228_000)])
    option = Scenario.of("district").exclude(path).include(str(path)).option()
    own = Scenario.of("district").exclude(path).option()
    centroids = read_centroids("msoa11").set_index("msoa11cd")
    east, north = centroids["easting"], centroids["northing"]
    held = centroids.index[east.between(598_000, 604_000) & north.between(222_000, 228_000)]
    assert len(held) > 3
    assert set(option.zones) - set(own.zones) == set(held)
    assert "population-weighted" in option.parameters["notes"][0]


def test_drawn_geojson_is_taken_as_mapping_and_as_text() -> None:
    feature = {"type": "Feature", "properties": {"name": "Town"}, "geometry": AROUND_COLCHESTER}
    collection = {"type": "FeatureCollection", "features": [feature]}
    drawn = [
        Scenario.of("district").exclude(source)
        for source in (collection, json.dumps(collection), json.dumps(feature))
    ]
    assert len(set(drawn)) == 1
    assert drawn[0].changes[0].place == "Town"
    assert len(drawn[0].option().zones) < len(Scenario.of("district").option().zones)


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
def test_files_of_polygons(ending: str, tmp_path: Path) -> None:
    crs = 4326 if ending == "geojson" else 27700
    shapes = gpd.GeoSeries([shapely.box(598_000, 222_000, 604_000, 228_000)], crs=27700).to_crs(crs)
    path = write(tmp_path, list(shapes), name=f"a.{ending}", crs=crs)
    found = shapely.from_wkt(read_polygon(path).wkt)
    expected = shapely.box(598_000, 222_000, 604_000, 228_000)
    assert found.symmetric_difference(expected).area / expected.area < 0.001


BOW_TIE = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
FAULTS: list[tuple[str, list[Any], Any, type[Exception], str]] = [
    ("self-crossing", [BOW_TIE], 27700, InputError, "Self-intersection"),
    ("empty", [shapely.Polygon()], 27700, InputError, "empty|no polygon"),
    ("a line", [shapely.LineString([(0, 0), (5, 5)])], 27700, InputError, "LineString"),
    ("no system", [shapely.box(6e5, 2e5, 6.1e5, 2.1e5)], None, CrsError, "no CRS is set"),
    ("metres as degrees", [shapely.box(6e5, 2e5, 6.1e5, 2.1e5)], 4326, InputError, "metres"),
    ("degrees as metres", [shapely.box(0.8, 51.8, 0.9, 51.9)], 27700, InputError, "degrees"),
    ("in the sea", [shapely.box(8e5, 1e5, 8.1e5, 1.1e5)], 27700, OutsideCoverageError, "no zone"),
    ("in Scotland", [shapely.box(3e5, 6.7e5, 3.1e5, 6.8e5)], 27700, OutsideCoverageError, "no z"),
    ("too small", [shapely.box(6e5, 2.2e5, 6e5 + 5, 2.2e5 + 5)], 27700, InputError, "centroid"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize("case", FAULTS, ids=[fault[0] for fault in FAULTS])
def test_polygons_that_cannot_be_used(
    case: tuple[str, list[Any], Any, type[Exception], str], tmp_path: Path
) -> None:
    _, shapes, crs, kind, words = case
    path = write(tmp_path, shapes, name="a.shp" if crs is None else "a.gpkg", crs=crs)
    with pytest.raises(kind, match=words):
        Scenario.of("district").include(path).option()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{", "not GeoJSON"),
        ("{}", "no polygon|not GeoJSON"),
        ({"type": "FeatureCollection", "features": []}, "no polygon"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        ({"type": "Polygon", "coordinates": [[[1, 2]]]}, "not GeoJSON of a polygon"),
        ({"type": "Hexagon", "coordinates": [[[1, 2]]]}, "not GeoJSON of a polygon"),
    ],
)
def test_drawings_that_cannot_be_used(source: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Scenario.of("district").include(source)


def test_latitude_first_is_suspected() -> None:
    ring = [[y, x] for x, y in RING]
    with pytest.raises(OutsideCoverageError, match="longitude first"):
        Scenario.of("district").include({"type": "Polygon", "coordinates": [ring]}).option()


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="no such file"):
        Scenario.of("district").include("nowhere.gpkg")
    broken = tmp_path / "a.gpkg"
    broken.write_text("not a GeoPackage")
    with pytest.raises(FileFormatError, match="cannot be read"):
        Scenario.of("district").include(broken)


def test_polygon_over_everything_leaves_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, [shapely.box(0, 0, 700_000, 1_300_000)])
    with pytest.raises(EmptyResultError, match="no zones left"):
        Scenario.of("district").exclude(path).option()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("base = ", "not TOML"),
        ("", "'base' must be"),
        ('base = "district"\nvintage = 1999', "1999"),
        ('base = "district"\nbasis = 1', "'basis' is not known"),
        ('base = "district"\nchanges = 1', r"\[\[changes\]\]"),
        ('base = "district"\n[thresholds]\nx = [1]', "number or text"),
        ('base = "d"\n[[changes]]\naction = "add"\nplace = ""', "include or exclude.*blank"),
        (
            'base = "d"\n[[changes]]\naction = "include"\nplace = "x"\npolygon = "POINT (0 0)"',
            "Point",
        ),
    ],
)
def test_toml_that_says_nothing_sensible(text: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        Scenario.from_toml(text)


def test_polygons_of_one_label_are_told_apart() -> None:
    one = Scenario.of("district").include(AROUND_COLCHESTER)
    other = {"type": "Polygon", "coordinates": [[*RING[:3], RING[0]]]}
    assert one.id != Scenario.of("district").include(other).id
    kept = Scenario.from_toml(one.to_toml())
    assert kept == one
    assert hash(kept) == hash(one)
    assert isinstance(kept.changes[0].polygon, Polygon)
