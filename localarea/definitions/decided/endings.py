"""
The end of a definition: a small sealed file beside the definition, which is never edited.

``ID/end.json`` states from which day a definition is no longer in force, why, and who decided
it. It is JSON so that checks can read it without a database, and contains its own SHA-256.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final, Literal, get_args

from localarea.definitions.decided.sealed_json import read_sealed, sealed_bytes, unsealed
from localarea.definitions.model import require_day
from localarea.errors import DefinitionDamagedError

if TYPE_CHECKING:
    from pathlib import Path

END_FILE: Final = "end.json"
Ending = Literal["superseded", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """
    The end of a definition.

    Attributes
    ----------
    ended_on : str
        First day on which it is no longer in force, ``YYYY-MM-DD``.
    kind : {'superseded', 'withdrawn'}
        Whether another definition replaced it.
    at : str
        Time of the decision, as stored in the record.
    """

    definition: str
    ended_on: str
    kind: Ending
    successor: str | None
    by: str
    at: str
    reason: str


def end_bytes(end: End) -> bytes:
    """Serialise an end; equal ends give equal bytes: JSON that contains its own checksum."""
    return sealed_bytes(asdict(end))


def read_end(path: Path) -> End | None:
    """
    Read the end of a definition from its file; None if there is no such file.

    DefinitionDamagedError if the file cannot be read, does not match its checksum, or is of another
    definition.
    """
    data = read_sealed(path)
    if data is None:
        return None
    end = end_of(data, path)
    if end.definition != path.parent.name:
        raise DefinitionDamagedError(path, f"it is the end of {end.definition}")
    return end


def end_of(data: bytes, path: Path | str = END_FILE) -> End:
    """
    Parse an end from its bytes.

    ``path``: source named in error messages. DefinitionDamagedError if it is not an end, or does
    not match its checksum.
    """
    facts = unsealed(data, path, keys={f.name for f in fields(End)})
    if facts["kind"] not in get_args(Ending):
        raise DefinitionDamagedError(path, f"{facts['kind']!r} is no way to end")
    try:
        require_day(facts["ended_on"], "the end of a definition")
    except (ValueError, TypeError) as error:
        raise DefinitionDamagedError(path, str(error)) from error
    return End(**facts)
