"""Any council on the pages and in the API: named in the address, worked out once."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

import pytest
from service_cases import ready, service_in, settings_in

from localarea.service import councils
from localarea.service.state.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient


BY_COUNCIL = [
    ("/api/v1/options", "get"),
    ("/api/v1/options/{option}", "get"),
    ("/api/v1/options/{option}/geometry", "get"),
    ("/api/v1/scenario", "post"),
    ("/api/v1/compare", "post"),
    ("/api/v1/check", "get"),
]
NAVIGATING = {"sec-fetch-mode": "navigate"}
WIGHT = "council=Isle%20of%20Wight"


def test_a_page_waits_by_loading_itself_again(client: TestClient) -> None:
    first = client.get("/options?council=Isles of Scilly", headers=NAVIGATING)
    assert first.status_code == 202
    assert first.headers["refresh"] == "3"
    assert "The options for Isles of Scilly are being worked out" in first.text
    assert "Isles of Scilly district" in ready(client, "/options?council=Isles of Scilly").text


def test_links_hold_the_council(client: TestClient) -> None:
    page = ready(client, f"/options?{WIGHT}").text
    assert "Isle of Wight district" in page
    assert "Nobody has chosen them" in page
    links = set(
        re.findall(r'(?:href|src|data-source)="(/(?:options|compare|scenario)[^"]*)"', page)
    )
    own = {"/options"}  # back to the service's own
    assert links - own
    assert all("council=Isle%20of%20Wight" in link for link in links - own), links
    assert f'action="/options?{WIGHT}"' in page
    option = client.get(f"/options/drive-30?{WIGHT}")
    assert "Within 30 minutes&#39; drive of Isle of Wight" in option.text
    assert 'href="/api/v1/options/drive-30/geometry?anchor=Isle%20of%20Wight"' in option.text
    assert "Put it forward" not in option.text  # decisions are the service's own
    assert client.get(f"/compare?first=district&second=drive-30&{WIGHT}").status_code == 200
    assert client.get(f"/map/options.json?{WIGHT}").status_code == 200


def test_a_program_gets_the_options_of_any_anchor(client: TestClient) -> None:
    found = ready(client, "/api/v1/options?anchor=Isle of Wight").json()
    assert (found["council"], found["anchor"]) == ("isle-of-wight", "Isle of Wight")
    assert len(found["options"]) == 9
    # 138,265 residents by the census of 2011 (KS101EW), under each of the methods: one island.
    assert {one["metrics"]["population_2011"] for one in found["options"]} == {138_265}
    compared = client.post(
        "/api/v1/compare?council=Isle of Wight", json={"options": ["district", "drive-45"]}
    )
    assert compared.status_code == 200
    assert compared.json()["anchor"] == "Isle of Wight"
    own = client.get("/api/v1/options?council=Colchester").json()
    assert own["council"] == "colchester"


def test_a_misspelt_council_or_anchor_is_told_the_nearest(client: TestClient) -> None:
    for address in ("/api/v1/options?council=Gatshead", "/api/v1/options?anchor=Gatshead",
                    "/api/v1/check?postcode=CO1+1JB&council=Gatshead"):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert "Gateshead" in answer.json()["detail"]
    assert "nearest: Gateshead" in client.get("/options?council=Gatshead").text
    assert client.get("/api/v1/options?anchor=Sudbury").status_code == 422
    assert "Sudbury, Babergh" in client.get("/options?council=Sudbury").text.replace("&#39;", "'")


@pytest.mark.parametrize("name", ["../../etc/hosts.toml", "/etc/x.toml", "colchester.toml"])
def test_a_visitor_names_no_file(client: TestClient, name: str) -> None:
    assert client.get("/api/v1/options", params={"council": name}).status_code == 404
    assert client.get("/options", params={"council": name}).status_code == 404


def test_a_check_answers_by_the_default_option_of_any_council(client: TestClient) -> None:
    asked = {"postcode": "CO1 1JB"}
    own = client.get("/api/v1/check", params=asked).json()
    assert own["status"] == "local"
    assert client.get("/api/v1/check", params={**asked, "council": "Colchester"}).json() == own
    for other in ({"council": "Exeter"}, {"anchor": "Exeter"}):
        answer = client.get("/api/v1/check", params={**asked, **other}).json()
        assert answer["status"] == "not_local"
        assert "Exeter" in answer["explanation"]
        many = client.post("/api/v1/check", json={"postcodes": ["CO1 1JB"], **other}).json()
        assert many["verdicts"] == [answer]


def test_places_of_the_same_name_are_one_click_away(client: TestClient) -> None:
    form = {"base": "district", "include": "Ipswich\nSudbury"}
    page = client.post("/scenario", data=form).text
    assert "Sudbury is read as 2 zones of Babergh" in page
    assert "Take Sudbury, Brent instead" in page
    # The third zone of the town does not bear its name, so it is a click of its own.
    assert "Add Great Cornard, Babergh too" in page
    assert 'name="include" value="Ipswich\nSudbury\nGreat Cornard, Babergh"' in page
    assert 'name="include" value="Ipswich\nSudbury, Brent"' in page
    there = client.post("/scenario", data=form | {"include": "Ipswich\nSudbury, Brent"}).text
    assert "2 zones of Brent" in there
    assert "Take Sudbury" not in there


def test_no_more_is_worked_out_at_once_than_is_allowed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(councils, "MOST_WAITING", 0)
    answer = client.get("/options?council=Exeter", headers=NAVIGATING)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "10"


def test_each_route_that_takes_a_council_says_what_it_changes(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    for path, verb in BY_COUNCIL:
        known = {p["name"]: p for p in document["paths"][path][verb]["parameters"]}
        assert "default" in known["council"]["description"], path
        assert "measure" in known["anchor"]["description"], path
    fields = document["components"]["schemas"]["CheckMany"]["properties"]
    assert {"council", "anchor"} <= set(fields)


def test_a_browser_is_told_to_wait_while_a_service_that_just_started_works_options_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, begun = threading.Event(), State._ready

    def late(state: State) -> None:
        ready.wait(120)
        begun(state)

    monkeypatch.setattr(State, "_ready", late)
    monkeypatch.setattr(councils, "WAIT_S", 0.1)
    with service_in(tmp_path) as client:
        for page in ("/study", "/options", "/contested?place=Ipswich"):
            early = client.get(page, headers=NAVIGATING)
            assert early.status_code == 202
            assert early.headers["refresh"]
            assert "The options for Colchester City Council are being worked out" in early.text
        client.app.state.localarea.progress = (5, 26)  # type: ignore[attr-defined]
        plain = client.get("/study", headers={"Accept": "text/html"})  # over plain HTTP
        assert "5 of 26 options are drawn." in plain.text
        assert '<progress id="done" max="26" value="5">' in plain.text
        assert client.get("/", headers=NAVIGATING).status_code == 200  # a check rests on no figures
        ready.set()
        assert client.get("/options").status_code == 200
        monkeypatch.setattr(councils, "WAIT_S", 120)
        assert client.get("/study", headers=NAVIGATING).status_code == 200


def test_options_that_cannot_be_worked_out_are_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_state: State) -> None:
        raise OSError("no tables")

    monkeypatch.setattr(State, "_ready", fails)
    with service_in(tmp_path) as client:
        state = client.app.state.localarea  # type: ignore[attr-defined]
        assert state.has_options(60)


def test_pages_are_prepared_last_and_no_more_of_them_once_the_service_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(State, "_ready", lambda _state: done.append("options"))
    state = State(settings_in(tmp_path))

    def fails(_state: State) -> None:
        done.append("a page that cannot be prepared")
        raise OSError("no tables")

    def last(stopped: State) -> None:
        done.append("the last page")
        stopped.close()

    state.warm((fails, last, lambda _state: done.append("never"))).join(120)
    assert done == ["options", "a page that cannot be prepared", "the last page"]
