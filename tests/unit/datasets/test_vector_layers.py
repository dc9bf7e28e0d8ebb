"""Files of several layers, zips of several files, and what only looks like a vector file."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import box

from localarea.cli.app import run
from localarea.comparison.scenario import Scenario
from localarea.datasets.publishers.layers import list_layers, stream_features
from localarea.datasets.publishers.vector_files import split_layer
from localarea.datasets.publishers.vectors import read_vectors, read_zone_polygons
from localarea.errors import CrsError, FileFormatError, InputError
from localarea.places.polygons import looks_drawn, read_polygon

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("fiona", reason="fiona has no wheel for this Python")

WEST, EAST = box(598_000, 222_000, 601_000, 228_000), box(601_000, 222_000, 604_000, 228_000)
CODES = ["E02004503", "E02004504"]
RING = [[0.85, 51.85], [0.95, 51.85], [0.95, 51.93], [0.85, 51.93], [0.85, 51.85]]
FEATURE = {
    "type": "Feature",
    "properties": {"msoa11cd": CODES[0]},
    "geometry": {"type": "Polygon", "coordinates": [RING]},
}
WHOLE = {"type": "FeatureCollection", "features": [FEATURE]}
READERS = [read_polygon, read_vectors, lambda p: list(stream_features(p))]


def zones(codes: list[str] = CODES, crs: Any = 27700) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"msoa11cd": codes}, geometry=[WEST, EAST], crs=crs)


def two_layers(folder: Path) -> Path:
    path = folder / "zones.gpkg"
    zones().iloc[:1].to_file(path, layer="old idea")
    zones().to_file(path, layer="msoa")
    return path


def with_styles(folder: Path) -> Path:
    """Write a GeoPackage as QGIS does: the styles are a table among the contents."""
    path = folder / "styles.gpkg"
    zones().to_file(path, layer="msoa")
    with closing(sqlite3.connect(path)) as book, book:
        book.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleQML TEXT)")
        book.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles')"
        )
    return path


def shapefile(folder: Path, name: str, frame: gpd.GeoDataFrame | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (zones() if frame is None else frame).to_file(folder / f"{name}.shp")
    return folder / f"{name}.shp"


def packed(folder: Path, *members: str, without: str = "") -> Path:
    """Pack what is in a folder, with what a Mac and a publisher add."""
    path = folder.parent / "zones.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.rglob("*")):
            if part.is_file() and part.suffix != without:
                archive.write(part, part.relative_to(folder))
        for member in ("__MACOSX/a/._first.shp", "a/readme.txt", *members):
            archive.writestr(member, b"\x00\x05\x16\x07")
    return path


# Several layers.


@pytest.mark.parametrize("read", READERS)
def test_a_file_of_several_layers_is_asked_about_and_names_them(read: Any, tmp_path: Path) -> None:
    path = two_layers(tmp_path)
    with pytest.raises(FileFormatError, match="2 layers: old idea, msoa; name one, such as zones"):
        read(path)


@pytest.mark.parametrize("layer", ["msoa", "MSOA"])
def test_a_layer_is_named_after_its_file(layer: str, tmp_path: Path) -> None:
    path = f"{two_layers(tmp_path)}:{layer}"
    assert len(read_vectors(path)) == len(list(stream_features(path))) == 2
    assert read_zone_polygons(path, "msoa11cd").index.tolist() == CODES
    polygon = read_polygon(path)
    assert polygon.label == f"zones.gpkg:{layer}"
    assert polygon.wkt != read_polygon(f"{tmp_path}/zones.gpkg:old idea").wkt


@pytest.mark.parametrize("read", READERS)
def test_a_layer_that_is_not_there_is_told_with_those_that_are(read: Any, tmp_path: Path) -> None:
    path = two_layers(tmp_path)
    with pytest.raises(FileFormatError, match="no layer 'lsoa'; it has old idea, msoa"):
        read(f"{path}:lsoa")


@pytest.mark.parametrize("read", READERS)
def test_the_styles_of_qgis_are_no_layer(read: Any, tmp_path: Path) -> None:
    path = with_styles(tmp_path)
    read(path)
    assert [layer.name for layer in list_layers(path)] == ["msoa"]
    with pytest.raises(FileFormatError, match="no layer 'layer_styles'; it has msoa"):
        read(f"{path}:layer_styles")


def test_a_table_beside_one_layer_is_no_rival_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    zones().to_file(path, layer="zones")
    pyogrio.write_dataframe(pd.DataFrame({"source": ["ONS"]}), path, layer="sources")
    assert len(read_vectors(path)) == 2
    assert read_polygon(path).label == "a.gpkg"


def test_a_file_whose_own_name_has_a_colon_is_that_file(tmp_path: Path) -> None:
    plain = two_layers(tmp_path)
    odd = tmp_path / "zones.gpkg:msoa"
    odd.write_bytes(b"")
    assert split_layer(odd) == (odd, None)
    odd.unlink()
    assert split_layer(odd) == (plain, "msoa")
    named = tmp_path / "12:30.gpkg"
    zones().to_file(named, layer="a:b")
    assert split_layer(named) == (named, None)
    assert split_layer(f"{named}:a:b") == (named, "a:b")
    assert len(read_vectors(f"{named}:a:b")) == len(read_vectors(named)) == 2
    assert read_polygon(named).label == "12:30.gpkg"


@pytest.mark.parametrize(
    "name", ["C:/maps/a.gpkg", "nowhere.gpkg:msoa", "a" * 300 + ".gpkg", "a.gpkg:" + "b" * 300]
)
def test_a_file_that_is_not_there_is_told_as_that(name: str) -> None:
    for read in (read_polygon, read_vectors):
        with pytest.raises(FileFormatError, match=r"no such file|cannot be read"):
            read(name)


def test_names_of_files_and_places_are_told_apart() -> None:
    files = ["a.gpkg", "a.GPKG:b", "my zones.zip:first", "a.shp ", "/maps/a.json", "a.geojson:x:y"]
    assert all(looks_drawn(name) for name in files)
    assert not any(looks_drawn(n) for n in ["Colchester", "ttwa:Colchester", "51.9,0.9", "gpkg:a"])


# Zips.


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("folder", ["", "MSOA 2011", "a/b"])
def test_a_shapefile_in_a_folder_of_a_zip_is_read(read: Any, folder: str, tmp_path: Path) -> None:
    shapefile(tmp_path / "in" / folder, "zones")
    path = packed(tmp_path / "in")
    read(path)
    assert len(read_vectors(path)) == 2
    assert read_polygon(path).label == "zones.zip"


@pytest.mark.parametrize("read", READERS)
def test_two_shapefiles_in_a_zip_are_asked_about(read: Any, tmp_path: Path) -> None:
    shapefile(tmp_path / "in" / "a", "first")
    shapefile(tmp_path / "in" / "a", "second", zones().iloc[:1])
    path = packed(tmp_path / "in")
    with pytest.raises(FileFormatError, match="2 vector files: first, second; name one, such as"):
        read(path)
    with pytest.raises(
        FileFormatError, match=r"not hold exactly one vector file 'third'.*first, second"
    ):
        read(f"{path}:third")
    for name in ("second", "second.shp", "a/second", "Second"):
        assert len(read_vectors(f"{path}:{name}")) == 1
    assert len(read_vectors(f"{path}:first")) == len(read_vectors(path, layer="first")) == 2
    read(f"{path}:first")


def test_files_of_one_name_in_a_zip_are_told_apart_by_their_folder(tmp_path: Path) -> None:
    shapefile(tmp_path / "in" / "a", "zones")
    shapefile(tmp_path / "in" / "b", "zones", zones().iloc[:1])
    path = packed(tmp_path / "in")
    with pytest.raises(FileFormatError, match=r"a/zones\.shp, b/zones\.shp"):
        read_vectors(path)
    assert len(read_vectors(f"{path}:b/zones")) == 1


def test_a_geopackage_of_several_layers_in_a_zip_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    two_layers(tmp_path / "in")
    path = packed(tmp_path / "in")
    for read in READERS:
        with pytest.raises(FileFormatError, match="2 layers: old idea, msoa; name one, such as z"):
            read(path)
        read(f"{path}:msoa")
    zones().to_file(tmp_path / "in" / "others.gpkg", layer="others")
    path = packed(tmp_path / "in")
    with pytest.raises(FileFormatError, match=r"name one, such as zones\.zip:zones:old"):
        read_vectors(f"{path}:zones")
    assert len(read_vectors(f"{path}:zones:old idea")) == 1


def test_geojson_in_a_zip_is_read_and_looked_at(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    inner = tmp_path / "in" / "zones.geojson"
    inner.write_text(json.dumps(WHOLE))
    path = packed(tmp_path / "in")
    assert len(read_vectors(path)) == 1
    assert read_polygon(path).wkt == read_polygon(inner).wkt
    inner.write_text(json.dumps({**WHOLE, "exceededTransferLimit": True}))
    path = packed(tmp_path / "in")
    for read in READERS:
        with pytest.raises(InputError, match="one page of several"):
            read(path)


@pytest.mark.parametrize("read", READERS)
def test_zips_without_a_vector_file_are_told(read: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(FileFormatError, match=r"no vector file in the zip archive: it holds a/"):
        read(packed(tmp_path / "in"))
    with pytest.raises(FileFormatError, match=r"the content of a\.gpkg is not a GeoPackage"):
        read(packed(tmp_path / "in", "a.gpkg"))
    path = tmp_path / "cut.zip"
    path.write_bytes(packed(tmp_path / "in").read_bytes()[:-30])
    with pytest.raises(FileFormatError, match="damaged or cut short"):
        read(path)


# Parts of a Shapefile.


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_shapefile_without_its_index_says_which_part(
    read: Any, zipped: bool, tmp_path: Path
) -> None:
    path = shapefile(tmp_path / "in", "zones")
    if zipped:
        path = packed(tmp_path / "in", without=".shx")
    else:
        path.with_suffix(".shx").unlink()
    with pytest.raises(FileFormatError, match=r"the \.shx .* is missing; copy all its parts"):
        read(path)


@pytest.mark.parametrize("zipped", [False, True])
def test_a_shapefile_without_its_table_has_polygons_and_no_codes(
    zipped: bool, tmp_path: Path
) -> None:
    path = shapefile(tmp_path / "in", "zones")
    wkt = read_polygon(path).wkt
    if zipped:
        path = packed(tmp_path / "in", without=".dbf")
    else:
        path.with_suffix(".dbf").unlink()
    with pytest.raises(FileFormatError, match=r"\.dbf file, which holds the columns, is missing"):
        read_zone_polygons(path, "msoa11cd")
    assert read_polygon(path).wkt == wkt


@pytest.mark.parametrize("read", [read_polygon, read_vectors])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_shapefile_without_its_system_says_which_part(
    read: Any, zipped: bool, tmp_path: Path
) -> None:
    path = shapefile(tmp_path / "in", "zones")
    if zipped:
        path = packed(tmp_path / "in", without=".prj")
    else:
        path.with_suffix(".prj").unlink()
    with pytest.raises(CrsError, match=r"no CRS is set; .*\.prj, so copy that as well"):
        read(path)


@pytest.mark.parametrize("ending", [".shx", ".dbf", ".prj", ".cpg"])
def test_a_part_of_a_shapefile_is_no_file(ending: str, tmp_path: Path) -> None:
    path = shapefile(tmp_path, "zones").with_suffix(ending)
    for read in (read_vectors, list_layers):
        with pytest.raises(FileFormatError, match=r"one part of a Shapefile; use its \.shp"):
            read(path)


# GeoJSON that is none, or not all.

UNCLOSED = {**FEATURE, "geometry": {"type": "Polygon", "coordinates": [RING[:4]]}}
LINK = [{"rel": "next", "href": "https://example.org/items?offset=1"}]
NONE: list[tuple[Any, str]] = [
    ({"error": {"code": 400, "message": "Invalid"}}, "an error document \\(400: Invalid\\); fetch"),
    ({"status": "Pending", "progressInPercent": 0}, "still being made \\(Pending\\); .* minutes"),
    ({**WHOLE, "exceededTransferLimit": True}, "one page of several .*; fetch the whole file"),
    ({**WHOLE, "properties": {"exceededTransferLimit": True}}, "one page of several"),
    ({**WHOLE, "numberMatched": 7201, "numberReturned": 1}, "1 of 7,201 features"),
    ({**WHOLE, "totalFeatures": 7201, "numberReturned": 1}, "1 of 7,201 features"),
    ({**WHOLE, "links": LINK}, "a link to the next"),
    ({**WHOLE, "crs": {"type": "name", "properties": {"name": "banana"}}}, "'crs': 'banana'"),
    ({**WHOLE, "crs": "banana"}, "'crs': 'banana' is not a supported coordinate reference system"),
    ({"type": "Topology", "objects": {}, "arcs": []}, "is TopoJSON; export it"),
    ({"type": "FeatureCollection", "features": None}, "features"),
    ({**WHOLE, "features": [UNCLOSED]}, "ring .*is not closed"),
]  # fmt: skip


@pytest.mark.parametrize("read", READERS[:2])
@pytest.mark.parametrize(("document", "says"), NONE)
def test_geojson_that_is_none_or_not_all_is_told(
    read: Any, document: Any, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match=says):
        read(path)


@pytest.mark.parametrize(("document", "says"), NONE[:7])
def test_a_drawing_sent_to_the_service_is_looked_at_as_well(document: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_polygon(document)
    with pytest.raises(InputError, match=says):
        Scenario.of("district").include(json.dumps(document))


def test_a_packed_page_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson.gz"
    path.write_bytes(gzip.compress(json.dumps({**WHOLE, "numberMatched": 2}).encode()))
    with pytest.raises(FileFormatError, match="1 of 2 features"):
        read_vectors(path)
    path.write_bytes(gzip.compress(json.dumps(WHOLE).encode())[:-20])
    with pytest.raises(FileFormatError, match="cut short"):
        read_vectors(path)


def test_an_error_of_a_feature_server_in_xml_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.gml"
    path.write_text('<?xml version="1.0"?><ows:ExceptionReport version="2.0.0"/>')
    with pytest.raises(FileFormatError, match="an error document"):
        read_vectors(path)


def test_a_file_that_leads_to_others_is_not_followed(tmp_path: Path) -> None:
    zones().to_file(tmp_path / "a.gpkg", layer="a")
    path = tmp_path / "a.geojson"
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{tmp_path}/a.gpkg'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    assert len(gpd.read_file(path)) == 2  # GDAL itself goes there
    with pytest.raises(FileFormatError, match="only links to other files; use the file"):
        read_vectors(path)


@pytest.mark.parametrize("crs", ["EPSG:27700", {"properties": {"name": "EPSG:27700"}}])
def test_a_system_given_as_text_is_read(crs: Any, tmp_path: Path) -> None:
    ring = [list(point) for point in WEST.exterior.coords]
    feature = {**FEATURE, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({**WHOLE, "features": [feature], "crs": crs}))
    assert read_vectors(path).area.tolist() == pytest.approx([WEST.area])
    (layer,) = list_layers(path)
    assert layer.crs == "EPSG:27700"


def test_codes_padded_with_spaces_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    zones([" E02004503", "E02004504 "]).to_file(path)
    frame = read_zone_polygons(path, "msoa11cd")
    assert frame.index.tolist() == CODES


# The command.


def test_scenario_asks_which_layer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = two_layers(tmp_path)
    assert run(["scenario", "district", "--polygon", str(path)]) == 2
    said = capsys.readouterr().err
    assert "2 layers: old idea, msoa; name one, such as zones.gpkg:old idea" in said
    assert len(said.strip().splitlines()) == 1
    for option in ("--polygon", "--include"):
        assert run(["scenario", "district", option, f"{path}:msoa", "--json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert "zones.gpkg:msoa" in document["options"][-1]["title"]
