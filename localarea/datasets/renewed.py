"""
Tables that a user has renewed: kept in the user's data folder, used instead of the package's.

Each renewal is an edition, a folder of its own that is never changed. The file ``current.json``
names the tables in use; it is replaced in one step, so a reader sees the old tables or the new
ones and never a mixture.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.registry import Registry, TableInfo
from localarea.errors import ConflictError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CURRENT: Final = "current.json"
EDITION: Final = "edition.json"
_LOCK: Final = "renewal.lock"
_UNFINISHED: Final = ".building-"
_SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Edition:
    """
    A set of renewed tables.

    Attributes
    ----------
    number : int
        Number of the edition, from 1.
    previous : int
        Number of the edition in use before; 0 for the tables of the package.
    directory_date : str
        Month of the postcode directory, ``YYYY-MM``; empty if this edition has none.
    tables : mapping of str to TableInfo
        The renewed tables by name, with absolute file names.
    made : str
        When it was put into use, as an ISO 8601 time in UTC.
    source : str
        What it was made from.
    """

    number: int
    previous: int
    directory_date: str
    tables: Mapping[str, TableInfo]
    made: str
    source: str


def default_renewed_folder() -> Path:
    """
    Return the folder of renewed tables of this user.

    Returns
    -------
    pathlib.Path
        Folder within the user's data folder; it may not exist yet.
    """
    from platformdirs import user_data_path

    return user_data_path("localarea") / "tables"


def read_current(folder: Path) -> Edition | None:
    """
    Read which renewed tables are in use.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of renewed tables.

    Returns
    -------
    Edition or None
        None if the tables of the package are in use.

    Raises
    ------
    DataError
        If the record cannot be read.
    """
    return _read(folder, folder / CURRENT)


def _read(folder: Path, path: Path) -> Edition | None:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["schema"] != _SCHEMA:
            raise DataError(
                f"{path} was written by another version of localarea; use that version, or run "
                "'localarea data refresh' again with this one after removing the file"
            )
        tables = {
            name: _info(folder, document["number"], name, entry)
            for name, entry in document["tables"].items()
        }
        plain = {n: document[n] for n in ("number", "previous", "directory_date", "made", "source")}
        return Edition(tables=tables, **plain)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path} cannot be read ({error}); remove it to use the tables of the package"
        ) from error


def _info(folder: Path, number: int, name: str, entry: Mapping[str, Any]) -> TableInfo:
    file = Path(entry["file"]).name  # a file of the edition's folder and no other
    inputs = tuple((str(one), str(sha)) for one, sha in entry["inputs"])
    stated = {k: v for k, v in entry.items() if k not in ("name", "file", "inputs")}
    return TableInfo(
        name=name, file=str(edition_folder(folder, number) / file), inputs=inputs, **stated
    )


def edition_folder(folder: Path, number: int) -> Path:
    """
    Return the folder of an edition.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of renewed tables.
    number : int
        Number of the edition.

    Returns
    -------
    pathlib.Path
        Its folder, absolute.
    """
    return folder.absolute() / f"{number:04d}"


def with_renewals(registry: Registry, folder: Path | None) -> Registry:
    """
    Replace the tables of a registry with renewed ones that are newer.

    Parameters
    ----------
    registry : Registry
        Tables of the package.
    folder : pathlib.Path or None
        Folder of renewed tables; None for none.

    Returns
    -------
    Registry
        The tables in use. A renewed table that is no newer than the package's is not used: the
        package was updated after it.

    Raises
    ------
    DataError
        If the record of the renewed tables cannot be read.
    """
    current = read_current(folder) if folder is not None else None
    if current is None or not _is_newer(current, registry):
        return registry
    return overlaid(registry, current)


def overlaid(registry: Registry, edition: Edition) -> Registry:
    """
    Replace the tables of a registry with those of an edition.

    Parameters
    ----------
    registry : Registry
        Tables of the package.
    edition : Edition
        Renewed tables.

    Returns
    -------
    Registry
        The tables of both, those of the edition first.
    """
    tables = {**registry.tables, **edition.tables}
    date = edition.directory_date or registry.directory_date
    return replace(registry, tables=tables, directory_date=date)


def _is_newer(current: Edition, registry: Registry) -> bool:
    return current.directory_date == "" or current.directory_date >= registry.directory_date


def stamp(folder: Path | None) -> tuple[int, int, int] | None:
    """
    Return what changes whenever other tables come into use.

    Parameters
    ----------
    folder : pathlib.Path or None
        Folder of renewed tables.

    Returns
    -------
    tuple of int or None
        State of the record; None if the tables of the package are in use.
    """
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

    Parameters
    ----------
    folder : pathlib.Path
        Folder of renewed tables; made if there is none.

    Yields
    ------
    tuple of (int, pathlib.Path)
        Number of the new edition, and the folder to write it into. Unless the edition is put
        into use, the folder is removed.

    Raises
    ------
    ConflictError
        If another refresh is at work.
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
    Put a finished edition into use in one step.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of renewed tables.
    work : pathlib.Path
        Folder that holds the edition's files, from :func:`building`.
    edition : Edition
        What it is; the file names of its tables are those in `work`.
    """
    for path in work.iterdir():
        _sync(path)
    document = _document(edition)
    _write(work / EDITION, document)
    work.rename(edition_folder(folder, edition.number))
    _sync(folder)
    _write(folder / CURRENT, document)
    _remove_old(folder, edition)


def restore(folder: Path) -> Edition | None:
    """
    Step back to the tables that were in use before.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of renewed tables.

    Returns
    -------
    Edition or None
        The edition in use now; None for the tables of the package.

    Raises
    ------
    ConflictError
        If the tables of the package are in use, a refresh is at work, or the edition before is
        gone.
    """
    if read_current(folder) is None:
        raise ConflictError("the tables of the package are in use; there is nothing to restore")
    with (folder / _LOCK).open("a") as lock:
        _lock(lock)
        current = read_current(folder)
        if current is None or current.previous == 0:
            (folder / CURRENT).unlink(missing_ok=True)
            _sync(folder)
            return None
        before = _read(folder, edition_folder(folder, current.previous) / EDITION)
        if before is None:
            raise ConflictError(
                f"edition {current.previous} is no longer here; use 'localarea data refresh' with "
                f"its file, or remove {folder / CURRENT} to use the tables of the package"
            )
        _write(folder / CURRENT, _document(before))
        return before


def _document(edition: Edition) -> dict[str, Any]:
    tables = {
        name: {**asdict(info), "file": Path(info.file).name}
        for name, info in edition.tables.items()
    }
    plain = ("number", "previous", "directory_date", "made", "source")
    return {"schema": _SCHEMA, **{n: getattr(edition, n) for n in plain}, "tables": tables}


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


def _remove_old(folder: Path, edition: Edition) -> None:
    """Remove the editions before the previous one; a reader that has them open keeps its files."""
    kept = {edition.number, edition.previous}
    for path in folder.iterdir():
        if path.name.isdecimal() and int(path.name) not in kept:
            shutil.rmtree(path, ignore_errors=True)
