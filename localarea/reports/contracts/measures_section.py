"""Sections on measures against pledges, and on what they are taken to be worth."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.measures.catalogue import MEASURE_OF
from localarea.reports.cabinet.model import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    Picture,
    Table,
    cells,
)
from localarea.reports.cabinet.wording import join
from localarea.reports.contracts.figures import MEASURE_COLUMNS, amount, measure_row, told
from localarea.reports.print_maps.pledge_chart import pledged, said_of, write_pledge_chart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from localarea.reports.contracts.facts import SocialValueFacts

_NOTE: Final = (
    "1 FTE is one person full time for a year, so a full-timer adds about 0.25 in a quarter. "
    "Expected: each contract by the last quarter whose return was accepted or is due."
)
Lines = list["Mapping[str, Any]"]


def measures(facts: SocialValueFacts) -> list[Block]:
    """Draw and tabulate measures against pledges, apart for each definition."""
    lines = facts.measures()
    made: list[Block] = [Heading("Measures against pledges")]
    if not lines:
        return [*made, Paragraph("Nothing was pledged, and nothing has been returned.")]
    if facts.priority:
        first = join([f"{ref} ({MEASURE_OF[ref].title})" for ref in facts.priority])
        made.append(Paragraph(f"{first}. They stand first.", "The council's priorities.", True))
    for number, (definition, own) in enumerate(_by_definition(lines), start=1):
        made += _picture(own, facts.named(definition), number)
        rows = [measure_row(line) for line in own]
        caption = f"Measures over all contracts under {facts.named(definition)}"
        made.append(Table(caption, MEASURE_COLUMNS, tuple(rows), _NOTE))
    return made


def _by_definition(lines: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Lines]]:
    for definition in dict.fromkeys(line["definition"] for line in lines):
        yield definition, [line for line in lines if line["definition"] == definition]


def _picture(lines: Lines, named: str, number: int) -> list[Block]:
    shown = pledged(lines)
    if not shown:
        return []
    name = f"pledges-{number}.png"
    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        content = write_pledge_chart(shown, Path(folder) / name).read_bytes()
    said = "; ".join(f"{line['measure']} {said_of(line)}" for line in shown)
    alt = f"Bar chart of what was delivered, in per cent of each pledge: {said}."
    caption = f"Delivered against pledged, in per cent of each pledge, under {named}"
    return [Picture(name, content, alt, caption, tallest_cm=14)]


def worth(facts: SocialValueFacts) -> list[Block]:
    """Write what the delivered value is taken to be worth; nothing without proxy values."""
    if facts.proxies is None:
        return []
    made: list[Block] = [
        Heading("What it is taken to be worth"),
        Paragraph(
            f"{facts.proxies.edition}, {facts.proxies.source}.", "Proxy values are those of", True
        ),
    ]
    lines = [line for line in facts.measures() if line["measure"] in facts.proxies.amounts]
    for definition, own in _by_definition(lines):
        rows = [
            cells(
                f"{line['measure']}: {line['title']} ({line['unit']})",
                told(line, line["unit"]),
                amount(facts.proxies.amounts[line["measure"]], "GBP"),
                told({**line, "delivered": line["value_gbp"]}, "GBP"),
            )
            for line in own
        ]
        caption = f"Value by proxy under {facts.named(definition)}"
        made.append(Table(caption, _WORTH, tuple(rows)))
    if not lines:
        made.append(Paragraph("No measure that was pledged or returned has a proxy value."))
    return [
        *made,
        Note(
            "A proxy is not a payment.",
            "It is what one unit of a measure is taken to be worth on average. Nobody was paid or "
            "spared these pounds, and they are not added up, because measures overlap: an "
            "apprentice may also be a local employee.",
        ),
    ]


_WORTH: Final = (
    Column("Measure", numeric=False, weight=1.0),
    *(Column("Delivered"), Column("One unit", "\u00a3"), Column("Value", "\u00a3")),
)
