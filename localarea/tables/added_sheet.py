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
from localarea.tables.xlsx.new_sheet import new_sheet
from localarea.tables.xlsx.saved import sheet_parts
from localarea.tables.zip_copy import copy_entry, new_archive, write_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from localarea.tables.xlsx.new_sheet import Value

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
    with zipfile.ZipFile(source) as archive:
        if _CONTENT in archive.namelist():
            _add_to_ods(source, archive, out, name, make_rows)
            return
    from localarea.tables.xlsx.book import Book
    from localarea.tables.xlsx.package import Package

    begun = out.with_name(f"{out.stem}.sheet{out.suffix}")
    try:
        with Package(source) as package:
            book = Book(package)
            free = book.free_name(name)
            book.add_sheet(free, lambda: new_sheet(package.namespace, []))
            package.write(begun)
        renew_sheet(begun, out, free, make_rows, widths=widths)
    finally:
        begun.unlink(missing_ok=True)


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
    from localarea.tables.xlsx.package import Package

    part = sheet_parts(source)[name]
    with Package(source) as package, new_archive(out) as target:
        others = [other for other in package.archive.namelist() if other != part]
        rows = make_rows(_hash_of(package.archive, others, {}))
        for other in others:
            copy_entry(package.archive, target, other)
        write_entry(target, part, [new_sheet(package.namespace, rows, widths=widths)])


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
        own = sheet_parts(path).get(sheet)
        return _hash_of(archive, [part for part in names if part != own], {})


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


def _add_to_ods(
    source: Path,
    archive: zipfile.ZipFile,
    out: Path,
    name: str,
    make_rows: Callable[[str], Sequence[Sequence[Value]]],
) -> None:
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
    with new_archive(out) as target:
        for part in archive.namelist():
            if part == _CONTENT:
                blocks = [content[:at], sheet, content[at:]]
                write_entry(target, part, blocks, expected=len(content) + len(sheet))
            else:
                copy_entry(archive, target, part)


def _free_name(name: str, taken: Iterable[str]) -> str:
    known = {other.casefold() for other in taken}
    free, again = name, 1
    while free.casefold() in known:
        again += 1
        free = f"{name[: _LONGEST_NAME - 4]} {again}"
    return free


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
