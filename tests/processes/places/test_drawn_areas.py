"""Areas that people send: a right answer, or a refusal that names what is wrong and what to do."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyproj.network
import pytest
import shapely

from localarea.comparison.scenario import Scenario
from localarea.errors import FileFormatError, InputError, SettingError
from localarea.geo.crs import parse_crs, without_network
from localarea.geo.validity import count_meetings
from localarea.places import drawn_areas
from localarea.places.polygons import Polygon, read_polygon, shape_of
from localarea.roads.osm.osmnx_graph import from_osmnx

if TYPE_CHECKING:
    from pathlib import Path

RING = [[0.8, 51.8], [1.0, 51.8], [1.0, 51.95], [0.8, 51.95], [0.8, 51.8]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}


def feature(geometry: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": geometry, **more}


def collection(*geometries: Any, **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature(g) for g in geometries], **more}


# As OGC 09-048r5 (names of the OGC) and GeoJSON of 2008 write them.
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("EPSG:27700", 27700),
        ("epsg:4326", 4326),
        (" EPSG:3857 ", 3857),
        ("urn:ogc:def:crs:EPSG::27700", 27700),
        ("urn:ogc:def:crs:EPSG:8.9:27700", 27700),
        ("urn:x-ogc:def:crs:EPSG::4326", 4326),
        ("http://www.opengis.net/def/crs/EPSG/0/27700", 27700),
        ("https://www.opengis.net/def/crs/EPSG/0/4326", 4326),
        ("CRS84", 4326),
        ("OGC:CRS84", 4326),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("urn:ogc:def:crs:OGC::CRS84", 4326),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326),
    ],
)
def test_names_of_systems_that_are_read(name: str, code: int) -> None:
    assert parse_crs(name) == f"EPSG:{code}"


@pytest.mark.parametrize(
    "name",
    [
        *("", "banana", "/dev/zero", "/etc/passwd", "../x.prj", "file:///etc/passwd"),
        *("http://127.0.0.1:1/27700", "http://www.opengis.net.example/def/crs/EPSG/0/27700"),
        *("+proj=longlat +nadgrids=/dev/zero", "+init=epsg:27700", "+proj=pipeline"),
        *("+proj=tmerc +nadgrids=@http://127.0.0.1/x.gsb", "WGS84", "British National Grid"),
        *("EPSG:", "EPSG:0", "EPSG:99999999", "EPSG:27700+5701", "EPSG:27700\n/dev/zero"),
        *("EPSG:\uff12\uff17\uff17\uff10\uff10", "ESRI:102100", "IGNF:LAMB93", "OGC:CRS27"),
        'PROJCS["x",GEOGCS["y",DATUM["z",SPHEROID["a",1,2]]]]',
        '{"type": "GeographicCRS"}',
        *(None, 27700, ["EPSG:27700"], {"a": 1}, float("nan"), True),
    ],
)
def test_any_other_name_of_a_system_is_refused(name: object) -> None:
    with pytest.raises(InputError, match="use EPSG:27700"):
        parse_crs(name)


# By EPSG's registry: 4978 is geocentric, 5701 the height above Newlyn, 7405 both together,
# 4979 has heights, 9999 is not given out.
@pytest.mark.parametrize("number", [4978, 5701, 7405, 4979, 9999])
def test_numbers_of_what_is_no_map_are_refused(number: int) -> None:
    with pytest.raises(InputError, match=f"EPSG:{number} is not a two-dimensional map system"):
        parse_crs(f"EPSG:{number}")


def test_the_network_of_proj_is_off() -> None:
    pyproj.network.set_network_enabled(active=True)
    without_network()
    assert not pyproj.network.is_network_enabled()
    assert os.environ["PROJ_NETWORK"] == "OFF"


@pytest.mark.parametrize("edge", ["localarea.cli:main", "localarea.service.app:create_app"])
def test_the_network_of_proj_is_off_from_the_start(edge: str, tmp_path: Path) -> None:
    module, _, name = edge.partition(":")
    code = (
        f"import os, sys; sys.argv = ['localarea', '--help']\nfrom {module} import {name} as f\n"
        "try: f()\nexcept SystemExit: pass\nimport pyproj.network as n\n"
        "assert os.environ['PROJ_NETWORK'] == 'OFF' and not n.is_network_enabled()"
    )
    places = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    env = {k: v for k, v in os.environ.items() if not k.startswith("LOCALAREA_")}
    env |= {"PROJ_NETWORK": "ON", **places}
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=env)


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:4326",
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        None,
    ],
)
def test_a_system_may_be_named_as_text_or_as_geojson_of_2008_did(crs: Any) -> None:
    assert read_polygon({**SQUARE, "crs": crs}) == read_polygon(SQUARE)


def test_metres_are_read_as_metres() -> None:
    ring = [[600_000, 220_000], [610_000, 220_000], [610_000, 230_000], [600_000, 220_000]]
    drawn = {"type": "Polygon", "coordinates": [ring], "crs": "EPSG:27700"}
    # Half of a square of 10 km.
    assert shapely.from_wkt(read_polygon(drawn).wkt).area == pytest.approx(5e7)


def test_heights_are_left_out() -> None:
    tall = {"type": "Polygon", "coordinates": [[[*position, 12.5] for position in RING]]}
    assert read_polygon(tall).wkt == read_polygon(SQUARE).wkt


FAULTS: list[tuple[Any, str]] = [
    (collection(crs={}) | {"features": None}, "'features' must be a list"),
    ({"type": "FeatureCollection", "features": {}}, "'features' must be a list"),
    ({"type": "FeatureCollection", "features": [None]}, "must be a Feature"),
    ({"type": "FeatureCollection", "features": [SQUARE]}, "must be a Feature"),
    (collection(None), "has no polygon"),
    (feature(None), "has no polygon"),
    (feature("POLYGON"), "a geometry must be an object"),
    (feature([1]), "a geometry must be an object"),
    ({"type": ["Polygon"], "coordinates": [RING]}, "not a Polygon"),
    ({"type": "Polygon"}, "a polygon must be a list"),
    ({"type": "Polygon", "coordinates": "0 0"}, "a polygon must be a list"),
    ({"type": "Polygon", "coordinates": RING}, "a position must be a list"),
    ({"type": "Polygon", "coordinates": [[RING]]}, "a position must be two numbers"),
    ({"type": "Polygon", "coordinates": [RING[:4]]}, "is not closed"),
    ({"type": "Polygon", "coordinates": [[[*map(str, p)] for p in RING]]}, "quotation marks"),
    ({"type": "Polygon", "coordinates": [[[0, True]] * 4]}, "must be a number"),
    ({"type": "Polygon", "coordinates": [[[0, None]] * 4]}, "must be a number"),
    ({"type": "Polygon", "coordinates": [[[0, math.nan]] * 4]}, "within the range of a map"),
    ({"type": "Polygon", "coordinates": [[[0, math.inf]] * 4]}, "within the range of a map"),
    ({"type": "Polygon", "coordinates": [[[0, 10**400]] * 4]}, "within the range of a map"),
    ({"type": "Polygon", "coordinates": [[[0, 1, 2, 3]] * 4]}, "two numbers, or three"),
    ({"type": "Polygon", "coordinates": [[[0.5, 52.0]] * 4]}, "not a valid polygon"),
    ({"type": "MultiPolygon", "coordinates": None}, "'coordinates' must be a list"),
    ({"type": "MultiPolygon", "coordinates": []}, "is empty"),
    ({"type": "Topology", "objects": {}, "arcs": []}, "is TopoJSON; export it as GeoJSON"),
    ({"geometryType": "esriGeometryPolygon", "features": []}, "is Esri JSON"),
    ({"rings": [RING]}, "is Esri JSON"),
    (collection(SQUARE, {"type": "Point", "coordinates": [0.9, 51.9]}), "a Point, .*remove it"),
    ({"type": "GeometryCollection", "geometries": [SQUARE]}, "a GeometryCollection"),
    ({**SQUARE, "crs": "/dev/zero"}, "'/dev/zero' is not a supported coordinate reference"),
    ({**SQUARE, "crs": ["EPSG:4326"]}, "'crs': the value is not a supported coordinate reference"),
    ({**SQUARE, "crs": {"properties": None}}, "'crs'"),
    ({**SQUARE, "crs": {"type": "link", "properties": {"href": "http://x"}}}, "link, which is not"),
    (collection({**SQUARE, "crs": "EPSG:27700"}), "several coordinate reference"),
    ({**SQUARE, "crs": "EPSG:27700"}, "states that it is in metres"),
]  # fmt: skip


@pytest.mark.parametrize(("drawn", "words"), FAULTS)
def test_what_is_wrong_is_named_as_mapping_text_and_file(
    drawn: Any, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(drawn), encoding="utf-8")
    for source in (drawn, json.dumps(drawn), path):
        with pytest.raises(InputError, match=words):
            read_polygon(source)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1, column 1"),
        (b"[]", "must be an object"),
        (b"null", "must be an object"),
        (b'{"type": "Polygon", "coordinates": [[[0.8', "line 1"),
        (b"[" * 100_000, "nested far too deeply"),
        (b'{"type": "Polygon", "coordinates": [[[' + b"9" * 5_000 + b", 1]]]}", "too many digits"),
        (b"\xff\xfe\x00", "not text"),
    ],
)
def test_files_that_are_no_geojson(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_polygon(path)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_encoding_of_json_is_read(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(json.dumps(collection(SQUARE)).encode(codec))
    assert read_polygon(path).wkt == read_polygon(SQUARE).wkt


def test_a_line_of_too_many_vertices_is_refused() -> None:
    count = drawn_areas.MOST_VERTICES
    angles = [2 * math.pi * k / count for k in range(count)]
    ring = [[1 + 0.1 * math.cos(a), 52 + 0.1 * math.sin(a)] for a in angles]
    with pytest.raises(InputError, match="100,001 vertices, and the limit is 100,000; simplif"):
        read_polygon({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def test_too_many_polygons_are_refused() -> None:
    many = {"type": "MultiPolygon", "coordinates": [[RING]] * (drawn_areas.MOST_POLYGONS + 1)}
    with pytest.raises(InputError, match="5,001 polygons; the limit is 5,000"):
        read_polygon(many)


def comb(teeth: int, *, upright: bool) -> dict[str, Any]:
    """Draw a comb of 0.1 by 0.1 degrees, with a back, beside or above the same place."""
    line = [(0.0, -0.1)]
    for k in range(teeth):
        x, w = 0.1 * k / teeth, 0.05 / teeth
        line += [(x, 0.0), (x, 0.1), (x + w, 0.1), (x + w, 0.0)]
    line += [(0.1, -0.1), (0.0, -0.1)]
    return {
        "type": "Polygon",
        "coordinates": [[[1 + x, 52 + y] if upright else [1 + y, 52 + x] for x, y in line]],
    }


def test_combs_that_cross_are_refused_before_their_union_fills_the_memory() -> None:
    across = collection(comb(1_500, upright=True), comb(1_500, upright=False))
    with pytest.raises(InputError, match="cross one another too often"):
        read_polygon(across)
    few = collection(comb(20, upright=True), comb(20, upright=False))
    # Every gap between two teeth of one comb is cut in pieces by the teeth of the other.
    assert read_polygon(few).wkt.count("(") > 19 * 19


def test_meetings_of_a_square_are_those_of_its_sides() -> None:
    # Each of four sides meets itself and its two neighbours: 4 x 3.
    square = gpd.GeoSeries([shapely.box(0, 0, 1, 1)]).to_numpy()
    assert count_meetings(square, most=100) == 12
    assert count_meetings(square, most=3) > 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("GEOMETRYCOLLECTION(" * 200_000, "not an area"),
        ("POINT (0 0)", "not an area"),
        ("CURVEPOLYGON ((0 0, 1 1, 1 0, 0 0))", "not an area"),
        ("POLYGON" + "(" * 100_000, "cannot be read as WKT"),
        ("POLYGON ((nan nan, 1 1, 1 0, nan nan))", "cannot be read|not a valid polygon"),
        ("POLYGON ((0 0, 1e999 1, 1 0, 0 0))", "cannot be read|not a valid polygon"),
        ("POLYGON ((0 0, 1 1))", "cannot be read"),
        ("", "cannot be read"),
        ("\x00", "cannot be read"),
    ],
)
def test_wkt_of_a_scenario_is_refused_and_the_process_lives(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        shape_of(Polygon("area", text))


@pytest.mark.parametrize(
    "text", ["x = " + "[" * 20_000, "base = " + "9" * 5_000, "x = " + "{a=" * 20_000]
)
def test_toml_that_is_too_much_for_its_reader_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="not TOML"):
        Scenario.from_toml(text)


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{}</SrcDataSource>'
    "<SrcLayer>a</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
)


@pytest.mark.parametrize("ending", ["gpkg", "shp"])
def test_a_file_cannot_send_gdal_to_another(ending: str, tmp_path: Path) -> None:
    other = tmp_path / "other.geojson"
    shapes = gpd.GeoSeries([shapely.geometry.shape(SQUARE)], crs=4326)
    shapes.to_file(other, driver="GeoJSON", layer="a")
    sent = tmp_path / f"a.{ending}"
    sent.write_text(VRT.format(other))
    assert len(gpd.read_file(sent)) == 1  # GDAL itself goes there
    with pytest.raises(FileFormatError, match="its content is no"):
        read_polygon(sent)


@pytest.mark.parametrize(
    "name", ["/vsicurl/http://127.0.0.1:1/a.geojson", "zip://a.zip!a.shp", "/vsistdin/a.gpkg"]
)
def test_a_path_is_a_file_of_this_machine_or_nothing(name: str) -> None:
    with pytest.raises(FileFormatError, match="there is no such file"):
        read_polygon(name)


def test_the_system_of_a_road_graph_is_read_as_any_other() -> None:
    import networkx as nx

    graph = nx.MultiDiGraph(crs="/dev/zero")
    graph.add_node(1, x=1.0, y=52.0)
    graph.add_node(2, x=1.1, y=52.0)
    graph.add_edge(1, 2, length=100.0, highway="primary")
    with pytest.raises(InputError, match="is not a supported coordinate reference system"):
        from_osmnx(graph)
