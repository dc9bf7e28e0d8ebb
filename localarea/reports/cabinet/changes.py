"""Who gains and who loses: what each option adds and takes away, against the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.reports.cabinet.model import Block, Column, Heading, Paragraph, Table, cells
from localarea.reports.cabinet.wording import signed

if TYPE_CHECKING:
    import pandas as pd

    from localarea.reports.cabinet.facts import Facts

_SIGN = {"gained": 1.0, "lost": -1.0}


def changes(facts: Facts) -> tuple[Block, ...]:
    """
    Write who gains and who loses.

    Parameters
    ----------
    facts : Facts
        What was computed.

    Returns
    -------
    tuple of Block
        By district and by industry; a sentence where there is one option alone.
    """
    head = Heading("Who gains and who loses", new_page=True)
    if facts.comparison is None:
        return (
            head,
            Paragraph("One option alone is put forward, so there is nothing to hold it against."),
        )
    first = facts.options[0]
    blocks: list[Block] = [
        head,
        Paragraph(
            f"Each option is held against option {facts.letters[first.id]} ({first.title}). A "
            "plus sign: firms, workers and postcodes that would become local; a minus sign: that "
            "would no longer be."
        ),
        _by_district(facts, facts.comparison.changes),
    ]
    return tuple(blocks)


def _by_district(facts: Facts, frame: pd.DataFrame) -> Table:
    rows = []
    for option in facts.options[1:]:
        mine = frame[frame["option"] == option.id]
        if mine.empty:
            rows.append(cells(facts.label(option.id), "no change", *["0"] * 6))
        for record in mine.to_dict("records"):
            sign = _SIGN[record["change"]]
            rows.append(
                cells(
                    facts.label(option.id),
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
        f"Gained and lost by district, against option {facts.letters[facts.options[0].id]}",
        (
            Column("Option", numeric=False),
            Column("District", numeric=False, weight=1.0),
            Column("Zones"),
            Column("Residents", "2021"),
            Column("Jobs", "2011"),
            Column("Enterprises", "2022"),
            Column(f"Work in {anchor}", "residents, 2011"),
            Column(f"Come from {anchor}", "workers, 2011"),
        ),
        tuple(rows),
    )
