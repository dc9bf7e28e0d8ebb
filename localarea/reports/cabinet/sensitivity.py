"""How firm the figures are: the two censuses, resampling, drive times, and what every option agrees on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.reports.cabinet.model import Block, Column, Heading, Paragraph, Table, cells
from localarea.reports.cabinet.wording import share

if TYPE_CHECKING:
    from localarea.reports.cabinet.facts import Facts


def sensitivity(facts: Facts) -> tuple[Block, ...]:
    """
    Write how firm the figures are.

    Parameters
    ----------
    facts : Facts
        What was computed.

    Returns
    -------
    tuple of Block
        Tables and what they mean.
    """
    return (
        Heading("How firm the figures are", new_page=True),
        Heading("Two censuses", level=2),
        Paragraph(
            "The census of 21 March 2021 was taken in lockdown. Many people worked at home for a "
            "time, "
            "so journeys between places are too few and self-containment is too high. 2011 "
            "is what the options are judged on; 2021 shows whether their order holds."
        ),
        _two_censuses(facts),
    )


def _two_censuses(facts: Facts) -> Table:
    rows = [
        cells(
            facts.label(option.id),
            *(
                share(facts.metrics[name].loc[option.id])
                for name in ("supply_side", "supply_side_2021", "demand_side", "demand_side_2021")
            ),
        )
        for option in facts.options
    ]
    return Table(
        "Self-containment at two censuses",
        (
            Column("Option", numeric=False),
            Column("Residents who work inside", "%, 2011"),
            Column("Residents who work inside", "%, 2021"),
            Column("Jobs held by residents", "%, 2011"),
            Column("Jobs held by residents", "%, 2021"),
        ),
        tuple(rows),
    )
