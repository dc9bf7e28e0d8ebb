"""
Run ``localarea check POSTCODE`` without Typer, for a quick start.

Loading Typer would take a third of the half second allowed for one postcode. The simple
forms of the command are handled here; anything else, and every error, is left to Typer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def answer_quickly(arguments: Sequence[str]) -> int | None:
    """Answer the simple forms of ``check``; return None for anything else."""
    plain = _plain_form(arguments)
    if plain is None:
        return None
    postcodes, named, flags = plain
    from localarea.cli.shared.answers import answer, classifier_for, reserving_for
    from localarea.errors import LocalareaError

    asked = (named.get("--option"), named.get("--definition"), named.get("--on"))
    try:
        classifier, reserving = classifier_for(*asked), reserving_for(*asked)
    except (LocalareaError, OSError):
        return None  # Typer's path meets the same error and reports it
    try:
        return answer(
            classifier,
            postcodes,
            as_json="--json" in flags,
            strict="--strict" in flags,
            reserving=reserving,
        )
    except LocalareaError:
        return None


def _plain_form(arguments: Sequence[str]) -> tuple[list[str], dict[str, str], set[str]] | None:
    if not arguments or arguments[0] != "check":
        return None
    postcodes: list[str] = []
    named: dict[str, str] = {}
    flags: set[str] = set()
    rest = iter(arguments[1:])
    for argument in rest:
        if argument in {"--json", "--strict"}:
            flags.add(argument)
        elif argument in {"--option", "--definition", "--on"}:
            value = next(rest, None)
            if value is None or not value.strip():
                return None
            named[argument] = value
        elif argument.startswith("-"):
            return None
        else:
            postcodes.append(argument)
    return (postcodes, named, flags) if postcodes else None
