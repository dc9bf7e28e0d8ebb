"""The reason where a share of commuters, minutes by road, or both decide for each zone."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.comparison.figure_catalogue import above, at_most, share_beside
from localarea.comparison.reasons.reason import (
    ROUNDING,
    DecidingNumber,
    Reason,
    source_of,
    zone_of_census,
)
from localarea.labour.catchment import commuting_share
from localarea.labour.self_containment import self_containment
from localarea.options.methods.base import anchor_zones
from localarea.options.methods.commuting import commuting_of
from localarea.options.methods.mandate_reading import mandate_reading
from localarea.options.methods.region_problem import VINTAGE_OF
from localarea.options.minutes.anchor_minutes import input_tables, zone_minutes
from localarea.options.minutes.centre import describe_centre
from localarea.options.minutes.zone_minutes import stated_error
from localarea.options.titles import join_names, spoken_name, write_threshold
from localarea.options.zone_figures import commuter_matrix, flow_matrix
from localarea.places.gazetteer import read_gazetteer
from localarea.records import whole_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from localarea.comparison.reasons.reason import Asked
    from localarea.labour.flow_matrix import FlowMatrix

_TRAVEL: Final = "Of those who travel to a workplace in England and Wales; home workers do not."


def of_catchment(asked: Asked) -> Reason:
    """Explain the share of commuters that go to the anchor."""
    commuting = commuting_of(asked.parameters, asked.council, asked.store)
    core, least = anchor_zones(commuting.council, store=asked.store), asked.parameters["min_share"]
    zone, notes = zone_of_census(asked, commuting.council)
    flows = commuting.journeys(asked.store)
    row = commuting_share(flows, core).loc[[zone]].iloc[0]
    everyone = float(flows.employed_residents[flows.positions([zone])[0]])
    anchor, source = spoken_name(asked.council.anchor), source_of(asked.store, commuting.tables[0])
    reason = catchment_reason(
        asked.name, anchor, row, everyone, float(least), source, in_anchor=zone in core
    )
    return replace(reason, notes=(*reason.notes, *notes))


def catchment_reason(
    name: str,
    anchor: str,
    row: pd.Series[Any],
    everyone: float,
    least: float,
    source: str,
    *,
    in_anchor: bool = False,
) -> Reason:
    """
    Explain the share of a zone's commuters who go to the anchor.

    Parameters
    ----------
    row : pandas.Series
        The zone's row of :func:`localarea.labour.catchment.commuting_share`.
    everyone : float
        The zone's commuters, wherever they go.
    least : float
        The least share that takes a zone in.
    in_anchor : bool
        Whether the zone is the anchor's own, which is always in.
    """
    people, share = float(row["to_anchor"]), float(row["to_anchor_share"])
    measures = (
        _share_measure(anchor, share, least, source),
        DecidingNumber(
            "to_anchor", f"Commuters who work in {anchor}", people, "count", _TRAVEL, source
        ),
        DecidingNumber("commuters", "Commuters in all", everyone, "count", _TRAVEL, source),
    )
    if in_anchor:
        return Reason(f"{name} is a part of {anchor} itself, which is always in.", measures)
    enough = share >= least
    sentence = (
        f"{people:,.0f} of the {everyone:,.0f} commuters of {name} work in {anchor}: "
        f"{share_beside(share, least)}, and the option takes in zones from "
        f"{write_threshold(least)}."
    )
    turns = [
        f"A threshold above {above(share)} would leave it out."
        if enough
        else f"A threshold of {at_most(share)} or less would take it in."
    ]
    needed = least * everyone
    gap = math.floor(people - needed) + 1 if enough else math.ceil(needed - people - ROUNDING)
    if gap > 0:
        turns.append(
            f"So would {gap:,} {'fewer' if enough else 'more'} of its {everyone:,.0f} commuters "
            f"to {anchor}, at the threshold as it is."
        )
    return Reason(sentence, measures, tuple(turns))


def of_drive(asked: Asked) -> Reason:
    """Explain the minutes by road."""
    minutes = zone_minutes(asked.council, store=asked.store).get(asked.zone, math.inf)
    most = float(asked.parameters["minutes"])
    centre = describe_centre(asked.council.anchor, store=asked.store)
    source = source_of(asked.store, *input_tables(asked.council.zone_system)[:1])
    return drive_reason(asked.name, centre, minutes, most, source)


def drive_reason(name: str, centre: str, minutes: float, most: float, source: str) -> Reason:
    """
    Explain minutes by road.

    ``centre``: what minutes are counted from. ``minutes``, ``most``: those of the zone, infinite if
    it cannot be reached, and the longest that are inside.
    """
    measure = _minutes_measure(centre, minutes, most, source)
    if not math.isfinite(minutes):
        return Reason(f"{name} cannot be reached by road from {centre}.", (measure,))
    enough, gap = minutes <= most, abs(minutes - most)
    sentence = (
        f"{name} is {minutes:.1f} minutes door to door by car from {centre}, and the option takes "
        f"in zones within {most:g}."
    )
    turns = (
        f"A limit {'below' if enough else 'of'} {minutes:.1f} minutes"
        f"{' would leave it out.' if enough else ' or more would take it in'}"
        f"{'' if enough else f': drive-{math.ceil(minutes)} is the shortest in whole minutes.'}",
    )
    notes = (
        (
            f"It is {gap:.1f} minutes from the limit, which is within the error of the minutes "
            f"({stated_error(most):g}): treat the answer as uncertain.",
        )
        if gap <= stated_error(most)
        else ()
    )
    return Reason(sentence, (measure,), turns, notes=notes)


def of_composite(asked: Asked) -> Reason:
    """Explain link, minutes and the search that chooses among the zones that pass both."""
    commuting = commuting_of(asked.parameters, asked.council, asked.store)
    native = commuting.council
    core = anchor_zones(native, store=asked.store)
    least, most = asked.parameters["min_link"], asked.parameters["max_minutes"]
    anchor = spoken_name(asked.council.anchor)
    flows_source = source_of(asked.store, commuting.tables[0])
    zone, notes = zone_of_census(asked, native)
    if zone in core:
        return Reason(f"{asked.name} is a part of {anchor} itself, which is always in.")
    link = _link_of(commuting.journeys(asked.store), core, zone)
    minutes = zone_minutes(native, store=asked.store).get(zone, math.inf)
    centre = describe_centre(asked.council.anchor, store=asked.store)
    roads = source_of(asked.store, *input_tables(native.zone_system)[:1])
    measures = (
        _link_measure(anchor, link, float(least), flows_source),
        _minutes_measure(centre, minutes, float(most), roads),
    )
    shown, limit = share_beside(link, float(least)), write_threshold(float(least))
    lacking, turns = [], []
    if link < least:
        lacking.append(f"its link with {anchor} is {shown}, below {limit}")
        turns.append(f"A least link of {at_most(link)} or less would let it be chosen.")
    if minutes > most:
        if not math.isfinite(minutes):
            lacking.append("no road leads there")
        else:
            lacking.append(f"it is {minutes:.1f} minutes away, more than {most:g}")
            turns.append(f"A limit of {minutes:.1f} minutes or more would let it be chosen.")
    if lacking:
        sentence = f"{asked.name} cannot be chosen: {join_names(lacking)}."
        return Reason(sentence, measures, tuple(turns), notes=notes)
    sentence = (
        f"{asked.name} passes both thresholds (link {shown}, at least {limit}; "
        f"{minutes:.1f} minutes, at most {most:g})"
    )
    turn = f"A least link above {above(link)}, or a limit below {minutes:.1f} minutes, would leave"
    return _searched(asked, sentence, measures, [f"{turn} it out."] if asked.inside else [])


def of_composite_region(asked: Asked) -> Reason:
    """Explain the link with the mandate's area, and the search that chooses."""
    reading = mandate_reading(asked.parameters, asked.council)
    gazetteer = read_gazetteer(asked.council.zone_system, store=asked.store)
    own = gazetteer.zone_district[asked.zone]
    least, held = asked.parameters["min_link"], asked.parameters["min_held"]
    half = next((h for h in reading.halves if own in h.codes), None)
    name = asked.name
    if half is not None:
        sentence = (
            f"{name} lies in {gazetteer.districts[own]}, a part of {half.title}, of whose working "
            f"residents the area must hold {write_threshold(float(held))}"
        )
        if held == 1:
            return Reason(
                f"{sentence}.",
                turns=(
                    "Only another reading of the mandate, or a smaller share that must be held, "
                    "would leave it out.",
                ),
            )
        return _searched(asked, sentence, (), [])
    core = [zone for code in reading.codes for zone in gazetteer.district_zones[code]]
    vintage = VINTAGE_OF[asked.council.zone_system]
    link = _link_of(commuter_matrix(vintage, store=asked.store), core, asked.zone)
    area = join_names([h.title for h in reading.halves])
    measure = _link_measure(area, link, float(least), source_of(asked.store, f"flows_{vintage}"))
    shown, limit = share_beside(link, float(least)), write_threshold(float(least))
    if link < least:
        return Reason(
            f"{name} lies outside {area}, and its link with it is {shown}, below {limit}.",
            (measure,),
            (f"A least link of {at_most(link)} or less would let it be chosen.",),
        )
    sentence = f"{name} lies outside {area} and is linked with it ({shown}, at least {limit})"
    turns = [f"A least link above {above(link)} would leave it out."] if asked.inside else []
    return _searched(asked, sentence, (measure,), turns)


