"""Put the sections together to one report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from localarea.reports.cabinet.appendix import appendix
from localarea.reports.cabinet.changes import changes
from localarea.reports.cabinet.contested import contested
from localarea.reports.cabinet.maps_section import maps
from localarea.reports.cabinet.method import data, legal, method
from localarea.reports.cabinet.model import Block, Heading, Report
from localarea.reports.cabinet.sensitivity import sensitivity
from localarea.reports.cabinet.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from localarea.reports.cabinet.facts import Facts
    from localarea.reports.cabinet.model import Picture


def compose(facts: Facts, pictures: Mapping[str, Picture], *, dated: date) -> Report:
    """
    Write the report.

    Parameters
    ----------
    facts : Facts
        What was computed.
    pictures : mapping of str to Picture
        A map for each option by its id, and others by name.
    dated : datetime.date
        Date on the document.

    Returns
    -------
    Report
        The document.
    """
    sections = (
        summary(facts),
        maps(facts, pictures),
        contested(facts),
        changes(facts),
        sensitivity(facts),
        method(facts),
        data(facts),
        legal(facts),
        appendix(facts),
    )
    council = facts.council
    return Report(
        title=f"Where is local? Options for {council.title}",
        subtitle="Report for a decision on the area that counts as local in social value measures",
        author=council.title,
        dated=dated,
        blocks=tuple(_numbered(block for section in sections for block in section)),
    )


def _numbered(blocks: Iterable[Block]) -> Iterable[Block]:
    number = 0
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            number += 1
            yield replace(block, text=f"{number}. {block.text}")
        else:
            yield block
