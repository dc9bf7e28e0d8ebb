"""
The end of a definition: a small sealed file beside the definition, which is never edited.

``ID/end.json`` says from which day a definition no longer holds, why, and who decided it.
It is JSON so that a check reads it without a database, and holds its own SHA-256.
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
_MOST_BYTES: Final = 100_000  # reasons of ten thousand characters fit several times


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """
    From when a definition no longer holds.

    Attributes
    ----------
    definition : str
        Its id.
    ended_on : str
        The first day on which it no longer holds, ``YYYY-MM-DD``.
    kind : {'superseded', 'withdrawn'}
        Whether another one took its place.
    successor : str or None
        Which one.
    by : str
        Who decided it.
    at : str
        When, as the record keeps it.
    reason : str
        Why.
    """

    definition: str
    ended_on: str
    kind: Ending
    successor: str | None
    by: str
    at: str
    reason: str


def end_bytes(end: End) -> bytes:
    """
    Write an end as its file holds it; the same end gives the same bytes.

    Parameters
    ----------
    end : End
        The end.

    Returns
    -------
    bytes
        JSON with its own checksum.
    """
    facts = asdict(end)
    return canonical_json({**facts, "sha256": _seal(facts)}) + b"\n"


def read_end(path: Path) -> End | None:
    """
    Read the end beside a definition's file.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder has the name of the definition.

    Returns
    -------
    End or None
        None where there is no such file.

    Raises
    ------
    DefinitionDamagedError
        If the file cannot be read, does not fit its checksum, or is of another definition.
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
    Read an end from its bytes.

    Parameters
    ----------
    data : bytes
        The file.
    path : pathlib.Path or str
        Source named in error messages.

    Returns
    -------
    End
        What it says.

    Raises
    ------
    DefinitionDamagedError
        If it is no end, or does not fit its checksum.
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
        raise DefinitionDamagedError(path, "what it says does not fit its checksum")
    return End(**facts)


def _seal(facts: dict[str, object]) -> str:
    return hashlib.sha256(canonical_json(facts)).hexdigest()
