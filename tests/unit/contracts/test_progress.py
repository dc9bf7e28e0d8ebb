"""What is expected by now, what is late, and what is at risk: worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from contract_cases import FIRST, QUARTERS, SECOND, TERMS

from localarea.contracts.counting import CountedReturn
from localarea.contracts.kept import Decision, KeptContract, KeptReturn
from localarea.contracts.model import contract_of, parse_contract
from localarea.contracts.monitoring import grouped, overview, require_group, valued
from localarea.contracts.progress import (
    expected_by,
    judged_on,
    progress,
    quarters_on,
    say_status,
)
from localarea.contracts.standing import indicator, series_of
from localarea.errors import InputError, SchemaError
from localarea.measures.rules import Proxies

if TYPE_CHECKING:
    from localarea.contracts.model import Contract

# 1 April 2026 to 30 September 2027 are 548 days: 91, 92, 92, 90, 91 and 92.


def contract(*pledges: dict[str, str], **changes: Any) -> Contract:
    frozen = {name: changes.pop(name) for name in ("definition",) if name in changes}
    made = parse_contract(TERMS | {"pledges": list(pledges)} | changes | frozen)
    return replace(made, definition_sha256="a" * 64, rule="r", rule_version="1")


def pledge(measure: str, target: str, quarter: str = "all quarters") -> dict[str, str]:
    return {"measure": measure, "target": target, "quarter": quarter}


def returned(
    quarter: str, figures: dict[str, tuple[int, int]], state: str = "accepted", **changes: Any
) -> KeptReturn:
    lines = {
        ref: {"amount": amount * 10_000, "other": other * 10_000, "divisor": 10_000,
              "people": 9, "other_people": 9 if other else 0}
        for ref, (amount, other) in ({"NT19": (0, 0)} | figures).items()
    }  # fmt: skip
    decision = None if state == "sent" else Decision(state, "", "Mo", "2026-07-20T09:00:00Z")  # type: ignore[arg-type]
    fields = {"reference": "C1", "version": 1, "contract_version": 1, "by": "Sue", "at": "2026"}
    return KeptReturn(
        **{**fields, **changes}, counted=CountedReturn(quarter, lines, {}), sent_as="supplier",
        decision=decision,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-31", "0"),
        ("2026-04-01", "10"),  # the first of 548 days
        ("2026-06-30", "910"),  # 91 days
        ("2027-03-31", "3650"),  # 91 + 92 + 92 + 90 = 365 days
        ("2027-09-30", "5480"),
        ("2030-01-01", "5480"),
    ],
)
def test_a_pledge_is_spread_evenly_over_the_days(day: str, expected: str) -> None:
    made = contract(pledge("NT18", "5480"))
    assert expected_by(made, "NT18", date.fromisoformat(day)) == Decimal(expected)


def test_a_pledge_by_quarter_is_expected_quarter_by_quarter() -> None:
    made = contract(pledge("NT18", "910", QUARTERS[0]), pledge("NT18", "1840", QUARTERS[2]))
    for day, expected in (
        ("2026-05-01", "310"),  # 31 of 91 days
        ("2026-06-30", "910"),
        ("2026-09-30", "910"),  # nothing was pledged for the second quarter
        ("2026-10-31", "1530"),  # 31 of 92 days of 1,840
        ("2027-09-30", "2750"),
    ):
        assert expected_by(made, "NT18", date.fromisoformat(day)) == Decimal(expected), day


def test_a_pledge_with_milestones_is_expected_in_their_steps() -> None:
    steps = [
        {"title": "Site opened", "due": "2026-09-30", "measure": "NT18", "target": "1000"},
        {"title": "Half way", "due": "2027-03-31", "measure": "NT18", "target": "3000"},
        {"title": "Apprentice", "due": "2026-05-01"},
    ]
    made = contract(pledge("NT18", "5000"), pledge("NT8", "548"), milestones=steps)
    for day, expected in (
        ("2026-09-29", "0"), ("2026-09-30", "1000"), ("2027-03-30", "1000"),
        ("2027-03-31", "3000"), ("2027-09-30", "5000"),
    ):  # fmt: skip
        assert expected_by(made, "NT18", date.fromisoformat(day)) == Decimal(expected), day
    assert expected_by(made, "NT8", date(2026, 6, 30)) == 91  # no milestone is of it
    assert contract_of(made.as_document()) == made


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ({"measure": "NT18"}, "it lacks 'target'"),
        ({"measure": "NT99", "target": "1"}, "must be one of"),
        ({"measure": "NT2", "target": "1"}, "a share or a ratio"),
        ({"target": "1"}, "must be one of"),
        ({"measure": "NT18", "target": "-1"}, "'target' must be an amount"),
    ],
)
def test_a_milestone_that_spreads_nothing_is_refused(step: dict[str, str], says: str) -> None:
    with pytest.raises(SchemaError, match=says):
        contract(milestones=[{"title": "Half way", "due": "2027-03-31", **step}])


def test_a_share_is_not_spread() -> None:
    made = contract(pledge("LOCAL-SPEND", "60"))
    assert expected_by(made, "LOCAL-SPEND", date(2026, 4, 1)) == 60
    assert expected_by(contract(), "LOCAL-SPEND", date(2026, 4, 1)) is None


@pytest.mark.parametrize(
    ("delivered", "status"),
    [("100", "met"), ("120", "met"), ("50", "on track"), ("49.99", "behind"), ("40", "behind"),
     ("39.99", "at risk"), (None, "at risk")],
)  # fmt: skip
def test_a_measure_stands_as_the_rule_says(delivered: str | None, status: str) -> None:
    have = None if delivered is None else Decimal(delivered)
    assert say_status("NT18", Decimal(100), Decimal(50), have, withheld=False) == status


def test_what_cannot_be_judged_is_said() -> None:
    hundred = Decimal(100)
    assert say_status("NT18", None, None, hundred, withheld=False) == ""
    assert say_status("NT18", hundred, hundred, None, withheld=True) == "withheld"
    assert say_status("NT18", hundred, None, None, withheld=False) == "not due yet"
    assert say_status("LOCAL-SPEND", hundred, hundred, hundred, withheld=False) == "on track"


def test_a_return_is_late_thirty_days_after_its_quarter() -> None:
    made = contract()

    def states(day: str, *kept: KeptReturn) -> list[str]:
        return [one.state for one in quarters_on(made, kept, date.fromisoformat(day))][:2]

    assert states("2026-06-30") == ["not yet", "not yet"]
    assert states("2026-07-01") == ["due", "not yet"]
    assert states("2026-07-30") == ["due", "not yet"]
    assert states("2026-07-31") == ["late", "not yet"]
    assert states("2026-07-31", returned(QUARTERS[0], {}, "sent")) == ["sent", "not yet"]
    sent_back = returned(QUARTERS[0], {}, "returned")
    assert states("2026-07-31", sent_back) == ["returned", "not yet"]
    assert quarters_on(made, [sent_back], date(2026, 7, 31))[0].late
    kept = [returned(QUARTERS[0], {}), returned(QUARTERS[0], {}, "returned", version=2)]
    (first, *_) = quarters_on(made, kept, date(2026, 7, 31))
    assert (first.state, first.counts, first.late, first.version) == ("returned", True, False, 2)


def test_a_contract_is_judged_up_to_its_last_return_due() -> None:
    made = contract()
    accepted = [returned(QUARTERS[0], {})]
    for day, kept, judged in (
        ("2026-07-15", [], None),
        ("2026-07-15", accepted, date(2026, 6, 30)),
        ("2026-07-31", [], date(2026, 6, 30)),
        ("2029-01-01", [], date(2027, 9, 30)),
    ):
        on = date.fromisoformat(day)
        assert judged_on(made, quarters_on(made, kept, on), on) == judged


def test_the_progress_of_a_contract_says_what_is_at_risk() -> None:
    made = contract(pledge("NT18", "5480"), pledge("NT8", "548"), pledge("LOCAL-SPEND", "60"))
    kept = [returned(QUARTERS[0], {"NT18": (950, 0), "LOCAL-SPEND": (950, 550)})]
    series = series_of([made], {("C1", one.counted.quarter): one.counted.figures for one in kept})
    found = progress(series, made, kept, on=date(2026, 11, 15), internal=True)
    assert found["judged_on"] == "2026-09-30"  # the return of the second quarter is due, too
    lines = {line["measure"]: line for line in found["measures"]}
    # 183 of 548 days are over; 950 is less than 0.8 of 1,830; 950 of 1,500 is 63.3 per cent.
    assert (lines["NT18"]["expected"], lines["NT18"]["status"]) == (Decimal("1830.00"), "at risk")
    assert (lines["NT8"]["expected"], lines["NT8"]["status"]) == (Decimal("183.00"), "at risk")
    assert lines["LOCAL-SPEND"]["status"] == "on track"
    assert found["late"] == [QUARTERS[1]]
    assert found["reasons"] == [
        "NT8: nothing delivered, 183.00 staff hours expected",
        "NT18: £950.00 delivered, £1,830.00 expected",
        "1 return is late: 2026-27 Q2",
    ]


def test_a_share_and_a_refund_are_said_as_what_they_are() -> None:
    made = contract(pledge("NT18", "5480"), pledge("LOCAL-SPEND", "60"))

    def reasons(local: int, other: int) -> list[str]:
        kept = [returned(QUARTERS[0], {"NT18": (local, 0), "LOCAL-SPEND": (local, other)})]
        series = series_of([made], {("C1", QUARTERS[0]): kept[0].counted.figures})
        on = date(2026, 7, 15)
        found: list[str] = progress(series, made, kept, on=on, internal=True)["reasons"]
        return found

    assert reasons(100, 900)[-1] == "LOCAL-SPEND: 10.0% delivered, 60.0% expected"
    assert reasons(-500, 400) == [  # refunds outweigh payments: there is no share, not one of 0
        "NT18: \N{MINUS SIGN}£500.00 delivered, £910.00 expected",
        "LOCAL-SPEND: no share delivered, 60.0% expected",
    ]


def many() -> tuple[list[Contract], dict[str, list[KeptReturn]]]:
    """Give three contracts: two of one department, and one under another definition."""
    roads = contract(pledge("NT18", "5480"), reference="A", supplier="S1")
    lanes = contract(pledge("NT18", "548"), reference="B", supplier="S2")
    parks = contract(reference="C", supplier="S1", department="Leisure", definition=SECOND)
    kept = {
        "A": [
            returned(QUARTERS[0], {"NT18": (900, 0), "LOCAL-SPEND": (900, 100)}, reference="A"),
            returned(QUARTERS[4], {"NT18": (50, 0), "LOCAL-SPEND": (50, 50)}, reference="A"),
        ],
        "B": [returned(QUARTERS[0], {"NT18": (100, 0), "LOCAL-SPEND": (100, 0)}, reference="B")],
        "C": [returned(QUARTERS[0], {"NT18": (7, 0), "LOCAL-SPEND": (7, 93)}, reference="C")],
    }
    return [roads, lanes, parks], kept


def lines_by(by: str, *, internal: bool = True) -> dict[tuple[str, str, str], dict[str, Any]]:
    made, kept = many()
    figures = {
        (name, one.counted.quarter): one.counted.figures for name, those in kept.items()
        for one in those
    }  # fmt: skip
    found = grouped(
        series_of(made, figures), kept, by=require_group(by), on=date(2026, 8, 15),
        internal=internal,
    )  # fmt: skip
    return {(line["group"], line["definition"], line["measure"]): line for line in found}


def test_measures_are_added_up_by_department_apart_for_each_definition() -> None:
    found = lines_by("department")
    highways = found["Highways", FIRST, "NT18"]
    assert highways["delivered"] == Decimal("1050.00")
    assert (highways["contracts"], highways["target"]) == (2, Decimal("6028.00"))
    # A was judged up to 30 June 2027, for it sent that quarter: 456 days; B up to 30 June 2026.
    assert highways["expected"] == Decimal("4651.00")  # 10 x 456 + 91
    share = found["Highways", FIRST, "LOCAL-SPEND"]["delivered"]
    assert share == Decimal("87.5")  # 1,050 of 1,200
    assert found["Leisure", SECOND, "NT18"]["delivered"] == Decimal("7.00")
    assert ("Leisure", FIRST, "NT18") not in found


def test_measures_are_added_up_by_supplier_year_theme_and_measure() -> None:
    suppliers = lines_by("supplier")
    assert suppliers["S1", FIRST, "NT18"]["delivered"] == Decimal("950.00")
    assert suppliers["S1", SECOND, "NT18"]["delivered"] == Decimal("7.00")  # never joined
    years = lines_by("year")
    assert years["2026-27", FIRST, "NT18"]["delivered"] == Decimal("1000.00")
    assert years["2027-28", FIRST, "NT18"]["delivered"] == Decimal("50.00")
    # 365 of 548 days of 6,028 lie in the first year, 183 in the second.
    assert years["2026-27", FIRST, "NT18"]["target"] == Decimal("4015.00")
    assert years["2027-28", FIRST, "NT18"]["target"] == Decimal("2013.00")
    themes = lines_by("theme")
    assert themes["Growth", FIRST, "NT18"]["delivered"] == Decimal("1050.00")
    assert lines_by("measure")["NT18", FIRST, "NT18"]["delivered"] == Decimal("1050.00")
    with pytest.raises(InputError, match="group by one of"):
        require_group("colour")


def test_nothing_is_expected_of_a_year_before_a_return_of_it_is_due() -> None:
    terms = {"first_day": "2026-04-01", "last_day": "2028-03-31"}  # two financial years
    both = contract(pledge("NT18", "731"), pledge("LOCAL-SPEND", "60"), reference="A", **terms)
    short = contract(reference="B", first_day="2026-04-01", last_day="2027-03-31")
    sent = returned(QUARTERS[0], {"NT18": (91, 0), "LOCAL-SPEND": (91, 9)}, reference="A")
    figures = {("A", QUARTERS[0]): sent.counted.figures}
    series = series_of([both, short], figures)
    found = grouped(series, {"A": [sent]}, by="year", on=date(2026, 8, 15), internal=True)
    lines = {(line["group"], line["measure"]): line for line in found}
    now, later = lines["2026-27", "NT18"], lines["2027-28", "NT18"]
    assert (now["expected"], now["status"], now["contracts"]) == (Decimal(91), "on track", 2)
    # 366 of the 731 days lie in the second year, which holds 29 February; only A runs in it.
    assert (later["target"], later["expected"]) == (Decimal(366), None)
    assert (later["status"], later["contracts"]) == ("not due yet", 1)
    assert lines["2026-27", "LOCAL-SPEND"]["status"] == "on track"  # 91% of 60%
    assert lines["2027-28", "LOCAL-SPEND"]["status"] == "not due yet"


def test_what_is_pledged_for_one_year_is_no_pledge_of_nothing_in_another() -> None:
    one = contract(pledge("NT18", "100", QUARTERS[4]))  # of 2027-28
    sent = returned(QUARTERS[0], {"NT8": (1, 0)})
    series = series_of([one], {("C1", QUARTERS[0]): sent.counted.figures})
    found = grouped(series, {"C1": [sent]}, by="year", on=date(2026, 8, 15), internal=True)
    lines = {(line["group"], line["measure"]): line for line in found}
    assert ("2026-27", "NT18") not in lines  # before: 0.00 pledged, and met
    assert lines["2027-28", "NT18"]["target"] == Decimal("100.00")


def test_outside_the_council_a_group_is_told_only_by_what_is_told_of_its_parts() -> None:
    made, kept = many()
    small = kept["B"][0].counted.figures["NT18"]
    kept["B"][0].counted.figures["NT18"] = {**small, "people": 3}
    figures = {
        (name, one.counted.quarter): one.counted.figures for name, those in kept.items()
        for one in those
    }  # fmt: skip
    series = series_of(made, figures)
    for by, group in (("supplier", "S2"), ("department", "Highways"), ("year", "2026-27")):
        (line,) = (
            one
            for one in grouped(series, kept, by=require_group(by), on=date(2026, 8, 15))
            if (one["group"], one["definition"], one["measure"]) == (group, FIRST, "NT18")
        )
        assert (line["delivered"], line["withheld"]) == (None, True), by


def test_money_is_told_only_beside_proxy_values() -> None:
    lines = list(lines_by("measure").values())
    assert all("value_gbp" not in line for line in valued(lines, None))
    worth = Proxies("2099 edition", "an invented table", {"NT18": Decimal("0.5")})
    told = {(one["measure"], one["definition"]): one["value_gbp"] for one in valued(lines, worth)}
    assert told["NT18", FIRST] == Decimal("525.00")
    assert told["LOCAL-SPEND", FIRST] is None


def test_the_overview_names_every_contract() -> None:
    made, kept = many()
    register = [KeptContract(one, 1, "colchester", "Mo", "2026") for one in made]
    rows = overview(series_of(made, {}), register, kept, on=date(2026, 8, 15), internal=True)
    assert [row["reference"] for row in rows] == ["A", "B", "C"]
    assert [row["at_risk"] for row in rows] == [True, True, False]


def test_a_share_pledged_for_all_quarters_is_the_target_of_each() -> None:
    (series,) = indicator(series_of([contract(pledge("LOCAL-SPEND", "60"))], {}))
    assert {part["target"] for part in series["by_quarter"]} == {Decimal(60)}
