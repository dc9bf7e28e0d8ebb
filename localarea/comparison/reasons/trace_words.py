"""The trace of the travel to work area method in words: when a zone was placed, where and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.labour.travel_to_work_areas.result import TtwaResult
    from localarea.labour.travel_to_work_areas.trace import Placement


def trace_in_words(
    result: TtwaResult, zone: str, name_of: Callable[[str], str] = str
) -> tuple[str, ...]:
    """
    Describe how a zone came into its area.

    ``name_of``: name of a zone by its code. Returns a sentence or two for each placement in order,
    and one on the area that came of it. PlaceNotFoundError if there is no such zone.
    """
    moves = result.trace.moves_of(zone)
    told = [_told(result, zone, move, at, name_of) for at, move in enumerate(moves)]
    if not moves:
        told = [
            f"{name_of(zone)} founded an area of its own at the start, as every zone does. It was "
            "never dissolved: other zones joined it."
        ]
    area = str(result.membership[zone])
    count = int((result.membership == area).sum())
    row = result.areas.loc[area]
    zones = "1 zone" if count == 1 else f"{count} zones"
    last = (
        f"No later step moved it. Its area, in which most jobs are in {name_of(area)}, has {zones} "
        f"and scores {row['validity']:.3f} on the official test; from 1 on an area is kept."
    )
    return (*told, last)


def _told(
    result: TtwaResult, zone: str, move: Placement, at: int, name_of: Callable[[str], str]
) -> str:
    if not move.to:
        return f"At step {move.step:,}, {name_of(zone)} was put on the list of zones in reserve."
    against = (
        f"against {_link(move.second_link)} with the next, that of {name_of(move.second)}"
        if move.second
        else "and it was linked with no other"
    )
    placed = (
        f"{name_of(zone)} went to the area founded by {name_of(move.to)}, because its link with "
        f"that was the strongest: {_link(move.link)}, {against}."
    )
    if not move.dissolved:
        return f"At the end, from the reserve, {placed}"
    moved = int(np.count_nonzero(result.trace.moves["step"] == move.step))
    whose = (
        "the area that it had founded itself"
        if move.dissolved == zone
        else f"the area founded by {name_of(move.dissolved)}, to which it belonged,"
    )
    zones = "one zone" if moved == 1 else f"{moved} zones"
    again = "At" if at == 0 else "Then, at"
    return (
        f"{again} step {move.step + 1:,} of {result.trace.n_dissolutions:,}, {whose} was the "
        f"furthest from passing the official test (score {move.dissolved_validity:.3f}, where 1 is "
        f"enough) and was dissolved, {zones} in all. {placed}"
    )


def _link(value: float) -> str:
    return f"{value:.3g}"
