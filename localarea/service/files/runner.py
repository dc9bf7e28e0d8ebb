"""
The work on files that were sent: one process each, watched by a thread of the service.

Nothing is lost with this process: a job is held in the store by its last sign of life, so
another process finds out that it was left, and does it again from the start. A result is
named differently for each attempt and entered only by whoever still holds the job.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from platformdirs import user_data_path

from localarea.decisions.proposals import utc_stamp
from localarea.decisions.receipts import new_reference
from localarea.errors import (
    ConflictError,
    LocalareaError,
    NoRoomError,
    NotFoundError,
    StoreUnavailableError,
)
from localarea.service.files import job_queue as file_work
from localarea.service.files import job_store as file_jobs
from localarea.service.files.outage import Outage
from localarea.service.files.read_process import PASSING
from localarea.service.files.worker import FAULT, SETTINGS
from localarea.service.state import clock
from localarea.service.state.disk import FULL, delete, last_change, writing_into

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localarea.service.files.job_store import FileJob
    from localarea.service.state.state import State

LOG: Final = logging.getLogger(__name__)
INPUT: Final = "input"
DETAIL: Final = "detail.json"
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_RESULT: Final = re.compile(r"result-[0-9a-f]{8}\.[a-z]{1,10}", re.ASCII)
_NOBODYS: Final = "0" * 32
_BEAT_S: Final = 2.0
_SILENT_S: Final = 30.0  # a worker that says nothing for so long is taken for dead
_DOUBTED_S: Final = 6.0  # the same where by the clock it was silent for long: that may be wrong
_SWEEP_S: Final = 20.0
_UPLOAD_SILENT_S: Final = 900.0  # an upload in which nothing arrives for so long has ended
_NO_RESULT: Final = {  # and what to do next
    "waiting": "the file waits for its turn; ask again when its status is done",
    "running": "the file is being checked; ask again when its status is done",
    "previewed": "the file was only looked at; have it checked, then ask again",
    "failed": "the check failed; the file's page or document says why and what to do",
}
_ASKED: Final = ("kind", "sheet", "option", "definition", "on", "council", "anchor", "headers")
_COMMAND: Final = (sys.executable, "-m", "localarea.service.files.worker")


class JobRunner:
    """Checks files that wait, and clears away those whose time is over; seconds are of `steady`."""

    def __init__(self, state: State, steady: Callable[[], float] = time.monotonic) -> None:
        self.state = state
        self.folder = state.settings.jobs_dir or user_data_path("localarea") / "jobs"
        self._stopping = threading.Event()
        self._wake = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []
        self._own: set[str] = set()  # jobs that this process works on, however silent
        self._beats, self._arrivals = clock.Stillness(steady), clock.Stillness(steady)

    def start(self) -> None:
        """Begin to look for work."""
        count = self.state.settings.job_workers
        loops = [(self._sweep_on, "sweep"), *[(self._work_on, f"work-{k}") for k in range(count)]]
        for loop, name in loops:
            thread = threading.Thread(target=loop, name=f"localarea-files-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Return the jobs in progress to the queue, and end."""
        self._stopping.set()
        for _ in self._threads:
            self._wake.release()
        for thread in self._threads:
            thread.join(20)

    def wake(self) -> None:
        """Signal that a file has arrived; other processes look every second."""
        self._wake.release()

    def new_folder(self, job_id: str) -> Path:
        """Make the folder of a job, which nobody else on the machine may look into."""
        made = self.folder_of(job_id)
        with writing_into(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made.mkdir(mode=0o700)
        return made

    def forget(self, job_id: str) -> None:
        """Delete the folder of what did not become a job."""
        shutil.rmtree(self.folder_of(job_id), ignore_errors=True)

    @contextmanager
    def passing_folder(self) -> Iterator[Path]:
        """Return a folder for what is never kept; another clears it away if this is killed."""
        job_id = file_jobs.new_job_id()
        try:
            with self.arriving(job_id) as folder:
                yield folder
        finally:
            self.forget(job_id)

    @contextmanager
    def arriving(self, job_id: str) -> Iterator[Path]:
        """Return the folder of a job that is taken in; it is deleted if that goes wrong."""
        try:
            yield self.new_folder(job_id)
        except BaseException as error:
            self.forget(job_id)
            if isinstance(error, OSError) and error.errno in FULL:
                raise NoRoomError from error
            raise

    def folder_of(self, job_id: str) -> Path:
        """
        Return the folder of a job; of another path, which somebody wrote into the store, none.

        Such a one leads to a folder that is not there, so that nothing is read or deleted.
        """
        return self.folder / (job_id if _ID.fullmatch(job_id) else _NOBODYS)

    def remove(self, job_id: str, *, status: str = "cancelled") -> None:
        """End a job, and delete its file and result."""
        file_jobs.close_job(self.state.database, job_id, status=status, now=clock.now())
        shutil.rmtree(self.folder_of(job_id), ignore_errors=True)
        self.state.database.settle()

    def detail(self, job_id: str) -> dict[str, Any]:
        """Return what is kept of a job beside its result: unknown rows, columns, sheets."""
        try:
            read: dict[str, Any] = json.loads((self.folder_of(job_id) / DETAIL).read_bytes())
        except FileNotFoundError:
            return {}
        return read

    def keep_detail(self, job_id: str, detail: dict[str, Any]) -> None:
        """Keep what is known of a job beside its result."""
        folder, own = self.folder_of(job_id), secrets.token_hex(4)
        with suppress(OSError):  # without room the counts must do
            path = folder / f"{DETAIL}.{own}"
            path.touch(mode=0o600)
            path.write_text(json.dumps(detail))
            path.replace(folder / DETAIL)

    def result(self, job: FileJob) -> Path:
        """Return the file that was written."""
        if job.status in ("cancelled", "expired"):
            raise NotFoundError("the file was removed; send it again")
        if job.stage != "done":
            raise ConflictError(f"there is no result: {_NO_RESULT[job.stage]}")
        name = str(job.result.get("file"))
        path = self.folder_of(job.id) / name
        if not _RESULT.fullmatch(name) or path.is_symlink() or not path.is_file():
            raise NotFoundError("the result is no longer on this machine; send the file again")
        return path

    def beside(self, job: FileJob, ending: str) -> Path:
        """Return a file that was written with a result; raises as `result` does if it is gone."""
        result = self.result(job)
        path = result.with_name(f"{result.name}{ending}")
        if path.is_symlink() or not path.is_file():
            raise NotFoundError("there is no such file with the result; every row has an answer")
        return path

    def _work_on(self) -> None:
        away = Outage(LOG, "files have to wait", "files are checked again")
        while not self._stopping.is_set():
            try:
                job = file_work.claim_job(self.state.database, now=clock.now())
                away.is_over()
                if job is not None:
                    self.attempt(job)
                    continue
            except LocalareaError as error:  # the store will come back
                away.goes_on(error)
            except Exception:
                LOG.exception("a fault while a file was being checked")
                self._stopping.wait(_BEAT_S)
            self._wake.acquire(timeout=1.0)

    def attempt(self, job: FileJob) -> None:
        """Work on a job that is held."""
        self._own.add(job.id)
        try:
            _Attempt(self, job).run(self._stopping)
        finally:
            self._own.discard(job.id)
        self._clear_counted()

    def _sweep_on(self) -> None:
        away = Outage(LOG, "files are not cleared away", "files are cleared away again")
        while not self._stopping.is_set():
            pause_s = _SWEEP_S
            try:
                pause_s = _DOUBTED_S if self.sweep() else _SWEEP_S
                away.is_over()
            except LocalareaError as error:
                away.goes_on(error)
            except Exception:
                LOG.exception("a fault while files were being cleared away")
            self._stopping.wait(pause_s)

    def sweep(self) -> bool:
        """
        Rescue jobs whose worker died, and delete what is out of date or belongs to no job.

        Returns whether some job is in doubt: silent by the clock, and not watched for long.
        """
        database = self.state.database
        lost, doubted = self._lost(file_work.running_jobs(database))
        if file_work.rescue_lost(database, lost, now=clock.now()):
            self.wake()
        for job_id in file_jobs.overdue_jobs(database, now=clock.now()):
            self.remove(job_id, status="expired")
        file_work.forget_results(database)
        self._clear_counted()
        self._clear_uploads()
        return doubted

    def _lost(self, beats: dict[str, str]) -> tuple[dict[str, str], bool]:
        """Return which of the running jobs are lost, and whether any are in doubt."""
        silent_before = utc_stamp(clock.now() - timedelta(seconds=_SILENT_S))
        still = self._beats.look(beats)
        old = {name for name, beat in beats.items() if beat < silent_before} - self._own
        most = {name: _DOUBTED_S if name in old else _SILENT_S for name in still.keys() - self._own}
        lost = {name: beats[name] for name, most_s in most.items() if still[name] >= most_s}
        return lost, bool(old - lost.keys())

    def _clear_counted(self) -> None:
        """Delete payments whose count is entered, unless their sender has them kept."""
        for job_id in file_jobs.counted_jobs(self.state.database):
            shutil.rmtree(self.folder_of(job_id) / INPUT, ignore_errors=True)

    def _clear_uploads(self) -> None:
        """Delete what was sent and never became a job."""
        # Other folders are somebody else's: the setting may name one that was there before.
        every = self.folder.iterdir() if self.folder.is_dir() else ()
        found = {path.name: path for path in every if _ID.fullmatch(path.name) and path.is_dir()}
        kept = file_jobs.kept_jobs(self.state.database)  # after: a folder is there before its job
        waiting = {name: last_change(path) for name, path in found.items() if name not in kept}
        for name, still_s in self._arrivals.look(waiting).items():
            if still_s > _UPLOAD_SILENT_S:
                shutil.rmtree(found[name], ignore_errors=True)


class _Attempt:
    """One process that checks one file."""

    def __init__(self, runner: JobRunner, job: FileJob) -> None:
        self.runner, self.job = runner, job
        self.folder = runner.folder_of(job.id)
        self.result = f"result-{secrets.token_hex(4)}"
        self.reference = new_reference()
        self.rows = 0
        self.said: dict[str, Any] = {}

    def run(self, stopping: threading.Event) -> None:
        """Start the process, watch it, and enter how it ended."""
        process = self._start()
        reader = threading.Thread(target=self._listen, args=(process,), daemon=True)
        reader.start()
        kept = held = False
        try:
            if self._watch(process, reader, stopping):
                kept, held = self._enter_at_last(stopping), True
        except ConflictError:
            LOG.info("a file was removed, or taken over, while it was being checked")
        finally:
            process.kill()
            process.wait()
            reader.join()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with suppress(OSError):
                        pipe.close()
            self._tidy(kept=kept, held=held)

    def _start(self) -> subprocess.Popen[str]:
        settings, request = self.runner.state.settings, self.job.request
        asked = {
            **dict.fromkeys(_ASKED),
            **{"columns": [], "by": "", **request},
            "settings": settings.model_dump(mode="json", include=set(SETTINGS)),
            "source": str(self.folder / INPUT),
            "result": self.result,
            "seconds": 120 * settings.job_minutes,  # of two processors
            "preview": self.job.previewing,
            "reference": self.reference,
            "at": utc_stamp(clock.now()),
        }
        process = subprocess.Popen(  # noqa: S603 -- nothing of the request is in the command
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin is not None  # noqa: S101 -- asked for above
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
        return process

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # noqa: S101 -- asked for where it was started
        for line in process.stdout:
            said = json.loads(line)
            if "rows" in said:
                self.rows = said["rows"]
            else:
                self.said = said

    def _watch(
        self, process: subprocess.Popen[str], reader: threading.Thread, stopping: threading.Event
    ) -> bool:
        """Return whether it ended by itself; it does not where the service ends before it."""
        database = self.runner.state.database
        until = time.monotonic() + 60 * self.runner.state.settings.job_minutes
        while reader.is_alive():
            reader.join(_BEAT_S if not self.rows else _BEAT_S / 4)
            if stopping.is_set():
                file_work.give_back(database, self.job)
                return False
            if time.monotonic() > until:
                process.kill()
                self.said = {"failed": "the check took too long and was stopped; split the file"}
                return True
            with suppress(StoreUnavailableError):  # the process goes on, and the store comes back
                at = file_work.beat(database, self.job, rows_done=self.rows, now=clock.now())
                self.job = replace(self.job, beat_at=at, rows_done=self.rows)
        return True

    def _enter_at_last(self, stopping: threading.Event) -> bool:
        """Enter the end, where the store is away once it is back."""
        while True:
            try:
                return self._enter()
            except StoreUnavailableError:
                if stopping.wait(_BEAT_S):
                    raise

    def _enter(self) -> bool:
        """Enter the end; True where a result is to be kept."""
        database, ended = self.runner.state.database, self.said.get("ended")
        if ended is None:
            fault = self.said.get("fault", "" if self.said else "no word")
            if fault:
                LOG.error("the check of a file ended by a fault: %s", fault)
            problem = self.said.get("failed", f"the check ended unexpectedly; {FAULT}")
            self.runner.keep_detail(self.job.id, {"columns": self.said.get("columns", [])})
            file_work.end_job(database, self.job, now=clock.now(), problem=problem)
            return False
        self.runner.keep_detail(self.job.id, ended["detail"])
        file_work.end_job(
            database,
            self.job,
            now=clock.now(),
            result=ended["facts"],
            definition=ended["definition"],
            receipt=ended.get("receipt"),
        )
        return True

    def _tidy(self, *, kept: bool, held: bool) -> None:
        """Delete what this attempt began and no job names, or what an older one had written."""
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            ours = self.result in path.name
            passing = path.suffix == PASSING and (ours or held)  # of others who may be at work: no
            if path.name not in (INPUT, DETAIL) and (ours != kept or passing):
                delete(path)
