"""A browser puts an option forward, approves it, supersedes it and withdraws what followed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browser_cases import examine, wait_until_drawn, watched
from service_cases import on, served_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("service")
    with served_in(folder, first="/options/district", **on(small_tables)) as found:
        yield found


@pytest.fixture(scope="module")
def page(address: str, browser: Browser) -> Iterator[Page]:
    opened = browser.new_context(base_url=address).new_page()
    said = watched(opened)
    yield opened
    # A form sent back with a fault is answered by 422 or 409, of which the browser tells.
    assert [text for text in said if not re.search(r"status of (422|409)", text)] == []


def shows(page: Page, text: str) -> None:
    """Wait until a page that may be on its way says something."""
    page.get_by_text(text).first.wait_for()


LEFT_OUT = "Few commute across the Stour, and the figures show it."


def put_forward(page: Page, option: str) -> None:
    page.goto("/decisions")
    page.get_by_role("button", name="Put an option forward").click()
    page.get_by_label("Option", exact=True).select_option(option)
    page.get_by_label("Social value measures").check()
    page.get_by_label("Why it is put forward").fill("As the minute suggests.\nSee the figures.")
    if option == "ttwa-official":
        page.get_by_label("Why it leaves out a part of the mandate").fill(LEFT_OUT)
    examine(page, "decisions-new")
    page.get_by_role("button", name="Put forward").click()
    page.wait_for_url(re.compile(r"/decisions/\d+$"))


def approve(page: Page, year: str, supersedes: str = "") -> str:
    page.get_by_role("button", name="Approve").click()
    assert page.get_by_label("Reference of the definition").input_value() == ""
    first = page.get_by_role("group", name="First day")
    for label, value in (("Day", "1"), ("Month", "4"), ("Year", year)):
        first.get_by_label(label).fill(value)
    if year == "2026":
        page.get_by_label("Why it begins in the past").fill("Contracts of the year rest on it")
    if page.get_by_label("Why it leaves out a part of the mandate").count():
        page.get_by_label("Why it leaves out a part of the mandate").fill(LEFT_OUT)
    page.get_by_label("Reasons").fill("Travel to work and labour market criteria")
    page.get_by_label("Minute that gives you").fill("Cabinet, 13 February 2019, minute 325")
    page.get_by_label("Definition that this one replaces").select_option(supersedes)
    examine(page, "decisions-approve")
    page.get_by_role("button", name="Check before you approve").click()
    shows(page, "This is what you decide")
    examine(page, "decisions-confirm")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url(re.compile("/definitions/"))
    name = page.url.rpartition("/")[2]
    assert name.startswith(f"colchester-measure-{year}.")  # the year in which it begins
    return name


def test_from_putting_forward_to_superseding(page: Page) -> None:
    put_forward(page, "ttwa-official")
    page.get_by_label("Comment for the record").fill("Does it hold Ipswich?")
    page.get_by_role("button", name="Comment", exact=True).click()
    shows(page, "Does it hold Ipswich?")
    examine(page, "decisions-one")
    first = approve(page, "2026")
    shows(page, "until further notice")
    wait_until_drawn(page)
    page.get_by_text("What the approver saw").scroll_into_view_if_needed()
    examine(page, "definition")
    page.goto("/decisions")
    page.get_by_role("link", name=re.compile("labour market")).click()
    shows(page, "What the approver saw")
    wait_until_drawn(page)
    examine(page, "decisions-approved")

    put_forward(page, "districts")
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Check before you approve").click()
    shows(page, "There is a problem")
    examine(page, "decisions-fault")
    page.get_by_role("link", name=re.compile(r"^Proposal \d+$")).click()
    second = approve(page, "2030", supersedes=first)
    assert second != first
    page.goto(f"/definitions/{first}")
    shows(page, "to 31 March 2030")

    page.goto(f"/definitions/{second}/withdraw")
    for label, value in (("Day", "1"), ("Month", "4"), ("Year", "2031")):
        page.get_by_label(label).fill(value)
    page.get_by_label("Reasons").fill("The council decided otherwise")
    examine(page, "definition-withdraw")
    page.get_by_role("button", name="Withdraw it").click()
    page.wait_for_url(re.compile(f"/definitions/{re.escape(second)}$"))
    shows(page, "with effect from 1 April 2031")

    page.goto("/definitions")
    for label, value in (("Day", "31"), ("Month", "3"), ("Year", "2030")):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Show").click()
    assert first in page.get_by_role("status").inner_text()
    examine(page, "definitions")
    page.goto("/decisions")
    examine(page, "decisions")
    page.goto("/audit")
    shows(page, "complete and unchanged")
    examine(page, "audit")


def test_it_is_done_by_keyboard_alone(page: Page) -> None:
    page.goto("/decisions/new")
    page.get_by_label("Option", exact=True).focus()
    page.keyboard.press("ArrowDown")  # none is chosen until one is
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.type("The district alone was asked about.")  # it holds nothing of South Suffolk
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/decisions/\d+$"))
    shows(page, "By keyboard")
