"""Assemble the sections into one report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from localarea.reports.cabinet.appendix import appendix
from localarea.reports.cabinet.changes import changes
from localarea.reports.cabinet.contested import contested
from localarea.reports.cabinet.drawing import draw_pictures
from localarea.reports.cabinet.facts import gather
from localarea.reports.cabinet.maps_section import maps
from localarea.reports.cabinet.method import data, legal, method
from localarea.reports.cabinet.model import Block, Heading, Report
from localarea.reports.cabinet.replayed import replayed
from localarea.reports.cabinet.sensitivity import sensitivity
from localarea.reports.cabinet.summary import summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from localarea.checking.payments import SpendFile
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.reports.cabinet.facts import Facts
    from localarea.reports.cabinet.model import Picture


def build_report(
    options: Sequence[Option],
    council: Council,
    *,
    dated: date,
    spend: SpendFile | None = None,
    stability_runs: int = 0,
    store: DataStore | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """
    Compute and compose the report on a set of options.

    Parameters
    ----------
    options : sequence of Option
        Options put forward, zones of 2011; the others are compared with the first.
    dated : datetime.date
        Date on the document; nothing else depends on it.
    stability_runs : int, default 0
        Bootstrap runs of the travel to work area method, to see how often a contested
        place shares an area with the anchor.
    tell : callable
        Called with a short message before each step.

    Raises
    ------
    InputError
        If there are no options, more options than letters, or one is named twice.
    """
    facts = gather(
        options, council, spend=spend, stability_runs=stability_runs, store=store, tell=tell
    )
    tell("drawing the maps")
    return compose(facts, draw_pictures(facts), dated=dated)


def compose(facts: Facts, pictures: Mapping[str, Picture], *, dated: date) -> Report:
    """
    Compose the report.

    ``pictures``: a map for each option, by its id, and other pictures by name.
    """
    sections = (
        summary(facts),
        maps(facts, pictures),
        contested(facts),
        changes(facts),
        replayed(facts),
        sensitivity(facts, pictures),
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
