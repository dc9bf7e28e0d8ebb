"""
Roles and what they allow.

A deployment grants each person a role. Only an approver may approve: an administrator runs
the service, and indexes definitions from a newer directory, but decides nothing. A supplier is
nobody of the council's: it sends returns of its own contracts and sees nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from localarea.errors import InputError, NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["viewer", "checker", "analyst", "approver", "admin", "supplier"]
Act = Literal[
    "put_forward",
    "comment",
    "withdraw_proposal",
    "keep_report",
    "return",
    "approve",
    "supersede",
    "withdraw",
    "take_over",
    "refresh",
]

ROLES: Final[tuple[Role, ...]] = get_args(Role)
MAY: Final[Mapping[Act, frozenset[Role]]] = {
    "put_forward": frozenset({"analyst"}),
    "withdraw_proposal": frozenset({"analyst"}),
    "keep_report": frozenset({"analyst", "approver"}),
    "comment": frozenset({"analyst", "approver"}),
    "return": frozenset({"approver"}),
    "approve": frozenset({"approver"}),
    "supersede": frozenset({"approver"}),
    "withdraw": frozenset({"approver"}),
    "take_over": frozenset({"approver"}),
    # The boundary and the terms stay, so nothing is decided: whoever runs the service may do it.
    "refresh": frozenset({"approver", "admin"}),
}
_MAX_NAME: Final = 200  # characters; anything longer was entered by mistake


@dataclass(frozen=True, slots=True)
class Actor:
    """
    The person making a change.

    Attributes
    ----------
    name : str
        Name as it is to appear in the record.
    post : str
        Job title, such as "Assistant Director"; empty if not stated.

    Raises
    ------
    InputError
        If the name is blank, the name or post too long, or the role unknown.
    """

    name: str
    role: Role
    post: str = ""

    def __post_init__(self) -> None:
        """Raise an error if the name, post or role is not valid."""
        if not self.name.strip() or max(len(self.name), len(self.post)) > _MAX_NAME:
            raise InputError(f"give a name, and a post, of at most {_MAX_NAME} characters each")
        if self.role not in ROLES:
            raise InputError(f"role {self.role!r} is not one of {', '.join(ROLES)}")


def require_may(actor: Actor, act: Act) -> None:
    """
    Raise an error unless the actor's role allows an act of :data:`MAY`.

    NotAllowedError names the roles that do.
    """
    if actor.role not in MAY[act]:
        raise NotAllowedError(actor.role, act, sorted(MAY[act]))
