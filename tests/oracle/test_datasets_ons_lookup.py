"""The postcode table against ONS's own lookup, and against the polygons themselves."""

from __future__ import annotations

from dataclasses import dataclass
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

    from twin_country import Twin

    from localarea.datasets.store import DataStore

SAMPLE = 400
# Placing goes by the full polygons; those stored are simplified by some metres.
SIMPLIFIED_BY_M = 15


LOOKUP_OF_THE_TWIN = "postcodes/PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv"
LOOKUP_OF_THE_STUDY_AREA = "lookups/study_CO_CB_CM_IP_SG_NR_SS.csv.gz"


@dataclass(frozen=True, slots=True)
class Joined:
    """Rows of ONS's lookup beside ours, and the least of each kind that a file must hold."""

    rows: pd.DataFrame
    placed: int
    ended: int
    ended_since: int


def read_table(store: DataStore | None) -> pd.DataFrame:
    return pd.DataFrame(read_postcodes(store=store).to_pandas().set_index("key"))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return read_table(None)


def join(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    columns = ["pcds", "doterm", "msoa11cd"]
    lookup = pd.read_csv(path, dtype="str", usecols=columns, encoding="latin-1")
    lookup["key"] = [parse_postcode(text).key for text in lookup["pcds"]]
    return lookup.join(table.add_suffix("_ours"), on="key")


@pytest.fixture(scope="module", params=["twin", "published"])
def both(request: pytest.FixtureRequest) -> Joined:
    """Join ONS's lookup of May 2022 to our rows: an invented country's, and seven real areas'."""
    if request.param == "twin":
        twin: Twin = request.getfixturevalue("twin")
        joined = join(twin.raw / LOOKUP_OF_THE_TWIN, read_table(twin.store))
        return Joined(joined, placed=204, ended=2, ended_since=1)
    raw: Path = request.getfixturevalue("raw_folder")
    joined = join(raw / LOOKUP_OF_THE_STUDY_AREA, request.getfixturevalue("table"))
    return Joined(joined, placed=155_000, ended=40_000, ended_since=500)


def test_zone_of_every_postcode_is_the_one_of_the_ons_lookup(both: Joined) -> None:
    ours = both.rows["lad25cd_ours"].notna()
    here = both.rows["msoa11cd"].str.startswith(("E02", "W02"), na=False) & ours
    assert here.sum() > both.placed
    rows = both.rows[here]
    assert (rows["msoa11cd_ours"].astype("str") == rows["msoa11cd"]).all()
    assert (rows["msoa11_source_ours"] == "ons_lookup").all()


def test_month_of_termination_is_the_one_of_the_ons_lookup(both: Joined) -> None:
    ended = both.rows[both.rows["doterm"].notna()]
    assert len(ended) > both.ended
    exact = ended["terminated_from_ours"] == ended["doterm"].astype("float")
    later = ended["terminated_from_ours"] >= 202205  # reintroduced, and ended once more
    live = ended["status_ours"] == "live"  # reintroduced
    assert (exact | later | live).all()
    assert exact.mean() > (0.98 if len(ended) > 100 else 0.5)


def test_no_postcode_ended_before_the_lookup_that_has_it_live(both: Joined) -> None:
    rows = both.rows[both.rows["doterm"].isna() & (both.rows["status_ours"] == "terminated")]
    assert len(rows) > both.ended_since
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
