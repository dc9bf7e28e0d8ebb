"""Compare the receipts with the entries of the audit log."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from localarea.decisions.schema import RECEIPTS

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
