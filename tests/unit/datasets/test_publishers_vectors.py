"""Polygons and lines in every vector format, whole and streamed."""

from __future__ import annotations

import gzip
import json
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
from shapely.geometry import Point, Polygon, box

from localarea.datasets.publishers.layers import list_layers, stream_features
from localarea.datasets.publishers.vectors import read_vectors, read_zone_polygons
from localarea.errors import CrsError, FileFormatError, SchemaError

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("fiona", reason="fiona has no wheel for this Python")

BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


def county(**more: Any) -> gpd.GeoDataFrame:
    shapes = [box(600000, 225000, 601000, 226000), box(601000, 225000, 602000, 226000)]
    frame = {"MSOA11CD": ["E02004504", "E02004503"], "MSOA11NM": ["B", "A"], **more}
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:27700")


def geojson_lines(folder: Path) -> Path:
    path = folder / "zones.geojsonl.gz"
    document = json.loads(county().to_crs("EPSG:4326").to_json())
    lines = "".join(json.dumps(feature) + "\n" for feature in document["features"])
    path.write_bytes(gzip.compress(lines.encode()))
    return path


def geojson(folder: Path) -> Path:
    path = folder / "zones.geojson"
    county().to_crs("EPSG:4326").to_file(path)
    return path


def geopackage(folder: Path) -> Path:
    path = folder / "zones.gpkg"
    county().to_file(path, layer="zones")
    return path


def shapefile(folder: Path) -> Path:
    path = folder / "zones.shp"
    county().to_file(path)
    return path


def zipped_shapefile(folder: Path) -> Path:
    shapefile(folder)
    path = folder / "zones.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.glob("zones.*"):
            if part != path:
                archive.write(part, part.name)
    return path


FORMATS = [geojson_lines, geojson, geopackage, shapefile, zipped_shapefile]


@pytest.mark.parametrize("write", FORMATS)
def test_zones_come_on_the_grid_by_code(write: Any, tmp_path: Path) -> None:
    frame = read_zone_polygons(write(tmp_path), "MSOA11CD")
    assert frame.crs == "EPSG:27700"
    assert frame.index.tolist() == ["E02004503", "E02004504"]
    assert frame["msoa11nm"].tolist() == ["A", "B"]
    assert frame.area.to_numpy() == pytest.approx([1e6, 1e6], rel=1e-3)


@pytest.mark.parametrize("write", FORMATS)
def test_layers_are_listed_and_streamed(write: Any, tmp_path: Path) -> None:
    path = write(tmp_path)
    (layer,) = list_layers(path)
    assert (layer.features, layer.geometry) == (2, "Polygon")
    assert layer.crs in ("EPSG:27700", "EPSG:4326")
    features = list(stream_features(path, columns=["MSOA11CD"]))
    assert [f.properties for f in features] == [
        {"MSOA11CD": "E02004504"},
        {"MSOA11CD": "E02004503"},
    ]
    assert all(f.geometry is not None and f.geometry.is_valid for f in features)


def test_a_box_limits_what_is_read(tmp_path: Path) -> None:
    path, left = geopackage(tmp_path), (600100, 225100, 600200, 225200)
    assert read_vectors(path, bounds=left)["msoa11cd"].tolist() == ["E02004504"]
    (only,) = stream_features(path, bounds=left)
    assert only.properties["MSOA11CD"] == "E02004504"


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="no column lsoa11cd; the columns are MSOA11CD"):
        list(stream_features(geopackage(tmp_path), columns=["lsoa11cd"]))


def test_several_layers_must_be_named(tmp_path: Path) -> None:
    path = geopackage(tmp_path)
    county().to_file(path, layer="others")
    assert [layer.name for layer in list_layers(path)] == ["zones", "others"]
    with pytest.raises(FileFormatError, match="2 layers: zones, others; name one"):
        read_vectors(path)
    with pytest.raises(FileFormatError, match="no layer 'nothing'"):
        read_vectors(path, layer="nothing")
    assert len(read_vectors(path, layer="others")) == 2


def test_no_reference_system_is_no_guess(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(CrsError, match="no CRS is set"):
        read_vectors(path)
    assert read_vectors(path, assume_crs="EPSG:27700").crs == "EPSG:27700"


def test_crossed_outlines_are_mended_or_refused(tmp_path: Path) -> None:
    frame = county().set_geometry([BOW_TIE, box(20, 0, 30, 10)], crs="EPSG:27700")
    path = tmp_path / "crossed.gpkg"
    frame.to_file(path)
    mended = read_zone_polygons(path, "msoa11cd")
    assert mended.is_valid.all()
    assert mended.loc["E02004504"].geometry.area == pytest.approx(50)  # two triangles of 25
    with pytest.raises(SchemaError, match="not valid, such as 'E02004504'"):
        read_zone_polygons(path, "msoa11cd", repair=False)


def test_every_fault_is_gathered(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"msoa11cd": ["E02004503", "E02004503", "Colchester"]},
        geometry=[box(0, 0, 1, 1), Point(0, 0), box(0, 0, 1, 1)],
        crs="EPSG:27700",
    )
    path = tmp_path / "faults.geojson"
    frame.to_crs("EPSG:4326").to_file(path)
    with pytest.raises(SchemaError) as caught:
        read_zone_polygons(path, "msoa11cd")
    for part in ("no code in msoa11cd, such as 'Colchester'", "repeats a msoa11cd", "no polygon"):
        assert part in str(caught.value)
    with pytest.raises(SchemaError, match="no column lsoa11cd; the columns are msoa11cd"):
        read_zone_polygons(path, "lsoa11cd")


@pytest.mark.parametrize("read", [read_vectors, list_layers, lambda p: list(stream_features(p))])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!doctype html><title>Sign in</title>", "web page"),
        (b"", "nothing at all"),
        (b"a,b\n1,2\n", "expected GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [', "expected GeoJSON"),
    ],
)
def test_other_files_are_named(read: Any, content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.geojson"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=says):
        read(path)


@pytest.mark.slow
def test_published_districts(raw_folder: Path) -> None:
    path = raw_folder / "boundaries" / "LAD20_BGC.geojsonl.gz"
    (layer,) = list_layers(path)
    assert layer.features == 379
    first = next(stream_features(path))
    assert first.properties["lad20cd"] == "E06000001"
    assert len(read_zone_polygons(path, "lad20cd")) == 379  # 51 of them cross themselves


def test_published_roads(raw_folder: Path) -> None:
    path = raw_folder / "roads" / "national_highways_2020_bbox.gpkg"
    (layer,) = list_layers(path)
    colchester = (0.8, 51.8, 1.0, 52.0)
    streamed = sum(1 for _ in stream_features(path, bounds=colchester))
    assert 0 < streamed < layer.features
    assert "A12" in set(read_vectors(path, bounds=colchester)["roa_number"])
