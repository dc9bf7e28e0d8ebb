"""Pages of decisions: what was put forward, what was said, and what was decided."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.decisions.proposals import require_open
from localarea.decisions.queries import STATUSES, Status
from localarea.errors import ConflictError, DataError, InputError, LocalareaError, NotFoundError
from localarea.options.mandate_left_out import reason_left_out
from localarea.options.membership import option_title
from localarea.service.api.decisions import Sha256, kept_file
from localarea.service.auth.acting import (
    Approves,
    Comments,
    KeepsReport,
    PutsForward,
    Returns,
    WithdrawsProposal,
)
from localarea.service.auth.identity import Identity, TheState, require
from localarea.service.http.errors import status_of
from localarea.service.pages.decisions.decision_forms import (
    Approving,
    PutForward,
    Saying,
    faults_of,
)
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render
from localarea.service.report_jobs import LONGEST, TheReports, asked_by, report_to_keep
from localarea.service.state import clock
from localarea.service.study import candidates
from localarea.service.study import decision_flow as deciding
from localarea.service.study.candidates import candidate
from localarea.service.study.grounds import look
from localarea.service.study.pictures import option_picture, png
from localarea.service.study.shortlists import MOST, shortlisted
from localarea.service.study.steps import Way
from localarea.service.study.study import title_of_option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localarea.decisions.validity import Purpose
    from localarea.service.state.state import State

router = APIRouter()
_SHOWN: Final = 20
_HIGHEST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=_HIGHEST)]
OptionId = Annotated[str, Query(max_length=200)]
Cursor = Annotated[int | None, Query(ge=1, le=_HIGHEST)]
SEE = [Depends(require("view"))]


@router.get("/decisions", response_class=HTMLResponse, dependencies=SEE)
def decisions(
    request: Request, state: TheState, status: Status | None = None, cursor: Cursor = None
) -> HTMLResponse:
    """List what was put forward."""
    found, after = deciding.proposals_page(state, status=status, before=cursor, count=_SHOWN)
    values = {"proposals": found, "status": status, "statuses": STATUSES, "next": after}
    return render(request, "decisions.html", values)


@router.get(
    "/decisions/new", response_class=HTMLResponse, dependencies=[Depends(require("put_forward"))]
)
def ask(
    request: Request,
    state: TheState,
    option: Annotated[str, Query(max_length=200)] = "",
    scenario: Annotated[str, Query(max_length=20_000)] = "",
    shortlist: Annotated[list[OptionId], Query(max_length=MOST)] = [],  # noqa: B006
    report: Annotated[str, Query(max_length=LONGEST)] = "",
) -> HTMLResponse:
    """Show the form that puts an option or a scenario forward."""
    asked = PutForward(option=option, scenario=scenario, shortlist=shortlist, report=report)
    try:
        if shortlist:
            shortlisted(state, shortlist)
        if report:
            asked_by(report)
    except (InputError, NotFoundError) as error:
        plain = PutForward(option=option, scenario=scenario)
        return show_new(request, state, plain, faults_of(error, "option"), status_of(error))
    return show_new(request, state, asked)


@router.post("/decisions/new", response_class=HTMLResponse)
def put_forward(
    request: Request,
    state: TheState,
    identity: PutsForward,
    reports: TheReports,
    asked: Annotated[PutForward, Form()],
) -> Response:
    """Put an option or a scenario forward."""
    if not asked.begun:
        return show_new(request, state, asked)
    what, faults = asked.read()
    if faults:
        faults += _left_out_faults(state, what, asked.half_left_out)
        return show_new(request, state, asked, faults, 422)
    try:
        kept = report_to_keep(reports, asked.report, state) if asked.report else None
        number, _ = deciding.put_forward(state, identity, **what, report=kept)
    except (InputError, NotFoundError, ConflictError) as error:
        return show_new(request, state, asked, faults_of(error, "purpose"), status_of(error))
    return RedirectResponse(f"/decisions/{number}", 303)


def show_new(
    request: Request,
    state: State,
    asked: PutForward,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HTMLResponse:
    """Show the form that puts an option or a scenario forward."""
    values: dict[str, Any] = {"asked": asked, "faults": faults, "changed": None}
    values["mandate"] = state.council.mandate_area
    values |= candidates.to_put_forward(state)
    values["listed"] = [(name, title_of_option(state, name)) for name in asked.shortlist]
    values["reported"] = asked_by(asked.report) if asked.report else None
    values["back"] = Way(tuple(asked.shortlist), asked.report).address("/steps")
    shown = {name for group in ("options", "reserving") for name, _ in values[group]}
    if asked.option and asked.option not in {*shown, *asked.shortlist}:
        title = title_of_option(state, asked.option)
        if title != asked.option:  # such as drive-37, or a what-if
            values["options"] = [*values["options"], (asked.option, title)]
    methods = [asked.option] if asked.option else list(asked.shortlist)
    if asked.scenario:
        changed = candidates.candidate(state, None, asked.scenario)
        values["changed"], methods = changed.title, [changed.method]
    values["purpose"] = asked.purpose or (candidates.purpose_of(methods) if not faults else "")
    return render(request, "decisions-new.html", values, status_code=status)


@router.get("/decisions/{number}", response_class=HTMLResponse, dependencies=SEE)
def proposal(request: Request, state: TheState, number: Number) -> HTMLResponse:
    """Show a proposal: its figures, what was said, and what can be done."""
    return _show(request, state, number)


def _show(
    request: Request,
    state: State,
    number: int,
    faults: Sequence[Fault] = (),
    status: int = 200,
    text: str = "",
) -> HTMLResponse:
    found = deciding.proposal_of(state, number)
    values = {"proposal": found, "faults": faults, "text": text, **_area(state, found)}
    return render(request, "decisions-one.html", values, status_code=status)


def _area(
    state: State, found: dict[str, Any], decided: deciding.Decision | None = None
) -> dict[str, Any]:
    """Return what a page shows of a proposal's area: as it is now, or as it was when decided."""
    about = {"gone": "", "drawn_by": option_title(found["option_id"], state.council)}
    if found["definition"]:
        kept = deciding.grounds_of(state, found["definition"])
        return {**about, "shown": kept and kept.shown, "seen": "", "unkept": kept is None}
    try:
        grounds = deciding.look_at(state, found, decided) if decided else look(state, found)
    except DataError:  # it is there, and cannot be shown as long as a table is damaged
        raise
    except LocalareaError as error:  # the option is no longer what it was: the record stays
        return {**about, "gone": str(error), "shown": None, "seen": "", "unkept": False}
    return {**about, "shown": grounds.shown, "seen": grounds.seen, "unkept": False}


