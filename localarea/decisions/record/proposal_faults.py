"""Compare proposals, and what was said of them, with the entries of the log."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from localarea.decisions.record.schema import AUDIT, COMMENTS, PROPOSALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection

# What an act makes of a proposal; a comment leaves it as it is.
_MADE: Final = {
    "put_forward": "put_forward",
    "return": "returned",
    "withdraw_proposal": "withdrawn",
    "approve": "approved",
}
_SAYING: Final = ("comment", "return", "withdraw_proposal")
_Said = Counter[tuple[str, str, str, str]]


class _Logged:
    """What the log says of one proposal."""

    def __init__(self) -> None:
        self.facts: Mapping[str, Any] | None = None
        self.status = ""
        self.said: _Said = Counter()


def proposal_faults(connection: Connection) -> Iterable[str]:
    """Yield a sentence for each proposal or comment that differs from the entries of the log."""
    logged = _logged(connection)
    written = _comments(connection)
    for row in connection.execute(sa.select(PROPOSALS).order_by(PROPOSALS.c.id)).mappings():
        found, named = logged.pop(row["id"], _Logged()), f"proposal {row['id']}"
        if found.facts is None:
            yield f"{named} has no entry in the log"
            continue
        facts = {**found.facts, "status": found.status}
        other = sorted(name for name, value in facts.items() if row.get(name, value) != value)
        if other:
            yield f"{named} differs from its entries in {', '.join(other)}"
        yield from _comment_faults(named, found.said, written.pop(row["id"], Counter()))
    for number in logged:
        yield f"proposal {number} is missing"


def _logged(connection: Connection) -> dict[int, _Logged]:
    acts = sa.select(AUDIT).where(AUDIT.c.action.in_([*_MADE, "comment"])).order_by(AUDIT.c.seq)
    found: dict[int, _Logged] = {}
    for entry in connection.execute(acts).mappings():
        try:
            details = json.loads(entry["details"])
            number = _number_of(entry["subject"], details)
        except ValueError:  # a changed entry, already reported because of its hash
            continue
        if number is None:  # approved without a proposal
            continue
        one, action = found.setdefault(number, _Logged()), entry["action"]
        if action == "put_forward":
            one.facts = {**details, "put_forward_by": entry["actor"], "put_forward_at": entry["at"]}
        if action in _SAYING:
            text = str(details.get("text"))
            one.said[entry["at"], entry["actor"], entry["role"], text] += 1
        one.status = _MADE.get(action, one.status)
    return found


def _number_of(subject: str, details: Mapping[str, Any]) -> int | None:
    if subject.startswith("proposal:"):
        return int(subject.removeprefix("proposal:"))
    number = details.get("proposal_id")
    return None if number is None else int(number)


def _comments(connection: Connection) -> dict[int, _Said]:
    found: dict[int, _Said] = {}
    for row in connection.execute(sa.select(COMMENTS)).mappings():
        said = found.setdefault(row["proposal_id"], Counter())
        said[row["at"], row["by"], row["role"], row["text"]] += 1
    return found


def _comment_faults(named: str, logged: _Said, written: _Said) -> Iterable[str]:
    gone, more = (logged - written).total(), (written - logged).total()
    changed = min(gone, more)
    for count, what in (
        (changed, "not as entered in the log"),
        (gone - changed, "missing"),
        (more - changed, "not in the log"),
    ):
        if count:
            many = f"{count:,} comments on {named} are" if count > 1 else f"a comment on {named} is"
            yield f"{many} {what}"
