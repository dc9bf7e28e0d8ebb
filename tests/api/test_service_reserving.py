"""Reserving contracts in the service: one check for both purposes, and the form to put forward."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from definition_cases import APPROVAL
from service_cases import service_in

from localarea.definitions.publish import publish
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.service.auth.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

DAY = "2026-06-01"
NO = "Inside the area to which this contract may be reserved (definition r-1): no."


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """Give a service in which Ipswich is in the area for measures and not in that to reserve."""
    folder = tmp_path_factory.mktemp("service")
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(folder, **stated) as made:
        council = read_council(store=small_tables)
        definitions = made.app.state.localarea.definitions  # type: ignore[attr-defined]
        for name, purpose, option in (
            ("m-1", "measure", "district+ipswich"),
            ("r-1", "reservation", "reserve-own"),
        ):
            terms = replace(
                APPROVAL,
                id=name,
                purpose=purpose,  # type: ignore[arg-type]
                effective_from="2026-04-01",
                effective_to="2026-12-31" if purpose == "reservation" else None,
            )
            chosen = option_zones(option, council, store=small_tables)
            definitions.add(publish(chosen, council, terms, store=small_tables))
        yield made


def test_one_check_answers_both_apart(client: TestClient) -> None:
    for _ in range(3):  # made, made ready, and answered from what is ready
        found = client.get("/api/v1/check", params={"postcode": "IP1 1DH", "on": DAY}).json()
        assert (found["status"], found["definition"]) == ("local", "m-1")
        assert found["reservation"] == {
            "definition": "r-1",
            "inside": False,
            "borderline": False,
            "explanation": NO,
        }
    many = client.post("/api/v1/check", json={"postcodes": ["IP1 1DH", "CO1 1JB"], "on": DAY})
    verdicts = many.json()["verdicts"]
    assert verdicts[0] == found
    assert [v["reservation"]["inside"] for v in verdicts] == [False, True]


@pytest.mark.parametrize(
    "asked", [{"on": "2027-01-01"}, {"definition": "m-1"}, {"option": "district"}]
)
def test_where_there_is_no_such_definition_nothing_is_said_of_it(
    client: TestClient, asked: dict[str, str]
) -> None:
    for _ in range(3):
        found = client.get("/api/v1/check", params={"postcode": "CO1 1JB", **asked}).json()
        assert "reservation" not in found
    many = client.post("/api/v1/check", json={"postcodes": ["CO1 1JB"], **asked}).json()
    assert "reservation" not in many["verdicts"][0]


def test_the_page_says_both(client: TestClient) -> None:
    typed = {"postcode": "IP1 1DH", "day": "1", "month": "6", "year": "2026"}
    page = client.post("/", data=typed).text
    assert f"Local for social value measures: yes. {NO}" in page
    later = client.post("/", data=typed | {"year": "2027"}).text
    assert "may be reserved" not in later


def test_a_list_is_answered_for_both_on_the_page_and_in_its_file(client: TestClient) -> None:
    typed = {"postcodes": "IP1 1DH\nCO1 1JB", "day": "1", "month": "6", "year": "2026"}
    page = client.post("/", data=typed).text
    assert NO in page
    assert NO.replace(": no.", ": yes.") in page
    saved = client.post("/answers.csv", data=typed).text.lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(saved)))
    assert rows[0][-2:] == ["Inside the area for reserving?", "Definition for reserving"]
    assert [(row[2], *row[-2:]) for row in rows[1:]] == [
        ("Local", "no", "r-1"),
        ("Local", "yes", "r-1"),
    ]
    later = client.post("/answers.csv", data=typed | {"year": "2027"}).text
    assert "reserving" not in later


def test_the_form_offers_the_options_for_reserving_and_refuses_others(client: TestClient) -> None:
    who = Identity("Pat", frozenset({"analyst"}), "key", "Officer")
    client.app.state.identify = lambda _request: who  # type: ignore[attr-defined]
    form = client.get("/decisions/new").text
    assert '<optgroup label="For reserving contracts">' in form
    body = {"option": "districts+ipswich", "purpose": "reservation", "title": "", "note": "Why"}
    refused = client.post("/decisions/new", data=body, follow_redirects=False)
    assert refused.status_code == 422
    assert "reserve-own, reserve-county or reserve-bordering" in refused.text
    body["option"] = "reserve-bordering"
    taken = client.post("/decisions/new", data=body, follow_redirects=False)
    assert taken.status_code == 303
    shown = client.get(taken.headers["location"]).text
    assert "Colchester with bordering counties, for reserving" in shown
