"""Ordinary workbooks of many makers, each with the verdict of every row worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import pandas as pd
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo
from xlsx_cases import (
    DOCUMENT,
    MAIN,
    SHEETS,
    hand_made,
    inline,
    shared,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FILES: Final = Path(__file__).parents[1] / "files"
L, N, U = "local", "not_local", "unknown"
IN, OUT, NONE = "CO1 1JB", "IP1 1AA", "XX99 9XX"
HEAD: Final = ["Supplier", "Postcode", "Paid"]
BODY: Final[list[list[Any]]] = [
    ["Anvil Ltd", IN, 100.5],
    ["Bellows plc", OUT, 20],
    ["Crucible CIC", "co43sq", 7],
    ["Die & Sons", NONE, 1],
]
PLAIN: Final = {2: L, 3: N, 4: L, 5: U}
CELLS: Final = inline([HEAD, *[[r[0].replace("&", "&amp;"), *r[1:]] for r in BODY]])

Expected = dict[int, str]


def plain_book() -> Any:
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for row in [HEAD, *BODY]:
        book.active.append(row)
    return book


def moved(rows: int) -> Expected:
    return {number + rows: answer for number, answer in PLAIN.items()}


# ------------------------------------------------------------------ made by openpyxl and pandas


def by_openpyxl(path: Path) -> Expected:
    plain_book().save(path)
    return PLAIN


def titles(path: Path) -> Expected:
    book = plain_book()
    book.active.insert_rows(1, 3)
    book.active["A1"] = "Payments over £500"
    book.active.merge_cells("A1:C1")
    book.active["A1"].font = Font(size=16, bold=True)
    book.active["A2"] = "Finance, May 2025"
    book.save(path)
    return moved(3)


def frozen_and_filtered(path: Path) -> Expected:
    book = plain_book()
    book.active.freeze_panes = "B2"
    book.active.auto_filter.ref = "A1:C5"
    book.active.row_dimensions[3].hidden = True
    book.save(path)
    return PLAIN


def table(path: Path) -> Expected:
    book = plain_book()
    style = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    book.active.add_table(Table(displayName="Payments", ref="A1:C5", tableStyleInfo=style))
    book.save(path)
    return PLAIN


def table_beside_another(path: Path) -> Expected:
    book = plain_book()
    book.active["E1"], book.active["E2"] = "Note", "read me"
    book.active.add_table(Table(displayName="Payments", ref="A1:C5"))
    book.save(path)
    return PLAIN


def protected(path: Path) -> Expected:
    book = plain_book()
    book.active.protection.sheet = True
    book.active.protection.password = "invented"  # noqa: S105 -- of an invented sheet
    book.active["C2"].protection = Protection(locked=False)
    book.security.lockStructure = True
    book.save(path)
    return PLAIN


def names_and_print_area(path: Path) -> Expected:
    book = plain_book()
    book.defined_names["Postcodes"] = DefinedName("Postcodes", attr_text="Data!$B$2:$B$5")
    book.active.print_area = "A1:C5"
    book.active.print_title_rows = "1:1"
    book.save(path)
    return PLAIN


def conditional_formats(path: Path) -> Expected:
    book = plain_book()
    red = PatternFill(bgColor="FFFFC7CE")
    page = book.active
    page.conditional_formatting.add("A2:C5", FormulaRule(formula=["$C2>50"], fill=red))
    scale = ColorScaleRule(
        start_type="min", start_color="FFFFFFFF", end_type="max", end_color="FF63BE7B"
    )
    page.conditional_formatting.add("C2:C5", scale)
    book.save(path)
    return PLAIN


def drop_down_lists(path: Path) -> Expected:
    book = plain_book()
    rule = DataValidation(type="list", formula1='"1,7,20"', allow_blank=True)
    rule.add("C2:C5")
    book.active.add_data_validation(rule)
    book.save(path)
    return PLAIN


def hidden_columns_to_the_right(path: Path) -> Expected:
    book = plain_book()
    for name in ("D", "H"):
        book.active.column_dimensions[name].hidden = True
    book.active.column_dimensions["D"].min = 4
    book.active.column_dimensions["D"].max = 7
    book.active.column_dimensions["H"].min = 8
    book.active.column_dimensions["H"].max = 16384
    book.save(path)
    return PLAIN


def groups(path: Path) -> Expected:
    book = plain_book()
    book.active.row_dimensions.group(3, 4, outline_level=1, hidden=True)
    book.active.column_dimensions.group("A", "B", outline_level=1)
    book.save(path)
    return PLAIN


def links_and_comments(path: Path) -> Expected:
    book = plain_book()
    book.active["A2"].hyperlink = "https://example.invalid/anvil"
    book.active["B3"].comment = Comment("moved in May", "Finance")
    book.save(path)
    return PLAIN


def chart(path: Path) -> Expected:
    book = plain_book()
    made = BarChart()
    made.add_data(Reference(book.active, min_col=3, min_row=1, max_row=5), titles_from_data=True)
    book.active.add_chart(made, "A8")
    book.save(path)
    return PLAIN


def sheet_of_a_chart(path: Path) -> Expected:
    book = plain_book()
    made = BarChart()
    made.add_data(Reference(book.active, min_col=3, min_row=1, max_row=5))
    book.create_chartsheet("Picture", 0).add_chart(made)
    book.save(path)
    return PLAIN


def dates(path: Path) -> Expected:
    book = openpyxl.Workbook()
    book.active.append(["Paid on", "Postcode"])
    book.active.append([dt.date(2025, 4, 1), IN])
    book.active.append([dt.date(2025, 4, 2), OUT])
    book.active.title = "Data"
    book.save(path)
    return {2: L, 3: N}


def merged_over_rows(path: Path) -> Expected:
    """Three invoices of one supplier share a postcode; the fourth has its own."""
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for row in (HEAD, ["Anvil Ltd", IN, 1], [None, None, 2], [None, None, 3], ["Bellows", OUT, 4]):
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("B2:B4")
    book.save(path)
    return {2: L, 3: L, 4: L, 5: N}


def header_of_two_rows(path: Path) -> Expected:
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for row in (
        ["Supplier", "Postcode", "Paid", None],
        [None, None, "2024", "2025"],
        ["Anvil Ltd", IN, 1, 2],
        ["Bellows plc", OUT, 3, 4],
    ):
        book.active.append(row)
    for merged in ("A1:A2", "B1:B2", "C1:D1"):
        book.active.merge_cells(merged)
    book.save(path)
    return {3: L, 4: N}


def blank_rows_between(path: Path) -> Expected:
    book = plain_book()
    book.active.insert_rows(4, 2)
    book.save(path)
    return {2: L, 3: N, 6: L, 7: U}


def formats_to_the_right(path: Path) -> Expected:
    """Somebody coloured forty columns and two hundred rows that hold nothing."""
    book = plain_book()
    grey = PatternFill("solid", fgColor="FFEEEEEE")
    for row in book.active.iter_rows(min_row=1, max_row=200, max_col=40):
        for cell in row:
            cell.fill = grey
    book.save(path)
    return PLAIN


def bands_and_borders(path: Path) -> Expected:
    book = plain_book()
    thin = Side(style="thin")
    for row in book.active.iter_rows():
        for cell in row:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            if cell.row % 2 == 0:
                cell.fill = PatternFill("solid", fgColor="FFDDEBF7")
    for row in book.active.iter_rows(min_row=2, min_col=3):
        row[0].number_format = "£#,##0.00"
        row[0].alignment = Alignment(horizontal="right", vertical="top")
    book.save(path)
    return PLAIN


def several_sheets(path: Path) -> Expected:
    book = plain_book()
    book.create_sheet("Read me", 0)["A1"] = "These are invented payments."
    book.create_sheet("Totals")["A1"] = "=SUM(Data!C2:C5)"
    book.active = 1
    book.save(path)
    return PLAIN


def first_sheet_hidden(path: Path) -> Expected:
    book = plain_book()
    lists = book.create_sheet("Lists", 0)
    lists.append(["Postcode"])
    lists.append([IN])
    lists.sheet_state = "veryHidden"
    book.active = 1
    book.save(path)
    return PLAIN


def written_row_by_row(path: Path) -> Expected:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Data")
    for row in [HEAD, *BODY]:
        page.append(row)
    book.save(path)
    return PLAIN


def by_pandas(path: Path) -> Expected:
    pd.DataFrame(BODY, columns=HEAD).to_excel(path, sheet_name="Data", index=False)
    return PLAIN


def by_pandas_with_an_index(path: Path) -> Expected:
    pd.DataFrame(BODY, columns=HEAD).to_excel(path, sheet_name="Data")
    return PLAIN


def without_a_header(path: Path) -> Expected:
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for row in BODY:
        book.active.append(row)
    book.save(path)
    return {1: L, 2: N, 3: L, 4: U}


# ------------------------------------------------- made part by part, as other programs write them


def strict(path: Path) -> Expected:
    """Saved by Excel as Strict Open XML."""
    hand_made(path, CELLS, head='<dimension ref="A1:C5"/>', strict=True)
    return PLAIN


def inline_strings(path: Path) -> Expected:
    hand_made(path, CELLS)
    return PLAIN


def no_references(path: Path) -> Expected:
    """Neither rows nor cells say where they are, as some report generators leave it."""
    hand_made(path, inline([HEAD, *[["x", *r[1:]] for r in BODY]], names=False))
    return PLAIN


def wrong_dimension(path: Path) -> Expected:
    hand_made(path, CELLS, head='<dimension ref="A1"/>')
    return PLAIN


def prefixed(path: Path) -> Expected:
    """Every element has a prefix, as the Open XML SDK writes it and so exports of Unit4."""
    hand_made(path, inline([HEAD, *[["x", *r[1:]] for r in BODY]], prefix="x:"), prefix="x")
    return PLAIN


def utf_16(path: Path) -> Expected:
    text = f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{MAIN}"><sheetData>{CELLS}'
    hand_made(path, "", sheet=f"{text}</sheetData></worksheet>".encode("utf-16"))
    return PLAIN


def byte_order_mark(path: Path) -> Expected:
    text = f'<?xml version="1.0" encoding="utf-8"?><worksheet xmlns="{MAIN}"><sheetData>{CELLS}'
    hand_made(path, "", sheet=f"{text}</sheetData></worksheet>".encode("utf-8-sig"))
    return PLAIN


def remarks_and_cdata(path: Path) -> Expected:
    rows = (
        "<!-- begin --><row r='1'><c r='A1' t='inlineStr'><is><t>Postcode</t></is></c></row>"
        "<row r='2'><!-- first --><c t='inlineStr' r='A2'><is><t><![CDATA[CO1 1JB]]></t></is></c>"
        "</row><row r='3' ><c r='A3' t='inlineStr'><is><t>IP1&#32;1AA</t></is></c ></row>"
    )
    hand_made(path, rows)
    return {2: L, 3: N}


def indented(path: Path) -> Expected:
    """Written for people to read: each element on its own line."""
    rows = CELLS.replace("<row", "\n  <row").replace("<c ", "\n    <c ")
    hand_made(path, rows.replace("</row>", "\n  </row>") + "\n")
    return PLAIN


def shared_formulas(path: Path) -> Expected:
    """The postcode is worked out of two columns; the first cell states the formula for all."""
    texts = shared(["Out", "In", "Postcode", "CO1", "1JB", "IP1", "1AA"])
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="s"><v>2</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2" t="s"><v>4</v></c><c r="C2" t="str">'
        '<f t="shared" ref="C2:C3" si="0">A2&amp;" "&amp;B2</f><v>CO1 1JB</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>5</v></c><c r="B3" t="s"><v>6</v></c><c r="C3" t="str">'
        '<f t="shared" si="0"/><v>IP1 1AA</v></c></row>'
    )
    order = f'<calcChain xmlns="{MAIN}"><c r="C2" i="1"/><c r="C3" i="1"/></calcChain>'.encode()
    parts = {"xl/calcChain.xml": (f"{SHEETS}.calcChain+xml", order)}
    hand_made(path, rows, strings=texts, parts=parts)
    return {2: L, 3: N}


def rich_and_phonetic(path: Path) -> Expected:
    texts = (
        "<si><t>Postcode</t></si><si><r><rPr><b/></rPr><t>CO1</t></r><r><t> 1JB</t></r></si>"
        '<si><t>IP1 1AA</t><rPh sb="0" eb="3"><t>CO1 1JB</t></rPh></si><si/>'
        "<si><t>CO4 3SQ_x000D_</t></si>"
    )
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c><c r="B{n}"><v>1</v></c></row>'
        for n in range(1, 6)
    )
    hand_made(path, rows, strings=texts)
    return {2: L, 3: N, 4: U, 5: L}


def truths_and_errors(path: Path) -> Expected:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Postcode</t></is></c></row>'
        '<row r="2"><c r="A2" t="b"><v>1</v></c></row><row r="3"><c r="A3" t="e"><v>#N/A</v></c>'
        '</row><row r="4"><c r="A4" t="str"><f>"CO1"&amp;" 1JB"</f><v>CO1 1JB</v></c></row>'
    )
    hand_made(path, rows)
    return {2: U, 3: U, 4: L}


def absolute_targets(path: Path) -> Expected:
    hand_made(path, CELLS, absolute=True)
    return PLAIN


def another_part_name(path: Path) -> Expected:
    """The workbook is where its relationship says, as exports of SAP show."""
    hand_made(path, CELLS, folder="spreadsheet/", workbook="book.xml")
    return PLAIN


def no_styles(path: Path) -> Expected:
    """As Oracle's reports: no styles, inline strings, no extent."""
    hand_made(path, CELLS, styles=None)
    return PLAIN


