"""Check a file: send it, watch it, fetch the result, have it deleted."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import anyio
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse
from sse_starlette import EventSourceResponse, JSONServerSentEvent
from starlette.concurrency import run_in_threadpool

from localarea.checking.csv_file import default_out
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.errors import ConflictError, InputError
from localarea.hashing import text_sha256
from localarea.service.api.files.file_shapes import (
    FIELDS,
    FORM,
    MOST_COLUMNS,
    UNDER,
    Confirming,
    FileOut,
    Files,
    HeaderWords,
    Looking,
    shown,
)
from localarea.service.auth.identity import Identity, TheState, require, state_of
from localarea.service.councils import Councils, TheCouncils
from localarea.service.files import job_store as file_jobs
from localarea.service.files.job_store import FileJob
from localarea.service.files.runner import INPUT, JobRunner
from localarea.service.files.uploads import Upload, receive_upload
from localarea.service.http.errors import problems
from localarea.service.parameters import refuse_blank, require_known
from localarea.service.state import clock

router = APIRouter(tags=["Check a file"])

TheChecker = Annotated[Identity, Depends(require("check"))]
JobId = Annotated[str, InPath(pattern="^[0-9a-f]{32}$", description="As the upload was answered.")]
_LOOK_S: Final = 0.4
_LONGEST_OWNER: Final = 200  # characters, as in the column
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
_TAKEN: Final = problems(400, 401, 403, 404, 413, 415, 422, 429, 503, 507)
_ASKED_AGAIN: Final = problems(401, 403, 404, 409, 422, 429, 503)


def runner_of(request: Request) -> JobRunner:
    """Return what works on files."""
    runner: JobRunner = request.app.state.jobs
    return runner


TheRunner = Annotated[JobRunner, Depends(runner_of)]


def owner_of(identity: Identity) -> str:
    """Name whose a file is: by what the provider calls the person, since names repeat."""
    named = f"{identity.via} {getattr(identity, 'subject', '') or identity.name}"
    # Cut short, those of two people could be the same.
    return named if len(named) <= _LONGEST_OWNER else f"{identity.via} {text_sha256(named)}"


async def accept(
    request: Request,
    identity: Identity,
    *,
    preview: bool = False,
    check: Callable[[Upload], None] = lambda _: None,
) -> tuple[FileJob, Upload]:
    """
    Take in a file, have what came with it checked, and let it wait for its turn.

    With ``preview`` only how it would be read is found out, for somebody to confirm.
    """
    state, runner = await state_of(request), runner_of(request)
    job_id = file_jobs.new_job_id()
    folder = await run_in_threadpool(runner.new_folder, job_id)
    limit = state.settings.upload_limit_mb
    upload = await receive_upload(request, folder / INPUT, limit_mb=limit)
    try:
        check(upload)
        require_known(upload.fields, FIELDS, what="field")
        asked = await run_in_threadpool(asked_of, request.app.state.councils, upload)
        sender = identity.acting("check")
        asked |= {"by": sender.name, "role": sender.role, "preview": preview}
        job = await run_in_threadpool(_add, state, job_id, identity, upload, asked)
    except BaseException:
        await run_in_threadpool(runner.forget, job_id)
        raise
    runner.wake()
    return job, upload


def _add(
    state: TheState,
    job_id: str,
    identity: Identity,
    upload: Upload,
    asked: dict[str, Any],
) -> FileJob:
    return file_jobs.add_job(
        state.database,
        job_id,
        owner=owner_of(identity),
        file_name=upload.file_name,
        size_bytes=upload.size_bytes,
        request=asked,
        now=clock.now(),
        hours=state.settings.job_hours,
        most_waiting=state.settings.job_queue,
    )


def settled(councils: Councils, under: dict[str, Any]) -> dict[str, Any]:
    """
    Return what decides about a file, with the day where nothing else does.

    InputError or NotFoundError if there is no such day, definition, option or council: before
    anything waits.
    """
    choice = BoundaryChoice(**under)
    councils.prepare_check(choice)
    councils.own.classifier(choice)
    if under["option"] is None and under["definition"] is None and under["on"] is None:
        return {**under, "on": councils.own.today}
    return under


def asked_of(councils: Councils, upload: Upload) -> dict[str, Any]:
    """Return what is asked for, settled now: a file that waits past midnight is still today's."""
    under = settled(councils, {name: upload.value(name) for name in UNDER})
    return {
        "columns": _columns_of(upload),
        "sheet": upload.value("sheet"),
        "headers": headers_of(upload.value("headers")),
        **under,
    }


