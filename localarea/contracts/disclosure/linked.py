"""
How the figures of one return hang together, so that one tells of another.

Whoever knows local staff and those of them who are disabled knows those who are not; whoever knows
jobs for current or former members of the forces and those of veterans knows those of the others.
What the share of spend says of spend elsewhere is taken to be exact, though it is rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.measures.catalogue import DISADVANTAGED
from localarea.measures.withheld import FLAGGED, PARTS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

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


def ties_of(names: Collection[str]) -> list[tuple[tuple[str, ...], str]]:
    """Return which quantities of a part add up to which other one, of those that it has."""
    sums: list[tuple[tuple[str, ...], str]] = [
        ((ref, rest_of(ref)), LOCAL_STAFF) for ref in FLAGGED if ref in names
    ]
    if SERVING in names:
        sums.append((("NT3a", SERVING), "ARMED-FORCES"))
    if NO_TYPE in names:
        sums.append(((*DISADVANTAGED, NO_TYPE), LOCAL_STAFF))
    if "NT19" in names and "NT18" in names:
        sums.append((("NT19", rest_of("NT19")), "NT18"))
    sums += [((share,), ref) for share, ref in _ALIKE.items() if share in names and ref in names]
    return sums


def wholes_of(name: str) -> frozenset[str]:
    """Return the quantities that one is part of, as far as figures tell them."""
    if name in ("NT3a", SERVING):
        return _FORCES
    if name.startswith("NT19"):
        return _SPENT
    linked = name == NO_TYPE or name.removesuffix(" rest") in FLAGGED
    return _STAFF if linked else frozenset()


def measure_of(name: str) -> str:
    """Return the measure by whose rule a quantity is too small to tell."""
    if name == SERVING:
        return "ARMED-FORCES"
    return "NT1" if name == NO_TYPE else name.removesuffix(" rest")


def people_behind(found: Figures, values: Mapping[str, float]) -> dict[str, int]:
    """Return how many people are behind each quantity, the fewest where that is not kept."""
    people: dict[str, int] = {}
    for ref, line in found.items():
        people[ref], people[rest_of(ref)] = line["people"], line["other_people"]
    if SERVING in values:
        there = values[SERVING] > 0
        people[SERVING] = max(people["ARMED-FORCES"] - people["NT3a"], 1) if there else 0
    if NO_TYPE in values:
        people[NO_TYPE] = _fewest_without(people) if values[NO_TYPE] > 0 else 0
    return people


def _fewest_without(people: Mapping[str, int]) -> int:
    """Return how many have none of the types: those without one, less those with another."""
    typed = sum(people[ref] for ref in DISADVANTAGED)
    return max(1, *(people[rest_of(ref)] - typed + people[ref] for ref in DISADVANTAGED))
