"""
The audit log: append-only entries, each holding the hash of the one before.

An edit, a removal or an insertion changes that hash and every later one. Anyone who can
rewrite the whole database could also rewrite the whole chain, so keep the last hash elsewhere
(in the minutes of the decision, for example): ``localarea audit verify --expect HASH``.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from localarea.decisions.record.authorship import OF_DEFINITIONS, authorship_faults
from localarea.decisions.record.grounds import grounds_faults
from localarea.decisions.record.proposal_faults import proposal_faults
from localarea.decisions.record.receipt_faults import contract_faults, receipt_faults
from localarea.decisions.record.schema import AUDIT, AUDIT_HEAD, DEFINITION_ENDS, DEFINITIONS
from localarea.decisions.record.trace_faults import trace_faults
from localarea.definitions.model import canonical_json
from localarea.errors import AuditError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.record.roles import Actor

NO_HASH: Final = "0" * 64  # the previous hash of the first entry
NOT_MET: Final = "no entry has the hash"  # a fault of the hash that was noted, not of an entry
_OF_REGISTER: Final = (
    *("enter_contract", "enter_return", "accept_return", "send_return_back"),
    *("let_supplier_in", "shut_supplier_out", "release_figures"),
    *("keep_proxy_values", "ask_value_report", "keep_value_report"),
)
_OF_PROPOSALS: Final = ("keep_shortlist", "keep_report")
_HASHED: Final = ("seq", "at", "actor", "role", "action", "subject", "details", "previous")


def entry_hash(entry: Mapping[str, Any]) -> str:
    """
    Compute the hash of an entry.

    ``entry``: columns of the log; ``previous`` links it to the entry before. Returns SHA-256 in
    hexadecimal.
    """
    return hashlib.sha256(canonical_json({name: entry[name] for name in _HASHED})).hexdigest()


def lock_head(connection: Connection) -> tuple[int, str]:
    """
    Lock the head of the log until the transaction ends.

    Returns
    -------
    int
        Number of the last entry; 0 if there are none.
    str
        Hash of the last entry.

    Raises
    ------
    AuditError
        If the head has been deleted.
    """
    row = connection.execute(
        sa.select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash).with_for_update()
    ).one_or_none()
    if row is None:
        raise AuditError(
            "the hash of the last entry of the audit log is missing; restore the last backup"
        )
    return row.seq, row.hash


class Ledger:
    """
    A change in progress: its connection and the log that records it.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        Connection in a transaction that holds the head of the log.
    at : str
        Time of the change, ISO 8601 in UTC.
    seq : int
        Number of the last entry.
    last : str
        Hash of the last entry.
    """

    def __init__(self, connection: Connection, actor: Actor, at: str, seq: int, last: str) -> None:
        self.connection, self.actor, self.at = connection, actor, at
        self._seq, self._last = seq, last

    def record(self, action: str, subject: str, details: Mapping[str, Any]) -> str:
        """
        Add an entry to the log.

        Parameters
        ----------
        action : str
            Action taken, such as ``approve``.
        subject : str
            Object of the action, such as ``definition:colchester-measure-2026.1``.
        details : mapping
            Facts needed later. Never a home postcode.

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
            "details": canonical_json(details).decode("utf-8"),
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
    Result of a verification.

    Attributes
    ----------
    head : str
        Hash of the last entry; 64 zeros for an empty log.
    faults : tuple of str
        Faults in the order found; empty if there are none.
    """

    entries: int
    head: str
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Return whether the log has no faults; True without faults."""
        return not self.faults

    def as_document(self) -> dict[str, Any]:
        """Return the report as JSON types."""
        return {
            "sound": self.sound,
            "entries": self.entries,
            "head": self.head,
            "faults": list(self.faults),
        }


