"""Atomic writes with errors for the user: a file appears whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from localarea.atomic import moved_into_place
from localarea.errors import InputError, LocalareaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def write_once(path: Path, data: bytes) -> None:
    """
    Write a new file atomically, read-only and never over an existing one.

    InputError if the file exists or cannot be written.
    """
    with placing(path) as partial:
        partial.write_bytes(data)
        partial.chmod(0o444)  # mapping software must not change it


@contextmanager
def placing(path: Path) -> Iterator[Path]:
    """
    Yield a temporary path, and give it the name of a new file once it is written.

    ``path``: file to write; it must not exist, even at the end. Yields the path to write to;
    whatever else is left beside it is deleted. InputError if the file exists or cannot be written.
    """
    taken = InputError(f"{path} already exists and will not be overwritten; choose another name")
    if path.exists():
        raise taken
    try:
        with tempfile.TemporaryDirectory(prefix=".localarea-", dir=path.parent) as folder:
            partial = Path(folder) / path.name
            yield partial
            with partial.open("rb") as stream:
                os.fsync(stream.fileno())
            _link_or_move(partial, path)
    except LocalareaError:
        raise
    except FileExistsError:
        raise taken from None
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _link_or_move(partial: Path, path: Path) -> None:
    try:
        os.link(partial, path)  # unlike a move, fails if the file exists
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        partial.rename(path)


def require_folder(path: Path, *, parameter: str = "") -> None:
    """
    Raise an error if a file cannot be written because its folder is not there.

    InputError naming the folder.
    """
    if not path.parent.is_dir():
        raise InputError(
            f"the folder {path.parent} does not exist; create it first", parameter=parameter
        )


def require_kind(path: Path, endings: Iterable[str], *, parameter: str = "") -> str:
    """
    Raise an error if a file cannot be written, or not as one of these kinds, before the work.

    ``endings``: such as ``.csv``, in lower case. Returns the ending of the file, in lower case.
    InputError if it has another ending, is a folder, or its folder does not exist.
    """
    ending, known = path.suffix.casefold(), tuple(endings)
    if ending not in known:
        raise InputError(
            f"{path} ends in {path.suffix or 'nothing'}; use {', '.join(known)}",
            parameter=parameter,
        )
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it", parameter=parameter)
    require_folder(path, parameter=parameter)
    return ending


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """
    Yield a temporary path, and move it to the file once it is written.

    Path to write to, with the same name. InputError if the file cannot be written.
    """
    try:
        with moved_into_place(path) as partial:
            yield partial
    except LocalareaError:
        raise
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"{path} cannot be written: {why}; choose another file") from error
