"""Compare receipts, contracts and their returns with the entries of the audit log."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from localarea.decisions.schema import CONTRACT_RETURNS, CONTRACTS, RECEIPTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection


def receipt_faults(
    connection: Connection, logged: Mapping[str, Mapping[str, Any]]
) -> Iterable[str]:
    """
    Compare the receipts with the entries of the audit log.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        Open connection.
    logged : mapping of str to mapping
        Details of each entry, by reference.

    Yields
    ------
    str
        A sentence for each fault.
    """
    gone = dict(logged)
    for row in connection.execute(sa.select(RECEIPTS)).mappings():
        facts = gone.pop(row["reference"], None)
        if facts is None:
            yield f"receipt {row['reference']} has no entry in the log"
            continue
        found = hashlib.sha256(row["document"].encode("utf-8")).hexdigest()
        if (row["kind"], found) != (facts.get("kind"), facts.get("sha256")):
            yield f"receipt {row['reference']} is not the one of its entry"
    for reference in gone:
        yield f"receipt {reference} is missing"


def contract_faults(
    connection: Connection, logged: Mapping[str, Mapping[str, Any]]
) -> Iterable[str]:
    """
    Compare the contracts and their returns with the entries of the audit log.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        Open connection.
    logged : mapping of str to mapping
        Details of each entry, by subject.

    Yields
    ------
    str
        A sentence for each fault.
    """
    gone = dict(logged)
    for row in connection.execute(sa.select(CONTRACTS)).mappings():
        name = contract_subject(row["reference"], row["version"])
        yield from _row_faults(name, {"council": row["council"]}, row["document"], gone)
    for row in connection.execute(sa.select(CONTRACT_RETURNS)).mappings():
        name = return_subject(row["reference"], row["quarter"], row["version"])
        facts = {"contract_version": row["contract_version"]}
        yield from _row_faults(name, facts, row["document"], gone)
    for name in gone:
        yield f"{name} is missing"


def _row_faults(
    name: str, facts: Mapping[str, Any], document: str, gone: dict[str, Mapping[str, Any]]
) -> Iterable[str]:
    entry = gone.pop(name, None)
    if entry is None:
        yield f"{name} has no entry in the log"
    elif {**facts, "sha256": hashlib.sha256(document.encode("utf-8")).hexdigest()} != dict(entry):
        yield f"{name} is not the one of its entry"


def contract_subject(reference: str, version: int) -> str:
    """Name a version of a contract in the audit log."""
    return f"contract:{reference} version {version}"


def return_subject(reference: str, quarter: str, version: int) -> str:
    """Name a version of the return of a quarter in the audit log."""
    return f"return:{reference} of {quarter} version {version}"
