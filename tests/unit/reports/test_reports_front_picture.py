"""The picture of what composite could have held within fewer minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from localarea.errors import EmptyResultError, SchemaError
from localarea.reports.print_maps.pareto_front import write_front_picture

if TYPE_CHECKING:
    from pathlib import Path

FRONT = pd.DataFrame(
    {
        "minutes_worst": [20.0, 30.0, 30.0],
        "supply_side": [0.6, 0.65, 0.7],
        "demand_side": [0.5, 0.4, 0.8],
        "zones": [5, 8, 9],
        "on_front": [True, False, True],
        "chosen": [False, False, True],
    }
)


def test_the_words_give_both_ends_of_the_front_and_not_what_another_area_beats(
    tmp_path: Path,
) -> None:
    said = write_front_picture(FRONT, tmp_path / "front.png", anchor="Middleton")
    assert "20 minutes (5 zones) 60.0% of residents" in said
    assert "30 minutes (9 zones) 70.0% of residents" in said
    assert "40.0%" not in said


def test_the_front_of_a_region_is_told_by_what_lies_outside(tmp_path: Path) -> None:
    front = FRONT.drop(columns="minutes_worst").assign(outside_share=[0.0, 0.08, 0.125])
    path = tmp_path / "front.png"
    said = write_front_picture(front, path, anchor="North and South", by="outside_share")
    assert "with 0.0% of its residents outside (5 zones) 60.0% of residents" in said
    assert "with 12.5% of its residents outside (9 zones) 70.0% of residents" in said
    assert "40.0%" not in said
    with pytest.raises(SchemaError, match="outside_share"):
        write_front_picture(FRONT, path, anchor="M", by="outside_share")


def test_the_picture_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        write_front_picture(FRONT, tmp_path / name, anchor="Middleton")
    first = (tmp_path / "a.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    assert first == (tmp_path / "b.png").read_bytes()


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="minutes_worst"):
        write_front_picture(FRONT.drop(columns="minutes_worst"), tmp_path / "f.png", anchor="M")
    with pytest.raises(EmptyResultError):
        write_front_picture(FRONT.iloc[:0], tmp_path / "f.png", anchor="M")
