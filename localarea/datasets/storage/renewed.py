"""
Tables that a user has renewed: kept in the user's data folder, used instead of the package's.

Each renewal is an edition, a folder of its own that is never changed; postcodes, names and so on
have a chain of editions each. The file ``current.json`` names those in use; it is replaced in one
step, so a reader sees the old tables or the new ones and never a mixture.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.storage.editions import (
    FIRST,
    Edition,
    document_of,
    edition_of_document,
    is_used,
)
from localarea.errors import ConflictError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localarea.datasets.storage.registry import Registry

__all__ = ["Edition", "building", "put_into_use", "read_all", "restore", "stamp"]

CURRENT: Final = "current.json"
EDITION: Final = "edition.json"
_LOCK: Final = "renewal.lock"
_UNFINISHED: Final = ".building-"
_SCHEMA: Final = 2  # 1 had a single edition, of postcodes


def default_renewed_folder() -> Path:
    """Return the folder of renewed tables in this user's data folder; it may not exist yet."""
    from platformdirs import user_data_path

    return user_data_path("localarea") / "tables"


def read_all(folder: Path | None) -> dict[str, Edition]:
    """
    Read which renewed tables are in use.

    ``folder``: folder of renewed tables; None for none. Returns the edition in use by what was
    refreshed, in the order in which they were made, so that a later one stands over an earlier one;
    empty if only the tables of the package are used. DataError if the record cannot be read.
    """
    document = None if folder is None else _read(folder / CURRENT)
    if folder is None or document is None:
        return {}
    with _read_as_record(path := folder / CURRENT):
        if document["schema"] not in (1, _SCHEMA):
            raise DataError(
                f"{path} was written by another version of localarea; use that version, or run "
                "'localarea data refresh' again with this one after removing the file"
            )
        entries = document["editions"] if document["schema"] == _SCHEMA else [document]
        found = [edition_of_document(entry, folder.absolute()) for entry in entries]
    return {edition.of: edition for edition in sorted(found, key=lambda one: one.number)}


@contextmanager
def _read_as_record(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path} cannot be read ({error}); remove it to use the tables of the package"
        ) from error


def _read(path: Path) -> dict[str, Any] | None:
    with _read_as_record(path):
        try:
            document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
    return document


def edition_folder(folder: Path, number: int) -> Path:
    """Return the folder of an edition, absolute."""
    return folder.absolute() / f"{number:04d}"


def with_renewals(registry: Registry, folder: Path | None) -> Registry:
    """
    Replace the tables of a registry with renewed ones that are newer.

    ``folder``: folder of renewed tables; None for none. Returns the tables in use. Renewed tables
    are not used if the package was updated after them, and its tables are as new. DataError if the
    record of the renewed tables cannot be read.
    """
    for edition in read_all(folder).values():
        if is_used(edition, registry):
            registry = overlaid(registry, edition)
    return registry


def overlaid(registry: Registry, edition: Edition) -> Registry:
    """Replace the tables of a registry with those of an edition, which come first."""
    tables = {**registry.tables, **edition.tables}
    date = edition.directory_date or registry.directory_date
    return replace(registry, tables=tables, directory_date=date)


def stamp(folder: Path | None) -> tuple[int, int, int] | None:
    """Return what changes whenever other tables come into use; None for those of the package."""
    if folder is None:
        return None
    try:
        found = (folder / CURRENT).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


