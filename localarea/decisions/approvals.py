"""
Approve, supersede and withdraw definitions.

Every function takes the actor and the time, checks the actor's role, makes one change and
records it in the audit log.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from localarea.decisions import validity as periods
from localarea.decisions.proposals import (
    find_proposal,
    require_open,
    require_text,
    set_status,
    utc_stamp,
)
from localarea.decisions.record.grounds import keep_grounds
from localarea.decisions.record.roles import require_may
from localarea.decisions.record.schema import DEFINITION_ENDS, DEFINITIONS
from localarea.decisions.validity import FOREVER, definition, last_day, of_council
from localarea.definitions.model import day_name
from localarea.errors import ConflictError, InputError

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.database import Database
    from localarea.decisions.record.audit import Ledger
    from localarea.decisions.record.grounds import Grounds
    from localarea.decisions.record.roles import Act, Actor
    from localarea.decisions.validity import Purpose, Standing


@dataclass(frozen=True, slots=True)
class NewDefinition:
    """
    A definition about to be approved.

    Attributes
    ----------
    id : str
        Permanent identifier, such as ``colchester-measure-2026.1``.
    council : str
        Name of the council's file.
    effective_to : datetime.date or None
        Last day in force; None if open-ended.
    directory_date : str
        Month of the postcode directory, ``YYYY-MM``.
    """

    id: str
    council: str
    option_id: str
    purpose: Purpose
    effective_from: date
    effective_to: date | None
    reasons: str
    minute_reference: str
    directory_date: str
    software_version: str
    content: bytes


def approve(
    database: Database,
    new: NewDefinition,
    *,
    actor: Actor,
    now: datetime,
    proposal_id: int | None = None,
    supersedes: str | None = None,
    grounds: Grounds | None = None,
    standing: Standing | None = None,
) -> str:
    """
    Approve a definition, once.

    Parameters
    ----------
    actor : Actor
        An approver.
    supersedes : str, optional
        Id of the definition that it replaces from its first day.
    standing : tuple, optional
        What was decided for the purpose when that was put together, as
        :func:`localarea.decisions.validity.standing` gives it.

    Returns
    -------
    str
        Hash of the entry in the audit log.

    Raises
    ------
    NotAllowedError
        If the actor is not an approver.
    NotFoundError
        If the proposal or the superseded definition is not known.
    ConflictError
        If the proposal is decided already, the id is taken, or another definition of the
        same purpose holds on one of its days; also where anything was decided for the purpose
        since the approver saw what it is compared with.
    InputError
        If the reasons or minute reference are blank, or the last day precedes the first.
    """
    act: Act = "supersede" if supersedes else "approve"
    require_may(actor, act)
    values = _values(new, actor)
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        if proposal_id is not None:
            found = find_proposal(ledger.connection, proposal_id)
            require_open(found)
            _require_same(found, new)
        _require_new(ledger.connection, new.id)
        if supersedes:
            _require_successor(ledger.connection, supersedes, new)
        _require_free(ledger.connection, new, besides=supersedes)
        if standing is not None:
            _require_as_seen(ledger.connection, new, standing)
        ledger.connection.execute(
            sa.insert(DEFINITIONS).values(
                **values, content=new.content, proposal_id=proposal_id, approved_at=ledger.at
            )
        )
        facts = {**values, "proposal_id": proposal_id}
        if grounds is not None:
            keep_grounds(ledger.connection, new.id, grounds)
            facts["grounds_sha256"] = grounds.sha256
        if proposal_id is not None:
            set_status(ledger.connection, proposal_id, "approved")
        entry = ledger.record("approve", f"definition:{new.id}", facts)
        if supersedes:
            entry = _end(
                ledger,
                supersedes,
                "superseded",
                new.effective_from,
                reason=f"superseded by {new.id}",
                successor=new.id,
            )
    return entry


def _values(new: NewDefinition, actor: Actor) -> dict[str, Any]:
    if new.effective_to is not None and new.effective_to < new.effective_from:
        raise InputError(
            f"the last day ({day_name(new.effective_to.isoformat())}) is before the first "
            f"({day_name(new.effective_from.isoformat())})"
        )
    if not new.content:
        raise InputError("the definition has no content")
    return {
        "id": require_text(new.id, "the id"),
        "council": new.council,
        "option_id": new.option_id,
        "purpose": new.purpose,
        "effective_from": new.effective_from.isoformat(),
        "effective_to": new.effective_to and new.effective_to.isoformat(),
        "approved_by": actor.name,
        "approved_post": actor.post,
        "minute_reference": require_text(new.minute_reference, "the minute reference"),
        "reasons": require_text(new.reasons, "the reason"),
        "directory_date": new.directory_date,
        "software_version": new.software_version,
        "sha256": hashlib.sha256(new.content).hexdigest(),
    }


def withdraw(
    database: Database,
    definition_id: str,
    reason: str,
    *,
    on: date,
    actor: Actor,
    now: datetime,
) -> str:
    """
    Withdraw a definition without replacing it.

    Parameters
    ----------
    on : datetime.date
        First day on which it is no longer in force; not before its first day.

    Returns
    -------
    str
        Hash of the entry in the audit log.

    Raises
    ------
    NotAllowedError
        If the actor is not an approver.
    NotFoundError
        If there is no such definition.
    ConflictError
        If it has already ended, or would end before it began.
    InputError
        If the reason is blank.
    """
    require_may(actor, "withdraw")
    cleaned = require_text(reason, "the reason")
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        found = definition(ledger.connection, definition_id)
        _require_running(found)
        if on.isoformat() < found["effective_from"]:
            raise ConflictError(
                f"definition {definition_id} begins on {day_name(found['effective_from'])}, so it "
                f"cannot end on {day_name(on.isoformat())}; name that day, and it never applies, "
                "or a later one"
            )
        return _end(ledger, definition_id, "withdrawn", on, reason=cleaned)


def _end(
    ledger: Ledger,
    definition_id: str,
    kind: Literal["superseded", "withdrawn"],
    on: date,
    *,
    reason: str,
    successor: str | None = None,
) -> str:
    facts = {
        "ended_on": on.isoformat(),
        "kind": kind,
        "successor": successor,
        "by": ledger.actor.name,
        "reason": reason,
    }
    ledger.connection.execute(
        sa.insert(DEFINITION_ENDS).values(definition_id=definition_id, at=ledger.at, **facts)
    )
    act = {"superseded": "supersede", "withdrawn": "withdraw"}[kind]
    return ledger.record(act, f"definition:{definition_id}", facts)


def _require_same(proposal: RowMapping, new: NewDefinition) -> None:
    other = [
        name for name in ("council", "option_id", "purpose") if proposal[name] != getattr(new, name)
    ]
    if other:
        raise ConflictError(
            f"the definition differs from proposal {proposal['id']} in {', '.join(other)}"
        )


def _require_new(connection: Connection, definition_id: str) -> None:
    taken = sa.select(DEFINITIONS.c.id).where(DEFINITIONS.c.id == definition_id)
    if connection.execute(taken).first():
        raise ConflictError(
            f"the definition {definition_id} already exists and cannot be edited: choose another id"
        )


def _require_running(found: RowMapping) -> None:
    if found["ended_on"] is not None:
        raise ConflictError(
            f"{found['id']} was {found['kind']} with effect from {day_name(found['ended_on'])}"
        )


def _require_successor(connection: Connection, old_id: str, new: NewDefinition) -> None:
    _require_running(definition(connection, old_id))
    theirs = {row["id"]: first for row, first in of_council(connection, new.council, new.purpose)}
    first = theirs.get(old_id)
    if first is None:
        raise ConflictError(f"{old_id} is for another council or purpose, so it stays in force")
    if new.effective_from.isoformat() < first:
        raise ConflictError(
            f"{new.id} would begin before {old_id} does ({first}); choose a later day"
        )


def require_unchanged(*, same: bool) -> None:
    """Raise ConflictError, of ``seen``, if the grounds of a decision have changed."""
    if not same:
        raise ConflictError(
            "the figures or the area in force have changed since you looked: check them again, "
            "then decide",
            parameter="seen",
        )


def _require_as_seen(connection: Connection, new: NewDefinition, seen: Standing) -> None:
    now = periods.standing(connection, new.council, new.purpose)
    require_unchanged(same=now == seen)


def _require_free(connection: Connection, new: NewDefinition, *, besides: str | None) -> None:
    """Raise an error if another definition for the purpose is in force on one of its days."""
    first = new.effective_from.isoformat()
    last = new.effective_to.isoformat() if new.effective_to else FOREVER
    for row, begins in of_council(connection, new.council, new.purpose):
        held_to = last_day(row)
        if held_to < begins:  # it ended before it began, so it holds no day
            continue
        if row["id"] != besides and begins <= last and held_to >= first:
            until = "" if held_to == FOREVER else f" to {day_name(held_to)}"
            raise ConflictError(
                f"{row['id']} is in force from {day_name(begins)}{until} for the same "
                "purpose; supersede it, or choose other dates",
                parameter="supersede",
            )
