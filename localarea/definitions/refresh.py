"""Index a definition from another postcode directory, and report the changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from localarea.classify.codes import MEANINGS
from localarea.datasets.store import default_store
from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.publish import index_again
from localarea.errors import InputError
from localarea.geo.postcodes import INWARD_SLOTS, postcode_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore

_STATUSES = ("local", "not_local", "unknown")
_STATUS_OF = np.array([_STATUSES.index(meaning.status) for meaning in MEANINGS], np.int8)
_NEAR = np.array([meaning.borderline for meaning in MEANINGS])


@dataclass(frozen=True, slots=True)
class Changed:
    """
    A postcode whose verdict differs between two editions.

    ``before``, ``after``: status, followed by ``, borderline`` if borderline.
    """

    postcode: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Refresh:
    """
    Changes caused by another directory under the same terms.

    Attributes
    ----------
    added : dict
        Status to number of postcodes that only the new directory has.
    removed : dict
        Status to number of postcodes that only the old directory has.
    terminated, revived : dict
        Status to number of postcodes that stopped being live, and became live again.
    moved : int
        Number of postcodes whose zone or grid reference changed.
    changed : tuple of Changed
        Postcodes in both directories whose status or borderline flag differs.
    """

    definition: str
    before: str
    after: str
    data: bytes
    added: dict[str, int]
    removed: dict[str, int]
    terminated: dict[str, int]
    revived: dict[str, int]
    moved: int
    changed: tuple[Changed, ...]

    @property
    def sha256(self) -> str:
        """SHA-256 of the file of the new edition."""
        return hashlib.sha256(self.data).hexdigest()

    def as_document(self) -> dict[str, Any]:
        """Return the report as a dictionary, without the file: every other attribute, by name."""
        names = ("definition", "before", "after", "added", "removed", "terminated", "revived")
        document: dict[str, Any] = {name: getattr(self, name) for name in (*names, "moved")}
        rows = [{k: getattr(c, k) for k in Changed.__slots__} for c in self.changed]
        return document | {"changed": rows}


def refresh(opened: OpenDefinition, *, store: DataStore | None = None) -> Refresh:
    """
    Index a definition's postcodes from the current directory; the boundary is unchanged.

    The new edition and the changes. InputError if the current directory is not newer.
    """
    tables = store or default_store()
    old = opened.definition.directory_date
    if tables.directory_date <= old:
        raise InputError(
            f"{opened.definition.id} is indexed from the directory of {old}, and the one here is "
            f"of {tables.directory_date}; bring in a newer one: "
            "localarea data refresh postcodes"
        )
    data = index_again(opened, store=tables)
    fresh = OpenDefinition(data)
    return compare_editions(opened, fresh)


def compare_editions(old: OpenDefinition, new: OpenDefinition) -> Refresh:
    """
    Compare two editions of a definition: the changes; ``data`` is the file of the new edition.

    InputError if their terms differ.
    """
    if old.definition.terms_sha256 != new.definition.terms_sha256:
        raise InputError("the two files are not editions of one definition")
    first, second = _columns(old), _columns(new)
    in_both, at, there = np.intersect1d(
        first["keys"], second["keys"], assume_unique=True, return_indices=True
    )
    codes, now = first["codes"][at], second["codes"][there]
    live, lives = first["live"][at], second["live"][there]
    differs = (_STATUS_OF[codes] != _STATUS_OF[now]) | (_NEAR[codes] != _NEAR[now])
    moved = (first["places"][at] != second["places"][there]).any(axis=1)
    moved |= first["zones"][at] != second["zones"][there]
    triples = zip(in_both[differs], codes[differs], now[differs], strict=True)
    changed = tuple(
        Changed(postcode_of(k), _status_text(a), _status_text(b)) for k, a, b in triples
    )
    return Refresh(
        definition=new.definition.id,
        before=old.definition.directory_date,
        after=new.definition.directory_date,
        data=new.data,
        added=_count(np.delete(second["codes"], there)),
        removed=_count(np.delete(first["codes"], at)),
        terminated=_count(now[live & ~lives]),
        revived=_count(now[~live & lives]),
        moved=int(np.count_nonzero(moved)),
        changed=changed,
    )


def _status_text(code: int) -> str:
    meaning = MEANINGS[code]
    return meaning.status + (", borderline" if meaning.borderline else "")


def _count(codes: NDArray[np.uint8]) -> dict[str, int]:
    counts = np.bincount(_STATUS_OF[codes], minlength=len(_STATUSES)).tolist()
    return dict(zip(_STATUSES, counts, strict=True))


def _columns(opened: OpenDefinition) -> dict[str, NDArray[Any]]:
    parts: dict[str, list[NDArray[Any]]] = {
        n: [] for n in ("keys", "codes", "live", "zones", "places")
    }
    names = np.array([code for code, _ in opened.lists["zones"]] + [""])
    for outward, rows in opened.all_rows():
        parts["keys"].append(np.uint32(outward * INWARD_SLOTS) + rows.slots.astype(np.uint32))
        parts["codes"].append(rows.codes)
        parts["live"].append(rows.ended < 0)
        parts["zones"].append(names[rows.zones])
        parts["places"].append(np.stack([rows.eastings, rows.northings], axis=1))
    return {name: np.concatenate(part) for name, part in parts.items()}
