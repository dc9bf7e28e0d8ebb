"""Proposals, decisions and the record of both."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from localarea.classify.boundary import BORDERLINE_M
from localarea.decisions import proposals
from localarea.decisions.queries import Status, list_entries, list_proposals
from localarea.service import candidates, clock
from localarea.service import decision_flow as deciding
from localarea.service.auth.identity import Identity, TheState, require
from localarea.service.errors import problems

if TYPE_CHECKING:
    from localarea.service.state import State

router = APIRouter(tags=["Decisions"])

_HIGHEST = 2**31 - 1  # of a number in the database
_PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"  # no control characters but tab and line ends
Number = Annotated[int, Path(ge=1, le=_HIGHEST, description="Number of the proposal.")]
Words = Annotated[str, Field(min_length=1, max_length=10_000, pattern=_PLAIN)]
Line = Annotated[str, Field(max_length=300, pattern=_PLAIN)]
Purpose = Literal["measure", "reservation"]
See = Depends(require("view"))


class Paging(BaseModel):
    """Which part of a list."""

    model_config = ConfigDict(extra="forbid")

    cursor: int | None = Field(None, ge=1, le=_HIGHEST, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200, description="At most so many.")


class ProposalPaging(Paging):
    """Which proposals."""

    status: Status | None = Field(None, description="Only those that stand so.")


class ProposalIn(BaseModel):
    """An option or a scenario to put forward, one of the two."""

    model_config = ConfigDict(extra="forbid")

    option: str | None = Field(None, max_length=200, pattern=_PLAIN, description="Id of an option.")
    scenario: str | None = Field(None, max_length=50_000, description="A scenario as TOML.")
    title: Line = Field("", description="One line for people; by default the option's own.")
    purpose: Purpose = Field(description="What the area is to be used for.")
    note: Words = Field(description="Why it is put forward.")


class Warned(BaseModel):
    """Why an area may not be one that contracts can be reserved to."""

    kind: str
    districts_cut: list[str]
    words: str


class CommentOut(BaseModel):
    """What somebody said about a proposal."""

    at: str
    by: str
    role: str
    text: str


class ProposalOut(BaseModel):
    """A proposal, and how it stands."""

    id: int
    council: str
    option_id: str
    title: str
    purpose: str
    note: str
    scenario: str
    status: str
    put_forward_by: str
    put_forward_at: str
    definition: str | None = Field(description="Id of the definition that it became.")


class ProposalWhole(ProposalOut):
    """A proposal with its comments, and a warning where there is one."""

    comments: list[CommentOut]
    warning: Warned | None
    grounds: dict[str, Any] | None = Field(
        description="What was on the screen when it was approved: figures, what it was held "
        "against, who gains and who loses. Null until then."
    )


class ProposalPage(BaseModel):
    """Proposals, the newest first."""

    proposals: list[ProposalOut]
    next: int | None = Field(description="`cursor` of the next page; null on the last.")


class Said(BaseModel):
    """Words for the record."""

    model_config = ConfigDict(extra="forbid")

    text: Words = Field(description="What is said; it stands in the record for ever.")


class ApprovalIn(BaseModel):
    """What an approver decides."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(max_length=80, description="Its name for ever.")
    title: Line = Field(
        "",
        description="Public name of the area, as answers say it: by default the title of the "
        "proposal.",
    )
    effective_from: date = Field(description="The first day on which it holds.")
    backdated_because: Line = Field(
        "",
        description="Why it begins before today, where it does: needed then, and public. Answers "
        "given since change.",
    )
    effective_to: date | None = Field(None, description="Its last day.")
    reasons: Words = Field(description="Why this area: shown with the definition.")
    minute_reference: Words = Field(description="The minute that gives the authority.")
    supersedes: str | None = Field(
        None, max_length=80, description="Id of the definition that ends the day before."
    )
    borderline_m: float = Field(
        BORDERLINE_M,
        ge=0,
        le=1_000_000,
        allow_inf_nan=False,
        description="Metres from the boundary within which an answer is borderline.",
    )
    seen: str = Field(
        "",
        max_length=64,
        description="What a page gave for all that was on it: refused where that has changed.",
    )
    borderline_min: float | None = Field(
        None,
        ge=0,
        le=600,
        allow_inf_nan=False,
        description="Of an option by minutes alone: how near its limit is borderline; else 5.23.",
    )


class Approved(BaseModel):
    """A definition as it was approved."""

    id: str
    purpose: str
    council: str
    title: str
    option: str
    effective_from: str
    effective_to: str | None
    supersedes: str | None
    approved_by: str
    role: str
    approved_on: str
    reason: str
    minute: str
    borderline_m: float
    borderline_min: float | None = Field(
        None, description="Null where the option has no limit in minutes."
    )
    directory_date: str
    sha256: str
    terms_sha256: str
    repeated: bool = Field(description="Whether the record held this very decision already.")
    note: str | None = Field(description="What to have looked at before contracts are reserved.")


class WithdrawalIn(BaseModel):
    """From when a definition no longer holds, and why."""

    model_config = ConfigDict(extra="forbid")

    on: date = Field(description="The first day on which it no longer holds.")
    reason: Words = Field(description="Why it ends: shown with the definition.")


class Withdrawn(BaseModel):
    """A definition that was withdrawn."""

    id: str
    ended_on: str
    last_day: str


class Entry(BaseModel):
    """An entry of the log."""

    seq: int
    at: str
    actor: str
    role: str
    action: str
    subject: str
    details: dict[str, Any]
    previous: str
    hash: str


class Entries(BaseModel):
    """Entries of the log, the newest first."""

    entries: list[Entry]
    next: int | None


