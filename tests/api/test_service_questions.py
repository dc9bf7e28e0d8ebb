"""The pages and routes on a place in dispute and on a zone: the same facts as the library."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from service_cases import set_to

from localarea.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

PAYMENTS = "Supplier,Postcode,Category,Net\nAcme,CO1 1JB,Works,100\nBeta,IP1 2DE,Care,50\n"


@pytest.fixture
def said_by(
    small_tables: DataStore, monkeypatch: pytest.MonkeyPatch, capsysbinary: Any
) -> Callable[..., Any]:
    """Give what a command says of the tables of the service."""
    for name, value in set_to(small_tables).items():
        monkeypatch.setenv(name, value)

    def said(*command: str) -> Any:
        assert run([*command, "--json"]) == 0
        return json.loads(capsysbinary.readouterr().out)

    return said


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_answer_is_that_of_the_command_line(
    client: TestClient, said_by: Callable[..., Any]
) -> None:
    said = said_by("place", "Ipswich")
    assert client.get("/api/v1/contested/Ipswich").json() == said
    assert client.get("/api/v1/contested/ipswich").json() == said  # its key will do


def test_the_page_says_every_sentence_and_every_fact(client: TestClient) -> None:
    answer = client.get("/api/v1/contested/Ipswich").json()
    page = client.get("/contested", params={"place": "ipswich"})
    assert page.status_code == 200
    text = plain(page.text).replace("&#39;", "'").replace("&amp;", "&")
    for said in [*answer["sentences"], *(fact["words"] for fact in answer["facts"])]:
        assert said in text
    for row in answer["industries"]["rows"]:
        assert f"{row['becomes_local']:,.0f}" in text
    assert "draws no conclusion" in text
    assert "taken in lockdown" in text
    for side in ("with", "without"):
        (address,) = set(
            re.findall(rf'src="(/contested/map.png[^"]*side={side}&[^"]*)"', page.text)
        )
        picture = client.get(address.replace("&amp;", "&"))
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")


def test_the_council_s_places_are_listed_and_led_to(client: TestClient) -> None:
    listed = client.get("/api/v1/contested").json()
    assert listed["places"] == [{"key": "ipswich", "place": "Ipswich"}]
    for address in ("/", "/options", "/compare", "/contested"):
        assert 'href="/contested?place=ipswich"' in client.get(address).text, address


def test_any_place_can_be_asked_about_under_any_option(client: TestClient) -> None:
    answer = client.get("/api/v1/contested/Braintree", params={"option": "drive-30"}).json()
    assert (answer["listed"], answer["option"]) == (False, "drive-30")
    assert answer["with"]["id"].startswith("drive-30")


@pytest.mark.parametrize(
    ("params", "status", "says"),
    [
        ({"place": "Ipswitch"}, 404, "Ipswich"),
        ({"place": "IP1 2DE"}, 422, "is a postcode"),
        ({"place": "Colchester"}, 422, "measured from"),
        ({"place": "Ipswich", "option": "distric"}, 404, "district"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_form(
    params: dict[str, str], status: int, says: str, client: TestClient
) -> None:
    page = client.get("/contested", params=params)
    assert page.status_code == status
    assert "There is a problem" in page.text
    assert says in page.text
    place = params.pop("place")
    assert client.get(f"/api/v1/contested/{place}", params=params).status_code == status


def test_a_misspelt_place_is_offered_as_links(client: TestClient) -> None:
    page = client.get("/contested", params={"place": "Ipswitch", "option": "district"}).text
    assert "Did you mean" in page
    assert 'href="/contested?place=Ipswich&amp;option=district"' in page


def test_payments_are_added_up_and_nobody_is_named(client: TestClient) -> None:
    files = {"file": ("pay.csv", PAYMENTS.encode())}
    page = client.post("/contested", data={"place": "ipswich"}, files=files)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    text = plain(page.text)
    assert "£50.00 more of £150.00 would be local with Ipswich, paid to 1 payee." in text
    assert "Acme" not in text
    assert "Beta" not in text


def test_no_classifier_is_made_for_payments_that_are_added_up(client: TestClient) -> None:
    kept = client.app.state.localarea._classifiers  # type: ignore[attr-defined]
    files = {"file": ("pay.csv", PAYMENTS.encode())}
    made = []
    for option in ("district", "catchment"):
        asked = {"place": "ipswich", "option": option}
        assert client.post("/contested", data=asked, files=files).status_code == 200
        made.append(set(kept))
    assert made[0] == made[1]


def test_payments_that_cannot_be_read_are_told_beside_their_field(client: TestClient) -> None:
    for files in ({}, {"file": ("pay.csv", b"nothing")}):
        page = client.post("/contested", data={"place": "ipswich"}, files=files)
        assert page.status_code == 422
        assert 'href="#file"' in page.text
        assert "Is Ipswich in?" in page.text


def test_a_zone_says_why_on_page_route_and_command(
    client: TestClient, said_by: Callable[..., Any]
) -> None:
    said = said_by("why", "E02006233", "--option", "catchment")
    answer = client.get("/api/v1/options/catchment/zones/E02006233")
    assert answer.json() == said
    assert (said["name"], said["inside"]) == ("Sudbury", False)
    page = client.get("/options/catchment/zones/E02006233")
    text = plain(page.text).replace("&#39;", "'")
    for words in (said["sentence"], *said["turns"]):
        assert words in text
    for neighbour in said["neighbours"]:
        assert f"/options/catchment/zones/{neighbour['zone']}" in page.text
    picture = client.get("/options/catchment/zones/E02006233/map.png")
    assert picture.headers["content-type"] == "image/png"


def test_every_option_can_be_asked_why(client: TestClient) -> None:
    for option in client.get("/api/v1/options").json()["options"]:
        answer = client.get(f"/api/v1/options/{option['id']}/zones/E02006248")
        assert answer.status_code == 200, option["id"]
        assert answer.json()["inside"] == ("E02006248" in option["zones"])


@pytest.mark.parametrize("address", ["catchment/zones/E02999999", "nothing/zones/E02006233"])
def test_a_zone_or_an_option_that_is_not_there(address: str, client: TestClient) -> None:
    assert client.get(f"/options/{address}").status_code == 404
    assert client.get(f"/api/v1/options/{address}").status_code == 404


def test_the_panel_of_the_options_leads_to_the_reasons(client: TestClient) -> None:
    page = client.get("/options", params={"zone": "E02006233"}).text
    assert 'href="/options/catchment/zones/E02006233"' in page


def test_an_answer_for_a_postcode_leads_to_the_map_and_the_reason(client: TestClient) -> None:
    page = client.post("/", data={"postcode": "IP1 2DE"}).text
    (address,) = re.findall(r'href="(/options/ttwa-official/zones/E0\d+)"', page)
    assert client.get(address).status_code == 200


def test_a_zone_of_a_what_if_says_why(client: TestClient) -> None:
    why = client.get("/options/ttwa-official+e02006233/zones/E02006233")
    assert why.status_code == 200, why.text
    page = html.unescape(why.text)
    assert "Why Sudbury is inside" in page
    assert "made by hand: Sudbury was put into “Colchester labour market (ONS 2011)”" in page
    assert client.get("/options/ttwa-official+e02006233").status_code == 200
    assert client.get("/options/ttwa-official+co1-1jb").status_code == 404  # may be a home
    drawn = client.get("/options/ttwa-official+nowhere/zones/E02006233")
    assert (drawn.status_code, "is not known" in drawn.text) == (404, True)
