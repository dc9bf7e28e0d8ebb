"""The command ``contracts report``."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- typer reads the annotation when the app is made
from typing import Annotated

import typer

from localarea.cli.answers import say
from localarea.cli.arguments import CouncilName
from localarea.cli.contracts import contracts_app, council_of, series_for
from localarea.cli.deployment import open_decisions, open_definitions
from localarea.errors import FileFormatError


@contracts_app.command("report")
def report(
    out: Annotated[Path, typer.Option("--out", help="File to write: .pdf, .docx or .html.")],
    learnt: Annotated[
        Path | None,
        typer.Option("--learnt", help="Text file of what was learnt, a line of the report each."),
    ] = None,
    council: CouncilName = None,
) -> None:
    """Write the report to Cabinet on social value: small counts are withheld."""
    from localarea.contracts.register import contracts, returns
    from localarea.reports.cabinet.write import renderer_for, write_report
    from localarea.reports.contracts.document import social_value_document
    from localarea.reports.contracts.facts import SocialValueFacts, read_lessons, titles_of
    from localarea.settings import read_settings

    renderer_for(out)  # fail before anything is released
    lessons = read_lessons(_text(learnt)) if learnt else ()
    titles = titles_of(open_definitions(read_settings().definitions_dir))
    where, today = council_of(council), datetime.now(UTC).date()
    with closing(open_decisions()) as database:
        series = series_for(database, where.key, internal=False)
        with database.reading() as connection:
            kept = contracts(connection, council=where.key)
            sent = {k.contract.reference: returns(connection, k.contract.reference) for k in kept}
    facts = SocialValueFacts(
        tuple(series), tuple(kept), sent, today,
        priority=tuple(where.priority_measures), titles=titles, lessons=lessons,
    )  # fmt: skip
    write_report(social_value_document(facts, author=where.title, dated=today), out)
    say(f"written: {out}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(path, f"it cannot be read as UTF-8 text ({error})") from None
