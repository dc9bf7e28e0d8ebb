"""First page: the question, the findings, the criteria and the form to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.comparison.figure_catalogue import UNKNOWN
from localarea.comparison.mandate.figures import mandate_readings
from localarea.comparison.mandate.held import mandate_held, mandate_sentences
from localarea.options.region_options import OF_REGION
from localarea.reports.cabinet.criteria import (
    best_on,
    criteria_of,
    known_criteria,
    passed_by_all,
)
from localarea.reports.cabinet.model import Block, Cell, Column, Form, Heading, Paragraph, Table
from localarea.reports.cabinet.wording import change, join, share, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.options.mandate_area import MandateArea
    from localarea.reports.cabinet.criteria import Criterion
    from localarea.reports.cabinet.facts import Facts
    from localarea.reports.cabinet.pairs import ContestedPair


_MAX_IN_FULL: Final = 6
_MAX_NAMED: Final = 4


def summary(facts: Facts) -> tuple[Block, ...]:
    """
    Build the summary.

    The mandate, the question, the findings, the table of criteria and the decision form.
    """
    return (
        Heading("Summary"),
        *_mandate(facts),
        Paragraph(_question(facts), "What is to be decided."),
        *_found(facts),
        *_options(facts),
        criteria_table(facts),
        Heading("Decision", level=2),
        decision_form(facts),
    )


def _question(facts: Facts) -> str:
    council, options = facts.council, len(facts.options)
    put = "One option is" if options == 1 else f"{whole(options)} options are"
    places = [c.place for c in council.contested]
    disputed = (
        f" The place in dispute is {places[0]}." if len(places) == 1
        else f" The places in dispute are {join(places)}." if places
        else ""
    )  # fmt: skip
    drawn = {option.method for option in facts.options}
    measured = "" if drawn & set(OF_REGION) else f", each measured from {council.anchor}"
    return (
        f"Which area counts as “local” when {council.title} measures the social value of its "
        f"contracts. {put} put forward{measured}.{disputed} "
        "This report makes no recommendation: it shows what each option does."
    )


def _mandate(facts: Facts) -> tuple[Block, ...]:
    mandate = facts.council.mandate
    if mandate is None:
        return ()
    source = mandate.source[0].upper() + mandate.source[1:]
    said = Paragraph(f"{source}: “{mandate.words}”.", "The authority to decide.")
    if mandate.area is None:
        return (said,)
    return (said, Paragraph(_as_area(facts, mandate.area), "The mandate as an area."))


def _as_area(facts: Facts, area: MandateArea) -> str:
    """Describe how the mandate is read, and which options hold nothing of one of its halves."""
    reading = f", in the {area.first.words}" if len(area.readings) > 1 else ""
    halves = join([f"{half.title} is {half.names}" for half in area.first.halves])
    sentences = [f"{halves}{reading}."]
    for half, lived, _ in mandate_readings(facts.council)[0].halves:
        without = [o.id for o in facts.options if not facts.row(o.id)[lived.name]]
        if without:
            letters = join([facts.letters[i] for i in without])
            one = len(without) == 1
            sentences.append(
                f"{'Option' if one else 'Options'} {letters} {'holds' if one else 'hold'} nothing "
                f"of {half.title}."
            )
    return " ".join(sentences)


def _found(facts: Facts) -> tuple[Block, ...]:
    paragraphs = []
    for contested in facts.council.contested:
        pair = next((p for p in facts.pairs if p.contested == contested), None)
        if pair is None:
            continue
        before, after = facts.row(pair.without.id), facts.row(pair.with_place.id)
        jobs, firms = (
            change(before[name], after[name], "count").lstrip("+")
            for name in ("jobs", "enterprises_2022")
        )
        enterprises = facts.in_its_year("active enterprises (2022)", "enterprises_2022")
        paragraphs.append(
            Paragraph(
                f"Adding {contested.place} to {facts.named(pair.without.id)} moves the share of "
                "residents in work who work inside from "
                f"{share(before['supply_side'])} to {share(after['supply_side'])}, and the "
                "share of jobs that residents hold from "
                f"{share(before['demand_side'])} to {share(after['demand_side'])} (2011). It "
                f"brings in {jobs} jobs (2011) and {firms} {enterprises}."
                f"{_spend(before, after)} {_halves(facts, pair)}".rstrip(),
                f"With or without {contested.place}.",
            )
        )
    return tuple(paragraphs)


def _halves(facts: Facts, pair: ContestedPair) -> str:
    """Describe what a place in dispute does to the halves of the mandate."""
    held = mandate_held(facts.metrics, pair.without.id, pair.with_place.id, facts.council)
    if held is not None and held.adds_nothing:  # the table beside it has the shares
        return f"It brings in nothing of {join([name for name, _ in held.halves], last='or')}."
    return mandate_sentences(pair.contested.place, held)


def _fits(facts: Facts) -> bool:
    """Return whether the options fit on the first page at full size."""
    return len(facts.options) <= _MAX_IN_FULL


def _key(facts: Facts) -> str:
    return "; ".join(f"{facts.letters[o.id]}: {o.title}" for o in facts.options)


def _options(facts: Facts) -> tuple[Block, ...]:
    return (Paragraph(f"{_key(facts)}.", "The options."),) if _fits(facts) else ()


def _spend(before: Mapping[str, float], after: Mapping[str, float]) -> str:
    name = "spend_local_share"
    if name not in after:
        return ""
    return f" Of the spend replayed, {share(after[name])} is local, not {share(before[name])}."


def criteria_table(facts: Facts) -> Table:
    """
    Tabulate the criteria by option.

    One row per criterion, one column per option, and the options that do best.
    """
    metrics = facts.metrics.loc[[o.id for o in facts.options]]
    several = len(facts.options) > 1
    columns = [Column("Criterion", "unit, year", numeric=False, weight=1.0)]
    columns += [Column(facts.letters[option.id]) for option in facts.options]
    if several:
        columns.append(Column("Does best", numeric=False))
    # The first page has to hold the form to sign: of the mandate it has the residents of each half
    # and what lies outside; the page of the place in dispute has the rest.
    left_for_later = {
        figure.name
        for reading in mandate_readings(facts.council)
        for figure in (reading.residents, reading.jobs, *(jobs for *_, jobs in reading.halves))
    }
    criteria = [
        c
        for c in known_criteria(metrics, criteria_of(facts.council))
        if c.name not in left_for_later
    ]
    rows = [_row(facts, criterion, several=several) for criterion in criteria]
    note = "" if _fits(facts) else f"Options: {_key(facts)}."
    if any(metrics[criterion.name].isna().any() for criterion in criteria):
        note += " A dash under an option: not known, as minutes are where no road leads."
    note += facts.counted_from
    if several:
        note += (
            " Bold: does best on that criterion, as rounded here; a dash in the last "
            "column: all are equal, or neither more nor less is better. The criteria are not "
            "weighed against each other."
        )
        if any(passed_by_all(criterion, metrics) for criterion in criteria):
            note += " All the options pass the official test, so it does not choose between them."
    return Table("The criteria and the options", tuple(columns), tuple(rows), note.strip())


def _row(facts: Facts, criterion: Criterion, *, several: bool) -> tuple[Cell, ...]:
    metrics = facts.metrics.loc[[o.id for o in facts.options]]
    passed = passed_by_all(criterion, metrics)
    best = best_on(criterion, metrics) if several else []
    words = criterion.words.format(anchor=facts.council.anchor)
    unit = facts.in_its_year(criterion.unit, criterion.name)
    row = [Cell(f"{words} ({unit})")]
    for option_id, value in metrics[criterion.name].items():
        row.append(Cell(criterion.write(value), strong=option_id in best))
    if several:
        row.append(Cell("all pass" if passed else _named([facts.letters[i] for i in best])))
    return tuple(row)


def _named(letters: list[str]) -> str:
    """List the options that do best, or count them if there are many; bold shows which."""
    if len(letters) > _MAX_NAMED:
        return f"{len(letters)} options"
    return ", ".join(letters) or UNKNOWN


def decision_form(facts: Facts) -> Form:
    """
    Build the form to sign.

    Fields for the decision, reasons, name, role, date, authority and signature.
    """
    mandate = facts.council.mandate
    letters = join([facts.letters[o.id] for o in facts.options], last="or")
    # Who decides, and whether by delegation, is known only of a council whose file says so.
    return Form(
        "Form to sign" if mandate is None else "Decision under delegated authority",
        (
            (f"Option approved ({letters})", ""),
            ("Reasons", ""),
            ("Name", ""),
            ("Role", "" if mandate is None else mandate.role),
            (f"Minute that {'gives' if mandate is None else 'delegates'} the authority", ""),
            ("Date", ""),
            ("Signature", ""),
            ("Further conditions", ""),
        ),
    )
