"""What the API and the pages of decisions share: from a request to the record and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.classify.publish import Approval, districts_cut, propose
from localarea.decisions import proposals
from localarea.decisions.audit import AuditReport, verify
from localarea.decisions.enactment import Chosen, Enacted, enact, end
from localarea.decisions.folder import folder_faults
from localarea.decisions.people import Actor
from localarea.decisions.proposals import Proposal
from localarea.decisions.reading import proposal_with_comments
from localarea.errors import InputError
from localarea.options.scenario import Scenario
from localarea.options.sources import read_zone_figures
from localarea.records import Option
from localarea.service import clock

if TYPE_CHECKING:
    from datetime import date

    from localarea.decisions.periods import Purpose
    from localarea.service.identity import Identity
    from localarea.service.state import State

NOT_ADVICE: Final = (
    "A contract may be reserved only to the authority's own area, or that with bordering counties "
    "or London boroughs. Whether these districts are such an area is for a lawyer to say. This is "
    "not legal advice."
)


def tidy(text: str) -> str:
    """Take the line ends of a form for those of the record."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def candidate(state: State, option: str | None, scenario: str | None) -> Option:
    """
    Work out what is put forward.

    Raises
    ------
    InputError
        If not exactly one of the two is given, or the scenario cannot be read.
    NotFoundError
        If there is no such option or place.
    """
    if bool(option) == bool(scenario):
        raise InputError("give an option or a scenario, one of the two")
    session = state.session
    if scenario:
        return session.option(Scenario.from_toml(tidy(scenario)))
    known = {made.id: made for made in session.options}
    return known[option] if option in known else session.option(str(option))


def warning_of(state: State, option: Option, purpose: str) -> dict[str, Any] | None:
    """Say why an area may not be one that contracts can be reserved to; None when all is well."""
    cut = districts_cut(option, store=state.store) if purpose == "reservation" else []
    if not cut:
        return None
    words = (
        "Contracts can be reserved only to the area of whole authorities, and this area holds only "
        f"part of {', '.join(cut)}. It cannot be approved for this purpose."
    )
    return {"kind": "not_whole_districts", "districts_cut": cut, "words": f"{words} {NOT_ADVICE}"}


def put_forward(
    state: State,
    identity: Identity,
    *,
    option: str | None,
    scenario: str | None,
    title: str,
    purpose: Purpose,
    note: str,
) -> tuple[int, Option]:
    """Put an option or a scenario forward, and give its number and its area."""
    chosen = candidate(state, option, scenario)
    proposal = Proposal(
        council=state.council.key,
        option_id=chosen.id,
        title=tidy(title) or chosen.title,
        purpose=purpose,
        note=tidy(note),
        scenario=tidy(scenario or ""),
    )
    actor = identity.actor("put_forward")
    return proposals.put_forward(state.database, proposal, actor=actor, now=clock.now()), chosen


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


@dataclass(frozen=True, slots=True)
class Backdating:
    """A first day in the past, and what it changes about answers that were given since."""

    days: int
    answers: int
    against: str


def backdating(state: State, proposal: dict[str, Any], first: date) -> Backdating | None:
    """
    Say how far in the past a definition would begin, and how many answers would change.

    Answers are postcodes in use of zones that are in one of the two areas: the one proposed,
    and the one that decided on that day.
    """
    today = clock.now().date()
    if first >= today:
        return None
    held, _ = held_on(state, proposal["purpose"], first.isoformat())
    changed = set(candidate_of(state, proposal).zones) ^ set(held.zones)
    figures = read_zone_figures(store=state.store)
    here = [code in changed for code in figures.flows.codes.tolist()]
    answers = int(figures.live_postcodes[here].sum())
    return Backdating((today - first).days, answers, held.title)


def _require_reason_for_the_past(proposal: dict[str, Any], decided: Decision) -> None:
    if proposal["definition"] is not None:
        return  # decided already: sent again it is the same decision, whatever day it is now
    past, why = decided.effective_from < clock.now().date(), tidy(decided.backdated_because)
    if past and not why:
        raise InputError(
            "the first day is in the past, so answers given since then would change: say why it "
            "begins then, or choose a later day",
            parameter="backdated_because",
        )
    if why and not past:
        raise InputError(
            "the first day is not in the past: leave out why it begins then",
            parameter="backdated_because",
        )


def require_possible(
    state: State, identity: Identity, proposal: dict[str, Any], decided: Decision
) -> None:
    """
    Refuse at once what could not be approved, before anybody confirms it.

    Raises
    ------
    InputError, ConflictError, NotFoundError
        As the approval itself would.
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
    found = proposal_of(state, number)
    if not tidy(decided.minute_reference):
        raise InputError("the minute reference is blank; the record needs it")
    _require_reason_for_the_past(found, decided)
    chosen = Chosen(
        option=candidate_of(state, found),
        council=state.council,
        approval=_approval(decided, found, actor),
        proposal_id=number,
        options=lambda: state.session.options,
        store=state.store,
    )
    with state.freezing:
        return enact(state.database, state.definitions, chosen, actor=actor, now=clock.now())


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


def candidate_of(state: State, proposal: dict[str, Any]) -> Option:
    """Work out again what a proposal puts forward."""
    scenario = proposal["scenario"] or None
    return candidate(state, None if scenario else proposal["option_id"], scenario)


def held_now(state: State, purpose: str) -> tuple[Option, str]:
    """Give the area that decides today, and in words why it does; as :func:`held_on`."""
    return held_on(state, purpose, state.today)


def held_on(state: State, purpose: str, day: str) -> tuple[Option, str]:
    """
    Give the area that decides on a day, and in words why it does.

    It is that of the definition in force for the purpose; where there is none, or it is of
    other zones than figures are computed on, the option that checks use by default.
    """
    for kept in state.definitions.kept():
        made = kept.definition
        if (
            (made.council, made.purpose) == (state.council.key, purpose)
            and kept.standing(day) == "in force"
            and made.zone_system == "msoa11"
        ):
            area = Option(
                made.id, made.title, made.method, made.zone_system, made.zones, made.anchor
            )
            return area, "which holds now"
    default = state.session.option(state.council.default_option)
    return default, "which checks use while nothing is decided"


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
    """Hold the log, the tables and the folder to one another."""
    with state.database.reading() as connection:
        report = verify(connection)
        also = folder_faults(connection, state.definitions)
    return AuditReport(report.entries, report.head, (*report.faults, *also))
