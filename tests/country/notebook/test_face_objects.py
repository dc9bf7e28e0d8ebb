"""What the names give: options, scenarios, comparisons and verdicts that a notebook shows."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest
from shapely.geometry import box

import localarea as la
from localarea import records
from localarea.comparison import scenario
from localarea.options.council import read_council
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    from matplotlib import pyplot as plt

    plt.close("all")


@pytest.fixture(scope="module")
def district() -> la.Option:
    return la.option("district")


@pytest.fixture(scope="module")
def both() -> la.Comparison:
    return la.compare("district", "ttwa-official")


def test_an_option_is_that_of_the_rooms(district: la.Option) -> None:
    plain = option_zones("district", read_council())
    assert isinstance(district, records.Option)
    assert district == plain
    assert plain == district
    assert district != option_zones("ttwa-official", read_council())
    assert pickle.loads(pickle.dumps(district)) == district  # noqa: S301
    assert len(repr(district)) < 80


def test_an_option_as_a_frame(district: la.Option) -> None:
    whole, zones = district.to_gdf(), district.to_gdf(by="zone")
    assert whole.crs == zones.crs == "EPSG:27700"
    assert whole["id"].tolist() == ["district"]
    assert list(zones.index) == list(district.zones)
    assert whole.area.sum() == pytest.approx(zones.area.sum())
    with pytest.raises(la.errors.InputError, match="'option' or 'zone'"):
        district.to_gdf(by="postcode")


def test_a_plot_is_a_map_that_a_notebook_shows(district: la.Option, tmp_path: Path) -> None:
    from matplotlib import pyplot as plt

    plt.close("all")  # of other tests in this process
    axes = district.plot()
    assert plt.get_fignums() == [axes.figure.number]  # type: ignore[union-attr]
    axes.figure.savefig(tmp_path / "map.png")
    over = la.option("ttwa-official").plot(ax=axes, edgecolor="red")
    assert over is axes
    assert "20 zones" in district.describe()


def test_own_zones_are_an_option() -> None:
    mine = la.option("mine", zones=["E02004512", "E02004513", "E02004512"], title="<Mine>")
    assert mine.zones == ("E02004512", "E02004513")
    assert "&lt;Mine&gt;" in mine._repr_html_()
    assert "<svg" in mine._repr_html_()
    assert la.check("co1 1jb", option=mine).status == "local"
    assert la.compare("district", mine).changes["change"].unique().tolist() == ["lost"]
    with pytest.raises(la.errors.InputError, match="E99"):
        la.option("mine", zones=["E99"])
    with pytest.raises(la.errors.InputError, match="not one text"):
        la.option("mine", zones="E02004512")
    with pytest.raises(la.errors.InputError, match="no zone"):
        la.option("mine", zones=[])


def test_own_polygons_are_an_option_in_any_reference_system() -> None:
    drawn = gpd.GeoSeries([box(595000, 220000, 605000, 230000)], crs="EPSG:27700")
    degrees = gpd.GeoDataFrame(geometry=drawn).to_crs("EPSG:4326")
    one, other = la.option("box", zones=drawn), la.option("box", zones=degrees)
    assert one.zones == other.zones
    assert "E02004512" in one.zones
    what_if = la.Scenario.of("district").exclude(degrees)
    assert not set(one.zones) & set(what_if.option().zones)
    with pytest.raises(la.errors.CrsError):
        la.option("box", zones=gpd.GeoSeries(drawn.to_numpy()))


def test_own_polygons_may_be_in_a_file(tmp_path: Path, district: la.Option) -> None:
    drawn = district.to_gdf()[["geometry"]]
    drawn.to_crs(4326).to_file(tmp_path / "mine.geojson")
    for form in (tmp_path / "mine.geojson", f"{tmp_path}/mine.geojson"):
        assert la.option("mine", zones=form).zones == district.zones
    assert la.option("mine", zones=drawn.to_crs(4326).__geo_interface__).zones == district.zones


def test_own_zones_that_are_none_are_said(district: la.Option) -> None:
    drawn = district.to_gdf()[["geometry"]]
    lacking = gpd.GeoSeries([drawn.geometry.iloc[0], None], index=["a", "b"], crs=27700)
    for zones, words in (
        (lacking, "1 of 2 rows has no polygon, the first b"),
        (drawn.geometry.iloc[0], "alone does not say its reference system"),
        (gpd.GeoDataFrame({"a": [1]}), "set_geometry"),
        (pd.DataFrame({"msoa11cd": ["E02004512"]}), "a DataFrame holds no codes"),
        (5, "int holds no codes"),
        (["E02004512", None], "None is no zone of msoa11"),
        ([f"E0{n}" for n in range(7)], "E04 and 2 more are no zones"),
        (["E02007056"], "all are zones of msoa21, so say zone_system='msoa21'"),
    ):
        with pytest.raises(la.errors.InputError, match=words):
            la.option("mine", zones=zones)  # type: ignore[arg-type]


@pytest.mark.parametrize("taken", ["district", "ttwa-official+ipswich"])
def test_own_zones_do_not_go_by_the_id_of_an_option(taken: str) -> None:
    with pytest.raises(la.errors.InputError, match="is an option of Colchester"):
        la.option(taken, zones=["E02004512"])
    with pytest.raises(la.errors.InputError, match="an id of their own"):
        la.option(" ", zones=["E02004512"])


def test_what_is_no_place_of_a_scenario_is_said() -> None:
    plain = la.Scenario.of("district")
    with pytest.raises(la.errors.InputError, match="a NoneType is no place; name places one by"):
        plain.include(None)  # type: ignore[arg-type]
    with pytest.raises(la.errors.InputError, match="a list is no place"):
        plain.exclude(["Ipswich"])  # type: ignore[arg-type]
    with pytest.raises(la.errors.InputError, match="alone does not say"):
        plain.include(box(0, 0, 1, 1))  # type: ignore[arg-type]
    with pytest.raises(la.errors.VintageError, match="flows of '2021'; ask for 2011 or 2021"):
        plain.with_vintage("2021")  # type: ignore[arg-type]
    twice = plain.include("Ipswich").exclude("Ipswich").option().parameters["notes"]
    assert len(twice) == len(set(twice)) == 1


def test_a_council_by_name_and_its_options() -> None:
    colchester = la.council("colchester")
    assert la.council().configuration == colchester.configuration == read_council()
    some = colchester.options("district", "ttwa-official")
    assert some.ids == ("district", "ttwa-official")
    assert some["district"] is some[0]
    assert some[:1].ids == ("district",)
    assert some.to_gdf()["id"].tolist() == list(some.ids)
    assert "ttwa-official" in some._repr_html_()
    assert "Ipswich" in colchester._repr_html_()
    assert colchester.to_gdf().crs == "EPSG:27700"
    with pytest.raises(la.errors.OptionNotFoundError):
        some["drive-30"]
    with pytest.raises(la.errors.PlaceNotFoundError):
        la.council("Nowhere at all")


def test_options_of_another_council_stay_its_own() -> None:
    ipswich = la.council("Ipswich")
    alone, area = ipswich.options("district", "ttwa-official")
    found = la.compare(alone, area)
    assert found.council.anchor == "Ipswich"
    named = la.compute_metrics(["district"], "Ipswich")
    pd.testing.assert_frame_equal(named, ipswich.figures("district"))
    asked = ["NR2 1NH", "CO1 1JB"]  # as a column: minutes to all postcodes are not computed
    by_name = la.check(asked, council="Norwich", option="district")
    by_object = la.check(asked, option=la.option("district", "Norwich"))
    assert by_name["status"].tolist() == by_object["status"].tolist() == ["local", "not_local"]


def test_a_scenario_is_that_of_the_rooms() -> None:
    mine = la.Scenario.of("district").include("Ipswich")
    plain = scenario.Scenario.of("district").include("Ipswich")
    assert mine == plain
    assert plain == mine
    assert hash(mine) == hash(plain)
    assert la.Scenario.from_toml(mine.to_toml()) == mine
    assert isinstance(mine.with_threshold(x=1), la.Scenario)
    assert mine.to_gdf()["id"].tolist() == ["district+ipswich"]
    assert "with Ipswich" in mine._repr_html_()
    assert "gained: 16 zones" in [t.get_text() for t in mine.plot().figure.legends[0].get_texts()]  # type: ignore[attr-defined]


def test_a_scenario_of_an_option_is_of_its_council() -> None:
    district = la.option("district", "Norwich")
    what_if = la.Scenario.of(district).include("Broadland")
    assert set(what_if.option().zones) > set(district.zones)
    assert what_if.option().anchor == "Norwich"
    assert la.compare(what_if, "district").options.ids == ("district+broadland", "district")
    assert la.compare(what_if, "district").council.anchor == "Norwich"
    assert "Norwich City Council" in what_if._repr_html_()
    copied = pickle.loads(pickle.dumps(what_if))  # noqa: S301
    assert (copied, copied.council) == (what_if, what_if.council)
    other = la.Scenario.of(la.option("district")).include("Broadland")
    assert what_if != other
    assert what_if == scenario.Scenario.of("district").include("Broadland")
    assert what_if.option("Colchester").anchor == "Colchester"  # whoever names one means it
    with pytest.raises(la.errors.InputError, match="zones of your own"):
        la.Scenario.of(la.option("mine", zones=["E02004512"]))
    with pytest.raises(la.errors.InputError, match="begin a session of its council"):
        la.ScenarioSession("Ipswich").option(what_if)


def test_nothing_is_not_measured() -> None:
    for measure in (la.compute_metrics, la.measure_exposure, la.bootstrap_self_containment):
        with pytest.raises(la.errors.InputError, match="name at least one"):
            measure([])
    with pytest.raises(la.errors.InputError, match="name at least one"):
        la.explore()
    for runs in (0, 1, -3, 2.5):
        with pytest.raises(la.errors.InputError, match="runs must be"):
            la.bootstrap_self_containment("district", runs=runs)  # type: ignore[arg-type]


def test_ids_are_taken_wherever_objects_are(district: la.Option) -> None:
    for measure in (la.compute_metrics, la.measure_exposure):
        by_id = measure(["district"])
        pd.testing.assert_frame_equal(by_id, measure([district], la.read_council()))
        pd.testing.assert_frame_equal(by_id, measure(la.Scenario.of("district"), "Colchester"))
    with pytest.raises(la.errors.InputError, match="int is no option"):
        la.compute_metrics([3])  # type: ignore[list-item]


def test_a_comparison_has_a_frame_for_each_matter(both: la.Comparison) -> None:
    frames = (both.figures, both.changes, both.by_industry, both.exposure, both.overlaps)
    assert all(isinstance(frame, pd.DataFrame) and len(frame) for frame in frames)
    known = both.figures.drop(columns=["enterprises_2022"])
    assert known.notna().all(axis=None)
    assert both.changes["zones"].sum() == both.figures["zones"].diff().iloc[1]
    assert both.by_industry["industry"].nunique() > 10
    assert set(both.to_frame()["table"]) >= {"figures", "changes", "overlaps", "exposure"}


def test_a_comparison_is_shown_and_saved(both: la.Comparison, tmp_path: Path) -> None:
    page = both._repr_html_()
    assert "Residents who work inside" in page
    assert both.save(tmp_path / "both.csv").stat().st_size > 1000
    assert "Tendring (4) and Braintree (1)" in both.describe("ttwa-official")
    assert both.plot("ttwa-official") is not None
    assert copy.copy(both).options == both.options


def test_agreement_is_shown() -> None:
    found = la.measure_robustness(["district", "ttwa-official"])
    assert "20 zones" in found._repr_html_()
    assert found.describe()
    assert found.plot() is not None


def test_a_series_is_checked_with_its_index() -> None:
    asked = pd.Series(["CO1 1JB", None, "co11jb", "rubbish"], index=list("dcba"), name="post code")
    found = la.check(asked, option="district")
    assert list(found.columns) == ["postcode", "status", "borderline", "reason", "definition"]
    assert found["status"].astype(str).to_dict() == {
        "d": "local", "c": "unknown", "b": "local", "a": "unknown",
    }  # fmt: skip
    one = [la.check(text, option="district").status for text in ("CO1 1JB", "rubbish")]
    assert one == ["local", "unknown"]
    listed = la.check(["CO1 1JB"], option=la.Scenario.of("district").exclude("E02004512"))
    assert listed["status"].tolist() == ["not_local"]
    assert len(la.check(pd.Series([], dtype=object), option="district")) == 0


def test_what_holds_postcodes_in_other_forms_is_checked() -> None:
    local = {"status": "local", "definition": "option:district"}
    for form in ({"a": "CO1 1JB"}, pa.array(["CO1 1JB"]), pa.chunked_array([["CO1 1JB"]])):
        found = la.check(form, option="district").iloc[0]
        assert {name: found[name] for name in local} == local
    assert la.check({"a": "CO1 1JB"}, option="district").index.tolist() == ["a"]
    table = la.check(pa.table({"postcode": ["CO1 1JB"]}), option="district")
    assert table["local_status"].to_pylist() == ["local"]
    places = gpd.GeoDataFrame({"postcode": ["CO1 1JB"]}, geometry=[box(0, 0, 1, 1)], crs=27700)
    assert la.check(places, option="district")["local_status"].tolist() == ["local"]


def test_what_holds_no_postcodes_is_said() -> None:
    mixed = pd.Series(["CO1 1JB", 5, None, 2.5], index=list("abcd"), dtype=object)
    for what, words in (
        (None, "None holds no postcodes"),
        (b"CO1 1JB", "a value of type bytes holds no postcodes"),
        (mixed, r"2 values that are not text: 5 at b, 2\.5 at d; .*astype"),
        (pd.Series([7], index=["x"]), "1 value that is not text: 7 at x;"),
    ):
        with pytest.raises(la.errors.InputError, match=words):
            la.check(what, option="district")  # type: ignore[call-overload]
    with pytest.raises(la.errors.InputError, match="leave it out"):
        la.check("CO1 1JB", column="where")
    with pytest.raises(la.errors.InputError, match="against one option, and these are 2"):
        la.check("CO1 1JB", option=["district", "drive-30"])  # type: ignore[call-overload]
    with pytest.raises(la.errors.InputError, match="int is no option"):
        la.check("CO1 1JB", option=5)  # type: ignore[call-overload]


def test_a_frame_is_checked_as_it_is() -> None:
    frame = pd.DataFrame({"name": ["x"], "where": ["CO1 1JB"]})
    found = la.check(frame, column="where", option="district")
    assert list(found.columns[:2]) == ["name", "where"]
    assert found["local_status"].tolist() == ["local"]
    with pytest.raises(la.errors.InputError, match="Series"):
        la.check(frame["where"], column="where")


def test_without_option_the_one_rule_of_boundaries_holds(tmp_path: Path) -> None:
    verdict = la.check("CO1 1JB", definitions=tmp_path)
    assert verdict.definition == "option:ttwa-official"
    with pytest.raises(la.errors.InputError, match="not both"):
        la.check("CO1 1JB", option=la.option("district"), definition="x")
    with pytest.raises(la.errors.NotFoundError):
        la.check("CO1 1JB", definition="x", definitions=tmp_path)


def test_a_verdict_says_its_reason_and_escapes_what_was_typed() -> None:
    verdict = la.check("<script>", option="district")
    assert "<script>" not in verdict._repr_html_()
    local = la.check("CO1 1JB", option="district")
    assert local.explanation in local._repr_html_().replace("&#x27;", "'")
    plain = records.Verdict(**local.as_dict())
    assert local == plain
    assert plain == local
    assert hash(local) == hash(plain)
    assert pickle.loads(pickle.dumps(local)) == local  # noqa: S301


def test_spend_by_ids() -> None:
    paid = pd.DataFrame({"postcode": ["CO1 1JB", "IP1 1AA"], "amount": [1.0, 3.0]})
    found = la.replay_spend(paid, "district", amount_column="amount")
    assert found.by_option["local_amount"].tolist() == [1.0]


def test_spend_with_missing_cells_reads_the_column_that_a_check_reads() -> None:
    paid = pd.DataFrame(
        {
            "Registered office postcode": ["IP1 1AA", "IP1 1AA", "IP1 1AA"],
            "Trading postcode": ["CO1 1JB", None, "CO1 1JB"],
            "amount": [1.0, 2.0, float("nan")],
        }
    )
    found = la.replay_spend(paid, "district", amount_column="amount")
    checked = la.check(paid, option="district")
    assert found.rows["district"].tolist() == checked["local_status"].tolist()
    assert found.postcode_column == "Trading postcode"
    assert found.by_option.loc["district", ["amount", "local_amount"]].tolist() == [3.0, 1.0]
    numbered = paid.set_axis([0, 1, 2], axis=1)
    assert la.replay_spend(numbered, "district", postcode_column=1).rows.equals(found.rows)  # type: ignore[arg-type]


def test_what_holds_no_payments_is_said() -> None:
    for what in (pd.Series(["CO1 1JB"]), pa.table({"postcode": ["CO1 1JB"]})):
        with pytest.raises(la.errors.InputError, match="holds no payments"):
            la.replay_spend(what, "district")  # type: ignore[arg-type]
