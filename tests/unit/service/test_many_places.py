"""A what-if has at most 200 places, and of more none is looked up: each misspelt one takes time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from localarea.errors import InputError
from localarea.places import resolve
from localarea.service.pages.study import study as pages
from localarea.service.study import candidates
from localarea.service.study.one_study import state_of_file
from localarea.service.study.study import MOST_CHANGES, read_scenario

_CHANGE = '[[changes]]\naction = "include"\nplace = "Ipswch {}"\n'


def scenario(changes: int) -> str:
    return 'base = "district"\n' + "".join(_CHANGE.format(n) for n in range(changes))


def never(*_: object, **__: object) -> None:
    raise AssertionError("it was looked up")


def test_a_scenario_that_is_sent_has_as_many_changes_as_a_what_if() -> None:
    assert len(read_scenario(scenario(MOST_CHANGES)).changes) == MOST_CHANGES
    with pytest.raises(InputError, match="200 places at most"):
        read_scenario(scenario(MOST_CHANGES + 1))


def test_of_too_many_none_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    state: Any = SimpleNamespace(session=SimpleNamespace(option=never))
    too_many = scenario(MOST_CHANGES + 1)
    with pytest.raises(InputError, match="200 places at most"):
        candidates.candidate(state, None, too_many)
    ground: Any = SimpleNamespace(start=never)
    with pytest.raises(InputError, match="200 places at most"):
        state_of_file(ground, too_many)
    monkeypatch.setattr(pages, "read_places", never)
    half = "\n".join(["Ipswch"] * (MOST_CHANGES // 2 + 1))
    assert pages._misnamed(state, pages.WhatIfForm(include=half, exclude=half)) == []


def test_what_is_kept_is_read_however_many_changes_it_has() -> None:
    state: Any = SimpleNamespace(session=SimpleNamespace(option=lambda what_if: what_if))
    kept = candidates.candidate_of(state, {"scenario": scenario(MOST_CHANGES + 1)})
    assert len(kept.changes) == MOST_CHANGES + 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("part", ["a, ", "on ", "town: ", "CO1 "])
def test_a_text_too_long_for_a_place_is_not_looked_up(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolve, "read_gazetteer", never)
    with pytest.raises(InputError, match="too long for a name of one place"):
        resolve.resolve_place(part * 40_000)
