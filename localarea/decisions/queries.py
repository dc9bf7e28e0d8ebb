"""Page through proposals, comments and audit entries, newest first."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import sqlalchemy as sa

from localarea.decisions.proposals import find_proposal
from localarea.decisions.record.schema import AUDIT, COMMENTS, DEFINITIONS, PROPOSALS
from localarea.decisions.traces import kept_reports, read_shortlist

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Status = Literal["put_forward", "returned", "approved", "withdrawn"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
_LEAST_OF_HASH: Final = 8  # characters by which a hash is known
_WITH_ANSWER: Final = sa.select(PROPOSALS, DEFINITIONS.c.id.label("definition")).join_from(
    PROPOSALS, DEFINITIONS, isouter=True, onclause=PROPOSALS.c.id == DEFINITIONS.c.proposal_id
)


def list_proposals(
    connection: Connection, *, status: Status | None, before: int | None, count: int
) -> list[dict[str, Any]]:
    """
    List proposals, newest first.

    ``before``: only rows with a lower number; None starts at the newest. Returns columns of the
    proposals, and ``definition``, the id of the resulting definition.
    """
    query = _WITH_ANSWER.order_by(PROPOSALS.c.id.desc()).limit(count)
    if status is not None:
        query = query.where(PROPOSALS.c.status == status)
    if before is not None:
        query = query.where(PROPOSALS.c.id < before)
    return [dict(row) for row in connection.execute(query).mappings()]


def proposal_with_comments(connection: Connection, proposal_id: int) -> dict[str, Any]:
    """
    Return a proposal with its comments.

    As :func:`list_proposals`, with ``comments``: ``at``, ``by``, ``role``, ``text``; ``shortlist``,
    None if it was put forward without one; and ``reports``, without their content. NotFoundError if
    no proposal has that number.
    """
    find_proposal(connection, proposal_id)
    row = connection.execute(_WITH_ANSWER.where(PROPOSALS.c.id == proposal_id)).mappings().one()
    comments = sa.select(COMMENTS.c.at, COMMENTS.c.by, COMMENTS.c.role, COMMENTS.c.text)
    found = connection.execute(
        comments.where(COMMENTS.c.proposal_id == proposal_id).order_by(COMMENTS.c.id)
    )
    return {
        **row,
        "comments": [dict(comment) for comment in found.mappings()],
        "shortlist": read_shortlist(connection, proposal_id),
        "reports": [asdict(kept) for kept in kept_reports(connection, proposal_id)],
    }


def proposal_behind(connection: Connection, definition_id: str) -> dict[str, Any] | None:
    """Return the proposal that a definition came from, with its comments; None if it had none."""
    query = sa.select(DEFINITIONS.c.proposal_id).where(DEFINITIONS.c.id == definition_id)
    number: int | None = connection.execute(query).scalar_one_or_none()
    return None if number is None else proposal_with_comments(connection, number)


@dataclass(frozen=True, slots=True)
class EntryChoice:
    """
    Which entries of the audit log are asked for; blank for any.

    Attributes
    ----------
    words : str
        Part of what it is about, or of the name of who did it, in either case; or the beginning of
        its hash.
    since, until : str
        From this time, and before that: ISO 8601 in UTC.
    """

    action: str = ""
    words: str = ""
    since: str = ""
    until: str = ""

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return what an entry has to satisfy."""
        found: list[sa.ColumnElement[bool]] = []
        if self.action:
            found.append(AUDIT.c.action == self.action)
        if self.words:
            texts = (AUDIT.c.subject, AUDIT.c.actor)
            held = [text.icontains(self.words, autoescape=True) for text in texts]
            if len(self.words) >= _LEAST_OF_HASH:
                held.append(AUDIT.c.hash.startswith(self.words.lower(), autoescape=True))
            found.append(sa.or_(*held))
        if self.since:
            found.append(AUDIT.c.at >= self.since)
        if self.until:
            found.append(AUDIT.c.at < self.until)
        return found


def list_entries(
    connection: Connection,
    *,
    before: int | None,
    count: int | None,
    chosen: EntryChoice | None = None,
) -> list[dict[str, Any]]:
    """
    List entries of the audit log, newest first.

    Columns of the log; ``details`` is parsed into a mapping. ``count``: how many at most; None for
    all.
    """
    query = sa.select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(count)
    query = query.where(*(chosen or EntryChoice()).conditions())
    if before is not None:
        query = query.where(AUDIT.c.seq < before)
    rows = connection.execute(query).mappings()
    return [{**row, "details": json.loads(row["details"])} for row in rows]


def list_actions(connection: Connection) -> list[str]:
    """List what the entries of the audit log say was done, each once."""
    query = sa.select(AUDIT.c.action).distinct().order_by(AUDIT.c.action)
    return list(connection.execute(query).scalars())
