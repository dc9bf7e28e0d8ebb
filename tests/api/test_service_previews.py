"""A file is shown before it is checked: what is understood, to confirm or to change."""

from __future__ import annotations

import hashlib
import html
import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from service_cases import asked_until, service_in

from localarea.errors import ConflictError
from localarea.service.api.files.file_shapes import Confirming
from localarea.service.api.files.files import confirm
from localarea.service.auth.identity import Identity
from localarea.service.files import job_store
from localarea.service.state import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

# Supplier, site, office, net, gross; of the small country CO1 is local and IP1, EH8 are not.
PAID: list[tuple[Any, ...]] = [
    ("Apple Works", "CO1 1JB", "IP1 1AA", 0.1, 0.12),
    ("Birch Works", "", "IP1 1AA", 1000, 1200),
    ("Cedar Works", "EH8 8DX", "CO1 1JB", 250.25, 300.3),
    ("Damson Works", "CO1 1JB", "EH8 8DX", 0.2, 0.24),
    ("Elder Works", "nonsense", "nonsense", 7, 8.4),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("previews")


@pytest.fixture(scope="module")
def client(folder: Path, small_tables: DataStore) -> Iterator[TestClient]:
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(folder, **tables, jobs_dir=folder / "jobs") as made:
        yield made


@pytest.fixture(scope="module")
def payments() -> bytes:
    """Write a workbook as a finance system does: a cover first, then a title above the table."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "Cover"
    cover.append(["Source", "Finance system AP/SUP/041"])
    page = book.create_sheet("Payments")
    page.append(["Payments of the quarter"])
    page.append(["Supplier", "Site Postcode", "Reg Post Code", "Net Amount", "Gross Amount"])
    for row in PAID:
        page.append(list(row))
    other = book.create_sheet("Framework")
    other.append(["Lot", "Postcode"])
    other.append([1, "CO1 1JB"])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def stands(client: TestClient, job_id: str, *wanted: str) -> dict[str, Any]:
    def stand() -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/api/v1/files/{job_id}").json()
        return found

    found = asked_until(stand, lambda found: found["status"] in (*wanted, "failed"))
    assert found["status"] in wanted, found["problem"]
    return found


def preview(client: TestClient, content: bytes, **fields: Any) -> dict[str, Any]:
    answer = client.post(
        "/api/v1/files/preview", files={"file": ("payments.xlsx", content)}, data=fields
    )
    assert answer.status_code == 202, answer.text
    return stands(client, answer.json()["id"], "previewed")


def words(page: Any) -> str:
    """Give the words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def cells_of(client: TestClient, job_id: str, sheet: str) -> list[dict[Any, Any]]:
    """Give the rows of a result below its header, by header."""
    content = client.get(f"/api/v1/files/{job_id}/result").content
    rows = list(openpyxl.load_workbook(io.BytesIO(content))[sheet].values)
    at = next(k for k, row in enumerate(rows) if "Supplier" in row)
    return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :]]


def test_a_cover_sheet_is_no_dead_end(client: TestClient, payments: bytes) -> None:
    job = preview(client, payments)
    unchecked = client.get(f"/api/v1/files/{job['id']}/result")
    assert (unchecked.status_code, "only looked at" in unchecked.json()["detail"]) == (409, True)
    found = job["preview"]
    assert [(one["name"], one["postcodes"] > 0, one["chosen"]) for one in found["sheets"]] == [
        ("Cover", False, False),
        ("Payments", True, True),
        ("Framework", True, False),
    ]
    assert (found["sheet"], found["fault"]) == ("Payments", "")
    assert [row["number"] for row in found["rows"]] == [3, 4, 5, 6, 7]
    assert [row["cells"][0] for row in found["rows"]] == [row[0] for row in PAID]
    assert [column["header"] for column in found["columns"]][1:3] == [
        "Site Postcode",
        "Reg Post Code",
    ]
    # Nothing was checked, and nothing can be fetched.
    assert (job["rows_total"], job["by_status"], job["money"]) == (None, None, None)
    assert client.get(f"/api/v1/files/{job['id']}/result").status_code == 409


