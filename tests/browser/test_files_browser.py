"""An officer sends a workbook of 5,000 rows, watches, and fetches the result."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from browser_cases import (
    examine,
    follow,
    keep_picture,
    overhang,
    patient,
    resize,
    standing_still,
    watched,
)

from localarea.checking.workbooks.workbook import check_workbook
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.service.state.state import State
from localarea.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
    page.get_by_role("button", name="Send file").click()
    page.get_by_role("button", name="Check the file").wait_for()
    examine(page, "files-preview")
    rows = page.get_by_role("region", name="The first rows of “Staff”").get_by_role("row")
    assert rows.count() == 6
    assert rows.nth(1).get_by_role("rowheader").inner_text() == "2"
    page.get_by_label("Codes for programs").check()
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("link", name="See how far it is now").wait_for()
    with standing_still(page):  # which reloads itself once the file is checked
        examine(page, "files-progress")
    page.get_by_role("button", name="Download the result").wait_for()
    examine(page, "files-result")
    page.emulate_media(media="print")
    assert page.get_by_role("table", name="Answers").is_visible()
    for what in ("Another sheet, column or day", "Download these rows", "File and result are"):
        assert not page.get_by_text(what).is_visible(), what  # of no use on paper
    page.emulate_media(media="screen")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download the result").click()
    assert waited.value.suggested_filename == "staff of the contractor.checked.xlsx"
    waited.value.save_as(tmp_path / "fetched.xlsx")

    classifier = State(Settings(definitions_dir=tmp_path / "none")).classifier(BoundaryChoice())
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


def test_without_scripts_a_cover_sheet_and_a_wrong_column_can_be_put_right(
    one_server: str, browser: Any, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active.append(["Source", "Finance system AP/SUP/041"])
    paid = book.create_sheet("Payments")
    paid.append(["Supplier", "Site Postcode", "Reg Post Code", "Net Amount"])
    for number in range(20):
        site = "" if number % 2 else "CO1 1JB"
        paid.append([f"Supplier {number}", site, "IP1 1AA", 100])
    other = book.create_sheet("Framework")
    other.append(["Lot", "Postcode"])
    other.append([1, "CO1 1JB"])
    book.save(tmp_path / "creditors.xlsx")
    context = browser.new_context(java_script_enabled=False)
    page = patient(context.new_page())
    page.goto(f"{one_server}/files")
    page.get_by_label("File with a column of postcodes").set_input_files(
        tmp_path / "creditors.xlsx"
    )
    page.get_by_role("button", name="Send file").click()
    # The page loads itself anew until there is something to look at.
    page.get_by_role("button", name="Check the file").wait_for()
    assert page.get_by_role("radio", name="Payments").is_checked()
    page.get_by_role("radio", name="Framework").check()
    page.get_by_role("button", name="Show this sheet").click()
    page.get_by_role("region", name="The first rows of “Framework”").wait_for()
    page.get_by_role("radio", name="Payments").check()
    page.get_by_role("button", name="Show this sheet").click()
    page.get_by_role("region", name="The first rows of “Payments”").wait_for()
    page.get_by_label("Use first").select_option("Reg Post Code")
    page.get_by_label("If that is blank, use").select_option("Site Postcode")
    page.get_by_role("button", name="Show the rows again").click()
    read = page.get_by_role("row").filter(has_text="Supplier 0").get_by_role("cell").first
    read.get_by_text("IP1 1AA").wait_for()
    page.get_by_label("Day", exact=True).fill("31")
    page.get_by_label("Month", exact=True).fill("2")
    page.get_by_label("Year", exact=True).fill("2026")
    follow(page, page.get_by_role("button", name="Check the file"))
    assert page.get_by_role("link", name="The day must be a real date").count() == 1
    assert page.get_by_label("Use first").input_value() == "Reg Post Code"
    resize(page, 1280, 900)
    keep_picture(page, "files-preview-fault-desktop", full_page=True)
    page.get_by_label("Day", exact=True).fill("1/11/2026")
    for name in ("Month", "Year"):
        page.get_by_label(name, exact=True).fill("")
    page.get_by_label("Use first").select_option("Site Postcode")
    page.get_by_label("If that is blank, use").select_option("Reg Post Code")
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Download the result").wait_for()
    # Ten by their site, which is local, and ten by their office, which is not; 100 pounds each.
    answers = page.get_by_role("table", name="Answers")
    local = answers.get_by_role("row").nth(1).get_by_role("cell").all_inner_texts()
    assert local == ["10", "50.0%", "£1,000.00", "50.0%"]
    resize(page, 320, 800)
    keep_picture(page, "files-result-narrow", full_page=True)
    assert overhang(page) <= 0
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


def test_published_payments_are_counted_on_a_page(
    one_server: str, browser: Any, tmp_path: Path
) -> None:
    april = tmp_path / "april.csv"
    april.write_text(
        "Supplier,Postcode,Payment Date,Expense Type,Net Amount\n"
        "Acme Ltd,CO1 1JB,01/04/2026,Repairs,750.00\n"
        "Beta Ltd,IP1 2DE,02/07/2026,Consultancy,250.00\n"
        "Acme Ltd,CO1 1JB,03/04/2026,Repairs,ten\n"
    )
    page = browser.new_page()
    said = watched(page)
    page.goto(f"{one_server}/spend")
    page.get_by_label("Published payments").set_input_files([april])
    page.get_by_label("Keep the payments with the result").check()
    page.get_by_role("button", name="Count").click()
    table = page.get_by_role("table", name="By quarter")
    table.wait_for()
    assert page.get_by_text("£750.00 of £1,000.00 is local, 75.0%.").is_visible()
    assert page.get_by_text("april.csv, row 4, Net Amount").is_visible()
    for picture in page.get_by_role("main").get_by_role("img").all():
        assert picture.evaluate("e => e.naturalWidth") > 0
    examine(page, "spend-result")
    with page.expect_download() as download:
        page.get_by_role("link", name="Workbook with every row").click()
    assert download.value.suggested_filename == "spend.xlsx"
    page.get_by_role("link", name="All your counts").click()
    assert page.get_by_role("row", name="april.csv").get_by_text("75.0%").is_visible()
    examine(page, "spend-counts")
    page.get_by_role("link", name="april.csv").first.click()
    page.get_by_role("button", name="Remove it now").click()
    assert page.get_by_role("link", name="april.csv").count() == 0
    assert said == []
    page.close()
