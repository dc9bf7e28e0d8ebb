"""The register of contracts: pledges, returns and what was delivered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Path, Query, UploadFile

from localarea.contracts.counting import count_return, require_quarter
from localarea.contracts.freezing import freeze
from localarea.contracts.model import MOST_REFERENCE, parse_contract
from localarea.contracts.reading import (
    contract_document,
    contract_standing,
    kpi_document,
    notes_on,
    return_document,
)
from localarea.contracts.register import (
    contracts,
    enter_contract,
    enter_return,
    find_contract,
    returns,
)
from localarea.contracts.standing import INDICATOR
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.measures.exports import SHAREABLE
from localarea.service import clock
from localarea.service.api.contract_models import (
    ContractIn,
    ContractOut,
    Contracts,
    ContractWithMeasures,
    Indicator,
    Returns,
    ReturnSent,
)
from localarea.service.api.files import TheRunner
from localarea.service.auth.identity import Identity, TheState, require
from localarea.service.errors import problems
from localarea.service.files.returns import read_sent, require_fit

router = APIRouter(tags=["Contracts"], dependencies=[Depends(require("measure"))])
Measurer = Annotated[Identity, Depends(require("measure"))]
Reference = Annotated[
    str, Path(max_length=MOST_REFERENCE, description="The `reference` of a contract.")
]


@router.get("/contracts", response_model=Contracts, responses=problems(401, 403, 503))
def list_contracts(state: TheState) -> dict[str, Any]:
    """List the contracts on the register."""
    with state.database.reading() as connection:
        found = contracts(connection, council=state.council.key)
    return {"contracts": [contract_document(kept) for kept in found]}


@router.post(
    "/contracts",
    status_code=201,
    response_model=ContractOut,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def add_contract(state: TheState, who: Measurer, asked: ContractIn) -> dict[str, Any]:
    """Enter a contract, or a correction of one. The definition and rule are frozen from then on."""
    stated = asked.model_dump(exclude={"supersedes"})
    contract = freeze(parse_contract(stated), state.definitions, council=state.council.key)
    kept = enter_contract(
        state.database,
        contract,
        council=state.council.key,
        actor=who.acting("measure"),
        now=clock.now(),
        supersedes=asked.supersedes,
    )
    return contract_document(kept)


@router.get(
    "/contracts/{reference}",
    response_model=ContractWithMeasures,
    responses=problems(401, 403, 404, 422, 503),
)
def show_contract(state: TheState, reference: Reference) -> dict[str, Any]:
    """Show a contract, what was pledged and what was delivered, with small counts withheld."""
    council = state.council
    with state.database.reading() as connection:
        kept = find_contract(connection, reference, council=council.key)
        lines = contract_standing(connection, kept, priority=council.priority_measures)
    return {**contract_document(kept), "measures": lines, "privacy": SHAREABLE}


@router.get(
    "/contracts/{reference}/returns",
    response_model=Returns,
    responses=problems(401, 403, 404, 422, 503),
)
def list_returns(state: TheState, reference: Reference) -> dict[str, Any]:
    """List every version of every return: its receipt, without figures."""
    with state.database.reading() as connection:
        kept = find_contract(connection, reference, council=state.council.key)
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
    who: Measurer,
    reference: Reference,
    quarter: Annotated[
        str, Form(max_length=20, description="Quarter of the return, such as `2026-27 Q1`.")
    ],
    file: Annotated[
        list[UploadFile], File(description="All returns of the quarter: CSV, TSV or XLSX.")
    ],
) -> dict[str, Any]:
    """Count the return of a quarter and keep its figures; it supersedes an earlier one."""
    with state.database.reading() as connection:
        kept = find_contract(connection, reference, council=state.council.key)
    require_quarter(kept.contract, quarter)
    sent = require_fit(file)
    classifier = state.classifier(BoundaryChoice(definition=kept.contract.definition))
    tables, hashes = read_sent(runner, sent)
    counted = count_return(kept.contract, quarter, tables, hashes, classifier)
    entered = enter_return(
        state.database, kept, counted, actor=who.acting("measure"), now=clock.now()
    )
    notes = notes_on(entered, [table.file for table in tables])
    return {**return_document(entered), "notes": notes}


@router.get("/kpi", response_model=Indicator, responses=problems(401, 403, 422, 503))
def show_indicator(
    state: TheState,
    measure: Annotated[
        str,
        Query(
            max_length=20,
            description="Reference of a measure; by default the share of contract spend that is "
            "local.",
        ),
    ] = INDICATOR,
) -> dict[str, Any]:
    """Show a measure over all contracts by quarter: a series under each definition."""
    with state.database.reading() as connection:
        return kpi_document(connection, measure, council=state.council.key)
