"""The report to Cabinet on social value: asked for with what was learnt, followed, and kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.contracts.value.value_reports import Format, value_report_file, value_reports
from localarea.contracts.value.worth import held_proxies
from localarea.errors import InputError
from localarea.reports.contracts.facts import MOST_LESSONS, read_lessons
from localarea.service.auth.identity import TheState
from localarea.service.pages.contracts.contract_words import attached
from localarea.service.pages.contracts.contracts import Measurer, private
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render
from localarea.service.report_jobs import RETRY_S
from localarea.service.state.state import State
from localarea.service.value_report_jobs import TheValueReports, report_of

router = APIRouter(prefix="/monitoring/reports")
Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("", response_class=HTMLResponse)
def ask(request: Request, state: TheState, who: Measurer) -> HTMLResponse:
    """Show the form, and the reports that are kept."""
    return _page(request, state)


@router.post("", response_class=HTMLResponse)
def make(
    request: Request,
    state: TheState,
    jobs: TheValueReports,
    who: Measurer,
    learnt: Annotated[str, Form(max_length=110_000)] = "",
) -> Response:
    """Request a report."""
    try:
        lessons = read_lessons(learnt)
    except InputError as error:
        return _page(request, state, learnt=learnt, faults=[Fault.said(str(error), "learnt")])
    asked = jobs.ask(state, who, lessons)
    return RedirectResponse(f"/monitoring/reports/{asked.number}", 303)


@router.get("/{number}", response_class=HTMLResponse)
def show(
    request: Request, state: TheState, jobs: TheValueReports, who: Measurer, number: Number
) -> HTMLResponse:
    """Show a report that is kept, or how far it is: the page loads itself again until it is."""
    asked = report_of(state, number)
    step = jobs.step_of(state, who, asked)
    if not step:
        asked = report_of(state, number)
    with state.database.reading() as connection:
        number_held = asked.proxies
        held = held_proxies(connection, state.council.key, number_held) if number_held else None
    values = {"report": asked, "step": step, "worth": held.proxies if held else None}
    page = private(render(request, "value-report.html", values, status_code=202 if step else 200))
    if step:
        page.headers["Refresh"] = str(RETRY_S // 2)
    return page


@router.get("/{number}/report.{ending}", response_class=Response)
def file(state: TheState, who: Measurer, number: Number, ending: Format) -> Response:
    """Return a file of a report."""
    with state.database.reading() as connection:
        content = value_report_file(connection, state.council.key, number, ending)
    return attached(content, f"social-value-{number}.{ending}", ending)


def _page(
    request: Request, state: State, *, learnt: str = "", faults: list[Fault] | None = None
) -> HTMLResponse:
    with state.database.reading() as connection:
        kept = value_reports(connection, state.council.key)
        held = held_proxies(connection, state.council.key)
    values = {
        "reports": kept,
        "learnt": learnt,
        "faults": faults or [],
        "most": MOST_LESSONS,
        "worth": held.proxies if held else None,
    }
    status = 422 if faults else 200
    return private(render(request, "value-reports.html", values, status_code=status))
