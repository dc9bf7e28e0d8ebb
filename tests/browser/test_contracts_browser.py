"""A contract from its entry to the dashboard, by its manager and its supplier, in a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from attack_cases import listening
from browser_cases import browser_open, examine, follow, keep_picture, watched
from contract_cases import FIRST, HERE, THERE, coarse_classifier, published
from signin_cases import oidc, signing_service

from localarea.service import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from localarea.datasets.store import DataStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUARTER = "2026-27 Q1"
HEADER = "contract,supplier,supplier_postcode,amount,date\n"
LOCAL = f"ROADS,S1,{HERE},600,2026-04-30\n"
FAULTY = (
    HEADER + LOCAL + f"ROADS,S2,{THERE},lots,2026-05-01\n"
    f"ROADS,S3,{THERE},300,31 April 2026\nROADS,,{THERE},100,2026-06-30\n"
)
MENDED = (
    HEADER + LOCAL + f"ROADS,S2,{THERE},100,2026-05-01\n"
    f"ROADS,S3,{THERE},200,30 April 2026\nROADS,S4,{THERE},100,2026-06-30\n"
)


@pytest.fixture
def service(
    tmp_path: Path, small_tables: DataStore, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Any]]:
    """Serve with sign-in, on 15 August 2026, where what begins with CO is local."""
    definitions = published(tmp_path / "definitions")
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 8, 15, 12, tzinfo=UTC))
    stated = oidc(jobs_dir=tmp_path / "jobs", requests_per_minute=0, **tables)
    with signing_service(tmp_path, **stated) as client:
        app: Any = client.app
        app.state.localarea.classifier = lambda asked: coarse_classifier(
            definitions.open(asked.definition), asked.definition
        )
        with listening(app) as port:
            yield f"http://127.0.0.1:{port}", app


def opened(browser: Browser, base: str, app: Any = None) -> tuple[Page, list[str]]:
    """Open the pages of somebody: the manager where the application is given, else nobody."""
    context = browser.new_context(base_url=base)
    if app is not None:
        held = app.state.admission
        session = held.sessions.begin("Mo Manager", ("checker",), post="", subject="mo")
        value = held.sessions.write(session)
        context.add_cookies([{"name": held.names.session, "value": value, "url": base}])
    page = context.new_page()
    return page, watched(page, expected="status of 422")


def test_a_contract_is_entered_returned_mended_and_accepted(service: tuple[str, Any]) -> None:
    base, app = service
    with browser_open() as browser:
        manager, said = opened(browser, base, app)
        supplier, heard = opened(browser, base)
        key = _enter(manager)
        _send(supplier, key)
        _accept(manager)
        supplier.goto("/contracts/ROADS")
        assert supplier.get_by_text("Accepted", exact=True).is_visible()
        assert supplier.goto("/monitoring").status == 403  # type: ignore[union-attr]
        assert supplier.goto("/contracts/OTHER").status == 404  # type: ignore[union-attr]
        unexpected = [text for text in heard if "status of 40" not in text]
        assert (said, unexpected) == ([], [])


def _enter(page: Page) -> str:
    page.goto("/contracts")
    examine(page, "contracts-none")
    follow(page, page.get_by_role("button", name="Enter a contract"))
    page.get_by_label("Reference").fill("ROADS")
    page.get_by_role("group", name="First day").get_by_label("Day").fill("31")
    page.get_by_role("group", name="First day").get_by_label("Month").fill("4")
    page.get_by_role("group", name="First day").get_by_label("Year").fill("2026")
    page.get_by_label("Measure 1", exact=True).first.select_option("LOCAL-SPEND")
    page.get_by_label("Target 1", exact=True).fill("lots")
    follow(page, page.get_by_role("button", name="Enter the contract"))
    examine(page, "contracts-form-faults")
    summary = page.get_by_role("alert").inner_text()
    for part in ("what the contract is for", "the supplier", "in pounds", "Pledge 1", "real date"):
        assert part in summary, part
    assert page.get_by_label("Reference").input_value() == "ROADS"
    page.get_by_label("What it is for").fill("Repair of roads")
    page.get_by_label("Supplier").fill("Example Roads Ltd")
    page.get_by_label("Department").fill("Highways")
    page.get_by_label("Value").fill("250,000")
    page.get_by_role("group", name="First day").get_by_label("Day").fill("1")
    for name, text in (("Day", "30"), ("Month", "9"), ("Year", "2027")):
        page.get_by_role("group", name="Last day").get_by_label(name).fill(text)
    page.get_by_label("What local means").select_option(FIRST)
    page.get_by_label("Target 1", exact=True).fill("50")
    page.get_by_label("Measure 2", exact=True).first.select_option("NT18")
    page.get_by_label("Target 2", exact=True).fill("5490")
    page.get_by_label("What is due 1").fill("First apprentice in post")
    page.get_by_label("Day 1, as").fill("30/9/2026")
    follow(page, page.get_by_role("button", name="Enter the contract"))
    assert page.url.endswith("/contracts/ROADS")
    page.get_by_label("Who will hold a key").fill("Example Roads Ltd, Sue Smith")
    follow(page, page.get_by_role("button", name="Let them in"))
    examine(page, "contracts-key-made")
    return page.locator("code").first.inner_text()


def _send(page: Page, key: str) -> None:
    page.goto("/supplier")
    examine(page, "contracts-supplier-in")
    page.get_by_label("Key").fill(key)
    follow(page, page.get_by_role("button", name="Continue"))
    examine(page, "contracts-own")
    follow(page, page.get_by_role("link", name="ROADS"))
    assert page.get_by_role("button", name="Let them in").count() == 0
    follow(page, page.get_by_role("link", name=f"Send the return of {QUARTER}"))
    examine(page, "contracts-send")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Get the workbook").click()
    assert fetched.value.suggested_filename == "return-ROADS-2026-27-Q1.xlsx"
    _choose(page, FAULTY)
    examine(page, "contracts-refused")
    table = page.get_by_role("region", name="Refused, and why").inner_text()
    for part in ("row 3", "row 4", "row 5", "not a number", "not a date", "blank"):
        assert part in table, part
    follow(page, page.get_by_role("link", name="send the whole file again"))
    _choose(page, MENDED)
    assert "The return was received." in page.get_by_role("alert").inner_text()
    assert page.get_by_text("once the contract manager has accepted it").is_visible()
    assert page.get_by_text("60.0").is_visible()  # 600 of 1,000


def _choose(page: Page, text: str) -> None:
    sent: Any = {"name": "spend.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("Return of staff, spend or visits").set_input_files(sent)
    follow(page, page.get_by_role("button", name="Send the return"))


def _accept(page: Page) -> None:
    page.goto("/monitoring")
    examine(page, "contracts-monitoring-before")
    assert page.get_by_role("cell", name="60.0").count() == 0  # what waits does not count
    follow(page, page.get_by_role("link", name="ROADS"))
    follow(page, page.get_by_role("link", name=f"version 2 of {QUARTER}"))
    follow(page, page.get_by_role("button", name="Decide"))
    assert "Choose whether to accept" in page.get_by_role("alert").inner_text()
    examine(page, "contracts-decide")
    page.get_by_label("Accept it").check()
    page.get_by_label("Comment for the supplier").fill("Thank you.")
    follow(page, page.get_by_role("button", name="Decide"))
    examine(page, "contracts-one")
    # NT18 was pledged evenly: 5,490 over 548 days, of which 91 are over on 30 June.
    assert page.get_by_role("cell", name="911.66").is_visible()
    page.emulate_media(media="print")
    keep_picture(page, "contracts-one-paper", full_page=True)
    page.emulate_media(media="screen")
    page.goto("/monitoring")
    assert page.get_by_role("cell", name="60.0").first.is_visible()
    examine(page, "contracts-monitoring")
    follow(page, page.get_by_role("link", name="As it may be published"))
    examine(page, "contracts-monitoring-public")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="web page").click()
    report = downloading.value.path().read_text(encoding="utf-8")
    assert "60.0% under" in report  # the share of spend that is local, as on the page
