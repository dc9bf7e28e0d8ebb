"""The service answers as the command line does, and its errors say what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from service_cases import ready, service_in

from localarea import errors
from localarea.cli.app import run
from localarea.service.http.errors import STATUS, TITLES, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

AWKWARD = ["CO1 1JB", "ip11aa", "CO7 6", "ZE1 0AA", "BT1 1AA", "x", "", "CO99 9ZZ", "CO4"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a service of its own."""
    with service_in(tmp_path_factory.mktemp("service")) as made:
        yield made


def test_page_api_and_command_line_give_the_same_verdict(
    client: TestClient, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["check", "--json", *[text for text in AWKWARD if text]]) == 0
    said = json.loads(capsysbinary.readouterr().out)
    asked = [text for text in AWKWARD if text]
    many = client.post("/api/v1/check", json={"postcodes": asked}).json()["verdicts"]
    ones = [client.get("/api/v1/check", params={"postcode": text}).json() for text in asked]
    assert many == said
    assert ones == said
    page = client.post("/", data={"postcode": "ip11aa"}).text
    assert said[1]["explanation"].split("'")[0] in page


QUERIES = (
    {"postcode": "CO1 1JB"},
    {"postcode": "co1 1jb", "option": "ttwa-official+ipswich"},
    {"postcode": "IP1 IDH"},
    {"postcode": "12 High Street, Colchester CO1 1JB"},
    {"postcode": "Zürich"},
    {"postcode": ""},
    {"postcode": "CO1 1JB", "on": "2020-01-01"},
    {"postcode": "CO1 1JB", "on": "yesterday"},
    {"postcode": "CO1 1JB", "option": "a", "definition": "b"},
    {"postcode": "CO1 1JB", "definition": "nowhere"},
    {"postcode": "CO1 1JB", "council": "norwich"},
    {"postcode": "C" * 201},
    {"option": "ttwa-official"},
)


def test_the_quick_way_answers_as_the_documented_route_does(
    tmp_path: Path, small_tables: DataStore
) -> None:
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    # Where other sites may ask, the framework answers everything.
    asked = {"cors_origins": ("https://map.example.org",)}
    with (
        service_in(tmp_path, **tables) as client,
        service_in(tmp_path, **tables, **asked) as slow,
    ):
        for each in (client, slow):  # Norwich is worked out first, however busy the machine is
            assert (
                ready(each, "/api/v1/check?postcode=CO1%201JB&council=norwich").status_code == 200
            )
        for _ in range(2):  # the second time the boundary is ready
            for query in QUERIES:
                quick, plain = (c.get("/api/v1/check", params=query) for c in (client, slow))
                assert (quick.status_code, quick.content) == (plain.status_code, plain.content)
                kept = {"content-type", "content-length", "cache-control"}
                assert kept & quick.headers.keys() == kept & plain.headers.keys()
        twice = client.get("/api/v1/check?postcode=CO1%201JB&postcode=IP1%201DH")
    assert twice.status_code == 422
    assert "'postcode' may be given only once" in twice.json()["detail"]


def test_ten_thousand_are_answered_in_their_order_and_counted(client: TestClient) -> None:
    texts = [AWKWARD[at % len(AWKWARD)] for at in range(10_000)]

    def counted() -> float:
        lines = client.get("/metrics").text.splitlines()
        return sum(float(x.split()[-1]) for x in lines if x.startswith("localarea_checks_total{"))

    before = counted()
    many = client.post("/api/v1/check", json={"postcodes": texts}).json()["verdicts"]
    assert counted() - before == len(texts)
    ones = [client.get("/api/v1/check", params={"postcode": text}).json() for text in AWKWARD]
    assert many == [ones[at % len(AWKWARD)] for at in range(10_000)]


def test_what_cannot_be_used_is_a_problem_that_says_so(client: TestClient) -> None:
    answer = client.get("/api/v1/check", params={"postcode": "CO1 1JB", "option": "ttwa-offical"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:localarea:OptionNotFoundError"
    assert "ttwa-official" in problem["suggestions"]


def test_a_fault_of_the_form_does_not_repeat_what_was_sent(client: TestClient) -> None:
    answer = client.post("/api/v1/check", json={"postcodes": ["CO1 1JB" + "X" * 300]})
    assert answer.status_code == 422
    assert "XXX" not in answer.text


def _leaves(kind: type[Exception]) -> Iterator[type[Exception]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for one in below:
        yield from _leaves(one)


@pytest.mark.parametrize("kind", sorted(_leaves(errors.LocalareaError), key=lambda k: k.__name__))
def test_every_error_has_a_status_of_its_family(kind: type[errors.LocalareaError]) -> None:
    status = status_of(kind.__new__(kind))
    assert status != 500
    assert status in TITLES


def test_no_status_of_the_table_is_of_a_class_that_is_gone() -> None:
    assert all(issubclass(kind, errors.LocalareaError) for kind in STATUS)
