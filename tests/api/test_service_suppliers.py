"""A supplier sees its own contracts, sends their returns, and reaches nothing else."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from contract_cases import (
    FIRST,
    HERE,
    HOME,
    QUARTERS,
    SPEND,
    STAFF,
    TERMS,
    THERE,
    answer_coarsely,
    published,
)
from openpyxl import load_workbook
from signin_cases import become, leave, oidc, signing_service

from localarea.service.auth.csrf import token_of
from localarea.service.state import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

QUARTER = QUARTERS[0]
PATH = quote(QUARTER)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="module")
def client(folder: Path, small_tables: DataStore) -> Iterator[TestClient]:
    definitions = published(folder / "definitions")
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    stated = oidc(jobs_dir=folder / "jobs", requests_per_minute=0, **tables)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: datetime(2026, 8, 15, 12, tzinfo=UTC))
        with signing_service(folder, **stated) as made:
            answer_coarsely(made, definitions)
            yield made


def manager(client: TestClient) -> TestClient:
    become(client, "checker", name="Mo Manager")
    return client


def add(client: TestClient, reference: str, **changes: Any) -> None:
    asked = TERMS | {"reference": reference} | changes
    assert manager(client).post("/api/v1/contracts", json=asked).status_code == 201


def key_for(client: TestClient, *references: str) -> str:
    become(client, "admin", name="Ada Admin")
    asked = {"name": "Sue", "roles": ["supplier"], "days": 30, "contracts": list(references)}
    made = client.post("/api/v1/keys", json=asked)
    assert made.status_code == 201, made.text
    assert made.json()["contracts"] == list(references)
    return str(made.json()["key"])


def by_key(client: TestClient, key: str) -> TestClient:
    leave(client)
    client.headers["Authorization"] = f"Bearer {key}"
    return client


def come_in(client: TestClient, key: str) -> str:
    """Exchange a key for a session, as a person does, and give a token of its forms."""
    leave(client)
    answer = client.post("/supplier", data={"key": f" {key} "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/contracts"), answer.text
    held = client.app.state.admission  # type: ignore[attr-defined]
    session = held.sessions.read(client.cookies[held.names.session])
    token = token_of(session.csrf)
    client.headers["X-CSRF-Token"] = token
    return token


def send(client: TestClient, reference: str, text: str) -> Any:
    return client.post(
        f"/api/v1/contracts/{reference}/returns",
        data={"quarter": QUARTER},
        files={"file": ("smithson-home.csv", text.encode())},
    )


def ledger(reference: str, here: int, there: int) -> str:
    rows = [
        f"{reference},S1,{HERE},{here},2026-04-01",
        f"{reference},S2,{THERE},{there},2026-06-30",
    ]
    return SPEND + "\n".join(rows) + "\n"


def share(client: TestClient, reference: str) -> str | None:
    shown = client.get(f"/api/v1/contracts/{reference}?internal=true").json()
    found = {line["measure"]: line["delivered"] for line in shown["measures"]}
    return found.get("LOCAL-SPEND")


def measure_of(client: TestClient, reference: str, ref: str) -> dict[str, Any]:
    shown = client.get(f"/api/v1/contracts/{reference}").json()
    (line,) = (line for line in shown["measures"] if line["measure"] == ref)
    return dict(line)


def test_a_return_of_a_supplier_waits_until_it_is_accepted(client: TestClient) -> None:
    add(client, "W-1")
    key = key_for(client, "W-1")
    told = send(by_key(client, key), "W-1", ledger("W-1", 300, 100)).json()
    assert (told["state"], told["version"], told["sent_by"][:3]) == ("sent", 1, "Sue")
    assert any("once the contract manager has accepted it" in note for note in told["notes"])
    manager(client)
    assert share(client, "W-1") is None
    place = f"/api/v1/contracts/W-1/returns/{PATH}/1/decision"
    refused = client.post(place, json={"state": "returned"})
    assert refused.status_code == 422
    assert "what the supplier should put right" in refused.json()["detail"]
    assert client.post(place, json={"state": "accepted"}).json()["state"] == "accepted"
    assert client.post(place, json={"state": "accepted"}).status_code == 409
    assert share(client, "W-1") == "75.0"
    shown = by_key(client, key).get("/api/v1/contracts/W-1").json()
    assert shown["privacy"].startswith("internal")
    assert shown["quarters"][0]["state"] == "accepted"
    (one,) = client.get("/api/v1/contracts/W-1/returns").json()["returns"]
    assert (one["state"], one["decided_by"]) == ("accepted", "Mo Manager")
    become(client, "viewer")
    assert client.get("/api/v1/audit/verify").json()["sound"] is True


def test_a_supplier_sees_its_own_small_figures_and_nobody_elses(client: TestClient) -> None:
    add(client, "S-1")
    add(client, "S-2")
    key = key_for(client, "S-1")
    rows = f"S-1,E1,{HERE},1,2026-04-01,\nS-1,E2,{HERE},1,2026-04-01,\n"
    send(manager(client), "S-1", STAFF + rows)
    by_key(client, key)
    line = measure_of(client, "S-1", "NT1")
    assert (line["delivered"], line["withheld"]) == ("0.50", False)  # 2 x 91 days of 365
    listed = client.get("/api/v1/contracts").json()["contracts"]
    assert [one["reference"] for one in listed] == ["S-1"]
    for path in ("S-2", "S-2/returns", "NEVER"):
        answer = client.get(f"/api/v1/contracts/{path}")
        assert answer.status_code == 404
        assert answer.json()["detail"].endswith("that you may see")  # and suggests none
    assert send(client, "S-2", ledger("S-2", 1, 1)).status_code == 404
    assert client.get("/api/v1/kpi").status_code == 403
    manager(client)
    line = measure_of(client, "S-1", "NT1")
    assert (line["delivered"], line["withheld"]) == (None, True)


def test_a_supplier_comes_in_by_its_key_and_no_longer_than_it_holds(client: TestClient) -> None:
    add(client, "K-1")
    key = key_for(client, "K-1")
    come_in(client, key)
    assert "K-1" in client.get("/contracts").text
    page = client.get("/contracts/K-1").text
    assert "Not to be published" not in page  # there is no figure yet
    assert "way in" not in page
    assert client.get("/monitoring").status_code == 403
    assert client.get("/options").status_code == 403
    led = client.get("/")
    assert (led.status_code, led.headers["location"]) == (303, "/contracts")
    assert client.post("/contracts/K-1/access", data={"name": "x", "days": "9"}).status_code == 403
    cookies = dict(client.cookies)
    become(client, "admin", name="Ada Admin")
    assert client.delete(f"/api/v1/keys/{key.split('_')[1]}").status_code == 200
    leave(client)
    client.cookies.update(cookies)
    assert "K-1" not in client.get("/contracts").text
    assert client.get("/contracts/K-1").status_code == 404
    leave(client)
    assert client.post("/supplier", data={"key": key}).status_code == 422


@pytest.mark.parametrize("key", ["", "la_abcdefghjk_" + "x" * 43, "checker"])
def test_a_key_that_is_not_a_suppliers_lets_nobody_in(client: TestClient, key: str) -> None:
    if key == "checker":
        become(client, "admin", name="Ada Admin")
        asked = {"name": "register", "roles": ["checker"], "days": 1}
        key = client.post("/api/v1/keys", json=asked).json()["key"]
    leave(client)
    answer = client.post("/supplier", data={"key": key})
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers
    assert key == "" or key not in answer.text


def test_a_person_who_signs_in_is_let_in_by_their_code(client: TestClient) -> None:
    add(client, "P-1")
    become(client, "supplier", name="Pat Person")
    page = client.get("/contracts").text
    assert "subject of Pat Person" in page
    manager(client)
    asked = {"person": "subject of Pat Person", "days": "30"}
    answer = client.post("/contracts/P-1/access", data=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, "/contracts/P-1#access")
    become(client, "supplier", name="Pat Person")
    assert "P-1" in client.get("/contracts").text
    become(client, "supplier", name="Kim Other")
    assert client.get("/contracts/P-1").status_code == 404
    manager(client)
    assert "subject of Pat Person" in client.get("/contracts/P-1").text
    client.post("/contracts/P-1/access/end", data={"holder": "person:subject of Pat Person"})
    become(client, "supplier", name="Pat Person")
    assert client.get("/contracts/P-1").status_code == 404


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"name": "", "days": "9"}, "name of 1 to 100"),
        ({"name": "x", "days": "soon"}, "1 to 366 days"),
        ({"name": "x", "person": "y", "days": "9"}, "either the name of a key or a code"),
        ({"person": "y", "days": "400"}, "1 to 366 days"),
    ],
)
def test_access_that_cannot_be_is_told_beside_its_field(
    client: TestClient, asked: dict[str, str], says: str
) -> None:
    if manager(client).get("/contracts/F-1").status_code == 404:
        add(client, "F-1")
    answer = manager(client).post("/contracts/F-1/access", data=asked)
    assert answer.status_code == 422
    assert says in answer.text


def test_no_key_makes_a_key_for_a_supplier(client: TestClient) -> None:
    add(client, "N-1")
    become(client, "admin", name="Ada Admin")
    made = client.post("/api/v1/keys", json={"name": "x", "roles": ["checker"], "days": 1}).json()
    by_key(client, made["key"])
    asked = {"name": "Sue", "days": "9"}
    assert client.post("/contracts/N-1/access", data=asked).status_code == 403


def test_a_page_takes_a_return_with_faults_and_keeps_no_home(
    client: TestClient, folder: Path
) -> None:
    add(client, "R-1")
    come_in(client, key_for(client, "R-1"))
    place = f"/contracts/R-1/returns/{PATH}"
    nothing = client.post(place)
    assert nothing.status_code == 422
    assert "Choose 1 to 10 files" in nothing.text
    wrong = client.post(place, files={"file": ("smithson.csv", b"a,b\n1,2\n")})
    assert wrong.status_code == 422
    assert "lacks the columns of a return" in wrong.text
    rows = f"R-1,Smithson,{HOME},1,2026-04-01,\nR-1,Smithson,{HOME},9,2026-04-01,\n"
    answer = client.post(place, files={"file": ("smithson-home.csv", (STAFF + rows).encode())})
    assert answer.status_code == 200, answer.text
    assert "some rows were refused" in answer.text
    assert "It must be more than 0 and at most 1" in answer.text
    for page in (f"{place}/1", place, "/contracts/R-1", "/contracts"):
        text = client.get(page).text
        assert HOME not in text
        assert "mithson" not in text
    manager(client)
    decided = client.post(f"{place}/1/decision", data={"decision": "returned", "comment": HOME})
    assert decided.status_code == 422
    assert "leave it out" in decided.text
    come = client.post(f"{place}/1/decision", data={"decision": "accepted"})
    assert come.status_code == 303
    for path in folder.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert HOME.encode() not in held, path
            assert HOME.replace(" ", "").encode() not in held, path
            assert b"mithson" not in held, path


def test_the_workbook_to_fill_in_guides_and_is_read(client: TestClient) -> None:
    add(client, "G-1")
    come_in(client, key_for(client, "G-1"))
    place = f"/contracts/G-1/returns/{PATH}"
    answer = client.get(f"{place}/return.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["How to fill in", "staff", "spend", "visits", "rounds"]
    lists = {
        str(rule.sqref).partition(":")[0]: rule
        for rule in book["spend"].data_validations.dataValidation
    }
    assert lists["A2"].formula1 == '"G-1"'
    assert (lists["F2"].formula1, lists["F2"].formula2) == ("46113", "46203")  # of the quarter
    assert book["spend"]["G1"].comment.text.startswith("Size of the supplier")
    for at, value in enumerate(("G-1", "S1", HERE, 50, "GBP", datetime(2026, 5, 1)), start=1):  # noqa: DTZ001
        book["spend"].cell(2, at).value = value
    held = io.BytesIO()
    book.save(held)
    sent = client.post(place, files={"file": ("return.xlsx", held.getvalue())})
    assert "The return was received." in sent.text


def test_figures_are_downloaded_as_they_are_and_as_they_may_be_published(
    client: TestClient,
) -> None:
    add(client, "D-1")
    rows = f"D-1,E1,{HERE},1,2026-04-01,\nD-1,E2,{HERE},1,2026-04-01,\n"
    send(manager(client), "D-1", STAFF + rows)
    inside = client.get("/contracts/D-1/figures.csv").text
    assert f"D-1,{FIRST},contract-year,NT1," in inside
    assert "must not be shared" in inside
    outside = client.get("/contracts/D-1/figures.csv?public=true").text
    assert ",0.50," in inside
    assert ",0.50," not in outside
    book = load_workbook(io.BytesIO(client.get("/contracts/D-1/figures.xlsx").content))
    assert book.active["A2"].value == "D-1"
    for path in ("/monitoring/figures.csv?by=department", "/monitoring/indicator.xlsx?measure=NT1"):
        assert client.get(path).status_code == 200
    assert client.get("/monitoring?by=colour").status_code == 422
    assert client.get("/contracts/D-1/figures.pdf").status_code == 404
    come_in(client, key_for(client, "D-1"))
    assert ",0.50," in client.get("/contracts/D-1/figures.csv?public=true").text


def test_every_fault_of_a_contract_stands_beside_its_field(client: TestClient) -> None:
    manager(client)
    typed = {
        "contract": "E 1", "value": "lots", "first_day": "31", "first_month": "4",
        "first_year": "2026", "measure": ["NT1", "NT1"], "quarter": ["", ""],
        "target": ["x", "2"], "milestone": ["Half way"], "due": ["30/2/2027"],
        "milestone_measure": [""], "milestone_target": [""], "title": f"Care at {HOME}",
    }  # fmt: skip
    answer = client.post("/enter-contract", data=typed)
    assert answer.status_code == 422
    assert "repeats an earlier pledge" in answer.text
    told = dict(re.findall(r'<a href="#([^"]+)">(.*?)</a>', answer.text))
    for field, says in {
        "title": "holds a postcode", "supplier": "Enter the name", "value": "in pounds",
        "first-day-day": "real date", "last-day-day": "Enter the last day",
        "definition": "Choose the definition", "pledge-1": "enter the target as a number",
        "milestone-1": "real date", "reference": "may have letters",
    }.items():  # fmt: skip
        assert says in told[field], field
        assert f'id="{field}' in answer.text, field
    add_one = client.post("/enter-contract", data={**typed, "at": "pledges", "act": "add"})
    assert add_one.status_code == 200
    assert add_one.text.count('name="target"') == 2 + 1
    less = {**typed, "at": "pledges", "act": "remove-pledge-1"}
    assert re.findall(r'name="target" value="(.*?)"', client.post("/enter-contract", data=less).text
                      ) == ["2"]  # fmt: skip
    assert client.post("/enter-contract", data={**typed, "at": "elsewhere"}).status_code == 422


def test_a_contract_is_corrected_on_its_page(client: TestClient) -> None:
    add(client, "C-1", pledges=[{"measure": "NT18", "target": "1000"}])
    form = manager(client).get("/contracts/C-1/correct").text
    assert 'value="1000"' in form
    typed = {
        "supersedes": "1", "title": "Repair of lanes", "supplier": "S", "department": "Highways",
        "value": "£1,000.00", "definition": FIRST, "first_day": "1", "first_month": "4",
        "first_year": "2026", "last_day": "30", "last_month": "9", "last_year": "2027",
        "measure": ["NT18"], "quarter": [""], "target": ["2,000"],
    }  # fmt: skip
    answer = client.post("/contracts/C-1/correct", data=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/contracts/C-1"), answer.text
    page = client.get("/contracts/C-1").text
    assert "Repair of lanes" in page
    assert "2,000" in page
    assert client.post("/contracts/C-1/correct", data=typed | {"title": "x"}).status_code == 409


def test_the_indicator_is_grouped_by_api(client: TestClient) -> None:
    add(client, "I-1", department="Parks", pledges=[{"measure": "NT18", "target": "5480"}])
    send(manager(client), "I-1", ledger("I-1", 300, 100))
    told = client.get("/api/v1/kpi?by=department&internal=true").json()
    (line,) = (one for one in told["groups"] if (one["group"], one["measure"]) == ("Parks", "NT18"))
    assert (line["delivered"], line["expected"]) == ("300.00", "910.00")  # 91 of 548 days
    assert line["status"] == "at risk"
    assert client.get("/api/v1/kpi").json()["groups"] == []
    assert client.get("/api/v1/kpi?by=colour").status_code == 422
