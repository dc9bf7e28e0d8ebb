"""
API keys: create, list, revoke and look up.

Only the SHA-256 of a key is kept. A slow hash protects passwords, which can be guessed; the
secret of a key is 256 random bits, which cannot, however fast each guess is.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from localarea.decisions.proposals import utc_stamp
from localarea.decisions.record.holders import holder_of_key
from localarea.decisions.record.roles import ROLES, Actor, Role
from localarea.decisions.record.schema import API_KEYS
from localarea.decisions.supplier_access import grant, unknown_contracts
from localarea.errors import ConflictError, InputError, NotFoundError
from localarea.hashing import text_sha256

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.database import Database

PREFIX: Final = "la_"
MOST_DAYS: Final = 366  # a key not renewed within a year has been forgotten
_LONGEST_NAME: Final = 100
# Leaves out characters that are easily confused, because ids are read aloud.
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_ID_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Stored details of an API key; ``id``: public part, used in the log."""

    id: str
    name: str
    roles: tuple[Role, ...]
    made_by: str
    made_at: str
    expires_on: str
    revoked_at: str | None
    last_used_on: str | None

    @property
    def title(self) -> str:
        """Return how the record names whoever acts by it."""
        return f"{self.name} (key {self.id})"

    def holds(self, today: str) -> bool:
        """Check whether the key is valid; ``today``: today's date, ``YYYY-MM-DD``."""
        return self.revoked_at is None and today <= self.expires_on


def make(
    database: Database,
    *,
    name: str,
    roles: Iterable[str],
    days: int,
    actor: Actor,
    now: datetime,
    contracts: Iterable[str] = (),
) -> tuple[ApiKey, str]:
    """
    Create a key.

    Parameters
    ----------
    roles : iterable of str
        Roles it grants; never ``approver``, because a person must decide.
    contracts : iterable of str
        References of the contracts that the key of a supplier is for; none for any other.

    Returns
    -------
    ApiKey
        Stored details.
    str
        The key itself, which cannot be recovered later.

    Raises
    ------
    InputError
        If the name, roles or days are not valid; lists every fault.
    """
    bound = sorted({reference.strip() for reference in contracts} - {""})
    wanted = _require_possible(name, set(roles), days, bound)
    identity = "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))
    text = f"{PREFIX}{identity}_{secrets.token_urlsafe(32)}"
    last_day = (now + timedelta(days=days)).date().isoformat()
    key = ApiKey(identity, name.strip(), wanted, actor.name, utc_stamp(now), last_day, None, None)
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        if unknown := unknown_contracts(ledger.connection, bound):
            raise InputError(
                f"there is no contract {', '.join(unknown)} on the register", parameter="contracts"
            )
        ledger.connection.execute(
            sa.insert(API_KEYS).values(
                id=key.id,
                name=key.name,
                roles=",".join(wanted),
                sha256=text_sha256(text),
                made_by=key.made_by,
                made_at=key.made_at,
                expires_on=key.expires_on,
            )
        )
        facts = {"name": key.name, "roles": list(wanted), "expires_on": key.expires_on}
        ledger.record("make_key", f"key:{key.id}", facts)
        for reference in bound:
            grant(ledger, holder_of_key(key.id), reference, last_day)
    return key, text


def _require_possible(
    name: str, roles: set[str], days: int, contracts: list[str]
) -> tuple[Role, ...]:
    faults = _supplier_faults(roles, contracts)
    if not 1 <= len(name.strip()) <= _LONGEST_NAME or not name.isprintable():
        faults.append(
            f"give the key a name of 1 to {_LONGEST_NAME} characters that says who holds it"
        )
    if not roles:
        faults.append("name at least one role")
    if strange := sorted(roles - set(ROLES)):
        faults.append(f"{', '.join(strange)}: the roles are {', '.join(ROLES)}")
    if "approver" in roles:
        faults.append("a key cannot be an approver, because a person must decide")
    if not 1 <= days <= MOST_DAYS:
        faults.append(f"it may be valid for 1 to {MOST_DAYS} days")
    if faults:
        raise InputError("; ".join(faults))
    return tuple(role for role in ROLES if role in roles)


def _supplier_faults(roles: set[str], contracts: list[str]) -> list[str]:
    if "supplier" not in roles:
        return ["only the key of a supplier is for contracts"] if contracts else []
    faults = []
    if roles != {"supplier"}:
        faults.append("the role supplier goes with no other, because a supplier sees nothing else")
    if not contracts:
        faults.append("name at least one contract that the supplier's key is for")
    return faults


def revoke(database: Database, identity: str, *, actor: Actor, now: datetime) -> ApiKey:
    """
    Revoke a key permanently.

    NotFoundError if there is no such key. ConflictError if it is already revoked.
    """
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        row = _row(ledger.connection, identity)
        if row is None:
            raise NotFoundError(
                f"there is no key {identity!r}; to see all keys, run: localarea keys list"
            )
        if row["revoked_at"] is not None:
            raise ConflictError(f"key {identity} was already revoked at {row['revoked_at']}")
        ledger.connection.execute(
            sa.update(API_KEYS).where(API_KEYS.c.id == identity).values(revoked_at=utc_stamp(now))
        )
        ledger.record("revoke_key", f"key:{identity}", {"name": row["name"]})
        changed = _row(ledger.connection, identity)
    return _key(cast("RowMapping", changed))


def list_keys(connection: Connection) -> list[ApiKey]:
    """List all keys, including expired and revoked ones, newest first."""
    query = sa.select(API_KEYS).order_by(API_KEYS.c.made_at.desc(), API_KEYS.c.id)
    return [_key(row) for row in connection.execute(query).mappings()]


def find(connection: Connection, text: str, *, today: str) -> ApiKey | None:
    """
    Look up the key in a request.

    ``text``: the key as sent. Returns None if the key is unknown, expired or revoked.
    """
    identity = text.removeprefix(PREFIX).partition("_")[0]
    row = _row(connection, identity) if text.startswith(PREFIX) else None
    if row is None or not hmac.compare_digest(row["sha256"], text_sha256(text)):
        return None
    key = _key(row)
    return key if key.holds(today) else None


def note_use(database: Database, identity: str, *, today: str, now: datetime) -> None:
    """Record the day of last use; this is not entered in the audit log."""
    actor = Actor("localarea", "admin")
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        ledger.connection.execute(
            sa.update(API_KEYS).where(API_KEYS.c.id == identity).values(last_used_on=today)
        )


def _row(connection: Connection, identity: str) -> RowMapping | None:
    query = sa.select(API_KEYS).where(API_KEYS.c.id == identity)
    return connection.execute(query).mappings().one_or_none()


def _key(row: RowMapping) -> ApiKey:
    values: dict[str, Any] = {name: row[name] for name in ApiKey.__dataclass_fields__}
    return ApiKey(**{**values, "roles": tuple(row["roles"].split(","))})
