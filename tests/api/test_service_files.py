"""Files that are sent: the work of the command line, one owner, nothing left behind."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from service_cases import ended as at_the_end
from service_cases import service_in

from localarea.checking.csv_file import check_file
from localarea.checking.workbooks.workbook import check_workbook
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.service.auth.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

ROWS = ["CO1 1JB", "ip11aa", "nonsense", "EH8 8DX", "", "CO99 9ZZ"]
CSV = "name;postcode\r\n" + "".join(f"n{k};{text}\r\n" for k, text in enumerate(ROWS))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def client(folder: Path, small_tables: DataStore) -> Iterator[TestClient]:
    """Give a service of its own; test_files_browser.py has one with all postcodes."""
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    stated = {"jobs_dir": folder / "jobs", "upload_limit_mb": 3, "job_queue": 4}
    with service_in(folder, **tables, **stated) as made:
        yield made


def send(client: TestClient, name: str, content: bytes, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/files", files={"file": (name, content)}, data=fields)
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/files/{made['id']}"
    return made


def ended(client: TestClient, job_id: str) -> dict[str, Any]:
    return at_the_end(client, f"/api/v1/files/{job_id}")


def workbook(rows: list[str], *, sheets: tuple[str, ...] = ("Staff",)) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in sheets:
        page = book.create_sheet(name)
        page.append(["Employee", "Home postcode"])
        for number, text in enumerate(rows):
            page.append([f"E{number}", text])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_text_comes_back_as_the_command_line_writes_it(
    client: TestClient, folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / "suppliers.csv"
    source.write_bytes(CSV.encode("cp1252"))
    classifier = client.app.state.localarea.classifier(BoundaryChoice())  # type: ignore[attr-defined]
    report = check_file(source, classifier, out=tmp_path / "out.csv")
    job = ended(client, send(client, "suppliers.csv", CSV.encode("cp1252"))["id"])
    assert (job["status"], job["rows_total"]) == ("done", len(ROWS))
    assert job["by_status"] == report.by_status
    assert job["by_reason"] == report.by_reason
    result = client.get(f"/api/v1/files/{job['id']}/result")
    assert result.content == (tmp_path / "out.csv").read_bytes()
    assert 'filename="suppliers.checked.csv"' in result.headers["content-disposition"]
    assert result.headers["cache-control"] == "no-store"
    made = folder / "jobs" / job["id"]
    assert (made.stat().st_mode & 0o777, (folder / "jobs").stat().st_mode & 0o777) == (0o700, 0o700)
    assert {path.stat().st_mode & 0o777 for path in made.iterdir()} == {0o600}


def test_a_workbook_a_parquet_file_and_their_unknown_rows(
    client: TestClient, tmp_path: Path
) -> None:
    content = workbook(ROWS)
    (tmp_path / "staff.xlsx").write_bytes(content)
    classifier = client.app.state.localarea.classifier(BoundaryChoice())  # type: ignore[attr-defined]
    check_workbook(tmp_path / "staff.xlsx", classifier, out=tmp_path / "out.xlsx")
    # The name says nothing: the kind is told from the content.
    job = ended(client, send(client, "staff", content)["id"])
    result = client.get(f"/api/v1/files/{job['id']}/result").content
    for name in ("Staff", "Local summary"):
        ours, theirs = (
            list(openpyxl.load_workbook(where)[name].values)
            for where in (io.BytesIO(result), tmp_path / "out.xlsx")
        )
        assert ours == theirs
    page = client.get(f"/files/{job['id']}").text
    # Header is row 1: "nonsense" is in row 4, the blank in 6, a postcode of no place in 7.
    assert client.app.state.jobs.detail(job["id"])["unknown"] == [  # type: ignore[attr-defined]
        {"row": row, "reason": reason, "sheet": "", "supplier": "", "amount": ""}
        for row, reason in ((4, "malformed"), (6, "blank"), (7, "not_in_directory"))
    ]
    assert "nonsense" not in page
    assert "Rows without an answer" in page

    kept = io.BytesIO()
    pq.write_table(pa.table({"postcode": ROWS}), kept)
    job = ended(client, send(client, "x.parquet", kept.getvalue())["id"])
    table = pq.read_table(io.BytesIO(client.get(f"/api/v1/files/{job['id']}/result").content))
    assert table["postcode"].to_pylist() == ROWS
    assert job["by_status"]["unknown"] == 3


def test_a_wrong_column_offers_those_there_are(client: TestClient) -> None:
    job = ended(client, send(client, "a.csv", b"Where,What\r\nCO1 1JB,x\r\n", column="Ort")["id"])
    assert (job["status"], job["columns"]) == ("failed", ["Where", "What"])
    assert "--" not in job["problem"]
    page = client.get(f"/files/{job['id']}").text
    assert '<option value="Where"' in page
    client.post(f"/files/{job['id']}/again", data={"column": "Where"})
    again = ended(client, job["id"])
    assert (again["status"], again["by_status"]["local"]) == ("done", 1)


def test_another_sheet_may_be_chosen(client: TestClient) -> None:
    job = ended(client, send(client, "b.xlsx", workbook(ROWS, sheets=("One", "Two")))["id"])
    assert job["sheets"] == ["One", "Two"]
    client.post(f"/files/{job['id']}/again", data={"sheet": "Two"})
    ended(client, job["id"])
    assert client.app.state.jobs.detail(job["id"])["sheet"] == "Two"  # type: ignore[attr-defined]


def test_events_tell_how_it_went_and_end(client: TestClient) -> None:
    made = send(client, "c.csv", CSV.encode())
    with client.stream("GET", f"/api/v1/files/{made['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in stream.iter_lines() if line]
    names = [line[7:] for line in lines if line.startswith("event: ")]
    assert names[-1] == "ended"
    assert names.count("ended") == 1
    last = json.loads([line[6:] for line in lines if line.startswith("data: ")][-1])
    assert (last["status"], last["rows_done"]) == ("done", len(ROWS))
    # Whoever comes back after the end is told the end once more, and nothing before it.
    with client.stream(
        "GET", f"/api/v1/files/{made['id']}/events", headers={"Last-Event-ID": "running-0"}
    ) as stream:
        again = [line[7:] for line in stream.iter_lines() if line.startswith("event: ")]
    assert again == ["ended"]


def test_only_the_owner_sees_a_file(client: TestClient) -> None:
    job_id = send(client, "mine.csv", CSV.encode())["id"]
    ended(client, job_id)
    app: Any = client.app
    known = app.state.identify

    def another(_request: Any) -> Identity:
        return Identity("Mallory", frozenset({"checker"}), "local")

    app.state.identify = another
    try:
        for path in ("", "/events", "/result"):
            assert client.get(f"/api/v1/files/{job_id}{path}").status_code == 404
            assert client.get(f"/files/{job_id}").status_code == 404
        assert client.delete(f"/api/v1/files/{job_id}").status_code == 404
        assert client.post(f"/files/{job_id}/remove").status_code == 404
        assert client.get("/api/v1/files").json() == {"files": []}
        app.state.identify = lambda request: replace(another(request), roles=frozenset({"viewer"}))
        assert client.get("/api/v1/files").status_code == 403
        assert client.post("/api/v1/files", files={"file": b"x"}).status_code == 403
    finally:
        app.state.identify = known
    assert client.get(f"/api/v1/files/{job_id}/result").status_code == 200


def test_what_is_removed_is_gone(client: TestClient, folder: Path) -> None:
    job_id = send(client, "gone.csv", CSV.encode())["id"]
    ended(client, job_id)
    assert client.delete(f"/api/v1/files/{job_id}").status_code == 204
    assert not (folder / "jobs" / job_id).exists()
    assert client.get(f"/api/v1/files/{job_id}/result").status_code == 404
    assert client.get(f"/api/v1/files/{job_id}").json()["file_name"] == ""


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "multipart/form-data; boundary=x", 422),
        (b"--x\r\n", "multipart/form-data; boundary=x", 422),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b"x", "multipart/form-data", 415),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n--x--\r\n',
         "multipart/form-data; boundary=x", 422),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nCO1 1',
         "multipart/form-data; boundary=x", 422),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_used_leaves_nothing(
    client: TestClient, folder: Path, body: bytes, kind: str, status: int
) -> None:
    before = set((folder / "jobs").glob("*"))
    answer = client.post("/api/v1/files", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert set((folder / "jobs").glob("*")) == before


@pytest.mark.parametrize("token", [None, "", "AAAA", "A" * 64])
def test_a_form_without_the_token_of_its_page_leaves_nothing(
    client: TestClient, folder: Path, token: str | None
) -> None:
    def kept() -> set[str]:
        return {path.name for path in (folder / "jobs").iterdir()}

    before = kept() if (folder / "jobs").is_dir() else set()
    fields = {} if token is None else {"csrf_token": token}
    sent = {"file": ("a.csv", b"postcode\nCO1 1JB\n")}
    without = {"X-CSRF-Token": ""}  # which the client would send of itself
    answer = client.post("/files", files=sent, data=fields, headers=without)
    assert answer.status_code == 403
    assert "nothing was changed" in answer.text
    assert kept() == before


def test_a_form_with_the_token_of_its_page_is_taken(client: TestClient) -> None:
    own = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/files").text)[0]
    taken = client.post(
        "/files",
        files={"file": ("a.csv", b"postcode\nCO1 1JB\n")},
        data={"csrf_token": own},
        headers={"X-CSRF-Token": ""},
        follow_redirects=False,
    )
    assert taken.status_code == 303
    client.delete(f"/api/v1{taken.headers['location']}")


def test_too_large_is_told_with_and_without_its_length(client: TestClient, folder: Path) -> None:
    before = set((folder / "jobs").glob("*"))
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    taken = 0

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        yield body
        for _ in range(100):
            taken += 1
            yield b"CO1 1JB\r\n" * 10_000

    answer = client.post("/api/v1/files", content=pieces(), headers=kind)
    assert answer.status_code == 413
    whole = client.post("/api/v1/files", content=body + bytes(3_000_001), headers=kind)
    assert whole.status_code == 413
    assert "3 MB" in whole.json()["detail"]
    assert set((folder / "jobs").glob("*")) == before


def test_an_unknown_option_is_told_at_once(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/files", files={"file": ("a.csv", CSV.encode())}, data={"option": "ttwa-offical"}
    )
    assert answer.status_code == 404
    assert "ttwa-official" in answer.json()["suggestions"]


def test_names_of_files_cannot_leave_their_header(client: TestClient) -> None:
    name = 'a"; filename="evil.html\r\nSet-Cookie: x=y/../../Łódź.csv'
    job = ended(client, send(client, name, CSV.encode())["id"])
    said = client.get(f"/api/v1/files/{job['id']}/result").headers
    assert "set-cookie" not in said
    assert said["content-disposition"].count('"') == 2
    assert "%C5%81%C3%B3d%C5%BA.checked.csv" in said["content-disposition"]