@contextmanager
def building(folder: Path) -> Iterator[tuple[int, Path]]:
    """
    Hold the only right to make an edition, and yield its number and an empty folder for it.

    ``folder``: folder of renewed tables; made if there is none. Yields the number of the new
    edition, and the folder to write it into. Unless the edition is put into use, the folder is
    removed. ConflictError if another refresh is at work.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as lock:
        _lock(lock)
        for left in folder.glob(f"{_UNFINISHED}*"):  # of a refresh that was stopped
            shutil.rmtree(left, ignore_errors=True)
        numbers = [int(p.name) for p in folder.iterdir() if p.name.isdecimal()]
        number = max(numbers, default=0) + 1
        work = folder.absolute() / f"{_UNFINISHED}{number:04d}"
        work.mkdir()
        try:
            yield number, work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _lock(lock: Any) -> None:
    with suppress(ImportError):  # no such locks on Windows
        import fcntl

        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConflictError(
                "another refresh of the tables is at work; wait until it has finished"
            ) from error


def put_into_use(folder: Path, work: Path, edition: Edition) -> None:
    """
    Activate a finished edition in one step.

    ``work``: folder that holds the edition's files, from :func:`building`. ``edition``: what it is;
    the file names of its tables are those in `work`.
    """
    for path in work.iterdir():
        _sync(path)
    document = document_of(edition)
    _write(work / EDITION, document)
    work.rename(edition_folder(folder, edition.number))
    _sync(folder)
    editions = read_all(folder) | {edition.of: edition}
    _put_record(folder, editions)
    _remove_old(folder, editions)


def restore(folder: Path, of: str = FIRST) -> Edition | None:
    """
    Step back to the tables that were in use before a refresh; others stay as they are.

    The edition in use now; None for the tables of the package. ConflictError if the tables of the
    package are in use, a refresh is at work, the edition before is gone, or tables that were made
    from these are in use.
    """
    if of not in read_all(folder):
        raise ConflictError(f"the {of} of the package are in use; there is nothing to restore")
    with (folder / _LOCK).open("a") as lock:
        _lock(lock)
        editions = read_all(folder)
        if of not in editions:
            raise ConflictError(f"another restore of {of} has been made in the meantime")
        _require_nothing_over(editions, of)
        before = _before(folder, editions.pop(of))
        _put_record(folder, editions | ({of: before} if before else {}))
        return before


def _before(folder: Path, edition: Edition) -> Edition | None:
    if edition.previous == 0:
        return None
    path = edition_folder(folder, edition.previous) / EDITION
    document = _read(path)
    if document is None:
        raise ConflictError(
            f"edition {edition.previous} is no longer here; use 'localarea data refresh' with "
            f"its file, or remove {folder / CURRENT} to use the tables of the package"
        )
    with _read_as_record(path):
        return edition_of_document(document, folder.absolute())


def _require_nothing_over(editions: dict[str, Edition], of: str) -> None:
    """Raise an error if tables in use were made from those to be taken away."""
    edition = editions[of]
    made = {(f"table: {name}", info.sha256) for name, info in edition.tables.items()}
    for later in editions.values():
        if later.number <= edition.number:
            continue
        uses = {pair for info in later.tables.values() for pair in info.inputs}
        if made & uses or edition.tables.keys() & later.tables.keys():
            raise ConflictError(
                f"the tables of {later.of} in use (edition {later.number}) were made after those "
                f"of {of}, and from them; restore {later.of} first"
            )


def _put_record(folder: Path, editions: dict[str, Edition]) -> None:
    """Record which editions are in use, in one step."""
    if not editions:
        (folder / CURRENT).unlink(missing_ok=True)
        _sync(folder)
        return
    entries = sorted(editions.values(), key=lambda edition: edition.number)
    document = {"schema": _SCHEMA, "editions": [document_of(edition) for edition in entries]}
    _write(folder / CURRENT, document)


def _write(path: Path, document: dict[str, Any]) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("w", encoding="utf-8") as stream:
            json.dump(document, stream, indent=1, sort_keys=True)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
        _sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Write a file or a folder to the disk, where the system can."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_old(folder: Path, editions: dict[str, Edition]) -> None:
    """Remove the editions before the previous ones; a reader that has one open keeps its files."""
    kept = {number for one in editions.values() for number in (one.number, one.previous)}
    for path in folder.iterdir():
        if path.name.isdecimal() and int(path.name) not in kept:
            shutil.rmtree(path, ignore_errors=True)
