"""
Scenarios: an option with places added or removed.

>>> what_if = Scenario.of("ttwa-official").include("Ipswich")
>>> what_if.id
'ttwa-official+ipswich'
>>> what_if == Scenario("ttwa-official", (Change("include", "Ipswich"),))
True
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

from localarea.comparison.change import _SIGN, Action, Change, Threshold, read_places
from localarea.comparison.toml import ScenarioFields, read_scenario, write_scenario
from localarea.comparison.variants import VINTAGES, base_option
from localarea.errors import (
    EmptyResultError,
    InputError,
    PlacesNotReadError,
    SettingError,
    VintageError,
)
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.titles import title_with_changes, title_with_settings
from localarea.places.polygons import looks_drawn, read_polygon
from localarea.places.readings import how_read, meant_by
from localarea.places.resolve import PREFIXED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.places.place import Place
    from localarea.records import Option

    PlaceLike = str | PathLike[str] | Mapping[str, Any]

_PARAMETER: Final = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Scenario:
    """
    An option with named changes. Immutable and hashable: each method returns a new scenario.

    Attributes
    ----------
    changes : tuple of Change
        Changes, applied in order; the later one wins where two overlap.
    thresholds : tuple of (str, value)
        Changed parameters of the option's method, sorted by name.
    vintage : {2011, 2021}
        Census whose commuters choose the zones, if the method uses commuters.
    """

    base: str
    changes: tuple[Change, ...] = ()
    thresholds: tuple[tuple[str, Threshold], ...] = ()
    vintage: int = 2011

    @classmethod
    def of(cls, base: str | Option) -> Self:
        """
        Start from an option.

        Parameters
        ----------
        base : str or Option
            An option, or its id, such as ``ttwa-official``.
        """
        return cls(base if isinstance(base, str) else base.id)

    def include(self, *places: PlaceLike) -> Self:
        """
        Add places to the scenario.

        Parameters
        ----------
        *places : str, path or mapping
            Districts, zones, travel to work areas, postcodes or ``lat,lon``; or polygons:
            the path of a GeoJSON, GeoPackage or Shapefile, or GeoJSON as a mapping or text.
            A polygon selects the zones whose population-weighted centroid it contains.

        Returns
        -------
        Scenario
            A new scenario. Polygons are read now; other places are looked up when it is
            computed.

        Raises
        ------
        InputError
            If a place is blank or a polygon is invalid.
        """
        return self._with("include", places)

    def exclude(self, *places: PlaceLike) -> Self:
        """
        Remove places from the scenario.

        Parameters
        ----------
        *places : str, path or mapping
            As for :meth:`include`.

        Returns
        -------
        Scenario
            A new scenario. Polygons are read now; other places are looked up when it is
            computed.

        Raises
        ------
        InputError
            If a place is blank or a polygon is invalid.
        """
        return self._with("exclude", places)

    def with_vintage(self, vintage: int) -> Self:
        """
        Choose the zones with another census.

        Parameters
        ----------
        vintage : {2011, 2021}
            Census year. For 2021, a method that uses commuters chooses 2021 zones by their
            flows; a 2011 zone is then inside if at least half of its live postcodes are.
            Other methods choose the same zones as before, and a note says so. Figures of
            both censuses are given whatever the vintage.

        Raises
        ------
        VintageError
            If there are no commuting flows for that year.
        """
        if vintage not in VINTAGES:
            raise VintageError(f"there are no flows of {vintage!r}; ask for 2011 or 2021")
        return replace(self, vintage=vintage)

    def with_threshold(self, **parameters: Any) -> Self:
        """
        Change parameters of the option's method.

        Parameters
        ----------
        **parameters
            Name and value, such as ``min_share=0.1``. The names are checked against the
            method when the scenario is computed.

        Raises
        ------
        InputError
            If a value is not a number, text or Boolean.
        """
        for name, value in parameters.items():
            if not _PARAMETER.match(name):
                raise InputError(f"{name!r} is not the name of a parameter")
            if not isinstance(value, (str, int, float)) or (
                isinstance(value, float) and not math.isfinite(value)
            ):
                raise InputError(f"{name} is {value!r}; give a number or text")
        moved = {**dict(self.thresholds), **parameters}
        return replace(self, thresholds=tuple(sorted(moved.items())))

    def _with(self, action: Action, places: tuple[PlaceLike, ...]) -> Self:
        changes = tuple(_change(action, place) for place in places)
        return replace(self, changes=self.changes + changes)

    @property
    def id(self) -> str:
        """
        Return an id that names every change.

        The option's id, ``@NAME=VALUE`` for each threshold, ``@2021`` for that vintage, then
        ``+PLACE`` and ``-PLACE`` in lowercase.
        """
        moved = "".join(f"@{name}={_written(value)}" for name, value in self.thresholds)
        year = f"@{self.vintage}" if self.vintage != VINTAGES[0] else ""
        return self.base + moved + year + "".join(change.slug for change in self.changes)

    def option(self, council: Council | None = None, *, store: DataStore | None = None) -> Option:
        """
        Compute the zones of the scenario.

        Option with the changes in its ``parameters``, and ``notes`` if a change had no effect or a
        place name was corrected.

        Raises
        ------
        OptionNotFoundError
            If the council has no such option.
        SettingError
            If the method does not accept a threshold, or its value is not allowed.
        PlaceNotFoundError
            If a place is not known; the message suggests the nearest names.
        AmbiguousPlaceError
            If a name matches several places.
        OutsideCoverageError
            If a place is outside England and Wales.
        PlacesNotReadError
            If any of these is true of several places.
        EmptyResultError
            If no zones remain.
        """
        council = council or read_council(store=store)
        if self.thresholds or self.vintage != VINTAGES[0]:
            base, notes = base_option(
                self.base, dict(self.thresholds), self.vintage, council, store=store
            )
        else:
            base, notes = option_zones(self.base, council, store=store), []
        zones, names = set(base.zones), []
        for change, place in zip(self.changes, self._places(base, council, store), strict=True):
            names.append(name_in_title(change.place, place))
            said = _notes(change, place, zones, base, store)
            notes += [note for note in said if note not in notes]  # a place may come twice
            held = set(place.zones)
            zones = zones | held if change.action == "include" else zones - held
        if not zones:
            raise EmptyResultError(f"{self.id!r} has no zones left; exclude fewer places")
        return replace(
            base,
            id=self.id,
            title=self._title(base.title, names),
            description=self._title(base.description, names) if base.description else "",
            zones=tuple(sorted(zones)),
            parameters=self._parameters(base, notes),
        )

    def _places(self, base: Option, council: Council, store: DataStore | None) -> list[Place]:
        """Return the place of each change; all that cannot be read are told together."""
        named = replace(council, zone_system=base.zone_system)
        places, misread = read_places(self.changes, named, store=store)
        distinct = {(self.changes[at].action, str(error)): at for at, error in misread.items()}
        if len(distinct) > 1:
            raise PlacesNotReadError(
                [
                    {
                        "place": self.changes[at].place,
                        "action": self.changes[at].action,
                        "why": str(misread[at]),
                        "meant": list(meant_by(misread[at])),
                    }
                    for at in distinct.values()
                ]
            )
        for error in misread.values():
            raise error
        return places

    def figures(
        self, council: Council | None = None, *, store: DataStore | None = None
    ) -> pd.Series[Any]:
        """
        Compute the figures of the scenario.

        Returns
        -------
        pandas.Series
            Figures of :func:`localarea.comparison.metrics.compute_metrics`, by name.
        """
        from localarea.comparison.metrics import compute_metrics

        council = council or read_council(store=store)
        return compute_metrics([self.option(council, store=store)], council, store=store).iloc[0]

    def to_toml(self) -> str:
        """
        Write the scenario as TOML.

        TOML that :meth:`from_toml` reads back to an equal scenario, including polygons.
        """
        return write_scenario(
            ScenarioFields(self.base, self.vintage, dict(self.thresholds), self.changes)
        )

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """
        Read a scenario from TOML.

        Parameters
        ----------
        text : str
            Output of :meth:`to_toml`; ``docs/scenarios.md`` describes the keys.

        Raises
        ------
        SettingError
            If the text is not valid TOML or a value is not allowed; every fault is
            reported.
        """
        stated = read_scenario(text)
        plain = cls(base=stated.base, changes=stated.changes, vintage=stated.vintage)
        try:
            return plain.with_threshold(**stated.thresholds)
        except InputError as error:
            raise SettingError(f"scenario: thresholds: {error}") from error

    def _title(self, title: str, places: Sequence[str]) -> str:
        settings = list(self.thresholds)
        if self.vintage != VINTAGES[0]:
            settings.append(("vintage", self.vintage))
        actions = (change.action for change in self.changes)
        return title_with_changes(
            title_with_settings(title, settings), zip(actions, places, strict=True)
        )

    def _parameters(self, base: Option, notes: list[str]) -> dict[str, Any]:
        stated: dict[str, Any] = dict(base.parameters)
        for action in _SIGN:
            places = tuple(c.place for c in self.changes if c.action == action)
            if places:
                stated[action] = (*stated.get(action, ()), *places)
        drawn = {c.place: c.polygon.wkt for c in self.changes if c.polygon}
        if drawn:
            stated["polygons"] = drawn
        if self.vintage != VINTAGES[0]:
            stated["vintage"] = self.vintage
        if notes:
            stated["notes"] = tuple(notes)
        return stated


def name_in_title(written: str, place: Place) -> str:
    """
    Return what a title calls a place: a zone by its name, anything else as the user wrote it.

    The word before a colon that asks for a kind of place is left out.
    """
    if place.kind == "zone":
        return place.name
    asked = PREFIXED.match(written)
    return asked[2] if asked else written


def _change(action: Action, place: PlaceLike) -> Change:
    if looks_drawn(place):
        polygon = read_polygon(place)
        return Change(action, polygon.label, polygon)
    tidy = " ".join(str(place).split())
    if not tidy:
        raise InputError(f"a place to {action} is blank; name a district, zone or postcode")
    return Change(action, tidy)


def _written(value: Threshold) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _notes(
    change: Change, place: Place, zones: set[str], base: Option, store: DataStore | None
) -> list[str]:
    read = how_read(change.place, place, zone_system=base.zone_system, store=store)
    notes = [read] if read else []
    held = set(place.zones)
    if change.action == "exclude" and not held & zones:
        notes.append(f"{place.name} was not inside, so removing it changes nothing")
    if change.action == "include" and held <= zones:
        notes.append(f"{place.name} was already inside, so adding it changes nothing")
    return notes
