"""Enter what an exchange holds and the register has not: nothing of it is entered twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from localarea.contracts.counting import require_quarter
from localarea.contracts.freezing import freeze
from localarea.contracts.register import (
    contracts,
    enter_contract,
    enter_return,
    find_contract,
    newest_return,
)
from localarea.errors import ConflictError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from localarea.contracts.counting import CountedReturn
    from localarea.contracts.exchange.parsing import Exchange, Stated
    from localarea.contracts.model import Contract
    from localarea.decisions.database import Database
    from localarea.decisions.roles import Actor
    from localarea.definitions.store import DefinitionStore

Result = Literal["entered", "corrected", "unchanged"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A contract, or the return of a quarter of one, and what became of it."""

    reference: str
    quarter: str | None
    version: int
    result: Result


def enter_exchange(
    database: Database,
    exchange: Exchange,
    definitions: DefinitionStore,
    *,
    council: str,
    actor: Actor,
    now: datetime,
) -> list[Taken]:
    """
    Enter contracts, then figures.

    Everything is looked at before the first is entered. Whoever is stopped half-way can do it
    again: what is there already stays as it is.

    Raises
    ------
    ConflictError
        If a contract or a return is on the register with other content, or the definition or the
        rule that it was frozen under is another one here.
    """
    frozen = [_frozen(one, definitions, council) for one in exchange.contracts]
    with database.reading() as connection:
        known = {kept.contract.reference: kept for kept in contracts(connection, council=council)}
        coming = {made.reference: made for made in frozen}
        for stated, made in zip(exchange.contracts, frozen, strict=True):
            old = known.get(made.reference)
            if old is not None and old.contract != made and stated.version != old.version:
                raise ConflictError(
                    f"the contract {made.reference} is on the register with other details; to "
                    f"correct it, state version {old.version}"
                )
        for reference, counted in exchange.returns:
            contract = coming.get(reference)
            if contract is None:
                contract = find_contract(connection, reference, council=council).contract
            _require_fit(connection, contract, counted)
    taken: list[Taken] = []
    for made in frozen:
        old = known.get(made.reference)
        if old is not None and old.contract == made:
            taken.append(Taken(made.reference, None, old.version, "unchanged"))
            continue
        kept = enter_contract(
            database, made, council=council, actor=actor, now=now,
            supersedes=old.version if old else None,
        )  # fmt: skip
        taken.append(Taken(made.reference, None, kept.version, "corrected" if old else "entered"))
    for reference, counted in exchange.returns:
        with database.reading() as connection:
            current = find_contract(connection, reference, council=council)
        entered = enter_return(database, current, counted, actor=actor, now=now)
        result: Result = "unchanged" if entered.repeated else "entered"
        taken.append(Taken(reference, counted.quarter, entered.version, result))
    return taken


def _frozen(stated: Stated, definitions: DefinitionStore, council: str) -> Contract:
    made = freeze(replace(stated.contract), definitions, council=council)
    said = stated.definition_sha256, stated.rule_version
    here = made.definition_sha256, made.rule_version
    if any(one and one != other for one, other in zip(said, here, strict=True)):
        raise ConflictError(
            f"the contract {made.reference} was frozen under other terms of {made.definition} or "
            f"another version of the rule {made.rule} than there are here"
        )
    return made


def _require_fit(connection: Connection, contract: Contract, counted: CountedReturn) -> None:
    """Require that figures were counted for the contract as it is, and contradict none here."""
    require_quarter(contract, counted.quarter)
    where = f"the return of {contract.reference} for {counted.quarter}"
    receipt = counted.receipt
    names = ("definition", "definition_sha256", "rule", "rule_version")
    if tuple(receipt[name] for name in names) != contract.basis:
        raise ConflictError(f"{where} was counted under another definition or rule")
    held = newest_return(connection, contract.reference, counted.quarter)
    if held is not None and held.counted.as_document() != counted.as_document():
        raise ConflictError(
            f"{where} is on the register with other figures; send the return itself to correct it"
        )