def a_thousand_empty_rows(path: Path) -> Expected:
    """As Google Sheets exports: heights for a thousand rows, and cells that hold formats."""
    empty = "".join(
        f'<row r="{n}" ht="15.75" customHeight="1"><c r="B{n}" s="2"/></row>'
        for n in range(6, 1000)
    )
    head = (
        '<sheetPr><outlinePr summaryBelow="0"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1.0" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        '</sheetViews><sheetFormatPr customHeight="1" defaultColWidth="12.63"/>'
        '<cols><col customWidth="1" min="1" max="26" width="17.1" style="2"/></cols>'
    )
    hand_made(path, CELLS + empty, head=head)
    return PLAIN


def streamed_archive(path: Path) -> Expected:
    """The sizes of its parts follow their data, as Java programs write archives."""
    hand_made(path, CELLS, streamed=True)
    return PLAIN


def text_box(path: Path) -> Expected:
    draw = "http://schemas.openxmlformats.org/drawingml/2006/"
    drawing = (
        f'<xdr:wsDr xmlns:xdr="{draw}spreadsheetDrawing" xmlns:a="{draw}main"><xdr:twoCellAnchor>'
        "<xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>7</xdr:row>"
        "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>2</xdr:col><xdr:colOff>0"
        "</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp macro='' "
        "textlink=''><xdr:nvSpPr><xdr:cNvPr id='2' name='Box'/><xdr:cNvSpPr txBox='1'/>"
        "</xdr:nvSpPr><xdr:spPr><a:prstGeom prst='rect'><a:avLst/></a:prstGeom></xdr:spPr>"
        "<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>Do not edit</a:t></a:r></a:p></xdr:txBody>"
        "</xdr:sp><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
    ).encode()
    kind = "application/vnd.openxmlformats-officedocument.drawing+xml"
    hand_made(
        path,
        CELLS,
        tail='<drawing r:id="rId1"/>',
        parts={"xl/drawings/drawing1.xml": (kind, drawing)},
        relations=f'<Relationship Id="rId1" Type="{DOCUMENT}/drawing" '
        'Target="../drawings/drawing1.xml"/>',
    )
    return PLAIN


