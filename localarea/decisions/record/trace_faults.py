"""Compare shortlists, and reports that are kept with proposals, with the entries of the log."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from localarea.decisions.record.schema import PROPOSAL_REPORTS, SHORTLISTS
from localarea.hashing import text_sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection


def trace_faults(connection: Connection, logged: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    """
    Yield a sentence for each shortlist or report that differs from the entries of the log.

    ``logged``: details of each entry, by subject.
    """
    gone = dict(logged)
    for row in connection.execute(sa.select(SHORTLISTS)).mappings():
        facts = gone.pop(f"shortlist:{row['proposal_id']}", None)
        named = f"the shortlist of proposal {row['proposal_id']}"
        if facts is None:
            yield f"{named} has no entry in the log"
        elif facts.get("sha256") != text_sha256(row["document"]):
            yield f"{named} is not the one of its entry"
    for row in connection.execute(sa.select(PROPOSAL_REPORTS)).mappings():
        facts = gone.pop(f"report:{row['proposal_id']}:{row['sha256']}", None)
        named = f"report {row['sha256'][:12]} of proposal {row['proposal_id']}"
        if facts is None:
            yield f"{named} has no entry in the log"
            continue
        content = bytes(row["content"])
        seen = hashlib.sha256(content).hexdigest(), text_sha256(row["document"]), row["format"]
        said = row["sha256"], facts.get("document_sha256"), facts.get("format")
        if seen != said or len(content) != row["size_bytes"]:
            yield f"{named} is not the one of its entry"
    for subject in gone:
        kind, number, *_ = subject.split(":")
        yield f"the {kind} of proposal {number} is missing"
