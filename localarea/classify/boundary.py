"""The area that postcodes are checked against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.options.minutes.zone_minutes import stated_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.records import Option, ZoneSystem

BORDERLINE_M: Final = 500.0  # metres; our choice: about the width of a postcode sector in a town
_PER_MINUTE: Final = 10  # minutes are stored in whole tenths
_DECIMALS: Final = 3  # of a tenth of a minute


@dataclass(frozen=True, slots=True)
class DriveLimit:
    """
    The limit of minutes by road that defines an area, and the margin of error.

    Attributes
    ----------
    anchor : str
        District from whose centre minutes are measured.
    error_min : float
        Time from the limit (min) within which a postcode is borderline.
    """

    anchor: str
    limit_min: float
    error_min: float

    def near(self, tenths: Any) -> Any:
        """
        Return which times are so close to the limit that the model's error could change the side.

        Parameters
        ----------
        tenths : int or numpy.ndarray of int
            Tenths of a minute by road; negative if unknown or unreachable.

        Returns
        -------
        bool or numpy.ndarray of bool
            True within the margin of error, on either side.
        """
        # Rounding removes floating-point noise, so that 5.3 minutes are exactly 53 tenths.
        limit, error = (round(m * _PER_MINUTE, _DECIMALS) for m in (self.limit_min, self.error_min))
        return (tenths >= 0) & (abs(tenths - limit) <= error)


def drive_limit(
    method: str, parameters: Mapping[str, Any], anchor: str, error_min: float | None = None
) -> DriveLimit | None:
    """
    Return the limit in minutes of an option that is defined by minutes alone.

    ``error_min``: time from the limit (min) within which a postcode is borderline; by default, the
    stated error of minutes of that length. Returns None for options with another method.
    """
    limit = parameters.get("minutes")
    if method != "drive" or isinstance(limit, bool) or not isinstance(limit, int | float):
        return None
    near = stated_error(limit) if error_min is None else error_min
    return DriveLimit(anchor, float(limit), float(near))


@dataclass(frozen=True, slots=True)
class Boundary:
    """
    A set of zones that are local, and its wording in verdicts.

    Attributes
    ----------
    id : str
        ``option:NAME``, or the id of a published definition.
    area : str
        Name of the area, as used in the middle of a sentence.
    basis : str
        Sentence that states the authority of the answer.
    borderline_m : float
        Distance from the boundary (m) within which a postcode is borderline.
    drive : DriveLimit or None
        Limit of minutes, close to which a postcode is also borderline.
    """

    id: str
    zones: frozenset[str]
    zone_system: ZoneSystem
    area: str
    basis: str
    borderline_m: float = BORDERLINE_M
    drive: DriveLimit | None = None

    @property
    def title(self) -> str:
        """Return the name of the area, by itself."""
        return self.area.removeprefix("the area ").strip("'")


def boundary_of_option(
    option: Option,
    *,
    default: bool = False,
    borderline_m: float = BORDERLINE_M,
    borderline_min: float | None = None,
    why: str = "No definition has been published yet",
    whose: str = "",
) -> Boundary:
    """
    Create the boundary of an option.

    Parameters
    ----------
    default : bool
        True if the option is the default in the council's file.
    borderline_m : float
        Distance from the boundary (m) within which a postcode is borderline.
    borderline_min : float, optional
        For options by minutes alone: time from the limit (min) that is borderline; by default, the
        stated error of minutes of that length.
    why : str
        Reason for using an option and not a published definition.
    whose : str
        Council whose option it is; blank for one's own.
    """
    if default:
        under = f"the default option of {whose}" if whose else "the council's default option"
    else:
        under = f"the option '{option.id}'" + (f" of {whose}" if whose else "")
    return Boundary(
        id=f"option:{option.id}",
        zones=frozenset(option.zones),
        zone_system=option.zone_system,
        area=f"the area '{option.title}'",
        basis=f"{why}, so this is the answer under {under}.",
        borderline_m=borderline_m,
        drive=drive_limit(option.method, option.parameters, option.anchor, borderline_min),
    )