def sparklines_and_data_bars(path: Path) -> Expected:
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    excel = "http://schemas.microsoft.com/office/excel/2006/main"
    tail = (
        '<conditionalFormatting sqref="C2:C5"><cfRule type="dataBar" priority="1"><dataBar>'
        '<cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar></cfRule>'
        '</conditionalFormatting><ignoredErrors><ignoredError sqref="B2:B5" '
        'numberStoredAsText="1"/></ignoredErrors><extLst><ext '
        f'xmlns:x14="{x14}" uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}"><x14:sparklineGroups '
        f'xmlns:xm="{excel}"><x14:sparklineGroup><x14:colorSeries rgb="FF376092"/><x14:sparklines>'
        "<x14:sparkline><xm:f>Data!C2:C5</xm:f><xm:sqref>D2</xm:sqref></x14:sparkline>"
        "</x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
    )
    hand_made(path, CELLS, tail=tail)
    return PLAIN


def spans_and_extras(path: Path) -> Expected:
    """Attributes of later versions, and an extension at the end of a row."""
    rows = CELLS.replace('<row r="2">', '<row r="2" spans="1:3" ht="20" customHeight="1">')
    rows = rows.replace("</row>", '<extLst><ext uri="{x}"/></extLst></row>', 1)
    hand_made(path, rows)
    return PLAIN


