"""Section with a page for each contested place: every figure without it and with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.reports.cabinet.criteria import mandate_criteria
from localarea.reports.cabinet.model import Block, Cell, Column, Heading, Paragraph, Table, cells
from localarea.reports.cabinet.wording import change, count, share

if TYPE_CHECKING:
    from localarea.comparison.figure_catalogue import FigureKind
    from localarea.options.council import Contested, Council
    from localarea.reports.cabinet.facts import Facts
    from localarea.reports.cabinet.pairs import ContestedPair

# Column of the figures, label, unit and year, and format.
_LINES: Final[tuple[tuple[str, str, str, FigureKind], ...]] = (
    ("supply_side", "Residents in work who work inside", "supply side, %, 2011", "share"),
    ("demand_side", "Jobs inside held by residents", "demand side, %, 2011", "share"),
    ("supply_side_2021", "Residents who work inside, in lockdown", "%, 2021", "share"),
    ("demand_side_2021", "Jobs inside held by residents, in lockdown", "%, 2021", "share"),
    ("jobs", "Jobs inside", "people at work, 2011", "count"),
    ("employees_2024", "Employee jobs inside", "employees, 2024", "count"),
    ("enterprises_2022", "Active enterprises inside", "number, 2022", "count"),
    ("employed_residents", "Residents in work", "people, 2011", "count"),
    ("population_2021", "Residents", "people, 2021", "count"),
    ("live_postcodes", "Postcodes in use", "number, {directory}", "count"),
    ("commuters_cut", "Commuters cut, in and out", "people, 2011", "count"),
    (
        "anchor_residents_inside_share", "{anchor} residents in work who work inside", "%, 2011",
        "share",
    ),
    (
        "anchor_jobs_inside_share", "{anchor} jobs held by people who live inside", "%, 2011",
        "share",
    ),
    ("{key}_residents_local_share", "{place} residents in work who are local", "%, 2011", "share"),
    ("{key}_jobs_local_share", "{place} jobs that are local", "%, 2011", "share"),
    ("{key}_firms_workers_local_share", "{place} firms' workers who are local", "%, 2011", "share"),
    ("parts", "Separate parts", "1 is in one piece", "count"),
    ("spend_local_share", "Replayed spend that is local", "% of the amount", "share"),
    ("spend_local_amount", "Replayed spend that is local", "amount, as in the file", "count"),
)  # fmt: skip


def contested(facts: Facts) -> tuple[Block, ...]:
    """
    Build a page for each contested place.

    One section per place, or a sentence if the council has none.
    """
    places = facts.council.contested
    if not places:
        return (
            Heading("Places in dispute", new_page=True),
            Paragraph(
                f"{facts.council.title} has named no place in dispute, so no option is shown "
                "with and without one."
            ),
        )
    return tuple(block for place in places for block in _page(facts, place))


def _page(facts: Facts, place: Contested) -> tuple[Block, ...]:
    head = Heading(f"{place.place}: inside or outside", new_page=True)
    pairs = [pair for pair in facts.pairs if pair.contested == place]
    if not pairs:
        text = (
            f"None of the options put forward has zones beyond {place.place}, so there is nothing "
            "to compare."
        )
        return (head, Paragraph(text))
    return (
        head,
        *_links(facts, place),
        with_and_without(facts, pairs[0]),
        *_exposure(facts, place, pairs[0]),
        *_stability(facts, place),
        *_others(facts, place, pairs),
    )


def _links(facts: Facts, place: Contested) -> tuple[Block, ...]:
    return (Paragraph(" ".join(facts.links[place.key]), "Who commutes between the two."),)


def _exposure(facts: Facts, place: Contested, pair: ContestedPair) -> tuple[Block, ...]:
    """Describe how including the place affects the anchor's firms and the place's firms."""
    before, after = facts.row(pair.without.id), facts.row(pair.with_place.id)
    jobs = change(before["jobs"], after["jobs"], "count").lstrip("+")
    anchor, name = facts.council.anchor, "anchor_firms_workers_outside_share"
    return (
        Paragraph(
            f"Without {place.place}, {share(before[name])} of the people who work in {anchor} live "
            f"outside the area; with it, {share(after[name])}. This is the part of the labour "
            "market "
            f"of {anchor}'s firms that the area leaves out. With {place.place} inside, its firms, "
            f"with {jobs} jobs (2011), count as local on the same "
            f"terms as {anchor}'s when both bid.",
            "Competitors.",
        ),
    )


def _stability(facts: Facts, place: Contested) -> tuple[Block, ...]:
    if place.key not in facts.stability:
        return ()
    found = facts.stability[place.key]
    often = (
        f"{share(found)} of the runs, on average over its zones" if found else "none of the runs"
    )
    return (
        Paragraph(
            f"The official method was run {facts.stability_runs} times on commuting figures of "
            "2011, "
            f"resampled at random. {place.place} shared a travel to work area with "
            f"{facts.council.anchor} in {often}.",
            "How reliable that is.",
        ),
    )


def with_and_without(facts: Facts, pair: ContestedPair) -> Table:
    """Compare one option without and with the place."""
    place = pair.contested.place
    key = pair.contested.key
    rows = []
    for name, words, unit, kind in (*_mandate_lines(facts.council), *_LINES):
        column = name.format(key=key.replace("-", "_"))
        if column not in facts.metrics.columns:
            continue
        before = facts.row(pair.without.id)[column]
        after = facts.row(pair.with_place.id)[column]
        write = share if kind == "share" else count
        words = words.format(anchor=facts.council.anchor, place=place)
        unit = facts.in_its_year(unit.format(directory=facts.directory_date), column)
        rows.append(
            cells(f"{words} ({unit})", write(before), write(after), change(before, after, kind))
        )
    # An option that an ending takes the place out of says so in its own title.
    title = facts.label(pair.without.id).removesuffix(f", without {place}")
    return Table(
        f"{title} without {place} and with it",
        (
            Column("Figure", "unit, year", numeric=False, weight=1.0),
            Column(f"Without {place}"),
            Column(f"With {place}"),
            Column("Change"),
        ),
        tuple(rows),
    )


def _mandate_lines(council: Council) -> list[tuple[str, str, str, FigureKind]]:
    return [(c.name, c.words, c.unit, c.kind) for c in mandate_criteria(council)]


def _others(facts: Facts, place: Contested, pairs: list[ContestedPair]) -> tuple[Block, ...]:
    if len(pairs) < 2:
        return ()
    rows = []
    for pair in pairs:
        before, after = facts.row(pair.without.id), facts.row(pair.with_place.id)
        rows.append(
            (
                Cell(facts.label(pair.without.id)),
                *cells(
                    share(before["supply_side"]),
                    share(after["supply_side"]),
                    share(before["demand_side"]),
                    share(after["demand_side"]),
                    change(before["jobs"], after["jobs"], "count"),
                    change(before["enterprises_2022"], after["enterprises_2022"], "count"),
                    count(after["parts"]),
                ),
            )
        )
    columns = (
        Column("Option without it", numeric=False),
        Column("Residents who work inside, without", "%, 2011"),
        Column("Residents who work inside, with", "%, 2011"),
        Column("Jobs held by residents, without", "%, 2011"),
        Column("Jobs held by residents, with", "%, 2011"),
        Column("Jobs gained", "2011"),
        Column("Enterprises gained", facts.in_its_year("2022", "enterprises_2022")),
        Column("Parts with it"),
    )
    return (Table(f"{place.place} added to each option", columns, tuple(rows)),)
