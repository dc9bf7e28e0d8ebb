"""
The folder of tables: find it, verify each file once, and read its columns.

Nothing here imports pandas, because the check of one postcode must take less than half a second
from a cold start.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localarea.datasets.storage._own_files import is_own
from localarea.datasets.storage._verified import VerifiedFiles
from localarea.datasets.storage.registry import Registry, TableInfo, read_registry
from localarea.datasets.storage.renewed import (
    default_renewed_folder,
    overlaid,
    stamp,
    with_renewals,
)
from localarea.errors import DataMissingError, DatasetNotFoundError
from localarea.once import once_property

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    import pyarrow.parquet as pq

    from localarea.datasets.storage.renewed import Edition

PACKAGE = Path(__file__).resolve().parents[1]
_FEW_ROWS = 100_000  # up to as many, starting threads takes longer than reading without


class DataStore:
    """
    A folder of tables and its registry.

    Parameters
    ----------
    root : pathlib.Path, optional
        Folder that holds ``registry.toml`` and the tables. By default, the one in the
        package, otherwise ``data/`` in the repository.
    cache_dir : pathlib.Path, optional
        Folder that records which files were verified. By default, the user's cache folder.
        If it is not writable, files are verified each time.
    renewed : pathlib.Path, optional
        Folder of renewed tables, which are used instead of those of the package.
    """

    def __init__(
        self,
        root: Path | None = None,
        cache_dir: Path | None = None,
        *,
        renewed: Path | None = None,
    ) -> None:
        self._root = root
        self._cache_dir = cache_dir
        self._renewed = renewed
        self._edition: Edition | None = None
        self._verified = VerifiedFiles(lambda: self.cache_folder, self.kept_file)

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as the folders: there the tables are read and verified again."""
        if self._edition is not None:
            return DataStore.using, (DataStore(self._root, self._cache_dir), self._edition)
        return store_at, (self._root, self._cache_dir, self._renewed)

    @once_property
    def root(self) -> Path:
        """Return the folder of the tables; DataMissingError if there is no such folder."""
        places = [self._root] if self._root else [PACKAGE / "_data", PACKAGE.parent / "data"]
        for place in places:
            if place.is_dir():
                return place
        raise DataMissingError(places[-1])

    @property
    def cache_dir(self) -> Path | None:
        """
        Folder that records which files were verified.

        As passed; None for the user's cache folder.
        """
        return self._cache_dir

    @property
    def renewed(self) -> Path | None:
        """Return the folder of renewed tables, None if only the tables of the root are used."""
        return self._renewed

    @once_property
    def _full_registry(self) -> Registry:
        return with_renewals(read_registry(self.root), self._renewed)

    def using(self, edition: Edition) -> DataStore:
        """
        Return a store that uses the tables of an edition, whatever is in use.

        ``edition``: renewed tables, such as those that are being made. Returns a store over the
        same folder of tables, and the other renewed ones.
        """
        made = DataStore(self._root, self._cache_dir)
        made.__dict__["_full_registry"] = overlaid(self._full_registry, edition)
        made._edition = edition
        return made

    @property
    def registry(self) -> Mapping[str, TableInfo]:
        """Entry of each table in the registry: the tables by name."""
        return self._full_registry.tables

    @property
    def directory_date(self) -> str:
        """Month of the postcode directory: the month as ``YYYY-MM``."""
        return self._full_registry.directory_date

    def info(self, name: str) -> TableInfo:
        """
        Look up one table: the registry's entry.

        DatasetNotFoundError if the registry does not list it.
        """
        try:
            return self.registry[name]
        except KeyError:
            raise DatasetNotFoundError(name, self.registry) from None

    def path(self, name: str) -> Path:
        """
        Return the path of a table, after checking its sha256.

        A file is verified when first used, and again if its size or modification time has
        changed.

        Returns
        -------
        pathlib.Path
            An existing, verified file.

        Raises
        ------
        DatasetNotFoundError
            If the registry does not list it.
        DataMissingError
            If the file does not exist.
        ChecksumError
            If its sha256 is not that of the registry.
        """
        info = self.info(name)
        path = self.root / info.file
        self._verified.require(path, info.sha256)
        return path

    def read(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        filters: Any = None,
    ) -> pa.Table:
        """
        Read a table, or some of its columns and rows.

        ``columns``: columns to read; all of them by default. ``filters``: rows to keep, as for
        `pyarrow.parquet.read_table`. Returns the rows in stored order. Repetitive text is
        dictionary-encoded, with one dictionary for the whole column.
        """
        wanted = list(columns) if columns is not None else None
        if filters is not None:
            import pyarrow.parquet as pq

            table = pq.read_table(self.path(name), columns=wanted, filters=filters)
        else:
            with self.open(name) as file:
                threads = file.metadata.num_rows > _FEW_ROWS
                table = file.read(columns=wanted, use_threads=threads)
        return table.unify_dictionaries()

    def open(self, name: str) -> pq.ParquetFile:
        """
        Open a table to read single row groups.

        The open file, memory-mapped; close it, or use it in a ``with`` statement.
        """
        import pyarrow.parquet as pq

        return pq.ParquetFile(self.path(name), memory_map=True)

    def vintages(self, *names: str) -> dict[str, str]:
        """Return the vintages of some tables, to record with a result: table name and vintage."""
        return {name: self.info(name).vintage for name in names}

    @once_property
    def cache_folder(self) -> Path:
        """
        Return the folder for data that can be rebuilt.

        The given cache folder, otherwise the user's; it may not exist yet.
        """
        if self._cache_dir is not None:
            return self._cache_dir
        from platformdirs import user_cache_path

        return user_cache_path("localarea")

    def kept_file(self, name: str) -> Path | None:
        """
        Return a file of the cache folder, if nobody else could have written it.

        What is kept there saves time, and answers rest on it as on the tables. None where there is
        none, or others may write to the file or the folder.
        """
        path = self.cache_folder / name
        own = is_own(self.cache_folder.resolve()) and is_own(path)
        return path if own else None


