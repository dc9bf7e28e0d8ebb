"""Own flows, own zones and own roads are taken where ours are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from shapely.geometry import Point

import localarea as la
from localarea.labour.flow_matrix import read_flow_matrix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWN = pd.DataFrame(
    [("a", "a", 90), ("a", "b", 10), ("b", "b", 20), ("b", "a", 30), ("c", "c", 80)],
    columns=["origin", "destination", "workers"],
)


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    from matplotlib import pyplot as plt

    plt.close("all")


def test_flows_of_a_census_are_those_of_the_room() -> None:
    found, room = la.flows(2011), read_flow_matrix(2011)
    assert found.workers == room.workers
    assert la.flows(found) is found
    fewer = la.flows(2011, home="exclude")
    assert fewer.workers < found.workers
    assert "7,201" in found._repr_html_()
    with pytest.raises(la.errors.DatasetNotFoundError):
        la.flows(1991)


def test_own_flows_as_frame_and_file_are_alike(tmp_path: Path) -> None:
    OWN.to_csv(tmp_path / "own.csv", index=False)
    frame, file = la.flows(OWN), la.flows(tmp_path / "own.csv")
    assert frame.zone_system == file.zone_system == "own"
    pd.testing.assert_frame_equal(frame.to_frame(), file.to_frame())
    assert frame.to_frame()["workers"].sum() == 230
    with pytest.raises(la.errors.SchemaError, match="workers"):
        la.flows(OWN.drop(columns="workers"))
    with pytest.raises(la.errors.InputError, match="list holds no"):
        la.flows([1, 2])  # type: ignore[arg-type]


def test_self_containment_of_own_zones_on_own_flows() -> None:
    sets = la.self_containment(OWN, {"ab": ["a", "b"]})
    assert sets.loc["ab", ["supply_side", "demand_side"]].tolist() == [1.0, 1.0]
    one = la.self_containment(OWN, ["a"])
    assert one["supply_side"].tolist() == [0.9]
    assert one["demand_side"].tolist() == [0.75]
    parts = la.self_containment(la.flows(OWN), pd.Series({"a": "x", "b": "x", "c": "y"}))
    assert parts["live_and_work"].to_dict() == {"x": 150.0, "y": 80.0}
    as_mapping = la.self_containment(OWN, {"a": "x", "b": "x", "c": "y"})
    pd.testing.assert_frame_equal(as_mapping, parts)
    with pytest.raises(la.errors.InputError, match="say which zones"):
        la.self_containment(OWN)


def test_self_containment_of_options_in_every_form() -> None:
    option = la.option("district")
    by_id = la.self_containment("district")
    pd.testing.assert_frame_equal(by_id, la.self_containment(la.flows(2011), option))
    pd.testing.assert_frame_equal(by_id, la.self_containment([la.Scenario.of("district")]))
    polygon = la.self_containment(2011, option.to_gdf().set_index("id"))
    pd.testing.assert_frame_equal(by_id, polygon)
    pd.testing.assert_frame_equal(by_id, la.self_containment(2011, option.to_gdf()))
    figures = la.compute_metrics("district")
    assert by_id["supply_side"].tolist() == figures["supply_side"].tolist()
    codes = la.self_containment(list(option.zones))
    assert codes["jobs"].tolist() == by_id["jobs"].tolist()


def test_areas_of_own_flows() -> None:
    areas = la.ttwa(OWN, min_size=50, target_size=100)
    assert areas.membership.to_dict() == {"a": "a", "b": "a", "c": "c"}
    pd.testing.assert_series_equal(
        la.self_containment(OWN, areas)["supply_side"],
        areas.areas["supply_side"],
        check_names=False,
    )
    assert "2, of which" in areas._repr_html_()
    with pytest.raises(la.errors.InputError, match="not known"):
        areas.to_gdf()
    with pytest.raises(la.errors.SettingError, match="'minsize'"):
        la.ttwa(OWN, minsize=3)
    with pytest.raises(la.errors.SettingError, match="'ons'"):
        la.ttwa(OWN, preset="ons")
    with pytest.raises(la.errors.InputError, match="borders"):
        la.ttwa(OWN, contiguity="prefer")


def test_areas_of_the_census_have_shapes() -> None:
    areas = la.ttwa()
    frame = areas.to_gdf()
    assert frame.crs == "EPSG:27700"
    assert len(frame) == len(areas.areas)
    assert frame["zones"].sum() == areas.flows.n_zones
    assert areas.plot() is not None


def grid() -> nx.MultiDiGraph:
    """Draw nine crossings a kilometre apart, north of Colchester's centre."""
    graph = nx.MultiDiGraph(crs="EPSG:27700")
    for i in range(3):
        for j in range(3):
            graph.add_node(3 * i + j, x=599000.0 + 1000 * i, y=225000.0 + 1000 * j)
    for i in range(3):
        for j in range(3):
            for k, m in ((i + 1, j), (i, j + 1)):
                if k < 3 and m < 3:
                    for one, two in ((3 * i + j, 3 * k + m), (3 * k + m, 3 * i + j)):
                        graph.add_edge(one, two, length=1000.0, highway="primary", seconds=60.0)
    return graph