def _searched(
    asked: Asked, sentence: str, measures: tuple[DecidingNumber, ...], turns: list[str]
) -> Reason:
    """Describe what a search did with a candidate zone, and what the zone does to the area."""
    vintage = VINTAGE_OF[asked.council.zone_system]
    flows = flow_matrix(vintage, store=asked.store)
    with_zone, without = containment_beside(flows, asked.zones, asked.zone)
    source = source_of(asked.store, f"flows_{vintage}")
    about = "The smaller of the shares who live and work in the area; the search makes it large."
    both = (
        DecidingNumber(
            "self_containment_with",
            "Self-containment of the area with the zone",
            with_zone,
            "share",
            about,
            source,
        ),
        DecidingNumber(
            "self_containment_without",
            "Self-containment of the area without it",
            without,
            "share",
            about,
            source,
        ),
    )
    chose = "took it in" if asked.inside else "left it out"
    sentence = (
        f"{sentence}; the search for the area in one piece that holds most of its own commuters "
        f"{chose}. With it the area holds {with_zone:.2%}, without it {without:.2%}."
    )
    better = with_zone > without
    notes: tuple[str, ...] = ()
    if better != asked.inside and with_zone != without:
        notes = (
            "By itself the zone would have moved that share the other way: the search looks at "
            "several zones together and keeps the area in one piece, and is no proof that none is "
            "better.",
        )
    return Reason(sentence, (*measures, *both), tuple(turns), notes=notes)


