"""Check a file: send it, see how far it is, what came out, and fetch the result."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.errors import BeingPreparedError, InputError, LocalareaError
from localarea.service.api.files.file_shapes import FileOut, shown
from localarea.service.api.files.files import (
    JobId,
    TheChecker,
    TheRunner,
    accept,
    check_again,
    council_of_job,
    download,
    owner_of,
)
from localarea.service.auth.csrf import FIELD, HEADER, require_token
from localarea.service.auth.identity import TheState, current_identity, require
from localarea.service.councils import WAIT_S, Councils, TheCouncils, TheWhose, Whose
from localarea.service.files import job_store as file_jobs
from localarea.service.files.uploads import Upload
from localarea.service.http.errors import status_of
from localarea.service.pages.files.file_preview import preview_page
from localarea.service.pages.rendering import render, title_of

router = APIRouter(prefix="/files", dependencies=[Depends(require("check"))])

_ANSWERS: Final = (("local", "Local"), ("not_local", "Not local"), ("unknown", "Unknown"))


@router.get("", response_class=HTMLResponse)
def ask(
    request: Request, councils: TheCouncils, whose: TheWhose, identity: TheChecker
) -> HTMLResponse:
    """Show the form, and the files sent before."""
    councils.prepare_check(whose.asks(BoundaryChoice()), wait_s=WAIT_S)
    return _form(request, whose, owner=owner_of(identity))


def _form(
    request: Request, whose: Whose, *, owner: str, fault: str = "", status: int = 200
) -> HTMLResponse:
    councils: Councils = request.app.state.councils
    state = councils.own
    jobs = file_jobs.read_jobs(state.database, owner=owner)
    values = {
        "jobs": jobs,
        "titles": {
            job.id: title_of(councils.whose(**council_of_job(job)).state, job.definition or "")
            for job in jobs
            if job.stage == "done"
        },
        "under": whose,
        "fault": fault,
        "limit_mb": state.settings.upload_limit_mb,
        "hours": state.settings.job_hours,
    }
    page = render(request, "files.html", values, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page


@router.post("", response_class=HTMLResponse)
async def send(request: Request, identity: TheChecker, whose: TheWhose) -> Any:
    """Take a file in, and go to its page, which shows how it would be read."""
    try:
        job, _ = await accept(
            request, identity, preview=True, check=lambda sent: require_own(request, sent)
        )
    except BeingPreparedError:
        raise
    except LocalareaError as error:
        fault, status = str(error), status_of(error)
        if status not in (404, 413, 422, 429, 507):
            raise
        told = fault[:1].upper() + fault[1:]
        page = await run_in_threadpool(
            _form, request, whose, owner=owner_of(identity), fault=told, status=status
        )
        if status == 413:
            page.headers["Connection"] = "close"
        return page
    return RedirectResponse(f"/files/{job.id}", 303)


# Reading the form for the token would take the whole file into memory; it is read on the way.
send.checks_token = True  # type: ignore[attr-defined]
send.reads_form = True  # type: ignore[attr-defined]


def require_own(request: Request, sent: Upload) -> None:
    """Refuse a form with a file that was not sent from a page of this service."""
    if current_identity(request).via in ("local", "session"):
        require_token(request, request.headers.get(HEADER) or sent.value(FIELD) or "")


@router.get("/{file}", response_class=HTMLResponse)
def show(
    file: JobId,
    request: Request,
    state: TheState,
    councils: TheCouncils,
    runner: TheRunner,
    identity: TheChecker,
) -> HTMLResponse:
    """Show how far a file is, how it would be read, or what came out."""
    job = file_jobs.read_job(state.database, file, owner=owner_of(identity))
    request.state.shown = councils.whose(**council_of_job(job)).state
    if job.status in ("cancelled", "expired"):
        return render(request, "file-gone.html", {"job": job}, status_code=404)
    if job.stage == "previewed":
        return preview_page(request, job, runner)
    known = shown(job, runner)
    detail = runner.detail(job.id) if job.over else {}
    values = {
        "job": known,
        "previewing": job.previewing,
        "rows": known.rows_total or 0,
        "answers": _answers(known),
        "reasons": _reasons(known, known.rows_total or 0),
        **_unknown_rows(detail.get("unknown", [])),
        "suppliers": [
            (words, each)
            for status, words in _ANSWERS
            for each in detail.get("suppliers", {}).get(status, [])
        ],
        "mendable": str(job.result.get("file")).endswith((".xlsx", ".ods", ".csv")),
        "directory_of": job.result.get("directory_date"),
        "asked_columns": job.request.get("columns", []),
        "typed": job.request.get("typed", {}),
    }
    page = render(request, "file.html", values)
    page.headers["Cache-Control"] = "no-store"
    return page


def _unknown_rows(listed: list[Any]) -> dict[str, Any]:
    """Return the rows without an answer, and what is known of them."""
    rows = [each if isinstance(each, dict) else _old_row(each) for each in listed]
    return {
        "unknown": rows,
        "names_suppliers": any(row.get("supplier") for row in rows),
        "names_amounts": any(row.get("amount") for row in rows),
    }


def _old_row(listed: list[Any]) -> dict[str, Any]:
    """Return a row that an older version listed: number, reason and, of several, the sheet."""
    number, reason, *sheet = listed
    return {"row": number, "reason": reason, "sheet": sheet[0] if sheet else ""}


def _answers(known: FileOut) -> list[dict[str, Any]]:
    """List the answers with rows and, where the file has amounts, money; each with its share."""
    rows, money = known.rows_total or 0, known.money
    total = Decimal(money.total) if money else Decimal(0)
    lines = []
    for name, words in _ANSWERS:
        if known.by_status is None:
            continue
        count, paid = known.by_status.get(name, 0), Decimal(money.by_status[name] if money else 0)
        lines.append(
            {
                "words": words,
                "rows": count,
                "share": count / rows if rows else None,
                "paid": paid,
                # Refunds may outweigh payments; a share of that means nothing.
                "paid_share": float(paid / total) if total > 0 and 0 <= paid <= total else None,
            }
        )
    return lines


def _reasons(known: FileOut, rows: int) -> list[tuple[str, str, int, float]]:
    """List answer, reason, rows and share; no answer where they were not counted together."""
    if known.by_status_and_reason is None:  # checked by an older version
        return [("", reason, n, n / rows) for reason, n in (known.by_reason or {}).items()]
    return [
        (words, reason, count, count / rows)
        for status, words in _ANSWERS
        for reason, count in known.by_status_and_reason.get(status, {}).items()
    ]


@router.get("/{file}/result", response_class=FileResponse)
def fetch(file: JobId, state: TheState, runner: TheRunner, identity: TheChecker) -> FileResponse:
    """Return the result for saving."""
    return download(file_jobs.read_job(state.database, file, owner=owner_of(identity)), runner)


@router.post("/{file}/again", response_class=HTMLResponse)
def again(
    file: JobId,
    state: TheState,
    runner: TheRunner,
    identity: TheChecker,
    column: Annotated[str, Form(max_length=2000)] = "",
    sheet: Annotated[str, Form(max_length=200)] = "",
) -> RedirectResponse:
    """Check by another column or sheet."""
    if not column and not sheet:
        raise InputError("choose a column or a sheet; go back to the page of the file")
    job = file_jobs.read_job(state.database, file, owner=owner_of(identity))
    check_again(job, state, runner, column=column or None, sheet=sheet or None)
    return RedirectResponse(f"/files/{file}", 303)


@router.post("/{file}/remove", response_class=HTMLResponse)
def remove(
    file: JobId, state: TheState, runner: TheRunner, identity: TheChecker
) -> RedirectResponse:
    """Delete a file and its result."""
    file_jobs.read_job(state.database, file, owner=owner_of(identity))
    runner.remove(file)
    return RedirectResponse("/files", 303)
