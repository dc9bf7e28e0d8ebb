"""A contract from its entry to the dashboard, by its manager and its supplier, in a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from browser_cases import examine, follow, keep_picture, overhang, watched
from contract_cases import FIRST, HERE, THERE, coarse_classifier, published
from service_cases import listening
from signin_cases import oidc, signing_service

from localarea.service.state import clock

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


def opened(browser: Browser, base: str, app: Any = None, **context: Any) -> tuple[Page, list[str]]:
    """Open the pages of somebody: the manager where the application is given, else nobody."""
    made = browser.new_context(base_url=base, **context)
    if app is not None:
        held = app.state.admission
        session = held.sessions.begin("Mo Manager", ("checker",), post="", subject="mo")
        value = held.sessions.write(session)
        made.add_cookies([{"name": held.names.session, "value": value, "url": base}])
    page = made.new_page()
    return page, watched(page, expected="status of 422")


def test_a_contract_is_entered_returned_mended_and_accepted(
    service: tuple[str, Any], browser: Browser
) -> None:
    base, app = service
    manager, said = opened(browser, base, app)
    supplier, heard = opened(browser, base)
    key = _enter(manager)
    _send(supplier, key)
    _accept(manager)
    _report(manager)
    _take_out_and_in(manager)
    supplier.goto("/contracts/ROADS")
    assert supplier.get_by_text("Accepted", exact=True).is_visible()
    for place in ("/monitoring", "/import-contracts", "/enter-contract", "/monitoring/reports"):
        assert supplier.goto(place).status == 403  # type: ignore[union-attr]
    assert supplier.goto("/contracts/OTHER").status == 404  # type: ignore[union-attr]
    unexpected = [text for text in heard if "status of 40" not in text]
    assert (said, unexpected) == ([], [])


def test_the_whole_journey_works_on_a_phone_without_script(
    service: tuple[str, Any], browser: Browser
) -> None:
    base, app = service
    phone = {"java_script_enabled": False, "viewport": {"width": 375, "height": 800}}
    manager, _ = opened(browser, base, app, **phone)
    supplier, _ = opened(browser, base, **phone)
    key = _enter(manager, look=False)
    _send(supplier, key, look=False)
    _accept(manager, look=False)
    _report(manager, look=False)


def _fill_days(page: Page, name: str, *parts: str) -> None:
    for label, text in zip(("Day", "Month", "Year"), parts, strict=True):
        page.get_by_role("group", name=name).get_by_label(label).fill(text)


def _enter(page: Page, *, look: bool = True) -> str:
    page.goto("/contracts")
    _look(page, "contracts-none", look)
    follow(page, page.get_by_role("button", name="Enter a contract"))
    _look(page, "contracts-form", look)
    page.get_by_label("Reference").fill("ROADS")
    _fill_days(page, "First day", "31", "4", "2026")
    follow(page, page.get_by_role("button", name="Continue"))
    _look(page, "contracts-form-faults", look)
    summary = page.get_by_role("alert").inner_text()
    for part in ("what the contract is for", "the supplier", "in pounds", "real date", "last day"):
        assert part in summary, part
    assert page.get_by_label("Reference").input_value() == "ROADS"
    page.get_by_label("What it is for").fill("Repair of roads")
    page.get_by_label("Supplier").fill("Example Roads Ltd")
    page.get_by_label("Department").fill("Highways")
    page.get_by_label("Value").fill("250,000")
    _fill_days(page, "First day", "1", "4", "2026")
    _fill_days(page, "Last day", "30", "9", "2027")
    page.get_by_label("Value").press("Enter")  # as by the button
    page.get_by_label("Definition").select_option(FIRST)
    _look(page, "contracts-form-local", look)
    follow(page, page.get_by_role("button", name="Continue"))
    first = page.get_by_role("group", name="Pledge 1")
    first.get_by_label("Measure").select_option("LOCAL-SPEND")
    first.get_by_label("Target").fill("lots")
    follow(page, page.get_by_role("button", name="Add another pledge"))
    second = page.get_by_role("group", name="Pledge 2")
    second.get_by_label("Measure").select_option("NT18")
    second.get_by_label("Target").fill("5490")
    follow(page, page.get_by_role("button", name="Continue"))
    assert "Pledge 1" in page.get_by_role("alert").inner_text()
    _look(page, "contracts-form-pledges", look)
    first.get_by_label("Target").fill("50")
    follow(page, page.get_by_role("button", name="Continue"))
    page.get_by_label("What is due").fill("First apprentice in post")
    page.get_by_label("Day, such as").fill("30/9/2026")
    _look(page, "contracts-form-milestones", look)
    follow(page, page.get_by_role("button", name="Continue"))
    _look(page, "contracts-form-check", look)
    follow(page, page.get_by_role("button", name="Enter the contract"))
    assert page.url.endswith("/contracts/ROADS")
    assert page.get_by_text("Not to be published").count() == 0  # there is no figure yet
    page.get_by_label("Who will hold a key").fill("Example Roads Ltd, Sue Smith")
    follow(page, page.get_by_role("button", name="Let them in"))
    _look(page, "contracts-key-made", look)
    return page.locator("code").first.inner_text()


def _look(page: Page, name: str, look: bool) -> None:
    """Examine a page, wide and narrow; without script only whether it fits."""
    if look:
        examine(page, name)
    else:
        keep_picture(page, f"{name}-plain", full_page=True)
        assert overhang(page) <= 0, name


def _send(page: Page, key: str, *, look: bool = True) -> None:
    page.goto("/supplier")
    _look(page, "contracts-supplier-in", look)
    page.get_by_label("Key").fill(key)
    follow(page, page.get_by_role("button", name="Continue"))
    _look(page, "contracts-own", look)
    follow(page, page.get_by_role("link", name="ROADS"))
    assert page.get_by_role("button", name="Let them in").count() == 0
    follow(page, page.get_by_role("link", name=f"Send the return of {QUARTER}"))
    _look(page, "contracts-send", look)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Get the workbook").click()
    assert fetched.value.suggested_filename == "return-ROADS-2026-27-Q1.xlsx"
    _choose(page, FAULTY)
    _look(page, "contracts-refused", look)
    table = page.get_by_role("region", name="Refused, and why").inner_text()
    for part in ("row 3", "row 4", "row 5", "not a number", "not a date", "blank"):
        assert part in table, part
    follow(page, page.get_by_role("link", name="send the whole file again"))
    _choose(page, MENDED)
    assert page.get_by_text("The return was received.").is_visible()
    assert page.get_by_text("once the contract manager has accepted it").is_visible()
    assert page.get_by_text("60.0").is_visible()  # 600 of 1,000


def _choose(page: Page, text: str) -> None:
    sent: Any = {"name": "spend.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("Return of staff, spend or visits").set_input_files(sent)
    follow(page, page.get_by_role("button", name="Send the return"))


def _accept(page: Page, *, look: bool = True) -> None:
    page.goto("/monitoring")
    _look(page, "contracts-monitoring-before", look)
    assert page.get_by_role("cell", name="60.0").count() == 0  # what waits does not count
    follow(page, page.get_by_role("link", name="ROADS"))
    follow(page, page.get_by_role("link", name=f"version 2 of {QUARTER}"))
    follow(page, page.get_by_role("button", name="Decide"))
    assert page.get_by_role("link", name="Choose whether to accept").is_visible()
    _look(page, "contracts-decide", look)
    page.get_by_label("Accept it").check()
    page.get_by_label("Comment for the supplier").fill("Thank you.")
    follow(page, page.get_by_role("button", name="Decide"))
    _look(page, "contracts-one", look)
    assert page.get_by_text("Not to be published").is_visible()
    # NT18 was pledged evenly: 5,490 over 548 days, of which 91 are over on 30 June.
    assert page.get_by_role("cell", name="911.66").is_visible()
    if look:
        page.emulate_media(media="print")
        keep_picture(page, "contracts-one-paper", full_page=True)
        page.emulate_media(media="screen")
    page.goto("/monitoring")
    assert page.get_by_role("cell", name="60.0").first.is_visible()
    _look(page, "contracts-monitoring", look)
    follow(page, page.get_by_role("link", name="As it may be published"))
    _look(page, "contracts-monitoring-public", look)


def _report(page: Page, *, look: bool = True) -> None:
    page.goto("/monitoring")
    follow(page, page.get_by_role("link", name="Enter proxy values"))
    page.get_by_label("NT18").fill("0.50")
    follow(page, page.get_by_role("button", name="Use these values"))
    assert page.get_by_role("link", name="Enter the edition").is_visible()
    _look(page, "contracts-proxy-values", look)
    page.get_by_label("Edition").fill("2099")
    page.get_by_label("Source").fill("an invented table")
    follow(page, page.get_by_role("button", name="Use these values"))
    assert page.get_by_role("cell", name="£300.00").is_visible()  # 600 pounds at 50p each
    follow(page, page.get_by_role("button", name="Make or open a report"))
    page.get_by_label("What was learnt").fill("Ask for returns earlier.")
    _look(page, "contracts-report-ask", look)
    follow(page, page.get_by_role("button", name="Make the report"))
    link = page.get_by_role("button", name="Save the report (web page")
    link.wait_for()  # the page loads itself again until then
    _look(page, "contracts-report-made", look)
    with page.expect_download() as downloading:
        link.click()
    report = downloading.value.path().read_text(encoding="utf-8")
    for part in ("60.0% under", "Ask for returns earlier.", "2099, an invented table", "300.00"):
        assert part in report, part


def _take_out_and_in(page: Page) -> None:
    page.goto("/contracts")
    follow(page, page.get_by_role("link", name="Get or send contracts as tables"))
    examine(page, "contracts-import")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Excel with all figures").click()
    path = downloading.value.path()
    book: Any = {"name": "register.xlsx", "mimeType": "application/octet-stream",
                 "buffer": path.read_bytes()}  # fmt: skip
    _look_at(page, book)
    assert page.get_by_text("There is nothing to enter").is_visible()
    rows = "contract,measure,unit,target\nPARKS,NT1,weeks,x\nOTHER,NT18,GBP,1\n"
    terms = (
        "reference,title,supplier,department,value,first_day,last_day,definition\n"
        "PARKS,Care of parks,Example Green Ltd,Leisure,12000,2026-04-01,2027-03-31,"
        f"{FIRST}\n"
    )
    _look_at(page, _csv("contracts", terms), _csv("pledges", rows))
    examine(page, "contracts-import-faults")
    told = page.get_by_role("region", name="What is wrong").inner_text()
    for part in ("pledges.csv", "unit", "target", "no such contract"):
        assert part in told, part
    good = "contract,measure,unit,target\nPARKS,NT1,FTE,2\n"
    _look_at(page, _csv("contracts", terms), _csv("pledges", good))
    examine(page, "contracts-import-preview")
    follow(page, page.get_by_role("button", name="Enter all of it"))
    examine(page, "contracts-import-done")
    follow(page, page.get_by_role("link", name="PARKS"))
    assert page.get_by_role("heading", name="Care of parks").is_visible()


def _csv(name: str, text: str) -> dict[str, Any]:
    return {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": text.encode()}


def _look_at(page: Page, *sent: Any) -> None:
    page.goto("/import-contracts")
    page.get_by_label("Tables of contracts").set_input_files(list(sent))
    follow(page, page.get_by_role("button", name="Look at what will be entered"))
