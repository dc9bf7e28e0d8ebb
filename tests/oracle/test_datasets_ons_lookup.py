"""The postcode table against ONS's own lookup, and against the polygons themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely

from localarea.datasets.postcodes import read_postcodes
from localarea.datasets.zones import System, read_zones
from localarea.geo.postcodes import parse_postcode

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = 400
# Placing goes by the full polygons; those stored are simplified by some metres.
SIMPLIFIED_BY_M = 15


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.DataFrame(read_postcodes().to_pandas().set_index("key"))


@pytest.fixture(scope="module")
def both(raw_folder: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Join ONS's lookup of seven postcode areas (May 2022) to our rows."""
    path = raw_folder / "lookups" / "study_CO_CB_CM_IP_SG_NR_SS.csv.gz"
    lookup = pd.read_csv(path, dtype="str", usecols=["pcds", "doterm", "msoa11cd"])
    lookup["key"] = [parse_postcode(text).key for text in lookup["pcds"]]
    return lookup.join(table.add_suffix("_ours"), on="key")


def test_zone_of_every_postcode_is_the_one_of_the_ons_lookup(both: pd.DataFrame) -> None:
    here = both["msoa11cd"].str.startswith(("E02", "W02"), na=False) & both["lad25cd_ours"].notna()
    assert here.sum() > 155_000
    rows = both[here]
    assert (rows["msoa11cd_ours"].astype("str") == rows["msoa11cd"]).all()
    assert (rows["msoa11_source_ours"] == "ons_lookup").all()


def test_month_of_termination_is_the_one_of_the_ons_lookup(both: pd.DataFrame) -> None:
    ended = both[both["doterm"].notna()]
    assert len(ended) > 40_000
    exact = ended["terminated_from_ours"] == ended["doterm"].astype("float")
    later = ended["terminated_from_ours"] >= 202205  # reintroduced, and ended once more
    live = ended["status_ours"] == "live"  # reintroduced
    assert (exact | later | live).all()
    assert exact.mean() > 0.98


def test_no_postcode_ended_before_the_lookup_that_has_it_live(both: pd.DataFrame) -> None:
    rows = both[both["doterm"].isna() & (both["status_ours"] == "terminated")]
    assert len(rows) > 500
    assert (rows["terminated_from_ours"] >= 202205).all()


@pytest.mark.parametrize("system", ["msoa11", "msoa21"])
def test_postcode_placed_by_its_point_lies_in_its_zone(table: pd.DataFrame, system: System) -> None:
    placed = table[table[f"{system}_source"] == "polygon"].sample(SAMPLE, random_state=1)
    zones = read_zones(system, codes=placed[f"{system}cd"].astype("str"))
    shapes = zones.geometry.loc[placed[f"{system}cd"].astype("str")]
    points = shapely.points(placed[["easting", "northing"]].to_numpy(float))
    away = shapely.distance(np.asarray(shapes), points)
    assert away.max() <= SIMPLIFIED_BY_M
    assert (away == 0).mean() > 0.99
