"""Small JSON files beside a definition, each of which contains its own SHA-256."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from localarea.definitions.model import canonical_json
from localarea.errors import DefinitionDamagedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Set
    from pathlib import Path

_MOST_BYTES: Final = 100_000  # room for several reasons of ten thousand characters


def sealed_bytes(facts: Mapping[str, Any]) -> bytes:
    """Serialise facts with their checksum; equal facts give equal bytes."""
    return canonical_json({**facts, "sha256": _seal(facts)}) + b"\n"


def read_sealed(path: Path) -> bytes | None:
    """
    Read the bytes of a file; None if there is no such file.

    DefinitionDamagedError if it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DefinitionDamagedError(path, f"it cannot be read ({error.strerror})") from error


def unsealed(data: bytes, path: Path | str, *, keys: Set[str]) -> dict[str, Any]:
    """
    Parse facts and verify their checksum.

    ``path``: source named in error messages. ``keys``: names of the facts that there must be, no
    more and no fewer. DefinitionDamagedError if they are not such facts, or do not match their
    checksum.
    """
    try:
        facts: dict[str, Any] = json.loads(data)
        seal = facts.pop("sha256")
        if set(facts) != keys:
            raise DefinitionDamagedError(path, "its keys are not those of such a file")
        matches = seal == _seal(facts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DefinitionDamagedError(path, str(error)) from error
    if not matches:
        raise DefinitionDamagedError(path, "its contents do not match its checksum")
    return facts


def _seal(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(dict(facts))).hexdigest()
