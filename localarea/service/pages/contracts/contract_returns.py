"""Send the return of a quarter, see what was counted and refused, accept it or send it back."""

from __future__ import annotations

import tempfile
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.contracts.acceptance import decide
from localarea.contracts.counting import require_quarter
from localarea.contracts.quarters import quarter_days
from localarea.contracts.reading import (
    faults_of,
    notes_on,
    notes_on_figures,
    notes_on_rows,
    say_rows,
    unknown_in,
)
from localarea.contracts.register import returns
from localarea.contracts.standing import series_of, standing
from localarea.errors import InputError, LocalareaError, NotFoundError
from localarea.measures.columns import RETURNS
from localarea.service.api.files.files import TheRunner
from localarea.service.auth.identity import TheState
from localarea.service.files.returns import MOST_MB
from localarea.service.http.errors import status_of
from localarea.service.own_contracts import count_sent, own_contract, take_return
from localarea.service.pages.contracts.contract_words import TAGS, attached
from localarea.service.pages.contracts.contracts import Deliverer, Measurer, Reference, private
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render
from localarea.service.state import clock

if TYPE_CHECKING:
    from localarea.contracts.kept import KeptContract, KeptReturn
    from localarea.service.auth.identity import Identity
    from localarea.service.state.state import State

router = APIRouter(prefix="/contracts/{reference}/returns")
Quarter = Annotated[str, Path(max_length=20)]
Version = Annotated[int, Path(ge=1, le=1_000_000)]
_KINDS: Final = tuple(kind for kind in RETURNS if kind != "targets")  # which are the pledges
_TOLD: Final = (409, 413, 422)  # faults of what was sent, which the form shows


@router.get("/{quarter}", response_class=HTMLResponse)
def ask(
    request: Request, state: TheState, who: Deliverer, reference: Reference, quarter: Quarter
) -> HTMLResponse:
    """Show the form for the return of a quarter, and what was sent of it."""
    return _form(request, state, who, reference, quarter)


@router.get("/{quarter}/return.xlsx", response_class=Response)
def template(state: TheState, who: Deliverer, reference: Reference, quarter: Quarter) -> Response:
    """Return the workbook to fill in for a quarter."""
    from localarea.measures.guided_template import write_guided

    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
    require_quarter(kept.contract, quarter)
    first, last = quarter_days(quarter)
    period = max(first, kept.contract.first_day), min(last, kept.contract.last_day)
    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        path = FilePath(folder) / "return.xlsx"
        write_guided(path, contract=reference, quarter=quarter, period=period, kinds=_KINDS)
        name = f"return-{reference}-{quarter.replace(' ', '-')}.xlsx"
        return attached(path.read_bytes(), name, "xlsx")


@router.post("/{quarter}", response_class=HTMLResponse)
def send(
    request: Request,
    state: TheState,
    runner: TheRunner,
    who: Deliverer,
    reference: Reference,
    quarter: Quarter,
    file: Annotated[list[UploadFile] | None, File()] = None,
    act: Annotated[Literal["send", "check"], Form()] = "send",
) -> Response:
    """Count a return and keep its figures, or say only what is wrong with its rows."""
    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
    require_quarter(kept.contract, quarter)
    try:
        if act == "check":
            counted, names = count_sent(state, runner, kept, quarter, file or [])
            notes = notes_on_rows(counted, names)
            return _form(request, state, who, reference, quarter, notes=notes)
        entered, names = take_return(state, runner, who, kept, quarter, file or [])
    except LocalareaError as error:
        status = status_of(error)
        if status not in _TOLD:
            raise
        faults = [Fault.said(str(error), "file")]
        return _form(request, state, who, reference, quarter, faults=faults, status=status)
    return _version_page(request, state, who, kept, entered, notes=notes_on(entered, names))


@router.get("/{quarter}/{version}", response_class=HTMLResponse)
def show_version(
    request: Request,
    state: TheState,
    who: Deliverer,
    reference: Reference,
    quarter: Quarter,
    version: Version,
) -> HTMLResponse:
    """Show what was counted of a return, what was refused and why, and how it was decided."""
    kept, found = _found(state, who, reference, quarter, version)
    return _version_page(request, state, who, kept, found)


