"""How a workbook is changed in place: looks, tables, filters, limits and hostile parts."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from lxml import etree
from xlsx_cases import MAIN, cells_of, changed_parts, hand_made, inline, schema_faults, zip_of
from xlsx_catalogue import BODY, CASES, CELLS, HEAD, IN, OUT

from localarea.checking.rows.csv_checker import ADDED
from localarea.checking.workbooks.workbook import check_workbook
from localarea.errors import FileFormatError
from localarea.tables.xlsx.references import CellRange
from localarea.tables.xlsx.sheet_scan import MergedTexts
from localarea.tables.xlsx.texts import SharedStrings

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

FLAG_AND_STATUS = ("borderline", "status")
LAST = "M"  # three columns of the case, then ten of ours


def checked(name: str, folder: Path, classifier: Classifier) -> Any:
    CASES[name](folder / "in.xlsx")
    check_workbook(folder / "in.xlsx", classifier, out=folder / "out.xlsx")
    return openpyxl.load_workbook(folder / "out.xlsx")["Data"]


def test_a_table_and_its_filter_grow_by_the_columns(classifier: Classifier, tmp_path: Path) -> None:
    table = checked("table", tmp_path, classifier).tables["Payments"]
    assert table.ref == table.autoFilter.ref == f"A1:{LAST}5"
    assert [column.name for column in table.tableColumns] == [*HEAD, *ADDED]
    assert len({column.id for column in table.tableColumns}) == 13


def test_truth_values_have_the_format_of_words(classifier: Classifier, tmp_path: Path) -> None:
    """LibreOffice shows others as 0 and 1, whatever their type."""
    page = checked("bands_and_borders", tmp_path, classifier)
    header = [cell.value for cell in page[1]]
    for row in range(2, 6):
        flag, status = (page.cell(row, header.index(f"local_{n}") + 1) for n in FLAG_AND_STATUS)
        assert (flag.data_type, flag.number_format) == ("b", '"TRUE";"TRUE";"FALSE"')
        assert status.number_format == "General"
        for look in ("fill", "border", "font"):
            assert repr(getattr(flag, look)) == repr(getattr(status, look))


@pytest.mark.parametrize("name", ["table_beside_another", "query_table"])
def test_a_table_that_ends_before_or_that_a_query_fills_stays(
    name: str, classifier: Classifier, tmp_path: Path
) -> None:
    CASES[name](tmp_path / "in.xlsx")
    check_workbook(tmp_path / "in.xlsx", classifier, out=tmp_path / "out.xlsx")
    assert "xl/tables/table1.xml" not in changed_parts(tmp_path / "in.xlsx", tmp_path / "out.xlsx")


def test_the_filter_of_a_sheet_grows_with_its_hidden_name(
    classifier: Classifier, tmp_path: Path
) -> None:
    page = checked("frozen_and_filtered", tmp_path, classifier)
    assert page.auto_filter.ref == f"A1:{LAST}5"
    assert page.freeze_panes == "B2"
    assert page.row_dimensions[3].hidden
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert f"'Data'!$A$1:${LAST}$5".encode() in archive.read("xl/workbook.xml")


def test_only_a_format_of_whole_rows_grows(classifier: Classifier, tmp_path: Path) -> None:
    page = checked("conditional_formats", tmp_path, classifier)
    assert {str(f.sqref) for f in page.conditional_formatting} == {f"A2:{LAST}5", "C2:C5"}


def test_a_print_area_and_a_merged_title_stay(classifier: Classifier, tmp_path: Path) -> None:
    assert checked("names_and_print_area", tmp_path, classifier).print_area == "'Data'!$A$1:$C$5"
    page = checked("titles", tmp_path, classifier)
    assert [str(area) for area in page.merged_cells.ranges] == ["A1:C1"]
    assert page["D4"].value == "local_postcode"


def test_cells_have_borders_and_bands_of_their_row_and_no_format_of_money(
    classifier: Classifier, tmp_path: Path
) -> None:
    page = checked("bands_and_borders", tmp_path, classifier)
    for row in (2, 3):
        for column in ("D", LAST):
            cell, model = page[f"{column}{row}"], page[f"A{row}"]
            assert cell.border.right.style == model.border.right.style == "thin"
            assert cell.fill.fgColor.rgb == model.fill.fgColor.rgb
            assert cell.number_format == "General"
            assert cell.alignment.horizontal is None
    assert page["D2"].fill.fgColor.rgb == "FFDDEBF7"
    assert page["D3"].fill.fill_type is None


def test_columns_hidden_to_the_end_are_seen_where_ours_are(
    classifier: Classifier, tmp_path: Path
) -> None:
    checked("hidden_columns_to_the_right", tmp_path, classifier)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    columns = sheet[sheet.index("<cols>") : sheet.index("</cols>")]
    found = [dict(column.attrib) for column in etree.fromstring(columns + "</cols>")]
    assert [(c["min"], c["max"]) for c in found if c.get("hidden")] == [("14", "16384")]
    assert [c["min"] for c in found if not c.get("hidden")] == [str(n) for n in range(4, 14)]


def test_a_column_of_ours_that_is_no_longer_written_goes(
    classifier: Classifier, tmp_path: Path
) -> None:
    """The owner kept a column to the right of ours, which stays where it is."""
    made, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    rows = [
        [*HEAD, "local_postcode", "local_status", "local_reason", "local_split", "Checked by"],
        *[[*row, "old", "old", "old", "old", "Ann"] for row in BODY[:2]],
    ]
    hand_made(made, inline(rows))
    check_workbook(made, classifier, out=out)
    cells = cells_of(out, "Data")
    assert [cells[f"{c}1"] for c in "DEFH"] == [*ADDED[:2], "local_reason", "Checked by"]
    assert [cells[f"{c}2"] for c in "DEFH"] == [IN, "local", "in_area", "Ann"]
    assert [cells[f"{c}3"] for c in "DEFH"] == [OUT, "not_local", "outside_area", "Ann"]
    assert not {"G1", "G2", "G3"} & cells.keys()
    assert [cells[f"{c}1"] for c in "IJ"] == ["local_borderline", "local_explanation"]
    assert "old" not in cells.values()
    assert schema_faults(out) == []


def test_only_the_summary_of_the_sheet_is_replaced(classifier: Classifier, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "A"
    for page in (book.active, book.create_sheet("B")):
        for row in [HEAD, *BODY]:
            page.append(row)
    book.save(tmp_path / "in.xlsx")
    given = tmp_path / "in.xlsx"
    for number, sheet in enumerate(("A", "B", "A", "all")):
        out = tmp_path / f"{number}.xlsx"
        check_workbook(given, classifier, out=out, sheet=sheet)
        given = out
    names = openpyxl.load_workbook(given).sheetnames
    assert names == ["A", "B", "Local summary", "Local receipt", "Local summary 2"]
    for page in ("A", "B"):
        assert [cells_of(given, page)[f"E{n}"] for n in range(2, 6)] == [
            "local", "not_local", "local", "unknown",
        ]  # fmt: skip


def test_a_sheet_with_too_many_cells_beside_another_is_told(
    classifier: Classifier, tmp_path: Path
) -> None:
    """700 rows that reach to the last column are 11.5 million cells."""
    book = openpyxl.Workbook()
    for number in range(1, 701):
        book.active[f"XFD{number}"] = 1
    page = book.create_sheet("Data")
    for row in [HEAD, *BODY]:
        page.append(row)
    book.save(tmp_path / "in.xlsx")
    report = check_workbook(tmp_path / "in.xlsx", classifier)
    assert report.rows == 4
    assert "a sheet was not read: its cells span 700 rows" in " ".join(report.notes)
    with pytest.raises(FileFormatError, match="more than the limit of 10,000,000 cells"):
        check_workbook(tmp_path / "in.xlsx", classifier, sheet="all")


def test_formulas_that_were_never_calculated_are_counted(
    classifier: Classifier, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (["Supplier", "Postcode"], ["a", IN], ["b", '="CO1"&" 1JB"']):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    report = check_workbook(tmp_path / "in.xlsx", classifier)
    assert report.by_status == {"local": 1, "not_local": 0, "unknown": 1}
    assert "1 row has a formula that no program has calculated" in " ".join(report.notes)


def test_a_drawing_over_the_columns_is_told(classifier: Classifier, tmp_path: Path) -> None:
    from openpyxl.chart import BarChart, Reference

    book = openpyxl.Workbook()
    for row in [HEAD, *BODY]:
        book.active.append(row)
    made = BarChart()
    made.add_data(Reference(book.active, min_col=3, min_row=1, max_row=5))
    book.active.add_chart(made, "E2")
    book.save(tmp_path / "in.xlsx")
    report = check_workbook(tmp_path / "in.xlsx", classifier)
    assert "lies over the added columns" in " ".join(report.notes)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ('<row r="1"><c r="AAAA1"><v>1</v></c></row>', "cannot be told apart"),
        ('<row r="1"><c r="ZZZ1"><v>1</v></c></row>', "no column ZZZ"),
        ('<row r="2000000"><c r="A2000000"><v>1</v></c></row>', "a row 2,000,000"),
        ('<row r="2"/><row r="1"/>', "row 1 stands after row 2"),
        ('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', "no shared string 7"),
        ('<row r="1"><c r="A1"><v>1</v></c>', "mismatched tag"),
        ('<row r="1"><other/></row>', "cannot be told apart"),
        ("<other/>", "cannot be told apart"),
        ('<row r="1"><c r="A1"><v>&nothing;</v></c></row>', "undefined entity"),
    ],
)
def test_what_is_not_understood_is_refused(
    rows: str, message: str, classifier: Classifier, tmp_path: Path
) -> None:
    hand_made(tmp_path / "in.xlsx", rows)
    with pytest.raises(FileFormatError, match=message):
        check_workbook(tmp_path / "in.xlsx", classifier)
    assert [path.name for path in tmp_path.iterdir()] == ["in.xlsx"]


def test_deep_xml_around_the_rows_is_refused(classifier: Classifier, tmp_path: Path) -> None:
    deep = "<extLst>" + "<ext>" * 5_000 + "</ext>" * 5_000 + "</extLst>"
    hand_made(tmp_path / "in.xlsx", CELLS, tail=deep)
    with pytest.raises(FileFormatError, match="cannot be read as a workbook"):
        check_workbook(tmp_path / "in.xlsx", classifier)


def test_a_document_type_late_in_a_part_is_refused(classifier: Classifier, tmp_path: Path) -> None:
    """A remark of five thousand characters stands before it."""
    remark = "<!--" + "x" * 5_000 + "-->"
    sheet = f"{remark}<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet xmlns='{MAIN}'><sheetData>{CELLS}"
    data = f"{sheet}</sheetData></worksheet>".encode()
    hand_made(tmp_path / "in.xlsx", "", sheet=data)
    with pytest.raises(FileFormatError, match="declares a document type"):
        check_workbook(tmp_path / "in.xlsx", classifier)


def test_an_encoding_that_nobody_knows_is_refused(classifier: Classifier, tmp_path: Path) -> None:
    sheet = f'<?xml version="1.0" encoding="UF-8"?><worksheet xmlns="{MAIN}"><sheetData>{CELLS}'
    hand_made(tmp_path / "in.xlsx", "", sheet=f"{sheet}</sheetData></worksheet>".encode())
    with pytest.raises(FileFormatError, match="unknown encoding"):
        check_workbook(tmp_path / "in.xlsx", classifier)


def test_two_parts_of_one_name_are_refused(classifier: Classifier, tmp_path: Path) -> None:
    hand_made(tmp_path / "in.xlsx", CELLS)
    with zipfile.ZipFile(tmp_path / "in.xlsx", "a") as archive:
        archive.writestr("XL/worksheets/Sheet1.xml", b"<a/>")
    with pytest.raises(FileFormatError, match="two parts of one name"):
        check_workbook(tmp_path / "in.xlsx", classifier)


def test_a_target_outside_the_package_is_no_file_of_ours(
    classifier: Classifier, tmp_path: Path
) -> None:
    """``../../`` leads to no part; nothing is ever unpacked to a folder."""
    hand_made(tmp_path / "in.xlsx", CELLS)
    with zipfile.ZipFile(tmp_path / "in.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    key = "xl/_rels/workbook.xml.rels"
    parts[key] = parts[key].replace(b"worksheets/sheet1.xml", b"../../../etc/passwd")
    parts["../../outside.xml"] = b"<a/>"
    zip_of(tmp_path / "in.xlsx", parts)
    with pytest.raises(FileFormatError, match="no visible sheet"):
        check_workbook(tmp_path / "in.xlsx", classifier)
    assert [path.name for path in tmp_path.iterdir()] == ["in.xlsx"]


def test_merged_cells_reach_as_far_as_they_say() -> None:
    """A2:A3 and a block B2:C3: its text is in its first column."""
    merged = MergedTexts([CellRange(0, 1, 0, 2), CellRange(1, 1, 2, 2)])
    assert merged.fill(0, ["a", "b", "c"]) == ["a", "b", "c"]
    assert merged.fill(1, ["x", "y", "", "1"]) == ["x", "y", "", "1"]
    assert merged.fill(2, ["", "", "", "2"]) == ["x", "y", "", "2"]
    assert merged.fill(3, ["", "", "", "3"]) == ["", "", "", "3"]


def test_a_merged_row_without_a_cell_of_its_own_stays_blank() -> None:
    merged = MergedTexts([CellRange(0, 0, 0, 2)])
    assert [merged.fill(n, row) for n, row in enumerate((["x"], [""], []))] == [["x"], [""], []]


def test_shared_strings_in_blocks_of_any_size() -> None:
    data = b"<sst><si><t>A</t></si><si/><si><r><t>B</t></r><r><t> C</t></r></si></sst>"
    for size in range(1, len(data) + 1):
        strings = SharedStrings(data[at : at + size] for at in range(0, len(data), size))
        assert [strings[b"%d" % n] for n in range(3)] == ["A", "", "B C"]
