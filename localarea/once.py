"""A cached property that is worked out once, however many threads ask for it first."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, overload
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_EVERY: Final[WeakSet[once_property[Any]]] = WeakSet()


class once_property(cached_property[T]):  # noqa: N801 -- used as a decorator, like its base
    """
    Work a property out when it is first asked for, and keep it with the instance.

    As :class:`functools.cached_property`, which since Python 3.12 has every thread that asks first
    work it out for itself. Here the others wait, and those that ask another instance do not. An
    error is raised and not kept: the next to ask tries again.
    """

    def __init__(self, func: Callable[[Any], T]) -> None:
        super().__init__(func)
        self.free()
        _EVERY.add(self)

    def free(self) -> None:
        """Forget who is at work: in a copy of a process, the threads of the first are not there."""
        self._guard = threading.Lock()  # never held while something is worked out
        # Lock and number of threads by instance; reentrant, so that a circle is a RecursionError.
        self._working: dict[int, tuple[threading.RLock, int]] = {}

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
        with self._guard:
            lock, number = self._working.get(id(instance), (threading.RLock(), 0))
            self._working[id(instance)] = lock, number + 1
        try:
            with lock:
                kept: dict[str, T] = instance.__dict__
                name = cast("str", self.attrname)
                if name not in kept:
                    kept[name] = self.func(instance)
                return kept[name]
        finally:
            with self._guard:
                lock, number = self._working.pop(id(instance), (lock, 1))
                if number > 1:
                    self._working[id(instance)] = lock, number - 1


def _free_all() -> None:
    for each in _EVERY:
        each.free()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_free_all)
