"""Zones of one census brought to those of another: at least half of a zone, and exactly half."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np
import pytest
from options_county import A, F, M, make_store
from scipy.sparse import csr_array

from localarea.comparison.metrics import bridge_to_2021
from localarea.options.zone_figures import read_zone_figures
from localarea.places.census_bridge import is_mostly_inside, zones_of_census

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore

# M[0] was divided in 2021: 45% of its live postcodes went with M[1]. F[0] and F[1] exchanged
# some, so that exactly half of the new F[0] was F[0], and F[1] has 60% of its own.
NOT_DIVIDED = [*A, *M[2:], *F[2:]]
PARTS = [
    (M[0], M[0], 0.55, 1.0),
    (M[0], M[1], 0.45, 0.4),
    (M[1], M[1], 1.0, 0.6),
    (F[0], F[0], 0.6, 0.5),
    (F[0], F[1], 0.4, 0.4),
    (F[1], F[0], 0.5, 0.5),
    (F[1], F[1], 0.5, 0.6),
]


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    rows = [*PARTS, *((z, z, 1.0, 1.0) for z in NOT_DIVIDED)]
    names = ("msoa11cd", "msoa21cd", "share11", "share21")
    columns = map(list, zip(*rows, strict=True))
    return make_store(tmp_path, msoa11_msoa21=dict(zip(names, columns, strict=True)))


@pytest.mark.parametrize(
    ("zones", "inside"),
    [
        ([M[0]], [M[0]]),  # the whole of the new M[0], two fifths of the new M[1]
        ([M[1]], [M[1]]),  # three fifths of the new M[1]
        ([F[0]], [F[0]]),  # exactly half of the new F[0]; two fifths of F[1]
        ([F[1]], [F[0], F[1]]),  # exactly half of F[0], three fifths of F[1]
        ([F[0], F[1]], [F[0], F[1]]),
    ],
)
def test_zone_of_2021_is_inside_from_half(
    zones: list[str], inside: list[str], store: DataStore
) -> None:
    assert zones_of_census(zones, "msoa21", store=store) == tuple(inside)


@pytest.mark.parametrize(
    ("zones", "inside"),
    [
        ([M[0]], [M[0]]),  # 0.55 of the old M[0]
        ([M[1]], [M[1]]),  # 0.45 of the old M[0]: less than half
        ([F[0]], [F[0], F[1]]),  # 0.6 of F[0] and exactly half of F[1]
        ([F[1]], [F[1]]),  # 0.4 of F[0], exactly half of F[1]
    ],
)
def test_zone_of_2011_is_inside_from_half(
    zones: list[str], inside: list[str], store: DataStore
) -> None:
    assert zones_of_census(zones, "msoa11", store=store) == tuple(inside)


def test_figures_of_2021_bridge_by_the_same_rule(tmp_path: Path) -> None:
    figures = read_zone_figures(store=make_store(tmp_path))
    inside = np.array([[code == F[0] for code in figures.flows.codes]])
    share = np.zeros((4, len(figures.flows.codes)))
    share[:, np.flatnonzero(inside[0])[0]] = [0.49, 0.5, 0.6, 0.8]
    made = replace(figures, bridge=csr_array(share))
    assert bridge_to_2021(inside, made).tolist() == [[False, True, True, True]]


@pytest.mark.parametrize(
    "parts",
    [
        [1 / 6, 2 / 6],
        *([1 / n] * (n // 2) for n in range(2, 60, 2)),  # half of n equal parts
    ],
)
def test_a_half_that_is_summed_of_fractions_is_a_half(parts: list[float]) -> None:
    assert is_mostly_inside([sum(parts)]).tolist() == [True]


def test_sums_of_fractions_do_come_to_just_under_a_half() -> None:
    # Why the rule must allow for rounding off: plain floating point would put these outside.
    # By addition: from Python 3.12 on, `sum` makes up for it.
    assert any(reduce(add, [1 / n] * (n // 2)) < 0.5 for n in range(2, 60, 2))
