"""Headings, meanings and notes name the year of the table in use, not that in a figure's name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from options_county import DISTRICTS, F, make_store

from localarea.cli.app import run
from localarea.comparison.comparison import compare_options
from localarea.comparison.documents import comparison_document
from localarea.comparison.findings import find_contested
from localarea.comparison.tables import tidy_comparison
from localarea.options.council import read_council
from localarea.options.figure_years import year_notes
from localarea.options.membership import compute_options, option_zones
from localarea.options.zone_figures import read_zone_figures
from localarea.reports.comparison.html import comparison_page
from localarea.reports.maps.options_page import figures_shown
from localarea.service.state.side_by_side import side_by_side

if TYPE_CHECKING:
    from localarea.comparison.comparison import Comparison
    from localarea.datasets.store import DataStore

JOBS_NOTE = (
    "The name employees_2024 stays as it was published; the employee jobs are those of 2025."
)
FIRMS_NOTE = (
    "The name enterprises_2022 stays as it was published; the enterprises are those of 2023."
)


@pytest.fixture(scope="module")
def renewed(tmp_path_factory: pytest.TempPathFactory) -> DataStore:
    """Jobs of 2025, and enterprises up to 2023."""
    folder = tmp_path_factory.mktemp("county")
    firms = {
        "lad25cd": [*DISTRICTS] * 2,
        "year": [2022] * 3 + [2023] * 3,
        "enterprises": [60, 80, 100, 70, 90, 110],
    }
    store = make_store(folder, enterprises_lad=firms)
    file = folder / "registry.toml"
    text = file.read_text(encoding="utf-8")
    for table, vintage in (("jobs_msoa21_2024", "2025"), ("enterprises_lad", "2022-2023")):
        before, after = text.split(f"[tables.{table}]")
        after = after.replace('vintage = "a test"', f'vintage = "{vintage}"', 1)
        text = f"{before}[tables.{table}]{after}"
    file.write_text(text, encoding="utf-8")
    return store


@pytest.fixture(scope="module")
def comparison(renewed: DataStore) -> Comparison:
    council = read_council("anchorton", store=renewed)
    pair = [option_zones(name, council, store=renewed) for name in ("district", "districts")]
    return compare_options(pair, council, store=renewed)


def test_the_latest_year_of_enterprises_is_counted(renewed: DataStore) -> None:
    zones = read_zone_figures(store=renewed)
    # The whole of Farley, which has 110 in 2023 and 100 in 2022.
    assert zones.enterprises_2022[zones.flows.positions(F)].sum() == pytest.approx(110)


def test_every_heading_of_a_comparison_names_the_year_in_use(comparison: Comparison) -> None:
    headings = set(tidy_comparison(comparison)["heading"])
    assert {"Employee jobs 2025", "Active enterprises 2023", "Enterprises 2023"} <= headings
    assert not {text for text in headings if "2024" in text or "2022" in text}
    meanings = {figure.name: figure.definition for figure in comparison.figures}
    assert meanings["employees_2024"] == (
        "Employees by place of work (BRES 2025, provisional, excluding farms). " + JOBS_NOTE
    )
    assert meanings["enterprises_2022"].endswith(FIRMS_NOTE)


def test_pages_name_the_year_in_use(comparison: Comparison, renewed: DataStore) -> None:
    page = comparison_page(comparison, store=renewed)
    assert "Employee jobs 2025 in each option" in page
    assert JOBS_NOTE in page
    assert "jobs 2024" not in page
    assert "nterprises 2022" not in page
    council = read_council("anchorton", store=renewed)
    heads = [figure.heading for figure in figures_shown(council, brief=True, store=renewed)]
    assert "Firms 2023" in heads
    assert "Enterprises 2023" in side_by_side(comparison)["change_heads"]


def test_documents_and_findings_state_the_year(comparison: Comparison, renewed: DataStore) -> None:
    council = read_council("anchorton", store=renewed)
    document = comparison_document(comparison, council, store=renewed)
    assert document["figure_years"] == {"employees_2024": 2025, "enterprises_2022": 2023}
    metrics = compare_options(
        compute_options(council, store=renewed), council, store=renewed
    ).metrics
    (finding,) = find_contested(metrics, council, store=renewed)
    assert "active enterprises (2023)" in finding.of_pairs[0]


def test_a_terminal_names_the_year_in_use(
    renewed: DataStore,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LOCALAREA_DATA_DIR", str(renewed.root))
    monkeypatch.setenv("LOCALAREA_CACHE_DIR", str(renewed.root))
    monkeypatch.setenv("LOCALAREA_COUNCIL", "anchorton")
    monkeypatch.setenv("COLUMNS", "160")
    assert run(["compare", "district", "districts"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Employee jobs 2025" in out
    assert "2022 " not in out.replace("enterprises_2022", "").replace("2022-2023", "")
    assert JOBS_NOTE in out
    assert run(["options"]) == 0
    out = capsys.readouterr().out
    assert "Firms 2023" in " ".join(out.split())
    assert run(["options", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["figure_years"]["enterprises_2022"] == 2023


def test_nothing_is_noted_while_the_years_agree() -> None:
    assert year_notes({"jobs_msoa21_2024": "2024", "enterprises_lad": "2017-2022"}) == ()
