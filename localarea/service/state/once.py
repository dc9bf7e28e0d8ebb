"""
What is worked out once for everybody: whoever asks meanwhile waits for that, and for nothing else.

``functools.lru_cache`` has each of several first visitors work the same thing out, one beside the
other; one lock for everything has the quick ones wait for the slow one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from localarea.once import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

P = ParamSpec("P")
T = TypeVar("T")


class Once:
    """
    Answers by name, each worked out by whoever asks first.

    Parameters
    ----------
    most : int or None
        How many are kept, the latest asked for; None keeps all.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._lock = threading.Lock()  # never held while something is worked out
        self._made: OrderedDict[Hashable, Any] = OrderedDict()
        self._turns = Turns()

    def find(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """Return the answer of a name; an error of ``make`` is raised, and is not kept."""
        with self._lock:
            if name in self._made:
                self._made.move_to_end(name)
                return self._made[name]
        with self._turns.of(name):
            with self._lock:
                if name in self._made:  # it was worked out while this one waited
                    return self._made[name]
            made = make()
            with self._lock:
                self._made[name] = made
                while self._most is not None and len(self._made) > self._most:
                    self._made.popitem(last=False)
            return made


def kept_once(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the latest answers of a function, each worked out once; arguments must be hashable."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        kept = Once(most)

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            name = (args, tuple(sorted(kwargs.items())))
            found: T = kept.find(name, lambda: function(*args, **kwargs))
            return found

        return asked

    return decorate
