"""Workbooks made part by part, and what must hold of every workbook that comes back."""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_DOCUMENT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
SHEETS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARED: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES: Final = (
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFDDEBF7"/></patternFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '<border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/>'
    "<diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="1" xfId="0" applyBorder="1"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1"'
    ' applyAlignment="1"><alignment horizontal="right" vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
)
# Order of the children by ECMA-376, part 1: CT_Workbook, CT_Worksheet, CT_Stylesheet, CT_Table ...
ORDER: Final = {
    "workbook": "fileVersion fileSharing workbookPr workbookProtection bookViews sheets "
    "functionGroups externalReferences definedNames calcPr oleSize customWorkbookViews "
    "pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst",
    "worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr "
    "sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate "
    "customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks "
    "printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties "
    "cellWatches ignoredErrors smartTags drawing drawingHF picture oleObjects controls "
    "legacyDrawing legacyDrawingHF webPublishItems tableParts extLst",
    "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles "
    "colors extLst",
    "table": "autoFilter sortState tableColumns tableStyleInfo extLst",
    "tableColumn": "calculatedColumnFormula totalsRowFormula xmlColumnPr extLst",
    "autoFilter": "filterColumn sortState extLst",
    "row": "c extLst",
    "c": "f v is extLst",
    "is": "t r rPh phoneticPr",
    "si": "t r rPh phoneticPr",
    "sst": "si extLst",
    "xf": "alignment protection extLst",
    "dxf": "font numFmt fill alignment border protection extLst",
    "border": "start end left right top bottom diagonal vertical horizontal",
    "sheetPr": "tabColor outlinePr pageSetUpPr",
    "sheetView": "pane selection pivotSelection extLst",
    "conditionalFormatting": "cfRule extLst",
    "dataValidation": "formula1 formula2",
    "headerFooter": "oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter",
}
LONGEST_NAME: Final = 31  # characters of the name of a sheet
COUNTED: Final = {"cellXfs", "fonts", "numFmts", "tableColumns", "mergeCells"}


def hand_made(
    path: Path,
    rows: str,
    *,
    head: str = "",
    tail: str = "",
    strings: str = "",
    styles: str | None = STYLES,
    book: str = "",
    named: str = "",
    strict: bool = False,
    sheet: bytes | None = None,
    parts: dict[str, tuple[str, bytes]] | None = None,
    relations: str = "",
    prefix: str = "",
    folder: str = "xl/",
    workbook: str = "workbook.xml",
    absolute: bool = False,
    streamed: bool = False,
) -> Path:
    """Write a workbook of one sheet 'Data' from pieces of XML."""
    main, document = (STRICT, STRICT_DOCUMENT) if strict else (MAIN, DOCUMENT)
    space = f'xmlns{":" + prefix if prefix else ""}="{main}" xmlns:r="{document}"'
    p = f"{prefix}:" if prefix else ""
    base = f"/{folder}" if absolute else ""
    related = [("rId1", "worksheet", f"{base}worksheets/sheet1.xml")]
    content: dict[str, tuple[str, bytes]] = {
        f"{folder}{workbook}": (
            f"{SHEETS}.sheet.main+xml",
            f'{DECLARED}<{p}workbook {space}>{book}<{p}sheets><{p}sheet name="Data" sheetId="1" '
            f'r:id="rId1"/></{p}sheets>{named}</{p}workbook>'.encode(),
        ),
        f"{folder}worksheets/sheet1.xml": (
            f"{SHEETS}.worksheet+xml",
            sheet
            or f"{DECLARED}<{p}worksheet {space}>{head}<{p}sheetData>{rows}</{p}sheetData>{tail}"
            f"</{p}worksheet>".encode(),
        ),
    }
    if styles is not None:
        related.append(("rId2", "styles", f"{base}styles.xml"))
        made = f'{DECLARED}<styleSheet xmlns="{main}">{styles}</styleSheet>'.encode()
        content[f"{folder}styles.xml"] = (f"{SHEETS}.styles+xml", made)
    if strings:
        related.append(("rId3", "sharedStrings", f"{base}sharedStrings.xml"))
        made = f'{DECLARED}<sst xmlns="{main}">{strings}</sst>'.encode()
        content[f"{folder}sharedStrings.xml"] = (f"{SHEETS}.sharedStrings+xml", made)
    for name, (kind, data) in (parts or {}).items():
        content[name] = (kind, data)
        if name.startswith(folder) and name.count("/") == 1:
            key = f"rId{len(related) + 10}"
            word = name.removeprefix(folder).removesuffix(".xml")
            related.append((key, word, f"{base}{word}.xml"))
    written = {
        "[Content_Types].xml": _types(content),
        "_rels/.rels": _relations([("rId1", "officeDocument", f"{folder}{workbook}")], document),
        f"{folder}_rels/{workbook}.rels": _relations(related, document),
        **{name: data for name, (_, data) in content.items()},
    }
    if relations:
        written[f"{folder}worksheets/_rels/sheet1.xml.rels"] = (
            f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
        ).encode()
    zip_of(path, written, streamed=streamed)
    return path


