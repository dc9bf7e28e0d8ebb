"""The pages on published spend: send payments, see how far they are, and how much is local."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from localarea.errors import LocalareaError
from localarea.service.api.files.files import JobId, TheRunner
from localarea.service.api.files.spend_jobs import (
    TheSender,
    counts_of,
    document_of,
    find_count,
    send_spend,
    shown,
    written,
)
from localarea.service.auth.identity import TheState, require
from localarea.service.files.spend import SpendQuestion, WrittenShape
from localarea.service.files.spend_work import PICTURES
from localarea.service.http.errors import status_of
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render

router = APIRouter(prefix="/spend", dependencies=[Depends(require("measure"))])

_SHOWN: Final = 25  # lines of a table on the page; the workbook has them all
_LOOK_S: Final = 3


@router.get("", response_class=HTMLResponse)
def ask(request: Request, state: TheState, sender: TheSender) -> HTMLResponse:
    """Show the form, and the counts of before."""
    return _form(request, state, sender)


@router.post("", response_class=HTMLResponse)
def count(
    request: Request,
    state: TheState,
    sender: TheSender,
    file: Annotated[list[UploadFile] | None, File()] = None,
    suppliers: Annotated[UploadFile | None, File()] = None,
    keep: Annotated[bool, Form()] = False,
) -> Response:
    """Take payments in, and go to the page of their count."""
    try:
        job = send_spend(request, sender, file or [], suppliers, SpendQuestion(), keep=keep)
    except LocalareaError as error:
        status = status_of(error)
        if status not in (413, 422, 429, 507):
            raise
        field = "suppliers" if getattr(error, "parameter", "") == "suppliers" else "file"
        fault = Fault(_sentence(str(error)), field)
        return _form(request, state, sender, faults=[fault], kept=keep, status=status)
    return RedirectResponse(f"/spend/{job.id}", 303)


def _sentence(text: str) -> str:
    """Begin with a capital, unless the name of a file is there."""
    return text if "." in text.partition(": ")[0] else text[:1].upper() + text[1:]


def _form(
    request: Request, state: TheState, sender: TheSender, *, status: int = 200, **values: Any
) -> HTMLResponse:
    known = {
        "faults": [],
        "jobs": [shown(job) for job in counts_of(state, sender)],
        "limit_mb": state.settings.upload_limit_mb,
        "hours": state.settings.job_hours,
    }
    page = render(request, "spend.html", {**known, **values}, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page


@router.get("/{count}", response_class=HTMLResponse)
def show(
    count: JobId, request: Request, state: TheState, runner: TheRunner, sender: TheSender
) -> HTMLResponse:
    """Show how far a count is, or what came out."""
    job = find_count(state, count, sender)
    values: dict[str, Any] = {"job": shown(job), "shown": _SHOWN, "found": None}
    values["problem"] = _sentence(job.problem or "")
    if job.status == "done":
        values["found"] = document_of(job, runner)
        values["pictures"] = json.loads(runner.beside(job, PICTURES).read_bytes())
    page = render(request, "spend-count.html", values)
    page.headers["Cache-Control"] = "no-store"
    if not job.over:
        page.headers["Refresh"] = str(_LOOK_S)
    return page


@router.get("/{count}/result")
def fetch(
    count: JobId,
    state: TheState,
    runner: TheRunner,
    sender: TheSender,
    output: Annotated[WrittenShape, Query()] = "xlsx",
) -> Response:
    """Return the result as a file, for saving."""
    return written(find_count(state, count, sender), runner, output)


@router.post("/{count}/remove", response_class=HTMLResponse)
def remove(count: JobId, state: TheState, runner: TheRunner, sender: TheSender) -> RedirectResponse:
    """Delete a count with all that is kept of it."""
    find_count(state, count, sender)
    runner.remove(count)
    return RedirectResponse("/spend", 303)