def containment_beside(flows: FlowMatrix, zones: Sequence[str], zone: str) -> tuple[float, float]:
    """Return the smaller self-containment of an area with a zone and without it."""
    sets = {"with": sorted({*zones, zone}), "without": sorted(set(zones) - {zone})}
    held = self_containment(flows, {k: v for k, v in sets.items() if v})
    smaller = dict(zip(held.index, np.fmin(held["supply_side"], held["demand_side"]), strict=True))
    return float(smaller["with"]), float(smaller.get("without", float("nan")))


def _link_of(flows: FlowMatrix, core: Sequence[str], zone: str) -> float:
    row = commuting_share(flows, core).loc[[zone]].iloc[0]
    return float(np.nan_to_num(np.fmax(row["to_anchor_share"], row["from_anchor_share"])))


def _share_measure(anchor: str, share: float, least: float, source: str) -> DecidingNumber:
    words = f"Share of its commuters who work in {anchor}"
    return DecidingNumber("share_to_anchor", words, share, "share", _TRAVEL, source, least)


def _link_measure(area: str, link: float, least: float, source: str) -> DecidingNumber:
    return DecidingNumber(
        "link",
        f"Link with {area}",
        link,
        "share",
        f"The share of its commuters who work in {area}, or of those who commute to work in it who "
        "come from there, whichever is larger.",
        source,
        least,
    )


def _minutes_measure(centre: str, minutes: float, most: float, source: str) -> DecidingNumber:
    return DecidingNumber(
        "minutes",
        f"Minutes by car from {centre}",
        minutes,
        "minutes",
        "Door to door on free-flowing roads, to where its residents live; "
        f"good to about {whole_minutes(stated_error(most))} minutes.",
        source,
        most,
    )
