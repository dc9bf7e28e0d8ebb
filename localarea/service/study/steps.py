"""The five steps from a question to a decision: how far each is, as the record tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from localarea.decisions.queries import list_proposals, proposal_with_comments
from localarea.service.study.shortlists import LEAST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.service.state.state import State

StepState = Literal["not_yet", "in_progress", "done"]
_LOOKED_AT = 50  # proposals, the newest first
_NOT_QUOTED = {  # whether the council has a file
    True: "The file of the council quotes no resolution. Whoever approves names the minute.",
    False: "No file of the council says what was resolved. Whoever approves names the minute.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way: what it is, how far it is, what says so, and its page."""

    title: str
    state: StepState
    because: str
    address: str


@dataclass(frozen=True, slots=True)
class Way:
    """
    What the steps are told from.

    Attributes
    ----------
    options : tuple of str
        Ids of the options in the address of the page: chosen, and not kept yet.
    report : str
        Reference of a report in the address: asked for, and not kept yet.
    proposal : dict or None
        The proposal whose traces are told; None where the address begins another round, or
        nothing has been put forward.
    """

    options: tuple[str, ...] = ()
    report: str = ""
    proposal: dict[str, Any] | None = None

    def address(self, page: str, name: str = "option") -> str:
        """Return the address of a page that holds the same choice."""
        pairs = [(name, option) for option in self.options]
        if self.report and not page.startswith("/report"):
            pairs.append(("report", self.report))
        return f"{page}?{urlencode(pairs)}" if pairs else page


def find_way(state: State, options: Sequence[str], report: str) -> Way:
    """Return what the steps are told from: a choice in the address, or else the last proposal."""
    if options or report:
        return Way(tuple(options), report)
    return Way(proposal=latest_proposal(state))


def latest_proposal(state: State) -> dict[str, Any] | None:
    """Return the newest proposal that is open or approved; None if there is none."""
    with state.database.reading() as connection:
        for row in list_proposals(connection, status=None, before=None, count=_LOOKED_AT):
            if row["council"] == state.council.key and row["status"] in ("put_forward", "approved"):
                return proposal_with_comments(connection, row["id"])
    return None


def steps_of(state: State, way: Way) -> list[Step]:
    """Return the five steps, each with its state."""
    return [_resolved(state), _evidence(way), _shortlist(way), _report(way), _decision(way)]


def _resolved(state: State) -> Step:
    mandate = state.council.mandate
    return Step(
        "State what was resolved",
        "done" if mandate else "not_yet",
        f"Quoted from {mandate.source}" if mandate else _NOT_QUOTED[state.council.configured],
        "/steps/mandate",
    )


def _evidence(way: Way) -> Step:
    found: tuple[StepState, str]
    if way.proposal is None:
        found = (
            ("in_progress", "Options are chosen. Nothing is kept yet.")
            if way.options
            else ("not_yet", "No figures are kept yet. The record does not note who reads what.")
        )
    elif way.proposal["shortlist"] or way.proposal["status"] == "approved":
        found = "done", f"Its figures are kept with proposal {way.proposal['id']}"
    else:
        found = "in_progress", f"Proposal {way.proposal['id']} keeps its figures when it is decided"
    state, because = found
    return Step("Look at the evidence", state, because, way.address("/steps/evidence"))


def _shortlist(way: Way) -> Step:
    found: tuple[StepState, str] = ("not_yet", "No options are chosen")
    if way.proposal and way.proposal["shortlist"]:
        number = len(way.proposal["shortlist"]["options"])
        found = "done", f"{number} options, kept with proposal {way.proposal['id']}"
    elif way.proposal:
        found = "not_yet", f"Proposal {way.proposal['id']} was put forward without a shortlist"
    elif len(way.options) >= LEAST:
        found = (
            "in_progress",
            f"{len(way.options)} options, in the address of this page only. They are kept once "
            "one of them is put forward.",
        )
    elif way.options:
        found = "in_progress", f"One option is chosen. A shortlist has {LEAST} or more."
    return Step("Choose a shortlist", *found, way.address("/steps/shortlist"))


def _report(way: Way) -> Step:
    address = way.address("/report")
    found: tuple[StepState, str] = ("not_yet", "No report is kept")
    if way.proposal:
        kept, number = len(way.proposal["reports"]), way.proposal["id"]
        if kept:
            many = "1 report" if kept == 1 else f"{kept} reports"
            found = "done", f"{many}, kept with proposal {number}"
        else:
            found = "not_yet", f"No report is kept with proposal {number}"
        address = f"/decisions/{number}#reports"
    elif way.report:
        found = "in_progress", "Asked for. It is kept once an option is put forward with it."
    return Step("Make the report to Cabinet", *found, address)


def _decision(way: Way) -> Step:
    if way.proposal is None:
        address = way.address("/decisions/new", "shortlist")
        return Step("Decide", "not_yet", "No option is put forward", address)
    number = way.proposal["id"]
    if way.proposal["status"] == "approved":
        made = way.proposal["definition"]
        return Step("Decide", "done", f"Approved as {made}", f"/decisions/{number}")
    said = f"Proposal {number} waits for an approver"
    return Step("Decide", "in_progress", said, f"/decisions/{number}")
