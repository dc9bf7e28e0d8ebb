"""Points as people write them, against places that Ordnance Survey publishes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localarea.errors import InputError
from localarea.geo.grid_references import read_point


@pytest.mark.parametrize(
    ("text", "easting", "northing", "within_m"),
    [
        # The worked example of OS's "Guide to coordinate systems in Great Britain", Caister.
        ("TG 51409 13177", 651409, 313177, 0.7),
        # OS's "Using the National Grid" has Ben Nevis at NN 166 712: a square of 100 m.
        ("NN 166 712", 216600, 771200, 70.7),
        ("nn166712", 216600, 771200, 70.7),
        # False origin of the grid, and the square of OS's own office in Southampton.
        ("SV 0000 0000", 0, 0, 7.1),
        ("SU 38 14", 438000, 114000, 707.1),
    ],
)
def test_a_grid_reference_names_a_square(
    text: str, easting: int, northing: int, within_m: float
) -> None:
    found = read_point(text)
    half = within_m / 2**0.5  # of the side, since the middle is half a diagonal from a corner
    assert found.easting == pytest.approx(easting + half, abs=0.1)
    assert found.northing == pytest.approx(northing + half, abs=0.1)
    assert found.within_m == within_m


def test_degrees_and_metres_are_told_apart() -> None:
    # Caister again, in degrees of GPS: 52°39'28.7"N 1°42'57.8"E. A tenth of a second is 3 m.
    by_degrees = read_point("52.657972, 1.716056")
    assert by_degrees.easting == pytest.approx(651409.9, abs=10)
    assert by_degrees.northing == pytest.approx(313177.3, abs=10)
    assert read_point("52.657972 N, 1.716056 E") == by_degrees
    assert (read_point("651410, 313177").easting, read_point("651410 313177").northing) == (
        651410,
        313177,
    )
    west = read_point("53.4 N 2.2 W")
    assert west == read_point("53.4, -2.2")
    assert west.easting < 400_000  # 2° W is easting 400,000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("100021590543", "UPRN"),
        ("TM 012", "not 3"),
        ("TM 12", "not 2"),
        ("TM 123456 123456", "not 12"),
        ("12 High Street", "grid reference such as"),
        ("", "grid reference such as"),
        ("AA 00 00", "Great Britain"),
        ("999999 9999999", "Great Britain"),
        ("48.85, 2.35", "Great Britain"),
    ],
)
def test_what_is_no_point_of_great_britain_is_told(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_point(text)
    assert caught.value.parameter == "at"


@given(st.text(max_size=30))
def test_any_text_is_a_point_or_told(text: str) -> None:
    try:
        found = read_point(text)
    except InputError:
        return
    assert 0 <= found.easting < 700_000
    assert 0 <= found.northing < 1_300_000


@given(st.integers(0, 699_999), st.integers(0, 1_299_999))
def test_a_reference_of_ten_digits_leads_back_to_its_metre(easting: int, northing: int) -> None:
    # Written the way OS's guide says: the 500 km square, then that of 100 km, without I.
    letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
    east, north = easting // 100_000, northing // 100_000
    first = letters[(17 - north // 5 * 5) + east // 5]  # S is the origin, and rows go down
    second = letters[(4 - north % 5) * 5 + east % 5]
    found = read_point(f"{first}{second} {easting % 100_000:05} {northing % 100_000:05}")
    assert (found.easting, found.northing) == (easting + 0.5, northing + 0.5)
