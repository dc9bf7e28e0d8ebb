"""
What `scripts/bench` makes of its figures: ratios, aims and exponents, worked out by hand here.

Whether the figures are true is for the machine that ran it to say.
"""

from __future__ import annotations

import doctest
import importlib
import json
from typing import TYPE_CHECKING

import pytest
from side_by_side import __main__ as bench
from side_by_side import measuring, table
from side_by_side.asked import Asked, Found
from side_by_side.measuring import OURS, Aim, Comparison, take_turns

if TYPE_CHECKING:
    from pathlib import Path

MACHINE = {
    "processor": "A processor",
    "cores": 2,
    "memory_gb": 24,
    "system": "Linux",
    "python": "3.11.7",
    "load_average": 0.1,
}


def document(*comparisons: Comparison) -> dict[str, object]:
    return {
        "date": "2026-11-29",
        "version": "1.0",
        "machine": MACHINE,
        "rounds": 2,
        "seconds": 12.4,
        "comparisons": [one.as_document() for one in comparisons],
        "growth": [],
        "failed": {},
    }


def test_a_ratio_is_of_the_best_rounds_and_its_spread_of_neighbours() -> None:
    said = Comparison("Part", "work", "10 rows", rounds={OURS: [2.0, 1.0], "peer": [6.0, 5.0]})
    assert said.ratio("peer") == 5.0  # 5 over 1
    assert said.ratios("peer") == (3.0, 5.0)  # 6 over 2, 5 over 1
    page = table.as_markdown(document(said))
    assert "| work | 10 rows | peer | 5 processor seconds | 5 (3 to 5) | 0.0 |" in page


@pytest.mark.parametrize(
    ("aim", "figure", "said"),
    [
        (Aim("times scipy", least=2.5), 2.5, "| times scipy | at least 2.5 | 2.5 | yes |"),
        (Aim("times scipy", least=2.5), 1.8, "| times scipy | at least 2.5 | 1.8 | **no** |"),
        (Aim("MB", most=450), 658.0, "| MB | at most 450 | 658 | **no** |"),
    ],
)
def test_an_aim_stands_beside_its_true_figure(aim: Aim, figure: float, said: str) -> None:
    one = Comparison("Part", "work", "all", rounds={OURS: [1.0]})
    one.hold_to(aim, figure)
    assert f"| work, all {said}" in table.as_markdown(document(one))


def test_a_peer_that_is_not_there_is_told_as_absent() -> None:
    one = Comparison("Part", "work", "all", rounds={OURS: [1.0]}, absent={"pandana": "no package"})
    page = table.as_markdown(document(one))
    assert "| work | all | pandana | absent: no package |" in page


def test_the_ways_take_turns_and_the_first_run_is_not_counted() -> None:
    order: list[str] = []
    ticks = iter(range(100))
    said = take_turns(
        Comparison("Part", "work", "all"),
        {OURS: lambda: order.append("ours"), "peer": lambda: order.append("peer")},
        2,
        clock=lambda: float(next(ticks)),
    )
    assert order == ["ours", "peer"] * 3
    assert said.rounds == {OURS: [1.0, 1.0], "peer": [1.0, 1.0]}


def test_the_page_is_made_of_the_figures_that_are_kept(repository: Path) -> None:
    kept = json.loads((repository / "benchmarks" / "side_by_side.json").read_text("utf-8"))
    page = (repository / "docs" / "benchmarks.md").read_text("utf-8")
    assert page == table.as_page(kept)


def test_a_part_that_is_measured_again_takes_the_place_of_what_was_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "KEPT", tmp_path / "kept.json")
    monkeypatch.setattr(bench, "PAGE", tmp_path / "page.md")
    for part, seconds in (("Roads", 1.0), ("Files", 2.0), ("Roads", 3.0)):
        bench.write_page(document(Comparison(part, "work", "all", rounds={OURS: [seconds]})))
    page = (tmp_path / "page.md").read_text()
    assert page.count("| work | all | localarea |") == 2
    assert "| 1 processor seconds |" not in page
    assert page.index("2 processor seconds") < page.index("3 processor seconds")


def test_growth_needs_more_than_one_size() -> None:
    found = Found()
    found.grow("work", [10], [1.0])
    assert found.growth == []
    found.grow("work", [10, 40, 160], [1.0, 4.0, 16.0])
    assert found.growth[0]["exponent"] == 1.0
    assert Asked(1, True, None).sizes(10) == [10]
    assert Asked(1, False, None).sizes(10) == [10, 40, 160]


def test_a_part_that_fails_is_named_and_ends_the_program_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench.sys, "executable", "false")
    monkeypatch.setattr(bench.sys, "argv", ["bench", "--part", "roads", "--out", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        bench.main()
    assert ended.value.code == 1
    assert "roads" in capsys.readouterr().err
    assert json.loads((tmp_path / "benchmarks.json").read_text())["failed"] == {
        "roads": "it ended with status 1"
    }
    assert "**roads could not be measured**" in (tmp_path / "benchmarks.md").read_text()


@pytest.mark.parametrize("module", [measuring, table])
def test_the_examples_of_the_modules_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("part", bench.PARTS)
def test_every_part_can_be_run(part: str) -> None:
    assert callable(importlib.import_module(f"side_by_side.{part}").run)
