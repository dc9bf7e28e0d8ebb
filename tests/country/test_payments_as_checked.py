"""Payments are read by the sheet, the header, the columns and the rows that a check finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from localarea.checking.check_file import check_any
from localarea.checking.payments import SpendFile
from localarea.checking.replay import replay_spend
from localarea.options.council import read_council
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

HEAD = ["Supplier", "Registered office postcode", "Trading postcode", "Country", "Net"]
# Colchester town centre is CO1 1JB, Ipswich town centre IP1 1AA.
ROWS: list[list[Any]] = [
    ["Alpha", "IP1 1AA", "CO1 1JB", "UK", 100],
    ["Beta", "IP1 1AA", None, "UK", 20],
    HEAD,
    ["Gamma", None, None, "France", 3],
    ["Delta", None, "nonsense", "UK", 4],
    ["Grand total", None, None, None, 127],
]


def write(path: Path, *, cover: bool) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    if cover:
        page.title = "Read me"
        page["A1"], page["B1"] = "Amounts and postcodes", "are on the next sheet"
        page = book.create_sheet("Paid")
        page.append(["Payments of the quarter"])
    for row in (HEAD, *ROWS):
        page.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("cover", [False, True])
def test_a_replay_counts_what_a_check_counts(
    cover: bool, tmp_path: Path, classifier: Classifier
) -> None:
    path = write(tmp_path / "paid.xlsx", cover=cover)
    council = read_council()
    found = replay_spend(path, [option_zones("ttwa-official", council)], council)
    (sums,) = found.by_option.to_dict("records")
    # Alpha trades in Colchester; Beta is in Ipswich; Gamma abroad; Delta unknown; no totals.
    assert (sums["rows"], sums["local_rows"], sums["unknown_rows"]) == (4, 1, 1)
    assert (sums["amount"], sums["local_amount"]) == (127, 100)
    report = check_any(path, classifier)
    assert report.by_status == {"local": 1, "not_local": 2, "unknown": 1}
    spend = SpendFile.open(path)
    assert (spend.sheet, spend.not_payments) == ("Paid" if cover else "Sheet", 2)
    assert spend.frame["amount"].tolist() == [100, 20, 3, 4]


def test_totals_and_headers_of_text_files_are_no_payments(tmp_path: Path) -> None:
    path = tmp_path / "paid.csv"
    lines = [HEAD, *ROWS]
    path.write_text("\n".join(",".join(str(c or "") for c in line) for line in lines) + "\n")
    spend = SpendFile.open(path)
    assert (len(spend.frame), spend.not_payments) == (4, 2)


def test_an_amount_merged_over_rows_is_one_payment(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["Supplier", "Postcode", "Paid"], ["A", "CO1 1JB", 100], ["B", None, None]):
        book.active.append(line)
    book.active.merge_cells("C2:C3")
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "in.xlsx")
    spend = SpendFile.open(tmp_path / "in.xlsx")
    assert spend.frame["postcode"].tolist() == ["CO1 1JB", "CO1 1JB"]
    assert spend.frame["amount"].sum() == 100


def test_a_result_sent_as_payments_is_read_without_the_answers(
    tmp_path: Path, classifier: Classifier
) -> None:
    path = write(tmp_path / "paid.xlsx", cover=True)
    report = check_any(path, classifier)
    spend = SpendFile.open(tmp_path / report.out)
    assert (spend.sheet, spend.amount_header) == ("Paid", "Net")
    assert spend.frame["amount"].tolist() == [100, 20, 3, 4]
