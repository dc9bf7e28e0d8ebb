"""Reserving contracts by command: the lawful options, other authorities, one check for both."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from command_cases import commanded
from service_cases import set_to

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

    from localarea.datasets.store import DataStore

APPROVED = ("--by", "Dee Director", "--role", "Assistant Director", "--reason", "Jobs nearby")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reserving")


@pytest.fixture(scope="module")
def settings(small_tables: DataStore, folder: Path) -> dict[str, str]:
    return {
        "LOCALAREA_DEFINITIONS_DIR": str(folder / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{folder / 'decisions.sqlite'}",
        **set_to(small_tables),
    }


def publish(
    settings: dict[str, str], option: str, purpose: str, name: str, *more: str
) -> CompletedProcess[str]:
    stated = ("--purpose", purpose, "--id", name, "--from", "2026-12-01")
    stated = (*stated, "--approved-on", "2026-11-20")
    return commanded("publish", option, *stated, *APPROVED, *more, "--json", **settings)


def test_another_option_is_refused_before_anything_is_recorded(
    settings: dict[str, str], folder: Path
) -> None:
    done = publish(settings, "districts+ipswich", "reservation", "r-1")
    assert done.returncode == 2
    assert "reserve-own, reserve-county or reserve-bordering" in done.stderr
    assert done.stderr.count("not legal advice") == 1
    assert not list((folder / "definitions").glob("r-1*"))
    assert "r-1" not in commanded("audit", "--json", **settings).stdout


def test_others_are_added_only_to_options_for_reserving(settings: dict[str, str]) -> None:
    done = publish(settings, "district", "measure", "m-0", "--with", "Tendring")
    assert done.returncode == 2
    assert "not to 'district'" in done.stderr


def test_one_check_answers_for_both_purposes_apart(settings: dict[str, str]) -> None:
    day = ("--on", "2026-12-01")
    alone = json.loads(commanded("check", "CO1 1JB", *day, "--json", **settings).stdout)
    assert "reservation" not in alone[0]

    made = publish(settings, "reserve-own", "reservation", "r-2", "--with", "Tendring")
    assert made.returncode == 0, made.stderr
    assert made.stderr.count("not legal advice") == 1
    said = json.loads(made.stdout)
    assert said["option"] == "reserve-own-with-tendring"
    assert said["districts"] == ["E07000071", "E07000076"]
    made = publish(
        settings, "district+ipswich", "measure", "m-1", "--half-left-out", "for a test of both"
    )
    assert made.returncode == 0, made.stderr

    # Ipswich is in the area for measures alone; Harwich in Tendring would be in the other alone.
    found = json.loads(commanded("check", "IP1 1DH", *day, "--json", **settings).stdout)
    (one,) = found
    assert (one["status"], one["definition"]) == ("local", "m-1")
    assert one["reservation"] == {
        "definition": "r-2",
        "inside": False,
        "borderline": False,
        "explanation": "Inside the area to which this contract may be reserved (definition r-2): "
        "no.",
    }
    text = commanded("check", "IP1 1DH", *day, **settings).stdout
    assert (
        "Local for social value measures: yes. Inside the area to which this contract may be "
        "reserved (definition r-2): no." in text
    )
    both = json.loads(commanded("check", "CO1 1JB", "XX", *day, "--json", **settings).stdout)
    assert [one["reservation"]["inside"] for one in both] == [True, None]
    evidence = commanded("check", "IP1 1DH", *day, "--evidence", "--json", **settings).stdout
    assert {"reservation", "evidence"} <= set(json.loads(evidence)[0])
    named = commanded("check", "IP1 1DH", "--option", "district", "--json", **settings).stdout
    assert "reservation" not in json.loads(named)[0]
    before = commanded("check", "IP1 1DH", "--on", "2026-11-30", "--json", **settings).stdout
    assert "reservation" not in json.loads(before)[0]


def test_the_options_for_reserving_are_shown_with_figures() -> None:
    done = commanded("options", "--with", "Ipswich", "--json")
    assert done.returncode == 0, done.stderr
    found = [option["id"] for option in json.loads(done.stdout)["options"]]
    assert found == ["reserve-own-with-ipswich"]
    assert "are not all in one county" in done.stderr
    wales = commanded("options", "--reserving", "--anchor", "Swansea")
    assert wales.returncode == 2
    assert "Swansea is in Wales" in wales.stderr
