"""
Arrays in a file, mapped into memory: made once on disk, and shared by all who read them.

A file is a line of JSON, which names its arrays and holds the SHA-256 of their bytes, and the
arrays after it. What is mapped is the file's own pages: the machine takes them back where it needs
the room, and reads them again when they are asked for.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

import numpy as np

from localarea.atomic import moved_into_place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_ALIGNED: Final = 64  # bytes: a line of the processor's cache
_HEAD: Final = 4096  # bytes for the line of JSON, so that the arrays begin with a page
_MAPPED: WeakSet[mmap.mmap] = WeakSet()


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """
    Write arrays into a file that can be mapped; an older file is replaced as a whole.

    OSError if it cannot be written. ValueError if there are too many arrays for one file, some 50.
    """
    digest, at, about = hashlib.sha256(), _HEAD, {}
    path.parent.mkdir(parents=True, exist_ok=True)
    with moved_into_place(path) as partial, partial.open("wb") as stream:
        stream.write(b" " * _HEAD)
        for name, array in arrays.items():
            whole = np.ascontiguousarray(array)
            about[name] = [whole.dtype.str, list(whole.shape), at]
            content = whole.tobytes() + b"\0" * (-whole.nbytes % _ALIGNED)
            digest.update(content)
            stream.write(content)
            at += len(content)
        head = json.dumps({"arrays": about, "sha256": digest.hexdigest()}).encode() + b"\n"
        if len(head) > _HEAD:
            raise ValueError("the file has no room for the names of so many arrays")
        stream.seek(0)
        stream.write(head)


def map_arrays(path: Path) -> dict[str, NDArray[Any]] | None:
    """
    Map the arrays of a file.

    By name, for reading alone; None where the file is damaged or is none.
    """
    with suppress(OSError, ValueError, KeyError, TypeError), path.open("rb") as stream:
        stated = json.loads(stream.read(_HEAD).partition(b"\n")[0])
        if hashlib.file_digest(stream, "sha256").hexdigest() != stated["sha256"]:
            return None
        held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        _MAPPED.add(held)
        return {
            name: np.ndarray(tuple(shape), dtype=kind, buffer=held, offset=at)
            for name, (kind, shape, at) in stated["arrays"].items()
        }
    return None


def let_go() -> None:
    """Let the machine have the pages of all that is mapped, until somebody asks for them again."""
    for held in tuple(_MAPPED):
        if hasattr(held, "madvise"):  # not on Windows
            held.madvise(mmap.MADV_DONTNEED)
