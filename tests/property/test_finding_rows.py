"""Whatever is in a table, no row is lost, and a readable British postcode is answered as before."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localarea.checking.csv_file import check_file
from localarea.checking.rows import csv_checker
from localarea.checking.workbooks.rows import RowChecker
from localarea.geo.postcodes import OUTWARD, WHOLE, outward_of, postcode_of, read_cell
from localarea.geo.unread import says_withheld
from localarea.tables.finding import _hints_kernel, hints
from localarea.tables.finding.no_payment import is_no_payment
from localarea.tables.finding.reading import read_row
from localarea.tables.finding.sources import PostcodeSource
from localarea.tables.sheet_layout import Grid, read_grid

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

unhurried = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CELLS = st.sampled_from(
    [
        *("", " ", "CO1 1JB", "ip11dh", "CO6", "CO1", "1JB", "C01 1JB", "CO1 1", "GX11 1AA"),
        *("REDACTED", "D02 AF30", "75008", "France", "UK", "NY", "10001", "CO1 1JB / IP1 1DH"),
        *("Total", "Grand total", "Page 1 of 3", "Total Gas & Power", "12.50", "Postcode", "A"),
        *("1 High St, CM1 1LX", "Mills", "B2", "Personal data", "Prepared by A", "Ireland", "é"),
    ]
)
LABELS = [
    *("Sub-total", "Subtotals", "Sum", "Mean", "Carried fwd", "Brought forward", "Balance b/f"),
    *("End of report", "Page: 2 of 9", "Prepared by A", "Report printed on 1 May", "Run date"),
    *("Print date 1 May", "Date printed", "Number of records", "No. of payments", "Total rows"),
    *("Record count", "12 records", "Source: x", "NB: x", "n.b.: x", "Key: x", "(c) x", "\xa9 x"),
    *("Crown copyright", "Open Government Licence", "Continued", "This report is", "OFFICIAL"),
    *("Produced on 1 May", "Issued: May", "run by A", "Not for publication", "GDPR", "Withheld"),
    *("Undisclosed", "anonymised", "name removed", "Section 40", "individual's name", "Notes"),
]
HEADERS = st.sampled_from(
    [
        *(
            "Supplier",
            "Postcode",
            "Trading postcode",
            "Registered postcode",
            "Country",
            "Address 1",
        ),
        *("Town", "Amount", "Outcode", "Incode", "", "State"),
    ]
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=12)


def as_csv(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


# A header is told from a title by its second name.
NAMED = st.lists(HEADERS, min_size=2, max_size=5).filter(any)


@unhurried
@given(headers=NAMED, rows=ROWS, large=st.booleans())
def test_every_row_comes_back_in_its_place(
    headers: list[str], rows: list[list[str]], large: bool, tmp_path: Path, classifier: Classifier
) -> None:
    table = [[*headers, "Postcode"], *rows, ["x"] * len(headers) + ["CO1 1JB"]]
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text(as_csv(table), encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_checker, "_COMPILE_FROM", 0 if large else 1 << 40)
        report = check_file(path, classifier, out=out)
    back = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert len(back) == len(table)
    for given_row, written in zip(table, back, strict=True):
        assert written[: len(given_row)] == given_row
    assert report.rows == sum(report.by_status.values())
    filled = [row for row in table[1:] if "".join(row).strip()]
    assert report.rows + report.not_payments == len(filled)


@unhurried
@given(headers=st.lists(HEADERS, min_size=5, max_size=5), rows=ROWS)
def test_many_rows_are_read_as_each_is(
    headers: list[str], rows: list[list[str]], classifier: Classifier
) -> None:
    grid = read_grid([[*headers, "Postcode"], *rows, ["CO1 1JB"] * 6])
    checker = RowChecker(classifier, grid)
    for row, added in zip(rows, checker.check(rows), strict=True):
        reading = read_row(grid, row)
        if not any(cell.strip() for cell in row) or reading.no_payment:
            assert added == ()
            continue
        assert added[0] == reading.text
        if grid.says_column:
            assert added[-1] == (grid.labels[reading.used] if reading.used >= 0 else "")


@unhurried
@given(st.lists(CELLS, min_size=6, max_size=6))
def test_a_british_postcode_in_the_chosen_column_is_what_counts(cells: list[str]) -> None:
    """No total, country, withheld name or line of an address changes such a row."""
    headers = ("Supplier", "Postcode", "Country", "State", "Address 1", "Amount")
    sources = (PostcodeSource("cell", (1,)), PostcodeSource("lines", (4,)))
    grid = Grid(0, headers, (1, 4), sources=sources, country=2, state=3)
    code, number, corrected = read_cell(cells[1])
    reading = read_row(grid, cells)
    if code == WHOLE and not cells[1].startswith("GX"):
        assert reading == (WHOLE, number, int(corrected), 0, False, False)
        assert reading.text == postcode_of(number)
    elif code == OUTWARD and reading.code == OUTWARD and reading.used == 0:
        assert reading.text == outward_of(number)


PIECES = st.sampled_from(
    ["total", "Sub", "TOTALS", " ", ",", '"', "page", "x", "redacted", "(c)", "\xa9", "of", "no. "]
)


@unhurried
@given(st.lists(st.lists(PIECES, max_size=6).map("".join), min_size=1, max_size=8))
def test_compiled_words_are_found_as_plain_ones_are(texts: list[str]) -> None:
    parts = [text.encode() for text in texts]
    ends = np.cumsum([len(part) for part in parts]).astype(np.int32)
    starts = np.array([0, *ends[:-1]], np.int32)
    words = hints.hints_of([b"Postcode"])
    block = b"".join(parts)
    alone = [hints.mentions(part, *bounds(part), words)[0] for part in parts]
    compiled = [_hints_kernel.mentions(part, *bounds(part), words)[0] for part in parts]
    assert compiled == alone
    assert len(_hints_kernel.mentions(block, starts, ends, words)) == len(texts)


def bounds(part: bytes) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(1, np.int32), np.array([len(part)], np.int32)


@unhurried
@given(st.lists(CELLS | st.sampled_from(LABELS), min_size=1, max_size=4))
def test_no_row_that_is_told_from_payments_is_passed_over(cells: list[str]) -> None:
    headers = ["Supplier", "Postcode", "Amount", "Note"]
    if is_no_payment(cells, headers, [1]) or any(map(says_withheld, cells)):
        row = as_csv([cells]).encode()
        assert hints.mentions(row, *bounds(row), hints.hints_of([b"Postcode"]))[0]
