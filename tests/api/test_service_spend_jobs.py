"""Payments counted as a job: the same sums, only aggregates kept, and the rest taken away."""

from __future__ import annotations

import io
import re
import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from definition_cases import APPROVAL
from ready_processes import run_code
from service_cases import ended, service_in
from spend_cases import APRIL, sent

from localarea.decisions.record.schema import FILE_JOBS
from localarea.definitions.publish import publish
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.service.files import job_store
from localarea.service.pages.stacking import column_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

TERMS = replace(APPROVAL, id="m-1", title="Colchester and around", effective_from="2026-04-01")
ASYNC = {"Prefer": "handling=lenient, respond-async;q=1"}
SPEND = "/api/v1/spend"


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """Give a service of its own, with a definition in force."""
    folder = tmp_path_factory.mktemp("service")
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    run_code("", ahead=["localarea.reports.spend.write"])  # what each count would import anew
    with service_in(folder, jobs_dir=folder / "jobs", **stated) as made:
        council = read_council(store=small_tables)
        chosen = option_zones("district", council, store=small_tables)
        made.app.state.localarea.definitions.add(  # type: ignore[attr-defined]
            publish(chosen, council, TERMS, store=small_tables)
        )
        yield made


@pytest.fixture(scope="module")
def counted(client: TestClient) -> dict[str, Any]:
    """Give a count that is done, of payments that were not to be kept."""
    data = {"option": "ttwa-official", "by": "supplier"}
    answer = client.post(SPEND, files=sent(), data=data, headers=ASYNC)
    assert answer.status_code == 202, answer.text
    assert answer.headers["preference-applied"] == "respond-async"
    assert answer.headers["location"] == f"{SPEND}/{answer.json()['id']}"
    return ended(client, answer.headers["location"])


@pytest.fixture(scope="module")
def kept(client: TestClient) -> str:
    """Give the id of a count from the page, of payments that are kept."""
    answer = client.post("/spend", files=sent(), data={"keep": "true"}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    name = answer.headers["location"].removeprefix("/spend/")
    assert ended(client, f"{SPEND}/{name}")["status"] == "done"
    return name


def folder_of(client: TestClient, name: str) -> Path:
    made: Path = client.app.state.jobs.folder_of(name)  # type: ignore[attr-defined]
    return made


def test_a_job_gives_what_counting_at_once_gives(
    client: TestClient, counted: dict[str, Any]
) -> None:
    assert counted["problem"] is None
    # 1000.10 of Acme, its row without an amount and Gamma's 100.00; Beta's refund is not local.
    assert (counted["status"], counted["rows"], counted["amount"]) == ("done", 4, "900.10")
    assert (counted["files"], counted["files_read"], counted["kept"]) == (2, 2, False)
    assert counted["definition"] == "option:ttwa-official"
    result = client.get(f"{SPEND}/{counted['id']}/result")
    assert result.headers["cache-control"] == "no-store"
    data = {"option": "ttwa-official", "by": "supplier"}
    assert result.json() == client.post(SPEND, files=sent(), data=data).json()
    listed = client.get(SPEND).json()["counts"]
    assert counted in listed
    assert client.get("/api/v1/files").json()["files"] == []  # which are files of verdicts
    assert client.get(f"/api/v1/files/{counted['id']}").status_code == 404


def test_of_payments_that_are_not_kept_nothing_but_aggregates_is_left(
    client: TestClient, counted: dict[str, Any]
) -> None:
    folder = folder_of(client, counted["id"])
    name = next(path.name for path in folder.iterdir() if path.suffix == ".json")[:15]
    held = sorted(path.name for path in folder.iterdir())
    endings = ["", ".docx", ".html", ".pdf", ".pictures.json", ".xlsx"]
    assert held == ["detail.json", *(f"{name}.json{ending}" for ending in endings)]
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        content = path.read_bytes()
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as parts:
                content = b"".join(parts.read(part) for part in parts.namelist())
        assert b"CO1 1JB" not in content
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(f"{SPEND}/{counted['id']}/result?output=xlsx").content)
    )
    assert "Rows" not in book.sheetnames
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert "not kept" in about["Rows behind a figure"]


