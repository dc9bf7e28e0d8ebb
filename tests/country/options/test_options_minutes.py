"""Minutes by road in options, figures and verdicts: held to the network and to plain sums."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq
import pytest

from localarea.checking.csv_file import check_file
from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.comparison.comparison import compare_options
from localarea.comparison.metrics import compute_metrics
from localarea.datasets.store import DataStore, default_store
from localarea.errors import OptionNotFoundError, SettingError
from localarea.geo.postcodes import parse_postcode
from localarea.options.by_name.any_council import plain_council
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.methods.registry import choose_zones
from localarea.options.minutes import anchor_minutes as minutes_module
from localarea.options.minutes.anchor_minutes import (
    anchor_minutes,
    coefficients_sha256,
    input_tables,
    zone_minutes,
)
from localarea.options.minutes.compute import district_anchor
from localarea.options.minutes.encoding import NO_PLACE, NOT_REACHED
from localarea.options.zone_figures import read_zone_figures

if TYPE_CHECKING:
    from pathlib import Path

COUNCIL = read_council("colchester")
TABLES = {"minutes_colchester_postcodes": None, "minutes_colchester_msoa11": "msoa11"}


@pytest.mark.parametrize(("name", "system"), TABLES.items())
def test_tables_rest_on_the_tables_beside_them(name: str, system: str | None) -> None:
    store = default_store()
    stated = dict(store.info(name).inputs)
    assert stated.pop("package: roads/coefficients.toml") == coefficients_sha256()
    assert stated == {f"table: {n}": store.info(n).sha256 for n in input_tables(system)}


def test_table_of_postcodes_is_what_scipy_finds_on_the_network() -> None:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    from localarea.datasets.postcodes import read_postcodes
    from localarea.roads.embedded import read_embedded_network

    network = read_embedded_network()
    table = read_postcodes(["key", "easting", "northing", "msoa11cd"])
    known = table["msoa11cd"].is_valid().to_numpy() & table["easting"].is_valid().to_numpy()
    rows = np.random.default_rng(4).choice(np.flatnonzero(known), 300, replace=False)
    points = np.column_stack([table[c].to_numpy()[rows] for c in ("easting", "northing")])
    anchor = district_anchor("Colchester").points
    graph, home = network.graph, network.legs(anchor)
    n = graph.n_nodes
    indptr = np.concatenate([graph.indptr, [graph.indptr[-1] + len(home.nodes)]])
    arcs = np.concatenate([graph.minutes, home.minutes])
    heads = np.concatenate([graph.indices, home.nodes])
    away = dijkstra(csr_array((arcs, heads, indptr), shape=(n + 1, n + 1)), indices=n)
    legs = network.legs(points.astype(float))
    far = np.hypot(*(points - anchor[0]).T) > 3_000  # nearer ones may go without any node
    tenths = anchor_minutes(COUNCIL).all_tenths[rows]
    for i in np.flatnonzero(far):
        a, b = legs.start[i], legs.start[i + 1]
        least = np.min(away[legs.nodes[a:b]] + legs.minutes[a:b], initial=np.inf)
        expected = least + network.terminal_min
        if math.isinf(expected):
            assert tenths[i] == NOT_REACHED
        else:
            assert tenths[i] / 10 == pytest.approx(expected, abs=0.0501)


def test_one_key_and_the_whole_column_agree() -> None:
    found = anchor_minutes(COUNCIL)
    keys = default_store().read("postcodes", ["key"])["key"].to_numpy()
    rows = np.random.default_rng(5).integers(0, len(keys), 40)
    assert [found.tenths_of(int(keys[r])) for r in rows] == found.all_tenths[rows].tolist()
    missing = parse_postcode("CO1 0AA").key
    assert missing is not None
    assert found.of(missing) is None
    scottish = parse_postcode("EH8 8DX").key
    assert scottish is not None
    assert found.tenths_of(scottish) == NO_PLACE


def test_drive_options_hold_the_zones_within_reach() -> None:
    raw = pq.read_table(default_store().path("minutes_colchester_msoa11")).to_pydict()
    for most in (30, 45, 37):
        expected = {
            code
            for code, tenths in zip(raw["msoa11cd"], raw["tenths"], strict=True)
            if 0 <= tenths <= most * 10
        }
        assert set(option_zones(f"drive-{most}", COUNCIL).zones) == expected
    with_ipswich = option_zones("drive-30+ipswich", COUNCIL)
    assert set(with_ipswich.zones) > set(option_zones("drive-30", COUNCIL).zones)


def test_islands_without_a_ferry_are_not_reached() -> None:
    minutes = zone_minutes(COUNCIL)
    assert len(minutes) == 7201
    lost = {code for code, away in minutes.items() if math.isinf(away)}
    wight = set(option_zones("district", plain_council("Isle of Wight")).zones)
    scilly = set(option_zones("district", plain_council("Isles of Scilly")).zones)
    assert lost == wight | scilly


@pytest.mark.parametrize("stated", [0, -5, True, "30", None, 601])
def test_minutes_that_are_no_time_are_refused(stated: object) -> None:
    with pytest.raises(SettingError, match="minutes is"):
        choose_zones("drive", {"minutes": stated}, COUNCIL)


@pytest.mark.parametrize("name", ["drive-0", "drive-", "drive-3x", "drive--30"])
def test_what_is_no_drive_time_is_no_option(name: str) -> None:
    with pytest.raises(OptionNotFoundError):
        option_zones(name, COUNCIL)


def test_figures_are_quantiles_over_workers() -> None:
    options = [option_zones(name, COUNCIL) for name in ("ttwa-official", "drive-45")]
    metrics = compute_metrics(options, COUNCIL)
    minutes, figures = zone_minutes(COUNCIL), read_zone_figures()
    workers = dict(zip(figures.flows.codes.tolist(), figures.flows.employed_residents, strict=True))
    for option in options:
        one_each = np.repeat(
            [minutes[z] for z in option.zones], [int(workers[z]) for z in option.zones]
        )
        median, p90 = np.quantile(one_each, [0.5, 0.9], method="inverted_cdf")
        row = metrics.loc[option.id]
        assert (row["minutes_median"], row["minutes_p90"]) == (median, p90)
        assert row["minutes_worst"] == max(minutes[z] for z in option.zones)


def test_comparison_names_the_roads_among_its_tables() -> None:
    options = [option_zones(name, COUNCIL) for name in ("district", "drive-30")]
    assert "roads_network_edges" in compare_options(options, COUNCIL).vintages


def test_verdict_and_file_give_the_same_minutes(tmp_path: Path) -> None:
    option = option_zones("drive-45", COUNCIL)
    classifier = Classifier(boundary_of_option(option), minutes=anchor_minutes(COUNCIL))
    asked = ["CO1 1JB", "IP1 1DH", "PO30 1UD", "EH8 8DX", "CO1", "nonsense", "LA1 1YN"]
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("postcode\n" + "\n".join(asked) + "\n", encoding="utf-8")
    check_file(source, classifier, out=out)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for text, row in zip(asked, rows, strict=True):
        verdict = classifier.check(text)
        said = row["local_minutes_to_anchor"]
        assert verdict.minutes_to_anchor == (float(said) if said else None)
        if verdict.minutes_to_anchor is not None:
            near = (
                f"about {math.floor(verdict.minutes_to_anchor + 0.5)} minutes door to door by car"
            )
            assert near in verdict.explanation
    assert [bool(row["local_minutes_to_anchor"]) for row in rows] == [
        True, True, False, False, False, False, True,
    ]  # fmt: skip
    assert "No road leads there" in classifier.check("PO30 1UD").explanation


def test_other_anchor_is_computed_once_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    norwich = replace(COUNCIL, anchor="Norwich")
    caplog.set_level("INFO", logger="localarea")
    found = zone_minutes(norwich, store=DataStore(cache_dir=tmp_path))
    assert "computing minutes by road from Norwich" in caplog.text
    monkeypatch.setattr(minutes_module, "_compute", None)  # a second time would fail
    again = zone_minutes(norwich, store=DataStore(cache_dir=tmp_path))
    assert dict(again) == dict(found)
    own = option_zones("district", plain_council("Norwich")).zones
    assert min(found, key=lambda code: found[code]) in own
