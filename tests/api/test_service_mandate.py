"""The pages open with the mandate, and ask why an option leaves out a half of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from service_cases import service_in

from localarea.service.auth.identity import Identity
from localarea.service.pages.study import options as pages_of_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

BOTH = Identity("Pat Officer", frozenset({"analyst", "approver"}), "key", "Assistant Director")
PLAIN = "no zone of South Suffolk (Babergh and Mid Suffolk), which the mandate names."
BOX = 'name="half_left_out"'


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("service")
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(folder, **stated) as made:
        made.app.state.identify = lambda _request: BOTH  # type: ignore[attr-defined]
        yield made


def test_the_page_of_an_option_says_which_half_it_leaves_out(client: TestClient) -> None:
    official = client.get("/options/ttwa-official").text
    assert f"It holds {PLAIN}" in official
    assert official.index("The mandate: employed residents inside") < official.index("MSOA 2011")
    assert "which the mandate names" not in client.get("/options/districts").text


def test_no_option_is_offered_for_comparing_with_itself(client: TestClient) -> None:
    other = client.get("/options/districts").text
    assert "Compare with Colchester labour market (ONS 2011)</a>" in other
    official = client.get("/options/ttwa-official").text
    assert "Compare with Colchester labour market" not in official
    assert 'href="/compare?first=ttwa-official">Compare with another option</a>' in official


def test_the_options_page_and_the_comparison_open_with_the_mandate(client: TestClient) -> None:
    options = client.get("/options").text
    assert options.index("South Suffolk (Babergh and Mid Suffolk)") < options.index("Map</h2>")
    assert "What adding Ipswich does to the mandate (narrow reading)" in options
    compared = client.get("/compare?first=districts&second=ttwa-official").text
    chosen = compared.index("Option to compare with")
    assert compared.index("South Suffolk (Babergh and Mid Suffolk)") < chosen
    assert f"Colchester labour market (ONS 2011): it holds {PLAIN}" in compared
    assert compared.index("What they hold of the mandate") < compared.index("Who gains and who")
    assert compared.count(">South Suffolk: jobs inside, narrow reading</th>") == 1


def test_methods_are_counted_and_not_their_variants(client: TestClient) -> None:
    # Ipswich Central is in one of twelve methods, by 45 minutes' drive; ten more variants add it.
    told = client.get("/options?zone=E02006251").text
    assert "inside 1 of 12 methods" in told
    assert "It lies in Ipswich, which can be put into any of them or taken out" in told
    shown = told[told.index('id="figures"') :]
    assert "North Essex and South Suffolk as one labour market</a>" in shown
    assert "plus Ipswich</a>" not in shown
    switched = client.get("/options?contested=with").text
    assert "North Essex and South Suffolk as one labour market, plus Ipswich</a>" in switched


def test_a_zone_says_which_point_its_minutes_are_counted_from(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where most people work elsewhere, that is not the middle of the anchor.
    monkeypatch.setattr(pages_of_options, "describe_centre", lambda *_, **__: "the old harbour")
    told = client.get("/options?zone=E02006251").text
    assert "Door to door by car from the old harbour: " in told


def test_that_all_pass_the_test_and_what_does_best_are_said(client: TestClient) -> None:
    page = client.get("/options").text
    assert "All 12 options pass the official test" in page
    assert "does not choose between them" in page
    # 45 minutes' drive holds the most; no more than as it is written decides.
    assert "<b>82.2%</b>" in page
    assert "<b>72.4%</b>" not in page
    assert "does not choose between them" in client.get("/options?group=labour").text
    # Where the test is not among the figures, nothing is said of it.
    assert "does not choose between them" not in client.get("/options?group=size").text


def test_a_what_if_says_how_a_place_was_read(client: TestClient) -> None:
    asked = {"base": "districts", "exclude": "Clacton"}
    told = client.post("/scenario", data=asked).text
    assert "Clacton is read as the travel to work area of 2011 Clacton (14 zones" in told
    assert "write town:Clacton" in told


def test_the_reason_is_asked_for_shown_and_public(client: TestClient) -> None:
    assert BOX in client.get("/decisions/new").text
    put = {"option": "district", "purpose": "measure", "note": "As the minute suggests"}
    refused = client.post("/decisions/new", data=put)
    assert refused.status_code == 422
    assert "say why it leaves that out" in refused.text
    assert 'href="#half_left_out"' in refused.text
    whole = client.post("/decisions/new", data=put | {"option": "districts", "half_left_out": "x"})
    assert "leaves out no half of the mandate" in whole.text
    told = put | {"half_left_out": "Few commute across the Stour"}
    made = client.post("/decisions/new", data=told, follow_redirects=False)
    assert made.status_code == 303
    address = made.headers["location"]
    shown = client.get(address).text
    assert "because: Few commute across the Stour" in shown
    assert f"It holds {PLAIN}" in shown

    asked = client.get(f"{address}/approve").text
    assert re.search(BOX + r"[^>]*>Few commute across the Stour</textarea>", asked)
    assert "change it if yours is another" in asked
    day = {"from_day": "1", "from_month": "4", "from_year": "2031"}
    form = {"id": "left-out-2031.1", "reasons": "Labour market", "minute_reference": "325", **day}
    unexplained = client.post(f"{address}/approve", data=form)
    assert unexplained.status_code == 422
    assert 'href="#half_left_out"' in unexplained.text
    form |= {"half_left_out": "The Stour divides them"}
    confirm = client.post(f"{address}/approve", data=form).text
    assert "Your reason, which everybody can read: The Stour divides them" in confirm
    decided = client.post(f"{address}/approve", data=form | {"step": "decide"})
    assert decided.status_code == 200, decided.text
    public = client.get("/definitions/left-out-2031.1").text
    assert "because: The Stour divides them" in public
    assert re.search(r"</strong>\s+Approved by .+ on \d+ \w+ \d{4}\.</p>", public)
    entries = client.get("/api/v1/audit").json()["entries"]
    (approved,) = [entry for entry in entries if entry["action"] == "approve"]
    assert approved["details"]["reasons"].endswith("because: The Stour divides them")
    assert client.get("/api/v1/audit/verify").json()["sound"] is True


def test_where_both_halves_are_held_no_reason_is_asked_for(client: TestClient) -> None:
    put = {"option": "districts", "purpose": "measure", "note": "All of both halves"}
    made = client.post("/decisions/new", data=put, follow_redirects=False)
    assert made.status_code == 303
    assert BOX not in client.get(f"{made.headers['location']}/approve").text
