"""What the target `query-strings` of scripts/fuzz begins with, and what it once found."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from fuzzing import asking

if TYPE_CHECKING:
    from starlette.testclient import TestClient

DRAWN = 40  # of what it begins with; scripts/fuzz asks thousands


def test_a_route_answers_or_says_why_not_whatever_its_parameters_hold(client: TestClient) -> None:
    drawn = random.Random(2019).sample(asking.seeds(client.app), DRAWN)
    for data in drawn:
        try:
            asking.ask(client, data)
        except Exception as error:
            raise AssertionError(f"{data!r}") from error


def test_the_target_knows_every_route_that_takes_parameters(client: TestClient) -> None:
    known = asking.takes(client.app)
    assert known["/api/v1/check"] >= {"postcode", "on", "option", "definition", "council"}
    assert known["/ogc/collections/options/items"] == {"bbox", "datetime", "limit", "offset"}
    assert len(known) > 30


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"/options?isnosort=\xde\xdc\xff1e999", 422),  # no parameter of that name
        (b"/api/v1/check?postcode=CO1+1JB\xff", 200),
        (b"/api/v1/check?postcode=\xc3\xa9", 200),
        (b"/ogc/collections/options/items?bbox=\xff", 400),
    ],
)
def test_bytes_of_no_encoding_are_answered(client: TestClient, data: bytes, status: int) -> None:
    path, _, query = data.partition(b"?")
    found, _, _ = asking.answer(client, path.decode(), query)
    assert found == status
    asking.ask(client, data)
