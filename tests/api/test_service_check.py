"""The service answers as the command line does, and its errors say what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from service_cases import service_in

from localarea import errors
from localarea.cli.app import run
from localarea.service.errors import STATUS, TITLES, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

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
