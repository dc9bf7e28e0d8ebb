"""The commands ``contracts accept``, ``send-back``, ``kpi`` and ``monitor``."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from localarea.cli.contracts.contracts import (
    Internal,
    ProxyFile,
    Reference,
    contracts_app,
    council_of,
    held_values,
    say_progress,
    series_for,
)
from localarea.cli.shared.answers import print_json, printable, say
from localarea.cli.shared.arguments import AsJson, CouncilName
from localarea.cli.shared.deployment import open_decisions, operator
from localarea.records import british_day
from localarea.tables.atomic import require_kind

if TYPE_CHECKING:
    import pandas as pd

    from localarea.measures.rules import Proxies

Quarter = Annotated[
    str, typer.Argument(metavar="QUARTER", help="Quarter of the return, as '2026-27 Q1'.")
]
Version = Annotated[
    int, typer.Argument(min=1, max=1_000_000, metavar="VERSION", help="Version looked at.")
]
Out = Annotated[Path | None, typer.Option("--out", help="File to write: .csv or .xlsx.")]
_TABLES = (".csv", ".xlsx")
_PICTURES = (".svg", ".png", ".pdf")


@contracts_app.command("accept")
def accept(
    reference: Reference,
    quarter: Quarter,
    version: Version,
    comment: Annotated[str, typer.Option("--comment", help="For the supplier.")] = "",
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Accept what a supplier sent, so that it counts."""
    _decide(reference, quarter, version, "accepted", comment, council, as_json=as_json)


@contracts_app.command("send-back")
def send_back(
    reference: Reference,
    quarter: Quarter,
    version: Version,
    comment: Annotated[str, typer.Option("--comment", help="What the supplier is to put right.")],
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Return to a supplier what it sent, with a comment."""
    _decide(reference, quarter, version, "returned", comment, council, as_json=as_json)


def _decide(
    reference: str,
    quarter: str,
    version: int,
    state: Literal["accepted", "returned"],
    comment: str,
    council: str | None,
    *,
    as_json: bool,
) -> None:
    from localarea.contracts.acceptance import decide
    from localarea.contracts.reading import return_document
    from localarea.contracts.register import find_contract

    key = council_of(council).key
    with closing(open_decisions()) as database:
        with database.reading() as connection:
            find_contract(connection, reference, council=key)
        decided = decide(
            database, reference, quarter, version, state,
            comment=comment, actor=operator(), now=datetime.now(UTC),
        )  # fmt: skip
    if as_json:
        print_json(return_document(decided))
        return
    typer.echo(f"{reference}, {quarter}, version {version}: {state}")


@contracts_app.command("kpi")
def kpi(
    measure: Annotated[str, typer.Option("--measure", help="Reference of a measure.")] = (
        "LOCAL-SPEND"
    ),
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write: .csv, .xlsx, or a chart as .svg, .png or .pdf."),
    ] = None,
    internal: Internal = False,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Show a measure over all contracts by quarter: by default the share of spend that is local."""
    from localarea.contracts.reading import kpi_document

    _require_writable(out, (*_TABLES, *_PICTURES))
    key = council_of(council).key
    with closing(open_decisions()) as database:
        series = series_for(database, key, internal=internal)
    document = kpi_document(series, measure, internal=internal)
    if out is not None:
        _write_indicator(document, out, internal=internal)
        say(f"written: {out}")
    if as_json:
        print_json(document)
        return
    typer.echo(f"{document['measure']}  {document['title']}, {document['unit']}")
    for one in document["series"]:
        typer.echo(f"under {one['definition']}, rule {one['rule']}")
        for part in (*one["by_quarter"], {**one, "quarter": "all quarters", "target": None}):
            typer.echo(f"  {part['quarter']:<12}  {say_progress(part)}")
    if not document["series"]:
        typer.echo("No contracts have been entered yet.")


def _require_writable(out: Path | None, endings: tuple[str, ...]) -> None:
    """Raise an error if the file cannot be written, before figures are released for it."""
    if out is not None:
        require_kind(out, endings, parameter="out")


def _write_indicator(document: dict[str, Any], out: Path, *, internal: bool) -> None:
    from localarea.contracts.exports import series_table
    from localarea.measures.exports import write_figures
    from localarea.reports.print_maps.indicator_chart import write_indicator_chart

    if out.suffix.lower() in _PICTURES:
        write_indicator_chart(document, out)
    else:
        write_figures(series_table(document), out, internal=internal)


@contracts_app.command("monitor")
def monitor(
    by: Annotated[
        str,
        typer.Option("--by", help="Add up by measure, theme, department, supplier or year."),
    ] = "measure",
    proxies: ProxyFile = None,
    out: Out = None,
    internal: Internal = False,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Show measures across contracts against what is expected by now, and what is at risk."""
    from localarea.contracts.monitoring import grouped, overview, require_group, valued
    from localarea.contracts.reading import plain
    from localarea.contracts.register import contracts, returns
    from localarea.measures.rules import read_proxies

    _require_writable(out, _TABLES)
    group, key = require_group(by), council_of(council).key
    stated = read_proxies(proxies) if proxies else None
    today = british_day(datetime.now(UTC))
    with closing(open_decisions()) as database:
        with database.reading() as connection:
            kept = contracts(connection, council=key)
            sent = {
                one.contract.reference: returns(connection, one.contract.reference) for one in kept
            }
            worth = stated or held_values(connection, key)
        series = series_for(database, key, internal=internal)
    lines = valued(grouped(series, sent, by=group, on=today, internal=internal), worth)
    rows = overview(series, kept, sent, on=today, internal=internal)
    if out is not None:
        _write_groups(lines, worth, out, internal=internal)
        say(f"written: {out}")
    if as_json:
        said = {"edition": worth.edition, "source": worth.source} if worth else None
        print_json(
            {"by": group, "on": today.isoformat(), "proxies": said, "groups": plain(lines),
             "contracts": plain(rows)}
        )  # fmt: skip
        return
    _show(plain(lines), rows, worth)


def _write_groups(
    lines: list[dict[str, Any]], worth: Proxies | None, out: Path, *, internal: bool
) -> None:
    from localarea.contracts.exports import grouped_table
    from localarea.measures.exports import write_figures

    table: pd.DataFrame = grouped_table(lines, worth)
    write_figures(table, out, internal=internal)


def _show(lines: list[dict[str, Any]], rows: list[dict[str, Any]], worth: Proxies | None) -> None:
    for line in lines:
        name = line["title"] if line["group"] == line["measure"] else line["measure"]
        money = f"  GBP {line['value_gbp']}" if line.get("value_gbp") else ""
        status = f"  {line['status']}" if line["status"] else ""
        typer.echo(
            printable(
                f"{line['group']}  {name} ({line['unit']}, {line['definition']}): "
                f"{say_progress(line)}  expected {line['expected'] or '-':>12}{status}{money}"
            )
        )
    if worth:
        typer.echo(printable(f"proxy values: {worth.edition}, {worth.source}"))
    for row in rows:
        for reason in row["reasons"]:
            typer.echo(printable(f"at risk: {row['reference']}: {reason}"))
        if row["waiting"]:
            typer.echo(f"waiting: {row['reference']}: {', '.join(row['waiting'])}")
    if not rows:
        typer.echo("No contracts have been entered yet.")
