"""Reference systems and shapes that can be trusted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, MultiPolygon, Point, Polygon, box

from localarea.errors import CrsError, InputError, SchemaError
from localarea.geo.crs import point_on_grid, require_crs, to_wgs84
from localarea.geo.validity import count_parts_and_holes, require_valid_polygons

SQUARE = box(0, 0, 10, 10)
RING = Polygon(SQUARE.exterior, [box(2, 2, 4, 4).exterior, box(6, 6, 8, 8).exterior])


def test_degrees_and_none_are_refused() -> None:
    with pytest.raises(CrsError, match="no CRS is set"):
        require_crs(gpd.GeoSeries([SQUARE]))
    with pytest.raises(CrsError, match="4326"):
        require_crs(gpd.GeoSeries([SQUARE], crs="EPSG:4326"))
    require_crs(gpd.GeoDataFrame(geometry=[SQUARE], crs="EPSG:27700"))


def test_there_and_back_again() -> None:
    easting, northing = point_on_grid(51.8892, 0.9042)
    back = to_wgs84(gpd.GeoSeries([Point(easting, northing)], crs="EPSG:27700")).iloc[0]
    assert (back.y, back.x) == pytest.approx((51.8892, 0.9042), abs=1e-6)


def test_a_known_place_on_the_grid() -> None:
    # Ordnance Survey's own example of the transformation: Caister water tower, near Yarmouth.
    easting, northing = point_on_grid(52.6579786, 1.7160729)
    assert easting == pytest.approx(651_409.9, abs=5)
    assert northing == pytest.approx(313_177.3, abs=5)


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), (float("nan"), 0), (float("inf"), 0)])
def test_degrees_that_are_none(lat: float, lon: float) -> None:
    with pytest.raises(InputError, match="latitude first"):
        point_on_grid(lat, lon)


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        (None, "no geometry"),
        (LineString([(0, 0), (1, 1)]), "not a polygon"),
        (Polygon(), "empty"),
        (Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "Self-intersection"),
    ],
)
def test_bad_shapes_are_named(shape: object, says: str) -> None:
    shapes = np.array([SQUARE, shape], dtype=object)
    with pytest.raises(SchemaError, match=says) as caught:
        require_valid_polygons(shapes, ["good", "bad"])
    assert "good" not in str(caught.value)


def test_many_faults_are_cut_short() -> None:
    with pytest.raises(SchemaError, match="and 3 more"):
        require_valid_polygons(np.array([None] * 8, dtype=object), list("abcdefgh"))
    require_valid_polygons(np.array([SQUARE, MultiPolygon([RING])], dtype=object), ["a", "b"])


@pytest.mark.parametrize(
    ("shape", "counts"),
    [
        (SQUARE, (1, 0)),
        (RING, (1, 2)),
        (MultiPolygon([RING, box(20, 0, 30, 9)]), (2, 2)),
        (Polygon(), (0, 0)),
    ],
)
def test_parts_and_holes(shape: Polygon, counts: tuple[int, int]) -> None:
    assert count_parts_and_holes(shape) == counts
