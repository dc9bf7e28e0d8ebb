"""Accept what a supplier sent, or return it with a comment; each version is decided once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

import sqlalchemy as sa

from localarea.contracts.kept import Decision, KeptReturn
from localarea.contracts.register import newest_return, returns
from localarea.decisions.proposals import utc_stamp
from localarea.decisions.record.receipt_faults import row_facts, subject_of
from localarea.decisions.record.schema import RETURN_DECISIONS
from localarea.errors import ConflictError, InputError, NotFoundError
from localarea.geo.addresses import find_postcodes

if TYPE_CHECKING:
    from datetime import datetime

    from localarea.decisions.database import Database
    from localarea.decisions.record.roles import Actor

MOST_COMMENT: Final = 2000  # characters
_ACTIONS: Final = {"accepted": "accept_return", "returned": "send_return_back"}


def require_comment(state: str, comment: str) -> str:
    """
    Return a comment as it is kept.

    InputError if a return is sent back without one, it is too long, or it holds a postcode.
    """
    plain = "\n".join(line.rstrip() for line in comment.strip().splitlines())
    if state == "returned" and not plain:
        raise InputError("say what the supplier should put right", parameter="comment")
    if len(plain) > MOST_COMMENT or not plain.replace("\n", "").isprintable():
        raise InputError(
            f"the comment must be text of at most {MOST_COMMENT:,} characters", parameter="comment"
        )
    if find_postcodes(plain):  # the text is not repeated here
        raise InputError("the comment holds a postcode; leave it out", parameter="comment")
    return plain


def decide(
    database: Database,
    reference: str,
    quarter: str,
    version: int,
    state: Literal["accepted", "returned"],
    *,
    comment: str = "",
    actor: Actor,
    now: datetime,
) -> KeptReturn:
    """
    Accept a return, so that it counts, or send it back.

    Parameters
    ----------
    version : int
        The version that was looked at. It must be the newest of its quarter.
    comment : str
        For the supplier; needed where the return is sent back.

    Raises
    ------
    InputError
        If the comment cannot be kept.
    NotFoundError
        If there is no such return.
    ConflictError
        If it was decided already, or a newer version was sent meanwhile.
    """
    plain = require_comment(state, comment)
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        newest = newest_return(ledger.connection, reference, quarter)
        found = [
            one
            for one in returns(ledger.connection, reference)
            if (one.counted.quarter, one.version) == (quarter, version)
        ]
        if newest is None or not found:
            raise NotFoundError(
                f"the contract {reference} has no version {version} of a return of {quarter}"
            )
        if newest.version != version:
            raise ConflictError(
                f"version {newest.version} of the return was sent in the meantime; decide on that"
            )
        if newest.state != "sent":
            raise ConflictError(
                f"the return is {newest.state} already; a correction of it is a new version"
            )
        facts = {"reference": reference, "quarter": quarter, "version": version}
        facts |= {"state": state, "comment": plain}
        by, at = ledger.actor.name, ledger.at
        ledger.connection.execute(sa.insert(RETURN_DECISIONS).values(**facts, by=by, at=at))
        subject = subject_of(RETURN_DECISIONS, facts)
        ledger.record(_ACTIONS[state], subject, row_facts(facts))
        return replace(newest, decision=Decision(state, plain, by, at))
