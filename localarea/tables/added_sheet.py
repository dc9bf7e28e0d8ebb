"""
Add a sheet of plain rows to a finished workbook, and hash the rest of its package.

All other parts of the package are copied byte for byte. The hash leaves out what the new sheet
alone consists of, so the sheet can hold it.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from localarea.errors import FileFormatError
from localarea.tables.plain_workbook import MAIN, RELATIONS, SHEET_TYPE
from localarea.tables.saved_values import xlsx_parts
from localarea.tables.xlsx.new_sheet import new_sheet
from localarea.tables.zip_copy import copy_entry, new_archive, write_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from localarea.tables.xlsx.new_sheet import Value

_STRICT: Final = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_MAIN: Final = {False: MAIN, True: _STRICT.decode()}
_RELATIONS: Final = {
    False: RELATIONS,
    True: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_BOOK, _BOOK_RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_TYPES: Final = "[Content_Types].xml"
_CONTENT: Final = "content.xml"
_ODS_OPENS: Final = b"<localarea:table "  # a prefix that no other program writes
_ODS_CLOSES: Final = b"</localarea:table>"
_LONGEST_NAME: Final = 31  # characters of the name of a sheet in Excel


def add_sheet(
    source: Path,
    out: Path,
    name: str,
    make_rows: Callable[[str], Sequence[Sequence[Value]]],
    *,
    widths: Sequence[int] = (),
) -> None:
    """
    Write a workbook with one more sheet at its end.

    Parameters
    ----------
    source, out : pathlib.Path
        An XLSX or ODS workbook, and the file to write.
    name : str
        Name of the sheet; a number is added where there is one of that name.
    make_rows : callable
        Takes the hash of the rest of the package, as `parts_sha256` returns, and returns the
        rows of the sheet.
    widths : sequence of int
        Widths of the first columns in characters.

    Raises
    ------
    FileFormatError
        If the package does not have the parts that it needs.
    """
    with zipfile.ZipFile(source) as archive, new_archive(out) as target:
        names = archive.namelist()
        if _CONTENT in names:
            new, sheet = _ods_parts(source, archive, name, make_rows, widths)
        else:
            new, sheet = _xlsx_parts(source, archive, name, make_rows, widths)
        for part in names:
            if part in new:
                write_entry(target, part, [new[part]], expected=len(new[part]))
            else:
                copy_entry(archive, target, part)
        if sheet:
            write_entry(target, sheet, [new[sheet]])


def renew_sheet(
    source: Path,
    out: Path,
    name: str,
    make_rows: Callable[[str], Sequence[Sequence[Value]]],
    *,
    widths: Sequence[int] = (),
) -> None:
    """
    Write an XLSX workbook with new rows in one of its sheets, in place of all that it held.

    Parameters
    ----------
    source, out : pathlib.Path
        The workbook, and the file to write.
    name : str
        Name of the sheet.
    make_rows : callable
        Takes the hash of the rest of the package and returns the rows of the sheet.
    widths : sequence of int
        Widths of the first columns in characters.

    Raises
    ------
    KeyError
        If there is no such sheet.
    """
    with zipfile.ZipFile(source) as archive, new_archive(out) as target:
        part = dict(xlsx_parts(archive))[name]
        others = [other for other in archive.namelist() if other != part]
        rows = make_rows(_hash_of(archive, others, {}))
        strict = _STRICT in archive.read(_BOOK)
        for other in others:
            copy_entry(archive, target, other)
        write_entry(target, part, [new_sheet(_MAIN[strict], rows, widths=widths)])


def parts_sha256(path: Path, sheet: str) -> str:
    """
    Hash the parts of a workbook's package without one sheet.

    Parameters
    ----------
    path : pathlib.Path
        An XLSX or ODS workbook.
    sheet : str
        Name of the sheet that is left out.

    Returns
    -------
    str
        SHA-256 of the names and contents of all other parts.
    """
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if _CONTENT in names:
            content = archive.read(_CONTENT)
            first, last = content.find(_ODS_OPENS), content.rfind(_ODS_CLOSES)
            rest = content[:first] + content[last + len(_ODS_CLOSES) :] if first >= 0 else content
            return _hash_of(archive, names, {_CONTENT: rest})
        own = {part for name, part in xlsx_parts(archive) if name == sheet}
        return _hash_of(archive, [part for part in names if part not in own], {})


def _hash_of(archive: zipfile.ZipFile, names: Iterable[str], new: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(names):
        if name in new:
            digest = hashlib.sha256(new[name]).hexdigest()
        else:
            with archive.open(name) as part:
                digest = hashlib.file_digest(part, "sha256").hexdigest()  # type: ignore[arg-type]
        whole.update(f"{digest}  {name}\n".encode())
    return whole.hexdigest()


def _free_name(name: str, taken: Iterable[str]) -> str:
    known = {other.casefold() for other in taken}
    free, again = name, 1
    while free.casefold() in known:
        again += 1
        free = f"{name[: _LONGEST_NAME - 4]} {again}"
    return free


def _xlsx_parts(
    source: Path,
    archive: zipfile.ZipFile,
    name: str,
    make_rows: Callable[[str], Sequence[Sequence[Value]]],
    widths: Sequence[int],
) -> tuple[dict[str, bytes], str]:
    names = archive.namelist()
    book, relations = archive.read(_BOOK), archive.read(_BOOK_RELATIONS)
    strict = _STRICT in book
    part = next(
        path
        for number in range(1, len(names) + 2)
        if (path := f"xl/worksheets/localarea{number}.xml") not in names
    )
    identity = part.rpartition("/")[2].partition(".")[0]
    free = _free_name(name, (known for known, _ in xlsx_parts(archive)))
    numbers = [int(found) for found in re.findall(rb"\bsheetId=[\"']([0-9]+)[\"']", book)]
    sheet = (
        f'<x:sheet xmlns:x="{_MAIN[strict]}" xmlns:y="{_RELATIONS[strict]}" '
        f'name={quoteattr(free)} sheetId="{max(numbers, default=0) + 1}" y:id="{identity}"/>'
    )
    relation = (
        '<x:Relationship xmlns:x="http://schemas.openxmlformats.org/package/2006/relationships" '
        f'Id="{identity}" Type="{_RELATIONS[strict]}/worksheet" '
        f'Target="worksheets/{identity}.xml"/>'
    )
    kind = (
        '<x:Override xmlns:x="http://schemas.openxmlformats.org/package/2006/content-types" '
        f'PartName="/{part}" ContentType="{SHEET_TYPE}"/>'
    )
    new = {
        _BOOK: _before_end(source, book, b"sheets", sheet),
        _BOOK_RELATIONS: _before_end(source, relations, b"Relationships", relation),
        _TYPES: _before_end(source, archive.read(_TYPES), b"Types", kind),
    }
    rows = make_rows(_hash_of(archive, names, new))
    new[part] = new_sheet(_MAIN[strict], rows, widths=widths)
    return new, part


def _before_end(source: Path, data: bytes, name: bytes, text: str) -> bytes:
    """Insert text before the last end of an element."""
    ends = list(re.finditer(rb"</(?:[\w.-]+:)?" + name + rb"\s*>", data))
    if not ends:
        raise FileFormatError(
            source,
            f"its package has no end of {name.decode()!r}",
            hint="open it in Excel or LibreOffice and save it again",
        )
    at = ends[-1].start()
    return data[:at] + text.encode("utf-8") + data[at:]


def _ods_parts(
    source: Path,
    archive: zipfile.ZipFile,
    name: str,
    make_rows: Callable[[str], Sequence[Sequence[Value]]],
    widths: Sequence[int],
) -> tuple[dict[str, bytes], str]:
    content = archive.read(_CONTENT)
    # The last sheet is followed by ranges and links, some of which hold tables of their own.
    links = content.find(b":dde-links")
    ends = list(re.finditer(rb"</[\w.-]+:table\s*>", content[: links if links >= 0 else None]))
    if not ends:
        raise FileFormatError(source, "it has no sheet", hint="save it again from LibreOffice")
    at = ends[-1].end()
    taken = re.findall(rb"<[\w.-]+:table\s[^>]*?\w+:name=[\"']([^\"']*)[\"']", content)
    free = _free_name(name, (found.decode("utf-8", "replace") for found in taken))
    rows = make_rows(_hash_of(archive, archive.namelist(), {_CONTENT: content}))
    sheet = "".join(_ods_sheet(free, rows)).encode("utf-8")
    return {_CONTENT: content[:at] + sheet + content[at:]}, ""


def _ods_sheet(name: str, rows: Sequence[Sequence[Value]]) -> Iterator[str]:
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    yield (
        f'{_ODS_OPENS.decode()}xmlns:localarea="{space}table:1.0" '
        f'xmlns:lao="{space}office:1.0" xmlns:lat="{space}text:1.0" '
        f"localarea:name={quoteattr(name)}><localarea:table-column "
        f'localarea:number-columns-repeated="{max(map(len, rows), default=1) or 1}"/>'
    )
    for row in rows:
        yield "<localarea:table-row>"
        yield "".join(map(_ods_cell, row)) or "<localarea:table-cell/>"
        yield "</localarea:table-row>"
    yield _ODS_CLOSES.decode()


def _ods_cell(value: Value) -> str:
    if isinstance(value, int):
        number = f'lao:value-type="float" lao:value="{value}"'
        return f"<localarea:table-cell {number}><lat:p>{value}</lat:p></localarea:table-cell>"
    text = escape(str(value)).replace("  ", " <lat:s/>")
    return (
        f'<localarea:table-cell lao:value-type="string"><lat:p>{text}</lat:p>'
        "</localarea:table-cell>"
    )
