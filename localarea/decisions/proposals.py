"""
Put forward, comment on, return and withdraw proposals.

Every function takes the actor and the time, checks the actor's role, makes one change and
records it in the audit log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from localarea.decisions.record.roles import require_may
from localarea.decisions.record.schema import COMMENTS, PROPOSALS
from localarea.decisions.traces import (
    add_report,
    add_shortlist,
    require_keepable,
    shortlist_stored,
    shortlist_text,
)
from localarea.errors import ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.database import Database
    from localarea.decisions.record.audit import Ledger
    from localarea.decisions.record.roles import Actor
    from localarea.decisions.traces import ReportToKeep
    from localarea.decisions.validity import Purpose


_MAX_TEXT = 10_000  # characters
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_MAX_OPTION_ID = 200  # characters, as in the column


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    An option that somebody puts forward for approval.

    Attributes
    ----------
    option_id : str
        The option, such as ``ttwa-official+ipswich``.
    scenario : str
        Recipe for the option, as TOML.
    """

    council: str
    option_id: str
    title: str
    purpose: Purpose
    note: str
    scenario: str = ""


def utc_stamp(now: datetime) -> str:
    """
    Format a time as it is stored.

    ISO 8601 in UTC, to the microsecond, so that text order is time order. InputError if it has no
    time zone.
    """
    if now.tzinfo is None:
        raise InputError("a time without a time zone; give it in UTC")
    return now.astimezone(UTC).isoformat(timespec="microseconds")


def require_text(text: str, what: str) -> str:
    """
    Strip the white space around a text, and raise an error if it is blank.

    InputError if it is blank, longer than 10,000 characters or has control characters, such as
    those that turn text round: the record would read otherwise than it is.
    """
    tidy = text.strip()
    if not tidy:
        raise InputError(f"{what} is blank; the record needs it")
    if len(tidy) > _MAX_TEXT:
        raise InputError(f"{what} is longer than {_MAX_TEXT:,} characters; shorten it")
    if _CONTROLS.search(tidy):
        raise InputError(
            f"{what} has control characters; type it again, or paste it without its format"
        )
    return tidy


def put_forward(
    database: Database,
    proposal: Proposal,
    *,
    actor: Actor,
    now: datetime,
    shortlist: Mapping[str, Any] | None = None,
    report: ReportToKeep | None = None,
) -> int:
    """
    Put an option forward for approval.

    Parameters
    ----------
    actor : Actor
        An analyst.
    shortlist : mapping, optional
        The options that it was chosen from, with their figures as shown; JSON values.

    Raises
    ------
    NotAllowedError
        If the actor is not an analyst.
    InputError
        If the note is blank, the purpose unknown, the option's name too long, or the
        shortlist or the report too large.

    Notes
    -----
    Repeating an open proposal returns the existing one, because the response to the first
    request may have been lost.
    """
    require_may(actor, "put_forward")
    if proposal.purpose not in ("measure", "reservation"):
        raise InputError(f"purpose {proposal.purpose!r} is not measure or reservation")
    if len(proposal.option_id) > _MAX_OPTION_ID:
        raise InputError("the scenario has too many changes for a name; publish it as an option")
    facts = {
        "council": proposal.council,
        "option_id": proposal.option_id,
        "title": require_text(proposal.title, "the title"),
        "purpose": proposal.purpose,
        "note": require_text(proposal.note, "the note"),
        "scenario": proposal.scenario,
    }
    text = None if shortlist is None else shortlist_text(shortlist)
    if report is not None:
        require_keepable(report)
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        known = _open_already(ledger, facts, text)
        if known is not None:
            if report is not None:
                add_report(ledger, known, report)
            return known
        number = ledger.connection.execute(
            sa.insert(PROPOSALS)
            .values(
                **facts, status="put_forward", put_forward_by=actor.name, put_forward_at=ledger.at
            )
            .returning(PROPOSALS.c.id)
        ).scalar_one()
        ledger.record("put_forward", f"proposal:{number}", facts)
        if text is not None:
            add_shortlist(ledger, int(number), text)
        if report is not None:
            add_report(ledger, int(number), report)
    return int(number)


def _open_already(ledger: Ledger, facts: Mapping[str, Any], shortlist: str | None) -> int | None:
    """Return the number of the same proposal, open, by the same person and of the same list."""
    same = {**facts, "status": "put_forward", "put_forward_by": ledger.actor.name}
    query = sa.select(PROPOSALS.c.id).filter_by(**same).order_by(PROPOSALS.c.id)
    for number in ledger.connection.execute(query).scalars().all():
        if shortlist_stored(ledger.connection, number) == shortlist:
            return int(number)
    return None


