"""The limits of a method that a study can move: minutes, share of commuters, self-containment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from localarea.errors import InputError
from localarea.options.council import DRIVE
from localarea.options.stated import is_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.records import Option

Key = Literal["minutes", "share", "containment"]
KEYS: Final[tuple[Key, ...]] = ("minutes", "share", "containment")
_ROUNDING: Final = 1e-9
LABELS: Final[Mapping[Key, str]] = {
    "minutes": "Minutes by car",
    "share": "Share of commuters",
    "containment": "Self-containment",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """
    A limit that a slider moves.

    Attributes
    ----------
    key : {'minutes', 'share', 'containment'}
        Name in an address.
    least, most : int
        Ends of the slider: minutes, or hundredths.
    """

    key: Key
    parameter: str
    hint: str
    least: int
    most: int

    @property
    def label(self) -> str:
        """Return what the slider is called."""
        return LABELS[self.key]

    @property
    def unit(self) -> str:
        """Return what stands behind the number."""
        return " minutes" if self.key == "minutes" else "%"

    def value(self, number: int) -> float | int:
        """Return what the method takes for a number of the slider."""
        return number if self.key == "minutes" else number / 100

    def number(self, value: object) -> int:
        """
        Return where a value of the method is on the slider.

        InputError if it is no number, or lies between two steps of the slider.
        """
        if not is_number(value):
            raise InputError(f"the threshold {self.parameter} is {value!r}; give a number")
        exact = float(value) * (1 if self.key == "minutes" else 100)
        if abs(exact - round(exact)) > _ROUNDING:
            step = "minutes" if self.key == "minutes" else "hundredths"
            raise InputError(
                f"the threshold {self.parameter} is {value:g}, and a study moves it by whole "
                f"{step}; open the scenario in What if"
            )
        return round(exact)


_MINUTES: Final = "Zones farther than this by car from the centre are left out"
_SHARE: Final = "A zone belongs if at least this share of its commuters work in {anchor}"
_LINK: Final = (
    "A zone may belong if at least this share of its commuters, or of its jobs, are shared "
    "with {anchor}"
)
_CONTAINED: Final = (
    "An area is a labour market if this share of its residents work inside and this share of its "
    "jobs are held by them"
)
_JOINED: Final = "Neighbouring labour markets are joined until both shares reach this"
_LIMITS: Final[Mapping[str, tuple[Limit, ...]]] = {
    "drive": (Limit("minutes", "minutes", _MINUTES, 10, 75),),
    "catchment": (Limit("share", "min_share", _SHARE, 3, 50),),
    "composite": (
        Limit("minutes", "max_minutes", _MINUTES, 15, 75),
        Limit("share", "min_link", _LINK, 3, 50),
    ),
    "composite-region": (Limit("share", "min_link", _LINK, 3, 50),),
    "ttwa-computed": (
        Limit("containment", "min_sc", _CONTAINED, 50, 75),
    ),
    "ttwa-cluster": (Limit("containment", "target_sc", _JOINED, 60, 85),),
}  # fmt: skip
TARGET: Final = "target_sc"  # of the recalculated areas: it may not be below the minimum


def limits_of(method: str) -> tuple[Limit, ...]:
    """Return the limits that a study can move under a method; none if it has none."""
    return _LIMITS.get(method, ())


def own_number(limit: Limit, option: Option) -> int:
    """Return where an option's own limit is on the slider."""
    value = float(option.parameters[limit.parameter])
    return round(value if limit.key == "minutes" else 100 * value)


def moved_base(base: str, option: Option, numbers: Mapping[Key, int]) -> tuple[str, dict[str, Any]]:
    """
    Return the option and the thresholds of a scenario with limits moved.

    ``drive-30`` at 37 minutes is ``drive-37``, an option of its own; any other method keeps its
    option, and its parameters are changed.

    Examples
    --------
    >>> from localarea.records import Option
    >>> thirty = Option("drive-30", "", "drive", "msoa11", ("E02004509",), "Colchester")
    >>> moved_base("drive-30", thirty, {"minutes": 37})
    ('drive-37', {})
    """
    if option.method == "drive" and DRIVE.match(base) and "minutes" in numbers:
        return f"drive-{numbers['minutes']}", {}
    thresholds: dict[str, Any] = {}
    for limit in limits_of(option.method):
        if limit.key in numbers:
            thresholds[limit.parameter] = limit.value(numbers[limit.key])
    least, target = thresholds.get("min_sc"), option.parameters.get(TARGET)
    if least is not None and target is not None and least > float(target):
        thresholds[TARGET] = least
    return base, thresholds