@pytest.mark.parametrize(
    ("shape", "starts"), [("pdf", b"%PDF"), ("html", b"<!doctype"), ("docx", b"PK")]
)
def test_a_result_is_saved_as_a_file(
    client: TestClient, counted: dict[str, Any], shape: str, starts: bytes
) -> None:
    api, page = (f"{at}/{counted['id']}/result?output={shape}" for at in (SPEND, "/spend"))
    answer = client.get(api)
    assert answer.content.lower().startswith(starts.lower())
    assert f'filename="spend.{shape}"' in answer.headers["content-disposition"]
    assert client.get(page).content == answer.content


def test_its_tables_have_no_column_of_noughts_and_a_phone_folds_them(
    client: TestClient, kept: str
) -> None:
    page = client.get(f"/spend/{kept}").text
    folded = page.split('<details class="govuk-details la-long" open>')[1:]
    named = [re.search(r'summary-text">(.*?)<', one) for one in folded]
    assert [one and one[1] for one in named] == [
        "Table by quarter",
        "Table by category",
        "Table by district",
        "Table by size of supplier",
        "Table under each option",
        "Table of the suppliers whose answer differs",
    ]
    heads = column_names(folded[0][: folded[0].index("</thead>")])
    assert heads == ["Quarter", "Rows", "Net", "Local", "Not local", "Local share"]
    assert ">Redacted</th>" in page, "the table of all payments says that there is none"


def test_the_page_shows_figures_pictures_and_faults(client: TestClient, kept: str) -> None:
    page = client.get(f"/spend/{kept}")
    assert page.headers["cache-control"] == "no-store"
    assert "refresh" not in page.headers
    assert "Local means Colchester and around (definition m-1)" in page.text
    assert "Local, net of refunds: £1,100.10. All payments, net: £900.10." in page.text
    for words in ("2026-27 Q1", "april.csv, row 4", "Beta", "The payments were kept"):
        assert words in page.text
    assert page.text.count("data:image/png") == 3
    form = client.get("/spend").text
    assert "Published payments" in form
    assert f'href="/spend/{kept}"' in form
    assert kept not in client.get("/files").text


def test_kept_payments_are_in_the_workbook_and_others_are_swept_after_a_kill(
    client: TestClient, kept: str, counted: dict[str, Any]
) -> None:
    folder, other = folder_of(client, kept), folder_of(client, counted["id"])
    book = openpyxl.load_workbook(next(folder.glob("*.xlsx")))
    assert [cell.value for cell in book["Rows"]["B"]] == ["Row", 2, 3, 4, 2]
    # A service that was killed once it had entered a count has left the payments.
    (other / "input" / "00").mkdir(parents=True)
    (other / "input" / "00" / "april.csv").write_text(APRIL)
    client.app.state.jobs.sweep()  # type: ignore[attr-defined]
    assert not (other / "input").exists()
    assert (folder / "input" / "00" / "april.csv").read_text() == APRIL


def test_kept_payments_expire_with_their_result(client: TestClient) -> None:
    name = job_store.new_job_id()
    state, runner = client.app.state.localarea, client.app.state.jobs  # type: ignore[attr-defined]
    values = {"id": name, "owner": "local somebody", "status": "done", "file_name": "april.csv"}
    values |= {"size_bytes": 1, "request": '{"keep": true, "kind": "spend"}', "rows_done": 4}
    values |= dict.fromkeys(("made_at", "beat_at", "expires_at"), "2026-11-01T10:00:00Z")
    folder = runner.new_folder(name)
    (folder / "input").mkdir()
    with state.database.transaction() as connection:
        connection.execute(FILE_JOBS.insert().values(**values))
    runner.sweep()
    assert not folder.exists()
    with state.database.reading() as connection:
        row = connection.execute(FILE_JOBS.select().where(FILE_JOBS.c.id == name)).one()
    assert (row.status, row.file_name, row.request) == ("expired", "", "{}")


