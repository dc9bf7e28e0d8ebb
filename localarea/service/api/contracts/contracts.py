"""The register of contracts: pledges, returns and what was delivered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Path, Query, UploadFile

from localarea.contracts.acceptance import decide
from localarea.contracts.freezing import freeze
from localarea.contracts.model import MOST_REFERENCE, parse_contract
from localarea.contracts.monitoring import Group, grouped, valued
from localarea.contracts.progress import progress
from localarea.contracts.reading import (
    contract_document,
    kpi_document,
    notes_on,
    plain,
    return_document,
)
from localarea.contracts.recounting import notes_on_recounting
from localarea.contracts.register import enter_contract, returns, versions
from localarea.contracts.standing import INDICATOR
from localarea.contracts.terms_notes import notes_on_terms
from localarea.contracts.value.worth import held_proxies
from localarea.measures.exports import NOT_TO_BE_SHARED, SHAREABLE
from localarea.service.api.contracts.contract_models import (
    ContractIn,
    ContractOut,
    Contracts,
    ContractWithMeasures,
    DecisionIn,
    Indicator,
    ReturnOut,
    Returns,
    ReturnSent,
)
from localarea.service.api.files.files import TheRunner
from localarea.service.auth.identity import Identity, TheState, require
from localarea.service.http.errors import problems
from localarea.service.own_contracts import (
    own_contract,
    own_contracts,
    returns_by_reference,
    series_for,
    take_return,
)
from localarea.service.state import clock

router = APIRouter(tags=["Contracts"])
Deliverer = Annotated[Identity, Depends(require("deliver"))]
Measurer = Annotated[Identity, Depends(require("measure"))]
Reference = Annotated[
    str, Path(max_length=MOST_REFERENCE, description="The `reference` of a contract.")
]


@router.get("/contracts", response_model=Contracts, responses=problems(401, 403, 503))
def list_contracts(state: TheState, who: Deliverer) -> dict[str, Any]:
    """List the contracts on the register: all, or for a supplier its own."""
    with state.database.reading() as connection:
        found = own_contracts(connection, state, who)
    known = state.definitions
    return {
        "contracts": [contract_document(one, notes_on_terms(one.contract, known)) for one in found]
    }


@router.post(
    "/contracts",
    status_code=201,
    response_model=ContractOut,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def add_contract(state: TheState, who: Measurer, asked: ContractIn) -> dict[str, Any]:
    """Enter a contract, or a correction of one. The definition and rule are frozen from then on."""
    stated = asked.model_dump(exclude={"supersedes"})
    stated["milestones"] = [one.model_dump(exclude_none=True) for one in asked.milestones]
    contract = freeze(parse_contract(stated), state.definitions, council=state.council.key)
    kept = enter_contract(
        state.database,
        contract,
        council=state.council.key,
        actor=who.acting("measure"),
        now=clock.now(),
        supersedes=asked.supersedes,
    )
    with state.database.reading() as connection:
        entered = versions(connection, contract.reference)
        sent = returns(connection, contract.reference)
    notes = notes_on_terms(contract, state.definitions) + notes_on_recounting(entered, sent)
    return contract_document(kept, notes)


@router.get(
    "/contracts/{reference}",
    response_model=ContractWithMeasures,
    responses=problems(401, 403, 404, 422, 503),
)
def show_contract(
    state: TheState,
    who: Deliverer,
    reference: Reference,
    internal: Annotated[
        bool,
        Query(description="Show small counts, which must not be shared. A supplier's always are."),
    ] = False,
) -> dict[str, Any]:
    """Show a contract, what was pledged and what was delivered, with small counts withheld."""
    inside = internal or not who.may("measure")
    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
        sent = returns(connection, kept.contract.reference)
        entered = versions(connection, kept.contract.reference)
    found = progress(
        series_for(state, who, internal=inside),
        kept.contract,
        sent,
        on=clock.day(),
        priority=state.council.priority_measures,
        internal=inside,
    )
    privacy = NOT_TO_BE_SHARED if inside else SHAREABLE
    notes = notes_on_terms(kept.contract, state.definitions) + notes_on_recounting(entered, sent)
    return {**plain(found), **contract_document(kept, notes), "privacy": privacy}


@router.get(
    "/contracts/{reference}/returns",
    response_model=Returns,
    responses=problems(401, 403, 404, 422, 503),
)
def list_returns(state: TheState, who: Deliverer, reference: Reference) -> dict[str, Any]:
    """List every version of every return: its receipt and state, without figures."""
    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
        found = returns(connection, kept.contract.reference)
    return {"returns": [return_document(one) for one in found]}


@router.post(
    "/contracts/{reference}/returns",
    status_code=201,
    response_model=ReturnSent,
    responses=problems(400, 401, 403, 404, 409, 413, 422, 503),
)
def send_return(
    state: TheState,
    runner: TheRunner,
    who: Deliverer,
    reference: Reference,
    quarter: Annotated[
        str, Form(max_length=20, description="Quarter of the return, such as `2026-27 Q1`.")
    ],
    file: Annotated[
        list[UploadFile], File(description="All returns of the quarter: CSV, TSV or XLSX.")
    ],
) -> dict[str, Any]:
    """
    Count the return of a quarter and keep its figures; it supersedes an earlier one.

    What a supplier sends counts once it is accepted.
    """
    with state.database.reading() as connection:
        kept = own_contract(connection, state, who, reference)
    entered, names = take_return(state, runner, who, kept, quarter, file)
    return {**return_document(entered), "notes": notes_on(entered, names)}


@router.post(
    "/contracts/{reference}/returns/{quarter}/{version}/decision",
    response_model=ReturnOut,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def decide_return(
    state: TheState,
    who: Measurer,
    reference: Reference,
    quarter: Annotated[str, Path(max_length=20, description="Quarter of the return.")],
    version: Annotated[int, Path(ge=1, le=1_000_000, description="Version that was looked at.")],
    asked: DecisionIn,
) -> dict[str, Any]:
    """Accept what a supplier sent, so that it counts, or send it back with a comment."""
    with state.database.reading() as connection:
        own_contract(connection, state, who, reference)
    decided = decide(
        state.database,
        reference,
        quarter,
        version,
        asked.state,
        comment=asked.comment,
        actor=who.acting("measure"),
        now=clock.now(),
    )
    return return_document(decided)


@router.get("/kpi", response_model=Indicator, responses=problems(401, 403, 422, 503))
def show_indicator(
    state: TheState,
    who: Measurer,
    measure: Annotated[
        str,
        Query(
            max_length=20,
            description="Reference of a measure; by default the share of contract spend that is "
            "local.",
        ),
    ] = INDICATOR,
    by: Annotated[
        Group | None,
        Query(description="Add every measure up by this as well, in `groups`."),
    ] = None,
    internal: Annotated[
        bool, Query(description="Show small counts, which must not be shared.")
    ] = False,
) -> dict[str, Any]:
    """Show a measure over all contracts by quarter: a series under each definition."""
    series = series_for(state, who, internal=internal)
    document = kpi_document(series, measure, internal=internal)
    with state.database.reading() as connection:
        held = held_proxies(connection, state.council.key)
    worth = held.proxies if held else None
    said = {"edition": worth.edition, "source": worth.source} if worth else None
    if by is None:
        return {**document, "groups": [], "proxies": said}
    _, sent = returns_by_reference(state)
    lines = grouped(series, sent, by=by, on=clock.day(), internal=internal)
    return {**document, "groups": plain(valued(lines, worth)), "proxies": said}
