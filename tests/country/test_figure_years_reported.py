"""The report to Cabinet and its sources name the year of the tables in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from plain_pictures import dots

from localarea.datasets.storage.renewed import Edition
from localarea.datasets.store import default_store
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.reports.cabinet import document
from localarea.reports.cabinet.document import build_report
from localarea.reports.cabinet.formats.write import write_report
from localarea.reports.maps.options_page import write_options_page

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def renewed() -> DataStore:
    """The package's own tables, entered as jobs of 2025 and enterprises up to 2023."""
    package = default_store()
    years = {"jobs_msoa21_2024": "2025", "enterprises_lad": "2017-2023"}
    tables = {name: replace(package.info(name), vintage=year) for name, year in years.items()}
    return package.using(Edition(1, 0, "", tables, "", ""))


def test_the_report_names_the_year_in_use(
    renewed: DataStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "draw_pictures", dots)  # none shows jobs or enterprises
    council = read_council("colchester", store=renewed)
    names = ("district", "ttwa-official", "ttwa-official+ipswich")
    options = [option_zones(name, council, store=renewed) for name in names]
    report = build_report(options, council, dated=date(2026, 3, 1), store=renewed)
    text = write_report(report, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "active enterprises (2023)" in text
    assert "thousand, 2023" in text
    assert "employees, 2025" in text
    assert "The name employees_2024 stays as it was published" in text
    for gone in ("active enterprises (2022)", "thousand, 2022", "employees, 2024", "jobs, 2024"):
        assert gone not in text


def test_the_map_of_the_options_names_the_year_in_use(renewed: DataStore, tmp_path: Path) -> None:
    from localarea.comparison.metrics import compute_metrics

    council = read_council("colchester", store=renewed)
    options = [option_zones("district", council, store=renewed)]
    metrics = compute_metrics(options, council, store=renewed)
    file = tmp_path / "map.html"
    write_options_page(file, options, council, metrics, lede="x", store=renewed)
    text = file.read_text(encoding="utf-8")
    assert "employee jobs from 2025, enterprises from 2023" in text
    assert "Active enterprises 2023" in text
    assert "nterprises 2022" not in text
