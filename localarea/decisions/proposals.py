"""
Options put forward, commented on, returned or withdrawn.

Every function takes the person and the time, checks the role, makes one change and enters
it in the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from localarea.decisions.roles import require_may
from localarea.decisions.schema import COMMENTS, PROPOSALS
from localarea.errors import ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.audit import Ledger
    from localarea.decisions.database import Database
    from localarea.decisions.roles import Actor
    from localarea.decisions.validity import Purpose


_LONGEST = 10_000  # characters of one text
_LONGEST_ID = 200  # as the column has it


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    An option that somebody puts forward for approval.

    Attributes
    ----------
    council : str
        Name of the council's file.
    option_id : str
        The option, such as ``ttwa-official+ipswich``.
    title : str
        One line for people.
    purpose : {'measure', 'reservation'}
        What it is to define "local" for.
    note : str
        Why it is put forward.
    scenario : str
        How to make the option again, as TOML.
    """

    council: str
    option_id: str
    title: str
    purpose: Purpose
    note: str
    scenario: str = ""


def utc_stamp(now: datetime) -> str:
    """
    Write a time as the record keeps it.

    Parameters
    ----------
    now : datetime.datetime
        The time, with its zone.

    Returns
    -------
    str
        ISO 8601 in UTC, to the microsecond, so that text sorts as time does.

    Raises
    ------
    InputError
        If it has no zone.
    """
    if now.tzinfo is None:
        raise InputError("a time without a time zone; give it in UTC")
    return now.astimezone(UTC).isoformat(timespec="microseconds")


def require_text(text: str, what: str) -> str:
    """
    Refuse a blank where the record needs words.

    Parameters
    ----------
    text : str
        What was given.
    what : str
        What it is, for the message.

    Returns
    -------
    str
        The text without space around it.

    Raises
    ------
    InputError
        If nothing is left, or it is longer than a report or has control characters.
    """
    tidy = text.strip()
    if not tidy:
        raise InputError(f"{what} is blank; the record needs it")
    if len(tidy) > _LONGEST or any(ord(c) < 32 and c not in "\n\t" for c in tidy):
        raise InputError(f"{what} is longer than {_LONGEST:,} characters or has control characters")
    return tidy


def put_forward(database: Database, proposal: Proposal, *, actor: Actor, now: datetime) -> int:
    """
    Put an option forward.

    Parameters
    ----------
    database : Database
        The store.
    proposal : Proposal
        What, and why.
    actor : Actor
        An analyst.
    now : datetime.datetime
        The time, with its zone.

    Returns
    -------
    int
        Number of the proposal.

    Raises
    ------
    NotAllowedError
        If the actor is not an analyst.
    InputError
        If the note is blank, the purpose unknown or the option's name too long.

    Notes
    -----
    The same person's same proposal, while it is open, is the one that is there: an answer
    may have been lost on its way.
    """
    require_may(actor, "put_forward")
    if proposal.purpose not in ("measure", "reservation"):
        raise InputError(f"purpose {proposal.purpose!r} is not measure or reservation")
    if len(proposal.option_id) > _LONGEST_ID:
        raise InputError("the scenario has too many changes for a name; publish it as an option")
    facts = {
        "council": proposal.council,
        "option_id": proposal.option_id,
        "title": require_text(proposal.title, "the title"),
        "purpose": proposal.purpose,
        "note": require_text(proposal.note, "the note"),
        "scenario": proposal.scenario,
    }
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        open_one = {**facts, "status": "put_forward", "put_forward_by": actor.name}
        again = sa.select(PROPOSALS.c.id).filter_by(**open_one)
        known = ledger.connection.execute(again).scalars().first()
        if known is not None:
            return int(known)
        made = ledger.connection.execute(
            sa.insert(PROPOSALS)
            .values(
                **facts, status="put_forward", put_forward_by=actor.name, put_forward_at=ledger.at
            )
            .returning(PROPOSALS.c.id)
        ).scalar_one()
        ledger.record("put_forward", f"proposal:{made}", facts)
    return int(made)


def comment(
    database: Database, proposal_id: int, text: str, *, actor: Actor, now: datetime
) -> None:
    """
    Say something about a proposal.

    Parameters
    ----------
    database : Database
        The store.
    proposal_id : int
        Its number.
    text : str
        What to say.
    actor : Actor
        An analyst or an approver.
    now : datetime.datetime
        The time, with its zone.

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
    said = require_text(text, "the comment")
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        find_proposal(ledger.connection, proposal_id)
        if _said_last(ledger, proposal_id, said):
            return  # the same again, after an answer that was lost
        _add_comment(ledger, proposal_id, said)
        ledger.record("comment", f"proposal:{proposal_id}", {"text": said})


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
    database : Database
        The store.
    proposal_id : int
        Its number.
    text : str
        What is to be changed, or why it is withdrawn.
    act : {'return', 'withdraw_proposal'}
        Which of the two.
    actor : Actor
        An approver to return it, an analyst to withdraw it.
    now : datetime.datetime
        The time, with its zone.

    Raises
    ------
    NotAllowedError
        If the role does not allow it.
    NotFoundError
        If there is no such proposal.
    ConflictError
        If it has been decided or closed already.
    InputError
        If the text is blank.
    """
    require_may(actor, act)
    said = require_text(text, "the reason")
    status = {"return": "returned", "withdraw_proposal": "withdrawn"}[act]
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        require_open(find_proposal(ledger.connection, proposal_id))
        set_status(ledger.connection, proposal_id, status)
        _add_comment(ledger, proposal_id, said)
        ledger.record(act, f"proposal:{proposal_id}", {"text": said})


def find_proposal(connection: Connection, proposal_id: int) -> RowMapping:
    """
    Find a proposal.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        To read with.
    proposal_id : int
        Its number.

    Returns
    -------
    mapping
        Its columns.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    """
    found = (
        connection.execute(sa.select(PROPOSALS).where(PROPOSALS.c.id == proposal_id))
        .mappings()
        .one_or_none()
    )
    if found is None:
        raise NotFoundError(f"there is no proposal {proposal_id}")
    return found


def require_open(proposal: RowMapping) -> None:
    """
    Refuse to decide on what is decided.

    Parameters
    ----------
    proposal : mapping
        With ``id`` and ``status``.

    Raises
    ------
    ConflictError
        If it is not open.
    """
    if proposal["status"] != "put_forward":
        raise ConflictError(
            f"proposal {proposal['id']} is {proposal['status']} already; put it forward anew"
        )


def set_status(connection: Connection, proposal_id: int, status: str) -> None:
    """
    Say how a proposal stands.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        In a transaction that holds the audit log.
    proposal_id : int
        Its number.
    status : str
        How it stands now.
    """
    connection.execute(
        sa.update(PROPOSALS).where(PROPOSALS.c.id == proposal_id).values(status=status)
    )
