"""The clock of the machine is set, back or forward by a day, while the service runs."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from service_cases import ended, service_in, settings_in
from signin_cases import become, oidc, signing_service

from localarea.errors import StoreUnavailableError
from localarea.service.api.files.files import owner_of
from localarea.service.auth.sessions import Sessions
from localarea.service.files import job_queue as file_work
from localarea.service.files import job_store as file_jobs
from localarea.service.files import runner as jobs
from localarea.service.files.runner import JobRunner
from localarea.service.state import clock as service_clock
from localarea.service.state.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore
    from localarea.service.files.job_store import FileJob

ID = "colchester-measure-2026.1"
DAY = timedelta(days=1)
STEPS = pytest.mark.parametrize("step", [-DAY, DAY], ids=["back", "forward"])


class Clock:
    """The clock of the service, which a test may set."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(datetime(2026, 6, 10, 12, tzinfo=UTC))
    monkeypatch.setattr(service_clock, "now", made)
    return made


# Decisions.


@pytest.mark.slow
@STEPS
def test_no_decision_is_lost_or_made_twice(
    tmp_path: Path, small_tables: DataStore, clock: Clock, step: timedelta
) -> None:
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, **stated) as client:

        def send(path: str, **body: Any) -> Any:
            answer = client.post(f"/api/v1/{path}", json=body)
            assert answer.status_code in (200, 201), answer.text
            return answer.json()

        def under() -> str:
            asked = client.get("/api/v1/check", params={"postcode": "CO1 1JB"})
            return str(asked.json()["definition"])

        put = {
            "option": "district",
            "purpose": "measure",
            "note": "As the minute suggests",
            "half_left_out": "Few commute across the Stour",
        }
        number = send("proposals", **put)["id"]
        clock.at += step
        assert send("proposals", **put)["id"] == number  # an answer was lost, and it is sent again
        words = {"reasons": "Labour market criteria", "minute_reference": "13 February 2019"}
        first_day = (clock.at + DAY).date().isoformat()
        approval = {"id": ID, "effective_from": first_day, **words}
        approval["half_left_out"] = put["half_left_out"]
        assert not send(f"proposals/{number}/approve", **approval)["repeated"]
        clock.at -= step
        assert send(f"proposals/{number}/approve", **approval)["repeated"]

        # What is in force today is what is in force on the day that the clock shows.
        clock.at = datetime.fromisoformat(f"{first_day}T00:00:01+00:00")
        assert under() == ID
        clock.at -= DAY
        assert under().startswith("option:")
        clock.at += 2 * DAY
        assert under() == ID
        send(f"definitions/{ID}/withdraw", on=clock.at.date().isoformat(), reason="Why")
        assert under().startswith("option:")
        clock.at -= DAY
        assert under() == ID

        report = client.get("/api/v1/audit/verify").json()
        assert (report["sound"], report["faults"]) == (True, [])
        entries = client.get("/api/v1/audit").json()["entries"][::-1]
        assert [e["action"] for e in entries] == ["put_forward", "approve", "withdraw"]
        assert [e["seq"] for e in entries] == [1, 2, 3]  # in the order in which it was done
        assert (entries[1]["at"] > entries[0]["at"]) == (step > timedelta())


# Files.


