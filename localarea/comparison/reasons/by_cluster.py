"""The reason where whole areas join the anchor's until the whole holds enough of its commuters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from localarea.comparison.figure_catalogue import above, at_most, share_beside
from localarea.comparison.reasons.official import official_areas
from localarea.comparison.reasons.reason import (
    DecidingNumber,
    Reason,
    source_of,
    zone_of_census,
)
from localarea.comparison.reasons.trace_words import trace_in_words
from localarea.labour.travel_to_work_areas.cluster import joining_order, least_target
from localarea.options.methods.base import anchor_zones
from localarea.options.methods.commuting import commuting_of
from localarea.options.methods.travel_to_work_areas import computed_areas
from localarea.options.titles import write_threshold
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from localarea.comparison.reasons.reason import Asked
    from localarea.labour.flow_matrix import FlowMatrix

_MOST_JOINED: Final = 12  # areas of a cluster that are tried


def of_cluster(asked: Asked) -> Reason:
    """Explain areas joined with the anchor's until the whole is self-contained."""
    commuting = commuting_of(asked.parameters, asked.council, asked.store)
    native, stated = commuting.council, asked.parameters
    zone, notes = zone_of_census(asked, native)
    flows = commuting.flows(asked.store)
    if stated["areas"] == "official":
        names: Mapping[str, str]
        areas, names = official_areas(asked.store)
        steps: tuple[str, ...] = ()
    else:
        run = computed_areas(
            {k: v for k, v in stated.items() if k == "preset"}, commuting, asked.store
        )
        gazetteer = read_gazetteer(native.zone_system, store=asked.store)
        areas, names = run.membership, gazetteer.zone_names
        steps = trace_in_words(run, zone, names.__getitem__)
    own = str(areas[zone])
    core = anchor_zones(native, store=asked.store)
    order = joining_order(flows, areas, core, most=_MOST_JOINED)
    target, size = float(stated["target_sc"]), float(stated["min_size"])
    source = source_of(asked.store, *commuting.tables[:1])
    told = cluster_reason(
        asked.name, order, own, names, target=target, min_size=size, source=source
    )
    joined = _joined_steps(order, own, names, target)
    return replace(told, steps=(*joined, *steps), notes=notes)


def cluster_reason(
    name: str,
    order: pd.DataFrame,
    own: str,
    names: Mapping[str, str],
    *,
    target: float,
    min_size: float,
    source: str,
) -> Reason:
    """
    Explain whether a zone's area joined the anchor's.

    Parameters
    ----------
    order : pandas.DataFrame
        From :func:`localarea.labour.travel_to_work_areas.cluster.joining_order`.
    target, min_size : float
        Self-containment and size from which no more areas join.
    """
    first, area = str(order["area"].iloc[0]), names.get(own, own)
    needed = least_target(order, own, min_size)
    if own == first:
        reached = float(order["self_containment"].iloc[0])
        measure = _reached("Self-containment of the anchor's area alone", reached, target, source)
        return Reason(
            f"{name} is in the area of {area}, the anchor's own, from which the option grows.",
            (measure,),
            ("No target would leave it out.",),
        )
    if needed is None:
        others, anchor = len(order) - 1, names.get(first, first)
        more = "1 other area" if others == 1 else f"{others} other areas"
        # Each link is with all that has joined by then: most of them may hardly be linked with
        # the anchor's own area.
        return Reason(
            f"{name} is in the area of {area}, and at least {more} would join that of "
            f"{anchor} before it: at each step the one with the strongest link with all that has "
            "joined.",
            turns=(_no_target(order, min_size),),
        )
    measure = _reached("Self-containment reached before its area joins", needed, target, source)
    joined = target > needed
    words = "so that it joined" if joined else "so that it did not join"
    # Not what all of them hold together: the areas that join last may lower it again.
    sentence = (
        f"{name} is in the area of {area}. Without it, the areas that come before it hold up to "
        f"{share_beside(needed, target)} of their commuters; the target is "
        f"{write_threshold(target)}, {words}."
    )
    turn = (
        f"A target of {at_most(needed)} or less would leave it out."
        if joined
        else f"A target above {above(needed)} would take it in, with all of the area of {area}."
    )
    return Reason(sentence, (measure,), (turn,))


def _no_target(order: pd.DataFrame, min_size: float) -> str:
    """Say up to which target the areas that join first are enough without the zone's own."""
    held = order.loc[order["employed_residents"] >= min_size, "self_containment"]
    if held.empty:
        return "All of them would have to join first, whatever the target."
    return (
        f"No target up to {at_most(float(held.max()))} would take it in: those areas hold that "
        "much of their commuters without it."
    )


def joining_turn(
    asked: Asked,
    flows: FlowMatrix,
    areas: pd.Series,
    names: Mapping[str, str],
    own: str,
    goal: str,
) -> tuple[str, ...]:
    """Find the target at which its whole official area would join the anchor's."""
    if own == goal:
        return ()
    core = anchor_zones(asked.council, store=asked.store)
    order = joining_order(flows, areas, core, most=_MOST_JOINED)
    needed = least_target(order, own)
    if str(order["area"].iloc[0]) != goal or needed is None:
        return ()
    return (
        f"Or the whole area of {names[own]} joins that of {names[goal]}: that happens if the "
        f"joined areas are to hold more than {above(needed)} of their own commuters.",
    )


def _joined_steps(
    order: pd.DataFrame, own: str, names: Mapping[str, str], target: float
) -> tuple[str, ...]:
    """List how areas join, up to the zone's own or, if that is not listed, to the target."""
    told, listed = [], own in set(order["area"])
    for at, row in enumerate(order.to_dict("records")):
        area = names.get(row["area"], row["area"])
        held = f"{row['self_containment']:.1%} of the commuters"
        told.append(
            f"The area of {area} alone holds {held}."
            if at == 0
            else f"Of the others, the area of {area} is linked most ({row['link']:.3g}); with it "
            f"the whole holds {held}."
        )
        if row["area"] == own or (not listed and row["self_containment"] >= target):
            break
    return tuple(told)


def _reached(words: str, value: float, target: float, source: str) -> DecidingNumber:
    meaning = "The smaller of the two shares who live and work inside; areas join below the target."
    return DecidingNumber("reached", words, value, "share", meaning, source, target)
