"""The rows of a file without an answer: fetched from its page, and sent back to it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from localarea.service.api.files.files import JobId, TheChecker, TheRunner, owner_of
from localarea.service.api.files.mended import receipt_file, take_mended, unresolved_file
from localarea.service.auth.identity import TheState, require
from localarea.service.files import job_store as file_jobs
from localarea.service.pages.files.files import require_own

router = APIRouter(prefix="/files", dependencies=[Depends(require("check"))])


@router.get("/{file}/receipt", response_class=FileResponse)
def fetch_receipt(
    file: JobId, state: TheState, runner: TheRunner, identity: TheChecker
) -> FileResponse:
    """Return the receipt for saving."""
    return receipt_file(file_jobs.read_job(state.database, file, owner=owner_of(identity)), runner)


@router.get("/{file}/unresolved", response_class=FileResponse)
def fetch_unresolved(
    file: JobId, state: TheState, runner: TheRunner, identity: TheChecker
) -> FileResponse:
    """Return the rows without an answer for saving."""
    job = file_jobs.read_job(state.database, file, owner=owner_of(identity))
    return unresolved_file(job, runner)


@router.post("/{file}/mended", response_class=HTMLResponse)
async def send_mended(file: JobId, request: Request, identity: TheChecker) -> Any:
    """Merge mended rows into the result, and go back to the page of the file."""
    await take_mended(file, request, identity, check=lambda sent: require_own(request, sent))
    return RedirectResponse(f"/files/{file}", 303)


send_mended.checks_token = True  # type: ignore[attr-defined]
send_mended.reads_form = True  # type: ignore[attr-defined]
