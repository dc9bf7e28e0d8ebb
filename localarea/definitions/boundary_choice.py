"""
Choose the boundary to check against: one rule for command line, service and notebook.

In order of precedence: the named definition, the named option, the definition in force on the
day, the council's default option.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.classify.boundary import BORDERLINE_M, boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.definitions.faults import MAX_BORDERLINE_M, MAX_BORDERLINE_MIN
from localarea.definitions.model import day_name
from localarea.definitions.sealed_directory import classifier_under
from localarea.errors import InputError
from localarea.options.minutes.anchor_minutes import anchor_minutes
from localarea.options.option_ids import KEY

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.definitions.store import DefinitionStore, PublishedDefinition

DEFAULT_COUNCIL: Final = "colchester"


class Nearness(NamedTuple):
    """
    Borderline limits of a request; None if not stated.

    ``minutes``: time from the limit of an option that is defined by minutes.
    """

    metres: float | None = None
    minutes: float | None = None

    def flag(self) -> str | None:
        """
        Return the command-line flag of the first limit that is stated.

        Name of the flag; None if neither is stated.
        """
        if self.metres is not None:
            return "borderline-m"
        return None if self.minutes is None else "borderline-min"


AS_STATED: Final = Nearness()


@dataclass(frozen=True, slots=True)
class BoundaryChoice:
    """
    Boundary requested for a check; None for anything not stated.

    Attributes
    ----------
    on : str or None
        Day, ``YYYY-MM-DD``.
    anchor : str or None
        Place that the labour market is measured from.
    own : str
        Council that is meant where none is named; an answer under an option of another one says
        whose option it is.
    """

    option: str | None = None
    definition: str | None = None
    on: str | None = None
    council: str | None = None
    anchor: str | None = None
    near: Nearness = AS_STATED
    own: str = DEFAULT_COUNCIL

    def require_answerable(self) -> None:
        """
        Raise an error if the request contradicts itself.

        InputError if an option or a place is named together with what it cannot be asked for with
        (a definition, a day), a distance is out of range or stated for a definition, or the day is
        not a date.
        """
        if self.option is not None and self.definition is not None:
            raise InputError("give an option or a definition, not both", parameter="option")
        if self.definition is not None and self.anchor is not None:
            raise InputError(
                f"the definition {self.definition} says what is measured from; leave the other "
                "place out",
                parameter="anchor",
            )
        metres, minutes = self.near
        if metres is not None and not 0 <= metres <= MAX_BORDERLINE_M:
            fault = (
                f"the borderline distance must be 0 to {MAX_BORDERLINE_M:,} metres, not {metres}"
            )
            raise InputError(fault, parameter="borderline-m")
        if minutes is not None and not 0 <= minutes <= MAX_BORDERLINE_MIN:
            fault = f"the borderline minutes must be 0 to {MAX_BORDERLINE_MIN}, not {minutes}"
            raise InputError(fault, parameter="borderline-min")
        if self.on is not None:
            _require_day(self.on)
            self._refuse_day()
        if self.definition is not None and self.near.flag():
            _refuse_distance(self.definition, self.near)

    def _refuse_day(self) -> None:
        """Raise an error if the day would say nothing: only definitions begin and end on one."""
        if self.option is not None:
            named = f"the option {self.option}"
        elif self.definition is None and self.anchor is not None:
            named = f"the area measured from {self.anchor}"
        else:
            return
        raise InputError(
            f"{named} is the same on every day; leave the day out, or name only the day for "
            "the definition in force then",
            parameter="on",
        )


Keep = Callable[[Hashable, Callable[[], "Classifier"]], "Classifier"]


def uncached(_key: Hashable, make: Callable[[], Classifier]) -> Classifier:
    """Build a classifier without caching it; ``_key`` is ignored."""
    return make()


def choose_classifier(
    request: BoundaryChoice,
    definitions: DefinitionStore,
    *,
    today: str,
    store: Callable[[], DataStore],
    keep: Keep = uncached,
) -> Classifier:
    """
    Return the classifier for a request.

    Parameters
    ----------
    today : str
        Day, ``YYYY-MM-DD``, used if the request names none.
    keep : callable, optional
        Cache: takes a key and a function that builds the classifier, and returns a new or
        cached one. By default nothing is cached.

    Raises
    ------
    InputError
        If the request contradicts itself, or the definition is not in force on the day.
    NotFoundError
        If the option or definition is not known.
    """
    name, why = _settled(request, definitions, today=today)
    if name is not None:
        return keep(_state_of(name, definitions), lambda: classifier_under(definitions.open(name)))
    plain = replace(request, on=None)
    return keep((plain, why), lambda: _under_option(plain, why, store()))


def is_under_option(request: BoundaryChoice, definitions: DefinitionStore, *, today: str) -> bool:
    """
    Check whether an option answers a request, because no definition does.

    InputError as :func:`choose_classifier`.
    """
    return _settled(request, definitions, today=today)[0] is None


def _settled(
    request: BoundaryChoice, definitions: DefinitionStore, *, today: str
) -> tuple[str | None, str]:
    """Return the id of the definition that answers; if none does, why it is an option instead."""
    request.require_answerable()
    if request.definition is not None:
        if request.council is not None and request.council != request.own:
            definitions.require_of(request.definition, _key_of(request))
        if request.on is not None:
            definitions.require_in_force(request.definition, request.on)
        return request.definition, ""
    if not definitions.ids():
        return None, "No definition{of} has been published yet"
    if request.option is not None:
        return None, "An option was asked for and no published definition"
    if request.anchor is not None:
        return None, "An area measured from a place was asked for and no published definition"
    day = request.on or today
    kept = definition_in_force(request, definitions, day=day)
    if kept is not None:
        return kept.definition.id, ""
    return None, f"No definition{{of}} for measures is in force on {day_name(day)}"


def definition_in_force(
    request: BoundaryChoice, definitions: DefinitionStore, *, day: str
) -> PublishedDefinition | None:
    """
    Find the definition for measures to use for a request that names no definition.

    InputError if a borderline limit is requested, which the definition sets itself.
    """
    kept = definitions.in_force(day, council=_key_of(request))
    if kept is not None and request.near.flag():
        _refuse_distance(kept.definition.id, request.near)
    return kept


def _key_of(request: BoundaryChoice) -> str:
    """Return the key that definitions name a council by, whatever form the request names it in."""
    name = request.council or DEFAULT_COUNCIL
    if KEY.match(name):
        return name
    from localarea.options.by_name.any_council import find_council

    return find_council(name).key


def reservation_in_force(
    request: BoundaryChoice, definitions: DefinitionStore, *, today: str
) -> PublishedDefinition | None:
    """
    Find the definition for reserving contracts to answer beside the one for measures.

    None if none is in force on the day, or the request names a definition, an option or an anchor,
    which it is answered by alone.
    """
    named = (request.option, request.definition, request.anchor)
    if any(name is not None for name in named) or not definitions.ids():
        return None
    council = _key_of(request)
    return definitions.in_force(request.on or today, purpose="reservation", council=council)


def reservation_classifier(
    request: BoundaryChoice,
    definitions: DefinitionStore,
    *,
    today: str,
    keep: Keep = uncached,
) -> Classifier | None:
    """Return the classifier of :func:`reservation_in_force`; None if there is no definition."""
    kept = reservation_in_force(request, definitions, today=today)
    if kept is None:
        return None
    name = kept.definition.id
    return keep(_state_of(name, definitions), lambda: classifier_under(definitions.open(name)))


def _state_of(name: str, definitions: DefinitionStore) -> tuple[str, ...]:
    """Return what answers under a definition rest on: its newest edition, and when it ends."""
    return (name, *definitions.editions(name)[-1:], definitions.last_day(name))


def _under_option(request: BoundaryChoice, why: str, store: DataStore) -> Classifier:
    from localarea.options.by_name.any_council import council_of_anchor
    from localarea.options.membership import option_zones

    council, near = request.council or DEFAULT_COUNCIL, request.near
    chosen = council_of_anchor(request.anchor, council=council, store=store)
    if request.option is not None and not chosen.knows(request.option):
        from localarea.options.by_name.disputed import full_council

        chosen = full_council(chosen, store=store)  # its id may end in a place in dispute
    name = request.option or chosen.default_option
    whose = "" if _is_own(request) else chosen.title
    boundary = boundary_of_option(
        option_zones(name, chosen, store=store),
        default=name == chosen.default_option,
        borderline_m=BORDERLINE_M if near.metres is None else near.metres,
        borderline_min=near.minutes,
        why=why.format(of=f" of {whose}" if whose else ""),
        whose=whose,
    )
    if near.minutes is not None and boundary.drive is None:
        raise InputError(
            f"option {name!r} is not defined by minutes, so it has no limit to be near; leave "
            "the borderline minutes out, or name a drive option such as drive-30",
            parameter="borderline-min",
        )
    return Classifier(boundary, store=store, minutes=anchor_minutes(chosen, store=store))


def _is_own(request: BoundaryChoice) -> bool:
    """Check that no council but the own is named, and no other place to measure from."""
    named = request.council or request.own
    return request.anchor is None and named.casefold() == request.own.casefold()


def _refuse_distance(definition: str, near: Nearness) -> None:
    raise InputError(
        f"what is borderline is part of the definition {definition}; leave it out, or name an "
        "option",
        parameter=near.flag() or "option",
    )


def _require_day(text: str) -> None:
    try:
        whole = date.fromisoformat(text).isoformat() == text  # rejects 20260401 and week dates
    except ValueError:
        whole = False
    if not whole:
        raise InputError(f"the day must be a date such as 2026-04-01, not {text!r}", parameter="on")