class Steady:
    """Seconds that only go forward."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def runner(tmp_path: Path, steady: Steady) -> Iterator[JobRunner]:
    """Give what looks after files, with no thread of its own."""
    state = State(settings_in(tmp_path, jobs_dir=tmp_path / "jobs"))
    yield JobRunner(state, steady)
    state.close()


def held(runner: JobRunner, clock: Clock) -> FileJob:
    database = runner.state.database
    file_jobs.add_job(
        database,
        file_jobs.new_job_id(),
        owner="ada",
        file_name="staff.csv",
        size_bytes=10,
        request={"columns": []},
        now=clock(),
        hours=48,
        most_waiting=9,
    )
    found = file_work.claim_job(database, now=clock())
    assert found is not None
    return found


def status(runner: JobRunner, job: FileJob) -> str:
    return file_jobs.read_job(runner.state.database, job.id, owner="ada").status


def tries(client: TestClient, job_id: str) -> int:
    state: Any = client.app.state  # type: ignore[attr-defined]
    job = file_jobs.read_job(state.localarea.database, job_id, owner=owner_of(state.identify(None)))
    return int(job.request["tries"])


@STEPS
def test_a_file_being_checked_is_not_taken_for_left(
    runner: JobRunner, clock: Clock, steady: Steady, step: timedelta
) -> None:
    job = held(runner, clock)
    runner.sweep()
    clock.at += step
    assert runner.sweep() == (step > timedelta())  # by the clock it was silent for a day
    for _ in range(20):  # its worker goes on, and says so by the new clock
        steady.now += 5
        clock.at += timedelta(seconds=5)
        at = file_work.beat(runner.state.database, job, rows_done=1, now=clock())
        job = file_jobs.read_job(runner.state.database, job.id, owner="ada")
        assert job.beat_at == at
        assert not runner.sweep()
        assert status(runner, job) == "running"
    assert job.request["tries"] == 1


@STEPS
def test_a_file_that_was_left_is_found_whatever_the_clock_says(
    runner: JobRunner, clock: Clock, steady: Steady, step: timedelta
) -> None:
    job = held(runner, clock)
    runner.sweep()
    clock.at += step
    for seconds in (3, 2.9) if step > timedelta() else (15, 14.9):
        steady.now += seconds
        runner.sweep()
        assert status(runner, job) == "running"
    steady.now += 0.2
    runner.sweep()
    assert status(runner, job) == "waiting"


@STEPS
def test_a_file_whose_process_is_long_in_starting_is_not_taken_for_left(
    runner: JobRunner,
    clock: Clock,
    steady: Steady,
    step: timedelta,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job, seen = held(runner, clock), []

    def later() -> str:
        steady.now += 60
        runner.sweep()
        return status(runner, job)

    def start(_: Any) -> Any:
        runner.sweep()
        clock.at += step
        seen.extend(later() for _ in range(3))
        raise FileNotFoundError

    monkeypatch.setattr(jobs._Attempt, "_start", start)
    with pytest.raises(FileNotFoundError):
        runner.attempt(job)
    assert seen == ["running"] * 3
    assert later() == "waiting"  # nobody works on it any more


def test_a_file_is_done_once_though_the_store_is_away_for_a_while(
    tmp_path: Path, small_tables: DataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = dict.fromkeys(("beat", "end_job"), 2)

    def at_times(name: str, act: Any) -> Any:
        def called(*of: Any, **how: Any) -> Any:
            if away[name]:
                away[name] -= 1
                raise StoreUnavailableError("the database", "it is busy")
            return act(*of, **how)

        return called

    for name in away:
        monkeypatch.setattr(file_work, name, at_times(name, getattr(file_work, name)))
    monkeypatch.setattr(jobs, "_BEAT_S", 0.02)
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, jobs_dir=tmp_path / "jobs", **tables) as client:
        sent = {"file": ("a.csv", b"postcode\nCO1 1JB\n")}
        address = f"/api/v1/files/{client.post('/api/v1/files', files=sent).json()['id']}"
        found = ended(client, address)
        assert (found["status"], found["by_status"]["local"]) == ("done", 1)
        assert client.get(f"{address}/result").status_code == 200
        assert tries(client, found["id"]) == 1
    assert away == {"beat": 0, "end_job": 0}


def test_what_was_found_left_at_the_start_is_done_soon(
    runner: JobRunner, clock: Clock, steady: Steady
) -> None:
    job = held(runner, clock)
    clock.at += timedelta(minutes=1)  # the service was down for a minute
    assert runner.sweep()
    steady.now += 6
    assert not runner.sweep()
    assert status(runner, job) == "waiting"


def test_an_upload_on_its_way_is_not_cleared_away(runner: JobRunner, steady: Steady) -> None:
    folder = runner.new_folder("0" * 32)
    (folder / "input").write_bytes(b"CO1 1JB\n")
    yesterday = time.time() - DAY.total_seconds()
    for path in (folder / "input", folder):
        os.utime(path, (yesterday, yesterday))  # the clock was set forward since
    runner.sweep()
    steady.now += 899
    (folder / "input").write_bytes(b"CO1 1JB\nCO1 1JB\n")
    runner.sweep()
    steady.now += 899
    runner.sweep()
    assert folder.is_dir()
    steady.now += 2
    runner.sweep()
    assert not folder.exists()


@pytest.mark.slow
@STEPS
def test_a_file_sent_before_is_done_once_after(
    tmp_path: Path,
    small_tables: DataStore,
    clock: Clock,
    step: timedelta,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its process is halted until the clock was set, and looked for while it is silent."""
    halted, stop, listen = threading.Event(), threading.Event(), jobs._Attempt._listen

    def listened(self: Any, process: Any) -> None:
        process.send_signal(signal.SIGSTOP)
        halted.set()
        stop.wait(120)
        process.send_signal(signal.SIGCONT)
        listen(self, process)

    monkeypatch.setattr(jobs._Attempt, "_listen", listened)
    content = b"postcode,name\n" + b"CO1 1JB,somebody\n" * 3_000
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, jobs_dir=tmp_path / "jobs", job_hours=48, **tables) as client:
        sent = client.post("/api/v1/files", files={"file": ("a.csv", content)}).json()
        address = f"/api/v1/files/{sent['id']}"
        assert halted.wait(120)
        assert client.get(address).json()["status"] == "running"
        clock.at += step
        for pause_s in (0, 0.2, 1, 2):  # it says that it goes on every two seconds
            time.sleep(pause_s)
            client.app.state.jobs.sweep()  # type: ignore[attr-defined]
            assert client.get(address).json()["status"] == "running"
        stop.set()
        found = ended(client, address)
        assert found["status"] == "done", found["problem"]
        assert found["by_status"] == {"local": 3_000, "not_local": 0, "unknown": 0}
        assert tries(client, sent["id"]) == 1


