"""What a study says: which figures come first, what they mean, and one sentence of the area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from localarea.comparison.exposure import exposure_figures, names_of_contested
from localarea.comparison.figure_catalogue import name_anchor, write_change, write_figure
from localarea.comparison.metrics import figures_of
from localarea.options.titles import spoken_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localarea.comparison.figure_catalogue import Figure
    from localarea.comparison.study.ground import Ground, Studied

Better = Literal["more", "fewer", "neither"]

# The six that come first, each in half a sentence. The rest mean what the catalogue says.
FIRST: Final[Mapping[str, str]] = {
    "anchor_jobs_inside_share": "how many of {anchor}'s workers its firms find inside",
    "anchor_residents_inside_share": "how many of {anchor}'s residents in work find it inside",
    "supply_side": "how many of the area's residents need not leave it for work",
    "jobs": "how much work counts as local",
    "enterprises_2022": "how many firms could be local suppliers, and compete to be",
    "minutes_p90": "how far by car all but the last tenth live from {anchor}",
}
_MORE: Final = frozenset(
    {
        *("anchor_jobs_inside_share", "anchor_residents_inside_share", "supply_side"),
        *("demand_side", "supply_side_2021", "demand_side_2021", "validity", "valid"),
    }
)
_FEWER: Final = frozenset(
    {
        *("minutes_median", "minutes_p90", "minutes_worst", "parts", "holes", "districts_cut"),
        *("commuters_cut", "anchor_firms_workers_outside_share"),
    }
)
_IN_WORDS: Final[Mapping[Better, str]] = {
    "more": "more is better",
    "fewer": "less is better",
    "neither": "neither more nor less is better",
}


@dataclass(frozen=True, slots=True)
class Told:
    """
    A figure of a study as people read it.

    Attributes
    ----------
    first : bool
        Whether it is one of the six that come first.
    meaning : str
        What it means, in half a sentence or a sentence of the catalogue.
    """

    figure: Figure
    first: bool
    meaning: str
    better: Better

    @property
    def judged(self) -> str:
        """Return which way is better, in words."""
        return _IN_WORDS[self.better]


def told_figures(ground: Ground, names: Iterable[str]) -> tuple[Told, ...]:
    """
    List the figures of a study, the six first, then in the order of the catalogue.

    ``names``: the figures that were measured; others are left out.
    """
    council, known = ground.council, list(names)
    anchor = spoken_name(council.anchor)
    listed = [*figures_of(council, store=ground.store)]
    seen = {figure.name for figure in listed}
    unseen = [name for name in known if name not in seen]
    exposed = exposure_figures(unseen, names_of_contested(council))
    listed += [name_anchor(figure, anchor) for figure in exposed]
    told = {f.name: _told(f, anchor) for f in listed if f.name in known}
    order = [*(name for name in FIRST if name in told), *(n for n in told if n not in FIRST)]
    return tuple(told[name] for name in order)


def _told(figure: Figure, anchor: str) -> Told:
    half = FIRST.get(figure.name)
    meaning = half.format(anchor=anchor) if half else figure.definition
    return Told(figure, half is not None, meaning, _better(figure.name))


def _better(name: str) -> Better:
    if name in _MORE or (name.startswith("mandate") and name.endswith("_share")):
        return "more"
    if name in _FEWER or (name.startswith("outside_") and name.endswith("_share")):
        return "fewer"
    return "neither"


def write_told(told: Told, studied: Studied) -> dict[str, str]:
    """Return a figure, that of the option the study began with, and the change, as text."""
    name, kind = told.figure.name, told.figure.kind
    now, before = studied.figures[name], studied.before[name]
    return {
        "text": write_figure(now, kind),
        "before": write_figure(before, kind),
        "change": write_change(before, now, kind),
    }


def sentence(ground: Ground, studied: Studied) -> str:
    """Describe in plain words what the area means for the anchor's firms, and what changes."""
    anchor = spoken_name(ground.council.anchor)
    drawn = write_figure(studied.figures["anchor_jobs_inside_share"], "share")
    if not studied.gained and not studied.lost:
        return (
            f"{anchor}'s firms draw {drawn} of their workers from inside. Nothing is changed yet."
        )
    before = write_figure(studied.before["anchor_jobs_inside_share"], "share")
    as_before = "as with the option you began with" if before == drawn else f"not {before}"
    said = f"{anchor}'s firms would draw {drawn} of their workers from inside, {as_before}"
    moves = [
        f"{_jobs(ground, zones):,.0f} jobs {verb}"
        for zones, verb in (
            (studied.gained, "become local"),
            (studied.lost, "stop being local"),
        )
        if zones
    ]
    return f"{said}; {' and '.join(moves)}."


def _jobs(ground: Ground, zones: list[str]) -> float:
    flows = ground.landscape.country.flows
    return float(np.sum(flows.jobs[flows.positions(zones)]))
