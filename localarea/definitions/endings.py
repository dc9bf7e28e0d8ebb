"""
The end of a definition: a small sealed file beside the definition, which is never edited.

``ID/end.json`` states from which day a definition is no longer in force, why, and who decided
it. It is JSON so that checks can read it without a database, and contains its own SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final, Literal, get_args

from localarea.definitions.model import canonical_json, require_day
from localarea.errors import DefinitionDamagedError, SchemaError

if TYPE_CHECKING:
    from pathlib import Path

END_FILE: Final = "end.json"
Ending = Literal["superseded", "withdrawn"]
_MOST_BYTES: Final = 100_000  # room for several reasons of ten thousand characters


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """
    The end of a definition.

    Attributes
    ----------
    definition : str
        Id of the definition.
    ended_on : str
        First day on which it is no longer in force, ``YYYY-MM-DD``.
    kind : {'superseded', 'withdrawn'}
        Whether another definition replaced it.
    successor : str or None
        Id of the definition that replaced it.
    by : str
        Name of the person who decided it.
    at : str
        Time of the decision, as stored in the record.
    reason : str
        Reason for the decision.
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
    facts = asdict(end)
    return canonical_json({**facts, "sha256": _seal(facts)}) + b"\n"


def read_end(path: Path) -> End | None:
    """
    Read the end of a definition from its file.

    Parameters
    ----------
    path : pathlib.Path
        File to read; its folder is named after the definition.

    Returns
    -------
    End or None
        None if there is no such file.

    Raises
    ------
    DefinitionDamagedError
        If the file cannot be read, does not match its checksum, or is of another definition.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DefinitionDamagedError(path, f"it cannot be read ({error.strerror})") from error
    end = end_of(data, path)
    if end.definition != path.parent.name:
        raise DefinitionDamagedError(path, f"it is the end of {end.definition}")
    return end


def end_of(data: bytes, path: Path | str = END_FILE) -> End:
    """
    Parse an end from its bytes.

    Parameters
    ----------
    path : pathlib.Path or str
        Source named in error messages.

    Raises
    ------
    DefinitionDamagedError
        If it is not an end, or does not match its checksum.
    """
    try:
        facts = json.loads(data)
        seal = facts.pop("sha256")
        if set(facts) != {f.name for f in fields(End)} or facts["kind"] not in get_args(Ending):
            raise SchemaError("the end of a definition", ["its keys are not those of an end"])
        require_day(facts["ended_on"], "the end of a definition")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DefinitionDamagedError(path, str(error)) from error
    if seal != _seal(facts):
        raise DefinitionDamagedError(path, "its contents do not match its checksum")
    return End(**facts)


def _seal(facts: dict[str, object]) -> str:
    return hashlib.sha256(canonical_json(facts)).hexdigest()
