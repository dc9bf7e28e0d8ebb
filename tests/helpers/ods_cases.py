"""Spreadsheets written by hand, and a reader of them that shares nothing with the package."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

if TYPE_CHECKING:
    from pathlib import Path

OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES: Final = " ".join(
    f'xmlns:{prefix}="{OASIS}{uri}"'
    for prefix, uri in {
        "office": "office:1.0",
        "table": "table:1.0",
        "text": "text:1.0",
        "style": "style:1.0",
        "number": "datastyle:1.0",
        "fo": "xsl-fo-compatible:1.0",
        "draw": "drawing:1.0",
        "dc": "dc",
    }.items()
)
TYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
MANIFEST: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest'
    f' xmlns:manifest="{OASIS}manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE.decode()}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="Thumbnails/thumbnail.png"'
    ' manifest:media-type="image/png"/></manifest:manifest>'
)
STYLES: Final = (
    f'<office:document-styles {NAMES} office:version="1.2"><office:styles>'
    '<style:style style:name="Default" style:family="table-cell"/></office:styles>'
    "</office:document-styles>"
)
TABLE, TEXT, OFFICE = (f"{{{OASIS}{name}:1.0}}" for name in ("table", "text", "office"))


def cell(text: str, more: str = "") -> str:
    """A cell of text; ``more`` holds attributes."""
    space = " " if more else ""
    return (
        f'<table:table-cell office:value-type="string"{space}{more}><text:p>{text}</text:p>'
        "</table:table-cell>"
    )


def row(*texts: str, more: str = "", end: str = "") -> str:
    """A row of texts, or of cells where they are given; ``end`` follows them."""
    cells = "".join(
        t if t.startswith("<") else cell(t) if t else "<table:table-cell/>" for t in texts
    )
    space = " " if more else ""
    return f"<table:table-row{space}{more}>{cells}{end}</table:table-row>"


def sheet(name: str, rows: str, more: str = "", columns: str = "") -> str:
    space = " " if more else ""
    return f'<table:table table:name="{name}"{space}{more}>{columns}{rows}</table:table>'


def content(body: str, styles: str = "") -> str:
    """The content of a spreadsheet."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {NAMES}'
        f' office:version="1.2"><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )


def write_package(path: Path, xml: str | bytes, more: dict[str, bytes] | None = None) -> Path:
    """Write a spreadsheet with the parts that programs write."""
    data = xml.encode() if isinstance(xml, str) else xml
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo("mimetype", (2025, 4, 1, 9, 30, 0)), TYPE)
        package.writestr("Thumbnails/thumbnail.png", bytes(range(256)) * 4, zipfile.ZIP_STORED)
        package.writestr("Configurations2/menubar/", b"", zipfile.ZIP_STORED)
        package.writestr("content.xml", data)
        package.writestr("styles.xml", STYLES, compresslevel=9)
        for name, part in (more or {}).items():
            package.writestr(name, part, compresslevel=1)
        package.writestr("META-INF/manifest.xml", MANIFEST)
    return path


def raw_parts(path: Path) -> dict[str, tuple[Any, ...]]:
    """The bytes of each part as they are in the archive, with its time and its attributes."""
    whole = path.read_bytes()
    found = {}
    with zipfile.ZipFile(path) as package:
        for info in package.infolist():
            name, extra = struct.unpack_from("<HH", whole, info.header_offset + 26)
            at = info.header_offset + 30 + name + extra
            found[info.filename] = (
                whole[at : at + info.compress_size],
                info.date_time,
                info.external_attr,
                info.compress_type,
            )
    return found


def content_of(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read("content.xml").decode()


def read_sheets(path: Path) -> dict[str, list[list[str]]]:
    """The shown texts of each sheet, every repeated row and cell as often, without blank ends."""
    with zipfile.ZipFile(path) as package, package.open("content.xml") as part:
        root = ElementTree.parse(part).getroot()  # noqa: S314 -- our own result
    tables = root.findall(f"{OFFICE}body/{OFFICE}spreadsheet/{TABLE}table")
    return {str(table.get(f"{TABLE}name")): _rows(table) for table in tables}


def _rows(table: ElementTree.Element) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in table.iter(f"{TABLE}table-row"):
        cells: list[str] = []
        for part in line:
            times = int(part.get(f"{TABLE}number-columns-repeated", "1"))
            text = "\n".join("".join(p.itertext()) for p in part.findall(f"{TEXT}p"))
            cells += [text] * times
        while cells and not cells[-1]:
            cells.pop()
        times = int(line.get(f"{TABLE}number-rows-repeated", "1"))
        rows += [cells] * (times if cells else min(times, 50))
    while rows and not rows[-1]:
        rows.pop()
    return rows


def answers_in(rows: list[list[str]]) -> dict[int, str]:
    """The status of each row that has one, by its number from 1."""
    header = next((k for k, cells in enumerate(rows) if "local_status" in cells), None)
    if header is None:
        words = ("local", "not_local", "unknown")
        return {
            number: next(text for text in cells if text in words)
            for number, cells in enumerate(rows, start=1)
            if {*cells} & {*words}
        }
    at = rows[header].index("local_status")
    return {
        number: cells[at]
        for number, cells in enumerate(rows, start=1)
        if number > header + 1 and len(cells) > at and cells[at]
    }
