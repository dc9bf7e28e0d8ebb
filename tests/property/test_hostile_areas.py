"""
Malformed GeoJSON, to the page, the API and the command line: one of our answers, whatever it is.

What is drawn here begins as a square near Colchester, so that much of it is nearly right; then
one part, at whatever level, is taken out, doubled, or put for something else.
"""

from __future__ import annotations

import copy
import json
import math
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from service_cases import service_in

from localarea.cli.app import run
from localarea.errors import InputError
from localarea.places.polygons import read_polygon

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

RING = [[0.8, 51.8], [1.0, 51.8], [1.0, 51.95], [0.8, 51.95], [0.8, 51.8]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}
FEATURE = {"type": "Feature", "properties": {"name": "Town"}, "geometry": SQUARE}
SEEDS = (
    SQUARE,
    {"type": "MultiPolygon", "coordinates": [[RING]]},
    FEATURE,
    {"type": "FeatureCollection", "features": [FEATURE, FEATURE]},
    {"type": "FeatureCollection", "features": [FEATURE], "crs": "EPSG:4326"},
    {"type": "GeometryCollection", "geometries": [SQUARE]},
    {**SQUARE, "crs": {"type": "name", "properties": {"name": "EPSG:27700"}}},
)
# What a part may become: every kind of value that JSON has, and words that mean something.
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.sampled_from([0, 10**400, -1e308, math.nan, math.inf, -math.inf, 180.5, 51.8, 0.8]),
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "0.8",
            "Polygon",
            "Point",
            "Feature",
            "FeatureCollection",
            "Topology",
            "\ud800",
            "\x00",
        ]
    ),
    st.sampled_from(["EPSG:4326", "CRS84", "/dev/zero", "+nadgrids=/dev/zero", "http://127.0.0.1"]),
    st.just([]),
    st.just({}),
    st.sampled_from([[RING], [[0.8, 51.8]], {"type": "Point", "coordinates": [1, 2]}]),
)


def places_of(document: Any) -> list[tuple[Any, ...]]:
    """List the way to every part of a document."""
    found: list[tuple[Any, ...]] = [()]
    keys: list[Any] = []
    if isinstance(document, dict):
        keys = list(document)
    elif isinstance(document, list):
        keys = list(range(len(document)))
    for key in keys:
        found += [(key, *rest) for rest in places_of(document[key])]
    return found


@st.composite
def malformed(draw: st.DrawFn) -> Any:
    document: Any = copy.deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 2))):
        way = draw(st.sampled_from(places_of(document)))
        if not way:
            document = copy.deepcopy(draw(ODD))
            continue
        inside = document
        for key in way[:-1]:
            inside = inside[key]
        act = draw(st.sampled_from(["put", "drop", "double", "nest"]))
        if act == "put":
            inside[way[-1]] = copy.deepcopy(draw(ODD))
        elif act == "drop":
            del inside[way[-1]]
        elif act == "double" and isinstance(inside, list):
            inside.insert(way[-1], inside[way[-1]])
        else:
            inside[way[-1]] = [inside[way[-1]]]
    return document


NAMED = (
    {"type": "FeatureCollection", "features": None},
    {**SQUARE, "crs": "EPSG:4326"},
    {**SQUARE, "crs": "/dev/zero"},
    {"type": "Polygon", "coordinates": [RING[:4]]},
    {"type": "Polygon", "coordinates": [[[y, x] for x, y in RING]]},
    {"type": "Topology", "objects": {}, "arcs": []},
)


def all_named(test: Any) -> Any:
    for document in NAMED:
        test = example(document)(test)
    return test


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service_in(tmp_path_factory.mktemp("service")) as made:
        made.get("/ready")
        yield made


@all_named
@given(drawn=malformed())
@settings(max_examples=250)
def test_the_reader_gives_a_valid_polygon_or_one_of_our_errors(drawn: Any) -> None:
    text = json.dumps(drawn)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = read_polygon(drawn if isinstance(drawn, dict) else "{" + text)
        except InputError:
            return
    shape = shapely.from_wkt(found.wkt)
    assert shape.is_valid
    assert shape.area > 0


def _require_answer(status: int, text: str) -> None:
    assert status in (200, 400, 404, 422), text[:500]
    for word in ("Traceback", "shapely", "pyproj", "Internal Server Error", "fault of the service"):
        assert word not in text


@all_named
@given(drawn=malformed())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_api_answers_in_our_words(client: TestClient, drawn: Any) -> None:
    body = json.dumps({"base": "district", "include_areas": [drawn]})
    headers = {"content-type": "application/json"}
    answer = client.post("/api/v1/scenario", content=body, headers=headers)
    _require_answer(answer.status_code, answer.text)
    assert answer.status_code == 200 or answer.json()["detail"]


@all_named
@given(drawn=malformed())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_page_answers_in_our_words(client: TestClient, drawn: Any) -> None:
    asked = {"base": "district", "area": json.dumps(drawn)}
    answer = client.post("/scenario/scenario.toml", data=asked)
    _require_answer(answer.status_code, answer.text)


@pytest.mark.parametrize("drawn", NAMED)
def test_the_page_of_a_what_if_says_what_is_wrong(client: TestClient, drawn: Any) -> None:
    answer = client.post("/scenario", data={"base": "district", "area": json.dumps(drawn)})
    _require_answer(answer.status_code, answer.text)
    right = drawn.get("crs") == "EPSG:4326"
    assert answer.status_code == (200 if right else 422)
    assert ("There is a problem" in answer.text) is not right


@all_named
@given(drawn=malformed())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_command_line_ends_with_0_or_2(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], drawn: Any
) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(drawn), encoding="utf-8")
    kept = tmp_path / "s.toml"
    code = run(["scenario", "district", "--polygon", str(path), "--save", str(kept), "--json"])
    said = capfd.readouterr()
    assert code in (0, 2), said.err
    assert "Traceback" not in said.err
    assert "Warning" not in said.err
    if code == 2:
        assert said.err.startswith("localarea: ")
        assert said.out == ""


@pytest.mark.parametrize(
    "body",
    [
        '{"base": "district", "include": ["\\ud800"]}',
        '{"base": "district", "exclude": ["\\udc00 \\ud800"]}',
        '{"base": "district", "thresholds": {"\\ud800": 1}}',
        '{"base": "district", "include_areas": ' + "[" * 5_000,
        '{"base": "district", "include_areas": [' + "[" * 900 + "]" * 900 + "]}",
        '{"base": ' + "9" * 5_000 + "}",
        '{"base": "catchment", "thresholds": {"min_share": NaN}}',
    ],
)
def test_bodies_that_json_allows_and_nobody_means(client: TestClient, body: str) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post("/api/v1/scenario", content=body, headers=headers)
    assert answer.status_code in (400, 404, 422), answer.text
    assert answer.json()["detail"]


@pytest.mark.parametrize("wkt", ["GEOMETRYCOLLECTION(" * 2_500, "POINT (0 0)", "POLYGON ((("])
def test_a_scenario_put_forward_with_strange_wkt_is_refused(client: TestClient, wkt: str) -> None:
    toml = f'base = "district"\n[[changes]]\naction = "include"\nplace = "x"\npolygon = "{wkt}"\n'
    asked = {"scenario": toml, "purpose": "measure", "title": "T", "note": "N"}
    answer = client.post("/api/v1/proposals", json=asked)
    assert answer.status_code == 422, answer.text
    assert "'polygon'" in answer.json()["detail"]
    assert client.get("/health").status_code == 200
