"""
Figures as they leave the council: what earlier releases told is remembered.

Each state of the register that anybody outside may have seen is a release. It keeps which versions
of returns every figure rested on, and which figures were withheld. The next release withholds what
it would reveal together with all before it: first what
:func:`localarea.measures.withheld.withheld_figures` withholds, then totals beside a figure that the
solver finds told, and at last every figure that changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import sqlalchemy as sa

from localarea.contracts.disclosure.withholding import Table, choose_hidden
from localarea.contracts.reading import register_series
from localarea.contracts.register import contracts, newest_returns, returns_of
from localarea.decisions.proposals import utc_stamp
from localarea.decisions.record.receipt_faults import row_facts, subject_of
from localarea.decisions.record.schema import RELEASES
from localarea.definitions.model import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy.engine import Connection

    from localarea.contracts.disclosure.book import Part
    from localarea.contracts.disclosure.linked import Figures
    from localarea.contracts.disclosure.withholding import Hidden
    from localarea.contracts.standing import Series
    from localarea.decisions.database import Database
    from localarea.decisions.record.audit import Ledger
    from localarea.decisions.record.roles import Actor

_TRIES: Final = 3  # before others are made to wait


def released_series(
    database: Database, *, council: str, actor: Actor, now: datetime
) -> list[Series]:
    """
    Return all contracts of a council and what may be told of them, and remember that it was.

    Returns
    -------
    list of Series
        As :func:`localarea.contracts.reading.register_series`, with ``hidden`` by all releases.
    """
    for _ in range(_TRIES):
        with database.reading() as connection:
            number, series, document = _prepared(connection, council)
        if document is None:
            return series
        with database.writing(actor, at=utc_stamp(now)) as ledger:
            if _number(ledger.connection, council) != number:
                continue
            _keep(ledger, council, number + 1, document)
            return series
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        number, series, document = _prepared(ledger.connection, council)
        if document is not None:
            _keep(ledger, council, number + 1, document)
        return series


def _keep(ledger: Ledger, council: str, number: int, document: str) -> None:
    facts = {"council": council, "number": number}
    row = {**facts, "document": document, "by": ledger.actor.name, "at": ledger.at}
    ledger.connection.execute(sa.insert(RELEASES).values(row))
    ledger.record("release_figures", subject_of(RELEASES, facts), row_facts(facts, document))


def _number(connection: Connection, council: str) -> int:
    query = sa.select(sa.func.max(RELEASES.c.number)).where(RELEASES.c.council == council)
    return connection.execute(query).scalar() or 0


def releases(connection: Connection, council: str) -> list[dict[str, Any]]:
    """Return the documents of all releases of a council, the first one first."""
    query = sa.select(RELEASES.c.document).where(RELEASES.c.council == council)
    rows = connection.execute(query.order_by(RELEASES.c.number)).scalars()
    return [json.loads(row) for row in rows]


def _prepared(connection: Connection, council: str) -> tuple[int, list[Series], str | None]:
    """Return the number of the last release, the series, and the new release if there is one."""
    earlier = releases(connection, council)
    series = register_series(connection, council=council)
    versions = {
        (kept.reference, kept.counted.quarter): kept.version for kept in newest_returns(connection)
    }
    tables = [_table(one, versions) for one in series]
    stated = [_stated(one, table) for one, table in zip(series, tables, strict=True)]
    state = hashlib.sha256(canonical_json(stated)).hexdigest()
    if earlier and earlier[-1]["state"] == state:
        told = earlier[-1]["series"]
        shown = [
            replace(one, hidden={ref: _unpacked(rows) for ref, rows in part["hidden"].items()})
            for one, part in zip(series, told, strict=True)
        ]
        return len(earlier), shown, None
    figures = _figures(connection, council)
    made = [
        replace(one, hidden=choose_hidden(one.hidden, table, _history(earlier, one), figures))
        for one, table in zip(series, tables, strict=True)
    ]
    parts = [
        {**said, "hidden": {ref: _packed(mask) for ref, mask in one.hidden.items()}}
        for said, one in zip(stated, made, strict=True)
    ]
    document = canonical_json({"state": state, "series": parts}).decode("utf-8")
    return len(earlier), made, document


def _figures(connection: Connection, council: str) -> dict[Part, Figures]:
    references = [kept.contract.reference for kept in contracts(connection, council=council)]
    return {
        (kept.reference, kept.counted.quarter, kept.version): kept.counted.figures
        for kept in returns_of(connection, references)
    }


def _table(one: Series, versions: Mapping[tuple[str, str], int]) -> Table:
    references = tuple(contract.reference for contract in one.contracts)
    found = [[versions.get((ref, quarter), 0) for quarter in one.quarters] for ref in references]
    shape = (len(references), len(one.quarters))
    return Table(references, one.quarters, np.array(found, np.int64).reshape(shape))


def _stated(one: Series, table: Table) -> dict[str, Any]:
    return {
        "basis": list(one.contracts[0].basis),
        "contracts": list(table.contracts),
        "quarters": list(table.quarters),
        "versions": table.versions.tolist(),
    }


def _history(earlier: Sequence[Mapping[str, Any]], one: Series) -> list[tuple[Table, Hidden]]:
    """Return what earlier releases told of a series."""
    basis = list(one.contracts[0].basis)
    return [
        (
            Table(
                tuple(part["contracts"]),
                tuple(part["quarters"]),
                np.array(part["versions"], np.int64).reshape(
                    len(part["contracts"]), len(part["quarters"])
                ),
            ),
            {ref: _unpacked(rows) for ref, rows in part["hidden"].items()},
        )
        for release in earlier
        for part in release["series"]
        if part["basis"] == basis
    ]


def _packed(mask: NDArray[np.bool_]) -> list[str]:
    return ["".join("1" if cell else "0" for cell in row) for row in mask]


def _unpacked(rows: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([[cell == "1" for cell in row] for row in rows], bool)
