"""Every reader against the tables in the repository: columns, types, order, codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from localarea.datasets import (
    centroids,
    counties,
    districts,
    enterprises,
    flows,
    jobs,
    population,
    postcodes,
    roads,
    ttwa,
    zones,
)
from localarea.datasets.store import default_store
from localarea.errors import PlaceNotFoundError, VintageError
from localarea.geo.postcodes import parse_postcode

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

COLCHESTER, IPSWICH, COLCHESTER_TTWA = "E07000071", "E07000202", "E30000193"

FRAMES: list[tuple[str, Callable[[], pd.DataFrame], int, list[str]]] = [
    ("flows_2011", lambda: flows.read_flows(2011), 2_365_889, ["origin", "destination", "workers"]),
    ("flows_2021", lambda: flows.read_flows(2021), 1_821_636, ["origin", "destination", "workers"]),
    (
        "flows_2011_special",
        lambda: flows.read_special_flows(2011),
        36_312,
        ["origin", "kind", "workers"],
    ),
    (
        "flows_2021_special",
        lambda: flows.read_special_flows(2021),
        24_553,
        ["origin", "kind", "workers"],
    ),
    (
        "ttwa11_lookup",
        ttwa.read_ttwa11_lookup,
        42_619,
        ["lsoa11cd", "msoa11cd", "lad25cd", "ttwa11cd", "ttwa11nm", "residents_2011"],
    ),
    (
        "ttwa11_msoa11",
        ttwa.read_ttwa11_msoa11,
        7_201,
        ["msoa11cd", "ttwa11cd", "ttwa11nm", "share"],
    ),
    ("centroids_msoa11", centroids.read_centroids, 7_201, ["msoa11cd", "easting", "northing"]),
    (
        "centroids_msoa21",
        lambda: centroids.read_centroids("msoa21"),
        7_264,
        ["msoa21cd", "easting", "northing"],
    ),
    (
        "msoa11_msoa21",
        zones.read_msoa11_msoa21,
        7_380,
        ["msoa11cd", "msoa21cd", "share11", "share21"],
    ),
    ("population_msoa11_2011", population.read_population, 7_201, ["msoa11cd", "residents"]),
    (
        "population_msoa21_2021",
        lambda: population.read_population("msoa21", 2021),
        7_264,
        ["msoa21cd", "residents"],
    ),
    ("jobs_msoa21_2024", jobs.read_jobs, 130_752, ["msoa21cd", "industry", "employees"]),
    ("enterprises_lad", enterprises.read_enterprises, 1_908, ["lad25cd", "year", "enterprises"]),
    (
        "districts_names",
        districts.read_district_names,
        409,
        ["lad_cd", "name", "lad25cd", "start", "end"],
    ),
    ("counties_lad25", counties.read_counties, 296, ["lad25cd", "county_cd", "county"]),
    ("roads_nodes", roads.read_road_nodes, 22_456, ["node", "easting", "northing"]),
    ("roads_edges", roads.read_road_edges, 34_090, ["u", "v", "km"]),
    (
        "roads_named",
        roads.read_named_roads,
        1_423,
        ["road", "motorway", "line", "easting", "northing"],
    ),
]


@pytest.mark.parametrize(("name", "read", "rows", "columns"), FRAMES, ids=[f[0] for f in FRAMES])
def test_reader_gives_the_documented_frame(
    name: str, read: Callable[[], pd.DataFrame], rows: int, columns: list[str]
) -> None:
    frame = read()
    assert list(frame.columns) == columns
    assert len(frame) == rows == default_store().registry[name].rows
    may_lack = {"msoa11cd", "lad25cd", "residents_2011", "start", "end"}
    lacking = set(frame.columns[frame.isna().any()])
    assert lacking <= (may_lack if name in ("ttwa11_lookup", "districts_names") else set())
    first = frame[columns[0]]
    assert (first.cat.codes if name.startswith("flows") else first).is_monotonic_increasing


def test_every_table_of_the_registry_is_whole_and_counted() -> None:
    store = default_store()
    for name, info in store.registry.items():
        assert pq.ParquetFile(store.path(name)).metadata.num_rows == info.rows, name
        assert len(info.inputs) > 0, name
        assert set(info.licence.split(" AND ")) <= {"OGL-UK-3.0", "ODbL-1.0"}, name
        assert info.attribution, name


@pytest.mark.parametrize("system", ["msoa11", "msoa21"])
def test_zones_are_in_code_order_and_in_the_national_grid(system: zones.System) -> None:
    frame = zones.read_zones(system)
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs == "EPSG:27700"
    assert frame.index.is_monotonic_increasing
    assert frame.index.is_unique
    assert list(frame.columns) == ["name", "ons_name", "lad25cd", "geometry"]


def test_some_zones_are_read_in_code_order() -> None:
    chosen = zones.read_zones(codes=["E02004517", "E02004506"])
    assert list(chosen.index) == ["E02004506", "E02004517"]


@pytest.mark.parametrize("system", ["msoa11", "msoa21"])
def test_some_zones_are_those_of_the_whole_frame(system: zones.System) -> None:
    whole = zones.read_zones(system)
    for codes in ([*whole.index[[5, 4000, 12, 5]]], list(whole.index[2000:2100]), []):
        found = zones.read_zones(system, codes=codes)
        assert_geodataframe_equal(found, whole.loc[sorted(set(codes))])


def test_shapes_without_pandas_are_those_of_the_frame() -> None:
    frame = zones.read_zones()
    codes = ["W02000410", *frame.index[[5, 4000, 12]], *ttwa.ttwa11_zones(COLCHESTER_TTWA)]
    assert shapely.equals_exact(
        zones.read_zone_shapes(codes), np.asarray(frame.geometry.loc[codes])
    ).all()


def test_all_shapes_without_pandas_in_another_order() -> None:
    frame = zones.read_zones()
    codes = list(frame.index[::-1])
    found = zones.read_zone_shapes(codes)
    assert shapely.equals_exact(found, np.asarray(frame.geometry)[::-1]).all()
    one_by_one = [zones.read_zone_shapes([code])[0] for code in codes[::101]]
    assert shapely.equals_exact(one_by_one, found[::101]).all()


def test_first_zone_of_every_district_has_its_own_shape() -> None:
    """Together in another order, and alone those beside the end of a part of the file."""
    frame = zones.read_zones()
    first = frame.reset_index().groupby("lad25cd")["msoa11cd"].min().tolist()[::-1]
    for code, shape in zip(first, zones.read_zone_shapes(first), strict=True):
        assert shape.equals_exact(frame.geometry[code])
    with default_store().open("zones_msoa11") as file:
        stored = file.read(columns=["msoa11cd"]).column(0).to_pylist()
        sizes = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
    ends = np.cumsum(sizes)[:-1:10]
    assert len(ends) > 10
    for code in (stored[at] for end in ends for at in (end - 1, end)):
        assert zones.read_zone_shapes([code])[0].equals_exact(frame.geometry[code])


def test_no_shapes_are_asked_for() -> None:
    assert len(zones.read_zone_shapes([])) == 0


@pytest.mark.parametrize("read", [zones.read_zone_shapes, lambda c: zones.read_zones(codes=c)])
def test_unknown_zone_is_refused(read: Callable[[list[str]], object]) -> None:
    with pytest.raises(PlaceNotFoundError, match="E02009999"):
        read(["E02004506", "E02009999"])


def test_zones_of_a_ttwa_are_those_of_the_table() -> None:
    found = ttwa.ttwa11_zones(COLCHESTER_TTWA)
    table = ttwa.read_ttwa11_msoa11()
    assert list(found) == table.loc[table["ttwa11cd"] == COLCHESTER_TTWA, "msoa11cd"].tolist()
    with pytest.raises(PlaceNotFoundError):
        ttwa.ttwa11_zones("E30009999")


def test_postcode_rows_are_those_of_the_whole_table() -> None:
    keys = [parse_postcode(p).key or 0 for p in ("SW1A 1AA", "CO1 1JB", "ZE3 9JZ", "AB1 0AA")]
    rows = postcodes.read_postcode_rows([*keys, 1, 4_000_000_000, keys[0]]).to_pandas()
    whole = postcodes.read_postcodes().to_pandas().set_index("key")
    assert rows["key"].tolist() == sorted(keys)
    expected = whole.loc[sorted(keys)].reset_index()
    assert rows.astype("object").equals(expected.astype("object"))


def test_first_and_last_postcode_of_every_row_group_is_found() -> None:
    keys = postcodes.read_postcodes(["key"]).column("key").to_numpy()
    size = 32_768
    edges = np.unique([*keys[::size], *keys[size - 1 :: size], keys[-1]])
    for key in edges:
        assert postcodes.read_postcode_rows([int(key)]).num_rows == 1


def test_many_rows_are_those_of_the_whole_table() -> None:
    keys = postcodes.read_postcodes(["key"]).column("key").to_numpy()
    wanted = keys[::997]
    assert len(wanted) > 2_000
    found = postcodes.read_postcode_rows([*wanted[::-1], 3]).column("key").to_numpy()
    assert (found == wanted).all()


def test_no_postcode_of_the_directory_gives_no_row() -> None:
    assert postcodes.read_postcode_rows([]).num_rows == 0
    assert postcodes.read_postcode_rows([7]).num_rows == 0


def test_postcode_of_the_town_hall() -> None:
    key = parse_postcode("CO1 1PJ").key
    assert key is not None
    (row,) = postcodes.read_postcode_rows([key]).to_pylist()
    assert row["lad25cd"] == COLCHESTER
    assert row["status"] == "live"
    assert row["terminated_from"] is None
    zone = zones.read_zones(codes=[row["msoa11cd"]])
    assert zone.distance(shapely.Point(row["easting"], row["northing"])).item() < 200


def test_districts_have_a_region_and_their_place() -> None:
    frame = districts.read_districts()
    assert frame.loc[[COLCHESTER, IPSWICH], "name"].tolist() == ["Colchester", "Ipswich"]
    assert frame.loc[COLCHESTER, "region"] == "East of England"
    assert (frame.loc[frame.index.str.startswith("W"), "region"] == "Wales").all()
    assert frame.crs == "EPSG:27700"


def test_abolished_district_leads_to_the_one_it_is_part_of() -> None:
    names = districts.read_district_names().set_index("name")
    assert names.loc["St Edmundsbury", "lad25cd"] == "E07000245"
    assert names.loc["Suffolk Coastal", "lad25cd"] == "E07000244"
    assert names.loc["Taunton Deane", "lad25cd"] == "E06000066"
    assert names.loc["Craven", ["lad25cd", "end"]].tolist() == ["E06000065", 2022]


def test_flows_and_residents_of_other_years_are_refused() -> None:
    with pytest.raises(VintageError, match="2001"):
        flows.read_flows(2001)  # type: ignore[arg-type]
    with pytest.raises(VintageError, match="2031"):
        flows.read_special_flows(2031)  # type: ignore[arg-type]
    with pytest.raises(VintageError, match="msoa11"):
        population.read_population("msoa11", 2021)


def test_categories_of_flows_are_sorted_codes() -> None:
    frame = flows.read_flows(2011)
    for column in ("origin", "destination"):
        categories = frame[column].cat.categories
        assert categories.is_monotonic_increasing
        assert len(categories) == 7_201


def test_roads_join_known_nodes_once() -> None:
    nodes, edges = roads.read_road_nodes(), roads.read_road_edges()
    assert (nodes["node"] == np.arange(len(nodes))).all()
    assert edges[["u", "v"]].isin(set(nodes["node"])).all(axis=None)
    assert (edges["u"] < edges["v"]).all()
    assert not edges.duplicated(["u", "v"]).any()
    assert nodes["northing"].min() > 0
    assert nodes["easting"].between(0, 660_000).all()
