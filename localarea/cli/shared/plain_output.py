"""
Output where not every character can be written: a pipe on Windows, a job without a locale.

What cannot be written is written in plain signs that mean the same, so that a command ends as it
does anywhere else.
"""

from __future__ import annotations

import codecs
from typing import Any, Final

_PLAIN: Final = {
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{BOX DRAWINGS LIGHT HORIZONTAL}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{POUND SIGN}": "GBP ",
    "\N{SUPERSCRIPT TWO}": "2",
    "\N{NO-BREAK SPACE}": " ",
}
_NAME: Final = "localarea.plain"


def write_anywhere(*streams: Any) -> None:
    """Have streams of text write plain signs for what their encoding lacks."""
    for stream in streams:
        encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
        if encoding and encoding != "utf8" and hasattr(stream, "reconfigure"):
            codecs.register_error(_NAME, _plainly)
            stream.reconfigure(errors=_NAME)


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(sign, "?") for sign in lacking), error.end
