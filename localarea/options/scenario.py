"""
What if: an option with places put in or taken out.

>>> what_if = Scenario.of("ttwa-official").include("Ipswich")
>>> what_if.id
'ttwa-official+ipswich'
>>> what_if == Scenario("ttwa-official", (Change("include", "Ipswich"),))
True
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from localarea.errors import EmptyResultError, InputError
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.places import Place, resolve_place

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

Action = Literal["include", "exclude"]
_SIGN: dict[Action, str] = {"include": "+", "exclude": "-"}


@dataclass(frozen=True, slots=True)
class Change:
    """
    One change to an option.

    Attributes
    ----------
    action : {'include', 'exclude'}
        Whether the place is put in or taken out.
    place : str
        The place, as :func:`localarea.options.places.resolve_place` reads it.
    """

    action: Action
    place: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """
    An option with named changes. Immutable and hashable: each change makes a new one.

    Attributes
    ----------
    base : str
        Id of the option that it starts from.
    changes : tuple of Change
        The changes, applied in order: the later one wins where two meet.
    """

    base: str
    changes: tuple[Change, ...] = ()

    @classmethod
    def of(cls, base: str | Option) -> Scenario:
        """
        Start from an option.

        Parameters
        ----------
        base : str or Option
            Id such as ``ttwa-official``, or an option of that id.

        Returns
        -------
        Scenario
            Without any change yet.
        """
        return cls(base if isinstance(base, str) else base.id)

    def include(self, *places: str) -> Scenario:
        """
        Put places in.

        Parameters
        ----------
        *places : str
            Districts, zones, travel to work areas, postcodes or ``lat,lon``.

        Returns
        -------
        Scenario
            A new one; the places are looked up when it is worked out.

        Raises
        ------
        InputError
            If a place is blank.
        """
        return self._with("include", places)

    def exclude(self, *places: str) -> Scenario:
        """
        Take places out.

        Parameters
        ----------
        *places : str
            Districts, zones, travel to work areas, postcodes or ``lat,lon``.

        Returns
        -------
        Scenario
            A new one; the places are looked up when it is worked out.

        Raises
        ------
        InputError
            If a place is blank.
        """
        return self._with("exclude", places)

    def _with(self, action: Action, places: tuple[str, ...]) -> Scenario:
        tidy = [" ".join(place.split()) for place in places]
        if not all(tidy):
            raise InputError(f"a place to {action} is blank; name a district, zone or postcode")
        return replace(self, changes=self.changes + tuple(Change(action, p) for p in tidy))

    @property
    def id(self) -> str:
        """
        Name the scenario after what it changes.

        Returns
        -------
        str
            The option's id, then ``+PLACE`` and ``-PLACE`` in small letters.
        """
        slugs = (
            _SIGN[c.action] + re.sub(r"[^a-z0-9]+", "-", c.place.casefold()).strip("-")
            for c in self.changes
        )
        return self.base + "".join(slugs)

    def option(self, council: Council | None = None, *, store: DataStore | None = None) -> Option:
        """
        Work the scenario out.

        Parameters
        ----------
        council : Council, optional
            Whose options are meant; by default Colchester's.
        store : DataStore, optional
            Where the tables are; by default those of the package.

        Returns
        -------
        Option
            With the changes among its ``parameters``, and ``notes`` where a change
            did nothing or a place was not read to the letter.

        Raises
        ------
        OptionNotFoundError
            If the council has no such option.
        PlaceNotFoundError
            If a place is not known; the nearest names are given.
        AmbiguousPlaceError
            If a name fits several places.
        OutsideCoverageError
            If a place lies outside England and Wales.
        EmptyResultError
            If everything was taken out.
        """
        council = council or read_council(store=store)
        base = option_zones(self.base, council, store=store)
        zones, notes = set(base.zones), list[str]()
        for change in self.changes:
            place = resolve_place(change.place, zone_system=base.zone_system, store=store)
            notes += _notes(change.action, place, zones)
            held = set(place.zones)
            zones = zones | held if change.action == "include" else zones - held
        if not zones:
            raise EmptyResultError(f"{self.id!r} has no zone left; exclude fewer places")
        return replace(
            base,
            id=self.id,
            title=self._title(base.title),
            zones=tuple(sorted(zones)),
            parameters=self._parameters(base, notes),
        )

    def _title(self, title: str) -> str:
        words = {"include": "with", "exclude": "without"}
        return title + "".join(f", {words[c.action]} {c.place}" for c in self.changes)

    def _parameters(self, base: Option, notes: list[str]) -> dict[str, Any]:
        stated: dict[str, Any] = dict(base.parameters)
        for action in _SIGN:
            places = tuple(c.place for c in self.changes if c.action == action)
            if places:
                stated[action] = (*stated.get(action, ()), *places)
        if notes:
            stated["notes"] = tuple(notes)
        return stated


def _notes(action: Action, place: Place, zones: set[str]) -> list[str]:
    notes = [place.note] if place.note else []
    held = set(place.zones)
    if action == "exclude" and not held & zones:
        notes.append(f"{place.name} was not inside, so taking it out changes nothing")
    if action == "include" and held <= zones:
        notes.append(f"{place.name} was inside already, so putting it in changes nothing")
    return notes
