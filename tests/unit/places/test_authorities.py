"""Councils of a day: districts of 2025, and invented successors that replace some of them."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING

import pytest

from localarea.errors import DataMissingError, InputError, NotFoundError, SettingError
from localarea.places.authorities import (
    Authority,
    authorities_on,
    find_successor,
    read_successors,
    successors_template,
)

if TYPE_CHECKING:
    from pathlib import Path

STATED = """
[[authority]]
name = "Invented Haven"
council = "haven"
from = 2028-04-01
order = "an order that was invented for this test"
[authority.districts]
E07000071 = "Colchester"
E07000076 = "Tendring"

[[authority]]
name = "Invented Wold"
council = "wold"
from = 2029-04-01
order = "another"
[authority.districts]
E07000200 = "Babergh"
"""


def stated(folder: Path, text: str = STATED) -> Path:
    path = folder / "successors.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_successor_replaces_its_districts_from_its_first_day(tmp_path: Path) -> None:
    successors = read_successors(stated(tmp_path))
    before, after, later = (
        authorities_on(day, successors)
        for day in (date(2028, 3, 31), date(2028, 4, 1), date(2029, 4, 1))
    )
    assert before["E07000071"] == Authority("Colchester", ("E07000071",))
    haven = after["E07000071"]
    assert haven is after["E07000076"]
    assert (haven.name, haven.districts) == ("Invented Haven", ("E07000071", "E07000076"))
    assert after["E07000200"].name == "Babergh"
    assert later["E07000200"].name == "Invented Wold"
    # 296 districts of England and 22 of Wales in 2025 (ONS, Local Authority Districts, 2025).
    assert len(before) == len(later) == 318


def test_a_day_before_the_districts_of_2025_is_refused() -> None:
    with pytest.raises(InputError, match="known from 2025-04-01 on, not of 2025-03-31"):
        authorities_on(date(2025, 3, 31), ())


def test_a_successor_is_found_by_its_name_or_its_file(tmp_path: Path) -> None:
    successors = read_successors(stated(tmp_path))
    assert find_successor("invented haven", successors) is find_successor("haven", successors)
    with pytest.raises(NotFoundError, match="states: Invented Haven, Invented Wold"):
        find_successor("Invented Heath", successors)
    with pytest.raises(NotFoundError, match="states: none"):
        find_successor("Invented Heath", ())


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('E07000076 = "Tendring"', 'E07000076 = "Maldon"', "E07000076 is Tendring, not Maldon"),
        ("E07000076", "E07999999", "E07999999 is no district of 2025, not Tendring"),
        ('"Babergh"', '"Babergh"\nE07000071 = "Colchester"', "'E07000071' is stated for two"),
        ('council = "wold"', 'council = "haven"', "'haven' is stated for two"),
        ('"Invented Wold"', '" invented haven"', "'invented haven' is stated for two"),
        ("from = 2029-04-01", 'from = "2029-04-01"', "authority 2: 'from' must be a day"),
        ("from = 2029-04-01", "from = 2029-04-01T00:00:00", "'from' must be a day"),
        ("from = 2029-04-01", "from = 2024-04-01", "must be 2025-04-01 or later"),
        ('order = "another"', 'order = " "', "'order' must be non-blank text"),
        ('order = "another"', 'order = "another"\nchief = "x"', "the key 'chief' is not known"),
        ('council = "wold"', 'council = "../wold"', "use lowercase letters"),
        ("[authority.districts]", "[authority.wards]", "the key 'wards' is not known"),
        ("[[authority]]\nname", "[extra]\n[[authority]]\nname", "the key 'extra' is not known"),
        ("[[authority]]", "[authority", "cannot be read"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    changed = STATED.replace(old, new, 1)
    assert changed != STATED
    with pytest.raises(SettingError, match=fault):
        read_successors(stated(tmp_path, changed))


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match="run: localarea successors new"):
        read_successors(tmp_path / "none.toml")


def test_the_file_to_fill_in_states_nothing_and_reads_back(tmp_path: Path) -> None:
    text = successors_template({"E07000076": "Tendring", "E07000071": "Colchester"})
    assert tomllib.loads(text) == {}
    assert read_successors(stated(tmp_path, text)) == ()
    filled = "\n".join(line.removeprefix("# ") for line in text.splitlines()[4:])
    for empty, value in (("name", "Haven"), ("council", "haven"), ("order", "SI 1")):
        filled = filled.replace(f'{empty} = ""', f'{empty} = "{value}"')
    (haven,) = read_successors(stated(tmp_path, filled))
    assert (haven.name, haven.districts) == ("Haven", ("E07000071", "E07000076"))
