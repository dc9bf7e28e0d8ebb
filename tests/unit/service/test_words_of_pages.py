"""Words of pages and of the report: times, differences, and what does not choose."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from localarea.comparison.figure_catalogue import FIGURES, name_anchor
from localarea.comparison.findings import all_pass
from localarea.comparison.robustness import minutes_beside
from localarea.contracts.progress import _amount as standing_amount
from localarea.options.by_name.any_council import plain_council
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.records import Option
from localarea.reports.cabinet.changes import changes
from localarea.reports.cabinet.criteria import LABOUR_MARKET
from localarea.reports.cabinet.model import Table
from localarea.reports.cabinet.sensitivity import _by_letter
from localarea.reports.cabinet.summary import criteria_table
from localarea.reports.cabinet.wording import change
from localarea.reports.contracts.figures import amount
from localarea.reports.print_maps.map_parts import tables_of
from localarea.service.pages.rendering import _templates
from localarea.service.pages.words import say_day, say_money, say_number, say_share, say_time
from localarea.service.state import clock
from localarea.spend.payments import in_pounds, spoken


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("2026-01-05T09:07:00+00:00", "5 January 2026 at 9:07am"),  # winter: as kept
        ("2026-07-05T09:07:00+00:00", "5 July 2026 at 10:07am"),  # summer: an hour later
        ("2026-07-05T23:30:00+00:00", "6 July 2026 at 12:30am"),
        ("2026-03-29T00:59:00+00:00", "29 March 2026 at 12:59am"),  # the clocks go forward at 1am
        ("2026-03-29T01:00:00+00:00", "29 March 2026 at 2:00am"),
        ("2026-12-01T12:00:00+00:00", "1 December 2026 at 12:00pm"),
        ("2026-12-01T13:05:00+01:00", "1 December 2026 at 12:05pm"),
    ],
)
def test_times_are_those_of_clocks_in_the_united_kingdom(kept: str, said: str) -> None:
    assert say_time(kept) == said
    assert say_day(kept) == said.partition(" at ")[0]  # of a letter, say


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ((2027, 3, 31, 22, 59), "2027-03-31"),
        ((2027, 3, 31, 23, 0), "2027-04-01"),  # midnight of summer time
        ((2027, 3, 27, 23, 30), "2027-03-27"),  # the night before the clocks go forward
        ((2027, 3, 28, 23, 30), "2027-03-29"),
        ((2027, 10, 30, 23, 30), "2027-10-31"),
        ((2027, 10, 31, 23, 30), "2027-10-31"),  # they went back at 1am UTC
        ((2028, 2, 28, 23, 59), "2028-02-28"),
        ((2028, 2, 29, 0, 0), "2028-02-29"),
    ],
)
def test_a_day_begins_at_midnight_in_the_united_kingdom(
    monkeypatch: pytest.MonkeyPatch, moment: tuple[int, ...], day: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(*moment, tzinfo=UTC))
    assert (clock.today(), str(clock.day())) == (day, day)


@pytest.mark.parametrize(
    ("before", "after", "kind", "said"),
    [
        (10061.6, 11369.4, "count", "+1,307"),  # 10,062 and 11,369 are shown, not +1,308
        (13.49, 22.51, "count", "+10"),  # 13 and 23
        (0.76549, 0.75951, "share", "\N{MINUS SIGN}0.5 points"),  # 76.5% and 76.0%
        (0.5, 0.50001, "share", "0 points"),
        (float("nan"), 1.0, "count", "\N{EN DASH}"),
    ],
)
def test_differences_of_the_report_are_those_of_what_is_shown(
    before: float, after: float, kind: Any, said: str
) -> None:
    assert change(before, after, kind) == said


def facts(validity: list[float]) -> Any:
    """Two options with these scores on the official test, and nothing else."""
    options = [Option(i, i.upper(), "district", "msoa11", ("E1",), "Norwich") for i in ("x", "y")]
    return SimpleNamespace(
        council=plain_council("Norwich"),
        options=options,
        letters={"x": "A", "y": "B"},
        metrics=pd.DataFrame({"validity": validity}, index=["x", "y"]),
        in_its_year=lambda text, _figure: text,
        counted_from="",
    )


def row_and_note(validity: list[float]) -> tuple[list[str], list[bool], str]:
    table = criteria_table(facts(validity))
    (row,) = table.rows
    return [cell.text for cell in row], [cell.strong for cell in row], table.note


def test_a_test_that_all_pass_chooses_none() -> None:
    texts, strong, note = row_and_note([1.0, 1.124])
    assert (texts[1:], any(strong)) == (["1.000", "1.124", "all pass"], False)
    assert "does not choose between them" in note


def test_a_test_that_some_fail_chooses() -> None:
    texts, strong, note = row_and_note([0.999, 1.124])
    assert (texts[1:], strong[1:]) == (["0.999", "1.124", "B"], [False, True, False])
    assert "does not choose" not in note


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        ([True, True, True], "All 3 options pass the official test of a labour market"),
        ([True, True], "Both options pass the official test of a labour market"),
        ([True, True, False], ""),
        ([True], ""),  # one option is no choice
    ],
)
def test_what_all_pass_is_said_not_to_choose(passed: list[bool], said: str) -> None:
    sentence = all_pass(pd.DataFrame({"valid": passed}))
    assert sentence.startswith(said)
    assert ("does not choose" in sentence) is bool(said)
    assert bool(sentence) is bool(said)


def test_the_score_is_explained_with_its_thresholds() -> None:
    score = next(f for f in FIGURES if f.name == "validity")
    for words in ("66.7%", "75%", "25,000", "3,500", "in one piece"):
        assert words in score.definition
    assert LABOUR_MARKET[2].name == "validity"


def test_no_figure_speaks_of_the_anchor_once_it_is_named() -> None:
    named = [name_anchor(figure, "Norwich") for figure in FIGURES]
    assert [f.name for f in named if "anchor" in (f.heading + f.definition).lower()] == []
    assert sum("Norwich" in f.heading for f in named) == 5  # workers, jobs, three of minutes


def test_a_title_stands_once_for_the_rows_of_an_option() -> None:
    frame = pd.DataFrame(
        {
            "option": ["y", "y"],
            "district": ["Broadland", "Breckland"],
            "change": ["gained", "lost"],
            **dict.fromkeys(
                (
                    "zones",
                    "population_2021",
                    "jobs",
                    "enterprises_2022",
                    "commuters_to_anchor",
                    "commuters_from_anchor",
                ),
                1.0,
            ),
        }
    )
    held = facts([1.0, 1.0])
    held.comparison = SimpleNamespace(changes=frame)
    held.industries = pd.DataFrame({"x": [1.0], "y": [2.0]}, index=["Health"])
    held.label = lambda i: f"{held.letters[i]}. {i.upper()}"
    table = next(block for block in changes(held) if isinstance(block, Table))
    assert [row[0].text for row in table.rows] == ["B. Y", "B"]


def test_letters_stand_for_titles_where_there_is_little_room() -> None:
    said = _by_letter(facts([1.0, 1.0]), "Inside by “Y”; outside by “X” and its link.")
    assert said == "Inside by option B; outside by option A and its link."


@pytest.mark.parametrize(
    ("option_id", "timed"), [("district", False), ("drive-30", True), ("composite", True)]
)
def test_maps_of_minutes_name_the_tables_of_the_roads(option_id: str, timed: bool) -> None:
    option = option_zones(option_id, read_council("colchester"))
    assert any(name.startswith("roads_") for name in tables_of([option])) is timed


@pytest.mark.parametrize(
    ("minutes", "limit", "said"),
    [
        (30.3, 30, " (just over 30)"),  # not 30, of a zone outside 30 minutes
        (30.0, 30, " (30)"),
        (29.6, 30, " (30)"),
        (30.5, 30, " (31)"),
        (30.3, float("inf"), " (30)"),
        (float("nan"), 30, ""),
    ],
)
def test_minutes_do_not_say_otherwise_than_the_limit(
    minutes: float, limit: float, said: str
) -> None:
    assert minutes_beside(minutes, limit) == said


@pytest.mark.parametrize(
    ("kept", "why", "said"),
    [
        (
            False,
            "which checks use until a definition is in force",
            "This is the area in use already: Here, which checks use until a definition is in "
            "force.",
        ),
        (
            True,
            "which checks use until a definition is in force",
            "The area in use then was the same: Here, which checks used then.",
        ),
        # "Now" was the day of the decision, which the public page shows for years after.
        (
            True,
            "which is in force now",
            "The area in use then was the same: Here, which was in force then.",
        ),
    ],
)
def test_what_was_kept_says_when_the_other_area_was_in_use(kept: bool, why: str, said: str) -> None:
    shown = {"pair": [{"title": "Here"}], "sides": [], "held_title": "Here", "why_held": why}
    parts = _templates().env.get_template("decisions-parts.html")
    assert said in parts.module.figures(shown, kept)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (say_number(-1234.5, 1), "1,234.5"),
        (say_share(-0.051), "5.1%"),
        (say_money("-12.5"), "£12.50"),
        (spoken(-50_000_000), "£50.00"),
        (in_pounds(-50_000_000), "50.00"),
        (amount("-2000", "GBP"), "2,000.00"),
        (standing_amount(Decimal("-7.00"), "GBP"), "£7.00"),  # not a pound sign before the minus
        (standing_amount(Decimal("-1.5"), "FTE"), "1.5 FTE"),
    ],
)
def test_what_is_less_than_nought_has_a_true_minus_sign_before_it(said: str, meant: str) -> None:
    assert said == f"\N{MINUS SIGN}{meant}"
