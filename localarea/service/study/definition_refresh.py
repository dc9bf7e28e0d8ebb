"""Index a definition from the directory in use: what would change, and then the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localarea.decisions.refreshing import entry_of, keep_refreshed
from localarea.definitions.refresh import compare_editions, refresh
from localarea.errors import ConflictError
from localarea.service.state import clock

if TYPE_CHECKING:
    from localarea.definitions.refresh import Refresh
    from localarea.service.auth.identity import Identity
    from localarea.service.state.state import State


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A new edition as it was kept; ``repeated`` if it was there already."""

    changes: Refresh
    entry: str
    repeated: bool

    def as_document(self) -> dict[str, Any]:
        """Return the report as a dictionary, without the file."""
        return facts_of(self.changes) | {"entry": self.entry, "repeated": self.repeated}


def facts_of(changes: Refresh) -> dict[str, Any]:
    """Return what changes, and the checksum of the edition, as a dictionary."""
    return changes.as_document() | {"sha256": changes.sha256}


def look_at_refresh(state: State, definition_id: str) -> Refresh:
    """
    Index a definition from the directory in use, and keep nothing.

    It takes some seconds and 500 MB, so it is done for one at a time.
    """
    with state.freezing:
        return refresh(state.definitions.open(definition_id), store=state.store)


def refresh_definition(
    state: State, identity: Identity, definition_id: str, seen: str = ""
) -> Refreshed:
    """
    Keep the edition of the directory in use, and enter it in the record.

    ``seen``: checksum of the edition that was looked at; empty if none was. ConflictError if the
    edition is not the one that was looked at; its parameter is ``seen``. InputError if the
    directory in use is not newer than that of the definition.
    """
    actor = identity.actor("refresh")
    with state.freezing:
        opened = state.definitions.open(definition_id)
        if seen and seen == opened.sha256:  # sent again: it has been done
            return _as_kept(state, definition_id)
        changes = refresh(opened, store=state.store)
        if seen not in ("", changes.sha256):
            raise ConflictError(
                "the postcode directory or the definition has changed since you looked: look at "
                "what would change again, then confirm",
                parameter="seen",
            )
        _, entry = keep_refreshed(
            state.database, state.definitions, changes, actor=actor, now=clock.now()
        )
        return Refreshed(changes, entry, repeated=False)


def _as_kept(state: State, definition_id: str) -> Refreshed:
    *_, before, after = state.definitions.editions(definition_id)
    changes = compare_editions(
        state.definitions.open(definition_id, before), state.definitions.open(definition_id, after)
    )
    with state.database.reading() as connection:
        entry = entry_of(connection, definition_id, changes.sha256)
    return Refreshed(changes, entry or "", repeated=True)
