"""What is said of a picture to those who cannot see it, sentence by sentence, counted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from options_county import A, F, M

from localarea.comparison.robustness import Robustness, measure_robustness
from localarea.records import Option
from localarea.reports.cartography import alternative_text as words

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council

NAMES = {"E07000001": "Anchorton", "E07000002": "Midham", "E07000003": "Farley"}


def option(title: str, *zones: str) -> Option:
    return Option(title.lower(), title, "by hand", "msoa11", tuple(sorted(zones)), "Anchorton")


@pytest.fixture(scope="module")
def frame() -> gpd.GeoDataFrame:
    """Every zone with 100 residents at work and 50 jobs, and minutes that grow by five a zone."""
    zones = [*A, *M, *F]
    codes = [code for code in NAMES for _ in range(4)]
    return gpd.GeoDataFrame(
        {
            "name": [f"Zone {zone[-2:]}" for zone in zones],
            "lad25cd": codes,
            "district": [NAMES[code] for code in codes],
            "employed_residents": 100.0,
            "jobs": 50.0,
            "commuters": 80.0,
            "to_anchor": [80, 60, 40, 20, 12, 4, 4, 4, 2, 2, 2, 0],
            "share_to_anchor": np.array([80, 60, 40, 20, 12, 4, 4, 4, 2, 2, 2, 0]) / 80.0,
            "minutes": [*(5.0 * n for n in range(1, 12)), np.inf],
        },
        index=pd.Index(zones, name="msoa11cd"),
        geometry=gpd.GeoSeries([None] * 12, index=pd.Index(zones)),
    )


@pytest.mark.parametrize(
    ("zones", "holds"),
    [
        (A, "It holds all of Anchorton."),
        (A[:3], "It holds 3 of the 4 zones of Anchorton."),
        ((*A, *M[:2]), "It holds all of Anchorton and 2 of the 4 zones of Midham."),
        (
            (*A, *M, F[0]),
            "It holds all of Anchorton, all of Midham and 1 of the 4 zones of Farley.",
        ),
        ((*A, *M, *F), "It holds all of Anchorton, all of Farley and all of Midham."),
    ],
)
def test_whole_and_part_of_a_district_are_told_apart(
    zones: tuple[str, ...],
    holds: str,
    council: Council,
    frame: gpd.GeoDataFrame,
    store: DataStore,
) -> None:
    made = option("Ours", *zones)
    said = words.describe_option(made, council, frame.loc[list(zones)], {}, store=store)
    assert said.count("all of") == holds.count("all of")
    assert sorted(_parts(said)) == sorted(_parts(holds))


def _parts(said: str) -> list[str]:
    held = said[said.index("It holds ") + len("It holds ") :].split(".")[0]
    return held.replace(" and ", ", ").split(", ")


def test_figures_and_disputed_places_of_an_option(
    council: Council, frame: gpd.GeoDataFrame, store: DataStore
) -> None:
    made = option("Ours", *A, M[0])
    disputed = {"Anchorton": A, "Midham": M, "Farley": F}
    said = words.describe_option(made, council, frame.loc[[*A, M[0]]], disputed, store=store)
    assert said.startswith(
        "Map of the option “Ours” around Anchorton: 5 zones with 500 residents at work and "
        "250 jobs (2011). "
    )
    assert said.endswith(
        " Anchorton is inside. Midham is inside with 1 of its 4 zones. Farley is outside."
    )


def test_commuting_counts_zones_from_the_threshold_up(
    council: Council, frame: gpd.GeoDataFrame
) -> None:
    """Shares by eightieths: 80, 60 and 40 are half or more; 20 and 12 are 15% or more; 4 is 5%."""
    said = words.describe_commuting(council, frame, [], {"Midham": M})
    assert "half or more from 3 zones, 15% or more from 5 zones and 5% or more from 8 zones" in said
    assert "the most is 100% from Zone 01 (Anchorton)" in said
    assert "Of the commuters of Midham, 7.5% (24 people) work in Anchorton." in said  # 24 of 320


def test_minutes_count_zones_up_to_the_limit(council: Council, frame: gpd.GeoDataFrame) -> None:
    said = words.describe_minutes(council, frame, [option("Ours", *A, F[3])], {"Midham": M})
    assert "3 zones within 15 minutes (300 residents at work)" in said  # 5, 10, 15
    assert "6 zones within 30 minutes (600 residents at work)" in said
    assert "9 zones within 45 minutes (900 residents at work)" in said
    assert "The zones of Midham lie 25 to 40 minutes away." in said
    assert "The farthest zone of “Ours” is Zone 04 (Anchorton), 20 minutes away." in said


@pytest.fixture(scope="module")
def agreement(council: Council, store: DataStore) -> Robustness:
    """Four options: A[0] in all, A[1] in all but one, M[0] in two, F[0] in one."""
    options = [
        option("One", A[0], A[1], M[0], F[0]),
        option("Two", A[0], A[1], M[0]),
        option("Three", A[0], A[1]),
        option("Four", A[0]),
    ]
    return measure_robustness(options, council, store=store)


def test_core_is_what_every_option_holds(agreement: Robustness) -> None:
    standing = agreement.zones["standing"].to_dict()
    assert standing == {A[0]: "core", A[1]: "fringe", M[0]: "fringe", F[0]: "fringe"}
    assert agreement.zones["n_local"].to_dict() == {A[0]: 4, A[1]: 3, M[0]: 2, F[0]: 1}
    assert set(agreement.contested.index) == {A[1], M[0], F[0]}


def test_core_and_fringe_in_words(agreement: Robustness, council: Council) -> None:
    said = words.describe_robustness(agreement, council)
    assert "Map of 4 zones that are local in at least one of 4 options" in said
    assert "The core, local in every option, is 1 zone with " in said
    assert "The fringe is 3 zones with " in said
    assert "1 zone of it is local in one option only." in said


def test_gained_and_lost_by_district(council: Council, frame: gpd.GeoDataFrame) -> None:
    first, second = option("First", *A, M[0]), option("Second", *A[1:], M[1], M[2], F[0])
    said = words.describe_comparison(first, second, council, frame, {"Midham": M, "Farley": F})
    assert "of the option “Second” compared with “First”: 3 zones are in both." in said
    assert (
        "3 zones with 300 residents at work and 150 jobs (2011) are gained, by district: "
        "Midham (2) and Farley (1)." in said
    )
    assert (
        "2 zones with 200 residents at work and 100 jobs (2011) are lost, by district: "
        "Anchorton (1) and Midham (1)." in said
    )
    assert "Midham is inside with 1 of its 4 zones under the first and inside with 2 of its" in said
    assert (
        "Farley is outside under the first and inside with 1 of its 4 zones under the second."
        in said
    )


def test_nothing_gained_is_said(council: Council, frame: gpd.GeoDataFrame) -> None:
    said = words.describe_comparison(option("A", *A), option("B", *A[:3]), council, frame, {})
    assert "Nothing is gained." in said
    assert "1 zone with 100 residents at work and 50 jobs (2011) is lost" in said
