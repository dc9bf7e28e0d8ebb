"""
Self-containment of official areas on the embedded 2011 flows.

The figures are those of the method notes, worked out elsewhere with plain Python
dictionaries on the same census table and the majority assignment of MSOAs.
"""

from __future__ import annotations

import pytest

from localarea.datasets.ttwa import read_ttwa11_msoa11
from localarea.labour.flow_matrix import COMMUTERS_ONLY, read_flow_matrix
from localarea.labour.self_containment import self_containment

pytestmark = pytest.mark.golden

WORKERS_2011 = 26_681_568  # WU01EW, England and Wales
OFFICIAL = {"E30000193": (72.4, 76.5), "E30000222": (85.3, 87.1), "E30000188": (66.9, 74.9)}


def test_every_worker_of_2011_is_in_the_matrix() -> None:
    assert read_flow_matrix(2011).workers == WORKERS_2011


def test_workers_left_out_are_accounted_for() -> None:
    commuters = read_flow_matrix(2011, rule=COMMUTERS_ONLY)
    assert commuters.workers + sum(commuters.excluded.values()) == WORKERS_2011


@pytest.mark.parametrize(("code", "published"), OFFICIAL.items())
def test_official_areas_hold_their_commuters_as_published(
    code: str, published: tuple[float, float]
) -> None:
    lookup = read_ttwa11_msoa11().reset_index()
    areas = lookup.set_index("msoa11cd")["ttwa11cd"]
    got = self_containment(read_flow_matrix(2011), areas).loc[code]
    # The notes give one decimal and say "about": half a unit of it either way, and a little.
    assert 100 * got.supply_side == pytest.approx(published[0], abs=0.15)
    assert 100 * got.demand_side == pytest.approx(published[1], abs=0.15)
