"""A point is decided by the zone that it is in, as shapely finds it among all of them."""

from __future__ import annotations

import pytest
import shapely

from localarea.classify.boundary import boundary_of_option
from localarea.classify.point import check_point
from localarea.datasets.zones import read_zone_shapes
from localarea.errors import OutsideCoverageError
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.places.gazetteer import read_gazetteer

COLCHESTER_CASTLE = (599_870, 225_330)
IPSWICH_TOWN_HALL = (616_320, 244_580)
# On the river Stour between Manningtree and Brantham, about the boundary of Essex.
ON_THE_STOUR = (610_650, 232_650)


@pytest.mark.parametrize("place", [COLCHESTER_CASTLE, IPSWICH_TOWN_HALL, ON_THE_STOUR])
def test_a_point_is_on_the_side_of_its_zone(place: tuple[int, int]) -> None:
    boundary = boundary_of_option(option_zones("district", read_council()))
    found = check_point(boundary, *place)
    codes = list(read_gazetteer("msoa11").zone_names)
    shapes = read_zone_shapes(codes, "msoa11")
    point = shapely.Point(place)
    metres = shapely.distance(shapes, point)
    zone = codes[int(metres.argmin())]
    inside = zone in boundary.zones
    other = [
        far for code, far in zip(codes, metres, strict=True) if (code in boundary.zones) != inside
    ]
    assert (found.zone, found.inside) == (zone, inside)
    assert found.metres_to_boundary == pytest.approx(min(other), abs=0.5)
    # The outlines are true to 20 m, and the point to what is stated.
    assert not found.doubtful or min(other) <= 20.5
    assert check_point(boundary, *place, within_m=min(other)).doubtful


def test_the_castle_is_inside_and_ipswich_outside() -> None:
    boundary = boundary_of_option(option_zones("district", read_council()))
    assert check_point(boundary, *COLCHESTER_CASTLE).inside
    assert not check_point(boundary, *IPSWICH_TOWN_HALL).inside


@pytest.mark.parametrize("place", [(325_000, 674_000), (680_000, 100_000)])
def test_a_point_in_scotland_or_at_sea_is_told(place: tuple[int, int]) -> None:
    boundary = boundary_of_option(option_zones("district", read_council()))
    with pytest.raises(OutsideCoverageError, match="England and Wales"):
        check_point(boundary, *place)
