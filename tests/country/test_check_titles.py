"""Text files with titles above the header, and with several columns of postcodes."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from localarea.checking.csv_file import check_file
from localarea.checking.rows import csv_checker as cells
from localarea.errors import ColumnNotFoundError
from localarea.tables.sheet_layout import read_grid

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

TEXT = """\
Suppliers by postcode;;
;;
firm;registered;trading site
a;IP1 1AA;CO1 1JB
b;co4 3sq;
"c; d";;n/a
e;CO1;"1 High Street, Colchester CO1 1JB"
"""


@pytest.fixture(params=["plain", "compiled"])
def source(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param == "compiled":
        monkeypatch.setattr(cells, "_COMPILE_FROM", 0)
    path = tmp_path / "in.csv"
    path.write_text(TEXT)
    return path


def test_the_first_column_with_a_postcode_is_used_and_named(
    source: Path, classifier: Classifier
) -> None:
    report = check_file(source, classifier, column=["trading site", "registered"])
    out = source.with_name("in.checked.csv").read_text()
    lines = out.splitlines()
    assert lines[:2] == TEXT.splitlines()[:2]  # titles stay as they are
    for given, written in zip(TEXT.splitlines()[2:], lines[2:], strict=True):
        assert written.startswith(given)
    header, *rows = list(csv.reader(lines[2:], delimiter=";"))
    assert header[-1] == "local_column"
    used = [(row[3], row[4], row[-1]) for row in rows]
    assert used == [
        ("CO1 1JB", "local", "trading site"),
        ("CO4 3SQ", "local", "registered"),
        ("", "unknown", "trading site"),
        ("CO1 1JB", "local", "trading site"),
    ]
    assert report.column == "trading site, then registered"
    assert report.rows == 4
    assert "2 filled rows above the header" in " ".join(report.notes)


def test_one_column_adds_no_name(source: Path, classifier: Classifier) -> None:
    check_file(source, classifier, column="registered")
    text = source.with_name("in.checked.csv").read_text()
    assert "local_column" not in text
    assert [row[4] for row in csv.reader(text.splitlines()[3:], delimiter=";")] == [
        "not_local", "local", "unknown", "local",
    ]  # fmt: skip


def test_a_column_that_is_not_there(source: Path, classifier: Classifier) -> None:
    with pytest.raises(ColumnNotFoundError, match="'depot'"):
        check_file(source, classifier, column=["registered", "depot"])


def sheet(titles: int) -> list[list[str]]:
    above = [[f"Title {number}", ""] for number in range(1, titles + 1)]
    return [*above, ["trading site", "postcode"], ["CO1 1JB", "IP1 1AA"], ["CO4 3SQ", "IP1 1DH"]]


def test_a_header_is_looked_for_within_thirty_rows() -> None:
    """As docs/checking.md says; below, the columns are judged by what is in them."""
    last = read_grid(sheet(29))
    assert (last.header, last.headers, last.columns) == (29, ("trading site", "postcode"), (1,))
    below = read_grid(sheet(30))  # 2 of the 32 filled cells of the first are postcodes, 2 of 3
    assert (below.header, below.headers, below.columns) == (0, ("Title 1", ""), (1,))


def test_a_row_with_a_postcode_ends_the_search_for_a_header() -> None:
    assert read_grid([["CO1 1JB", "x"], ["postcode", "name"]]).header == -1


def test_a_lone_name_above_postcodes_is_the_header_and_a_title_is_not() -> None:
    lone = read_grid([["", "", "Postcode"], ["", "", ""], ["x", "x", "CO1 1JB"]])
    assert (lone.header, lone.columns) == (0, (2,))
    titled = read_grid([["Postcodes of 2025", ""], ["Postcode", "Amount"], ["CO1 1JB", "5"]])
    assert titled.header == 1
    beside = read_grid([["Payments by postcode", ""], ["", ""], ["firm", "CO1 1JB"]])
    assert (beside.header, beside.columns) == (1, (1,))
