"""
Words of which a row must have one to be anything but a payment with or without its postcode.

Most rows have none, and are passed over without being split into cells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

# What the patterns of `no_payment`, and those of withheld cells and of Bermuda in
# `localarea.geo.unread`, begin with, or have within them. Each stands where no letter is before it.
WORDS: Final = (
    *("total", "subtotal", "carried", "brought", "balance", "sum", "average", "mean", "count"),
    *("end of", "page", "report", "data", "file", "list", "extract", "document", "table", "this"),
    *("prepared", "printed", "produced", "generated", "exported", "created", "extracted"),
    *(
        "downloaded",
        "compiled",
        "published",
        "run ",
        "run:",
        "issued",
        "print date",
        "date printed",
    ),
    *("date of report", "date produced", "number of", "no. of", "no of", "record count"),
    *("row count", "records", "rows", "source", "note", "nb:", "n.b", "nb.", "key:", "(c)", "\xa9"),
    *("copyright", "crown copyright", "contains public", "open government", "continued"),
    *("official", "redact", "withh", "with-h", "anonymi", "gdpr", "undisclosed", "personal"),
    *("not disclosed", "not for", "not to be", "not published", "name hidden", "name removed"),
    *("section 40", "individual", "bermuda", "postcode", "post code", "post-code", "postal code"),
)


class Hints(NamedTuple):
    """
    Words to look for, for either implementation.

    Attributes
    ----------
    pattern : re.Pattern of bytes
        Matches any of them, in any case, where no letter is before it.
    letters : numpy.ndarray of uint8
        The words in lowercase, one after another.
    offsets : numpy.ndarray of int32, shape (n_words + 1,)
        Where each begins.
    first : numpy.ndarray of int32, shape (257,)
        Number of the first word that begins with each byte or a higher one.
    """

    pattern: re.Pattern[bytes]
    letters: NDArray[np.uint8]
    offsets: NDArray[np.int32]
    first: NDArray[np.int32]


def hints_of(more: Iterable[bytes]) -> Hints:
    """
    Prepare the words to look for in a file.

    ``more``: further words, as they are written in the file: its headers of postcodes. Returns
    those, and all of `WORDS`.
    """
    common = [word.encode("latin-1") for word in WORDS]
    words = sorted({word.lower() for word in [*common, *more] if word})
    either = b"|".join(re.escape(word) for word in words)
    pattern = re.compile(rb"(?<![A-Za-z])(?:" + either + rb")", re.IGNORECASE)
    lengths = np.array([0, *map(len, words)], np.int32)
    firsts = np.array([word[0] for word in words], np.int32)
    return Hints(
        pattern,
        np.frombuffer(b"".join(words), np.uint8),
        np.cumsum(lengths, dtype=np.int32),
        np.searchsorted(firsts, np.arange(257)).astype(np.int32),
    )


def mentions(
    block: bytes, starts: NDArray[np.int32], ends: NDArray[np.int32], hints: Hints
) -> NDArray[np.bool_]:
    """
    Return which parts of a block have any of the words.

    Parameters
    ----------
    starts, ends : numpy.ndarray of int32, shape (n,)
        Where each part begins and ends.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
        Whether each has one.
    """
    search = hints.pattern.search
    parts = zip(starts.tolist(), ends.tolist(), strict=True)
    return np.array([search(block, a, b) is not None for a, b in parts], bool)
