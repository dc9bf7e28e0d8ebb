"""The page that has the report to Cabinet made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from localarea.errors import InputError, LocalareaError
from localarea.service.api.reports import file_response
from localarea.service.auth.identity import TheState, require
from localarea.service.councils import ShownState, council_parameter
from localarea.service.http.errors import status_of
from localarea.service.pages.rendering import render
from localarea.service.report_jobs import (
    FORMATS,
    MOST_OPTIONS,
    RETRY_S,
    ReportAsked,
    ReportFormat,
    Reports,
    TheReports,
    options_of,
    require_options,
)
from localarea.service.study.shortlists import LEAST, MOST
from localarea.service.study.steps import Way
from localarea.service.study.study import title_of_option

if TYPE_CHECKING:
    from localarea.service.state.state import State

router = APIRouter(dependencies=[Depends(require("view"))])

OptionIds = Annotated[list[Annotated[str, Query(max_length=200)]], Query()]
ProposalNumber = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="The proposal to keep it with.")
]


@router.get("/report", response_class=HTMLResponse)
def choose(
    request: Request,
    state: ShownState,
    option: OptionIds = [],  # noqa: B006
    proposal: ProposalNumber = None,
) -> HTMLResponse:
    """Show the options to choose for a report."""
    return show_choice(request, state, option, proposal=proposal)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the form asks for."""

    option: list[str]
    form: str
    proposal: int | None


def chosen_of(
    option: OptionIds = [],  # noqa: B006 -- it is not changed
    form: Annotated[str, Query(max_length=10)] = "pdf",
    proposal: ProposalNumber = None,
) -> Chosen:
    """Gather the fields of the form."""
    return Chosen(option, form, proposal)


Choice = Annotated[Chosen, Depends(chosen_of)]


@router.get("/report/made", response_class=HTMLResponse)
def made(
    request: Request, own: TheState, state: ShownState, reports: TheReports, chosen: Choice
) -> Response:
    """Request the report: a page that reloads until it is ready to be saved."""
    return _answer(request, own, state, reports, chosen, save=False)


@router.get("/report/file")
def report(
    request: Request, own: TheState, state: ShownState, reports: TheReports, chosen: Choice
) -> Response:
    """Return the report for saving."""
    return _answer(request, own, state, reports, chosen, save=True)


def _answer(
    request: Request, own: State, state: State, reports: Reports, chosen: Chosen, *, save: bool
) -> Response:
    try:
        require_options(chosen.option)
        if chosen.form not in FORMATS:
            raise InputError("choose PDF, Word or a web page", parameter="form")
        named = council_parameter(state, own)
        form: ReportFormat = chosen.form  # type: ignore[assignment]  # checked above
        asked = ReportAsked(tuple(chosen.option), form, named, own.today)
        found = reports.find(asked, state)
    except LocalareaError as error:
        if status_of(error) not in (404, 422):
            raise
        fault = str(error)
        status = status_of(error)
        return show_choice(
            request, state, chosen.option, fault=fault, status=status, proposal=chosen.proposal
        )
    data = found.result()
    if data is not None and save:
        return file_response(asked, data)
    values = {
        "step": found.step,
        "file": f"/report/file?{request.url.query}" if data is not None else "",
        "options": [option.title for option in options_of(asked, state)],
        "kilobytes": len(data or b"") // 1000,
        "form": form,
        "proposal": chosen.proposal,
        "reference": "" if named else asked.reference,
        "decide": _decide(asked) if not named else "",
        "choose": _choose(asked, chosen.proposal),
        "back": Way(asked.options, asked.reference).address("/steps"),
    }
    page = render(request, "report-made.html", values, status_code=202 if data is None else 200)
    if data is None:
        page.headers["Refresh"] = f"{RETRY_S}; url=/report/made?{request.url.query}"
    return page


def _decide(asked: ReportAsked) -> str:
    """Return the address of the form that puts an option of the report forward with it."""
    short = LEAST <= len(asked.options) <= MOST
    pairs = [("shortlist", name) for name in asked.options] if short else []
    return f"/decisions/new?{urlencode([*pairs, ('report', asked.reference)])}"


def _choose(asked: ReportAsked, proposal: int | None) -> str:
    """Return the address of the form with the options that were chosen on it."""
    pairs: list[tuple[str, str | int]] = [("option", name) for name in asked.options]
    pairs += [("council", asked.council)] if asked.council else []
    pairs += [("proposal", proposal)] if proposal else []
    return f"/report?{urlencode(pairs)}"


def show_choice(
    request: Request,
    state: State,
    chosen: list[str],
    *,
    fault: str = "",
    status: int = 200,
    proposal: int | None = None,
    unnamed: bool = False,
) -> HTMLResponse:
    """Show the form; ``unnamed`` says that the study that led here cannot be in a report."""
    held = [(made.id, made.title) for made in state.session.options]
    known = {name for name, _ in held}
    held += [(name, title_of_option(state, name)) for name in chosen if name not in known]
    first = state.council.default_option
    values = {
        "options": held,
        "chosen": chosen or [name for name, _ in held if name.startswith(first)][:MOST_OPTIONS],
        "most": MOST_OPTIONS,
        "fault": fault,
        "proposal": proposal,
        "unnamed": unnamed,
        "back": Way(tuple(chosen)).address("/steps"),
    }
    return render(request, "report.html", values, status_code=status)
