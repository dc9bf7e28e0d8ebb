"""Take the register out as tables, and take tables in: first looked at, then entered whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from localarea.contracts.exchange.columns import TABLES
from localarea.contracts.terms_notes import notes_on_terms
from localarea.errors import LocalareaError, TableFaultsError
from localarea.service.api.files.files import TheRunner
from localarea.service.auth.identity import TheState
from localarea.service.contract_exchange import (
    Ending,
    carried,
    entered,
    exported,
    planned,
    read_carried,
    seal_of,
)
from localarea.service.files.returns import MOST_MB, read_tables, require_fit
from localarea.service.http.errors import status_of
from localarea.service.pages.contracts.contract_words import attached
from localarea.service.pages.contracts.contracts import Measurer, private
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render

if TYPE_CHECKING:
    from localarea.contracts.exchange.entering import Taken
    from localarea.contracts.exchange.files import ReadTable
    from localarea.contracts.model import Contract
    from localarea.service.auth.identity import Identity
    from localarea.service.state.state import State

router = APIRouter()
_TERMS = ("title", "supplier", "department", "value", "first_day", "last_day", "definition", "rule")
_FAULTS = (409, 413, 422)  # of what was sent, which the form shows


@router.get("/import-contracts", response_class=HTMLResponse)
def ask(request: Request, who: Measurer) -> HTMLResponse:
    """Show the form for tables, and the downloads."""
    return _page(request, {})


@router.get("/export-contracts.{ending}", response_class=Response)
def export(
    state: TheState, who: Measurer, ending: Ending, public: Annotated[bool, Query()] = False
) -> Response:
    """Return the register as tables; unless public, with the exact figures of every return."""
    content = exported(state, who, ending, internal=not public)
    return attached(content, f"register.{ending}", ending)


@router.post("/import-contracts", response_class=HTMLResponse)
def look(
    request: Request,
    state: TheState,
    runner: TheRunner,
    who: Measurer,
    file: Annotated[list[UploadFile] | None, File()] = None,
) -> HTMLResponse:
    """Show what would be entered of the tables, or all that is wrong with them."""
    try:
        tables = read_tables(runner, require_fit(file or [], what="tables of the register"))
        return _preview(request, state, tables)
    except LocalareaError as error:
        return _refused(request, error)


@router.post("/import-contracts/enter", response_class=HTMLResponse)
def enter(
    request: Request,
    state: TheState,
    who: Measurer,
    tables: Annotated[str, Form(max_length=1_100_000)] = "",
    seen: Annotated[str, Form(max_length=64)] = "",
) -> HTMLResponse:
    """Enter what was looked at, all of it; if it has changed since, show it again."""
    try:
        read = read_carried(tables)
        _, plan = planned(state, read)
        if seal_of(plan) != seen:
            return _preview(request, state, read, again=True)
        return _done(request, state, who, read)
    except LocalareaError as error:
        return _refused(request, error)


def _done(request: Request, state: State, who: Identity, tables: list[ReadTable]) -> HTMLResponse:
    return _page(request, {"done": [_line(state, one) for one in entered(state, who, tables)]})


def _preview(
    request: Request, state: State, tables: list[ReadTable], *, again: bool = False
) -> HTMLResponse:
    found, plan = planned(state, tables)
    values = {
        "plan": [_line(state, one) for one in plan],
        "new": sum(one.result != "unchanged" for one in plan),
        "read_only": found.read_only,
        "carried": carried(tables),
        "seen": seal_of(plan),
        "again": again,
    }
    return _page(request, values, status=409 if again else 200)


def _line(state: State, one: Taken) -> dict[str, Any]:
    changes = _changes(one.before, one.contract) if one.before and one.contract else []
    notes = notes_on_terms(one.contract, state.definitions) if one.contract else []
    return {"one": one, "changes": changes if one.result == "corrected" else [], "notes": notes}


def _changes(before: Contract, after: Contract) -> list[tuple[str, str, str]]:
    """List what a correction changes: the name, what it was and what it becomes."""
    old, new = before.as_document(), after.as_document()
    told = [
        (name.replace("_", " "), str(old[name]), str(new[name]))
        for name in _TERMS
        if old[name] != new[name]
    ]
    for name in ("pledges", "milestones"):
        gone = [one for one in old[name] if one not in new[name]]
        come = [one for one in new[name] if one not in old[name]]
        if gone or come:
            told.append((name, _said(gone), _said(come)))
    return told


def _said(parts: list[dict[str, str]]) -> str:
    return "; ".join(" ".join(part.values()) for part in parts) or "none"


def _refused(request: Request, error: LocalareaError) -> HTMLResponse:
    status = status_of(error)
    if status not in _FAULTS:
        raise error
    if isinstance(error, TableFaultsError):
        count = len(error.places) + error.more
        said = f"{count:,} {'thing is' if count == 1 else 'things are'} wrong in the files"
        faults = [Fault(f"{said}. Nothing has been entered", "file")]
        return _page(
            request, {"faults": faults, "places": error.places, "more": error.more}, status=status
        )
    return _page(request, {"faults": [Fault.said(str(error), "file")]}, status=status)


def _page(request: Request, values: dict[str, Any], *, status: int = 200) -> HTMLResponse:
    known: dict[str, Any] = {
        "faults": [], "places": [], "more": 0, "plan": None, "done": None, "limit_mb": MOST_MB,
        "tables": TABLES,
    }  # fmt: skip
    return private(
        render(request, "import-contracts.html", {**known, **values}, status_code=status)
    )
