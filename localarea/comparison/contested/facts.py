"""
The facts for and against, and five plain sentences. They draw no conclusion.

On which side a fact stands follows from its sign alone, by the rules beside each: what moves a
criterion of the mandate up stands for the place, what moves it down against it, and what may be
read either way stands on both sides with the two readings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from localarea.comparison.figure_catalogue import write_change, write_figure
from localarea.labour.catchment import FUNCTIONAL_URBAN_AREA_SHARE
from localarea.options.titles import join_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.comparison.contested.answer import Answer

Side = Literal["for", "against"]
LOCKDOWN: Final = (
    "The census of 2021 was taken in lockdown: people who worked at home count at home, so it "
    "understates commuting."
)
_METHODS: Final = "the council's options, each as its method draws it"


@dataclass(frozen=True, slots=True)
class Fact:
    """
    One fact on one side.

    Attributes
    ----------
    side : {'for', 'against'}
        The side that would name it.
    """

    side: Side
    words: str
    meaning: str
    source: str


def find_facts(answer: Answer) -> tuple[Fact, ...]:
    """Collect the facts on both sides, those for the place first."""
    found = [
        *_exchange(answer),
        *_reach(answer),
        *_containment(answer),
        *_competition(answer),
        *_mandate(answer),
        *_methods(answer),
        *_parts(answer),
    ]
    return tuple(sorted(found, key=lambda fact: fact.side == "against"))


def _exchange(answer: Answer) -> Iterator[Fact]:
    place, anchor = answer.question.place, answer.question.anchor
    link = answer.finding.links[0]
    share, least = link.to_anchor_share, FUNCTIONAL_URBAN_AREA_SHARE
    many = share >= least
    yield Fact(
        "for" if many else "against",
        f"{share:.1%} of {place}'s working residents worked in {anchor} in {link.vintage}, "
        f"{'at least' if many else 'less than'} {least:.0%}.",
        f"{least:.0%} is the share from which the EU and the OECD count a place as part of a "
        "city's commuting zone. The council is not bound by it.",
        answer.sources["flows_2011"],
    )
    yield Fact(
        "for",
        f"{link.to_anchor:,.0f} people went from {place} to work in {anchor} in {link.vintage}, "
        f"and {link.from_anchor:,.0f} the other way.",
        "People who cross a boundary between the two every day. Home workers count at home.",
        answer.sources["flows_2011"],
    )


def _reach(answer: Answer) -> Iterator[Fact]:
    pair, anchor = answer.pair, answer.question.anchor
    # As with the other shares: what is written as no change is no fact for either side.
    if max(round(pair.anchor_residents, 3), round(pair.anchor_jobs, 3)) > 0:
        yield Fact(
            "for",
            f"The area would hold the workplaces of a further {pair.anchor_residents:.1%} of "
            f"{anchor}'s working residents, and the homes of those who hold a further "
            f"{pair.anchor_jobs:.1%} of its jobs.",
            f"How much of {anchor}'s own labour market the area takes in; any larger area takes "
            "in more.",
            answer.sources["flows_2011"],
        )


def _containment(answer: Answer) -> Iterator[Fact]:
    for words, both in (
        ("working residents who work inside", answer.pair.supply_side),
        ("jobs inside that residents hold", answer.pair.demand_side),
    ):
        texts = [write_figure(value, "share") for value in both]
        if texts[0] != texts[1]:
            yield Fact(
                "for" if both[1] > both[0] else "against",
                f"The share of {words} moves from {texts[0]} to {texts[1]} "
                f"({write_change(*both, 'share')}).",
                "Self-containment: the higher, the more of a labour market of its own the area "
                "is. Any larger area tends to hold more.",
                answer.sources["flows_2011"],
            )


def _competition(answer: Answer) -> Iterator[Fact]:
    place, anchor, firms = answer.question.place, answer.question.anchor, answer.firms
    year = answer.pair.enterprises_year
    before, after = (write_figure(share, "share") for share in firms.anchor_share)
    yield Fact(
        "for",
        f"{firms.gained:,.0f} more firms could supply as local ones ({year}).",
        f"A wider choice when the council buys. Firms of {place} count on the same terms as "
        f"{anchor}'s.",
        f"{answer.sources['enterprises_lad']}; shared out to zones by their jobs",
    )
    yield Fact(
        "against",
        f"{anchor}'s firms go from {before} to {after} of the local firms ({year}).",
        f"Those of {place} compete on the same terms where local firms are preferred. It says "
        "nothing of who would win.",
        f"{answer.sources['enterprises_lad']}; shared out to zones by their jobs",
    )


def _mandate(answer: Answer) -> Iterator[Fact]:
    held, mandated = answer.pair.mandate, answer.mandated
    if held is None or mandated is None:
        return
    yield Fact(
        "against" if held.adds_nothing else "for",
        mandated.sentence,
        "The council's file states how the mandate's words are read, because the minutes name no "
        "district.",
        mandated.source,
    )
    before, after = (write_figure(value, "share") for value in held.outside)
    if before != after:
        yield Fact(
            "against" if held.outside[1] > held.outside[0] else "for",
            f"The share of the area's working residents who live outside the mandate's area moves "
            f"from {before} to {after}.",
            f"By the first reading: {mandated.readings[0][0]}.",
            answer.sources["flows_2011"],
        )


def _methods(answer: Answer) -> Iterator[Fact]:
    place, firm = answer.question.place, answer.firmness
    count = len(firm.methods)
    inside, outside = firm.standing("inside"), firm.standing("outside")
    if inside:
        yield Fact(
            "for",
            f"All of {place} is inside {len(inside)} of {count} methods: "
            f"{join_names([f'“{method.title}”' for method in inside])}.",
            "Methods, not variants with the place put in by hand. They overlap, so they are no "
            "votes.",
            _METHODS,
        )
    if outside:
        yield Fact(
            "against",
            f"All of {place} is outside {len(outside)} of {count} methods.",
            "Methods, not variants with the place put in by hand. They overlap, so they are no "
            "votes.",
            _METHODS,
        )


def _parts(answer: Answer) -> Iterator[Fact]:
    before, after = answer.pair.parts
    if before != after:
        yield Fact(
            "against" if after > before else "for",
            f"The area would be in {after} separate part{'s' if after != 1 else ''} instead of "
            f"{before}.",
            "An area in one piece is easier to explain; no rule asks for it.",
            answer.sources["zones_msoa11"],
        )


def five_sentences(answer: Answer) -> tuple[str, ...]:
    """Describe what the figures show in five plain sentences; four if there is no mandate."""
    return tuple(filter(None, (
        _who_commutes(answer),
        _who_competes(answer),
        _which_trades(answer),
        answer.mandated.sentence if answer.mandated else "",
        _how_firm(answer),
    )))  # fmt: skip


def _who_commutes(answer: Answer) -> str:
    place, anchor = answer.question.place, answer.question.anchor
    said = [
        f"In {link.vintage}{' (in lockdown)' if link.vintage == 2021 else ''}, "
        f"{link.to_anchor:,.0f} people ({link.to_anchor_share:.1%} of {place}'s working "
        f"residents) went to work in {anchor} and {link.from_anchor:,.0f} "
        f"({link.from_anchor_share:.1%} of {anchor}'s) the other way"
        for link in answer.finding.links
    ]
    return " ".join(f"{text}." for text in said)


def _who_competes(answer: Answer) -> str:
    place, anchor, firms = answer.question.place, answer.question.anchor, answer.firms
    before, after = (write_figure(share, "share") for share in firms.anchor_share)
    return (
        f"With {place} inside, {firms.gained:,.0f} more firms and {answer.pair.jobs:,.0f} more "
        f"jobs are local, and {anchor}'s firms are {after} of the local ones instead of {before}."
    )


def _which_trades(answer: Answer) -> str:
    place, anchor = answer.question.place, answer.question.anchor
    most = join_names(
        [f"{t.industry} ({t.jobs.gained:,.0f} beside {t.jobs.anchor:,.0f} in {anchor})"
         for t in answer.trades[:3]]
    )  # fmt: skip
    return f"The most jobs that become local with {place} are in {most}."


def _how_firm(answer: Answer) -> str:
    place, firm = answer.question.place, answer.firmness
    counts = {how: len(firm.standing(how)) for how in ("inside", "partly inside", "outside")}
    told = [f"{how} {number}" for how, number in counts.items() if number]
    return (
        f"Of the {len(firm.methods)} methods, as each draws the boundary itself, {place} is "
        f"{join_names(told)}."
    )
