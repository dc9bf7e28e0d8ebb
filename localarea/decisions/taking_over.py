"""A successor authority takes over a definition, on the record and in the folder."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from localarea.decisions.proposals import require_text, utc_stamp
from localarea.decisions.record.roles import require_may
from localarea.decisions.record.taken_over import ACTION, take_overs
from localarea.definitions.decided.take_overs import TakeOver
from localarea.definitions.model import day_name
from localarea.errors import ConflictError, InputError
from localarea.places.gazetteer import fold, read_gazetteer

if TYPE_CHECKING:
    from datetime import datetime

    from localarea.datasets.store import DataStore
    from localarea.decisions.database import Database
    from localarea.decisions.record.roles import Actor
    from localarea.definitions.model import Definition
    from localarea.definitions.store import DefinitionStore
    from localarea.places.authorities import Authority

_OF_ENTRY = ("council", "authority", "taken_from", "order", "reason")


def take_over(
    database: Database,
    folder: DefinitionStore,
    definition_id: str,
    successor: Authority,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    store: DataStore | None = None,
) -> TakeOver:
    """
    Enter that a successor authority takes over a definition from its first day.

    The definition is not changed: its answers, dates and terms stay, and it still answers for the
    council that approved it. Asked again with the same words, nothing is entered twice.

    Parameters
    ----------
    successor : Authority
        One that the deployment's file of successor authorities states.
    actor : Actor
        An approver of the successor.
    now : datetime.datetime
        Time of the decision, timezone-aware.

    Raises
    ------
    NotAllowedError
        If the actor is not an approver.
    DefinitionNotFoundError
        If there is no such definition.
    InputError
        If the reason is blank, or the successor does not replace the definition's council.
    ConflictError
        If it was taken over otherwise, has ended by then, or would share a day with another
        definition of the successor.
    """
    require_may(actor, "take_over")
    made = folder.open(definition_id).definition
    _require_replaces(successor, made, store)
    taken = TakeOver(
        definition=definition_id,
        council=successor.council,
        authority=successor.name,
        taken_from=successor.start.isoformat(),
        order=successor.order,
        by=actor.name,
        at=utc_stamp(now),
        reason=require_text(reason, "the reason"),
    )
    with database.writing(actor, at=taken.at) as ledger:
        kept = take_overs(ledger.connection).get(definition_id)
        if kept is None:
            folder.require_may_take(taken)
            facts = {key: value for key, value in asdict(taken).items() if key in _OF_ENTRY}
            ledger.record(ACTION, f"definition:{definition_id}", facts)
        elif replace(kept, at=taken.at) != taken:
            raise ConflictError(
                f"definition {definition_id} was taken over by {kept.authority} from "
                f"{day_name(kept.taken_from)}"
            )
        else:
            taken = kept
    folder.place_take_over(taken)
    return taken


def _require_replaces(successor: Authority, made: Definition, store: DataStore | None) -> None:
    """Check that the successor has the district of the council, or at least one of the area."""
    names = read_gazetteer(store=store).districts
    named = [code for code, name in names.items() if fold(name) == fold(made.anchor)]
    replaced = set(named or made.districts)
    if not replaced & set(successor.districts):
        held = ", ".join(names[code] for code in successor.districts)
        raise InputError(
            f"{successor.name} replaces {held}, so it does not take over a definition of "
            f"{made.anchor}"
        )
