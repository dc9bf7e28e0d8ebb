"""Receipts: what is untouched, what was only saved again, and where something was changed."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from office import needs_office

from localarea.checking.check_file import check_any
from localarea.checking.digest_changes import changes_between
from localarea.checking.receipt import Receipt, receipt_from, sha256_of
from localarea.checking.results.result_receipt import receipt_beside
from localarea.checking.results.verifying import default_receipt, verify_result
from localarea.checking.rows.row_digest import MOST_HASHES, digest_of
from localarea.checking.workbooks.receipt_sheet import MARK, read_receipt_sheet
from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.cli.app import run
from localarea.errors import InputError
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.tables.plain_values import plain_value
from localarea.tables.workbooks.saved_values import saved_sheets
from localarea.tables.xlsx.row_values import RowValues

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from office import Office

    from localarea.datasets.store import DataStore

AT, BY = "2026-03-02T09:30:00+00:00", "Ada Analyst"
ROWS: list[list[Any]] = [
    ["A Ltd", "CO1 1JB", 0.1 + 0.2, dt.datetime(2025, 4, 1), True],  # noqa: DTZ001 -- no zone
    ["B Ltd", "IP1 1AA", 12345678901234, None, False],
    ["  C\nLtd", "nonsense", -7.5, dt.datetime(2025, 4, 1, 13, 37, 11), None],  # noqa: DTZ001
    ["007", None, "12.50", None, None],
]


@pytest.fixture(scope="module")
def classifier(small_tables: DataStore) -> Classifier:
    council = read_council(store=small_tables)
    option = option_zones("ttwa-official", council, store=small_tables)
    return Classifier(boundary_of_option(option), store=small_tables)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Pay"
    page.append(["Supplier", "Postcode", "Paid", "Start", "New"])
    for row in ROWS:
        page.append(row)
    book.create_sheet("Notes")["B2"] = "kept"
    path = tmp_path / "pay.xlsx"
    book.save(path)
    return path


@pytest.fixture
def result(source: Path, classifier: Classifier) -> Path:
    check_any(source, classifier)
    return source.with_name("pay.checked.xlsx")


@pytest.fixture
def text_result(tmp_path: Path, classifier: Classifier) -> Path:
    path = tmp_path / "pay.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Supplier", "Postcode"], *(row[:2] for row in ROWS)])
    report = check_any(path, classifier)
    made = receipt_beside(report, classifier, at=AT, by=BY)
    out = path.with_name("pay.checked.csv")
    default_receipt(out).write_text(json.dumps(made.as_dict()))
    return out


def edited(path: Path, edit: Callable[[Any], None]) -> Path:
    """Change a workbook by another program than ours."""
    book = openpyxl.load_workbook(path)
    edit(book)
    out = path.with_name("edited.xlsx")
    book.save(out)
    return out


def rewritten(path: Path, old: str, new: str) -> Path:
    """Change the XML of the first sheet of a workbook."""
    out = path.with_name(f"rewritten.{path.name}")
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            data = given.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text, count = re.subn(old, new, data.decode())
                assert count
                data = text.encode()
            made.writestr(name, data)
    return out


def with_truths_as_numbers(path: Path) -> Path:
    """Write truth values as LibreOffice does if they have a format of their own."""
    once = rewritten(path, 't="b"><v>1</v>', 't="n"><f aca="false">TRUE()</f><v>1</v>')
    return rewritten(once, 't="b"><v>0</v>', 't="n"><f aca="false">FALSE()</f><v>0</v>')


def set_cell(sheet: str, place: str, value: Any) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        book[sheet][place] = value

    return edit


def test_a_workbook_says_what_it_was_checked_against(source: Path, result: Path) -> None:
    found = verify_result(result)
    assert (found.standing, found.changes) == ("untouched", ())
    made = found.receipt
    assert made.input_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert (made.basis.kind, made.basis.id, made.basis.directory) == (
        "option", "ttwa-official", "2025-11",
    )  # fmt: skip
    assert (made.rows, made.column, made.sheet) == (4, "Postcode", "'Pay'")
    assert made.by_status == {"local": 1, "not_local": 1, "unknown": 2}
    assert (made.at, made.by, made.result_sha256) == ("", "", "")
    shown = list(openpyxl.load_workbook(result)["Local receipt"].values)
    assert shown[0][0] == MARK
    assert ("Unknown", 2) in [row[:2] for row in shown]


def test_the_same_workbook_gives_the_same_bytes(
    source: Path, classifier: Classifier, tmp_path: Path
) -> None:
    outs = [tmp_path / f"{name}.xlsx" for name in "ab"]
    for out in outs:
        check_any(source, classifier, out=out)
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_a_workbook_that_another_program_saved_is_untouched_in_value(result: Path) -> None:
    found = verify_result(edited(result, lambda _: None))
    assert (found.standing, found.changes) == ("saved_again", ())


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_a_workbook_that_libreoffice_saved_is_untouched_in_value(
    source: Path, classifier: Classifier, ending: str, office: Office, tmp_path: Path
) -> None:
    def saved(path: Path, folder: str) -> Path:
        office.convert([path], ending, tmp_path / folder)
        return tmp_path / folder / f"{path.stem}.{ending}"

    # LibreOffice makes a number of a truth value that has a format of numbers.
    formatted = edited(source, lambda book: setattr(book["Pay"]["E2"], "number_format", "0.00"))
    source = formatted.replace(source)
    given = source if ending == "xlsx" else saved(source, "given")
    check_any(given, classifier)
    made = given.with_name(f"pay.checked.{ending}")
    assert verify_result(made).standing == "untouched"
    assert verify_result(saved(made, "again")).standing == "saved_again"


def test_a_truth_value_saved_as_a_number_is_untouched(result: Path) -> None:
    again = with_truths_as_numbers(result)
    assert verify_result(again).standing == "saved_again"
    place = '(<c r="H3"[^>]*><f aca="false">FALSE\\(\\)</f>)<v>0</v>'
    found = verify_result(rewritten(again, place, r"\1<v>1</v>"))
    assert found.changes == ("sheet 'Pay': changed: row 3, in column 'local_borderline'",)


def test_a_receipt_of_an_earlier_version_holds_truth_values_as_numbers(
    source: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = with_truths_as_numbers(source)
    with monkeypatch.context() as earlier:
        earlier.setitem(RowValues.__init__.__kwdefaults__, "truths", False)
        check_any(given, classifier)
    made = given.with_name(f"{given.stem}.checked.xlsx")
    assert verify_result(made).standing == "untouched"
    assert verify_result(rewritten(made, "<dimension[^>]*>", "")).standing == "saved_again"
    found = verify_result(rewritten(made, "A Ltd", "Z Ltd"))
    assert found.changes == ("sheet 'Pay': changed: row 2, in column 'Supplier'",)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        # The verdict of row 3 (B Ltd) stands in column G: five columns, postcode, status.
        (set_cell("Pay", "G3", "local"), "sheet 'Pay': changed: row 3, in column 'local_status'"),
        (set_cell("Pay", "B2", "CO4 3SQ"), "sheet 'Pay': changed: row 2, in column 'Postcode'"),
        (set_cell("Pay", "A6", "more"), "sheet 'Pay': added: row 6"),
        (set_cell("Notes", "B2", "changed"), "sheet 'Notes': changed"),
        (lambda book: book["Pay"].delete_rows(5), "sheet 'Pay': missing: row 5 as numbered before"),
        (lambda book: book.remove(book["Notes"]), "sheet 'Notes' is missing"),
        (lambda book: book.create_sheet("More"), "sheet 'More' was added"),
        (
            set_cell("Pay", "P2", "a note"),
            "sheet 'Pay': columns after the last one were filled: 'column 16'; all else is "
            "untouched",
        ),
    ],
)
def test_a_change_is_named_by_row_and_column(
    result: Path, edit: Callable[[Any], None], said: str
) -> None:
    found = verify_result(edited(result, edit))
    assert (found.standing, found.changes) == ("changed", (said,))


def test_rows_in_another_order_are_told(result: Path) -> None:
    def swap(book: Any) -> None:
        page = book["Pay"]
        first, second = ([cell.value for cell in page[row]] for row in (2, 3))
        for at, (one, other) in enumerate(zip(first, second, strict=True), start=1):
            page.cell(2, at).value, page.cell(3, at).value = other, one

    found = verify_result(edited(result, swap))
    assert found.changes == ("sheet 'Pay': the rows are the same, but in another order",)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("B10", "another", "lines of the receipt were changed"),
        ("A1", "No receipt", "has no receipt"),
    ],
)
def test_a_changed_receipt_says_nothing(
    result: Path, place: str, value: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = edited(result, set_cell("Local receipt", place, value))
    with pytest.raises(InputError, match=said):
        verify_result(path)
    assert run(["receipt", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_the_hashed_part_of_a_receipt_cannot_be_changed_alone(result: Path) -> None:
    found = read_receipt_sheet(result)
    assert found is not None
    document = found[1].as_dict()
    assert receipt_from(document) == found[1]
    with pytest.raises(InputError, match="the receipt itself was changed"):
        receipt_from({**document, "rows": 5})
    with pytest.raises(InputError, match="of form 2"):
        receipt_from({**document, "receipt": 2})
    with pytest.raises(InputError, match="not a receipt"):
        receipt_from({"rows": 5})


def test_a_text_file_is_verified_by_the_receipt_beside_it(
    text_result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = verify_result(text_result)
    assert (found.standing, found.receipt.by) == ("untouched", BY)
    assert run(["receipt", str(text_result)]) == 0
    assert "Untouched since it was written." in capsys.readouterr().out
    # Excel writes other quotes and truth values in capitals, and a byte order mark.
    text = text_result.read_text(encoding="utf-8").replace("false", "FALSE").replace('"007"', "007")
    text_result.write_text(text, encoding="utf-8-sig")
    assert verify_result(text_result).standing == "saved_again"
    text_result.write_text(text.replace("not_local", "local", 1), encoding="utf-8")
    assert run(["receipt", str(text_result), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["standing"] == "changed"
    assert said["changes"] == ["changed: row 3, in column 'local_status'"]
    assert said["receipt"]["basis"]["id"] == "ttwa-official"


def test_without_a_receipt_nothing_can_be_told(
    text_result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    default_receipt(text_result).unlink()
    assert run(["receipt", str(text_result)]) == 2
    assert "has no receipt" in capsys.readouterr().err


def test_the_command_writes_receipts(
    tmp_path: Path, small_tables: DataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALAREA_DATA_DIR", str(small_tables.root))
    monkeypatch.setenv("LOCALAREA_CACHE_DIR", str(small_tables.cache_dir))
    monkeypatch.setenv("LOCALAREA_DEFINITIONS_DIR", str(tmp_path / "definitions"))
    source = tmp_path / "p.csv"
    source.write_text("Postcode\nCO1 1JB\n")
    assert run(["check-file", str(source), "--receipt"]) == 0
    written = json.loads((tmp_path / "p.checked.csv.receipt.json").read_text())
    assert written["result_sha256"] == sha256_of(tmp_path / "p.checked.csv")
    assert written["input_sha256"] == hashlib.sha256(b"Postcode\nCO1 1JB\n").hexdigest()
    elsewhere = tmp_path / "r.json"
    assert run(["check-file", str(source), "--receipt-file", str(elsewhere)]) == 0
    assert run(["receipt", str(tmp_path / "p.checked.csv"), "--receipt", str(elsewhere)]) == 0
    assert run(["check-file", str(source), "--receipt-file", str(source)]) == 2


def test_what_goes_into_the_record_holds_no_postcode(
    tmp_path: Path, classifier: Classifier
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "CO1 1JB"
    book.active.append(["Name", "Postcode"])
    book.active.append(["x", "IP1 1AA"])
    path = tmp_path / "CO4 3SQ.xlsx"
    book.save(path)
    report = check_any(path, classifier)
    made = receipt_beside(report, classifier, at=AT, by=BY)
    text = json.dumps(made.record()).upper()
    assert [p for p in ("CO1 1JB", "IP1 1AA", "CO4 3SQ") if p in text] == []
    assert "HOLDS A POSTCODE" in text
    assert "ANALYST" not in text  # of BY; a digest may hold ADA


def test_a_long_sheet_has_one_hash_for_several_rows() -> None:
    def rows(changed: int) -> Any:
        yield 1, ["name", "status"]
        for number in range(2, 2 * MOST_HASHES + 2):
            yield number, [str(number), "x" if number == changed else "y"]

    before, after = (digest_of("s", rows(changed), header=1) for changed in (0, 150_000))
    # 200,001 rows in at most 100,000 hashes: three rows each; row 150,000 ends the 50,000th three.
    assert (before.every, len(before.row_hashes) // 8) == (3, 66_667)
    found = changes_between(before, after)
    assert (found.rows, found.columns) == (((149_998, 150_000),), ("status",))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12.50", "12.5", True),
        ("0.30000000000000004", "0.3", True),
        ("1e3", "1000", True),
        ("true", "TRUE", True),
        ("a\r\nb", "a\nb", True),
        ("007", "7", False),
        ("CO1 1JB", "co1 1jb", False),
        ("12345678901234", "12345678901235", False),
        ("yes", "Yes", False),
    ],
)
def test_what_counts_as_the_same_value(one: str, other: str, same: bool) -> None:
    assert (plain_value(one) == plain_value(other)) is same


def test_a_file_of_another_namespace_prefix_reads_the_same(result: Path, tmp_path: Path) -> None:
    out = tmp_path / "prefixed.xlsx"
    with zipfile.ZipFile(result) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                data = data.replace(b'xmlns="' + main, b'xmlns:x="' + main)
                data = (
                    data.replace(b"</", b"</x:").replace(b"<", b"<x:").replace(b"<x:/x:", b"</x:")
                )
                data = data.replace(b"<x:?xml", b"<?xml")
            new.writestr(name, data)
    before, after = (
        [(sheet.name, list(sheet.rows)) for sheet in saved_sheets(path)] for path in (result, out)
    )
    assert before == after


def test_a_receipt_has_all_its_fields_in_json(result: Path) -> None:
    found = read_receipt_sheet(result)
    assert found is not None
    document = found[1].as_dict()
    assert set(Receipt.__dataclass_fields__) <= set(document)
    assert document["receipt"] == 1
