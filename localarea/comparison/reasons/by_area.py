"""The reason where whole travel to work areas are in or out: links, and how the area came about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.comparison.figure_catalogue import above, at_most, share_beside
from localarea.comparison.reasons.by_cluster import joining_turn
from localarea.comparison.reasons.official import majority, official_area_of, official_areas
from localarea.comparison.reasons.reason import (
    ROUNDING,
    DecidingNumber,
    Reason,
    source_of,
    zone_of_census,
)
from localarea.comparison.reasons.trace_words import trace_in_words
from localarea.labour.travel_to_work_areas.attachment import links_of_zone
from localarea.labour.travel_to_work_areas.cluster import area_of_anchor
from localarea.options.methods.base import anchor_zones
from localarea.options.methods.commuting import commuting_of
from localarea.options.methods.mandate_reading import mandate_reading
from localarea.options.methods.travel_to_work_areas import computed_areas
from localarea.options.methods.ttwa_region import areas_by_share
from localarea.options.titles import join_names, spoken_name, write_threshold
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from localarea.comparison.reasons.reason import Asked
    from localarea.labour.travel_to_work_areas.result import TtwaResult

_OWN_RUN: Final = (
    "The ONS drew its areas from smaller zones (LSOAs) and published no steps. The steps here are "
    "of our own run of its method on these zones"
)


@dataclass(frozen=True, slots=True)
class Rivals:
    """
    The two areas that a zone's place is decided between.

    Attributes
    ----------
    own, other : str
        Names of the zone's area, and of the one that it would have to join to be turned.
    own_link, other_link : float
        The zone's links with them, itself taken out.
    own_commuters, other_commuters : float
        Persons who commute between the zone and each, both ways together.
    """

    own: str
    other: str
    own_link: float
    other_link: float
    own_commuters: float
    other_commuters: float

    @property
    def times(self) -> float:
        """
        Return how many times the commuters with the other area would have to be for it to win.

        A link grows with the square of the commuters, so it is the root of the ratio of the links.
        """
        return math.sqrt(self.own_link / self.other_link) if self.other_link > 0 else math.inf


def rivals_of(
    links: pd.DataFrame, own: str, goal: str | None, names: Mapping[str, str]
) -> Rivals | None:
    """
    Find the two areas that a zone's place is decided between.

    Parameters
    ----------
    links : pandas.DataFrame
        From :func:`localarea.labour.travel_to_work_areas.attachment.links_of_zone`.
    goal : str or None
        The area that it would have to join; None for the strongest of the others.

    Returns
    -------
    Rivals or None
        None if there is no other area.
    """
    others = links.drop(index=own)
    if others.empty:
        return None
    other = goal if goal is not None else str(others.index[0])
    return Rivals(
        names.get(own, own),
        names.get(other, other),
        *(float(links["link"].loc[area]) for area in (own, other)),
        *(float(links["to"].loc[area] + links["back"].loc[area]) for area in (own, other)),
    )


def of_official(asked: Asked) -> Reason:
    """Explain an official area, by the ONS's table and our own run of its method."""
    areas, names = official_areas(asked.store)
    goal = str(asked.parameters["ttwa11cd"])
    own, share = official_area_of(asked)
    sentence = (
        f"{asked.name} is in the official travel to work area of {names[own]} (2011), and the "
        f"option is that of {names[goal]}."
        if own != goal
        else f"{asked.name} is in the official travel to work area of {names[own]} (2011), which "
        "is the option."
    )
    commuting = commuting_of({}, asked.council, asked.store)
    flows = commuting.flows(asked.store)
    links = links_of_zone(flows, areas.reindex(flows.codes), asked.zone)
    rivals = rivals_of(links, own, goal if own != goal else None, names)
    run = computed_areas({}, commuting, asked.store)
    source = source_of(asked.store, *commuting.tables[:1])
    return Reason(
        sentence,
        (majority(share, names[own], asked.store), *link_measures(rivals, source)),
        (*link_turns(rivals), *joining_turn(asked, flows, areas, names, own, goal)),
        trace_in_words(run, asked.zone, _name_of(asked)),
        (f"{_OWN_RUN}{_agreement(asked, run, areas, own)}.",),
    )


def _agreement(asked: Asked, run: TtwaResult, areas: pd.Series, own: str) -> str:
    """Check whether our own run puts the zone with most of the zones of its official area."""
    ours = run.membership
    mates = ours[areas.reindex(ours.index) == own]
    together = str(ours[asked.zone]) == str(mates.value_counts().idxmax())
    return "; it agrees" if together else "; it puts this zone into another area"


