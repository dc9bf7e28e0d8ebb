"""The area that postcodes are checked against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.options.minutes.zone_minutes import STATED_ERROR_MIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.records import Option, ZoneSystem

BORDERLINE_M: Final = 500.0  # metres; ours: about the width of a postcode sector in a town
BORDERLINE_MIN: Final = STATED_ERROR_MIN  # minutes; what nine in ten published ones are within
_PER_MINUTE: Final = 10  # minutes are kept in whole tenths


@dataclass(frozen=True, slots=True)
class DriveLimit:
    """
    The minutes by road that an area was drawn by, and how far they may be wrong.

    Attributes
    ----------
    anchor : str
        District from whose centre they are counted.
    limit_min : float
        The limit.
    error_min : float
        Time from the limit (min) within which a postcode is borderline.
    """

    anchor: str
    limit_min: float
    error_min: float

    def near(self, tenths: Any) -> Any:
        """
        Tell what is so near the limit that the model's error could move it over.

        Parameters
        ----------
        tenths : int or numpy.ndarray of int
            Tenths of a minute by road; below nought where none are known or no road leads.

        Returns
        -------
        bool or numpy.ndarray of bool
            True within the error, on either side.
        """
        # Rounded to a thousandth of a tenth, so that 5.3 times ten is 53 and no more.
        limit, error = (round(m * _PER_MINUTE, 3) for m in (self.limit_min, self.error_min))
        return (tenths >= 0) & (abs(tenths - limit) <= error)


def drive_limit(
    method: str, parameters: Mapping[str, Any], anchor: str, error_min: float = BORDERLINE_MIN
) -> DriveLimit | None:
    """
    Find the limit in minutes of an option that was drawn by them alone.

    Parameters
    ----------
    method : str
        Method of the option.
    parameters : mapping
        Its parameters.
    anchor : str
        District that the minutes are counted from.
    error_min : float
        Time from the limit (min) within which a postcode is borderline.

    Returns
    -------
    DriveLimit or None
        None for an option by another method.
    """
    limit = parameters.get("minutes")
    if method != "drive" or isinstance(limit, bool) or not isinstance(limit, int | float):
        return None
    return DriveLimit(anchor, float(limit), float(error_min))


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
        Distance from the boundary (m) within which a postcode is borderline.
    drive : DriveLimit or None
        The minutes that it was drawn by, near which a postcode is borderline as well.
    """

    id: str
    zones: frozenset[str]
    zone_system: ZoneSystem
    area: str
    standing: str
    borderline_m: float = BORDERLINE_M
    drive: DriveLimit | None = None


def boundary_of_option(
    option: Option,
    *,
    default: bool = False,
    borderline_m: float = BORDERLINE_M,
    borderline_min: float = BORDERLINE_MIN,
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
        Distance from the boundary (m) within which a postcode is borderline.
    borderline_min : float
        For options by minutes alone: time from the limit (min) that is borderline.
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
        drive=drive_limit(option.method, option.parameters, option.anchor, borderline_min),
    )
