"""Contracts as people state them: read, or refused with every fault at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from contract_cases import QUARTERS, TERMS

from localarea.contracts.exchange.columns import TABLES
from localarea.contracts.exchange.files import ReadTable
from localarea.contracts.exchange.parsing import parse_exchange
from localarea.contracts.model import Contract, Milestone, Pledge, contract_of, parse_contract
from localarea.contracts.quarters import quarter_days, quarters_of
from localarea.errors import InputError, SchemaError, TableFaultsError


def test_a_contract_is_read_and_written_without_loss() -> None:
    made = parse_contract(
        TERMS
        | {
            "value": "1234567.8901",
            "first_day": date(2026, 4, 1),
            "pledges": [{"measure": "NT1", "target": 2}],
            "milestones": [{"title": "Start", "due": "2026-05-01"}],
        }
    )
    assert made == Contract(
        "C1", "Repair of roads", "Example Roads Ltd", "Highways", Decimal("1234567.8901"),
        date(2026, 4, 1), date(2027, 9, 30), "colchester-measure-2026.1", "",
        (Pledge("NT1", "all quarters", Decimal(2)),), (Milestone("Start", date(2026, 5, 1)),),
    )  # fmt: skip
    assert made.quarters == QUARTERS
    assert contract_of(made.as_document()) == made


def test_an_amount_that_a_program_wrote_with_a_power_of_ten_is_written_out() -> None:
    made = parse_contract(TERMS | {"value": "1E+3"})
    assert (made.value, made.as_document()["value"]) == (Decimal(1000), "1000")


def test_tables_refuse_an_amount_with_a_comma_for_a_decimal_point() -> None:
    row = {name: str(TERMS.get(name, "")) for name in TABLES["contracts"].columns}
    rows = [(2, row | {"value": "1.250,50"}), (3, row | {"reference": "C2", "value": "1,250.50"})]
    with pytest.raises(TableFaultsError) as caught:
        parse_exchange([ReadTable("contracts.csv", "contracts", rows)])
    assert str(caught.value).count("column value") == 1
    assert "row 2, column value" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"referense": "x"}, "'referense' is not known"),
        ({"reference": "a/b"}, "letters, digits"),
        ({"reference": "CO4-9ZZ"}, "'reference' holds a postcode; leave it out"),
        ({"supplier": "J Smith, CO4 9ZZ"}, "'supplier' holds a postcode; leave it out"),
        ({"title": " "}, "'title' must be non-blank text"),
        ({"title": "a\nb"}, "'title' must be one line"),
        ({"value": 12.5}, "'value' must be an amount in quotes"),
        ({"value": "-1"}, "'value' must be an amount in quotes"),
        ({"value": "NaN"}, "'value' must be an amount in quotes"),
        ({"value": "1.23456"}, "'value' must be an amount in quotes"),
        ({"first_day": "01/04/2026"}, "'first_day' must be a day"),
        ({"last_day": "2026-03-31"}, "'last_day' must be after 'first_day'"),
        ({"pledges": "NT1"}, "'pledges' must be a list of tables"),
        ({"pledges": [{"measure": "NT99", "target": "1"}]}, "pledge 1: 'measure' must be one of"),
        ({"pledges": [{"measure": "NT1"}]}, "pledge 1: it lacks 'target'"),
        ({"pledges": [{"measure": "NT2", "target": "101"}]}, "a share is at most 100"),
        (
            {"pledges": [{"measure": "NT1", "target": "1", "quarter": "2026-28 Q1"}]},
            "is not a quarter",
        ),
        (
            {"pledges": [{"measure": "NT1", "target": "1", "quarter": "2025-26 Q4"}]},
            "the contract does not run in 2025-26 Q4",
        ),
        ({"pledges": [{"measure": "NT1", "target": "1"}] * 2}, "pledge 2: it repeats"),
        ({"milestones": [{"title": "x"}]}, "milestone 1: it lacks 'due'"),
    ],
)
def test_what_is_wrong_is_said_and_no_postcode_repeated(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_contract(TERMS | changes)
    assert says in str(caught.value)
    assert "9ZZ" not in str(caught.value)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SchemaError) as caught:
        parse_contract({})
    assert len(caught.value.faults) == 8


def test_quarters_are_those_of_the_financial_year() -> None:
    assert quarter_days("2026-27 Q1") == (date(2026, 4, 1), date(2026, 6, 30))
    assert quarter_days("2027-28 Q4") == (date(2028, 1, 1), date(2028, 3, 31))
    for name in QUARTERS:
        assert quarters_of(*quarter_days(name)) == [name]
    for name in ("2026-27 Q5", "2026-28 Q1", "2026-27", "2099-00 Q1 ", "\u0662026-27 Q1"):
        with pytest.raises(InputError, match="is not a quarter"):
            quarter_days(name)
