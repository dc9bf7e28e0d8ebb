"""
What the way to a decision leaves with its proposal: the shortlist and the reports to Cabinet.

Both are stored once, cannot be changed, and have an entry each in the audit log.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import sqlalchemy as sa

from localarea.decisions.record.schema import PROPOSAL_REPORTS, SHORTLISTS
from localarea.definitions.model import canonical_json
from localarea.errors import ConflictError, InputError, NotFoundError
from localarea.hashing import text_sha256

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection

    from localarea.decisions.record.audit import Ledger

ReportKind = Literal["pdf", "docx", "html"]
REPORT_KINDS: Final[tuple[ReportKind, ...]] = get_args(ReportKind)
MOST_REPORT_BYTES: Final = 20_000_000  # a report of six options has about two million
MOST_REPORTS: Final = 6  # of one proposal
MOST_SHORTLIST_BYTES: Final = 100_000  # one of four options has about six thousand


@dataclass(frozen=True, slots=True)
class ReportToKeep:
    """
    A report to Cabinet that is to be kept with a proposal.

    Attributes
    ----------
    dated : str
        Date on the report, ``YYYY-MM-DD``.
    options : sequence of mapping
        ``id`` and ``title`` of each option in it.
    """

    content: bytes
    kind: ReportKind
    dated: str
    options: Sequence[Mapping[str, str]]

    @property
    def sha256(self) -> str:
        """Return the checksum of the file: SHA-256 in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def document(self) -> str:
        """Return what is said of the file, as canonical JSON."""
        said = {"dated": self.dated, "options": [dict(one) for one in self.options]}
        return canonical_json(said).decode("utf-8")


@dataclass(frozen=True, slots=True)
class KeptReport:
    """
    A report to Cabinet that was kept with a proposal, without its content.

    Attributes
    ----------
    sha256 : str
        Of the file, in hexadecimal.
    dated : str
        Date on the report, ``YYYY-MM-DD``.
    options : list of mapping
        ``id`` and ``title`` of each option in it.
    at : str
        When, ISO 8601 in UTC.
    """

    sha256: str
    format: str
    size_bytes: int
    dated: str
    options: list[dict[str, str]]
    by: str
    at: str


def shortlist_text(shortlist: Mapping[str, Any]) -> str:
    """
    Write a shortlist as it is stored: canonical JSON.

    InputError if it is larger than 100,000 bytes.
    """
    text = canonical_json(shortlist)
    if len(text) > MOST_SHORTLIST_BYTES:
        raise InputError(
            f"the shortlist is larger than {MOST_SHORTLIST_BYTES:,} bytes; choose fewer options",
            parameter="shortlist",
        )
    return text.decode("utf-8")


def add_shortlist(ledger: Ledger, proposal_id: int, text: str) -> None:
    """Store the shortlist of a proposal, as :func:`shortlist_text` wrote it, with its entry."""
    facts = {"by": ledger.actor.name, "at": ledger.at}
    ledger.connection.execute(
        sa.insert(SHORTLISTS).values(proposal_id=proposal_id, document=text, **facts)
    )
    ledger.record("keep_shortlist", f"shortlist:{proposal_id}", {"sha256": text_sha256(text)})


def add_report(ledger: Ledger, proposal_id: int, report: ReportToKeep) -> str:
    """
    Store a report with a proposal, with its entry; one that is there already is left alone.

    SHA-256 of the file in hexadecimal. InputError if the file is empty, too large or of an unknown
    form. ConflictError if the proposal has too many reports.
    """
    require_keepable(report)
    held = [kept.sha256 for kept in kept_reports(ledger.connection, proposal_id)]
    if report.sha256 in held:
        return report.sha256
    if len(held) >= MOST_REPORTS:
        raise ConflictError(
            f"proposal {proposal_id} has {MOST_REPORTS} reports, the most that are kept; "
            "put it forward again to keep another"
        )
    ledger.connection.execute(
        sa.insert(PROPOSAL_REPORTS).values(
            proposal_id=proposal_id,
            sha256=report.sha256,
            format=report.kind,
            size_bytes=len(report.content),
            document=report.document,
            content=report.content,
            by=ledger.actor.name,
            at=ledger.at,
        )
    )
    facts = {"document_sha256": text_sha256(report.document), "format": report.kind}
    ledger.record("keep_report", f"report:{proposal_id}:{report.sha256}", facts)
    return report.sha256


def require_keepable(report: ReportToKeep) -> None:
    """
    Check that a report can be kept.

    InputError if the file is empty, too large or of an unknown form.
    """
    if report.kind not in REPORT_KINDS:
        raise InputError(f"a report cannot be {report.kind!r}; choose {', '.join(REPORT_KINDS)}")
    if not 0 < len(report.content) <= MOST_REPORT_BYTES:
        raise InputError(
            f"a report to keep has 1 to {MOST_REPORT_BYTES:,} bytes, not "
            f"{len(report.content):,}; make it of fewer options"
        )


def read_shortlist(connection: Connection, proposal_id: int) -> dict[str, Any] | None:
    """Read the shortlist of a proposal; None if it was put forward without one."""
    text = shortlist_stored(connection, proposal_id)
    return None if text is None else dict(json.loads(text))


def shortlist_stored(connection: Connection, proposal_id: int) -> str | None:
    """Read the shortlist of a proposal as it is stored; None if there is none."""
    query = sa.select(SHORTLISTS.c.document).where(SHORTLISTS.c.proposal_id == proposal_id)
    text: str | None = connection.execute(query).scalar_one_or_none()
    return text


def kept_reports(connection: Connection, proposal_id: int) -> list[KeptReport]:
    """List the reports of a proposal, oldest first."""
    table = PROPOSAL_REPORTS.c
    query = sa.select(
        table.sha256, table.format, table.size_bytes, table.document, table.by, table.at
    ).where(table.proposal_id == proposal_id)
    rows = connection.execute(query.order_by(table.at, table.sha256)).mappings()
    return [
        KeptReport(
            sha256=row["sha256"],
            format=row["format"],
            size_bytes=row["size_bytes"],
            by=row["by"],
            at=row["at"],
            **json.loads(row["document"]),
        )
        for row in rows
    ]


def report_content(connection: Connection, proposal_id: int, sha256: str) -> bytes:
    """
    Read the file of a report that was kept with a proposal.

    NotFoundError if the proposal has no such report.
    """
    table = PROPOSAL_REPORTS.c
    found = connection.execute(
        sa.select(table.content).where(table.proposal_id == proposal_id, table.sha256 == sha256)
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError(f"proposal {proposal_id} has no such report; its page lists those kept")
    return bytes(found)