def _columns_of(upload: Upload) -> list[str]:
    columns = upload.values("column")
    if len(columns) > MOST_COLUMNS:
        said = f"name {MOST_COLUMNS} columns at most; {len(columns)} are named"
        raise InputError(said, parameter="column")
    return columns


def _refuse_blanks(upload: Upload) -> None:
    """Refuse what a program leaves blank; of a page, it is what a person left blank."""
    refuse_blank(upload.fields, FIELDS.names, what="field")


def headers_of(text: str | None) -> HeaderWords:
    """Give the words of the columns that are added."""
    if text in (None, "codes"):
        return "codes"
    if text == "people":
        return "people"
    raise InputError("headers must be 'codes' or 'people'", parameter="headers")


@router.post(
    "/files", status_code=202, response_model=FileOut, responses=_TAKEN, openapi_extra=FORM
)
async def send_file(request: Request, response: Response, identity: TheChecker) -> FileOut:
    """Send a file of postcodes. It waits for its turn; look at it, or listen to its events."""
    job, _ = await accept(request, identity, check=_refuse_blanks)
    response.headers["Location"] = f"/api/v1/files/{job.id}"
    return shown(job, runner_of(request))


send_file.reads_form = True  # type: ignore[attr-defined]


@router.post(
    "/files/preview", status_code=202, response_model=FileOut, responses=_TAKEN, openapi_extra=FORM
)
async def preview_file(request: Request, response: Response, identity: TheChecker) -> FileOut:
    """Send a file to be looked at. Once it is `previewed`, confirm how it is to be checked."""
    job, _ = await accept(request, identity, preview=True, check=_refuse_blanks)
    response.headers["Location"] = f"/api/v1/files/{job.id}"
    return shown(job, runner_of(request))


preview_file.reads_form = True  # type: ignore[attr-defined]


@router.get("/files", response_model=Files, responses=problems(401, 403, 503))
def list_files(state: TheState, runner: TheRunner, identity: TheChecker) -> Files:
    """List your own files, the newest first."""
    jobs = file_jobs.read_jobs(state.database, owner=owner_of(identity))
    return Files(files=[shown(job, runner) for job in jobs])


@router.get("/files/{file}", response_model=FileOut, responses=problems(401, 403, 404, 422, 503))
def show_file(
    file: JobId, state: TheState, runner: TheRunner, identity: TheChecker, response: Response
) -> FileOut:
    """Return the progress of one of your files."""
    response.headers.update(_NOT_KEPT)
    return shown(file_jobs.read_job(state.database, file, owner=owner_of(identity)), runner)


@router.get(
    "/files/{file}/events",
    response_class=EventSourceResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **problems(401, 403, 404, 422, 503)},
)
async def watch_file(
    file: JobId,
    state: TheState,
    runner: TheRunner,
    identity: TheChecker,
    last_event_id: Annotated[
        str | None, Header(max_length=100, description="The last event that came: go on after it.")
    ] = None,
) -> EventSourceResponse:
    """Send an event `progress` whenever a file gets further, and `ended` as the last."""
    owner = owner_of(identity)
    await run_in_threadpool(file_jobs.read_job, state.database, file, owner=owner)

    async def events() -> AsyncIterator[JSONServerSentEvent]:
        told = last_event_id
        while True:
            job = await run_in_threadpool(file_jobs.read_job, state.database, file, owner=owner)
            mark = f"{job.status}-{job.rows_done}"
            if mark != told or job.over:
                data = (await run_in_threadpool(shown, job, runner)).model_dump()
                name = "ended" if job.over else "progress"
                yield JSONServerSentEvent(data=data, event=name, id=mark)
                told = mark
            if job.over:
                return
            await anyio.sleep(_LOOK_S)

    return EventSourceResponse(events(), headers=_NOT_KEPT)


@router.get(
    "/files/{file}/result",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        **problems(401, 403, 404, 409, 422, 503),
    },
)
def fetch_result(
    file: JobId, state: TheState, runner: TheRunner, identity: TheChecker
) -> FileResponse:
    """Fetch the file with the verdicts added to each row."""
    return download(file_jobs.read_job(state.database, file, owner=owner_of(identity)), runner)