def of_computed(asked: Asked) -> Reason:
    """Explain a computed area by its trace."""
    commuting = commuting_of(asked.parameters, asked.council, asked.store)
    native = commuting.council
    zone, notes = zone_of_census(asked, native)
    run = computed_areas(asked.parameters, commuting, asked.store)
    flows = run.flows
    goal = area_of_anchor(flows, run.membership, anchor_zones(native, store=asked.store))
    own = str(run.membership[zone])
    gazetteer = read_gazetteer(native.zone_system, store=asked.store)
    names = gazetteer.zone_names
    rivals = rivals_of(
        links_of_zone(flows, run.membership, zone), own, goal if own != goal else None, names
    )
    anchor = spoken_name(asked.council.anchor)
    validity = float(run.areas["validity"].loc[own])
    sentence = (
        f"The method put {asked.name} into the area with {anchor}, which is the option."
        if own == goal
        else f"The method put {asked.name} into the area of {names.get(own, own)}, not into that "
        f"with {anchor}, which is the option."
    )
    source = source_of(asked.store, *commuting.tables[:1])
    measures = (
        DecidingNumber(
            "validity",
            f"Score of the area of {names.get(own, own)} on the official test",
            validity,
            "number",
            "How many people live and work in it, against its size; from 1 on an area is kept.",
            source,
            1.0,
        ),
        *link_measures(rivals, source),
    )
    turns = [*link_turns(rivals)]
    if own != goal:
        turns.append(
            f"Or the area of {names.get(own, own)} would have to fail the criteria (a higher least "
            "self-containment or size): then it is dissolved, and its zones are placed again."
        )
    return Reason(
        sentence, measures, tuple(turns), trace_in_words(run, zone, names.__getitem__), notes
    )


def of_region(asked: Asked) -> Reason:
    """Explain official areas that lie mostly in the mandate's area."""
    reading = mandate_reading(asked.parameters, asked.council)
    shares = areas_by_share(reading, asked.council, asked.store)["share"]
    own, share = official_area_of(asked)
    _, names = official_areas(asked.store)
    there, least = float(shares.get(own, 0.0)), float(asked.parameters["min_inside"])
    area = join_names([half.title for half in reading.halves])
    enough = there >= least
    sentence = (
        f"{asked.name} is in the official travel to work area of {names[own]}, "
        f"{share_beside(there, least)} of whose working residents live in {area}; the option takes "
        f"in areas from {write_threshold(least)}."
    )
    measures = (
        DecidingNumber(
            "share_in_region",
            f"Share of the working residents of the area of {names[own]} who live in {area}",
            there,
            "share",
            f"Read as {join_names([half.names for half in reading.halves])}.",
            source_of(asked.store, "flows_2011", "ttwa11_msoa11"),
            least,
        ),
        majority(share, names[own], asked.store),
    )
    turn = (
        "All of its working residents live there, so that no share would leave it out."
        if enough and there > 1 - ROUNDING
        else f"A least share above {above(there)} would leave the whole area out."
        if enough
        else f"A least share of {at_most(there)} or less would take the whole area in."
        if there > 0
        else "None of its residents live there, so that no share would take it in."
    )
    return Reason(sentence, measures, (turn,))


def link_measures(rivals: Rivals | None, source: str) -> tuple[DecidingNumber, ...]:
    """Return the links with the two areas, and the commuters behind them."""
    if rivals is None:
        return ()
    about = (
        "Squares of the commuters both ways over the sizes of both (Smart's index): the zone goes "
        "to the area with which it is largest."
    )
    return (
        DecidingNumber(
            "own_link",
            f"Link with the area of {rivals.own}",
            rivals.own_link,
            "link",
            about,
            source,
        ),
        DecidingNumber(
            "other_link",
            f"Link with the area of {rivals.other}",
            rivals.other_link,
            "link",
            about,
            source,
        ),
        DecidingNumber(
            "own_commuters",
            f"Commuters to and from the area of {rivals.own}",
            rivals.own_commuters,
            "count",
            "Both ways, the zone itself left out.",
            source,
        ),
        DecidingNumber(
            "other_commuters",
            f"Commuters to and from the area of {rivals.other}",
            rivals.other_commuters,
            "count",
            "Both ways, the zone itself left out.",
            source,
        ),
    )


def link_turns(rivals: Rivals | None) -> tuple[str, ...]:
    """Count how many more commuters the other area would need, all else as it is."""
    if rivals is None:
        return ("There is no other area that it could join.",)
    if rivals.other_commuters == 0:
        return (f"Nobody commutes between it and the area of {rivals.other}.",)
    needed = rivals.times * rivals.other_commuters
    if rivals.times < 1:
        return (
            f"Its link with the area of {rivals.other} is already the stronger of the two: the "
            "zones were placed one after another, and it was another when this one was.",
        )
    return (
        f"It would go to the area of {rivals.other} if that exchanged more than {rivals.times:.1f} "
        f"times as many commuters with it as now, about {needed:,.0f} instead of "
        f"{rivals.other_commuters:,.0f}, all else as it is.",
    )


def _name_of(asked: Asked) -> Any:
    return read_gazetteer(asked.council.zone_system, store=asked.store).zone_names.__getitem__
