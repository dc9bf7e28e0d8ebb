"""The package's roads against published driving times, as docs/validation-roads.md has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.roads.embedded import read_embedded_network
from localarea.roads.known_minutes import measure_nearness, read_known_minutes

if TYPE_CHECKING:
    from twin_country import Twin


def test_the_roads_of_the_package_are_as_near_as_the_validation_says() -> None:
    found = measure_nearness(read_embedded_network())
    assert found is not None
    # The rows "on all three" of the page: 1,516 + 1,439 + 1,405 LSOAs; medians of 1.48, 1.36 and
    # 1.70 minutes, 90th percentiles of 4.79, 3.50 and 4.64, between which those of all must lie.
    assert found.journeys == 4_360
    assert 1.36 < found.median_min < 1.70
    assert 3.50 < found.p90_min < 4.79


def test_roads_that_do_not_cover_the_journeys_are_not_measured(twin: Twin) -> None:
    assert measure_nearness(read_embedded_network(store=twin.store)) is None


def test_the_known_times_are_whole() -> None:
    known = read_known_minutes()
    assert known.shape == (1_518, 5)
    assert known.notna().all().all()
