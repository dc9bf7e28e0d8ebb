"""
Detect the kind of a workbook, and check that it is safe to open.

A workbook is a ZIP archive of XML, which can be crafted to unpack to far more than its size.
The limits are documented in docs/checking.md.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING, Final, Literal

from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

WorkbookKind = Literal["xlsx", "ods"]

MAX_UNPACKED: Final = 4 << 30  # bytes of all parts together; more than a full sheet of Excel
MAX_PART_RATIO: Final = 300  # uncompressed to compressed; a sheet's XML compresses 10 to 60 times
MAX_PARTS: Final = 10_000
_SMALL_PART: Final = 32 << 20  # bytes; the ratio of smaller parts does not matter
_OLE: Final = b"\xd0\xcf\x11\xe0"
_MANIFEST: Final = "META-INF/manifest.xml"
_MOST_TYPES: Final = 16 << 20  # bytes of the part of content types
_HEAD: Final = 4_096  # bytes of a part in which it would declare a document type


def open_safely(path: Path) -> tuple[WorkbookKind, dict[str, int]]:
    """
    Return the kind of a workbook, or raise an error if it is unsafe.

    Returns
    -------
    {'xlsx', 'ods'}
        Its kind, by content and not by name.
    dict of str to int
        Uncompressed bytes of each part.

    Raises
    ------
    FileFormatError
        If it is not such a workbook, is protected by a password, holds macros, is damaged, or
        would exceed the limits when unpacked.
    """
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise FileFormatError(
                path,
                "it is an old .xls workbook, or one protected by a password",
                hint="open it and save it as .xlsx without a password",
            )
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = _sizes(path, archive)
            kind = _kind(path, archive, set(sizes))
            _refuse_macros(path, set(sizes))
            _refuse_document_types(path, archive, sizes)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileFormatError(
            path,
            f"it is damaged or incomplete: {error}",
            hint="open it in a spreadsheet program, and save it again",
        ) from error
    return kind, sizes


def require_safe_parts(path: Path, archive: zipfile.ZipFile) -> None:
    """
    Raise an error if an archive would exceed the limits when unpacked, or holds macros.

    ``archive``: the same, open. FileFormatError if it is protected by a password, holds macros, or
    is too large.
    """
    _refuse_macros(path, set(_sizes(path, archive)))


def _sizes(path: Path, archive: zipfile.ZipFile) -> dict[str, int]:
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or total > MAX_UNPACKED:
        raise FileFormatError(
            path,
            f"it would unpack to {len(parts):,} parts of {total / 1e9:.1f} GB together",
            hint=f"the limits are {MAX_PARTS:,} parts and {MAX_UNPACKED / 1e9:.1f} GB",
        )
    for part in parts:
        if part.file_size > max(_SMALL_PART, MAX_PART_RATIO * part.compress_size):
            raise FileFormatError(
                path,
                f"its part {part.filename!r} would unpack to {part.file_size / 1e6:,.0f} MB from "
                f"{part.compress_size / 1e3:,.0f} KB",
                hint="save the sheet as a CSV file, if it can be opened at all",
            )
        if part.flag_bits & 1:
            raise FileFormatError(path, "it is protected by a password", hint="save it without one")
    return {part.filename: part.file_size for part in parts}


def _kind(path: Path, archive: zipfile.ZipFile, names: set[str]) -> WorkbookKind:
    if "xl/workbook.xml" in names or _lists_sheets(archive, names):
        return "xlsx"
    small = "mimetype" in names and archive.getinfo("mimetype").file_size < _HEAD
    if small and b"opendocument.spreadsheet" in archive.read("mimetype"):
        _refuse_encryption(path, archive, names)
        return "ods"
    hint = "save it as .xlsx, .ods or .csv"
    if any(name.endswith(".bin") and name.startswith("xl/workbook") for name in names):
        raise FileFormatError(path, "it is a binary workbook (.xlsb)", hint=hint)
    raise FileFormatError(path, "it is an archive, but not a workbook", hint=hint)


def _refuse_encryption(path: Path, archive: zipfile.ZipFile, names: set[str]) -> None:
    """Raise an error for an OpenDocument file whose manifest says that parts are encrypted."""
    if _MANIFEST not in names:
        return
    with archive.open(_MANIFEST) as part:
        if b"encryption-data" in part.read(_SMALL_PART):
            raise FileFormatError(path, "it is protected by a password", hint="save it without one")


def _lists_sheets(archive: zipfile.ZipFile, names: set[str]) -> bool:
    """Check whether the content types name a workbook, wherever its part is."""
    types = "[Content_Types].xml"
    if types not in names or archive.getinfo(types).file_size > _MOST_TYPES:
        return False
    return b"spreadsheetml.sheet.main+xml" in archive.read(types).replace(b"\x00", b"")


def _refuse_macros(path: Path, names: set[str]) -> None:
    macros = [n for n in names if n.endswith("vbaProject.bin") or n.startswith("Basic/")]
    if macros or any(name.startswith("xl/macrosheets/") for name in names):
        raise FileFormatError(
            path, "it holds macros", hint="save it as a workbook without macros (.xlsx or .ods)"
        )


def _refuse_document_types(path: Path, archive: zipfile.ZipFile, sizes: dict[str, int]) -> None:
    """Raise an error for entities, by which a small part can expand to gigabytes."""
    for name in sizes:
        if not name.endswith((".xml", ".rels")):
            continue
        with archive.open(name) as part:
            head = part.read(_HEAD).replace(b"\x00", b"").upper()
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise FileFormatError(
                path, f"its part {name!r} declares entities", hint="save it again from Excel"
            )
