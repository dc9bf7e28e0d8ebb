"""The page of every command: what it does, its arguments and its options, from the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from documenting.tables import table
from localarea.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = """# Every command

Made from the commands themselves; `localarea COMMAND --help` says the same. What they are for
is in the [tutorials](../tutorials/index.md) and the how-to guides.

`localarea --version` shows the version and the vintage of each table in use.

With `--json` one JSON document goes to standard output and nothing else. Progress and warnings
go to standard error.

| exit status | meaning |
|---|---|
| 0 | done |
| 1 | done, but a row is unknown or failed, where `--strict` was given |
| 2 | the input cannot be used: the message says what to do |
| 3 | tables, definitions or the record are missing or damaged |
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Give each command with its full name, in the order in which help lists them."""
    yield from _within(typer.main.get_command(app), "localarea")


def _within(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", {})
    if not inner or (command.invoke_without_command and " " in name):
        yield name, command  # a group may do something by itself, as `definitions` does
    for word, each in inner.items():
        yield from _within(each, f"{name} {word}")


def page() -> str:
    """Return the page of all commands."""
    return "\n".join([_HEAD, *(_section(name, command) for name, command in commands())])


def _section(name: str, command: Any) -> str:
    taken = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    usage = " ".join([name, *(_asked(p) for p in taken), *(["[OPTIONS]"] if options else [])])
    parts = [f"## `{name.removeprefix('localarea ')}`", command.help or "", f"`{usage}`", ""]
    if taken:
        rows = [(f"`{p.name.upper()}`", getattr(p, "help", "") or "") for p in taken]
        parts.append(table(("argument", "meaning"), rows))
    if options:
        rows = [(_named(p), _values(p), p.help or "") for p in options]
        parts.append(table(("option", "value", "meaning"), rows))
    return "\n".join([parts[0], "", parts[1], "", *parts[2:]])


def _asked(argument: Any) -> str:
    word = argument.name.upper() + ("..." if argument.nargs == -1 else "")
    return word if argument.required else f"[{word}]"


def _named(option: Any) -> str:
    names = [*option.opts, *option.secondary_opts]
    return ", ".join(f"`{name}`" for name in names) + (" (needed)" if option.required else "")


def _values(option: Any) -> str:
    """Say what may follow an option: its choices or bounds, and whether it may be repeated."""
    if option.is_flag:
        return ""
    choices = getattr(option.type, "choices", None)
    if choices:
        said = ", ".join(f"`{each}`" for each in choices)
    else:
        least, most = getattr(option.type, "min", None), getattr(option.type, "max", None)
        said = "text" if least is None and most is None else f"{_number(least)} to {_number(most)}"
        said = {"Path": "file or folder"}.get(
            type(option.type).__name__.removeprefix("Typer"), said
        )
    return f"{said}, repeatable" if option.multiple else said


def _number(value: float | None) -> str:
    return "any" if value is None else f"{value:,}"
