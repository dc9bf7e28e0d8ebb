"""
A decision made and put in force: frozen, entered in the record, then placed in the folder.

Freezing takes seconds and comes before the transaction; the record is written whole or not
at all; the folder follows, and is made good from the record should a program die between.
A decision sent again, because its answer was lost, is not made twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from localarea.classify.definition_file import OpenDefinition
from localarea.classify.publish import propose, publish
from localarea.decisions import approvals
from localarea.decisions.approvals import NewDefinition
from localarea.decisions.folder import end_of_definition, recorded_file, restore_folder
from localarea.decisions.people import require_may
from localarea.decisions.proposals import find_proposal, require_open
from localarea.decisions.schema import DEFINITIONS
from localarea.errors import ConflictError, DataError, DefinitionDamagedError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from localarea.classify.definition import Definition
    from localarea.classify.definitions_store import DefinitionStore
    from localarea.classify.publish import Approval
    from localarea.datasets.store import DataStore
    from localarea.decisions.database import Database
    from localarea.decisions.grounds import Grounds
    from localarea.decisions.people import Actor
    from localarea.decisions.periods import Standing
    from localarea.options.council import Council
    from localarea.records import Option


@dataclass(frozen=True, slots=True)
class Enacted:
    """
    A definition that was approved.

    Attributes
    ----------
    definition : Definition
        What was approved.
    sha256 : str
        Of its file.
    repeated : bool
        Whether the record held this very decision already.
    """

    definition: Definition
    sha256: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """
    What is to be approved, and where it is kept.

    Attributes
    ----------
    option : Option
        The candidate.
    council : Council
        Whose definition it becomes.
    approval : Approval
        Who approves it, for what, from when and why.
    proposal_id : int or None
        The proposal that it answers.
    options : callable
        Gives the options that were looked at; called when the file is made.
    store : DataStore
        The tables.
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
    database: Database, folder: DefinitionStore, chosen: Chosen, *, actor: Actor, now: datetime
) -> Enacted:
    """
    Approve an option as a definition, once.

    Parameters
    ----------
    database : Database
        The store.
    folder : DefinitionStore
        The folder that `check` reads.
    chosen : Chosen
        What is approved.
    actor : Actor
        An approver.
    now : datetime.datetime
        The time, with its zone.

    Returns
    -------
    Enacted
        The definition, in the record and in the folder.

    Raises
    ------
    NotAllowedError
        If the actor is not an approver.
    InputError
        If something needed is blank or impossible, or an area to reserve contracts to is
        not made of whole districts.
    NotFoundError
        If the proposal or the superseded definition is not known.
    ConflictError
        If the proposal is decided already, the id is taken by something else, or another
        definition of the purpose holds on one of its days.
    """
    require_may(actor, "supersede" if chosen.approval.supersedes else "approve")
    made = propose(chosen.option, chosen.council, chosen.approval, store=chosen.store)
    restore_folder(database, folder)
    found = _repeated(database, made, chosen.proposal_id)
    if found is None:
        _require_open(database, chosen.proposal_id)
        folder.require_free(made)  # it knows the imported ones too
        found = _record(database, chosen, actor=actor, now=now)
        _put_in_force(database, folder, f"{made.id} is approved")
    return found


def _put_in_force(database: Database, folder: DefinitionStore, what: str) -> tuple[str, ...]:
    try:
        return restore_folder(database, folder).damaged
    except InputError as error:
        raise DataError(
            f"{what} and on record, and the folder that checks read could not be written: "
            f"{error}; make room there, then: localarea definitions restore"
        ) from error


def _record(database: Database, chosen: Chosen, *, actor: Actor, now: datetime) -> Enacted:
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
        return found  # the same decision, sent twice at once
    return Enacted(opened.definition, opened.sha256, repeated=False)


def _new_definition(opened: OpenDefinition) -> NewDefinition:
    made = opened.definition
    return NewDefinition(
        id=made.id,
        council=made.council,
        option_id=made.option,
        purpose=made.purpose,
        effective_from=date.fromisoformat(made.effective_from),
        effective_to=date.fromisoformat(made.effective_to) if made.effective_to else None,
        reasons=made.reason,
        minute_reference=made.minute or f"none stated; approved as {made.role}",
        directory_date=made.directory_date,
        software_version=made.software,
        content=opened.data,
    )


def _repeated(database: Database, made: Definition, proposal_id: int | None) -> Enacted | None:
    """Find the same decision on record: all is equal but the day on which it was sent."""
    opened = recorded_file(database, made.id)
    if opened is None:
        return None
    held = opened.definition
    same = replace(made, approved_on=held.approved_on).terms_sha256 == held.terms_sha256
    with database.reading() as connection:
        answered = sa.select(DEFINITIONS.c.proposal_id).where(DEFINITIONS.c.id == made.id)
        same = same and connection.execute(answered).scalar_one() == proposal_id
    return Enacted(held, opened.sha256, repeated=True) if same else None


def _require_open(database: Database, proposal_id: int | None) -> None:
    if proposal_id is not None:
        with database.reading() as connection:
            require_open(find_proposal(connection, proposal_id))


def _on_record(database: Database, definition_id: str | None) -> str | None:
    """Give what is superseded if the record has it; an imported one is in the folder alone."""
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
    database : Database
        The store.
    folder : DefinitionStore
        The folder that `check` reads.
    definition_id : str
        Which.
    reason : str
        Why.
    on : datetime.date
        The first day on which it no longer holds.
    actor : Actor
        An approver.
    now : datetime.datetime
        The time, with its zone.

    Raises
    ------
    NotAllowedError
        If the actor is not an approver.
    NotFoundError
        If the record has no such definition.
    ConflictError
        If it has ended otherwise already, would end before it began, or was only imported.
    InputError
        If the reason is blank.
    """
    require_may(actor, "withdraw")
    if definition_id in folder.ids() and recorded_file(database, definition_id) is None:
        raise ConflictError(
            f"{definition_id} is not on the record here: it was imported or published by an "
            "older version; its publisher withdraws it, or another definition supersedes it"
        )
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
