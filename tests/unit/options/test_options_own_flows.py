"""Options that a user's own flows choose, in the county worked by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from options_county import ZONES, A, F, M, make_store

from localarea.cli.app import run
from localarea.comparison.metrics import compute_metrics
from localarea.comparison.scenario import Scenario
from localarea.datasets.store import DataStore
from localarea.errors import SettingError
from localarea.options.council import Council, OptionSpec, read_council
from localarea.options.methods.composite import choose_composite
from localarea.options.zone_figures import attributions
from localarea.renewal.own_flows import add_flows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

AT = "2026-03-01T09:00:00+00:00"
THRESHOLDS = {"min_size": 100, "target_size": 200, "min_sc": 0.66, "target_sc": 0.75}
# Half of the workers of every zone of Anchorton and of Midham work in Anchorton's first zone, half
# of those of Farley in Farley's first. The other half stay: no smaller area holds two thirds.
TOWNS = [(zone, zone, 50) for zone in ZONES]
TOWNS += [(zone, A[0], 50) for zone in A[1:] + M] + [(zone, F[0], 50) for zone in F[1:]]
# Of Farley's first zone 60 of 100 work in Anchorton, of Midham's first 5 of 100.
ROADS = [(zone, zone, 100) for zone in ZONES if zone not in (M[0], F[0])]
ROADS += [(F[0], F[0], 40), (F[0], A[0], 60), (M[0], M[0], 95), (M[0], A[0], 5)]
# As of 2021: the last zone of Farley is in two, and one of them works in Anchorton.
HALVES = [(zone, zone, 100) for zone in ZONES[:11]]
HALVES += [("E02000098", A[1], 80), ("E02000098", "E02000099", 20), ("E02000099", "E02000099", 9)]
HALVES += [("E02000099", "E02000098", 1)]
STREETS = [("Mill Road", "High Street", 9), ("High Street", "Mill Road", 8)]
FLOWS = {
    "towns": TOWNS, "roads": ROADS, "halves": HALVES, "streets": STREETS,
    "farley": [(zone, zone, 10) for zone in F] + [(F[0], F[1], 5)],
}  # fmt: skip


def _write(path: Path, rows: Iterable[tuple[str, str, int]]) -> Path:
    lines = ["home,work,workers", *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> DataStore:
    folder = tmp_path_factory.mktemp("county")
    made, tables = make_store(folder), folder / "renewed"
    for name, rows in FLOWS.items():
        add_flows(_write(folder / f"{name}.csv", rows), name, tables, now=AT)
    return DataStore(made.root, folder, renewed=tables)


@pytest.fixture(scope="module")
def council(store: DataStore) -> Council:
    """The county's council, with options of computed areas."""
    plain = read_council("anchorton", store=store)
    computed = (OptionSpec(name, name, name) for name in ("ttwa-computed", "ttwa-cluster"))
    return replace(plain, options=(*plain.options, *computed))


def test_a_catchment_is_that_of_the_own_flows(council: Council, store: DataStore) -> None:
    what_if = Scenario.of("catchment").with_threshold(flows="roads")
    option = what_if.option(council, store=store)
    assert option.zones == tuple(sorted(A + F[:1]))  # of the census: Anchorton and Midham's first
    assert option.id == "catchment@flows=roads"
    assert option.parameters["flows"] == "roads"
    assert set(option.vintages) == {"own_flows_roads", "zones_msoa11"}
    metrics = compute_metrics([option], council, store=store)  # the figures are of the census
    assert metrics.loc[option.id, "zones"] == 5
    assert attributions(option.vintages, store=store) == ("none.",)


def test_flows_between_zones_of_2021_are_brought_to_those_of_2011(
    council: Council, store: DataStore
) -> None:
    what_if = Scenario.of("catchment").with_threshold(flows="halves")
    option = what_if.option(council, store=store)
    # One of the halves is inside, with half of the live postcodes of the whole.
    assert option.zones == (*A, F[3])
    assert option.zone_system == "msoa11"
    assert "msoa11_msoa21" in option.vintages


