"""Tables that a narrow window shows as blocks: which, and under which headings."""

from __future__ import annotations

import re

import pytest

from localarea.service.pages.stacking import column_names, stacked


def table(heads: list[str], cells: list[str], box: str = "la-scroll") -> str:
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join(f"<td>{one}</td>" for one in cells)
    rows = f"<thead><tr>{head}</tr></thead><tbody><tr><th>Zone</th>{body}</tr></tbody>"
    return f'<div class="{box}" tabindex="0">\n<table class="govuk-table">{rows}</table></div>'


def labels(page: str) -> list[str]:
    return re.findall('data-label="([^"]*)"', page)


def test_each_value_is_told_what_its_column_is_called() -> None:
    made = stacked(table(["Place", "A &amp; B", "<a href='/x'>Jobs</a>", "Why"], ["1", "2", "3"]))
    assert labels(made) == ["A &amp; B", "Jobs", "Why"]
    assert made.count('role="columnheader"') == 4
    assert [made.count(f'role="{one}"') for one in ("table", "row", "rowheader", "cell")] == [
        1, 2, 1, 3,
    ]  # fmt: skip
    assert 'class="la-stack govuk-table"' in made


def test_a_value_that_is_missing_is_marked() -> None:
    made = stacked(table(["Place", "A", "B", "C"], ["1", " ", "<b>2</b>"]))
    assert labels(made) == ["A", "C"]
    assert '<td role="cell" data-empty> </td>' in made


@pytest.mark.parametrize(
    ("heads", "box", "is_stacked"),
    [
        (["Place", "A", "B"], "la-scroll", False),  # a phone has room for it
        (["Place", "A", "B"], "la-scroll la-scroll--stack", True),
        (["Place", "A", "B", "C"], "la-scroll la-scroll--tall", True),
        (["Place", "A", "B", "C"], "la-scroll la-scroll--wide", False),
        (["Place", "A", "B", "C"], "another", False),
    ],
)
def test_wide_tables_and_those_that_ask_are_stacked(
    heads: list[str], box: str, is_stacked: bool
) -> None:
    page = table(heads, ["1"] * (len(heads) - 1), box)
    assert ("la-stack" in stacked(page).replace("la-scroll--stack", "")) is is_stacked
    assert is_stacked or stacked(page) == page


def test_headings_that_span_columns_come_before_those_beneath_them() -> None:
    head = (
        '<thead><tr><th rowspan="2">Option</th><th scope="colgroup" colspan="2">Supply</th>'
        '<th colspan="2">Demand</th></tr>'
        "<tr><th>without</th><th>with</th><th>without</th><th>with</th></tr></thead>"
    )
    assert column_names(head) == [
        "Option", "Supply, without", "Supply, with", "Demand, without", "Demand, with",
    ]  # fmt: skip


def test_several_tables_of_a_page_keep_their_own_headings() -> None:
    one, other = table(["P", "A", "B", "C"], list("123")), table(["P", "D", "E", "F"], list("456"))
    assert labels(stacked(f"<main>{one}<p>Text</p>{other}</main>")) == list("ABCDEF")
