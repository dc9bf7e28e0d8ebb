"""Money by answer: which column is of amounts, and exact sums worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localarea.checking.check_file import check_any
from localarea.checking.rows.spend_by_answer import SpendByAnswer, add_up_spend, together
from localarea.tables.finding.amounts import choose_amounts
from localarea.tables.finding.suppliers import choose_supplier
from localarea.tables.money import read_amount
from localarea.tables.plain_values import plain_value
from localarea.tables.workbooks.saved_values import saved_sheets

if TYPE_CHECKING:
    from localarea.classify.classifier import Classifier

ROW = ["120.00", "20.00", "100.00", "4101"]


@pytest.mark.parametrize(
    ("headers", "chosen"),
    [
        (["Gross Amount", "VAT Amount", "Net Amount", "Cost Centre"], "Net Amount"),
        (["Gross", "VAT", "NetValue", "Total employees no"], "NetValue"),
        # As councils publish it under the Local Government Transparency Code.
        (["Amount incl VAT", "Irrecoverable VAT", "Sum excl. VAT £", "Id"], "Sum excl. VAT £"),
        (["Gross amount", "VAT", "Supplier", "Cost code"], "Gross amount"),
        (["Supplier", "VAT", "Paid amount", "Value date"], "Paid amount"),
        (["£", "x", "y", "z"], "£"),
        (["Internet", "Network", "Cabinet", "Planet"], None),
        (["VAT", "Tax", "Cost centre", "Amount type"], None),
        (["Supplier", "Town", "Postcode", "Notes"], None),
    ],
)  # fmt: skip
def test_the_column_without_vat_is_chosen_and_vat_never(
    headers: list[str], chosen: str | None
) -> None:
    found = choose_amounts(headers, [ROW, ROW])
    assert (None if found is None else headers[found.index]) == chosen


def test_another_column_that_could_be_meant_is_told() -> None:
    found = choose_amounts(["Gross", "VAT", "Net", "Code"], [ROW])
    assert found is not None
    assert found.note == "amounts are from 'Net', not from 'Gross'"
    assert choose_amounts(["a", "b", "Net", "c"], [ROW]).note == ""  # type: ignore[union-attr]


def test_columns_of_amounts_with_one_name_are_told_by_number() -> None:
    found = choose_amounts(["Firm", "Net", "Net"], [["A", "5", "6"]])
    assert found is not None
    assert found.note == "amounts are from 'Net' (column 2), not from 'Net' (column 3)"


def test_a_header_of_money_over_words_is_no_column_of_amounts() -> None:
    assert choose_amounts(["Amount"], [["see note"], ["n/a"], ["5"]]) is None
    assert choose_amounts(["Amount"], [[""], [" "]]) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("£1,234.50", "1234.50"),
        ("(20)", "-20"),
        ("-£0.30", "-0.30"),
        ("7.5-", "-7.5"),
        ("GBP 9", "9"),
        ("\N{MINUS SIGN}3", "-3"),
        ("1,23", None),
        ("12 apples", None),
        ("", None),
        ("-", None),
        ("-5-", None),
    ],
)
def test_an_amount_is_read_exactly(text: str, amount: str | None) -> None:
    assert read_amount(text) == (None if amount is None else Decimal(amount))


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_none(text: str) -> None:
    found = read_amount(text)
    assert found is None or found.is_finite()


HEAD = ["Supplier", "Net", "Gross", "Postcode"]
PAID = [
    ("A", "0.10", "local"),
    ("B", "0.20", "local"),
    ("C", "£1,000.00", "not_local"),
    ("D", "(250.00)", "not_local"),
    ("E", "5", "unknown"),
    ("F", "", "local"),
    ("G", "n/a", "unknown"),
    ("Total", "755.30", ""),  # no answer: it is a total
]


def _write_csv(folder: Path, statuses: dict[str, str]) -> tuple[Path, Path]:
    source, out = folder / "in", folder / "out.csv"
    quoted = [[name, f'"{net}"', "9", "CO1 1JB"] for name, net, _ in PAID]
    lines = [";".join(row) for row in [HEAD, *quoted]]
    source.write_text("sep=;\n" + "\n".join(lines) + "\n", encoding="cp1252")
    answers = ["local_status", *(statuses[status] for _, _, status in PAID)]
    added = [f"{line};{answer};reason" for line, answer in zip(lines, answers, strict=True)]
    out.write_text("sep=;\n" + "\n".join(added) + "\n", encoding="cp1252")
    return source, out


def _expect(found: object) -> None:
    assert found is not None
    told = found.as_dict()  # type: ignore[attr-defined]
    # 0.10 + 0.20; 1000 - 250; 5. The total, 755.30, would double all of it.
    assert told["by_status"] == {"local": "0.30", "not_local": "750.00", "unknown": "5.00"}
    assert told["payments"] == {"local": 2, "not_local": 2, "unknown": 1}
    assert told["total"] == "755.30"
    assert (told["without_amount"], told["set_apart"], told["set_apart_total"]) == (2, 1, "755.30")
    assert told["column"] == "Net"
    assert "not from 'Gross'" in told["note"]


SAME = {status: status for status in ("local", "not_local", "unknown", "")}
PEOPLE = {"local": "Yes", "not_local": "No", "unknown": "Unknown", "": ""}


@pytest.mark.parametrize("words", [SAME, PEOPLE])
def test_money_of_a_text_file_by_answer(tmp_path: Path, words: dict[str, str]) -> None:
    source, out = _write_csv(tmp_path, words)
    _expect(add_up_spend(source, out, encoding="cp1252", delimiter=";"))


ANSWER = ",CO1 1JB,local,in_area"


def test_an_amount_that_a_comma_divides_is_not_added_up(tmp_path: Path) -> None:
    rows = ["A,CO1 1JB,£1,200.50", "B,CO1 1JB,-5", "C,CO1 1JB,7,"]
    before = ["Supplier,Postcode,Net", *rows]
    after = [f"{before[0]},extra_1,local_postcode,local_status,local_reason"]
    after += [
        row + ending for row, ending in zip(rows, [ANSWER, f",{ANSWER}", ANSWER], strict=True)
    ]
    (tmp_path / "in").write_text("\n".join(before), encoding="utf-8")
    (tmp_path / "out.csv").write_text("\n".join(after), encoding="utf-8")
    for source in ("in", "out.csv"):  # and when the result is checked again
        found = add_up_spend(tmp_path / source, tmp_path / "out.csv")
        assert found is not None
        assert found.as_dict()["by_status"]["local"] == "2.00"  # 7 - 5, and no 1 of 1,200.50
        assert found.unread == 1
        assert found.note.startswith("amounts are from 'Net'; 1 row has more cells than the header")


def test_money_of_a_workbook_under_a_title_with_numbers_as_numbers(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out.xlsx"
    for path, more in ((source, False), (out, True)):
        book = openpyxl.Workbook()
        page = book.active
        page.title = "Cover"
        page = book.create_sheet("Paid")
        page.append(["Payments of the quarter"])
        page.append([*HEAD, *(["local_status"] if more else [])])
        for name, net, status in PAID:
            cell = float(net) if net.replace(".", "").isdecimal() else net
            page.append([name, cell, 9, "CO1 1JB", *([status or None] if more else [])])
        book.save(path.with_suffix(".xlsx"))
    source = source.with_suffix(".xlsx").rename(tmp_path / "in")
    _expect(add_up_spend(source, out, sheet="Paid"))


def test_money_of_an_ods_and_of_a_result_whose_source_is_no_workbook(
    tmp_path: Path, classifier: Classifier
) -> None:
    source = tmp_path / "in.ods"
    rows = [["Supplier", "Net", "Gross", "Postcode"], ["A", 1234.5, 9, "CO1 1JB"]]
    rows += [["B", -34.25, 9, "CO1 1JB"], ["C", 7, 9, "IP1 2DE"], ["Total", 1207.25, 9, None]]
    pd.DataFrame(rows[1:], columns=rows[0]).to_excel(source, engine="odf", index=False)
    report = check_any(source, classifier, out=tmp_path / "out.ods")
    source.write_bytes(b"an .xls, say")
    found = add_up_spend(source, Path(report.out), sheet="Sheet1")
    assert found is not None
    # 1234.50 - 34.25; 7; the total is in no sum.
    sums = {"local": "1200.25", "not_local": "7.00", "unknown": "0.00"}
    assert found.as_dict()["by_status"] == sums
    assert (found.column, found.apart) == ("Net", 1)


def test_money_of_parquet_and_of_several_sheets_together(tmp_path: Path) -> None:
    table = {"Net": [0.1, 0.2, 5.0], "postcode": ["x"] * 3}
    pq.write_table(pa.table(table), tmp_path / "in")
    answers = {"local_status": ["local", "local", "unknown"]}
    pq.write_table(pa.table({**table, **answers}), tmp_path / "out.parquet")
    one = add_up_spend(tmp_path / "in", tmp_path / "out.parquet")
    assert one is not None
    assert one.as_dict()["by_status"] == {"local": "0.30", "not_local": "0.00", "unknown": "5.00"}
    two = together([one, None, one])
    assert two is not None
    assert (two.as_dict()["total"], two.column) == ("10.60", "Net")
    assert together([None, None]) is None


def test_a_file_without_amounts_or_without_answers_has_none(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("Name,Postcode\na,CO1 1JB\n")
    (tmp_path / "out.csv").write_text("Name,Postcode,local_status\na,CO1 1JB,local\n")
    assert add_up_spend(tmp_path / "in", tmp_path / "out.csv") is None
    (tmp_path / "in").write_text("Net,Postcode\n5,CO1 1JB\n")
    (tmp_path / "out.csv").write_text("Net,Postcode\n5,CO1 1JB\n")
    assert add_up_spend(tmp_path / "in", tmp_path / "out.csv") is None


NAMED = [
    ["Supplier name", "Supplier ID", "Postcode", "Net amount"],
    ["Alpha Ltd", "1", "CO1 1JB", 1000.5],
    ["Beta: Sons", "2", "IP1 1AA", 250.25],
    ["ALPHA  LTD", "1", "CO1 1JB", 99.5],
    ["Gamma", "3", "nonsense", 40],
    ["Total", None, None, 1390.25],
]
# 1,000.50 + 99.50; 250.25; 40: together 1,390.25, of which 1,100.00 is 0.7912 and so on.
TOLD = [
    ("Amount (Net amount)", "Amount"),
    ("Local amount", "1100.00"),
    ("Not local amount", "250.25"),
    ("Unknown amount", "40.00"),
    ("All amounts", "1390.25"),
    ("Amounts of rows without an answer, not added", "1390.25"),
    ("Biggest suppliers: local", "Amount"),
    ("Alpha Ltd", "1100.00"),
    ("Biggest suppliers: not local", "Amount"),
    ("Beta: Sons", "250.25"),
    ("Biggest suppliers: unknown", "Amount"),
    ("Gamma", "40.00"),
]


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_the_summary_sheet_adds_up_money_and_names_the_biggest_suppliers(
    ending: str, tmp_path: Path, classifier: Classifier
) -> None:
    source = tmp_path / f"in{ending}"
    pd.DataFrame(NAMED[1:], columns=NAMED[0]).to_excel(
        source, index=False, engine="odf" if ending == ".ods" else "openpyxl"
    )
    report = check_any(source, classifier)
    sheets = saved_sheets(Path(report.out))
    (summary,) = [[c for _, c in each.rows] for each in sheets if each.name == "Local summary"]
    money = summary[[line[0] for line in summary].index(TOLD[0][0]) :]
    said = [(line[0], line[1]) for line in money]
    assert said == [(label, plain_value(value)) for label, value in TOLD]
    shares = {line[0]: line[2] for line in money if len(line) > 2}
    assert float(shares["Local amount"]) == pytest.approx(1100 / 1390.25)


def test_an_amount_merged_over_rows_was_paid_once(tmp_path: Path, classifier: Classifier) -> None:
    book = openpyxl.Workbook()
    for line in (["Supplier", "Postcode", "Paid"], ["A", "CO1 1JB", 100], ["B", "IP1 1AA", None]):
        book.active.append(line)
    book.active.merge_cells("C2:C3")
    book.save(tmp_path / "in.xlsx")
    report = check_any(tmp_path / "in.xlsx", classifier)
    found = add_up_spend(Path(report.out), Path(report.out), sheet="Sheet")
    assert found is not None
    assert found.as_dict()["total"] == "100.00"
    sheets = saved_sheets(Path(report.out))
    (summary,) = [[c for _, c in each.rows] for each in sheets if each.name == "Local summary"]
    assert ["All amounts", "100"] in summary


def test_suppliers_without_end_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localarea.checking.rows.spend_by_answer.MOST_SUPPLIERS", 2)
    spend = SpendByAnswer("Net")
    for name in ("A", "B", "a", "C"):
        spend.add("local", Decimal(1), name)
    assert spend.biggest("local") == []
    assert spend.sums["local"] == 4


@pytest.mark.parametrize(
    ("headers", "chosen"),
    [
        (["Supplier ID", "Supplier Name", "Supplier Postcode"], 1),
        (["VendorNo", "Vendor", "Vendor Post Code"], 1),
        (["Directorate", "Beneficiary", "Cost centre"], 1),
        (["Ref", "Name", "Department name"], 1),
        (["First name", "Last name", "Company type"], None),
    ],
)
def test_the_column_of_suppliers_is_the_one_that_names_them(
    headers: list[str], chosen: int | None
) -> None:
    assert choose_supplier(headers, [["4101", "Acme Ltd", "CO1 1JB"]]) == chosen