def test_own_roads_of_networkx() -> None:
    points = gpd.GeoSeries(
        [Point(599000, 225000), Point(601000, 227000)], index=["from", "to"], crs="EPSG:27700"
    )
    ours = la.travel_times(points.loc[["from"]], points, roads=grid())
    timed = la.travel_times(
        points.loc[["from"]].to_crs(4326), points, roads=grid(), times="seconds"
    )
    assert ours["destination"].tolist() == ["from", "to"]
    assert timed["minutes"].tolist() == pytest.approx([0.0, 4.0], abs=0.01)
    assert 0 < ours["minutes"].iloc[1] < 20
    reach = la.isochrone(points.loc[["from"]], 3, roads=grid(), times="seconds")
    assert 0 < reach.areas[0].area < la.isochrone("CO1 1JB", 30).areas[0].area
    away = la.travel_times("Ipswich", points, roads=grid())
    assert away["minutes"].isna().all()
    with pytest.raises(la.errors.UnreachableError):
        la.isochrone("Ipswich", 3, roads=grid())


def test_what_is_no_road_is_said() -> None:
    with pytest.raises(la.errors.InputError, match="int is no road network"):
        la.travel_times("CO1 1JB", "IP1 1AA", roads=3)  # type: ignore[arg-type]
    with pytest.raises(la.errors.InputError, match="attribute"):
        la.travel_times("CO1 1JB", "IP1 1AA", times="seconds")
    with pytest.raises(la.errors.SchemaError, match="crs"):
        la.travel_times("CO1 1JB", "IP1 1AA", roads=nx.MultiDiGraph([(0, 1)]))
    with pytest.raises(la.errors.CrsError):
        la.isochrone(gpd.GeoSeries([Point(0, 0)]), 10)
    with pytest.raises(la.errors.InputError, match="centroid"):
        la.travel_times(la.option("district").to_gdf(), "IP1 1AA")


def test_an_isochrone_is_shown() -> None:
    found = la.isochrone("Colchester", [20, 10])
    frame = found.to_gdf()
    assert frame["minutes"].tolist() == [20, 10]
    assert frame.crs == "EPSG:27700"
    assert "10 minutes" in found._repr_html_()
    axes = found.plot()
    la.option("district").plot(ax=axes)
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["20", "10"]  # type: ignore[union-attr]
    with pytest.raises(la.errors.InputError, match="one place"):
        la.isochrone(gpd.GeoSeries([Point(0, 0), Point(1, 1)], crs=27700), 10)


def test_minutes_to_the_zones_of_an_option() -> None:
    district = la.option("district")
    found = la.travel_times(["Colchester", "CO1 1JB"], district)
    assert len(found) == 2 * len(district.zones)
    assert found["destination"].head(20).tolist() == list(district.zones)
    assert found["minutes"].notna().all()