def test_payments_that_cannot_be_counted_are_told_by_name_and_taken_away(
    client: TestClient,
) -> None:
    files = [("file", ("staff.csv", b"Name,Postcode\nA,CO4 9ZZ\n"))]
    data = {"keep": "true"}  # with a result, and there is none
    name = client.post(SPEND, files=files, data=data, headers=ASYNC).json()["id"]
    told = ended(client, f"{SPEND}/{name}")
    assert told["status"] == "failed"
    assert told["problem"].startswith("staff.csv: it has no column of amounts")
    assert "CO4 9ZZ" not in str(told)
    until = time.monotonic() + 60  # the payments are taken away once that is entered
    while (folder_of(client, name) / "input").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert [path.name for path in folder_of(client, name).iterdir()] == ["detail.json"]
    page = client.get(f"/spend/{name}").text
    assert "The payments could not be counted" in page
    assert "staff.csv: it has no column of amounts" in page
    assert client.get(f"{SPEND}/{name}/result").status_code == 409
    assert client.delete(f"{SPEND}/{name}").status_code == 204
    assert client.get(f"{SPEND}/{name}").status_code == 404
    assert not folder_of(client, name).exists()


def test_a_header_that_is_not_there_is_told_without_the_cells_of_the_file(
    client: TestClient,
) -> None:
    data = {"column": "amount=Gross"}
    files = [("file", ("a.csv", APRIL.encode()))]
    answer = client.post(SPEND, files=files, data=data, headers=ASYNC)
    told = ended(client, answer.headers["location"])
    assert told["problem"] == ("a.csv: there is no column 'Gross'; write it as its header does")


@pytest.mark.parametrize(
    ("data", "headers", "words"),
    [
        ({"keep": "true"}, {}, "are not kept"),
        ({"output": "xlsx"}, ASYNC, "when you fetch the result"),
        ({"by": "week"}, ASYNC, "no breakdown"),
        ({"option": "nowhere"}, ASYNC, "nowhere"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_waits(
    client: TestClient, data: dict[str, str], headers: dict[str, str], words: str
) -> None:
    runner = client.app.state.jobs  # type: ignore[attr-defined]
    before = set(runner.folder.glob("*"))
    answer = client.post(
        SPEND, files=[("file", ("a.csv", APRIL.encode()))], data=data, headers=headers
    )
    assert answer.status_code in (404, 422)
    assert words in answer.text
    assert set(runner.folder.glob("*")) == before


def test_larger_payments_are_sent_on_to_a_job(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("localarea.service.files.spend.MOST_MB", 0)
    answer = client.post(SPEND, files=[("file", ("a.csv", APRIL.encode()))])
    assert answer.status_code == 413
    assert "Prefer: respond-async" in answer.text


@pytest.mark.parametrize(
    ("status", "done", "words"),
    [
        ("waiting", 0, "Waiting for its turn"),
        ("running", 1, "Being read: 1 of 3 files so far"),
        ("running", 3, "Being counted under each option"),
    ],
)
def test_whoever_waits_sees_how_far_it_is(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, status: str, done: int, words: str
) -> None:
    at = "2026-11-29T10:00:00+00:00"
    job = job_store.FileJob(
        *("0" * 32, "ada", status, "april.csv", 1, {"kind": "spend", "files": 3}, None, done),
        *(None, {}, None, at, at, None, at),
    )
    monkeypatch.setattr("localarea.service.pages.files.spend.find_count", lambda *_: job)
    page = client.get(f"/spend/{job.id}")
    assert page.headers["refresh"] == "3"
    assert words in page.text
    assert "deleted as soon as they are counted" in page.text
