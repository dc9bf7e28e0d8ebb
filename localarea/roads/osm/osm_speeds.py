"""Speeds on OpenStreetMap roads: by the signed limit, or typical for the class in Britain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from localarea.roads.speeds import KM_PER_MILE

if TYPE_CHECKING:
    from collections.abc import Sequence

# Class -> miles per hour outside and inside built-up areas, for ways without `maxspeed`. The limits
# are those of the Highway Code, rule 124 (30 built-up, 60 single, 70 dual and motorway). Speeds are
# below the limit on minor roads, where bends determine them: free-flowing cars average 45 to 50 mph
# on single carriageways at the national limit and 25 to 30 mph at 30 mph (Department for Transport,
# Vehicle speed compliance statistics, SPE0111 and SPE0112).
DEFAULT_MPH: Final = {
    "motorway": (70.0, 60.0),
    "motorway_link": (45.0, 40.0),
    "trunk": (60.0, 40.0),
    "trunk_link": (35.0, 30.0),
    "primary": (50.0, 30.0),
    "primary_link": (30.0, 25.0),
    "secondary": (47.0, 28.0),
    "secondary_link": (30.0, 25.0),
    "tertiary": (42.0, 26.0),
    "tertiary_link": (25.0, 20.0),
    "unclassified": (35.0, 24.0),
    "residential": (24.0, 20.0),
    "living_street": (12.0, 10.0),
    "road": (30.0, 20.0),
    # Without `duration`: the 8 knots of a small car ferry, without waiting.
    "ferry": (9.0, 9.0),
}
FERRY: Final = "ferry"
OTHER: Final = "other"
CLASS_NAMES: Final = (*DEFAULT_MPH, OTHER)
OTHER_MPH: Final = (15.0, 12.0)
# Mean speed under a signed limit, from the same statistics.
SHARE_OF_LIMIT: Final = 0.9
NAMED_MPH: Final = {
    "gb:motorway": 70.0,
    "gb:nsl_dual": 70.0,
    "gb:nsl_single": 60.0,
    "gb:nsl_restricted": 30.0,
    "national": 60.0,
    "walk": 4.0,
}
URBAN_RADIUS_M: Final = 500.0
URBAN_JUNCTIONS: Final = 20  # within the radius, for a built-up area
FASTEST_KPH: Final = 130.0  # a higher limit is a mapping error

LONGEST_MIN: Final = 7 * 24 * 60.0  # a week; a longer ferry crossing is a mapping error

_CLOCK = re.compile(r"^(?:(\d{1,3}):)?(\d{1,4})(?::(\d{2}))?$")
_ISO = re.compile(r"^PT(?=\d)(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?$")
_NUMBER = re.compile(r"^(\d{1,3}(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?$")


def parse_maxspeed(text: object) -> float | None:
    """
    Parse a ``maxspeed`` tag.

    Parameters
    ----------
    text : object
        Such as ``"30 mph"``, ``"50"`` (km/h), ``"GB:nsl_single"``, or a list of those.

    Returns
    -------
    float or None
        Limit in km/h (the lowest of several); None if it cannot be parsed, is 0 or is more
        than 130 km/h.

    Examples
    --------
    >>> parse_maxspeed("50")
    50.0
    >>> round(parse_maxspeed("30 mph"), 1)
    48.3
    >>> parse_maxspeed("none") is None
    True
    """
    if isinstance(text, list | tuple):
        read = [kph for part in text if (kph := parse_maxspeed(part)) is not None]
        return min(read, default=None)
    if not isinstance(text, str):
        return None
    if ";" in text or "|" in text:
        return parse_maxspeed(re.split(r"[;|]", text))
    folded = text.strip().casefold()
    if folded in NAMED_MPH:
        return NAMED_MPH[folded] * KM_PER_MILE
    match = _NUMBER.match(folded)
    if match is None:
        return None
    kph = float(match[1]) * (KM_PER_MILE if match[2] == "mph" else 1.0)
    return kph if 0 < kph <= FASTEST_KPH else None


def parse_duration(text: object) -> float | None:
    """
    Parse a ``duration`` tag.

    Parameters
    ----------
    text : object
        Such as ``"00:20"`` or ``"1:30:00"`` (hours first), ``"20"`` (minutes) or
        ``"PT1H30M"``.

    Returns
    -------
    float or None
        Minutes; None if it cannot be parsed, is 0 or is more than a week.

    Examples
    --------
    >>> parse_duration("00:20"), parse_duration("PT1H30M"), parse_duration("soon")
    (20.0, 90.0, None)
    """
    if not isinstance(text, str):
        return None
    match = _CLOCK.match(text.strip()) or _ISO.match(text.strip().upper())
    if match is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    total = hours * 60 + minutes + seconds / 60
    return total if 0 < total <= LONGEST_MIN else None


def class_numbers(highways: Sequence[object]) -> np.ndarray:
    """
    Return the class number of each way.

    Parameters
    ----------
    highways : sequence of str or list of str
        ``highway`` tags; the first known one of a list counts.

    Returns
    -------
    numpy.ndarray of uint8, shape (n,)
        Index into `CLASS_NAMES`.
    """
    number = {name: i for i, name in enumerate(CLASS_NAMES)}

    def one(tag: object) -> int:
        tags = tag if isinstance(tag, list | tuple) else [tag]
        return next((number[t] for t in tags if t in number), number[OTHER])

    return np.array([one(tag) for tag in highways], dtype=np.uint8)


def osm_kph(classes: np.ndarray, limits_kph: np.ndarray, urban: np.ndarray) -> np.ndarray:
    """
    Calculate the speed on ways.

    Parameters
    ----------
    classes : numpy.ndarray of int, shape (n,)
        Index into `CLASS_NAMES`.
    limits_kph : numpy.ndarray, shape (n,)
        Signed limit; NaN if there is none.
    urban : numpy.ndarray of bool, shape (n,)
        Whether the way is in a built-up area.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Kilometres per hour: a share of the limit, or the default of the class. A limit never
        makes a minor road faster than its class is outside towns.
    """
    defaults = np.array([*DEFAULT_MPH.values(), OTHER_MPH]) * KM_PER_MILE
    outside, inside = defaults[classes].T
    usual = np.where(urban, inside, outside)
    signed = np.minimum(limits_kph * SHARE_OF_LIMIT, np.maximum(outside, usual))
    kph: np.ndarray = np.where(np.isnan(limits_kph), usual, signed)
    return kph


def find_urban(points: np.ndarray, junctions: np.ndarray) -> np.ndarray:
    """
    Return a mask of the points in built-up areas, which have many junctions.

    Parameters
    ----------
    points : numpy.ndarray, shape (n, 2)
        Points to test, EPSG:27700, metres.
    junctions : numpy.ndarray, shape (m, 2)
        Junctions, EPSG:27700, metres.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
        True in built-up areas.
    """
    if not len(points) or not len(junctions):
        return np.zeros(len(points), dtype=bool)
    count = cKDTree(junctions).query_ball_point(points, URBAN_RADIUS_M, return_length=True)
    return np.asarray(count) >= URBAN_JUNCTIONS
