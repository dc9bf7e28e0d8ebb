"""
Publish an approved option: freeze it, enter it in the record, then place it in the folder.

Freezing takes seconds and comes before the transaction. The record is written in one
transaction; the folder follows, and is repaired from the record if a program dies in between.
A decision that is sent again, because the response was lost, is recorded only once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from localarea.decisions import approvals
from localarea.decisions.approvals import NewDefinition
from localarea.decisions.proposals import find_proposal, require_open
from localarea.decisions.reconcile import end_of_definition, recorded_file, restore_folder
from localarea.decisions.record.roles import require_may
from localarea.decisions.record.schema import DEFINITIONS
from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.publish import publish
from localarea.definitions.terms import propose
from localarea.errors import ConflictError, DataError, DefinitionDamagedError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from localarea.datasets.store import DataStore
    from localarea.decisions.database import Database
    from localarea.decisions.record.grounds import Grounds
    from localarea.decisions.record.roles import Actor
    from localarea.decisions.validity import Standing
    from localarea.definitions.model import Definition
    from localarea.definitions.store import DefinitionStore
    from localarea.definitions.terms import Approval
    from localarea.options.council import Council
    from localarea.records import Option


@dataclass(frozen=True, slots=True)
class Enacted:
    """
    A definition that was approved.

    ``repeated``: whether the record already held this decision.
    """

    definition: Definition
    sha256: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class ApprovedOption:
    """
    An option to be approved, with its approval and its data.

    Attributes
    ----------
    options : callable
        Returns the options considered; called when the file is built.
    grounds : Grounds or None
        What the approver saw; None where nothing was on a screen.
    standing : tuple or None
        What was decided for the purpose then; None where nothing was on a screen.
    """

    option: Option
    council: Council
    approval: Approval
    proposal_id: int | None
    options: Callable[[], Sequence[Option]]
    store: DataStore
    grounds: Grounds | None = None
    standing: Standing | None = None


def enact(
    database: Database,
    folder: DefinitionStore,
    chosen: ApprovedOption,
    *,
    actor: Actor,
    now: datetime,
) -> Enacted:
    """
    Approve an option as a definition, once.

    Parameters
    ----------
    folder : DefinitionStore
        The folder that `check` reads.
    actor : Actor
        An approver.

    Raises
    ------
    NotAllowedError
        If the actor is not an approver.
    InputError
        If a required field is blank or not valid, or contracts may not be reserved to the
        area although that is its purpose.
    NotFoundError
        If the proposal or the superseded definition is not known.
    ConflictError
        If the proposal is already decided, the id is taken, or another definition for
        the same purpose is in force on one of its days.
    """
    require_may(actor, "supersede" if chosen.approval.supersedes else "approve")
    proposed = propose(chosen.option, chosen.council, chosen.approval, store=chosen.store)
    bring_along(database, folder)
    found = _repeated(database, proposed, chosen.proposal_id)
    if found is None:
        _require_open(database, chosen.proposal_id)
        folder.require_free(proposed)  # imported definitions are in the folder alone
        found = _record(database, chosen, actor=actor, now=now)
        _put_in_force(database, folder, f"{proposed.id} is approved")
    return found


def bring_along(database: Database, folder: DefinitionStore) -> None:
    """
    Write to the folder what was decided before, ahead of a decision that checks are to follow.

    DataError if the folder cannot be written: what was decided cannot be taken back.
    """
    try:
        folder.require_writable()
        restore_folder(database, folder)
    except InputError as error:
        raise DataError(
            "nothing was decided, because the folder that checks read could not be written: "
            f"{error}; make room there, or let the user that runs this write there, then decide "
            "again"
        ) from error


def _put_in_force(database: Database, folder: DefinitionStore, what: str) -> tuple[str, ...]:
    try:
        return restore_folder(database, folder).damaged
    except InputError as error:
        raise DataError(
            f"{what} and on record, but the folder that checks read could not be written: "
            f"{error}; make room there, or let the user that runs this write there, then: "
            "localarea definitions restore"
        ) from error


def _record(database: Database, chosen: ApprovedOption, *, actor: Actor, now: datetime) -> Enacted:
    data = publish(
        chosen.option,
        chosen.council,
        chosen.approval,
        options=chosen.options(),
        store=chosen.store,
    )
    opened = OpenDefinition(data)
    opened.check()
    new = _new_definition(opened)
    try:
        approvals.approve(
            database,
            new,
            actor=actor,
            now=now,
            proposal_id=chosen.proposal_id,
            supersedes=_on_record(database, opened.definition.supersedes),
            grounds=chosen.grounds,
            standing=chosen.standing,
        )
    except ConflictError:
        found = _repeated(database, opened.definition, chosen.proposal_id)
        if found is None:
            raise
        return found  # the same decision, sent twice concurrently
    return Enacted(opened.definition, opened.sha256, repeated=False)


def _new_definition(opened: OpenDefinition) -> NewDefinition:
    proposed = opened.definition
    return NewDefinition(
        id=proposed.id,
        council=proposed.council,
        option_id=proposed.option,
        purpose=proposed.purpose,
        effective_from=date.fromisoformat(proposed.effective_from),
        effective_to=date.fromisoformat(proposed.effective_to) if proposed.effective_to else None,
        reasons=proposed.reason,
        minute_reference=proposed.minute or f"none stated; approved as {proposed.role}",
        directory_date=proposed.directory_date,
        software_version=proposed.software,
        content=opened.data,
    )


def _repeated(database: Database, proposed: Definition, proposal_id: int | None) -> Enacted | None:
    """Find the same decision on record: everything equal except the day it was sent."""
    opened = recorded_file(database, proposed.id)
    if opened is None:
        return None
    recorded = opened.definition
    same = replace(proposed, approved_on=recorded.approved_on).terms_sha256 == recorded.terms_sha256
    with database.reading() as connection:
        answered = sa.select(DEFINITIONS.c.proposal_id).where(DEFINITIONS.c.id == proposed.id)
        same = same and connection.execute(answered).scalar_one() == proposal_id
    return Enacted(recorded, opened.sha256, repeated=True) if same else None


def _require_open(database: Database, proposal_id: int | None) -> None:
    if proposal_id is not None:
        with database.reading() as connection:
            require_open(find_proposal(connection, proposal_id))


def _on_record(database: Database, definition_id: str | None) -> str | None:
    """Return the id if the record has it; an imported definition is in the folder alone."""
    if definition_id is None or recorded_file(database, definition_id) is None:
        return None
    return definition_id


def end(
    database: Database,
    folder: DefinitionStore,
    definition_id: str,
    reason: str,
    *,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """
    Withdraw a definition, once, in the record and in the folder.

    Parameters
    ----------
    on : datetime.date
        First day on which it is no longer in force.

    Raises
    ------
    NotAllowedError
        If the actor is not an approver.
    NotFoundError
        If the record has no such definition.
    ConflictError
        If it has already ended otherwise, would end before it began, or was only imported.
    InputError
        If the reason is blank.
    """
    require_may(actor, "withdraw")
    if definition_id in folder.ids() and recorded_file(database, definition_id) is None:
        raise ConflictError(
            f"definition {definition_id} is not on the record here: it was imported or published "
            "by an older version; its publisher withdraws it, or another definition supersedes it"
        )
    bring_along(database, folder)
    try:
        approvals.withdraw(database, definition_id, reason, on=on, actor=actor, now=now)
    except ConflictError:
        with database.reading() as connection:
            found = end_of_definition(connection, definition_id)
        wanted = ("withdrawn", on.isoformat(), reason.strip(), actor.name)
        if found is None or (found.kind, found.ended_on, found.reason, found.by) != wanted:
            raise
    damaged = _put_in_force(database, folder, f"{definition_id} is withdrawn")
    if folder.end(definition_id) is None:
        raise DefinitionDamagedError(folder.root / definition_id, "; ".join(damaged))
