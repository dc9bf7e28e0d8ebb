"""
Take in a file as it comes: to disk piece by piece, never whole in memory.

The body is a form (``multipart/form-data``): one file, and short fields beside it.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from localarea.errors import InputError, NoRoomError, TooLargeError, UnknownParameterError
from localarea.service.state.disk import FULL

if TYPE_CHECKING:
    from pathlib import Path

_MOST_PARTS: Final = 30
_LONGEST_FIELD: Final = 2_000
_LONGEST_HEADER: Final = 4_000
_LONGEST_NAME: Final = 200  # bytes; systems of files take 255, and endings are added
_MOST_CHARACTERS: Final = 150
_LONGEST_ENDING: Final = 10  # characters
_MEGABYTE: Final = 1_000_000
_NO_FORM: Final = "send the file in a form (multipart/form-data), in its field 'file'"
_NO_FILE: Final = "there is no file in the form; send one in its field 'file', with a name"


@dataclass(slots=True)
class Upload:
    """What came: fields in their order, and the one file, which is on disk by now."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    file_name: str = ""
    size_bytes: int = 0

    def value(self, name: str) -> str | None:
        """Return a field; None where it is missing or blank."""
        found = [value.strip() for key, value in self.fields if key == name]
        return found[-1] or None if found else None

    def values(self, name: str) -> list[str]:
        """Return a field that may come several times."""
        return [value.strip() for key, value in self.fields if key == name and value.strip()]


async def receive_upload(request: Request, path: Path, *, limit_mb: int) -> Upload:
    """
    Write the file of a form to a path.

    Parameters
    ----------
    request : Request
        Whose body has not been read.
    path : pathlib.Path
        Where the file goes; its folder is removed if anything goes wrong.
    limit_mb : int
        Largest body, counted as it comes.

    Raises
    ------
    TooLargeError
        As soon as it is known.
    """
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            upload = await _receive(request, file, limit_mb)
    except BaseException as error:
        await run_in_threadpool(shutil.rmtree, path.parent, ignore_errors=True)
        if isinstance(error, OSError) and error.errno in FULL:
            raise NoRoomError from error
        if isinstance(error, FormParserError):
            raise InputError("the form cannot be read; send the file again") from error
        if isinstance(error, ClientDisconnect):
            raise HTTPException(400, "the upload was interrupted; send the file again") from error
        raise
    return upload


async def _receive(request: Request, file: BinaryIO, limit_mb: int) -> Upload:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise HTTPException(415, _NO_FORM)
    limit = limit_mb * _MEGABYTE
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit_mb)
    parts, came = _Parts(), 0
    parser = MultipartParser(options[b"boundary"], parts.callbacks())  # type: ignore[arg-type]
    async for chunk in request.stream():
        came += len(chunk)
        if came > limit:
            raise _too_large(limit_mb)
        parser.write(chunk)
        if parts.pending:
            await run_in_threadpool(file.writelines, parts.take())
    parser.finalize()
    if not parts.ended:
        raise InputError("the upload is incomplete; send the file again")
    if not parts.upload.file_name:
        raise InputError("choose a file" if parts.blank_file else _NO_FILE)
    if not parts.upload.size_bytes:
        raise InputError("the file is empty; choose another")
    await run_in_threadpool(file.flush)
    return parts.upload


def _too_large(limit_mb: int) -> TooLargeError:
    return TooLargeError("the file", f"{limit_mb} MB", hint="split it, or save it as Parquet")


class _Parts:
    """Collects the parts of a form as the parser finds them."""

    def __init__(self) -> None:
        self.upload = Upload()
        self.pending: list[bytes] = []
        self.ended = self.blank_file = False
        self._count = 0
        self._header, self._value = b"", b""
        self._about: dict[bytes, bytes] = {}
        self._field: str | None = None
        self._text = b""
        self._skip = False

    def callbacks(self) -> dict[str, Any]:
        names = ("part_begin", "part_data", "part_end", "header_field", "header_value")
        more = ("header_end", "headers_finished", "end")
        return {f"on_{name}": getattr(self, name) for name in (*names, *more)}

    def take(self) -> list[bytes]:
        taken, self.pending = self.pending, []
        return taken

    def part_begin(self) -> None:
        self._count += 1
        if self._count > _MOST_PARTS:
            raise InputError("the form has too many parts")
        self._header, self._value, self._text, self._about = b"", b"", b"", {}
        self._field, self._skip = None, False

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = self._limited(self._header + data[start:end], _LONGEST_HEADER)

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value = self._limited(self._value + data[start:end], _LONGEST_HEADER)

    def header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, self._about = parse_options_header(self._value)
        self._header, self._value = b"", b""

    def headers_finished(self) -> None:
        name = self._about.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in self._about:
            self._field = name
        else:
            self._begin_file(name, self._about[b"filename"].decode("utf-8", "replace"))

    def _begin_file(self, name: str, called: str) -> None:
        """Take in the one file; another would be dropped without a word."""
        self._skip = not called  # a browser's way of saying that none was chosen
        if self._skip:
            self.blank_file = True
            return
        if name != "file":
            raise UnknownParameterError([name], ["file"], what="field for a file")
        if self.upload.file_name:
            raise InputError("send one file at a time, each in a request of its own")
        self.upload.file_name = tidy_name(called)

    def part_data(self, data: bytes, start: int, end: int) -> None:
        if self._field is not None:
            self._text = self._limited(self._text + data[start:end], _LONGEST_FIELD)
        elif not self._skip:
            self.pending.append(data[start:end])
            self.upload.size_bytes += end - start

    def part_end(self) -> None:
        if self._field is not None:
            self.upload.fields.append((self._field, self._text.decode("utf-8", "replace")))

    def end(self) -> None:
        self.ended = True

    @staticmethod
    def _limited(text: bytes, most: int) -> bytes:
        if len(text) > most:
            raise InputError("a field of the form is too long")
        return text


def tidy_name(name: str) -> str:
    """
    Return the bare name of a file, without folders and characters that no name should have.

    One that is too long is cut before its ending, which says of what kind the file is.

    Examples
    --------
    >>> tidy_name("/home/a person/staff?.csv")
    'staff.csv'
    >>> tidy_name("ŵ" * 200 + ".csv").count("ŵ")
    98
    """
    bare = PureWindowsPath(PurePosixPath(name).name).name
    kept = "".join(c for c in bare if c.isprintable() and c not in '"<>|:*?\\/').strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = kept, "", ""
    most = _LONGEST_NAME - len(f"{dot}{ending}".encode())
    cut = stem[:_MOST_CHARACTERS].encode()[:most].decode("utf-8", "ignore")
    return f"{cut.rstrip(' .')}{dot}{ending}" if cut else "file"
