"""The page of the names of ``import localarea as la``, each with its docstring."""

from __future__ import annotations

import inspect

import localarea as la

_HEAD = """# The names in Python

`import localarea as la`, then these names and no others. Each is imported when it is first
used. How they work together: [in a notebook](../notebook.md) and the [tutorial for
analysts](../tutorials/analyst.md). Errors: [every error](errors.md). What is not here is
reached through its room, such as `from localarea.labour.catchment import commuting_share`, and
may move between versions; these names may not ([what may change](../deprecation.md)).
"""


def names() -> list[str]:
    """Return the names with a page of their own: all but the version and the errors."""
    return [name for name in la.__all__ if name not in ("__version__", "errors")]


def page() -> str:
    """Return the page, in which mkdocstrings writes out each name."""
    given = [(name, getattr(la, name)) for name in names()]
    functions = [each for each in given if not inspect.isclass(each[1])]
    kinds = [each for each in given if inspect.isclass(each[1])]
    parts = [_HEAD, "## Functions\n", *map(_section, functions), "## Classes\n"]
    return "\n".join([*parts, *map(_section, kinds)])


def _section(given: tuple[str, object]) -> str:
    name, thing = given
    where = f"{thing.__module__}.{thing.__qualname__}"  # type: ignore[attr-defined]
    options = "    options:\n      heading: la." + name
    return f"::: {where}\n{options}\n      toc_label: la.{name}\n"
