"""Recognise the ONS's file of the districts of all years, and report what is wrong with it."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, TypeVar

from localarea.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
_HEAD = 4_096


def is_of_all_years(path: Path) -> bool:
    """Check whether a file is a TopoJSON, plain or as .gz."""
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as stream:
            head = stream.read(_HEAD)
    except (OSError, EOFError, zlib.error):
        return False  # the reader of the other kind says what is wrong with it
    return head.lstrip().startswith(b"{") and b'"Topology"' in head


def read_or_refuse(path: Path, read: Callable[[Path], T]) -> T:
    """Read the file; whatever is wrong with it, say so in one way."""
    try:
        return read(path)
    except (EOFError, OSError, zlib.error, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FileFormatError(
            path, f"it is damaged or cut short ({error})", hint="fetch it again"
        ) from error
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise FileFormatError(
            path,
            f"it is not the file of the districts of all years ({type(error).__name__}: {error})",
            hint="use the ONS's file with the levels ltla, cty, mcty and rgn",
        ) from error
