"""
Keys by which programs sign in: made, listed, revoked and found again.

Of a key only the SHA-256 is kept. A slow hash is for passwords, which people choose and
others can guess; the secret of a key is 256 random bits, which nobody can guess however
quickly each guess is tried.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from localarea.decisions.proposals import utc_stamp
from localarea.decisions.roles import ROLES, Actor, Role
from localarea.decisions.schema import API_KEYS
from localarea.errors import ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.database import Database

PREFIX: Final = "la_"
MOST_DAYS: Final = 366  # a key that nobody renews within a year is one that nobody looks after
_LONGEST_NAME: Final = 100
# Without letters and figures that are easily taken for one another, for it is read out.
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_ID_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class ApiKey:
    """
    What is kept of a key.

    Attributes
    ----------
    id : str
        Its public part, by which the log names it.
    name : str
        Of the program that holds it.
    roles : tuple of str
        What it may do.
    made_by, made_at : str
        Who made it, and when in UTC.
    expires_on : str
        Its last day.
    revoked_at : str or None
        When it was revoked.
    last_used_on : str or None
        The last day of its use.
    """

    id: str
    name: str
    roles: tuple[Role, ...]
    made_by: str
    made_at: str
    expires_on: str
    revoked_at: str | None
    last_used_on: str | None

    def holds(self, today: str) -> bool:
        """
        Tell whether the key opens anything.

        Parameters
        ----------
        today : str
            The day, ``YYYY-MM-DD``.

        Returns
        -------
        bool
            False once it is revoked or has run out.
        """
        return self.revoked_at is None and today <= self.expires_on


def make(
    database: Database, *, name: str, roles: Iterable[str], days: int, actor: Actor, now: datetime
) -> tuple[ApiKey, str]:
    """
    Make a key.

    Parameters
    ----------
    database : Database
        The store.
    name : str
        Of the program that will hold it.
    roles : iterable of str
        What it may do; never ``approver``, for a decision takes a person.
    days : int
        For how many days from today it holds.
    actor : Actor
        Who makes it.
    now : datetime.datetime
        When, in UTC.

    Returns
    -------
    ApiKey
        What is kept.
    str
        The key itself, which cannot be had again.

    Raises
    ------
    InputError
        If name, roles or days cannot be; all faults at once.
    """
    wanted = _require_possible(name, set(roles), days)
    identity = "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))
    text = f"{PREFIX}{identity}_{secrets.token_urlsafe(32)}"
    last_day = (now + timedelta(days=days)).date().isoformat()
    key = ApiKey(identity, name.strip(), wanted, actor.name, utc_stamp(now), last_day, None, None)
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        ledger.connection.execute(
            sa.insert(API_KEYS).values(
                id=key.id,
                name=key.name,
                roles=",".join(wanted),
                sha256=_sha256(text),
                made_by=key.made_by,
                made_at=key.made_at,
                expires_on=key.expires_on,
            )
        )
        facts = {"name": key.name, "roles": list(wanted), "expires_on": key.expires_on}
        ledger.record("make_key", f"key:{key.id}", facts)
    return key, text


def _require_possible(name: str, roles: set[str], days: int) -> tuple[Role, ...]:
    faults = []
    if not 1 <= len(name.strip()) <= _LONGEST_NAME or not name.isprintable():
        faults.append(f"give it a name of 1 to {_LONGEST_NAME} characters that says who holds it")
    if not roles:
        faults.append("name at least one role")
    if strange := sorted(roles - set(ROLES)):
        faults.append(f"{', '.join(strange)}: the roles are {', '.join(ROLES)}")
    if "approver" in roles:
        faults.append("a key cannot be an approver, for a decision takes a person")
    if not 1 <= days <= MOST_DAYS:
        faults.append(f"it may hold for 1 to {MOST_DAYS} days")
    if faults:
        raise InputError("; ".join(faults))
    return tuple(role for role in ROLES if role in roles)


def revoke(database: Database, identity: str, *, actor: Actor, now: datetime) -> ApiKey:
    """
    End a key for good.

    Parameters
    ----------
    database : Database
        The store.
    identity : str
        Its id.
    actor : Actor
        Who revokes it.
    now : datetime.datetime
        When, in UTC.

    Returns
    -------
    ApiKey
        As it is now.

    Raises
    ------
    NotFoundError
        If there is no such key.
    ConflictError
        If it was revoked before.
    """
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        row = _row(ledger.connection, identity)
        if row is None:
            raise NotFoundError(f"there is no key {identity!r}; localarea keys list names them all")
        if row["revoked_at"] is not None:
            raise ConflictError(f"key {identity} was revoked at {row['revoked_at']} already")
        ledger.connection.execute(
            sa.update(API_KEYS).where(API_KEYS.c.id == identity).values(revoked_at=utc_stamp(now))
        )
        ledger.record("revoke_key", f"key:{identity}", {"name": row["name"]})
        changed = _row(ledger.connection, identity)
    return _key(cast("RowMapping", changed))


def list_keys(connection: Connection) -> list[ApiKey]:
    """
    Give all keys, those that ended too, the newest first.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        To read with.

    Returns
    -------
    list of ApiKey
        What is kept of each.
    """
    query = sa.select(API_KEYS).order_by(API_KEYS.c.made_at.desc(), API_KEYS.c.id)
    return [_key(row) for row in connection.execute(query).mappings()]


def find(connection: Connection, text: str, *, today: str) -> ApiKey | None:
    """
    Find the key that somebody sent.

    Parameters
    ----------
    connection : sqlalchemy.engine.Connection
        To read with.
    text : str
        What was sent.
    today : str
        The day, ``YYYY-MM-DD``.

    Returns
    -------
    ApiKey or None
        None for a key that was never made, has run out or was revoked.
    """
    identity = text.removeprefix(PREFIX).partition("_")[0]
    row = _row(connection, identity) if text.startswith(PREFIX) else None
    if row is None or not hmac.compare_digest(row["sha256"], _sha256(text)):
        return None
    key = _key(row)
    return key if key.holds(today) else None


def note_use(database: Database, identity: str, *, today: str, now: datetime) -> None:
    """
    Keep on which day a key was last used; the log has no entry of it.

    Parameters
    ----------
    database : Database
        The store.
    identity : str
        Id of the key.
    today : str
        The day, ``YYYY-MM-DD``.
    now : datetime.datetime
        The moment, in UTC.
    """
    actor = Actor("localarea", "admin")
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        ledger.connection.execute(
            sa.update(API_KEYS).where(API_KEYS.c.id == identity).values(last_used_on=today)
        )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _row(connection: Connection, identity: str) -> RowMapping | None:
    query = sa.select(API_KEYS).where(API_KEYS.c.id == identity)
    return connection.execute(query).mappings().one_or_none()


def _key(row: RowMapping) -> ApiKey:
    held: dict[str, Any] = {name: row[name] for name in ApiKey.__dataclass_fields__}
    return ApiKey(**{**held, "roles": tuple(row["roles"].split(","))})
