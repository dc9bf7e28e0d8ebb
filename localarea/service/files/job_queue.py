"""
Work on files being checked: who holds a job, and what becomes of it.

Whoever works on a job holds it by the moment of its last sign of life: a worker that was
taken for dead and comes back finds that the job is no longer its own, so no result is
entered twice.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from localarea.decisions.proposals import utc_stamp
from localarea.decisions.receipts import enter_receipt
from localarea.decisions.record.roles import Actor
from localarea.decisions.record.schema import FILE_JOBS
from localarea.errors import ConflictError
from localarea.service.files.job_store import job_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from localarea.decisions.database import Database
    from localarea.decisions.record.audit import Ledger
    from localarea.service.files.job_store import FileJob

_TRIES: Final = 2  # a file whose check ended twice without a word is not tried again


def claim_job(database: Database, *, now: datetime) -> FileJob | None:
    """
    Take the job that has waited longest, so that nobody else does; None where none waits.

    It is running, and held by its ``beat_at``.
    """
    with database.reading() as connection:  # most of the time there is none, and nothing to lock
        if connection.execute(_waiting().limit(1)).first() is None:
            return None
    with database.transaction() as connection:
        for row in connection.execute(_waiting().limit(5)).mappings().all():
            asked = json.loads(row["request"])
            asked["tries"] = asked.get("tries", 0) + 1
            values = {"status": "running", "beat_at": utc_stamp(now), "rows_done": 0}
            mine = FILE_JOBS.c.id == row["id"], FILE_JOBS.c.status == "waiting"
            update = FILE_JOBS.update().where(*mine).values(request=json.dumps(asked), **values)
            if connection.execute(update).rowcount == 1:
                return job_of({**row, **values, "request": json.dumps(asked)})
    return None


def _waiting() -> sa.Select[Any]:
    query = sa.select(FILE_JOBS).where(FILE_JOBS.c.status == "waiting")
    return query.order_by(FILE_JOBS.c.made_at, FILE_JOBS.c.id)


def beat(database: Database, job: FileJob, *, rows_done: int, now: datetime) -> str:
    """
    Show that a job is being worked on.

    The new ``beat_at``, by which it is held from now on. ConflictError if it was cancelled, or
    others have taken it for lost.
    """
    at = utc_stamp(now)
    _change_held(database, job, beat_at=at, rows_done=rows_done)
    return at


def end_job(
    database: Database,
    job: FileJob,
    *,
    now: datetime,
    result: dict[str, Any] | None = None,
    definition: str | None = None,
    problem: str | None = None,
    receipt: dict[str, Any] | None = None,
) -> None:
    """
    Enter how a job ended.

    ``result``: counts, with ``rows``; the job is done. ``receipt``: receipt of the result, entered
    in the record in the same transaction. ConflictError if it was cancelled, or others have taken
    it for lost.
    """
    values: dict[str, Any] = {"ended_at": utc_stamp(now), "problem": problem}
    values["status"] = "done" if problem is None else "failed"
    if result is not None:
        values |= {"result": json.dumps(result), "definition": definition}
        values |= {"rows_done": result["rows"], "rows_total": result["rows"]}
    if receipt is None:
        _change_held(database, job, **values)
        return
    with database.writing(actor_of(job), at=utc_stamp(now)) as ledger:
        _change(ledger.connection, job, values)
        enter_file_receipt(ledger, receipt)


def actor_of(job: FileJob) -> Actor:
    """
    Name who sent a file, as the record does.

    The person; the service itself for a file from before people were noted.
    """
    return Actor(job.request.get("by") or "localarea", job.request.get("role", "checker"))


def enter_file_receipt(ledger: Ledger, receipt: dict[str, Any]) -> None:
    """
    Enter the receipt of a checked file in the record.

    ``receipt``: as :meth:`localarea.checking.receipt.Receipt.record` returns it. InputError if it
    holds a postcode.
    """
    enter_receipt(
        ledger,
        kind="file",
        document=receipt,
        reference=receipt["reference"],
        input_sha256=receipt["input_sha256"],
        result_sha256=receipt["result_sha256"],
    )


def replace_result(
    database: Database,
    job: FileJob,
    *,
    actor: Actor,
    result: dict[str, Any],
    receipt: dict[str, Any],
    now: datetime,
) -> None:
    """
    Enter another result of a job that is done, with its receipt.

    ConflictError if the job was removed, or has another result by now.
    """
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        chosen = FILE_JOBS.c.id == job.id, FILE_JOBS.c.status == "done"
        query = sa.select(FILE_JOBS.c.result).where(*chosen).with_for_update()
        kept = ledger.connection.execute(query).scalar_one_or_none()
        if kept is None or json.loads(kept) != job.result:
            raise ConflictError("the file was removed or checked again meanwhile; look at its page")
        update = FILE_JOBS.update().where(*chosen).values(result=json.dumps(result))
        ledger.connection.execute(update)
        enter_file_receipt(ledger, receipt)


def give_back(database: Database, job: FileJob) -> None:
    """
    Put a job back that its worker has no time to end.

    ConflictError if it was cancelled, or others have taken it for lost.
    """
    asked = {**job.request, "tries": job.request.get("tries", 1) - 1}
    _change_held(database, job, status="waiting", rows_done=0, request=json.dumps(asked))


def _change_held(database: Database, job: FileJob, **values: Any) -> None:
    with database.transaction() as connection:
        _change(connection, job, values)


def _change(connection: Connection, job: FileJob, values: dict[str, Any]) -> None:
    held = (
        FILE_JOBS.c.id == job.id,
        FILE_JOBS.c.status == "running",
        FILE_JOBS.c.beat_at == job.beat_at,
    )
    done = connection.execute(FILE_JOBS.update().where(*held).values(**values)).rowcount
    if done != 1:
        raise ConflictError("the file was removed, or is being checked by another worker")


def running_jobs(database: Database) -> dict[str, str]:
    """Return which jobs are in progress, and when each had its last heartbeat."""
    running = sa.select(FILE_JOBS.c.id, FILE_JOBS.c.beat_at).where(FILE_JOBS.c.status == "running")
    with database.reading() as connection:
        return {row.id: row.beat_at for row in connection.execute(running)}


def count_jobs(database: Database) -> dict[str, int]:
    """Count the jobs by how they stand, such as ``waiting``; those that are over as well."""
    counted = sa.select(FILE_JOBS.c.status, sa.func.count()).group_by(FILE_JOBS.c.status)
    with database.reading() as connection:
        return {str(status): int(number) for status, number in connection.execute(counted)}


def forget_results(database: Database) -> None:
    """Forget what earlier versions kept of files that were removed: names of columns and sheets."""
    over = FILE_JOBS.c.status.in_(("cancelled", "expired")), FILE_JOBS.c.result.is_not(None)
    with database.reading() as connection:  # nearly always nothing is
        if connection.execute(sa.select(FILE_JOBS.c.id).where(*over).limit(1)).first() is None:
            return
    with database.transaction() as connection:
        connection.execute(FILE_JOBS.update().where(*over).values(result=None))
    database.settle()


def rescue_lost(database: Database, lost: Mapping[str, str], *, now: datetime) -> int:
    """
    Let jobs whose worker died be tried again, or fail where that happened twice.

    ``lost``: the ids of those whose worker is taken for dead, each with the ``beat_at`` after which
    nothing was heard of it. Returns how many were dead indeed: one that has given a sign since is
    left alone.
    """
    if not lost:
        return 0
    chosen = FILE_JOBS.c.status == "running", FILE_JOBS.c.id.in_(lost)
    with database.reading() as connection:
        rows = connection.execute(sa.select(FILE_JOBS).where(*chosen)).mappings().all()
    rescued = 0
    for job in (replace(job_of(row), beat_at=lost[row["id"]]) for row in rows):
        try:
            if job.request.get("tries", 1) < _TRIES:
                _change_held(database, job, status="waiting", rows_done=0)
            else:
                why = "the check of this file failed twice; split the file, or save it again"
                end_job(database, job, now=now, problem=why)
        except ConflictError:
            continue  # it was alive after all, or somebody else has seen to it
        rescued += 1
    return rescued
