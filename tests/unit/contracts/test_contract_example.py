"""The worked example of docs/contracts.md: what is worked out there by hand is what is counted."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from contract_cases import FIRST, QUARTERS, SECOND, enter_the_example
from decisions_cases import ANALYST, NOW

from localarea.contracts.monitoring import grouped
from localarea.contracts.progress import progress
from localarea.contracts.reading import kpi_document, plain, register_series
from localarea.contracts.register import (
    contracts,
    newest_returns,
    returns,
)
from localarea.contracts.releases import released_series
from localarea.contracts.standing import series_of, standing
from localarea.decisions.database import Database, open_database
from localarea.decisions.record.audit import verify
from localarea.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localarea.contracts.standing import Series


@pytest.fixture(scope="module")
def page(repository: Path) -> Path:
    return repository / "docs" / "contracts.md"


@pytest.fixture(scope="module")
def by_hand(page: Path) -> Tables:
    return Tables(page)


class Tables:
    """The tables of the worked example, each found by words of its header."""

    def __init__(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8").partition("## A worked example")[2]
        found = re.findall(r"(?:^\|.*\|\n)+", text.partition("\n## ")[0], re.MULTILINE)
        self._tables = [
            [[cell.strip() for cell in line.strip("|").split("|")] for line in one.splitlines()]
            for one in found
        ]
        self.said = " ".join(text.split())

    def of(self, header: str) -> tuple[list[str], list[list[str]]]:
        """Give the names of the columns and the rows of the table with a header."""
        (table,) = (one for one in self._tables if any(header in cell for cell in one[0]))
        return table[0], table[2:]

    def column(self, header: str, name: str, *, last: bool = False) -> list[str]:
        """Give the cells of a column that are not blank: of the first of that name, or the last."""
        names, rows = self.of(header)
        places = [at for at, one in enumerate(names) if one == name]
        return [row[places[-1 if last else 0]] for row in rows if row[places[-1 if last else 0]]]

    def sentence(self, pattern: str) -> tuple[str, ...]:
        """Give the numbers that a sentence of the page has."""
        found = re.search(pattern, self.said)
        assert found, pattern
        return tuple(one.replace(",", "") for one in found.groups())


def worked_out(cell: str) -> Decimal:
    """Work out what a cell says: numbers, brackets and the four signs, a division exactly."""
    sum_of = cell.split("=")[0].replace(",", "").replace(" x ", " * ")
    assert re.fullmatch(r"[0-9.()+*/ -]+", sum_of), cell
    exact = re.sub(r"[0-9.]+", lambda number: f"Fraction('{number[0]}')", sum_of)
    value = eval(exact, {"Fraction": Fraction})  # noqa: S307 -- digits and signs alone
    return Decimal(value.numerator) / Decimal(value.denominator)


@pytest.fixture(scope="module")
def register(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("example")
    with closing(open_database(f"sqlite:///{folder / 'store.sqlite'}")) as database:
        enter_the_example(database, page, folder)
        yield database


def released(register: Database) -> list[Series]:
    return released_series(register, council="colchester", actor=ANALYST, now=NOW)


def delivered(line: dict[str, Any]) -> list[str]:
    return [*(part["delivered"] for part in line["by_quarter"]), line["delivered"]]


OF_ROADS = "NT1: FTE-days"


def test_the_arithmetic_of_the_page_is_right(by_hand: Tables) -> None:
    for header, sums, figure, factor in (
        (OF_ROADS, "NT1: FTE-days / 365", "NT1", 1),
        (OF_ROADS, "NT2: local / all FTE-days", "NT2", 100),
        (OF_ROADS, "LOCAL-SPEND", "share", 100),
        (f"under `{FIRST}`", f"under `{FIRST}`", "share", 100),
    ):
        cells = by_hand.column(header, sums)
        figures = by_hand.column(header, figure)
        assert len(cells) == len(figures) == 7
        for cell, said in zip(cells, figures, strict=True):
            assert round(worked_out(cell) * factor, -Decimal(said).as_tuple().exponent) == Decimal(
                said
            ), cell
    after = by_hand.column(f"under `{FIRST}`", f"under `{SECOND}`")
    shares = by_hand.column(f"under `{FIRST}`", "share", last=True)
    assert [str(round(worked_out(cell) * 100, 1)) for cell in after] == shares
    for column in ("expected", "delivered"):
        for cell in by_hand.column("standing", column):
            said = Decimal(cell.split("=")[-1].replace(",", ""))
            parts = worked_out(cell)
            # 0.25 and 0.38 are rounded already.
            assert abs(parts - said) <= Decimal("0.005"), cell


def test_figures_of_a_contract_are_those_of_the_page(register: Database, by_hand: Tables) -> None:
    with register.reading() as connection:
        series = register_series(connection, council="colchester")
    lines = plain(standing(series, "ROADS", priority=["LOCAL-SPEND"], internal=True))
    found = {line["measure"]: line for line in lines}
    assert lines[0]["measure"] == "LOCAL-SPEND"
    assert [part["quarter"] for part in found["NT1"]["by_quarter"]] == QUARTERS
    assert delivered(found["NT1"]) == by_hand.column(OF_ROADS, "NT1")
    assert delivered(found["NT2"]) == by_hand.column(OF_ROADS, "NT2")
    assert delivered(found["LOCAL-SPEND"]) == by_hand.column(OF_ROADS, "share")
    (pledged,) = by_hand.sentence(r"NT18 of ROADS was pledged as .* so ([0-9,.]+) in all")
    assert (found["NT1"]["target"], found["NT18"]["target"]) == ("2", pledged)
    assert found["LOCAL-SPEND"]["target"] is None
    local = [cell.split("/")[0] for cell in by_hand.column(OF_ROADS, "LOCAL-SPEND")]
    assert [Decimal(one) for one in delivered(found["NT18"])] == [worked_out(one) for one in local]


def test_before_the_correction_the_share_was_that_of_the_page(
    register: Database, by_hand: Tables
) -> None:
    local, spent, share = by_hand.sentence(
        r"Before the correction, 2026-27 Q2 had ([0-9,]+) / ([0-9,]+) = ([0-9.]+)\."
    )
    with register.reading() as connection:
        first = returns(connection, "ROADS")[1]
    line = first.counted.figures["LOCAL-SPEND"]
    assert (first.counted.quarter, first.version) == (QUARTERS[1], 1)
    assert line["amount"] == int(local) * line["divisor"]
    assert line["amount"] + line["other"] == int(spent) * line["divisor"]
    assert round(Decimal(local) * 100 / Decimal(spent), 1) == Decimal(share)


def test_outside_the_council_two_people_are_not_told(register: Database, by_hand: Tables) -> None:
    lines = plain(standing(released(register), "ROADS", priority=()))
    found = {line["measure"]: line for line in lines}
    assert delivered(found["NT1"]) == [None] * 7
    assert delivered(found["LOCAL-SPEND"]) == by_hand.column(OF_ROADS, "share")


def test_the_indicator_is_that_of_the_page_in_two_series(
    register: Database, by_hand: Tables
) -> None:
    both = f"under `{FIRST}`"
    told = kpi_document(released(register))
    first, second = told["series"]
    assert (first["definition"], second["definition"]) == (FIRST, SECOND)
    assert delivered(first) == by_hand.column(both, "share")
    assert delivered(second) == by_hand.column(both, "share", last=True)
    told_targets = [part["target"] for part in first["by_quarter"] if part["target"]]
    assert told_targets == by_hand.column(both, "target")
    assert [part["quarter"] for part in first["by_quarter"] if part["target"]] == QUARTERS[:1]
    assert [str(part["returns"]) for part in first["by_quarter"]] == by_hand.column(both, "returns")
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
        standing(released(register), "ROADS", priority=["NT1", "NT99"])


def test_what_is_expected_is_that_of_the_page(register: Database, by_hand: Tables) -> None:
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
    _, rows = by_hand.of("standing")
    assert len(rows) == 3
    for contract_name, ref, pledged, expected, made, stands in rows:
        *amounts, status = found[contract_name, ref]
        assert status == stands.partition(":")[0]
        assert [Decimal(one) for one in amounts] == [
            Decimal(cell.split("=")[-1].replace(",", "")) for cell in (pledged, expected, made)
        ]


def test_the_year_is_that_of_the_page(register: Database, by_hand: Tables) -> None:
    (whole,) = by_hand.sentence(r"of CARE, ([0-9,]+) together")
    with register.reading() as connection:
        series = register_series(connection, council="colchester")
    lines = grouped(series, {}, by="year", on=date(2027, 12, 1), internal=True)
    (year,) = (
        line
        for line in lines
        if (line["group"], line["measure"], line["definition"]) == ("2026-27", "NT18", FIRST)
    )
    assert year["delivered"] == Decimal(whole)
