"""Read ``registry.toml``: the title, source, vintage, licence and sha256 of every table."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from localarea.errors import DataError, DataMissingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REGISTRY_FILE = "registry.toml"


@dataclass(frozen=True, slots=True)
class TableInfo:
    """
    The registry's entry for a table.

    Attributes
    ----------
    source : str
        Publisher and product of each of its inputs.
    vintage : str
        Year, years or month that the data describe.
    attribution : str
        Text that must accompany anything made from the table.
    crs : str
        CRS of its coordinates; empty if it has none.
    sha256 : str
        Checksum of the file's bytes, as hex.
    inputs : tuple of (str, str)
        Name and sha256 of each input file.
    """

    name: str
    file: str
    title: str
    source: str
    vintage: str
    licence: str
    attribution: str
    crs: str
    rows: int
    sha256: str
    inputs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """
    Every table of a data folder.

    ``directory_date``: month of the postcode directory, ``YYYY-MM``.
    """

    tables: Mapping[str, TableInfo]
    directory_date: str


def read_registry(folder: Path) -> Registry:
    """
    Read the registry of a data folder.

    ``folder``: folder that holds ``registry.toml`` beside the tables. DataMissingError if there is
    no registry. DataError if it is not as ``scripts/build_data.py`` writes it.
    """
    path = folder / REGISTRY_FILE
    try:
        found = _read(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        hint = "name the folder that has it (LOCALAREA_DATA_DIR), or reinstall localarea"
        raise DataMissingError(path, hint=hint) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error}); reinstall localarea") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path} lacks {error}; reinstall localarea") from error
    return Registry(dict(found.tables), found.directory_date)


@lru_cache(maxsize=4)
def _read(text: str) -> Registry:
    """Read what a registry says, once of each: stores over the same tables are made often."""
    document = tomllib.loads(text)
    tables = {n: _table_info(n, entry) for n, entry in document["tables"].items()}
    return Registry(tables, str(document["directory_date"]))


def _table_info(name: str, entry: Mapping[str, Any]) -> TableInfo:
    """Build the record of an entry; raise ``KeyError`` with the name of a missing key."""
    inputs = tuple((i["name"], i["sha256"]) for i in entry.get("inputs", ()))
    plain = {f.name: entry[f.name] for f in fields(TableInfo) if f.name not in ("name", "inputs")}
    return TableInfo(name=name, inputs=inputs, **plain)
