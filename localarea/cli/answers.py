"""What the commands ``check`` and ``check-file`` answer, free of Typer for a quick start."""

from __future__ import annotations

import json
import os
import sys
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localarea.classify.classifier import Classifier
    from localarea.classify.evidence import Evidence
    from localarea.datasets.store import DataStore
    from localarea.records import Verdict
    from localarea.settings import Settings

EXIT_DONE, EXIT_INCOMPLETE = 0, 1
_FOR_TESTS: Final = frozenset({"LOCALAREA_RAW", "LOCALAREA_TEST_POSTGRESQL"})  # no settings


class Nearness(NamedTuple):
    """What ``--borderline-m`` and ``--borderline-min`` said; None where they were left out."""

    metres: float | None = None
    minutes: float | None = None

    def flag(self) -> str | None:
        """Name the flag that was given, if any."""
        if self.metres is not None:
            return "--borderline-m"
        return None if self.minutes is None else "--borderline-min"


_AS_STATED: Final = Nearness()


def answer(
    classifier: Classifier,
    postcodes: Sequence[str],
    *,
    as_json: bool,
    strict: bool,
    evidence: Callable[[Verdict], Evidence] | None = None,
) -> int:
    """Check postcodes, print the verdicts, and give the exit code."""
    verdicts = classifier.check_many(postcodes)
    more = [evidence(verdict) for verdict in verdicts] if evidence else []
    if as_json:
        documents = [verdict.as_dict() for verdict in verdicts]
        if evidence:
            pairs = zip(documents, more, strict=True)
            documents = [document | {"evidence": found.as_dict()} for document, found in pairs]
        print_json(documents)
    else:
        show(verdicts, [found.sentence() for found in more])
    incomplete = strict and any(verdict.status == "unknown" for verdict in verdicts)
    return EXIT_INCOMPLETE if incomplete else EXIT_DONE


def evidence_for(
    classifier: Classifier, council: str | None, anchor: str | None = None
) -> Callable[[Verdict], Evidence]:
    """Make what gathers the further evidence: of a definition, or of the council's options."""
    from localarea.classify.evidence import gatherer

    return gatherer(classifier.boundary, options_beside(classifier, council, anchor))


def options_beside(
    classifier: Classifier, council: str | None, anchor: str | None = None
) -> list[tuple[str, set[str]]]:
    """Give the options to say in how many of them a postcode is local: their ids and zones."""
    opened = classifier.opened
    if opened is not None:
        return [(o, set(z)) for o, z in opened.lists["options"]]
    from localarea.cli.deployment import open_council, open_store
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
    """Make the classifier that the options of a command ask for."""
    from datetime import UTC, datetime

<<<<<<< HEAD
    from localarea.classify.selection import Request, choose_classifier
