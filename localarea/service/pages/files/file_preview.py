"""Confirm how a file is read, before it is checked: sheet, columns, day and definition."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from localarea.errors import LocalareaError
from localarea.service.api.files.file_shapes import Confirming, PreviewOut
from localarea.service.api.files.files import (
    JobId,
    TheChecker,
    TheRunner,
    confirm,
    council_of_job,
    headers_of,
    look_again,
    owner_of,
)
from localarea.service.auth.identity import TheState, require
from localarea.service.councils import Councils, TheCouncils
from localarea.service.files import job_store as file_jobs
from localarea.service.files.job_store import FileJob
from localarea.service.files.runner import JobRunner
from localarea.service.http.errors import status_of
from localarea.service.pages.forms import Days, Fault, asked_under, boundary_choices, read_day
from localarea.service.pages.rendering import render
from localarea.service.state.state import State
from localarea.tables.workbooks.sheet_choice import ALL

router = APIRouter(prefix="/files", dependencies=[Depends(require("check"))])

_SHOWN: Final = 12  # columns of the first rows; more are named below them
_TOLD: Final = (404, 422, 429)
Name = Annotated[str, Form(max_length=2000)]
Short = Annotated[str, Form(max_length=20)]


class Chosen:
    """What was chosen on the page, to be kept while it is shown again."""

    def __init__(
        self,
        sheet: Name = "",
        shown_sheet: Name = "",
        column: Name = "",
        column_2: Name = "",
        day: Short = "",
        month: Short = "",
        year: Short = "",
        under: Name = "",
        headers: Short = "people",
    ) -> None:
        self.sheet, self.shown_sheet = sheet, shown_sheet
        self.typed = {"day": day, "month": month, "year": year, "under": under, "headers": headers}
        self.columns = [name for name in (column, column_2) if name] if column else []
        self.lacks_first = bool(column_2) and not column
        self.changes_sheet = sheet != shown_sheet

    def how(self, job: FileJob) -> Confirming:
        """Give what is to be done, for the council that the file was sent for."""
        days = Days(*(self.typed[name] for name in ("day", "month", "year")))
        under = asked_under(self.typed["under"], read_day(*days.parts, "the day"))
        return Confirming(
            columns=self.columns,
            sheet=self.sheet or None,
            option=under.option,
            definition=under.definition,
            on=under.on,
            headers=headers_of(self.typed["headers"]),
            **council_of_job(job),
        )


TheChoice = Annotated[Chosen, Depends(Chosen)]


@router.post("/{file}/preview", response_class=HTMLResponse)
def look(
    file: JobId, state: TheState, runner: TheRunner, identity: TheChecker, chosen: TheChoice
) -> Response:
    """Show how a file would be read by another sheet or other columns."""
    job = file_jobs.read_job(state.database, file, owner=owner_of(identity))
    _look(job, state, runner, chosen)
    return RedirectResponse(f"/files/{file}", 303)


@router.post("/{file}/check", response_class=HTMLResponse)
def check(
    request: Request,
    file: JobId,
    state: TheState,
    councils: TheCouncils,
    runner: TheRunner,
    identity: TheChecker,
    chosen: TheChoice,
) -> Response:
    """Check a file as it was confirmed; one whose sheet was changed is shown once more."""
    job = file_jobs.read_job(state.database, file, owner=owner_of(identity))
    if chosen.changes_sheet:
        _look(job, state, runner, chosen)
        return RedirectResponse(f"/files/{file}", 303)
    try:
        if chosen.lacks_first:
            return _again(request, job, runner, chosen, Fault(_WHICH_FIRST, "column"), 422)
        confirm(job, councils, runner, chosen.how(job), typed=chosen.typed)
    except LocalareaError as error:
        status = status_of(error)
        if status not in _TOLD or job.stage != "previewed":
            raise
        return _again(request, job, runner, chosen, Fault.of(error, "check"), status)
    return RedirectResponse(f"/files/{file}", 303)


_WHICH_FIRST: Final = "Choose the column to use first, or leave both to be found"


def _look(job: FileJob, state: State, runner: JobRunner, chosen: Chosen) -> None:
    columns = [] if chosen.changes_sheet else chosen.columns
    look_again(job, state, runner, columns=columns, sheet=chosen.sheet or None, typed=chosen.typed)


def _again(
    request: Request, job: FileJob, runner: JobRunner, chosen: Chosen, fault: Fault, status: int
) -> HTMLResponse:
    values = {"typed": chosen.typed, "chosen": chosen.columns}
    return preview_page(request, job, runner, faults=[fault], status=status, **values)


def preview_page(
    request: Request,
    job: FileJob,
    runner: JobRunner,
    *,
    faults: list[Fault] | None = None,
    status: int = 200,
    **changed: Any,
) -> HTMLResponse:
    """Show how a file would be read."""
    councils: Councils = request.app.state.councils
    state = request.state.shown = councils.whose(**council_of_job(job)).state
    found = PreviewOut.model_validate(runner.detail(job.id)["preview"])
    told = [Fault(_sentence(found.fault), "column")] if found.fault else []
    used = sorted((c for c in found.columns if c.order), key=lambda c: c.order)
    shown = [c for c in found.columns if c.use] + [c for c in found.columns if not c.use]
    kept = {column.number for column in shown[:_SHOWN]}
    amounts = next((c.number for c in found.columns if c.use == "amount"), None)
    every = job.request.get("sheet") == ALL and ALL not in {one.name for one in found.sheets}
    labels = {c.number: _label(c.number, c.header.strip(), found) for c in found.columns}
    values = {
        "job": job,
        "found": found,
        "shown_sheet": ALL if every else found.sheet or "",
        "amounts": labels[amounts] if amounts else "",
        "faults": faults or told,
        "used": used,
        "columns": [c for c in found.columns if c.number in kept],
        "hidden_columns": len(found.columns) - len(kept),
        "names": {c.number: _name(c.number, c.header, found) for c in found.columns},
        "labels": labels,
        "groups": boundary_choices(state),
        "today": state.today,
        "chosen": job.request.get("columns", []),
        "typed": job.request.get("typed") or _typed(job),
        **changed,
    }
    page = render(request, "preview.html", values, status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page


def _typed(job: FileJob) -> dict[str, str]:
    """Return what the form holds at first: only what the file was sent with."""
    under = {name: job.request.get(name) for name in ("definition", "option")}
    named = next((f"{name}:{value}" for name, value in under.items() if value), "")
    return {"day": "", "month": "", "year": "", "under": named, "headers": "people"}


def _name(number: int, header: str, found: PreviewOut) -> str:
    """Name a column so that the check finds the same: by its header, or else by its number."""
    alike = sum(column.header == header for column in found.columns)
    return header if header.strip() and alike == 1 and not header.isdecimal() else str(number)


def _label(number: int, header: str, found: PreviewOut) -> str:
    """Name a column so that a person can tell it from others of the same name."""
    alike = sum(column.header.strip() == header for column in found.columns)
    if not header:
        return f"Column {number}"
    return header if alike == 1 else f"{header}, column {number}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
