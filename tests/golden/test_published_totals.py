"""The tables against the totals that their publishers give."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pytest
import shapely

from localarea.datasets.centroids import read_centroids
from localarea.datasets.districts import read_districts
from localarea.datasets.enterprises import read_enterprises
from localarea.datasets.flows import Vintage, read_flows, read_special_flows
from localarea.datasets.jobs import read_jobs
from localarea.datasets.population import read_population
from localarea.datasets.postcodes import read_postcodes
from localarea.datasets.ttwa import read_ttwa11_lookup, read_ttwa11_msoa11
from localarea.datasets.zones import System, read_msoa11_msoa21, read_zones

if TYPE_CHECKING:
    import geopandas as gpd

pytestmark = pytest.mark.golden

COLCHESTER, TENDRING, BABERGH, IPSWICH = "E07000071", "E07000076", "E07000200", "E07000202"


@cache
def zones_of(system: System) -> gpd.GeoDataFrame:
    """Read the zones once; the tests only look at them."""
    return read_zones(system)


@cache
def between_districts() -> pd.Series:
    """Sum the zone flows of 2011 from each district to each."""
    district = zones_of("msoa11")["lad25cd"]
    ends = [read_flows(2011)[end].map(district).astype("str") for end in ("origin", "destination")]
    return read_flows(2011)["workers"].groupby(ends).sum()


@pytest.mark.parametrize(("vintage", "workers"), [(2011, 26_681_568), (2021, 27_773_863)])
def test_all_workers_are_there(vintage: Vintage, workers: int) -> None:
    pairs, special = read_flows(vintage), read_special_flows(vintage)
    assert pairs["workers"].sum() + special["workers"].sum() == workers
    assert (pairs["workers"] > 0).all()
    assert (special["workers"] > 0).all()


def test_special_destinations_of_2011() -> None:
    sums = read_special_flows(2011).groupby("kind", observed=True)["workers"].sum()
    assert sums.to_dict() == {
        "home": 2_778_019,
        "no_fixed_place": 2_165_685,
        "northern_ireland": 3_197,
        "offshore": 43_722,
        "outside_uk": 38_097,
        "scotland": 27_788,
    }


def test_special_destinations_of_2021() -> None:
    sums = read_special_flows(2021).groupby("kind", observed=True)["workers"].sum()
    assert sums["home_or_no_fixed_place"] == 12_586_827
    assert sums["offshore"] == 28_397
    assert sums["outside_uk"] == 63_516


@pytest.mark.parametrize(
    ("origin", "destination", "workers"),
    [
        (TENDRING, COLCHESTER, 8_737),
        (BABERGH, COLCHESTER, 2_440),
        (COLCHESTER, COLCHESTER, 45_269),
    ],
)
def test_district_flows_of_2011(origin: str, destination: str, workers: int) -> None:
    assert between_districts()[origin, destination] == workers


@pytest.mark.parametrize(("system", "count"), [("msoa11", 7_201), ("msoa21", 7_264)])
def test_zones_are_a_whole_coverage(system: System, count: int) -> None:
    shapes = np.asarray(zones_of(system).geometry)
    assert len(shapes) == count
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    points = shapely.get_coordinates(shapes)
    assert (points == np.round(points)).all()
    # A coverage overlaps nowhere; what lies between its zones is a hole in their union.
    union = shapely.coverage_union_all(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(union.area, rel=1e-9)
    assert shapely.get_num_interior_rings(shapely.get_parts(union)).sum() == 0


@pytest.mark.parametrize("system", ["msoa11", "msoa21"])
def test_nothing_lies_in_two_zones_or_between_them(system: System) -> None:
    """By the overlay that assumes nothing, over a tenth of the country: it takes long."""
    around = shapely.box(540_000, 180_000, 660_000, 320_000)
    shapes = np.asarray(zones_of(system).geometry)
    shapes = shapes[shapely.intersects(shapes, around)]
    assert len(shapes) > 500
    union = shapely.union_all(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(union.area, rel=1e-6)
    assert shapely.equals(union, shapely.coverage_union_all(shapes))


def test_every_zone_has_one_of_the_318_districts() -> None:
    districts = read_districts()
    assert len(districts) == 318
    systems: tuple[System, ...] = ("msoa11", "msoa21")
    for system in systems:
        zones = zones_of(system)
        assert set(zones["lad25cd"]) == set(districts.index)
    shapes = np.asarray(districts.geometry)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(zones_of("msoa11").area.sum(), rel=1e-9)


def test_travel_to_work_areas_of_2011() -> None:
    lookup = read_ttwa11_lookup()
    assert lookup["ttwa11cd"].nunique() == 228
    assert lookup["msoa11cd"].notna().sum() == 34_753
    assert (lookup["ttwa11cd"] == "E30000193").sum() == 130  # LSOAs of Colchester
    by_country = lookup.drop_duplicates("ttwa11cd")["ttwa11cd"].str[0].value_counts()
    assert by_country.to_dict() == {"E": 149, "S": 45, "W": 18, "N": 10, "K": 6}
    names = dict(zip(lookup["ttwa11nm"], lookup["ttwa11cd"], strict=True))
    expected = {
        "Colchester": "E30000193",
        "Ipswich": "E30000222",
        "Clacton": "E30000192",
        "Chelmsford": "E30000188",
        "Bury St Edmunds": "E30000184",
    }
    assert {name: names[name] for name in expected} == expected
    assert "Sudbury" not in names


def test_majority_of_residents_decides_the_area_of_a_zone() -> None:
    zones = read_ttwa11_msoa11()
    lookup = read_ttwa11_lookup().dropna(subset=["msoa11cd"])
    residents = lookup.groupby(["msoa11cd", "ttwa11cd"])["residents_2011"].sum().astype("float")
    share = residents / residents.groupby("msoa11cd").transform("sum")
    best = share.groupby("msoa11cd").max()
    assert (zones.set_index("msoa11cd")["share"] - best).abs().max() < 1e-12
    assert (zones["ttwa11cd"] == "E30000193").sum() == 25


def test_residents_of_england_and_wales() -> None:
    assert read_population("msoa11", 2011)["residents"].sum() == 56_075_912
    # ONS publishes 59,597,542; the zone figures of the input add up to 428 less.
    assert read_population("msoa21", 2021)["residents"].sum() == 59_597_114


def test_employees_of_2024() -> None:
    jobs = read_jobs()
    assert jobs["employees"].sum() == 28_765_230
    assert jobs["industry"].nunique() == 18
    assert jobs["msoa21cd"].nunique() == 7_264


def test_enterprises_of_2022() -> None:
    frame = read_enterprises()
    in_2022 = frame[frame["year"] == 2022].set_index("lad25cd")["enterprises"]
    assert in_2022[COLCHESTER] == 8_000
    assert in_2022[IPSWICH] == 5_385
    assert in_2022.sum() == 2_685_600
    assert set(frame["lad25cd"]) == set(read_districts().index)


def test_postcodes_of_the_directory_by_country() -> None:
    table = read_postcodes(["lad25cd", "easting"])
    first = pd.Series(table.column("lad25cd").cast("string").to_pandas()).str[0]
    assert first.value_counts(dropna=False).to_dict() == pytest.approx(
        {
            "E": 2_264_892,
            "W": 141_198,
            "S": 230_031,
            "N": 60_276,
            "L": 7_052,
            "M": 6_100,
            np.nan: 11_007,
        },
        nan_ok=True,
    )
    assert table.column("easting").null_count == 24_159


def test_every_postcode_of_england_and_wales_has_both_zones() -> None:
    columns = ["lad25cd", "msoa11cd", "msoa21cd", "msoa11_source", "msoa21_source"]
    frame = read_postcodes(columns).to_pandas()
    here = frame["lad25cd"].astype("str").str.startswith(("E", "W"), na=False)
    assert here.sum() == 2_406_090
    for column in columns[1:]:
        assert (frame[column].notna() == here).all()


def test_termination_is_told_of_just_the_terminated() -> None:
    table = read_postcodes(["status", "terminated_from", "terminated_to"])
    live = pc.equal(table.column("status").cast("string"), "live").to_pandas()
    first, last = (table.column(c).to_pandas() for c in ("terminated_from", "terminated_to"))
    assert live.sum() == 1_818_277
    assert (first.isna() == live).all()
    assert (last.isna() == live).all()
    assert (first[~live] <= last[~live]).all()
    assert first.min() >= 197_001
    assert last.max() <= 202_511
    assert set((first[~live] % 100).unique()) == set(range(1, 13))


def test_shares_between_the_zones_of_both_years_add_up() -> None:
    pairs = read_msoa11_msoa21()
    assert pairs.groupby("msoa11cd")["share11"].sum().to_numpy() == pytest.approx(1.0)
    assert pairs.groupby("msoa21cd")["share21"].sum().to_numpy() == pytest.approx(1.0)


@pytest.mark.parametrize("system", ["msoa11", "msoa21"])
def test_centroids_lie_in_or_near_their_zone(system: System) -> None:
    points = read_centroids(system).set_index(f"{system}cd")
    zones = zones_of(system)
    away = shapely.distance(
        np.asarray(zones.geometry),
        shapely.points(points.loc[zones.index, ["easting", "northing"]].to_numpy(float)),
    )
    assert (away == 0).mean() > 0.96  # a horseshoe of a zone may have its centre outside
    assert away.max() < 5_000
