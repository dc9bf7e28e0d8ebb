"""The id of a what-if is read back as the same zones, or not at all."""

from __future__ import annotations

import pytest

from localarea.comparison.reasons.why import why_zone
from localarea.comparison.scenario import Scenario
from localarea.comparison.study.what_if_ids import LONGEST, _reading, scenario_of_id
from localarea.datasets.store import default_store
from localarea.options.council import read_council

OFFICIAL, DRIVE = Scenario.of("ttwa-official"), Scenario.of("drive-30")
SUDBURY = "E02006233"


@pytest.mark.parametrize(
    "what_if",
    [
        OFFICIAL.include("Sudbury"),
        OFFICIAL.include(SUDBURY, "Great Cornard").exclude("Clacton-on-Sea"),
        DRIVE.exclude("ttwa:Clacton").include("Sudbury, Babergh"),
        Scenario.of("ttwa-official+ipswich").exclude("Harwich"),
        Scenario.of("catchment").with_threshold(min_share=0.1).with_vintage(2021).include("Acton"),
    ],
    ids=lambda what_if: what_if.id,
)
def test_an_id_is_read_back_as_the_same_zones(what_if: Scenario) -> None:
    council, store = read_council(), default_store()
    read = scenario_of_id(what_if.id, council, store=store)
    assert read is not None
    assert read.id == what_if.id
    assert read.option().zones == what_if.option().zones


@pytest.mark.parametrize(
    "text",
    [
        "ttwa-official",  # an option, without a change
        "ttwa-official+nowhere",
        "ttwa-official+",
        "no-such+sudbury",
        "district+co1-1jb",  # a postcode may be somebody's home
        "district+51-889-0-904",
        "catchment@min_share",
        "district" + "+sudbury" * 40,
    ],
)
def test_what_names_no_what_if_for_certain_is_none(text: str) -> None:
    assert scenario_of_id(text, read_council(), store=default_store()) is None
    assert len("district" + "+sudbury" * 40) > LONGEST


def test_the_last_change_that_names_a_zone_is_its_reason() -> None:
    council = read_council()
    for what_if, done in (
        (OFFICIAL.include(SUDBURY), "Sudbury was put into"),
        (OFFICIAL.include("Babergh").exclude("Sudbury"), "Sudbury was taken out of"),
    ):
        why = why_zone(SUDBURY, what_if.option(), council, what_if=what_if)
        assert f"made by hand: {done} “Colchester labour market (ONS 2011)”" in why.reason.sentence
        assert why.inside == ("put" in done)
    plain = why_zone("E02004517", OFFICIAL.include(SUDBURY).option(), council, what_if=OFFICIAL)
    assert "by hand" not in plain.reason.sentence


def test_an_end_that_cannot_be_read_is_tried_once() -> None:
    """York is in York, so that every two may be one place: millions of ways to read this."""
    asked: list[str] = []

    def find(word: str) -> str | None:
        asked.append(word)
        return word if word in ("york", "york-york") else None

    assert _reading("+" + "-".join(["york"] * 36) + "-zz", find) is None
    assert len(asked) < 1000
