"""An officer sends a workbook of 5,000 rows, watches, and fetches the result."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from browser_cases import PICTURES, browser_open, examine, follow, patient, watched

from localarea.checking.workbook import check_workbook
from localarea.definitions.boundary_choice import Request
from localarea.service.state import State
from localarea.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browser_open() as opened:
        yield opened


@pytest.fixture
def staff(tmp_path: Path) -> Path:
    """Write 5,000 employees, some of whose postcodes are typed badly."""
    chance = random.Random(5)
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Staff"
    page.append(["Employee", "Home postcode", "Hours"])
    some = ["CO1 1JB", "ip11aa", "CO7 6", "ZE1 0AA", "CO4 3SQ", "nonsense", "CB1 1AA", "CO99 9ZZ"]
    for number in range(5_000):
        page.append([f"E{number}", chance.choice(some), 37.5])
    book.save(tmp_path / "staff of the contractor.xlsx")
    return tmp_path / "staff of the contractor.xlsx"


def test_five_thousand_rows_there_and_back(
    one_server: str, browser: Any, staff: Path, tmp_path: Path
) -> None:
    page = browser.new_page()
    said = watched(page)
    page.goto(f"{one_server}/files")
    examine(page, "files-form")
    page.get_by_label("File with a column of postcodes").set_input_files(staff)
    page.get_by_role("button", name="Send and check").click()
    page.get_by_role("link", name="See how far it is now").wait_for()
    examine(page, "files-progress")
    page.get_by_role("button", name="Download the result").wait_for()
    examine(page, "files-result")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download the result").click()
    assert waited.value.suggested_filename == "staff of the contractor.checked.xlsx"
    waited.value.save_as(tmp_path / "fetched.xlsx")

    classifier = State(Settings(definitions_dir=tmp_path / "none")).classifier(Request())
    report = check_workbook(staff, classifier, out=tmp_path / "expected.xlsx")
    fetched, expected = (
        list(openpyxl.load_workbook(tmp_path / name)["Staff"].values)
        for name in ("fetched.xlsx", "expected.xlsx")
    )
    assert len(fetched) == 5_001
    assert fetched == expected
    cells = page.get_by_role("table", name="Answers").get_by_role("cell").all_inner_texts()
    assert cells[::2] == [f"{report.by_status[k]:,}" for k in ("local", "not_local", "unknown")]
    assert "nonsense" not in page.content()
    page.goto(f"{one_server}/files")
    examine(page, "files-list")
    page.get_by_role("link", name="staff of the contractor.xlsx").click()
    gone = page.url
    follow(page, page.get_by_role("button", name="Remove file and result now"))
    assert page.get_by_role("link", name="staff of the contractor.xlsx").count() == 0
    assert said == []
    page.goto(gone)
    examine(page, "files-gone")
    page.close()


def test_without_scripts_a_wrong_column_can_be_put_right(
    one_server: str, browser: Any, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text("Where,What\r\nCO1 1JB,a\r\n")
    context = browser.new_context(java_script_enabled=False)
    page = patient(context.new_page())
    page.goto(f"{one_server}/files")
    page.get_by_text("Choose column, sheet or day").click()
    page.get_by_label("Column of the postcodes").fill("Ort")
    page.get_by_label("File with a column of postcodes").set_input_files(tmp_path / "list.csv")
    page.get_by_role("button", name="Send and check").click()
    # The page loads itself anew until there is an answer.
    page.get_by_role("button", name="Check by this column").wait_for()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path=PICTURES / "files-wrong-column-desktop.png", full_page=True)
    page.get_by_label("Column of the postcodes").select_option("Where")
    page.get_by_role("button", name="Check by this column").click()
    page.get_by_role("button", name="Download the result").wait_for()
    context.close()


def test_returns_become_figures_with_a_picture(
    one_server: str, browser: Any, tmp_path: Path
) -> None:
    staff, spend = tmp_path / "staff.csv", tmp_path / "spend.csv"
    head = "contract,employee,employer,home_postcode,fte,start_date,end_date,apprentice,disabled\n"
    whole_year = "1,2025-04-01,2026-03-31,no,no"
    homes = ["CO1 1JB"] * 20 + ["IP1 2DE"] * 20
    people = [f"Works,E{n},contractor,{home},{whole_year}" for n, home in enumerate(homes)]
    staff.write_text(head + "\n".join(people) + "\n")
    days = ("2025-05-01", "2025-08-01", "2025-11-01")
    paid = [
        f"Works,S{n},{'CO1 1JB' if n % 2 else 'IP1 2DE'},{100 * (k + 1)},{day},large"
        for k, day in enumerate(days)
        for n in range(20)
    ]
    spend.write_text("contract,supplier,supplier_postcode,amount,date,size\n" + "\n".join(paid))
    page = browser.new_page()
    said = watched(page)
    page.goto(f"{one_server}/measures")
    examine(page, "measures-form")
    page.get_by_label("Returns of staff and spend").set_input_files([staff, spend])
    page.get_by_role("button", name="Count").click()
    table = page.get_by_role("table", name="Figures by quarter")
    table.wait_for()
    # 20 of 40 full-time people are local for the year; half of the money stays local.
    assert table.get_by_role("row").filter(has_text="LOCAL-SPEND").first.inner_text().count("50")
    assert page.get_by_role("img", name="Line chart").evaluate("e => e.naturalWidth") > 0
    examine(page, "measures-result")
    assert said == []
    page.close()
