"""Payments counted as a job: send them, see how far they are, fetch or delete the result."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response, UploadFile
from pydantic import BaseModel, Field

from localarea.service.api.files.files import (
    JobId,
    TheRunner,
    owner_of,
    runner_of,
    saved_as,
    settled,
)
from localarea.service.auth.identity import Identity, TheState, require
from localarea.service.councils import Councils
from localarea.service.files import job_store
from localarea.service.files.job_store import SPEND, FileJob
from localarea.service.files.runner import INPUT, JobRunner
from localarea.service.files.spend import MEDIA_TYPES, Shape, SpendQuestion, chosen_files, laid_out
from localarea.service.files.uploads import tidy_name
from localarea.service.http.errors import problems
from localarea.service.state import clock

router = APIRouter(tags=["Spend"])
ADDRESS: Final = "/api/v1/spend"
TheSender = Annotated[Identity, Depends(require("measure"))]
_UNDER: Final = ("option", "definition", "on")
_TIMES: Final = ("made_at", "ended_at", "expires_at")
_NOT_KEPT: Final = {"Cache-Control": "no-store"}


class SpendJobOut(BaseModel):
    """Payments that are counted as a job, and how far that is."""

    id: str
    status: str = Field(description="`waiting`, `running`, `done`, `failed`.")
    file_name: str = Field(description="Of the first file.")
    files: int
    files_read: int
    size_bytes: int
    rows: int | None = Field(description="Payments; null until they are counted.")
    amount: str | None
    local_share: float | None
    definition: str | None = Field(description="What they were counted under.")
    on: str | None
    kept: bool = Field(description="Whether the payments are kept until the result expires.")
    sent_by: str
    problem: str | None = Field(description="What went wrong, and what to do next.")
    made_at: str
    ended_at: str | None
    expires_at: str = Field(description="When all that is kept of them is deleted.")


class SpendJobs(BaseModel):
    """The counts of whoever asks."""

    counts: list[SpendJobOut]


def send_spend(
    request: Request,
    sender: Identity,
    files: Sequence[UploadFile],
    suppliers: UploadFile | None,
    question: SpendQuestion,
    *,
    keep: bool,
) -> FileJob:
    """
    Take payments in, and let them wait for their turn.

    InputError or NotFoundError if the files or the question cannot be used: before anything waits.
    TooLargeError if they are larger than the service takes.
    """
    from localarea.spend.asked import read_breakdowns, read_columns

    councils: Councils = request.app.state.councils
    state, runner = councils.own, runner_of(request)
    chosen, book = chosen_files(files, suppliers, most_mb=state.settings.upload_limit_mb)
    read_breakdowns(question.by)
    read_columns(question.columns)
    under = settled(councils, {name: getattr(question, name) for name in _UNDER})
    acting = sender.acting("measure")
    asked = {
        **{"kind": SPEND, "keep": keep, "files": len(chosen), "breakdowns": question.by},
        **{"columns": list(question.columns), "by": acting.name, "role": acting.role, **under},
    }
    job_id = job_store.new_job_id()
    with runner.arriving(job_id) as folder:
        (folder / INPUT).mkdir(mode=0o700)
        laid_out(chosen, book, folder / INPUT)
        job = job_store.add_job(
            state.database,
            job_id,
            owner=owner_of(sender),
            file_name=tidy_name(chosen[0].filename or ""),
            size_bytes=sum(file.size or 0 for file in (*chosen, *([book] if book else []))),
            request=asked,
            now=clock.now(),
            hours=state.settings.job_hours,
            most_waiting=state.settings.job_queue,
        )
    runner.wake()
    return job


def find_count(state: TheState, count: str, sender: Identity) -> FileJob:
    """Read one of somebody's own counts."""
    return job_store.read_job(state.database, count, owner=owner_of(sender), kind=SPEND)


def counts_of(state: TheState, sender: Identity) -> list[FileJob]:
    """List somebody's own counts, the newest first."""
    return job_store.read_jobs(state.database, owner=owner_of(sender), kind=SPEND)


def shown(job: FileJob) -> SpendJobOut:
    """Return a job as the API shows it."""
    own = ("id", "status", "file_name", "size_bytes", "definition", "problem")
    facts: dict[str, Any] = {name: getattr(job, name) for name in (*own, *_TIMES)}
    facts |= {name: job.result.get(name) for name in ("rows", "amount", "local_share")}
    files = job.request.get("files", 1)
    read = files if job.status == "done" else min(job.rows_done, files)
    return SpendJobOut(
        **facts,
        files=files,
        files_read=read,
        on=job.request.get("on"),
        kept=bool(job.request.get("keep")),
        sent_by=job.request.get("by", ""),
    )


def document_of(job: FileJob, runner: JobRunner) -> dict[str, Any]:
    """Read the document of a count, with every breakdown."""
    read: dict[str, Any] = json.loads(runner.result(job).read_bytes())
    return read


def written(job: FileJob, runner: JobRunner, output: str) -> Response:
    """Answer with a file of a count, for saving."""
    found = saved_as(runner.beside(job, f".{output}"), f"spend.{output}")
    found.headers["Content-Type"] = MEDIA_TYPES[output]
    return found


@router.get("/spend", response_model=SpendJobs, responses=problems(401, 403, 503))
def list_counts(state: TheState, sender: TheSender) -> SpendJobs:
    """List your own counts of payments, the newest first."""
    return SpendJobs(counts=[shown(job) for job in counts_of(state, sender)])


@router.get(
    "/spend/{count}", response_model=SpendJobOut, responses=problems(401, 403, 404, 422, 503)
)
def show_count(count: JobId, state: TheState, sender: TheSender, response: Response) -> SpendJobOut:
    """Show the progress of one of your counts."""
    response.headers.update(_NOT_KEPT)
    return shown(find_count(state, count, sender))


@router.get(
    "/spend/{count}/result",
    response_class=Response,
    responses={
        200: {"content": {"application/json": {}, "application/octet-stream": {}}},
        **problems(401, 403, 404, 409, 422, 503),
    },
)
def fetch_count(
    count: JobId,
    state: TheState,
    runner: TheRunner,
    sender: TheSender,
    output: Annotated[
        Shape, Query(description="JSON, as counting at once answers, or a file.")
    ] = "json",
) -> Response:
    """Fetch what was counted."""
    from localarea.spend.asked import read_breakdowns
    from localarea.spend.document import ALWAYS
    from localarea.spend.report import BREAKDOWNS

    job = find_count(state, count, sender)
    if output != "json":
        return written(job, runner, output)
    found = document_of(job, runner)
    wanted = {*ALWAYS, *read_breakdowns(job.request.get("breakdowns"))}
    left = {f"by_{name}" for name in BREAKDOWNS if name not in wanted}
    text = json.dumps({name: part for name, part in found.items() if name not in left})
    return Response(text, media_type="application/json", headers=_NOT_KEPT)


@router.delete("/spend/{count}", status_code=204, responses=problems(401, 403, 404, 422, 503))
def remove_count(count: JobId, state: TheState, runner: TheRunner, sender: TheSender) -> None:
    """Delete one of your counts with all that is kept of it; while it is counted, that ends."""
    find_count(state, count, sender)
    runner.remove(count)
