"""The commands ``place`` and ``why``: the facts about a place in dispute, and about one zone."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localarea.cli.shared.answers import classifier_for, print_json
from localarea.cli.shared.arguments import Anchor, AsJson, CouncilName
from localarea.cli.shared.deployment import open_council, open_store
from localarea.cli.shared.numbers import stated

if TYPE_CHECKING:
    from localarea.comparison.contested.answer import Answer
    from localarea.comparison.contested.question import Question
    from localarea.comparison.reasons.reason import ZoneReason
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.spend.moving import Moving

_MOST_SHOWN = 6  # industries on a terminal; the JSON document has them all


def place(
    name: Annotated[
        str,
        typer.Argument(
            metavar="PLACE", help="A place in dispute, or any district, town, ttwa:NAME or zone."
        ),
    ],
    option: Annotated[
        str | None,
        typer.Option(
            "--option", callback=stated, help="Option to ask about; by default the council's own."
        ),
    ] = None,
    spend: Annotated[
        list[Path] | None,
        typer.Option("--spend", help="Published payments to add up; may be repeated."),
    ] = None,
    anchor: Anchor = None,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Show the facts for and against taking a place in; no conclusion is drawn."""
    from localarea.comparison.contested.answer import answer_question
    from localarea.comparison.contested.document import answer_document
    from localarea.comparison.contested.question import ask_about
    from localarea.options.membership import option_zones

    store = open_store()
    chosen = open_council(anchor, council, store)
    question = ask_about(name, chosen, option or "", store=store)
    moving = _moving(spend, question, anchor, council, store) if spend else None
    methods = [option_zones(spec.id, chosen, store=store) for spec in chosen.options]
    answer = answer_question(question, methods, store=store)
    if as_json:
        told = {"spend": moving.as_document()} if moving else {}
        print_json({**answer_document(answer), **told})
        return
    _show_answer(answer, moving)


def _moving(
    files: list[Path],
    question: Question,
    anchor: str | None,
    council: str | None,
    store: DataStore,
) -> Moving:
    from localarea.spend.moving import what_moves
    from localarea.spend.reading import read_payments
    from localarea.spend.report import report_spend

    classifier = classifier_for(question.base, council=council, anchor=anchor)
    pair = [question.without, question.with_place]
    report = report_spend(read_payments(files), classifier, pair, store=store)
    return what_moves(report, *(option.id for option in pair))


def _show_answer(answer: Answer, moving: Moving | None) -> None:
    from localarea.comparison.contested.facts import LOCKDOWN, find_facts, five_sentences

    asked = answer.question
    if asked.note:
        typer.echo(f"note: {asked.note}", err=True)
    typer.echo(f"Is {asked.place} in? Asked of “{asked.without.title}”.\n")
    for said in five_sentences(answer):
        typer.echo(f"- {said}")
    facts = find_facts(answer)
    for side, words in (("for", "For taking it in"), ("against", "Against taking it in")):
        typer.echo(f"\n{words}:")
        for fact in facts:
            if fact.side == side:
                typer.echo(f"- {fact.words} {fact.meaning} Source: {fact.source}.")
    typer.echo(f"\nJobs that become local ({answer.years['employees_2024']}):")
    for trade in answer.trades[:_MOST_SHOWN]:
        before, after = trade.jobs.anchor_share
        typer.echo(
            f"- {trade.industry}: {trade.jobs.gained:,.0f}; {asked.anchor}'s share of the local "
            f"ones goes from {before:.1%} to {after:.1%}"
        )
    if moving is not None:
        from localarea.spend.payments import spoken

        typer.echo(
            f"\nOf payments of {spoken(moving.whole.amount)}, {spoken(moving.without.amount)} are "
            f"local without {asked.place} and {spoken(moving.with_place.amount)} with it; "
            f"{spoken(moving.becomes.amount)} becomes local, paid to {moving.payees:,} payees."
        )
    typer.echo(f"\n{LOCKDOWN} No conclusion is drawn.")


def why(
    name: Annotated[
        str, typer.Argument(metavar="ZONE", help="Code or name of a zone, or a postcode in it.")
    ],
    option: Annotated[
        str | None,
        typer.Option(
            "--option", callback=stated, help="Option to explain; by default the council's own."
        ),
    ] = None,
    anchor: Anchor = None,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Explain why a zone is in an option or out of it, and what would turn it."""
    from localarea.comparison.reasons.why import why_zone
    from localarea.options.membership import option_zones

    store = open_store()
    chosen = open_council(anchor, council, store)
    zone = _zone_of(name, chosen, store)
    found = option_zones(option or chosen.default_option, chosen, store=store)
    methods = [option_zones(spec.id, chosen, store=store) for spec in chosen.options]
    reason = why_zone(zone, found, chosen, methods, store=store)
    if as_json:
        print_json(reason.as_document())
        return
    _show_reason(reason)


def _zone_of(name: str, council: Council, store: DataStore) -> str:
    from localarea.errors import InputError
    from localarea.options.membership import place_near_anchor

    found = place_near_anchor(name, council, store=store)
    if len(found.zones) != 1:
        some = ", ".join(found.zones[:5])
        raise InputError(
            f"{name!r} is {len(found.zones)} zones; name one of them, such as {some}, or a postcode"
        )
    return found.zones[0]


def _show_reason(reason: ZoneReason) -> None:
    told: Any = reason.reason
    where = "inside" if reason.inside else "outside"
    typer.echo(
        f"{reason.name}, {reason.district} ({reason.zone}) is {where} “{reason.title}”.\n\n"
        f"{told.sentence}"
    )
    for measure in told.measures:
        held = f" (threshold {measure.threshold_text})" if measure.threshold_text else ""
        typer.echo(f"- {measure.words}: {measure.text}{held}")
    for heading, lines in (
        ("What would turn it:", told.turns),
        ("How its area came about:", told.steps),
        ("Note:", told.notes),
    ):
        if lines:
            typer.echo(f"\n{heading}")
            for line in lines:
                typer.echo(f"- {line}")
    typer.echo(
        f"\n{_beside(reason)} It is inside {reason.methods_inside} of {reason.methods} methods, "
        "each as it draws the boundary itself."
    )


def _beside(reason: ZoneReason) -> str:
    """Count the neighbours that are inside, and name them."""
    inside = [n.name for n in reason.neighbours if n.inside]
    count = len(reason.neighbours)
    if not count:
        return "No zone borders on it."
    if count == 1:
        where = "inside" if inside else "outside"
        return f"Its only neighbour, {reason.neighbours[0].name}, is {where}."
    if not inside:
        return f"Of its {count} neighbours none is inside."
    several = "all" if len(inside) == count else str(len(inside))
    held = "1 is" if len(inside) == 1 else f"{several} are"
    return f"Of its {count} neighbours {held} inside: {'; '.join(inside)}."
