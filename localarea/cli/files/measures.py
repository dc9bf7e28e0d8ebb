"""The command ``measures``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path  # noqa: TC003 -- typer reads the annotation when the app is made
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.files.check import DefinitionId, OptionName, Strict
from localarea.cli.shared.answers import classifier_for, print_json, printable
from localarea.cli.shared.arguments import AsJson, CouncilName
from localarea.cli.shared.numbers import drawable, number_of
from localarea.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from localarea.measures.report import MeasuresReport
    from localarea.measures.rules import Proxies

EXIT_INCOMPLETE = 1
_MAX_SHOWN = 20  # refused rows listed on a terminal


def measures(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...", help="Returns to count: CSV, TSV, XLSX, XLS, XLSB or ODS."
        ),
    ] = None,
    option: OptionName = None,
    definition: DefinitionId = None,
    council: CouncilName = None,
    contract: Annotated[str | None, typer.Option(help="Show this contract only.")] = None,
    rule: Annotated[str | None, typer.Option(help="Counting rule, such as contract-year.")] = None,
    rules: Annotated[Path | None, typer.Option(help="TOML file with your own rules.")] = None,
    proxies: Annotated[Path | None, typer.Option(help="TOML file with proxy values.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day to count, YYYY-MM-DD.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write: .csv or .xlsx.")] = None,
    chart: Annotated[
        Path | None,
        typer.Option(callback=drawable, help="Chart of the local share: .png, .svg or .pdf."),
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Write blank returns (.xlsx) or proxies (.toml).")
    ] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="Show small counts; do not share the output.")
    ] = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Calculate social value measures from staff and spend returns."""
    from localarea.measures.exports import as_document, figures_of, write_figures, write_template

    if template is not None:
        write_template(template)
        sys.stderr.write(f"written to {template}\n")
        return
    if not sources:
        raise InputError("name the returns to count, or --template FILE.xlsx for blank ones")
    report, basis = _count(sources, (option, definition, council), (rule, rules), until)
    if contract is not None and contract not in report.contracts:
        raise InputError("no contract in the returns has the name given with --contract")
    worth = _proxies(proxies)
    table = figures_of(report, internal=internal, proxies=worth, contract=contract)
    if out is not None:
        write_figures(table, out, internal=internal)
    if chart is not None:
        from localarea.reports.print_maps.measures_chart import write_share_chart

        write_share_chart(report.local_share(internal=internal), chart, contract=contract)
    if as_json:
        print_json(as_document(report, internal=internal, proxies=worth, contract=contract))
    else:
        _show(report, table, basis)
    if strict and (report.refusals or any(v["unknown"] for v in report.statuses.values())):
        raise typer.Exit(EXIT_INCOMPLETE)


def _count(
    sources: list[Path],
    asked: tuple[str | None, str | None, str | None],
    named: tuple[str | None, Path | None],
    until: str | None,
) -> tuple[MeasuresReport, str]:
    """Count returns; give the sentence that says by whose authority as well."""
    from localarea.measures.report import measure_returns
    from localarea.measures.returns import read_returns
    from localarea.measures.rules import read_rule

    try:
        last = date.fromisoformat(until).toordinal() if until else None
    except ValueError:
        raise InputError("--until must be a date such as 2026-03-31") from None
    option, definition, council = asked
    classifier = classifier_for(option, definition, None, council)
    tables = read_returns(sources)
    report = measure_returns(tables, classifier, read_rule(*named), until=last)
    return report, classifier.boundary.basis


def _proxies(path: Path | None) -> Proxies | None:
    from localarea.measures.rules import read_proxies

    return read_proxies(path) if path else None


def _show(report: MeasuresReport, table: pd.DataFrame, basis: str) -> None:
    lines = [f"local means {report.definition}; directory of {report.directory_date};"
             f" counting rule {report.rule.id} version {report.rule.version}", basis]  # fmt: skip
    for tally in report.tallies:
        lines.append(
            f"{tally['file']}: {number_of(tally['rows'], 'row')} = {tally['counted']:,} counted + "
            f"{tally['refused']:,} refused"
        )
    for r in report.refusals[:_MAX_SHOWN]:
        lines.append(f"refused: {r.file} row {r.row} {r.column}: {r.explanation}")
    if len(report.refusals) > _MAX_SHOWN:
        lines.append(f"and {len(report.refusals) - _MAX_SHOWN:,} more: --json lists every one")
    for one in report.unknown[:_MAX_SHOWN]:
        lines.append(f"place unknown: {one.file} row {one.row} {one.column}: {one.explanation}")
    if len(report.unknown) > _MAX_SHOWN:
        lines.append(f"and {len(report.unknown) - _MAX_SHOWN:,} more: --json lists every one")
    sys.stderr.write(printable("\n".join(lines)) + "\n")
    shown = table[
        ["measure", "unit", "contract", "quarter", "figure", "target", "progress"]
    ].astype(object)
    shown["figure"] = shown["figure"].where(~table["withheld"], "withheld")
    sys.stdout.write(printable(shown.where(shown.notna(), "").to_string(index=False)) + "\n")
