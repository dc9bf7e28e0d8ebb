"""
The audit log: entries that only ever grow, each holding the hash of the one before.

An edit, a removal or an insertion changes a hash and every one after it. Who can rewrite
the whole database could also rewrite the whole chain, so the last hash is worth keeping
elsewhere (in the minutes of the decision, say): ``localarea audit verify --expect HASH``.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from localarea.decisions.grounds import grounds_faults
from localarea.decisions.schema import AUDIT, AUDIT_HEAD, DEFINITION_ENDS, DEFINITIONS
from localarea.errors import AuditError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.roles import Actor

NO_HASH: Final = "0" * 64  # what the first entry follows
_HASHED: Final = ("seq", "at", "actor", "role", "action", "subject", "details", "previous")


def canonical(value: Mapping[str, Any]) -> str:
    """
    Write a mapping as JSON in the one form that is hashed.

    Parameters
    ----------
    value : mapping
        Of what JSON knows; not-a-number is refused.

    Returns
    -------
    str
        Keys sorted, no spaces, not escaped to ASCII.

    Examples
    --------
    >>> canonical({"b": 1, "a": "£"})
    '{"a":"£","b":1}'
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def entry_hash(entry: Mapping[str, Any]) -> str:
    """
    Compute the hash of an entry.

    Parameters
    ----------
    entry : mapping
        The columns of the log; ``previous`` ties it to the entry before.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    return hashlib.sha256(
        canonical({name: entry[name] for name in _HASHED}).encode("utf-8")
    ).hexdigest()


def lock_head(connection: Connection) -> tuple[int, str]:
    """
    Take hold of the end of the log until the transaction ends.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        In a transaction that writes.

    Returns
    -------
    int
        Number of the last entry; 0 for none.
    str
        Its hash.

    Raises
    ------
    AuditError
        If the log has no head: somebody has taken it out.
    """
    row = connection.execute(
        sa.select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash).with_for_update()
    ).one_or_none()
    if row is None:
        raise AuditError("the audit log has lost its head; restore the last back-up")
    return row.seq, row.hash


class Ledger:
    """
    One change in the making: its connection, and the log that it is entered in.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        In a transaction that holds the head of the log.
    actor : Actor
        Who makes the change.
    at : str
        When: ISO 8601 in UTC.
    seq : int
        Number of the last entry.
    last : str
        Its hash.
    """

    def __init__(self, connection: Connection, actor: Actor, at: str, seq: int, last: str) -> None:
        self.connection, self.actor, self.at = connection, actor, at
        self._seq, self._last = seq, last

    def record(self, action: str, subject: str, details: Mapping[str, Any]) -> str:
        """
        Enter what is done.

        Parameters
        ----------
        action : str
            What was done, such as ``approve``.
        subject : str
            To what, such as ``definition:colchester-measure-2026.1``.
        details : mapping
            What one needs to know later. Never a home postcode.

        Returns
        -------
        str
            Hash of the entry.
        """
        entry = {
            "seq": self._seq + 1,
            "at": self.at,
            "actor": self.actor.name,
            "role": self.actor.role,
            "action": action,
            "subject": subject,
            "details": canonical(details),
            "previous": self._last,
        }
        entry["hash"] = entry_hash(entry)
        self.connection.execute(sa.insert(AUDIT).values(entry))
        self.connection.execute(sa.update(AUDIT_HEAD).values(seq=entry["seq"], hash=entry["hash"]))
        self._seq, self._last = self._seq + 1, str(entry["hash"])
        return self._last


@dataclass(frozen=True, slots=True)
class AuditReport:
    """
    What a verification found.

    Attributes
    ----------
    entries : int
        Number of entries read.
    head : str
        Hash of the last entry; sixty-four noughts for an empty log.
    faults : tuple of str
        What does not hold, in the order found; empty when all is well.
    """

    entries: int
    head: str
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """
        Tell whether nothing was found.

        Returns
        -------
        bool
            True without faults.
        """
        return not self.faults


def verify(connection: Connection, *, expect: str | None = None) -> AuditReport:
    """
    Read the whole log and find any edit, and any definition that differs from its entry.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        To read with.
    expect : str, optional
        A hash that was noted earlier, whole or its first eight characters or more; it must
        be that of some entry.

    Returns
    -------
    AuditReport
        Number of entries, last hash and faults.
    """
    faults: list[str] = []
    count, last, met = 0, NO_HASH, expect is None or NO_HASH.startswith(expect.casefold())
    approved: dict[str, Mapping[str, Any]] = {}
    ended: dict[str, Mapping[str, Any]] = {}
    for entry in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.seq)).mappings():
        count += 1
        faults += _entry_faults(entry, count, last)
        last = entry["hash"]
        met = met or (expect is not None and last.startswith(expect.casefold()))
        _note(entry, approved, ended)
    faults += _head_faults(connection, count, last)
    said = {subject.removeprefix("definition:"): facts for subject, facts in approved.items()}
    faults += _definition_faults(connection, said)
    faults += grounds_faults(connection, said)
    faults += _end_faults(connection, ended)
    if not met:
        faults.append(f"no entry has the hash {expect}, so the log is not the one it was noted of")
    return AuditReport(count, last, tuple(faults))


def _entry_faults(entry: RowMapping, number: int, last: str) -> Iterable[str]:
    if entry["seq"] != number:
        yield f"entry {number} is missing: the next one is numbered {entry['seq']}"
    if entry["previous"] != last:
        yield f"entry {entry['seq']} does not follow the entry before it"
    if entry_hash(dict(entry)) != entry["hash"]:
        yield f"entry {entry['seq']} has been changed: its hash does not fit what it says"


def _note(
    entry: RowMapping,
    approved: dict[str, Mapping[str, Any]],
    ended: dict[str, Mapping[str, Any]],
) -> None:
    """Keep what the log says of each definition."""
    kept = {"approve": approved, "supersede": ended, "withdraw": ended}.get(entry["action"])
    if kept is None:
        return
    try:
        kept[entry["subject"]] = json.loads(entry["details"])
    except json.JSONDecodeError:  # a changed entry, told already by its hash
        kept[entry["subject"]] = {}


def _head_faults(connection: Connection, count: int, last: str) -> Iterable[str]:
    head = connection.execute(sa.select(AUDIT_HEAD)).mappings().one_or_none()
    if head is None:
        yield "the log has lost its head"
    elif (head["seq"], head["hash"]) != (count, last):
        yield f"the log ends at entry {count}, and its head says {head['seq']}: entries are gone"


def _definition_faults(
    connection: Connection, approved: Mapping[str, Mapping[str, Any]]
) -> Iterable[str]:
    gone = dict(approved)
    for row in connection.execute(sa.select(DEFINITIONS)).mappings():
        facts = gone.pop(row["id"], None)
        if facts is None:
            yield f"definition {row['id']} was never approved in the log"
            continue
        if hashlib.sha256(row["content"]).hexdigest() != row["sha256"]:
            yield f"definition {row['id']}: its content does not fit its sha256"
        other = [name for name, value in facts.items() if name in row and row[name] != value]
        if other:
            yield f"definition {row['id']} differs from its approval in {', '.join(sorted(other))}"
    for identity in gone:
        yield f"definition {identity} was approved and is gone"


def _end_faults(connection: Connection, ended: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    said = {subject.removeprefix("definition:"): facts for subject, facts in ended.items()}
    for row in connection.execute(sa.select(DEFINITION_ENDS)).mappings():
        facts = said.pop(row["definition_id"], None)
        if facts is None:
            yield f"definition {row['definition_id']} was ended without an entry in the log"
        elif any(name in row and row[name] != value for name, value in facts.items()):
            yield f"the end of definition {row['definition_id']} differs from its entry"
    for identity in said:
        yield f"definition {identity} was ended in the log, and its end is gone"


def latest(connection: Connection, count: int) -> list[dict[str, Any]]:
    """
    Give the latest entries, the oldest of them first.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        To read with.
    count : int
        At most so many.

    Returns
    -------
    list of dict
        The columns of the log; ``details`` as a mapping.
    """
    rows = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(count))
    entries = [dict(row) for row in rows.mappings()]
    return [{**entry, "details": json.loads(entry["details"])} for entry in reversed(entries)]


def published(connection: Connection) -> dict[str, str]:
    """
    Give the definitions that the log says were published from the command line.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        To read with.

    Returns
    -------
    dict of str to str
        Id and ``terms_sha256``, which a later index of postcodes does not change.
    """
    rows = connection.execute(
        sa.select(AUDIT.c.subject, AUDIT.c.details).where(AUDIT.c.action == "publish")
    )
    return {
        subject.removeprefix("definition:"): json.loads(details)["terms_sha256"]
        for subject, details in rows
    }
