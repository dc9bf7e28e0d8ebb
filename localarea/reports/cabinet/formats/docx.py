"""Render a report for Word with real styles and headers, so that it is editable and accessible."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from localarea.extras import extra
from localarea.reports.cabinet.model import (
    CM_PER_PT,
    FORM_HEADINGS,
    Bullets,
    Form,
    Heading,
    Note,
    Paragraph,
    Picture,
    Table,
    numbered_captions,
)

with extra("reports"):
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

if TYPE_CHECKING:
    from localarea.reports.cabinet.model import Block, Report

_TEXT_CM: Final = 17.0  # A4 with margins of 2 cm
_SMALLEST_PT = 7.0  # of the letters of a table
_HAIR_CM = 1e-6  # of rounding
_LEAST_CM = 2.6  # of a column of words
_WIDER = 1.15  # a typeface that stands in for Arial may be so much wider: no number may break
_CELL_MARGIN_CM: Final = 0.15  # beside the words of a cell, on either side
_INK, _QUIET = "0B3C66", "4D525B"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP archive can hold


def render_docx(report: Report) -> bytes:
    """Render a report as a Word document: a DOCX file; the same report gives the same bytes."""
    document = Document()
    _set_up(document, report)
    document.add_paragraph(report.title, style="Title")
    document.add_paragraph(f"{report.subtitle}. {report.date_in_words}.", style="Subtitle")
    captions = numbered_captions(report.blocks)
    for number, block in enumerate(report.blocks):
        begun = len(document.paragraphs)
        _write(document, block, captions[number], number)
        if number and isinstance(report.blocks[number - 1], Table | Form):
            _leave_room(document.paragraphs[begun])
    _add_contents(document, report)
    buffer = io.BytesIO()
    document.save(buffer)
    return _without_times(buffer.getvalue())


def _write(document: Any, block: Block, caption: str, number: int) -> None:
    match block:
        case Heading():
            _heading(document, block, number)
        case Paragraph():
            _paragraph(document, block.lead, block.text, keep=block.keep)
        case Note():
            _note(document, block)
        case Bullets():
            for item in block.items:
                document.add_paragraph(item, style="List Bullet")
        case Table():
            _table(document, block, caption)
        case Picture():
            _picture(document, block, caption, number)
        case Form():
            _form(document, block, caption)


def _leave_room(paragraph: Any) -> None:
    """Keep what follows a table from touching it: a table itself has no space below."""
    if not paragraph.style.name.startswith("Heading"):
        paragraph.paragraph_format.space_before = Pt(8)


def _set_up(document: Any, report: Report) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.0)
    page.top_margin, page.bottom_margin = Cm(1.8), Cm(2.0)
    for name, size in (
        ("Normal", 10.5),
        ("Title", 20),
        ("Heading 1", 15),
        ("Heading 2", 12),
        ("Subtitle", 10.5),
    ):
        style = document.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        _font_everywhere(style.element)
        if name not in ("Normal", "Subtitle"):
            style.font.color.rgb = RGBColor.from_string(_INK)
    document.styles["Subtitle"].font.color.rgb = RGBColor.from_string(_QUIET)
    document.styles["Subtitle"].font.italic = False
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    caption = document.styles["Caption"]
    caption.font.name, caption.font.size = "Arial", Pt(9.5)
    caption.font.bold = False
    caption.font.color.rgb = RGBColor.from_string("16181D")
    _font_everywhere(caption.element)
    _language(document, report.language)
    _properties(document, report)
    _footer(page, report)


def _font_everywhere(style: Any) -> None:
    """Remove the template's theme fonts, which would override the font name that is set."""
    fonts = style.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)


def _language(document: Any, language: str) -> None:
    for mark in document.styles.element.iter(qn("w:lang")):
        mark.set(qn("w:val"), language)


