"""Enter in the record that a definition was indexed from a newer postcode directory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from localarea.decisions.proposals import utc_stamp
from localarea.decisions.record.roles import require_may
from localarea.decisions.record.schema import AUDIT

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from localarea.decisions.database import Database
    from localarea.decisions.record.roles import Actor
    from localarea.definitions.refresh import Refresh
    from localarea.definitions.store import DefinitionStore

ACTION: Final = "refresh"


def keep_refreshed(
    database: Database, folder: DefinitionStore, done: Refresh, *, actor: Actor, now: datetime
) -> tuple[Path, str]:
    """
    Place a new edition of a definition in the folder, and enter it in the record.

    The entry holds both directories, the checksum of the new file and the numbers of changes.
    Without the file there is no entry: if it cannot be written, nothing is recorded.

    Parameters
    ----------
    folder : DefinitionStore
        The folder that `check` reads.
    actor : Actor
        Who refreshes it: an approver or, for the boundary stays, an administrator.
    now : datetime.datetime
        Time of the change, timezone-aware.

    Returns
    -------
    pathlib.Path
        File of the new edition.
    str
        Hash of the entry in the audit log.

    Raises
    ------
    NotAllowedError
        If the actor's role does not allow it.
    ConflictError
        If the edition is there with other bytes.
    InputError
        If the folder cannot be written.
    """
    require_may(actor, ACTION)
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        path = folder.add(done.data)
        return path, ledger.record(ACTION, f"definition:{done.definition}", _facts(done))


def entry_of(connection: Connection, definition_id: str, sha256: str) -> str | None:
    """Return the hash of the entry by which an edition of a definition came; None without one."""
    rows = connection.execute(
        sa.select(AUDIT.c.details, AUDIT.c.hash).where(
            AUDIT.c.action == ACTION, AUDIT.c.subject == f"definition:{definition_id}"
        )
    )
    return next((found for facts, found in rows if json.loads(facts)["sha256"] == sha256), None)


def _facts(done: Refresh) -> dict[str, Any]:
    counts = {name: sum(getattr(done, name).values())
              for name in ("added", "removed", "terminated", "revived")}  # fmt: skip
    return {
        "directory_before": done.before,
        "directory_date": done.after,
        "sha256": done.sha256,
        **counts,
        "moved": done.moved,
        "changed": len(done.changed),
    }


def refreshed_editions(connection: Connection, definition_id: str) -> dict[str, str]:
    """Return the editions that the record says a refresh made: month of directory to checksum."""
    subject = f"definition:{definition_id}"
    rows = connection.execute(
        sa.select(AUDIT.c.details).where(AUDIT.c.action == ACTION, AUDIT.c.subject == subject)
    )
    facts = [json.loads(details) for (details,) in rows]
    return {fact["directory_date"]: fact["sha256"] for fact in facts}