def test_codes_of_zones_are_the_same_however_pandas_holds_them(tmp_path: Path) -> None:
    # A column of numbers in which one was missing comes as floats: 1.0 is the zone 1.
    numbers = {"origin": [1, 1, 2, 2, 3], "destination": [1.0, 2, 2, 1, 3]}
    own = pd.DataFrame({**numbers, "workers": [90, 10, 20, 30, 80]})
    for form in (own, own.astype({"origin": "float64"}), own.convert_dtypes()):
        assert la.flows(form).codes.tolist() == ["1", "2", "3"]
        assert la.self_containment(form, ["1", "2"])["live_and_work"].tolist() == [150.0]
    own.to_parquet(tmp_path / "own.parquet")
    assert la.flows(tmp_path / "own.parquet").codes.tolist() == ["1", "2", "3"]
    padded = pd.concat([OWN, pd.DataFrame([(" a", "a ", 5)], columns=OWN.columns)])
    for form in (padded, padded.astype({"origin": "category"})):
        assert la.self_containment(form, ["a"])["live_and_work"].tolist() == [95.0]


def test_a_year_may_be_a_number_of_numpy() -> None:
    assert la.flows(np.int64(2011)).vintage == 2011  # type: ignore[arg-type]
    with pytest.raises(la.errors.InputError, match="bool holds no"):
        la.flows(True)


def test_what_is_wrong_in_own_flows_is_shown() -> None:
    def changed(row: tuple[str, str, object]) -> pd.DataFrame:
        return pd.concat([OWN, pd.DataFrame([row], columns=OWN.columns)])

    for flows, words in (
        (changed(("c", "a", -5)), r"below zero: 1, the first in row 6 \(-5\)"),
        (changed(("c", "a", None)), r"missing.*: 1, the first in row 6 \((nan|None)\)"),
        (changed(("  ", "a", 5)), "blank"),
        (OWN.rename(columns={"workers": "count"}), "no column workers; its columns are origin, d"),
    ):
        with pytest.raises(la.errors.SchemaError, match=words):
            la.flows(flows)
    with pytest.raises(la.errors.SchemaError, match="min_size is '50', not a number"):
        la.ttwa(OWN, min_size="50", target_size=100)
    with pytest.raises(la.errors.SchemaError, match="not 75 and 80"):
        la.ttwa(OWN, min_size=50, target_size=100, min_sc=75, target_sc=80)


def test_areas_in_other_forms_are_those_that_are_meant() -> None:
    def held(zones: object) -> dict[object, float]:
        found = la.self_containment(OWN, zones)["live_and_work"]  # type: ignore[arg-type]
        return found.to_dict()

    # Of a: 90 live and work there; of a and b together 90 + 10 + 20 + 30.
    assert held(pd.Index(["a", "b"])) == {"zones": 150.0}
    assert held({"a": "x", "b": None, "c": "y"}) == {"x": 90.0, "y": 80.0}
    assert held({"a": 1, "b": 1, "c": 2}) == {1: 150.0, 2: 80.0}
    assert held({"x": ["a", "b"], "y": "c"}) == {"x": 150.0, "y": 80.0}
    assert held({"x": "a", "y": "b"}) == {"x": 90.0, "y": 20.0}
    columns = pd.DataFrame([[True, False, True]], columns=["c", "a", "b"], index=["x"])
    assert held(columns) == {"x": 100.0}  # b and c: 20 + 80


def test_columns_of_arrow_and_polars_are_lists() -> None:
    pl = pytest.importorskip("polars", reason="polars comes with the benchmarks")
    codes = ["E02004512", "E02004513"]
    for column in (pa.array(codes), pa.chunked_array([codes]), pl.Series(codes)):
        alone = la.self_containment(2011, column)  # type: ignore[arg-type]
        assert alone.equals(la.self_containment(2011, codes))
        assert la.option("mine", zones=column).zones == tuple(codes)  # type: ignore[arg-type]
    for names in (pa.array(["Ipswich", "CO1 1JB"]), pl.Series(["Ipswich", "CO1 1JB"])):
        found = la.travel_times(names, "Colchester")  # type: ignore[arg-type]
        assert found["origin"].tolist() == ["Ipswich", "CO1 1JB"]
        assert la.check(names, option="district")["postcode"].tolist() == ["Ipswich", "CO1 1JB"]  # type: ignore[call-overload]
    ids = pa.array(["district", "ttwa-official"])
    assert la.measure_exposure(ids).index.tolist() == ids.to_pylist()  # type: ignore[arg-type]


