"""Workbooks: rows in are rows out, formats stay, and what is dangerous is refused by name."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from office import needs_office
from openpyxl.styles import Font

from localarea.checking.rows.csv_checker import ADDED
from localarea.checking.workbooks.workbook import check_workbook
from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.cli.app import run
from localarea.errors import ColumnNotFoundError, FileFormatError, InputError
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.minutes.anchor_minutes import anchor_minutes
from localarea.tables.workbooks import workbook_limits
from localarea.tables.xlsx import row_batch

if TYPE_CHECKING:
    from pathlib import Path

    from office import Office

ROWS: list[list[Any]] = [
    ["A Ltd", "IP1 1AA", "co1 1jb", 100.5, dt.datetime(2025, 4, 1)],  # noqa: DTZ001 -- Excel's dates have no zone
    ["B Ltd", "CO4 3SQ", None, "=D4*2", None],
    [None, None, None, None, None],
    ["C Ltd", "n/a", "33 Sheepen Road, Colchester CO3 3WG", 7, None],
    ["+D", "XX99 9XX", None, 1, None],
]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    council = read_council()
    boundary = boundary_of_option(option_zones("ttwa-official", council))
    return Classifier(boundary, minutes=anchor_minutes(council))


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Suppliers"
    page["A1"] = "Suppliers by postcode, 2025"
    page.merge_cells("A1:E1")
    page.append([])
    page.append(["Supplier", "Registered postcode", "Trading postcode", "Paid", "Start"])
    for cell in page[3]:
        cell.font = Font(bold=True, color="FF0000")
    for row in ROWS:
        page.append(row)
    page.column_dimensions["A"].width = 41
    book.create_sheet("Notes")["A1"] = "=1+1"
    path = tmp_path / "suppliers.xlsx"
    book.save(path)
    return path


BOTH = ("Trading postcode", "Registered postcode")


def test_rows_and_formats_stay_and_verdicts_stand_at_the_right(
    classifier: Classifier, workbook: Path
) -> None:
    before = workbook.read_bytes()
    report = check_workbook(workbook, classifier, columns=BOTH)
    assert workbook.read_bytes() == before
    book = openpyxl.load_workbook(workbook.with_name("suppliers.checked.xlsx"))
    page = book["Suppliers"]
    given = openpyxl.load_workbook(workbook)["Suppliers"]
    for row in given.iter_rows():
        assert [page[c.coordinate].value for c in row] == [c.value for c in row]
    assert [page.cell(3, 6 + k).value for k in range(11)] == [*ADDED, "local_column"]
    assert page.column_dimensions["A"].width == 41
    assert page["A3"].font.color.rgb == page["F3"].font.color.rgb == "00FF0000"
    assert [str(m) for m in page.merged_cells.ranges] == ["A1:E1"]
    assert book["Notes"]["A1"].value == "=1+1"
    said = {
        page.cell(r, 1).value: [page.cell(r, c).value for c in (6, 7, 16)] for r in (4, 5, 7, 8)
    }
    assert said == {
        "A Ltd": ["CO1 1JB", "local", "Trading postcode"],
        "B Ltd": ["CO4 3SQ", "local", "Registered postcode"],
        "C Ltd": ["CO3 3WG", "local", "Trading postcode"],
        "+D": ["XX99 9XX", "unknown", "Registered postcode"],
    }
    assert (report.rows, report.by_status) == (4, {"local": 3, "not_local": 0, "unknown": 1})
    assert "row 3" in " ".join(report.notes)


def test_the_words_are_those_of_a_text_file(classifier: Classifier, tmp_path: Path) -> None:
    texts = ["CO1 1JB", "IP11AA", "XX99 9XX", "CO1", "BT1 1AA", "nonsense", "CO1 IJB"]
    (tmp_path / "s.csv").write_text("postcode\n" + "\n".join(texts) + "\n")
    assert run(["check-file", str(tmp_path / "s.csv")]) == 0
    import csv

    rows = list(csv.reader((tmp_path / "s.checked.csv").read_text(encoding="utf-8").splitlines()))
    book = openpyxl.Workbook()
    for text in ["postcode", *texts]:
        book.active.append([text])
    book.save(tmp_path / "s.xlsx")
    check_workbook(tmp_path / "s.xlsx", classifier)
    page = openpyxl.load_workbook(tmp_path / "s.checked.xlsx").worksheets[0]
    plain = {None: "", True: "true", False: "false"}
    found = [
        [f"{v:.1f}" if type(v) in (int, float) else plain.get(v, v) for v in row]
        for row in page.iter_rows(values_only=True)
    ]
    assert found == rows


def test_the_summary_adds_up(classifier: Classifier, workbook: Path) -> None:
    check_workbook(workbook, classifier, columns=BOTH)
    page = openpyxl.load_workbook(workbook.with_name("suppliers.checked.xlsx"))["Local summary"]
    lines = {row[0]: row[1:] for row in page.iter_rows(values_only=True) if row[0]}
    assert lines["Local"] == (3, 0.75)
    assert lines["Unknown"] == (1, 0.25)
    assert lines["All rows"] == (4, 1)
    assert lines["Definition"][0] == "option:ttwa-official"
    assert lines["Checked against"][0] == "Colchester labour market (ONS 2011)"
    assert lines["Who decided"][0].startswith("No definition has been published yet, so this is")
    assert lines["Local: in area"] == (3, 0.75)
    assert lines["Unknown: not in directory"] == (1, 0.25)


def test_batches_of_two_rows_give_the_same_bytes(
    classifier: Classifier, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_workbook(workbook, classifier, columns=BOTH)
    monkeypatch.setattr(row_batch, "_ROWS", 2)
    again = workbook.with_name("again.xlsx")
    check_workbook(workbook, classifier, columns=BOTH, out=again)
    assert again.read_bytes() == workbook.with_name("suppliers.checked.xlsx").read_bytes()
    page = openpyxl.load_workbook(again)["Suppliers"]
    assert page["D4"].value == 100.5
    assert page["D5"].value == "=D4*2"
    assert page["E4"].value == dt.datetime(2025, 4, 1)  # noqa: DTZ001 -- as above
    assert page["A8"].value == "+D"


def test_a_row_beyond_the_sample_may_be_wider(classifier: Classifier, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["postcode", "name"])
    for _ in range(600):
        book.active.append(["CO1 1JB", "x"])
    book.active.append(["IP1 1AA", "x", "more", "still more"])
    path = tmp_path / "wide.xlsx"
    book.save(path)
    report = check_workbook(path, classifier)
    page = openpyxl.load_workbook(tmp_path / "wide.checked.xlsx").worksheets[0]
    assert report.rows == 601
    assert [c.value for c in page[602]][:6] == [
        "IP1 1AA", "x", "more", "still more", "IP1 1AA", "not_local",
    ]  # fmt: skip
    assert [c.value for c in page[1]][:6] == ["postcode", "name", None, None, *ADDED[:2]]


def test_nothing_added_is_ever_a_formula(classifier: Classifier, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for text in ["postcode", "=B2", "+CO1 1JB", "@SUM(A1)", "-1"]:
        book.active.append([text])
        book.active.cell(book.active.max_row, 1).data_type = "s"
    path = tmp_path / "formulas.xlsx"
    book.save(path)
    report = check_workbook(path, classifier)
    page = openpyxl.load_workbook(tmp_path / "formulas.checked.xlsx").worksheets[0]
    assert all(c.data_type != "f" for row in page.iter_rows(min_col=2) for c in row)
    assert report.by_reason == {"malformed": 3, "in_area": 1}


@needs_office
@pytest.mark.slow
def test_a_spreadsheet_that_libreoffice_wrote_comes_back_whole(
    classifier: Classifier, office: Office, workbook: Path
) -> None:
    office.convert([workbook], "ods", workbook.parent)
    source = workbook.with_suffix(".ods")
    report = check_workbook(source, classifier, columns=BOTH)
    out = workbook.with_name("suppliers.checked.ods")
    office.convert([out], "xlsx", out.parent)
    page = openpyxl.load_workbook(out.with_suffix(".xlsx"), data_only=True)["Suppliers"]
    assert report.by_status == {"local": 3, "not_local": 0, "unknown": 1}
    assert [page.cell(r, 6).value for r in (3, 4, 5, 7, 8)] == [
        "local_postcode", "CO1 1JB", "CO4 3SQ", "CO3 3WG", "XX99 9XX",
    ]  # fmt: skip
    assert page["D5"].value == 201  # the formula still works


def test_an_ods_with_rows_and_cells_that_repeat(classifier: Classifier, tmp_path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet, load
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    def cell(text: str, **more: Any) -> Any:
        made = TableCell(valuetype="string", **more)
        made.addElement(P(text=text))
        return made

    document = OpenDocumentSpreadsheet()
    table = Table(name="Staff")
    for texts, times in ((["name", "postcode"], 1), (["x", "CO1 1JB"], 3), ([], 1_000_000)):
        row = TableRow(numberrowsrepeated=times) if times > 1 else TableRow()
        for text in texts:
            row.addElement(cell(text))
        row.addElement(TableCell(numbercolumnsrepeated=1_000))
        table.addElement(row)
    document.spreadsheet.addElement(table)
    path = tmp_path / "staff.ods"
    document.save(str(path))
    report = check_workbook(path, classifier)
    assert (report.rows, report.by_status["local"]) == (3, 3)
    written = load(str(tmp_path / "staff.checked.ods")).spreadsheet.getElementsByType(Table)
    assert [str(t.getAttribute("name")) for t in written] == [
        "Staff",
        "Local summary",
        "Local receipt",
    ]
    checked = tmp_path / "staff.checked.ods"
    sheet = pd.read_excel(checked, engine="odf", header=None, dtype=str, keep_default_na=False)
    filled = [[cell for cell in row if cell][:4] for row in sheet.to_numpy().tolist()]
    assert filled[:4] == [
        ["name", "postcode", "local_postcode", "local_status"],
        *[["x", "CO1 1JB", "CO1 1JB", "local"]] * 3,
    ]


def _zip(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("name", "parts", "message"),
    [
        ("a.xlsx", {"readme.txt": b"x"}, "an archive, but not a workbook"),
        ("b.xlsx", {"xl/workbook.bin": b"x"}, "binary workbook"),
        ("c.xlsx", {"xl/workbook.xml": b"<a/>", "xl/vbaProject.bin": b"x"}, "holds macros"),
        ("d.xlsx", {"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><a/>"}, "entities"),
        ("e.xlsx", {"xl/workbook.xml": b"<a/>"}, "cannot be read as a workbook"),
        ("f.ods", {"mimetype": b"application/vnd.oasis.opendocument.text"}, "not a workbook"),
        (
            "g.ods",
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "Basic/x.xml": b"<a/>"},
            "holds macros",
        ),
        (
            "h.ods",
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
            "cannot be read as a spreadsheet",
        ),
    ],
)
def test_what_is_no_plain_workbook_is_refused_by_name(
    classifier: Classifier, tmp_path: Path, name: str, parts: dict[str, bytes], message: str
) -> None:
    path = _zip(tmp_path / name, parts)
    with pytest.raises(FileFormatError, match=message):
        check_workbook(path, classifier)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_zip_bomb_is_refused_before_it_is_opened(classifier: Classifier, tmp_path: Path) -> None:
    bomb = _zip(tmp_path / "bomb.xlsx", {"xl/workbook.xml": b"<a/>", "xl/x.xml": b" " * (64 << 20)})
    assert bomb.stat().st_size < 1 << 20
    with pytest.raises(FileFormatError, match="would unpack to 67 MB from"):
        check_workbook(bomb, classifier)


def test_too_many_parts_and_too_much_together(
    classifier: Classifier, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_limits, "MAX_PARTS", 3)
    with pytest.raises(FileFormatError, match="the limits are 3 parts"):
        check_workbook(workbook, classifier)


def test_a_workbook_cut_short_or_changed_gives_an_answer_or_our_error(
    classifier: Classifier, workbook: Path, tmp_path: Path
) -> None:
    data = workbook.read_bytes()
    outcomes = set()
    for cut in range(0, len(data), len(data) // 20):
        changed = data[:cut] + bytes([data[cut] ^ 0x55]) + data[cut + 1 :]
        for damaged in (data[:cut], changed, data + b"a tail"):
            path = tmp_path / "damaged.xlsx"
            path.write_bytes(damaged)
            try:
                report = check_workbook(path, classifier, columns=BOTH, out=tmp_path / "o.xlsx")
            except (FileFormatError, ColumnNotFoundError):
                outcomes.add("refused")
            else:
                outcomes.add("read")
                assert report.rows == 4
    assert outcomes == {"refused", "read"}


def test_bad_requests(classifier: Classifier, workbook: Path, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="sheets are Suppliers, Notes"):
        check_workbook(workbook, classifier, sheet="Staff")
    with pytest.raises(ColumnNotFoundError, match="'Town'"):
        check_workbook(workbook, classifier, columns=["Town"])
    with pytest.raises(InputError, match="overwritten"):
        check_workbook(workbook, classifier, out=workbook)
    with pytest.raises(FileFormatError, match=r"ends in \.xlsx"):
        check_workbook(workbook, classifier, out=tmp_path / "o.ods")
    with pytest.raises(FileFormatError, match="no such file"):
        check_workbook(tmp_path / "none.xlsx", classifier)
    old = tmp_path / "old.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    with pytest.raises(FileFormatError, match=r"old \.xls workbook"):
        check_workbook(old, classifier)
    empty = tmp_path / "empty.xlsx"
    openpyxl.Workbook().save(empty)
    with pytest.raises(FileFormatError, match="has no rows"):
        check_workbook(empty, classifier)


def test_the_command_takes_every_kind(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check-file", str(workbook), "--column", BOTH[0], "--column", BOTH[1]]) == 0
    assert (
        "4 rows checked by 'Trading postcode, then Registered postcode'" in capsys.readouterr().err
    )
    disguised = workbook.with_name("really.csv")
    disguised.write_bytes(workbook.read_bytes())
    assert run(["check-file", str(disguised), "--out", str(workbook.with_name("o.xlsx"))]) == 0
    assert run(["check-file", str(workbook), "--cluster", "tcp://127.0.0.1:1"]) == 2
    text = workbook.with_name("t.csv")
    text.write_text("postcode\nCO1 1JB\n")
    capsys.readouterr()
    assert run(["check-file", str(text), "--sheet", "A"]) == 2
    assert (
        "only a workbook has sheets, and this is a text file (--sheet)" in capsys.readouterr().err
    )
    assert run(["check-file", str(text), "--column", "a", "--column", "b"]) == 2
