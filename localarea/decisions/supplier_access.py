"""
Which contracts a supplier may see and send returns for, by its key or by a person who signs in.

Nothing is overwritten: a later row of the same holder and contract holds in place of the one
before, and access is ended by one whose last day is past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from localarea.decisions.proposals import utc_stamp
from localarea.decisions.record.holders import KEY, MOST, PERSON
from localarea.decisions.record.receipt_faults import row_facts, subject_of
from localarea.decisions.record.schema import API_KEYS, CONTRACT_ACCESS, CONTRACTS
from localarea.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from localarea.decisions.database import Database
    from localarea.decisions.record.audit import Ledger
    from localarea.decisions.record.roles import Actor

MOST_DAYS: Final = 366  # access not renewed within a year has been forgotten


@dataclass(frozen=True, slots=True)
class SupplierAccess:
    """
    A supplier's access to a contract.

    ``name``: name of the key; what the provider of sign-in calls a person.
    """

    holder: str
    name: str
    reference: str
    expires_on: str
    by: str
    at: str

    @property
    def by_key(self) -> bool:
        """Return whether it is by a key."""
        return self.holder.startswith(KEY)


def unknown_contracts(connection: Connection, references: Iterable[str]) -> list[str]:
    """Return those of some references that no contract has."""
    wanted = set(references)
    known = sa.select(CONTRACTS.c.reference).where(CONTRACTS.c.reference.in_(sorted(wanted)))
    return sorted(wanted - set(connection.execute(known).scalars()))


def grant(ledger: Ledger, holder: str, reference: str, expires_on: str) -> None:
    """Enter access to a contract, as part of a change in progress."""
    _enter(ledger, "let_supplier_in", holder, reference, expires_on)


def let_person_in(
    database: Database, subject: str, reference: str, *, days: int, actor: Actor, now: datetime
) -> None:
    """
    Grant a person who signs in access to a contract.

    ``subject``: what the provider of sign-in calls them, which their page of contracts shows.
    InputError if the code cannot be one, or the days are too many. NotFoundError if there is no
    such contract.
    """
    plain = subject.strip()
    if not plain or len(PERSON + plain) > MOST or not plain.isprintable():
        raise InputError(
            "enter the code that the supplier's page of contracts shows them", parameter="person"
        )
    if not 1 <= days <= MOST_DAYS:
        raise InputError(f"access may hold for 1 to {MOST_DAYS} days", parameter="days")
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        if unknown_contracts(ledger.connection, [reference]):
            raise NotFoundError(f"there is no contract {reference!r} on the register")
        last = (now + timedelta(days=days)).date().isoformat()
        grant(ledger, PERSON + plain, reference, last)


def end_access(
    database: Database, holder: str, reference: str, *, actor: Actor, now: datetime
) -> None:
    """
    End access to a contract; a key that is left without any can do nothing.

    NotFoundError if the holder has none.
    """
    today = now.date()
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        held = {one.holder for one in accesses(ledger.connection, reference, today=str(today))}
        if holder not in held:
            raise NotFoundError(f"there is no such access to the contract {reference}")
        yesterday = (today - timedelta(days=1)).isoformat()
        _enter(ledger, "shut_supplier_out", holder, reference, yesterday)


def _enter(ledger: Ledger, action: str, holder: str, reference: str, expires_on: str) -> None:
    table = CONTRACT_ACCESS
    query = sa.select(sa.func.max(table.c.number)).where(
        table.c.holder == holder, table.c.reference == reference
    )
    number = (ledger.connection.execute(query).scalar() or 0) + 1
    facts = {"holder": holder, "reference": reference, "number": number, "expires_on": expires_on}
    ledger.connection.execute(sa.insert(table).values(**facts, by=ledger.actor.name, at=ledger.at))
    ledger.record(action, subject_of(table, facts), row_facts(facts))


def accesses(connection: Connection, reference: str, *, today: str) -> list[SupplierAccess]:
    """List who has access to a contract today, by name."""
    table = CONTRACT_ACCESS
    query = sa.select(table).where(table.c.reference == reference).order_by(table.c.number)
    newest = {row["holder"]: row for row in connection.execute(query).mappings()}
    keys = {row["id"]: row for row in connection.execute(sa.select(API_KEYS)).mappings()}
    found = []
    for holder, row in newest.items():
        key = keys.get(holder.removeprefix(KEY)) if holder.startswith(KEY) else None
        if row["expires_on"] < today or (holder.startswith(KEY) and not _holds(key, today)):
            continue
        name = key["name"] if key is not None else holder.removeprefix(PERSON)
        found.append(
            SupplierAccess(holder, name, reference, row["expires_on"], row["by"], row["at"])
        )
    return sorted(found, key=lambda one: (one.name, one.holder))


def references_of(connection: Connection, holder: str, *, today: str) -> list[str]:
    """
    Return the contracts that a supplier has access to today.

    ``holder``: as :mod:`localarea.decisions.record.holders` names it. A key that was revoked or
    ran out has none.
    """
    if holder.startswith(KEY):
        query = sa.select(API_KEYS).where(API_KEYS.c.id == holder.removeprefix(KEY))
        if not _holds(connection.execute(query).mappings().one_or_none(), today):
            return []
    table = CONTRACT_ACCESS
    rows = connection.execute(
        sa.select(table).where(table.c.holder == holder).order_by(table.c.number)
    ).mappings()
    newest = {row["reference"]: row["expires_on"] for row in rows}
    return sorted(reference for reference, last in newest.items() if today <= last)


def _holds(key: sa.RowMapping | None, today: str) -> bool:
    return key is not None and key["revoked_at"] is None and today <= key["expires_on"]


def contracts_of_keys(connection: Connection, *, today: str) -> dict[str, list[str]]:
    """Return the contracts that each key of a supplier has access to today, by its id."""
    table = CONTRACT_ACCESS
    query = sa.select(table.c.holder).where(table.c.holder.startswith(KEY)).distinct()
    holders = connection.execute(query).scalars().all()
    return {
        holder.removeprefix(KEY): references_of(connection, holder, today=today)
        for holder in holders
    }
