"""Open a publisher's file, plain or compressed, and reject what is not a table."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from localarea.datasets.download.content import HEAD_BYTES, Content, content_of, in_words
from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TABLE_NAME: Final = re.compile(r"\.(csv|txt|tsv)(\.gz)?\Z", re.IGNORECASE)
_NOT_OURS: Final = re.compile(r"(^|/)(__MACOSX/|\._)")
EXPECTED: Final = "expected a CSV, or one compressed as .gz or .zip"
# What the readers of compressed files raise for damaged data.
DAMAGE: Final = (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError)


def content_of_file(path: Path) -> tuple[Content, bytes]:
    """Return the type of a file's content and its first bytes."""
    if path.is_dir():
        raise FileFormatError(path, "it is a folder", hint="name a file in it")
    if not path.exists():
        raise FileFormatError(path, "there is no such file", hint="check the name")
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    return content_of(head), head


def members_of(path: Path, wanted: Sequence[str] = ()) -> tuple[str | None, ...]:
    """
    Return the names of the tables in a zip archive; for any other file, a single None.

    `wanted` are patterns of member names, best first: the first that matches any member
    selects all its matches.
    """
    kind, _ = content_of_file(path)
    if kind != "zip":
        return (None,)
    names = _table_names(path)
    for pattern in wanted:
        found = tuple(n for n in names if re.search(pattern, n, re.IGNORECASE))
        if found:
            return found
    if len(names) > 1:
        shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        raise FileFormatError(
            path, f"it holds {len(names)} tables, and it is not clear which to read: {shown}",
            hint="unzip the one you want and use that",
        )  # fmt: skip
    return names


def _table_names(path: Path) -> tuple[str, ...]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(archive.namelist())
    except DAMAGE as error:
        raise damaged(path, error) from error
    if "[Content_Types].xml" in names:
        raise FileFormatError(
            path, "it is an Excel workbook", hint=f"{EXPECTED}; save the sheet as CSV"
        )
    tables = tuple(n for n in names if TABLE_NAME.search(n) and not _NOT_OURS.search(n))
    if not tables:
        holds = f"it holds {', '.join(names[:6])}" if names else "it is empty"
        raise FileFormatError(path, f"there is no CSV in the zip archive: {holds}", hint=EXPECTED)
    return tables


@contextmanager
def open_table(path: Path, member: str | None = None) -> Iterator[IO[bytes]]:
    """Open a table for reading; raise FileFormatError for damage, also later while reading."""
    try:
        if member is None:
            with path.open("rb") as plain, _unpacked(path, plain) as table:
                yield table
        else:
            with (
                zipfile.ZipFile(path) as archive,
                archive.open(member) as stream,
                _unpacked(path, stream) as table,
            ):
                yield table
    except (*DAMAGE, RuntimeError, UnicodeError) as error:
        if isinstance(error, FileFormatError):
            raise
        raise damaged(path, error) from error


@contextmanager
def _unpacked(path: Path, packed: IO[bytes]) -> Iterator[IO[bytes]]:
    buffered, head = _peeked(packed)
    kind = content_of(head)
    if kind != "gzip":
        _require_table(path, kind, head)
        yield buffered
        return
    with gzip.open(buffered) as inner:
        table, head = _peeked(cast("IO[bytes]", inner))
        _require_table(path, content_of(head), head)
        yield table


def _peeked(stream: IO[bytes]) -> tuple[IO[bytes], bytes]:
    buffered = io.BufferedReader(cast("io.RawIOBase", stream), buffer_size=1 << 20)
    return buffered, buffered.peek(HEAD_BYTES)[:HEAD_BYTES]


def _require_table(path: Path, kind: Content, head: bytes) -> None:
    if kind not in ("text", "parquet"):
        raise FileFormatError(path, f"it is {in_words(kind, head)}", hint=EXPECTED)


def damaged(path: Path, error: Exception) -> FileFormatError:
    """Return the error for a compressed file that is cut short or damaged."""
    if "password" in str(error) or "encrypted" in str(error):
        return FileFormatError(path, "it is protected by a password", hint="unzip it first")
    return FileFormatError(path, f"it is damaged or cut short ({error})", hint="fetch it again")


def as_path(path: str | Path) -> Path:
    """Return a path with ``~`` expanded."""
    return Path(path).expanduser()
