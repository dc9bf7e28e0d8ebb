"""The command ``report``, which writes the decision report."""

from __future__ import annotations

from datetime import date
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import Annotated

import typer

from localarea.cli.shared.arguments import Anchor, CouncilName
from localarea.cli.shared.progress import show_step


def report(
    option: Annotated[
        list[str],
        typer.Argument(metavar="OPTION...", help="Options to compare; the first is the baseline."),
    ],
    out: Annotated[Path, typer.Option("--out", help="File to write: .pdf, .docx or .html.")],
    replay: Annotated[
        Path | None,
        typer.Option("--replay", help="Spend file to check under every option: .csv or .tsv."),
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", help="Postcode column of the spend file.")
    ] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", help="Amount column of the spend file.")
    ] = None,
    stability: Annotated[
        int,
        typer.Option(
            "--stability",
            min=0,
            max=10_000,
            help="Bootstrap runs, to see how often a disputed place shares an area.",
        ),
    ] = 0,
    dated: Annotated[
        str | None,
        typer.Option("--date", help="Date on the report, such as 2026-11-23; default today."),
    ] = None,
    anchor: Anchor = None,
    council: CouncilName = None,
) -> None:
    """Write the decision report as PDF, Word or HTML, by the extension of --out."""
    from localarea.reports.cabinet.formats.write import renderer_for

    renderer_for(out)  # fail before the work, not after it
    day = _date(dated)
    from localarea.checking.payments import SpendFile
    from localarea.reports.cabinet.document import build_report
    from localarea.reports.cabinet.formats.write import write_report

    spend = None if replay is None else SpendFile.open(replay, column=column, amount=amount)
    show_step("reading the options")
    from localarea.cli.shared.deployment import open_council, open_store
    from localarea.options.membership import option_zones

    store = open_store()
    chosen = open_council(anchor, council, store)
    options = [option_zones(name, chosen, store=store) for name in option]
    made = build_report(
        options,
        chosen,
        dated=day,
        spend=spend,
        stability_runs=stability,
        store=store,
        tell=show_step,
    )
    show_step("laying out the report")
    write_report(made, out)
    show_step("")
    typer.echo(f"written: {out}", err=True)


def _date(text: str | None) -> date:
    from localarea.errors import InputError

    if text is None:
        return date.today()  # noqa: DTZ011 -- the author's local date
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--date must be a date such as 2026-11-23, not {text!r}") from None
