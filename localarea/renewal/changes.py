"""What a newer postcode directory changes, postcode by postcode and district by district."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.errors import InputError
from localarea.geo.postcodes import postcode_of
from localarea.renewal.mixed_up import count_far, require_not_mixed_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa
    from numpy.typing import NDArray

MOST_LOST: Final = 0.01  # of the live postcodes: more is hardly a directory of the whole country
_SHOWN: Final = 20
KINDS: Final = ("new", "ended", "live_again", "moved", "zone_changed", "district_changed", "gone")


@dataclass(frozen=True, slots=True)
class DirectoryChanges:
    """
    Differences between two directories.

    Attributes
    ----------
    before, after : str
        Months of the directories.
    lost : int
        Live postcodes of the older directory that the newer one does not list at all.
    counts : dict of str to int
        Number of postcodes by kind of change: ``new``, ``ended`` (no longer live),
        ``live_again``, ``moved`` (another grid reference), ``zone_changed``,
        ``district_changed`` and ``gone`` (not listed any more, live or not).
    by_district : dict of str to dict
        The same, by the 2025 district of the postcode, without districts that have none.
    examples : dict of str to tuple of str
        A few postcodes of each kind.
    misplaced : dict of str to int
        Of the postcodes that are live in both, those that would lose their grid reference
        (``without_place``), be more than 1 km from where they were (``far_away``), in another zone
        or district, or in none.
    """

    before: str
    after: str
    live_before: int
    live_after: int
    lost: int
    counts: dict[str, int]
    by_district: dict[str, dict[str, int]] = field(default_factory=dict)
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stayed: int = 0
    misplaced: dict[str, int] = field(default_factory=dict)


def compare_directories(
    older: pa.Table, newer: pa.Table, before: str, after: str, districts: Iterable[str] = ()
) -> DirectoryChanges:
    """
    Compare two postcode tables.

    Parameters
    ----------
    older, newer : pyarrow.Table
        The columns of :func:`localarea.datasets.postcodes.read_postcodes`, sorted by key.
    before, after : str
        Months of the directories.
    districts : iterable of str
        Codes of the districts to report on; all by default.
    """
    old_keys, new_keys = (_numbers(t, "key") for t in (older, newer))
    _, at, there = np.intersect1d(old_keys, new_keys, assume_unique=True, return_indices=True)
    gone = np.setdiff1d(np.arange(len(old_keys)), at, assume_unique=True)
    added = np.setdiff1d(np.arange(len(new_keys)), there, assume_unique=True)
    lived, lives = _is(older, "status", "live"), _is(newer, "status", "live")
    stays = lived[at] & lives[there]
    were = (_numbers(older, "easting")[at], _numbers(older, "northing")[at])
    are = (_numbers(newer, "easting")[there], _numbers(newer, "northing")[there])
    moved = (were[0] != are[0]) | (were[1] != are[1])
    rezoned = _differs(older, newer, "msoa11cd", at, there)
    rezoned |= _differs(older, newer, "msoa21cd", at, there)
    elsewhere = _differs(older, newer, "lad25cd", at, there)
    rows = {
        "new": added,
        "ended": there[lived[at] & ~lives[there]],
        "live_again": there[~lived[at] & lives[there]],
        "moved": there[moved],
        "zone_changed": there[rezoned],
        "district_changed": there[elsewhere],
    }
    wanted = set(districts)
    by_district: dict[str, dict[str, int]] = {}
    for kind, table, which in (
        *((kind, newer, found) for kind, found in rows.items()),
        ("gone", older, gone),
    ):
        for code, count in _by_district(table, which).items():
            if not wanted or code in wanted:
                by_district.setdefault(code, dict.fromkeys(KINDS, 0))[kind] = count
    examples = {kind: _some(new_keys, found) for kind, found in rows.items()}
    return DirectoryChanges(
        before=before,
        after=after,
        live_before=int(lived.sum()),
        live_after=int(lives.sum()),
        lost=int(lived[gone].sum()),
        counts={**{kind: len(found) for kind, found in rows.items()}, "gone": len(gone)},
        by_district=dict(sorted(by_district.items())),
        examples=examples | {"gone": _some(old_keys, gone)},
        stayed=int(stays.sum()),
        misplaced=count_far((were[0][stays], were[1][stays]), (are[0][stays], are[1][stays]))
        | {
            "in_another_zone": int((rezoned & stays).sum()),
            "in_another_district": int((elsewhere & stays).sum()),
        },
    )


def require_no_loss(changes: DirectoryChanges) -> None:
    """
    Raise an error if a directory is older, loses many postcodes, or has many somewhere else.

    InputError if it is older than the one in use, more than 1% of the live postcodes would be lost
    or end, or more than 5% of those that stay live would be far away, in another zone or in another
    district.
    """
    if changes.after < changes.before:
        raise InputError(
            f"this directory is of {changes.after}, and the one in use is newer, of "
            f"{changes.before}; accept the loss to step back all the same",
            parameter="accept-loss",
        )
    fewer = max(changes.lost, changes.live_before - changes.live_after)
    if fewer > MOST_LOST * changes.live_before:
        raise InputError(
            f"{fewer:,} of the {changes.live_before:,} live postcodes would be lost, more than "
            f"{MOST_LOST:.0%}, so the file is probably not a whole directory; check it, or "
            "accept the loss",
            parameter="accept-loss",
        )
    require_not_mixed_up(changes.misplaced, changes.stayed)


def _numbers(table: pa.Table, name: str) -> NDArray[Any]:
    column = table[name].combine_chunks()
    return np.asarray(column.fill_null(0).to_numpy() if column.null_count else column.to_numpy())


def _coded(table: pa.Table, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """Return a text column as codes of its distinct texts; a missing one is the empty text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table[name].combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    names = [*column.dictionary.to_pylist(), ""]
    codes = column.indices.cast(pa.int64()).fill_null(len(names) - 1)
    return codes.to_numpy(zero_copy_only=False), names


def _is(table: pa.Table, name: str, value: str) -> NDArray[np.bool_]:
    codes, names = _coded(table, name)
    return np.asarray(codes == names.index(value) if value in names else np.zeros(len(codes), bool))


def _differs(
    older: pa.Table, newer: pa.Table, name: str, at: NDArray[np.intp], there: NDArray[np.intp]
) -> NDArray[np.bool_]:
    first, names = _coded(older, name)
    second, others = _coded(newer, name)
    known = {text: code for code, text in enumerate(names)}
    same = np.array([known.get(text, -1) for text in others], dtype=np.int64)
    return np.asarray(first[at] != same[second[there]])


def _by_district(table: pa.Table, rows: NDArray[np.intp]) -> dict[str, int]:
    codes, names = _coded(table, "lad25cd")
    counts = np.bincount(codes[rows], minlength=len(names))
    return {name: int(n) for name, n in zip(names, counts, strict=True) if n and name}


def _some(keys: NDArray[Any], rows: NDArray[np.intp]) -> tuple[str, ...]:
    return tuple(postcode_of(int(key)) for key in keys[rows[:_SHOWN]])
