"""Beside the result of a file: its receipt, and the rows to mend, which may come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from localarea.errors import InputError
from localarea.service.api.files.file_shapes import FileOut, file_form, shown
from localarea.service.api.files.files import (
    JobId,
    TheChecker,
    TheRunner,
    owner_of,
    result_name,
    runner_of,
    saved_as,
)
from localarea.service.auth.identity import Identity, TheState, state_of
from localarea.service.files import job_store as file_jobs
from localarea.service.files.job_store import FileJob
from localarea.service.files.mending import MOST_MB, merge_into
from localarea.service.files.runner import JobRunner
from localarea.service.files.uploads import Upload, receive_upload
from localarea.service.files.worker import RECEIPT, UNRESOLVED
from localarea.service.http.errors import problems
from localarea.service.parameters import require_known, taken_names

router = APIRouter(tags=["Check a file"])

_MENDED: Final = "mended.xlsx"
_FIELDS: Final = taken_names(set())
_FORM: Final = file_form(
    "The workbook of rows without an answer, with postcodes typed into the column “Postcode to "
    "use”."
)
_BINARY: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/octet-stream": {}}},
    **problems(401, 403, 404, 409, 422, 503),
}


@router.get("/files/{file}/receipt", response_class=FileResponse, responses=_BINARY)
def fetch_receipt(
    file: JobId, state: TheState, runner: TheRunner, identity: TheChecker
) -> FileResponse:
    """Fetch the receipt of a result as JSON, with which `localarea receipt` verifies it."""
    return receipt_file(file_jobs.read_job(state.database, file, owner=owner_of(identity)), runner)


@router.get("/files/{file}/unresolved", response_class=FileResponse, responses=_BINARY)
def fetch_unresolved(
    file: JobId, state: TheState, runner: TheRunner, identity: TheChecker
) -> FileResponse:
    """Fetch the rows without an answer as a workbook, in which they can be mended."""
    job = file_jobs.read_job(state.database, file, owner=owner_of(identity))
    return unresolved_file(job, runner)


@router.post(
    "/files/{file}/mended",
    response_model=FileOut,
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 503, 507),
    openapi_extra=_FORM,
)
async def send_mended(file: JobId, request: Request, identity: TheChecker) -> FileOut:
    """Send the mended rows back. They are merged into the result, or all of them are refused."""
    return shown(await take_mended(file, request, identity), runner_of(request))


send_mended.reads_form = True  # type: ignore[attr-defined]


def receipt_file(job: FileJob, runner: JobRunner) -> FileResponse:
    """Answer with the receipt of a result."""
    path = runner.beside(job, RECEIPT)
    return saved_as(path, f"{result_name(job, runner.result(job))}{RECEIPT}")


def unresolved_file(job: FileJob, runner: JobRunner) -> FileResponse:
    """Answer with the rows of a result that have no answer."""
    path = runner.beside(job, UNRESOLVED)
    stem = path.with_name(job.file_name).stem
    return saved_as(path, f"{stem}.rows-to-mend.xlsx")


async def take_mended(
    file: str,
    request: Request,
    identity: Identity,
    *,
    check: Callable[[Upload], None] = lambda _: None,
) -> FileJob:
    """
    Take in mended rows, and merge them into the result of their file.

    LocalareaError if they do not fit; the result stays as it was.
    """
    state, runner = await state_of(request), runner_of(request)
    owner = owner_of(identity)
    job = await run_in_threadpool(file_jobs.read_job, state.database, file, owner=owner)
    passing = file_jobs.new_job_id()
    folder = await run_in_threadpool(runner.new_folder, passing)
    try:
        upload = await receive_upload(request, folder / _MENDED, limit_mb=MOST_MB)
        check(upload)
        require_known(upload.fields, _FIELDS, what="field")
        _require_mendable(job)
        actor = identity.acting("check")
        called = _names_of(runner, job, upload)
        await run_in_threadpool(
            merge_into, runner, job, folder / _MENDED, called=called, actor=actor
        )
    finally:
        await run_in_threadpool(runner.forget, passing)
    return await run_in_threadpool(file_jobs.read_job, state.database, file, owner=owner)


def _names_of(runner: JobRunner, job: FileJob, upload: Upload) -> dict[str, str]:
    """Return what the sender calls the files, by their names here."""
    result = runner.result(job)
    return {_MENDED: upload.file_name, result.name: result_name(job, result)}


def _require_mendable(job: FileJob) -> None:
    if job.stage == "done" and str(job.result.get("file", "")).endswith(".parquet"):
        raise InputError(
            "mended rows are merged into workbooks and text files only; mend the rows in your own "
            "file and send it again"
        )
