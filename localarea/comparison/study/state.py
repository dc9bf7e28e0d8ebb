"""
The state of a study: where it began, which limits were moved, which places are in or out.

A state is what a link holds. Its places are written as people would: a zone by its code, a
district or town by its name; never as a postcode, for addresses are kept in logs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from localarea.comparison.scenario import Scenario
from localarea.comparison.study.limits import KEYS, limits_of, moved_base, own_number
from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localarea.comparison.study.limits import Key
    from localarea.records import Option

MOST_PLACES: Final = 200
Move = Literal["in", "out", "as_drawn"]


@dataclass(frozen=True, slots=True)
class StudyState:
    """
    A boundary on its way.

    Attributes
    ----------
    minutes, share, containment : int or None
        Limits that were moved, in minutes and in hundredths; None as the option has them.
    include, exclude : tuple of str
        Places put in, and places taken out, which count where the two overlap.
    """

    start: str
    minutes: int | None = None
    share: int | None = None
    containment: int | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def at(self, numbers: Mapping[Key, int]) -> StudyState:
        """Return the state with these limits moved, and no others."""
        return replace(
            self,
            minutes=numbers.get("minutes"),
            share=numbers.get("share"),
            containment=numbers.get("containment"),
        )

    @property
    def numbers(self) -> dict[Key, int]:
        """Return the limits that were moved."""
        return {key: number for key in KEYS if (number := getattr(self, key)) is not None}

    def pairs(self) -> list[tuple[str, str]]:
        """
        Return the state as the parameters of an address.

        Examples
        --------
        >>> StudyState("drive-30", minutes=37, include=("Sudbury",)).pairs()
        [('from', 'drive-30'), ('minutes', '37'), ('in', 'Sudbury')]
        """
        return [
            ("from", self.start),
            *((key, str(number)) for key, number in self.numbers.items()),
            *(("in", place) for place in self.include),
            *(("out", place) for place in self.exclude),
        ]

    def tidied(self, option: Option) -> StudyState:
        """
        Leave out limits that are the option's own.

        ``option``: the option that the study began with. InputError if the method has no such
        limit, or a number is beyond the ends of its slider; or there are too many places.
        """
        known = {limit.key: limit for limit in limits_of(option.method)}
        moved = self.numbers
        for key, number in self.numbers.items():
            if key not in known:
                has = " and ".join(limit.label.lower() for limit in known.values())
                raise InputError(
                    f"{option.title} has no limit {key!r}; "
                    + (f"it has {has}" if has else "it has none that can be moved"),
                    parameter=key,
                )
            limit = known[key]
            if not limit.least <= number <= limit.most:
                raise InputError(
                    f"{limit.label.lower()} must be {limit.least} to {limit.most}{limit.unit}, "
                    f"not {number}",
                    parameter=key,
                )
            if number == own_number(limit, option):
                del moved[key]
        if len(self.include) + len(self.exclude) > MOST_PLACES:
            raise InputError(f"you can add or take out {MOST_PLACES} places at most")
        return self.at(moved)

    def scenario(self, option: Option) -> Scenario:
        """
        Return the scenario that the state stands for.

        ``option``: the option that the study began with.
        """
        base, thresholds = moved_base(self.start, option, self.numbers)
        plain = Scenario.of(base).include(*self.include).exclude(*self.exclude)
        return plain.with_threshold(**thresholds)


def apply(state: StudyState, drawn: Iterable[str], zones_of: Mapping[str, set[str]]) -> set[str]:
    """Return the zones of a state; ``zones_of`` are those of each place of the state."""
    inside = set(drawn)
    for place in state.include:
        inside |= zones_of[place]
    for place in state.exclude:
        inside -= zones_of[place]
    return inside


def move(
    state: StudyState,
    place: str,
    where: Move,
    *,
    drawn: Iterable[str],
    zones_of: Callable[[str], set[str]],
) -> StudyState:
    """
    Add a place, take it out, or leave it as the option draws it.

    A place that was moved before and overlaps this one keeps the zones of it that do not.
    ``drawn``: zones of the option with its limits moved. ``zones_of``: gives the zones of a place.

    Examples
    --------
    >>> zones = {"Town": {"Z1", "Z2"}, "Z1": {"Z1"}, "Z2": {"Z2"}}.__getitem__
    >>> held = move(StudyState("a"), "Town", "in", drawn=["Z3"], zones_of=zones)
    >>> move(held, "Z1", "out", drawn=["Z3"], zones_of=zones).pairs()
    [('from', 'a'), ('in', 'Town'), ('out', 'Z1')]
    """
    moved = zones_of(place)
    # What is taken out counts where both overlap, so a place that was put in need not be broken up.
    within = set(drawn)
    include = (
        _without(state.include, moved, zones_of, lambda zone: zone not in within)
        if where == "as_drawn"
        else tuple(name for name in state.include if not zones_of(name) <= moved)
    )
    reached = within.union(*map(zones_of, include))
    exclude = _without(state.exclude, moved, zones_of, lambda zone: zone in reached)
    kept = replace(state, include=include, exclude=exclude)
    if where == "as_drawn":
        return kept
    known = {name: zones_of(name) for name in (*kept.include, *kept.exclude)}
    inside = apply(kept, drawn, known)
    if where == "in":
        return kept if moved <= inside else replace(kept, include=(*kept.include, place))
    return replace(kept, exclude=(*kept.exclude, place)) if moved & inside else kept


def _without(
    places: tuple[str, ...],
    moved: set[str],
    zones_of: Callable[[str], set[str]],
    matters: Callable[[str], bool],
) -> tuple[str, ...]:
    """Break up the places that overlap what is moved; of the rest keep the zones that matter."""
    left: list[str] = []
    for place in places:
        zones = zones_of(place)
        left += sorted(filter(matters, zones - moved)) if zones & moved else [place]
    return tuple(dict.fromkeys(left))
