"""What the API and the pages of decisions share: from a request to the record and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from localarea.decisions import proposals
from localarea.decisions import validity as periods
from localarea.decisions.approvals import require_unchanged
from localarea.decisions.proposals import Proposal
from localarea.decisions.publication import ApprovedOption, Enacted, bring_along, enact, end
from localarea.decisions.queries import (
    EntryChoice,
    list_entries,
    list_proposals,
    proposal_behind,
    proposal_with_comments,
)
from localarea.decisions.reconcile import folder_faults
from localarea.decisions.record.audit import AuditReport, verify
from localarea.decisions.record.grounds import read_grounds
from localarea.decisions.record.roles import Actor
from localarea.decisions.traces import kept_reports, report_content
from localarea.definitions.terms import Approval, propose, require_purpose
from localarea.errors import InputError
from localarea.options.mandate_left_out import halves_left_out, with_reason_left_out
from localarea.service.state import clock
from localarea.service.study.candidates import candidate, candidate_of, tidy
from localarea.service.study.grounds import look
from localarea.service.study.shortlists import shortlist_document, shortlisted
from localarea.service.study.study import what_if_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from localarea.decisions.queries import Status
    from localarea.decisions.record.grounds import Grounds
    from localarea.decisions.traces import KeptReport, ReportToKeep
    from localarea.decisions.validity import Purpose, Standing
    from localarea.records import Option
    from localarea.service.auth.identity import Identity
    from localarea.service.state.state import State

Closing = Literal["return", "withdraw_proposal"]


def put_forward(
    state: State,
    identity: Identity,
    *,
    option: str | None,
    scenario: str | None,
    title: str,
    purpose: Purpose,
    note: str,
    half_left_out: str = "",
    shortlist: Sequence[str] = (),
    report: ReportToKeep | None = None,
) -> tuple[int, Option]:
    """
    Put an option or a scenario forward, and return its number and its area.

    The reason for leaving out a half of the mandate stands in the note. A shortlist is kept with
    its figures as they are now, and a report as it is.
    """
    chosen = candidate(state, option, scenario)
    if option and (what_if := what_if_of(state, option)):
        scenario = what_if.to_toml()  # so that the record holds every change itself
    require_purpose(chosen, state.council, purpose, store=state.store)
    reasons = _with_reason_left_out(state, chosen, purpose, tidy(note), half_left_out)
    proposal = Proposal(
        council=state.council.key,
        option_id=chosen.id,
        title=tidy(title) or chosen.title,
        purpose=purpose,
        note=reasons,
        scenario=tidy(scenario or ""),
    )
    listed = shortlist_document(state, shortlisted(state, shortlist)) if shortlist else None
    actor = identity.actor("put_forward")
    number = proposals.put_forward(
        state.database, proposal, actor=actor, now=clock.now(), shortlist=listed, report=report
    )
    return number, chosen


def require_reason_left_out(state: State, chosen: Option, purpose: str, half_left_out: str) -> None:
    """Require a reason for the halves of the mandate that an area leaves out, and for no other."""
    _with_reason_left_out(state, chosen, purpose, "", half_left_out)


def _with_reason_left_out(
    state: State, chosen: Option, purpose: str, text: str, half_left_out: str
) -> str:
    why = tidy(half_left_out)
    left_out = halves_left_out(chosen.zones, chosen.zone_system, state.council, store=state.store)
    if purpose != "measure" and not why:  # the mandate is about measures
        left_out = ()
    return with_reason_left_out(text, why, left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an approver decides about a proposal."""

    id: str
    effective_from: date
    effective_to: date | None
    reasons: str
    minute_reference: str
    supersedes: str | None
    borderline_m: float
    borderline_min: float | None = None
    title: str = ""
    backdated_because: str = ""
    half_left_out: str = ""
    seen: str = ""  # what stands for all that was on the screen; blank where nothing was


def _require_reason_for_the_past(proposal: dict[str, Any], decided: Decision) -> None:
    if proposal["definition"] is not None:
        return  # decided already: sent again it is the same decision, whatever day it is now
    fault = reason_for_the_past_fault(
        decided.effective_from, decided.backdated_because, clock.day()
    )
    if fault:
        raise InputError(fault, parameter="backdated_because")


def reason_for_the_past_fault(first: date, because: str, today: date) -> str:
    """Return the fault of the reason for beginning in the past; blank if there is none."""
    past, why = first < today, tidy(because)
    if past and not why:
        return (
            "the first day is in the past, so answers given since then would change: say why it "
            "begins in the past, or choose a later day"
        )
    if why and not past:
        return "the first day is not in the past: leave the reason for that blank"
    return ""


def require_possible(
    state: State, identity: Identity, proposal: dict[str, Any], decided: Decision
) -> None:
    """
    Refuse at once what could not be approved, before anybody confirms it.

    InputError, ConflictError or NotFoundError as the approval itself would.
    """
    _require_reason_for_the_past(proposal, decided)
    actor = identity.actor("supersede" if decided.supersedes else "approve")
    approval = _approval(decided, proposal, actor)
    made = propose(candidate_of(state, proposal), state.council, approval, store=state.store)
    if proposal["definition"] is None:
        state.definitions.require_free(made)


