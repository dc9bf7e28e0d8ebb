"""Check the districts that a council's file states by code and name against those in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localarea.datasets.store import DataStore


def district_faults(
    stated: Iterable[tuple[str, str]], *, store: DataStore | None = None
) -> list[str]:
    """
    List the stated districts that are not in use, and what to write instead.

    One fault for each that is not a district in use of that name. Of one that has become part of
    another, which may be after a refresh of districts, it names that other.
    """
    pairs = list(stated)
    codes = {code for code, _ in pairs}
    known = read_gazetteer(store=store).districts
    return [_fault(code, name, codes, store) for code, name in pairs if known.get(code) != name]


def _fault(code: str, name: str, codes: set[str], store: DataStore | None) -> str:
    known = read_gazetteer(store=store).districts
    line = f'{code} = "{name}"'
    if code in known:
        return f'{code} is {known[code]}, not {name}; change {line} to {code} = "{known[code]}"'
    now = _part_of(code, store)
    if now not in known:
        return f"{code} is no district of 2025, not {name}"
    if now in codes:
        return f"{name} ({code}) is now part of {known[now]} ({now}), which is there; remove {line}"
    return (
        f"{name} ({code}) is now part of {known[now]} ({now}); change {line} to "
        f'{now} = "{known[now]}"'
    )


def _part_of(code: str, store: DataStore | None) -> str:
    """Return the district in use that a former one is mostly part of; empty if none is known."""
    from localarea.datasets.districts import district_names

    table = district_names(store=store).select(["lad_cd", "lad25cd"])
    found = dict(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return str(found.get(code) or "")
