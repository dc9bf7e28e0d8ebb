"""Rows that are no payments without saying so: blank ones, and totals without a name."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.worksheet.table import Table, TableColumn

from localarea.checking.check_file import check_any
from localarea.checking.report_spend import spend_of
from localarea.spend.reading import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

HEAD = ["Supplier", "Postcode", "Net"]
PAID = [["Acme", "CO1 1JB", "100.10"], ["Beta", "IP1 1AA", "£200.20"], ["Gamma", "", "1"]]
SUM = ["", "", "301.30"]  # 100.10 + 200.20 + 1
OTHER = ["", "", "301.31"]  # a payment whose payee was left out
BLANK = ["", "", ""]


def saved(path: Path, rows: list[list[str]]) -> Path:
    if path.suffix == ".csv":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    book.save(path)
    return path


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("below", "rows", "apart", "unknown"),
    [
        ([SUM], 3, 1, "1.00"),
        ([BLANK, SUM, BLANK], 3, 1, "1.00"),
        ([OTHER], 4, 0, "302.31"),
        ([["Delta", "", "301.30"]], 4, 0, "302.30"),
        # Each month has its sum: 301.30, then 100.10.
        ([SUM, PAID[0], ["", "", "100.10"]], 4, 2, "1.00"),
        ([["Total", "", "301.30"], SUM], 3, 2, "1.00"),
        ([BLANK, BLANK], 3, 0, "1.00"),
    ],
)
def test_a_sum_without_a_name_is_no_payment(
    below: list[list[str]],
    rows: int,
    apart: int,
    unknown: str,
    kind: str,
    classifier: Classifier,
    tmp_path: Path,
) -> None:
    path = saved(tmp_path / f"paid.{kind}", [HEAD, *PAID, *below])
    report = check_any(path, classifier)
    assert (report.rows, report.not_payments) == (rows, apart)
    spend = spend_of(report)
    assert spend is not None
    assert spend.as_dict()["by_status"]["unknown"] == unknown
    (table,) = read_file(path).tables  # `localarea spend` says the same
    assert (table.payments, table.set_apart) == (rows, apart)


def test_blank_rows_of_a_text_file_stay_as_they_are(classifier: Classifier, tmp_path: Path) -> None:
    """A spreadsheet exports what is formatted below its table as rows of delimiters."""
    path = tmp_path / "paid.csv"
    below = ',,\r\n"","",""\r\n , \xa0,\r\n' + f"{'':40},{'':40},\r\n"
    path.write_bytes(f"Supplier,Postcode,Net\r\nAcme,CO1 1JB,5\r\n{below}".encode())
    report = check_any(path, classifier)
    assert report.by_status == {"local": 1, "not_local": 0, "unknown": 0}
    assert report.not_payments == 0
    assert (tmp_path / "paid.checked.csv").read_bytes().decode().endswith(below)
    path.write_bytes(b"Postcode\r\nCO1 1JB\r\n\r\n")  # of one column each line is a row
    assert check_any(path, classifier).rows == 2


def test_the_row_of_totals_of_a_table_is_no_payment_whatever_it_says(
    classifier: Classifier, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in [HEAD, *PAID, ["Everything", "=SUBTOTAL(103,B2:B4)", None]]:
        book.active.append(row)
    table = Table(displayName="Paid", ref="A1:C5", totalsRowCount=1)
    table.tableColumns = [TableColumn(id=k + 1, name=name) for k, name in enumerate(HEAD)]
    book.active.add_table(table)
    book.active["C5"] = 301  # not what the rows above add up to: some are hidden
    book.save(tmp_path / "in.xlsx")
    (read,) = read_file(tmp_path / "in.xlsx").tables
    assert (read.payments, read.set_apart, read.apart_rows) == (3, 1, (5,))
    report = check_any(tmp_path / "in.xlsx", classifier, out=tmp_path / "out.xlsx")
    assert report.by_status == {"local": 1, "not_local": 1, "unknown": 1}
    assert report.not_payments == 1
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert page.max_row == 5
    assert page.tables["Paid"].ref == "A1:M5"
    assert [cell.value for cell in page[5]][3:] == [None] * 10
