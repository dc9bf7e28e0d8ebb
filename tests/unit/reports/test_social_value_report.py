"""The report to Cabinet on social value, on the worked example of docs/contracts.md."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from contract_cases import FIRST, SECOND, enter_the_example
from decisions_cases import ANALYST, NOW

from localarea.contracts.register import contracts, returns
from localarea.contracts.releases import released_series, releases
from localarea.decisions.database import open_database
from localarea.errors import InputError
from localarea.measures.rules import Proxies
from localarea.reports.cabinet.formats.docx import render_docx
from localarea.reports.cabinet.formats.html import render_html
from localarea.reports.cabinet.formats.pdf import render_pdf
from localarea.reports.cabinet.model import (
    Bullets,
    Heading,
    Note,
    Paragraph,
    Picture,
    Report,
    Table,
)
from localarea.reports.contracts.document import social_value_document
from localarea.reports.contracts.facts import SocialValueFacts, read_lessons

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localarea.decisions.database import Database

ON = date(2028, 1, 10)  # after the last return is due


@pytest.fixture(scope="module")
def register(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("example")
    with closing(open_database(f"sqlite:///{folder / 'store.sqlite'}")) as database:
        enter_the_example(database, repository / "docs" / "contracts.md", folder)
        yield database


@pytest.fixture(scope="module")
def report(register: Database) -> Report:
    series = released_series(register, council="colchester", actor=ANALYST, now=NOW)
    with register.reading() as connection:
        kept = contracts(connection, council="colchester")
        sent = {k.contract.reference: returns(connection, k.contract.reference) for k in kept}
    facts = SocialValueFacts(
        tuple(series), tuple(kept), sent, ON, priority=("NT3a", "NT18"),
        lessons=("Ask for fewer measures.",),
        proxies=Proxies(
            "2099", "an invented table", {"NT1": Decimal(1000), "NT18": Decimal("0.5")}
        ),
    )  # fmt: skip
    return social_value_document(facts, author="Colchester City Council", dated=ON)


def table(report: Report, caption: str) -> list[list[str]]:
    (found,) = [b for b in report.blocks if isinstance(b, Table) and caption in b.caption]
    return [[cell.text for cell in row] for row in found.rows]


def text(report: Report) -> str:
    said = []
    for block in report.blocks:
        if isinstance(block, Paragraph):
            said.append(f"{block.lead} {block.text}")
        elif isinstance(block, Bullets):
            said += block.items
        elif isinstance(block, Note):
            said += [block.title, block.text]
    return "\n".join(said)


def test_the_sections_are_those_that_cabinet_asked_for(report: Report) -> None:
    assert [heading.text for heading in report.headings()] == [
        "1. Summary", "2. The indicator", "3. Measures against pledges",
        "4. What it is taken to be worth", "5. The contracts", "6. What was learnt", "7. Method",
        "8. Limits", "9. Sources",
    ]  # fmt: skip
    assert Heading("ROADS: Repair of roads", 2) in report.blocks


def test_the_indicator_is_that_of_the_page_under_each_definition(report: Report) -> None:
    first, second = table(report, f"under {FIRST}, 2"), table(report, f"under {SECOND}, 1")
    assert [row[1] for row in first] == ["66.7", "60.0", "62.5", "0.0", "78.6", "41.7", "58.3"]
    assert [row[2] for row in first] == ["60.0", *["\u2013"] * 6]
    assert [row[3] for row in first] == ["2", "2", "2", "1", "2", "2", "11"]
    assert [row[1] for row in second] == ["90.0", "30.0", "60.0"]
    assert f"58.3% under {FIRST} and 60.0% under {SECOND}; each is shown separately" in text(report)


def test_pledges_stand_against_what_was_delivered_priorities_first(report: Report) -> None:
    rows = table(report, "Measures over all contracts under " + FIRST)
    assert [row[0][:5] for row in rows[:2]] == ["NT3a:", "NT18:"]
    # NT18: 10,000 of ROADS and 7,500 of CARE; pledged 4,000.50 and 2,000.
    assert rows[1][1:] == ["6,000.50", "6,000.50", "17,500.00", "met"]
    # Of ROADS, NT1 rests on two people: pledged, and withheld.
    (one,) = [row for row in table(report, "indicator of ROADS") if row[0].startswith("NT1:")]
    assert one[1:] == ["2.00", "2.00", "withheld", "withheld"]


def test_pledges_are_drawn_and_the_picture_says_what_it_shows(report: Report) -> None:
    pictures = [one for one in report.blocks if isinstance(one, Picture)]
    assert [one.name for one in pictures] == ["indicator.png", "pledges-1.png"]  # PARKS has none
    assert "NT18 17,500.00 of 6,000.50 GBP" in pictures[1].alt
    assert "NT1 withheld, of 2.00 FTE" in pictures[1].alt
    assert all(one.content[:4] == b"\x89PNG" for one in pictures)


def test_money_stands_beside_its_edition_and_source(report: Report) -> None:
    rows = {row[0][:4]: row[1:] for row in table(report, f"Value by proxy under {FIRST}")}
    assert rows["NT18"] == ["17,500.00", "0.50", "8,750.00"]  # 17,500 pounds at 50p each
    assert rows["NT1:"] == ["withheld", "1,000.00", "withheld"]
    assert "Proxy values are those of 2099, an invented table." in text(report)
    assert "No value in pounds" not in text(report)


def test_what_was_learnt_is_what_the_register_shows(report: Report) -> None:
    said = text(report)
    assert "Three contracts, worth \u00a3352,000.00 together." in said  # 250,000 + 90,000 + 12,000
    assert "CARE is at risk. One return is late." in said
    assert "Ask for fewer measures." in said
    assert "Met in full: CARE NT18 and ROADS NT18." in said
    assert "Thirteen" not in said
    assert "13 returns were accepted, and 1 is late." in said  # 6 of ROADS, 5 of CARE, 2 of PARKS
    assert "One return was corrected after being accepted" in said
    assert "No contract pledges a priority of the council: NT3a" in said


def test_the_report_is_a_release_and_shows_no_small_figure(
    report: Report, register: Database
) -> None:
    with register.reading() as connection:
        assert len(releases(connection, "colchester")) == 1
    everything = render_html(report).decode()
    for small in ("1.88", "0.38", "55.6"):  # NT1 and NT2 of ROADS, on two or three people
        assert f">{small}<" not in everything


def test_the_three_formats_are_made_and_alike(report: Report) -> None:
    assert render_pdf(report)[:5] == b"%PDF-"
    assert render_pdf(report) == render_pdf(report)
    assert render_docx(report)[:2] == b"PK"
    assert b"<h1" in render_html(report)


def test_contracts_from_before_their_definition_are_named(
    register: Database, report: Report
) -> None:
    series = released_series(register, council="colchester", actor=ANALYST, now=NOW)
    with register.reading() as connection:
        kept = contracts(connection, council="colchester")
    notes = {one.contract.reference: [] for one in kept} | {"ROADS": ["It begins early."]}
    facts = SocialValueFacts(tuple(series), tuple(kept), {}, ON, notes=notes)
    said = text(social_value_document(facts, author="Council", dated=ON))
    assert "ROADS begins on a day when that definition is not in force." in said
    assert said.count("It begins early.") == 1
    assert "not in force" not in text(report)
    assert "that was in force at their award" not in said + text(report)


def test_a_register_without_contracts_is_reported_too() -> None:
    made = social_value_document(SocialValueFacts((), (), {}, ON), author="Council", dated=ON)
    assert "No contracts have been entered yet." in text(made)
    assert render_pdf(made)[:5] == b"%PDF-"


@pytest.mark.parametrize("said", ["Ask at CO1 1JB.", "a\x07b", "\n".join(["x"] * 51), "x" * 2001])
def test_what_was_learnt_is_refused_if_it_cannot_be_published(said: str) -> None:
    with pytest.raises(InputError):
        read_lessons(said)
