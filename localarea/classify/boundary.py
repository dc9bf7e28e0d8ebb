"""The area that postcodes are checked against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from localarea.records import Option, ZoneSystem

BORDERLINE_M: Final = 500.0  # metres; ours: about the width of a postcode sector in a town


@dataclass(frozen=True, slots=True)
class Boundary:
    """
    A set of zones that are local, and how to speak of it.

    Attributes
    ----------
    id : str
        ``option:NAME``, or the id of a published definition.
    zones : frozenset of str
        Codes of the zones that are in.
    zone_system : {'msoa11', 'msoa21'}
        System and vintage of the codes.
    area : str
        The area in the middle of a sentence.
    standing : str
        A sentence that says what authority the answer has.
    borderline_m : float
        Metres from the boundary within which a postcode is borderline.
    """

    id: str
    zones: frozenset[str]
    zone_system: ZoneSystem
    area: str
    standing: str
    borderline_m: float = BORDERLINE_M


def boundary_of_option(
    option: Option,
    *,
    default: bool = False,
    borderline_m: float = BORDERLINE_M,
    why: str = "No definition has been published yet",
) -> Boundary:
    """
    Make the boundary of an option.

    Parameters
    ----------
    option : Option
        A candidate boundary.
    default : bool
        Whether it is the option that the council's file names as its default.
    borderline_m : float
        Metres from the boundary within which a postcode is borderline.
    why : str
        Why an option answers and no published definition.

    Returns
    -------
    Boundary
        What :class:`~localarea.classify.classifier.Classifier` takes.
    """
    under = "the council's default option" if default else f"the option '{option.id}'"
    return Boundary(
        id=f"option:{option.id}",
        zones=frozenset(option.zones),
        zone_system=option.zone_system,
        area=f"the area '{option.title}'",
        standing=f"{why}, so this is the answer under {under}.",
        borderline_m=borderline_m,
    )
