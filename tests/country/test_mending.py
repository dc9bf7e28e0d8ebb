"""Mending: the rows without an answer come as a workbook, and are merged back into the result."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ods_cases as ods
import openpyxl
import pytest

from localarea.checking.check_file import check_any
from localarea.checking.receipt import sha256_of
from localarea.checking.results import merging, unresolved
from localarea.checking.results.mending import plan_mending
from localarea.checking.results.merging import MENDED, merge_mended
from localarea.checking.results.result_receipt import receipt_beside
from localarea.checking.results.unresolved import read_mended, write_unresolved
from localarea.checking.results.verifying import default_receipt, verify_result
from localarea.checking.rows.row_evidence import RowEvidence
from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.cli.app import run
from localarea.errors import FileFormatError, InputError
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.tables.xlsx.changed_cells import change_cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
    from localarea.datasets.store import DataStore

STAMP = {"at": "2026-03-02T09:30:00+00:00", "by": "Ada Analyst"}
# Rows 4 and 6 of the sheet have no answer.
ROWS: list[list[Any]] = [
    ["A, Ltd", "CO1 1JB", 10.5],
    ["B Ltd", "IP1 1AA", 20],
    ['C "Best" Ltd', "nonsense", 30],
    ["D Ltd", "CO1 1JB", 40],
    ["E Ltd", None, "007"],
]


def _classifier(store: DataStore, option: str = "ttwa-official") -> Classifier:
    council = read_council(store=store)
    return Classifier(boundary_of_option(option_zones(option, council, store=store)), store=store)


@pytest.fixture(scope="module")
def classifier(small_tables: DataStore) -> Classifier:
    return _classifier(small_tables)


def checked(
    path: Path, classifier: Classifier, *, beside: bool = False, **more: Any
) -> tuple[Path, Path]:
    """Check a file, and write its rows without an answer: those that a reading would find."""
    gathered: dict[str, UnresolvedSheet] = {}
    report = check_any(path, classifier, unresolved=gathered, **more)
    result, rows = path.with_name(f"{path.stem}.checked{path.suffix}"), path.with_name("rows.xlsx")
    receipt = receipt_beside(report, classifier, **STAMP, unresolved=gathered)
    if beside:
        default_receipt(result).write_text(json.dumps(receipt.as_dict()))
    again = path.with_name("again.xlsx")
    found = write_unresolved(result, receipt, again)
    assert write_unresolved(result, receipt, rows, known=gathered) == found
    assert rows.read_bytes() == again.read_bytes()
    return result, rows


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Pay"
    book.active.append(["Supplier", "Postcode", "Paid"])
    for row in ROWS:
        book.active.append(row)
    book.create_sheet("Notes")["A1"] = "=1+1"
    path = tmp_path / "pay.xlsx"
    book.save(path)
    return path


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "pay.csv"
    with path.open("w", newline="", encoding="cp1252") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([["Supplier £", "Postcode", "Paid"], *ROWS])
    return path


def typed(rows: Path, postcodes: dict[int, str], **edits: Any) -> Path:
    """Type postcodes into rows, by their number in the result, and change other cells."""
    book = openpyxl.load_workbook(rows)
    page = book["Rows to mend"]
    for line in page.iter_rows(min_row=2):
        if line[0].value in postcodes:
            line[2].value = postcodes[line[0].value]
    for place, value in edits.items():
        page[place] = value
    out = rows.with_name("typed.xlsx")
    book.save(out)
    return out


def values(path: Path) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(path)["Pay"].values]


def test_rows_without_an_answer_come_with_their_number_and_reason(
    workbook: Path, classifier: Classifier
) -> None:
    _, rows = checked(workbook, classifier)
    table = list(openpyxl.load_workbook(rows)["Rows to mend"].values)
    assert table[0][:6] == ("Row", "Why", "Postcode to use", "Supplier", "Postcode", "Paid")
    assert [row[0] for row in table[1:]] == [4, 6]
    assert [row[3:6] for row in table[1:]] == [
        ('C "Best" Ltd', "nonsense", "30"),
        ("E Ltd", None, "007"),
    ]
    assert table[2][1] == "No postcode was given."
    hashes = {row[-1] for row in table[1:]}
    assert len(hashes) == 2
    assert all(len(text) == 24 for text in hashes)


def _many_rows(path: Path, kind: str) -> Path:
    """Write titles above the header, days, a blank row, and more rows than one batch hashes."""
    rows: list[tuple[Any, ...]] = [
        ("Payments of March",),
        ("Supplier", "Paid on", "Postcode", "Net amount"),
        *((f"S{k}", date(2026, 3, 1), "CO1 1JB", k) for k in range(1_200)),
        (),
        ("Z Ltd", date(2026, 3, 31), "nonsense", "12.50"),
        ("Z Ltd", date(2026, 3, 31), "nonsense", "12.50"),
    ]
    if kind == "csv":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.active.title = "Pay"
        for row in rows:
            book.active.append(row)
        book.save(path)
        return path
    day = '<table:table-cell office:value-type="date" office:date-value="{0}"><text:p>{0}</text:p>'
    cells = [
        [
            f"{day.format(cell)}</table:table-cell>" if isinstance(cell, date) else str(cell)
            for cell in row
        ]
        for row in rows
    ]
    body = "".join(ods.row(*row) for row in cells)
    return ods.write_package(path, ods.content(ods.sheet("Pay", body)))


@pytest.mark.parametrize(
    ("kind", "wording"),
    [("csv", "people"), ("xlsx", "people"), ("xlsx", "codes"), ("ods", "people")],
)
def test_the_check_gathers_its_rows_without_an_answer(
    kind: str, wording: str, tmp_path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _many_rows(tmp_path / f"pay.{kind}", kind)
    checked(path, classifier, wording=wording)
    # With what the check gathered, the result is not opened again.
    monkeypatch.setattr(unresolved, "result_sheets", pytest.fail)
    gathered: dict[str, UnresolvedSheet] = {}
    report = check_any(path, classifier, wording=wording, unresolved=gathered)
    receipt = receipt_beside(report, classifier, **STAMP, unresolved=gathered)
    found = write_unresolved(Path(report.out), receipt, tmp_path / "gathered.xlsx", known=gathered)
    # Two rows of titles and header, 1,200 rows, a blank one: the others are the last two.
    assert [(row.number, row.supplier) for row in found] == [(1204, "Z Ltd"), (1205, "Z Ltd")]
    assert [row.amount for row in found] == ["12.50" if kind == "csv" else "12.5"] * 2
    assert found[0].cells[1] == "2026-03-31"


def test_a_sheet_that_an_earlier_check_answered_is_read_again(
    workbook: Path, classifier: Classifier
) -> None:
    first, _ = checked(workbook, classifier)
    book = openpyxl.load_workbook(first)
    page = book.create_sheet("More")
    for row in [["Supplier", "Postcode", "Paid"], *ROWS]:
        page.append(row)
    both = first.with_name("both.xlsx")
    book.save(both)
    _, rows = checked(both, classifier, sheet="More")
    table = list(openpyxl.load_workbook(rows)["Rows to mend"].values)
    at = table[0].index("Sheet")
    assert [(row[at], row[0]) for row in table[1:]] == [
        (sheet, number) for sheet in ("Pay", "More") for number in (4, 6)
    ]


def test_mended_rows_take_their_place_and_all_else_stays(
    workbook: Path, classifier: Classifier, tmp_path: Path
) -> None:
    result, rows = checked(workbook, classifier)
    mended, out = typed(rows, {4: "co1 1jb", 6: "IP1 1AA"}), tmp_path / "out.xlsx"
    report = merge_mended(plan_mending(result, mended), classifier, out, **STAMP)
    assert (report.rows, report.rows_mended) == (5, 2)
    # Two local and one not local before; one of each was mended.
    assert report.by_status == {"local": 3, "not_local": 2, "unknown": 0}
    before, after = values(result), values(out)
    assert [k + 1 for k in range(6) if before[k] != after[k]] == [4, 6]
    assert [row[:3] for row in after] == [row[:3] for row in before]
    assert (after[3][3], after[3][4]) == ("CO1 1JB", "local")
    assert after[3][7].endswith(MENDED)
    # What row 2 says of the same postcode, but for the last sentence of the explanation.
    assert [c for k, c in enumerate(after[3][3:]) if k != 4] == [
        c for k, c in enumerate(before[1][3:]) if k != 4
    ]
    book = openpyxl.load_workbook(out)
    assert book["Notes"]["A1"].value == "=1+1"
    summary = {row[0]: row[1] for row in book["Local summary"].values}
    assert (summary["Local"], summary["Not local"], summary["Unknown"]) == (3, 2, 0)
    assert summary["Local: in area"] == 3
    assert "Unknown: blank" not in summary
    # 10.50 and 40 before, and 30 of row 4; 20 before, and 7 of row 6 as it is read.
    assert (summary["Local amount"], summary["Not local amount"]) == (80.5, 27)


def test_rows_of_an_ods_are_mended_in_place(tmp_path: Path, classifier: Classifier) -> None:
    body = ods.row("Supplier", "Postcode", "Paid") + ods.row("A", "CO1 1JB", "10.5")
    # Three rows alike, rows 3 to 5, of which one is mended.
    body += ods.row("B", "nonsense", "20", more='table:number-rows-repeated="3"')
    source = tmp_path / "pay.ods"
    ods.write_package(source, ods.content(ods.sheet("Pay", body) + ods.sheet("Notes", "")))
    result, rows = checked(source, classifier)
    mended, out = typed(rows, {4: "IP1 1AA"}), tmp_path / "out.ods"
    report = merge_mended(plan_mending(result, mended), classifier, out, **STAMP)
    assert report.by_status == {"local": 1, "not_local": 1, "unknown": 2}
    before, after = ods.read_sheets(result), ods.read_sheets(out)
    assert list(after) == ["Pay", "Notes", "Local summary", "Local receipt"]
    changed = [k + 1 for k, row in enumerate(before["Pay"]) if after["Pay"][k] != row]
    assert changed == [4]
    assert ods.answers_in(after["Pay"]) == {2: "local", 3: "unknown", 4: "not_local", 5: "unknown"}
    assert [row[:3] for row in after["Pay"]] == [row[:3] for row in before["Pay"]]
    summary = {row[0]: row[1] for row in after["Local summary"] if len(row) > 1}
    assert (summary["Not local"], summary["Unknown"]) == ("1", "2")
    assert (summary["Not local amount"], summary["Unknown amount"]) == ("20.00", "40.00")
    found = verify_result(out)
    assert (found.standing, found.receipt.mended[0].numbers) == ("untouched", "4 of 'Pay'")
    parts = [ods.raw_parts(path) for path in (result, out)]
    assert [n for n in parts[0] if parts[0][n] != parts[1][n]] == ["content.xml"]
    # And mended once more.
    again = tmp_path / "again.ods"
    plan = plan_mending(out, typed(rows, {5: "CO1 1JB"}))
    assert merge_mended(plan, classifier, again, **STAMP).by_status["local"] == 2
    assert verify_result(again).standing == "untouched"


def test_the_receipt_says_what_was_mended(
    workbook: Path, classifier: Classifier, tmp_path: Path
) -> None:
    result, rows = checked(workbook, classifier)
    first = verify_result(result).receipt
    mended, out = typed(rows, {4: "CO1 1JB"}), tmp_path / "out.xlsx"
    merge_mended(plan_mending(result, mended), classifier, out, **STAMP)
    found = verify_result(out)
    assert found.standing == "untouched"
    assert found.receipt.by_status == {"local": 3, "not_local": 1, "unknown": 1}
    (mending,) = found.receipt.mended
    assert (mending.rows, mending.numbers) == (1, "4 of 'Pay'")
    assert mending.result_sha256 == sha256_of(result)
    assert mending.rows_sha256 == sha256_of(mended)
    assert found.receipt.input_sha256 == first.input_sha256
    assert found.receipt.basis == first.basis
    again = tmp_path / "again.xlsx"
    merge_mended(plan_mending(out, typed(rows, {6: "CO1 1JB"})), classifier, again, **STAMP)
    assert [each.rows for each in verify_result(again).receipt.mended] == [1, 1]
    assert openpyxl.load_workbook(again).sheetnames == openpyxl.load_workbook(result).sheetnames


def test_the_same_rows_merged_twice_give_the_same_bytes(
    workbook: Path, classifier: Classifier, tmp_path: Path
) -> None:
    result, rows = checked(workbook, classifier)
    mended, outs = typed(rows, {4: "CO1 1JB"}), [tmp_path / "1.xlsx", tmp_path / "2.xlsx"]
    for out in outs:
        merge_mended(plan_mending(result, mended), classifier, out, **STAMP)
    assert outs[0].read_bytes() == outs[1].read_bytes()


@pytest.mark.parametrize("beside", [True, False])
def test_a_text_file_keeps_every_byte_of_the_other_rows(
    text: Path, classifier: Classifier, tmp_path: Path, beside: bool
) -> None:
    result, rows = checked(text, classifier, beside=beside)
    mended, out = typed(rows, {4: "IP1 1AA"}), tmp_path / "out.csv"
    report = merge_mended(plan_mending(result, mended), classifier, out, **STAMP)
    before, after = (path.read_bytes().split(b"\r\n") for path in (result, out))
    assert [k + 1 for k in range(len(before)) if before[k] != after[k]] == [4]
    assert after[3].startswith(b'"C ""Best"" Ltd";nonsense;30;IP1 1AA;not_local;false;')
    assert after[0].startswith(b"Supplier \xa3;")
    assert report.receipt == str(default_receipt(out))
    found = verify_result(out)
    assert (found.standing, found.receipt.by) == ("untouched", STAMP["by"])
    assert found.receipt.mended[0].numbers == "4"


def test_evidence_and_the_column_used_are_mended_too(
    tmp_path: Path, classifier: Classifier
) -> None:
    path = tmp_path / "two.csv"
    path.write_text("Site postcode,Postcode\n,CO1 1JB\n,?\nIP1 1AA,x\n")
    evidence = RowEvidence(classifier, [("all", set(classifier.boundary.zones))])
    result, rows = checked(
        path, classifier, columns=("Site postcode", "Postcode"), evidence=evidence
    )
    plan = plan_mending(result, typed(rows, {3: "CO1 1JB"}))
    assert plan.has_evidence
    out = tmp_path / "out.csv"
    merge_mended(plan, classifier, out, **STAMP, evidence=lambda: evidence)
    with out.open(newline="") as file:
        table = list(csv.DictReader(file))
    same = ("local_metres_to_boundary", "local_options_local", "local_options_all", "local_status")
    assert [table[1][name] for name in same] == [table[0][name] for name in same]
    assert table[1]["local_options_local"] == "1"
    assert table[1]["local_column"] == "Postcode to use"


def refused(result: Path, mended: Path) -> str:
    before = {path: path.read_bytes() for path in result.parent.iterdir() if path.is_file()}
    with pytest.raises(InputError) as told:
        plan_mending(result, mended)
    assert {p: p.read_bytes() for p in result.parent.iterdir() if p.is_file()} == before
    return str(told.value)


def test_every_row_that_does_not_fit_is_named(workbook: Path, classifier: Classifier) -> None:
    result, rows = checked(workbook, classifier)
    # Row 4 said to be row 5, which has an answer; row 6 said to be row 99, which is not there.
    mended = typed(rows, {4: "CO1 1JB", 6: "CO1 1JB"}, A2=5, A3=99)
    said = refused(result, mended)
    assert said.startswith("nothing was merged: row 5 of 'Pay' has an answer already")
    assert "row 99 of 'Pay' is not in the result" in said
    # The hash of another row.
    book = openpyxl.load_workbook(rows)
    other = book["Rows to mend"]["H3"].value
    said = refused(result, typed(rows, {4: "CO1 1JB"}, H2=other))
    assert said == "nothing was merged: row 4 of 'Pay' is not the row that was to be mended"


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({"A3": 4}, "row 4 occurs twice"),
        ({"A2": "four"}, "line 2 has lost its number or its hash"),
        ({"H2": None}, "line 2 has lost its number or its hash"),
        ({"C2": "nowhere"}, "row 4: what was typed is not a postcode"),
        ({"D1": "Company"}, "not known: 'Company'; missing: 'Supplier'"),
        ({"I1": "Remark"}, "not known: 'Remark'"),
    ],
)
def test_a_workbook_that_was_changed_otherwise_is_refused(
    workbook: Path, classifier: Classifier, edits: dict[str, Any], said: str
) -> None:
    result, rows = checked(workbook, classifier)
    assert said in refused(result, typed(rows, {4: "CO1 1JB", 6: "CO1 1JB"}, **edits))


def test_what_is_no_workbook_of_rows_to_mend_is_refused(
    workbook: Path, classifier: Classifier, tmp_path: Path
) -> None:
    result, rows = checked(workbook, classifier)
    assert "not a workbook of rows to mend" in refused(result, workbook)
    assert "no postcode was typed" in refused(result, rows)
    with pytest.raises(FileFormatError, match="no such file"):
        plan_mending(result, tmp_path / "none.xlsx")
    words = tmp_path / "words.csv"
    words.write_text("Row,Postcode to use\n4,CO1 1JB\n")
    with pytest.raises(FileFormatError, match="not a workbook"):
        plan_mending(result, words)


def test_rows_of_another_file_and_a_changed_result_are_refused(
    workbook: Path, classifier: Classifier, tmp_path: Path
) -> None:
    result, rows = checked(workbook, classifier)
    mended = typed(rows, {4: "CO1 1JB"})
    changed = tmp_path / "changed.xlsx"
    change_cells(result, changed, {"Pay": {3: {4: "local"}}})
    assert "changed: row 3, in column 'local_status'" in refused(changed, mended)
    other = tmp_path / "other.xlsx"
    book = openpyxl.load_workbook(workbook)
    book["Pay"]["A2"] = "Z Ltd"
    book.save(other)
    check_any(other, classifier)
    assert "another file was checked" in refused(tmp_path / "other.checked.xlsx", mended)


def test_another_area_or_other_data_are_refused(
    workbook: Path, classifier: Classifier, small_tables: DataStore, tmp_path: Path
) -> None:
    result, rows = checked(workbook, classifier)
    plan, out = plan_mending(result, typed(rows, {4: "CO1 1JB"})), tmp_path / "out.xlsx"
    with pytest.raises(InputError, match="against the option ttwa-official"):
        merge_mended(plan, _classifier(small_tables, "district"), out, **STAMP)
    boundary = boundary_of_option(
        option_zones("ttwa-official", read_council(store=small_tables), store=small_tables),
        borderline_m=9.0,
    )
    with pytest.raises(InputError, match="use the same data and settings"):
        merge_mended(plan, Classifier(boundary, store=small_tables), out, **STAMP)
    assert not out.exists()


def test_nothing_is_overwritten_and_other_types_are_refused(
    workbook: Path, classifier: Classifier, tmp_path: Path
) -> None:
    result, rows = checked(workbook, classifier)
    mended = typed(rows, {4: "CO1 1JB"})
    plan = plan_mending(result, mended)
    for out in (result, mended):
        with pytest.raises(InputError, match="would be overwritten"):
            merge_mended(plan, classifier, out, **STAMP)
    with pytest.raises(FileFormatError, match=r"written as \.xlsx"):
        merge_mended(plan, classifier, tmp_path / "out.csv", **STAMP)
    parquet = tmp_path / "x.parquet"
    parquet.write_bytes(b"PAR1")
    with pytest.raises(FileFormatError, match="merged into workbooks and text files only"):
        plan_mending(parquet, mended)


def test_a_merge_that_ends_early_leaves_no_result(
    text: Path, classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, rows = checked(text, classifier)
    plan, out = plan_mending(result, typed(rows, {4: "CO1 1JB"})), tmp_path / "out.csv"

    def fail(*_: Any) -> None:
        raise KeyboardInterrupt

    names = {path.name for path in tmp_path.iterdir()}
    monkeypatch.setattr(merging, "digests_of", fail)
    with pytest.raises(KeyboardInterrupt):
        merge_mended(plan, classifier, out, **STAMP)
    assert {path.name for path in tmp_path.iterdir()} == names


@pytest.fixture
def command(
    tmp_path: Path, small_tables: DataStore, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., int]:
    monkeypatch.setenv("LOCALAREA_DATA_DIR", str(small_tables.root))
    monkeypatch.setenv("LOCALAREA_CACHE_DIR", str(small_tables.cache_dir))
    monkeypatch.setenv("LOCALAREA_DEFINITIONS_DIR", str(tmp_path / "definitions"))
    return lambda *words: run([str(word) for word in words])


def test_the_commands_from_the_check_to_the_merged_file(
    text: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    rows, out = text.with_name("rows.xlsx"), text.with_name("out.csv")
    asked = ("check-file", text, "--option", "district", "--unresolved", rows, "--receipt")
    assert command(*asked) == 0
    assert "2 rows without an answer written to" in capsys.readouterr().err
    mended = typed(rows, {4: "CO1 1JB", 6: "IP1 1AA"})
    result = text.with_name("pay.checked.csv")
    assert command("mend", result, mended, "--out", out, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["by_status"] == {"local": 3, "not_local": 2, "unknown": 0}
    assert command("receipt", out) == 0
    assert "Rows mended" in capsys.readouterr().out
    # The district of Norwich is another one, with the same id of the option.
    assert command("mend", result, mended, "--out", out, "--anchor", "Norwich") == 2
    assert "use the same data and settings" in capsys.readouterr().err
    assert command("check-file", text, "--unresolved", text.with_name("rows.csv")) == 2
    assert "end its name in .xlsx" in capsys.readouterr().err


def test_a_postcode_of_no_place_stays_without_an_answer(
    workbook: Path, classifier: Classifier, tmp_path: Path
) -> None:
    result, rows = checked(workbook, classifier)
    mended, out = typed(rows, {4: "CO99 9ZZ"}), tmp_path / "out.xlsx"
    assert [row.postcode for row in read_mended(mended)[0]] == ["CO99 9ZZ"]
    report = merge_mended(plan_mending(result, mended), classifier, out, **STAMP)
    assert report.by_reason["not_in_directory"] == 1
    assert report.by_status["unknown"] == 2
