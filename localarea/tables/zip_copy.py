"""
Copy entries of a ZIP archive as they stand, and write new ones that are the same each time.

An entry that is copied keeps its compressed bytes, its time and its attributes. An entry that is
written carries the earliest time that the format knows, so the same content gives the same archive.
"""

from __future__ import annotations

import copy
import shutil
import struct
import zipfile
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HEADER: Final = struct.Struct("<4s22xHH")  # signature, lengths of the name and of the extra field
_SIGNATURE: Final = b"PK\x03\x04"
_BLOCK: Final = 1 << 20
_DESCRIBED_AFTER: Final = 0x08  # flag: sizes follow the data
_ZIP64: Final = 1  # id of the extra field with sizes of more than 32 bits
_LONG: Final = 2 << 30  # expected bytes from which an entry is written with sizes of 64 bits
_END_OF_ROWS: Final = b"</sheetData>"
_LEVEL: Final = 4  # of compression: a tenth larger than the usual 6, in half the time


def new_archive(path: Path) -> zipfile.ZipFile:
    """
    Open an archive for writing.

    Its new entries are compressed, and dated the first of January 1980.
    """
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)


class SteadyArchive(zipfile.ZipFile):
    """
    An archive for a library that writes entries itself: none carries the time of writing.

    Parameters
    ----------
    fixed : mapping of str to bytes, optional
        Entries that are written with this content, whatever the library gives.
    rows : mapping of str to tuple of iterable of bytes, and int, optional
        Rows that are written into sheets, by their entries, after those that the library gives,
        and about how many bytes they have.
    """

    def __init__(
        self,
        path: Path,
        fixed: Mapping[str, bytes] | None = None,
        rows: Mapping[str, tuple[Iterable[bytes], int]] | None = None,
    ) -> None:
        super().__init__(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._fixed = fixed or {}
        self._rows = rows or {}

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Write an entry as the library's archive would, without a time."""
        given = data.encode() if isinstance(data, str) else data
        with self.open(zinfo_or_arcname, "w") as entry:
            entry.write(self._fixed.get(str(zinfo_or_arcname), given))

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Write a file as an entry, without its time."""
        source = Path(filename)
        if str(arcname) in self._rows:
            rows, expected = self._rows[str(arcname)]
            above, end, below = source.read_bytes().rpartition(_END_OF_ROWS)
            write_entry(self, arcname, chain([above], rows, [end + below]), expected=expected)
            return
        long = source.stat().st_size >= _LONG
        with (
            source.open("rb") as given,
            self.open(arcname or source.name, "w", force_zip64=long) as entry,
        ):
            shutil.copyfileobj(given, entry, _BLOCK)


def copy_entry(source: zipfile.ZipFile, target: zipfile.ZipFile, name: str) -> None:
    """
    Copy an entry with its compressed bytes as they are.

    ``source``, ``target``: archive open for reading, and one open for writing. zipfile.BadZipFile
    if the archive is damaged at this entry.
    """
    given = source.getinfo(name)
    info = copy.copy(given)
    info.flag_bits &= ~_DESCRIBED_AFTER
    info.extra = _without(given.extra, _ZIP64)
    reader: IO[bytes] = _stream(source)
    reader.seek(given.header_offset)
    header = reader.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise zipfile.BadZipFile(f"{name!r} is cut short")
    signature, name_length, extra_length = _HEADER.unpack(header)
    if signature != _SIGNATURE:
        raise zipfile.BadZipFile(f"{name!r} is not where the directory says")
    reader.seek(given.header_offset + _HEADER.size + name_length + extra_length)
    archive: Any = target  # the parts of ZipFile that its own writer uses
    info.header_offset = archive.fp.tell()
    archive.fp.write(info.FileHeader())
    left = given.compress_size
    while left:
        block = reader.read(min(left, _BLOCK))
        if not block:
            raise zipfile.BadZipFile(f"{name!r} is cut short")
        archive.fp.write(block)
        left -= len(block)
    archive.filelist.append(info)
    archive.NameToInfo[info.filename] = info
    archive.start_dir = archive.fp.tell()


def write_entry(
    target: zipfile.ZipFile, name: str, blocks: Iterable[bytes], *, expected: int = 0
) -> None:
    """
    Write a new entry.

    ``target``: archive from :func:`new_archive`. ``expected``: about how many bytes it will have;
    above 2 GiB its sizes are written in 64 bits.
    """
    writing: Future[int] | None = None
    with target.open(name, "w", force_zip64=expected >= _LONG) as entry:
        given = iter(blocks)
        begun = list(islice(given, 2))
        if len(begun) < 2:  # most parts are one block: to begin a thread takes longer than it does
            entry.writelines(begun)
            return
        with ThreadPoolExecutor(max_workers=1) as pool:
            for block in chain(begun, given):  # one is compressed while the next is made
                if writing is not None:
                    writing.result()
                writing = pool.submit(entry.write, block)
            if writing is not None:
                writing.result()


def _stream(archive: zipfile.ZipFile) -> IO[bytes]:
    stream: IO[bytes] | None = archive.fp
    if stream is None:
        raise ValueError("the archive is closed")
    return stream


def _without(extra: bytes, unwanted: int) -> bytes:
    """Return an extra field without the records of one id."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<HH", extra, at)
        if number != unwanted:
            kept += extra[at : at + 4 + length]
        at += 4 + length
    return kept + extra[at:] if at < len(extra) else kept
