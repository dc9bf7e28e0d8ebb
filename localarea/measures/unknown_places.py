"""Rows of a return whose postcode tells no place: each with the reason and the mend, no cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.classify.codes import MEANINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.measures.returns import ReturnTable

_NOT_LOCAL: Final = "so it cannot count as local"
SENTENCES: Final = {
    "blank": f"there is no postcode, {_NOT_LOCAL}: enter it, or write 'withheld' if it is not "
    "given",
    "malformed": f"this cannot be read as a postcode, {_NOT_LOCAL}: enter a whole postcode",
    "several": f"there is more than one postcode, {_NOT_LOCAL}: keep the one that applies",
    "not_in_directory": f"the directory has no such postcode, {_NOT_LOCAL}: look for a typing slip",
    "non_geographic": f"this postcode is of no one place, {_NOT_LOCAL}: enter that of the address",
    "outward_only": f"this is half a postcode, and its places differ, {_NOT_LOCAL}: enter all of "
    "it",
    "terminated": f"this postcode was withdrawn and its place is not known, {_NOT_LOCAL}: enter "
    "the one in use now",
}
_REASON: Final = np.array(
    [one.reason if one.status == "unknown" and one.reason in SENTENCES else "" for one in MEANINGS],
    dtype=object,
)


@dataclass(frozen=True, slots=True)
class UnknownPlace:
    """
    A row whose place is unknown by a fault that can be mended; what was withheld is none.

    Attributes
    ----------
    row : int
        Row number as a spreadsheet shows it, from 1.
    reason : str
        Key of ``SENTENCES``, as a check of a file gives it.
    """

    file: str
    row: int
    column: str
    reason: str

    @property
    def explanation(self) -> str:
        """What is wrong and how to mend it, in a sentence without its full stop."""
        return SENTENCES[self.reason]

    def as_document(self) -> dict[str, Any]:
        """Return JSON types."""
        return {"file": self.file, "row": self.row, "column": self.column, "reason": self.reason,
                "explanation": self.explanation}  # fmt: skip


def unknown_places(table: ReturnTable, column: str, codes: NDArray[Any]) -> list[UnknownPlace]:
    """
    List the rows whose place is unknown.

    Parameters
    ----------
    codes : numpy.ndarray of int
        Verdict code of each row.
    """
    reasons = _REASON[codes]
    return [
        UnknownPlace(table.file, int(table.cells.index[int(at)]), column, str(reasons[at]))
        for at in np.flatnonzero(reasons != "")
    ]
