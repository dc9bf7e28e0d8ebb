"""
Add a sheet of plain rows to a finished workbook, and hash the rest of its package.

All other parts of the package are copied byte for byte. The hash leaves out what the new sheet
alone consists of, so the sheet can hold it.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from itertools import chain
from typing import IO, TYPE_CHECKING, Final
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
_ODS_BODY: Final = b"<office:body"
_LONGEST_HEAD: Final = 64 << 20
_SHEET_TAGS: Final = re.compile(
    rb"<(?:/[\w.-]+:table\s*>|(?P<links>[\w.-]+:dde-links)"
    rb"|[\w.-]+:table\s[^>]*?\w+:name=[\"'](?P<named>[^\"']*)[\"'])"
)
_BLOCK: Final = 1 << 20
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
            _add_to_ods(source, archive, out, name, make_rows, widths)
            return
    from localarea.tables.xlsx.book import Book
    from localarea.tables.xlsx.parts.package import Package

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

    ``make_rows``: takes the hash of the rest of the package and returns the rows of the sheet.
    ``widths``: widths of the first columns in characters. KeyError if there is no such sheet.
    """
    from localarea.tables.xlsx.parts.package import Package

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

    ``path``: an XLSX or ODS workbook. Returns SHA-256 of the names and contents of all other parts.
    """
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if _CONTENT in names:
            with archive.open(_CONTENT) as part:
                rest = hash_without_sheet(_blocks(part))
            return _hash_of(archive, names, {_CONTENT: rest})
        own = sheet_parts(path).get(sheet)
        return _hash_of(archive, [part for part in names if part != own], {})


def _hash_of(archive: zipfile.ZipFile, names: Iterable[str], known: dict[str, str]) -> str:
    whole = hashlib.sha256()
    for name in sorted(names):
        if name in known:
            digest = known[name]
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
    widths: Sequence[int],
) -> None:
    with archive.open(_CONTENT) as part:
        at, taken = last_sheet_end(_blocks(part))
    with archive.open(_CONTENT) as part:
        looks = _column_styles(_blocks(part), widths)
    if not at:
        raise FileFormatError(source, "it has no sheet", hint="save it again from LibreOffice")
    free = _free_name(name, taken)
    rows = make_rows(_hash_of(archive, archive.namelist(), {}))
    sheet = "".join(_ods_sheet(free, rows, looks)).encode("utf-8")
    expected = archive.getinfo(_CONTENT).file_size + len(sheet)
    with new_archive(out) as target:
        for part_name in archive.namelist():
            if part_name == _CONTENT:
                with archive.open(part_name) as part:
                    blocks = _inserted(_blocks(part), at, sheet)
                    write_entry(target, part_name, blocks, expected=expected)
            else:
                copy_entry(archive, target, part_name)


def _blocks(part: IO[bytes]) -> Iterator[bytes]:
    while block := part.read(_BLOCK):
        yield block


def _inserted(blocks: Iterable[bytes], at: int, more: bytes) -> Iterator[bytes]:
    """Yield blocks with bytes inserted at a place."""
    done = 0
    for block in blocks:
        if done <= at < done + len(block):
            yield block[: at - done]
            yield more
            yield block[at - done :]
        else:
            yield block
        done += len(block)
    if at == done:
        yield more


def last_sheet_end(blocks: Iterable[bytes]) -> tuple[int, list[str]]:
    """
    Find where the last sheet of an ODS spreadsheet ends.

    Returns
    -------
    int
        Place after its end; 0 if there is no sheet. What follows are ranges and links, some of
        which hold tables of their own.
    list of str
        Names of the tables.
    """
    place = before = 0
    names: list[str] = []
    rest = b""
    for block in chain(blocks, [b"<"]):  # the end of the last tag is found as that of others
        buffer = rest + block
        stop = buffer.rfind(b"<")
        if stop <= 0:
            rest = buffer
            continue
        for found in _SHEET_TAGS.finditer(buffer, 0, stop):
            if found["links"]:
                return place, names
            if found["named"] is not None:
                names.append(found["named"].decode("utf-8", "replace"))
            else:
                place = before + found.end()
        before += stop
        rest = buffer[stop:]
    return place, names


def hash_without_sheet(blocks: Iterable[bytes]) -> str:
    """
    Hash the content of an ODS spreadsheet without the sheet that was added here.

    SHA-256 of all before the first sheet of ours, and after the last.

    Examples
    --------
    >>> kept = hash_without_sheet([b"<a/><localarea:table x>..</localar", b"ea:table><b/>"])
    >>> kept == hash_without_sheet([b"<a/><b/>"])
    True
    """
    outside = hashlib.sha256()
    before = None  # the hash of what stands before the first of them, once that was met
    rest = b""
    for block in blocks:
        buffer = rest + block
        if before is None:
            at = buffer.find(_ODS_OPENS)
            if at < 0:
                keep = len(_ODS_OPENS) - 1
                outside.update(buffer[:-keep])
                rest = buffer[-keep:]
                continue
            outside.update(buffer[:at])
            before, buffer = outside.copy(), buffer[at:]
        at = buffer.rfind(_ODS_CLOSES)
        if at >= 0:
            outside, buffer = before.copy(), buffer[at + len(_ODS_CLOSES) :]
        keep = len(_ODS_CLOSES) - 1
        outside.update(buffer[:-keep])
        rest = buffer[-keep:]
    outside.update(rest)
    return outside.hexdigest()


def _free_name(name: str, taken: Iterable[str]) -> str:
    known = {other.casefold() for other in taken}
    free, again = name, 1
    while free.casefold() in known:
        again += 1
        free = f"{name[: _LONGEST_NAME - 4]} {again}"
    return free


def _column_styles(blocks: Iterable[bytes], widths: Sequence[int]) -> list[str | None]:
    """Return the styles of columns of these widths, as far as the spreadsheet has them."""
    from localarea.tables.ods._styles import Styles, characters_cm

    head = b""
    for block in blocks:
        head += block
        if _ODS_BODY in head or len(head) > _LONGEST_HEAD:
            break
    styles = Styles(head.partition(_ODS_BODY)[0])
    return [styles.column(characters_cm(width)) for width in widths]


def _ods_sheet(
    name: str, rows: Sequence[Sequence[Value]], looks: Sequence[str | None]
) -> Iterator[str]:
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    yield (
        f'{_ODS_OPENS.decode()}xmlns:localarea="{space}table:1.0" '
        f'xmlns:lao="{space}office:1.0" xmlns:lat="{space}text:1.0" '
        f"localarea:name={quoteattr(name)}>"
    )
    for look in [*looks, *[None] * (max(map(len, rows), default=1) - len(looks))]:
        style = f" localarea:style-name={quoteattr(look)}" if look else ""
        yield f"<localarea:table-column{style}/>"
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
