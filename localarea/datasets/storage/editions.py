"""One renewal of some tables, as it is recorded on the disk."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.storage.registry import TableInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.storage.registry import Registry

FIRST: Final = "postcodes"  # what every renewal was of before others could be made
_PLAIN: Final = ("number", "previous", "directory_date", "made", "source")
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Edition:
    """
    A set of renewed tables.

    Attributes
    ----------
    number : int
        Number of the edition, from 1; no two have the same, whatever they are of.
    previous : int
        Number of the edition of the same tables in use before; 0 for the tables of the package.
    directory_date : str
        Month of the postcode directory, ``YYYY-MM``; empty if this edition has none.
    tables : mapping of str to TableInfo
        The renewed tables by name, with absolute file names.
    made : str
        When it was put into use, as an ISO 8601 time in UTC.
    of : str
        What was refreshed: ``postcodes``, ``names``; see `localarea.renewal.renewable`.
    over : mapping of str to str
        Checksum of each table of the package in whose place it was put.
    """

    number: int
    previous: int
    directory_date: str
    tables: Mapping[str, TableInfo]
    made: str
    source: str
    of: str = FIRST
    over: Mapping[str, str] = field(default_factory=dict)


def newest_of(vintage: str) -> tuple[int, int]:
    """
    Return the newest year and month that a vintage names, to compare vintages.

    ``vintage``: as in the registry. Returns year and month; month 0 if it names years, and (0, 0)
    if it names neither.

    Examples
    --------
    >>> newest_of("2025-11"), newest_of("2017-2022"), newest_of("unstated")
    ((2025, 11), (2022, 0), (0, 0))
    """
    month = _MONTH.fullmatch(vintage)
    if month:
        return int(month[1]), int(month[2])
    return max(map(int, _YEAR.findall(vintage)), default=0), 0


def is_used(edition: Edition, registry: Registry) -> bool:
    """
    Check whether an edition is used over the tables of the package.

    ``registry``: tables of the package. Returns True while the package has the tables in whose
    place it was put. A package that has others wins, unless the renewed ones are of a later date.
    """
    if not edition.over:  # a record of before they were kept, or tables that no package has
        date = edition.directory_date
        return date == "" or date >= registry.directory_date
    changed = [
        name
        for name, sha256 in edition.over.items()
        if name not in registry.tables or registry.tables[name].sha256 != sha256
    ]
    return all(
        name in registry.tables
        and newest_of(edition.tables[name].vintage) > newest_of(registry.tables[name].vintage)
        for name in changed
    )


def document_of(edition: Edition) -> dict[str, Any]:
    """Return an edition as it is written down."""
    tables = {
        name: {**asdict(info), "file": Path(info.file).name}
        for name, info in edition.tables.items()
    }
    plain = {name: getattr(edition, name) for name in (*_PLAIN, "of")}
    return {"schema": 1, **plain, "over": dict(edition.over), "tables": tables}


def edition_of_document(document: Mapping[str, Any], folder: Path) -> Edition:
    """Read an edition that was written down; its files are those of its own folder."""
    number = int(document["number"])
    tables = {
        name: _info(folder / f"{number:04d}", name, entry)
        for name, entry in document["tables"].items()
    }
    plain = {name: document[name] for name in _PLAIN}
    over = {str(name): str(sha256) for name, sha256 in document.get("over", {}).items()}
    return Edition(tables=tables, of=str(document.get("of", FIRST)), over=over, **plain)


def _info(folder: Path, name: str, entry: Mapping[str, Any]) -> TableInfo:
    file = Path(entry["file"]).name  # a file of the edition's folder and no other
    inputs = tuple((str(one), str(sha)) for one, sha in entry["inputs"])
    stated = {k: v for k, v in entry.items() if k not in ("name", "file", "inputs")}
    return TableInfo(name=name, file=str(folder / file), inputs=inputs, **stated)
