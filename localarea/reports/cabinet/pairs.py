"""Options of the report without and with each contested place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from localarea.options.membership import contested_zones, option_zones
from localarea.options.option_ids import split_option_id
from localarea.options.titles import title_with_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.store import DataStore
    from localarea.options.council import Contested, Council
    from localarea.records import Option


@dataclass(frozen=True, slots=True)
class ContestedPair:
    """One option without and with a contested place."""

    contested: Contested
    without: Option
    with_place: Option


def contested_pairs(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> tuple[ContestedPair, ...]:
    """
    Pair each option without and with each contested place.

    Pairs by place, starting with the council's default option if it is put forward. There is no
    pair if nothing would be left without the place.
    """
    held = {key: set(zones) for key, zones in contested_zones(council, store=store).items()}
    pairs = []
    for contested in council.contested:
        bases: dict[str, Option] = {}
        for option in options:
            base = _without_place(option, contested, council, store)
            bases.setdefault(base.id, base)
        for name in sorted(bases, key=lambda b: b != council.default_option):
            pair = _pair(bases[name], contested, held[contested.key], council, store)
            if pair is not None:
                pairs.append(pair)
    return tuple(pairs)


def _without_place(
    option: Option, contested: Contested, council: Council, store: DataStore | None
) -> Option:
    """Return an option as its method draws one contested place; a what-if as it is."""
    base, endings = split_option_id(option.id, [c.key for c in council.contested])
    if not council.knows(base):
        return option
    kept = base + "".join(e for e in endings if e[1:] != contested.key)
    return option if kept == option.id else option_zones(kept, council, store=store)


def _pair(
    option: Option,
    contested: Contested,
    place: set[str],
    council: Council,
    store: DataStore | None,
) -> ContestedPair | None:
    zones = set(option.zones)
    if zones <= place:
        return None

    def moved(change: Literal["include", "exclude"], zones: set[str]) -> Option:
        name = f"{option.id}{'+' if change == 'include' else '-'}{contested.key}"
        if council.knows(split_option_id(option.id, [c.key for c in council.contested])[0]):
            return option_zones(name, council, store=store)
        title = title_with_changes(option.title, [(change, contested.place)])
        return replace(option, id=name, title=title, zones=tuple(sorted(zones)))

    return ContestedPair(
        contested,
        without=moved("exclude", zones - place) if zones & place else option,
        with_place=option if place <= zones else moved("include", zones | place),
    )