# Who is signed in.


@STEPS
def test_a_session_does_not_count_on_another_day(
    tmp_path: Path, clock: Clock, step: timedelta
) -> None:
    with signing_service(tmp_path, **oidc()) as client:
        become(client, "admin")
        assert client.get("/api/v1/keys").status_code == 200
        clock.at += step
        assert client.get("/api/v1/keys").status_code == 401
        become(client, "admin")  # who signs in again goes on
        assert client.get("/api/v1/keys").status_code == 200


def test_a_clock_set_back_ends_a_session_unless_by_less_than_a_renewal(clock: Clock) -> None:
    sessions = Sessions("a key", idle_s=1800, longest_s=28_800, clock=clock.seconds)
    begun = sessions.begin("Ada", ("viewer",), post="", subject="ada")
    clock.at += timedelta(minutes=20)
    seen = sessions.renew(begun)
    assert seen is not None
    cookie = sessions.write(seen)
    # Set back to later than it began, yet to before it was seen: by a minute, which may be the
    # correction of a clock, and by more, after which it would last the longer each time.
    for back, holds in ((60, True), (61, False), (20 * 60, False)):
        at, clock.at = clock.at, clock.at - timedelta(seconds=back)
        assert (sessions.read(cookie) is not None) == holds, back
        clock.at = at
    assert sessions.read(cookie) is not None


def test_a_session_ends_when_nobody_is_seen_or_at_its_longest(clock: Clock) -> None:
    sessions = Sessions("a key", idle_s=1800, longest_s=7200, clock=clock.seconds)
    session = sessions.begin("Ada", ("viewer",), post="", subject="ada")
    idle, began = sessions.write(session), clock.at
    for after, holds in ((1799, True), (1800, False)):
        clock.at = began + timedelta(seconds=after)
        assert (sessions.read(idle) is not None) == holds, after
    for after in range(1700, 7200, 1700):  # seen again and again
        clock.at = began + timedelta(seconds=after)
        renewed = sessions.renew(session)
        assert renewed is not None
        session = renewed
    for after, holds in ((7199, True), (7200, False)):
        clock.at = began + timedelta(seconds=after)
        assert (sessions.read(sessions.write(session)) is not None) == holds, after


def test_what_was_signed_out_stays_so_through_steps_of_the_clock(clock: Clock) -> None:
    sessions = Sessions("a key", idle_s=1800, longest_s=28_800, clock=clock.seconds)
    first, other = (
        sessions.begin(name, ("viewer",), post="", subject=name) for name in ("Ada", "Bob")
    )
    copied = sessions.write(first)
    sessions.end(first)
    clock.at += 2 * DAY
    sessions.end(other)  # which forgets what can run no more
    clock.at -= 2 * DAY
    assert sessions.read(copied) is None
