"""The command ``demo``, which runs the main workflow on the bundled data."""

from __future__ import annotations

import io
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.shared.progress import show_step

if TYPE_CHECKING:
    from rich.console import Console

    from localarea.reports.demonstration import Demonstration

_WIDTH = 120  # columns if the output is not a terminal
# Dropped one by one on a narrow terminal; the comparison file has them all.
_LEAST_NEEDED = ("live_postcodes", "enterprises_2022", "valid", "zones")
_LINE = 100  # maximum length of a line of prose, however wide the terminal


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = Path("out/demo"),
) -> None:
    """Compare the options, draw them, check 200 sample suppliers and print the findings."""
    show_step("reading the tables")
    from localarea.cli.shared.deployment import open_council, open_store
    from localarea.reports.demonstration import run_demonstration

    store = open_store()
    council = open_council(None, None, store)
    found = run_demonstration(out, council, store=store, tell=show_step)
    show_step("")
    _show(found)


def _show(found: Demonstration) -> None:
    from rich.console import Console

    if isinstance(sys.stdout, io.TextIOWrapper):  # replace characters that the terminal lacks
        sys.stdout.reconfigure(errors="replace")
    width = None if sys.stdout.isatty() else _WIDTH
    console = Console(highlight=False, markup=False, width=width)
    _show_mandate(console, found)
    _show_options(console, found)
    _show_checked(console, found)
    _show_files(console, found)
    _show_findings(console, found)
    console.print(f"\nNow open {found.files[0][1]} in a browser.", soft_wrap=True)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold")


def _paragraph(console: Console, text: str, lead: str = "") -> None:
    lines = textwrap.wrap(
        text,
        min(console.width, _LINE),
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_on_hyphens=False,
    )
    console.print("\n".join(lines), soft_wrap=True)


def _show_mandate(console: Console, found: Demonstration) -> None:
    from localarea.reports.demonstration import mandate_lead

    sentences = mandate_lead(found.council, found.comparison)
    if sentences:
        _heading(console, "The mandate")
        for sentence in sentences:
            _paragraph(console, sentence, "- ")


def _show_options(console: Console, found: Demonstration) -> None:
    from localarea.comparison.findings import all_pass
    from localarea.reports.maps.html_tables import screen_tables, write_figures
    from localarea.reports.maps.options_page import brief_key, figures_shown

    figures = figures_shown(found.council, brief=True, store=found.store)
    texts = write_figures(found.comparison.metrics, figures)
    _heading(console, f"Options for {found.council.title}")
    spare = [f.heading for f in figures if f.name in _LEAST_NEEDED]
    console.print(*screen_tables(texts, first="Option", width=console.width, spare=spare))
    _paragraph(console, f"{brief_key(found.council)} {all_pass(found.comparison.metrics)}".rstrip())
    for spec in found.council.options:
        _paragraph(console, f"{spec.id}: {spec.title}", "  ")
    _paragraph(console, "All figures: localarea options")


def _show_checked(console: Console, found: Demonstration) -> None:
    import pandas as pd

    from localarea.reports.maps.html_tables import screen_tables
    from localarea.tables.finding.own_columns import plain_reason

    report, option = found.checked, found.council.default_option
    _heading(console, f"{report.rows:,} sample suppliers, checked under the option {option}")
    counts = {status.replace("_", " "): n for status, n in report.by_status.items()}
    counts["borderline"] = report.borderline
    _paragraph(console, ", ".join(f"{name}: {n:,}" for name, n in counts.items()))
    rows = [
        (f"{status.replace('_', ' ')}: {plain_reason(reason)}", count)
        for status, reasons in report.by_status_and_reason.items()
        for reason, count in reasons.items()
    ]
    table = pd.DataFrame(
        {"Rows": [f"{count:,}" for _, count in rows]}, index=[label for label, _ in rows]
    )
    console.print(*screen_tables(table, first="Answer and reason", width=console.width))


def _show_files(console: Console, found: Demonstration) -> None:
    _heading(console, "Written")
    for words, path in found.files:
        console.print(f"  {path}\n      {words}", soft_wrap=True)


def _show_findings(console: Console, found: Demonstration) -> None:
    from localarea.reports.demonstration import conclusion

    for finding in found.findings:
        _heading(console, f"What was found about {finding.place}")
        for sentence in conclusion(finding, found.council.default_option):
            _paragraph(console, sentence, "- ")
        closing = f"whether {finding.place} counts as local is the council's choice."
        _paragraph(console, f"The figures do not decide it: {closing}")
