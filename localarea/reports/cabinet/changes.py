"""Section on who gains and who loses under each option, compared with the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.reports.cabinet.model import Block, Column, Heading, Paragraph, Table, cells
from localarea.reports.cabinet.wording import count, signed

if TYPE_CHECKING:
    import pandas as pd

    from localarea.reports.cabinet.facts import Facts

_SIGN = {"gained": 1.0, "lost": -1.0}


def changes(facts: Facts) -> tuple[Block, ...]:
    """
    Describe who gains and who loses.

    Tables by district and by industry, or a sentence if there is only one option.
    """
    head = Heading("Who gains and who loses", new_page=True)
    if facts.comparison is None:
        return (
            head,
            Paragraph("Only one option is put forward, so there is nothing to compare it with."),
        )
    first = facts.options[0]
    blocks: list[Block] = [
        head,
        Paragraph(
            f"Each option is compared with option {facts.letters[first.id]} ({first.title}). A "
            "plus sign marks firms, workers and postcodes that would become local; a minus sign, "
            "those that would stop being local."
        ),
        _by_district(facts, facts.comparison.changes),
        *_by_industry(facts),
    ]
    return tuple(blocks)


def _by_district(facts: Facts, frame: pd.DataFrame) -> Table:
    rows = []
    for option in facts.options[1:]:
        mine = frame[frame["option"] == option.id]
        if mine.empty:
            rows.append(cells(facts.label(option.id), "no change", *["0"] * 6))
        for number, record in enumerate(mine.to_dict("records")):
            sign = _SIGN[record["change"]]
            rows.append(
                cells(
                    facts.letters[option.id] if number else facts.label(option.id),
                    str(record["district"]),
                    *(
                        signed(sign * float(record[name]))
                        for name in (
                            "zones", "population_2021", "jobs", "enterprises_2022",
                            "commuters_to_anchor", "commuters_from_anchor",
                        )
                    ),
                )
            )  # fmt: skip
    anchor = facts.council.anchor
    return Table(
        f"Gained and lost by district, compared with option {facts.letters[facts.options[0].id]}",
        (
            Column("Option", numeric=False),
            Column("District", numeric=False, weight=1.0),
            Column("Zones"),
            Column("Residents", "2021"),
            Column("Jobs", "2011"),
            Column("Enterprises", facts.in_its_year("2022", "enterprises_2022")),
            Column(f"Work in {anchor}", "residents, 2011"),
            Column(f"Come from {anchor}", "workers, 2011"),
        ),
        tuple(rows),
    )


def _by_industry(facts: Facts) -> tuple[Block, ...]:
    """Show what each option adds by industry, largest first, in employee jobs."""
    jobs = facts.industries
    year = facts.in_its_year("2024", "employees_2024")
    first = facts.options[0]
    change = jobs[[o.id for o in facts.options[1:]]].sub(jobs[first.id], axis=0)
    order = jobs[first.id].sort_values(ascending=False, kind="stable").index
    rows = tuple(
        cells(
            str(industry),
            count(float(jobs[first.id].loc[industry])),
            *(signed(float(value)) for value in change.loc[industry]),
        )
        for industry in order
    )
    columns = (
        Column("Industry", numeric=False, weight=1.0),
        Column(facts.letters[first.id], f"jobs, {year}"),
        *(Column(facts.letters[o.id], "change") for o in facts.options[1:]),
    )
    note = (
        f"Employee jobs by place of work, {year}, provisional. The first figure is all of option "
        f"{facts.letters[first.id]}; the others are what each option adds or removes. "
        "Farms and the self-employed are left out."
    )
    return (Table("Jobs gained and lost by industry", columns, rows, note),)
