"""Say where the definition of a contract is not the one in force on its first day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.definitions.model import day_name
from localarea.errors import LocalareaError

if TYPE_CHECKING:
    from datetime import date

    from localarea.contracts.model import Contract
    from localarea.definitions.published import PublishedDefinition
    from localarea.definitions.store import DefinitionStore


def notes_on_period(contract: Contract, definitions: DefinitionStore) -> list[str]:
    """
    Say that the definition of a contract is not in force on its first day.

    It is no fault: what counts as local is agreed at award, long before or after that day. But
    nobody must take it for the definition that was in force. ``contract``: stated or entered.
    Returns a sentence; none if it is in force, or if the definitions cannot be read.
    """
    try:
        published = definitions.kept()
    except LocalareaError:
        return []
    own = next((one for one in published if one.definition.id == contract.definition), None)
    wrong = "" if own is None else _wrong_period(contract.first_day, own)
    if own is None or not wrong:
        return []
    instead = [one.definition.id for one in published if _stands_in(one, own, contract.first_day)]
    other = f"On that day {instead[0]} is in force. " if instead else ""
    return [
        f"The contract begins on {day_name(str(contract.first_day))}, {wrong}. {other}"
        f"All its returns are measured under {own.definition.id}."
    ]


def _wrong_period(day: date, own: PublishedDefinition) -> str:
    first, last = own.definition.effective_from, own.last_day
    if last < first:
        return f"and {own.definition.id} was never in force"
    if day.isoformat() < first:
        return f"before {own.definition.id} is in force (from {day_name(first)})"
    if day.isoformat() > last:
        return f"after {own.definition.id} ended (on {day_name(last)})"
    return ""


def _stands_in(one: PublishedDefinition, own: PublishedDefinition, day: date) -> bool:
    alike = one.definition.purpose, one.definition.council
    return (
        alike == (own.definition.purpose, own.definition.council)
        and one.definition.effective_from <= day.isoformat() <= one.last_day
    )