def zip_of(path: Path, parts: dict[str, bytes], *, streamed: bool = False) -> None:
    class _Pipe:
        """A file that cannot go back, so that sizes follow the data."""

        def __init__(self, file: Any) -> None:
            self.write, self.flush = file.write, file.flush

    with path.open("wb") as file:
        target: Any = _Pipe(file) if streamed else file
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10)), data, 8)


def _types(content: dict[str, tuple[str, bytes]]) -> bytes:
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, (kind, _) in content.items()
        if kind
    )
    return (
        f'{DECLARED}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    ).encode()


def _relations(found: list[tuple[str, str, str]], document: str) -> bytes:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{document}/{kind}" Target="{target}"/>'
        for key, kind, target in found
    )
    return (
        f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'
    ).encode()


def shared(texts: list[str]) -> str:
    return "".join(f"<si><t>{text}</t></si>" for text in texts)


def inline(rows: list[list[Any]], *, names: bool = True, prefix: str = "", style: int = 0) -> str:
    """Write rows as inline strings and numbers."""
    p, written = prefix, []
    for number, row in enumerate(rows, start=1):
        cells = []
        for place, value in enumerate(row):
            named = f' r="{chr(65 + place)}{number}"' if names else ""
            look = f' s="{style}"' if style else ""
            if value is None:
                cells.append(f"<{p}c{named}{look}/>")
            elif isinstance(value, str):
                text = f"<{p}is><{p}t>{value}</{p}t></{p}is>"
                cells.append(f'<{p}c{named}{look} t="inlineStr">{text}</{p}c>')
            else:
                cells.append(f"<{p}c{named}{look}><{p}v>{value}</{p}v></{p}c>")
        place = f' r="{number}"' if names else ""
        written.append(f"<{p}row{place}>{''.join(cells)}</{p}row>")
    return "".join(written)


def raw_entries(path: Path) -> dict[str, tuple[bytes, tuple[int, ...]]]:
    """Read the compressed bytes of every part, by the directory and not by our own code."""
    found = {}
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name_length, extra_length = struct.unpack_from("<HH", data, info.header_offset + 26)
            start = info.header_offset + 30 + name_length + extra_length
            found[info.filename] = (data[start : start + info.compress_size], info.date_time)
    return found


