"""Every route refuses what it does not take, is described with its effects, and answers HEAD."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from service_cases import on, routes_of, served_in, service_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

# What a provider adds must be ignored, and files have no parameters but their version.
TAKE_ANYTHING = {"/sign-in/callback", "/static", "/static/leaflet"}


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("service")
    with service_in(folder, data_dir=small_tables.root, cache_dir=small_tables.cache_dir) as made:
        yield made


@pytest.fixture(scope="module")
def routes(client: TestClient) -> list[tuple[str, str]]:
    found = sorted(set(routes_of(client.app.routes)))  # type: ignore[attr-defined]
    assert len(found) > 60
    return [(method, path) for method, path in (route.split(" ") for route in found)]


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def address_of(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "1", path)


def test_every_route_refuses_a_parameter_that_it_does_not_have(
    client: TestClient, routes: list[tuple[str, str]]
) -> None:
    for method, path in routes:
        if path in TAKE_ANYTHING:
            continue
        answer = client.request(method, f"{address_of(path)}?optoin=drive-30")
        wanted = 400 if path.startswith("/ogc") else 422
        assert answer.status_code == wanted, (method, path, answer.status_code)
        assert "optoin" in answer.text, (method, path)


# Forms with a file are read as they arrive: tests of their own ask for their fields.
OWN_FORMS = ("/files", "/files/{file}/mended")


def test_every_form_refuses_a_field_that_it_does_not_have(
    client: TestClient, routes: list[tuple[str, str]]
) -> None:
    for method, path in routes:
        if method != "POST" or path.startswith("/api") or path in OWN_FORMS:
            continue
        answer = client.post(address_of(path), data={"optoin": "drive-30"})
        assert answer.status_code == 422, path
        assert "optoin" in answer.text, path


@pytest.mark.parametrize("path", ["/api/v1/files", "/files"])
def test_a_field_beside_a_file_that_is_not_taken(client: TestClient, path: str) -> None:
    answer = client.post(
        path, files={"file": ("a.csv", b"postcode\nCO1 1JB\n")}, data={"optoin": "drive-30"}
    )
    assert answer.status_code == 422
    assert "optoin" in answer.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/check", {"postcodes": ["CO1 1JB"], "optoin": "drive-30"}),
        ("/api/v1/scenario", {"base": "district", "includ": ["Ipswich"]}),
        ("/api/v1/compare", {"options": ["district", "districts"], "x": 1}),
        ("/api/v1/keys", {"name": "x", "roles": ["viewer"], "days": 1, "role": "admin"}),
    ],
)
def test_a_member_of_a_body_that_is_not_taken(
    client: TestClient, path: str, body: dict[str, Any]
) -> None:
    answer = client.post(path, json=body)
    assert answer.status_code == 422
    (unknown,) = set(body) & {"optoin", "includ", "x", "role"}
    assert unknown in answer.text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/api/v1/check?postcode=CO11JB&optoin=x", "'optoin' here; did you mean 'option'?"),
        ("/api/v1/options?place=Leeds", "no parameter 'place' here; it accepts:"),
        ("/api/v1/options?groups=brief", "did you mean 'group'?"),
        ("/api/v1/check?postcode=CO11JB&postcode=IP11AA", "may be given only once"),
        ("/api/v1/options?sort=jobz", "there is no figure 'jobz'; did you mean 'jobs'?"),
        ("/api/v1/options?group=labor", "there is no group of figures 'labor'"),
    ],
)
def test_the_nearest_that_there_is_is_said(client: TestClient, address: str, said: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_api_and_page_are_asked_by_the_same_words(client: TestClient) -> None:
    for query in (
        "contested=with&sort=jobs",
        "contested=all&group=size&sort=population_2011",
        "contested=drawn&group=2021",
    ):
        options = client.get(f"/api/v1/options?{query}").json()["options"]
        page = client.get(f"/options?{query}").text
        places = [page.index(f'href="/options/{o["id"].replace("+", "%2B")}"') for o in options]
        assert places == sorted(places), query
    whole, part = (
        client.get(f"/api/v1/options{query}").json()["options"][0]["metrics"]
        for query in ("", "?group=size")
    )
    assert part.items() < whole.items()
    for query in ("group=nothing", "sort=nothing", "contested=some"):
        asked = (client.get(f"{path}?{query}") for path in ("/api/v1/options", "/options"))
        assert {answer.status_code for answer in asked} == {422}


def test_every_parameter_is_described_with_its_effect(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", []):
                assert len(parameter.get("description", "")) > 5, (method, path, parameter["name"])
            for content in operation.get("requestBody", {}).get("content", {}).values():
                schema = content["schema"]
                name = schema.get("$ref", "").rpartition("/")[2]
                schema = document["components"]["schemas"][name] if name else schema
                for field, facts in schema["properties"].items():
                    assert len(facts.get("description", "")) > 5, (method, path, field)


def test_every_number_that_is_sent_has_both_its_bounds(document: dict[str, Any]) -> None:
    """A number without bounds is one that nobody thought about: zero, less, or a million."""
    sent = [
        (f"{verb} {path}: {parameter['name']}", parameter["schema"])
        for path, methods in document["paths"].items()
        for verb, operation in methods.items()
        for parameter in operation.get("parameters", [])
    ]
    for name, schema in document["components"]["schemas"].items():
        if schema.get("additionalProperties") is False:  # what is sent; answers allow more
            sent += [(f"{name}: {key}", value) for key, value in schema["properties"].items()]
    numbers = [
        (name, kind)
        for name, schema in sent
        for kind in (schema, *schema.get("anyOf", ()))
        if kind.get("type") in ("integer", "number") and "enum" not in kind
    ]
    assert len(numbers) > 10
    for name, kind in numbers:
        assert {"minimum", "exclusiveMinimum"} & set(kind), name
        assert {"maximum", "exclusiveMaximum"} & set(kind), name


def test_the_description_is_valid_and_whole(document: dict[str, Any]) -> None:
    OpenAPIV30SpecValidator(document).validate()
    text = json.dumps(document)
    named = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', text))
    assert "Problem" in named
    assert named <= set(document["components"]["schemas"])
    for word in ('"const"', '"prefixItems"', '"type": "null"', '"contentMediaType"'):
        assert word not in text  # of OpenAPI 3.1 alone


def test_every_answer_to_get_is_answered_to_head(
    client: TestClient, routes: list[tuple[str, str]]
) -> None:
    for method, path in routes:
        if method != "GET" or path.endswith("/events"):
            continue
        address = "/static/icon.svg" if path == "/static" else address_of(path)
        got = client.get(address, follow_redirects=False)
        asked = client.head(address, follow_redirects=False)
        assert asked.status_code == got.status_code, path
        assert asked.content == b"", path
        assert asked.headers.get("content-type") == got.headers.get("content-type"), path


def parts_of(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inner in (
        part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    ):
        yield from parts_of(inner)


def test_what_may_be_null_is_described_so_that_a_strict_reader_lets_it_pass(
    document: dict[str, Any],
) -> None:
    """OpenAPI 3.0.3: `nullable` adds null to the `type` beside it, and says nothing without one."""
    for part in parts_of(document["components"]["schemas"]):
        assert part.get("nullable") is not True or "type" in part, part
    root = Resource.from_contents(document, default_specification=DRAFT4)
    whole = Registry().with_resource("urn:api", root)
    names = {"FileOut": "money", "Indicator": "proxies", "ProposalWhole": "shortlist"}
    for name, field in names.items():
        shape = {"$ref": f"urn:api#/components/schemas/{name}/properties/{field}"}
        reader = OAS30Validator(shape, registry=whole)
        assert reader.is_valid(None), (name, field)
        assert not reader.is_valid("text"), (name, field)


def test_head_of_what_only_takes_a_change_is_refused(client: TestClient) -> None:
    answer = client.head("/api/v1/compare")
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]


@pytest.mark.slow
def test_a_client_made_of_the_description_checks_a_postcode(
    document: dict[str, Any],
    tmp_path: Path,
    small_tables: DataStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(document), encoding="utf-8")
    generator = shutil.which("openapi-python-client", path=str(sys.prefix) + "/bin")
    assert generator
    made = subprocess.run(
        [generator, "generate", "--path", described, "--output-path", tmp_path / "made_client",
         "--meta", "none", "--fail-on-warning"],
        capture_output=True, text=True, check=False,
        env={"PATH": f"{sys.prefix}/bin", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(str(tmp_path))
    client_of = importlib.import_module("made_client").Client
    check = importlib.import_module("made_client.api.check.check_one_api_v1_check_get")
    with served_in(tmp_path, **on(small_tables)) as address, client_of(base_url=address) as asking:
        verdict = check.sync(client=asking, postcode="CO1 1JB")
    assert (verdict.status, verdict.district) == ("local", "E07000071")
