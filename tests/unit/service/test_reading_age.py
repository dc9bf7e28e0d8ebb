"""The script that measures the reading age of pages: what it counts, and what it leaves out."""

from __future__ import annotations

import importlib.util
import math
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def script(repository: Path) -> Any:
    path = repository / "scripts" / "reading_age.py"
    spec = importlib.util.spec_from_file_location("reading_age", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["reading_age"] = made
    spec.loader.exec_module(made)
    return made


# Counted by ear.
@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("map", 1), ("zone", 1), ("commuters", 3), ("definition", 4), ("table", 2)),
        *(("places", 2), ("moved", 1), ("added", 2), ("the", 1), ("people", 2), ("boundary", 3)),
    ],
)
def test_syllables_are_those_that_one_hears(script: Any, word: str, count: int) -> None:
    assert script.syllables(word) == count


def test_the_grade_is_that_of_the_formula(script: Any) -> None:
    # Six words of one syllable: 0.39 * 6 + 11.8 * 1 - 15.59 = -1.45, and five years older.
    assert script.reading_of(["The cat sat on the mat."]).age == pytest.approx(3.55)
    # A name counts as one syllable, but not the first word of a sentence.
    assert script.reading_of(["It is in Colchester now then."]).age == pytest.approx(3.55)
    assert math.isnan(script.reading_of([]).age)


def test_tables_code_and_headings_are_left_out(script: Any) -> None:
    page = """<html><body><nav><p>Check a postcode or a file here.</p></nav><main id="x">
    <h1>This is a heading of five words</h1><p>The first one is here. So is the
    <a href="x">second one</a> too.</p><table><tr><td>Nobody reads out what is here.</td></tr>
    </table>
    <p>Run <code>localarea serve</code> on the server.</p><p hidden>This is not to be seen.</p>
    <p>Too short.</p><ul><li>A line of a list</li></ul></main></body></html>"""
    assert script.Sentences.of(page) == [
        "The first one is here.",
        "So is the second one too.",
        "Run X on the server.",
        "A line of a list",
    ]
