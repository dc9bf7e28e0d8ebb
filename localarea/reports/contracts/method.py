"""Sections on the method, the limits and the sources of the report on social value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea import __version__
from localarea.classify.sentences import month_name
from localarea.contracts.progress import BEHIND, DUE_DAYS
from localarea.reports.cabinet.model import (
    Block,
    Bullets,
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
    cells,
)
from localarea.reports.cabinet.wording import join

if TYPE_CHECKING:
    from localarea.reports.contracts.facts import SocialValueFacts


def method(facts: SocialValueFacts) -> list[Block]:
    """Write how figures are counted, and when they are judged."""
    return [
        Heading("Method"),
        Bullets(
            (
                "Each contract is measured under the definition of local and the counting rule "
                "that were frozen at its award. Whether a person or a payment is local is decided "
                "by the postcode of the home, the school or the trading site.",
                "Suppliers send a return each quarter. It is counted in memory, and only the "
                "figures and a receipt are kept: no row, no name and no postcode. Only what the "
                "contract manager accepted counts.",
                "1 FTE is one person full time for a year. 29 February takes no day, so every "
                "year has 365.",
                f"A return is due {DUE_DAYS} days after the end of its quarter. A pledge is "
                "expected at its milestones; without any, quarter by quarter if it was pledged so, "
                "otherwise evenly over the days of the contract.",
                "Met: the whole pledge was delivered. On track: what is expected by now. Behind: "
                f"at least {BEHIND:.0%} of that. At risk: less.",
            )
        ),
    ]


def limits(facts: SocialValueFacts) -> list[Block]:
    """Write what the figures do not show."""
    items = [
        "Figures are what suppliers returned. The council accepted them; it did not audit them.",
        "Who the people are is not kept, so one who works on two contracts counts on each.",
        "A home or a site that cannot be placed is not counted as local under the usual rule, so "
        "shares are, if anything, too low.",
        "What would have happened without the contracts is not known: delivered is not the same "
        "as caused.",
        "Figures under different definitions cannot be added up or compared as a series.",
        "No value in pounds is put on a measure: proxy values differ between editions, and none "
        "is part of this report."
        if facts.proxies is None
        else "Values in pounds are those of one edition of proxy values, and differ in another.",
    ]
    return [
        Heading("Limits"),
        Bullets(tuple(items)),
        Note(
            "Local in this report is a matter of measuring.",
            "It is not an area for which contracts may be reserved, and this is not legal advice.",
        ),
    ]


def sources(facts: SocialValueFacts) -> list[Block]:
    """List what the figures rest on, so that they can be counted again."""
    if not facts.series:
        return []
    columns = (
        Column("Definition", numeric=False, weight=2.0),
        Column("SHA-256", "first 12", numeric=False),
        Column("Counting rule", numeric=False, weight=1.5),
        Column("Contracts"),
    )
    rows = []
    for one in facts.series:
        definition, sha256, rule, version = one.contracts[0].basis
        rows.append(
            cells(
                facts.named(definition), sha256[:12], f"{rule}, version {version}",
                f"{len(one.contracts)}",
            )
        )  # fmt: skip
    months = sorted(
        {
            one.counted.receipt.get("directory_date", "")
            for kept in facts.returns.values()
            for one in kept
            if one.state == "accepted"
        }
        - {""}
    )
    named = [month_name(int(month.replace("-", "")[:6])) for month in months]
    said = f"Postcodes were looked up in the directory of {join(named)}. " if named else ""
    return [
        Heading("Sources"),
        Table("What the figures rest on", columns, tuple(rows)),
        Paragraph(
            f"{said}Counted by localarea {__version__}. Measures are those of the National TOMs "
            "and the council's own."
        ),
    ]
