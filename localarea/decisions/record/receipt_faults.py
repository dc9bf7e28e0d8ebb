"""Compare receipts, contracts and their returns with the entries of the audit log."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from localarea.decisions.record.schema import (
    CONTRACT_ACCESS,
    CONTRACT_RETURNS,
    CONTRACTS,
    PROXY_VALUES,
    RECEIPTS,
    RELEASES,
    RETURN_DECISIONS,
    VALUE_REPORT_FILES,
    VALUE_REPORTS,
)
from localarea.definitions.model import canonical_json
from localarea.hashing import text_sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection


def receipt_faults(
    connection: Connection, logged: Mapping[str, Mapping[str, Any]]
) -> Iterable[str]:
    """
    Yield a sentence for each receipt that differs from the entries of the log.

    ``logged``: details of each entry, by reference.
    """
    gone = dict(logged)
    for row in connection.execute(sa.select(RECEIPTS)).mappings():
        facts = gone.pop(row["reference"], None)
        if facts is None:
            yield f"receipt {row['reference']} has no entry in the log"
            continue
        found = text_sha256(row["document"])
        if (row["kind"], found) != (facts.get("kind"), facts.get("sha256")):
            yield f"receipt {row['reference']} is not the one of its entry"
    for reference in gone:
        yield f"receipt {reference} is missing"


def contract_faults(
    connection: Connection, logged: Mapping[str, Mapping[str, Any]]
) -> Iterable[str]:
    """
    Yield a sentence for each contract or return that differs from the entries of the log.

    ``logged``: details of each entry, by subject.
    """
    gone = dict(logged)
    for row in connection.execute(sa.select(CONTRACTS)).mappings():
        name = contract_subject(row["reference"], row["version"])
        yield from _row_faults(name, {"council": row["council"]}, row["document"], gone)
    for row in connection.execute(sa.select(CONTRACT_RETURNS)).mappings():
        name = return_subject(row["reference"], row["quarter"], row["version"])
        facts = return_facts(row["contract_version"], row["sent_as"])
        yield from _row_faults(name, facts, row["document"], gone)
    for table in (*_STATED, VALUE_REPORT_FILES):
        # A few at a time: all files of the reports together are hundreds of megabytes.
        some = sa.select(table).execution_options(yield_per=_AT_ONCE)
        for row in connection.execute(some).mappings():
            facts = {k: v for k, v in row.items() if k not in _BESIDE}
            content = row.get("content")
            if content is not None:  # the file itself, not only what its row says of it
                facts["content_sha256"] = hashlib.sha256(bytes(content)).hexdigest()
            document = row.get("document", "")
            yield from _row_faults(subject_of(table, facts), row_facts(facts), document, gone)
    for name in gone:
        yield f"{name} is missing"


_STATED = (RETURN_DECISIONS, CONTRACT_ACCESS, RELEASES, PROXY_VALUES, VALUE_REPORTS)
_AT_ONCE = 20  # rows
_BESIDE = ("document", "content", "by", "at")


def return_facts(contract_version: int, sent_as: str) -> dict[str, Any]:
    """Return what the entry of a return states beside its hash; earlier ones had no sender."""
    facts: dict[str, Any] = {"contract_version": contract_version}
    return facts if sent_as == "council" else {**facts, "sent_as": sent_as}


def row_facts(facts: Mapping[str, Any], document: str = "") -> dict[str, Any]:
    """Return what an entry states of a row that may have a document: two hashes."""
    return {
        "row_sha256": hashlib.sha256(canonical_json(dict(facts))).hexdigest(),
        "sha256": text_sha256(document),
    }


def subject_of(table: sa.Table, facts: Mapping[str, Any]) -> str:
    """Name a row of the register in the audit log, by its key."""
    if table is RETURN_DECISIONS:
        said = return_subject(facts["reference"], facts["quarter"], facts["version"])
        return f"decision on {said}"
    if table is CONTRACT_ACCESS:
        return access_subject(facts["holder"], facts["reference"], facts["number"])
    named = _NAMED.get(table, "release")
    part = f" {facts['format']}" if table is VALUE_REPORT_FILES else ""
    return f"{named}:{facts['council']} number {facts['number']}{part}"


_NAMED = {
    PROXY_VALUES: "proxy values",
    VALUE_REPORTS: "value report",
    VALUE_REPORT_FILES: "value report",
}


def access_subject(holder: str, reference: str, number: int) -> str:
    """Name a supplier's access; a name too long for a subject is given by its hash."""
    if len(holder) + len(reference) > _LONGEST_NAMED:
        holder = text_sha256(holder)[:32]
    return f"access:{holder} to {reference} number {number}"


_LONGEST_NAMED = 160  # characters that leave room for the rest of a subject


def _row_faults(
    name: str, facts: Mapping[str, Any], document: str, gone: dict[str, Mapping[str, Any]]
) -> Iterable[str]:
    entry = gone.pop(name, None)
    if entry is None:
        yield f"{name} has no entry in the log"
    elif {**facts, "sha256": text_sha256(document)} != dict(entry):
        yield f"{name} is not the one of its entry"


def contract_subject(reference: str, version: int) -> str:
    """Name a version of a contract in the audit log."""
    return f"contract:{reference} version {version}"


def return_subject(reference: str, quarter: str, version: int) -> str:
    """Name a version of the return of a quarter in the audit log."""
    return f"return:{reference} of {quarter} version {version}"
