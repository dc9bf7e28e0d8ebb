"""The form of a contract; proxy values and reports on social value: told, made and kept."""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from contract_cases import FIRST, HERE, HOME, QUARTERS, SPEND, TERMS, answer_coarsely, published
from service_cases import asked_until, service_in

from localarea.service import value_report_jobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

VALUES = {"edition": "2099", "source": "an invented table", "values": {"NT18": "0.50"}}


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore
) -> Iterator[TestClient]:
    """Give a service with a contract under which 900 pounds went to the local supply chain."""
    folder = tmp_path_factory.mktemp("service")
    definitions = published(folder / "definitions")
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(folder, jobs_dir=folder / "jobs", **tables) as made:
        answer_coarsely(made, definitions)
        pledges = [{"measure": "NT18", "target": "1000"}]
        assert made.post("/api/v1/contracts", json=TERMS | {"pledges": pledges}).status_code == 201
        sent = made.post(
            "/api/v1/contracts/C1/returns",
            data={"quarter": QUARTERS[0]},
            files={"file": ("spend.csv", (SPEND + f"C1,S1,{HERE},900,2026-04-01\n").encode())},
        )
        assert sent.status_code == 201, sent.text
        yield made


@pytest.fixture
def worth(client: TestClient) -> Iterator[None]:
    """Have proxy values for one test."""
    assert client.post("/api/v1/proxy-values", json=VALUES).status_code == 201
    yield
    client.post("/monitoring/proxy-values", data={"remove": "yes"})


def told(client: TestClient) -> dict[str, Any]:
    """Give the indicator by measure: the proxies, and the line of NT18."""
    found = client.get("/api/v1/kpi", params={"by": "measure", "internal": "true"}).json()
    (line,) = (one for one in found["groups"] if one["measure"] == "NT18")
    return {"proxies": found["proxies"], "value_gbp": line["value_gbp"]}


def made(client: TestClient, number: int) -> dict[str, Any]:
    def shown() -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/api/v1/value-reports/{number}").json()
        return found

    return asked_until(shown, lambda found: found["status"] == "done")


def fields_of(page: str) -> dict[str, Any]:
    """Give what a browser without script would send of a form, for buttons to be added."""
    found: dict[str, list[str]] = {}
    form = page[page.index('<form method="post"') :]
    for tag in re.findall(r"<input[^>]*>", form[: form.index("</form>")]):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        left_alone = said.get("type") == "radio" and " checked" not in tag
        if said["name"] != "csrf_token" and not left_alone:
            found.setdefault(said["name"], []).append(html.unescape(said.get("value", "")))
    for name, body in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found.setdefault(name, []).append(chosen[1] if chosen else "")
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def test_a_contract_is_entered_a_section_at_a_time_without_script(client: TestClient) -> None:
    place = "/enter-contract"

    def press(page: Any, act: str, **typed: Any) -> Any:
        return client.post(
            place, data={**fields_of(page.text), **typed, "act": act}, follow_redirects=False
        )

    page = client.get(place)
    assert "step 1 of 5" in page.text
    assert 'name="definition" value=""' in page.text  # of a later section, which is not shown
    page = press(page, "next", contract="S-1", value="x")
    assert page.status_code == 422
    told = re.findall(r'<a href="#([^"]+)">', page.text)
    of_others = {"definition", "pledge-1"} & set(told)
    assert {"title", "supplier", "department", "value", "first-day-day"} <= set(told)
    assert not of_others
    day = {"first_day": "1", "first_month": "4", "first_year": "2026", "last_day": "30",
           "last_month": "9", "last_year": "2027"}  # fmt: skip
    page = press(page, "next", title="Care & parks", supplier="S", department="D", value="1", **day)
    assert "step 2 of 5" in page.text
    page = press(page, "next")
    assert "Choose the definition" in page.text
    assert f"({FIRST}), from 1 April 2026<" in page.text  # to choose the one in force at award
    page = press(page, "next", definition=FIRST)
    page = press(page, "add", measure="NT18", quarter="", target="lots")
    page = press(page, "next", measure=["NT18", "NT2"], quarter=["", ""], target=["lots", "50"])
    assert page.status_code == 422
    assert 'id="pledge-1-error"' in page.text
    page = press(page, "next", measure=["NT18", "NT2"], quarter=["", ""], target=["20", "50"])
    assert "step 4 of 5" in page.text
    page = press(page, "next")
    assert "Check your answers" in page.text
    assert "Care &amp; parks" in page.text
    page = press(page, "change-pledges")
    page = press(page, "remove-pledge-2")
    page = press(page, "next")
    assert "step 5 of 5" in page.text  # at once, as only this was to be changed
    early = press(press(page, "change-about"), "next", first_year="2025")
    warning = f"The contract begins on 1 April 2025, before {FIRST} is in force (from 1 April 2026)"
    assert (warning in early.text, warning in page.text) == (True, False)
    done = press(page, "enter")
    assert (done.status_code, done.headers["location"]) == (303, "/contracts/S-1")
    shown = client.get("/api/v1/contracts/S-1").json()
    assert shown["title"] == "Care & parks"
    assert [(one["measure"], one["target"]) for one in shown["pledges"]] == [("NT18", "20")]
    page = client.get("/contracts/S-1")
    assert "Not to be published" not in page.text  # there is no figure yet


