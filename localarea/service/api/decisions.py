"""Proposals, decisions and the record of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from localarea.service.api.decision_models import (
    HIGHEST,
    PLAIN,
    ApprovalIn,
    Approved,
    Entries,
    Paging,
    ProposalIn,
    ProposalPage,
    ProposalPaging,
    ProposalWhole,
    RefreshChanges,
    RefreshedOut,
    RefreshIn,
    ReportToKeepIn,
    Said,
    Verified,
    WithdrawalIn,
    Withdrawn,
)
from localarea.service.auth.acting import (
    Approves,
    Comments,
    KeepsReport,
    PutsForward,
    Refreshes,
    Returns,
    Withdraws,
    WithdrawsProposal,
)
from localarea.service.auth.identity import TheState, require
from localarea.service.http.errors import problems
from localarea.service.report_jobs import FORMATS, TheReports, report_to_keep
from localarea.service.study import candidates
from localarea.service.study import decision_flow as deciding
from localarea.service.study.definition_refresh import facts_of, look_at_refresh, refresh_definition

if TYPE_CHECKING:
    from localarea.service.state.state import State

router = APIRouter(tags=["Decisions"])

Number = Annotated[int, Path(ge=1, le=HIGHEST, description="Number of the proposal.")]
DefinitionId = Annotated[
    str, Path(max_length=80, pattern=PLAIN, description="Id of the definition.")
]
Sha256 = Annotated[
    str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file, in hexadecimal.")
]
See = Depends(require("view"))
_FAULTS: dict[int | str, dict[str, Any]] = problems(401, 403, 404, 409, 413, 422, 503)
# Of a route that changes a proposal and answers with it.
_CHANGED: dict[str, Any] = {"response_model": ProposalWhole, "responses": _FAULTS}


@router.post("/proposals", status_code=201, **_CHANGED)
def put_forward(
    state: TheState,
    identity: PutsForward,
    reports: TheReports,
    asked: ProposalIn,
) -> dict[str, Any]:
    """Put an option or a scenario forward for approval."""
    what = asked.model_dump()
    what["report"] = report_to_keep(reports, asked.report, state) if asked.report else None
    number, _ = deciding.put_forward(state, identity, **what)
    return _whole(state, number)


@router.get(
    "/proposals",
    response_model=ProposalPage,
    responses=problems(401, 403, 422, 503),
    dependencies=[See],
)
def proposals_page(state: TheState, page: Annotated[ProposalPaging, Query()]) -> dict[str, Any]:
    """List what was put forward, the newest first."""
    found, after = deciding.proposals_page(
        state, status=page.status, before=page.cursor, count=page.limit
    )
    return {"proposals": found, "next": after}


@router.get(
    "/proposals/{number}",
    response_model=ProposalWhole,
    responses=problems(401, 403, 404, 422, 503),
    dependencies=[See],
)
def proposal(state: TheState, number: Number) -> dict[str, Any]:
    """Return a proposal with its comments."""
    return _whole(state, number)


@router.post("/proposals/{number}/comments", status_code=201, **_CHANGED)
def comment(
    state: TheState,
    identity: Comments,
    number: Number,
    said: Said,
) -> dict[str, Any]:
    """Comment on a proposal."""
    deciding.comment(state, identity, number, said.text)
    return _whole(state, number)


@router.post("/proposals/{number}/reports", status_code=201, **_CHANGED)
def keep_report(
    state: TheState,
    identity: KeepsReport,
    reports: TheReports,
    number: Number,
    asked: ReportToKeepIn,
) -> dict[str, Any]:
    """Keep a report to Cabinet with an open proposal. The same sent twice is one."""
    deciding.keep_report(state, identity, number, report_to_keep(reports, asked.reference, state))
    return _whole(state, number)


@router.get(
    "/proposals/{number}/reports/{sha256}",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        **problems(401, 403, 404, 422, 503),
    },
    dependencies=[See],
)
def kept_report(state: TheState, number: Number, sha256: Sha256) -> Response:
    """Return the file of a report that is kept with a proposal."""
    return kept_file(state, number, sha256)


def kept_file(state: State, number: int, sha256: str) -> Response:
    """Answer with the file of a report that is kept with a proposal, for saving."""
    kept, content = deciding.kept_report(state, number, sha256)
    named = f"local-area-report-{kept.dated}-proposal-{number}.{kept.format}"
    return Response(
        content,
        media_type=FORMATS[kept.format],
        headers={"Content-Disposition": f'attachment; filename="{named}"'},
    )


@router.post("/proposals/{number}/return", **_CHANGED)
def return_(
    state: TheState,
    identity: Returns,
    number: Number,
    said: Said,
) -> dict[str, Any]:
    """Return a proposal to whoever put it forward, saying what is to be changed."""
    deciding.close(state, identity, number, said.text, "return")
    return _whole(state, number)


@router.post("/proposals/{number}/withdraw", **_CHANGED)
def withdraw_proposal(
    state: TheState,
    identity: WithdrawsProposal,
    number: Number,
    said: Said,
) -> dict[str, Any]:
    """Withdraw a proposal."""
    deciding.close(state, identity, number, said.text, "withdraw_proposal")
    return _whole(state, number)


@router.post(
    "/proposals/{number}/approve",
    status_code=201,
    response_model=Approved,
    responses=_FAULTS,
)
def approve(
    state: TheState,
    identity: Approves,
    number: Number,
    asked: ApprovalIn,
) -> dict[str, Any]:
    """Approve a proposal as a definition. It takes some seconds; the same sent twice is one."""
    made = deciding.approve(state, identity, number, deciding.Decision(**asked.model_dump()))
    facts = made.definition.as_document() | {"terms_sha256": made.definition.terms_sha256}
    reserved = made.definition.purpose == "reservation"
    note = candidates.NOT_ADVICE if reserved else None
    return facts | {"sha256": made.sha256, "repeated": made.repeated, "note": note}


@router.post(
    "/definitions/{definition_id}/withdraw",
    response_model=Withdrawn,
    responses=_FAULTS,
)
def withdraw(
    state: TheState,
    identity: Withdraws,
    definition_id: DefinitionId,
    asked: WithdrawalIn,
) -> dict[str, Any]:
    """End a definition without another in its place."""
    deciding.withdraw(state, identity, definition_id, asked.reason, asked.on)
    kept = next(k for k in state.definitions.kept() if k.definition.id == definition_id)
    return {"id": definition_id, "ended_on": asked.on.isoformat(), "last_day": kept.last_day}


@router.get(
    "/definitions/{definition_id}/refresh",
    response_model=RefreshChanges,
    responses=problems(401, 403, 404, 422, 503),
    dependencies=[Depends(require("refresh"))],
)
def look_at_definition_refresh(state: TheState, definition_id: DefinitionId) -> dict[str, Any]:
    """
    Say what would change if a definition were indexed from the postcode directory in use.

    Nothing is kept. It takes some seconds.
    """
    return facts_of(look_at_refresh(state, definition_id))


@router.post(
    "/definitions/{definition_id}/refresh",
    status_code=201,
    response_model=RefreshedOut,
    responses=_FAULTS,
)
def definition_refresh(
    state: TheState,
    identity: Refreshes,
    definition_id: DefinitionId,
    asked: RefreshIn,
) -> dict[str, Any]:
    """
    Index a definition from the postcode directory in use, and enter that in the log.

    The boundary and the terms stay. With `seen`, the same sent twice is one.
    """
    return refresh_definition(state, identity, definition_id, asked.seen).as_document()


@router.get(
    "/audit", response_model=Entries, responses=problems(401, 403, 422, 503), dependencies=[See]
)
def audit(state: TheState, page: Annotated[Paging, Query()]) -> dict[str, Any]:
    """Read the log of decisions, the newest entry first."""
    found, after = deciding.entries_page(state, before=page.cursor, count=page.limit)
    return {"entries": found, "next": after}


@router.get(
    "/audit/verify", response_model=Verified, responses=problems(401, 403, 503), dependencies=[See]
)
def verify(state: TheState) -> dict[str, Any]:
    """Read the whole record and the folder of definitions, and find any edit."""
    return deciding.verified(state).as_document()


def _whole(state: State, number: int) -> dict[str, Any]:
    found = deciding.proposal_of(state, number)
    warning = None
    if found["purpose"] == "reservation":
        area = candidates.candidate_of(state, found)
        warning = candidates.warning_of(state, area, found["purpose"])
    kept = found["definition"] and deciding.grounds_of(state, found["definition"])
    return found | {"warning": warning, "grounds": kept.shown if kept else None}
