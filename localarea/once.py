"""A cached property that is worked out once, however many threads ask for it first."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class once_property(cached_property[T]):  # noqa: N801 -- used as a decorator, like its base
    """
    Work a property out when it is first asked for, and keep it with the instance.

    As :class:`functools.cached_property`, which since Python 3.12 has every thread that asks first
    work it out for itself. Here the others wait. An error is raised and not kept: the next to ask
    tries again.
    """

    def __init__(self, func: Callable[[Any], T]) -> None:
        super().__init__(func)
        self._guard = threading.Lock()  # never held while something is worked out
        # Lock and number of threads by instance; reentrant, so that a circle is a RecursionError.
        self._working: dict[int, tuple[threading.RLock, int]] = {}

    def __set_name__(self, owner: type[Any], name: str) -> None:
        """Note the name in the class, which the instance keeps the value under."""
        super().__set_name__(owner, name)
        self._name = name

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
                if self._name not in kept:
                    kept[self._name] = self.func(instance)
                return kept[self._name]
        finally:
            with self._guard:
                lock, number = self._working.pop(id(instance))
                if number > 1:
                    self._working[id(instance)] = lock, number - 1