class Verified(BaseModel):
    """Whether the record and the folder of definitions hold together."""

    sound: bool
    entries: int
    head: str = Field(description="Hash of the last entry: note it in the minutes.")
    faults: list[str]


@router.post(
    "/proposals",
    status_code=201,
    response_model=ProposalWhole,
    responses=problems(401, 403, 404, 409, 413, 422, 503),
)
def put_forward(
    state: TheState,
    identity: Annotated[Identity, Depends(require("put_forward"))],
    asked: ProposalIn,
) -> dict[str, Any]:
    """Put an option or a scenario forward for approval."""
    number, _ = deciding.put_forward(state, identity, **asked.model_dump())
    return _whole(state, number)


@router.get(
    "/proposals",
    response_model=ProposalPage,
    responses=problems(401, 403, 422, 503),
    dependencies=[See],
)
def proposals_page(state: TheState, page: Annotated[ProposalPaging, Query()]) -> dict[str, Any]:
    """List what was put forward, the newest first."""
    with state.database.reading() as connection:
        found = list_proposals(
            connection, status=page.status, before=page.cursor, count=page.limit + 1
        )
    return {"proposals": found[: page.limit], "next": _next(found, page.limit, "id")}


@router.get(
    "/proposals/{number}",
    response_model=ProposalWhole,
    responses=problems(401, 403, 404, 422, 503),
    dependencies=[See],
)
def proposal(state: TheState, number: Number) -> dict[str, Any]:
    """Return a proposal with its comments."""
    return _whole(state, number)


@router.post(
    "/proposals/{number}/comments",
    status_code=201,
    response_model=ProposalWhole,
    responses=problems(401, 403, 404, 409, 413, 422, 503),
)
def comment(
    state: TheState,
    identity: Annotated[Identity, Depends(require("comment"))],
    number: Number,
    said: Said,
) -> dict[str, Any]:
    """Comment on a proposal."""
    actor = identity.actor("comment")
    text = candidates.tidy(said.text)
    proposals.comment(state.database, number, text, actor=actor, now=clock.now())
    return _whole(state, number)


@router.post(
    "/proposals/{number}/return",
    response_model=ProposalWhole,
    responses=problems(401, 403, 404, 409, 413, 422, 503),
)
def return_(
    state: TheState,
    identity: Annotated[Identity, Depends(require("return"))],
    number: Number,
    said: Said,
) -> dict[str, Any]:
    """Return a proposal to whoever put it forward, saying what is to be changed."""
    return _close(state, identity, number, said, "return")


@router.post(
    "/proposals/{number}/withdraw",
    response_model=ProposalWhole,
    responses=problems(401, 403, 404, 409, 413, 422, 503),
)
def withdraw_proposal(
    state: TheState,
    identity: Annotated[Identity, Depends(require("withdraw_proposal"))],
    number: Number,
    said: Said,
) -> dict[str, Any]:
    """Withdraw a proposal."""
    return _close(state, identity, number, said, "withdraw_proposal")


@router.post(
    "/proposals/{number}/approve",
    status_code=201,
    response_model=Approved,
    responses=problems(401, 403, 404, 409, 413, 422, 503),
)
def approve(
    state: TheState,
    identity: Annotated[Identity, Depends(require("approve"))],
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
    responses=problems(401, 403, 404, 409, 413, 422, 503),
)
def withdraw(
    state: TheState,
    identity: Annotated[Identity, Depends(require("withdraw"))],
    definition_id: Annotated[
        str, Path(max_length=80, pattern=_PLAIN, description="Id of the definition.")
    ],
    asked: WithdrawalIn,
) -> dict[str, Any]:
    """End a definition without another in its place."""
    deciding.withdraw(state, identity, definition_id, asked.reason, asked.on)
    kept = next(k for k in state.definitions.kept() if k.definition.id == definition_id)
    return {"id": definition_id, "ended_on": asked.on.isoformat(), "last_day": kept.last_day}


@router.get(
    "/audit", response_model=Entries, responses=problems(401, 403, 422, 503), dependencies=[See]
)
def audit(state: TheState, page: Annotated[Paging, Query()]) -> dict[str, Any]:
    """Read the log of decisions, the newest entry first."""
    with state.database.reading() as connection:
        found = list_entries(connection, before=page.cursor, count=page.limit + 1)
    return {"entries": found[: page.limit], "next": _next(found, page.limit, "seq")}


@router.get(
    "/audit/verify", response_model=Verified, responses=problems(401, 403, 503), dependencies=[See]
)
def verify(state: TheState) -> dict[str, Any]:
    """Read the whole record and the folder of definitions, and find any edit."""
    report = deciding.verified(state)
    return {
        "sound": report.sound,
        "entries": report.entries,
        "head": report.head,
        "faults": list(report.faults),
    }


def _next(found: list[dict[str, Any]], limit: int, key: str) -> int | None:
    return found[limit - 1][key] if len(found) > limit else None


def _close(
    state: State,
    identity: Identity,
    number: int,
    said: Said,
    act: Literal["return", "withdraw_proposal"],
) -> dict[str, Any]:
    actor, text = identity.actor(act), candidates.tidy(said.text)
    proposals.close_proposal(state.database, number, text, act=act, actor=actor, now=clock.now())
    return _whole(state, number)


def _whole(state: State, number: int) -> dict[str, Any]:
    found = deciding.proposal_of(state, number)
    warning = None
    if found["purpose"] == "reservation":
        area = candidates.candidate_of(state, found)
        warning = candidates.warning_of(state, area, found["purpose"])
    kept = found["definition"] and deciding.grounds_of(state, found["definition"])
    return found | {"warning": warning, "grounds": kept.shown if kept else None}
