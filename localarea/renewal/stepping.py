"""What every refresh has in common: it is not overtaken, and says what hinders it to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.datasets.storage import renewed
from localarea.datasets.storage.editions import newest_of
from localarea.datasets.storage.registry import read_registry
from localarea.errors import ConflictError, InputError, LocalareaError
from localarea.hashing import file_sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def require_unchanged(
    folder: Path, began_with: Mapping[str, renewed.Edition]
) -> dict[str, renewed.Edition]:
    """Return the editions in use; refuse others than those that the new tables are made from."""
    now = renewed.read_all(folder)
    if now != began_with:
        raise ConflictError(
            "other tables came into use in the meantime, so what was compared is out of date; "
            "nothing was changed; run the refresh again"
        )
    return now


def require_not_to_come(vintage: str, now: str) -> None:
    """Refuse a date later than today: every true edition that follows would seem older."""
    newest = newest_of(vintage)
    today = newest_of(now[:7])
    if today > (0, 0) and newest > (today if newest[1] else (today[0], 0)):
        raise InputError(
            f"the file would be of {vintage}, and today is in {now[:7]}; state the date that it is "
            "of, or set the clock of this machine",
            parameter="edition",
        )


def packaged(root: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the checksum of each table of the package that renewed ones are put over."""
    tables = read_registry(root).tables
    return {name: tables[name].sha256 for name in names if name in tables}


def not_written(folder: Path, error: OSError) -> InputError:
    """Return the error for a folder in which the tables cannot be written."""
    return InputError(
        f"the tables cannot be written in {folder}: {error.strerror or error}; the old ones "
        "stay in use; make room, or name another folder (LOCALAREA_RENEWED_DIR)"
    )


def sha256_of(path: Path) -> str:
    """Return the checksum of a file, as hex."""
    try:
        return file_sha256(path)
    except OSError as error:
        raise LocalareaError(f"{path} cannot be read: {error.strerror}") from error
