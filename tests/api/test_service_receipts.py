"""Receipts in the record of the service, and rows that were mended and sent back."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import sqlalchemy as sa
from service_cases import ended, service_in
from signin_cases import become, leave, oidc, signing_service

from localarea.checking.results.verifying import default_receipt, verify_result
from localarea.decisions.receipts import keep_receipt, new_reference
from localarea.decisions.record.audit import latest, verify
from localarea.decisions.record.roles import Actor
from localarea.decisions.record.schema import AUDIT, RECEIPTS
from localarea.service.auth.identity import Identity
from localarea.service.state import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

# Lines 4 and 6 have no answer. The names hold postcodes too: nothing of them may be recorded.
CSV = b"Name CO4 3SQ,Postcode\r\na,CO1 1JB\r\nb,IP1 1AA\r\nc,nonsense\r\nd,CO1 1JB\r\nCO3 3WG,\r\n"
NAME = "CO2 7TA people.csv"
PLANTED = ("CO4 3SQ", "CO1 1JB", "IP1 1AA", "CO3 3WG", "CO2 7TA")


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("receipts")
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(folder, jobs_dir=folder / "jobs", **tables) as made:
        yield made


def checked(client: TestClient, name: str = NAME, content: bytes = CSV) -> dict[str, Any]:
    sent = client.post("/api/v1/files", files={"file": (name, content)}).json()
    found = ended(client, f"/api/v1/files/{sent['id']}")
    assert found["status"] == "done", found
    return found


def recorded(client: TestClient) -> str:
    """Give everything that is in the record about receipts, as text."""
    database = client.app.state.localarea.database  # type: ignore[attr-defined]
    with database.reading() as connection:
        rows = [*connection.execute(sa.select(RECEIPTS)), *connection.execute(sa.select(AUDIT))]
    return "\n".join(str(tuple(row)) for row in rows).upper()


def typed(content: bytes, postcodes: dict[int, str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for line in book["Rows to mend"].iter_rows(min_row=2):
        line[2].value = postcodes.get(line[0].value)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(CSV.decode(), newline="")):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.fixture(scope="module")
def job(client: TestClient) -> dict[str, Any]:
    return checked(client)


def test_the_receipt_of_a_file_is_in_the_record(client: TestClient, job: dict[str, Any]) -> None:
    found = client.get(f"/api/v1/receipts/{job['reference']}").json()
    result = client.get(f"/api/v1/files/{job['id']}/result").content
    receipt = found["receipt"]
    assert receipt["input_sha256"] == hashlib.sha256(CSV).hexdigest()
    assert receipt["result_sha256"] == hashlib.sha256(result).hexdigest()
    assert receipt["by_status"] == {"local": 2, "not_local": 1, "unknown": 2}
    assert receipt["basis"]["on"] == client.app.state.localarea.today  # type: ignore[attr-defined]
    page = client.get(f"/receipts/{job['reference']}")
    assert receipt["result_sha256"] in page.text
    assert page.headers["cache-control"] == "no-store"
    database = client.app.state.localarea.database  # type: ignore[attr-defined]
    with database.reading() as connection:
        entries = [entry["subject"] for entry in latest(connection, 50)]
        assert f"receipt:{job['reference']}" in entries
        assert verify(connection).faults == ()


def test_no_postcode_and_no_name_of_a_file_is_in_the_record(
    client: TestClient, job: dict[str, Any]
) -> None:
    assert job["column"] == "Postcode"
    said = recorded(client)
    assert job["reference"].upper() in said
    assert [p for p in PLANTED if p in said or p.replace(" ", "") in said] == []
    assert "PEOPLE.CSV" not in said


def test_the_receipt_beside_the_result_verifies_it(
    client: TestClient, job: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(client.get(f"/api/v1/files/{job['id']}/result").content)
    answer = client.get(f"/api/v1/files/{job['id']}/receipt")
    assert answer.headers["content-disposition"].endswith("checked.csv.receipt.json")
    default_receipt(path).write_bytes(answer.content)
    found = verify_result(path)
    assert (found.standing, found.receipt.reference) == ("untouched", job["reference"])
    path.write_bytes(path.read_bytes().replace(b"b,IP1 1AA", b"b,IP1 1AB"))
    assert verify_result(path).changes == ("changed: row 3, in column 'Postcode'",)


def test_a_workbook_names_its_reference(client: TestClient, tmp_path: Path) -> None:
    job = checked(client, "people.xlsx", workbook())
    path = tmp_path / "r.xlsx"
    path.write_bytes(client.get(f"/api/v1/files/{job['id']}/result").content)
    found = verify_result(path)
    assert (found.standing, found.receipt.reference) == ("untouched", job["reference"])
    kept = client.get(f"/api/v1/receipts/{job['reference']}").json()["receipt"]
    assert [d["sha256"] for d in kept["digests"]] == [d.sha256 for d in found.receipt.digests]


def test_a_receipt_is_found_by_hash_or_reference(client: TestClient, job: dict[str, Any]) -> None:
    sha256 = hashlib.sha256(CSV).hexdigest()
    found = client.get("/api/v1/receipts", params={"sha256": sha256}).json()["receipts"]
    assert job["reference"] in [each["reference"] for each in found]
    page = client.get("/receipts", params={"find": f" {sha256.upper()} "}).text
    assert f"/receipts/{job['reference']}" in page
    assert "the file that was checked" in page
    typed_in = job["reference"].upper().replace("-", " ")
    sent = client.get("/receipts", params={"find": typed_in}, follow_redirects=False)
    assert sent.headers["location"] == f"/receipts/{job['reference']}"
    none = client.get("/receipts", params={"find": "0" * 64})
    assert "No receipt names this file" in none.text
    for wrong, status in ((new_reference(), 404), ("x", 422), ("0" * 63, 422)):
        answer = client.get("/receipts", params={"find": wrong})
        assert (answer.status_code, "Error: " in answer.text) == (status, True)
        assert client.get(f"/api/v1/receipts/{wrong}").status_code in (404, 422)
    assert client.get("/api/v1/receipts", params={"sha256": "x"}).status_code == 422


def test_the_receipt_of_a_letter_is_not_shown_here(client: TestClient) -> None:
    database = client.app.state.localarea.database  # type: ignore[attr-defined]
    reference = keep_receipt(
        database,
        kind="answer",
        document={"answer": "local"},
        actor=Actor("Ada", "checker"),
        now=clock.now(),
    ).reference
    answer = client.get(f"/api/v1/receipts/{reference}")
    assert (answer.status_code, "/letters" in answer.json()["detail"]) == (404, True)


@pytest.mark.parametrize(("name", "content"), [(NAME, CSV), ("people.xlsx", workbook())])
def test_mended_rows_come_back_into_the_result(
    client: TestClient, tmp_path: Path, name: str, content: bytes
) -> None:
    job = checked(client, name, content)
    rows = client.get(f"/api/v1/files/{job['id']}/unresolved")
    assert "rows-to-mend.xlsx" in rows.headers["content-disposition"]
    sent = {"file": ("typed.xlsx", typed(rows.content, {4: "CO1 1JB"}))}
    answer = client.post(f"/api/v1/files/{job['id']}/mended", files=sent)
    assert answer.status_code == 200, answer.text
    mended = answer.json()
    assert mended["by_status"] == {"local": 3, "not_local": 1, "unknown": 1}
    assert mended["reference"] != job["reference"]
    path = tmp_path / f"r{name[-5:]}"
    path.write_bytes(client.get(f"/api/v1/files/{job['id']}/result").content)
    receipt = client.get(f"/api/v1/files/{job['id']}/receipt").content
    default_receipt(path).write_bytes(receipt)
    found = verify_result(path)
    assert (found.standing, found.receipt.reference) == ("untouched", mended["reference"])
    assert found.receipt.mended[0].rows == 1
    kept = client.get(f"/receipts/{mended['reference']}").text
    assert "1 row was mended" in kept
    # One row is left, and can still be mended in the result that was merged.
    left = client.get(f"/api/v1/files/{job['id']}/unresolved").content
    assert [r[0] for r in openpyxl.load_workbook(io.BytesIO(left))["Rows to mend"].values][1:] == [
        6
    ]
    page = client.get(f"/files/{job['id']}").text
    assert f'action="/files/{job["id"]}/mended"' in page
    last = {"file": ("t.xlsx", typed(left, {6: "IP1 1AA"}))}
    assert client.post(f"/api/v1/files/{job['id']}/mended", files=last).status_code == 200
    assert client.get(f"/api/v1/files/{job['id']}/unresolved").status_code == 404
    folder = client.app.state.jobs.folder_of(job["id"])  # type: ignore[attr-defined]
    assert len(list(folder.glob("result-*"))) == 2  # the result and its receipt
    assert [p for p in PLANTED if p in recorded(client)] == []


def test_what_does_not_fit_changes_nothing(client: TestClient, job: dict[str, Any]) -> None:
    def state() -> Any:
        found = client.get(f"/api/v1/files/{job['id']}").json()
        return found, client.get(f"/api/v1/files/{job['id']}/result").content

    before = state()
    rows = client.get(f"/api/v1/files/{job['id']}/unresolved").content
    bad = {
        "not a postcode": typed(rows, {4: "nowhere"}),
        "no postcode was typed": rows,
        "not a workbook": b"Row,Postcode to use\n4,CO1 1JB\n",
    }
    for said, content in bad.items():
        sent = {"file": ("typed.xlsx", content)}
        answer = client.post(f"/api/v1/files/{job['id']}/mended", files=sent)
        assert answer.status_code == 422, answer.text
        assert said in answer.json()["detail"]
        assert "nowhere" not in answer.text
        # The names that the files have on the service tell their sender nothing.
        assert not re.search(r"mended\.xlsx|result-[0-9a-f]{8}", answer.text), answer.text
    assert state() == before
    folder = client.app.state.jobs.folder  # type: ignore[attr-defined]
    known = {f["id"] for f in client.get("/api/v1/files").json()["files"]}
    assert {path.name for path in folder.iterdir()} <= known


def test_the_page_takes_mended_rows_with_its_token_only(client: TestClient) -> None:
    job = checked(client)
    page = client.get(f"/files/{job['id']}").text
    own = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    rows = client.get(f"/files/{job['id']}/unresolved").content
    sent = {"file": ("typed.xlsx", typed(rows, {4: "CO1 1JB"}))}
    without = {"X-CSRF-Token": ""}
    address = f"/files/{job['id']}/mended"
    refused = client.post(address, files=sent, headers=without)
    assert refused.status_code == 403
    taken = client.post(
        address, files=sent, data={"csrf_token": own}, headers=without, follow_redirects=False
    )
    assert (taken.status_code, taken.headers["location"]) == (303, f"/files/{job['id']}")
    assert client.get(f"/api/v1/files/{job['id']}").json()["by_status"]["unknown"] == 1
    assert json.loads(client.get(f"/files/{job['id']}/receipt").content)["mended"][0]["rows"] == 1


def test_nobody_else_sees_rows_or_receipt_or_sends_any(
    client: TestClient, job: dict[str, Any]
) -> None:
    app: Any = client.app
    known = app.state.identify
    other = Identity("Eve", known(None).roles, "session", subject="eve")
    rows = client.get(f"/api/v1/files/{job['id']}/unresolved").content
    app.state.identify = lambda _request: replace(other, via="key")
    try:
        for name in ("unresolved", "receipt"):
            assert client.get(f"/api/v1/files/{job['id']}/{name}").status_code == 404
        sent = {"file": ("typed.xlsx", typed(rows, {4: "CO1 1JB"}))}
        assert client.post(f"/api/v1/files/{job['id']}/mended", files=sent).status_code == 404
    finally:
        app.state.identify = known


def test_the_person_is_named_to_those_who_are_signed_in(tmp_path: Path) -> None:
    with signing_service(tmp_path, **oidc(requests_per_minute=0)) as client:
        database = client.app.state.localarea.database  # type: ignore[attr-defined]
        digest = "a" * 64
        basis = {"kind": "option", "id": "x", "title": "An area", "sha256": digest}
        document = {
            "basis": {**basis, "directory": "2025-11", "on": None},
            "by_status": {"local": 1, "not_local": 0, "unknown": 0},
            "rows": 1,
            "borderline": 0,
            "mended": [],
            "input_sha256": digest,
        }
        reference = keep_receipt(
            database,
            kind="file",
            document=document,
            actor=Actor("Ada Analyst", "checker"),
            now=clock.now(),
            input_sha256=digest,
        ).reference
        leave(client)
        assert client.get(f"/api/v1/receipts/{reference}").json()["by"] is None
        page = client.get(f"/receipts/{reference}")
        assert (page.status_code, "Ada" in page.text) == (200, False)
        sent = client.get("/receipts", params={"find": digest})
        assert sent.status_code in (303, 401)
        assert client.get("/api/v1/receipts", params={"sha256": digest}).status_code == 401
        become(client, "checker", name="Ben")
        assert client.get(f"/api/v1/receipts/{reference}").json()["by"] == "Ada Analyst"
        assert "Ada Analyst" in client.get(f"/receipts/{reference}").text