def keep_report(
    database: Database, proposal_id: int, report: ReportToKeep, *, actor: Actor, now: datetime
) -> str:
    """
    Keep a report to Cabinet with a proposal; kept again, it is the same one.

    Parameters
    ----------
    actor : Actor
        An analyst or an approver.

    Returns
    -------
    str
        SHA-256 of the file in hexadecimal.

    Raises
    ------
    NotAllowedError
        If the role may not keep reports.
    NotFoundError
        If there is no such proposal.
    ConflictError
        If it is already decided or closed, or has too many reports.
    InputError
        If the file is too large.
    """
    require_may(actor, "keep_report")
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        require_open(find_proposal(ledger.connection, proposal_id))
        return add_report(ledger, proposal_id, report)


def comment(
    database: Database, proposal_id: int, text: str, *, actor: Actor, now: datetime
) -> None:
    """
    Comment on a proposal.

    Parameters
    ----------
    actor : Actor
        An analyst or an approver.

    Raises
    ------
    NotAllowedError
        If the role may not comment.
    NotFoundError
        If there is no such proposal.
    InputError
        If the text is blank.
    """
    require_may(actor, "comment")
    cleaned = require_text(text, "the comment")
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        find_proposal(ledger.connection, proposal_id)
        if _said_last(ledger, proposal_id, cleaned):
            return  # a retry, after the response was lost
        _add_comment(ledger, proposal_id, cleaned)
        ledger.record("comment", f"proposal:{proposal_id}", {"text": cleaned})


def _said_last(ledger: Ledger, proposal_id: int, text: str) -> bool:
    last = sa.select(COMMENTS.c.by, COMMENTS.c.text).where(COMMENTS.c.proposal_id == proposal_id)
    row = ledger.connection.execute(last.order_by(COMMENTS.c.id.desc()).limit(1)).first()
    return row is not None and tuple(row) == (ledger.actor.name, text)


def _add_comment(ledger: Ledger, proposal_id: int, text: str) -> None:
    ledger.connection.execute(
        sa.insert(COMMENTS).values(
            proposal_id=proposal_id,
            at=ledger.at,
            by=ledger.actor.name,
            role=ledger.actor.role,
            text=text,
        )
    )


def close_proposal(
    database: Database,
    proposal_id: int,
    text: str,
    *,
    act: Literal["return", "withdraw_proposal"],
    actor: Actor,
    now: datetime,
) -> None:
    """
    Return a proposal to its analyst with comments, or withdraw it.

    Parameters
    ----------
    text : str
        What must change, or why it is withdrawn.
    actor : Actor
        An approver to return it, an analyst to withdraw it.

    Raises
    ------
    NotAllowedError
        If the role does not allow it.
    NotFoundError
        If there is no such proposal.
    ConflictError
        If it is already decided or closed.
    InputError
        If the text is blank.
    """
    require_may(actor, act)
    cleaned = require_text(text, "the reason")
    status = {"return": "returned", "withdraw_proposal": "withdrawn"}[act]
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        require_open(find_proposal(ledger.connection, proposal_id))
        set_status(ledger.connection, proposal_id, status)
        _add_comment(ledger, proposal_id, cleaned)
        ledger.record(act, f"proposal:{proposal_id}", {"text": cleaned})


def find_proposal(connection: Connection, proposal_id: int) -> RowMapping:
    """Return the columns of a proposal; NotFoundError if no proposal has that number."""
    found = (
        connection.execute(sa.select(PROPOSALS).where(PROPOSALS.c.id == proposal_id))
        .mappings()
        .one_or_none()
    )
    if found is None:
        raise NotFoundError(f"there is no proposal {proposal_id}")
    return found


def require_open(proposal: Mapping[Any, Any]) -> None:
    """Raise ConflictError unless the proposal, with ``id`` and ``status``, is open."""
    status = proposal["status"]
    if status != "put_forward":
        page = "its page names the definition; to decide on the area once more, "
        raise ConflictError(
            f"proposal {proposal['id']} is already {status}: "
            f"{page if status == 'approved' else ''}put it forward again"
        )


def set_status(connection: Connection, proposal_id: int, status: str) -> None:
    """Set the status of a proposal."""
    connection.execute(
        sa.update(PROPOSALS).where(PROPOSALS.c.id == proposal_id).values(status=status)
    )
