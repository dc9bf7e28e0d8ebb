"""Every postcode is found, in files as the world writes them; the verdicts are worked out by hand.

Under the official area of Colchester: CO1 1JB (Colchester Town Hall) and CO3 3WG (its council's
offices) are local; IP1 1DH (Ipswich), CM1 1LX (Chelmsford) and EC1A 1BB (London) are not.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import openpyxl
import pytest

from localarea.checking.check_file import check_any
from localarea.checking.frames import check_frame
from localarea.checking.preview import preview
from localarea.checking.results.unresolved import unresolved_sheets
from localarea.checking.rows import csv_checker
from localarea.checking.rows.csv_checker import ADDED
from localarea.cli.app import run
from localarea.errors import FileFormatError, InputError
from localarea.tables.finding.no_payment import is_no_payment
from localarea.tables.finding.own_columns import ADDED_HEADERS, REASON_WORDS, own_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.checking.csv_file import FileReport
    from localarea.classify.classifier import Classifier

Rows = "Sequence[Sequence[str]]"


@pytest.fixture(params=["plain", "compiled", "workbook"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "compiled":
        monkeypatch.setattr(csv_checker, "_COMPILE_FROM", 0)
    return "xlsx" if request.param == "workbook" else "csv"


def written(folder: Path, way: str, rows: Sequence[Sequence[str]]) -> Path:
    path = folder / f"in.{way}"
    if way == "csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([cell or None for cell in row])
        book.save(path)
    return path


def cells_of(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    page = openpyxl.load_workbook(path).worksheets[0]
    return [["" if v is None else str(v) for v in row] for row in page.iter_rows(values_only=True)]


def answers(path: Path) -> list[tuple[str, str, str]]:
    """Postcode, reason and column used of each row below the header; blank where none is."""
    header, *rows = cells_of(path)
    places = [header.index("local_postcode"), header.index("local_reason")]
    places += [header.index("local_column")] if "local_column" in header else []
    found = [[row[at] if at < len(row) else "" for at in places] for row in rows]
    return [(*row, "")[:3] for row in found]  # type: ignore[misc]


def check(
    path: Path, classifier: Classifier, **more: object
) -> tuple[list[tuple[str, str, str]], FileReport]:
    out = path.with_name(f"out{path.suffix}")
    report = check_any(path, classifier, out=out, **more)  # type: ignore[arg-type]
    return answers(out), report  # type: ignore[return-value]


# ---- Which address, and which cells ----


def test_the_postcode_is_found_in_any_line_of_the_address(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [
        ("Supplier", "Address 1", "Address 2", "Town", "County", "Amount"),
        ("A", "1 High St", "Colchester", "CO1 1JB", "", "10"),
        ("B", "Unit 2", "Ipswich Road", "Ipswich", "IP1 1DH", "20"),
        ("C", "3 The Street", "Chelmsford CM1 1LX", "", "", "30"),
        ("D", "Unit B2", "Mills", "Colchester", "Essex", "40"),  # no unit or name is a postcode
        ("E", "", "", "", "", "50"),
        ("F", "CO1 1JB", "IP1 1DH", "", "", "60"),  # nobody can know which
    ]
    found, report = check(written(tmp_path, way, rows), classifier)
    assert found == [
        ("CO1 1JB", "in_area", "Town"),
        ("IP1 1DH", "outside_area", "County"),
        ("CM1 1LX", "outside_area", "Address 2"),
        ("", "blank", ""),
        ("", "blank", ""),
        ("", "several", "Address 1"),
    ]
    assert report.by_status == {"local": 1, "not_local": 2, "unknown": 3}
    assert any("looked for the postcode of each row in 'Address 1'" in n for n in report.notes)


def test_lines_of_the_address_help_a_blank_postcode(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [
        ("Supplier", "Address 1", "Town", "Postcode"),
        ("A", "1 High St", "Ipswich", "CO1 1JB"),
        ("B", "1 High St", "IP1 1DH", ""),
        ("C", "1 High St CM1 1LX", "Chelmsford", "see address"),
        ("D", "1 High St EC1A 1BB", "Colchester", "CO3 3WG"),  # its own cell goes first
    ]
    found, _ = check(written(tmp_path, way, rows), classifier)
    assert found == [
        ("CO1 1JB", "in_area", "Postcode"),
        ("IP1 1DH", "outside_area", "Town"),
        ("CM1 1LX", "outside_area", "Address 1"),
        ("CO3 3WG", "in_area", "Postcode"),
    ]


def test_two_halves_are_one_postcode(way: str, tmp_path: Path, classifier: Classifier) -> None:
    rows = [
        ("Supplier", "Post", "Code", "Amount"),
        ("A", "CO1", "1JB", "1"),
        ("B", "ip1", " 1dh", "2"),
        ("C", "EC1A", "1BB", "3"),
        ("D", "CO1", "", "4"),  # half of one is answered as half of one
        ("E", "", "", "5"),
        ("F", "CO3 3WG", "", "6"),  # somebody wrote the whole into the first cell
    ]
    found, report = check(written(tmp_path, way, rows), classifier)
    assert [row[:2] for row in found] == [
        ("CO1 1JB", "in_area"),
        ("IP1 1DH", "outside_area"),
        ("EC1A 1BB", "outside_area"),
        ("CO1", "outward_only"),
        ("", "blank"),
        ("CO3 3WG", "in_area"),
    ]
    assert {row[2] for row in found} == {"Post + Code"}
    assert any("two halves of one postcode" in note for note in report.notes)


def test_halves_that_say_so_are_joined_though_they_stand_apart(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [
        ("Outward code", "Town", "Inward code"),
        ("CO1", "Colchester", "1JB"),
        ("IP1", "Ipswich", "1DH"),
    ]
    found, report = check(written(tmp_path, way, rows), classifier)
    assert [row[:2] for row in found] == [("CO1 1JB", "in_area"), ("IP1 1DH", "outside_area")]
    assert any("two halves of one postcode" in note for note in report.notes)


def test_a_code_that_only_looks_like_a_half_is_no_part_of_a_postcode(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [("Postcode", "Supplier", "Grade"), ("CO1", "A", "1JB"), ("IP1", "B", "1DH")]
    found, _ = check(written(tmp_path, way, rows), classifier)
    assert [row[0] for row in found] == ["CO1", "IP1"]


def test_halves_can_be_named_though_they_stand_apart(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [("Outcode", "Supplier", "Incode"), ("CO1", "A", "1JB"), ("IP1", "B", "1DH")]
    found, _ = check(written(tmp_path, way, rows), classifier, columns=["Outcode", "Incode"])
    assert [row[:2] for row in found] == [("CO1 1JB", "in_area"), ("IP1 1DH", "outside_area")]


@pytest.mark.parametrize(
    "site",
    [
        "Trading address postcode",
        "Site Postcode",
        "DeliveryPostCode",
        "Works post code",
        "depot_pcode",
    ],
)
@pytest.mark.parametrize("office", ["Registered office postcode", "Reg Post Code", "HQ Postcode"])
def test_where_a_supplier_trades_goes_before_its_registered_office(
    site: str, office: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [
        ("Name", office, site),
        ("A", "EC1A 1BB", "CO1 1JB"),
        ("B", "CO1 1JB", ""),
        ("C", "", ""),
        ("D", "CO1 1JB", "as above"),
        ("E", "CO1 1JB", "D02 AF30"),  # it trades in Dublin
    ]
    found, report = check(written(tmp_path, "csv", rows), classifier)
    assert found == [
        ("CO1 1JB", "in_area", site),
        ("CO1 1JB", "in_area", office),
        ("", "blank", site),
        ("CO1 1JB", "in_area", office),
        ("", "abroad", site),
    ]
    assert any("goes before where it is registered" in note for note in report.notes)


def test_addresses_have_one_order_and_the_user_another(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [
        ("Registered postcode", "Invoice postcode", "Postcode", "Branch postcode"),
        ("CO1 1JB", "IP1 1DH", "CM1 1LX", "EC1A 1BB"),
        ("CO1 1JB", "IP1 1DH", "CM1 1LX", ""),
        ("CO1 1JB", "IP1 1DH", "", ""),
        ("CO1 1JB", "", "", ""),
    ]
    path = written(tmp_path, way, rows)
    found, _ = check(path, classifier)
    assert [row[2] for row in found] == [
        *("Branch postcode", "Postcode", "Invoice postcode", "Registered postcode"),
    ]
    assert [row[0] for row in found] == ["EC1A 1BB", "CM1 1LX", "IP1 1DH", "CO1 1JB"]
    found, _ = check(path, classifier, columns=["Registered postcode"])
    assert found == [("CO1 1JB", "in_area", "")] * 4


def test_one_plain_column_gets_no_column_more(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [("Name", "Town", "Postcode"), ("A", "Colchester", "CO1 1JB")]
    path = written(tmp_path, way, rows)
    check(path, classifier)
    (header, _) = cells_of(path.with_name(f"out{path.suffix}"))
    assert header == [*rows[0], *ADDED]


def test_two_plain_columns_are_not_mixed(tmp_path: Path, classifier: Classifier) -> None:
    rows = [("Postcode", "Contact postcode"), ("CO1 1JB", "IP1 1DH"), ("", "IP1 1DH")]
    found, report = check(written(tmp_path, "csv", rows), classifier)
    assert found == [("CO1 1JB", "in_area", ""), ("", "blank", "")]
    assert any("'Contact postcode' (column 2) could be used too" in n for n in report.notes)


def test_postcodes_that_wander_without_a_header_that_says_so(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [
        ("a", "b", "c", "d"),
        ("x", "CO1 1JB", "", "y"),
        ("x", "", "IP1 1DH", "y"),
        ("x", "y", "", "CM1 1LX"),
        ("x", "", "y", "z"),
    ]
    found, _ = check(written(tmp_path, way, rows), classifier)
    assert found == [
        ("CO1 1JB", "in_area", "b"),
        ("IP1 1DH", "outside_area", "c"),
        ("CM1 1LX", "outside_area", "d"),
        ("", "blank", ""),
    ]


# ---- Rows that are no payments ----

NO_PAYMENTS = [
    *(
        ["Total", "", "60"],
        ["Grand total", "", "60"],
        ["Sub-total", "", "60"],
        ["TOTALS:", "", "60"],
    ),
    *(["", "", "Total 60"], ["Total for April 2025", "", "60"], ["Smith Ltd Total", "", "60"]),
    *(["*** End of report ***", "", ""], ["Page 1 of 3", "", ""], ["", "Page 2", ""]),
    *(["Prepared by the finance team", "", ""], ["Report generated on 1 April 2025", "", ""]),
    *(["Supplier", "Postcode", "Amount"], ["SUPPLIER", "postcode", "amount "]),
    *(["Number of payments: 12", "", ""], ["Total spend (net)", "", "1,234.50"]),
    *(["Source: Agresso", "", ""], ["Carried forward", "", "12.00"]),
    *(["Contract", "Site postcode", "Value"], ["Post Code", "Contract", "Value"]),
]
PAYMENTS = [
    *(
        ["Total Gas & Power", "", "60"],
        ["Totalsigns Ltd", "", "60"],
        ["Total Energies UK Ltd", "", "1"],
    ),
    *(
        ["Page & Sons Ltd", "", "60"],
        ["Prepared Foods Ltd", "", "60"],
        ["Average Joe's Gym", "", "1"],
    ),
    *(["Source Ltd", "", "60"], ["End of Line Records", "", "60"], ["Count Me In CIC", "", "60"]),
    *(["Balance Yoga", "", "60"], ["Official Supplies", "", "60"], ["A", "", ""], ["", "", "60"]),
    *(["Acme", "No postcode", ""], ["Acme", "Postcode unknown", ""], ["", "Postcode", ""]),
    *(["Acme", "Postcode", "60"], ["Postcode Anywhere Ltd", "n/a", ""]),
]


@pytest.mark.parametrize("row", NO_PAYMENTS)
def test_totals_and_footers_are_told(row: list[str]) -> None:
    assert is_no_payment(row, ["Supplier", "Postcode", "Amount"], [1])


@pytest.mark.parametrize("row", PAYMENTS)
def test_a_supplier_with_such_a_name_is_a_payment(row: list[str]) -> None:
    assert not is_no_payment(row, ["Supplier", "Postcode", "Amount"], [1])


def test_rows_without_a_payment_stay_as_they_are_and_are_counted_apart(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    header = ("Supplier", "Postcode", "Amount")
    rows = [
        header,
        ("Total Gas & Power", "CO1 1JB", "10"),
        ("Totalsigns Ltd", "IP1 1DH", "20"),
        ("Total", "CO1 1JB", "30"),  # with a postcode it is a supplier
        ("Sub-total", "", "60"),
        header,
        ("A", "", "5"),
        ("Total", "", "65"),
        ("*** End of report ***", "", ""),
    ]
    path = written(tmp_path, way, rows)
    found, report = check(path, classifier)
    assert [row[1] for row in found] == [
        *("in_area", "outside_area", "in_area", "", "", "blank", "", ""),
    ]
    assert (report.rows, report.not_payments) == (4, 4)
    assert report.by_status == {"local": 2, "not_local": 1, "unknown": 1}
    assert any(n.startswith("4 rows (rows 5, 6, 8, 9): totals, footers") for n in report.notes)
    if way == "csv":
        lines = path.read_text().splitlines()
        out = path.with_name("out.csv").read_text().splitlines()
        assert [out[at] for at in (4, 5, 7, 8)] == [lines[at] for at in (4, 5, 7, 8)]


def test_the_header_of_another_table_is_told(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [
        ("Supplier", "Postcode", "Amount"),
        ("A", "CO1 1JB", "1"),
        ("", "", ""),
        ("Supplier", "Postcode", "Amount"),  # the first again
        ("B", "IP1 1DH", "2"),
        ("Site postcode", "Contract", "Value"),
        ("CO1 1JB", "C", "3"),
    ]
    _, report = check(written(tmp_path, way, rows), classifier)
    assert (report.rows, report.not_payments) == (3, 2)
    assert report.by_status == {"local": 1, "not_local": 1, "unknown": 1}
    told = [note for note in report.notes if "another table" in note]
    assert [note.partition(":")[0] for note in told] == ["1 row (row 6)"]


def test_the_command_counts_them_apart(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = [("Supplier", "Postcode"), ("A", "CO1 1JB"), ("B", "REDACTED"), ("Total", "")]
    path = written(tmp_path, "csv", rows)
    command = ["check-file", str(path), "--option", "ttwa-official"]
    assert run([*command, "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert (report["rows"], report["not_payments"]) == (2, 1)
    assert report["by_reason"] == {"in_area": 1, "withheld": 1}
    assert run(command) == 0
    assert "not payments: 1" in capfd.readouterr().err


# ---- Withheld, abroad, two in a cell, pushed aside ----


def test_reasons_of_unreadable_cells(way: str, tmp_path: Path, classifier: Classifier) -> None:
    rows = [
        ("Payee", "Postcode", "Country", "Amount"),
        ("A", "REDACTED", "", "1"),
        ("REDACTED PERSONAL DATA", "", "", "2"),
        ("B", "75008", "France", "3"),
        ("C", "", "Ireland", "4"),
        ("D", "10001", "USA", "5"),
        ("E", "10001", "UK", "6"),  # a number alone is anything
        ("F", "CO1 1JB", "France", "7"),  # a British postcode is where it is
        ("G", "HM 12", "Bermuda", "8"),
        ("H", "CO1 1JB / IP1 1DH", "UK", "9"),
        ("I", "CO1 1", "UK", "10"),
        ("J", "GX11 1AA", "Gibraltar", "11"),
    ]
    found, report = check(written(tmp_path, way, rows), classifier)
    assert [row[1] for row in found] == [
        *("withheld", "withheld", "abroad", "abroad", "abroad", "malformed"),
        *("in_area", "abroad", "several", "outward_only", "abroad"),
    ]
    assert report.by_status == {"local": 2, "not_local": 5, "unknown": 4}
    assert any("'Country' (column 3) says which rows are abroad" in n for n in report.notes)


def test_a_code_of_bermuda_is_abroad_if_the_row_says_so(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [
        ("Payee", "Town", "Postcode"),
        ("A", "Hamilton, Bermuda", "HM 11"),
        ("B", "Hamilton", "HM11 Bermuda"),
        ("C", "BERMUDA", "CR 04"),  # Crawl; CR is Croydon's area as well
        ("D", "Bermuda", "CO1 1JB"),  # a British postcode is where it is
        ("E", "Hamilton", "HM 11"),  # Hamilton in Lanarkshire may have mistyped it
        ("F", "Bermuda", "CR0"),  # a district of Croydon
    ]
    found, _ = check(written(tmp_path, way, rows), classifier)
    assert [row[1] for row in found] == [
        *("abroad", "abroad", "abroad", "in_area", "not_in_directory", "outward_only"),
    ]


def test_a_code_that_may_be_of_bermuda_is_called_so(classifier: Classifier) -> None:
    told = classifier.check("HM 11")
    assert (told.status, told.reason) == ("unknown", "not_in_directory")
    assert "It may be mistyped, or a postcode of Bermuda: if so, give" in told.explanation
    assert "Bermuda" not in classifier.check("HM 99").explanation


def test_a_zip_code_is_abroad_by_its_state(tmp_path: Path, classifier: Classifier) -> None:
    rows = [("Payee", "City", "State", "Zip"), ("A", "New York", "NY", "10001")]
    rows += [("B", "Colchester", "", "12345"), ("C", "Colchester", "", "CO1 1JB")]
    found, _ = check(written(tmp_path, "csv", rows), classifier)
    assert [row[1] for row in found] == ["abroad", "malformed", "in_area"]


def test_a_column_called_country_that_holds_counties_says_nothing(
    tmp_path: Path, classifier: Classifier
) -> None:
    rows = [("Country", "Postcode"), ("Essex", "10001"), ("Suffolk", "CO1 1JB"), ("Kent", "")]
    found, _ = check(written(tmp_path, "csv", rows), classifier)
    assert [row[1] for row in found] == ["malformed", "in_area", "blank"]


def test_rows_with_a_mistyped_postcode_are_counted_in_a_note(
    way: str, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [("Postcode",), ("CO1 1JB",), ("CO1 1J8",), ("C01 1JB",), ("co1-1jb",), ("Colchester",)]
    found, report = check(written(tmp_path, way, rows), classifier)
    assert [row[0] for row in found] == [*["CO1 1JB"] * 4, ""]
    said = [note for note in report.notes if "mistyped" in note]
    assert len(said) == 1
    assert "2 rows (rows 3, 4): a letter or digit was mistyped" in said[0]
    found, report = check(written(tmp_path, way, rows[:2]), classifier)
    assert not any("mistyped" in note for note in report.notes)


@pytest.mark.parametrize("compile_from", [1 << 40, 0])
def test_a_postcode_that_a_comma_pushed_aside_is_found_and_flagged(
    compile_from: int, tmp_path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_checker, "_COMPILE_FROM", compile_from)
    path = tmp_path / "in.csv"
    path.write_text(
        "Supplier,Postcode,Amount\nA,CO1 1JB,1\nB, Smith & Sons, Ltd,IP1 1DH,2\nC,x,3\n"
    )
    found, report = check(path, classifier)
    assert [row[:2] for row in found] == [
        ("CO1 1JB", "in_area"),
        ("IP1 1DH", "outside_area"),
        ("", "malformed"),
    ]
    header, _, moved, _ = cells_of(path.with_name("out.csv"))
    assert "in a later cell" in moved[header.index("local_explanation")]
    assert any(n.startswith("1 row (row 3): a cell too many") for n in report.notes)
    # Sent again, the result is the same to the byte.
    again = tmp_path / "again.csv"
    check_any(path.with_name("out.csv"), classifier, out=again)
    assert again.read_bytes() == path.with_name("out.csv").read_bytes()


# ---- Sheets ----


def book_of(path: Path, sheets: dict[str, Sequence[Sequence[str]]], hidden: str = "") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([cell or None for cell in row])
        page.sheet_state = "hidden" if name == hidden else "visible"
    book.save(path)
    return path


SHEETS = {
    "Read me": [("This workbook lists suppliers at CO1 1JB",)],
    "Old": [("Supplier", "Postcode"), ("A", "IP1 1DH")],
    "Now": [("Supplier", "Postcode"), ("A", "CO1 1JB"), ("B", "IP1 1DH"), ("C", "CM1 1LX")],
    "Codes": [("Code", "Meaning"), ("1", "one")],
}


def test_the_sheet_with_most_postcodes_is_checked_and_the_others_are_named(
    tmp_path: Path, classifier: Classifier
) -> None:
    path = book_of(tmp_path / "in.xlsx", SHEETS)
    report = check_any(path, classifier)
    assert report.encoding == "xlsx, sheet 'Now'"  # type: ignore[union-attr]
    assert report.by_status == {"local": 1, "not_local": 2, "unknown": 0}
    (note, *_) = report.notes  # type: ignore[union-attr]
    assert note.startswith("checked sheet 'Now'; postcodes are in 'Old' too")
    assert note.endswith("no postcodes were found in 'Read me', 'Codes'")


def test_a_sheet_can_be_named_and_all_can_be_asked(tmp_path: Path, classifier: Classifier) -> None:
    sheets = {name: rows for name, rows in SHEETS.items() if name != "Read me"}
    path = book_of(tmp_path / "in.xlsx", sheets)
    report = check_any(path, classifier, sheet="old", out=tmp_path / "old.xlsx")
    assert report.by_status == {"local": 0, "not_local": 1, "unknown": 0}
    report = check_any(path, classifier, sheet="all", out=tmp_path / "all.xlsx")
    assert report.by_status == {"local": 1, "not_local": 3, "unknown": 0}
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert [book[name].cell(1, 3).value for name in sheets] == [
        *("local_postcode", "local_postcode", None),
    ]
    with pytest.raises(FileFormatError, match="there is no sheet 'other'"):
        check_any(path, classifier, sheet="other", out=tmp_path / "other.xlsx")


def test_a_hidden_sheet_is_checked_only_if_named(tmp_path: Path, classifier: Classifier) -> None:
    path = book_of(tmp_path / "in.xlsx", SHEETS, hidden="Now")
    report = check_any(path, classifier)
    assert report.encoding == "xlsx, sheet 'Old'"  # type: ignore[union-attr]


# ---- What an earlier check added ----


def test_a_result_sent_again_does_not_grow(tmp_path: Path, classifier: Classifier) -> None:
    rows = [
        ("Supplier", "Registered postcode", "Site postcode"),
        ("A", "CO1 1JB", "IP1 1DH"),
        ("B", "CM1 1LX", ""),
        ("Total", "", ""),
    ]
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    check_any(written(tmp_path, "csv", rows), classifier, out=first)
    report = check_any(first, classifier, out=second)
    assert second.read_bytes() == first.read_bytes()
    assert any("of an earlier check were replaced" in n for n in report.notes)  # type: ignore[union-attr]
    # Words for people are known again too, and a column that a person wrote behind them stays.
    words = tmp_path / "words.csv"
    check_any(first, classifier, out=words, wording="people")
    lines = words.read_text().splitlines()
    more = [f"{line},{note}" for line, note in zip(lines, ["Comment", "x", "y", ""], strict=True)]
    words.write_text("\n".join(more) + "\n")
    check_any(words, classifier, out=second)
    assert cells_of(second)[0][:5] == [*rows[0], "Comment", "local_postcode"]
    assert [row[3] for row in cells_of(second)[1:3]] == ["x", "y"]


def test_only_whole_runs_of_our_columns_are_replaced() -> None:
    ours = list(ADDED_HEADERS)
    assert own_columns(["a", *ours, "b"]) == tuple(range(1, 11))
    assert own_columns(["a", *(f"{name}_2" for name in ours)]) == tuple(range(1, 11))
    assert own_columns([*ours, *(f"{name}_2" for name in ours)]) == tuple(range(20))
    assert own_columns([*ADDED_HEADERS.values()]) == tuple(range(10))
    assert own_columns(["local_status", "Postcode", "local_reason"]) == ()  # a person's own
    assert own_columns(["Reason", "District", "Zone"]) == ()


# ---- Words for people ----


def test_headers_and_answers_for_people(way: str, tmp_path: Path, classifier: Classifier) -> None:
    rows = [("Supplier", "Postcode"), ("A", "CO1 1JB"), ("B", "IP1 1DH"), ("C", "")]
    path = written(tmp_path, way, rows)
    out = path.with_name(f"out{path.suffix}")
    check_any(path, classifier, out=out, wording="people")
    header, *found = [dict(zip(cells_of(out)[0], row, strict=False)) for row in cells_of(out)]
    assert list(header)[2:] == list(ADDED_HEADERS.values())
    assert [row["Local?"] for row in found] == ["Yes", "No", "Unknown"]
    assert [row["Reason"] for row in found] == [
        "Inside the area",
        "Outside the area",
        "No postcode",
    ]
    assert [row["District"] for row in found] == ["Colchester", "Ipswich", ""]
    assert [row["Borderline?"] for row in found] == ["No"] * 3
    (sheet,) = unresolved_sheets(out)
    assert [(row.number, row.reason) for row in sheet.rows()] == [(4, "blank")]


def test_every_reason_has_words() -> None:
    from typing import get_args

    from localarea.records import Reason

    assert set(REASON_WORDS) == set(get_args(Reason))
    assert len(set(REASON_WORDS.values())) == len(REASON_WORDS)


def test_parquet_has_no_words_for_people(tmp_path: Path, classifier: Classifier) -> None:
    with pytest.raises(InputError, match="headers in codes"):
        check_any(tmp_path / "x.parquet", classifier, wording="people")


# ---- Frames and previews ----


def test_frames_are_read_where_suppliers_trade(classifier: Classifier) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {"Registered postcode": ["EC1A 1BB", "x"], "Trading postcode": ["CO1 1JB", "Withheld"]}
    )
    checked = check_frame(frame, classifier)
    assert list(checked["local_reason"]) == ["in_area", "withheld"]


def test_a_preview_shows_what_would_be_read(tmp_path: Path) -> None:
    sheets = {
        **SHEETS,
        "Now": [
            ("Supplier", "Registered postcode", "Trading postcode", "Country"),
            ("A", "EC1A 1BB", "CO1 1JB", "UK"),
            ("B", "IP1 1DH", "", "UK"),
            ("C", "75008", "", "France"),
            ("Total", "", "", ""),
        ],
    }
    path = book_of(tmp_path / "in.xlsx", sheets, hidden="Old")
    found = preview(path)
    assert [(s.name, s.postcodes, s.chosen, s.hidden) for s in found.sheets] == [
        ("Read me", 0, False, False),
        ("Old", 1, False, True),
        ("Now", 2, True, False),
        ("Codes", 0, False, False),
    ]
    assert (found.kind, found.sheet, found.fault) == ("workbook", "Now", "")
    assert [(c.use, c.kind, c.order, c.postcodes) for c in found.columns] == [
        ("", "", 0, 0),
        ("postcode", "registered", 2, 2),
        ("postcode", "site", 1, 1),
        ("country", "", 0, 0),
    ]
    assert [(r.number, r.read, r.column) for r in found.rows] == [
        (2, "CO1 1JB", "Trading postcode"),
        (3, "IP1 1DH", "Registered postcode"),
        (4, "", "Registered postcode"),
        (5, "", "Trading postcode"),
    ]
    assert [r.note for r in found.rows[2:]] == [
        "abroad by another column",
        "a total, a footer or the header again: it gets no answer",
    ]


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_a_preview_without_postcodes_says_so_and_shows_the_columns(
    kind: str, tmp_path: Path
) -> None:
    import pandas as pd

    rows = [("Supplier", "Amount"), ("A", "one"), ("B", "two")]
    if kind == "parquet":
        path = tmp_path / "in.parquet"
        pd.DataFrame(rows[1:], columns=list(rows[0])).to_parquet(path)
    else:
        path = written(tmp_path, kind, rows)
    found = preview(path)
    assert "no column holds postcodes" in found.fault
    assert [c.header for c in found.columns] == ["Supplier", "Amount"]
    assert [r.cells for r in found.rows] == [("A", "one"), ("B", "two")]
    assert "there is no column 'x'" in preview(path, columns=["x"]).fault
