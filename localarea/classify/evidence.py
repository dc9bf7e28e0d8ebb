"""
Evidence beside a verdict: how firm it is, and what is in doubt.

The fourteen keys of a verdict are a stable interface and do not grow. Evidence is given
beside them, for the person who decides a close case.
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
    Evidence for one verdict.

    Attributes
    ----------
    options : int
        Number of options of the council that were compared.
    local_in : tuple of str
        Ids of the options in which the postcode is local; empty if it has no zone.
    standing : str or None
        ``core`` if local in all of them, ``outside`` in none, ``contested`` in some; None
        if it has no zone.
    split : bool or None
        True if the postcode is known to be on both sides of the boundary: its zone, as
        assigned by ONS, is on one side and its mean address on the other, or within half a
        metre of the line. None if its location is unknown.
    metres_to_boundary : float or None
        Distance, as in the verdict.
    borderline_m : float
        Distance from the boundary (m) within which verdicts are borderline.
    limit_min, borderline_min : float or None
        For areas defined by minutes alone: the limit, and the time from it (min) within
        which verdicts are also borderline.
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
        """Return the evidence as a dictionary: every attribute, by name."""
        document = {name: getattr(self, name) for name in self.__slots__}
        return document | {"local_in": list(self.local_in)}

    def sentence(self) -> str:
        """Describe the evidence in words: one to three sentences, or an empty string."""
        sentences = []
        if self.standing is not None and self.options:
            count = len(self.local_in)
            sentences.append(f"It is local in {count} of the council's {self.options} options.")
        if self.metres_to_boundary is not None:
            sentences.append(f"The boundary is {self.metres_to_boundary:,.0f} metres away.")
        if self.split:
            sentences.append(
                "The postcode lies on both sides of the boundary: ask for the address itself."
            )
        return " ".join(sentences)


def gatherer(
    boundary: Boundary, options: Sequence[tuple[str, AbstractSet[str]]]
) -> Callable[[Verdict], Evidence]:
    """
    Return a function that gathers the evidence for a verdict.

    ``options``: id and zones of each option of the council, in the boundary's zone system.
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
