"""Pages of decisions and definitions: who sees what, forms with faults, and files to take away."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
import shapely
from definition_cases import APPROVAL, tiny_file
from service_cases import service_in

from localarea.decisions.record.roles import ROLES
from localarea.definitions.decided.endings import End
from localarea.definitions.decided.take_overs import TakeOver
from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.publish import publish
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.service.auth.identity import NOBODY, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

ID = APPROVAL.id
FORM = {
    "step": "look",
    "id": "colchester-measure-2031.1",
    "from_day": "1",
    "from_month": "4",
    "from_year": "2031",
    "reasons": "Labour market",
    "minute_reference": "Cabinet, 13 February 2019",
    "supersedes": ID,
}


@pytest.fixture(scope="module")
def store(small_tables: DataStore) -> DataStore:
    return small_tables


@pytest.fixture(scope="module")
def client(store: DataStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("service")
    with service_in(folder, data_dir=store.root, cache_dir=store.cache_dir) as made:
        council = read_council(store=store)
        option = option_zones("district", council, store=store)
        data = publish(option, council, APPROVAL, store=store)
        made.app.state.localarea.definitions.add(data)  # type: ignore[attr-defined]
        later = {"effective_from": "2027-01-01", "purpose": "reservation"}
        made.app.state.localarea.definitions.add(  # type: ignore[attr-defined]
            tiny_file(id="other", reason="<script>alert(1)</script>", **later)
        )
        yield made


def be(client: TestClient, *roles: str) -> None:
    who = Identity("Pat", frozenset(roles), "key", "Officer") if roles else NOBODY  # type: ignore[arg-type]
    client.app.state.identify = lambda _request: who  # type: ignore[attr-defined]


def proposal(client: TestClient, note: str, option: str = "districts") -> str:
    be(client, "analyst")
    body = {"option": option, "purpose": "measure", "title": "", "note": note}
    answer = client.post("/decisions/new", data=body, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_definitions_are_public(client: TestClient) -> None:
    be(client)
    listed = client.get("/definitions").text
    assert ID in listed
    assert "other" in listed
    page = client.get(f"/definitions/{ID}").text
    for words in ("Pat Example", "Cabinet, 13 February 2019", "labour market criteria", "CO"):
        assert words in page
    assert "Withdraw this" not in page
    escaped = client.get("/definitions/other").text
    assert "<script>alert(1)" not in escaped
    assert "not legal advice" in escaped
    assert client.get("/definitions/none").status_code == 404


def test_every_table_it_was_made_from_is_shown(client: TestClient, store: DataStore) -> None:
    page = client.get(f"/definitions/{ID}").text
    for name in ("postcodes", "zones_msoa11"):
        info = store.info(name)
        assert info.sha256 in page
        assert str(info.vintage) in page


@pytest.mark.parametrize(
    ("day", "there"), [("31 3 2026", False), ("1 4 2026", True), ("1 1 2027", True)]
)
def test_which_one_held_on_a_day(client: TestClient, day: str, there: bool) -> None:
    be(client)
    asked = dict(zip(("day", "month", "year"), day.split(), strict=True))
    status = client.get("/definitions", params=asked).text.partition('role="status"')[2]
    assert (f'href="/definitions/{ID}"' in status) == there
    assert ('href="/definitions/other"' in status) == (day == "1 1 2027")


@pytest.mark.parametrize("day", ["30 2 2026", "1 4", "x y z", "1 4 26"])
def test_a_day_that_is_none_is_said(client: TestClient, day: str) -> None:
    asked = dict(zip(("day", "month", "year"), [*day.split(), "", ""][:3], strict=True))
    answer = client.get("/definitions", params=asked)
    assert answer.status_code == 422
    assert "must be a real date" in answer.text


def test_files_hold_what_the_definition_holds(client: TestClient) -> None:
    be(client)

    def file(name: str) -> bytes:
        answer = client.get(f"/definitions/{ID}/files/{name}")
        assert answer.status_code == 200
        assert f"{ID}-{name}" in answer.headers["content-disposition"]
        tag = {"If-None-Match": answer.headers["etag"]}
        again = client.get(f"/definitions/{ID}/files/{name}", headers=tag)
        assert (again.status_code, again.content) == (304, b"")
        return answer.content

    opened = OpenDefinition(file("definition.gpkg"))
    assert opened.definition.id == ID
    (feature,) = json.loads(file("boundary.geojson"))["features"]
    outline = shapely.geometry.shape(feature["geometry"])
    assert outline.contains(shapely.Point(0.9, 51.89))  # Colchester's centre
    rows = list(csv.DictReader(io.StringIO(file("postcodes.csv").decode())))
    table = pq.read_table(io.BytesIO(file("postcodes.parquet")))
    assert [row["postcode"] for row in rows] == table["postcode"].to_pylist()
    verdict = client.app.state.localarea.classifier  # type: ignore[attr-defined]
    from localarea.definitions.boundary_choice import BoundaryChoice

    checked = verdict(BoundaryChoice(definition=ID)).check_many(
        [row["postcode"] for row in rows[:500]]
    )
    assert [row["status"] for row in rows[:500]] == [v.status for v in checked]
    outwards = list(csv.DictReader(io.StringIO(file("outward-codes.csv").decode())))
    assert {row["outward_code"] for row in outwards} >= {"CO1", "IP1"}
    # Codes without a postcode in use, such as AB1, are no part of what is partly inside.
    whole = sum(row["status"] == "local" for row in outwards)
    part = sum(row["status"] == "unknown" and int(row["live_local"]) > 0 for row in outwards)
    page = client.get(f"/definitions/{ID}").text
    assert f"wholly inside: {whole}. Partly inside, so" in page
    assert f"the whole postcode is needed: {part}." in page
    assert client.get(f"/definitions/{ID}/files/other.exe").status_code == 404


def test_the_picture_is_a_picture(client: TestClient) -> None:
    answer = client.get(f"/definitions/{ID}/map.png")
    assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get(f"/definitions/{ID}/map.png", headers=tag).status_code == 304


def test_forms_say_what_is_wrong_and_keep_what_was_written(client: TestClient) -> None:
    address = proposal(client, "Faults")
    be(client, "approver")
    for changes, words in (
        ({"from_day": ""}, "must be a real date"),
        ({"reasons": " "}, "Enter the reasons"),
        ({"minute_reference": ""}, "Enter the minute"),
        ({"id": "Not A Name"}, "lowercase letters"),
        ({"supersedes": ""}, f"Definition {ID} is in force from"),
        ({"supersedes": "none"}, "none"),
        ({"borderline_m": "near"}, "in metres"),
    ):
        for step in ("look", "decide"):
            body = {**FORM, "step": step, "borderline_m": "123", **changes}
            answer = client.post(f"{address}/approve", data=body)
            assert answer.status_code in {404, 409, 422}, changes
            assert words in answer.text, changes
            assert "There is a problem" in answer.text
    be(client, "analyst")
    answer = client.post("/decisions/new", data={"option": "district", "note": "Kept words"})
    assert answer.status_code == 422
    assert "Kept words" in answer.text


def told(page: str) -> dict[str, str]:
    """Return what the summary of faults says, by the field that each leads to."""
    summary = page.partition('class="govuk-error-summary')[2].partition("</ul>")[0]
    found = re.findall(r'<a href="#([^"]+)">(.*?)</a>', summary, re.DOTALL)
    return {field: html.unescape(text.strip()) for field, text in found}


def test_all_faults_of_a_form_are_told_together_beside_their_fields(client: TestClient) -> None:
    address = proposal(client, "Many faults")
    be(client, "approver")
    wrong = {"id": "Not A Name", "from_day": "31", "from_month": "2", "reasons": " "}
    wrong |= {"minute_reference": "", "borderline_m": "-1", "to_day": "x"}
    page = client.post(f"{address}/approve", data={**FORM, **wrong}).text
    assert set(told(page)) == {
        *("id", "from-day", "to-day", "reasons", "minute_reference", "borderline_m")
    }
    for field, text in told(page).items():
        assert f'id="{field}"' in page  # each leads somewhere
        beside = page.partition('class="govuk-error-summary')[2].partition("</ul>")[2]
        assert text in html.unescape(beside), field  # and stands beside its field, too
    ends = {"to_day": "1", "to_month": "1", "to_year": "2031"}  # the first day is 1 April 2031
    assert told(client.post(f"{address}/approve", data={**FORM, **ends}).text) == {
        "to-day": "The last day is before the first day"
    }
    assert told(client.post(f"{address}/return", data={"text": " "}).text) == {
        "text": "Enter a comment: the record needs it"
    }
    be(client, "analyst")
    assert set(told(client.post("/decisions/new", data={"option": "district"}).text)) == {
        *("purpose", "note")
    }


def test_the_reason_for_a_half_left_out_is_asked_with_all_other_faults(client: TestClient) -> None:
    be(client, "analyst")
    new = {"option": "district", "purpose": "measure", "note": ""}
    told = client.post("/decisions/new", data=new).text
    assert {"#note", "#half_left_out"} <= set(re.findall(r'<a href="(#[^"]+)">', told))
    reserving = client.post("/decisions/new", data=new | {"purpose": "reservation"}).text
    assert "say why it leaves that out" not in reserving  # the mandate is about measures
    put = new | {"note": "x", "half_left_out": "Few commute across it"}
    place = client.post("/decisions/new", data=put, follow_redirects=False).headers["location"]
    be(client, "approver")
    told = client.post(f"{place}/approve", data=FORM | {"reasons": "", "from_day": "32"}).text
    faults = {"#reasons", "#from-day", "#half_left_out"}
    assert faults <= set(re.findall(r'<a href="(#[^"]+)">', told))


def test_a_withdrawal_sent_back_keeps_what_was_typed(client: TestClient) -> None:
    be(client, "approver")
    typed = {"on_day": "31", "on_month": "2", "on_year": "2099", "reason": ""}
    page = client.post(f"/definitions/{ID}/withdraw", data=typed).text
    assert set(told(page)) == {"on-day", "reason"}
    assert 'value="31"' in page
    assert 'value="2099"' in page
    reasons = client.post(f"/definitions/{ID}/withdraw", data={**typed, "reason": "Kept words"})
    assert (reasons.status_code, set(told(reasons.text))) == (422, {"on-day"})
    assert "Kept words" in reasons.text


def test_what_was_withdrawn_before_it_began_is_never_said_to_be_in_force(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = client.app.state.localarea.definitions  # type: ignore[attr-defined]
    folder.add(tiny_file(id="early", purpose="reservation", effective_to="2026-06-30"))
    folder.add(
        tiny_file(
            id="never",
            purpose="reservation",
            effective_from="2026-09-01",
            effective_to="2026-10-01",
        )
    )
    folder.place_end(
        End(
            definition="never", ended_on="2026-09-01", kind="withdrawn", successor=None,
            by="Dee", at="2026-08-01", reason="no",
        )
    )  # fmt: skip
    monkeypatch.setattr(
        "localarea.service.state.clock.now", lambda: datetime(2026, 8, 2, 9, tzinfo=UTC)
    )
    page = client.get("/definitions/never").text
    assert "It was to be in force from 1 September 2026, and was withdrawn before." in page
    assert "“Local” was to mean the area" in page
    assert "none: it was never in force" in page
    listed = client.get("/definitions").text
    assert "from 1 September 2026, but never in force; withdrawn." in listed
    over = client.get("/definitions/early").text
    assert "It was in force from 1 April 2026 to 30 June 2026." in over
    assert "“Local” meant the area" in over
    # A letter says what is so on a day: under neither of them today.
    be(client, "checker")
    for name in ("never", "early"):
        asked = {"postcode": "CO1 1JB", "under": f"definition:{name}"}
        refused = client.post("/letters", data=asked)
        assert (refused.status_code, "name none to take the one" in refused.text) == (422, True)


def test_what_is_shown_is_what_is_decided(client: TestClient) -> None:
    address = proposal(client, "Two steps")
    be(client, "approver")
    shown = client.post(f"{address}/approve", data=FORM).text
    assert re.search(r'la-lines">\s*Labour market', shown)  # its paragraphs stay paragraphs
    for words in ("1 April 2031", "Labour market", "Pat, Officer", ID, "500 metres"):
        assert words in shown
    assert client.post(f"{address}/approve", data={**FORM, "step": "change"}).status_code == 200
    assert "Put forward" in client.get(address).text


def test_a_reference_that_is_left_blank_has_the_year_of_the_first_day(client: TestClient) -> None:
    address = proposal(client, "By its year")
    be(client, "approver")
    typed = FORM | {"id": " "}
    shown = client.post(f"{address}/approve", data=typed).text
    assert 'name="id" value="colchester-measure-2031.1"' in shown  # what is sent to decide on
    next_year = datetime.now(UTC).year + 1
    form = client.post(f"{address}/approve", data=typed | {"from_day": ""})
    assert "id" not in told(form.text)  # without a first day there is no year yet
    assert f"such as colchester-measure-{next_year}.1 for one" in form.text


def test_a_last_day_after_which_nothing_is_in_force_is_told_before_it_is_decided(
    client: TestClient,
) -> None:
    address = proposal(client, "For a year")
    be(client, "approver")
    ends = {"to_day": "29", "to_month": "2", "to_year": "2032"}
    shown = html.unescape(client.post(f"{address}/approve", data=FORM | ends).text)
    # What it replaces does not come back.
    gap = "29 February 2032. From the next day none is in force until another is approved: checks"
    assert gap in shown
    assert "From the next day" not in client.post(f"{address}/approve", data=FORM).text


def test_what_was_returned_has_no_form_to_approve_it(client: TestClient) -> None:
    address = proposal(client, "Returned")
    be(client, "approver")
    assert client.post(f"{address}/return", data={"text": "Not yet"}).status_code == 200
    asked = client.get(f"{address}/approve", follow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (303, address)
    looked = client.post(f"{address}/approve", data=FORM)  # from another tab
    assert looked.status_code == 409
    assert "is already returned: put it forward again" in looked.text


def test_a_definition_is_headed_by_its_name_and_its_reference_is_small(client: TestClient) -> None:
    page = client.get(f"/definitions/{ID}").text
    heading = page.partition("<h1")[2].partition("</h1>")[0]
    assert heading.endswith(">Colchester district")
    assert page.partition("<title>")[2].startswith("Colchester district ")
    assert f'<p class="govuk-body-s">Reference: <span class="la-break">{ID}</span></p>' in page
    assert "all of Colchester (20 zones)" in page


def test_paper_says_where_and_when_a_page_was_printed(client: TestClient) -> None:
    be(client, "viewer")
    page = client.get("/options/drive-37").text
    said = page.partition('<p class="la-paper">')[2].partition("</p>")[0]
    assert "http://127.0.0.1/options/drive-37, " in said
    assert "OpenStreetMap contributors" in said


def test_a_proposal_is_held_against_what_holds_now(client: TestClient) -> None:
    place = proposal(client, "Wider")
    page = client.get(place).text
    assert "compared with Colchester district, which is in force now" in page
    gained = page.partition("Who gains and who loses")[2].partition("</table>")[0]
    # The definition is Colchester's district; the option adds these three to it.
    for district in ("Babergh", "Braintree", "Tendring"):
        assert f">{district}</th>" in gained
    assert (gained.count("becomes local"), gained.count("stops being local")) == (3, 0)
    picture = client.get(f"{place}/map.png")
    assert (picture.status_code, picture.content[:8]) == (200, b"\x89PNG\r\n\x1a\n")


def test_an_option_that_the_council_does_not_list_can_be_put_forward(client: TestClient) -> None:
    page = client.get(proposal(client, "Seven minutes more", "drive-37"))
    assert page.status_code == 200
    figures = page.text.partition("Its figures, compared with")[2]
    assert "Within 37 minutes' drive of Colchester" in html.unescape(figures)


def test_a_scenario_comes_from_another_page(client: TestClient) -> None:
    be(client, "analyst")
    text = 'base = "district"\n\n[[changes]]\naction = "include"\nplace = "Ipswich"\n'
    page = client.post("/decisions/new", data={"scenario": text}).text
    assert "Ipswich" in page
    body = {"scenario": text, "purpose": "measure", "note": "With it", "title": "With Ipswich"}
    assert "With Ipswich" in client.post("/decisions/new", data=body).text


def test_forms_take_what_is_known_already(client: TestClient) -> None:
    be(client, "analyst")
    for option, purpose in (("district", "measure"), ("reserve-own", "reservation")):
        page = client.get("/decisions/new", params={"option": option}).text
        assert re.search(rf'value="{purpose}"[^>]* checked', page), option
        assert page.count(" checked") == 1
    plain = client.get("/decisions/new").text
    assert " checked" not in plain
    # An option is not put forward only because it is the first of the list.
    assert re.search(r'name="option">\s*<option value="">Choose an option</option>', plain)
    assert 'value="drive-37" selected' in client.get("/decisions/new?option=drive-37").text


def test_a_first_day_as_an_example_is_to_come(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = proposal(client, "For the day")
    be(client, "approver")
    monkeypatch.setattr(
        "localarea.service.state.clock.now", lambda: datetime(2031, 4, 1, 9, tzinfo=UTC)
    )
    form = client.get(f"{page}/approve").text
    assert "For example 1 4 2032" in form  # on the first of April the next one is meant
    assert "What people will call the area" in form


PAGES = {
    ("GET", "/decisions"): set(ROLES) - {"supplier"},
    ("GET", "/audit"): set(ROLES) - {"supplier"},
    ("GET", "/decisions/999"): set(ROLES) - {"supplier"},
    ("GET", "/decisions/new"): {"analyst"},
    ("POST", "/decisions/new"): {"analyst"},
    ("POST", "/decisions/999/comment"): {"analyst", "approver"},
    ("POST", "/decisions/999/return"): {"approver"},
    ("POST", "/decisions/999/withdraw"): {"analyst"},
    ("GET", "/decisions/999/approve"): {"approver"},
    ("POST", "/decisions/999/approve"): {"approver"},
    ("GET", f"/definitions/{ID}/withdraw"): {"approver"},
    ("POST", f"/definitions/{ID}/withdraw"): {"approver"},
    ("GET", f"/definitions/{ID}/refresh"): {"approver", "admin"},
    ("POST", f"/definitions/{ID}/refresh"): {"approver", "admin"},
}


@pytest.mark.parametrize(("method", "address"), PAGES)
def test_who_may_not_is_told(client: TestClient, method: str, address: str) -> None:
    for role in ROLES:
        be(client, role)
        status = client.request(method, address).status_code
        assert (status != 403) == (role in PAGES[method, address]), role
    be(client)
    answer = client.request(method, address, follow_redirects=False)
    assert answer.status_code in ({303} if method == "GET" else {401})  # a visitor is to sign in
    assert method == "POST" or answer.headers["location"].startswith("/sign-in")


def test_the_successor_that_took_a_definition_over_is_named(client: TestClient) -> None:
    taken = TakeOver(
        definition=ID, council="haven", authority="Invented Haven", taken_from="2028-04-01",
        order="an invented order", by="Lee", at="2028-04-02", reason="Colchester was replaced",
    )  # fmt: skip
    client.app.state.localarea.definitions.place_take_over(taken)  # type: ignore[attr-defined]
    page = client.get(f"/definitions/{ID}").text
    assert "Taken over by Invented Haven from 1 April 2028, under an invented order" in page
    assert "of Invented Haven from 1 April 2028" in client.get("/definitions").text
