"""A name that is not known leads to those that may be meant, by a button or a link."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from localarea.errors import AmbiguousPlaceError, InputError, PlaceNotFoundError
from localarea.service.pages.forms import meant_by

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
