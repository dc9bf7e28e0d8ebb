"""Write small workbooks of plain rows, the same bytes each time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from localarea.tables.zip_copy import new_archive, write_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Cell = str | int
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
LONGEST_CELL: Final = 32_767  # characters; Excel keeps no more
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# What XML does not allow, and halves of characters, which have no form in UTF-8.
_NOT_ALLOWED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BOLD, _TEXT = 1, 2  # cell styles: a header, and a cell that takes what is typed as text
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    "</cellXfs></styleSheet>"
)


class PlainSheet(NamedTuple):
    """
    A sheet to write.

    Attributes
    ----------
    name : str
        Its name.
    rows : sequence of sequence of str or int
        Its rows; empty texts give no cell.
    widths : sequence of int
        Widths of the first columns in characters.
    header : bool
        Whether the first row is a header, which is bold and stays in view.
    typed : int or None
        Column, from 0, in which people type text below the header.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = ()
    header: bool = False
    typed: int | None = None


def write_workbook(path: Path, sheets: Sequence[PlainSheet]) -> None:
    """
    Write a new XLSX workbook.

    Parameters
    ----------
    path : pathlib.Path
        File to write.
    sheets : sequence of PlainSheet
        Its sheets.
    """
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
            write_entry(archive, f"xl/worksheets/sheet{at}.xml", [sheet_xml(sheet)])


def _override(part: str, kind: str) -> str:
    return f'<Override PartName="{part}" ContentType="{_KIND}.{kind}+xml"/>'


def _relation(identity: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identity}" Type="{RELATIONS}/{kind}" Target="{target}"/>'


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def sheet_xml(sheet: PlainSheet, *, namespace: str = MAIN, styled: bool = True) -> bytes:
    """
    Render a sheet as the XML of its part.

    Parameters
    ----------
    sheet : PlainSheet
        The sheet.
    namespace : str
        That of the workbook, which may be a strict one.
    styled : bool
        Whether the styles are those of `write_workbook`; otherwise the cells have none.

    Returns
    -------
    bytes
        The part.
    """
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(sheet.widths, start=1)
    )
    view = (
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    )
    parts = [
        f'{_HEAD}<worksheet xmlns="{namespace}">',
        view if sheet.header else "",
        f"<cols>{columns}</cols>" if columns else "",
        "<sheetData>",
        *_rows(sheet, styled=styled),
        "</sheetData></worksheet>",
    ]
    return "".join(parts).encode("utf-8")


def _rows(sheet: PlainSheet, *, styled: bool) -> Iterator[str]:
    for number, row in enumerate(sheet.rows, start=1):
        heading = sheet.header and number == 1
        cells = ""
        for at, value in enumerate(row):
            style = (_BOLD if heading else _TEXT if at == sheet.typed else 0) if styled else 0
            if value != "" or style == _TEXT:
                cells += cell_xml(f"{column_letters(at)}{number}", value, style=style or None)
        if cells:
            yield f'<row r="{number}">{cells}</row>'


def cell_xml(place: str, value: str | float, *, style: object = None, prefix: str = "") -> str:
    """
    Render a cell.

    Parameters
    ----------
    place : str
        Such as ``B7``.
    value : str, float or bool
        Its value; text is never a formula.
    style : object
        Number of its style, as text or number; None for none.
    prefix : str
        Prefix of the elements, with its colon.

    Returns
    -------
    str
        The element.
    """
    look = "" if style is None else f' s="{style}"'
    p = prefix
    if isinstance(value, bool):
        return f'<{p}c r="{place}"{look} t="b"><{p}v>{int(value)}</{p}v></{p}c>'
    if isinstance(value, int | float):
        return f'<{p}c r="{place}"{look}><{p}v>{value!r}</{p}v></{p}c>'
    if not value:
        return f'<{p}c r="{place}"{look}/>'
    text = escape(_NOT_ALLOWED.sub(" ", value[:LONGEST_CELL]))
    inner = f'<{p}t xml:space="preserve">{text}</{p}t>'
    return f'<{p}c r="{place}"{look} t="inlineStr"><{p}is>{inner}</{p}is></{p}c>'


def column_letters(at: int) -> str:
    """
    Return the letters of a column.

    Parameters
    ----------
    at : int
        Its position, from 0.

    Returns
    -------
    str
        Such as ``AB``.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    letters, rest = "", at + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(65 + last) + letters
    return letters