@router.delete("/files/{file}", status_code=204, responses=problems(401, 403, 404, 422, 503))
def remove_file(file: JobId, state: TheState, runner: TheRunner, identity: TheChecker) -> None:
    """Delete a file of yours and its result; if it is being checked, that ends."""
    file_jobs.read_job(state.database, file, owner=owner_of(identity))
    runner.remove(file)


@router.post(
    "/files/{file}/preview", status_code=202, response_model=FileOut, responses=_ASKED_AGAIN
)
def preview_again(
    file: JobId, state: TheState, runner: TheRunner, identity: TheChecker, asked: Looking
) -> FileOut:
    """Choose another sheet or other columns of a file; an earlier result is dropped."""
    job = file_jobs.read_job(state.database, file, owner=owner_of(identity))
    look_again(job, state, runner, columns=asked.columns, sheet=asked.sheet)
    return shown(file_jobs.read_job(state.database, file, owner=owner_of(identity)), runner)


@router.post("/files/{file}/check", status_code=202, response_model=FileOut, responses=_ASKED_AGAIN)
def check_file(
    file: JobId,
    state: TheState,
    councils: TheCouncils,
    runner: TheRunner,
    identity: TheChecker,
    asked: Confirming,
) -> FileOut:
    """Check a file that was looked at, or check it once more in another way."""
    job = file_jobs.read_job(state.database, file, owner=owner_of(identity))
    confirm(job, councils, runner, asked)
    return shown(file_jobs.read_job(state.database, file, owner=owner_of(identity)), runner)


def council_of_job(job: FileJob) -> dict[str, str | None]:
    """Return the council and the place to measure from that a file is checked for."""
    return {name: job.request.get(name) for name in ("council", "anchor")}


def look_again(
    job: FileJob,
    state: TheState,
    runner: JobRunner,
    *,
    columns: list[str],
    sheet: str | None,
    **kept: Any,
) -> None:
    """Preview a file once more."""
    _require_still(job)
    asked = {**job.request, **kept, "preview": True, "columns": columns, "sheet": sheet}
    _go_on(job, state, runner, asked)


def confirm(
    job: FileJob, councils: Councils, runner: JobRunner, how: Confirming, **kept: Any
) -> None:
    """Check a file as somebody has confirmed it, settled now as for one that has just come."""
    _require_still(job)
    under = settled(councils, {name: getattr(how, name) for name in UNDER})
    chosen = {"columns": how.columns, "sheet": how.sheet, "headers": how.headers}
    _go_on(job, councils.own, runner, {**job.request, **kept, **under, **chosen, "preview": False})


def _require_still(job: FileJob) -> None:
    if job.status not in ("done", "failed"):
        raise ConflictError("the file is being checked; wait until that has ended")


def _go_on(job: FileJob, state: TheState, runner: JobRunner, asked: dict[str, Any]) -> None:
    most = state.settings.job_queue
    file_jobs.try_again(state.database, job, request={**asked, "tries": 0}, most_waiting=most)
    runner.wake()


def download(job: FileJob, runner: JobRunner) -> FileResponse:
    """Answer with a result, for saving and never for showing."""
    path = runner.result(job)
    return saved_as(path, result_name(job, path))


def result_name(job: FileJob, path: Path) -> str:
    """Name a result after the file that was sent."""
    if path.suffix == ".csv":
        return default_out(path.with_name(job.file_name)).name
    return f"{path.with_name(job.file_name).stem}.checked{path.suffix}"


def saved_as(path: Path, name: str) -> FileResponse:
    """Answer with a file, for saving under a name and never for showing."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {**_NOT_KEPT, "Content-Disposition": said, "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


def check_again(
    job: FileJob, state: TheState, runner: JobRunner, *, column: str | None, sheet: str | None
) -> None:
    """Check a file once more, by another column or sheet."""
    _require_still(job)
    asked = {**job.request, "preview": False}
    if column is not None:
        asked["columns"] = [column]
    if sheet is not None:
        asked["sheet"] = sheet
        asked["columns"] = [] if column is None else [column]
    _go_on(job, state, runner, asked)
