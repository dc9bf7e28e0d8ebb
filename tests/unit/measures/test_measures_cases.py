"""Cases of docs/measures.md ("Which rule decides"), each counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from contract_cases import TERMS

from localarea.classify.codes import MEANINGS
from localarea.contracts.counting import count_return
from localarea.contracts.model import parse_contract
from localarea.measures.report import ALL_CONTRACTS, measure_returns
from localarea.measures.returns import read_return
from localarea.measures.rules import read_rule

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localarea.contracts.counting import CountedReturn
    from localarea.contracts.model import Contract
    from localarea.measures.report import MeasuresReport

HERE, THERE, NOWHERE = "CO1 1JB", "IP1 2DE", "XX99 9XX"
FLAGS = ("apprentice", "long_term_unemployed", "veteran", "armed_forces", "disabled")
STAFF = ",".join(
    ("contract,employee,employer,home_postcode,fte,start_date,end_date", ",".join(FLAGS))
)
SPEND = "contract,supplier,supplier_postcode,amount,date,sole_trader"
UNTIL = date(2026, 3, 31)  # the last of the 365 days from 1 April 2025: 91 + 92 + 92 + 90


def _classifier() -> Any:
    codes = {one.status: at for at, one in reversed(list(enumerate(MEANINGS)))}
    states = {"CO": "local", "IP": "not_local", "XX": "unknown"}

    def check(texts: Any) -> Any:
        return np.array([codes[states[text.as_py().strip()[:2]]] for text in texts])

    return SimpleNamespace(
        boundary=SimpleNamespace(id="definition"),
        directory=SimpleNamespace(date="2025-11"),
        opened=None,
        check_arrow=check,
    )


@pytest.fixture
def counted(tmp_path: Path) -> Callable[..., MeasuresReport]:
    """Count files, each a list of lines, under the default rule with some settings changed."""

    def count(*files: list[str], until: date = UNTIL, rule: str | None = None, **changes: Any):  # type: ignore[no-untyped-def]
        tables = []
        for number, lines in enumerate(files):
            path = tmp_path / f"return-{number}.csv"
            path.write_text("\n".join(lines), encoding="utf-8")
            tables += read_return(path)
        ours = replace(read_rule(rule), **changes)
        return measure_returns(tables, _classifier(), ours, until=until.toordinal())

    return count


def staff(
    name: str, home: str, fte: str, start: str, end: str, *flags: str,
    contract: str = "C1", employer: str = "contractor",
) -> str:  # fmt: skip
    said = ["yes" if flag in flags else "no" for flag in FLAGS]
    return ",".join([contract, name, employer, home, fte, start, end, *said])


def figures(report: MeasuresReport, ref: str, contract: str = ALL_CONTRACTS) -> list[str | None]:
    """Give the figure of each quarter, and of all of them last."""
    found = report.figures(internal=True)
    found = found[(found.measure == ref) & (found.contract == contract)]
    return [None if value is None else str(value) for value in found.figure]


def figure(report: MeasuresReport, ref: str, contract: str = ALL_CONTRACTS) -> str | None:
    return figures(report, ref, contract)[-1]


def reasons(report: MeasuresReport) -> list[tuple[str, int, str]]:
    return [(r.file, r.row, r.reason) for r in report.refusals]


def awarded(**days: str) -> Contract:
    frozen = {"definition_sha256": "a" * 64, "rule": "contract-year", "rule_version": "2"}
    return replace(parse_contract(TERMS | days), **frozen)


def sent(contract: Contract, quarter: str, path: Path) -> CountedReturn:
    """Count a file for the register."""
    classifier = _classifier()
    classifier.boundary.id = contract.definition
    terms = SimpleNamespace(terms_sha256=contract.definition_sha256)
    classifier.opened = SimpleNamespace(sha256="", definition=terms)
    return count_return(contract, quarter, read_return(path), ["f" * 64], classifier)


# --- who moves home


def test_who_moves_away_within_a_quarter_counts_to_the_last_day_here(
    counted: Callable[..., MeasuresReport],
) -> None:
    lines = [
        STAFF,
        staff("E1", HERE, "1", "2025-04-01", "2025-05-15", "disabled"),  # 30 + 15 = 45 days
        staff("E1", THERE, "1", "2025-05-16", "2026-03-31", "disabled"),  # 46 + 92 + 92 + 90
    ]
    report = counted(lines)
    # 45 / 365 = 0.1233 of NT1 and NT6; NT2 of the first quarter 45 / 91, of the year 45 / 365.
    assert figures(report, "NT1") == ["0.12", "0.00", "0.00", "0.00", "0.12"]
    assert figures(report, "NT6") == ["0.12", "0.00", "0.00", "0.00", "0.12"]
    assert figures(report, "NT2") == ["49.5", "0.0", "0.0", "0.0", "12.3"]
    # By the first home: all days, in NT1 and in the share.
    first = counted(lines, local_on="first_row")
    assert figure(first, "NT1") == "1.00"
    assert figure(first, "NT2") == "100.0"


def test_the_year_of_who_moves_here_runs_from_the_first_day_elsewhere(
    counted: Callable[..., MeasuresReport],
) -> None:
    report = counted(
        [
            STAFF,
            staff("E1", THERE, "1", "2024-10-01", "2025-06-30", "disabled"),
            staff("E1", HERE, "1", "2025-07-01", "2026-03-31", "disabled"),
        ]
    )
    # The first year ends on 30 September 2025: 92 days of it here. NT1 has no limit: 274 days.
    assert figure(report, "NT6") == "0.25"  # 92 / 365 = 0.252
    assert figure(report, "NT1") == "0.75"  # 274 / 365 = 0.751


# --- returns in several files: people are the same across them


def test_quarterly_files_are_one_return_and_the_first_year_does_not_start_again(
    counted: Callable[..., MeasuresReport],
) -> None:
    first = [STAFF, staff("E1", HERE, "1", "2024-10-01", "2025-06-30", "disabled", "veteran")]
    then = [STAFF, staff("E1", HERE, "1", "2025-07-01", "2026-03-31", "disabled", "veteran")]
    apart, together = counted(first, then), counted([*first, *then[1:]])
    # NT3a: the year from 1 October 2024, 365 / 365. In two files it had been 1 + 0.75.
    assert figure(apart, "NT3a") == "1.00"
    assert figures(apart, "NT3a") == figures(together, "NT3a")
    assert apart.cells["NT1"].people.tolist() == together.cells["NT1"].people.tolist()
    assert apart.cells["NT1"].people[0, -1] == 1  # one person, not one a file


def test_the_same_list_sent_as_two_files_counts_once(
    counted: Callable[..., MeasuresReport],
) -> None:
    lines = [STAFF, staff("E1", HERE, "0.5", "2025-04-01", "2026-03-31")]
    report = counted(lines, lines)
    assert figure(report, "NT1") == "0.50"
    assert reasons(report) == [("return-1.csv", 2, "duplicate_row")]
    assert [(t["rows"], t["counted"], t["refused"]) for t in report.tallies] == [
        (1, 1, 0), (1, 0, 1),
    ]  # fmt: skip


def test_more_than_one_fte_over_two_files_is_refused_in_both(
    counted: Callable[..., MeasuresReport],
) -> None:
    one = [STAFF, staff("E1", HERE, "0.6", "2025-04-01", "2025-09-30")]
    two = [
        STAFF,
        staff("E1", HERE, "0.5", "2025-09-30", "2026-03-31"),  # 30 September: 0.6 + 0.5 = 1.1
        staff("E2", HERE, "1", "2025-04-01", "2026-03-31"),
    ]
    report = counted(one, two)
    assert reasons(report) == [
        ("return-0.csv", 2, "overlapping_employment"),
        ("return-1.csv", 2, "overlapping_employment"),
    ]
    assert figure(report, "NT1") == "1.00"
    # One day later there is no overlap: 0.6 x 183 / 365 + 0.5 x 182 / 365 + 1 = 1.5501
    two[1] = staff("E1", HERE, "0.5", "2025-10-01", "2026-03-31")
    assert figure(counted(one, two), "NT1") == "1.55"


# --- two contracts


def test_who_is_on_two_contracts_counts_on_each_with_a_cap_and_a_first_year_of_each(
    counted: Callable[..., MeasuresReport],
) -> None:
    report = counted(
        [
            STAFF,
            staff("E1", HERE, "0.6", "2024-04-01", "2026-03-31", "disabled"),  # 730 days
            staff("E1", HERE, "0.6", "2025-04-01", "2026-03-31", "disabled", contract="C2"),
        ]
    )
    assert reasons(report) == []  # 1.2 in sum, 0.6 on each
    assert [figure(report, "NT1", c) for c in ("C1", "C2", ALL_CONTRACTS)] == [
        "1.20", "0.60", "1.80",
    ]  # fmt: skip
    # The first year on C1 is 2024-25 and on C2 is 2025-26: 0.6 each.
    assert [figure(report, "NT6", c) for c in ("C1", "C2", ALL_CONTRACTS)] == [
        "0.60", "0.60", "1.20",
    ]  # fmt: skip


def test_people_of_two_contracts_are_few_however_often_they_count(
    counted: Callable[..., MeasuresReport],
) -> None:
    both = [
        staff(f"E{n}", HERE, "0.5", "2025-04-01", "2026-03-31", contract=contract)
        for contract in ("C1", "C2") for n in range(3)
    ]  # fmt: skip
    report = counted([STAFF, *both])
    # Three people on two contracts are three, not six: the total tells of fewer than five.
    assert report.cells["NT1"].people.tolist() == [[3] * 5] * 3
    assert report.withheld["NT1"].all()
    # With other homes they are other people: suppliers number their staff alike.
    others = [
        staff(f"E{n}", "CO2 7AA", "0.5", "2025-04-01", "2026-03-31", contract="C2")
        for n in range(3)
    ]
    assert counted([STAFF, *both[:3], *others]).cells["NT1"].people[-1].tolist() == [6] * 5


# --- leap years


def test_a_leap_year_is_a_year_and_its_29th_of_february_nothing(
    counted: Callable[..., MeasuresReport],
) -> None:
    lines = [
        STAFF,
        staff("E1", HERE, "1", "2023-04-01", "2024-03-31", "apprentice", "disabled"),
        staff("E2", HERE, "1", "2024-02-29", "2024-02-29"),  # counts, as 0 days
    ]
    report = counted(lines, until=date(2024, 3, 31))
    # 91 + 92 + 92 + (31 + 28 + 31) = 365 of 366 days; / 365 as FTE and / 7 as weeks.
    assert figures(report, "NT1") == ["0.25", "0.25", "0.25", "0.25", "1.00"]
    assert figures(report, "NT10") == ["13.00", "13.14", "13.14", "12.86", "52.14"]
    assert reasons(report) == []


def test_the_first_year_of_who_starts_on_the_29th_of_february_ends_on_the_28th(
    counted: Callable[..., MeasuresReport],
) -> None:
    lines = [STAFF, staff("E1", HERE, "1", "2024-02-29", "2025-12-31", "disabled")]
    # From 1 March 2024 to 28 February 2025: 31 + 91 + 92 + 92 + 59 = 365 days.
    assert figures(counted(lines), "NT6") == ["0.08", "0.25", "0.25", "0.25", "0.16", "0.00",
                                              "0.00", "0.00", "1.00"]  # fmt: skip


def test_money_of_the_29th_of_february_counts(counted: Callable[..., MeasuresReport]) -> None:
    report = counted([SPEND, f"C1,S1,{HERE},100,2024-02-29,no"], until=date(2024, 3, 31))
    assert figures(report, "NT18") == ["100.00", "100.00"]


# --- contract years that start within a quarter


def test_a_year_that_starts_within_a_quarter_ends_within_one(
    counted: Callable[..., MeasuresReport],
) -> None:
    lines = [STAFF, staff("E1", HERE, "1", "2025-05-15", "2026-12-31", "veteran")]
    report = counted(lines, until=date(2026, 12, 31))
    # 17 + 30 = 47 days, 92, 92, 90, and 30 + 14 = 44 to 14 May 2026: 365 together.
    expected = [Decimal(days) / 365 for days in (47, 92, 92, 90, 44, 0, 0, 365)]
    assert figures(report, "NT3a") == [str(round(one, 2)) for one in expected]
    assert figure(report, "NT1") == "1.63"  # 596 / 365: every contract year
    # One year for everyone, under the other rule.
    assert figure(counted(lines, rule="whole-duration-or-one-year"), "NT1") == "0.88"  # 321 / 365


def test_days_outside_the_contract_count_for_nothing_in_the_register(tmp_path: Path) -> None:
    contract = awarded(first_day="2026-05-15", last_day="2027-05-14")
    path = tmp_path / "staff.csv"
    lines = [
        staff("E1", HERE, "1", "2026-04-01", ""),  # before the contract, and open
        staff("E2", HERE, "1", "2026-04-01", "2026-05-14"),  # ends before it begins
        staff("E3", HERE, "1", "2027-05-20", ""),  # begins after it ended
    ]
    path.write_text("\n".join([STAFF, *lines]), encoding="utf-8")

    def days_in(quarter: str) -> tuple[int, Any]:
        counted = sent(contract, quarter, path)
        return counted.figures["NT1"]["amount"] // 10_000, counted.receipt["outside_quarter"]

    # E1: 15 May to 30 June, 17 + 30 = 47 days; E2 is outside, and E3 later.
    assert days_in("2026-27 Q1") == (47, [{"return": 1, "rows": [3, 4]}])
    # E1: 1 April to 14 May, 30 + 14 = 44 days.
    assert days_in("2027-28 Q1") == (44, [{"return": 1, "rows": [3, 4]}])


# --- credit notes


def test_a_credit_note_before_its_payment_makes_a_quarter_negative_and_no_share(
    counted: Callable[..., MeasuresReport],
) -> None:
    report = counted(
        [
            SPEND,
            f"C1,S1,{HERE},(1000),2025-06-30,no",
            f"C1,S2,{THERE},2000,2025-06-30,no",
            f"C1,S1,{HERE},3000,2025-07-01,no",
            f"C1,S2,{THERE},(500),2025-10-01,no",
            f"C1,S1,{HERE},700,2025-10-02,no",
        ]
    )
    assert figures(report, "NT18") == ["-1000.00", "3000.00", "700.00", "2700.00"]
    # -1,000 of 1,000 is no share, nor 700 of 200; 3,000 of 3,000; 2,700 of 4,200 = 64.3%.
    assert figures(report, "LOCAL-SPEND") == [None, "100.0", None, "64.3"]


def test_money_after_the_last_day_is_refused(counted: Callable[..., MeasuresReport]) -> None:
    lines = [f"C1,S1,{HERE},100,2026-03-31,no", f"C1,S1,{HERE},100,2026-04-01,no"]
    report = counted([SPEND, *lines])
    assert figures(report, "NT18") == ["100.00", "100.00"]
    assert reasons(report) == [("return-0.csv", 3, "after_period")]


# --- unknown homes, supply chain


def test_unknown_homes_weigh_in_the_divisor_by_their_fte(
    counted: Callable[..., MeasuresReport],
) -> None:
    lines = [
        STAFF,
        staff("E1", HERE, "0.8", "2025-04-01", "2026-03-31"),
        staff("E2", THERE, "0.4", "2025-04-01", "2026-03-31"),
        staff("E3", NOWHERE, "0.4", "2025-04-01", "2025-09-30"),  # 183 days: 0.2005
        staff("E4", NOWHERE, "1", "2025-04-01", "2026-03-31", employer="supply_chain"),
    ]
    # 0.8 / (0.8 + 0.4 + 0.2005) = 57.1%; without unknown homes 0.8 / 1.2. E4 is in neither.
    assert figure(counted(lines), "NT2") == "57.1"
    assert figure(counted(lines, unknown="excluded"), "NT2") == "66.7"
    told = [(one.row, one.column, one.reason) for one in counted(lines).unknown]
    assert told == [
        (4, "home_postcode", "not_in_directory"),
        (5, "home_postcode", "not_in_directory"),
    ]
    # If nobody's home is known there is no divisor, so no share; under the default it is nought.
    assert figure(counted([STAFF, lines[3]], unknown="excluded"), "NT2") is None
    assert figure(counted([STAFF, lines[3]]), "NT2") == "0.0"


def test_the_supply_chain_is_in_nt1c_alone_unless_the_rule_takes_it_in(
    counted: Callable[..., MeasuresReport],
) -> None:
    lines = [
        STAFF,
        staff("E1", HERE, "1", "2025-04-01", "2026-03-31"),
        staff("E2", HERE, "0.5", "2025-04-01", "2026-03-31", "veteran", "apprentice",
              employer="supply_chain"),
        staff("E3", THERE, "0.5", "2025-04-01", "2026-03-31", employer="supply_chain"),
    ]  # fmt: skip
    refs = ("NT1", "NT1c", "NT2", "NT3a", "ARMED-FORCES", "NT10")
    apart, both = counted(lines), ("contractor", "supply_chain")
    assert [figure(apart, ref) for ref in refs] == ["1.00", "0.50", "100.0", "0.00", "0.00", "0.00"]
    taken = counted(lines, employers=both, nt2_employers=both)
    # NT2: (1 + 0.5) / (1 + 0.5 + 0.5); NT10: 365 / 7
    assert [figure(taken, ref) for ref in refs] == ["1.00", "0.50", "75.0", "0.50", "0.50", "52.14"]


def test_who_changes_from_the_supply_chain_to_the_contractor_is_one_person(
    counted: Callable[..., MeasuresReport],
) -> None:
    chain = staff("E1", HERE, "1", "2024-10-01", "2025-06-30", "veteran", employer="supply_chain")
    own = staff("E1", HERE, "1", "2025-07-01", "2026-03-31", "disabled")
    report = counted([STAFF, chain, own])
    assert (figure(report, "NT1c"), figure(report, "NT1")) == ("0.75", "0.75")  # 273, 274 / 365
    # No row counts under NT3a, so NT6 is the person's one type, to 30 September 2025: 92 / 365.
    assert (figure(report, "NT3a"), figure(report, "NT6")) == ("0.00", "0.25")


# --- several types in one person


def test_a_disabled_apprentice_who_is_a_veteran_and_was_out_of_work(
    counted: Callable[..., MeasuresReport],
) -> None:
    flags = ("apprentice", "disabled", "veteran", "armed_forces")
    lines = [STAFF, staff("E1", HERE, "0.5", "2024-04-01", "2026-03-31", *flags)]  # 730 days
    refs = ("NT1", "NT3", "NT3a", "NT6", "ARMED-FORCES", "NT10")
    # NT1 for both years; NT3a, the first type, for one; the council's own measure once though both
    # columns say yes, for one; weeks for all 730 days, whatever the hours: 730 / 7.
    assert [figure(counted(lines), ref) for ref in refs] == [
        "1.00", "0.00", "0.50", "0.00", "0.50", "104.29",
    ]  # fmt: skip
    several = counted(lines, one_disadvantaged_type=False)
    assert [figure(several, ref) for ref in refs] == ["1.00", "0.00", "0.50", "0.50", "0.50",
                                                      "104.29"]  # fmt: skip
    # Long-term unemployed comes first of all.
    lines[1] = staff("E1", HERE, "0.5", "2025-04-01", "2026-03-31", *flags, "long_term_unemployed")
    assert [figure(counted(lines), ref) for ref in refs[1:4]] == ["0.50", "0.00", "0.00"]


def test_a_type_whose_rows_do_not_count_takes_nothing_from_the_next(
    counted: Callable[..., MeasuresReport],
) -> None:
    report = counted(
        [
            STAFF,
            staff("E1", THERE, "1", "2025-04-01", "2025-06-30", "long_term_unemployed"),
            staff("E1", HERE, "1", "2025-07-01", "2026-03-31", "disabled"),  # 274 days
        ]
    )
    assert (figure(report, "NT3"), figure(report, "NT6")) == ("0.00", "0.75")


def test_the_type_of_the_first_day_that_counts_is_a_persons_type(
    counted: Callable[..., MeasuresReport],
) -> None:
    """What is said later takes nothing from what an earlier quarter was counted under."""
    lines = [
        STAFF,
        staff("E1", HERE, "1", "2025-04-01", "2025-06-30", "disabled"),  # 91 days
        staff("E1", HERE, "1", "2025-07-01", "2026-03-31", "long_term_unemployed"),
    ]
    report = counted(lines)
    assert (figure(report, "NT3"), figure(report, "NT6")) == ("0.00", "0.25")
    # Of two types that begin on one day, the first in the order of the catalogue: 365 days x 0.5.
    lines[1] = staff("E1", HERE, "0.5", "2025-04-01", "2026-03-31", "disabled")
    lines[2] = staff("E1", HERE, "0.5", "2025-04-01", "2026-03-31", "veteran")
    report = counted(lines)
    assert (figure(report, "NT3a"), figure(report, "NT6")) == ("0.50", "0.00")


# --- quarter by quarter, in the register


def test_a_type_that_is_said_later_is_not_counted_in_a_later_return(tmp_path: Path) -> None:
    contract, path = awarded(last_day="2027-03-31"), tmp_path / "staff.csv"
    row = staff("E1", HERE, "1", "2026-04-01", "", "disabled")
    path.write_text("\n".join([STAFF, row]), encoding="utf-8")
    first = sent(contract, "2026-27 Q1", path).figures
    assert (first["NT3"]["amount"], first["NT6"]["amount"]) == (0, 91 * 10_000)
    # The second list keeps the row of the first quarter, and gives the time since its own.
    rows = [
        staff("E1", HERE, "1", "2026-04-01", "2026-06-30", "disabled"),
        staff("E1", HERE, "1", "2026-07-01", "", "long_term_unemployed"),
    ]
    path.write_text("\n".join([STAFF, *rows]), encoding="utf-8")
    second = sent(contract, "2026-27 Q2", path)
    assert (second.figures["NT3"]["amount"], second.figures["NT6"]["amount"]) == (0, 0)
    assert second.figures["NT1"]["amount"] == 92 * 10_000
    assert second.implied == {"2026-27 Q1": {"NT6": 91 * 10_000}}  # as the first return has it
    # It would be told if the second list said that E1 had been out of work from the start.
    row = staff("E1", HERE, "1", "2026-04-01", "", "long_term_unemployed")
    path.write_text("\n".join([STAFF, row]), encoding="utf-8")
    assert sent(contract, "2026-27 Q2", path).implied == {"2026-27 Q1": {"NT3": 91 * 10_000}}


def test_a_contract_shorter_than_a_quarter_counts_its_own_days(tmp_path: Path) -> None:
    contract = awarded(first_day="2026-05-01", last_day="2026-05-31")
    path = tmp_path / "staff.csv"
    row = staff("E1", HERE, "1", "2026-04-01", "", "apprentice")
    path.write_text("\n".join([STAFF, row]), encoding="utf-8")
    found = sent(contract, "2026-27 Q1", path).figures
    assert (found["NT1"]["amount"], found["NT1"]["divisor"]) == (31 * 10_000, 365 * 10_000)
    assert (found["NT10"]["amount"], found["NT10"]["divisor"]) == (31, 7)


# --- days at the edges


def test_from_the_29th_to_the_28th_of_february_is_a_year(
    counted: Callable[..., MeasuresReport],
) -> None:
    lines = [STAFF, staff("E1", HERE, "1", "2024-02-29", "2025-02-28")]
    # March 31, then 91, 92 and 92, then January and February 31 + 28 = 59: 365 together.
    assert figures(counted(lines), "NT1") == ["0.08", "0.25", "0.25", "0.25", "0.16", "1.00"]


def test_the_last_and_the_first_day_of_a_quarter_are_each_of_their_own(
    counted: Callable[..., MeasuresReport],
) -> None:
    row = staff("E1", HERE, "1", "2025-06-30", "2025-07-01", "apprentice")
    spent = [SPEND, f"C1,S1,{HERE},1,2025-06-30,no", f"C1,S1,{HERE},2,2025-07-01,no"]
    report = counted([STAFF, row], spent)
    assert figures(report, "NT10") == ["0.14", "0.14", "0.29"]  # 1 / 7, 1 / 7, 2 / 7
    assert figures(report, "NT18") == ["1.00", "2.00", "3.00"]


def test_who_leaves_and_comes_back_is_one_person_whose_first_year_goes_on(
    counted: Callable[..., MeasuresReport],
) -> None:
    rows = [
        staff("E1", HERE, "1", "2025-04-01", "2025-06-30", "disabled"),
        staff("E1", HERE, "1", "2026-01-01", "2026-03-31", "disabled"),
    ]
    report = counted([STAFF, *rows])
    # 91 and 90 days of the year from 1 April 2025.
    assert figures(report, "NT6") == ["0.25", "0.00", "0.00", "0.25", "0.50"]
    assert report.cells["NT6"].people[0].tolist() == [1, 0, 0, 1, 1]
    # Who comes back after that year counts under NT1 alone: 91 and 365 days.
    rows[0] = staff("E1", HERE, "1", "2024-04-01", "2024-06-30", "disabled")
    rows[1] = staff("E1", HERE, "1", "2025-04-01", "2026-03-31", "disabled")
    report = counted([STAFF, *rows])
    assert (figure(report, "NT6"), figure(report, "NT1")) == ("0.25", "1.25")


def test_hours_and_fte_below_what_can_be_worked_are_refused(
    counted: Callable[..., MeasuresReport],
) -> None:
    visits = ["contract,school_postcode,date,staff_hours"]
    visits += [f"C1,{HERE},2025-05-01,{hours}" for hours in ("-2", "0", "1.5")]
    rows = [staff("E1", HERE, fte, "2025-04-01", "2026-03-31") for fte in ("-0.5", "0", "1")]
    report = counted([STAFF, *rows], visits)
    assert (figure(report, "NT8"), figure(report, "NT1")) == ("1.50", "1.00")
    assert [(name, row) for name, row, _ in reasons(report)] == [
        ("return-0.csv", 2), ("return-0.csv", 3), ("return-1.csv", 2), ("return-1.csv", 3),
    ]  # fmt: skip


def test_a_row_tells_all_its_faults_and_counts_once_among_the_refused(
    counted: Callable[..., MeasuresReport],
) -> None:
    good = staff("E1", HERE, "1", "2025-04-01", "2026-03-31")
    bad = staff("E2", HERE, "1.5", "1 Smarch", "2026-03-31", employer="us")
    report = counted([STAFF, good, bad, good.replace(",1,", ",2,").replace("2026", "bad")])
    assert [(one.row, one.column, one.explanation) for one in report.refusals] == [
        (3, "employer", "it must be one of contractor, supply_chain"),
        (3, "start_date", "this is not a date; write it as 2026-03-31 or 31/03/2026 (day first)"),
        (3, "fte", "it must be more than 0 and at most 1"),
        (4, "end_date", "this is not a date; write it as 2026-03-31 or 31/03/2026 (day first)"),
        (4, "fte", "it must be more than 0 and at most 1"),
    ]
    (tally,) = report.tallies
    assert (tally["rows"], tally["counted"], tally["refused"]) == (3, 1, 2)
