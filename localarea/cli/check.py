"""The commands ``check`` and ``check-file``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path  # noqa: TC003 -- typer reads the annotation when the app is made
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.classify.classifier import Classifier
    from localarea.classify.files import FileReport
    from localarea.records import Verdict

EXIT_INCOMPLETE = 1

OptionName = Annotated[
    str | None, typer.Option("--option", help="Check against this option, such as ttwa-official.")
]
DefinitionId = Annotated[
    str | None, typer.Option("--definition", help="Check against this published definition.")
]
OnDate = Annotated[
    str | None, typer.Option("--on", help="The definition in force on this date, YYYY-MM-DD.")
]
CouncilName = Annotated[
    str | None, typer.Option("--council", help="The council whose options these are.")
]
Borderline = Annotated[
    float, typer.Option("--borderline-m", help="Metres from the boundary that are borderline.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Strict = Annotated[bool, typer.Option("--strict", help="Leave with 1 when any is unknown.")]


def check(
    postcodes: Annotated[list[str], typer.Argument(help="Postcodes, as people type them.")],
    option: OptionName = None,
    definition: DefinitionId = None,
    on: OnDate = None,
    council: CouncilName = None,
    borderline_m: Borderline = 500.0,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Say whether postcodes are local, and why."""
    classifier = classifier_for(option, definition, on, council, borderline_m)
    verdicts = classifier.check_many(postcodes)
    if as_json:
        _print_json([verdict.as_dict() for verdict in verdicts])
    else:
        _show(verdicts)
    if strict and any(verdict.status == "unknown" for verdict in verdicts):
        raise typer.Exit(EXIT_INCOMPLETE)


def check_file(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A CSV or TSV file.")],
    column: Annotated[
        str | None, typer.Option("--column", help="Header or number of the column of postcodes.")
    ] = None,
    option: OptionName = None,
    definition: DefinitionId = None,
    on: OnDate = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; by default IN.checked.csv.")
    ] = None,
    council: CouncilName = None,
    borderline_m: Borderline = 500.0,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Check every row of a CSV file and write it with the verdicts added."""
    from localarea.classify.files import check_file as check_rows

    classifier = classifier_for(option, definition, on, council, borderline_m)
    report = check_rows(source, classifier, out=out, column=column)
    if as_json:
        from dataclasses import asdict

        _print_json(asdict(report))
    else:
        _summarise(report)
    if strict and report.by_status["unknown"]:
        raise typer.Exit(EXIT_INCOMPLETE)


def classifier_for(
    option: str | None,
    definition: str | None,
    on: str | None,
    council: str | None,
    borderline_m: float,
) -> Classifier:
    """Make the classifier that the options of a command ask for."""
    _require_answerable(option, definition, on, borderline_m)
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.datasets.store import DataStore, default_store
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    store = default_store()
    # Reading settings costs half as much as the whole answer: only where there are any.
    if any(name.upper().startswith("LOCALAREA_") for name in os.environ):
        from localarea.settings import Settings

        settings = Settings()
        council = council or settings.council
        if settings.data_dir or settings.cache_dir:
            store = DataStore(settings.data_dir, settings.cache_dir)
    named = (council,) if council else ()
    chosen = read_council(*named, store=store)
    name = option or chosen.default_option
    boundary = boundary_of_option(
        option_zones(name, chosen, store=store),
        default=name == chosen.default_option,
        borderline_m=borderline_m,
    )
    return Classifier(boundary, store=store)


def _require_answerable(
    option: str | None, definition: str | None, on: str | None, borderline_m: float
) -> None:
    from localarea.errors import InputError, NotFoundError

    if option is not None and definition is not None:
        raise InputError("give --option or --definition, not both")
    if not 0 <= borderline_m <= 1_000_000:
        raise InputError(f"--borderline-m must be 0 to 1,000,000 metres, not {borderline_m}")
    if on is not None:
        _require_date(on)
    if definition is not None:
        raise NotFoundError(
            f"definition {definition!r} is not known: none has been published yet; "
            "leave --definition out to check against the council's default option"
        )


def _require_date(text: str) -> None:
    from datetime import date

    from localarea.errors import InputError

    try:
        date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--on must be a date such as 2026-04-01, not {text!r}") from None


def _print_json(document: Any) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False)
    # Text from a command line may hold what no encoding can write.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")


def _show(verdicts: Sequence[Verdict]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    colours = {"local": "green", "not_local": "red", "unknown": "yellow"}
    table = Table(show_lines=True)
    for heading in ("Postcode", "Answer", "Why"):
        table.add_column(heading)
    for verdict in verdicts:
        answer = verdict.status.replace("_", " ") + (" (borderline)" if verdict.borderline else "")
        cells = (verdict.postcode, answer, verdict.explanation)
        postcode, answer, why = (escape(_printable(cell)) for cell in cells)
        table.add_row(postcode, f"[{colours[verdict.status]}]{answer}[/]", why)
    Console().print(table)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _summarise(report: FileReport) -> None:
    lines = [
        f"{report.rows:,} rows checked by {report.column!r} ({report.encoding})",
        *(f"  {status.replace('_', ' ')}: {n:,}" for status, n in report.by_status.items()),
        *(f"    {reason.replace('_', ' ')}: {n:,}" for reason, n in report.by_reason.items()),
        f"  borderline: {report.borderline:,}",
        *(f"note: {note}" for note in report.notes),
        f"written to {report.out}",
    ]
    text = "\n".join(_printable(line) for line in lines)
    sys.stderr.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")
