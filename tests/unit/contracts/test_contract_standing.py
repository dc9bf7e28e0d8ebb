"""Figures over contracts and quarters: added up within a series, and small counts withheld."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from contract_cases import QUARTERS, TERMS

from localarea.contracts.model import Pledge, parse_contract
from localarea.contracts.standing import indicator, series_of, standing, target_of
from localarea.measures.returns import SCALE

if TYPE_CHECKING:
    from localarea.contracts.model import Contract

YEAR = SCALE * 365  # parts of one full-time equivalent


def contract(reference: str, *, under: str = "d1", **changes: Any) -> Contract:
    made = parse_contract(TERMS | {"reference": reference, "definition": under})
    frozen = {"definition_sha256": under * 32, "rule": "r", "rule_version": "1"}
    return replace(made, **{**frozen, **changes})


def staff(days: int, people: int, other: int = 0, other_people: int = 0) -> dict[str, Any]:
    line = {"amount": days * SCALE, "other": other * SCALE, "divisor": YEAR}
    line |= {"people": people, "other_people": other_people}
    return {"NT1": {**line, "other": 0, "other_people": 0}, "NT1c": {**line, "amount": 0,
            "people": 0, "other": 0, "other_people": 0}, "NT2": line}  # fmt: skip


def test_a_quarter_of_four_people_is_withheld_with_what_would_tell_it() -> None:
    figures = {
        ("C1", QUARTERS[0]): staff(4 * 91, 4),
        ("C1", QUARTERS[1]): staff(50 * 92, 50),
        ("C1", QUARTERS[2]): staff(50 * 92, 50),
        ("C2", QUARTERS[0]): staff(60 * 91, 60),
        ("C2", QUARTERS[1]): staff(60 * 92, 60),
        ("C2", QUARTERS[2]): staff(60 * 92, 60),
    }
    series = series_of([contract("C1"), contract("C2")], figures)
    (line,) = (one for one in standing(series, "C1") if one["measure"] == "NT1")
    by_quarter = {part["quarter"]: part for part in line["by_quarter"]}
    assert by_quarter[QUARTERS[0]]["withheld"]
    assert by_quarter[QUARTERS[0]]["delivered"] is None
    assert by_quarter[QUARTERS[3]] == {
        "quarter": QUARTERS[3], "target": None, "delivered": None, "withheld": False,
    }  # fmt: skip
    hidden = series[0].hidden["NT1"]
    rows, columns = np.nonzero(hidden)
    for line_of in (rows.tolist(), columns.tolist()):  # never alone in its row or column
        assert all(line_of.count(at) > 1 for at in line_of)
    (open_,) = (one for one in standing(series, "C1", internal=True) if one["measure"] == "NT1")
    assert open_["by_quarter"][0]["delivered"] == Decimal("1.00")  # 364 / 365


def test_a_total_of_few_people_over_many_quarters_is_withheld() -> None:
    figures = {("C1", quarter): staff(91, 1) for quarter in QUARTERS}  # six times the same one
    (line, *_) = standing(series_of([contract("C1")], figures), "C1")
    assert line["withheld"]
    assert all(part["withheld"] for part in line["by_quarter"])


def test_a_sole_trader_is_withheld_in_every_total_of_two_contracts() -> None:
    def spend(amount: int, few: int) -> dict[str, Any]:
        line = {"amount": amount * SCALE, "other": 0, "divisor": SCALE, "people": few,
                "other_people": 0}  # fmt: skip
        return {"NT18": line, "NT19": line, "LOCAL-SPEND": line}

    figures = {("C1", QUARTERS[0]): spend(100, 3), ("C2", QUARTERS[0]): spend(100, 3)}
    series = series_of([contract("C1"), contract("C2")], figures)
    (told,) = indicator(series, "NT18")
    assert told["by_quarter"][0]["withheld"]  # the six may be the same three


def test_series_are_never_joined_and_targets_add_up_within_one() -> None:
    line = {"amount": SCALE, "other": SCALE, "divisor": SCALE, "people": 0, "other_people": 0}
    figures = {(name, QUARTERS[0]): {"LOCAL-SPEND": line, "NT18": line, "NT19": line}
               for name in ("C1", "C2", "C3")}  # fmt: skip
    pledge = Pledge("NT18", QUARTERS[0], Decimal("1.5"))
    made = [
        contract("C1", pledges=(pledge,)),
        contract("C2", pledges=(pledge,)),
        contract("C3", under="d2", pledges=(pledge,)),
    ]
    told = indicator(series_of(made, figures), "NT18")
    assert [(one["definition"], one["contracts"], one["delivered"]) for one in told] == [
        ("d1", 2, Decimal("2.00")),
        ("d2", 1, Decimal("1.00")),
    ]
    assert [one["by_quarter"][0]["target"] for one in told] == [Decimal("3.0"), Decimal("1.5")]
    assert [one["by_quarter"][0]["returns"] for one in told] == [2, 1]
    assert indicator([], "NT18") == []


def test_another_rule_is_another_series() -> None:
    assert len(series_of([contract("C1"), contract("C2", rule_version="2")], {})) == 2


def test_quarterly_targets_add_up_unless_they_are_shares() -> None:
    made = contract(
        "C1",
        pledges=(
            Pledge("NT1", QUARTERS[0], Decimal("0.5")),
            Pledge("NT1", QUARTERS[1], Decimal("0.75")),
            Pledge("NT2", QUARTERS[0], Decimal(60)),
        ),
    )
    assert target_of(made, "NT1", "all quarters") == Decimal("1.25")
    assert target_of(made, "NT1", QUARTERS[1]) == Decimal("0.75")
    assert target_of(made, "NT2", "all quarters") is None
    assert target_of(made, "NT3", "all quarters") is None


def test_priority_measures_come_first_and_pledges_without_a_return_are_told() -> None:
    pledges = (Pledge("NT1", "all quarters", Decimal(1)), Pledge("NT8", QUARTERS[0], Decimal(2)))
    series = series_of([contract("C1", pledges=pledges)], {})
    told = standing(series, "C1", priority=["NT8"])
    assert [(one["measure"], one["priority"], one["delivered"]) for one in told] == [
        ("NT8", True, None),
        ("NT1", False, None),
    ]


def test_the_multiplier_is_that_of_the_sums() -> None:
    def rounds(total: int, spent: int, payees: int) -> dict[str, Any]:
        return {"LM3": {"amount": total * SCALE, "other": spent * SCALE, "divisor": SCALE,
                        "people": payees, "other_people": 0}}  # fmt: skip

    figures = {("C1", QUARTERS[0]): rounds(150, 100, 5), ("C1", QUARTERS[1]): rounds(600, 300, 6)}
    (line,) = standing(series_of([contract("C1")], figures), "C1")
    assert [part["delivered"] for part in line["by_quarter"][:2]] == [
        Decimal("1.50"), Decimal("2.00"),
    ]  # fmt: skip
    assert line["delivered"] == Decimal("1.88")  # 750 / 400 = 1.875, to even
    few = {("C1", QUARTERS[0]): rounds(150, 100, 2), ("C1", QUARTERS[1]): rounds(600, 300, 6)}
    (line,) = standing(series_of([contract("C1")], few), "C1")
    assert [part["withheld"] for part in line["by_quarter"][:2]] == [True, False]
    assert line["withheld"]  # with the other quarter it would tell the one of two payees