def verify(connection: Connection, *, expect: str | None = None) -> AuditReport:
    """
    Verify the whole log, and what else is on record against its entries.

    ``expect``: a hash noted earlier, in full or at least its first eight characters; some entry
    must have it.
    """
    faults: list[str] = []
    number = count = 0
    last, met = NO_HASH, expect is None or NO_HASH.startswith(expect.casefold())
    approved: dict[str, Mapping[str, Any]] = {}
    ended: dict[str, Mapping[str, Any]] = {}
    receipts: dict[str, Mapping[str, Any]] = {}
    contracts: dict[str, Mapping[str, Any]] = {}
    traces: dict[str, Mapping[str, Any]] = {}
    entered: dict[str, tuple[str, str]] = {}
    for entry in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.seq)).mappings():
        count += 1
        faults += _entry_faults(entry, number + 1, last)
        number, last = entry["seq"], entry["hash"]
        of = OF_DEFINITIONS.get(entry["action"], "")
        entered[f"{of}{entry['subject']}"] = entry["actor"], entry["at"]
        met = met or (expect is not None and last.startswith(expect.casefold()))
        _note(entry, approved, ended, receipts, contracts, traces)
    faults += _head_faults(connection, number, last)
    faults += proposal_faults(connection)
    logged = {subject.removeprefix("definition:"): facts for subject, facts in approved.items()}
    faults += _definition_faults(connection, logged)
    faults += grounds_faults(connection, logged)
    faults += _end_faults(connection, ended)
    kept = {subject.removeprefix("receipt:"): facts for subject, facts in receipts.items()}
    faults += receipt_faults(connection, kept)
    faults += contract_faults(connection, contracts)
    faults += trace_faults(connection, traces)
    faults += authorship_faults(connection, entered)
    if not met:
        faults.append(f"{NOT_MET} {expect}, so this is not the log it was noted from")
    return AuditReport(count, last, tuple(faults))


def _entry_faults(entry: RowMapping, number: int, last: str) -> Iterable[str]:
    gone = entry["seq"] - number
    if gone > 1:
        yield f"entries {number} to {entry['seq'] - 1} are missing"
    elif gone:
        yield f"entry {number} is missing: the next one is numbered {entry['seq']}"
    if entry["previous"] != last:
        yield f"entry {entry['seq']} does not follow the entry before it"
    if entry_hash(dict(entry)) != entry["hash"]:
        yield f"entry {entry['seq']} has been changed: its hash does not match its content"


def _note(
    entry: RowMapping,
    approved: dict[str, Mapping[str, Any]],
    ended: dict[str, Mapping[str, Any]],
    receipts: dict[str, Mapping[str, Any]],
    contracts: dict[str, Mapping[str, Any]],
    traces: dict[str, Mapping[str, Any]],
) -> None:
    """Collect what the log says about each definition, receipt, contract, return and trace."""
    kept = {
        "approve": approved,
        "supersede": ended,
        "withdraw": ended,
        "keep_receipt": receipts,
        **dict.fromkeys(_OF_REGISTER, contracts),
        **dict.fromkeys(_OF_PROPOSALS, traces),
    }.get(entry["action"])
    if kept is None:
        return
    try:
        kept[entry["subject"]] = json.loads(entry["details"])
    except json.JSONDecodeError:  # a changed entry, already reported because of its hash
        kept[entry["subject"]] = {}


def _head_faults(connection: Connection, count: int, last: str) -> Iterable[str]:
    head = connection.execute(sa.select(AUDIT_HEAD)).mappings().one_or_none()
    if head is None:
        yield "the hash of the last entry of the audit log is missing"
    elif (head["seq"], head["hash"]) != (count, last):
        yield (
            f"the log ends at entry {count}, but the last entry on record is {head['seq']}: "
            "entries are missing"
        )


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
            yield f"definition {row['id']}: its content does not match its sha256"
        other = [name for name, value in facts.items() if name in row and row[name] != value]
        if other:
            yield f"definition {row['id']} differs from its approval in {', '.join(sorted(other))}"
    for identity in gone:
        yield f"definition {identity} was approved but is missing"


def _end_faults(connection: Connection, ended: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    logged = {subject.removeprefix("definition:"): facts for subject, facts in ended.items()}
    for row in connection.execute(sa.select(DEFINITION_ENDS)).mappings():
        facts = logged.pop(row["definition_id"], None)
        if facts is None:
            yield f"definition {row['definition_id']} was ended without an entry in the log"
        elif any(name in row and row[name] != value for name, value in facts.items()):
            yield f"the end of definition {row['definition_id']} differs from its entry"
    for identity in logged:
        yield f"definition {identity} was ended in the log, but its end is missing"


def latest(connection: Connection, count: int) -> list[dict[str, Any]]:
    """Return the columns of the latest entries, oldest first, with ``details`` parsed."""
    rows = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(count))
    entries = [dict(row) for row in rows.mappings()]
    return [{**entry, "details": json.loads(entry["details"])} for entry in reversed(entries)]


def published(connection: Connection) -> dict[str, str]:
    """
    Return the definitions that the log records as published from the command line.

    ``terms_sha256`` by definition id; a later index of postcodes does not change it.
    """
    rows = connection.execute(
        sa.select(AUDIT.c.subject, AUDIT.c.details).where(AUDIT.c.action == "publish")
    )
    return {
        subject.removeprefix("definition:"): json.loads(details)["terms_sha256"]
        for subject, details in rows
    }
