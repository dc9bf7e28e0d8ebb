"""An Assistant Director goes from the question to the decision in five steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browser_cases import examine, follow, watched
from service_cases import server_in, set_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.browser
SHORTLIST = ("Colchester district", "Whole districts")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("service")
    with server_in(folder, first="/options/district", **set_to(small_tables)) as found:
        yield found


def shows(page: Page, text: str) -> None:
    """Wait until a page that may be on its way says something."""
    page.get_by_text(text).first.wait_for()


def step(page: Page, name: str) -> str:
    """Give the state of a step as its list says it."""
    row = page.get_by_role("listitem").filter(has_text=name)
    return row.locator(".govuk-task-list__status").inner_text().strip()


def approve(page: Page) -> None:
    """Approve the proposal on whose page one is."""
    follow(page, page.get_by_role("button", name="Approve"))
    first = page.get_by_role("group", name="First day")
    for label, value in (("Day", "1"), ("Month", "4"), ("Year", "2030")):
        first.get_by_label(label).fill(value)
    page.get_by_label("Reasons").fill("It holds both halves of the mandate.")
    page.get_by_label("Minute that gives you").fill("Cabinet, 13 February 2019, minute 325")
    follow(page, page.get_by_role("button", name="Check before you approve"))
    shows(page, "This is what you decide")
    follow(page, page.get_by_role("button", name="Approve"))
    assert re.search("/definitions/", page.url)


def test_five_steps_by_mouse(address: str, browser: Browser) -> None:
    page = browser.new_context(base_url=address).new_page()
    said = watched(page)
    page.goto("/")
    follow(page, page.get_by_role("link", name="Choose what is local, in five steps"))
    assert step(page, "Choose a shortlist") == "Not yet"
    examine(page, "steps-begun")
    follow(page, page.get_by_role("link", name="1. State what was resolved"))
    examine(page, "steps-mandate")
    follow(page, page.get_by_role("button", name="Go on to the evidence"))
    examine(page, "steps-evidence")
    follow(page, page.get_by_role("button", name="Go on to the shortlist"))
    page.get_by_label("Colchester district", exact=True).check()
    page.get_by_label(re.compile("^North Essex and South Suffolk")).first.check()
    page.get_by_label(re.compile("^Within 30 minutes"), exact=False).first.check()
    examine(page, "steps-choose")
    follow(page, page.get_by_role("button", name="Show them side by side"))
    shows(page, "The shortlist, side by side")
    examine(page, "steps-shortlist")
    follow(page, page.get_by_role("link", name="The five steps"))
    assert step(page, "Choose a shortlist") == "In progress"
    shows(page, "Chosen so far")
    examine(page, "steps-chosen")
    follow(page, page.get_by_role("link", name="4. Make the report"))
    assert page.get_by_role("checkbox", checked=True).count() == 3
    page.get_by_label("Web page").check()
    follow(page, page.get_by_role("button", name="Make the report"))
    page.get_by_role("heading", name="The report is ready").wait_for()
    examine(page, "steps-report")
    follow(page, page.get_by_role("button", name="Put an option forward with this report"))
    shows(page, "the shortlist of 3 options, with its figures")
    page.get_by_label("Option", exact=True).select_option("districts")
    page.get_by_label("Social value measures").check()
    page.get_by_label("Why it is put forward").fill("Both halves of the mandate are inside.")
    examine(page, "steps-put-forward")
    follow(page, page.get_by_role("button", name="Put forward"))
    shows(page, "Chosen from these options")
    page.get_by_alt_text(re.compile("Map")).evaluate("i => i.decode()")
    examine(page, "steps-proposal")
    number = page.url.rpartition("/")[2]
    with page.expect_download() as saved:
        page.get_by_role("link", name=re.compile("^Report of")).click()
    assert f"proposal-{number}.html" in saved.value.suggested_filename
    page.goto("/steps")
    assert step(page, "Decide") == "In progress"
    follow(page, page.get_by_role("link", name="5. Decide"))
    approve(page)
    page.goto("/steps")
    names = ("resolved", "evidence", "shortlist", "report", "Decide")
    assert [step(page, name) for name in names] == ["Done"] * 5
    examine(page, "steps-done")
    page.goto("/audit")
    shows(page, "complete and unchanged")
    assert said == []


def test_the_same_without_scripts_and_by_keyboard_alone(address: str, browser: Browser) -> None:
    page = browser.new_context(base_url=address, java_script_enabled=False).new_page()
    page.set_default_timeout(90_000)
    page.goto("/steps/shortlist")

    def onto(name: str, role: str = "button") -> None:
        """Go to a control with the Tab key alone."""
        wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
        for _ in range(120):
            page.keyboard.press("Tab")
            if wanted.and_(page.locator(":focus")).count():
                return
        raise AssertionError(f"{name} is not reached")

    def press(key: str) -> None:
        with page.expect_navigation():
            page.keyboard.press(key)

    boxes = page.get_by_role("checkbox")
    titles = [page.locator(f"label[for=option-{n}]").inner_text() for n in (1, 2)]
    assert boxes.count() > 2
    for title in titles:
        onto(title, "checkbox")
        page.keyboard.press("Space")
    press("Enter")
    shows(page, "The shortlist, side by side")
    onto("Put one forward without a report", "link")
    press("Enter")
    onto("Option", "combobox")
    page.keyboard.type(titles[1])
    onto("Social value measures", "radio")
    page.keyboard.press("Space")
    onto("Why it is put forward", "textbox")
    page.keyboard.type("By keyboard")
    if page.get_by_label("Why it leaves out").count():
        onto("Why it leaves out a part of the mandate (only if it does)", "textbox")
        page.keyboard.type("Few commute across the Stour")
    onto("Put forward")
    press("Enter")
    shows(page, "Chosen from these options")
    shows(page, "No report is kept with this proposal")
    onto("Make a report to keep with it", "link")
    press("Enter")
    shows(page, "Once it is ready, you can keep it with")
    page.go_back()
    onto("Comment for the record", "textbox")
    page.keyboard.type("Another is better")
    onto("Withdraw it")
    press("Enter")
    shows(page, "Withdrawn")
