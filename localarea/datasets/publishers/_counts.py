"""Read counts as publishers write them: thousands separators, suppressed cells, footnotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

# What ONS and Nomis write where a figure is withheld or does not exist; dashes of any length.
SUPPRESSED: Final = frozenset(
    {"-", "\u2013", "\u2014", "..", "...", "*", ":", "~", "!", "c", "x", "z", "u"}
)
_SEPARATORS: Final = re.compile(r"[,'\s]")  # the space of a thousand may be one that does not break
_WHOLE_NUMBER: Final = re.compile(r"\+?(\d{1,9})(?:\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Counts:
    """Persons (0 where there is no count), and which cells were withheld or unreadable."""

    persons: NDArray[np.int64]
    suppressed: NDArray[np.bool_]
    unreadable: NDArray[np.bool_]


def counts_of(column: pa.Array) -> Counts:
    """Read a column of text as counts of persons; each distinct text is looked at once."""
    import numpy as np
    import pyarrow.compute as pc

    coded = pc.dictionary_encode(column.fill_null(""))
    texts = coded.dictionary.to_pylist()
    read = np.array([_count(text) for text in texts], dtype=np.int64)
    rows = read[coded.indices.to_numpy(zero_copy_only=False)] if texts else read
    return Counts(np.maximum(rows, 0), rows == _WITHHELD, rows == _UNREADABLE)


_WITHHELD: Final = -1
_UNREADABLE: Final = -2


def _count(text: str) -> int:
    number = _WHOLE_NUMBER.fullmatch(_SEPARATORS.sub("", text))
    if number:
        return int(number.group(1))
    return _WITHHELD if text.casefold().strip("[]() ") in SUPPRESSED else _UNREADABLE
