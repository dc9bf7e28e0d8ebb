"""
What if: an option with places put in or taken out.

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
from typing import TYPE_CHECKING, Any, Final

from localarea.comparison.change import _SIGN, Action, Change, Threshold
from localarea.comparison.toml import ScenarioFields, read_scenario, write_scenario
from localarea.comparison.variants import VINTAGES, base_option
from localarea.errors import EmptyResultError, InputError, SettingError, VintageError
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.places.polygons import looks_drawn, read_polygon, zones_in
from localarea.places.resolve import Place, resolve_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

    PlaceLike = str | PathLike[str] | Mapping[str, Any]

_PARAMETER: Final = re.compile(r"[a-z][a-z0-9_]*\Z")


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
    thresholds : tuple of (str, value)
        Parameters of the option's method that were moved, sorted by name.
    vintage : {2011, 2021}
        Census whose commuters choose the zones, where the method goes by commuters.
    """

    base: str
    changes: tuple[Change, ...] = ()
    thresholds: tuple[tuple[str, Threshold], ...] = ()
    vintage: int = 2011

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

    def include(self, *places: PlaceLike) -> Scenario:
        """
        Put places in.

        Parameters
        ----------
        *places : str, path or mapping
            Districts, zones, travel to work areas, postcodes or ``lat,lon``; or polygons:
            the path of a GeoJSON, GeoPackage or Shapefile, or drawn GeoJSON as a mapping
            or text. A polygon takes the zones whose population-weighted centroid it holds.

        Returns
        -------
        Scenario
            A new one. Polygons are read now; other places are looked up when it is
            worked out.

        Raises
        ------
        InputError
            If a place is blank or a polygon cannot be used.
        """
        return self._with("include", places)

    def exclude(self, *places: PlaceLike) -> Scenario:
        """
        Take places out.

        Parameters
        ----------
        *places : str, path or mapping
            As for :meth:`include`.

        Returns
        -------
        Scenario
            A new one. Polygons are read now; other places are looked up when it is
            worked out.

        Raises
        ------
        InputError
            If a place is blank or a polygon cannot be used.
        """
        return self._with("exclude", places)

    def with_vintage(self, vintage: int) -> Scenario:
        """
        Choose the zones by another census.

        Parameters
        ----------
        vintage : {2011, 2021}
            Year. A method that goes by commuters chooses among zones of 2021 by their
            flows; a zone of 2011 is then inside when at least half of its live postcodes
            are. Other methods choose what they chose, and the option says so. Figures
            of both censuses stand side by side whatever the vintage.

        Returns
        -------
        Scenario
            A new one.

        Raises
        ------
        VintageError
            If there are no flows of that year.
        """
        if vintage not in VINTAGES:
            raise VintageError(f"there are no flows of {vintage}; ask for 2011 or 2021")
        return replace(self, vintage=vintage)

    def with_threshold(self, **parameters: Any) -> Scenario:
        """
        Move parameters of the option's method.

        Parameters
        ----------
        **parameters
            Name and value, such as ``min_share=0.1``; whether the method knows them is
            seen when the scenario is worked out.

        Returns
        -------
        Scenario
            A new one.

        Raises
        ------
        InputError
            If a value is no number, text or truth value.
        """
        for name, value in parameters.items():
            if not _PARAMETER.match(name):
                raise InputError(f"{name!r} is not the name of a parameter")
            if not isinstance(value, (str, int, float)) or (
                isinstance(value, float) and not math.isfinite(value)
            ):
                raise InputError(f"{name} is {value!r}; give a number or a text")
        moved = {**dict(self.thresholds), **parameters}
        return replace(self, thresholds=tuple(sorted(moved.items())))

    def _with(self, action: Action, places: tuple[PlaceLike, ...]) -> Scenario:
        changes = tuple(_change(action, place) for place in places)
        return replace(self, changes=self.changes + changes)

    @property
    def id(self) -> str:
        """
        Name the scenario after what it changes.

        Returns
        -------
        str
            The option's id, ``@NAME=VALUE`` for each threshold, ``@2021`` for that
            vintage, then ``+PLACE`` and ``-PLACE`` in small letters.
        """
        moved = "".join(f"@{name}={_written(value)}" for name, value in self.thresholds)
        year = f"@{self.vintage}" if self.vintage != VINTAGES[0] else ""
        return self.base + moved + year + "".join(change.slug for change in self.changes)

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
        SettingError
            If the method does not know a threshold, or its value is not allowed.
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
        if self.thresholds or self.vintage != VINTAGES[0]:
            base, notes = base_option(
                self.base, dict(self.thresholds), self.vintage, council, store=store
            )
        else:
            base, notes = option_zones(self.base, council, store=store), []
        zones, said = set(base.zones), []
        for change in self.changes:
            place = _place(change, base, store)
            # A code says nothing to people; whatever else they wrote they know again.
            said.append(place.name if place.kind == "zone" else change.place)
            notes += _notes(change.action, place, zones)
            held = set(place.zones)
            zones = zones | held if change.action == "include" else zones - held
        if not zones:
            raise EmptyResultError(f"{self.id!r} has no zone left; exclude fewer places")
        return replace(
            base,
            id=self.id,
            title=self._title(base.title, said),
            zones=tuple(sorted(zones)),
            parameters=self._parameters(base, notes),
        )

    def figures(
        self, council: Council | None = None, *, store: DataStore | None = None
    ) -> pd.Series[Any]:
        """
        Give the figures of the scenario.

        Parameters
        ----------
        council : Council, optional
            Whose options are meant; by default Colchester's.
        store : DataStore, optional
            Where the tables are; by default those of the package.

        Returns
        -------
        pandas.Series
            Those of :func:`localarea.comparison.metrics.compute_metrics`, by name.
        """
        from localarea.comparison.metrics import compute_metrics

        council = council or read_council(store=store)
        return compute_metrics([self.option(council, store=store)], council, store=store).iloc[0]

    def to_toml(self) -> str:
        """
        Write the scenario as TOML.

        Returns
        -------
        str
            What :meth:`from_toml` reads back to an equal scenario, polygons included.
        """
        return write_scenario(
            ScenarioFields(self.base, self.vintage, dict(self.thresholds), self.changes)
        )

    @classmethod
    def from_toml(cls, text: str) -> Scenario:
        """
        Read a scenario from TOML.

        Parameters
        ----------
        text : str
            As :meth:`to_toml` writes it; ``docs/scenarios.md`` describes the keys.

        Returns
        -------
        Scenario
            Equal to the one that was written.

        Raises
        ------
        SettingError
            If the text is no TOML, or says something that is not allowed; all faults at
            once.
        """
        stated = read_scenario(text)
        plain = cls(base=stated.base, changes=stated.changes, vintage=stated.vintage)
        try:
            return plain.with_threshold(**stated.thresholds)
        except InputError as error:
            raise SettingError(f"scenario: thresholds: {error}") from error

    def _title(self, title: str, places: Sequence[str]) -> str:
        words = {"include": "with", "exclude": "without"}
        moved = "".join(f", {name} {_written(value)}" for name, value in self.thresholds)
        year = f", by commuters of {self.vintage}" if self.vintage != VINTAGES[0] else ""
        changes = (
            f", {words[change.action]} {place}"
            for change, place in zip(self.changes, places, strict=True)
        )
        return title + moved + year + "".join(changes)

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


def _change(action: Action, place: PlaceLike) -> Change:
    if looks_drawn(place):
        polygon = read_polygon(place)
        return Change(action, polygon.label, polygon)
    tidy = " ".join(str(place).split())
    if not tidy:
        raise InputError(f"a place to {action} is blank; name a district, zone or postcode")
    return Change(action, tidy)


def _place(change: Change, base: Option, store: DataStore | None) -> Place:
    if change.polygon is None:
        return resolve_place(change.place, zone_system=base.zone_system, store=store)
    zones = zones_in(change.polygon, zone_system=base.zone_system, store=store)
    counted = "1 zone" if len(zones) == 1 else f"{len(zones)} zones"
    note = f"{change.place} takes the {counted} whose population-weighted centroid it holds"
    return Place(change.place, "polygon", zones, note=note)


def _written(value: Threshold) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _notes(action: Action, place: Place, zones: set[str]) -> list[str]:
    notes = [place.note] if place.note else []
    held = set(place.zones)
    if action == "exclude" and not held & zones:
        notes.append(f"{place.name} was not inside, so taking it out changes nothing")
    if action == "include" and held <= zones:
        notes.append(f"{place.name} was inside already, so putting it in changes nothing")
    return notes
