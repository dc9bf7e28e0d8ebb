"""Compose the report to Cabinet on social value, which the formats of reports render."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.contracts.reading import kpi_document, on_missing_shares
from localarea.contracts.standing import INDICATOR
from localarea.definitions.model import day_name
from localarea.errors import EmptyResultError
from localarea.reports.cabinet.model import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    Picture,
    Report,
    Table,
    cells,
)
from localarea.reports.cabinet.wording import join, whole
from localarea.reports.contracts.figures import NONE, amount, told
from localarea.reports.contracts.measures_section import measures, worth
from localarea.reports.contracts.method import limits, method, sources
from localarea.reports.contracts.progress_section import contracts, learnt
from localarea.reports.print_maps.indicator_chart import write_indicator_chart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from localarea.contracts.standing import Series
    from localarea.reports.contracts.facts import SocialValueFacts

_STANDINGS: Final = ("met", "on track", "behind", "at risk", "withheld", "not due yet")


def social_value_document(facts: SocialValueFacts, *, author: str, dated: date) -> Report:
    """Compose the report; nothing but its date depends on ``dated``."""
    found = facts.progresses()
    blocks: list[Block] = [*_summary(facts, found)]
    if facts.kept:
        blocks += [
            *_indicator(facts),
            *measures(facts),
            *worth(facts),
            *contracts(facts, found),
            *learnt(facts, found),
        ]
    blocks += [*method(facts), *limits(facts), *sources(facts)]
    return Report(
        "Social value from our contracts",
        "Report to Cabinet: what was pledged and delivered"
        + ("" if facts.on == dated else f", to {day_name(str(facts.on))}"),
        author,
        dated,
        tuple(_numbered(blocks)),
    )


def _numbered(blocks: Sequence[Block]) -> list[Block]:
    made: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            number = sum(isinstance(b, Heading) and b.level == 1 for b in made) + 1
            made.append(Heading(f"{number}. {block.text}", 1, block.new_page))
        else:
            made.append(block)
    return made


def _summary(facts: SocialValueFacts, found: Sequence[Mapping[str, Any]]) -> list[Block]:
    if not facts.kept:
        return [Heading("Summary"), Paragraph("No contracts have been entered yet.")]
    worth = sum((one.contract.value for one in facts.kept), Decimal(0))
    risky = [line["reference"] for line in found if line["at_risk"]]
    one = len(facts.kept) == 1
    late = sum(len(line["late"]) for line in found)
    said = f"{whole(len(facts.kept))} {'contract' if one else 'contracts'}, worth £{worth:,.2f}"
    risk = (
        f"{join(risky)} {'is' if len(risky) == 1 else 'are'} at risk."
        if risky
        else "Nothing that can be shown here is late or at risk."
    )
    returns = f" {whole(late)} {'return is' if late == 1 else 'returns are'} late." if late else ""
    return [
        Heading("Summary"),
        Paragraph(f"{said}{' together' if not one else ''}. {risk}{returns}", "Contracts."),
        Paragraph(_indicator_sentence(facts), "Share of contract spend that is local."),
        Paragraph(_standing_sentence(found), "Pledges."),
        Note(
            "What is withheld.",
            "Figures that rest on fewer than five people, and those that would reveal one of them, "
            "are withheld. That holds also for this report read together with earlier ones.",
        ),
    ]


def _indicator_sentence(facts: SocialValueFacts) -> str:
    parts = []
    for one in facts.series:
        figure, withheld = one.figure(INDICATOR, -1, -1, internal=False)
        share = "withheld" if withheld else "not known yet" if figure is None else f"{figure}%"
        parts.append(f"{share} under {facts.named(one.contracts[0].basis[0])}")
    between = "; each is shown separately, because “local” was redefined between them"
    tail = between if len(parts) > 1 else ""
    text = join(parts) + tail
    return f"{text[0].upper()}{text[1:]}."


def _standing_sentence(found: Sequence[Mapping[str, Any]]) -> str:
    statuses = [line["status"] for one in found for line in one["measures"] if line["status"]]
    if not statuses:
        return "None of the contracts has a pledge."
    counts = [f"{statuses.count(name)} {name}" for name in _STANDINGS if name in statuses]
    count = len(statuses)
    return f"Of {count} {'pledge' if count == 1 else 'pledges'} of a measure: {', '.join(counts)}."


def _indicator(facts: SocialValueFacts) -> list[Block]:
    document = kpi_document(facts.series, INDICATOR)
    made: list[Block] = [
        Heading("The indicator"),
        Paragraph(
            "The share of what suppliers spent under the contracts that went to suppliers in the "
            "area that counts as local. A share is that of the sums of all contracts, not a mean "
            "of shares."
        ),
        *_picture(document),
    ]
    if len(facts.series) > 1:
        made.append(
            Note(
                "The definition changed.",
                "Each contract is measured under one definition from its first day to its last. "
                "Each definition has a series of its own, and no two are joined."
                + _other_periods(facts),
            )
        )
    made += [
        _series_table(facts, one, shown)
        for one, shown in zip(facts.series, document["series"], strict=True)
    ]
    missing = on_missing_shares(document)
    return [*made, Paragraph(missing)] if missing else made


def _other_periods(facts: SocialValueFacts) -> str:
    """Name the contracts whose definition was not in force on their first day."""
    apart = [reference for reference, notes in facts.notes.items() if notes]
    if not apart:
        return ""
    verb = "begins" if len(apart) == 1 else "begin"
    return f" {join(apart)} {verb} on a day when that definition is not in force."


def _picture(document: Mapping[str, Any]) -> list[Block]:
    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        try:
            path = write_indicator_chart(document, Path(folder) / "indicator.png")
        except EmptyResultError:
            return []
        content = path.read_bytes()
    shares = [
        f"under {one['definition']}: "
        + ", ".join(
            f"{part['quarter']} {told(part, '%')}" for part in one["by_quarter"] if part["returns"]
        )
        for one in document["series"]
    ]
    alt = f"Line chart of the share that is local, in per cent, {'; '.join(shares)}."
    caption = "Share of contract spend that is local, with targets"
    return [Picture("indicator.png", content, alt, caption, tallest_cm=9.5)]


def _series_table(facts: SocialValueFacts, one: Series, shown: Mapping[str, Any]) -> Table:
    columns = (
        Column("Quarter", numeric=False, weight=1.0),
        *(Column("Local", "%"), Column("Target", "%"), Column("Returns", "accepted")),
    )
    rows = [
        cells(part["quarter"], told(part, "%"), amount(part["target"], "%"), f"{part['returns']}")
        for part in shown["by_quarter"]
    ]
    rows.append(cells("All quarters", told(shown, "%"), NONE, f"{_returns(shown)}"))
    count = len(one.contracts)
    word = "contract" if count == 1 else "contracts"
    caption = f"Local share under {facts.named(shown['definition'])}, {count} {word}"
    return Table(caption, columns, tuple(rows))


def _returns(shown: Mapping[str, Any]) -> int:
    return sum(int(part["returns"]) for part in shown["by_quarter"])
