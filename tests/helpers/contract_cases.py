"""Contracts and returns that tests share, and two definitions to measure them under."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from decisions_cases import ANALYST, NOW
from definition_cases import tiny_file

from localarea.classify.codes import MEANINGS, UNREAD
from localarea.contracts.acceptance import decide
from localarea.contracts.counting import CountedReturn, count_return
from localarea.contracts.freezing import freeze
from localarea.contracts.model import parse_contract
from localarea.contracts.register import enter_contract, enter_return, find_contract
from localarea.contracts.releases import released_series
from localarea.contracts.value.value_reports import ask_value_report, keep_value_report
from localarea.contracts.value.worth import keep_proxies
from localarea.decisions.record.roles import Actor
from localarea.decisions.supplier_access import let_person_in
from localarea.definitions.store import DefinitionStore
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.postcodes import OUTWARD, WHOLE
from localarea.measures.returns import read_return
from localarea.measures.rules import Proxies

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.contracts.kept import KeptContract
    from localarea.decisions.database import Database

FIRST, SECOND = "colchester-measure-2026.1", "colchester-measure-2027.1"
QUARTERS = [
    *("2026-27 Q1", "2026-27 Q2", "2026-27 Q3", "2026-27 Q4"),
    *("2027-28 Q1", "2027-28 Q2"),
]
SUPPLIER = Actor("Sue Supplier", "supplier")
HERE, THERE = "CO1 1JB", "IP1 2DE"
HOME = "CO4 9ZZ"  # of an employee; it may not be found in anything that is kept
SPEND = "contract,supplier,supplier_postcode,amount,date\n"
STAFF = "contract,employee,home_postcode,fte,start_date,end_date\n"
TERMS: dict[str, Any] = {
    "reference": "C1",
    "title": "Repair of roads",
    "supplier": "Example Roads Ltd",
    "department": "Highways",
    "value": "1000.00",
    "first_day": "2026-04-01",
    "last_day": "2027-09-30",
    "definition": FIRST,
}


def published(folder: Path) -> DefinitionStore:
    """Put two definitions without postcodes into a folder, the second a year after the first."""
    store = DefinitionStore(folder)
    for name, start in ((FIRST, "2026-04-01"), (SECOND, "2027-04-01")):
        path = folder / name / "2025-11.gpkg"  # each is frozen alone: neither supersedes the other
        path.parent.mkdir(parents=True)
        path.write_bytes(tiny_file(id=name, effective_from=start))
    return store


def coarse_classifier(opened: Any, name: str = FIRST) -> Any:
    """Give a classifier under a definition by which postcodes that begin with CO are local."""
    codes = {one.status: at for at, one in reversed(list(enumerate(MEANINGS)))}

    def check(texts: Any) -> Any:
        found = []
        for text in texts.to_pylist():
            code = read_cell_or_address(text)[0]
            here = "local" if text.strip().upper().startswith("CO") else "not_local"
            found.append(codes[here] if code in (WHOLE, OUTWARD) else UNREAD[code])
        return np.array(found)

    return SimpleNamespace(
        boundary=SimpleNamespace(id=name),
        directory=SimpleNamespace(date="2025-11"),
        opened=opened,
        check_arrow=check,
    )


def answer_coarsely(client: TestClient, definitions: DefinitionStore) -> None:
    """Have a service count returns by :func:`coarse_classifier`."""
    state: Any = client.app.state.localarea  # type: ignore[attr-defined]
    state.classifier = lambda asked: coarse_classifier(
        definitions.open(asked.definition), asked.definition
    )


def blocks(page: Path, kind: str) -> list[str]:
    """Give the blocks of a kind in a document."""
    return re.findall(rf"```{kind}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def stated(page: Path) -> list[dict[str, Any]]:
    """Give the contracts of the worked example."""
    return [tomllib.loads(text) for text in blocks(page, "toml")]


def sends(page: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """Give reference, quarter and files of every return of the worked example, as sent."""
    staff, ledger, corrected, care, parks = blocks(page, "csv")
    made = [("ROADS", quarter, (staff, ledger)) for quarter in QUARTERS]
    made.append(("ROADS", QUARTERS[1], (staff, corrected)))
    made += [("CARE", quarter, (care,)) for quarter in QUARTERS if quarter != QUARTERS[3]]
    return made + [("PARKS", quarter, (parks,)) for quarter in QUARTERS[4:]]


def enter_the_example(database: Database, page: Path, folder: Path) -> None:
    """Enter the contracts and the returns of the worked example."""
    definitions = published(folder / "definitions")
    for terms in stated(page):
        made = freeze(parse_contract(terms), definitions, council="colchester")
        enter_contract(database, made, council="colchester", actor=ANALYST, now=NOW)
    for reference, quarter, files in sends(page):
        tables, hashes = [], []
        for number, text in enumerate(files):
            path = folder / f"{number}.csv"
            path.write_text(text, encoding="utf-8")
            tables += read_return(path)
            hashes.append(hashlib.sha256(text.encode()).hexdigest())
        with database.reading() as connection:
            kept = find_contract(connection, reference)
        name = kept.contract.definition
        under = coarse_classifier(definitions.open(name), name)
        counted = count_return(kept.contract, quarter, tables, hashes, under)
        enter_return(database, kept, counted, actor=ANALYST, now=NOW)


def enter_a_contract(database: Database, reference: str = "C1") -> KeptContract:
    """Enter a contract under a definition that is made up."""
    frozen = {"definition_sha256": "a" * 64, "rule": "contract-year", "rule_version": "2"}
    made = replace(parse_contract(TERMS | {"reference": reference}), **frozen)
    return enter_contract(database, made, council="colchester", actor=ANALYST, now=NOW)


def bound_to(database: Database, role: str) -> list[str]:
    """Give what the key of a role must be bound to: a contract, if it is that of a supplier."""
    return [enter_a_contract(database).contract.reference] if role == "supplier" else []


def enter_a_return(database: Database) -> None:
    """Enter all that the register keeps: a return accepted, a release, values, a report."""
    kept = enter_a_contract(database)
    let_person_in(database, "sue", "C1", days=9, actor=ANALYST, now=NOW)
    enter_return(database, kept, CountedReturn(QUARTERS[0], {}, {}), actor=SUPPLIER, now=NOW)
    decide(database, "C1", QUARTERS[0], 1, "accepted", actor=ANALYST, now=NOW)
    released_series(database, council="colchester", actor=ANALYST, now=NOW)
    told: dict[str, Any] = {"council": "colchester", "actor": ANALYST, "now": NOW}
    keep_proxies(database, Proxies("2099", "an invented table", {"NT18": Decimal("0.5")}), **told)
    ask_value_report(database, dated=NOW.date(), lessons=["Ask earlier."], **told)
    keep_value_report(database, 1, {"pdf": b"%PDF-"}, **told)