def test_a_confirmed_file_is_checked_by_site_and_then_by_office(
    client: TestClient, payments: bytes
) -> None:
    job = preview(client, payments)
    how = {"sheet": "Payments", "columns": ["Site Postcode", "Reg Post Code"], "on": "2026-11-01"}
    answer = client.post(f"/api/v1/files/{job['id']}/check", json=how)
    assert answer.status_code == 202
    done = stands(client, job["id"], "done")
    # By hand: Apple CO1, Birch's office IP1, Cedar EH8, Damson CO1, Elder nothing that can be read.
    assert done["by_status"] == {"local": 2, "not_local": 2, "unknown": 1}
    found = [row["local_status"] for row in cells_of(client, job["id"], "Payments")]
    assert found == ["local", "not_local", "not_local", "local", "unknown"]
    assert done["money"]["by_status"] == {
        "local": "0.30",
        "not_local": "1250.25",
        "unknown": "7.00",
    }
    assert (done["money"]["column"], done["money"]["total"]) == ("Net Amount", "1257.55")
    assert done["suppliers"] == {
        "local": [
            {"name": "Damson Works", "amount": "0.20", "payments": 1},
            {"name": "Apple Works", "amount": "0.10", "payments": 1},
        ],
        "not_local": [
            {"name": "Birch Works", "amount": "1000.00", "payments": 1},
            {"name": "Cedar Works", "amount": "250.25", "payments": 1},
        ],
        "unknown": [{"name": "Elder Works", "amount": "7.00", "payments": 1}],
    }
    assert (done["on"], done["sheet"]) == ("2026-11-01", "Payments")
    assert done["sha256"] == hashlib.sha256(payments).hexdigest()
    assert done["preview"] is None


def test_a_file_may_be_looked_at_in_another_way_and_once_more_after_its_check(
    client: TestClient, payments: bytes
) -> None:
    job = preview(client, payments, sheet="Framework")
    assert job["preview"]["sheet"] == "Framework"
    path = f"/api/v1/files/{job['id']}"
    client.post(f"{path}/preview", json={"sheet": "Payments", "columns": ["Reg Post Code"]})
    again = stands(client, job["id"], "previewed")["preview"]
    assert again["sheet"] == "Payments"
    assert [c["header"] for c in again["columns"] if c["order"]] == ["Reg Post Code"]
    # The column of one sheet does not make those of the others uncounted.
    assert [one["postcodes"] for one in again["sheets"]] == [0, 4, 1]
    assert [row["read"].replace(" ", "") for row in again["rows"]][:2] == ["IP11AA", "IP11AA"]
    client.post(f"{path}/check", json={"sheet": "Payments", "columns": ["Reg Post Code"]})
    assert stands(client, job["id"], "done")["by_status"]["local"] == 1  # Cedar's office
    client.post(f"{path}/preview", json={})
    stands(client, job["id"], "previewed")
    assert client.get(f"{path}/result").status_code == 409


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("check", {"option": "ttwa-offical"}, 404),
        ("check", {"on": "1/11/2026"}, 422),
        ("check", {"headers": "robots"}, 422),
        ("check", {"colums": ["x"]}, 422),
        ("preview", {"columns": ["x"] * 11}, 422),
    ],
)
def test_what_cannot_be_confirmed_changes_nothing(
    client: TestClient, payments: bytes, path: str, body: dict[str, Any], status: int
) -> None:
    job = preview(client, payments)
    answer = client.post(f"/api/v1/files/{job['id']}/{path}", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(f"/api/v1/files/{job['id']}").json()["status"] == "previewed"


def test_nobody_else_sees_or_confirms_it(client: TestClient, payments: bytes) -> None:
    job_id = preview(client, payments)["id"]
    app: Any = client.app
    known = app.state.identify
    app.state.identify = lambda _request: Identity("Mallory", frozenset({"checker"}), "local")
    try:
        for path in ("preview", "check"):
            assert client.post(f"/api/v1/files/{job_id}/{path}", json={}).status_code == 404
            assert client.post(f"/files/{job_id}/{path}").status_code == 404
        assert client.get(f"/files/{job_id}").status_code == 404
    finally:
        app.state.identify = known


def test_no_cell_of_it_is_in_the_database_and_it_goes_when_its_time_is_over(
    client: TestClient, payments: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = preview(client, payments)["id"]
    made = folder / "jobs" / job_id
    assert {path.stat().st_mode & 0o777 for path in made.iterdir()} == {0o600}
    client.app.state.localarea.database.settle()  # type: ignore[attr-defined]
    kept = b"".join(path.read_bytes() for path in folder.glob("decisions.sqlite*"))
    assert b"payments.xlsx" in kept
    assert b"Apple Works" not in kept
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.app.state.jobs.sweep()  # type: ignore[attr-defined]
    assert not made.exists()
    assert client.get(f"/api/v1/files/{job_id}").json()["status"] == "expired"


def test_what_is_being_read_is_not_confirmed(client: TestClient, payments: bytes) -> None:
    job_id = preview(client, payments)["id"]
    app: Any = client.app
    job = job_store.read_job(app.state.localarea.database, job_id, owner=_owner(client))
    for status in ("waiting", "running"):
        with pytest.raises(ConflictError, match="wait until"):
            confirm(replace(job, status=status), app.state.councils, app.state.jobs, Confirming())


def _owner(client: TestClient) -> str:
    from localarea.service.api.files.files import owner_of
    from localarea.service.auth.identity import local_person

    return owner_of(local_person(None))  # type: ignore[arg-type]


def sent(client: TestClient, content: bytes, name: str = "payments.xlsx") -> str:
    """Send a file by the page, and wait until it is shown."""
    answer = client.post("/files", files={"file": (name, content)}, follow_redirects=False)
    assert answer.status_code == 303
    path = str(answer.headers["location"])
    stands(client, path.removeprefix("/files/"), "previewed")
    return path


def test_the_page_shows_rows_columns_and_sheets_and_then_what_was_checked(
    client: TestClient, payments: bytes
) -> None:
    path = sent(client, payments)
    page = client.get(path)
    assert page.headers["cache-control"] == "no-store"
    assert re.search(r'value="Payments"[^>]*checked', page.text)
    for text in ("Apple Works", "Birch Works", "Site Postcode", "Amounts are added up from"):
        assert text in words(page)
    how = {"sheet": "Payments", "shown_sheet": "Payments", "column": "Site Postcode"}
    how |= {"column_2": "Reg Post Code", "day": "1", "month": "11", "year": "2026"}
    done = client.post(f"{path}/check", data={**how, "headers": "codes"})
    assert done.status_code == 200
    stands(client, path.removeprefix("/files/"), "done")
    shown = words(client.get(path))
    assert "Local 2 40.0% £0.30 0.0%" in shown
    assert "Not local 2 40.0% £1,250.25 99.4%" in shown  # 1250.25 of 1257.55
    assert "Unknown 1 20.0% £7.00 0.6%" in shown
    for text in ("For the day 1 November 2026", "Sheet Payments", "SHA-256"):
        assert text in shown
    listed = words(client.get("/files"))
    assert "Payments: Site Postcode" in listed
    assert "1 November 2026" in listed


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"day": "13", "month": "13", "year": "2026"}, "on-day", "real date"),
        ({"under": "definition:nowhere"}, "under", "nowhere"),
        ({"column": "", "column_2": "Reg Post Code"}, "column", "use first"),
    ],
)
def test_a_fault_on_the_page_keeps_the_file_and_what_was_chosen(
    client: TestClient, payments: bytes, changed: dict[str, str], field: str, said: str
) -> None:
    path = sent(client, payments)
    how = {"sheet": "Payments", "shown_sheet": "Payments", "column": "Site Postcode"}
    page = client.post(f"{path}/check", data={**how, "headers": "codes", **changed})
    assert page.status_code in (404, 422)
    summary = page.text[page.text.index("govuk-error-summary") : page.text.index("<h1")]
    assert f'href="#{field}"' in summary
    assert said in html.unescape(summary)
    assert f'id="{field}"' in page.text
    if "day" in changed:
        assert 'value="2026"' in page.text
        assert re.search(r'value="Site Postcode" selected', page.text)
    assert re.search(r'value="codes"[^>]*checked', page.text)
    assert stands(client, path.removeprefix("/files/"), "previewed")


