"""Days as officers type them."""

from __future__ import annotations

from datetime import date

import pytest

from localarea.errors import InputError
from localarea.service.pages.forms import Fault, asked_under, parse_day, read_day

FIRST = date(2026, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "1/3/2026",
        "01/03/2026",
        "1.3.2026",
        "2026-03-01",
        "1 March 2026",
        "1 mar 2026",
        " 1-3-2026 ",
    ],
)
def test_a_day_is_read_as_it_is_typed(text: str) -> None:
    assert parse_day(text, "the day") == FIRST
    assert read_day(text, "", "", "the day") == FIRST


def test_the_boxes_take_a_month_by_name_or_number() -> None:
    assert read_day("1", "3", "2026", "the day") == FIRST
    assert read_day("01", "March", "2026", "the day") == FIRST
    assert read_day("", " ", "", "the day") is None
    assert parse_day("", "the day") is None


@pytest.mark.parametrize(
    "text",
    [
        "31/2/2026",
        "3/31/2026",
        "1/3/26",
        "2026-3-1",
        "yesterday",
        "1 Marzo 2026",
        "1 ju 2026",
        "0/0/0000",
    ],
)
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(InputError, match="the day must be a real date"):
        parse_day(text, "the day")


@pytest.mark.parametrize("boxes", [("1", "", "2026"), ("", "3", "2026"), ("1", "3", "")])
def test_a_part_of_a_day_is_told(boxes: tuple[str, str, str]) -> None:
    with pytest.raises(InputError, match="real date"):
        read_day(*boxes, "the day")


def test_a_form_asks_for_a_definition_an_option_or_a_day() -> None:
    assert asked_under("definition:x-2026.1", None).definition == "x-2026.1"
    assert asked_under("option:drive-45", FIRST).option == "drive-45"
    assert asked_under("", FIRST).on == "2026-03-01"
    with pytest.raises(InputError, match="from the list"):
        asked_under("drive-45", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the first day is missing", "The first day is missing"),
        ("r.ods: these are read from .csv", "r.ods: these are read from .csv"),
        ("staff list.xlsx [may]: it lacks rows", "staff list.xlsx [may]: it lacks rows"),
    ],
)
def test_a_fault_begins_with_a_capital_and_leaves_the_name_of_a_file(text: str, said: str) -> None:
    assert Fault.said(text, "file").text == said