def test_a_correction_on_a_page_leaves_out_no_milestone_of_many(client: TestClient) -> None:
    due = [{"title": f"Step {number}", "due": "2026-09-30"} for number in range(1, 131)]
    terms = TERMS | {"reference": "L-1", "pledges": [], "milestones": due}
    assert client.post("/api/v1/contracts", json=terms).status_code == 201
    page = client.get("/contracts/L-1/correct")
    assert page.status_code == 422
    assert "at most 120 pledges and 120 milestones" in page.text
    sent = {"contract": "L-1", "title": "Other", "supplier": "S", "department": "D", "value": "1",
            "definition": FIRST, "first_day": "1", "first_month": "4", "first_year": "2026",
            "last_day": "30", "last_month": "9", "last_year": "2027", "supersedes": "1",
            "milestone": [one["title"] for one in due], "due": ["30/9/2026"] * 130}  # fmt: skip
    assert client.post("/contracts/L-1/correct", data=sent).status_code == 422
    shown = client.get("/api/v1/contracts/L-1").json()
    assert (shown["version"], len(shown["milestones"])) == (1, 130)


def test_there_is_no_money_without_values_that_name_their_edition(client: TestClient) -> None:
    assert told(client) == {"proxies": None, "value_gbp": None}
    assert "Value by proxy" not in client.get("/monitoring").text
    for changed in ({"edition": " "}, {"source": ""}, {"values": {}}, {"values": {"NT2": "1"}},
                    {"values": {"NT18": "lots"}}, {"source": f"Ask at {HERE}"}):  # fmt: skip
        refused = client.post("/api/v1/proxy-values", json=VALUES | changed)
        assert refused.status_code == 422, changed
    assert told(client)["proxies"] is None


def test_money_is_told_beside_edition_and_source(client: TestClient, worth: None) -> None:
    said = {"edition": "2099", "source": "an invented table"}
    assert told(client) == {"proxies": said, "value_gbp": "450.00"}  # 900 pounds at 50p each
    page = client.get("/monitoring").text
    assert "£450.00" in page
    assert "by 2099, an invented table" in page
    assert "2099,an invented table" in client.get("/monitoring/figures.csv").text


