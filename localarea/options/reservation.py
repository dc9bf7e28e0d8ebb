"""Whether contracts may be reserved to the area of an option, by the rules of the Order of 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.errors import LocalareaError
from localarea.options.methods.base import anchor_district
from localarea.options.methods.registry import METHODS, choose_zones
from localarea.options.methods.reservation import county_of
from localarea.options.reserving import RESERVING
from localarea.places.counties import read_counties

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

ORDER_NAMED: Final = (
    "Local Government (Exclusion of Non-commercial Considerations) (England) Order 2026, SI 2026/94"
)
AREA_ARTICLE: Final = f"{ORDER_NAMED}, article 3(5)"
NOT_ADVICE: Final = "This is not legal advice."


def in_england(council: Council, *, store: DataStore | None = None) -> bool:
    """Check whether a council's anchor is a district of England."""
    return anchor_district(council, store=store) in read_counties(store).county_of


def reservation_fault(
    option: Option, council: Council, *, store: DataStore | None = None
) -> str | None:
    """
    Return why contracts may not be reserved to the area of an option.

    An option is accepted if one of the methods of :data:`RESERVING` draws exactly its zones; what
    its id or title says does not matter. The reason, with the options that can be used; None if
    there is no such reason.
    """
    if not in_england(council, store=store):
        return (
            f"contracts can be reserved to a local area only by authorities in England "
            f"({ORDER_NAMED}), and {council.anchor} is in Wales. {NOT_ADVICE}"
        )
    if option.method in RESERVING and _is_drawn_by_it(option, council, store):
        return None
    return (
        f"a contract may be reserved only to the authority's own area, or the whole county or "
        f"London borough that it lies within, alone or with those that border it ({AREA_ARTICLE}); "
        f"option {option.id!r} is none of these. Use {', '.join(RESERVING[:-1])} or "
        f"{RESERVING[-1]}, or choose this option for social value measures. {NOT_ADVICE}"
    )


def _is_drawn_by_it(option: Option, council: Council, store: DataStore | None) -> bool:
    """Draw the option again: nothing was added to it, and the authority is the council's own."""
    stated = {k: v for k, v in option.parameters.items() if k in METHODS[option.method].accepts}
    stated = {k: tuple(v) if isinstance(v, list) else v for k, v in stated.items()}
    specs = [spec.parameters for spec in council.options if spec.method in RESERVING]
    own = {None, county_of(council, store), *(spec.get("authority") for spec in specs)}
    if stated.get("authority") not in own:
        return False
    try:
        return choose_zones(option.method, stated, council, store=store).zones == option.zones
    except LocalareaError:
        return False
