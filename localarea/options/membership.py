"""
Zones of an option: those chosen by its method, plus or minus contested places.

``X+ipswich`` is X with the zones of Ipswich, and ``X-ipswich`` is X without them. Only
the methods that read commuting figures import pandas.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Literal

from localarea.datasets.store import default_store
from localarea.errors import EmptyResultError, OptionNotFoundError
from localarea.options.anchors.place import anchor_point
from localarea.options.methods.registry import choose_zones
from localarea.options.option_ids import split_option_id
from localarea.options.titles import title_with_changes
from localarea.places.resolve import resolve_place
from localarea.records import Option

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council, OptionSpec
    from localarea.options.methods.base import MethodResult
    from localarea.places.place import Place


@lru_cache(maxsize=256)
def _chosen(council: Council, spec: OptionSpec, store: DataStore | None) -> MethodResult:
    return choose_zones(spec.method, spec.parameters, council, store=store)


def contested_zones(
    council: Council, *, store: DataStore | None = None
) -> dict[str, tuple[str, ...]]:
    """
    Find the zones of the council's contested places.

    Key of each contested place to its sorted zone codes. PlaceNotFoundError if the council's file
    names a place that is not known.
    """
    return {
        contested.key: place_near_anchor(contested.place, council, store=store).zones
        for contested in council.contested
    }


def place_near_anchor(text: str, council: Council, *, store: DataStore | None = None) -> Place:
    """
    Return the place that a text names to a council: of several, the one nearest to its anchor.

    PlaceNotFoundError if nothing has that name or code; the message lists the nearest names.
    """
    near = partial(anchor_point, council.anchor, store)
    return resolve_place(text, zone_system=council.zone_system, near=near, store=store)


def option_zones(option_id: str, council: Council, *, store: DataStore | None = None) -> Option:
    """
    Compute one option.

    ``option_id``: id of an option of the council, optionally with ``+KEY`` or ``-KEY`` suffixes for
    contested places. OptionNotFoundError if the council has no such option; the message suggests
    the nearest ids. EmptyResultError if no zones remain.
    """
    spec, endings = _spec_of(option_id, council)
    chosen = _chosen(council, spec, store)
    zones = set(chosen.zones)
    parameters = dict(chosen.parameters)
    changes = [_change_of(ending, council) for ending in endings]
    if endings:  # the method's notes do not apply to the changed zones
        parameters.pop("notes", None)
    for change, place in changes:
        named = place_near_anchor(place, council, store=store)
        held = named.zones
        if named.others:
            parameters["notes"] = (*parameters.get("notes", ()), named.note)
        zones = zones.union(held) if change == "include" else zones.difference(held)
        parameters[change] = (*parameters.get(change, ()), place)
    if not zones:
        raise EmptyResultError(f"option {option_id!r} has no zones left; exclude fewer places")
    return Option(
        id=option_id,
        title=title_with_changes(spec.title, changes),
        method=spec.method,
        zone_system=council.zone_system,
        zones=tuple(sorted(zones)),
        anchor=council.anchor,
        parameters=parameters,
        vintages=(store or default_store()).vintages(*dict.fromkeys(chosen.tables)),
        description=title_with_changes(spec.description, changes) if spec.description else "",
    )


def option_title(option_id: str, council: Council) -> str:
    """
    Return the title of an option, without computing its zones; its id if the council has none.

    ``option_id``: id of an option, optionally with suffixes for contested places.

    Examples
    --------
    >>> from localarea.options.by_name.any_council import plain_council
    >>> option_title("district", plain_council("Norwich"))
    'Norwich district'
    """
    try:
        spec, endings = _spec_of(option_id, council)
    except OptionNotFoundError:
        return option_id
    return title_with_changes(spec.title, [_change_of(ending, council) for ending in endings])


def _change_of(ending: str, council: Council) -> tuple[Literal["include", "exclude"], str]:
    place = next(c.place for c in council.contested if c.key == ending[1:])
    return ("include" if ending[0] == "+" else "exclude"), place


def _spec_of(option_id: str, council: Council) -> tuple[OptionSpec, tuple[str, ...]]:
    try:  # an option's own name may end in a contested place's key
        return council.spec(option_id), ()
    except OptionNotFoundError:
        base, endings = split_option_id(option_id, [c.key for c in council.contested])
    with suppress(OptionNotFoundError):
        return council.spec(base), endings
    bases, keys = [s.id for s in council.options], [c.key for c in council.contested]
    forms = [f"{known}{sign}{key}" for known in bases for key in keys for sign in "+-"]
    raise OptionNotFoundError(option_id, [*bases, *forms], chief=bases)


def option_ids(council: Council, *, store: DataStore | None = None) -> tuple[str, ...]:
    """
    List the ids of a council's options, with and without each contested place.

    A suffix is listed only if it changes the zones and leaves at least one.
    """
    held = {key: set(zones) for key, zones in contested_zones(council, store=store).items()}
    ids: list[str] = []
    for spec in council.options:
        zones = set(_chosen(council, spec, store).zones)
        ids.append(spec.id)
        for key, place in held.items():
            if not place <= zones:
                ids.append(f"{spec.id}+{key}")
            if zones & place and not zones <= place:
                ids.append(f"{spec.id}-{key}")
    return tuple(ids)


def compute_options(
    council: Council,
    *,
    store: DataStore | None = None,
    told: Callable[[int, int], object] | None = None,
) -> tuple[Option, ...]:
    """
    Compute all options of a council: one for each id from :func:`option_ids`.

    ``told`` is called before each with how many are done, and of how many.
    """
    ids = option_ids(council, store=store)
    made = []
    for done, option_id in enumerate(ids):
        if told is not None:
            told(done, len(ids))
        made.append(option_zones(option_id, council, store=store))
    return tuple(made)
