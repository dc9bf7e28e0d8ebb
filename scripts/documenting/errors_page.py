"""The page of every error: what it means, what it also is, its status on the web and in a shell."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from documenting.tables import from_rst, table
from localarea import errors
from localarea.cli.app import exit_code_of
from localarea.service.http.errors import status_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = """# Every error

Made from `localarea.errors`; in a notebook `la.errors`. Each class is also the builtin that a
stranger would catch, keeps the facts as attributes, and says in its message what to do next.

- In Python: `except la.errors.PlaceNotFoundError as error:`, then its facts, such as
  `error.place`.
- At the command line: one sentence on standard error, and the exit status of the table.
- In the service: the status of the table, as problem details (RFC 9457) whose `type` is
  `urn:localarea:` and the name.

A number that stands for a class stands for those beneath it too, unless they have their own.

"""


def classes() -> Iterator[tuple[type[errors.LocalareaError], int]]:
    """Give every error with its depth in the tree, parents first."""
    yield from _beneath(errors.LocalareaError, 0)


def _beneath(kind: type[errors.LocalareaError], depth: int) -> Iterator[tuple[type, int]]:
    yield kind, depth
    for each in kind.__subclasses__():
        if each.__module__ == errors.__name__:
            yield from _beneath(each, depth + 1)


def page() -> str:
    """Return the page of all errors."""
    rows = []
    for kind, depth in classes():
        # Only its class decides both numbers, so that no facts are needed.
        error = kind.__new__(kind)
        meaning = from_rst(" ".join((inspect.getdoc(kind) or "").split()))
        status = status_of(error) if depth else ""
        name = f"`{kind.__name__}`" + (f"<br>also {_also(kind)}" if depth else "")
        rows.append((name, status, exit_code_of(error), meaning))
    return _HEAD + table(("error", "HTTP status", "exit status", "meaning"), rows)


def _also(kind: type) -> str:
    parents = [base for base in kind.__mro__[1:] if base is not errors.LocalareaError]
    own = next((base.__name__ for base in parents if base.__module__ == errors.__name__), "")
    builtin = next((b.__name__ for b in parents if b.__module__ == "builtins"), "")
    return ", ".join(f"`{name}`" for name in (own, builtin) if name and name != "Exception")
