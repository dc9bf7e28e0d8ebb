"""An Assistant Director goes from the question to the decision in five steps."""

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from barrier_cases import barriers
from browser_cases import (
    PICTURES,
    examine,
    follow,
    keep_picture,
    overhang,
    patient,
    resize,
    wait_until_drawn,
    watched,
)
from service_cases import on, served_in
from walking import ByKeyboard, Pointing, laid_out_wrongly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from localarea.datasets.store import DataStore

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("pictures_once")]
_YEARS = count(2030)
REPORT = "/report/made?option=district&option=districts&option=drive-30&form=html"
BOXES = (
    "Colchester district",
    re.compile("^North Essex and South Suffolk"),
    re.compile("^Within 30 minutes"),
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("service")
    with served_in(folder, first="/options/district", **on(small_tables)) as found:
        for _ in range(200):  # the report takes longest by far: it is made once for every walk
            if httpx.get(found + REPORT, timeout=300).status_code == 200:
                break
            time.sleep(1)
        yield found


def shows(page: Page, text: str) -> None:
    """Wait until a page that may be on its way says something."""
    page.get_by_text(text).first.wait_for()


def step(page: Page, name: str) -> str:
    """Give the state of a step as its list says it."""
    row = page.get_by_role("listitem").filter(has_text=name)
    return row.locator(".govuk-task-list__status").inner_text().strip()


@dataclass
class Journey:
    """One walk from the question to the decision; ``look`` is called on every page of it."""

    by: Pointing | ByKeyboard
    look: Callable[[str], None]
    # In which the definition begins: each walk supersedes the one before, in whichever order.
    year: int = field(default_factory=lambda: next(_YEARS))

    def control(self, role: Any, name: str | re.Pattern[str]) -> Locator:
        """Give a control of the page; a name of a link or a button is one from its beginning."""
        return self.by.page.get_by_role(role, name=name, exact=isinstance(name, str)).first

    def link(self, name: str) -> None:
        """Follow a link."""
        self.by.use(self.control("link", name))

    def button(self, name: str) -> None:
        """Press a button."""
        self.by.use(self.control("button", name))

    def to_the_shortlist(self) -> None:
        """Take the first three steps."""
        self.link("1. State what was resolved")
        self.look("mandate")
        self.button("Go on to the evidence")
        self.look("evidence")
        self.button("Go on to the shortlist")
        for name in BOXES:
            self.by.tick(self.control("checkbox", name))
        self.look("choose")
        self.button("Show them side by side")
        shows(self.by.page, "The shortlist, side by side")
        self.look("shortlist")

    def to_the_proposal(self) -> None:
        """Make the report, and put an option forward with it."""
        page = self.by.page
        self.button("Go on to the report")
        assert page.get_by_role("checkbox", checked=True).count() == len(BOXES)
        self.by.tick(page.get_by_label("Web page"))
        self.look("report-form")
        self.button("Make the report")
        page.get_by_role("heading", name="The report is ready").wait_for()
        self.look("report")
        self.button("Put an option forward with this report")
        shows(page, "the shortlist of 3 options, with its figures")
        option = page.get_by_label("Option", exact=True)
        self.by.choose(option, option.locator("[value=districts]").inner_text())
        assert page.get_by_label("Social value measures").is_checked()  # for nothing else
        self.by.fill(page.get_by_label("Why it is put forward"), "Both halves are inside.")
        self.look("put-forward")
        self.button("Put forward")
        shows(page, "Chosen from these options")
        self.look("proposal")

    def to_the_definition(self) -> None:
        """Approve it."""
        page = self.by.page
        self.button("Approve")
        first = page.get_by_role("group", name="First day")
        for label, value in (("Day", "1"), ("Month", "4"), ("Year", str(self.year))):
            self.by.fill(first.get_by_label(label), value)
        replaces = page.get_by_label("Definition that this one replaces")
        if replaces.locator("option").count() > 1:
            self.by.choose(replaces, replaces.locator("option").last.inner_text())
        self.by.fill(page.get_by_label("Reasons"), "It holds both halves of the mandate.")
        minute = "Cabinet, 13 February 2019, minute 325"
        self.by.fill(page.get_by_label("Minute that gives you"), minute)
        self.look("approve")
        self.button("Check before you approve")
        shows(page, "This is what you decide")
        self.look("confirm")
        self.button("Approve")
        assert re.search("/definitions/", page.url)
        shows(page, "The proposal it came from")
        assert page.get_by_role("link", name=re.compile("^Report of")).count() == 1
        self.look("definition")


def test_five_steps_by_mouse_and_on_paper(
    tmp_path: Path, small_tables: DataStore, browser: Browser
) -> None:
    """Walk in a service in which nobody has taken a step yet."""
    with served_in(tmp_path, first="/options/district", **on(small_tables)) as address:
        _by_mouse_and_on_paper(address, browser)


def _by_mouse_and_on_paper(address: str, browser: Browser) -> None:
    page = browser.new_context(base_url=address).new_page()
    said, seen = watched(page), dict[str, str]()

    def look(name: str) -> None:
        wait_until_drawn(page)
        examine(page, f"steps-{name}", ["desktop"])  # the walk on a phone looks at the others
        assert laid_out_wrongly(page) == [], name
        seen[name] = page.url

    page.goto("/")
    follow(page, page.get_by_role("link", name="Choose what is local, in five steps"))
    assert step(page, "Choose a shortlist") == "Not yet"
    look("begun")
    walk = Journey(Pointing(page), look)
    walk.to_the_shortlist()
    follow(page, page.get_by_role("link", name="The five steps"))
    assert step(page, "Choose a shortlist") == "In progress"
    shows(page, "Chosen so far")
    look("chosen")
    page.go_back()
    walk.to_the_proposal()
    number = page.url.rpartition("/")[2]
    with page.expect_download() as saved:
        page.get_by_role("link", name=re.compile("^Report of")).click()
    assert f"proposal-{number}.html" in saved.value.suggested_filename
    page.goto("/steps")
    assert step(page, "Decide") == "In progress"
    follow(page, page.get_by_role("link", name="5. Decide"))
    walk.to_the_definition()
    page.goto("/steps")
    names = ("resolved", "evidence", "shortlist", "report", "Decide")
    assert [step(page, name) for name in names] == ["Done"] * 5
    look("done")
    page.goto("/audit")
    shows(page, "complete and unchanged")
    assert said == []
    confirmed = seen.pop("confirm")  # is the answer to a form, and has no address
    assert confirmed.endswith("/approve")
    print_each(page, seen)


def print_each(page: Page, addresses: dict[str, str]) -> None:
    """Print pages on A4, and hold what is printed to account."""
    from pypdf import PdfReader

    PICTURES.mkdir(parents=True, exist_ok=True)
    page.emulate_media(media="print")
    resize(page, 718, 1000)  # A4 within its margins
    for name, address in addresses.items():
        page.goto(address)
        wait_until_drawn(page)
        assert overhang(page) <= 0, name
        assert laid_out_wrongly(page) == [], name
        over = "all => all.map(one => one.scrollWidth - one.clientWidth)"
        assert max([0, *page.locator(".la-scroll").evaluate_all(over)]) <= 0, name
        paper = PICTURES / f"steps-{name}.pdf"
        page.pdf(path=paper, format="A4", print_background=True)
        printed = PdfReader(paper).pages[0].extract_text()  # to read a map takes a second
        text = unicodedata.normalize("NFKC", printed)  # some fonts join two letters
        heading = page.get_by_role("heading", level=1).inner_text()
        assert "".join(heading.split()) in "".join(text.split()), name


def test_the_same_at_400_per_cent_by_keyboard(address: str, browser: Browser) -> None:
    """A window of 1,280 pixels at 400% is one of 320."""
    page = browser.new_context(base_url=address, viewport={"width": 320, "height": 256}).new_page()
    said = watched(page)

    def look(name: str) -> None:
        kept(page, f"steps-400-{name}")
        assert barriers(page) == [], name

    page.goto("/steps")
    walk = Journey(ByKeyboard(page), look)
    walk.to_the_shortlist()
    walk.to_the_proposal()
    walk.to_the_definition()
    assert said == []


def test_the_same_by_keyboard_without_scripts(address: str, browser: Browser) -> None:
    page = patient(browser.new_context(base_url=address, java_script_enabled=False).new_page())
    page.goto("/steps")
    walk = Journey(ByKeyboard(page), lambda name: kept(page, f"steps-plain-{name}"))
    walk.to_the_shortlist()
    walk.link("Put one forward without a report")
    page.go_back()
    walk.to_the_proposal()
    walk.to_the_definition()


def test_the_same_on_a_phone(address: str, browser: Browser) -> None:
    page = browser.new_context(
        base_url=address,
        viewport={"width": 375, "height": 800},
        has_touch=True,
        is_mobile=True,
    ).new_page()
    said = watched(page)
    page.goto("/steps")
    by = Pointing(page, touch=True)

    def look(name: str) -> None:
        kept(page, f"steps-phone-{name}")
        assert barriers(page) == [], name

    walk = Journey(by, look)
    walk.to_the_shortlist()
    walk.to_the_proposal()
    walk.to_the_definition()
    page.goto("/steps")
    kept(page, "steps-phone-done")
    assert said == []


def kept(page: Page, name: str) -> None:
    """Keep a picture of a page, and hold its layout to account."""
    keep_picture(page, name, full_page=True)
    assert overhang(page) <= 0, name
    assert laid_out_wrongly(page) == [], name


def test_a_proposal_without_a_report_is_withdrawn(address: str, browser: Browser) -> None:
    page = patient(browser.new_context(base_url=address, java_script_enabled=False).new_page())
    page.goto("/decisions/new?shortlist=district&shortlist=drive-30&option=district")
    by = ByKeyboard(page)
    by.fill(page.get_by_label("Why it is put forward"), "By keyboard")
    by.fill(page.get_by_label("Why it leaves out"), "Few commute across the Stour")
    by.use(page.get_by_role("button", name="Put forward"))
    shows(page, "No report is kept with this proposal")
    by.use(page.get_by_role("link", name="Make a report to keep with it"))
    shows(page, "Once it is ready, you can keep it with")
    page.go_back()
    by.fill(page.get_by_label("Comment for the record"), "Another is better")
    by.use(page.get_by_role("button", name="Withdraw it"))
    shows(page, "Withdrawn")
