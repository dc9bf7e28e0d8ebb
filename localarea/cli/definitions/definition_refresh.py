"""The command ``definitions refresh``."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.shared.answers import print_json, say

if TYPE_CHECKING:
    from localarea.definitions.refresh import Refresh

_MAX_SHOWN = 40  # changed postcodes listed on a terminal


def refresh(
    definition_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a definition.")],
    by: Annotated[
        str | None, typer.Option("--by", help="Who refreshes it; default the user here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Index the postcodes of a newer directory, keeping the boundary and the terms."""
    from localarea.cli.shared.deployment import (
        open_decisions,
        open_definitions,
        open_store,
        operator,
    )
    from localarea.decisions.refreshing import keep_refreshed
    from localarea.definitions.refresh import refresh as index_again
    from localarea.settings import read_settings

    actor = operator(by)
    kept = open_definitions(read_settings().definitions_dir)
    done = index_again(kept.open(definition_id), store=open_store())
    with closing(open_decisions()) as database:
        path, entry = keep_refreshed(database, kept, done, actor=actor, now=datetime.now(UTC))
    if as_json:
        print_json(done.as_document() | {"file": str(path), "by": actor.name, "entry": entry})
        return
    say(_report(done))
    say(f"kept as {path}; entered in the record by {actor.name} (hash {entry[:16]})")


def _report(done: Refresh) -> str:
    def counted(numbers: dict[str, int]) -> str:
        total = sum(numbers.values())
        parts = ", ".join(f"{n:,} {s.replace('_', ' ')}" for s, n in numbers.items() if n)
        return f"{total:,}" + (f" ({parts})" if parts else "")

    lines = [
        f"{done.definition}: directory of {done.before} -> {done.after}",
        f"  added: {counted(done.added)}",
        f"  terminated since: {counted(done.terminated)}",
        f"  live again: {counted(done.revived)}",
        f"  no longer listed: {counted(done.removed)}",
        f"  moved to another place: {done.moved:,}",
        f"  answer changed: {len(done.changed):,}",
    ]
    lines += [f"    {c.postcode}: {c.before} -> {c.after}" for c in done.changed[:_MAX_SHOWN]]
    if len(done.changed) > _MAX_SHOWN:
        lines.append(f"    and {len(done.changed) - _MAX_SHOWN:,} more; --json lists them all")
    return "\n".join(lines)
