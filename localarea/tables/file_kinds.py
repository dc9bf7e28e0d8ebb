"""
Detect what a file really is from its content, to say clearly why it is not a table.

File names are unreliable: finance systems save web pages as ``.xls``, and people rename files in
the hope that they will open. Text, workbooks and Parquet pass; everything else is described in
familiar words, with what to do next.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, NamedTuple

from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER_HINT: Final = "of a folder only Parquet files are read; name a file of another kind"
_HEAD: Final = 1 << 16  # bytes
_TAR_MARK: Final = slice(257, 262)  # in the header of the first file
_LONGEST_MIMETYPE: Final = 200  # bytes
_ENCODING_SAMPLE: Final = 200  # bytes
_OLE_HEAD: Final = 1 << 20  # in which an old Office file that cannot be followed is looked through
_OLE_DIRECTORY: Final = 1 << 16  # bytes of its directory, which LibreOffice writes at the end
_OLE_SHIFTS: Final = (9, 12)  # sectors of 512 and 4,096 bytes
_AS_TABLE: Final = "open it, and save the table as .xlsx or CSV"
_ASK: Final = "ask for the table as .xlsx or CSV"
_UNPACK: Final = "unpack it, and send the file that is in it"


class Kind(NamedTuple):
    """The kind of a file, in words, and what to do with it."""

    name: str
    hint: str


_WEB_PAGE: Final = Kind(
    "a web page (HTML), as some systems save under the name .xls",
    "open it in Excel or LibreOffice, and save it as .xlsx",
)
_SIGNATURES: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"%PDF", Kind("a PDF", _ASK)),
    (b"\x89PNG", Kind("a picture (PNG)", _ASK)),
    (b"\xff\xd8\xff", Kind("a picture (JPEG)", _ASK)),
    (b"GIF8", Kind("a picture (GIF)", _ASK)),
    (b"II*\x00", Kind("a picture (TIFF)", _ASK)),
    (b"MM\x00*", Kind("a picture (TIFF)", _ASK)),
    (b"{\\rtf", Kind("a Rich Text document", _AS_TABLE)),
    (b"SQLite format 3\x00", Kind("a database (SQLite or GeoPackage)", "export the table as CSV")),
    (b"ARROW1", Kind("an Arrow file", "write it as Parquet or CSV")),
    (b"\x00\x00\x27\x0a", Kind("a Shapefile", "export its table as CSV")),
    (b"\x93NUMPY", Kind("a NumPy array", "write it as CSV")),
    (b"\x1f\x8b", Kind("compressed with gzip", _UNPACK)),
    (b"BZh", Kind("compressed with bzip2", _UNPACK)),
    (b"\xfd7zXZ", Kind("compressed with xz", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", Kind("compressed with Zstandard", _UNPACK)),
    (b"7z\xbc\xaf", Kind("a 7-Zip archive", _UNPACK)),
    (b"Rar!", Kind("a RAR archive", _UNPACK)),
    (b"\x7fELF", Kind("a program", _ASK)),
    (b"MZ\x90", Kind("a program", _ASK)),
)
# Streams of old Office files, whose names are in the directory in UTF-16.
_OLE_STREAMS: Final = (
    (
        "EncryptedPackage",
        Kind("a workbook or document protected by a password", "save it without a password"),
    ),
    ("Workbook", Kind("an old .xls workbook", "open it and save it as .xlsx without a password")),
    ("Book", Kind("an old .xls workbook", "open it and save it as .xlsx without a password")),
    ("WordDocument", Kind("an old Word document", _AS_TABLE)),
    ("PowerPoint Document", Kind("an old PowerPoint presentation", _ASK)),
    ("__properties_version1.0", Kind("an Outlook message", "save what is attached to it")),
)
_OLD_WORKBOOKS: Final[dict[str, Literal["xls", "xlsb"]]] = {
    "an old .xls workbook": "xls",
    "a binary workbook (.xlsb)": "xlsb",
}
_OLD_OFFICE: Final = Kind(
    "an old .xls workbook, or one protected by a password",
    "open it and save it as .xlsx without a password",
)
_IN_ARCHIVES: Final[tuple[tuple[str, Kind], ...]] = (
    (r"xl/workbook\.bin", Kind("a binary workbook (.xlsb)", "save it as .xlsx, .ods or .csv")),
    (r"word/document\.xml", Kind("a Word document", _AS_TABLE)),
    (r"ppt/presentation\.xml", Kind("a PowerPoint presentation", _ASK)),
    (r"Index/.*\.iwa|Index\.zip", Kind("a Numbers or Pages document", "export it as .xlsx or CSV")),
    (r"doc\.kml", Kind("a KMZ map", "export its table as CSV")),
    (r".*\.shp", Kind("a zipped Shapefile", "export its table as CSV")),
    (r"META-INF/container\.xml", Kind("an e-book", _ASK)),
)
_OPEN_DOCUMENTS: Final = {
    "text": Kind("an OpenDocument text", _AS_TABLE),
    "presentation": Kind("an OpenDocument presentation", _ASK),
    "graphics": Kind("an OpenDocument drawing", _ASK),
}
_JSON: Final = re.compile(r'\s*(?:\{\s*(?:"|\})|\[\s*(?:[\[{]|\]|"[^"]*"\s*[,\]]))')
_MAIL: Final = re.compile(
    r"(?:(?:Received|Return-Path|Delivered-To|MIME-Version|Message-ID|From|To|Subject|Date|"
    r"Content-Type|X-[\w-]+): .*\r?\n(?:[ \t].*\r?\n)*){2}",
    re.IGNORECASE,
)
# No comment reaches beyond its first end: else many of them could be told apart in so many ways
# that a file of 300 bytes would take days.
_HTML: Final = re.compile(
    r"\s*+(?:<!--(?:[^-]|-(?!->))*-->\s*+)*<(?:!doctype\s+html|html|head|body|table|meta|div)\b",
    re.IGNORECASE,
)
_XML: Final = re.compile(r"\s*<(?:\?xml\b|[A-Za-z_][\w.-]*:?[\w.-]*[\s>/])")


def refuse_other_kinds(path: Path) -> None:
    """
    Raise an error that names the real kind of a file that is not a table.

    FileFormatError if it is empty, or is known not to be text, a workbook or Parquet. OSError if it
    cannot be read.
    """
    kind = kind_of_content(path)
    if kind is not None and not (kind.name in _OLD_WORKBOOKS and _reads_old_workbooks()):
        compressed = kind.name.startswith("compressed")
        description = kind.name if compressed else f"{kind.name}, not a table"
        raise FileFormatError(path, f"it is {description}", hint=kind.hint)


def old_workbook_kind(path: Path) -> Literal["xls", "xlsb"] | None:
    """
    Return which of Excel's binary workbooks a file is, if it can be read.

    Returns
    -------
    {'xls', 'xlsb'} or None
        None for every other file, and where the library that reads them is not installed.
    """
    try:
        kind = kind_of_content(path)
    except FileFormatError:
        return None
    found = _OLD_WORKBOOKS.get(kind.name) if kind else None
    return found if found and _reads_old_workbooks() else None


def _reads_old_workbooks() -> bool:
    try:
        import python_calamine  # noqa: F401 -- only whether it is there
    except ImportError:
        return False
    return True


def require_rows(source: Path, rows: int) -> None:
    """
    Raise an error if a table has no rows, since checking nothing is not a success.

    FileFormatError if `rows` is zero.
    """
    if not rows:
        raise FileFormatError(
            source, "there is no row below the header", hint="check that the export finished"
        )


def kind_of_content(path: Path) -> Kind | None:
    """
    Return the kind of a file that is not a table.

    None if it may be text, a workbook or Parquet. FileFormatError if it is empty or blank. OSError
    if it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head or (len(head) < _HEAD and not _without_mark(head).strip(b" \t\r\n")):
            why = "the file is empty" if not head else "there is nothing in it but blanks"
            raise FileFormatError(path, why, hint="check that the export finished")
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            return _old_office(head + file.read(_OLE_HEAD) + _ole_directory(file, head))
    for mark, kind in _SIGNATURES:
        if head.startswith(mark):
            return kind
    bitmap = head.startswith(b"BM") and head[6:10] == bytes(4)
    if bitmap or head[4:12] in (b"ftypheic", b"ftypmif1", b"ftypavif") or head[8:12] == b"WEBP":
        return Kind("a picture", _ASK)
    if head[_TAR_MARK] == b"ustar":
        return Kind("a tar archive", _UNPACK)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(path)
    return None if head.startswith(b"PAR1") else _text(head)


