"""
Parameters of the method of travel-to-work areas.

Published descriptions agree on the algorithm (dissolve the area furthest from the
criteria, add its zones to the areas with the strongest links, repeat) and differ in the
details. Each detail is a parameter here, and two presets set them all:
:data:`ONS_2011_METHOD` and :data:`ISTAT_METHOD`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, get_args

from localarea.errors import SchemaError
from localarea.labour.self_containment import ONS_2011, Criteria

SizeMeasure = Literal["employed_residents", "jobs"]
LinkFormula = Literal["smart", "four_shares", "own_shares", "flow"]
Order = Literal[
    "employed_residents", "jobs", "flows", "smallest_first", "strongest_link", "crossing"
]
Dissolution = Literal["whole", "one_zone", "zone_by_zone"]
Placing = Literal["one_by_one", "together"]
Reserve = Literal["none", "as_entered", "by_code_descending"]
Contiguity = Literal["ignore", "prefer"]

_CHOICES: Final[dict[str, Any]] = {
    "size_measure": SizeMeasure,
    "link": LinkFormula,
    "order": Order,
    "dissolution": Dissolution,
    "placing": Placing,
    "reserve": Reserve,
    "contiguity": Contiguity,
}


@dataclass(frozen=True, slots=True)
class TtwaParameters:
    """
    A method of computing travel-to-work areas.

    Attributes
    ----------
    criteria : Criteria
        Minimum and target size and self-containment, and the form of the trade-off.
    size_measure : {'employed_residents', 'jobs'}
        Measure of the size of an area.
    link : {'smart', 'four_shares', 'own_shares', 'flow'}
        Strength of the link between a zone and an area: Smart's index
        ``T_ia^2 / (R_i W_a) + T_ai^2 / (R_a W_i)``; the sum of the four shares of the two
        flows in the residents and jobs at either end; the two shares of the zone's own
        residents and jobs; or the sum of the two flows.
    order : str
        Order in which the zones of a dissolved area are placed. ``employed_residents``,
        ``jobs``: most of these first; ``flows``: most workers who live in it, work in it or
        both; ``smallest_first``: fewest employed residents; ``strongest_link``: the strongest
        link with an area; ``crossing``: most workers who commute out of the zone, or into it
        from outside its area.
    dissolution : {'whole', 'one_zone', 'zone_by_zone'}
        Whether the worst area is dissolved whole; or only its first zone leaves before all
        areas are ranked again; or its zones leave one by one until it is valid.
    placing : {'one_by_one', 'together'}
        Whether a zone's links take account of zones of the same area placed before it.
    reserve : {'none', 'as_entered', 'by_code_descending'}
        Whether a zone that would lower the validity of its new area waits in a reserve, to
        be placed by its link at the end without a check, in order of arrival or with the
        greatest code first. The final areas may then fail the criteria. Not with
        ``dissolution='whole'``. LabourMarketAreas was observed to place by code, the only
        choice that makes the result depend on the codes.
    contiguity : {'ignore', 'prefer'}
        Whether a zone is added to the strongest link among the areas that it borders, if
        it has a link with any of them.
    """

    criteria: Criteria = ONS_2011
    size_measure: SizeMeasure = "employed_residents"
    link: LinkFormula = "smart"
    order: Order = "employed_residents"
    dissolution: Dissolution = "whole"
    placing: Placing = "one_by_one"
    reserve: Reserve = "none"
    contiguity: Contiguity = "ignore"

    def __post_init__(self) -> None:
        """Raise an error for an unknown choice."""
        faults = [
            f"{name} is {getattr(self, name)!r}, not one of {', '.join(get_args(kind))}"
            for name, kind in _CHOICES.items()
            if getattr(self, name) not in get_args(kind)
        ]
        if self.reserve != "none" and self.dissolution == "whole":
            faults.append("a reserve list needs dissolution='one_zone' or 'zone_by_zone'")
        if faults:
            raise SchemaError("travel-to-work area parameters", faults)

    def code(self, name: str) -> int:
        """
        Return the number of a choice, its position among its alternatives, for the compiled code.

        ``name``: name of a field, such as ``link``.
        """
        return get_args(_CHOICES[name]).index(getattr(self, name))

    def with_thresholds(self, **thresholds: float) -> TtwaParameters:
        """
        Return a copy with other criteria.

        ``**thresholds``: fields of :class:`Criteria`, such as ``min_size``. SchemaError if no area
        could meet the criteria, or every area would.
        """
        return replace(self, criteria=replace(self.criteria, **thresholds))  # type: ignore[arg-type]

    def as_dict(self) -> dict[str, Any]:
        """Return all parameters as plain values: names and values, those of the criteria first."""
        plain = asdict(self)
        return {**plain.pop("criteria"), **plain}


# The criteria: Coombes and ONS (2015), Travel to Work Areas, RR2015/05. The steps: Coombes and Bond
# (2008), Travel-to-Work Areas: the 2007 review.
ONS_2011_METHOD: Final = TtwaParameters()

# Istat's harmonised labour market areas: Franconi, Ichim, D'Alo and Cruciani (2017), Guidelines for
# labour market area delineation; behaviour as described for the R package LabourMarketAreas.
ISTAT_METHOD: Final = TtwaParameters(
    criteria=Criteria(1_000, 10_000, 0.6667, 0.75, form="product"),
    order="crossing",
    dissolution="zone_by_zone",
    reserve="by_code_descending",
)

PRESETS: Final = {"ons2011": ONS_2011_METHOD, "istat": ISTAT_METHOD}
