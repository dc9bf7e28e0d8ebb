"""A name that is not known leads to those that may be meant, by a button or a link."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from localarea.errors import AmbiguousPlaceError, InputError, PlaceNotFoundError
from localarea.places.readings import meant_by

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def hidden(form: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def test_which_errors_name_what_was_meant() -> None:
    assert meant_by(PlaceNotFoundError("Ipswitch", ["Ipswich", "Colchester"])) == ("Ipswich",)
    assert meant_by(AmbiguousPlaceError("Newtown", ["Newtown, A", "Newtown, B"])) == (
        *("Newtown, A", "Newtown, B"),
    )
    assert meant_by(InputError("no")) == ()


def test_the_study_offers_it_and_keeps_the_move(client: TestClient) -> None:
    sent = {"from": "district", "place": "Ipswitch", "move": "out", "in": "Ipswich"}
    answer = client.post("/study", data=sent)
    assert answer.status_code == 404
    form = answer.text.partition('id="meant-form"')[2].partition("</form>")[0]
    assert 'value="Ipswich">Ipswich</button>' in form
    mended = {**hidden(form), "place": "Ipswich"}
    assert (mended["move"], mended["from"], mended["in"]) == ("out", "district", "Ipswich")
    after = client.post("/study", data=mended, follow_redirects=False)
    assert (after.status_code, "in=Ipswich" in after.headers["location"]) == (303, False)
    plain = client.get("/study").text
    assert re.search(r'id="meant-form"[^>]* hidden>', plain)
    said = client.post("/api/v1/study", json={"place": "Ipswitch"}).json()
    assert said["suggestions"][0] == "Ipswich"


def test_a_what_if_offers_it_in_the_box_it_was_typed_in(client: TestClient) -> None:
    sent = {"base": "district", "include": "Sudbury\nHarwich", "exclude": "Tiptree\nIpswitch"}
    answer = client.post("/scenario", data=sent)
    assert answer.status_code == 404
    assert 'href="#exclude"' in answer.text
    form = answer.text.partition("did you mean:")[2].partition("</form>")[0]
    mended = hidden(form)
    assert mended["exclude"] == "Tiptree\nIpswich"
    assert mended["include"] == "Sudbury\nHarwich"
    assert ">Ipswich<" in re.sub(r"\s+", "", form)


def test_a_what_if_tells_every_name_at_once_each_with_its_own(client: TestClient) -> None:
    sent = {"base": "district", "include": "Colchestr\nHarwich", "exclude": "Tiptree\nIpswitch"}
    page = unescape(client.post("/scenario", data=sent).text)
    for name, meant in (("Colchestr", "Colchester"), ("Ipswitch", "Ipswich")):
        part = page.partition(f"For “{name}”, did you mean:")[2].partition("</div>")[0]
        assert f">{meant}<" in re.sub(r"\s+", "", part)
    assert page.count('<a href="#include">') == page.count('<a href="#exclude">') == 1
    assert page.count("govuk-form-group--error") == 2


def test_the_api_tells_every_place_that_it_cannot_read(client: TestClient) -> None:
    asked = {"base": "district", "include": ["Colchestr", "Harwich"], "exclude": ["Ipswitch"]}
    answer = client.post("/api/v1/scenario", json=asked)
    said = answer.json()
    assert answer.status_code == 422
    assert said["type"] == "urn:localarea:PlacesNotReadError"
    assert [(one["action"], one["place"], one["meant"][0]) for one in said["places"]] == [
        ("include", "Colchestr", "Colchester"),
        ("exclude", "Ipswitch", "Ipswich"),
    ]
    assert all(one["why"] in said["detail"] for one in said["places"])
    alone = client.post("/api/v1/scenario", json={"base": "district", "include": ["Ipswitch"]})
    assert (alone.status_code, alone.json()["suggestions"][0]) == (404, "Ipswich")


@pytest.mark.parametrize("asked", ["IP1 2DE", "E02006251", " ipswich central ", "zone:E02006251"])
def test_the_zone_of_the_options_is_found_by_name_code_or_postcode(
    asked: str, client: TestClient
) -> None:
    sent = {"zone": asked, "contested": "without", "group": "labour"}
    answer = client.post("/options", data=sent, follow_redirects=False)
    assert answer.status_code == 303, asked
    address = answer.headers["location"]
    found = re.fullmatch(r"/options\?contested=without&group=labour&zone=(E02\d{6})#why", address)
    assert found, address  # which names no postcode: it may be somebody's home
    page = unescape(client.get(address).text)
    assert "Ipswich" in page.partition('id="zone-panel"')[2].partition("</h3>")[0]


def test_a_place_of_several_zones_and_one_that_is_not_known_lead_on(client: TestClient) -> None:
    town = client.post("/options", data={"zone": "Ipswich"})
    assert town.status_code == 422
    listed = town.text.partition('id="zones-meant"')[2].partition("</ul>")[0]
    assert listed.count("zone=E02") == 16  # the district of Ipswich has sixteen zones
    assert "“Ipswich” covers 16 zones; choose one" in town.text
    wrong = client.post("/options", data={"zone": "Ipswitch"})
    assert (wrong.status_code, 'name="zone" value="Ipswich"' in wrong.text) == (404, True)
    blank = client.post("/options", data={"zone": " "})
    assert (blank.status_code, 'href="#zone"' in blank.text) == (422, True)


def test_a_place_in_dispute_and_a_council_lead_to_links(client: TestClient) -> None:
    page = client.get("/contested", params={"place": "Ipswitch"})
    assert page.status_code == 404
    assert 'href="/contested?place=Ipswich&amp;option=' in page.text
    council = client.get("/options", params={"council": "Ipswitch", "sort": "jobs"})
    assert council.status_code == 404
    assert 'href="/options?sort=jobs&amp;council=Ipswich"' in council.text
    assert "Did you mean" not in client.get("/definitions/none").text


def test_readings_of_a_name_are_buttons(client: TestClient) -> None:
    for page, shared in (("/options", "council"), ("/", "council")):
        answer = client.get(page, params={shared: "Sudbury"})
        assert answer.status_code == 422
        assert "Several places are called Sudbury." in answer.text
        for other in ("Brent", "Babergh"):
            link = f'role="button" draggable="false" href="{page}?council=Sudbury%2C+{other}"'
            assert link in answer.text, page
    contested = client.get("/contested", params={"place": "Sudbury"}).text
    assert 'href="/contested?place=Sudbury%2C%20Brent&amp;option=' in contested
    assert "Other places of that name" not in client.get("/contested?place=ipswich").text


def test_a_census_that_an_option_does_not_use_is_refused_with_the_reason(
    client: TestClient,
) -> None:
    sent = {"base": "drive-30", "include": "", "exclude": "", "vintage": "2021"}
    page = client.post("/scenario", data=sent)
    assert page.status_code == 422
    assert 'href="#vintage' in page.text
    assert "is not drawn from commuters, so another census changes nothing" in page.text
    with_place = client.post("/scenario", data={**sent, "include": "Harwich"})
    assert with_place.status_code == 200
    assert "does not use the commuters of 2021" in with_place.text
