"""Take-overs of definitions by successor authorities, as the record has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from localarea.decisions.record.schema import AUDIT
from localarea.definitions.decided.take_overs import TakeOver

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

ACTION: Final = "take_over"
_SUBJECT: Final = "definition:"


def take_overs(connection: Connection) -> dict[str, TakeOver]:
    """Return the take-over of each definition that was taken over, by its id."""
    rows = connection.execute(
        sa.select(AUDIT.c.subject, AUDIT.c.details, AUDIT.c.actor, AUDIT.c.at)
        .where(AUDIT.c.action == ACTION)
        .order_by(AUDIT.c.seq)
    )
    found = {}
    for subject, details, by, at in rows:
        name = subject.removeprefix(_SUBJECT)
        found[name] = TakeOver(definition=name, by=by, at=at, **json.loads(details))
    return found