@router.get("/decisions/{number}/map.png", dependencies=SEE)
def area_map(state: TheState, number: Number) -> Response:
    """Return the map of what a proposal puts forward; once it is decided, the one that was seen."""
    found = deciding.proposal_of(state, number)
    kept = found["definition"] and deciding.grounds_of(state, found["definition"])
    if kept:
        return png(kept.picture)
    content, _ = option_picture(candidates.candidate_of(state, found), state)
    return png(content)


@router.post("/decisions/{number}/reports", response_class=HTMLResponse)
def keep_report(
    request: Request,
    state: TheState,
    identity: KeepsReport,
    reports: TheReports,
    number: Number,
    report: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """Keep a report to Cabinet with a proposal."""
    if not report:
        fault = Fault.said("make a report first, then keep it with the proposal", "reports")
        return _show(request, state, number, [fault], 422)
    try:
        kept = report_to_keep(reports, report, state)
        deciding.keep_report(state, identity, number, kept)
    except (InputError, ConflictError) as error:
        return _show(request, state, number, [Fault.said(str(error), "reports")], status_of(error))
    return RedirectResponse(f"/decisions/{number}#reports", 303)


@router.get("/decisions/{number}/reports/{sha256}", dependencies=SEE)
def kept_report(state: TheState, number: Number, sha256: Sha256) -> Response:
    """Return a report to Cabinet that is kept with a proposal."""
    return kept_file(state, number, sha256)


@router.post("/decisions/{number}/comment", response_class=HTMLResponse)
def comment(
    request: Request,
    state: TheState,
    identity: Comments,
    number: Number,
    saying: Annotated[Saying, Form()],
) -> Response:
    """Comment on a proposal."""
    return _say(request, state, number, saying, partial(deciding.comment, state, identity, number))


@router.post("/decisions/{number}/return", response_class=HTMLResponse)
def return_(
    request: Request,
    state: TheState,
    identity: Returns,
    number: Number,
    saying: Annotated[Saying, Form()],
) -> Response:
    """Return a proposal with what is to be changed."""
    close = partial(deciding.close, state, identity, number, act="return")
    return _say(request, state, number, saying, close)


@router.post("/decisions/{number}/withdraw", response_class=HTMLResponse)
def withdraw(
    request: Request,
    state: TheState,
    identity: WithdrawsProposal,
    number: Number,
    saying: Annotated[Saying, Form()],
) -> Response:
    """Withdraw a proposal."""
    close = partial(deciding.close, state, identity, number, act="withdraw_proposal")
    return _say(request, state, number, saying, close)


def _say(
    request: Request, state: State, number: int, saying: Saying, enter: Callable[..., None]
) -> Response:
    text, faults = saying.read()
    if faults:
        return _show(request, state, number, faults, 422)
    try:
        enter(text=text)
    except (InputError, ConflictError) as error:
        told = faults_of(error, "text")
        return _show(request, state, number, told, status_of(error), saying.text)
    return RedirectResponse(f"/decisions/{number}", 303)


@router.get("/decisions/{number}/approve", response_class=HTMLResponse)
def approving(
    request: Request,
    state: TheState,
    _identity: Approves,
    number: Number,
) -> Response:
    """Show the form of an approval; of what is decided or returned, what became of it."""
    found = deciding.proposal_of(state, number)
    if found["status"] != "put_forward":
        return RedirectResponse(f"/decisions/{number}", 303)
    form = Approving(title=found["title"], half_left_out=reason_left_out(found["note"]))
    return _form(request, state, found, form)


def _free_id(state: State, purpose: str, first: date) -> str:
    """Give a reference that is free, with the year in which the definition begins."""
    taken = state.definitions.ids()
    stem = f"{state.council.key}-{purpose}-{first.year}."
    return next(f"{stem}{n}" for n in range(1, 10_000) if f"{stem}{n}" not in taken)


@router.post("/decisions/{number}/approve", response_class=HTMLResponse)
def approve(
    request: Request,
    state: TheState,
    identity: Approves,
    number: Number,
    form: Annotated[Approving, Form()],
) -> Response:
    """Show exactly what will be decided; then decide it."""
    found = deciding.proposal_of(state, number)
    if form.step == "change":
        return _form(request, state, found, form)
    name = partial(_free_id, state, found["purpose"])
    decided, faults = form.read(None if found["definition"] else clock.day(), name)
    if decided is not None:
        form = form.model_copy(update={"id": decided.id})  # which the next page shows and sends
    else:
        scenario = found["scenario"] or None
        area = {"option": None if scenario else found["option_id"], "scenario": scenario}
        faults += _left_out_faults(state, found | area, form.half_left_out)
        return _form(request, state, found, form, faults, 422)
    try:
        if form.step != "decide":
            require_open(found)
            return _confirm(request, state, identity, found, form, decided)
        try:
            made = deciding.approve(state, identity, number, decided)
        except ConflictError as error:
            if error.parameter != "seen":
                raise
            return _confirm(request, state, identity, found, form, decided, error)
    except (InputError, ConflictError, NotFoundError) as error:
        return _form(request, state, found, form, faults_of(error), status_of(error))
    return RedirectResponse(f"/definitions/{made.definition.id}", 303)


def _left_out_faults(state: State, area: dict[str, Any], half_left_out: str) -> list[Fault]:
    """Return what is wrong with the reason for leaving out a half, with the other faults."""
    if not (area["option"] or area["scenario"]):
        return []  # which is told already
    try:
        chosen = candidate(state, area["option"], area["scenario"])
        deciding.require_reason_left_out(state, chosen, area["purpose"], half_left_out)
    except (InputError, NotFoundError) as error:
        return faults_of(error, "option")
    return []


def _confirm(
    request: Request,
    state: State,
    identity: Identity,
    found: dict[str, Any],
    form: Approving,
    decided: deciding.Decision,
    error: LocalareaError | None = None,
) -> HTMLResponse:
    """Show exactly what will be decided, and what it is compared with."""
    deciding.require_possible(state, identity, found, decided)
    values = {
        "proposal": found,
        "form": form,
        "decided": decided,
        "actor": identity.actor("approve"),
        "fault": str(error or ""),
        "gap": _gap_after(state, found["purpose"], decided),
    }
    return render(
        request,
        "decisions-confirm.html",
        values | _area(state, found, decided),
        status_code=status_of(error) if error else 200,
    )


def _gap_after(state: State, purpose: Purpose, decided: deciding.Decision) -> bool:
    """Return whether no definition is in force on the day after the last one of a decision."""
    last = decided.effective_to
    if last is None or last == date.max:
        return False
    day = (last + timedelta(days=1)).isoformat()
    after = state.definitions.in_force(day, purpose=purpose, council=state.council.key)
    return after is None or after.definition.id == decided.supersedes


def _form(
    request: Request,
    state: State,
    found: dict[str, Any],
    form: Approving,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HTMLResponse:
    kept = [
        k.definition
        for k in state.definitions.kept()
        if k.end is None
        and k.superseded_by is None
        and k.definition.purpose == found["purpose"]
        and k.first_day_for(found["council"]) is not None
    ]
    values = {"proposal": found, "form": form, "kept": kept, "faults": faults}
    values["given"] = reason_left_out(found["note"])
    coming = date(clock.day().year + 1, 4, 1)
    values["example"] = _free_id(state, found["purpose"], coming), coming
    values |= {"mandate": state.council.mandate} | _area(state, found)
    return render(request, "decisions-approve.html", values, status_code=status)
