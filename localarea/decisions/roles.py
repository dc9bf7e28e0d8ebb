"""
Who may do what.

A role is what a deployment grants a person. Approving is the approver's alone: an
administrator runs the service and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from localarea.errors import InputError, NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["viewer", "checker", "analyst", "approver", "admin"]
Act = Literal[
    "put_forward", "comment", "withdraw_proposal", "return", "approve", "supersede", "withdraw"
]

ROLES: Final[tuple[Role, ...]] = get_args(Role)
MAY: Final[Mapping[Act, frozenset[Role]]] = {
    "put_forward": frozenset({"analyst"}),
    "withdraw_proposal": frozenset({"analyst"}),
    "comment": frozenset({"analyst", "approver"}),
    "return": frozenset({"approver"}),
    "approve": frozenset({"approver"}),
    "supersede": frozenset({"approver"}),
    "withdraw": frozenset({"approver"}),
}
_LONGEST: Final = 200  # characters of a name; longer is a mistake in some form


@dataclass(frozen=True, slots=True)
class Actor:
    """
    The person who acts.

    Attributes
    ----------
    name : str
        As it is to stand in the record.
    role : {'viewer', 'checker', 'analyst', 'approver', 'admin'}
        In which role they act.
    post : str
        Their post, such as "Assistant Director"; empty when not stated.

    Raises
    ------
    InputError
        If the name is blank or very long, or the role is not one of those.
    """

    name: str
    role: Role
    post: str = ""

    def __post_init__(self) -> None:
        """Refuse an actor that the record could not name."""
        if not self.name.strip() or max(len(self.name), len(self.post)) > _LONGEST:
            raise InputError(f"say who acts: a name, and a post, of at most {_LONGEST} characters")
        if self.role not in ROLES:
            raise InputError(f"role {self.role!r} is not one of {', '.join(ROLES)}")


def require_may(actor: Actor, act: Act) -> None:
    """
    Make sure that a person's role lets them act.

    Parameters
    ----------
    actor : Actor
        Who wants to act.
    act : str
        What they want to do, a key of :data:`MAY`.

    Raises
    ------
    NotAllowedError
        If the role does not allow it; the roles that do are named.
    """
    if actor.role not in MAY[act]:
        raise NotAllowedError(actor.role, act, sorted(MAY[act]))
