"""The commands ``options``, ``scenario`` and ``compare``."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any

import typer

from localarea.cli.deployment import open_council, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.options.comparison import Comparison
    from localarea.options.council import Council
    from localarea.records import Option

Anchor = Annotated[
    str | None, typer.Option("--anchor", help="The district to measure from, such as Norwich.")
]
CouncilName = Annotated[
    str | None, typer.Option("--council", help="The council whose options these are.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Place = "A district, town, zone, postcode, ttwa:NAME or lat,lon; may be given again."


def options(anchor: Anchor = None, council: CouncilName = None, as_json: AsJson = False) -> None:
    """Show every option of a council with its figures."""
    from localarea.options.findings import find_contested
    from localarea.options.membership import compute_options
    from localarea.options.metrics import compute_metrics

    store = open_store()
    chosen = open_council(anchor, council, store)
    found = compute_options(chosen, store=store)
    metrics = compute_metrics(found, chosen, store=store)
    if as_json:
        from localarea.options.documents import options_document

        findings = find_contested(metrics, chosen, store=store)
        _print_json(options_document(found, metrics, chosen, findings=findings, store=store))
        return
    from localarea.cli.option_tables import show_options

    show_options(found, metrics, chosen)


def scenario(
    option: Annotated[str, typer.Argument(help="The option to start from.")],
    include: Annotated[list[str] | None, typer.Option("--include", help=Place)] = None,
    exclude: Annotated[list[str] | None, typer.Option("--exclude", help=Place)] = None,
    anchor: Anchor = None,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Change an option by places put in or taken out, and show what that does."""
    from localarea.options.comparison import compare_options
    from localarea.options.membership import option_zones
    from localarea.options.scenario import Scenario

    store = open_store()
    chosen = open_council(anchor, council, store)
    what_if = Scenario.of(option).include(*(include or ())).exclude(*(exclude or ()))
    changed = what_if.option(chosen, store=store)
    if not what_if.changes:
        _answer_unchanged(changed, chosen, as_json=as_json)
        return
    base = option_zones(option, chosen, store=store)
    comparison = compare_options([base, changed], chosen, store=store)
    if as_json:
        _print_json(_scenario_document(comparison, chosen))
        return
    from localarea.cli.option_tables import show_comparison

    show_comparison(comparison, chosen)


def _answer_unchanged(option: Option, council: Council, *, as_json: bool) -> None:
    from localarea.cli.option_tables import show_options
    from localarea.options.documents import options_document
    from localarea.options.metrics import compute_metrics

    metrics = compute_metrics([option], council, store=open_store())
    if as_json:
        _print_json(options_document([option], metrics, council, store=open_store()))
    else:
        show_options([option], metrics, council)


def _scenario_document(comparison: Comparison, council: Council) -> dict[str, Any]:
    """Give the scenario as the one option, and what it started from beside it."""
    from localarea.options.documents import comparison_document

    document = comparison_document(comparison, council, store=open_store())
    base, changed = document["options"]
    return {**document, "options": [changed], "base": base}


def compare(
    option: Annotated[
        list[str], typer.Argument(metavar="OPTION OPTION...", help="Options; the first leads.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="File: .csv, .xlsx, .gpkg or .html.")
    ] = None,
    anchor: Anchor = None,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Hold options against the first: figures, who is gained and lost, how far they overlap."""
    from localarea.options.comparison import compare_options
    from localarea.options.exports import write_comparison, writer_for
    from localarea.options.membership import option_zones

    if out is not None:
        writer_for(out)  # say at once that a file cannot be written, not after the work
    store = open_store()
    chosen = open_council(anchor, council, store)
    named = [option_zones(name, chosen, store=store) for name in option]
    comparison = compare_options(named, chosen, store=store)
    if out is not None:
        write_comparison(comparison, out, store=store)
        typer.echo(f"written: {out}", err=True)
    _answer_comparison(comparison, chosen, as_json=as_json)


def _answer_comparison(comparison: Comparison, council: Council, *, as_json: bool) -> None:
    if as_json:
        from localarea.options.documents import comparison_document

        _print_json(comparison_document(comparison, council, store=open_store()))
        return
    from localarea.cli.option_tables import show_comparison

    show_comparison(comparison, council)


def _print_json(document: dict[str, Any] | Sequence[Any]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))
