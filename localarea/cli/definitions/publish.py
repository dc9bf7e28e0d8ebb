"""The command ``publish``."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.shared.arguments import AsJson, BorderlineMin, CouncilName, WithAuthorities
from localarea.cli.shared.numbers import finite
from localarea.cli.shared.progress import show_step
from localarea.errors import FileFormatError, InputError
from localarea.records import british_day

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
from localarea.cli.definitions.definitions import (
    document_of,
    folder_of_definitions,
    print_definition,
)
from localarea.cli.shared.answers import say


def publish(
    option: Annotated[
        str, typer.Argument(help="An option such as ttwa-official, or a scenario's TOML file.")
    ],
    purpose: Annotated[str, typer.Option("--purpose", help="Purpose: measure or reservation.")],
    definition_id: Annotated[
        str, typer.Option("--id", help="Permanent identifier, such as colchester-measure-2026.1.")
    ],
    by: Annotated[str, typer.Option("--by", help="Who approved it.")],
    role: Annotated[str, typer.Option("--role", help="Job title.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it was chosen.")],
    start: Annotated[
        str | None, typer.Option("--from", help="First day in force, YYYY-MM-DD; default today.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Last day in force; default until further notice.")
    ] = None,
    minute: Annotated[
        str, typer.Option("--minute", help="Minute that gives the approver authority.")
    ] = "",
    approved_on: Annotated[
        str | None, typer.Option("--approved-on", help="Day of the approval; default today.")
    ] = None,
    supersede: Annotated[
        str | None, typer.Option("--supersede", help="Id of the definition that it replaces.")
    ] = None,
    borderline_m: Annotated[
        float,
        typer.Option(
            "--borderline-m",
            min=0,
            max=1_000_000,
            callback=finite,
            help="Metres from the boundary that count as borderline.",
        ),
    ] = 500.0,
    borderline_min: BorderlineMin = None,
    name: Annotated[
        str, typer.Option("--name", help="Public name of the area; default the option's title.")
    ] = "",
    backdated_because: Annotated[
        str,
        typer.Option("--backdated-because", help="Reason for starting in the past, if it does."),
    ] = "",
    half_left_out: Annotated[
        str,
        typer.Option(
            "--half-left-out",
            help="Reason for leaving out a named half of the council's mandate, if it does.",
        ),
    ] = "",
    others: WithAuthorities = None,
    council: CouncilName = None,
    as_json: AsJson = False,
) -> None:
    """Approve an option as a definition, and record who approved it and why."""
    from localarea.cli.shared.deployment import open_council, open_decisions, open_store
    from localarea.decisions.publication import ApprovedOption, enact
    from localarea.decisions.record.roles import Actor
    from localarea.definitions.faults import is_day
    from localarea.definitions.terms import Approval
    from localarea.options.membership import compute_options
    from localarea.options.reserving import with_authorities

    today = british_day(datetime.now(UTC)).isoformat()
    approval = Approval(
        id=definition_id,
        purpose=purpose,  # type: ignore[arg-type]  # another value is refused below
        approved_by=by,
        role=role,
        reason=reason,
        approved_on=approved_on or today,
        effective_from=start or today,
        effective_to=end,
        supersedes=supersede,
        minute=minute,
        borderline_m=borderline_m,
        borderline_min=borderline_min,
        title=name,
        backdated_because=backdated_because,
        half_left_out=half_left_out,
    )
    if is_day(approval.approved_on) and approval.approved_on > today:
        raise InputError(
            f"it cannot have been approved on {approval.approved_on}, which is to come: name that "
            "day with --approved-on, and the first day in force with --from"
        )
    store = open_store()
    chosen = open_council(None, council, store)
    what = ApprovedOption(
        option=_candidate(with_authorities(option, others or ()), chosen, store),
        council=chosen,
        approval=approval,
        proposal_id=None,
        options=lambda: compute_options(chosen, store=store),
        store=store,
    )
    kept = folder_of_definitions()
    show_step("indexing every postcode")
    with closing(open_decisions()) as database:
        made = enact(database, kept, what, actor=Actor(by, "approver", role), now=datetime.now(UTC))
    show_step("")
    if made.repeated:
        say(f"{made.definition.id} is already on record with the same details; nothing was changed")
    elif approval.effective_from < approval.approved_on and not backdated_because:
        say(
            f"note: it begins on {approval.effective_from}, before it is approved, so answers "
            "given since then change, and the record has no reason for that: --backdated-because "
            "states it"
        )
    if purpose == "reservation":
        say(
            "note: the area follows the rules of SI 2026/94 as docs/methods/reservation.md reads "
            "them; whether it is lawful for a contract is for a lawyer to decide. This is not "
            "legal advice."
        )
    opened = kept.open(made.definition.id)
    print_definition(document_of(opened) | {"file": opened.path}, as_json=as_json)


def _candidate(text: str, council: Council, store: DataStore) -> Option:
    if not text.lower().endswith(".toml"):
        from localarea.options.membership import option_zones

        return option_zones(text, council, store=store)
    from localarea.comparison.scenario import Scenario

    read = getattr(Scenario, "from_toml", None)
    if read is None:
        raise InputError("scenarios cannot be read from TOML here; name an option")
    try:
        scenario = read(Path(text).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(text, f"it cannot be read ({error})") from error
    option: Option = scenario.option(council, store=store)
    return option