def test_a_sheet_that_was_changed_is_shown_before_it_is_checked(
    client: TestClient, payments: bytes
) -> None:
    path = sent(client, payments)
    how = {"sheet": "Framework", "shown_sheet": "Payments", "column": "Site Postcode"}
    client.post(f"{path}/check", data={**how, "day": "1/11/2026"})
    found = stands(client, path.removeprefix("/files/"), "previewed")["preview"]
    assert found["sheet"] == "Framework"
    page = client.get(path)
    assert 'value="1/11/2026"' in page.text  # what was typed stays
    how = {"sheet": "Framework", "shown_sheet": "Framework", "column": "Postcode"}
    client.post(f"{path}/check", data=how)
    assert stands(client, path.removeprefix("/files/"), "done")["by_status"]["local"] == 1


def test_a_file_without_postcodes_is_shown_with_its_columns(client: TestClient) -> None:
    content = b"Where,What\r\nColchester,a\r\nCO1 1JB,b\r\nIpswich,c\r\nHarwich,d\r\n"
    path = sent(client, content, "list.csv")
    page = client.get(path)
    assert re.search(r'<option value="Where"', page.text)
    client.post(f"{path}/check", data={"column": "Where"})
    assert stands(client, path.removeprefix("/files/"), "done")["by_status"]["local"] == 1
