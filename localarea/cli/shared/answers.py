"""Answers of ``check`` and ``check-file``, without importing Typer, for a quick start."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any, Final

from localarea.cli.shared.deployment import open_definitions, open_store, stated_settings
from localarea.definitions.boundary_choice import (
    DEFAULT_COUNCIL,
    BoundaryChoice,
    Nearness,
    choose_classifier,
    reservation_classifier,
)
from localarea.records import british_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from localarea.classify.classifier import Classifier
    from localarea.classify.evidence import Evidence
    from localarea.definitions.reserved import Reserved
    from localarea.records import Verdict

EXIT_DONE, EXIT_INCOMPLETE = 0, 1
_OUTWARD: Final = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?", re.IGNORECASE)
_INWARD: Final = re.compile(r"[0-9][A-Z]{2}", re.IGNORECASE)

_AS_STATED: Final = Nearness()


def answer(
    classifier: Classifier,
    postcodes: Sequence[str],
    *,
    as_json: bool,
    strict: bool,
    evidence: Callable[[Verdict], Evidence] | None = None,
    reserving: Classifier | None = None,
) -> int:
    """Check postcodes, print the verdicts and return the exit code."""
    verdicts = classifier.check_many(postcodes)
    more: list[Mapping[str, Evidence | Reserved]] = [{} for _ in verdicts]
    said: list[list[str]] = [[] for _ in verdicts]
    if reserving is not None:
        from localarea.definitions.reserved import both_sentences, reserved_of

        for at, (verdict, text) in enumerate(zip(verdicts, postcodes, strict=True)):
            inside = reserved_of(reserving, text)
            more[at] = {"reservation": inside}
            said[at].append(both_sentences(verdict, inside))
    if evidence is not None:
        for at, verdict in enumerate(verdicts):
            found = evidence(verdict)
            more[at] = {**more[at], "evidence": found}
            said[at].append(found.sentence())
    if as_json:
        print_json(
            [
                verdict.as_dict() | {name: also.as_dict() for name, also in beside.items()}
                for verdict, beside in zip(verdicts, more, strict=True)
            ]
        )
    else:
        show(verdicts, [" ".join(filter(None, sentences)) for sentences in said])
    for first, second in pairwise(postcodes):
        if _OUTWARD.fullmatch(first) and _INWARD.fullmatch(second):
            say(
                f"note: {first} and {second} were checked as two postcodes; if they are one, put "
                f'it in quotation marks: "{first} {second}"'
            )
    return _exit_code(verdicts, strict=strict)


def _exit_code(verdicts: Sequence[Verdict], *, strict: bool) -> int:
    incomplete = strict and any(verdict.status == "unknown" for verdict in verdicts)
    return EXIT_INCOMPLETE if incomplete else EXIT_DONE


def evidence_for(
    classifier: Classifier, council: str | None, anchor: str | None = None
) -> Callable[[Verdict], Evidence]:
    """Build the collector of further evidence for a definition or the council's options."""
    from localarea.classify.evidence import gatherer

    return gatherer(classifier.boundary, options_beside(classifier, council, anchor))


def options_beside(
    classifier: Classifier, council: str | None, anchor: str | None = None
) -> list[tuple[str, set[str]]]:
    """Return the ids and zones of the options to count a postcode in, for the evidence."""
    opened = classifier.opened
    if opened is not None:
        return [(o, set(z)) for o, z in opened.lists["options"]]
    from localarea.cli.shared.deployment import open_council
    from localarea.options.membership import compute_options

    store = open_store()
    options = compute_options(open_council(anchor, council, store), store=store)
    return [(o.id, set(o.zones)) for o in options]


def classifier_for(
    option: str | None = None,
    definition: str | None = None,
    on: str | None = None,
    council: str | None = None,
    near: Nearness = _AS_STATED,
    anchor: str | None = None,
) -> Classifier:
    """Build the classifier that the command's options describe."""
    settings = stated_settings()
    own = settings.council if settings else DEFAULT_COUNCIL
    return choose_classifier(
        BoundaryChoice(option, definition, on, council or own, anchor, near, own),
        open_definitions(settings.definitions_dir if settings else None),
        today=british_day(datetime.now(UTC)).isoformat(),
        store=open_store,
    )


def reserving_for(
    option: str | None = None,
    definition: str | None = None,
    on: str | None = None,
    council: str | None = None,
    anchor: str | None = None,
) -> Classifier | None:
    """Build the classifier of the definition for reserving contracts, if one is in force."""
    settings = stated_settings()
    council = council or (settings.council if settings else None)
    return reservation_classifier(
        BoundaryChoice(option, definition, on, council, anchor),
        open_definitions(settings.definitions_dir if settings else None),
        today=british_day(datetime.now(UTC)).isoformat(),
    )


def print_json(document: Any) -> None:
    """Print one JSON document as UTF-8, whatever the terminal's encoding."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    # Arguments may hold lone surrogates, which cannot be encoded.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.flush()


def show(verdicts: Sequence[Verdict], more: Sequence[str] = ()) -> None:
    """Print one verdict as sentences, or several as a table."""
    said = [verdict.explanation for verdict in verdicts]
    reasons = [" ".join(filter(None, both)) for both in zip_longest(said, more)]
    if len(verdicts) == 1:
        (verdict,) = verdicts
        text = f"{verdict.postcode}: {_answer(verdict)}\n{reasons[0]}\n"
        sys.stdout.buffer.write(printable(text).encode("utf-8", "replace"))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    colours = {"local": "green", "not_local": "red", "unknown": "yellow"}
    table = Table(show_lines=True)
    for heading in ("Postcode", "Answer", "Why"):
        table.add_column(heading)
    for verdict, reason in zip(verdicts, reasons, strict=True):
        cells = (verdict.postcode, _answer(verdict), reason)
        postcode, answer, why = (escape(printable(cell)) for cell in cells)
        table.add_row(postcode, f"[{colours[verdict.status]}]{answer}[/]", why)
    Console().print(table)


def _answer(verdict: Verdict) -> str:
    return verdict.status.replace("_", " ") + (" (borderline)" if verdict.borderline else "")


def printable(text: str) -> str:
    """Replace control characters, which could move the cursor or colour the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def say(text: str) -> None:
    """Write a line to the standard error stream, without what could steer a terminal."""
    sys.stderr.write(printable(text).encode("utf-8", "replace").decode("utf-8") + "\n")
