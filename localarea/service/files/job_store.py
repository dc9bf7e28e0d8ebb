"""
Files being checked: what is known of them, never what is in them.

A job goes from ``waiting`` to ``running`` to ``done`` or ``failed``; its owner may cancel
it, and in the end it expires. Who works on them: :mod:`localarea.service.files.job_queue`.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from localarea.decisions.proposals import utc_stamp
from localarea.decisions.record.schema import FILE_JOBS
from localarea.errors import ConflictError, NotFoundError, TooManyRequestsError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import RowMapping

    from localarea.decisions.database import Database

_COME_AGAIN_S = 60
SPEND: Final = "spend"  # kind of a job that counts payments; one without a kind checks a file
_OF_SPEND: Final = FILE_JOBS.c.request.contains('"kind": "spend"', autoescape=True)
_KEPT: Final = FILE_JOBS.c.request.contains('"keep": true', autoescape=True)


@dataclass(frozen=True, slots=True)
class FileJob:
    """
    A file being checked.

    Attributes
    ----------
    owner : str
        Who sent it; nobody else sees it.
    status : str
        ``waiting``, ``running``, ``done``, ``failed``, ``cancelled`` or ``expired``.
    file_name : str
        As uploaded; empty once expired.
    request : dict
        Columns, sheet, option, definition, day, headers, who sent it, whether only a preview is
        wanted, and how often it was tried.
    rows_done, rows_total : int
        So far, and altogether; the second is None until it is known.
    made_at, beat_at, ended_at, expires_at : str
        Times in UTC.
    """

    id: str
    owner: str
    status: str
    file_name: str
    size_bytes: int
    request: dict[str, Any]
    definition: str | None
    rows_done: int
    rows_total: int | None
    result: dict[str, Any]
    problem: str | None
    made_at: str
    beat_at: str
    ended_at: str | None
    expires_at: str

    @property
    def over(self) -> bool:
        """Return whether nothing more will happen by itself, but for expiry."""
        return self.status not in ("waiting", "running")

    @property
    def stage(self) -> str:
        """Return its status; ``previewed`` for a file whose reading somebody is to confirm."""
        return "previewed" if self.status == "done" and self.previewing else self.status

    @property
    def previewing(self) -> bool:
        """Check whether only a preview is wanted so far."""
        return bool(self.request.get("preview"))


def new_job_id() -> str:
    """Make the id of a job."""
    return secrets.token_hex(16)


def add_job(
    database: Database,
    job_id: str,
    *,
    owner: str,
    file_name: str,
    size_bytes: int,
    request: dict[str, Any],
    now: datetime,
    hours: float,
    most_waiting: int,
) -> FileJob:
    """Enter a file that has arrived."""
    at = utc_stamp(now)
    with database.transaction() as connection:
        waiting = connection.execute(
            sa.select(sa.func.count()).where(FILE_JOBS.c.status == "waiting")
        ).scalar_one()
        if waiting >= most_waiting:
            raise TooManyRequestsError(_COME_AGAIN_S)
        connection.execute(
            FILE_JOBS.insert().values(
                id=job_id,
                owner=owner,
                status="waiting",
                file_name=file_name[:200],
                size_bytes=size_bytes,
                request=json.dumps(request, sort_keys=True),
                rows_done=0,
                made_at=at,
                beat_at=at,
                expires_at=utc_stamp(now + timedelta(hours=hours)),
            )
        )
    return read_job(database, job_id, owner=owner, kind=request.get("kind", ""))


def read_job(database: Database, job_id: str, *, owner: str, kind: str = "") -> FileJob:
    """
    Read a job of somebody's own.

    NotFoundError if there is none, or it is another's: which of the two is not said.
    """
    found = FILE_JOBS.c.id == job_id, FILE_JOBS.c.owner == owner, _of(kind)
    with database.reading() as connection:
        row = connection.execute(sa.select(FILE_JOBS).where(*found)).mappings().one_or_none()
    if row is None:
        raise NotFoundError("there is no such file of yours; it may have been removed")
    return job_of(row)


def _of(kind: str) -> sa.ColumnElement[bool]:
    return _OF_SPEND if kind == SPEND else ~_OF_SPEND


def read_jobs(database: Database, *, owner: str, kind: str = "", most: int = 50) -> list[FileJob]:
    """List somebody's jobs, the newest first, without those expired or removed."""
    shown = FILE_JOBS.c.status.notin_(("expired", "cancelled"))
    query = sa.select(FILE_JOBS).where(FILE_JOBS.c.owner == owner, shown, _of(kind))
    query = query.order_by(FILE_JOBS.c.made_at.desc(), FILE_JOBS.c.id).limit(most)
    with database.reading() as connection:
        return [job_of(row) for row in connection.execute(query).mappings()]


def try_again(
    database: Database, job: FileJob, *, request: dict[str, Any], most_waiting: int
) -> None:
    """Let a file that was checked, or could not be, be checked in another way."""
    values = {"status": "waiting", "request": json.dumps(request), "problem": None}
    cleared = {"rows_done": 0, "rows_total": None, "result": None, "ended_at": None}
    ended = FILE_JOBS.c.id == job.id, FILE_JOBS.c.status.in_(("done", "failed"))
    with database.transaction() as connection:
        waiting = connection.execute(
            sa.select(sa.func.count()).where(FILE_JOBS.c.status == "waiting")
        ).scalar_one()
        if waiting >= most_waiting:
            raise TooManyRequestsError(_COME_AGAIN_S)
        update = FILE_JOBS.update().where(*ended).values(**values, **cleared)
        if connection.execute(update).rowcount != 1:
            raise ConflictError("the file is being checked; wait until that has ended")


def close_job(database: Database, job_id: str, *, status: str, now: datetime) -> None:
    """End a job for good, and forget how its file, its columns and its sheets were called."""
    values = {"status": status, "file_name": "", "request": "{}", "problem": None, "result": None}
    update = FILE_JOBS.update().where(FILE_JOBS.c.id == job_id)
    with database.transaction() as connection:
        connection.execute(update.values(**values, ended_at=utc_stamp(now)))


def overdue_jobs(database: Database, *, now: datetime) -> list[str]:
    """List the jobs whose time is over."""
    return _ids(database, FILE_JOBS.c.expires_at <= utc_stamp(now))


def kept_jobs(database: Database) -> set[str]:
    """List the ids of the jobs whose files are to be kept, neither expired nor cancelled."""
    return set(_ids(database))


def counted_jobs(database: Database) -> list[str]:
    """List the jobs whose payments are not to be kept: without a result nobody needs them."""
    over = (FILE_JOBS.c.status == "failed") | ((FILE_JOBS.c.status == "done") & ~_KEPT)
    return _ids(database, over, _OF_SPEND)


def _ids(database: Database, *which: sa.ColumnElement[bool]) -> list[str]:
    """List the ids of jobs neither expired nor cancelled."""
    here = FILE_JOBS.c.status.notin_(("expired", "cancelled"))
    with database.reading() as connection:
        return list(connection.execute(sa.select(FILE_JOBS.c.id).where(here, *which)).scalars())


def job_of(row: RowMapping | dict[str, Any]) -> FileJob:
    """Return a row of the table as a job."""
    values = dict(row)
    values["request"] = json.loads(values["request"])
    values["result"] = json.loads(values["result"] or "{}")
    return FileJob(**values)
