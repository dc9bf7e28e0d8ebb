"""Which contracts of the register somebody may see: all of the council's, or a supplier's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.contracts.counting import count_return, require_quarter
from localarea.contracts.reading import register_series
from localarea.contracts.register import contracts, enter_return, find_contract, returns_of
from localarea.contracts.releases import released_series
from localarea.decisions.supplier_access import references_of
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.errors import NotFoundError
from localarea.service.files.returns import read_sent, require_fit
from localarea.service.state import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import UploadFile
    from sqlalchemy.engine import Connection

    from localarea.contracts.counting import CountedReturn
    from localarea.contracts.kept import KeptContract, KeptReturn
    from localarea.contracts.standing import Series
    from localarea.service.auth.identity import Identity
    from localarea.service.files.runner import JobRunner
    from localarea.service.state.state import State


def own_contracts(connection: Connection, state: State, who: Identity) -> list[KeptContract]:
    """List the contracts that somebody may see, by reference."""
    found = contracts(connection, council=state.council.key)
    if who.may("measure"):
        return found
    own = set(references_of(connection, who.holder, today=state.today))
    return [kept for kept in found if kept.contract.reference in own]


def own_contract(
    connection: Connection, state: State, who: Identity, reference: str
) -> KeptContract:
    """
    Look up a contract that somebody may see.

    NotFoundError if there is none of that reference, or it is another supplier's: the two are not
    told apart.
    """
    if who.may("measure"):
        return find_contract(connection, reference, council=state.council.key)
    for kept in own_contracts(connection, state, who):
        if kept.contract.reference == reference:
            return kept
    raise NotFoundError(f"there is no contract {reference!r} that you may see")


def series_for(state: State, who: Identity, *, internal: bool) -> list[Series]:
    """Return all figures that hold: as they are, or as they leave the council."""
    council = state.council.key
    if internal:
        with state.database.reading() as connection:
            return register_series(connection, council=council)
    return released_series(
        state.database, council=council, actor=who.acting("measure"), now=clock.now()
    )


def returns_by_reference(state: State) -> tuple[list[KeptContract], dict[str, list[KeptReturn]]]:
    """Return all contracts of the council, and every version of the returns of each."""
    with state.database.reading() as connection:
        kept = contracts(connection, council=state.council.key)
        found: dict[str, list[KeptReturn]] = {one.contract.reference: [] for one in kept}
        for one in returns_of(connection, list(found)):
            found[one.reference].append(one)
    return kept, {
        name: sorted(those, key=lambda one: (one.counted.quarter, one.version))
        for name, those in found.items()
    }


def take_return(
    state: State,
    runner: JobRunner,
    who: Identity,
    kept: KeptContract,
    quarter: str,
    files: Sequence[UploadFile],
) -> tuple[KeptReturn, list[str]]:
    """
    Count the return of a quarter and keep its figures; what a supplier sends waits.

    Returns
    -------
    KeptReturn
        The return as it is kept.
    list of str
        Names of its tables, which are not kept.
    """
    counted, names = count_sent(state, runner, kept, quarter, files)
    entered = enter_return(
        state.database, kept, counted, actor=who.acting("deliver"), now=clock.now()
    )
    return entered, names


def count_sent(
    state: State, runner: JobRunner, kept: KeptContract, quarter: str, files: Sequence[UploadFile]
) -> tuple[CountedReturn, list[str]]:
    """Count the return of a quarter without keeping anything, and name its tables."""
    require_quarter(kept.contract, quarter)
    sent = require_fit(files)
    classifier = state.classifier(BoundaryChoice(definition=kept.contract.definition))
    tables, hashes = read_sent(runner, sent)
    counted = count_return(kept.contract, quarter, tables, hashes, classifier)
    return counted, [table.file for table in tables]
