"""Sections on every contract, and on what was learnt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from localarea.contracts.reading import faults_of
from localarea.contracts.standing import INDICATOR
from localarea.definitions.model import day_name
from localarea.measures.catalogue import MEASURE_OF
from localarea.reports.cabinet.model import (
    Block,
    Bullets,
    Column,
    Heading,
    Paragraph,
    Table,
    cells,
)
from localarea.reports.cabinet.wording import join, whole
from localarea.reports.contracts.figures import MEASURE_COLUMNS, measure_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localarea.contracts.model import Contract
    from localarea.reports.contracts.facts import SocialValueFacts

_REASONS: Final = 5  # for which rows are most often refused


def contracts(facts: SocialValueFacts, found: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Tabulate the contracts, and the pledges of each."""
    columns = (
        Column("Contract", numeric=False, weight=1.7),
        Column("Supplier", numeric=False, weight=1.3),
        Column("Department", numeric=False, weight=1.2),
        Column("Value", "£"),
        Column("Last day", numeric=False, weight=1.2),
        Column("Standing", numeric=False, weight=1.2),
    )
    rows = [
        cells(
            f"{one.contract.reference}: {one.contract.title}",
            one.contract.supplier,
            one.contract.department,
            f"{one.contract.value:,.2f}",
            day_name(str(one.contract.last_day)),
            "at risk" if line["at_risk"] else "nothing late or at risk",
        )
        for one, line in zip(facts.kept, found, strict=True)
    ]
    made: list[Block] = [Heading("The contracts"), Table("The contracts", columns, tuple(rows))]
    for one, line in zip(facts.kept, found, strict=True):
        made.append(Heading(f"{one.contract.reference}: {one.contract.title}", 2))
        made += _contract(facts, one.contract, line)
    return made


def _contract(facts: SocialValueFacts, contract: Contract, line: Mapping[str, Any]) -> list[Block]:
    said = [f"Measured under {facts.named(contract.definition)}.", _returns_sentence(line)]
    said += facts.notes.get(contract.reference, ())
    made: list[Block] = [Paragraph(" ".join(said), keep=True)]
    if line["reasons"]:
        made.append(Bullets(tuple(f"At risk: {reason}." for reason in line["reasons"])))
    rows = [measure_row(part) for part in line["measures"] if _matters(part)]
    if rows:
        caption = f"Pledges, priorities and the indicator of {line['reference']}"
        made.append(Table(caption, MEASURE_COLUMNS, tuple(rows)))
    if line["milestones"]:
        made.append(Bullets(tuple(_milestone(one) for one in line["milestones"])))
    return made


def _milestone(one: Mapping[str, Any]) -> str:
    day = day_name(one["due"])
    return f"Milestone {'of' if one['past'] else 'due on'} {day}: {one['title']}"


def _matters(part: Mapping[str, Any]) -> bool:
    return part["target"] is not None or part["priority"] or part["measure"] == INDICATOR


def _returns_sentence(line: Mapping[str, Any]) -> str:
    states = Counter(one["state"] for one in line["quarters"])
    counting = sum(one["counts"] for one in line["quarters"])
    every, waiting, back = len(line["quarters"]), states["sent"], states["returned"]
    quarters, have = "quarter" if every == 1 else "quarters", "has" if counting == 1 else "have"
    said = [f"{counting} of {every} {quarters} {have} an accepted return"]
    said += [f"{waiting} {'waits' if waiting == 1 else 'wait'} to be accepted"] if waiting else []
    said += [f"{back} {'was' if back == 1 else 'were'} sent back"] if back else []
    said += [f"late: {', '.join(line['late'])}"] if line["late"] else []
    return f"{'; '.join(said)}."


def learnt(facts: SocialValueFacts, found: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Write what the register shows of how the contracts went, and what the author learnt."""
    said = [*_by_standing(found), *_of_returns(facts, found), *_of_priorities(facts, found)]
    made: list[Block] = [Heading("What was learnt")]
    if facts.lessons:
        made.append(Bullets(facts.lessons))
        made.append(Heading("What the register shows", 2))
    return [*made, Bullets(tuple(said))]


def _by_standing(found: Sequence[Mapping[str, Any]]) -> list[str]:
    named = {
        status: [
            f"{one['reference']} {line['measure']}"
            for one in found
            for line in one["measures"]
            if line["status"] == status
        ]
        for status in ("met", "behind", "at risk")
    }
    words = {"met": "Met in full", "behind": "Behind what is expected", "at risk": "At risk"}
    said = [f"{words[status]}: {join(names)}." for status, names in named.items() if names]
    return said or ["No pledge is met, behind or at risk yet."]


def _of_returns(facts: SocialValueFacts, found: Sequence[Mapping[str, Any]]) -> list[str]:
    every = [one for kept in facts.returns.values() for one in kept]
    late = sum(len(line["late"]) for line in found)
    quarters = Counter(
        (one.reference, one.counted.quarter) for one in every if one.state == "accepted"
    )
    corrected = sum(count > 1 for count in quarters.values())
    back = len({(o.reference, o.counted.quarter) for o in every if o.state == "returned"})
    said = [
        f"{whole(len(quarters))} {_returns(len(quarters))} accepted, and "
        f"{late or 'none'} {'are' if late > 1 else 'is'} late."
    ]
    if corrected:
        said.append(
            f"{whole(corrected)} {_returns(corrected)} corrected after being accepted; the "
            "figures are those of the correction."
        )
    if back:
        said.append(f"{whole(back)} {_returns(back)} sent back to the supplier to be put right.")
    faults: Counter[str] = Counter()
    for one in every:
        for fault in faults_of(one.counted):
            if not fault["apart"]:
                column = f"{fault['column']}: " if fault["column"] else ""
                faults[f"{column}{fault['why']}"] += len(fault["rows"])
    if faults:
        often = "; ".join(text for text, _ in faults.most_common(_REASONS))
        said.append(f"Rows of returns were refused most often because of: {often}.")
    return said


def _returns(count: int) -> str:
    return "return was" if count == 1 else "returns were"


def _of_priorities(facts: SocialValueFacts, found: Sequence[Mapping[str, Any]]) -> list[str]:
    pledged = {
        line["measure"] for one in found for line in one["measures"] if line["target"] is not None
    }
    missing = [ref for ref in facts.priority if ref not in pledged]
    if not missing:
        return []
    names = join([f"{ref} ({MEASURE_OF[ref].title})" for ref in missing])
    return [f"No contract pledges a priority of the council: {names}."]