def _properties(document: Any, report: Report) -> None:
    properties = document.core_properties
    properties.title, properties.subject = report.title, report.subtitle
    properties.author = properties.last_modified_by = report.author
    properties.language, properties.comments, properties.revision = report.language, "", 1
    day = report.dated
    properties.created = properties.modified = datetime(day.year, day.month, day.day, tzinfo=UTC)


def _footer(page: Any, report: Report) -> None:
    paragraph = page.footer.paragraphs[0]
    for stops in paragraph.style.element.iter(qn("w:tabs")):
        stops.clear()  # those of the template stand where the words are
    paragraph.style.font.name, paragraph.style.font.size = "Arial", Pt(8.5)
    _font_everywhere(paragraph.style.element)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(_TEXT_CM), WD_TAB_ALIGNMENT.RIGHT)
    for text, field in (
        (f"{report.title}, {report.date_in_words}\tPage ", ""),
        ("", "PAGE"),
        (" of ", ""),
        ("", "NUMPAGES"),
    ):
        run = paragraph.add_run(text)
        run.font.size = Pt(8.5)
        if field:
            _field(run, field)


def _field(run: Any, code: str) -> None:
    for kind in ("begin", "", "separate", "shown", "end"):
        if kind == "":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = code
        elif kind == "shown":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _heading(document: Any, block: Heading, number: int) -> None:
    paragraph = document.add_heading(block.text, level=block.level)
    paragraph.paragraph_format.page_break_before = block.new_page
    if block.level == 1:
        _bookmark(paragraph, block.anchor, number)


def _bookmark(paragraph: Any, name: str, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name[:40].replace("-", "_"))
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)


def _add_contents(document: Any, report: Report) -> None:
    """Add linked contents after the summary; a TOC field would prompt the reader to update it."""
    sections = list(report.headings())
    if len(sections) < 2:
        return
    named = {p.text: p for p in document.paragraphs if p.style.name == "Heading 1"}
    second = named[sections[1].text]
    title = second.insert_paragraph_before("Contents", style="Heading 2")
    title.paragraph_format.page_break_before = False
    for heading in sections:
        paragraph = second.insert_paragraph_before()
        paragraph.paragraph_format.space_after = 0
        paragraph.paragraph_format.keep_with_next = heading is not sections[-1]
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), heading.anchor[:40].replace("-", "_"))
        run = paragraph.add_run(heading.text)
        link.append(run._r)
        paragraph._p.append(link)


def _paragraph(document: Any, lead: str, text: str, *, keep: bool = False) -> Any:
    paragraph = document.add_paragraph()
    if lead:
        paragraph.add_run(f"{lead} ").bold = True
    paragraph.add_run(text)
    paragraph.paragraph_format.keep_with_next = keep
    return paragraph


def _note(document: Any, block: Note) -> None:
    paragraph = _paragraph(document, block.title, block.text)
    borders, shade = OxmlElement("w:pBdr"), OxmlElement("w:shd")
    left = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", _INK)):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EEF3F7")):
        shade.set(qn(f"w:{name}"), value)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    properties.insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc")


def _caption(document: Any, text: str, *, keep: bool) -> None:
    paragraph = document.add_paragraph(text, style="Caption")
    paragraph.paragraph_format.keep_with_next = keep


def _table(document: Any, block: Table, caption: str) -> None:
    _caption(document, caption, keep=True)
    size = block.letter_pt - 0.5  # Arial is larger than the PDF's typeface
    table = _grid(document, [_plain_head(c.heading, c.unit) for c in block.columns], caption)
    for row in block.rows:
        added = table.add_row().cells
        for cell, buffer in zip(added, row, strict=True):
            run = cell.paragraphs[0].add_run(buffer.text)
            run.bold = buffer.strong
    widths = _widths(block, size)
    while sum(widths) > _TEXT_CM + _HAIR_CM and size > _SMALLEST_PT:
        size -= 0.25
        widths = _widths(block, size)
    _look(table, [c.numeric for c in block.columns], size)
    _cell_margins(table)
    _set_widths(table, widths, _TEXT_CM)
    if block.note:
        note = document.add_paragraph()
        note.paragraph_format.space_before = Pt(4)
        note.add_run(block.note).font.size = Pt(8.5)