def approve(state: State, identity: Identity, number: int, decided: Decision) -> Enacted:
    """Approve a proposal: freeze, enter, place; one at a time, for freezing takes memory."""
    actor = identity.actor("supersede" if decided.supersedes else "approve")
    if not tidy(decided.minute_reference):
        raise InputError("enter the minute that gives you the authority")
    _require_reason_for_the_past(proposal_of(state, number), decided)
    with state.freezing:  # what was waited for may have decided something
        found, standing, grounds = _grounds_for(state, number, decided)
        chosen = ApprovedOption(
            option=candidate_of(state, found),
            council=state.council,
            approval=_approval(decided, found, actor),
            proposal_id=number,
            options=lambda: state.session.options,
            store=state.store,
            grounds=grounds,
            standing=standing,
        )
        return enact(state.database, state.definitions, chosen, actor=actor, now=clock.now())


def _grounds_for(
    state: State, number: int, decided: Decision
) -> tuple[dict[str, Any], Standing | None, Grounds | None]:
    """Return a proposal, what is decided for its purpose, and what its approver saw beside that."""
    found = proposal_of(state, number)
    if found["definition"] is not None:  # sent again: what was seen is kept already
        return found, None, None
    with state.database.reading() as connection:
        standing = periods.standing(connection, found["council"], found["purpose"])
    bring_along(state.database, state.definitions)  # what was decided elsewhere counts, too
    grounds = look_at(state, found, decided)
    if decided.seen not in ("", grounds.seen):
        again = proposal_of(state, number)
        if again["definition"] is None:
            require_unchanged(same=False)
        return again, None, None
    return found, standing, grounds


def look_at(state: State, proposal: dict[str, Any], decided: Decision) -> Grounds:
    """Return what the approver sees before deciding; it is kept with the decision."""
    return look(state, proposal, title=tidy(decided.title), first=decided.effective_from)


def grounds_of(state: State, definition_id: str) -> Grounds | None:
    """Read what was kept with a definition of what its approver saw."""
    with state.database.reading() as connection:
        return read_grounds(connection, definition_id)


def _approval(decided: Decision, proposal: dict[str, Any], actor: Actor) -> Approval:
    until = decided.effective_to
    return Approval(
        id=tidy(decided.id),
        purpose=proposal["purpose"],
        title=tidy(decided.title) or proposal["title"],  # the name that the approver has seen
        approved_by=actor.name,
        role=actor.post or actor.role,
        reason=tidy(decided.reasons),
        backdated_because=tidy(decided.backdated_because),
        half_left_out=tidy(decided.half_left_out),
        approved_on=clock.today(),
        effective_from=decided.effective_from.isoformat(),
        effective_to=until.isoformat() if until else None,
        supersedes=tidy(decided.supersedes or "") or None,
        minute=tidy(decided.minute_reference),
        borderline_m=decided.borderline_m,
        borderline_min=decided.borderline_min,
    )


def proposal_of(state: State, number: int) -> dict[str, Any]:
    """Read a proposal with its comments."""
    with state.database.reading() as connection:
        return proposal_with_comments(connection, number)


def proposal_of_definition(state: State, definition_id: str) -> dict[str, Any] | None:
    """Read the proposal that a definition came from; None if it was approved without one."""
    with state.database.reading() as connection:
        return proposal_behind(connection, definition_id)


def comment(state: State, identity: Identity, number: int, text: str) -> None:
    """Comment on a proposal."""
    actor = identity.actor("comment")
    proposals.comment(state.database, number, tidy(text), actor=actor, now=clock.now())


def keep_report(state: State, identity: Identity, number: int, report: ReportToKeep) -> str:
    """Keep a report with a proposal, and return its checksum."""
    actor = identity.actor("keep_report")
    return proposals.keep_report(state.database, number, report, actor=actor, now=clock.now())


def kept_report(state: State, number: int, sha256: str) -> tuple[KeptReport, bytes]:
    """Return a report that was kept with a proposal, and its content."""
    with state.database.reading() as connection:
        proposals.find_proposal(connection, number)
        content = report_content(connection, number, sha256)
        (kept,) = (k for k in kept_reports(connection, number) if k.sha256 == sha256)
    return kept, content


def close(state: State, identity: Identity, number: int, text: str, act: Closing) -> None:
    """Return or withdraw a proposal."""
    actor = identity.actor(act)
    proposals.close_proposal(
        state.database, number, tidy(text), act=act, actor=actor, now=clock.now()
    )


def proposals_page(
    state: State, *, status: Status | None, before: int | None, count: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Read a page of proposals, the newest first, and the number after which the next begins."""
    with state.database.reading() as connection:
        found = list_proposals(connection, status=status, before=before, count=count + 1)
    return _page(found, count, "id")


def entries_page(
    state: State, *, before: int | None, count: int, chosen: EntryChoice | None = None
) -> tuple[list[dict[str, Any]], int | None]:
    """Read a page of the log, the newest first, and the number after which the next begins."""
    with state.database.reading() as connection:
        found = list_entries(connection, before=before, count=count + 1, chosen=chosen)
    return _page(found, count, "seq")


def _page(
    found: list[dict[str, Any]], count: int, key: str
) -> tuple[list[dict[str, Any]], int | None]:
    return found[:count], found[count - 1][key] if len(found) > count else None


def withdraw(state: State, identity: Identity, definition_id: str, reason: str, on: date) -> None:
    """Withdraw a definition."""
    actor = identity.actor("withdraw")
    end(
        state.database,
        state.definitions,
        definition_id,
        tidy(reason),
        on=on,
        actor=actor,
        now=clock.now(),
    )


def verified(state: State) -> AuditReport:
    """Check that the log, the tables and the folder agree."""
    with state.database.reading() as connection:
        report = verify(connection)
        also = folder_faults(connection, state.definitions)
    return AuditReport(report.entries, report.head, (*report.faults, *also))
