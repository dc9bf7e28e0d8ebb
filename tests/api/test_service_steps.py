"""The five steps: what each page says, what is kept with the proposal, and who may see it."""

from __future__ import annotations

import hashlib
import re
from html import escape
from typing import TYPE_CHECKING, Any

import pytest
from service_cases import asked_until

from localarea.service.auth.identity import Identity

if TYPE_CHECKING:
    from starlette.testclient import TestClient


pytestmark = pytest.mark.usefixtures("pictures_once")
PAIR = ["district", "districts"]


def states(client: TestClient, **asked: Any) -> list[str]:
    """Give the state of each of the five steps, as the list says it."""
    page = client.get("/steps", params=asked).text
    found = re.findall(r'id="step-\d-status">(.*?)</div>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in found]


def report_made(client: TestClient, options: list[str]) -> dict[str, Any]:
    asked = client.post("/api/v1/reports", json={"options": options, "format": "html"}).json()
    address = f"/api/v1/reports/{asked['reference']}"
    asked_until(lambda: client.get(address).json(), lambda job: job["status"] == "done")
    return dict(asked)


@pytest.mark.slow
def test_the_steps_are_told_from_what_is_in_the_record(client: TestClient) -> None:
    assert states(client) == ["Done", *["Not yet"] * 4]
    chosen = ["Done", "In progress", "In progress", "Not yet", "Not yet"]
    assert states(client, option=PAIR) == chosen
    made = report_made(client, PAIR)
    chosen[3] = "In progress"
    assert states(client, option=PAIR, report=made["reference"]) == chosen

    body = {"option": "district", "purpose": "measure", "note": "x", "half_left_out": "y"}
    bare = client.post("/api/v1/proposals", json=body).json()
    assert (bare["shortlist"], bare["reports"]) == (None, [])
    assert states(client) == ["Done", "In progress", "Not yet", "Not yet", "In progress"]
    assert "without a shortlist" in client.get("/steps").text

    more = {**body, "note": "z", "shortlist": PAIR, "report": made["reference"]}
    answer = client.post("/api/v1/proposals", json=more)
    assert answer.status_code == 201, answer.text
    whole = answer.json()
    assert states(client) == ["Done", "Done", "Done", "Done", "In progress"]
    assert [o["id"] for o in whole["shortlist"]["options"]] == PAIR
    (kept,) = whole["reports"]
    file = client.get(f"/api/v1/proposals/{whole['id']}/reports/{kept['sha256']}")
    assert hashlib.sha256(file.content).hexdigest() == kept["sha256"]
    assert file.content == client.get(made["file"]).content
    assert f"proposal-{whole['id']}.html" in file.headers["content-disposition"]
    assert len(file.content) == kept["size_bytes"]
    saved = client.get(f"/decisions/{whole['id']}/reports/{kept['sha256']}")
    assert saved.content == file.content
    # Sent again it is the same proposal, and a choice in the address begins another round.
    assert client.post("/api/v1/proposals", json=more).json()["id"] == whole["id"]
    assert states(client, option=PAIR)[4] == "Not yet"
    assert client.get("/api/v1/audit/verify").json()["sound"]
    page = client.get(f"/decisions/{whole['id']}").text
    assert kept["sha256"] in page
    assert "Chosen from these options" in page
    assert "The area put forward is not one of them" not in page


@pytest.mark.slow
def test_a_report_is_kept_with_an_open_proposal_from_its_page(client: TestClient) -> None:
    body = {"option": "districts", "purpose": "measure", "note": "By page"}
    number = client.post("/api/v1/proposals", json=body).json()["id"]
    page = client.get(f"/decisions/{number}").text
    assert f"/report?option=districts&amp;proposal={number}" in page
    made = report_made(client, ["districts"])
    asked = {"option": "districts", "form": "html", "proposal": number}
    ready = client.get("/report/made", params=asked).text
    assert f'action="/decisions/{number}/reports"' in ready
    sent = client.post(
        f"/decisions/{number}/reports", data={"report": made["reference"]}, follow_redirects=False
    )
    assert (sent.status_code, sent.headers["location"]) == (303, f"/decisions/{number}#reports")
    assert len(client.get(f"/api/v1/proposals/{number}").json()["reports"]) == 1
    empty = client.post(f"/decisions/{number}/reports", data={})
    assert (empty.status_code, "make a report first" in empty.text.lower()) == (422, True)
    client.post(f"/api/v1/proposals/{number}/withdraw", json={"text": "No"})
    late = client.post(f"/api/v1/proposals/{number}/reports", json={"reference": made["reference"]})
    assert (late.status_code, "already withdrawn" in late.text) == (409, True)


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["district"], 422, "choose 2 to 4 options"),
        (["district"] * 2, 422, "once"),
        (["district", "distrikt"], 404, "distrikt"),
        ([f"drive-{n}" for n in range(30, 35)], 422, "choose 2 to 4 options"),
    ],
)
def test_a_shortlist_that_is_none_is_refused_everywhere(
    client: TestClient, options: list[str], status: int, said: str
) -> None:
    page = client.get("/steps/shortlist", params={"option": options})
    assert page.status_code == status
    assert said in page.text.lower()
    assert 'name="option"' in page.text  # the form is there, to mend it
    body = {"option": "districts", "purpose": "measure", "note": "x", "shortlist": options}
    answer = client.post("/api/v1/proposals", json=body)
    assert answer.status_code == status
    form = client.get("/decisions/new", params={"shortlist": options})
    assert form.status_code == status


