"""The commands ``contracts add``, ``list``, ``show`` and ``return``."""

from __future__ import annotations

import hashlib
import tomllib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from localarea.cli.shared.answers import classifier_for, print_json, printable, say
from localarea.cli.shared.arguments import AsJson, CouncilName
from localarea.cli.shared.deployment import (
    open_council,
    open_decisions,
    open_definitions,
    open_store,
    operator,
)
from localarea.cli.shared.numbers import number_of
from localarea.errors import FileFormatError
from localarea.records import british_day

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from localarea.contracts.kept import KeptContract
    from localarea.contracts.standing import Series
    from localarea.decisions.database import Database
    from localarea.definitions.store import DefinitionStore
    from localarea.measures.rules import Proxies
    from localarea.options.council import Council

contracts_app = typer.Typer(
    help="The register of contracts: pledges, returns, and what was delivered.",
    no_args_is_help=True,
)

Reference = Annotated[str, typer.Argument(metavar="REF", help="Reference of the contract.")]
Internal = Annotated[
    bool, typer.Option("--internal", help="Show small counts; do not share the output.")
]
ProxyFile = Annotated[
    Path | None,
    typer.Option(
        "--proxies", help="TOML file with proxy values, for money; by default those on record."
    ),
]
_SHOWN: Final = 20  # lines of rows listed on a terminal


def council_of(name: str | None) -> Council:
    """Open the council whose register it is."""
    return open_council(None, name, open_store())


def _definitions() -> DefinitionStore:
    from localarea.settings import read_settings

    return open_definitions(read_settings().definitions_dir)


@contracts_app.command("add")
def add(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="The contract as a TOML file.")],
    supersedes: Annotated[
        int | None,
        typer.Option(
            "--supersedes", min=1, max=1_000_000, help="Version that this corrects: the newest."
        ),
    ] = None,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Enter a contract, or a correction of one."""
    from localarea.contracts.freezing import freeze
    from localarea.contracts.model import parse_contract
    from localarea.contracts.reading import contract_document
    from localarea.contracts.recounting import notes_on_recounting
    from localarea.contracts.register import enter_contract, returns, versions
    from localarea.contracts.terms_notes import notes_on_terms

    key = council_of(council).key
    definitions = _definitions()
    contract = freeze(parse_contract(_read(source)), definitions, council=key)
    with closing(open_decisions()) as database:
        kept = enter_contract(
            database,
            contract,
            council=key,
            actor=operator(),
            now=datetime.now(UTC),
            supersedes=supersedes,
        )
        with database.reading() as connection:
            entered = versions(connection, contract.reference)
            sent = returns(connection, contract.reference)
    if kept.repeated:
        say(f"{contract.reference} is on the register with the same details; nothing was changed")
    notes = notes_on_terms(contract, definitions) + notes_on_recounting(entered, sent)
    if as_json:
        print_json(contract_document(kept, notes))
        return
    typer.echo(_headline(kept))
    for note in notes:
        say(f"note: {note}")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileFormatError(path, f"it cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileFormatError(path, f"it is not TOML: {error}") from None


def _headline(kept: KeptContract) -> str:
    contract = kept.contract
    return printable(
        f"{contract.reference} version {kept.version}: {contract.title}, {contract.supplier}, "
        f"{contract.first_day} to {contract.last_day}, GBP {contract.value:,}, "
        f"under {contract.definition}, rule {contract.rule} version {contract.rule_version}"
    )


@contracts_app.command("list")
def list_contracts(council: CouncilName = None, as_json: AsJson = False) -> None:
    """List the contracts on the register."""
    from localarea.contracts.reading import contract_document
    from localarea.contracts.register import contracts
    from localarea.contracts.terms_notes import notes_on_terms

    key = council_of(council).key
    with closing(open_decisions()) as database, database.reading() as connection:
        found = contracts(connection, council=key)
    if as_json:
        known = _definitions()
        print_json([contract_document(one, notes_on_terms(one.contract, known)) for one in found])
        return
    for kept in found:
        typer.echo(_headline(kept))
    if not found:
        typer.echo("No contracts have been entered yet.")


@contracts_app.command("show")
def show(
    reference: Reference,
    internal: Internal = False,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Show a contract: what was pledged, and what was delivered."""
    from localarea.contracts.progress import progress
    from localarea.contracts.reading import contract_document, plain
    from localarea.contracts.recounting import notes_on_recounting
    from localarea.contracts.register import find_contract, returns, versions
    from localarea.contracts.terms_notes import notes_on_terms

    where = council_of(council)
    with closing(open_decisions()) as database:
        with database.reading() as connection:
            kept = find_contract(connection, reference, council=where.key)
            sent = returns(connection, kept.contract.reference)
            entered = versions(connection, kept.contract.reference)
        series = series_for(database, where.key, internal=internal)
    found = plain(
        progress(
            series,
            kept.contract,
            sent,
            on=british_day(datetime.now(UTC)),
            priority=where.priority_measures,
            internal=internal,
        )
    )
    lines = found["measures"]
    notes = notes_on_terms(kept.contract, _definitions()) + notes_on_recounting(entered, sent)
    if as_json:
        print_json({**found, **contract_document(kept, notes)})
        return
    typer.echo(_headline(kept))
    for note in notes:
        typer.echo(printable(note))
    for line in lines:
        first = " (priority)" if line["priority"] else ""
        typer.echo(f"{line['measure']}  {line['title']}, {line['unit']}{first}")
        for part in (*line["by_quarter"], {**line, "quarter": "all quarters"}):
            typer.echo(f"  {part['quarter']:<12}  {say_progress(part)}")
        if line["status"]:
            typer.echo(f"  expected by now {line['expected'] or '-'}: {line['status']}")
    for reason in found["reasons"]:
        typer.echo(f"at risk: {reason}")
    for quarter in found["waiting"]:
        typer.echo(f"the return of {quarter} waits to be accepted")
    for milestone in kept.contract.milestones:
        typer.echo(printable(f"milestone {milestone.due}: {milestone.title}"))


