"""What is asked: a place, and an option without it and with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from localarea.errors import InputError, LocalareaError, OptionNotFoundError
from localarea.options.council import Contested
from localarea.options.membership import option_zones, place_near_anchor
from localarea.options.methods.base import anchor_zones
from localarea.options.titles import spoken_name
from localarea.places.readings import how_read

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.places.place import Place
    from localarea.records import Option

_KINDS: Final = frozenset({"district", "former_district", "ttwa", "town", "zone"})
_PARTLY: Final = (
    "As its method draws it, the option holds a part of the place: neither map is the option "
    "itself."
)
_NOT_A_KEY: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """
    A place, and one option without it and with it.

    Attributes
    ----------
    contested : Contested
        The place as it is asked for, with its key.
    listed : bool
        Whether the council's file, or its data, names it as a place in dispute.
    council : Council
        The council, as if this were its only place in dispute.
    base : str
        Id of the option asked about, as its method draws it.
    without, with_place : Option
        The option without the place and with it; one of them is the base unless the base holds
        a part of the place.
    note : str
        How the name of the place was read, and how else it could have been.
    """

    contested: Contested
    place: str
    zones: tuple[str, ...]
    listed: bool
    council: Council
    base: str
    without: Option
    with_place: Option
    note: str = ""

    @property
    def address(self) -> str:
        """Return what asks for the place again: its key, or the words that name it."""
        return self.contested.key if self.listed else self.contested.place

    @property
    def anchor(self) -> str:
        """Return the name of the place that the labour market is measured from."""
        return spoken_name(self.council.anchor)


def ask_about(
    place: str, council: Council, base: str = "", *, store: DataStore | None = None
) -> Question:
    """
    Pair an option without a place with the same option with it.

    Parameters
    ----------
    place : str
        Key or name of a place in dispute, or the name of any district, town, travel to work area
        or zone.
    base : str, optional
        Id of an option of the council, without a place in dispute at its end; by default, the
        council's default option.

    Raises
    ------
    PlaceNotFoundError
        If nothing has that name; the nearest are named.
    OptionNotFoundError
        If the council has no such option.
    InputError
        If the name is that of a postcode or a point, or the place is a part of the anchor or
        holds it.
    """
    text = place.strip()
    known = next(
        (c for c in council.contested if text.casefold() in (c.key, c.place.casefold())), None
    )
    found = place_near_anchor(known.place if known else text, council, store=store)
    if found.kind not in _KINDS:
        raise InputError(
            f"{text[:60]!r} is a {found.kind}; name a district, a town, a travel to work area or "
            "a zone to ask whether it should be inside"
        )
    if set(found.zones) & set(anchor_zones(council, store=store)):
        raise InputError(
            f"{found.name} shares zones with {council.anchor}, which everything is measured from, "
            "so it cannot be in dispute; name another place"
        )
    contested = known or Contested(_key(found.name), _again(text, found, council, store))
    asked = replace(council, contested=(contested,))
    chosen = base or council.default_option
    if not council.knows(chosen):
        raise OptionNotFoundError(chosen, [spec.id for spec in council.options])
    without, with_place = _both(chosen, found.zones, asked, store)
    read = how_read(contested.place, found, zone_system=council.zone_system, store=store)
    return Question(
        contested=contested,
        place=f"the {found.name} travel to work area" if found.kind == "ttwa" else found.name,
        zones=found.zones,
        listed=known is not None,
        council=asked,
        base=chosen,
        without=without,
        with_place=with_place,
        note=" ".join(
            filter(
                None,
                (
                    f"{read[:1].upper()}{read[1:].rstrip('.')}." if read else "",
                    "" if chosen in (without.id, with_place.id) else _PARTLY,
                ),
            )
        ),
    )


def _again(text: str, found: Place, council: Council, store: DataStore | None) -> str:
    """Return the name of a place if it names the same again, else the words that did."""
    try:
        same = place_near_anchor(found.name, council, store=store).zones == found.zones
    except LocalareaError:
        same = False
    return found.name if same else text


def _both(
    base: str, zones: tuple[str, ...], council: Council, store: DataStore | None
) -> tuple[Option, Option]:
    option, key = option_zones(base, council, store=store), council.contested[0].key
    if not set(zones) - set(option.zones):
        return option_zones(f"{base}-{key}", council, store=store), option
    with_place = option_zones(f"{base}+{key}", council, store=store)
    if set(zones).isdisjoint(option.zones):
        return option, with_place
    return option_zones(f"{base}-{key}", council, store=store), with_place


def _key(name: str) -> str:
    return _NOT_A_KEY.sub("-", name.casefold()).strip("-") or "place"
