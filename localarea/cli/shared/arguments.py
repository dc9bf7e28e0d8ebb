"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from localarea.cli.shared.numbers import finite, stated

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Anchor = Annotated[
    str | None,
    typer.Option("--anchor", help="District, town, postcode or lat,lon to measure from."),
]
WithAuthorities = Annotated[
    list[str] | None,
    typer.Option("--with", help="Another authority that reserves together; may be repeated."),
]
CouncilsOn = Annotated[
    str | None,
    typer.Option("--councils-on", help="Give figures by the councils of this day, YYYY-MM-DD."),
]
CouncilName = Annotated[
    str | None,
    typer.Option(
        "--council", callback=stated, help="Council whose options to use: a name or a file."
    ),
]
BorderlineMin = Annotated[
    float | None,
    typer.Option(
        "--borderline-min",
        min=0,
        max=600,
        callback=finite,
        help="Minutes from a drive option's limit that count as borderline; by default, the error "
        "that nine in ten known journeys of that length keep to.",
    ),
]
