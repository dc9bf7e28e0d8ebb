"""Counting rules one at a time, each on a return small enough to be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from localarea.errors import SettingError
from localarea.measures import withheld as withheld_module
from localarea.measures.calendar import counted_days, quarters_between
from localarea.measures.report import ALL_CONTRACTS, ALL_QUARTERS, measure_returns
from localarea.measures.returns import SCALE, read_return
from localarea.measures.rules import PROXY_TEMPLATE, read_proxies, read_rule, read_rules
from localarea.measures.suppression import withhold

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localarea.classify.classifier import Classifier
    from localarea.measures.report import MeasuresReport

UNTIL = date(2026, 3, 31).toordinal()
LOCAL, ELSEWHERE, NOWHERE = "CO1 1JB", "IP1 2DE", "XX99 9XX"
YEAR = ("2025-04-01", "2026-03-31")  # 365 days: 91 + 92 + 92 + 90
FLAGS = ("apprentice", "long_term_unemployed", "disabled")
STAFF = ("contract,employee,employer,home_postcode,fte,start_date,end_date", *FLAGS)
SPEND = "contract,supplier,supplier_postcode,amount,date,size,address_type,sole_trader"
ROUNDS = "contract,round,payee,payee_postcode,amount"


@pytest.fixture
def counted(tmp_path: Path, classifier: Classifier) -> Callable[..., MeasuresReport]:
    """Count rows under the default rule with some settings changed, or under a named one."""

    def count(header: str, *rows: str, rule: str | None = None, **changes: Any) -> MeasuresReport:
        path = tmp_path / "return.csv"
        path.write_text("\n".join([header, *rows]), encoding="utf-8")
        ours = replace(read_rule(rule), **changes)
        return measure_returns(read_return(path), classifier, ours, until=UNTIL)

    return count


def staff(
    name: str = "E1",
    home: str = LOCAL,
    fte: str = "1",
    days: tuple[str, str] = YEAR,
    *,
    employer: str = "contractor",
    contract: str = "C1",
    flags: tuple[str, ...] = (),
) -> str:
    said = ["yes" if flag in flags else "no" for flag in FLAGS]
    return ",".join([contract, name, employer, home, fte, *days, *said])


def spend(
    amount: str, home: str = LOCAL, supplier: str = "S1", day: str = "2025-05-01",
    size: str = "small", address: str = "trading_site", sole: str = "no", contract: str = "C1",
) -> str:  # fmt: skip
    return ",".join([contract, supplier, home, amount, day, size, address, sole])


def figure(report: MeasuresReport, ref: str, quarter: str = ALL_QUARTERS) -> Decimal | None:
    found = report.figures(internal=True)
    found = found[(found.measure == ref) & (found.contract == ALL_CONTRACTS)]
    value: Decimal | None = found[found.quarter == quarter].figure.item()
    return value


HEADER = ",".join(STAFF)


def test_the_29th_of_february_takes_no_day() -> None:
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 3, 1)]
    passed = np.diff(counted_days(np.array([day.toordinal() for day in days])))
    assert passed.tolist() == [0, 1, 365]


def test_quarters_are_those_of_the_financial_year() -> None:
    names, edges = quarters_between(*(date.fromisoformat(day).toordinal() for day in YEAR))
    assert names == ["2025-26 Q1", "2025-26 Q2", "2025-26 Q3", "2025-26 Q4"]
    assert [date.fromordinal(int(edge)).isoformat() for edge in edges] == [
        "2025-04-01", "2025-07-01", "2025-10-01", "2026-01-01", "2026-04-01",
    ]  # fmt: skip
    assert np.diff(edges).tolist() == [91, 92, 92, 90]


def test_who_starts_on_the_last_day_counts_that_day_and_the_next_is_after_it(
    counted: Callable[..., MeasuresReport],
) -> None:
    report = counted(
        HEADER, staff("E1", days=("2026-03-31", "")), staff("E2", days=("2026-04-01", ""))
    )
    assert report.cells["NT1"].amounts.sum() == SCALE  # one day of one full-time employee
    assert [(r.row, r.reason) for r in report.refusals] == [(3, "after_period")]


def test_a_day_that_begins_and_ends_an_employment_is_one_day(
    counted: Callable[..., MeasuresReport],
) -> None:
    report = counted(HEADER, staff(days=("2025-06-02", "2025-06-02")))
    assert report.refusals == ()
    assert report.cells["NT1"].amounts.sum() == SCALE


def test_two_halves_are_not_over_the_cap_and_a_change_of_hours_is_no_overlap(
    counted: Callable[..., MeasuresReport],
) -> None:
    halves = counted(HEADER, staff("E1", fte="0.5"), staff("E1", LOCAL.lower(), "0.50"))
    # Alike in every cell once they are read: one row, and a refusal.
    assert [r.reason for r in halves.refusals] == ["duplicate_row"]
    late = ("2025-04-01", "2026-03-30")
    both = counted(HEADER, staff("E1", fte="0.5"), staff("E1", fte="0.5", days=late))
    assert both.refusals == ()
    assert figure(both, "NT1") == Decimal("1.00")  # 0.5 + 0.5 x 364 / 365
    after = counted(
        HEADER,
        staff("E1", days=("2025-04-01", "2025-06-30")),
        staff("E1", days=("2025-07-01", "2026-03-31")),
    )
    assert after.refusals == ()


TWO_YEARS = ("2024-04-01", "2026-03-31")  # 730 days


def test_disadvantaged_count_for_a_year_and_apprentices_for_all_their_weeks(
    counted: Callable[..., MeasuresReport],
) -> None:
    report = counted(HEADER, staff(days=TWO_YEARS, flags=("apprentice", "disabled")))
    assert figure(report, "NT1") == Decimal("2.00")
    assert figure(report, "NT6") == Decimal("1.00")
    assert figure(report, "NT10") == Decimal("104.29")  # 730 / 7


def test_the_year_runs_from_the_first_day_of_the_person_not_of_the_row(
    counted: Callable[..., MeasuresReport],
) -> None:
    parts = (("2024-04-01", "2024-12-31"), ("2025-01-01", "2026-03-31"))
    report = counted(HEADER, *(staff(days=days, flags=("disabled",)) for days in parts))
    assert figure(report, "NT6") == Decimal("1.00")


def test_a_week_of_an_apprentice_with_two_posts_is_one_week(
    counted: Callable[..., MeasuresReport],
) -> None:
    first, second = ("2025-04-01", "2026-03-31"), ("2025-07-01", "2026-03-31")
    rows = [staff(fte="0.5", days=days, flags=("apprentice",)) for days in (first, second)]
    assert figure(counted(HEADER, *rows), "NT10") == Decimal("52.14")  # 365 / 7


def test_who_lives_elsewhere_counts_where_the_rule_asks_for_no_home(
    counted: Callable[..., MeasuresReport],
) -> None:
    row = staff(home=ELSEWHERE, flags=("disabled", "apprentice"))
    here, anywhere = counted(HEADER, row), counted(HEADER, row, localised=False)
    assert (figure(here, "NT6"), figure(here, "NT10")) == (Decimal("0.00"), Decimal("0.00"))
    assert figure(anywhere, "NT6") == Decimal("1.00")
    assert figure(anywhere, "NT10") == Decimal("52.14")
    assert figure(anywhere, "NT1") == Decimal("0.00")  # which is of local people by its name


def test_the_supply_chain_is_apart(counted: Callable[..., MeasuresReport]) -> None:
    report = counted(HEADER, staff("E1", fte="0.4"), staff("E2", employer="supply_chain"))
    assert (figure(report, "NT1"), figure(report, "NT1c")) == (Decimal("0.40"), Decimal("1.00"))
    assert figure(report, "NT2") == Decimal("100.0")


def test_who_moves_away_counts_by_row_or_by_the_first(
    counted: Callable[..., MeasuresReport],
) -> None:
    rows = [
        staff("E1", LOCAL, days=("2025-04-01", "2025-09-30")),  # 183 days
        staff("E1", ELSEWHERE, days=("2025-10-01", "2026-03-31")),
    ]
    assert figure(counted(HEADER, *rows), "NT1") == Decimal("0.50")  # 183 / 365 = 0.501
    by_first = counted(HEADER, *rows, local_on="first_row")
    assert figure(by_first, "NT1") == Decimal("1.00")


def test_a_home_that_cannot_be_placed_is_in_the_divisor_unless_the_rule_leaves_it_out(
    counted: Callable[..., MeasuresReport],
) -> None:
    rows = [staff("E1"), staff("E2", ELSEWHERE), staff("E3", NOWHERE), staff("E4", NOWHERE)]
    assert figure(counted(HEADER, *rows), "NT2") == Decimal("25.0")
    assert figure(counted(HEADER, *rows, unknown="excluded"), "NT2") == Decimal("50.0")


def test_one_person_is_of_one_disadvantaged_group(counted: Callable[..., MeasuresReport]) -> None:
    row = staff(flags=("long_term_unemployed", "disabled"))
    one, both = counted(HEADER, row), counted(HEADER, row, one_disadvantaged_type=False)
    assert (figure(one, "NT3"), figure(one, "NT6")) == (Decimal("1.00"), Decimal("0.00"))
    assert (figure(both, "NT3"), figure(both, "NT6")) == (Decimal("1.00"), Decimal("1.00"))


def test_spend_that_cannot_be_placed_is_in_the_divisor_unless_the_rule_leaves_it_out(
    counted: Callable[..., MeasuresReport],
) -> None:
    rows = [spend("600"), spend("200", ELSEWHERE, "S2"), spend("200", NOWHERE, "S3")]
    assert figure(counted(SPEND, *rows), "LOCAL-SPEND") == Decimal("60.0")
    assert figure(counted(SPEND, *rows, unknown="excluded"), "LOCAL-SPEND") == Decimal("75.0")


@pytest.mark.parametrize(
    ("address", "setting", "says", "local"),
    [
        ("registered_office", "registered_office", "unknown", 0),
        ("registered_office", "registered_office", "accept", 600),
        ("", "address_type_blank", "unknown", 0),
        ("", "address_type_blank", "accept", 600),
        ("trading_site", "registered_office", "unknown", 600),
    ],
)
def test_an_address_says_where_a_supplier_is_as_the_rule_has_it(
    address: str, setting: str, says: str, local: int, counted: Callable[..., MeasuresReport]
) -> None:
    report = counted(SPEND, spend("600", address=address), **{setting: says})
    assert figure(report, "NT18") == local


def test_a_credit_note_is_taken_off_or_refused(counted: Callable[..., MeasuresReport]) -> None:
    rows = [spend("600"), spend("-200"), spend("0", ELSEWHERE, "S2")]
    assert figure(counted(SPEND, *rows), "NT18") == Decimal("400.00")
    refusing = counted(SPEND, *rows, credit_notes="refuse")
    assert [(r.row, r.reason) for r in refusing.refusals] == [(3, "credit_note")]
    assert figure(refusing, "NT18") == Decimal("600.00")


def test_only_the_sizes_of_the_rule_are_small(counted: Callable[..., MeasuresReport]) -> None:
    sizes = {"micro": 1, "small": 2, "medium": 4, "large": 8, "vcse": 16, "": 32}
    rows = [spend(str(n), supplier=f"S{n}", size=size) for size, n in sizes.items()]
    report = counted(SPEND, *rows)
    assert (figure(report, "NT19"), figure(report, "NT18")) == (1 + 2 + 4, 63)


def test_spend_on_the_first_and_the_last_day_of_a_quarter(
    counted: Callable[..., MeasuresReport],
) -> None:
    days = ("2025-06-30", "2025-07-01", "2025-09-30")
    report = counted(SPEND, *(spend(f"{10**n}", day=day) for n, day in enumerate(days)))
    assert figure(report, "NT18", "2025-26 Q1") == 1
    assert figure(report, "NT18", "2025-26 Q2") == 10 + 100


def test_few_suppliers_are_counted_by_cell_and_by_total(
    counted: Callable[..., MeasuresReport],
) -> None:
    rows = [
        spend("1", supplier="S1", sole="yes"),
        *(spend("1", supplier=f"S{n}", contract="C2") for n in (2, 3)),
        *(spend("1", supplier=f"S{n}", contract="C2", day="2025-08-01") for n in range(4, 8)),
    ]
    # C1: one sole trader in the first quarter. C2: none, so however few they are they are shown.
    # All contracts: three in the first quarter with one among them, seven in both.
    assert counted(SPEND, *rows).cells["NT18"].people.tolist() == [[1, 0, 1], [0, 0, 0], [3, 0, 0]]


def test_money_that_nobody_spent_has_no_multiplier_and_a_payee_is_one_however_often_paid(
    counted: Callable[..., MeasuresReport],
) -> None:
    local = [f"C1,2,S1,{LOCAL},{amount}" for amount in (100, 200)]
    report = counted(ROUNDS, f"C1,1,Main,{ELSEWHERE},1000", *local, f"C2,2,S1,{LOCAL},5",
                     f"C2,1,Main,{ELSEWHERE},0")  # fmt: skip
    assert report.multipliers == {"C1": (Decimal("1.3"), 1), "C2": None}


def test_a_share_is_withheld_with_each_figure_that_it_would_tell(
    counted: Callable[..., MeasuresReport],
) -> None:
    chain = [staff(f"S{n}", employer="supply_chain") for n in range(4)]
    many = [staff(f"E{n}", home) for n, home in enumerate([LOCAL, ELSEWHERE] * 6)]
    hidden = counted(HEADER, *chain, *many).withheld
    assert hidden["NT1c"].all()  # four people, in every quarter
    assert not hidden["NT1"].any()
    assert hidden["NT2"].all()


def test_spend_of_small_firms_is_withheld_with_the_whole(
    counted: Callable[..., MeasuresReport],
) -> None:
    rows = [spend("9", supplier="S0", size="large", sole="yes")]
    rows += [spend("9", supplier=f"S{n}") for n in range(1, 4)]
    rows += [spend("900", ELSEWHERE, f"F{n}", sole="yes") for n in range(6)]
    hidden = counted(SPEND, *rows).withheld
    assert hidden["NT18"].all()  # four suppliers, a sole trader among them
    assert hidden["NT19"].all()
    assert hidden["LOCAL-SPEND"].all()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_withheld_of_spend_is_withheld_of_its_parts_and_shares(
    seed: int, counted: Callable[..., MeasuresReport]
) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        spend(
            str(rng.integers(1, 1_000)), supplier=f"S{rng.integers(40)}",
            day=f"2025-{rng.choice(['05', '08', '11'])}-01",
            size=rng.choice(["small", "large"]), sole=rng.choice(["yes", "no", "no"]),
            contract=f"C{rng.integers(1, 5)}",
        )
        for _ in range(60)
    ]  # fmt: skip
    hidden = counted(SPEND, *rows).withheld
    assert hidden["NT18"].any()
    assert (hidden["NT19"] >= hidden["NT18"]).all()
    assert (hidden["LOCAL-SPEND"] >= hidden["NT18"]).all()


def test_a_total_may_hide_five_people_who_were_there_in_every_quarter(
    counted: Callable[..., MeasuresReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[np.ndarray] = []

    def watched(
        values: np.ndarray, unsafe: np.ndarray, margin: np.ndarray, **rest: np.ndarray | None
    ) -> np.ndarray:
        asked.append(np.array(margin))
        return withhold(values, unsafe, margin, **rest)

    monkeypatch.setattr(withheld_module, "withhold", watched)
    counted(HEADER, staff())
    assert asked
    for margin in asked:
        quarter, year = margin[0, 0], margin[0, -1]
        assert (margin[:, :-1] == quarter).all()
        assert (margin[:, -1] == 4 * quarter).all()
        # Five full-time employees make 5 x 92 / 365 in the longest quarter, or 92 / 7 weeks each.
        assert quarter >= 5 * 92 / 365
        assert year >= 5


def test_the_cap_may_be_two_and_no_more(tmp_path: Path) -> None:
    text = (PROXY_TEMPLATE.parent / "counting_rules.toml").read_text(encoding="utf-8")
    path = tmp_path / "rules.toml"
    path.write_text(text.replace('fte_cap = { value = "1"', 'fte_cap = { value = "2"'), "utf-8")
    assert {rule.fte_cap for rule in read_rules(path).values()} == {Decimal(2)}
    path.write_text(text.replace('fte_cap = { value = "1"', 'fte_cap = { value = "2.01"'), "utf-8")
    with pytest.raises(SettingError, match="'fte_cap' must be a number over 0, at most 2"):
        read_rules(path)


def test_a_proxy_value_may_be_nought_and_not_less(tmp_path: Path) -> None:
    blank = PROXY_TEMPLATE.read_text(encoding="utf-8")
    named = blank.replace('edition = ""', 'edition = "2026"').replace('source = ""', 'source = "x"')
    path = tmp_path / "proxies.toml"
    path.write_text(named.replace('NT1 = ""', 'NT1 = "0"'), encoding="utf-8")
    assert read_proxies(path).amounts == {"NT1": Decimal(0)}
    path.write_text(named.replace('NT1 = ""', 'NT1 = "-1"'), encoding="utf-8")
    with pytest.raises(SettingError, match="the value of NT1 must be an amount in quotes"):
        read_proxies(path)
