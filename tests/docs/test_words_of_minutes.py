"""Minutes are told as what they are: door to door by car, with starting and parking."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest

from localarea.classify.sentences import minutes_sentence
from localarea.records import whole_minutes
from localarea.service.pages.words import say_minutes

if TYPE_CHECKING:
    from pathlib import Path

# Times between any two places, and what is logged or written for programmers, are no such figure.
BESIDE = ("localarea/cli/roads.py", "localarea/options/minutes/compute.py")


def strings_of(path: Path) -> list[str]:
    """Text that may reach a user: literals of code without its docstrings, and templates whole."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = re.sub(r'"""(?:.|\n)*?"""', "", text)
        text = re.sub(r"#.*", "", text)
    return text.splitlines()


def test_nobody_is_told_of_minutes_by_road(repository: Path) -> None:
    found = [
        f"{path.relative_to(repository)}: {line.strip()}"
        for folder, pattern in (("localarea", "**/*.py"), ("localarea/service/templates", "*.html"))
        for path in (repository / folder).glob(pattern)
        if not str(path.relative_to(repository)).startswith(BESIDE)
        for line in strings_of(path)
        if re.search(r"minutes?\W.{0,30}by road|by road.{0,30}minutes?", line, re.IGNORECASE)
    ]
    found += [
        f"{path.name}: {option['title']}"
        for path in (repository / "data" / "councils").glob("*.toml")
        for option in tomllib.loads(path.read_text(encoding="utf-8"))["options"].values()
        if "by road" in option.get("title", "")
    ]
    assert found == []


def test_the_method_page_says_what_the_figure_holds(repository: Path) -> None:
    page = (repository / "docs" / "methods" / "travel-times.md").read_text(encoding="utf-8")
    text = (repository / "localarea" / "roads" / "coefficients.toml").read_text(encoding="utf-8")
    fitted = tomllib.loads(text)["coefficients"]
    assert "**Door to door by car**" in page
    assert f"{fitted['terminal_min']} minutes for starting and parking" in page
    assert f"(`access_detour`, {fitted['access_detour']}" in page


@pytest.mark.parametrize(("tenths", "whole"), [(284, 28), (285, 29), (275, 28), (4, 0), (14, 1)])
def test_sentence_and_evidence_round_alike(tenths: int, whole: int) -> None:
    unit = "minute" if whole == 1 else "minutes"
    assert whole_minutes(tenths / 10) == whole
    said = f"about {whole} {unit}"
    assert minutes_sentence(tenths, "the centre of Colchester") == (
        f"It is {said} door to door by car from the centre of Colchester."
    )
    assert say_minutes(tenths / 10) == said
