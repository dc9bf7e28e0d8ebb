"""A council's ground for studies: places by name, options with limits moved, figures, all quick."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.comparison.exposure import measure_exposure
from localarea.comparison.metrics import compute_metrics
from localarea.comparison.scenario import name_in_title
from localarea.comparison.study.landscape import Landscape, read_landscape
from localarea.comparison.study.limits import limits_of, moved_base, own_number
from localarea.comparison.study.measure import measure
from localarea.comparison.study.state import StudyState, apply
from localarea.comparison.variants import base_option
from localarea.errors import EmptyResultError, LocalareaError
from localarea.options.membership import option_zones, place_near_anchor
from localarea.options.methods.registry import METHODS
from localarea.options.titles import title_with_changes, title_with_settings
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from localarea.comparison.change import Action
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.places.place import Place
    from localarea.records import Option

_MOST_KEPT: Final = 500  # of places, options and figures each; one holds up to some 30 kB
_ANEW: Final = frozenset({"composite", "composite-region", "ttwa-cluster", "ttwa-computed"})
_OVER_THE_COUNTRY: Final = "ttwa-computed"
_FINE: Final = ("postcode", "point")
_WRITTEN: Final = {"town": "town", "ttwa": "ttwa", "former_district": "district"}


@dataclass(frozen=True, slots=True)
class Studied:
    """
    A state with what it comes to.

    Attributes
    ----------
    zones : tuple of str
        Its zones, sorted.
    drawn : frozenset of str
        The zones before any place was put in or taken out.
    """

    state: StudyState
    start: Option
    title: str
    zones: tuple[str, ...]
    drawn: frozenset[str]
    figures: Mapping[str, Any]
    before: Mapping[str, Any]

    @property
    def gained(self) -> list[str]:
        """Return the zones that the option the study began with does not have."""
        return sorted(set(self.zones) - set(self.start.zones))

    @property
    def lost(self) -> list[str]:
        """Return the zones of that option that are no longer in."""
        return sorted(set(self.start.zones) - set(self.zones))


@dataclass(slots=True, eq=False)
class Ground:
    """What the studies of one council share; for threads to use together."""

    council: Council
    landscape: Landscape
    store: DataStore
    _places: dict[str, Place] = field(default_factory=dict)
    _written: dict[str, str] = field(default_factory=dict)
    _options: dict[tuple[str, tuple[tuple[str, Any], ...]], Option] = field(default_factory=dict)
    _figures: dict[tuple[str, ...], Mapping[str, Any]] = field(default_factory=dict)

    def place(self, text: str) -> Place:
        """
        Return the place that a text names: a town before a travel to work area of its name.

        PlaceNotFoundError, AmbiguousPlaceError or OutsideCoverageError as
        :func:`localarea.places.resolve.resolve_place`.
        """
        known = self._places.get(text)
        if known is not None:
            return known
        found = self._find(text)
        # A postcode may be somebody's home: it is not kept.
        return found if found.kind in _FINE else _keep(self._places, text, found)

    def _find(self, text: str) -> Place:
        gazetteer = read_gazetteer("msoa11", store=self.store)
        found = place_near_anchor(text, self.council, store=self.store)
        if found.kind in ("ttwa", "former_district") and ":" not in text and text != found.code:
            try:
                return place_near_anchor(f"town:{text}", self.council, store=self.store)
            except LocalareaError:  # no zones bear its name
                return found
        if found.kind in _FINE:  # whose zone is meant: nothing finer is kept
            code = found.zones[0]
            note = f"the place is in {gazetteer.zone_names[code]}, which is moved as a whole"
            return replace(found, name=gazetteer.zone_names[code], code=code, note=note)
        return found

    def written(self, text: str, place: Place | None = None) -> str:
        """
        Return how a state writes a place: in a form that every command reads as the same.

        ``place`` is what the text names, where that is known: a postcode is not looked up twice.
        """
        place = place or self.place(text)
        if place.kind in ("zone", *_FINE):
            return place.zones[0]
        if place.kind == "district":
            return place.name
        known = self._written.get(text)
        if known is None:
            known = _keep(self._written, text, self._spelt(text, place))
        return known

    def _spelt(self, text: str, place: Place) -> str:
        bare = text.split(":", 1)[-1].strip()
        if place_near_anchor(bare, self.council, store=self.store).zones == place.zones:
            return bare
        return f"{_WRITTEN[place.kind]}:{bare}"

    def zones_of(self, place: str) -> set[str]:
        """Return the zones of a place."""
        return set(self.place(place).zones)

    def start(self, state: StudyState) -> Option:
        """
        Return the option that a study began with.

        OptionNotFoundError if the council has no such option.
        """
        return self._option(state.start, {})

    def drawn(self, state: StudyState) -> Option:
        """
        Return the option of a study with its limits moved.

        SettingError, EmptyResultError or ComputeError if the method has no answer at these limits.
        """
        return self._option(*moved_base(state.start, self.start(state), state.numbers))

    def draws_anew(self, start: Option) -> bool:
        """Return whether each step of an option's sliders is a search or a run of its own."""
        return start.method in _ANEW

    def ahead(self, start: Option) -> Iterator[StudyState]:
        """
        Work out every step of the sliders of an option.

        Each step as soon as it is kept, the nearest to where the option stands first.
        """
        steps = [
            (abs(at - own_number(limit, start)), limit.key, at)
            for limit in limits_of(start.method)
            for at in range(limit.least, limit.most + 1)
        ]
        with self._flows_in_order(start):
            for _, key, at in sorted(steps):
                state = StudyState(start.id).at({key: at})
                with suppress(
                    LocalareaError
                ):  # where the method has no answer, whoever asks is told
                    self.study(state)
                yield state

    def _flows_in_order(self, start: Option) -> AbstractContextManager[object]:
        if start.method != _OVER_THE_COUNTRY:
            return nullcontext()
        from localarea.options.methods.travel_to_work_areas import flows_in_order

        accepted = METHODS[start.method].accepts
        own = {k: v for k, v in start.parameters.items() if k in accepted}
        return flows_in_order(own, self.council, self.store)

    def _option(self, base: str, thresholds: Mapping[str, Any]) -> Option:
        key = (base, tuple(sorted(thresholds.items())))
        known = self._options.get(key)
        if known is None:
            known = _keep(self._options, key, self._compute(base, thresholds))
        return known

    def _compute(self, base: str, thresholds: Mapping[str, Any]) -> Option:
        if not thresholds:
            return option_zones(base, self.council, store=self.store)
        return base_option(base, thresholds, 2011, self.council, store=self.store)[0]

    def figures(self, zones: tuple[str, ...]) -> Mapping[str, Any]:
        """Return every figure of a set of zones, at least one; sorted codes."""
        known = self._figures.get(zones)
        if known is None:
            inside = self.landscape.mask(zones)
            made = (
                self._slowly(zones)
                if inside is None
                else measure(self.landscape, inside, self.council)
            )
            known = _keep(self._figures, zones, made)
        return known

    def _slowly(self, zones: tuple[str, ...]) -> dict[str, Any]:
        """Return the figures of a set of zones some of which are far away."""
        start = option_zones(self.council.default_option, self.council, store=self.store)
        one = replace(start, id="study", zones=zones)
        figures = compute_metrics([one], self.council, store=self.store).iloc[0]
        exposed = measure_exposure([one], self.council, store=self.store).iloc[0]
        return {str(name): value for row in (figures, exposed) for name, value in row.items()}

    def study(self, state: StudyState) -> Studied:
        """
        Compute a state.

        InputError if a limit is not one of the method, or is beyond its ends. EmptyResultError if
        no zones remain. LocalareaError if an option or a place is not known, or a method has no
        answer at these limits.
        """
        start = self.start(state)
        tidy = self._tidied(state, start)
        drawn = self.drawn(tidy)
        places = {name: set(self.place(name).zones) for name in (*tidy.include, *tidy.exclude)}
        zones = tuple(sorted(apply(tidy, drawn.zones, places)))
        if not zones:
            raise EmptyResultError("the area has no zones left; take fewer places out")
        return Studied(
            state=tidy,
            start=start,
            title=self._title(tidy, drawn),
            zones=zones,
            drawn=frozenset(drawn.zones),
            figures=self.figures(zones),
            before=self.figures(start.zones),
        )

    def _tidied(self, state: StudyState, start: Option) -> StudyState:
        include, exclude = (
            tuple(dict.fromkeys(map(self.written, places)))
            for places in (state.include, state.exclude)
        )
        return replace(state.tidied(start), include=include, exclude=exclude)

    def _title(self, state: StudyState, drawn: Option) -> str:
        _, thresholds = moved_base(state.start, self.start(state), state.numbers)
        changes: list[tuple[Action, str]] = [
            ("include", name_in_title(text, self.place(text))) for text in state.include
        ]
        changes += [("exclude", name_in_title(text, self.place(text))) for text in state.exclude]
        settings = sorted(thresholds.items())
        return title_with_changes(title_with_settings(drawn.title, settings), changes)


def _keep(kept: dict[Any, Any], key: Any, made: Any) -> Any:
    while len(kept) >= _MOST_KEPT:
        with suppress(StopIteration, RuntimeError):  # another thread changed it just now
            kept.pop(next(iter(kept)), None)  # what was kept first
    kept[key] = made
    return made


def make_ground(council: Council, options: Iterable[Option], store: DataStore) -> Ground:
    """
    Make the ground for the studies of a council.

    ``options``: the council's options, whose zones it must hold.
    """
    codes = np.unique(np.concatenate([np.array(option.zones) for option in options]))
    return Ground(council, read_landscape(council, codes.tolist(), store=store), store)
