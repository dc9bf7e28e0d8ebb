"""A record written by hand, and decisions made at once with pages open."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from decisions_cases import let_anything_happen
from definition_cases import tiny_file
from service_cases import service_in

from localarea.decisions import publication as enactment
from localarea.decisions.reconcile import folder_faults, restore_folder
from localarea.decisions.record.schema import DEFINITION_ENDS, DEFINITIONS, FILE_JOBS
from localarea.definitions.model import day_name
from localarea.service.auth.identity import Identity
from localarea.service.files import job_store as file_jobs
from localarea.service.files import runner as jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

FILE = {"file": ("people.csv", b"postcode\nCO1 1JB\n")}
PUT = {
    "option": "district",
    "purpose": "measure",
    "title": "",
    "note": "x",
    "half_left_out": "Few commute across the Stour",
}


@pytest.fixture(scope="module")
def still(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """Give a service that takes files in and never gets to them."""
    folder = tmp_path_factory.mktemp("still")
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(folder, jobs_dir=folder / "jobs", job_workers=0, **tables) as client:
        yield client


def runner_of(client: TestClient) -> jobs.JobRunner:
    runner: jobs.JobRunner = client.app.state.jobs  # type: ignore[attr-defined]
    return runner


def write(client: TestClient, job_id: str, **values: Any) -> None:
    """Change a job by hand, as somebody with the database's password could."""
    database = client.app.state.localarea.database  # type: ignore[attr-defined]
    with database.transaction() as connection:
        done = connection.execute(
            sa.update(FILE_JOBS).where(FILE_JOBS.c.id == job_id).values(**values)
        )
    assert done.rowcount == 1


def sent(client: TestClient) -> str:
    return str(client.post("/api/v1/files", files=FILE).json()["id"])


def beside(client: TestClient) -> Path:
    """Make a folder that is none of the service's."""
    made = runner_of(client).folder.parent / "somebody-else"
    made.mkdir(exist_ok=True)
    (made / "input").write_text("theirs")
    return made


@pytest.mark.parametrize("written", ["../somebody-else", "absolute", ".", "..", "", "x/../.."])
def test_no_id_in_the_store_deletes_a_folder_that_is_not_a_jobs(
    still: TestClient, written: str
) -> None:
    theirs, runner = beside(still), runner_of(still)
    kept, job_id = sent(still), sent(still)
    name = str(theirs) if written == "absolute" else written
    write(still, job_id, id=name, expires_at="2001-01-01T00:00:00+00:00")
    write(still, kept, expires_at="2001-01-01T00:00:00+00:00")
    runner.sweep()
    assert (theirs / "input").read_text() == "theirs"
    assert runner.folder.is_dir()
    assert not (runner.folder / kept).exists()  # and one bad id keeps nobody's home from going
    write(still, name, id=file_jobs.new_job_id())


@pytest.mark.parametrize("written", ["../somebody-else", "absolute", ".."])
def test_no_id_in_the_store_has_another_folder_worked_on(still: TestClient, written: str) -> None:
    theirs, runner = beside(still), runner_of(still)
    (theirs / "old-result.csv").write_text("theirs")
    database = still.app.state.localarea.database  # type: ignore[attr-defined]
    job_id = sent(still)
    name = str(theirs) if written == "absolute" else written
    with database.reading() as connection:
        asked = sa.select(FILE_JOBS).where(FILE_JOBS.c.id == job_id)
        row = connection.execute(asked).mappings().one()
    attempt = jobs._Attempt(runner, file_jobs.job_of({**row, "id": name}))
    assert attempt.folder.parent == runner.folder
    attempt._tidy(kept=False, held=False)
    assert (theirs / "old-result.csv").read_text() == "theirs"
    runner.remove(job_id)


@pytest.mark.parametrize(
    "written", ["../../secret", "/etc/passwd", "input", "detail.json", "result-0123abcd.csv", ""]
)
def test_no_result_in_the_store_hands_out_another_file(still: TestClient, written: str) -> None:
    runner, job_id = runner_of(still), sent(still)
    secret = runner.folder.parent / "secret"
    secret.write_text("the secret key")
    (runner.folder / job_id / "result-0123abcd.csv").symlink_to(secret)
    write(still, job_id, status="done", result=f'{{"file": "{written}", "rows": 1}}')
    for address in (f"/api/v1/files/{job_id}/result", f"/files/{job_id}/result"):
        answer = still.get(address)
        assert answer.status_code == 404, address
        assert "secret" not in answer.text
        assert "root:" not in answer.text
    runner.remove(job_id)


