"""Which boundary answers a check: a definition on its days, else an option; and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from definition_cases import tiny_file

from localarea.definitions.boundary_choice import (
    BoundaryChoice,
    Nearness,
    choose_classifier,
    is_under_option,
    reservation_classifier,
)
from localarea.definitions.store import DefinitionStore
from localarea.errors import DefinitionNotFoundError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from localarea.classify.classifier import Classifier
    from localarea.datasets.store import DataStore

MEASURE, RESERVED = "colchester-measure-2026.1", "colchester-reservation-2026.1"


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> DefinitionStore:
    """Give a folder of one definition for measures, April to December, and one to reserve."""
    made = DefinitionStore(tmp_path_factory.mktemp("definitions"))
    made.add(tiny_file(effective_to="2026-12-31"))
    made.add(tiny_file(id=RESERVED, purpose="reservation", title="A square to reserve"))
    return made


def no_tables() -> DataStore:
    raise AssertionError("a definition holds all that it needs")


@pytest.mark.parametrize(
    ("asked", "parameter", "said"),
    [
        ({"option": "district", "definition": MEASURE}, "option", "not both"),
        ({"near": Nearness(metres=-1)}, "borderline-m", "0 to 1,000,000 metres, not -1"),
        ({"near": Nearness(metres=1_000_001)}, "borderline-m", "not 1000001"),
        ({"near": Nearness(minutes=601)}, "borderline-min", "0 to 600, not 601"),
        ({"near": Nearness(minutes=float("nan"))}, "borderline-min", "not nan"),
        ({"on": "20260401"}, "on", "a date such as 2026-04-01, not '20260401'"),
        ({"on": "2026-02-30"}, "on", "a date such as 2026-04-01, not '2026-02-30'"),
        ({"on": "2026-W14-3"}, "on", "a date such as 2026-04-01"),
        ({"option": "district", "on": "2026-04-01"}, "on", "district is the same on every day"),
        ({"anchor": "Ipswich", "on": "2026-04-01"}, "on", "measured from Ipswich is the same"),
        ({"definition": MEASURE, "anchor": "Ipswich"}, "anchor", "leave the other place out"),
        ({"definition": MEASURE, "near": Nearness(metres=5)}, "borderline-m", MEASURE),
        ({"definition": MEASURE, "near": Nearness(minutes=5)}, "borderline-min", MEASURE),
    ],
)
def test_a_request_that_cannot_be_answered_says_which_part(
    asked: dict[str, Any], parameter: str, said: str
) -> None:
    with pytest.raises(InputError) as raised:
        BoundaryChoice(**asked).require_answerable()
    assert raised.value.parameter == parameter
    assert said in str(raised.value)


@pytest.mark.parametrize("metres", [0, 1_000_000])
def test_the_least_and_the_greatest_distance_are_taken(metres: float) -> None:
    BoundaryChoice(option="district", near=Nearness(metres=metres)).require_answerable()


@pytest.mark.parametrize(
    ("asked", "today", "by_option"),
    [
        ({}, "2026-04-01", False),
        ({}, "2026-12-31", False),
        ({}, "2026-03-31", True),  # the day before it is in force
        ({}, "2027-01-01", True),  # the day after
        ({"on": "2026-12-31"}, "2027-06-01", False),  # of the day that is asked for
        ({"option": "district"}, "2026-04-01", True),
        ({"anchor": "Ipswich"}, "2026-04-01", True),
        ({"council": "babergh"}, "2026-04-01", True),  # another council's has none
        ({"definition": MEASURE}, "2030-01-01", False),  # by its name on any day
    ],
)
def test_a_definition_answers_on_its_days_unless_something_else_is_named(
    definitions: DefinitionStore, asked: dict[str, Any], today: str, by_option: bool
) -> None:
    request = BoundaryChoice(**asked)
    assert is_under_option(request, definitions, today=today) is by_option


def test_an_empty_folder_leaves_it_to_the_option(tmp_path: Any) -> None:
    empty = DefinitionStore(tmp_path)
    assert is_under_option(BoundaryChoice(), empty, today="2026-04-01")
    assert reservation_classifier(BoundaryChoice(), empty, today="2026-04-01") is None


def test_a_day_on_which_the_definition_that_is_named_is_not_in_force(
    definitions: DefinitionStore,
) -> None:
    request = BoundaryChoice(definition=MEASURE, on="2027-01-01")
    with pytest.raises(InputError, match="2027"):
        is_under_option(request, definitions, today="2026-04-01")
    unknown = BoundaryChoice(definition="colchester-measure-2027.1", on="2026-04-01")
    with pytest.raises(DefinitionNotFoundError):
        choose_classifier(unknown, definitions, today="2026-04-01", store=no_tables)


def test_a_definition_of_another_council_than_the_one_named_is_refused(
    definitions: DefinitionStore,
) -> None:
    for council in ("colchester", None):
        request = BoundaryChoice(definition=MEASURE, council=council)
        assert not is_under_option(request, definitions, today="2026-04-01")
    request = BoundaryChoice(definition=MEASURE, council="babergh")
    with pytest.raises(InputError, match="of the council colchester, not of babergh") as raised:
        is_under_option(request, definitions, today="2026-04-01")
    assert raised.value.parameter == "council"


def test_a_distance_is_part_of_the_definition_that_would_answer(
    definitions: DefinitionStore,
) -> None:
    request = BoundaryChoice(near=Nearness(metres=500))
    with pytest.raises(InputError, match=MEASURE):
        is_under_option(request, definitions, today="2026-04-01")
    assert is_under_option(request, definitions, today="2027-01-01")


def test_the_definition_for_reserving_answers_beside_the_other(
    definitions: DefinitionStore,
) -> None:
    kept: dict[Hashable, Classifier] = {}

    def keep(key: Hashable, make: Callable[[], Classifier]) -> Classifier:
        return kept.setdefault(key, kept.get(key) or make())

    day = "2026-04-01"
    measured = choose_classifier(
        BoundaryChoice(), definitions, today=day, store=no_tables, keep=keep
    )
    reserved = reservation_classifier(BoundaryChoice(), definitions, today=day, keep=keep)
    assert reserved is not None
    assert (measured.boundary.id, reserved.boundary.id) == (MEASURE, RESERVED)
    assert len(kept) == 2
    assert reservation_classifier(BoundaryChoice(), definitions, today=day, keep=keep) is reserved
    for named in ({"option": "district"}, {"definition": MEASURE}, {"anchor": "Ipswich"}):
        alone = BoundaryChoice(**named)
        assert reservation_classifier(alone, definitions, today=day) is None, named
    assert reservation_classifier(BoundaryChoice(), definitions, today="2026-03-31") is None
