"""Frozen values shared by all rooms: verdicts and options."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

Status = Literal["local", "not_local", "unknown"]
ZoneSystem = Literal["msoa11", "msoa21", "lsoa11", "lsoa21", "oa11", "oa21"]
Reason = Literal[
    "in_area",
    "outside_area",
    "terminated",
    "outward_only",
    "blank",
    "malformed",
    "not_in_directory",
    "non_geographic",
    "scotland",
    "northern_ireland",
    "isle_of_man",
    "channel_islands",
    "several",
    "withheld",
    "abroad",
]

_LAST_HOUR: Final = 23  # of a day by UTC, when the next has begun in British Summer Time


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    Verdict on one postcode, with its reason.

    Attributes
    ----------
    postcode : str
        The postcode as parsed (``CO1 1JB``), or the original text if it
        could not be parsed.
    borderline : bool
        Whether the postcode lies within the stated distance of the boundary.
    reason : str
        Code of the reason.
    explanation : str
        A sentence that can be shown to the supplier.
    definition : str
        Id of the published definition, or ``option:NAME`` if none is published.
    directory_date : str
        Month of the postcode directory, ``YYYY-MM``.
    terminated : str or None
        None for a live postcode; otherwise the month it was withdrawn,
        ``YYYY-MM``, or ``YYYY-MM/YYYY-MM`` when only the interval is known.
    zone : str or None
        Code of the zone (MSOA 2011) that decided, or None.
    district : str or None
        Code of the district (``lad25cd``), or None.
    easting, northing : int or None
        Metres in EPSG:27700, or None.
    minutes_to_anchor : float or None
        Minutes by road, or None if the travel time is not known.
    metres_to_boundary : float or None
        Distance in metres from the postcode's point to the boundary line, or None.
    """

    postcode: str
    status: Status
    borderline: bool
    reason: Reason
    explanation: str
    definition: str
    directory_date: str
    terminated: str | None = None
    zone: str | None = None
    district: str | None = None
    easting: int | None = None
    northing: int | None = None
    minutes_to_anchor: float | None = None
    metres_to_boundary: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as a dictionary, keys in the documented order."""
        return {name: getattr(self, name) for name in _VERDICT_NAMES}


_VERDICT_NAMES: Final = tuple(
    f.name for f in fields(Verdict)
)  # computed once, because there are many verdicts


@dataclass(frozen=True, slots=True)
class Option:
    """
    A candidate boundary: a method, its parameters and the zones that result.

    Attributes
    ----------
    id : str
        Short name for commands, such as ``ttwa-official+ipswich``.
    title : str
        Short title for people, such as "Colchester labour market (ONS 2011)".
    zones : tuple of str
        Zone codes, sorted and unique.
    anchor : str
        Name of the district that the labour market is measured from.
    vintages : mapping
        Table name -> vintage of each dataset used.
    description : str
        How the zones were chosen, in one sentence without a full stop; may be empty.
    """

    id: str
    title: str
    method: str
    zone_system: ZoneSystem
    zones: tuple[str, ...]
    anchor: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    vintages: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


def whole_minutes(minutes: float) -> int:
    """
    Round minutes for display, half a minute upwards, in every sentence, table and map.

    ``minutes``: minutes, 0 or more and finite.

    Examples
    --------
    >>> whole_minutes(28.5), whole_minutes(28.4), whole_minutes(27.5)
    (29, 28, 28)
    """
    return int(minutes + 0.5)


def true_minus(number: str) -> str:
    r"""
    Write the sign of a negative figure as people read it, not as a hyphen.

    For pages, documents and the screen: what programs read keeps the hyphen.

    Parameters
    ----------
    number : str
        A figure as text, with its unit if it has one.

    Returns
    -------
    str
        The same, with a true minus sign for a hyphen at its beginning.

    Examples
    --------
    >>> ascii(true_minus("-4.1 points")), true_minus("+2"), ascii(true_minus("-\u00a350.00"))
    ("'\\u22124.1 points'", '+2', "'\\u2212\\xa350.00'")
    """
    return f"\N{MINUS SIGN}{number[1:]}" if number.startswith("-") else number


def write_pounds(amount: Decimal) -> str:
    r"""
    Write an amount in pounds and pence for people.

    Examples
    --------
    >>> from decimal import Decimal
    >>> write_pounds(Decimal("1234.5")), ascii(write_pounds(Decimal(-50)))
    ('£1,234.50', "'\\u2212\\xa350.00'")
    >>> write_pounds(Decimal("-0.001"))
    '£0.00'
    """
    sign = "-" if round(amount, 2) < 0 else ""
    return true_minus(f"{sign}£{abs(amount):,.2f}")


def british_day(moment: datetime) -> date:
    """
    Return the day on which a moment falls in the United Kingdom.

    What begins on 1 April begins at midnight there: in summer time, at 23:00 UTC of 31 March.
    ``moment``: a time with its zone. Returns the day by the clocks of the United Kingdom.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> str(british_day(datetime(2027, 3, 31, 23, 30, tzinfo=UTC)))
    '2027-04-01'
    >>> str(british_day(datetime(2027, 12, 31, 23, 30, tzinfo=UTC)))
    '2027-12-31'
    """
    utc = moment.astimezone(UTC)
    if utc.hour != _LAST_HOUR:  # summer time is one hour ahead, so the day is the same
        return utc.date()
    from zoneinfo import ZoneInfo  # a hundredth of a second, which a single check need not take

    return utc.astimezone(ZoneInfo("Europe/London")).date()
