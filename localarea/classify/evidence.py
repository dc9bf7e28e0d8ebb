"""
What else speaks for or against a verdict: how firm it is, and what is doubtful.

The fourteen keys of a verdict are a promise to programs and do not grow; this is said
beside them, to the person who decides a close case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from localarea.classify.boundary import Boundary
    from localarea.records import Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    Evidence beside a verdict.

    Attributes
    ----------
    options : int
        Options of the council that were looked at.
    local_in : tuple of str
        Ids of those in which the postcode is local; empty when it has no zone.
    standing : str or None
        ``core`` when it is local in all of them, ``outside`` in none, ``contested``
        in some; None when it has no zone.
    split : bool or None
        True when the postcode is known to lie on both sides: the zone that decides, where
        ONS counts it, is on one side of the boundary and its mean address on the other
        or within half a metre of the line. None when its place is not known.
    metres_to_boundary : float or None
        As in the verdict.
    borderline_m : float
        Metres within which the boundary's verdicts are borderline.
    limit_min, borderline_min : float or None
        Of an area drawn by minutes alone: the limit, and the minutes from it within which
        verdicts are borderline as well.
    """

    options: int
    local_in: tuple[str, ...]
    standing: str | None
    split: bool | None
    metres_to_boundary: float | None
    borderline_m: float
    limit_min: float | None = None
    borderline_min: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """
        Give the evidence as plain values.

        Returns
        -------
        dict
            Every attribute, by name.
        """
        document = {name: getattr(self, name) for name in self.__slots__}
        return document | {"local_in": list(self.local_in)}

    def sentence(self) -> str:
        """
        Say it to a person.

        Returns
        -------
        str
            Nothing, or one to three sentences.
        """
        said = []
        if self.standing is not None and self.options:
            count = len(self.local_in)
            said.append(f"It is local in {count} of the council's {self.options} options.")
        if self.metres_to_boundary is not None:
            said.append(f"The boundary is {self.metres_to_boundary:,.0f} metres away.")
        if self.split:
            said.append(
                "The postcode lies on both sides of the boundary: ask for the address itself."
            )
        return " ".join(said)


def gatherer(
    boundary: Boundary, options: Sequence[tuple[str, AbstractSet[str]]]
) -> Callable[[Verdict], Evidence]:
    """
    Make what gathers the evidence of verdicts.

    Parameters
    ----------
    boundary : Boundary
        The classifier that was used.
    options : sequence of (str, set of str)
        Id and zones of each option of the council, in the boundary's zone system.

    Returns
    -------
    callable
        A verdict to its evidence.
    """
    drive = boundary.drive

    def gather(verdict: Verdict) -> Evidence:
        local_in = tuple(option for option, zones in options if verdict.zone in zones)
        metres = verdict.metres_to_boundary
        return Evidence(
            options=len(options),
            local_in=local_in,
            standing=_standing(len(local_in), len(options)) if verdict.zone and options else None,
            split=None if metres is None else metres == 0,
            metres_to_boundary=metres,
            borderline_m=boundary.borderline_m,
            limit_min=None if drive is None else drive.limit_min,
            borderline_min=None if drive is None else drive.error_min,
        )

    return gather


def _standing(local: int, of: int) -> str:
    if local == of:
        return "core"
    return "contested" if local else "outside"
