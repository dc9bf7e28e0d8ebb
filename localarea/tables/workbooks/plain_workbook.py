"""Write small workbooks of plain rows, the same bytes each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.sax.saxutils import quoteattr

from localarea.tables.xlsx.new_sheet import new_sheet
from localarea.tables.zip_copy import SteadyArchive, new_archive, write_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from localarea.tables.xlsx.column_rows import ColumnRows
    from localarea.tables.xlsx.new_sheet import Value

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# In the names of openpyxl's own writing, which other libraries in a process may change, and dated
# as the parts of an archive.
_PROPERTIES: Final = (
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">localarea'
    b'</dc:creator><dcterms:created xmlns:dcterms="http://purl.org/dc/terms/" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="dcterms:W3CDTF">'
    b"1980-01-01T00:00:00Z</dcterms:created><dcterms:modified "
    b'xmlns:dcterms="http://purl.org/dc/terms/" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="dcterms:W3CDTF">'
    b"1980-01-01T00:00:00Z</dcterms:modified></cp:coreProperties>"
)
_BOLD: Final = 1  # the second style below
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class PlainSheet(NamedTuple):
    """A sheet to write; ``widths``: widths of the first columns in characters."""

    name: str
    rows: Sequence[Sequence[Value]]
    widths: Sequence[int] = ()
    header: bool = False


def write_workbook(path: Path, sheets: Sequence[PlainSheet]) -> None:
    """Write a new XLSX workbook."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{at}" r:id="rId{at}"/>'
        for at, sheet in zip(numbers, sheets, strict=True)
    )
    related = "".join(
        _relation(f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in numbers
    )
    kinds = "".join(_override(f"/xl/worksheets/sheet{at}.xml", "worksheet") for at in numbers)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{_override('/xl/workbook.xml', 'sheet.main')}{kinds}"
        f"{_override('/xl/styles.xml', 'styles')}</Types>",
        "_rels/.rels": _relations(_relation("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            related + _relation("rIdS", "styles", "styles.xml")
        ),
    }
    with new_archive(path) as archive:
        for name, text in parts.items():
            write_entry(archive, name, [f"{_HEAD}{text}".encode()])
        write_entry(archive, "xl/styles.xml", [_STYLES.encode()])
        for at, sheet in zip(numbers, sheets, strict=True):
            formats = [[_BOLD] * len(sheet.rows[0])] if sheet.header and sheet.rows else []
            data = new_sheet(MAIN, sheet.rows, widths=sheet.widths, formats=formats)
            write_entry(archive, f"xl/worksheets/sheet{at}.xml", [data])


def save_book(book: Any, path: Path, *, rows: Mapping[str, ColumnRows] | None = None) -> None:
    """
    Save a workbook of openpyxl; its own ``save`` would put the time into it.

    ``rows``: rows of sheets by their titles, which are written below what the workbook has of them.
    """
    from openpyxl.writer.excel import ExcelWriter

    if not book.sheetnames:
        book.create_sheet()  # as openpyxl does: no program opens a workbook without a sheet
    added = {
        f"xl/worksheets/sheet{at}.xml": (rows[title], rows[title].expected)
        for at, title in enumerate(book.sheetnames, start=1)
        if rows and title in rows
    }
    with SteadyArchive(path, {"docProps/core.xml": _PROPERTIES}, added) as archive:
        ExcelWriter(book, archive).save()


def _override(part: str, kind: str) -> str:
    return f'<Override PartName="{part}" ContentType="{_KIND}.{kind}+xml"/>'


def _relation(identity: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identity}" Type="{RELATIONS}/{kind}" Target="{target}"/>'


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