def _without_mark(head: bytes) -> bytes:
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if head == mark or head.startswith(codecs.BOM_UTF8):
            return head.removeprefix(mark)
    return head


def _ole_directory(file: BinaryIO, head: bytes) -> bytes:
    """Read the directory of an old Office file from where its header says ([MS-CFB] 2.2)."""
    shift, sector = int.from_bytes(head[30:32], "little"), int.from_bytes(head[48:52], "little")
    if shift not in _OLE_SHIFTS:
        return b""
    file.seek((sector + 1) << shift)
    return file.read(_OLE_DIRECTORY)


def _old_office(content: bytes) -> Kind:
    for name, kind in _OLE_STREAMS:
        if name.encode("utf-16-le") in content:
            return kind
    return _OLD_OFFICE


def _archive(path: Path) -> Kind | None:
    """Return the kind of an archive; None for a workbook or damage, which its reader reports."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            kind = _open_document(archive) if "mimetype" in names else None
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        return None
    if "xl/workbook.xml" in names or kind == "spreadsheet":
        return None
    if kind in _OPEN_DOCUMENTS:
        return _OPEN_DOCUMENTS[kind]
    for pattern, found in _IN_ARCHIVES:
        if any(re.fullmatch(pattern, name) for name in names):
            return found
    if not names:
        return Kind("an empty zip archive", _UNPACK)
    return Kind("a zip archive", _UNPACK)


def _open_document(archive: zipfile.ZipFile) -> str:
    if archive.getinfo("mimetype").file_size > _LONGEST_MIMETYPE:
        return ""
    stated = archive.read("mimetype").decode("ascii", "replace")
    return stated.rpartition("opendocument.")[2].partition("-")[0].strip()


def _text(head: bytes) -> Kind | None:
    text = _decoded(head)
    if _HTML.match(text):
        return _WEB_PAGE
    if _JSON.match(text):
        geo = '"FeatureCollection"' in text or '"Feature"' in text
        return Kind("GeoJSON" if geo else "JSON", "export the table as CSV")
    if text.lstrip().startswith("<") and _XML.match(text):
        if "urn:schemas-microsoft-com:office:spreadsheet" in text:
            hint = "open it in Excel or LibreOffice, and save it as .xlsx"
            return Kind("an XML spreadsheet of Excel 2003", hint)
        return Kind("an XML document", "export the table as CSV")
    if _MAIL.match(text):
        return Kind("an e-mail", "save what is attached to it")
    if text.startswith(("BEGIN:VCARD", "BEGIN:VCALENDAR")):
        return Kind("contacts or a calendar", "export the table as CSV")
    return None


def _decoded(head: bytes) -> str:
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(codec, "replace")
    sample = head[:_ENCODING_SAMPLE]
    if sample.count(0) > len(sample) // 3:  # UTF-16 without a byte order mark
        return head.decode("utf-16-le" if head[1:2] == b"\x00" else "utf-16-be", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
