"""What is worked out once, however many threads ask for it first: turns, and a cached property."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, overload
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

T = TypeVar("T")
_EVERY: Final[WeakSet[once_property[Any]]] = WeakSet()


class Turns:
    """Let threads work one after another on what has the same name, and beside each other else."""

    def __init__(self) -> None:
        self._guard = threading.Lock()  # never held while something is worked out
        # Lock and number of threads by name; reentrant, so that a circle is a RecursionError.
        self._working: dict[Hashable, tuple[threading.RLock, int]] = {}

    @contextmanager
    def of(self, name: Hashable) -> Iterator[None]:
        """Wait for those who work on it, and have the others wait as long as this is entered."""
        with self._guard:
            lock, number = self._working.get(name, (threading.RLock(), 0))
            self._working[name] = lock, number + 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, number = self._working.pop(name)
                if number > 1:
                    self._working[name] = lock, number - 1

    def __len__(self) -> int:
        """Count the names that somebody works on."""
        return len(self._working)


class once_property(cached_property[T]):  # noqa: N801 -- used as a decorator, like its base
    """
    Work a property out when it is first asked for, and keep it with the instance.

    As :class:`functools.cached_property`, which since Python 3.12 has every thread that asks first
    work it out for itself. Here the others wait, and those that ask another instance do not. An
    error is raised and not kept: the next to ask tries again.
    """

    def __init__(self, func: Callable[[Any], T]) -> None:
        super().__init__(func)
        self.turns = Turns()
        _EVERY.add(self)

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> once_property[T]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...
    def __get__(
        self, instance: object | None, owner: type[Any] | None = None
    ) -> once_property[T] | T:
        """Return the value; Python calls this only until the instance has one."""
        if instance is None:
            return self
        with self.turns.of(id(instance)):
            kept: dict[str, T] = instance.__dict__
            name = cast("str", self.attrname)
            if name not in kept:
                kept[name] = self.func(instance)
            return kept[name]


def _free_all() -> None:
    """Forget who is at work: in a copied process, the other threads of the first are missing."""
    for each in _EVERY:
        each.turns = Turns()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_free_all)