@pytest.mark.parametrize(
    ("base", "stated"),
    [("ttwa-computed", THRESHOLDS), ("ttwa-cluster", {"target_sc": 0.75})],
)
def test_areas_are_computed_from_the_own_flows(
    base: str, stated: dict[str, Any], council: Council, store: DataStore
) -> None:
    what_if = Scenario.of(base).with_threshold(flows="towns", **stated)
    assert what_if.option(council, store=store).zones == tuple(sorted(A + M))


@pytest.mark.parametrize("base", ["ttwa-computed", "ttwa-cluster"])
def test_own_flows_take_the_place_of_the_census_that_the_councils_file_states(
    base: str, council: Council, store: DataStore
) -> None:
    """As every council's file does, and the options of a council that has none."""
    of_file: dict[str, Any] = {"vintage": 2011}
    of_file |= {"areas": "official"} if base == "ttwa-cluster" else THRESHOLDS
    stated = tuple(
        replace(spec, settings=tuple(sorted(of_file.items()))) if spec.id == base else spec
        for spec in council.options
    )
    of_flows = Scenario.of(base).with_threshold(flows="towns")
    option = of_flows.option(replace(council, options=stated), store=store)
    assert option.zones == tuple(sorted(A + M))
    assert option.parameters["flows"] == "towns"


@pytest.mark.parametrize(
    ("min_link", "inside"),
    # Midham's first zone sends 5%, Farley's 60%, and only the former borders Anchorton: in the
    # census Midham's sends 30 of 80, and would be inside at both limits.
    [(0.05, (*A, M[0], F[0])), (0.2, A)],
)
def test_a_composite_is_that_of_the_own_flows(
    min_link: float, inside: tuple[str, ...], council: Council, store: DataStore
) -> None:
    stated = {"flows": "roads", "min_link": min_link}
    near = dict.fromkeys(ZONES, 5.0)
    found = choose_composite(stated, council, store, minutes=near)
    assert found.zones == tuple(sorted(inside))
    assert found.parameters["flows"] == "roads"
    assert "own_flows_roads" in found.tables


@pytest.mark.parametrize(
    ("base", "stated", "why"),
    [
        ("catchment", {"flows": "elsewhere"}, "those here are: farley, halves, roads"),
        ("catchment", {"flows": "streets"}, "are not between MSOAs of 2011 or of 2021"),
        ("catchment", {"flows": "farley"}, "leave out 4 of the zones of Anchorton"),
        ("district", {"flows": "roads"}, "method 'district' does not accept flows"),
        ("ttwa-official", {"flows": "roads"}, "'ttwa-official' does not accept flows"),
        ("ttwa-computed", {"flows": "roads", "vintage": 2011}, "flows and vintage are both"),
        ("ttwa-cluster", {"flows": "roads", "areas": "official"}, "of the commuters of 2011"),
    ],
)
def test_flows_that_cannot_choose_are_refused_with_the_reason(
    base: str, stated: dict[str, Any], why: str, council: Council, store: DataStore
) -> None:
    with pytest.raises(SettingError, match=why):
        Scenario.of(base).with_threshold(**stated).option(council, store=store)


def test_a_census_beside_own_flows_is_refused(council: Council, store: DataStore) -> None:
    what_if = Scenario.of("catchment").with_threshold(flows="roads").with_vintage(2021)
    with pytest.raises(SettingError, match="made of the flows 'roads'"):
        what_if.option(council, store=store)


def test_the_command_takes_the_name_of_own_flows(
    store: DataStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LOCALAREA_DATA_DIR", str(store.root))
    monkeypatch.setenv("LOCALAREA_CACHE_DIR", str(store.root))
    monkeypatch.setenv("LOCALAREA_RENEWED_DIR", str(store.renewed))
    monkeypatch.setenv("LOCALAREA_COUNCIL", "anchorton")
    saved = str(tmp_path / "idea.toml")
    asked = ["scenario", "catchment", "--flows", "roads", "--save", saved, "--json"]
    assert run(asked) == 0
    document = json.loads(capsys.readouterr().out)
    (option,) = document["options"]
    assert option["zones"] == sorted(A + F[:1])
    assert option["title"].endswith("(changed: flows roads)")
    assert run(["scenario", "--from", saved, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["options"] == [option]
    assert run(["scenario", "catchment", "--flows", "streets"]) == 2
    assert "MSOAs" in capsys.readouterr().err
