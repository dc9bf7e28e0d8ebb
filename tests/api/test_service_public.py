"""What a supplier without an account sees: what local means, one postcode, and whom to ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from definition_cases import APPROVAL, tiny_file
from service_cases import service_in

from localarea.definitions.publish import publish
from localarea.errors import SettingError
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.service.auth.identity import NOBODY
from localarea.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

SITE = "https://www.council.example"
TERMS = replace(APPROVAL, id="m-1", title="Colchester and around", effective_from="2026-04-01")


def nobody(client: TestClient) -> TestClient:
    client.app.state.identify = lambda _request: NOBODY  # type: ignore[attr-defined]
    return client


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    stated = {
        "data_dir": small_tables.root,
        "cache_dir": small_tables.cache_dir,
        "contact": "Procurement team, 01206 000000",
        "embed_origins": (SITE,),
        "public_url": "https://local.council.example",
    }
    with service_in(tmp_path_factory.mktemp("service"), **stated) as made:
        chosen = option_zones("district", read_council(store=small_tables), store=small_tables)
        made.app.state.localarea.definitions.add(  # type: ignore[attr-defined]
            publish(chosen, read_council(store=small_tables), TERMS, store=small_tables)
        )
        yield nobody(made)


def test_the_first_page_leads_a_visitor_to_the_public_one(client: TestClient) -> None:
    answer = client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/local")
    other = client.get("/options", follow_redirects=False)
    assert other.headers["location"].startswith("/sign-in")


def test_it_says_what_local_means_and_whom_to_ask(client: TestClient) -> None:
    page = client.get("/local").text
    for said in (
        "“local” means the area “Colchester and around”. That is all of Colchester",
        "/definitions/m-1/map.png",
        "Procurement team, 01206 000000",
        "In force from 1 April 2026 until further notice",
    ):
        assert said in page


def test_its_map_tells_everybody_of_the_area_and_of_no_option(client: TestClient) -> None:
    assert 'data-source="/definitions/m-1/map.json"' in client.get("/local").text
    answer = client.get("/definitions/m-1/map.json")
    drawn = answer.json()
    names = {code: name for code, name, _, _ in drawn["zones"]}
    assert "Central Colchester" in {names[code] for code in drawn["inside"]}
    assert set(drawn["inside"]) < set(names)  # with what lies around it
    assert drawn["places"][0][0] == "Colchester"
    assert any(road[0] == "A12" for road in drawn["roads"])
    assert drawn["layers"] == {}
    for secret in ("option", "commut", "firms", "ttwa"):
        assert secret not in answer.text.casefold(), secret
    kept = client.get("/map/base.json", follow_redirects=False)
    assert kept.headers["location"].startswith("/sign-in")
    again = {"If-None-Match": answer.headers["etag"]}
    assert client.get("/definitions/m-1/map.json", headers=again).status_code == 304


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("CO1 1JB", 200, "CO1 1JB: local"),
        ("ip11dh", 200, "IP1 1DH: not local"),
        ("ZZ", 200, "unknown"),
        ("", 422, "Enter a postcode, such as CO1 1JB"),
    ],
)
def test_one_postcode_is_answered_under_the_definition_in_force(
    client: TestClient, typed: str, status: int, said: str
) -> None:
    answer = client.post("/local", data={"postcode": typed})
    assert (answer.status_code, said in answer.text) == (status, True)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("field", ["under", "postcodes", "day", "at"])
def test_nothing_else_can_be_asked_without_an_account(client: TestClient, field: str) -> None:
    answer = client.post("/local", data={"postcode": "CO1 1JB", field: "x"})
    assert answer.status_code == 422
    assert field in answer.text
    assert client.get("/api/v1/check", params={"postcode": "CO1 1JB"}).status_code == 401


def test_the_local_postcodes_can_be_taken_away(client: TestClient) -> None:
    answer = client.get("/definitions/m-1/files/local-postcodes.csv")
    lines = answer.text.split("\r\n")
    assert lines[0] == "Postcode"
    assert "CO1 1JB" in lines
    assert "IP1 1DH" not in lines
    assert lines[-1] == ""
    assert lines[1:-1] == sorted(lines[1:-1])


def test_only_the_named_sites_may_embed_the_form_and_no_other_page(client: TestClient) -> None:
    answer = client.get("/local/embed")
    (policy,) = answer.headers.get_list("content-security-policy")
    assert f"frame-ancestors {SITE};" in f"{policy};"
    assert "'none'" in policy.partition("frame-ancestors")[0]
    assert "area-map" not in answer.text
    drawn = client.get("/local/embed?map=true")
    assert drawn.headers.get_list("content-security-policy") == [policy]
    assert 'data-source="/definitions/m-1/map.json"' in drawn.text
    (policy,) = client.get("/local").headers.get_list("content-security-policy")
    assert "frame-ancestors 'none'" in policy
    assert "https://local.council.example/local/embed" in client.get("/local").text


def test_embedding_is_off_and_a_service_without_a_definition_says_so(
    small_tables: DataStore, tmp_path: object
) -> None:
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, **stated) as made:  # type: ignore[arg-type]
        nobody(made)
        assert made.get("/local/embed").status_code == 404
        page = made.get("/local").text
        assert "has not yet said here what" in page
        assert ": the person who sent you the tender or the contract." in page
        assert "/local/embed" not in page
        answer = made.post("/local", data={"postcode": "CO1 1JB"})
        assert (answer.status_code, "CO1 1JB: " in answer.text) == (200, False)
        ended = tiny_file(id="over", effective_from="2020-04-01", effective_to="2021-03-31")
        made.app.state.localarea.definitions.add(ended)  # type: ignore[attr-defined]
        page = made.get("/local").text
        assert "has not yet said" not in page
        assert "the definition that was in force ended on 31 March 2021. Until then" in page
        assert 'href="/definitions/over">the area “A square”' in page


def test_a_definition_that_is_approved_is_announced_before_its_first_day(
    small_tables: DataStore, tmp_path: object
) -> None:
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    council = read_council(store=small_tables)
    with service_in(tmp_path, **stated) as made:  # type: ignore[arg-type]
        nobody(made)
        assert "will mean" not in made.get("/local").text
        chosen = option_zones("district", council, store=small_tables)
        terms = replace(TERMS, effective_from="2099-04-01")
        made.app.state.localarea.definitions.add(  # type: ignore[attr-defined]
            publish(chosen, council, terms, store=small_tables)
        )
        page = made.get("/local").text
        assert "has not yet said here what" in page
        assert "From 1 April 2099, “local” will mean" in page
        assert 'href="/definitions/m-1">the area “Colchester and around”' in page


@pytest.mark.parametrize(
    "stated", ["https://a.example/page", "*", "https://a.example; script-src *"]
)
def test_what_is_no_origin_may_not_embed(stated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAREA_EMBED_ORIGINS", f'["{stated}"]')
    with pytest.raises(SettingError, match="EMBED_ORIGINS has"):
        read_settings()


def test_everybody_is_led_to_the_documentation_where_it_is_built(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from localarea.service.pages import about

    monkeypatch.setattr(about, "documented", lambda: True)
    led = nobody(client).get("/docs", follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (302, "/static/docs/index.html")
    monkeypatch.setattr(about, "documented", lambda: False)
    missing = client.get("/docs", headers={"Accept": "text/html"})
    assert missing.status_code == 404
    assert "the folder docs of the repository" in missing.text