=======
    The definition that is named; else the option that is named; else the definition in force
    on the day; else the council's default option.
    """
    _require_answerable(option, definition, on, near)
    from localarea.classify.classifier import Classifier
>>>>>>> 2a35632fd845871ea43aa6fb6055b7662e97cc34
    from localarea.cli.deployment import open_definitions

    settings = _settings()
    council = council or (settings.council if settings else None)
<<<<<<< HEAD
    return choose_classifier(
        Request(option, definition, on, council, anchor, borderline_m),
        open_definitions(settings.definitions_dir if settings else None),
        today=datetime.now(UTC).date().isoformat(),
        store=lambda: _store(settings),
    )
=======
    definitions = open_definitions(settings.definitions_dir if settings else None)
    why = "No definition has been published yet"
    if definition is not None:
        if on is not None:
            definitions.require_in_force(definition, on)
        return Classifier.under(definitions.open(definition))
    if option is not None:
        why = "An option was asked for and no published definition" if definitions.ids() else why
    elif anchor is None and definitions.ids():
        found = _in_force(definitions, on, council, near)
        if isinstance(found, Classifier):
            return found
        why = found
    return _under_option(option, council, anchor, near, why, settings)
>>>>>>> 2a35632fd845871ea43aa6fb6055b7662e97cc34


def _settings() -> Settings | None:
    """Read the settings, where there are any: it costs half as much as the whole answer."""
    named = {name.upper() for name in os.environ if name.upper().startswith("LOCALAREA_")}
    if not named - _FOR_TESTS:
        return None
    from localarea.settings import Settings

    return Settings()


<<<<<<< HEAD
def _store(settings: Settings | None) -> DataStore:
=======
def _in_force(
    definitions: DefinitionStore,
    on: str | None,
    council: str | None,
    near: Nearness,
) -> Classifier | str:
    """Check against the definition in force on a day, or say that none is."""
    from datetime import UTC, datetime

    from localarea.classify.classifier import Classifier
    from localarea.classify.definition import day_name

    day = on or datetime.now(UTC).date().isoformat()
    kept = definitions.in_force(day, council=council or _DEFAULT_COUNCIL)
    if kept is None:
        return f"No definition for measures is in force on {day_name(day)}"
    if near.flag():
        _refuse_distance(kept.definition.id, near)
    return Classifier.under(definitions.open(kept.definition.id))


def _under_option(
    option: str | None,
    council: str | None,
    anchor: str | None,
    near: Nearness,
    why: str,
    settings: Settings | None,
) -> Classifier:
    from localarea.classify.boundary import BORDERLINE_M, BORDERLINE_MIN, boundary_of_option
    from localarea.classify.classifier import Classifier
>>>>>>> 2a35632fd845871ea43aa6fb6055b7662e97cc34
    from localarea.datasets.store import DataStore, default_store

    if settings and (settings.data_dir or settings.cache_dir):
<<<<<<< HEAD
        return DataStore(settings.data_dir, settings.cache_dir)
    return default_store()
=======
        store = DataStore(settings.data_dir, settings.cache_dir)
    chosen = council_of_anchor(anchor, council=council or _DEFAULT_COUNCIL, store=store)
    name = option or chosen.default_option
    boundary = boundary_of_option(
        option_zones(name, chosen, store=store),
        default=name == chosen.default_option,
        borderline_m=BORDERLINE_M if near.metres is None else near.metres,
        borderline_min=BORDERLINE_MIN if near.minutes is None else near.minutes,
        why=why,
    )
    if near.minutes is not None and boundary.drive is None:
        from localarea.errors import InputError

        raise InputError(
            f"option {name!r} was not drawn by minutes, so it has no limit to be near; leave "
            "--borderline-min out, or name a drive option such as drive-30"
        )
    return Classifier(boundary, store=store, minutes=anchor_minutes(chosen, store=store))


def _require_answerable(
    option: str | None, definition: str | None, on: str | None, near: Nearness
) -> None:
    from localarea.errors import InputError

    if option is not None and definition is not None:
        raise InputError("give --option or --definition, not both")
    if near.metres is not None and not 0 <= near.metres <= 1_000_000:
        raise InputError(f"--borderline-m must be 0 to 1,000,000 metres, not {near.metres}")
    if near.minutes is not None and not 0 <= near.minutes <= 600:
        raise InputError(f"--borderline-min must be 0 to 600 minutes, not {near.minutes}")
    if on is not None:
        _require_date(on)
    if definition is not None and near.flag():
        _refuse_distance(definition, near)


def _refuse_distance(definition: str, near: Nearness) -> None:
    from localarea.errors import InputError

    raise InputError(
        f"what is borderline is part of the definition {definition}; leave {near.flag()} out, "
        "or name an option with --option"
    )


def _require_date(text: str) -> None:
    from datetime import date

    from localarea.errors import InputError

    try:
        whole = date.fromisoformat(text).isoformat() == text  # not 20260401, nor a week
    except ValueError:
        whole = False
    if not whole:
        raise InputError(f"--on must be a date such as 2026-04-01, not {text!r}")
>>>>>>> 2a35632fd845871ea43aa6fb6055b7662e97cc34


def print_json(document: Any) -> None:
    """Print one JSON document in UTF-8, whatever the terminal."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    # Text from a command line may hold what no encoding can write.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.flush()


def show(verdicts: Sequence[Verdict], more: Sequence[str] = ()) -> None:
    """Print one verdict as sentences, several as a table."""
    said = [" ".join(filter(None, both)) for both in zip_longest(map(_why, verdicts), more)]
    if len(verdicts) == 1:
        (verdict,) = verdicts
        text = f"{verdict.postcode}: {_answer(verdict)}\n{said[0]}\n"
        sys.stdout.buffer.write(printable(text).encode("utf-8", "replace"))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    colours = {"local": "green", "not_local": "red", "unknown": "yellow"}
    table = Table(show_lines=True)
    for heading in ("Postcode", "Answer", "Why"):
        table.add_column(heading)
    for verdict, reason in zip(verdicts, said, strict=True):
        cells = (verdict.postcode, _answer(verdict), reason)
        postcode, answer, why = (escape(printable(cell)) for cell in cells)
        table.add_row(postcode, f"[{colours[verdict.status]}]{answer}[/]", why)
    Console().print(table)


def _why(verdict: Verdict) -> str:
    return verdict.explanation


def _answer(verdict: Verdict) -> str:
    return verdict.status.replace("_", " ") + (" (borderline)" if verdict.borderline else "")


def printable(text: str) -> str:
    """Replace what would move the cursor or colour the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