def test_frames_that_do_not_say_which_column_is_meant_are_refused() -> None:
    pl = pytest.importorskip("polars", reason="polars comes with the benchmarks")
    frame = pd.DataFrame({"zone": ["E02004512"], "postcode": ["CO1 1JB"]})
    for own in (frame, pl.from_pandas(frame), pa.Table.from_pandas(frame)):
        with pytest.raises(la.errors.InputError, match="which column names the places"):
            la.travel_times(own, "Ipswich")  # type: ignore[arg-type]
    for own in (pl.from_pandas(frame), pa.Table.from_pandas(frame)):
        with pytest.raises(la.errors.InputError, match="does not say which zones"):
            la.self_containment(2011, own)
    with pytest.raises(la.errors.InputError, match="none of its columns is the geometry"):
        la.travel_times(gpd.GeoDataFrame(frame), "Ipswich")
    with pytest.raises(la.errors.InputError, match="holds no postcodes"):
        la.check(np.array("CO1 1JB"), option="district")  # type: ignore[call-overload]
    with pytest.raises(la.errors.InputError, match=r"such as its \.collect\(\)\.to_pandas\(\)"):
        la.check(pl.LazyFrame({"postcode": ["CO1 1JB"]}), option="district")  # type: ignore[call-overload]


def test_areas_that_are_none_are_said() -> None:
    for zones, words in (
        (np.array(["x", "x", "y"]), "true or false"),
        (pd.DataFrame({"zone": ["a", "b"], "area": ["x", "x"]}), "true or false"),
        ({"a": "x", "zz": "x"}, "zones of the flows .own.: zz"),
    ):
        with pytest.raises(la.errors.SchemaError, match=words):
            la.self_containment(OWN, zones)  # type: ignore[arg-type]
    drawn = gpd.GeoDataFrame(geometry=[Point(0, 0).buffer(1)], crs=27700)
    with pytest.raises(la.errors.InputError, match="zones of their own"):
        la.self_containment(OWN, drawn)
    district = la.option("district").to_gdf()
    assert len(la.self_containment(2011, district.geometry)) == 1
    with pytest.raises(la.errors.InputError, match="several rows are named 0"):
        la.self_containment(2011, pd.concat([district, district]).drop(columns="id"))
    with pytest.raises(la.errors.VintageError, match="1 of the 20 zones of 'district'"):
        la.self_containment(2021, "district")


def test_places_that_are_none_are_said() -> None:
    points = gpd.GeoSeries([Point(0.9, 51.889), Point(1.15, 52.06)], crs=4326)
    for places, words in (
        (["Colchester", None], "None is no name of a place"),
        (points.iloc[0], "points as a GeoSeries"),
        (points.set_crs(27700, allow_override=True), "no point is in Great Britain"),
        (gpd.GeoSeries([Point(51.889, 0.9)], crs=4326), "longitude comes first"),
        (
            points.to_crs(27700).set_crs(4326, allow_override=True),
            "2 points .* no place in EPSG:4326",
        ),
    ):
        with pytest.raises(la.errors.InputError, match=words):
            la.travel_times("Colchester", places)  # type: ignore[arg-type]
    with pytest.raises(la.errors.InputError, match="has no point"):
        la.isochrone(gpd.GeoSeries([None], crs=4326), 10)
    with pytest.raises(la.errors.InputError, match="the limit must be"):
        la.travel_times("Colchester", "Ipswich", limit_min="60")  # type: ignore[arg-type]
    lacking = gpd.GeoSeries([Point(0.9, 51.889), None], crs=4326)
    assert la.travel_times(lacking, "Colchester")["minutes"].isna().tolist() == [False, True]


def test_an_isochrone_of_a_row_is_not_named_by_its_number() -> None:
    point = gpd.GeoSeries([Point(599661, 225135)], crs=27700)
    assert la.isochrone(point, np.int64(10)).place == "599661, 225135"
    assert la.isochrone(point.set_axis(["depot"]), 10).place == "depot"


def test_areas_are_valid_by_what_they_were_made_by() -> None:
    made = la.ttwa(OWN, min_size=50, target_size=100)
    assert made.areas["valid"].all()
    again = la.self_containment(made.flows, made)
    assert again["valid"].tolist() == made.areas["valid"].tolist()
    assert again["validity"].tolist() == pytest.approx(made.areas["validity"].tolist())
    assert not la.self_containment(OWN, made.membership)["valid"].any()  # 150 are below 3,500
