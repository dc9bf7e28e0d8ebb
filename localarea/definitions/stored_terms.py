"""Read the terms of a definition's file, without its postcodes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from localarea.definitions.model import Definition, definition_of
from localarea.definitions.published import PublishedDefinition as PublishedDefinition
from localarea.errors import (
    DefinitionDamagedError,
    SchemaError,
)

if TYPE_CHECKING:
    from pathlib import Path


def read_terms(path: Path) -> Definition:
    """
    Read the terms of a definition's file, without its postcodes.

    Terms, verified by their own checksum; the rest of the file is not verified.

    Raises
    ------
    DefinitionDamagedError
        If they cannot be read or do not match their checksum.
    """
    statement = "SELECT key, value FROM definition WHERE key IN ('document', 'terms_sha256')"
    try:
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as database:
            found = dict(database.execute(statement))
        made = definition_of(json.loads(found["document"]))
    except (sqlite3.Error, KeyError, ValueError, TypeError, SchemaError) as error:
        raise DefinitionDamagedError(path, str(error)) from error
    if made.terms_sha256 != found.get("terms_sha256"):
        raise DefinitionDamagedError(path, "its terms do not match their checksum")
    return made
