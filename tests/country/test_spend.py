"""Published payments, counted by hand under the official area around Colchester."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localarea.errors import FileFormatError, InputError
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.spend.addresses import (
    read_companies,
    read_suppliers,
    with_companies,
    with_suppliers,
)
from localarea.spend.document import as_document
from localarea.spend.reading import read_payments
from localarea.spend.report import report_spend

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.classify.classifier import Classifier
    from localarea.records import Option

# CO1 1JB is in Colchester, CO15 1AA in Clacton (another labour market), IP1 2DE in Ipswich.
HEADER = "Supplier Name,Supplier Postcode,Payment Date,Transaction No,Expense Type,Net Amount\n"
APRIL = (
    "Payments over £500,,,,,\n"
    "\n" + HEADER + 'Acme Ltd,CO1 1JB,01/04/2026,1,Repairs,"£1,234.50"\n'  # row 4
    "Beta & Sons,IP1 2DE,02/04/2026,2,Consultancy,(200.00)\n"
    "REDACTED PERSONAL DATA,,03/04/2026,3,Care,600.00\n"
    'Gamma GmbH,10115 Berlin,30/06/2026,4,IT,"1,200.00"\n'
    + HEADER  # row 8
    + "Delta,,05/04/2026,5,IT,200.00-\n"
    "Acme Limited,CO1 1JB,01/07/2026,6,Repairs,50.00 CR\n"  # row 10
    "Acme Limited,CO1 1JB,01/07/2026,6,REPAIRS,50.00 CR\n"
    "Oops,CO1 1JB,31/02/2026,7,Repairs,10\n"
    "Oops,CO1 1JB,,8,Repairs,ten\n"
    ",,,,,\n"
    'Total,,,,,"2,544.50"\n'
)


@pytest.fixture(scope="module")
def options() -> list[Option]:
    council = read_council()
    return [option_zones(name, council) for name in ("ttwa-official", "ttwa-official+ipswich")]


def counted(
    paths: Sequence[Path], classifier: Classifier, options: Sequence[Option] = (), **asked: Any
) -> dict[str, Any]:
    payments = read_payments(paths, **asked)
    return as_document(
        report_spend(payments, classifier, options), ("district", "size", "supplier")
    )


def amounts(statuses: dict[str, Any]) -> dict[str, tuple[int, str]]:
    return {name: (part["rows"], part["amount"]) for name, part in statuses.items() if part["rows"]}


@pytest.fixture
def april(tmp_path: Path) -> Path:
    path = tmp_path / "april.csv"
    path.write_bytes(APRIL.encode("cp1252"))
    return path


def test_a_month_is_counted_as_by_hand(
    april: Path, classifier: Classifier, options: list[Option]
) -> None:
    found = counted([april], classifier, options)
    # 1234.50 - 50 - 50 + 10 of Colchester; the row without an amount counts as a row.
    assert amounts(found["by_status"]) == {
        "local": (5, "1144.50"),
        "not_local": (1, "-200.00"),
        "unknown": (1, "-200.00"),
        "redacted": (1, "600.00"),
        "abroad": (1, "1200.00"),
    }
    assert (found["rows"], found["amount"]) == (9, "2544.50")
    quarters = {line["quarter"]: amounts(line["by_status"]) for line in found["by_quarter"]}
    assert list(quarters) == ["2026-27 Q1", "2026-27 Q2", "no date"]
    assert quarters["2026-27 Q2"] == {"local": (2, "-100.00")}
    assert quarters["no date"] == {"local": (2, "10.00")}
    categories = {line["category"]: (line["rows"], line["amount"]) for line in found["by_category"]}
    assert categories == {
        "Repairs": (5, "1144.50"),
        "IT": (2, "1000.00"),
        "Care": (1, "600.00"),
        "Consultancy": (1, "-200.00"),
    }
    assert found["local_share"] == pytest.approx(1144.5 / 2544.5, abs=1e-6)


def test_every_row_is_accounted_for_and_faults_are_named(
    april: Path, classifier: Classifier
) -> None:
    found = counted([april], classifier)
    (table,) = found["tables"]
    assert (table["rows"], table["payments"], table["set_apart"], table["blank"]) == (11, 9, 2, 1)
    assert table["set_apart_rows"] == [8, 15]
    assert [(f["row"], f["column"], f["reason"]) for f in found["faults"]] == [
        (12, "Payment Date", "not_a_date"),
        (13, "Payment Date", "blank_date"),
        (13, "Net Amount", "not_an_amount"),
    ]
    assert "ten" not in str(found["faults"])  # no cell is quoted


def test_a_repeat_is_told_and_still_counted(april: Path, classifier: Classifier) -> None:
    (repeat,) = counted([april], classifier)["repeats"]
    assert repeat == {
        "supplier": "Acme Limited",
        "date": "2026-07-01",
        "amount": "-50.00",
        "times": 2,
        "extra": "-50.00",
        "rows": [{"file": "april.csv", "row": 10}, {"file": "april.csv", "row": 11}],
    }


def test_lines_of_one_invoice_and_other_references_are_no_repeats(
    tmp_path: Path, classifier: Classifier
) -> None:
    path = tmp_path / "may.csv"
    path.write_text(
        HEADER + "Acme,CO1 1JB,01/05/2026,1,Repairs,700\n"
        "Acme,CO1 1JB,01/05/2026,1,Cleaning,700\n"
        "Acme,CO1 1JB,01/05/2026,2,Repairs,700\n"
        "REDACTED,,01/05/2026,3,Care,700\nREDACTED,,01/05/2026,3,Care,700\n"
    )
    assert counted([path], classifier)["repeats"] == []


def test_what_an_option_changes_is_told_by_supplier(
    april: Path, classifier: Classifier, options: list[Option]
) -> None:
    found = counted([april], classifier, options)
    same, wider = found["by_option"]
    assert same["becomes_local"]["rows"] == same["stops_local"]["rows"] == 0
    assert same["by_status"] == found["by_status"]
    assert wider["becomes_local"] == {
        "rows": 1,
        "amount": "-200.00",
        "suppliers": [
            {"supplier": "Beta & Sons", "district": "Ipswich", "rows": 1, "amount": "-200.00"}
        ],
    }
    (contested,) = found["contested_suppliers"]
    assert contested["supplier"] == "Beta & Sons"
    assert contested["by_option"] == {
        "ttwa-official": "not_local",
        "ttwa-official+ipswich": "local",
    }


def test_months_with_other_columns_are_counted_together_in_any_order(
    april: Path, tmp_path: Path, classifier: Classifier
) -> None:
    may, june = tmp_path / "may.csv", tmp_path / "june.tsv"
    may.write_text(
        "Payee;Date Paid;Gross Amount;VAT;Post Code\nEta;05-May-26;120.00;20.00;CO1 1JB\n"
    )
    june.write_bytes(
        "AMOUNT EXC VAT\tBENEFICIARY\tDATE\n1000.00\tAcmé\t46176\n".encode("utf-16")
    )  # 46176 is 3 June 2026; there are no postcodes
    found = [counted(paths, classifier) for paths in permutations([april, may, june])]
    assert all(each == found[0] for each in found)
    first = found[0]
    assert (first["rows"], first["amount"]) == (11, "3644.50")  # 2544.50 + 100 + 1000
    assert amounts(first["by_status"])["unknown"] == (2, "800.00")  # -200 and June
    assert "may.csv: amounts are net of VAT: 'Gross Amount' less 'VAT'" in first["notes"]
    assert "june.tsv: it has no column of postcodes" in first["notes"]
    names = {line["supplier"] for line in first["by_supplier"]}
    assert "Acmé" in names


def test_a_workbook_gives_what_its_csv_file_gives(
    april: Path, tmp_path: Path, classifier: Classifier
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    cover, page, pivot, hidden = (
        book.active,
        *(book.create_sheet(name) for name in ("April", "By supplier", "Old")),
    )
    assert cover is not None
    cover.append(["Published under the Local Government Transparency Code"])
    header = ["Supplier Name", "Postcode", "Date Paid", "Net Amount"]
    for sheet in (page, hidden):
        sheet.append(header)
        sheet.append(["Acme Ltd", "CO1 1JB", date(2026, 4, 1), 1234.5])
        sheet.append(["Acme Ltd", "CO1 1JB", 46113, 0.1 + 0.2])
    page.append([None, None, None, 1234.8])  # the sum, without a name
    hidden.sheet_state = "hidden"
    pivot.append(["Supplier", "Total Net Amount"])
    pivot.append(["Acme Ltd", 1234.8])
    path = tmp_path / "april.xlsx"
    book.save(path)
    found = counted([path], classifier)
    assert (found["rows"], found["amount"]) == (2, "1234.80")
    assert [line["quarter"] for line in found["by_quarter"]] == ["2026-27 Q1"]
    (table,) = found["tables"]
    assert (table["sheet"], table["payments"], table["set_apart_rows"]) == ("April", 2, [4])
    assert "'By supplier'" in table["notes"][-1]


def test_a_parquet_file_gives_what_its_csv_file_gives(
    tmp_path: Path, classifier: Classifier
) -> None:
    lines = ["Acme,CO1 1JB,2026-04-01,1234.50", "Beta,IP1 2DE,2026-07-02,-200.00"]
    columns = ["Supplier", "Postcode", "Date", "Amount"]
    text = tmp_path / "april.csv"
    text.write_text("\n".join([",".join(columns), *lines]), encoding="utf-8")
    rows = [line.split(",") for line in lines]
    table = pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
    pq.write_table(table, tmp_path / "april.parquet")
    found = [counted([path], classifier) for path in (text, tmp_path / "april.parquet")]
    assert amounts(found[0]["by_status"]) == {"local": (1, "1234.50"), "not_local": (1, "-200.00")}
    assert found[1]["by_status"] == found[0]["by_status"]
    assert found[1]["by_quarter"] == found[0]["by_quarter"]


def test_postcodes_are_filled_in_from_suppliers_then_from_registered_offices(
    tmp_path: Path, classifier: Classifier
) -> None:
    spend, suppliers, companies = (tmp_path / n for n in ("p.csv", "s.csv", "c.csv"))
    spend.write_text(
        "Supplier,Supplier No,Date,Amount\n"
        "Acme Limited,,01/04/2026,1\nOther spelling,S2,01/04/2026,2\nGamma Ltd,,01/04/2026,4\n"
        "Twins Ltd,,01/04/2026,8\nREDACTED,,01/04/2026,16\nClosed Ltd,,01/04/2026,32\n"
    )
    suppliers.write_text(
        "Supplier Number,Supplier Name,Registered Office Postcode,Trading Postcode,Size\n"
        "S1,ACME LTD,IP1 2DE,CO1 1JB,Small\nS2,Beta,CO1 1JB,,\nS3,REDACTED,CO1 1JB,,\n"
    )
    companies.write_text(
        '"CompanyName"," CompanyNumber","RegAddress.PostCode","CompanyStatus"\n'
        '"ACME LIMITED","00000001","IP1 2DE","Active"\n'
        '"GAMMA LTD","00000002","IP1 2DE","Active"\n'
        '"TWINS LTD","00000003","CO1 1JB","Active"\n"TWINS LIMITED","00000004","IP1 2DE","Active"\n'
        '"CLOSED LTD","00000005","CO1 1JB","Dissolved"\n'
    )
    payments = with_suppliers(read_payments([spend]), read_suppliers(suppliers))
    payments = with_companies(payments, read_companies(companies, payments))
    found = as_document(report_spend(payments, classifier, ()), ("size",))
    # Acme by its trading site and S2 by its number (1 + 2); Closed by its office (32).
    assert amounts(found["by_status"]) == {
        "local": (3, "35.00"),
        "not_local": (1, "4.00"),  # Gamma, by its office
        "unknown": (1, "8.00"),  # which of the Twins cannot be told
        "redacted": (1, "16.00"),  # stays withheld
    }
    assert amounts(found["by_postcode_source"]) == {
        "payments": (2, "24.00"),
        "suppliers": (2, "3.00"),
        "registered_office": (2, "36.00"),
    }
    assert {line["size"]: line["amount"] for line in found["by_size"]} == {
        "Small": "1.00",
        "not stated": "62.00",
    }
    assert any("registered office" in note for note in found["notes"])


def test_columns_can_be_named(tmp_path: Path, classifier: Classifier) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Who,When,How much,Gross\nAcme,01/04/2026,100,120\n")
    wanted = {"amount": "How much", "supplier": "who", "date": "When"}
    found = counted([path], classifier, wanted=wanted)
    assert found["amount"] == "100.00"
    with pytest.raises(InputError, match=r"odd\.csv: there is no column 'Net'"):
        counted([path], classifier, wanted={"amount": "Net"})


def test_a_month_without_payments_is_a_month(tmp_path: Path, classifier: Classifier) -> None:
    path = tmp_path / "may.csv"
    path.write_text(HEADER)
    found = counted([path], classifier)
    assert (found["rows"], found["amount"], found["by_quarter"]) == (0, "0.00", [])


def test_a_file_without_amounts_or_named_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Supplier,Postcode\nAcme,CO1 1JB\n")
    with pytest.raises(FileFormatError, match="no column of amounts"):
        read_payments([path])
    with pytest.raises(InputError, match="named twice"):
        read_payments([path, path])
    with pytest.raises(InputError, match="cannot be read"):
        read_payments([tmp_path / "none.csv"])


def test_the_same_file_by_another_name_is_not_counted_twice(
    tmp_path: Path, classifier: Classifier
) -> None:
    for folder in ("a", "b"):  # as files of one name come to the service
        (tmp_path / folder).mkdir()
    paths = [tmp_path / "a" / "april.csv", tmp_path / "b" / "april.csv", tmp_path / "copy.csv"]
    for path in paths:
        path.write_text(f"{HEADER}Acme,CO1 1JB,01/04/2026,1,IT,100.00\n")
    with pytest.raises(InputError, match=r"^april\.csv: the same file twice"):
        read_payments(paths[:2])
    with pytest.raises(InputError, match=r"^april\.csv and copy\.csv: the same file twice"):
        read_payments(paths[1:])
    paths[2].write_text(
        f"{HEADER}Acme,CO1 1JB,01/04/2026,1,IT,100.01\n"
    )  # as many bytes, another amount
    assert counted(paths[1:], classifier)["amount"] == "200.01"
    for path in paths[1:]:
        path.write_text(HEADER)
    assert counted(paths[1:], classifier)["rows"] == 0


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["CO1 1JB", "IP1 2DE", "", "redacted", "75001 Paris", "nonsense"]),
        st.sampled_from(["01/04/2026", "30/06/2026", "1 Jan 2027", "", "tomorrow"]),
        st.sampled_from(["Repairs", "repairs", "IT", ""]),
        st.one_of(
            st.decimals(-(10**9), 10**9, places=2).map(str),
            st.sampled_from(["", "abc", "(5.00)", "5.00 CR"]),
        ),
    ),
    min_size=1,
    max_size=12,
)


@given(rows=ROWS, cut=st.integers(0, 12))
def test_sums_over_statuses_are_the_whole_and_files_can_be_in_any_order(
    rows: list[tuple[str, str, str, str]],
    cut: int,
    classifier: Classifier,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("payments")
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    paths = []
    for at, part in enumerate(parts):
        text = io.StringIO()
        text.write("Supplier,Postcode,Date,Category,Net\nZero Ltd,CO1 1JB,01/04/2026,IT,0.00\n")
        text.writelines(f"Acme Ltd,{','.join(row)}\n" for row in part)
        paths.append(folder / f"{at}.csv")
        paths[-1].write_text(text.getvalue())
    found = counted(paths, classifier)
    assert counted(paths[::-1], classifier) == found
    assert found["rows"] == len(rows) + len(parts)
    read = {"(5.00)": Decimal(-5), "5.00 CR": Decimal(-5), "": Decimal(0), "abc": Decimal(0)}
    whole = sum((read[r[3]] if r[3] in read else Decimal(r[3]) for r in rows), Decimal(0))
    assert Decimal(found["amount"]) == whole
    for name in ("by_quarter", "by_category", "by_district", "by_size", "by_supplier"):
        assert sum(line["rows"] for line in found[name]) == found["rows"]
        assert sum(Decimal(line["amount"]) for line in found[name]) == whole
        for status, part in found["by_status"].items():
            lines = [line["by_status"][status] for line in found[name]]
            assert sum(line["rows"] for line in lines) == part["rows"]
            assert sum(Decimal(line["amount"]) for line in lines) == Decimal(part["amount"])
    assert sum(part["rows"] for part in found["by_status"].values()) == found["rows"]


def test_the_worked_example_of_the_docs_is_what_comes_out(
    repository: Path, tmp_path: Path, classifier: Classifier, options: list[Option]
) -> None:
    page = (repository / "docs" / "spend.md").read_text(encoding="utf-8")
    paths = [tmp_path / "april.csv", tmp_path / "may.csv"]
    for path, text in zip(paths, re.findall(r"```csv\n(.*?)```", page, re.DOTALL), strict=True):
        path.write_text(text, encoding="utf-8")
    found = counted(paths, classifier, options)
    rows = re.findall(r"^\| (\S+(?: Q\d)?) \| (\d+) \| [^|]+ \| (-?[\d.]+) \|$", page, re.MULTILINE)
    stated = {name: (int(count), amount) for name, count, amount in rows}
    quarters = {li["quarter"]: (li["rows"], li["amount"]) for li in found["by_quarter"]}
    assert stated == amounts(found["by_status"]) | quarters
    assert len(found["repeats"]) == 1
    assert sum(table["set_apart"] for table in found["tables"]) == 1
    assert found["by_option"][1]["becomes_local"]["amount"] == "-200.00"


def test_a_row_with_a_cell_too_many_is_told_and_its_money_is_not_guessed(
    tmp_path: Path, classifier: Classifier
) -> None:
    path = tmp_path / "may.csv"
    path.write_text(
        "Supplier,Date,Amount,Lines\nB,01/05/2026,10,1\nSmith, Jones & Co,01/05/2026,55,2\n"
        "C,02/05/2026,20,1,\n"
    )
    found = counted([path], classifier)
    assert (found["rows"], found["amount"]) == (3, "30.00")
    assert [(f["row"], f["reason"]) for f in found["faults"]] == [(3, "row_too_wide")]


def test_payments_under_titles_of_addresses_are_read_by_where_a_supplier_trades(
    tmp_path: Path, classifier: Classifier
) -> None:
    path = tmp_path / "june.csv"
    path.write_text(
        ",Registered office,,Trading address,,\nSupplier,Town,Postcode,Town,Postcode,Net\n"
        "A,Edinburgh,EH1 1YZ,Colchester,CO1 1JB,10\nB,Edinburgh,EH1 1YZ,,,20\n"
    )
    found = counted([path], classifier)
    assert amounts(found["by_status"]) == {"local": (1, "10.00"), "not_local": (1, "20.00")}