def series_for(database: Database, council: str, *, internal: bool) -> list[Series]:
    """Return all figures that hold: as they are, or as they leave the council."""
    from localarea.contracts.reading import register_series
    from localarea.contracts.releases import released_series

    if internal:
        with database.reading() as connection:
            return register_series(connection, council=council)
    return released_series(database, council=council, actor=operator(), now=datetime.now(UTC))


def held_values(connection: Connection, council: str) -> Proxies | None:
    """Return the proxy values on record; without any there is no money."""
    from localarea.contracts.value.worth import held_proxies

    held = held_proxies(connection, council)
    return held.proxies if held else None


def say_progress(part: dict[str, Any]) -> str:
    """Write what was delivered and pledged on a line."""
    figure = "withheld" if part["withheld"] else part["delivered"] or "-"
    return f"delivered {figure:>12}  pledged {part['target'] or '-':>12}"


@contracts_app.command("return")
def send(
    reference: Reference,
    quarter: Annotated[
        str, typer.Argument(metavar="QUARTER", help="Quarter of the return, as '2026-27 Q1'.")
    ],
    sources: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="All returns of the quarter.")
    ],
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Count the return of a quarter, and keep its figures; no row of it is kept."""
    from localarea.contracts.counting import count_return, require_quarter
    from localarea.contracts.reading import notes_on, return_document
    from localarea.contracts.register import enter_return, find_contract
    from localarea.measures.returns import read_returns

    key = council_of(council).key
    with closing(open_decisions()) as database:
        with database.reading() as connection:
            kept = find_contract(connection, reference, council=key)
        require_quarter(kept.contract, quarter)
        tables = read_returns(sources)
        hashes = [hashlib.sha256(source.read_bytes()).hexdigest() for source in sources]
        classifier = classifier_for(definition=kept.contract.definition, council=key)
        counted = count_return(kept.contract, quarter, tables, hashes, classifier)
        entered = enter_return(database, kept, counted, actor=operator(), now=datetime.now(UTC))
    names = [table.file for table in tables]
    notes = notes_on(entered, names)
    if as_json:
        print_json({**return_document(entered), "notes": notes})
        return
    typer.echo(f"{reference}, {quarter}, version {entered.version}")
    for tally in counted.receipt["returns"]:
        name = names[tally["return"] - 1]
        typer.echo(
            printable(
                f"{name}: {number_of(tally['rows'], 'row')} = {tally['counted']:,} counted + "
                f"{tally['refused']:,} refused + {tally['outside_quarter']:,} of other quarters + "
                f"{tally['other_contract']:,} of other contracts"
            )
        )
    for note in notes[:_SHOWN]:
        say(note)
    if len(notes) > _SHOWN:
        say(f"and {len(notes) - _SHOWN:,} more; the JSON document lists every one")
