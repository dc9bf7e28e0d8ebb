"""
The requirements of OGC API Features 1.0.1 (OGC 17-069r4), one test each and named after it.

``docs/ogc-conformance.md`` lists them; the last test holds the list and this file together.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from definition_cases import tiny_file
from openapi_spec_validator import OpenAPIV30SpecValidator
from service_cases import service_in

from localarea.definitions.store import DefinitionStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.slow
IDS = ("options", "definitions", "zones")
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
GEOJSON = "application/geo+json"
PART = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore
) -> Iterator[TestClient]:
    """A service with one definition, which holds from 1 April 2026 on."""
    folder = tmp_path_factory.mktemp("service")
    DefinitionStore(folder / "definitions").add(tiny_file())
    with service_in(folder, data_dir=small_tables.root, cache_dir=small_tables.cache_dir) as made:
        yield made


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def features(client: TestClient, name: str, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/ogc/collections/{name}/items", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def everything(client: TestClient, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = features(client, name, limit=1000)["features"]
    return found


def links(body: dict[str, Any], relation: str) -> list[dict[str, str]]:
    return [link for link in body["links"] if link["rel"] == relation]


def parameter(document: dict[str, Any], name: str) -> dict[str, Any]:
    operation = document["paths"]["/ogc/collections/{collection}/items"]["get"]
    (found,) = [each for each in operation["parameters"] if each["name"] == name]
    return {key: value for key, value in found.items() if key != "description"}


# Requirements class Core


def test_req_core_root_op(client: TestClient) -> None:
    assert client.get("/ogc").status_code == 200


def test_req_core_root_success(client: TestClient) -> None:
    body = client.get("/ogc").json()
    assert links(body, "service-desc")
    assert links(body, "service-doc")
    (conformance,), (data,) = links(body, "conformance"), links(body, "data")
    assert conformance["href"].endswith("/ogc/conformance")
    assert data["href"].endswith("/ogc/collections")


def test_req_core_api_definition_op(client: TestClient) -> None:
    body = client.get("/ogc").json()
    for link in [*links(body, "service-desc"), *links(body, "service-doc")]:
        assert client.get(link["href"]).status_code == 200


def test_req_core_api_definition_success(client: TestClient) -> None:
    body = client.get("/ogc").json()
    for link in [*links(body, "service-desc"), *links(body, "service-doc")]:
        answer = client.get(link["href"], headers={"Accept": link["type"]})
        stated = answer.headers["content-type"].replace("; charset=utf-8", "")
        assert stated.replace(" ", "") == link["type"]


def test_req_core_conformance_op(client: TestClient) -> None:
    assert client.get("/ogc/conformance").status_code == 200


def test_req_core_conformance_success(client: TestClient) -> None:
    stated = client.get("/ogc/conformance").json()
    assert stated == {"conformsTo": [f"{PART}/{name}" for name in ("core", "geojson", "oas30")]}


def test_req_core_http(client: TestClient) -> None:
    """RFC 7231: GET and HEAD alike, 405 with Allow, 404, and a type of each answer."""
    for path in ("/ogc", "/ogc/collections", "/ogc/collections/zones/items?limit=2"):
        got, asked = client.get(path), client.head(path)
        assert (asked.status_code, asked.content) == (got.status_code, b"")
        assert asked.headers["content-type"] == got.headers["content-type"]
    refused = client.put("/ogc")
    assert refused.status_code == 405
    assert "GET" in refused.headers["allow"]
    assert client.get("/ogc/nothing").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/ogc",
        "/ogc/conformance",
        "/ogc/collections",
        "/ogc/collections/zones",
        "/ogc/collections/zones/items",
        "/ogc/collections/definitions/items/{id}",
    ],
)
@pytest.mark.parametrize(
    "query",
    [
        "nothing=1",
        "bbox-crs=x",
        "crs=x",
        "filter=a%3D1",
        "filter-lang=cql2-text",
        "name=x",
        "f=json",
    ],
)
def test_req_core_query_param_unknown(client: TestClient, path: str, query: str) -> None:
    name = everything(client, "definitions")[0]["id"]
    answer = client.get(f"{path.format(id=name)}?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": "ten"},
        {"limit": 1.5},
        {"offset": -1},
        {"bbox": "1,2,3"},
        {"bbox": "1,2,3,4,5"},
        {"bbox": "a,b,c,d"},
        {"bbox": "0,52,1,51"},
        {"bbox": "0,51,1,nan"},
        {"bbox": "0,51,1,inf"},
        {"bbox": "0,51,5,1,52,0"},
        {"bbox": ""},
        {"datetime": "soon"},
        {"datetime": "2026-02-30"},
        {"datetime": "2026-04-01T12:00:00"},
        {"datetime": "2026-04-01T25:00:00Z"},
        {"datetime": "2026-05-01/2026-04-01"},
        {"datetime": "../.."},
        {"datetime": "/"},
        {"datetime": "2026-04-01/2026-05-01/2026-06-01"},
        {"datetime": ""},
    ],
)
def test_req_core_query_param_invalid(client: TestClient, query: dict[str, Any]) -> None:
    answer = client.get("/ogc/collections/zones/items", params=query)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_req_core_crs84(client: TestClient) -> None:
    """Great Britain is 49.8 to 60.9 degrees north and 8.7 west to 1.8 east."""
    for name in IDS:
        shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in everything(client, name)]
        west, south, east, north = shapely.total_bounds(shapes)
        assert -8.7 < west <= east < 1.8
        assert 49.7 < south <= north < 60.9  # the invented definition lies at the foot of the grid


def test_req_core_fc_md_op(client: TestClient) -> None:
    assert client.get("/ogc/collections").status_code == 200


def test_req_core_fc_md_success(client: TestClient) -> None:
    body = client.get("/ogc/collections").json()
    assert isinstance(body["links"], list)
    for each in body["collections"]:
        assert isinstance(each["id"], str)
        assert isinstance(each["links"], list)


def test_req_core_fc_md_links(client: TestClient) -> None:
    body = client.get("/ogc/collections").json()
    (own,) = links(body, "self")
    assert client.get(own["href"]).json() == body
    assert all(link["rel"] and link["type"] for link in body["links"])


def test_req_core_fc_md_items(client: TestClient) -> None:
    body = client.get("/ogc/collections").json()
    assert [each["id"] for each in body["collections"]] == list(IDS)


def test_req_core_fc_md_items_links(client: TestClient) -> None:
    for each in client.get("/ogc/collections").json()["collections"]:
        (items,) = links(each, "items")
        assert items["type"] == GEOJSON
        assert client.get(items["href"]).headers["content-type"] == GEOJSON
        assert all(link["rel"] and link["type"] for link in each["links"])


def test_req_core_fc_md_extent(client: TestClient) -> None:
    for each in client.get("/ogc/collections").json()["collections"]:
        found = everything(client, each["id"])
        (box,) = each["extent"]["spatial"]["bbox"]
        assert each["extent"]["spatial"]["crs"] == CRS84
        around = shapely.box(*box)
        for feature in found:
            assert around.covers(shapely.from_geojson(json.dumps(feature["geometry"])))
        if each["id"] == "definitions":
            interval = [["2026-04-01T00:00:00Z", None]]
            assert each["extent"]["temporal"]["interval"] == interval
        else:
            assert "temporal" not in each["extent"]


def test_req_core_sfc_md_op(client: TestClient) -> None:
    for name in IDS:
        assert client.get(f"/ogc/collections/{name}").status_code == 200
    assert client.get("/ogc/collections/nothing").status_code == 404


def test_req_core_sfc_md_success(client: TestClient) -> None:
    for each in client.get("/ogc/collections").json()["collections"]:
        assert client.get(f"/ogc/collections/{each['id']}").json() == each


def test_req_core_fc_op(client: TestClient) -> None:
    for name in IDS:
        assert client.get(f"/ogc/collections/{name}/items").status_code == 200


def test_req_core_fc_limit_definition(document: dict[str, Any]) -> None:
    assert parameter(document, "limit") == {
        "name": "limit",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 10},
        "style": "form",
        "explode": False,
    }


@pytest.mark.parametrize("limit", [1, 3, 1000, 1001, 10_000, 10**30])
def test_req_core_fc_limit_response_1(client: TestClient, limit: int) -> None:
    """A limit over the maximum is no error: the maximum is taken."""
    body = features(client, "zones", limit=limit)
    assert len(body["features"]) == min(limit, 1000, body["numberMatched"])
    assert len(features(client, "zones")["features"]) == min(10, body["numberMatched"])


def test_req_core_fc_bbox_definition(document: dict[str, Any]) -> None:
    assert parameter(document, "bbox") == {
        "name": "bbox",
        "in": "query",
        "required": False,
        "schema": {
            "type": "array",
            "minItems": 4,
            "maxItems": 6,
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            "items": {"type": "number"},
        },
        "style": "form",
        "explode": False,
    }


def test_req_core_fc_bbox_response(client: TestClient) -> None:
    every = {f["id"]: f["bbox"] for f in everything(client, "zones")}
    box = (0.85, 51.85, 0.95, 51.92)
    meet = {
        name
        for name, (west, south, east, north) in every.items()
        if west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1]
    }
    assert 0 < len(meet) < len(every)
    for text in ("{},{},{},{}", "{},{},-10,{},{},50"):
        body = features(client, "zones", bbox=text.format(*box), limit=1000)
        assert {f["id"] for f in body["features"]} == meet
    # Over the 180th meridian, all the way round to Essex and not.
    assert features(client, "zones", bbox="170,50,2,53")["numberMatched"] == len(every)
    assert features(client, "zones", bbox="170,50,-170,53")["numberMatched"] == 0


@pytest.mark.parametrize("box", ["0,51,181,52", "-180.5,51,1,52", "0,-91,1,52", "0,51,1,90.1"])
def test_req_core_fc_bbox_response_within_the_earth(client: TestClient, box: str) -> None:
    answer = client.get("/ogc/collections/zones/items", params={"bbox": box})
    assert answer.status_code == 400


def test_req_core_fc_time_definition(document: dict[str, Any]) -> None:
    assert parameter(document, "datetime") == {
        "name": "datetime",
        "in": "query",
        "required": False,
        "schema": {"type": "string"},
        "style": "form",
        "explode": False,
    }


@pytest.mark.parametrize(
    ("when", "matched"),
    [
        ("2026-03-31", 0),
        ("2026-04-01", 1),
        ("2026-03-31T23:59:59Z", 0),
        ("2026-04-01T00:00:00Z", 1),
        ("2026-04-01t12:30:00.25z", 1),
        ("2026-04-01T00:30:00+01:00", 0),  # 23:30 of the day before
        ("2026-03-31T23:30:00-01:00", 1),  # 00:30 of the first day
        ("2016-12-31T23:59:60Z", 0),  # a leap second
        ("2026-01-01T00:00:00Z/2026-03-31T00:00:00Z", 0),
        ("2026-01-01/2026-04-01", 1),
        ("../2026-03-31T00:00:00Z", 0),
        ("/2026-03-31", 0),
        ("../2026-04-01", 1),
        ("2026-03-01T00:00:00Z/..", 1),
        ("2030-01-01/", 1),
    ],
)
def test_req_core_fc_time_response(client: TestClient, when: str, matched: int) -> None:
    """The definition holds from 1 April 2026 on; zones have no days, so that all match."""
    assert features(client, "definitions", datetime=when)["numberMatched"] == matched
    every = features(client, "zones")["numberMatched"]
    assert features(client, "zones", datetime=when)["numberMatched"] == every


def test_req_core_fc_response(client: TestClient) -> None:
    body = features(client, "zones", limit=5, offset=3)
    wanted = [f["id"] for f in everything(client, "zones")][3:8]
    assert [f["id"] for f in body["features"]] == wanted


def test_req_core_fc_links(client: TestClient) -> None:
    """GeoJSON is the only form there is, so that there is no alternate."""
    seen: list[str] = []
    body = features(client, "zones", limit=7)
    while True:
        (own,) = links(body, "self")
        again = client.get(own["href"]).json()
        assert again["features"] == body["features"]
        assert not links(body, "alternate")
        seen += [f["id"] for f in body["features"]]
        if not links(body, "next"):
            break
        (following,) = links(body, "next")
        body = client.get(following["href"]).json()
        assert links(body, "prev")
    assert seen == [f["id"] for f in everything(client, "zones")]
    beyond = features(client, "zones", limit=7, offset=99_999)
    (back,) = links(beyond, "prev")
    assert [f["id"] for f in client.get(back["href"]).json()["features"]] == seen[-7:]


def test_req_core_fc_rel_type(client: TestClient) -> None:
    for name in IDS:
        assert all(link["rel"] and link["type"] for link in features(client, name)["links"])


def test_req_core_fc_timestamp(client: TestClient) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    stated = features(client, "zones")["timeStamp"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stated)
    assert before <= datetime.fromisoformat(stated) <= datetime.now(UTC)


def test_req_core_fc_numbermatched(client: TestClient) -> None:
    box = "0.85,51.85,0.95,51.92"
    whole = features(client, "zones", bbox=box, limit=1000)
    assert whole["numberMatched"] == len(whole["features"])
    assert features(client, "zones", bbox=box, limit=1)["numberMatched"] == whole["numberMatched"]


def test_req_core_fc_numberreturned(client: TestClient) -> None:
    for limit in (1, 4, 1000):
        body = features(client, "zones", limit=limit)
        assert body["numberReturned"] == len(body["features"])


def test_req_core_f_op(client: TestClient) -> None:
    for name in IDS:
        for feature in everything(client, name)[:20]:
            found = client.get(f"/ogc/collections/{name}/items/{feature['id']}")
            assert found.status_code == 200
            assert found.json()["id"] == feature["id"]
    assert client.get("/ogc/collections/zones/items/E02999999").status_code == 404


def test_req_core_f_success(client: TestClient) -> None:
    (listed,) = everything(client, "definitions")
    found = client.get(f"/ogc/collections/definitions/items/{listed['id']}").json()
    assert {name: found[name] for name in listed} == listed


def test_req_core_f_links(client: TestClient) -> None:
    for name in IDS:
        feature = everything(client, name)[-1]
        body = client.get(f"/ogc/collections/{name}/items/{feature['id']}").json()
        (own,), (collection,) = links(body, "self"), links(body, "collection")
        assert client.get(own["href"]).json()["id"] == feature["id"]
        assert client.get(collection["href"]).json()["id"] == name
        assert all(link["rel"] and link["type"] for link in body["links"])


# Requirements class GeoJSON


def test_req_geojson_definition(client: TestClient) -> None:
    for name in IDS:
        feature = everything(client, name)[0]["id"]
        for path in (f"/ogc/collections/{name}/items", f"/ogc/collections/{name}/items/{feature}"):
            assert client.get(path).headers["content-type"] == GEOJSON


def test_req_geojson_content(client: TestClient) -> None:
    """RFC 7946: a collection of features, rings wound to the right hand, no crs member."""
    for name in IDS:
        body = features(client, name, limit=1000)
        assert body["type"] == "FeatureCollection"
        assert "crs" not in body
        for feature in body["features"]:
            assert feature["type"] == "Feature"
            assert isinstance(feature["properties"], dict)
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            assert shape.is_valid
            for polygon in shapely.get_parts(shape):
                assert polygon.exterior.is_ccw
                assert not any(ring.is_ccw for ring in polygon.interiors)


# Requirements class OpenAPI 3.0


def test_req_oas30_oas_definition_1(client: TestClient) -> None:
    body = client.get("/ogc").json()
    (described,), (shown,) = links(body, "service-desc"), links(body, "service-doc")
    assert (described["type"], shown["type"]) == (OPENAPI, "text/html")
    page = client.get(shown["href"]).text
    assert "/ogc/collections/{collection}/items" in page


def test_req_oas30_oas_definition_2(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.0.")
    OpenAPIV30SpecValidator(document).validate()


def test_req_oas30_oas_impl(client: TestClient, document: dict[str, Any]) -> None:
    feature = everything(client, "definitions")[0]["id"]
    stated = [path for path in document["paths"] if path.startswith("/ogc")]
    assert len(stated) == 6
    for path in stated:
        address = path.format(collection="definitions", feature=feature)
        assert client.get(address).status_code == 200


def test_req_oas30_completeness(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        if path.startswith("/ogc"):
            for operation in methods.values():
                assert operation["responses"]["200"]["content"]
                assert all(answer["content"] for answer in operation["responses"].values())


def test_req_oas30_exceptions_codes(client: TestClient, document: dict[str, Any]) -> None:
    asked = {
        "/ogc": "/ogc?nothing=1",
        "/ogc/collections/{collection}": "/ogc/collections/nothing",
        "/ogc/collections/{collection}/items": "/ogc/collections/zones/items?limit=0",
        "/ogc/collections/{collection}/items/{feature}": "/ogc/collections/zones/items/nothing",
    }
    for path, address in asked.items():
        answer = client.get(address)
        stated = document["paths"][path]["get"]["responses"]
        assert str(answer.status_code) in stated
        assert "application/problem+json" in stated[str(answer.status_code)]["content"]


def test_req_oas30_security(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes["apiKey"]["scheme"] == "bearer"
    assert schemes["session"]["in"] == "cookie"
    for path in ("/ogc/collections/{collection}", "/ogc/collections/{collection}/items"):
        stated = document["paths"][path]["get"]["security"]
        assert {} in stated  # published definitions are for everybody
        assert {"apiKey": []} in stated


def test_the_list_in_the_docs_is_this_file(repository: Path) -> None:
    page = (repository / "docs" / "ogc-conformance.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(/req/[\w/-]+)` \| .* \| `(test_\w+)` \|$", page, re.MULTILINE)
    assert len(listed) == 34 + 2 + 6
    here = {name for name in globals() if name.startswith("test_req_")}
    for requirement, test in listed:
        _, _, group, name = requirement.split("/")
        assert test == f"test_req_{group}_{name.replace('-', '_').lower()}"
        assert test in here
    assert here - {test for _, test in listed} == {
        "test_req_core_fc_bbox_response_within_the_earth"
    }
