"""Jobs of files in the store: each done once, by one worker, seen by one owner."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from localarea.decisions.database import Database, open_database
from localarea.decisions.record.schema import AUDIT, FILE_JOBS
from localarea.errors import ConflictError, NotFoundError, TooManyRequestsError
from localarea.service.files import job_queue as file_work
from localarea.service.files import job_store as file_jobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.service.files.job_store import FileJob

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FACTS = {"rows": 3, "by_status": {"local": 3}}


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.close()


def add(
    store: Database, *, owner: str = "ada", most: int = 9, minute: int = 0, **asked: Any
) -> FileJob:
    return file_jobs.add_job(
        store,
        file_jobs.new_job_id(),
        owner=owner,
        file_name="staff.csv",
        size_bytes=10,
        request={"columns": [], **asked},
        now=NOW + timedelta(minutes=minute),
        hours=24,
        most_waiting=most,
    )


def claim(store: Database) -> FileJob:
    found = file_work.claim_job(store, now=NOW)
    assert found is not None
    return found


def test_the_one_that_waited_longest_is_taken_and_by_one_only(store: Database) -> None:
    jobs = [add(store, minute=n) for n in (3, 1, 2)]
    assert claim(store).id == jobs[1].id
    taken: list[FileJob | None] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        taken.append(file_work.claim_job(store, now=NOW))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(job.id for job in taken if job) == sorted([jobs[0].id, jobs[2].id])


def test_whoever_was_taken_for_dead_cannot_enter_a_result(store: Database) -> None:
    add(store)
    first = claim(store)
    later = NOW + timedelta(seconds=31)
    assert file_work.rescue_lost(store, {}, now=later) == 0
    assert file_work.rescue_lost(store, file_work.running_jobs(store), now=later) == 1
    second = file_work.claim_job(store, now=later)
    assert second is not None
    with pytest.raises(ConflictError):
        file_work.end_job(store, first, now=later, result=FACTS, definition="x")
    with pytest.raises(ConflictError):
        file_work.beat(store, first, rows_done=1, now=later)
    file_work.end_job(store, second, now=later, result=FACTS, definition="x")
    ended = file_jobs.read_job(store, second.id, owner="ada")
    assert (ended.status, ended.rows_total, ended.definition) == ("done", 3, "x")


def test_who_gave_a_sign_after_all_is_left_alone(store: Database) -> None:
    add(store)
    held = claim(store)
    lost = file_work.running_jobs(store)
    assert lost == {held.id: held.beat_at}
    file_work.beat(store, held, rows_done=1, now=NOW + timedelta(seconds=2))
    assert file_work.rescue_lost(store, lost, now=NOW + timedelta(hours=1)) == 0
    assert file_jobs.read_job(store, held.id, owner="ada").status == "running"


def test_a_file_that_ends_its_worker_twice_is_not_tried_again(store: Database) -> None:
    job_id = add(store).id
    for hour in (1, 2):
        claim(store)
        lost = file_work.running_jobs(store)
        file_work.rescue_lost(store, lost, now=NOW + timedelta(hours=hour))
    failed = file_jobs.read_job(store, job_id, owner="ada")
    assert failed.status == "failed"
    assert "twice" in (failed.problem or "")


def test_what_is_given_back_counts_as_not_tried(store: Database) -> None:
    job_id = add(store).id
    for _ in range(5):  # a service that is started anew five times
        file_work.give_back(store, claim(store))
    assert file_jobs.read_job(store, job_id, owner="ada").request["tries"] == 0


def test_each_sees_their_own_alone_and_nothing_once_it_is_closed(store: Database) -> None:
    mine, theirs = add(store), add(store, owner="bob")
    assert [job.id for job in file_jobs.read_jobs(store, owner="ada")] == [mine.id]
    with pytest.raises(NotFoundError):
        file_jobs.read_job(store, theirs.id, owner="ada")
    held = claim(store)
    file_jobs.close_job(store, held.id, status="cancelled", now=NOW)
    with pytest.raises(ConflictError):
        file_work.beat(store, held, rows_done=1, now=NOW)
    gone = file_jobs.read_job(store, held.id, owner=held.owner)
    assert (gone.file_name, gone.request, gone.status) == ("", {}, "cancelled")


def test_of_what_is_removed_no_name_of_a_column_or_sheet_is_kept(store: Database) -> None:
    add(store)
    job = claim(store)
    named = {**FACTS, "column": "Home of Ada, CO4 3SQ", "sheet": "Ada"}
    file_work.end_job(store, job, now=NOW, result=named)
    file_jobs.close_job(store, job.id, status="cancelled", now=NOW)
    assert file_jobs.read_job(store, job.id, owner="ada").result == {}


def test_what_earlier_versions_kept_of_what_was_removed_is_forgotten(store: Database) -> None:
    closed, open_ = add(store), add(store, minute=1)
    for _ in (closed, open_):
        file_work.end_job(store, claim(store), now=NOW, result={**FACTS, "column": "Ada"})
    was = sa.update(FILE_JOBS).where(FILE_JOBS.c.id == closed.id).values(status="expired")
    with store.transaction() as connection:
        connection.execute(was)
    file_work.forget_results(store)
    left = [file_jobs.read_job(store, job.id, owner="ada").result for job in (closed, open_)]
    assert left == [{}, {**FACTS, "column": "Ada"}]


def test_expiry_and_a_full_queue(store: Database) -> None:
    job = add(store, most=1)
    with pytest.raises(TooManyRequestsError):
        add(store, most=1)
    assert file_jobs.overdue_jobs(store, now=NOW + timedelta(hours=23, minutes=59)) == []
    assert file_jobs.overdue_jobs(store, now=NOW + timedelta(hours=24)) == [job.id]
    file_jobs.close_job(store, job.id, status="expired", now=NOW)
    assert file_jobs.overdue_jobs(store, now=NOW + timedelta(hours=99)) == []
    assert file_jobs.kept_jobs(store) == set()


def test_beats_hold_the_job_on_and_the_log_is_left_alone(store: Database) -> None:
    add(store)
    job = claim(store)
    for second in range(1, 4):
        at = file_work.beat(store, job, rows_done=second, now=NOW + timedelta(seconds=second))
        job = replace(job, beat_at=at)
    with store.reading() as connection:
        assert connection.execute(sa.select(FILE_JOBS.c.rows_done)).scalar_one() == 3
        assert connection.execute(sa.select(sa.func.count()).select_from(AUDIT)).scalar_one() == 0
    file_work.end_job(store, job, now=NOW, problem="no column")
    file_jobs.try_again(store, job, request={"columns": ["A"]}, most_waiting=1)
    assert claim(store).request["columns"] == ["A"]


def test_payments_are_apart_from_files_whatever_a_column_is_called(store: Database) -> None:
    named = add(store, columns=['"kind": "spend"', '"keep": true'])
    spent = [add(store, minute=n, kind="spend", keep=n == 2) for n in (1, 2, 3)]
    assert [job.id for job in file_jobs.read_jobs(store, owner="ada")] == [named.id]
    listed = file_jobs.read_jobs(store, owner="ada", kind="spend")
    assert [job.id for job in listed] == [job.id for job in reversed(spent)]
    with pytest.raises(NotFoundError):
        file_jobs.read_job(store, spent[0].id, owner="ada")
    with pytest.raises(NotFoundError):
        file_jobs.read_job(store, named.id, owner="ada", kind="spend")
    assert file_jobs.counted_jobs(store) == []
    for _ in range(3):  # the file, and payments of which the second are to be kept
        file_work.end_job(store, claim(store), now=NOW, result=FACTS, definition="x")
    assert file_jobs.counted_jobs(store) == [spent[0].id]
    file_work.end_job(store, claim(store), now=NOW, problem="it has no amounts")
    assert set(file_jobs.counted_jobs(store)) == {spent[0].id, spent[2].id}
