"""The worked example of docs/contracts.md: what is worked out there by hand is what is counted."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from contract_cases import FIRST, QUARTERS, SECOND, enter_the_example
from decisions_cases import ANALYST, NOW

from localarea.contracts.monitoring import grouped
from localarea.contracts.progress import progress
from localarea.contracts.reading import contract_standing, kpi_document, register_series
from localarea.contracts.register import (
    contracts,
    newest_returns,
    returns,
)
from localarea.contracts.releases import released_series
from localarea.contracts.standing import series_of
from localarea.decisions.audit import verify
from localarea.decisions.database import Database, open_database
from localarea.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localarea.contracts.standing import Series

# From the tables of the page, one quarter after the other, then all of them.
NT1 = ["0.25", "0.38", "0.38", "0.37", "0.25", "0.25", "1.88"]
NT2 = ["50.0", "60.0", "60.0", "60.0", "50.0", "50.0", "55.6"]
SHARE = ["50.0", "66.7", "25.0", "0.0", "80.0", "50.0", "52.6"]
KPI = ["66.7", "60.0", "62.5", "0.0", "78.6", "41.7", "58.3"]
KPI_AFTER = ["90.0", "30.0", "60.0"]


@pytest.fixture(scope="module")
def register(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    page, folder = repository / "docs" / "contracts.md", tmp_path_factory.mktemp("example")
    with closing(open_database(f"sqlite:///{folder / 'store.sqlite'}")) as database:
        enter_the_example(database, page, folder)
        yield database


def released(register: Database) -> list[Series]:
    return released_series(register, council="colchester", actor=ANALYST, now=NOW)


def delivered(line: dict[str, Any]) -> list[str]:
    return [*(part["delivered"] for part in line["by_quarter"]), line["delivered"]]


def test_figures_of_a_contract_are_those_of_the_page(register: Database) -> None:
    with register.reading() as connection:
        series = register_series(connection, council="colchester")
    lines = contract_standing(series, "ROADS", priority=["LOCAL-SPEND"], internal=True)
    found = {line["measure"]: line for line in lines}
    assert lines[0]["measure"] == "LOCAL-SPEND"
    assert [part["quarter"] for part in found["NT1"]["by_quarter"]] == QUARTERS
    assert delivered(found["NT1"]) == NT1
    assert delivered(found["NT2"]) == NT2
    assert delivered(found["LOCAL-SPEND"]) == SHARE
    assert (found["NT1"]["target"], found["NT18"]["target"]) == ("2", "4000.50")
    assert found["LOCAL-SPEND"]["target"] is None
    assert delivered(found["NT18"]) == [
        "1000.00", "2000.00", "500.00", "0.00", "4000.00", "2500.00", "10000.00",
    ]  # fmt: skip


def test_outside_the_council_two_people_are_not_told(register: Database) -> None:
    lines = contract_standing(released(register), "ROADS", priority=())
    found = {line["measure"]: line for line in lines}
    assert delivered(found["NT1"]) == [None] * 7
    assert delivered(found["LOCAL-SPEND"]) == SHARE


def test_the_indicator_is_that_of_the_page_in_two_series(register: Database) -> None:
    told = kpi_document(released(register))
    first, second = told["series"]
    assert (first["definition"], second["definition"]) == (FIRST, SECOND)
    assert delivered(first) == KPI
    assert delivered(second) == KPI_AFTER
    assert [part["target"] for part in first["by_quarter"]] == ["60", *[None] * 5]
    assert [part["returns"] for part in first["by_quarter"]] == [2, 2, 2, 1, 2, 2]
    assert [part["quarter"] for part in second["by_quarter"]] == QUARTERS[4:]


def test_every_row_of_a_whole_list_is_told_in_each_quarter(register: Database) -> None:
    with register.reading() as connection:
        kept = {k.counted.quarter: k for k in newest_returns(connection, "ROADS")}
        assert verify(connection).faults == ()
    assert kept[QUARTERS[1]].version == 2
    staff, ledger = kept[QUARTERS[0]].counted.receipt["returns"]
    # R2 starts after the first quarter; of the ledger's eleven rows two are of it.
    assert [staff[name] for name in ("rows", "counted", "refused", "outside_quarter")] == [
        3, 2, 0, 1,
    ]  # fmt: skip
    assert (ledger["rows"], ledger["counted"], ledger["outside_quarter"]) == (11, 2, 9)
    receipt = kept[QUARTERS[0]].counted.receipt
    assert receipt["outside_quarter"] == [
        {"return": 1, "rows": [3]},
        {"return": 2, "rows": [4, 5, 6, 7, 8, 9, 10, 11, 12]},
    ]
    assert receipt["refused"] == []


def test_a_priority_that_is_no_measure_is_refused(register: Database) -> None:
    with pytest.raises(SettingError, match="names NT99 among its priority_measures"):
        contract_standing(released(register), "ROADS", priority=["NT1", "NT99"])


def test_what_is_expected_is_that_of_the_page(register: Database) -> None:
    with register.reading() as connection:
        kept = [one.contract for one in contracts(connection, council="colchester")]
        sent = [
            one
            for contract in kept
            for one in returns(connection, contract.reference)
            if one.counted.quarter in QUARTERS[:2]
        ]
    newest = {(one.reference, one.counted.quarter): one.counted.figures for one in sent}
    series = series_of(kept, newest)
    found = {}
    for contract in (kept[0], kept[2]):  # CARE and ROADS
        own = [one for one in sent if one.reference == contract.reference]
        told = progress(series, contract, own, on=date(2026, 11, 15), internal=True)
        assert told["judged_on"] == "2026-09-30"
        for line in told["measures"]:
            found[contract.reference, line["measure"]] = tuple(
                str(line[name]) for name in ("target", "expected", "delivered", "status")
            )
    assert found["ROADS", "NT1"] == ("2", "0.67", "0.63", "behind")
    assert found["ROADS", "NT18"] == ("4000.50", "4000.50", "3000.00", "at risk")
    assert found["CARE", "NT18"] == ("2000", "2000.00", "4000.00", "met")


def test_the_year_is_that_of_the_page(register: Database) -> None:
    with register.reading() as connection:
        series = register_series(connection, council="colchester")
    lines = grouped(series, {}, by="year", on=date(2027, 12, 1), internal=True)
    (year,) = (
        line
        for line in lines
        if (line["group"], line["measure"], line["definition"]) == ("2026-27", "NT18", FIRST)
    )
    assert str(year["delivered"]) == "9500.00"
