"""The first page: the question, the answer in figures, the criteria, the place to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.options.figures import write_figure
from localarea.reports.cabinet.criteria import best_on, known_criteria
from localarea.reports.cabinet.model import Block, Cell, Column, Form, Heading, Paragraph, Table
from localarea.reports.cabinet.wording import join, share, whole

if TYPE_CHECKING:
    from localarea.reports.cabinet.criteria import Criterion
    from localarea.reports.cabinet.facts import Facts


def summary(facts: Facts) -> tuple[Block, ...]:
    """
    Write the summary.

    Parameters
    ----------
    facts : Facts
        What was computed.

    Returns
    -------
    tuple of Block
        The question, what was found, the criteria against the options, the decision.
    """
    return (
        Heading("Summary"),
        Paragraph(_question(facts), "What is to be decided."),
        *_found(facts),
        criteria_table(facts),
        Heading("Decision", level=2),
        decision_form(facts),
    )


def _question(facts: Facts) -> str:
    council, count = facts.council, len(facts.options)
    put = "One option is" if count == 1 else f"{whole(count)} options are"
    places = [c.place for c in council.contested]
    disputed = (
        f" The place in dispute is {places[0]}." if len(places) == 1
        else f" The places in dispute are {join(places)}." if places
        else ""
    )  # fmt: skip
    return (
        f"Which area counts as “local” when {council.title} measures the social value of its "
        f"contracts. {put} put forward, each measured from {council.anchor}.{disputed} "
        "This report recommends none of them: it shows what each does."
    )


def _found(facts: Facts) -> tuple[Block, ...]:
    said = []
    for contested in facts.council.contested:
        pair = next((p for p in facts.pairs if p.contested == contested), None)
        if pair is None:
            continue
        before, after = facts.metrics.loc[pair.without.id], facts.metrics.loc[pair.with_place.id]
        said.append(
            Paragraph(
                f"Under {pair.without.id}, adding {contested.place} moves the share of residents "
                f"in work who work inside from {share(before['supply_side'])} to "
                f"{share(after['supply_side'])}, and the share of jobs that residents hold from "
                f"{share(before['demand_side'])} to {share(after['demand_side'])} (2011). It "
                f"brings in {write_figure(after['jobs'] - before['jobs'], 'count')} jobs (2011) "
                "and "
                f"{write_figure(after['enterprises_2022'] - before['enterprises_2022'], 'count')} "
                "active enterprises (2022).",
                f"With or without {contested.place}.",
            )
        )
    return tuple(said)


def criteria_table(facts: Facts) -> Table:
    """
    Set the criteria against the options.

    Parameters
    ----------
    facts : Facts
        What was computed.

    Returns
    -------
    Table
        One row a criterion, one column an option, and the options that do best.
    """
    metrics = facts.metrics.loc[[o.id for o in facts.options]]
    several = len(facts.options) > 1
    columns = [Column("Criterion", "unit, year", numeric=False, weight=1.0)]
    columns += [Column(_head(facts, option.id)) for option in facts.options]
    if several:
        columns.append(Column("Does best", numeric=False))
    rows = [_row(facts, criterion, several=several) for criterion in known_criteria(metrics)]
    key = "; ".join(f"{facts.letters[o.id]} {o.title} ({o.id})" for o in facts.options)
    note = f"Options: {key}."
    if several:
        note += (
            " Bold: does best on that criterion, as far as the rounding shows; a dash in the last "
            "column: all alike, or neither more nor less is better. The criteria are not weighed "
            "against each other."
        )
    return Table("The criteria and the options", tuple(columns), tuple(rows), note)


def _head(facts: Facts, option_id: str) -> str:
    letter = facts.letters[option_id]
    return letter if len(facts.options) > 4 else f"{letter} {option_id}"


def _row(facts: Facts, criterion: Criterion, *, several: bool) -> tuple[Cell, ...]:
    metrics = facts.metrics.loc[[o.id for o in facts.options]]
    best = best_on(criterion, metrics) if several else []
    words = criterion.words.format(anchor=facts.council.anchor)
    row = [Cell(f"{words} ({criterion.unit})")]
    for option_id, value in metrics[criterion.name].items():
        row.append(Cell(criterion.write(value), strong=option_id in best))
    if several:
        row.append(Cell(", ".join(facts.letters[i] for i in best) or "–"))  # noqa: RUF001
    return tuple(row)


def decision_form(facts: Facts) -> Form:
    """
    Make the place to sign.

    Parameters
    ----------
    facts : Facts
        What was computed.

    Returns
    -------
    Form
        Decision, reasons, name, role, date, authority, signature.
    """
    letters = join([facts.letters[o.id] for o in facts.options], last="or")
    return Form(
        "Decision under delegated authority",
        (
            (f"Option approved ({letters})", ""),
            ("Reasons", ""),
            ("Name and role", ""),
            ("Authority: body, date and minute", ""),
            ("Signature and date", ""),
        ),
    )
