"""Comparisons as files: every figure arrives, names are harmless, the same bytes each time."""

from __future__ import annotations

import html.parser
import json
import time
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest

from localarea.comparison.comparison import Comparison, compare_options
from localarea.comparison.documents import comparison_document
from localarea.comparison.findings import find_contested
from localarea.comparison.tables import tidy_comparison
from localarea.errors import InputError
from localarea.options.membership import compute_options
from localarea.reports.comparison.write import write_comparison

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council

ENDINGS = ("csv", "xlsx", "gpkg", "html")


@pytest.fixture(scope="module")
def comparison(council: Council, store: DataStore) -> Comparison:
    return compare_options(compute_options(council, store=store), council, store=store)


@pytest.fixture(scope="module")
def written_first(
    comparison: Comparison, store: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """Give a comparison in every form, written more than a second ago."""
    folder = tmp_path_factory.mktemp("first")
    paths = [write_comparison(comparison, folder / f"c.{e}", store=store) for e in ENDINGS]
    time.sleep(1.1)  # a clock inside a file would show
    return {path.suffix[1:]: path.read_bytes() for path in paths}


@pytest.mark.parametrize("ending", ENDINGS)
def test_same_bytes_again(
    ending: str,
    written_first: dict[str, bytes],
    comparison: Comparison,
    store: DataStore,
    tmp_path: Path,
) -> None:
    path = tmp_path / f"c.{ending}"
    for _ in range(2):  # the second over the first
        assert write_comparison(comparison, path, store=store).read_bytes() == written_first[ending]
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_csv_holds_every_figure(comparison: Comparison, store: DataStore, tmp_path: Path) -> None:
    read = pd.read_csv(write_comparison(comparison, tmp_path / "c.csv", store=store))
    figures = read[read["table"] == "figures"]
    wide = figures.pivot_table(index="option", columns="figure", values="value")
    known = comparison.metrics.astype(float).dropna(axis=1)
    wide = wide.loc[known.index, known.columns]
    assert (wide - known).abs().max(axis=None) < 1e-6
    sources = read[read["table"] == "sources"]
    assert len(read) == len(tidy_comparison(comparison)) + len(sources)
    assert set(sources["figure"]) == set(comparison.vintages)
    title_of = {option.id: option.title for option in comparison.options}
    told = read[read["table"] != "sources"]
    assert (told["option_title"] == told["option"].map(title_of)).all()
    assert (told["against_title"].dropna() == told["against"].dropna().map(title_of)).all()
    assert sources["heading"].str.endswith("none").all()  # the county's attribution
    assert set(read["table"]) == {
        "figures", "changes", "changes_by_zone", "jobs_by_industry", "exposure", "overlaps",
        "sources",
    }  # fmt: skip


def test_workbook_holds_numbers_with_formats(
    comparison: Comparison, store: DataStore, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(write_comparison(comparison, tmp_path / "c.xlsx", store=store))
    assert book.sheetnames == [
        "Figures", "Gained and lost", "Gained and lost by zone", "Jobs by industry", "Exposure",
        "Overlap", "About", "Sources",
    ]  # fmt: skip
    assert [c.value for c in book["Sources"][1]] == [
        "Table", "Title", "Vintage", "Source", "Licence", "Attribution",
    ]  # fmt: skip
    assert book["Sources"].max_row == 1 + len(comparison.vintages)
    sheet = book["Figures"]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    supply = rows["Residents who work inside"][1]
    assert supply.value == pytest.approx(comparison.metrics["supply_side"].iloc[0])
    assert supply.number_format == "0.0%"
    assert sheet.freeze_panes == "B2"
    assert book["Gained and lost"].max_row == 1 + len(comparison.changes)
    # People read titles; programs find the ids after them.
    titles, ids = ([getattr(o, name) for o in comparison.options] for name in ("title", "id"))
    assert [c.value for c in sheet[1]] == ["Figure", *titles]
    assert [c.value for c in sheet[sheet.max_row]] == ["Name for commands", *ids]
    heads, first = ([c.value for c in book["Exposure"][row]] for row in (1, 2))
    assert (heads[0], first[0]) == ("Option", titles[0])
    assert (heads[-1], first[-1]) == ("Option name for commands", ids[0])


def test_geopackage_opens_as_layers(
    comparison: Comparison, store: DataStore, tmp_path: Path
) -> None:
    path = write_comparison(comparison, tmp_path / "c.gpkg", store=store)
    assert [name for name, _ in pyogrio.list_layers(path)] == [
        "options", "zones", "gained_and_lost", "changes_by_zone", "jobs_by_industry", "exposure",
        "overlaps", "sources",
    ]  # fmt: skip
    about = pyogrio.read_info(path, layer="zones")["layer_metadata"]
    assert about["ATTRIBUTION"] == "none."
    assert "flows_2011: a test" in about["VINTAGES"]
    options = gpd.read_file(path, layer="options")
    assert options.crs == "EPSG:27700"
    assert options.geometry.is_valid.all()
    assert (options.area / 1e6).tolist() == pytest.approx(options["area_km2"].tolist())
    zones = gpd.read_file(path, layer="zones")
    assert zones["in district"].sum() == 4
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


class _Checker(html.parser.HTMLParser):
    void = frozenset({"meta", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_well_formed_and_says_what_is_a_heading(
    comparison: Comparison, store: DataStore, tmp_path: Path
) -> None:
    text = write_comparison(comparison, tmp_path / "c.html", store=store).read_text("utf-8")
    checker = _Checker()
    checker.feed(text)
    assert checker.open == []
    tags = [tag for tag, _ in checker.seen]
    assert {"html", "main", "h1", "caption"} <= set(tags)
    assert "script" not in tags
    assert all(a.get("scope") for tag, a in checker.seen if tag == "th")
    assert dict(checker.seen)["html"] == {"lang": "en-GB"}


def test_names_cannot_become_markup_or_formulas(
    comparison: Comparison, store: DataStore, tmp_path: Path
) -> None:
    from dataclasses import replace

    nasty = "=cmd|' /C calc'!A0 <script>alert(1)</script>"
    odd = replace(comparison, options=tuple(replace(o, title=nasty) for o in comparison.options))
    assert "<script>" not in write_comparison(odd, tmp_path / "c.html", store=store).read_text(
        "utf-8"
    )
    book = openpyxl.load_workbook(write_comparison(odd, tmp_path / "c.xlsx", store=store))
    cells = [cell for row in book["About"].iter_rows() for cell in row if cell.value == nasty]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("name", ["c.doc", "c", "missing/c.csv", "folder.csv"])
def test_what_cannot_be_written_is_said(
    name: str, comparison: Comparison, store: DataStore, tmp_path: Path
) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError):
        write_comparison(comparison, tmp_path / name, store=store)
    assert [p.name for p in tmp_path.iterdir()] == ["folder.csv"]


def test_document_is_json_with_the_keys_of_the_docs(
    comparison: Comparison, council: Council, store: DataStore
) -> None:
    findings = find_contested(comparison.metrics, council, store=store)
    document: dict[str, Any] = comparison_document(
        comparison, council, findings=findings, store=store
    )
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert list(document) == [
        "council", "anchor", "rule", "vintages", "figure_years", "options", "findings",
        "changes", "overlaps",
        "changes_by_zone", "jobs_by_industry", "exposure",
    ]  # fmt: skip
    option = document["options"][0]
    assert list(option) == [
        "id", "title", "description", "method", "zone_system", "parameters", "vintages", "notes",
        "zones", "districts", "metrics",
    ]  # fmt: skip
    assert option["metrics"]["minutes_median"] is None
    assert option["metrics"]["jobs"] == 125
    assert option["districts"] == [
        {"lad25cd": "E07000001", "name": "Anchorton", "zones_inside": 4, "zones": 4}
    ]
    assert document["findings"][0]["place"] == "Farley"