def _widths(block: Table, size: float) -> list[float]:
    """Return the widths of the columns with letters of a size, in centimetres."""
    em_cm = size * CM_PER_PT * _WIDER
    free_cm = _TEXT_CM - 2 * _CELL_MARGIN_CM * len(block.columns)
    widths = [em * em_cm + 2 * _CELL_MARGIN_CM for em in block.widths(free_cm / em_cm)]
    words = [at for at, column in enumerate(block.columns) if column.weight]
    over = max(sum(widths) - _TEXT_CM, 0.0)
    for at in words:  # words may break, numbers may not
        widths[at] = max(widths[at] - over / len(words), min(widths[at], _LEAST_CM))
    return widths


def _plain_head(heading: str, unit: str) -> str:
    return f"{heading}\n{unit}" if unit else heading


def _grid(document: Any, headings: list[str], caption: str) -> Any:
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, headings, strict=True):
        heading, _, unit = text.partition("\n")
        cell.paragraphs[0].add_run(heading).bold = True
        if unit:
            cell.paragraphs[0].add_run(f"\n{unit}")
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    described = OxmlElement("w:tblCaption")
    described.set(qn("w:val"), caption)
    table._tbl.tblPr.append(described)
    return table


def _look(table: Any, numeric: list[bool], size: float) -> None:
    _borders(table)
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        whole.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().insert(0, whole)
        for cell, right in zip(row.cells, numeric, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.paragraph_format.space_before = Pt(1)
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            for run in paragraph.runs:
                run.font.size = Pt(size)


def _borders(table: Any, *, upright: bool = False) -> None:
    for old in table._tbl.tblPr.findall(qn("w:tblBorders")):
        table._tbl.tblPr.remove(old)
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):  # the schema's order
        line = OxmlElement(f"w:{side}")
        drawn = upright or side in ("top", "bottom", "insideH")
        line.set(qn("w:val"), "single" if drawn else "nil")
        if drawn:
            for name, value in (("sz", "4"), ("space", "0"), ("color", "C9CED6")):
                line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties = table._tbl.tblPr
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def _cell_margins(table: Any) -> None:
    """Leave the words of a cell as much room as its width was reckoned for."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(_CELL_MARGIN_CM * 567)))  # twentieths of a point
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption")


def _set_widths(table: Any, widths: list[float], total: float) -> None:
    scale = total / sum(widths)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width * scale)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width * scale)


def _picture(document: Any, block: Picture, caption: str, number: int) -> None:
    shape = document.add_picture(io.BytesIO(block.content), width=Cm(block.width_cm(_TEXT_CM)))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    for side in "TBLR":  # unless it is said, LibreOffice leaves room around a picture
        shape._inline.set(f"dist{side}", "0")
    described = shape._inline.docPr
    described.set("descr", block.alt)
    described.set("title", block.caption)
    described.set("name", f"Picture {number}")
    _caption(document, caption, keep=False)


def _form(document: Any, block: Form, caption: str) -> None:
    _caption(document, caption, keep=True)
    table = _grid(document, list(FORM_HEADINGS), caption)
    for line in block.lines:
        row = table.add_row()
        row.height = Cm(1.0)
        for at, (cell, text) in enumerate(zip(row.cells, line, strict=True)):
            cell.paragraphs[0].add_run(text).bold = at % 2 == 0
    _look(table, [False] * len(FORM_HEADINGS), 9.5)
    for row in table.rows[:-1]:  # a form that is signed stays on one page
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    _borders(table, upright=True)
    _set_widths(table, [3.3, 5.6, 2.4, 5.7], _TEXT_CM)


def _without_times(content: bytes) -> bytes:
    """Repack the archive with a fixed timestamp, so that equal reports have equal bytes."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            entry = zipfile.ZipInfo(info.filename, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(info.filename))
    return packed.getvalue()
