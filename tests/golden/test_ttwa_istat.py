"""
The preset ``istat`` against the areas that the R package LabourMarketAreas finds.

Its behaviour, which the preset follows: an area that fails lets its zones go one at a
time, the one with most commuters across the area's edge first; a zone whose arrival would
lower the receiver's validity waits in a reserve; the reserve is placed at the end, by
descending code and without a check. The last is the one place where codes matter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from localarea.labour.flow_matrix import FlowMatrix, build_flow_matrix
from localarea.labour.self_containment import self_containment
from localarea.labour.travel_to_work_areas.compute import compute_travel_to_work_areas
from localarea.labour.travel_to_work_areas.parameters import ISTAT_METHOD

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.golden

# Areas, overall self-containment and Q-modularity as LabourMarketAreas gives them.
PUBLISHED = {"Brindisi": (20, 9, 0.8395, 0.6456), "Sardinia": (377, 36, 0.8937, 0.7522)}


def flows_of(folder: Path, region: str) -> FlowMatrix:
    table = pd.read_csv(folder / "lma" / f"{region}_flows.csv")
    table.columns = pd.Index(["origin", "destination", "workers"])
    # Codes of one length sort as numbers do, which the order of the reserve rests on.
    return build_flow_matrix(table.astype({"origin": str, "destination": str}))


def clusters_of(folder: Path, region: str) -> pd.Series:
    name = f"{region}_1000_0.6667_10000_0.75_clusters.csv"
    table = pd.read_csv(folder / "lma" / name).astype({"community": str})
    return table.set_index("community")["cluster"].sort_index()


def pairs(ours: pd.Series, theirs: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"ours": ours, "theirs": theirs.reindex(ours.index)}).drop_duplicates()


@pytest.mark.parametrize("region", PUBLISHED)
def test_areas_are_those_of_the_r_package(raw_folder: Path, region: str) -> None:
    zones, areas, held, modularity = PUBLISHED[region]
    flows = flows_of(raw_folder, region)
    result = compute_travel_to_work_areas(flows, ISTAT_METHOD)
    both = pairs(result.membership, clusters_of(raw_folder, region))
    assert (flows.n_zones, len(both)) == (zones, areas)
    assert both["ours"].is_unique
    assert both["theirs"].is_unique
    assert result.quality.self_containment == pytest.approx(held, abs=0.00005)
    assert result.quality.q_modularity == pytest.approx(modularity, abs=0.00005)


def test_the_reserve_leaves_one_area_of_sardinia_invalid_and_it_is_said(raw_folder: Path) -> None:
    flows = flows_of(raw_folder, "Sardinia")
    result = compute_travel_to_work_areas(flows, ISTAT_METHOD)
    # The areas of the R package, scored as they stand in its file.
    theirs = self_containment(
        flows, clusters_of(raw_folder, "Sardinia"), criteria=ISTAT_METHOD.criteria
    )
    assert (~theirs["valid"]).sum() == 1
    assert len(result.invalid_areas) == 1
    assert result.quality.min_validity == pytest.approx(theirs["validity"].min(), rel=1e-12)


@pytest.mark.parametrize(
    "change", [{"order": "flows"}, {"dissolution": "one_zone"}, {"reserve": "as_entered"}]
)
def test_every_rule_of_the_preset_matters_on_sardinia(
    raw_folder: Path, change: dict[str, str]
) -> None:
    flows = flows_of(raw_folder, "Sardinia")
    other = compute_travel_to_work_areas(flows, replace(ISTAT_METHOD, **change))
    both = pairs(other.membership, clusters_of(raw_folder, "Sardinia"))
    assert not (both["ours"].is_unique and both["theirs"].is_unique)
