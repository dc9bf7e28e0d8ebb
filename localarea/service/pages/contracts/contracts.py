"""The pages of contracts: the list, one of them with its progress, and its figures to download."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from localarea.contracts.exports import contract_table
from localarea.contracts.model import MOST_REFERENCE
from localarea.contracts.progress import progress
from localarea.contracts.quarters import quarter_days
from localarea.contracts.reading import contract_document
from localarea.contracts.recounting import notes_on_recounting
from localarea.contracts.register import returns, versions
from localarea.contracts.terms_notes import notes_on_terms
from localarea.decisions import api_keys
from localarea.decisions.supplier_access import accesses, end_access, let_person_in
from localarea.errors import InputError, NotAllowedError
from localarea.service.auth.identity import Identity, TheState, require
from localarea.service.own_contracts import own_contract, own_contracts, series_for
from localarea.service.pages.contracts.contract_words import TAGS, download
from localarea.service.pages.forms import Fault
from localarea.service.pages.rendering import render
from localarea.service.state import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.contracts.kept import KeptContract
    from localarea.service.state.state import State

router = APIRouter()
Deliverer = Annotated[Identity, Depends(require("deliver"))]
Measurer = Annotated[Identity, Depends(require("measure"))]
Reference = Annotated[str, Path(max_length=MOST_REFERENCE)]
Public = Annotated[bool, Query()]
_YEAR_DAYS: Final = 365


@router.get("/contracts", response_class=HTMLResponse)
def list_contracts(request: Request, state: TheState, who: Deliverer) -> HTMLResponse:
    """List the contracts that one may see."""
    today = clock.day()
    with state.database.reading() as connection:
        kept = own_contracts(connection, state, who)
        sent = {k.contract.reference: returns(connection, k.contract.reference) for k in kept}
    series = series_for(state, who, internal=True)
    rows = [
        (one, progress(series, one.contract, sent[one.contract.reference], on=today, internal=True))
        for one in kept
    ]
    values = {"rows": rows, "tags": TAGS, "code": "" if who.key else who.subject}
    return private(render(request, "contracts.html", values))


@router.get("/contracts/{reference}", response_class=HTMLResponse)
def show_contract(
    request: Request, state: TheState, who: Deliverer, reference: Reference, public: Public = False
) -> HTMLResponse:
    """Show a contract: terms, pledges against what was delivered, returns, and who may send."""
    return contract_page(request, state, who, reference, public=public)


@router.get("/contracts/{reference}/figures.{ending}", response_class=Response)
def figures(
    state: TheState,
    who: Deliverer,
    reference: Reference,
    ending: Literal["csv", "xlsx"],
    public: Public = False,
) -> Response:
    """Return the figures of a contract as a file."""
    inside = not (public and who.may("measure"))
    kept, found = _progress(state, who, reference, internal=inside)
    table = contract_table(contract_document(kept), found["measures"])
    return download(table, f"contract-{kept.contract.reference}", ending, internal=inside)


@router.post("/contracts/{reference}/access", response_class=HTMLResponse)
def let_in(
    request: Request,
    state: TheState,
    who: Measurer,
    reference: Reference,
    name: Annotated[str, Form(max_length=200)] = "",
    person: Annotated[str, Form(max_length=400)] = "",
    days: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Create a key for the supplier, which is shown this once, or admit a person by their code."""
    if who.via == "key":
        raise NotAllowedError("key", "let_suppliers_in", ["checker, analyst or approver, a person"])
    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
    asked = {"name": name, "person": person, "days": days}
    try:
        made = _give_access(state, who, kept.contract.reference, asked)
    except InputError as error:
        return contract_page(
            request, state, who, reference, faults=_access_faults(error), asked=asked, status=422
        )
    if not made:
        return RedirectResponse(f"/contracts/{reference}#access", 303)
    return contract_page(request, state, who, reference, made=made)


def _give_access(state: State, who: Identity, reference: str, asked: dict[str, str]) -> str:
    """Grant access, and return the key if it is by one."""
    days = int(asked["days"]) if asked["days"].strip().isdecimal() else 0
    actor, now = who.acting("measure"), clock.now()
    if asked["person"].strip() and asked["name"].strip():
        raise InputError("fill in either the name of a key or a code", parameter="name")
    if asked["person"].strip():
        let_person_in(state.database, asked["person"], reference, days=days, actor=actor, now=now)
        return ""
    _, made = api_keys.make(
        state.database, name=asked["name"], roles=["supplier"], days=days, actor=actor,
        now=now, contracts=[reference],
    )  # fmt: skip
    return made


def _access_faults(error: InputError) -> list[Fault]:
    named = getattr(error, "parameter", "")
    return [
        Fault.said(text, named or ("days" if "days" in text else "name"))
        for text in str(error).split("; ")
    ]


@router.post("/contracts/{reference}/access/end", response_class=HTMLResponse)
def shut_out(
    request: Request,
    state: TheState,
    who: Measurer,
    reference: Reference,
    holder: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """End a supplier's access to a contract."""
    with state.database.reading() as connection:
        own_contract(connection, state, who, reference)
    end_access(state.database, holder, reference, actor=who.acting("measure"), now=clock.now())
    request.app.state.admission.keys.forget()
    return RedirectResponse(f"/contracts/{reference}#access", 303)


def contract_page(
    request: Request,
    state: State,
    who: Identity,
    reference: str,
    *,
    public: bool = False,
    made: str = "",
    faults: Sequence[Fault] = (),
    asked: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Render the page of a contract."""
    inside = not (public and who.may("measure"))
    kept, found = _progress(state, who, reference, internal=inside)
    with state.database.reading() as connection:
        sent = returns(connection, reference)
        entered = versions(connection, reference)
        let = accesses(connection, reference, today=state.today) if who.may("measure") else []
    newest = {one.counted.quarter: one for one in sent}
    values = {
        "kept": kept,
        "contract": kept.contract,
        "found": found,
        "notes": notes_on_terms(kept.contract, state.definitions)
        + notes_on_recounting(entered, sent),
        "newest": newest,
        "entered": entered,
        "accesses": let,
        "internal": inside,
        "shown": any(one["withheld"] or one["delivered"] is not None for one in found["measures"]),
        "manager": who.may("measure"),
        "tags": TAGS,
        "in_post": _in_post(found) if inside else {},
        "made": made,
        "faults": list(faults),
        "asked": asked or {"name": "", "person": "", "days": "90"},
        "last_day": clock.day() + timedelta(days=90),
    }
    return private(render(request, "contract.html", values, status_code=status))


def _progress(
    state: State, who: Identity, reference: str, *, internal: bool
) -> tuple[KeptContract, dict[str, Any]]:
    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
        sent = returns(connection, reference)
    found = progress(
        series_for(state, who, internal=internal),
        kept.contract,
        sent,
        on=clock.day(),
        priority=state.council.priority_measures,
        internal=internal,
    )
    return kept, found


def _in_post(found: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Return how many full-timers in post on average each FTE of a quarter stands for."""
    told = {}
    for line in (line for line in found["measures"] if line["unit"] == "FTE"):
        for part in (part for part in line["by_quarter"] if part["delivered"]):
            first, last = quarter_days(part["quarter"])
            days = (last - first).days + 1
            told[line["measure"], part["quarter"]] = f"{part['delivered'] * _YEAR_DAYS / days:.1f}"
    return told


def private(page: HTMLResponse) -> HTMLResponse:
    """Forbid caches to keep a page that shows small counts."""
    page.headers["Cache-Control"] = "private, no-store"
    return page
