"""
How the figures of one return hang together, so that one tells of another.

Whoever knows local staff and those of them who are disabled knows those who are not; whoever knows
jobs for current or former members of the forces and those of veterans knows those of the others.
What the share of spend says of spend elsewhere is taken to be exact, though it is rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.contracts.differencing import Target
from localarea.contracts.standing import people_of
from localarea.measures.catalogue import DISADVANTAGED
from localarea.measures.suppression import small_counts
from localarea.measures.withheld import FLAGGED, PARTS, margins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from localarea.contracts.differencing import Cell, Part, Sum, Tie

    Figures = Mapping[str, Mapping[str, int]]  # of one return, by measure

LOCAL_STAFF: Final = "NT1"
SERVING: Final = "ARMED-FORCES but not NT3a"
NO_TYPE: Final = "NT1 but none of NT3 to NT6"
_STAFF: Final = frozenset({"NT1", "NT2"})
_FORCES: Final = _STAFF | {"ARMED-FORCES"}
_SPENT: Final = frozenset({"NT18", "LOCAL-SPEND"})
_ALIKE: Final = {"NT2": "NT1", "LOCAL-SPEND": "NT18"}  # of one numerator


def rest_of(ref: str) -> str:
    """Name the rest of the group that a measure is part of."""
    return f"{ref} rest"


def told_by(ref: str) -> tuple[str, ...]:
    """Return the quantities that a figure of a measure tells."""
    if ref in PARTS:  # the rest follows where the whole is told
        return (ref,)
    return ref, rest_of(ref)


def quantities(found: Figures) -> dict[str, float]:
    """
    Return every quantity of one return.

    Local staff are those in a year that counts for the flagged measures: readers are taken to know
    how many others there are.
    """
    values: dict[str, float] = {}
    for ref, line in found.items():
        values[ref] = line["amount"] / line["divisor"]
        values[rest_of(ref)] = line["other"] / line["divisor"]
    flagged = [ref for ref in FLAGGED if ref in values]
    if flagged:
        values[LOCAL_STAFF] = values[flagged[0]] + values[rest_of(flagged[0])]
    if "NT3a" in values and "ARMED-FORCES" in values:
        values[SERVING] = values["ARMED-FORCES"] - values["NT3a"]
    if all(ref in values for ref in DISADVANTAGED):
        values[NO_TYPE] = values[LOCAL_STAFF] - sum(values[ref] for ref in DISADVANTAGED)
    return values


def ties_of(part: Part, values: Mapping[str, float]) -> list[Tie]:
    """Return how the quantities of a part hang together."""
    sums: list[tuple[tuple[str, ...], str]] = [
        ((ref, rest_of(ref)), LOCAL_STAFF) for ref in FLAGGED if ref in values
    ]
    if SERVING in values:
        sums.append((("NT3a", SERVING), "ARMED-FORCES"))
    if NO_TYPE in values:
        sums.append(((*DISADVANTAGED, NO_TYPE), LOCAL_STAFF))
    if "NT19" in values and "NT18" in values:
        sums.append((("NT19", rest_of("NT19")), "NT18"))
    sums += [((share,), ref) for share, ref in _ALIKE.items() if share in values and ref in values]
    return [
        (*(((name, part), 1.0) for name in names), ((whole, part), -1.0)) for names, whole in sums
    ]


def wholes_of(name: str) -> frozenset[str]:
    """Return the quantities that one is part of, as far as figures tell them."""
    if name in ("NT3a", SERVING):
        return _FORCES
    if name.startswith("NT19"):
        return _SPENT
    linked = name == NO_TYPE or name.removesuffix(" rest") in FLAGGED
    return _STAFF if linked else frozenset()


def small_figures(
    parts: Mapping[tuple[int, int], frozenset[Part]],
    shape: tuple[int, int],
    figures: Mapping[Part, Figures],
    values: Mapping[Cell, float],
) -> list[Target]:
    """
    Return what is too small to tell in a table of contracts and quarters with totals.

    Parameters
    ----------
    parts : mapping
        By row and column: what a figure rests on; the last row and column are totals.
    shape : tuple of int
        Of the table without totals.
    """
    inner = {place: next(iter(parts[place]), None) for place in np.ndindex(*shape)}
    found = {place: part for place, part in inner.items() if part in figures}
    counts: dict[str, NDArray[np.int64]] = {}
    amounts: dict[str, NDArray[np.float64]] = {}
    for place, part in found.items():
        if part is None:
            continue
        for name, few in _people(figures[part], part, values).items():
            counts.setdefault(name, np.zeros(shape, np.int64))[place] = few
            amounts.setdefault(name, np.zeros(shape))[place] = values[name, part]
    made = []
    for name, people in counts.items():
        ref = _measure_of(name)
        small = small_counts(people_of(ref, people))
        room = margins(ref, amounts[name])
        for row, column in zip(*map(np.ndarray.tolist, np.nonzero(small)), strict=True):
            cells = cells_of(name, parts[row, column], values)
            if cells:
                made.append(Target(cells, float(room[row, column]), wholes_of(name)))
    return made


def cells_of(name: str, parts: frozenset[Part], values: Mapping[Cell, float]) -> Sum:
    """Return a quantity of some parts, of those that have it."""
    return frozenset((name, part) for part in parts if (name, part) in values)


def _measure_of(name: str) -> str:
    if name == SERVING:
        return "ARMED-FORCES"
    return "NT1" if name == NO_TYPE else name.removesuffix(" rest")


def _people(found: Figures, part: Part, values: Mapping[Cell, float]) -> dict[str, int]:
    """Return how many people are behind each quantity, the fewest where that is not kept."""
    people: dict[str, int] = {}
    for ref, line in found.items():
        people[ref], people[rest_of(ref)] = line["people"], line["other_people"]
    if (SERVING, part) in values:
        there = values[SERVING, part] > 0
        people[SERVING] = max(people["ARMED-FORCES"] - people["NT3a"], 1) if there else 0
    if (NO_TYPE, part) in values:
        people[NO_TYPE] = _fewest_without(people) if values[NO_TYPE, part] > 0 else 0
    return people


def _fewest_without(people: Mapping[str, int]) -> int:
    """Return how many have none of the types: those without one, less those with another."""
    typed = sum(people[ref] for ref in DISADVANTAGED)
    return max(1, *(people[rest_of(ref)] - typed + people[ref] for ref in DISADVANTAGED))
