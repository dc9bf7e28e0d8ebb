"""A property that several threads ask for at once is worked out by one of them."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from localarea.once import once_property

THREADS = 8


class Record:
    """Something that is opened when it is first asked for."""

    def __init__(self, fails: int = 0) -> None:
        self.opened = 0
        self.fails = fails
        self.together = threading.Barrier(THREADS, timeout=10)
        self.slow = threading.Event()

    @once_property
    def database(self) -> object:
        """Return what is opened."""
        self.opened += 1
        self.slow.wait(0.05)  # the others ask meanwhile
        if self.opened <= self.fails:
            raise OSError("it cannot be opened")
        return object()

    @once_property
    def other(self) -> object:
        """Return what rests on the first."""
        return self.database

    def ask(self, _: int) -> object:
        self.together.wait()
        return self.database


def test_threads_that_ask_at_once_get_what_one_of_them_worked_out() -> None:
    record = Record()
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(record.ask, range(THREADS)))
    assert record.opened == 1
    assert all(answer is record.database for answer in answers)


def test_an_error_is_not_kept_and_the_next_in_turn_tries_again() -> None:
    record = Record(fails=3)
    with ThreadPoolExecutor(THREADS) as pool:
        asked = [pool.submit(record.ask, number) for number in range(THREADS)]
    errors = [task.exception() for task in asked]
    assert sum(isinstance(error, OSError) for error in errors) == 3
    assert record.opened == 4
    assert len(Record.__dict__["database"].turns) == 0  # nothing is left of those who waited


def test_whoever_asks_another_instance_does_not_wait() -> None:
    begun, end = threading.Event(), threading.Event()

    class Slow:
        def __init__(self, waits: bool) -> None:
            self.waits = waits

        @once_property
        def figure(self) -> bool:
            """Return whether it was the slow one."""
            if self.waits:
                begun.set()
                assert end.wait(30)
            return self.waits

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(lambda: Slow(True).figure)
        assert begun.wait(30)
        assert pool.submit(lambda: Slow(False).figure).result(30) is False
        end.set()
        assert slow.result(30) is True


def test_a_copy_of_a_process_does_not_wait_for_threads_that_it_has_not() -> None:
    record = Record()
    record.slow.wait = lambda _: end.wait(30)  # type: ignore[method-assign,assignment]
    end = threading.Event()
    thread = threading.Thread(target=lambda: record.database)
    thread.start()
    while not record.opened:
        time.sleep(0.001)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Python 3.12, against just this
        child = os.fork()
    if child == 0:  # here nobody is at work on it
        try:
            signal.alarm(20)
            end.set()
            _ = record.database
            os._exit(0)
        finally:  # or the copy would go on with the other tests
            os._exit(1)
    end.set()
    thread.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_each_instance_has_its_own_and_one_may_rest_on_another() -> None:
    first, second = Record(), Record()
    assert first.other is first.database
    assert first.database is not second.database
    assert isinstance(Record.database, once_property)


def test_an_instance_without_room_says_so() -> None:
    class Tight:
        __slots__ = ()

        @once_property
        def figure(self) -> int:
            return 1

    with pytest.raises(AttributeError, match="__dict__"):
        _ = Tight().figure
