"""What the commands ``check`` and ``check-file`` answer, free of Typer for a quick start."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from localarea.classify.boundary import BORDERLINE_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.classify.classifier import Classifier
    from localarea.records import Verdict

EXIT_DONE, EXIT_INCOMPLETE = 0, 1


def answer(classifier: Classifier, postcodes: Sequence[str], *, as_json: bool, strict: bool) -> int:
    """Check postcodes, print the verdicts, and give the exit code."""
    verdicts = classifier.check_many(postcodes)
    if as_json:
        print_json([verdict.as_dict() for verdict in verdicts])
    else:
        show(verdicts)
    incomplete = strict and any(verdict.status == "unknown" for verdict in verdicts)
    return EXIT_INCOMPLETE if incomplete else EXIT_DONE


def classifier_for(
    option: str | None = None,
    definition: str | None = None,
    on: str | None = None,
    council: str | None = None,
    borderline_m: float = BORDERLINE_M,
    anchor: str | None = None,
) -> Classifier:
    """Make the classifier that the options of a command ask for."""
    _require_answerable(option, definition, on, borderline_m)
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.datasets.store import DataStore, default_store
    from localarea.options.council import council_of_anchor
    from localarea.options.membership import option_zones
    from localarea.options.minutes import anchor_minutes

    store = default_store()
    # Reading settings costs half as much as the whole answer: only where there are any.
    if any(name.upper().startswith("LOCALAREA_") for name in os.environ):
        from localarea.settings import Settings

        settings = Settings()
        council = council or settings.council
        if settings.data_dir or settings.cache_dir:
            store = DataStore(settings.data_dir, settings.cache_dir)
    chosen = council_of_anchor(anchor, council=council, store=store)
    name = option or chosen.default_option
    boundary = boundary_of_option(
        option_zones(name, chosen, store=store),
        default=name == chosen.default_option,
        borderline_m=borderline_m,
    )
    return Classifier(boundary, store=store, minutes=anchor_minutes(chosen, store=store))


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


def print_json(document: Any) -> None:
    """Print one JSON document in UTF-8, whatever the terminal."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    # Text from a command line may hold what no encoding can write.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.flush()


def show(verdicts: Sequence[Verdict]) -> None:
    """Print one verdict as sentences, several as a table."""
    if len(verdicts) == 1:
        (verdict,) = verdicts
        text = f"{verdict.postcode}: {_answer(verdict)}\n{verdict.explanation}\n"
        sys.stdout.buffer.write(printable(text).encode("utf-8", "replace"))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    colours = {"local": "green", "not_local": "red", "unknown": "yellow"}
    table = Table(show_lines=True)
    for heading in ("Postcode", "Answer", "Why"):
        table.add_column(heading)
    for verdict in verdicts:
        cells = (verdict.postcode, _answer(verdict), verdict.explanation)
        postcode, answer, why = (escape(printable(cell)) for cell in cells)
        table.add_row(postcode, f"[{colours[verdict.status]}]{answer}[/]", why)
    Console().print(table)


def _answer(verdict: Verdict) -> str:
    return verdict.status.replace("_", " ") + (" (borderline)" if verdict.borderline else "")


def printable(text: str) -> str:
    """Replace what would move the cursor or colour the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
