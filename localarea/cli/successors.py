"""The commands of ``successors``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.shared.answers import print_json, say
from localarea.cli.shared.arguments import AsJson
from localarea.cli.shared.deployment import councils_on, open_store

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore

successors_app = typer.Typer(
    help="Successor authorities: the councils that replace districts.", no_args_is_help=True
)


@successors_app.command()
def new(
    out: Annotated[Path, typer.Option("--out", help="File to write: .toml.")],
    of: Annotated[
        list[str] | None,
        typer.Option("--of", help="County or district whose districts to list; may be repeated."),
    ] = None,
) -> None:
    """Write a file to fill in, which states no successor yet."""
    from localarea.errors import InputError
    from localarea.places.authorities import successors_template
    from localarea.tables.atomic import write_once

    if out.exists():
        raise InputError(f"{out} is there already; choose another name", parameter="out")
    write_once(out, successors_template(_districts_of(of or (), open_store())).encode())
    say(f"written to {out}; fill it in, then set LOCALAREA_SUCCESSORS to it")


@successors_app.command()
def show(
    on: Annotated[str, typer.Option("--on", help="Day whose councils to list, YYYY-MM-DD.")],
    as_json: AsJson = False,
) -> None:
    """List the councils that replace districts by a day."""
    councils = councils_on(on, open_store()) or {}
    found = sorted({c for c in councils.values() if c.council}, key=lambda c: c.name)
    rows = [
        {
            "name": council.name,
            "council": council.council,
            "from": council.start.isoformat(),
            "order": council.order,
            "lad25cd": list(council.districts),
        }
        for council in found
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        codes = ", ".join(row["lad25cd"])
        say(f"{row['name']} from {row['from']}: {codes} ({row['order']})")
    if not rows:
        say(f"no district is replaced by {on}")


def _districts_of(names: list[str] | tuple[str, ...], store: DataStore) -> dict[str, str]:
    """Find the districts of the counties and districts named."""
    from localarea.errors import PlaceNotFoundError
    from localarea.places.counties import read_counties
    from localarea.places.gazetteer import fold, read_gazetteer

    districts, counties = read_gazetteer(store=store).districts, read_counties(store)
    found: dict[str, str] = {}
    for name in names:
        codes = {code for code, held in districts.items() if fold(held) == fold(name)}
        for code, held in counties.names.items():
            if fold(held) == fold(name):
                codes.update(counties.members[code])
        if not codes:
            raise PlaceNotFoundError(name, [*counties.names.values(), *districts.values()])
        found |= {code: districts[code] for code in codes}
    return found