def test_folders_that_are_not_jobs_stay(still: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    # LOCALAREA_JOBS_DIR may name a folder in which there is something already.
    runner = runner_of(still)
    runner.folder.mkdir(exist_ok=True)
    theirs = runner.folder / "letters"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("theirs")
    stranded = runner.folder / file_jobs.new_job_id()
    stranded.mkdir()
    linked = runner.folder / file_jobs.new_job_id()
    linked.symlink_to(theirs)
    monkeypatch.setattr(jobs, "_UPLOAD_SILENT_S", -1.0)
    runner._clear_uploads()
    assert (theirs / "letter.txt").read_text() == "theirs"
    assert not stranded.exists()
    linked.unlink()
    shutil.rmtree(theirs)


@pytest.mark.parametrize("column", ["id", "directory_date"])
def test_no_name_in_the_record_writes_outside_the_folder(
    tmp_path: Path, small_tables: DataStore, column: str
) -> None:
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    outside = tmp_path / "outside"
    outside.mkdir()
    with service_in(tmp_path, **tables) as client:
        held = client.app.state.localarea  # type: ignore[attr-defined]
        with held.database.transaction() as connection:
            let_anything_happen(connection)
            row = {name.name: "x" for name in DEFINITIONS.c if not name.nullable}
            row |= {"id": "tiny", "purpose": "measure", "content": tiny_file(id="tiny")}
            row |= {"effective_from": "2026-04-01", "directory_date": "2025-11"}
            row |= {column: "../outside"}
            connection.execute(sa.insert(DEFINITIONS).values(**row))
            end = {
                "ended_on": "2026-05-01",
                "kind": "withdrawn",
                "by": "x",
                "at": "x",
                "reason": "x",
            }
            connection.execute(sa.insert(DEFINITION_ENDS).values(definition_id=row["id"], **end))
        done = restore_folder(held.database, held.definitions)
        assert done.written == ()
        assert "no such names" in str(done.damaged)
        with held.database.reading() as connection:
            assert "no such names" in str(folder_faults(connection, held.definitions))
        assert "no such names" in client.get("/audit").text.replace("&#39;", "'")
    assert list(outside.iterdir()) == []


# Two approvals at once, with pages open.

DEE = Identity("Dee Director", frozenset({"approver", "analyst"}), "key", "Director")
SEEN = re.compile(r'name="seen" value="([0-9a-f]{64})"')
CHANGED = "have changed since you looked"


@pytest.fixture
def two(tmp_path: Path, small_tables: DataStore) -> Iterator[tuple[TestClient, TestClient]]:
    """Give two processes of one service, each with an approver."""
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, **tables) as one, service_in(tmp_path, **tables) as other:
        for client in (one, other):
            client.app.state.identify = lambda _request: DEE  # type: ignore[attr-defined]
        yield one, other


def form_of(name: str, first: date, last: date | None = None) -> dict[str, str]:
    form = {"id": name, "reasons": "x", "minute_reference": "x", "borderline_m": "500"}
    for end, day in (("from", first), ("to", last)):
        parts = (day.day, day.month, day.year) if day else ("", "", "")
        names = (f"{end}_day", f"{end}_month", f"{end}_year")
        form |= dict(zip(names, map(str, parts), strict=True))
    return form


REASONS = {"district": {}, "districts": {"half_left_out": ""}}  # the second holds both halves


def put_forward(client: TestClient, option: str) -> str:
    answer = client.post("/api/v1/proposals", json={**PUT, **REASONS[option], "option": option})
    return f"/decisions/{answer.json()['id']}/approve"


def decide(client: TestClient, address: str, form: dict[str, str]) -> Any:
    looked = client.post(address, data={**form, "step": "look"}).text
    seen = SEEN.findall(looked)[0]
    return client.post(
        address, data={**form, "step": "decide", "seen": seen}, follow_redirects=False
    )


def in_the_middle(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, act: Callable[[], Any]
) -> None:
    """Have something done once, just before a function is called."""
    called, done = getattr(module, name), []

    def first(*args: Any, **more: Any) -> Any:
        if not done:
            done.append(True)
            act()
        return called(*args, **more)

    monkeypatch.setattr(module, name, first)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["freezing", "looking"])
def test_what_is_kept_as_seen_is_what_decides_then(
    two: tuple[TestClient, TestClient], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    from localarea.service.study import decision_flow as deciding

    one, other = two
    today = datetime.now(UTC).date()
    first, second = put_forward(one, "districts"), put_forward(one, "district")
    sooner = form_of("sooner", today, today + timedelta(30))
    later = form_of("later", today + timedelta(31)) | {"half_left_out": "Few commute across it"}
    module, name = {"freezing": (enactment, "publish"), "looking": (deciding, "look_at")}[moment]
    looked = SEEN.findall(one.post(second, data={**later, "step": "look"}).text)[0]

    def meanwhile() -> None:
        assert decide(other, first, sooner).status_code == 303

    in_the_middle(monkeypatch, module, name, meanwhile)
    answer = one.post(second, data={**later, "step": "decide", "seen": looked})
    assert answer.status_code == 409
    assert CHANGED in answer.text
    assert SEEN.findall(answer.text) != [looked]  # the page shows it as it is now, to be decided
    assert one.get("/definitions/later").status_code == 404
    assert decide(one, second, later).status_code == 303
    page = one.get(second.removesuffix("/approve")).text
    assert f"in force on {day_name(str(today + timedelta(30)))}, the day before" in page
    assert one.get("/api/v1/audit/verify").json()["sound"] is True


def test_a_decision_sent_twice_at_once_is_one(
    two: tuple[TestClient, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    from localarea.service.study import decision_flow as deciding

    one, other = two
    address = put_forward(one, "districts")
    form = form_of("once", datetime.now(UTC).date())
    seen = SEEN.findall(one.post(address, data={**form, "step": "look"}).text)[0]
    decided = {**form, "step": "decide", "seen": seen}
    answers = []

    def meanwhile() -> None:
        answers.append(other.post(address, data=decided, follow_redirects=False))

    in_the_middle(monkeypatch, deciding, "look_at", meanwhile)
    answers.append(one.post(address, data=decided, follow_redirects=False))
    assert [answer.headers.get("location") for answer in answers] == ["/definitions/once"] * 2
    entries = one.get("/api/v1/audit").json()["entries"]
    assert [entry["action"] for entry in entries].count("approve") == 1