def test_a_report_that_is_none_is_refused(client: TestClient) -> None:
    body = {"option": "districts", "purpose": "measure", "note": "x", "report": "none"}
    assert client.post("/api/v1/proposals", json=body).status_code == 404
    assert client.get("/decisions/new", params={"report": "none"}).status_code == 404
    assert client.get("/api/v1/proposals/1/reports/abc").status_code == 422
    assert client.get(f"/api/v1/proposals/1/reports/{'0' * 64}").status_code == 404


def test_options_stand_side_by_side_and_the_best_is_marked(client: TestClient) -> None:
    page = client.get("/steps/shortlist", params={"option": [*PAIR, "drive-37"]}).text
    assert page.count("<svg class=") == 3
    assert page.count('role="img" aria-label="Map of the option') == 3
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    head = re.findall(r"la-named\">(.*?)</th>", rows[0])
    assert len(head) == 3
    jobs = next(row for row in rows if "Jobs inside <" in row)
    assert "best" not in jobs  # neither more nor less is better
    test = next(row for row in rows if "Score on the official test" in row)
    assert "1 passes, 2011; all pass</span>" in test  # so it does not choose, as the report says
    assert "best" not in test
    cut = next(row for row in rows if "Districts only partly inside" in row)
    cells = re.findall(r"<td.*?</td>", cut, re.DOTALL)
    # Areas of whole districts cut none; minutes by road know no districts.
    assert ["best" in cell for cell in cells] == [True, True, False]
    assert "option=district&amp;option=districts&amp;option=drive-37" in page
    chosen = re.findall(r'value="([^"]+)" checked', page)
    assert sorted(chosen) == sorted([*PAIR, "drive-37"])


def test_the_shortlist_says_which_reading_its_figures_are_of(client: TestClient) -> None:
    page = client.get("/steps/shortlist", params={"option": PAIR}).text
    said = "are of its narrow reading: North Essex (Braintree, Colchester and Tendring) and South"
    assert said in page