def test_values_are_entered_on_a_page_which_tells_all_faults(client: TestClient) -> None:
    place = "/monitoring/proxy-values"
    typed = {"edition": "", "source": "Tables", "measure": ["NT1", "NT18"], "value": ["x", "1.234"]}
    page = client.post(place, data=typed)
    assert page.status_code == 422
    for field in ("edition", "value-NT1", "value-NT18"):
        assert f'href="#{field}"' in page.text
        assert f'id="{field}-error"' in page.text
    assert 'value="1.234"' in page.text
    typed |= {"edition": "2098", "value": ["1,000", "0.25"]}
    assert client.post(place, data=typed, follow_redirects=False).status_code == 303
    held = client.get("/api/v1/proxy-values").json()
    assert (held["edition"], held["values"]) == ("2098", {"NT1": "1000", "NT18": "0.25"})
    assert 'value="1000"' in client.get(place).text
    client.post(place, data={"remove": "yes"})
    assert client.get("/api/v1/proxy-values").json()["values"] == {}


def test_a_report_is_made_as_a_job_kept_and_proved(client: TestClient, worth: None) -> None:
    asked = client.post("/api/v1/value-reports", json={"learnt": ["Ask for returns earlier."]})
    assert asked.status_code == 202
    number = asked.json()["number"]
    assert asked.headers["location"] == f"/api/v1/value-reports/{number}"
    shown = made(client, number)
    assert [one["format"] for one in shown["files"]] == ["pdf", "docx", "html"]
    for one in shown["files"]:
        content = client.get(one["file"]).content
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
    page = client.get(f"/monitoring/reports/{number}/report.html")
    assert page.headers["cache-control"] == "private, no-store"
    for words in ("Ask for returns earlier.", "2099, an invented table", "450.00", "900.00"):
        assert words in page.text
    before = page.content
    client.post("/monitoring/proxy-values", data={"remove": "yes"})
    assert client.get(f"/monitoring/reports/{number}/report.html").content == before
    assert "2099, an invented table" in client.get(f"/monitoring/reports/{number}").text
    assert number in [
        one["number"] for one in client.get("/api/v1/value-reports").json()["reports"]
    ]
    assert client.get("/api/v1/audit/verify").json()["sound"] is True
    assert client.get("/api/v1/value-reports/99").status_code == 404
    gone = client.get(f"/monitoring/reports/{number}/report.xlsx")
    assert (gone.status_code, "There is no page at this address" in gone.text) == (404, True)


def test_a_page_waits_for_its_report_and_another_process_goes_on_with_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = value_report_jobs.composed

    def stopped(*_: Any) -> Any:
        raise OSError("stopped half-way")

    monkeypatch.setattr(value_report_jobs, "composed", stopped)
    sent = client.post(
        "/monitoring/reports", data={"learnt": "One.\n\n- Two."}, follow_redirects=False
    )
    assert sent.status_code == 303
    place = sent.headers["location"]
    number = int(place.rpartition("/")[2])
    asked = client.get(f"/api/v1/value-reports/{number}/files/pdf")
    assert asked.status_code == 409  # not made yet
    monkeypatch.setattr(value_report_jobs, "composed", failing)
    client.app.state.value_reports._known.clear()  # type: ignore[attr-defined]
    page = client.get(place)
    assert (page.status_code, "The report is being made" in page.text) == (202, True)
    assert page.headers["refresh"]
    assert made(client, number)["learnt"] == ["One.", "Two."]
    page = client.get(place)
    assert "Save the report (PDF" in page.text
    assert "It has no values in pounds." in page.text
    listed = client.get("/monitoring/reports").text
    assert re.search(rf'href="{place}/report.docx"', listed)


def test_what_may_not_be_published_is_not_taken_for_learnt(client: TestClient) -> None:
    for number, text in enumerate((f"Ask at {HOME}", "a\x07b", "x" * 2001)):
        page = client.post("/monitoring/reports", data={"learnt": f"Good.\n{text}"})
        assert page.status_code == 422
        assert 'id="learnt-error"' in page.text, number
        assert client.post("/api/v1/value-reports", json={"learnt": [text]}).status_code == 422
    assert FIRST in client.get("/monitoring").text