def formats_of_rows(path: Path) -> Expected:
    rows = CELLS.replace('<row r="3">', '<row r="3" s="1" customFormat="1">')
    hand_made(path, rows, head='<cols><col min="1" max="16384" width="9.14" style="2"/></cols>')
    return PLAIN


def rows_far_below(path: Path) -> Expected:
    """A title, then nothing for two thousand rows."""
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>Payments</t></is></c></row>'
    body = CELLS
    for number in range(5, 0, -1):
        body = body.replace(f'r="{number}"', f'r="{number + 2000}"')
        for letter in "ABC":
            body = body.replace(f'r="{letter}{number}"', f'r="{letter}{number + 2000}"')
    hand_made(path, rows + body)
    return moved(2000)


def headers_without_names(path: Path) -> Expected:
    """The row above the data is blank, so it takes our headers."""
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>List</t></is></c></row>'
    rows += "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>x</t></is></c>'
        f'<c r="B{n}" t="inlineStr"><is><t>{text}</t></is></c></row>'
        for n, text in ((3, IN), (4, OUT))
    )
    hand_made(path, rows)
    return {3: L, 4: N}


def signed(path: Path) -> Expected:
    kind = "application/vnd.openxmlformats-package.digital-signature-origin"
    hand_made(path, CELLS, parts={"_xmlsignatures/origin.sigs": (kind, b"")})
    return PLAIN


