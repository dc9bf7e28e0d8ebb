"""
The take-over of a definition: a small sealed file beside the definition, which is never edited.

``ID/take-over.json`` states which council's definition it is from a day on, after the council
that approved it was replaced. The answers stay as they are.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final

from localarea.definitions.decided.sealed_json import read_sealed, sealed_bytes, unsealed
from localarea.definitions.model import require_day
from localarea.errors import DefinitionDamagedError

if TYPE_CHECKING:
    from pathlib import Path

TAKE_OVER_FILE: Final = "take-over.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """
    The take-over of a definition by a successor authority.

    Attributes
    ----------
    council : str
        Name of the council's file of the successor.
    taken_from : str
        First day on which it is the successor's, ``YYYY-MM-DD``.
    at : str
        Time of the decision, as stored in the record.
    """

    definition: str
    council: str
    authority: str
    taken_from: str
    order: str
    by: str
    at: str
    reason: str


def take_over_bytes(taken: TakeOver) -> bytes:
    """Serialise a take-over; equal ones give equal bytes: JSON that contains its own checksum."""
    return sealed_bytes(asdict(taken))


def read_take_over(path: Path) -> TakeOver | None:
    """
    Read the take-over of a definition from its file; None if there is no such file.

    DefinitionDamagedError if the file cannot be read, does not match its checksum, or is of another
    definition.
    """
    data = read_sealed(path)
    if data is None:
        return None
    facts = unsealed(data, path, keys={f.name for f in fields(TakeOver)})
    try:
        require_day(facts["taken_from"], "the take-over of a definition")
    except (ValueError, TypeError) as error:
        raise DefinitionDamagedError(path, str(error)) from error
    taken = TakeOver(**facts)
    if taken.definition != path.parent.name:
        raise DefinitionDamagedError(path, f"it is the take-over of {taken.definition}")
    return taken
