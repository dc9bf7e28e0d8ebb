"""What is worked out once: by the first of several visitors, and without holding up others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from localarea.service.state.once import Once, kept_once

PATIENCE_S = 30


def test_a_slow_answer_does_not_hold_up_a_quick_one() -> None:
    kept, begun, go_on = Once(), threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return "slow"

    with ThreadPoolExecutor(2) as visitors:
        first = visitors.submit(kept.find, "slow", slow)
        assert begun.wait(PATIENCE_S)
        assert visitors.submit(kept.find, "quick", lambda: "quick").result(PATIENCE_S) == "quick"
        go_on.set()
        assert first.result(PATIENCE_S) == "slow"


def test_several_first_visitors_have_it_worked_out_once() -> None:
    asked: list[int] = []
    together = threading.Barrier(4)

    @kept_once(2)
    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    def visit(_: int) -> int:
        together.wait(PATIENCE_S)
        return double(21)

    with ThreadPoolExecutor(4) as visitors:
        assert list(visitors.map(visit, range(4))) == [42] * 4
    assert asked == [21]


def test_the_latest_asked_for_are_kept() -> None:
    kept, made = Once(2), list[str]()
    for name in ("a", "b", "a", "c", "a", "b"):
        kept.find(name, lambda name=name: made.append(name))
    assert made == ["a", "b", "c", "b"]  # c took the place of b, and not of a, asked for since


def test_an_error_is_not_kept() -> None:
    kept = Once()

    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        kept.find("place", fail)
    assert kept.find("place", lambda: "found") == "found"
    assert len(kept._turns) == 0  # names that strangers make up leave nothing behind