@router.post("/{quarter}/{version}/decision", response_class=HTMLResponse)
def decide_return(
    request: Request,
    state: TheState,
    who: Measurer,
    reference: Reference,
    quarter: Quarter,
    version: Version,
    decision: Annotated[str, Form(max_length=20)] = "",
    comment: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Accept a return, or send it back with a comment."""
    kept, found = _found(state, who, reference, quarter, version)
    try:
        decide(
            state.database,
            reference,
            quarter,
            version,
            _require_decision(decision),
            comment=comment,
            actor=who.acting("measure"),
            now=clock.now(),
        )
    except InputError as error:
        faults = [Fault.said(str(error), getattr(error, "parameter", "") or "comment")]
        typed = {"comment": comment, "decision": decision}
        return _version_page(
            request, state, who, kept, found, faults=faults, typed=typed, status=422
        )
    return RedirectResponse(f"/contracts/{reference}", 303)


def _require_decision(text: str) -> Literal["accepted", "returned"]:
    if text == "accepted":
        return "accepted"
    if text == "returned":
        return "returned"
    raise InputError("choose whether to accept the return", parameter="decision")


def _found(
    state: State, who: Identity, reference: str, quarter: str, version: int
) -> tuple[KeptContract, KeptReturn]:
    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
        for one in returns(connection, reference):
            if (one.counted.quarter, one.version) == (quarter, version):
                return kept, one
    raise NotFoundError(f"the contract has no version {version} of a return of {quarter!r}")


def _form(
    request: Request,
    state: State,
    who: Identity,
    reference: str,
    quarter: str,
    *,
    faults: list[Fault] | None = None,
    notes: list[str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
        sent = [one for one in returns(connection, reference) if one.counted.quarter == quarter]
    require_quarter(kept.contract, quarter)
    values = {
        "contract": kept.contract,
        "quarter": quarter,
        "days": quarter_days(quarter),
        "sent": sent,
        "tags": TAGS,
        "faults": faults or [],
        "notes": notes,
        "limit_mb": MOST_MB,
        "supplier": not who.may("measure"),
    }
    return private(render(request, "contract-return.html", values, status_code=status))


def _version_page(
    request: Request,
    state: State,
    who: Identity,
    kept: KeptContract,
    found: KeptReturn,
    *,
    notes: list[str] | None = None,
    faults: list[Fault] | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    quarter, reference = found.counted.quarter, kept.contract.reference
    with state.database.reading() as connection:
        newest = [one for one in returns(connection, reference) if one.counted.quarter == quarter]
    values = {
        "contract": kept.contract,
        "quarter": quarter,
        "one": found,
        "newest": newest[-1].version if newest else found.version,
        "figures": _figures(kept, found),
        "refused": [_told(line) for line in faults_of(found.counted) if not line["apart"]],
        "apart": [_told(line) for line in faults_of(found.counted) if line["apart"]],
        "unknown": [_told(line) for line in unknown_in(found.counted)],
        "sent_now": notes is not None,
        "told": notes_on_figures(found),
        "tags": TAGS,
        "faults": faults or [],
        "typed": typed or {"comment": "", "decision": ""},
        "manager": who.may("measure"),
    }
    return private(render(request, "contract-version.html", values, status_code=status))


def _told(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "said": say_rows(line["rows"])}


def _figures(kept: KeptContract, found: KeptReturn) -> list[dict[str, Any]]:
    """Return the figures of one return beside what was pledged for its quarter."""
    quarter, reference = found.counted.quarter, kept.contract.reference
    alone = series_of([kept.contract], {(reference, quarter): found.counted.figures})
    lines = standing(alone, reference, internal=True)
    return [
        {**line, **part}
        for line in lines
        for part in line["by_quarter"]
        if part["quarter"] == quarter and part["delivered"] is not None
    ]
