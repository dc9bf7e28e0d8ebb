"""Read a point as people write it: a grid reference, an easting and northing, or degrees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from localarea.errors import InputError
from localarea.geo.crs import point_on_grid

_LETTERS: Final = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # I is left out
_SQUARE_M: Final = 100_000
_GRID_WIDTH_M: Final = 700_000
_GRID_HEIGHT_M: Final = 1_300_000
_DEGREES_M: Final = 5.0  # of the conversion, see `point_on_grid`
_FEWEST, _MOST = 4, 10  # digits: a square of 1 km, a square of 1 m
_REFERENCE: Final = re.compile(r"([A-HJ-Z])([A-HJ-Z])\s*(\d[\d\s]*)", re.ASCII)
_PAIR: Final = re.compile(
    r"(?P<first>-?\d+(?:\.\d+)?)\s*(?P<north>[°]?\s*N)?[\s,;]+"
    r"(?P<second>-?\d+(?:\.\d+)?)\s*(?P<east>[°]?\s*[EW])?",
    re.ASCII,
)
_FORMS: Final = (
    "enter a grid reference such as TM 01234 23456, an easting and northing such as "
    "601234 223456, or a latitude and longitude such as 51.8734, 0.9231"
)


@dataclass(frozen=True, slots=True)
class GridPoint:
    """
    A point on the British National Grid.

    Attributes
    ----------
    easting, northing : float
        Metres, EPSG:27700; the middle of the square that was named.
    within_m : float
        How far the place that was meant may be from it (m).
    """

    easting: float
    northing: float
    within_m: float


def read_point(text: str) -> GridPoint:
    """
    Read a point.

    ``text``: a grid reference with two letters and 4 to 10 digits, an easting and northing in
    metres, or a latitude and longitude in degrees. InputError if it is none of these, or not in
    Great Britain.

    Examples
    --------
    >>> read_point("TG 51409 13177")
    GridPoint(easting=651409.5, northing=313177.5, within_m=0.7)
    >>> read_point("599644, 225077")
    GridPoint(easting=599644.0, northing=225077.0, within_m=1.0)
    """
    plain = " ".join(text.upper().split())
    if re.fullmatch(r"\d{10,12}", plain):
        raise InputError(
            "a UPRN cannot be looked up, because this service does not hold the list of them; "
            + _FORMS,
            parameter="at",
        )
    reference = _REFERENCE.fullmatch(plain)
    if reference:
        return _of_reference(reference)
    pair = _PAIR.fullmatch(plain)
    if not pair:
        raise InputError(_FORMS, parameter="at")
    first, second = float(pair["first"]), float(pair["second"])
    if abs(first) <= 90 and abs(second) <= 180:
        if (pair["east"] or "").endswith("W"):
            second = -second
        return _require_on_grid(GridPoint(*point_on_grid(first, second), _DEGREES_M))
    if pair["north"] or pair["east"]:
        raise InputError(_FORMS, parameter="at")
    return _require_on_grid(GridPoint(first, second, 1.0))


def _of_reference(found: re.Match[str]) -> GridPoint:
    digits = "".join(found[3].split())
    if len(digits) % 2 or not _FEWEST <= len(digits) <= _MOST:
        raise InputError(
            f"a grid reference has 4, 6, 8 or 10 digits after its letters, not {len(digits)}; "
            + _FORMS,
            parameter="at",
        )
    east_500, north_500 = _square(found[1])
    east_100, north_100 = _square(found[2])
    # The first letter names a square of 500 km, counted from S; the second one of 100 km in it.
    east = (east_500 - 2) * 5 + east_100
    north = (north_500 - 1) * 5 + north_100
    half = len(digits) // 2
    size = _SQUARE_M / 10**half
    easting = east * _SQUARE_M + int(digits[:half]) * size + size / 2
    northing = north * _SQUARE_M + int(digits[half:]) * size + size / 2
    return _require_on_grid(GridPoint(easting, northing, round(size / 2 * 2**0.5, 1)))


def _square(letter: str) -> tuple[int, int]:
    """Return the column and row of a letter, from the south-west of its block of 25."""
    place = _LETTERS.index(letter)
    return place % 5, 4 - place // 5


def _require_on_grid(point: GridPoint) -> GridPoint:
    if not (0 <= point.easting < _GRID_WIDTH_M and 0 <= point.northing < _GRID_HEIGHT_M):
        raise InputError(f"that point is not in Great Britain; {_FORMS}", parameter="at")
    return point
