"""Contracts and returns as the register keeps them: versions, and what was decided on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from localarea.contracts.counting import CountedReturn
    from localarea.contracts.model import Contract

State = Literal["sent", "accepted", "returned"]
COUNCIL: Final = "council"
SUPPLIER: Final = "supplier"


@dataclass(frozen=True, slots=True)
class KeptContract:
    """
    A version of a contract on the register.

    ``repeated``: True if the same had been entered before, so that nothing was written.
    """

    contract: Contract
    version: int
    council: str
    by: str
    at: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What the contract manager decided on a return that a supplier sent."""

    state: Literal["accepted", "returned"]
    comment: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class KeptReturn:
    """
    A version of the return of a quarter.

    Attributes
    ----------
    contract_version : int
        Version of the contract that it was counted for.
    repeated : bool
        True if the same had been sent before, so that nothing was written.
    lost : tuple of str
        Measures that the version before has and this one lacks.
    contradicted : tuple of (str, str)
        Earlier quarters, and types of people of which this list has more than their returns:
        somebody would count under two types.
    state : {'sent', 'accepted', 'returned'}
        Only what is accepted counts. What the council enters itself is accepted as it is entered.
    decision : Decision or None
        What the contract manager said of what a supplier sent.
    """

    reference: str
    counted: CountedReturn
    version: int
    contract_version: int
    by: str
    at: str
    sent_as: str = COUNCIL
    decision: Decision | None = None
    repeated: bool = False
    lost: tuple[str, ...] = ()
    contradicted: tuple[tuple[str, str], ...] = ()

    @property
    def state(self) -> State:
        """Return how far the return has come."""
        if self.decision is not None:
            return self.decision.state
        return "accepted" if self.sent_as == COUNCIL else "sent"
