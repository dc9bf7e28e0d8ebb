"""
The register: contracts and the figures of their returns, in the store of decisions.

Nothing is overwritten. A correction of a contract is its next version, a correction of a return the
next version of that quarter; the newest holds. Each is written together with its entry in the audit
log, or not at all, and the same thing sent twice is kept once.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from localarea.contracts.counting import CountedReturn, require_quarter
from localarea.contracts.kept import COUNCIL, SUPPLIER, Decision, KeptContract, KeptReturn
from localarea.contracts.model import Contract, contract_of
from localarea.contracts.quarters import quarter_days
from localarea.decisions.proposals import utc_stamp
from localarea.decisions.record.receipt_faults import contract_subject, return_facts, return_subject
from localarea.decisions.record.schema import CONTRACT_RETURNS, CONTRACTS, RETURN_DECISIONS
from localarea.definitions.model import canonical_json, day_name
from localarea.errors import ConflictError, InputError, NotFoundError, nearest_names
from localarea.hashing import text_sha256

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.database import Database
    from localarea.decisions.record.audit import Ledger
    from localarea.decisions.record.roles import Actor

_TAKEN: Final = frozenset({"export", "import"})
_SHOWN: Final = 5  # references suggested for one that is not known


def enter_contract(
    database: Database,
    contract: Contract,
    *,
    council: str,
    actor: Actor,
    now: datetime,
    supersedes: int | None = None,
) -> KeptContract:
    """
    Enter a contract, or a correction of it.

    Parameters
    ----------
    contract : Contract
        Frozen by :func:`localarea.contracts.freezing.freeze`.
    supersedes : int or None
        The version that it corrects, which must be the newest; None for a new contract.

    Raises
    ------
    ConflictError
        If the reference is taken, the version is not the newest, or it would change what counted
        returns rest on.
    NotFoundError
        If there is nothing to supersede.
    """
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        return add_contract(ledger, contract, council=council, supersedes=supersedes)


def add_contract(
    ledger: Ledger, contract: Contract, *, council: str, supersedes: int | None = None
) -> KeptContract:
    """Enter a contract as :func:`enter_contract` does, as part of a change in progress."""
    text = _text(contract.as_document())
    newest = require_enterable(ledger.connection, contract, council=council, supersedes=supersedes)
    if newest is not None and _text(newest.contract.as_document()) == text:
        return replace(newest, repeated=True)
    version = newest.version + 1 if newest else 1
    ledger.connection.execute(
        sa.insert(CONTRACTS).values(
            reference=contract.reference, version=version, council=council, document=text,
            by=ledger.actor.name, at=ledger.at,
        )
    )  # fmt: skip
    subject = contract_subject(contract.reference, version)
    ledger.record("enter_contract", subject, {"council": council, "sha256": text_sha256(text)})
    return KeptContract(contract, version, council, ledger.actor.name, ledger.at)


def require_enterable(
    connection: Connection, contract: Contract, *, council: str, supersedes: int | None = None
) -> KeptContract | None:
    """Return the newest version of a contract, if this one may be entered beside it."""
    if not contract.definition_sha256 or not contract.rule_version:
        raise InputError("the definition of the contract must be looked up before it is entered")
    newest = _newest(connection, contract.reference)
    if newest is not None and _text(newest.contract.as_document()) == _text(contract.as_document()):
        return newest
    if newest is None and contract.reference.casefold() in _TAKEN:
        raise InputError(
            f"a contract cannot be called {contract.reference}: addresses of the service have "
            "that word; choose another reference",
            parameter="reference",
        )
    _require_next(connection, contract.reference, newest, supersedes)
    if newest is not None:
        _require_returns_hold(connection, newest, contract)
        if newest.council != council:
            raise ConflictError(f"the contract is one of the council {newest.council}")
    return newest


def _require_next(
    connection: Connection, reference: str, newest: KeptContract | None, supersedes: int | None
) -> None:
    if newest is None:
        if supersedes is not None:
            raise NotFoundError(f"there is no contract {reference} to correct; enter it as new")
        alike = sa.func.lower(CONTRACTS.c.reference) == reference.lower()
        same = connection.execute(sa.select(CONTRACTS.c.reference).where(alike)).scalars().first()
        if same is not None:
            raise ConflictError(
                f"there is a contract {same}, which differs only in capitals; use its reference"
            )
    elif supersedes != newest.version:
        raise ConflictError(
            f"the contract {reference} is on the register as version {newest.version}; to correct "
            "it, state that version as the one to supersede",
            parameter="supersedes",
        )


def _require_returns_hold(connection: Connection, newest: KeptContract, contract: Contract) -> None:
    """Keep what counted returns rest on: the definition, the rule, and days that hold them."""
    held = returns(connection, contract.reference)
    if not held:
        return
    if contract.basis != newest.contract.basis:
        raise ConflictError(
            f"returns of {contract.reference} were counted under the definition "
            f"{newest.contract.definition} and the rule {newest.contract.rule}, which were frozen "
            "at award and can no longer be changed"
        )
    for quarter in (kept.counted.quarter for kept in held):
        first, last = quarter_days(quarter)
        named, limit = "", ""
        if contract.last_day < first:
            named, limit = "last_day", f"its last day can be {day_name(str(first))} at the earliest"
        elif last < contract.first_day:
            named, limit = "first_day", f"its first day can be {day_name(str(last))} at the latest"
        if named:
            why = f"a return of {quarter} was counted, so the contract must run in that quarter"
            raise InputError(f"{why}: {limit}", parameter=named)


def enter_return(
    database: Database,
    contract: KeptContract,
    counted: CountedReturn,
    *,
    actor: Actor,
    now: datetime,
) -> KeptReturn:
    """
    Keep the figures of a return. It supersedes an earlier one of the same quarter.

    What a supplier sends counts once it is accepted; until then the version accepted before holds.
    ConflictError if the contract was corrected meanwhile in what the figures rest on.
    """
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        return add_return(ledger, contract, counted)


def add_return(ledger: Ledger, contract: KeptContract, counted: CountedReturn) -> KeptReturn:
    """Keep the figures of a return as :func:`enter_return` does, within a change in progress."""
    reference = contract.contract.reference
    current = find_contract(ledger.connection, reference)
    if current.contract.basis != contract.contract.basis:
        raise ConflictError(
            f"the contract {reference} was corrected in the meantime; send the return again"
        )
    require_quarter(current.contract, counted.quarter)
    return _keep_return(ledger, current, counted, _text(counted.as_document()))


def _keep_return(
    ledger: Ledger, current: KeptContract, counted: CountedReturn, text: str
) -> KeptReturn:
    reference = current.contract.reference
    earlier = newest_return(ledger.connection, reference, counted.quarter)
    if earlier is not None and _text(earlier.counted.as_document()) == text:
        told = _contradicted(ledger.connection, reference, counted)
        return replace(earlier, repeated=True, contradicted=told)
    version = earlier.version + 1 if earlier else 1
    sent_as = SUPPLIER if ledger.actor.role == SUPPLIER else COUNCIL
    ledger.connection.execute(
        sa.insert(CONTRACT_RETURNS).values(
            reference=reference, quarter=counted.quarter, version=version,
            contract_version=current.version, document=text, by=ledger.actor.name, at=ledger.at,
            sent_as=sent_as,
        )
    )  # fmt: skip
    facts = {**return_facts(current.version, sent_as), "sha256": text_sha256(text)}
    ledger.record("enter_return", return_subject(reference, counted.quarter, version), facts)
    lost = sorted(set(earlier.counted.figures) - set(counted.figures)) if earlier else ()
    by, at = ledger.actor.name, ledger.at
    return KeptReturn(
        reference, counted, version, current.version, by, at, sent_as, lost=tuple(lost),
        contradicted=_contradicted(ledger.connection, reference, counted),
    )  # fmt: skip


def _contradicted(
    connection: Connection, reference: str, counted: CountedReturn
) -> tuple[tuple[str, str], ...]:
    """Return what the list has more of than what holds for earlier quarters."""
    held = {kept.counted.quarter: kept for kept in newest_returns(connection, reference)}
    return tuple(
        (quarter, ref)
        for quarter, amounts in sorted(counted.implied.items())
        if quarter in held
        for ref, amount in amounts.items()
        if amount > held[quarter].counted.figures.get(ref, {}).get("amount", 0)
    )


def newest_return(connection: Connection, reference: str, quarter: str) -> KeptReturn | None:
    """Return the newest version of the return of a quarter, whatever its state."""
    found = [one for one in returns(connection, reference) if one.counted.quarter == quarter]
    return found[-1] if found else None


def contracts(connection: Connection, *, council: str) -> list[KeptContract]:
    """Return the newest version of every contract of a council, by reference."""
    query = sa.select(CONTRACTS).where(CONTRACTS.c.council == council)
    rows = connection.execute(query.order_by(CONTRACTS.c.version)).mappings()
    newest = {row["reference"]: row for row in rows}
    return [_contract(newest[reference]) for reference in sorted(newest)]


def find_contract(
    connection: Connection, reference: str, *, council: str | None = None
) -> KeptContract:
    """
    Look up the newest version of a contract.

    ``council``: key of the council whose register is asked; None for any. NotFoundError if the
    register has none of that reference.
    """
    found = _newest(connection, reference)
    if found is None or council not in (None, found.council):
        known = connection.execute(sa.select(CONTRACTS.c.reference).distinct()).scalars().all()
        near = nearest_names(reference[:100], known, count=_SHOWN)
        tail = f"; nearest: {', '.join(near)}" if near else ""
        raise NotFoundError(f"there is no contract {reference!r} on the register{tail}")
    return found


def versions(connection: Connection, reference: str) -> list[KeptContract]:
    """Return every version of a contract, the first one first."""
    query = sa.select(CONTRACTS).where(CONTRACTS.c.reference == reference)
    rows = connection.execute(query.order_by(CONTRACTS.c.version)).mappings()
    return [_contract(row) for row in rows]


def returns(connection: Connection, reference: str) -> list[KeptReturn]:
    """List every version of every return of a contract, by quarter and version."""
    table = CONTRACT_RETURNS
    query = _with_decisions().where(table.c.reference == reference)
    rows = connection.execute(query.order_by(table.c.quarter, table.c.version)).mappings()
    return [_return(row) for row in rows]


def returns_of(connection: Connection, references: Sequence[str]) -> list[KeptReturn]:
    """List every version of every return of some contracts."""
    wanted = set(references)
    rows = connection.execute(_with_decisions()).mappings()
    return [_return(row) for row in rows if row["reference"] in wanted]


def _with_decisions() -> sa.Select[Any]:
    said = [RETURN_DECISIONS.c[name].label(f"decided_{name}") for name in _DECIDED]
    return sa.select(CONTRACT_RETURNS, *said).outerjoin(RETURN_DECISIONS)


_DECIDED: Final = ("state", "comment", "by", "at")


def newest_returns(connection: Connection, reference: str | None = None) -> list[KeptReturn]:
    """
    Return the return that holds for each quarter: the newest that is accepted.

    ``reference``: of one contract; None for all.
    """
    table = CONTRACT_RETURNS
    accepted = sa.or_(RETURN_DECISIONS.c.state == "accepted", table.c.sent_as == COUNCIL)
    query = _with_decisions().where(accepted).order_by(table.c.version)
    if reference is not None:
        query = query.where(table.c.reference == reference)
    rows = connection.execute(query).mappings()
    newest = {(row["reference"], row["quarter"]): row for row in rows}
    return [_return(newest[key]) for key in sorted(newest)]


def _newest(connection: Connection, reference: str) -> KeptContract | None:
    query = sa.select(CONTRACTS).where(CONTRACTS.c.reference == reference)
    row = connection.execute(query.order_by(CONTRACTS.c.version.desc()).limit(1)).mappings().first()
    return None if row is None else _contract(row)


def _contract(row: RowMapping) -> KeptContract:
    made = contract_of(json.loads(row["document"]))
    return KeptContract(made, row["version"], row["council"], row["by"], row["at"])


def _return(row: RowMapping) -> KeptReturn:
    document: dict[str, Any] = json.loads(row["document"])
    counted = CountedReturn(row["quarter"], document["figures"], document["receipt"])
    decided = [row[f"decided_{name}"] for name in _DECIDED]
    return KeptReturn(
        row["reference"], counted, row["version"], row["contract_version"], row["by"], row["at"],
        row["sent_as"], None if decided[0] is None else Decision(*decided),
    )  # fmt: skip


def _text(document: dict[str, Any]) -> str:
    return canonical_json(document).decode("utf-8")
