"""Pages of decisions: what was put forward, what was said, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.decisions import proposals
from localarea.decisions.queries import STATUSES, Status, list_entries, list_proposals
from localarea.errors import ConflictError, DataError, InputError, LocalareaError, NotFoundError
from localarea.options.membership import option_title
from localarea.service import candidates, clock
from localarea.service import decision_flow as deciding
from localarea.service.auth.identity import Identity, TheState, require
from localarea.service.errors import status_of
from localarea.service.grounds import look
from localarea.service.pages.forms import Approving
from localarea.service.pages.rendering import render
from localarea.service.pictures import option_picture, png

if TYPE_CHECKING:
    from localarea.service.state import State

router = APIRouter()
_SHOWN: Final = 20
_HIGHEST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=_HIGHEST)]
Text = Annotated[str, Form(max_length=20_000)]
Cursor = Annotated[int | None, Query(ge=1, le=_HIGHEST)]
SEE = [Depends(require("view"))]


@router.get("/decisions", response_class=HTMLResponse, dependencies=SEE)
def decisions(
    request: Request, state: TheState, status: Status | None = None, cursor: Cursor = None
) -> HTMLResponse:
    """List what was put forward."""
    with state.database.reading() as connection:
        found = list_proposals(connection, status=status, before=cursor, count=_SHOWN + 1)
    values = {"proposals": found[:_SHOWN], "status": status, "statuses": STATUSES}
    after = found[_SHOWN - 1]["id"] if len(found) > _SHOWN else None
    return render(request, "decisions.html", values | {"next": after})


class Put(BaseModel):
    """The form that puts an option forward."""

    option: str = ""
    scenario: str = ""
    title: str = ""
    purpose: str = ""
    note: str = ""
    half_left_out: Annotated[str, Field(max_length=2_000)] = ""


@router.get(
    "/decisions/new", response_class=HTMLResponse, dependencies=[Depends(require("put_forward"))]
)
def ask(
    request: Request,
    state: TheState,
    option: Annotated[str, Query(max_length=200)] = "",
    scenario: Annotated[str, Query(max_length=20_000)] = "",
) -> HTMLResponse:
    """Show the form that puts an option or a scenario forward."""
    return _ask(request, state, Put(option=option, scenario=scenario), None)


@router.post("/decisions/new", response_class=HTMLResponse)
def put_forward(
    request: Request,
    state: TheState,
    identity: Annotated[Identity, Depends(require("put_forward"))],
    asked: Annotated[Put, Form()],
) -> Response:
    """Put an option or a scenario forward."""
    if asked.scenario and not asked.note and not asked.purpose:  # from the page "What if"
        return _ask(request, state, asked, None)
    try:
        number, _ = deciding.put_forward(
            state,
            identity,
            option=None if asked.scenario else asked.option,
            scenario=asked.scenario or None,
            title=asked.title,
            purpose=_purpose(asked.purpose),
            note=asked.note,
            half_left_out=asked.half_left_out,
        )
    except (InputError, NotFoundError) as error:
        return _ask(request, state, asked, error)
    return RedirectResponse(f"/decisions/{number}", 303)


def _purpose(text: str) -> Literal["measure", "reservation"]:
    match text:
        case "measure":
            return "measure"
        case "reservation":
            return "reservation"
    raise InputError("choose what the definition is for")


def _ask(request: Request, state: State, asked: Put, error: LocalareaError | None) -> HTMLResponse:
    values: dict[str, Any] = {"asked": asked, "fault": str(error or ""), "changed": None}
    values["target"] = "note" if asked.purpose else "purpose"
    if isinstance(error, InputError) and error.parameter == "half_left_out":
        values["target"] = error.parameter
    values["mandate"] = state.council.mandate_area
    values |= candidates.to_put_forward(state)
    if asked.scenario:
        made = candidates.candidate(state, None, asked.scenario)
        values["changed"] = made.title
    return render(
        request, "decisions-new.html", values, status_code=status_of(error) if error else 200
    )


@router.get("/decisions/{number}", response_class=HTMLResponse, dependencies=SEE)
def proposal(request: Request, state: TheState, number: Number) -> HTMLResponse:
    """Show a proposal: its figures, what was said, and what can be done."""
    return _show(request, state, number, None)


def _show(
    request: Request, state: State, number: int, error: LocalareaError | None
) -> HTMLResponse:
    found = deciding.proposal_of(state, number)
    values = {"proposal": found, "fault": str(error or ""), **_area(state, found)}
    return render(
        request, "decisions-one.html", values, status_code=status_of(error) if error else 200
    )


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


@router.post("/decisions/{number}/comment", response_class=HTMLResponse)
def comment(
    request: Request,
    state: TheState,
    identity: Annotated[Identity, Depends(require("comment"))],
    number: Number,
    text: Text = "",
) -> Response:
    """Comment on a proposal."""
    actor, said = identity.actor("comment"), candidates.tidy(text)
    try:
        proposals.comment(state.database, number, said, actor=actor, now=clock.now())
    except InputError as error:
        return _show(request, state, number, error)
    return RedirectResponse(f"/decisions/{number}", 303)


@router.post("/decisions/{number}/return", response_class=HTMLResponse)
def return_(
    request: Request,
    state: TheState,
    identity: Annotated[Identity, Depends(require("return"))],
    number: Number,
    text: Text = "",
) -> Response:
    """Return a proposal with what is to be changed."""
    return _close(request, state, identity, number, text, "return")


@router.post("/decisions/{number}/withdraw", response_class=HTMLResponse)
def withdraw(
    request: Request,
    state: TheState,
    identity: Annotated[Identity, Depends(require("withdraw_proposal"))],
    number: Number,
    text: Text = "",
) -> Response:
    """Withdraw a proposal."""
    return _close(request, state, identity, number, text, "withdraw_proposal")


def _close(
    request: Request,
    state: State,
    identity: Identity,
    number: int,
    text: str,
    act: Literal["return", "withdraw_proposal"],
) -> Response:
    actor, said = identity.actor(act), candidates.tidy(text)
    try:
        proposals.close_proposal(
            state.database, number, said, act=act, actor=actor, now=clock.now()
        )
    except (InputError, ConflictError) as error:
        return _show(request, state, number, error)
    return RedirectResponse(f"/decisions/{number}", 303)


@router.get("/decisions/{number}/approve", response_class=HTMLResponse)
def approving(
    request: Request,
    state: TheState,
    _identity: Annotated[Identity, Depends(require("approve"))],
    number: Number,
) -> HTMLResponse:
    """Show the form of an approval."""
    today = clock.now().date()
    found = deciding.proposal_of(state, number)
    taken = state.definitions.ids()
    stem = f"{state.council.key}-{found['purpose']}-{today.year}."
    number_of_it = next(n for n in range(1, 10_000) if f"{stem}{n}" not in taken)
    form = Approving(id=f"{stem}{number_of_it}", title=found["title"])
    return _form(request, state, found, form, None)


@router.post("/decisions/{number}/approve", response_class=HTMLResponse)
def approve(
    request: Request,
    state: TheState,
    identity: Annotated[Identity, Depends(require("approve"))],
    number: Number,
    form: Annotated[Approving, Form()],
) -> Response:
    """Show exactly what will be decided; then decide it."""
    found = deciding.proposal_of(state, number)
    try:
        if form.step == "change":
            return _form(request, state, found, form, None)
        decided = form.decision()
        if form.step != "decide":
            return _confirm(request, state, identity, found, form, decided)
        try:
            made = deciding.approve(state, identity, number, decided)
        except ConflictError as error:
            if error.parameter != "seen":
                raise
            return _confirm(request, state, identity, found, form, decided, error)
    except (InputError, ConflictError, NotFoundError) as error:
        return _form(request, state, found, form, error)
    return RedirectResponse(f"/definitions/{made.definition.id}", 303)


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
    }
    return render(
        request,
        "decisions-confirm.html",
        values | _area(state, found, decided),
        status_code=status_of(error) if error else 200,
    )


_BOXES: Final = {
    "borderline minutes": "borderline_min",
    "borderline distance": "borderline_m",
    "say why it begins": "backdated_because",
    "half of the mandate": "half_left_out",
    "say why it leaves": "half_left_out",
    "the first day": "from-day",
    "the last day": "to-day",
    "enter the reasons": "reasons",
    "minute that gives": "minute_reference",
}


def _box_of(fault: str) -> str:
    """Return the box that a fault is about, to lead there from the summary; else the first."""
    return next((box for words, box in _BOXES.items() if words in fault), "id")


def _form(
    request: Request,
    state: State,
    found: dict[str, Any],
    form: Approving,
    error: LocalareaError | None,
) -> HTMLResponse:
    kept = [
        k.definition
        for k in state.definitions.kept()
        if k.end is None
        and k.superseded_by is None
        and k.definition.purpose == found["purpose"]
        and k.first_day_for(found["council"]) is not None
    ]
    values = {"proposal": found, "form": form, "kept": kept, "fault": str(error or "")}
    values["target"] = _box_of(str(error or ""))
    return render(
        request,
        "decisions-approve.html",
        values | {"mandate": state.council.mandate} | _area(state, found),
        status_code=status_of(error) if error else 200,
    )


@router.get("/audit", response_class=HTMLResponse, dependencies=SEE)
def audit(request: Request, state: TheState, cursor: Cursor = None) -> HTMLResponse:
    """Show the log, and whether it is complete and unchanged."""
    report = deciding.verified(state)
    with state.database.reading() as connection:
        found = list_entries(connection, before=cursor, count=_SHOWN + 1)
    after = found[_SHOWN - 1]["seq"] if len(found) > _SHOWN else None
    values = {"report": report, "entries": found[:_SHOWN], "next": after}
    return render(request, "audit.html", values)
