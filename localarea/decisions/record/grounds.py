"""
What an approver saw, stored with the approval: comparison, figures, gains and map.

Figures are recalculated from the current tables, and the definition to compare with depends on
the day. So what was on screen is stored once, with the decision, and shown unchanged from then on.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from localarea.decisions.record.schema import GROUNDS
from localarea.definitions.model import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Grounds:
    """
    What was on screen when an approver decided.

    ``shown``: JSON values: the figures and gains, formatted as they were shown.
    """

    shown: Mapping[str, Any]
    picture: bytes

    @property
    def seen(self) -> str:
        """
        Return a checksum of what was shown, to detect later whether it has changed.

        SHA-256 in hexadecimal. The map is left out, because its zones are in ``shown``.
        """
        return hashlib.sha256(canonical_json(self.shown)).hexdigest()

    @property
    def sha256(self) -> str:
        """
        Return the checksum that the audit log records.

        SHA-256 in hexadecimal, of what was shown and of the map.
        """
        picture = hashlib.sha256(self.picture).hexdigest()
        whole = {"shown": self.shown, "picture_sha256": picture}
        return hashlib.sha256(canonical_json(whole)).hexdigest()


def keep_grounds(connection: Connection, definition_id: str, grounds: Grounds) -> None:
    """Store the grounds of a definition; they cannot be changed later."""
    connection.execute(
        sa.insert(GROUNDS).values(
            definition_id=definition_id,
            shown=canonical_json(grounds.shown).decode("utf-8"),
            picture=grounds.picture,
        )
    )


def read_grounds(connection: Connection, definition_id: str) -> Grounds | None:
    """
    Read the grounds of a definition.

    None if none were stored: it was published from the command line or by an older version.
    """
    row = connection.execute(
        sa.select(GROUNDS.c.shown, GROUNDS.c.picture).where(
            GROUNDS.c.definition_id == definition_id
        )
    ).one_or_none()
    return row and Grounds(json.loads(row.shown), row.picture)


def grounds_faults(
    connection: Connection, approved: Mapping[str, Mapping[str, Any]]
) -> Iterable[str]:
    """Compare the grounds with the entries of the audit log."""
    logged = {
        name: facts["grounds_sha256"]
        for name, facts in approved.items()
        if facts.get("grounds_sha256")
    }
    for row in connection.execute(sa.select(GROUNDS)):
        expected = logged.pop(row.definition_id, None)
        if expected is None:
            yield f"the grounds of definition {row.definition_id} have no entry in the log"
            continue
        try:
            found = Grounds(json.loads(row.shown), row.picture).sha256
        except json.JSONDecodeError:
            found = ""
        if found != expected:
            yield f"the grounds of definition {row.definition_id} are not those of its approval"
    for name in logged:
        yield f"the grounds of definition {name} are missing"
