"""What decides a zone on which options disagree, in a county of twelve zones worked by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from options_county import A, M

from localarea.comparison.robustness import _figures, measure_robustness
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council


def test_the_anchor_is_not_in_its_catchment_by_a_share(council: Council, store: DataStore) -> None:
    catchment = option_zones("catchment", council, store=store)
    elsewhere = replace(catchment, id="elsewhere", method="districts", zones=tuple(M))
    found = measure_robustness([catchment, elsewhere], council, store=store).contested
    assert "Inside by being a part of Anchorton; outside by" in found["decided_by"].loc[A[0]]


@pytest.mark.parametrize(
    ("share", "changes", "says"),
    [
        (461 / 3078, {}, " (14.97%)"),  # not the 15.0% from which zones are inside
        (0.165, {}, " (16.5%)"),
        (0.165, {"vintage": 2021}, ""),  # the commuters of 2011 did not decide
        (0.165, {"flows": "ours"}, ""),
        (float("nan"), {}, ""),
    ],
)
def test_the_share_that_decided_is_told_on_its_side(
    share: float, changes: dict[str, object], says: str, council: Council, store: DataStore
) -> None:
    catchment = option_zones("catchment", council, store=store)
    option = replace(catchment, parameters={"min_share": 0.15, **changes})
    row = pd.Series({"share_to_anchor": share, "minutes": 20.0})
    assert _figures(row, option)["share"] == says
