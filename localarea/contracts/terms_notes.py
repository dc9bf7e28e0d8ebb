"""Say what to know of the terms of a contract: nothing of it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.contracts.in_force import notes_on_period
from localarea.contracts.standing import target_of
from localarea.definitions.model import day_name
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.report import ALL_QUARTERS

if TYPE_CHECKING:
    from localarea.contracts.model import Contract, Milestone
    from localarea.definitions.store import DefinitionStore


def notes_on_terms(contract: Contract, definitions: DefinitionStore) -> list[str]:
    """
    Say what in the terms of a contract is likely to be a mistake.

    ``contract``: stated or entered. Returns a sentence each: of a definition that is not in force
    on the first day, of milestones outside the days of the contract, and of those that expect more
    than is pledged, or less than an earlier one.
    """
    found = notes_on_period(contract, definitions)
    before: dict[str, Milestone] = {}
    for one in sorted(contract.milestones, key=lambda each: each.due):
        named = f"The milestone of {day_name(str(one.due))}"
        if not contract.first_day <= one.due <= contract.last_day:
            found.append(f"{named} is outside the days of the contract.")
        if not one.measure or one.target is None:
            continue
        pledged = target_of(contract, one.measure, ALL_QUARTERS)
        due = _amount(one)
        if pledged is None:
            found.append(f"{named} expects {due}, and nothing of it is pledged.")
        elif one.target > pledged:
            found.append(f"{named} expects {due}, and {pledged:,} is pledged altogether.")
        earlier = before.get(one.measure)
        if earlier is not None and earlier.target is not None and one.target < earlier.target:
            found.append(
                f"{named} expects {due}, less than that of {day_name(str(earlier.due))}: "
                "say how much is due by then from the first day on."
            )
        else:
            before[one.measure] = one
    return found


def _amount(one: Milestone) -> str:
    unit = MEASURE_OF[one.measure].unit
    return f"{one.target:,} {unit} of {one.measure}"