def store_at(root: Path | None, cache_dir: Path | None, renewed: Path | None = None) -> DataStore:
    """
    Return the store of a folder.

    Parameters
    ----------
    root : pathlib.Path or None
        Folder of the tables; None for the packaged ones.
    cache_dir : pathlib.Path or None
        As for :class:`DataStore`.
    renewed : pathlib.Path or None
        As for :class:`DataStore`.

    Returns
    -------
    DataStore
        The same object each time, so that results derived from its tables are cached, until
        other tables come into use.
    """
    return _store_now(root, cache_dir, renewed, stamp(renewed))


@lru_cache(maxsize=4)
def _store_now(
    root: Path | None, cache_dir: Path | None, renewed: Path | None, _: tuple[int, ...] | None
) -> DataStore:
    """Return one store for each state of the renewed tables: results are cached by store."""
    return DataStore(root, cache_dir, renewed=renewed)


def configured_store(
    data_dir: Path | None, cache_dir: Path | None, renewed_dir: Path | None
) -> DataStore:
    """
    Return the store that the settings of a deployment name.

    Parameters
    ----------
    data_dir, cache_dir, renewed_dir : pathlib.Path or None
        Folders, as in the settings. Without ``renewed_dir``, the tables that this user has renewed
        are used over those of the package, but not over those of another ``data_dir``.

    Returns
    -------
    DataStore
        The same object each time, until other tables come into use.
    """
    if data_dir is None and cache_dir is None and renewed_dir is None:
        return default_store()
    if renewed_dir is None and data_dir is None:
        renewed_dir = default_renewed_folder()
    return store_at(data_dir, cache_dir, renewed_dir)


def default_store() -> DataStore:
    """
    Return the store of the packaged tables, as this user has renewed them.

    The packaged tables, otherwise those of the repository; the same object each time, until other
    tables come into use.
    """
    return store_at(None, None, _renewed_folder())


@cache
def _renewed_folder() -> Path:
    return default_renewed_folder()