def test_the_report_is_the_fourth_step_and_keeps_what_was_chosen(client: TestClient) -> None:
    chosen = "option=district&amp;option=districts"
    page = client.get("/report", params={"option": PAIR}).text
    assert "Step 4 of 5" in page
    assert f'href="/steps?{chosen}" class="govuk-back-link">The five steps' in page
    for_another = client.get("/report", params={"council": "Ipswich"}).text
    assert "Step 4 of 5" not in for_another
    assert "govuk-back-link" not in for_another
    for_proposal = client.get("/report", params={"option": PAIR, "proposal": 7}).text
    assert "Step 4 of 5" not in for_proposal
    assert 'href="/decisions/7" class="govuk-back-link">Proposal 7' in for_proposal

    asked = {"option": PAIR, "form": "html"}
    made = client.get("/report/made", params=asked).text
    assert "Step 4 of 5" in made
    assert f'href="/report?{chosen}">Choose other options' in made
    back = re.findall(r'href="/steps\?([^"]+)" class="govuk-back-link"', made)
    assert len(back) == 1
    assert back[0].startswith(f"{chosen}&amp;report=")
    kept = client.get("/report/made", params=asked | {"proposal": 7}).text
    assert f'href="/report?{chosen}&amp;proposal=7">Choose other options' in kept


def test_what_was_resolved_is_quoted(client: TestClient) -> None:
    page = client.get("/steps/mandate").text
    mandate = client.app.state.localarea.council.mandate  # type: ignore[attr-defined]
    assert mandate.source in page
    assert mandate.role in page


def test_a_viewer_sees_the_steps_and_puts_nothing_forward(client: TestClient) -> None:
    old = client.app.state.identify  # type: ignore[attr-defined]
    who = Identity("Vi", frozenset({"viewer"}), "key", "")  # type: ignore[arg-type]
    client.app.state.identify = lambda _request: who  # type: ignore[attr-defined]
    try:
        assert client.get("/steps").status_code == 200
        page = client.get("/steps/shortlist", params={"option": PAIR}).text
        assert "/decisions/new" not in page
        assert "Go on to the report" in page
    finally:
        client.app.state.identify = old  # type: ignore[attr-defined]


def test_the_form_names_what_is_kept_and_asks_for_the_option(client: TestClient) -> None:
    page = client.get("/decisions/new", params={"shortlist": PAIR}).text
    assert 'href="/steps?option=district&amp;option=districts" class="govuk-back-link"' in page
    assert 'href="/decisions" class="govuk-back-link"' in client.get("/decisions/new").text
    assert page.count('name="shortlist"') == 2
    assert '<optgroup label="On the shortlist">' in page
    form = {"shortlist": PAIR, "option": "", "purpose": "measure", "note": "x"}
    again = client.post("/decisions/new", data=form)
    assert again.status_code == 422
    assert "Choose the option to put forward" in again.text
    assert again.text.count('name="shortlist"') == 2


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("/compare", "Options"),
        ("/scenario", "Options"),
        ("/report", "Steps"),
        ("/monitoring", "Contracts"),
        ("/steps", "Steps"),
    ],
)
def test_the_bar_shows_where_a_page_belongs(client: TestClient, page: str, shown: str) -> None:
    text = client.get(page).text
    active = re.findall(r'aria-current="[^"]+"[^>]*>(.*?)</a>', text, re.DOTALL)
    assert [re.sub(r"<[^>]+>", "", one).strip() for one in active] == [shown]


def test_each_option_to_choose_says_what_it_is_and_which_has_the_same_area(
    client: TestClient,
) -> None:
    page = client.get("/steps/shortlist").text
    first: dict[tuple[str, ...], str] = {}
    alike = 0
    for one in client.app.state.localarea.session.options:  # type: ignore[attr-defined]
        hint = re.search(rf'value="{re.escape(one.id)}" aria-describedby="(option-\d+-hint)"', page)
        said = re.findall(rf'id="{hint[1]}"[^>]*>([^<]+)<', page)[0] if hint else ""
        above = first.setdefault(tuple(sorted(one.zones)), one.title)
        assert (f"The same area as “{escape(above)}”" in said) == (above != one.title), one.id
        alike += above != one.title
    assert alike  # or nothing was compared
    assert page.count("govuk-checkboxes__hint") > 10
