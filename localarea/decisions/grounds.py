"""
What an approver saw, kept with the approval: the comparison, the figures, the gains and the map.

Figures are worked out anew from the tables of the day, and what an area is held against is what
decides on the day. So what was on the screen is written down once, with the decision, and shown
for ever as it was.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from localarea.decisions.schema import GROUNDS
from localarea.definitions.model import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Grounds:
    """
    What was on the screen when an approver decided.

    Attributes
    ----------
    shown : mapping
        Plain values of JSON: figures and gains as they were written, and in which words.
    picture : bytes
        The map, as a PNG.
    """

    shown: Mapping[str, Any]
    picture: bytes

    @property
    def seen(self) -> str:
        """
        Give what stands for all that was shown, to tell later whether it is still the same.

        Returns
        -------
        str
            SHA-256 in hexadecimal, without the map: its zones are among what was shown.
        """
        return hashlib.sha256(canonical_json(self.shown)).hexdigest()

    @property
    def sha256(self) -> str:
        """
        Give the checksum that the audit log keeps.

        Returns
        -------
        str
            SHA-256 in hexadecimal, of what was shown and of the map.
        """
        picture = hashlib.sha256(self.picture).hexdigest()
        whole = {"shown": self.shown, "picture_sha256": picture}
        return hashlib.sha256(canonical_json(whole)).hexdigest()


def keep_grounds(connection: Connection, definition_id: str, grounds: Grounds) -> None:
    """
    Write the grounds of a definition down, once and for all.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        In the transaction that enters the approval.
    definition_id : str
        Which definition.
    grounds : Grounds
        What was seen.
    """
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

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        To read with.
    definition_id : str
        Which definition.

    Returns
    -------
    Grounds or None
        None where none were kept: it was published by a command, or by a version that kept none.
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
    """
    Hold the grounds to the entries of the log.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        To read with.
    approved : mapping of str to mapping
        Id of a definition to what the log says of its approval.

    Yields
    ------
    str
        What does not hold, in a sentence.
    """
    said = {
        name: facts["grounds_sha256"]
        for name, facts in approved.items()
        if facts.get("grounds_sha256")
    }
    for row in connection.execute(sa.select(GROUNDS)):
        expected = said.pop(row.definition_id, None)
        if expected is None:
            yield f"the grounds of definition {row.definition_id} were never entered in the log"
            continue
        try:
            found = Grounds(json.loads(row.shown), row.picture).sha256
        except json.JSONDecodeError:
            found = ""
        if found != expected:
            yield f"the grounds of definition {row.definition_id} are not those of its approval"
    for name in said:
        yield f"the grounds of definition {name} were kept and are gone"
