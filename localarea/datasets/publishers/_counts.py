"""Parse counts as publishers write them, with thousands separators and suppression marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

# Marks of the ONS and Nomis for a figure that is suppressed or does not exist.
SUPPRESSED: Final = frozenset(
    {"-", "\u2013", "\u2014", "..", "...", "*", ":", "~", "!", "c", "x", "z", "u"}
)
_SEPARATORS: Final = re.compile(r"[,'\s]")  # including a non-breaking space
_WHOLE_NUMBER: Final = re.compile(r"\+?(\d{1,9})(?:\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublishedCounts:
    """Persons (0 if there is no count), and which cells were suppressed or unreadable."""

    persons: NDArray[np.int64]
    suppressed: NDArray[np.bool_]
    unreadable: NDArray[np.bool_]


def counts_of(column: pa.Array) -> PublishedCounts:
    """Parse a text column as counts of persons, each distinct text once."""
    coded = pc.dictionary_encode(column.fill_null(""))
    texts = coded.dictionary.to_pylist()
    read = np.array([_count(text) for text in texts], dtype=np.int64)
    rows = read[coded.indices.to_numpy(zero_copy_only=False)] if texts else read
    return PublishedCounts(np.maximum(rows, 0), rows == _SUPPRESSED, rows == _UNREADABLE)


_SUPPRESSED: Final = -1
_UNREADABLE: Final = -2


def _count(text: str) -> int:
    number = _WHOLE_NUMBER.fullmatch(_SEPARATORS.sub("", text))
    if number:
        return int(number.group(1))
    return _SUPPRESSED if text.casefold().strip("[]() ") in SUPPRESSED else _UNREADABLE
