"""Validate numbers and names on the command line; say numbers."""

from __future__ import annotations

import math
from pathlib import Path  # noqa: TC003 -- typer reads the annotation of a callback
from typing import Any, Final

import typer

from localarea.errors import InputError

_PICTURES: Final = (".png", ".svg", ".pdf")


def finite(value: Any) -> Any:
    """Reject NaN and infinity, which pass the range check of an option."""
    for number in value if isinstance(value, list | tuple) else (value,):
        if isinstance(number, float) and not math.isfinite(number):
            raise typer.BadParameter(f"{number} is not a number that can be used")
    return value


def stated(value: str | None) -> str | None:
    """Reject a blank, as a shell's unset variable leaves it: the default would answer for it."""
    if value is not None and not value.strip():
        raise typer.BadParameter("it is blank; name one, or leave it out to use the default")
    return value


def drawable(path: Path | None) -> Path | None:
    """Reject a picture that could not be written, before the work that it would show."""
    if path is not None:
        from localarea.tables.atomic import require_kind

        try:
            require_kind(path, _PICTURES)
        except InputError as error:
            raise typer.BadParameter(str(error)) from error
    return path


def number_of(count: int, noun: str) -> str:
    """Say how many there are, such as "1 row" or "1,200 rows"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
