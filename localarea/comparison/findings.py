"""
What the figures show about each contested place, in plain words and without an opinion.

Findings cover the options under which it is inside, what changes when it is added, and how
many workers it exchanges with the anchor. The choice is the council's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.comparison.figure_catalogue import contested_figure, from_to, part_of
from localarea.comparison.mandate.held import mandate_held, mandate_sentences
from localarea.comparison.metrics import bridge_to_2021
from localarea.options.figure_years import vintages_of_figures, year_of_figure
from localarea.options.membership import contested_zones, option_title
from localarea.options.methods.base import anchor_zones
from localarea.options.option_ids import split_option_id
from localarea.options.zone_figures import FLOW_VINTAGES, ZoneFigures, read_zone_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from localarea.comparison.mandate.held import MandateHeld
    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import FlowMatrix
    from localarea.options.council import Council

_ROUNDING: Final = 1e-9  # shares this close to 0 or 1 count as 0 or 1
_COMPARED: Final = (
    "supply_side",
    "demand_side",
    "jobs",
    "employees_2024",
    "enterprises_2022",
    "anchor_residents_inside_share",
    "anchor_jobs_inside_share",
    "parts",
)


@dataclass(frozen=True, slots=True)
class Link:
    """
    The exchange of workers between the anchor and a place.

    Attributes
    ----------
    to_anchor, from_anchor : float
        People who live in the place and work in the anchor, and the reverse.
    to_anchor_share : float
        ``to_anchor`` as a fraction of the place's employed residents.
    from_anchor_share : float
        ``from_anchor`` as a fraction of the anchor's employed residents.
    """

    vintage: int
    to_anchor: float
    from_anchor: float
    to_anchor_share: float
    from_anchor_share: float


@dataclass(frozen=True, slots=True)
class Pair:
    """
    An option without and with the place.

    Attributes
    ----------
    supply_side, demand_side : tuple of float
        Self-containment without and with the place (fractions).
    jobs, employees_2024, enterprises_2022 : float
        What the place adds: people at work, employee jobs, enterprises.
    anchor_residents, anchor_jobs : float
        What the place adds to the share of the anchor's working residents who work inside,
        and to the share of the anchor's jobs held by residents of the area.
    parts : tuple of int
        Number of contiguous parts without and with the place.
    mandate : MandateHeld or None
        What it does to the mandate; None if the council states no area of it.
    """

    without: str
    with_place: str
    supply_side: tuple[float, float]
    demand_side: tuple[float, float]
    jobs: float
    employees_2024: float
    enterprises_2022: float
    anchor_residents: float
    anchor_jobs: float
    parts: tuple[int, int]
    title: str
    mandate: MandateHeld | None = None
    enterprises_year: int = 2022


@dataclass(frozen=True, slots=True)
class Finding:
    """
    All findings about one contested place.

    Attributes
    ----------
    key, place, anchor : str
        Key and name of the place; name of the anchor.
    share_inside : tuple of (str, float)
        Each option as chosen by its method, with the share of the place's employed
        residents inside it.
    """

    key: str
    place: str
    anchor: str
    share_inside: tuple[tuple[str, float], ...]
    pairs: tuple[Pair, ...]
    links: tuple[Link, ...]
    sentences: tuple[str, ...]

    @property
    def general(self) -> tuple[str, ...]:
        """
        Return the sentences about where the place is inside and the exchange of workers.

        One per statement.
        """
        return self.sentences[: len(self.sentences) - len(self.pairs)]

    @property
    def of_links(self) -> tuple[str, ...]:
        """Return the sentences about the exchange of workers, by census."""
        return self.general[len(self.general) - len(self.links) :]

    @property
    def added(self) -> str:
        """
        Return what the place adds, if that is the same for every option.

        One sentence, or an empty string.
        """
        phrases = {_added_phrase(self.anchor, pair) for pair in self.pairs}
        return f"Adding {self.place} {phrases.pop()}." if len(phrases) == 1 else ""

    @property
    def of_pairs(self) -> tuple[str, ...]:
        """Return the sentences about what changes, one per pair, in the order of ``pairs``."""
        return self.sentences[len(self.general) :]


def all_pass(metrics: pd.DataFrame) -> str:
    """
    Return the sentence that all of several options pass the official test, or a blank.

    Parameters
    ----------
    metrics : pandas.DataFrame
        Result of :func:`localarea.comparison.metrics.compute_metrics`.
    """
    passed = metrics["valid"]
    if len(passed) < 2 or not passed.all():
        return ""
    every = "Both" if len(passed) == 2 else f"All {len(passed)}"
    return (
        f"{every} options pass the official test of a labour market, so this test does not choose "
        "between them."
    )


def find_contested(
    metrics: pd.DataFrame, council: Council, *, store: DataStore | None = None
) -> tuple[Finding, ...]:
    """
    Summarise the figures about each contested place.

    Parameters
    ----------
    metrics : pandas.DataFrame
        Result of :func:`localarea.comparison.metrics.compute_metrics`, for options with and
        without each place.
    """
    zones = read_zone_figures(store=store)
    core = zones.flows.indicator(anchor_zones(council, store=store))
    held = contested_zones(council, store=store)
    keys = [contested.key for contested in council.contested]
    firms_year = year_of_figure("enterprises_2022", vintages_of_figures(store))
    found = []
    for contested in council.contested:
        column = contested_figure(contested.key, contested.place).name
        plain = [i for i in metrics.index if not split_option_id(i, keys)[1]]
        share_inside = tuple((i, float(metrics[column].loc[i])) for i in plain)
        pairs = _pairs(metrics, plain, contested.key, council, firms_year)
        links = _links(zones, core, zones.flows.indicator(held[contested.key]))
        shares = tuple((option_title(i, council), share) for i, share in share_inside)
        sentences = _sentences(contested.place, council.anchor, shares, pairs, links)
        found.append(
            Finding(
                contested.key,
                contested.place,
                council.anchor,
                share_inside,
                pairs,
                links,
                sentences,
            )
        )
    return tuple(found)


def _pairs(
    metrics: pd.DataFrame, plain: Sequence[str], key: str, council: Council, firms_year: int
) -> tuple[Pair, ...]:
    known = set(metrics.index)
    pairs = []
    for base in plain:
        without = f"{base}-{key}" if f"{base}-{key}" in known else base
        with_place = f"{base}+{key}" if f"{base}+{key}" in known else base
        if without != with_place:
            pair = _pair(metrics, without, with_place, council)
            pairs.append(replace(pair, enterprises_year=firms_year))
    return tuple(pairs)


def _pair(metrics: pd.DataFrame, without: str, with_place: str, council: Council) -> Pair:
    before, after = _row(metrics, without), _row(metrics, with_place)
    more = {name: after[name] - before[name] for name in after}
    return Pair(
        without=without,
        with_place=with_place,
        supply_side=(before["supply_side"], after["supply_side"]),
        demand_side=(before["demand_side"], after["demand_side"]),
        jobs=more["jobs"],
        employees_2024=more["employees_2024"],
        enterprises_2022=more["enterprises_2022"],
        anchor_residents=more["anchor_residents_inside_share"],
        anchor_jobs=more["anchor_jobs_inside_share"],
        parts=(int(before["parts"]), int(after["parts"])),
        title=option_title(without, council),
        mandate=mandate_held(metrics, without, with_place, council),
    )


def _row(metrics: pd.DataFrame, option: str) -> dict[str, float]:
    return {name: float(metrics[name].loc[option]) for name in _COMPARED}


def _links(
    zones: ZoneFigures, anchor: NDArray[np.bool_], place: NDArray[np.bool_]
) -> tuple[Link, ...]:
    both = np.vstack([anchor, place])
    sets = {2011: (zones.flows, both), 2021: (zones.flows_2021, bridge_to_2021(both, zones))}
    return tuple(_link(vintage, *sets[vintage]) for vintage in FLOW_VINTAGES)


def _link(vintage: int, flows: FlowMatrix, both: NDArray[np.bool_]) -> Link:
    anchor, place = both.astype(np.float64)
    to_anchor, from_anchor = place @ flows.matrix @ anchor, anchor @ flows.matrix @ place
    residents: Any = both @ flows.employed_residents
    return Link(
        vintage=vintage,
        to_anchor=float(to_anchor),
        from_anchor=float(from_anchor),
        to_anchor_share=float(to_anchor / residents[1]) if residents[1] else float("nan"),
        from_anchor_share=float(from_anchor / residents[0]) if residents[0] else float("nan"),
    )


def _sentences(
    place: str,
    anchor: str,
    share_inside: Sequence[tuple[str, float]],
    pairs: Sequence[Pair],
    links: Sequence[Link],
) -> tuple[str, ...]:
    return (
        *_inside_sentences(place, share_inside),
        *(_link_sentence(place, anchor, link) for link in links),
        *(_pair_sentence(place, anchor, pair) for pair in pairs),
    )


def _inside_sentences(place: str, share_inside: Sequence[tuple[str, float]]) -> list[str]:
    whole = [i for i, share in share_inside if share > 1 - _ROUNDING]
    none = [i for i, share in share_inside if share < _ROUNDING]
    partly = [f"{i} ({part_of(s)})" for i, s in share_inside if _ROUNDING <= s <= 1 - _ROUNDING]
    sentences = []
    for how, which in (("inside", whole), ("partly inside", partly), ("outside", none)):
        if which:
            noun = "this option" if len(which) == 1 else f"these {len(which)} options"
            sentences.append(f"{place} is {how} {noun}: {'; '.join(which)}.")
    return sentences


def _link_sentence(place: str, anchor: str, link: Link) -> str:
    caveat = " (lockdown: commuting is understated)" if link.vintage == 2021 else ""
    return (
        f"In {link.vintage}{caveat}, {link.to_anchor:,.0f} of {place}'s working residents "
        f"({link.to_anchor_share:.1%}) worked in {anchor}, and {link.from_anchor:,.0f} of "
        f"{anchor}'s ({link.from_anchor_share:.1%}) worked in {place}."
    )


def _pair_sentence(place: str, anchor: str, pair: Pair) -> str:
    before, after = pair.parts
    broken = f" The area then falls into {after} separate parts." if after > before else ""
    return (
        f"Adding {place} to “{pair.title}” moves the share of residents who work "
        f"inside {from_to(pair.supply_side)} and that of jobs held by residents "
        f"{from_to(pair.demand_side)}; it "
        f"{_added_phrase(anchor, pair)}.{broken} {mandate_sentences(place, pair.mandate)}"
    ).rstrip()


def _added_phrase(anchor: str, pair: Pair) -> str:
    firms = f"active enterprises ({pair.enterprises_year})"
    return (
        f"brings in {pair.jobs:,.0f} jobs (2011), {pair.enterprises_2022:,.0f} {firms}, "
        f"the workplaces of a further {pair.anchor_residents:.1%} of {anchor}'s working "
        f"residents and the homes of those who hold a further {pair.anchor_jobs:.1%} of its jobs"
    )