def changed_parts(before: Path, after: Path) -> set[str]:
    """Return the parts that are not the same byte for byte, or are only in one of two."""
    old, new = raw_entries(before), raw_entries(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def schema_faults(path: Path) -> list[str]:
    """Return what breaks ECMA-376 in a workbook: order of elements and cells, counts, types."""
    faults: list[str] = []
    with zipfile.ZipFile(path) as archive:
        if archive.testzip() is not None:
            faults.append("a part is damaged")
        names = archive.namelist()
        faults += [f"{name} twice" for name in names if names.count(name) > 1]
        styles = 1
        for name in names:
            if name.endswith("styles.xml"):
                root = etree.fromstring(archive.read(name))
                styles = len(root.find("{*}cellXfs"))
        for name in names:
            if name.endswith((".xml", ".rels")):
                faults += _faults_of(name, etree.fromstring(archive.read(name)), styles)
        return [*faults, *_faults_of_types(archive), *_faults_of_relations(archive)]


def _faults_of_types(archive: zipfile.ZipFile) -> list[str]:
    """Hold the content types to part 2: every part has one, and none is stated twice or in vain."""
    names = {f"/{name}".casefold() for name in archive.namelist() if not name.endswith("/")}
    root = etree.fromstring(archive.read("[Content_Types].xml"))
    defaults = [e.get("Extension", "").casefold() for e in root.iterfind("{*}Default")]
    overrides = [e.get("PartName", "").casefold() for e in root.iterfind("{*}Override")]
    faults = [f"type of {each} twice" for each in defaults if defaults.count(each) > 1]
    faults += [f"type of {each} twice" for each in overrides if overrides.count(each) > 1]
    faults += [f"type of {each}, which is no part" for each in overrides if each not in names]
    untyped = names - {*overrides, "/[content_types].xml"}
    return faults + [
        f"{each} has no type" for each in untyped if each.rpartition(".")[2] not in defaults
    ]


def _faults_of_relations(archive: zipfile.ZipFile) -> list[str]:
    """Hold relationships to part 2: ids are unique, and parts of the package are there."""
    names = {name.casefold() for name in archive.namelist()}
    faults, related = [], dict[str, dict[str | None, str]]()
    for name in archive.namelist():
        if not name.endswith(".rels"):
            continue
        folder, _, local = name.rpartition("_rels/")
        owner = folder + local.removesuffix(".rels")
        if local != ".rels" and owner.casefold() not in names:
            faults.append(f"{name} is of no part")
        root = etree.fromstring(archive.read(name))
        ids = [element.get("Id") for element in root]
        faults += [f"{name}: {each} twice" for each in ids if ids.count(each) > 1]
        inside = [e for e in root if e.get("TargetMode") != "External"]
        found = {
            e.get("Id"): posixpath.normpath(posixpath.join("/", folder, e.get("Target", "")))
            for e in inside
        }
        faults += [
            f"{name}: there is no {target}"
            for target in found.values()
            if target[1:].casefold() not in names
        ]
        related[owner] = found
    return faults + _faults_of_sheets(archive, related)


def _faults_of_sheets(
    archive: zipfile.ZipFile, related: dict[str, dict[str | None, str]]
) -> list[str]:
    book = next(iter(related[""].values()))[1:]
    for target in related[""].values():
        if target.endswith("book.xml"):
            book = target[1:]
    sheets = list(etree.fromstring(archive.read(book)).iterfind("{*}sheets/{*}sheet"))
    names = [sheet.get("name", "").casefold() for sheet in sheets]
    ids = [sheet.get("sheetId") for sheet in sheets]
    faults = [f"sheet {name} twice" for name in names if names.count(name) > 1]
    faults += [f"sheet {each} twice" for each in ids if ids.count(each) > 1]
    faults += [f"sheet {name} is named too long" for name in names if len(name) > LONGEST_NAME]
    keys = [next(v for k, v in sheet.attrib.items() if k.endswith("}id")) for sheet in sheets]
    return faults + [f"sheet {key} has no part" for key in keys if key not in related[book]]


def _faults_of(name: str, root: Any, styles: int) -> list[str]:
    faults = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        local = etree.QName(element).localname
        if etree.QName(element).namespace not in (MAIN, STRICT):
            continue
        faults += _faults_of_children(name, element, local)
        if local in COUNTED and element.get("count") not in (None, str(len(element))):
            faults.append(f"{name}: {local} counts {element.get('count')}, has {len(element)}")
        if local == "c" and not int(element.get("s", "0")) < styles:
            faults.append(f"{name}: no style {element.get('s')}")
        if local == "sheetData":
            faults += _faults_of_rows(name, element)
        if local == "cols":
            spans = [(int(column.get("min")), int(column.get("max"))) for column in element]
            if any(one[1] >= next_one[0] for one, next_one in pairwise(spans)):
                faults.append(f"{name}: columns {spans}")
    return faults


def _faults_of_children(name: str, element: Any, local: str) -> list[str]:
    if local not in ORDER:
        return []
    order = ORDER[local].split()
    children = [etree.QName(c) for c in element if isinstance(c.tag, str)]
    ours = [child.localname for child in children if child.namespace in (MAIN, STRICT)]
    known = [order.index(child) for child in ours if child in order]
    faults = [f"{name}: {local} cannot hold {child}" for child in ours if child not in order]
    return faults if known == sorted(known) else [*faults, f"{name}: {local} has {ours}"]


def _faults_of_rows(name: str, data: Any) -> list[str]:
    faults, last = [], 0
    for row in data:
        number = int(row.get("r", last + 1))
        if number <= last:
            faults.append(f"{name}: row {number} after {last}")
        last, column = number, 0
        for cell in row.iterfind("{*}c"):
            place = re.fullmatch(r"([A-Z]+)([0-9]+)", cell.get("r", f"A{number}"))
            assert place is not None
            at = 0
            for letter in place[1]:
                at = at * 26 + ord(letter) - 64
            at = at if cell.get("r") else column + 1
            if at <= column or int(place[2]) != number:
                faults.append(f"{name}: cell {cell.get('r')} in row {number} after {column}")
            column = at
    return faults


def cells_of(path: Path, sheet: str) -> dict[str, Any]:
    """Read the cells of a sheet from its parts, without our own code and without openpyxl."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        book = next(n for n in names if re.fullmatch(r"\w+/(work)?book\.xml", n))
        folder, _, local = book.partition("/")
        related = {
            element.get("Id"): element.get("Target")
            for element in etree.fromstring(archive.read(f"{folder}/_rels/{local}.rels"))
        }
        root = etree.fromstring(archive.read(book))
        (found,) = (e for e in root.iterfind("{*}sheets/{*}sheet") if e.get("name") == sheet)
        key = next(value for name, value in found.attrib.items() if name.endswith("}id"))
        target = related[key]
        part = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
        strings = []
        if f"{folder}/sharedStrings.xml" in names:
            items = etree.fromstring(archive.read(f"{folder}/sharedStrings.xml"))
            strings = ["".join(item.itertext("{*}t")) for item in items]
        return _cells(etree.fromstring(archive.read(part)), strings)


def _cells(root: Any, strings: list[str]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    number = 0
    for row in root.iterfind("{*}sheetData/{*}row"):
        number = int(row.get("r", number + 1))
        for place, cell in enumerate(row.iterfind("{*}c")):
            name = cell.get("r", f"{chr(65 + place)}{number}")
            value = cell.findtext("{*}v", "")
            if cell.get("t") == "s":
                value = strings[int(value)]
            elif cell.get("t") == "inlineStr":
                value = "".join(cell.itertext("{*}t"))
            if value:
                cells[name] = value
    return cells
