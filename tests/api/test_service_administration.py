"""What an administrator looks at: how the service stands, and the record with its entries."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from service_cases import service_in

from localarea.decisions.database import Database
from localarea.decisions.record.audit import AuditReport
from localarea.errors import StoreUnavailableError
from localarea.service.pages import status
from localarea.service.state import clock
from localarea.service.study import decision_flow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

TILES = "https://tiles.example.org/{z}/{x}/{y}.png?key=s3cret"


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    stated = {
        "data_dir": small_tables.root,
        "cache_dir": small_tables.cache_dir,
        "tile_url": TILES,
        "tile_attribution": "Example tiles",
        "workers": 3,
        "job_workers": 2,
    }
    with service_in(tmp_path_factory.mktemp("service"), **stated) as made:
        for name in ("finance", "payroll"):
            sent = {"name": name, "roles": "viewer", "days": "30"}
            assert made.post("/keys", data=sent).status_code == 200
        with made.app.state.localarea.database.reading() as connection:
            row = connection.exec_driver_sql("SELECT id FROM api_keys WHERE name = 'payroll'")
            made.post(f"/keys/{row.scalar_one()}/revoke")
        yield made


def shown(client: TestClient, **asked: str) -> list[str]:
    """Return what the entries that the page shows say was done, newest first."""
    page = client.get("/audit", params=asked)
    assert page.status_code == 200, page.text
    body = unescape(page.text).partition("<tbody")[2].partition("</tbody>")[0]
    return re.findall(r"<td[^>]*>(Make key|Revoke key)", body)


def test_the_record_is_looked_through_by_act_name_hash_and_day(client: TestClient) -> None:
    assert shown(client) == ["Revoke key", "Make key", "Make key"]
    assert shown(client, action="make_key") == ["Make key", "Make key"]
    assert shown(client, words="KEY:") == ["Revoke key", "Make key", "Make key"]  # in either case
    newest = client.get("/api/v1/audit").json()["entries"][0]
    assert shown(client, words=newest["hash"][:12]) == ["Revoke key"]
    assert shown(client, words=newest["hash"].upper()) == ["Revoke key"]
    today = clock.now().date()
    assert len(shown(client, since=f"{today.day} {today.month} {today.year}")) == 3
    assert shown(client, until="1 4 2020") == []
    assert len(shown(client, until="31 12 9999")) == 3  # after which no day can be told
    assert shown(client, words="100%") == []  # no pattern
    assert "No entries match" in client.get("/audit?until=1+4+2020").text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("since=32+1+2026", "since"),
        ("until=soon", "until"),
        ("since=2+1+2026&until=1+1+2026", "until"),
    ],
)
def test_a_day_of_no_calendar_is_told_at_its_box(
    asked: str, field: str, client: TestClient
) -> None:
    page = client.get(f"/audit?{asked}")
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert f'id="{field}-error"' in page.text
    assert "/audit/entries.csv" not in page.text  # nothing is shown that could be kept
    assert client.get(f"/audit/entries.csv?{asked}").status_code == 422


def test_the_entries_are_a_file_in_the_order_in_which_they_were_made(client: TestClient) -> None:
    answer = client.get("/audit/entries.csv", params={"action": "make_key"})
    assert 'filename="record.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["action"] for row in rows] == ["make_key", "make_key"]
    assert [int(row["seq"]) for row in rows] == sorted(int(row["seq"]) for row in rows)
    held = {entry["hash"] for entry in client.get("/api/v1/audit").json()["entries"]}
    assert {row["hash"] for row in rows} < held
    page = client.get("/audit?action=make_key").text
    assert 'href="/audit/entries.csv?action=make_key"' in page


def test_one_entry_is_told_as_one(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    one = AuditReport(1, "ab", ())
    for module in (decision_flow, status):
        monkeypatch.setattr(module, "verified", lambda _: one)
    assert "complete and unchanged: its one entry and the" in client.get("/audit").text
    assert "1 entry, complete and unchanged" in client.get("/status").text


def test_the_status_page_tells_how_the_service_stands_and_no_secret(client: TestClient) -> None:
    page = unescape(client.get("/status").text)
    facts = dict(
        re.findall(r"summary-list__key[^>]*>(?:<code>)?([^<]+).*?__value[^>]*>(.*?)</dd>", page)
    )
    assert facts["The record of decisions"] == "3 entries, complete and unchanged"
    assert facts["API keys"] == "1 valid, of 2 made"
    assert facts["Files waiting"].startswith("0 of at most ")
    assert facts["Files being checked"] == "0 of at most 6 at once"  # three processes, two each
    assert facts["The record"] == facts["Definitions"].replace("/definitions)", ")")
    assert "every role" in facts["Roles come from"]
    assert facts["Definitions"].endswith(")")
    assert " GB free (" in facts["Definitions"]
    assert facts["LOCALAREA_TILE_URL"] == "set; not shown"
    assert facts["LOCALAREA_TILE_ATTRIBUTION"] == "Example tiles"
    assert "s3cret" not in page
    assert 'href="/status"' in client.get("/options").text


def test_a_folder_that_cannot_be_written_to_is_told_to_whoever_runs_the_service(
    client: TestClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "jobs"
    monkeypatch.setattr(client.app.state.jobs, "folder", folder)  # type: ignore[attr-defined]
    answer = client.post("/api/v1/files", files={"file": ("a.csv", b"postcode\nCO1 1JB\n")})
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("files cannot be taken in at the moment")
    assert str(tmp_path) not in answer.text
    assert f"{folder} cannot be written to: Not a directory" in caplog.text
    page = unescape(client.get("/status").text)
    assert f"the service cannot write there ({folder})" in page


@pytest.mark.parametrize("path", ["/ready", "/api/v1/proposals", "/decisions"])
def test_where_the_record_is_and_why_it_is_away_is_for_whoever_runs_the_service(
    path: str,
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def away(_: Database) -> None:
        raise StoreUnavailableError("postgresql://user@db.internal/x", "Connection refused")

    monkeypatch.setattr(Database, "reading", away)
    answer = client.get(path)
    assert answer.status_code == 503
    assert "ecord of decisions cannot be reached at the moment; try again" in answer.text
    assert "db.internal" not in answer.text
    assert "refused" not in answer.text
    said = "(postgresql://user@db.internal/x) cannot be used: Connection refused; try again"
    assert said in caplog.text
    needs = unescape(client.get("/status").text)
    assert said in needs
    assert ", API keys." in needs.partition("attention: ")[2].partition("</p>")[0]
