"""An officer checks a borderline supplier, looks closer, writes the letter, and pastes a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browser_cases import (
    PICTURES,
    examine,
    follow,
    keep_picture,
    overhang,
    patient,
    resize,
    watched,
)
from pypdf import PdfReader
from service_cases import served_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_in(tmp_path_factory.mktemp("server")) as found:
        yield found


def printed(page: Any, name: str) -> list[str]:
    """Print a page on A4, and give the text of each sheet of paper."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.pdf"
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "15mm")
    page.pdf(path=str(path), format="A4", margin=margin)
    return [sheet.extract_text() for sheet in PdfReader(path).pages]


def test_a_borderline_answer_leads_to_the_site_and_to_a_letter(address: str, browser: Any) -> None:
    page = browser.new_page()
    said = watched(page)
    page.goto(f"{address}/")
    examine(page, "check-form")
    page.get_by_label("Postcode of the supplier or employee").fill("CO11 1US")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.title().startswith("Local (borderline)")
    examine(page, "check-borderline")
    assert len(printed(page, "check-borderline")) == 1
    page.get_by_label("Grid reference, easting and northing").fill("TM 1050 3200")
    follow(page, page.get_by_role("button", name="Check this point"))
    page.get_by_role("heading", name="The point is inside the area").wait_for()
    examine(page, "check-point")
    page.get_by_text("Make a letter for the supplier").click()
    page.get_by_label("Who the letter is to").fill("Anglian Widgets Ltd")
    follow(page, page.get_by_role("button", name="Make the letter"))
    examine(page, "letter")
    sheets = printed(page, "letter")
    reference = page.locator(".la-letter__reference").inner_text()
    assert len(sheets) == 1
    for text in ("Anglian Widgets Ltd", "CO11 1US is local on", reference, "/letters"):
        assert text in sheets[0]
    assert "Print or save" not in sheets[0]
    page.goto(f"{address}/letters")
    examine(page, "letter-form")
    page.get_by_label("Reference").fill(reference)
    page.get_by_label("Postcode in the letter").fill("co111us")
    follow(page, page.get_by_role("button", name="Verify"))
    page.get_by_role("heading", name="The letter is in the record").wait_for()
    examine(page, "letter-verified")
    assert said == []
    page.close()


def test_without_scripts_a_list_is_answered_and_saved(
    address: str, browser: Any, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = patient(context.new_page())
    page.goto(f"{address}/")
    page.get_by_text("Several postcodes, or another day").click()
    page.get_by_label("Up to 100 postcodes").fill("CO1 1JB\nip11aa\nnonsense\nEH8 8DX")
    page.get_by_label("Day", exact=True).fill("31")
    page.get_by_label("Month", exact=True).fill("2")
    page.get_by_label("Year", exact=True).fill("2026")
    follow(page, page.get_by_role("button", name="Check", exact=True))
    assert page.get_by_role("link", name="The day must be a real date").count() == 1
    page.get_by_label("Month", exact=True).fill("March")
    follow(page, page.get_by_role("button", name="Check", exact=True))
    rows = page.get_by_role("row").all_inner_texts()
    assert [row.split("\t")[1] for row in rows[1:]] == [
        "Local",
        "Not local",
        "Unknown",
        "Not local",
    ]
    assert page.get_by_role("heading", name="4 answers for 31 March 2026").count() == 1
    assert page.url == f"{address}/"
    for width in (1280, 320):
        resize(page, width, 800)
        keep_picture(page, f"check-list-{width}", full_page=True)
        assert overhang(page) <= 0
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download the answers (CSV)").click()
    waited.value.save_as(tmp_path / "answers.csv")
    lines = (tmp_path / "answers.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("CO1 1JB,CO1 1JB,Local,No,")
    context.close()
