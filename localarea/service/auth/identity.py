"""
Who asks, and what they may do here.

A route names the permission that it takes with :func:`require`; what each role may do is
in one table, :data:`PERMITTED`, and what the record of decisions allows is its own matter
(:data:`localarea.decisions.record.roles.MAY`), joined to the table here.
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Final, Literal, Protocol

from fastapi import Depends, Request

from localarea.decisions.record.holders import holder_of_key, holder_of_person
from localarea.decisions.record.roles import MAY, ROLES, Act, Actor, Role
from localarea.errors import KeyNotValidError, NotAllowedError, SignInNeededError
from localarea.service.state.state import State

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

Permission = Literal[
    "view",  # options, comparisons, scenarios, proposals, the log
    "check",  # postcodes and files
    "measure",  # returns of contracts, and published payments
    "deliver",  # returns of one's own contracts: what a supplier may
    "administer",  # API keys
    Act,  # on a decision
]
_CHECKERS: Final[frozenset[Role]] = frozenset({"checker", "analyst", "approver"})
_OF_COUNCIL: Final[frozenset[Role]] = frozenset(ROLES) - {"supplier"}
PERMITTED: Final[Mapping[Permission, frozenset[Role]]] = {
    "view": _OF_COUNCIL,
    "check": _CHECKERS,
    "measure": _CHECKERS,
    "deliver": _CHECKERS | {"supplier"},
    "administer": frozenset({"admin"}),
    **{act: MAY[act] for act in MAY},
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: a name, the roles granted, and by what means they are known.

    The subject is what the provider calls the person, or the id of the key: a name may be
    that of two people. The key is the id of the one by which a supplier came in.
    """

    name: str
    roles: frozenset[Role]
    via: Literal["anonymous", "local", "session", "key"]
    post: str = ""
    subject: str = ""
    key: str = ""

    @property
    def holder(self) -> str:
        """Return the name under which a supplier has access to its contracts."""
        return holder_of_key(self.key) if self.key else holder_of_person(self.subject)

    def may(self, permission: Permission) -> bool:
        """Return whether one of the roles gives the permission."""
        return bool(self.roles & PERMITTED[permission])

    @property
    def first_page(self) -> str:
        """Return the page that they begin with: the first is for who may check postcodes."""
        firsts: tuple[tuple[Permission, str], ...] = (
            ("check", "/"),
            ("deliver", "/contracts"),
            ("administer", "/status"),
            ("view", "/steps"),
        )
        return next((page for permission, page in firsts if self.may(permission)), "/")

    def actor(self, act: Act) -> Actor:
        """Return the person as the record names them, in the role by which they may act."""
        fitting = [role for role in ROLES if role in self.roles & MAY[act]]
        if not fitting:
            held = ", ".join(role for role in ROLES if role in self.roles) or "visitor"
            raise NotAllowedError(held, act, sorted(MAY[act]))
        return Actor(self.name, fitting[0], self.post)

    def acting(self, permission: Permission) -> Actor:
        """Return the person as the record names them, in the role that gives a permission."""
        role = next(role for role in ROLES if role in self.roles & PERMITTED[permission])
        return Actor(self.name, role, self.post)


NOBODY: Final = Identity("nobody", frozenset(), "anonymous")
UNKNOWN_KEY: Final = Identity("the holder of an unknown key", frozenset(), "anonymous")


class Identify(Protocol):
    """A way of knowing who sent a request."""

    def __call__(self, request: Request) -> Identity:
        """Return the person; :data:`NOBODY` if it is not known."""


def local_person(_request: Request) -> Identity:
    """Return the one person of a service that only this machine can reach."""
    return _of_this_machine()


@cache
def _of_this_machine() -> Identity:
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        name = "local user"
    return Identity(name, frozenset(ROLES), "local")


async def state_of(request: Request) -> State:  # a thread would cost more than it does
    """Return what the application holds."""
    state: State = request.app.state.localarea
    return state


def current_identity(request: Request) -> Identity:
    """Find out who asks, once a request."""
    held = request.scope.setdefault("state", {})  # what request.state shows, without its making
    known: Identity | None = held.get("identity")
    if known is None:
        identify: Identify = request.app.state.identify
        known = held["identity"] = identify(request)
    return known


def permitted(identity: Identity, permission: Permission) -> Identity:
    """
    Return who asks, if they have a permission.

    SignInNeededError, KeyNotValidError or NotAllowedError if nobody knows who it is, or none of the
    roles gives it.
    """
    if identity.may(permission):
        return identity
    if identity == UNKNOWN_KEY:
        raise KeyNotValidError
    if identity.via == "anonymous":
        raise SignInNeededError(permission)
    held = ", ".join(role for role in ROLES if role in identity.roles) or "visitor"
    raise NotAllowedError(held, permission, sorted(PERMITTED[permission]))


def require(permission: Permission) -> Callable[[Request], Awaitable[Identity]]:
    """Make the dependency that lets in only whoever has a permission."""

    async def allowed(request: Request) -> Identity:  # a thread would cost more than it does
        return permitted(current_identity(request), permission)

    allowed.permission = permission  # type: ignore[attr-defined]  # the matrix test reads it
    return allowed


async def refuse_unknown_key(request: Request) -> None:
    """
    Refuse a key of ours that is not valid, also where everybody may ask.

    What is public would otherwise be all that there seems to be. KeyNotValidError if one was sent.
    """
    if current_identity(request) == UNKNOWN_KEY:
        raise KeyNotValidError


TheState = Annotated[State, Depends(state_of)]
