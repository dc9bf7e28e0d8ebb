"""The commands ``options``, ``scenario`` and ``compare``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.shared.answers import print_json
from localarea.cli.shared.arguments import Anchor, AsJson, CouncilName, CouncilsOn, WithAuthorities
from localarea.cli.shared.deployment import councils_on, open_council, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

Place = "A district, town, zone, postcode, ttwa:NAME or lat,lon; may be repeated."


def options(
    reserving: Annotated[
        bool, typer.Option("--reserving", help="Show the areas that contracts may be reserved to.")
    ] = False,
    others: WithAuthorities = None,
    on: CouncilsOn = None,
    anchor: Anchor = None,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Show every option of a council with its figures."""
    from localarea.comparison.councils import add_councils
    from localarea.comparison.findings import find_contested
    from localarea.comparison.metrics import compute_metrics
    from localarea.options.membership import compute_options

    store = open_store()
    chosen, councils = open_council(anchor, council, store), councils_on(on, store)
    if reserving or others:
        found = _for_reserving(others or (), chosen, store)
    else:
        found = compute_options(chosen, store=store)
    metrics = compute_metrics(found, chosen, store=store)
    if as_json:
        from localarea.comparison.documents import options_document

        findings = find_contested(metrics, chosen, store=store)
        document = options_document(found, metrics, chosen, findings=findings, store=store)
        if councils is not None:
            add_councils(document, found, councils, store=store)
        print_json(document)
        return
    from localarea.cli.options.option_tables import show_councils, show_options

    show_options(found, metrics, chosen, store)
    if councils is not None:
        show_councils(found, councils, store)


def _for_reserving(others: Sequence[str], council: Council, store: DataStore) -> tuple[Option, ...]:
    """Compute the options for reserving contracts, and say which of them there are not."""
    from localarea.errors import InputError
    from localarea.options.membership import option_zones
    from localarea.options.reserving import RESERVING, with_authorities

    found: list[Option] = []
    for name in RESERVING:
        try:
            found.append(option_zones(with_authorities(name, others), council, store=store))
        except InputError as error:
            if name == RESERVING[0]:
                raise
            typer.echo(f"note: {name}: {error}", err=True)
    return tuple(found)


def scenario(
    option: Annotated[
        str | None, typer.Argument(help="Option to start from; not with --from.")
    ] = None,
    include: Annotated[list[str] | None, typer.Option("--include", help=Place)] = None,
    exclude: Annotated[list[str] | None, typer.Option("--exclude", help=Place)] = None,
    polygon: Annotated[
        list[Path] | None,
        typer.Option(
            "--polygon",
            metavar="FILE[:LAYER]",
            help="Polygons to add: .geojson, .gpkg, .shp or .zip; FILE:LAYER names a layer.",
        ),
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option("--threshold", help="Parameter of the method, such as min_share=0.1."),
    ] = None,
    vintage: Annotated[
        int | None,
        typer.Option("--vintage", help="Census whose commuting flows to use: 2011 or 2021."),
    ] = None,
    flows: Annotated[
        str | None,
        typer.Option("--flows", help="Own flows to use, as 'localarea data add flows' named them."),
    ] = None,
    started: Annotated[
        Path | None, typer.Option("--from", help="Saved scenario to start from, as TOML.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="File to save the scenario in, as TOML.")
    ] = None,
    anchor: Anchor = None,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Change an option's places, polygons, thresholds or census, and show the effect."""
    from localarea.cli.options.scenarios import build_scenario, save_scenario, with_thresholds
    from localarea.comparison.comparison import compare_options
    from localarea.options.membership import option_zones

    what_if = build_scenario(option, started)
    what_if = what_if.include(*(include or ()), *(polygon or ())).exclude(*(exclude or ()))
    if vintage is not None:
        what_if = what_if.with_vintage(vintage)
    what_if = with_thresholds(what_if, threshold or ())
    if flows is not None:
        what_if = what_if.with_threshold(flows=flows)
    store = open_store()
    chosen = open_council(anchor, council, store)
    changed = what_if.option(chosen, store=store)
    if save is not None:
        save_scenario(what_if, save)
    if what_if.id == what_if.base:
        _answer_unchanged(changed, chosen, as_json=as_json)
        return
    base = option_zones(what_if.base, chosen, store=store)
    comparison = compare_options([base, changed], chosen, store=store)
    if as_json:
        from localarea.comparison.documents import scenario_document

        print_json(scenario_document(comparison, chosen, store=store))
        return
    from localarea.cli.options.option_tables import show_comparison

    show_comparison(comparison)


def _answer_unchanged(option: Option, council: Council, *, as_json: bool) -> None:
    from localarea.cli.options.option_tables import show_options
    from localarea.comparison.documents import options_document
    from localarea.comparison.metrics import compute_metrics

    store = open_store()
    metrics = compute_metrics([option], council, store=store)
    if as_json:
        print_json(options_document([option], metrics, council, store=store))
    else:
        show_options([option], metrics, council, store)


def compare(
    option: Annotated[
        list[str],
        typer.Argument(
            metavar="OPTION OPTION...",
            help="Options, or scenarios (.toml); the first is the baseline.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write: .csv, .xlsx, .gpkg or .html.")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option("--replay", help="Spend file to check under every option: CSV.")
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", help="Postcode column of the spend file.")
    ] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", help="Amount column of the spend file.")
    ] = None,
    robustness: Annotated[
        bool, typer.Option("--robustness", help="Count the options that include each zone.")
    ] = False,
    on: CouncilsOn = None,
    anchor: Anchor = None,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Compare options with the first: figures, zones gained and lost, and overlap."""
    from localarea.cli.options.comparing import CompareRequest, compare_as_asked
    from localarea.reports.comparison.write import writer_for

    if out is not None:
        writer_for(out)  # fail before the work, not after it
    store = open_store()
    chosen = open_council(anchor, council, store)
    councils = councils_on(on, store)
    request = CompareRequest(tuple(option), replay, column, amount, robustness, councils)
    found = compare_as_asked(request, chosen, store)
    if out is not None:
        found.write(out, chosen, store)
        typer.echo(f"written: {out}", err=True)
    if as_json:
        print_json(found.document(chosen, store))
    else:
        found.show()
