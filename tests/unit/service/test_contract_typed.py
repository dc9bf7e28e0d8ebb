"""Amounts of a contract as officers type them into forms."""

from __future__ import annotations

import pytest

from localarea.contracts.value.worth import parse_proxies
from localarea.errors import SchemaError
from localarea.service.pages.contracts.contract_typed import Typed


def stated(text: str) -> list[str]:
    """Return what the form makes of an amount: of the value, a pledge and a milestone."""
    rows = {"pledges": [("NT18", "", text)], "milestones": [("Start", "", "NT18", text)]}
    made = Typed({"value": text}, **rows).stated([])
    return [made.get("value", ""), made["pledges"][0]["target"], made["milestones"][0]["target"]]


@pytest.mark.parametrize("text", ["1250.50", "£1,250.50", " 1,250.50 ", "£ 1 250.50"])
def test_an_amount_is_read_as_it_is_typed(text: str) -> None:
    assert stated(text) == ["1250.50"] * 3
    assert str(parse_proxies("2026", "A source", {"NT18": text}).amounts["NT18"]) == "1250.50"


@pytest.mark.parametrize("text", ["1.250,50", "1,25", "1,2,3", "1250,5"])
def test_a_comma_for_a_decimal_point_makes_no_other_amount(text: str) -> None:
    assert stated(text) == [text] * 3  # which no contract can have
    with pytest.raises(SchemaError, match="NT18: enter pounds and pence"):
        parse_proxies("2026", "A source", {"NT18": text})
