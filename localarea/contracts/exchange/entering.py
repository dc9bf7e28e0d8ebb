"""Enter what an exchange holds and the register has not: all of it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from localarea.contracts.counting import require_quarter
from localarea.contracts.exchange.faults import Faults
from localarea.contracts.freezing import freeze
from localarea.contracts.register import (
    add_contract,
    add_return,
    find_contract,
    newest_return,
    require_enterable,
)
from localarea.decisions.proposals import utc_stamp
from localarea.errors import ConflictError, LocalareaError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from localarea.contracts.counting import CountedReturn
    from localarea.contracts.exchange.parsing import Exchange, Stated
    from localarea.contracts.kept import KeptContract
    from localarea.contracts.model import Contract
    from localarea.decisions.database import Database
    from localarea.decisions.record.roles import Actor
    from localarea.definitions.store import DefinitionStore

Result = Literal["entered", "corrected", "unchanged"]


@dataclass(frozen=True, slots=True)
class Taken:
    """
    A contract, or the return of a quarter of one, and what becomes of it.

    Attributes
    ----------
    contract, before : Contract or None
        As the tables state it, and as it stood on the register; None for a return.
    counted : CountedReturn or None
        Figures of the quarter; None for a contract.
    """

    reference: str
    quarter: str | None
    version: int
    result: Result
    contract: Contract | None = None
    before: Contract | None = None
    counted: CountedReturn | None = None


def plan_exchange(
    connection: Connection, exchange: Exchange, definitions: DefinitionStore, *, council: str
) -> list[Taken]:
    """
    Return what would become of everything, and enter nothing.

    TableFaultsError if some of it cannot be entered: a contract or a return is on the register with
    other content, or the definition or the rule that it was frozen under is another one here. All
    of it is told.
    """
    faults = Faults()
    planned: list[Taken] = []
    coming: dict[str, Contract] = {}
    folded: dict[str, str] = {}
    for stated in exchange.contracts:
        try:
            made, newest = _contract(connection, stated, definitions, council)
            other = folded.setdefault(made.reference.casefold(), made.reference)
            if other != made.reference:
                raise ConflictError(f"it differs from {other} only in capitals")
        except LocalareaError as error:
            named = str(getattr(error, "parameter", ""))
            column = {"supersedes": "version"}.get(named, named)
            faults.tell(stated.place, column, str(error))
            coming[stated.contract.reference] = stated.contract
            continue
        coming[made.reference] = made
        planned.append(_planned(made, newest))
    for one in exchange.returns:
        try:
            contract = coming.get(one.reference)
            if contract is None:
                contract = find_contract(connection, one.reference, council=council).contract
            if contract.definition_sha256 or one.reference not in coming:
                version = _require_fit(connection, contract, one.counted)
                result: Result = "unchanged" if version else "entered"
                planned.append(
                    Taken(one.reference, one.counted.quarter, version or 1, result,
                          counted=one.counted)
                )  # fmt: skip
        except LocalareaError as error:
            faults.tell(one.place, "", str(error))
    faults.require_none()
    return planned


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
    Enter contracts, then figures, in one transaction: nothing is entered by half.

    It can be done again: what is there already stays as it is. TableFaultsError as
    :func:`plan_exchange`.
    """
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        planned = plan_exchange(ledger.connection, exchange, definitions, council=council)
        for one in planned:
            if one.result == "unchanged":
                continue
            if one.contract is not None:
                before = one.version - 1 or None
                add_contract(ledger, one.contract, council=council, supersedes=before)
            elif one.counted is not None:
                kept = find_contract(ledger.connection, one.reference, council=council)
                add_return(ledger, kept, one.counted)
    return planned


def _contract(
    connection: Connection, stated: Stated, definitions: DefinitionStore, council: str
) -> tuple[Contract, KeptContract | None]:
    made = freeze(stated.contract, definitions, council=council)
    said = stated.definition_sha256, stated.rule_version
    here = made.definition_sha256, made.rule_version
    if any(one and one != other for one, other in zip(said, here, strict=True)):
        raise ConflictError(
            f"the contract {made.reference} was frozen under other terms of {made.definition} or "
            f"another version of the rule {made.rule} than there are here",
            parameter="definition_sha256" if said[0] not in ("", here[0]) else "rule_version",
        )
    supersedes = _newest_version(connection, made.reference, council)
    newest = require_enterable(connection, made, council=council, supersedes=supersedes)
    if newest is not None and newest.contract != made and stated.version != newest.version:
        raise ConflictError(
            f"the contract {made.reference} is on the register with other details; to correct it, "
            f"state version {newest.version}",
            parameter="version",
        )
    return made, newest


def _newest_version(connection: Connection, reference: str, council: str) -> int | None:
    try:
        return find_contract(connection, reference, council=council).version
    except LocalareaError:
        return None


def _planned(made: Contract, newest: KeptContract | None) -> Taken:
    if newest is None:
        return Taken(made.reference, None, 1, "entered", made)
    if newest.contract == made:
        return Taken(made.reference, None, newest.version, "unchanged", made, made)
    return Taken(made.reference, None, newest.version + 1, "corrected", made, newest.contract)


def _require_fit(connection: Connection, contract: Contract, counted: CountedReturn) -> int:
    """
    Require that figures were counted for the contract as it is, and contradict none here.

    Returns the version of the return that the register has already; 0 if it has none.
    """
    require_quarter(contract, counted.quarter)
    where = f"the return of {contract.reference} for {counted.quarter}"
    receipt: Mapping[str, str] = counted.receipt
    names = ("definition", "definition_sha256", "rule", "rule_version")
    if tuple(receipt[name] for name in names) != contract.basis:
        raise ConflictError(f"{where} was counted under another definition or rule")
    held = newest_return(connection, contract.reference, counted.quarter)
    if held is None:
        return 0
    if held.counted.as_document() != counted.as_document():
        raise ConflictError(
            f"{where} is on the register with other figures; send the return itself to correct it"
        )
    return held.version
