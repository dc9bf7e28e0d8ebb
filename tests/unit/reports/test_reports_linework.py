"""Outlines simplified together still meet."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from reports_county import districts, options

from localarea.errors import CrsError
from localarea.reports.cartography.linework import simplify_together


def coordinates(layer: gpd.GeoSeries) -> int:
    return int(shapely.get_num_coordinates(layer.array).sum())


def test_neighbours_still_share_their_border_and_lose_most_of_its_points() -> None:
    exact = districts().geometry
    (light,) = simplify_together([exact], 150.0)
    assert coordinates(light) < coordinates(exact) / 3
    assert shapely.coverage_is_valid(light.array)
    apart = exact.simplify(150.0)
    assert not shapely.coverage_is_valid(apart.array), "the county is too tame to test with"


def test_layers_that_overlap_keep_their_common_edges() -> None:
    land, drawn = districts().geometry, options().set_index("id").geometry
    light_options, light_land = simplify_together([drawn, land], 150.0)
    assert list(light_options.index) == list(drawn.index)
    assert list(light_land.index) == list(land.index)
    assert light_options["district"].equals(light_land["E07000001"])
    both = shapely.union(light_land["E07000001"], light_land["E07000002"])
    assert light_options["ttwa"].symmetric_difference(both).area == pytest.approx(0, abs=1e-3)


def test_areas_stay_nearly_as_they_were() -> None:
    exact = districts().geometry
    (light,) = simplify_together([exact], 150.0)
    assert (light.area / exact.area).to_numpy() == pytest.approx(1, abs=0.01)


def test_a_hole_stays_a_hole() -> None:
    outer = shapely.box(590_000, 215_000, 600_000, 225_000)
    hole = shapely.box(594_000, 219_000, 596_000, 221_000)
    ring = gpd.GeoSeries([outer.difference(hole)], crs="EPSG:27700")
    (light,) = simplify_together([ring], 50.0)
    assert light.iloc[0].area == pytest.approx(ring.iloc[0].area)
    assert len(light.iloc[0].interiors) == 1


def test_islets_can_be_left_out() -> None:
    islet = shapely.box(610_000, 215_000, 610_010, 215_010)
    both = gpd.GeoSeries(
        [shapely.MultiPolygon([shapely.box(590_000, 215_000, 600_000, 225_000), islet])],
        crs="EPSG:27700",
    )
    (light,) = simplify_together([both], 10.0, smallest_m2=1_000.0)
    assert light.iloc[0].geom_type == "Polygon"


def test_a_small_piece_inside_is_no_islet() -> None:
    outer = shapely.box(590_000, 215_000, 600_000, 225_000)
    speck = shapely.box(594_000, 219_000, 594_010, 219_010)
    layers = [gpd.GeoSeries([shape], crs="EPSG:27700") for shape in (outer, speck)]
    light, _ = simplify_together(layers, 1.0, smallest_m2=1_000.0)
    assert light.iloc[0].area == pytest.approx(outer.area)


def test_degrees_are_refused() -> None:
    with pytest.raises(CrsError, match="27700"):
        simplify_together([districts().geometry.to_crs(4326)])