def query_table(path: Path) -> Expected:
    made = (
        f'<table xmlns="{MAIN}" id="1" name="Q" displayName="Q" ref="A1:C5" tableType="queryTable">'
        '<autoFilter ref="A1:C5"/><tableColumns count="3"><tableColumn id="1" name="Supplier"/>'
        '<tableColumn id="2" name="Postcode"/><tableColumn id="3" name="Paid"/></tableColumns>'
        "</table>"
    ).encode()
    hand_made(
        path,
        CELLS,
        tail='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>',
        parts={"xl/tables/table1.xml": (f"{SHEETS}.table+xml", made)},
        relations=f'<Relationship Id="rId1" Type="{DOCUMENT}/table" '
        'Target="../tables/table1.xml"/>',
    )
    return PLAIN


# ---------------------------------------------------- made by XlsxWriter 3.3.1, and kept as files


def kept(name: str, path: Path) -> None:
    path.write_bytes((FILES / "xlsxwriter" / f"{name}.xlsx").read_bytes())


def constant_memory(path: Path) -> Expected:
    """Written with ``constant_memory``: borders, pounds, a frozen header and a filter."""
    kept("constant_memory", path)
    return PLAIN


def table_validated(path: Path) -> Expected:
    """A table with a row of totals, and a rule for what may be typed."""
    kept("table_validated", path)
    return PLAIN  # row 6 is the total


def rich_strings(path: Path) -> Expected:
    """A postcode half in bold, a comment, a link and a name of two lines."""
    kept("rich_strings", path)
    return PLAIN


def chart_and_sparkline(path: Path) -> Expected:
    """Written with ``use_zip64``: a chart, a sparkline on a second sheet, and data bars of 2010."""
    kept("chart_and_sparkline", path)
    return PLAIN


def strings_to_numbers(path: Path) -> Expected:
    """Written with ``strings_to_numbers`` and ``in_memory``: a merged title, days and a total."""
    kept("strings_to_numbers", path)
    return moved(2)  # row 8 is the total


CASES: Final[dict[str, Callable[[Path], Expected]]] = {
    made.__name__: made
    for made in (
        by_openpyxl, titles, frozen_and_filtered, table, table_beside_another, protected,
        names_and_print_area, conditional_formats, drop_down_lists, hidden_columns_to_the_right,
        groups, links_and_comments, chart, sheet_of_a_chart, dates, merged_over_rows,
        header_of_two_rows, blank_rows_between, formats_to_the_right, bands_and_borders,
        several_sheets, first_sheet_hidden, written_row_by_row, by_pandas, by_pandas_with_an_index,
        without_a_header, strict, inline_strings, no_references, wrong_dimension, prefixed, utf_16,
        byte_order_mark, remarks_and_cdata, indented, shared_formulas, rich_and_phonetic,
        truths_and_errors, absolute_targets, another_part_name, no_styles, a_thousand_empty_rows,
        streamed_archive, text_box, sparklines_and_data_bars, spans_and_extras, formats_of_rows,
        rows_far_below, headers_without_names, signed, query_table, constant_memory,
        table_validated, rich_strings, chart_and_sparkline, strings_to_numbers,
    )
}  # fmt: skip
# openpyxl knows no Strict workbooks, and looks for styles where Excel keeps them.
NOT_BY_OPENPYXL: Final = {"strict", "another_part_name"}
GROWN: Final = {name: {"xl/tables/table1.xml"} for name in ("table", "table_validated")}
