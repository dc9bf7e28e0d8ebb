"""
Every choice that the method of travel-to-work areas leaves open, named.

Published descriptions agree on the idea (dissolve the area furthest from the
criteria, give its zones to the areas they are most strongly linked with, repeat)
and differ in the details. Each detail is a parameter here, and two presets fix
them all: :data:`ONS_2011_METHOD` and :data:`ISTAT_METHOD`.
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
    How travel-to-work areas are made.

    Attributes
    ----------
    criteria : Criteria
        Minimum and target size and self-containment, and the form of the trade-off.
    size_measure : {'employed_residents', 'jobs'}
        What the size of an area is counted in.
    link : {'smart', 'four_shares', 'own_shares', 'flow'}
        Strength of the link between a zone and an area: Smart's index
        ``T_ia^2 / (R_i W_a) + T_ai^2 / (R_a W_i)``; the sum of the four shares that the
        two flows are of the residents and jobs at either end; the two shares of the
        zone's own residents and jobs; or the two flows added up.
    order : str
        Which zone of a dissolved area is placed first. ``employed_residents``, ``jobs``:
        the one with most of them; ``flows``: most workers who live in it, work in it, or
        both; ``smallest_first``: fewest employed residents; ``strongest_link``: the
        strongest link with an area; ``crossing``: most workers who leave the zone or
        enter it from outside its area.
    dissolution : {'whole', 'one_zone', 'zone_by_zone'}
        Whether the worst area is dissolved whole; or only its first zone leaves and all
        areas are ranked again; or its zones leave one by one until it passes.
    placing : {'one_by_one', 'together'}
        Whether a zone's link counts the zones of the same area placed before it.
    reserve : {'none', 'as_entered', 'by_code_descending'}
        Whether a zone whose arrival would lower the receiver's validity waits, and is
        placed at the end by its link without a check, first come first served or the
        greatest code first. The final areas may then fail the criteria. Not with
        ``dissolution='whole'``. Placing by code is what LabourMarketAreas was seen to
        do; it alone makes the answer depend on the codes.
    contiguity : {'ignore', 'prefer'}
        Whether a zone goes to the most strongly linked of the areas that it borders, as
        long as there is a link with one.
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
        """Refuse a choice that does not exist."""
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
        Give the number by which the compiled code knows a choice.

        Parameters
        ----------
        name : str
            Name of a field, such as ``link``.

        Returns
        -------
        int
            Position of the choice among those there are.
        """
        return get_args(_CHOICES[name]).index(getattr(self, name))

    def with_thresholds(self, **thresholds: float) -> TtwaParameters:
        """
        Change the criteria and leave the rest.

        Parameters
        ----------
        **thresholds : float
            Fields of :class:`Criteria`, such as ``min_size``.

        Returns
        -------
        TtwaParameters
            The same method under other criteria.

        Raises
        ------
        SchemaError
            If no area could meet the criteria or every area would.
        """
        return replace(self, criteria=replace(self.criteria, **thresholds))  # type: ignore[arg-type]

    def as_dict(self) -> dict[str, Any]:
        """
        Give all parameters as plain values.

        Returns
        -------
        dict
            Names and values, those of the criteria first.
        """
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
