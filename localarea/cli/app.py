"""The Typer application, its commands, and the exit codes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from localarea.cli.areas.ttwa import ttwa
from localarea.cli.audit import audit_app
from localarea.cli.contracts import (  # noqa: F401 -- add their commands
    contract_files,
    contract_monitoring,
)
from localarea.cli.contracts.contracts import contracts_app
from localarea.cli.council import council_app
from localarea.cli.data.data import data_app
from localarea.cli.database import database_app
from localarea.cli.definitions.definitions import definitions_app
from localarea.cli.definitions.publish import publish
from localarea.cli.demo import demo
from localarea.cli.files.check import check, check_file
from localarea.cli.files.measures import measures
from localarea.cli.files.mending import mend
from localarea.cli.files.receipts import receipt
from localarea.cli.files.spend import spend
from localarea.cli.keys import keys_app
from localarea.cli.options.options import compare, options, scenario
from localarea.cli.questions import place, why
from localarea.cli.report import report
from localarea.cli.roads import isochrone, travel_times
from localarea.cli.serve import serve
from localarea.cli.shared.deployment import stated_settings
from localarea.cli.shared.progress import steps_shown
from localarea.cli.successors import successors_app
from localarea.cli.version import show_version
from localarea.errors import AuditError, DataError, LocalareaError
from localarea.geo.crs import without_network

EXIT_DONE, EXIT_INCOMPLETE, EXIT_BAD_INPUT, EXIT_DATA = 0, 1, 2, 3

app = typer.Typer(
    name="localarea",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _begin(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=show_version,
            is_eager=True,
            help="Show the version and the editions of the data.",
        ),
    ] = False,
) -> None:
    """Define "local" by travel-to-work areas, and check postcodes against it."""


app.command("check")(check)
app.command("check-file")(check_file)
app.command("receipt")(receipt)
app.command("mend")(mend)
app.command("publish")(publish)
app.command("options")(options)
app.command("scenario")(scenario)
app.command("compare")(compare)
app.command("place")(place)
app.command("why")(why)
app.command("report")(report)
app.command("travel-times")(travel_times)
app.command("isochrone")(isochrone)
app.command("measures")(measures)
app.command("spend")(spend)
app.command("demo")(demo)
app.command("serve")(serve)
app.command("ttwa")(ttwa)
app.add_typer(council_app, name="council")
app.add_typer(data_app, name="data")
app.add_typer(definitions_app, name="definitions")
app.add_typer(successors_app, name="successors")
app.add_typer(contracts_app, name="contracts")
app.add_typer(audit_app, name="audit")
app.add_typer(keys_app, name="keys")
app.add_typer(database_app, name="database")


def exit_code_of(error: LocalareaError) -> int:
    """Return the exit code for an error."""
    return EXIT_DATA if isinstance(error, DataError | AuditError) else EXIT_BAD_INPUT


def _option_of(error: LocalareaError, arguments: list[str]) -> str:
    """
    Format the option that an error is about; the library does not know option names.

    Blank if the command has no such option: what is wrong came by an argument or in a file.
    """
    parameter = getattr(error, "parameter", "")
    option = f"--{parameter.replace('_', '-')}"
    return f" ({option})" if parameter and option in _options_in(arguments) else ""


def _options_in(arguments: list[str]) -> set[str]:
    """Return the options of the command that was called."""
    command = typer.main.get_command(app)
    for word in arguments:
        command = getattr(command, "commands", {}).get(word, command)
    return {name for each in command.params for name in each.opts}


def _refuse_unknown_settings() -> None:
    """Raise an error for a misspelt setting, which commands would otherwise ignore."""
    stated_settings()


def run(arguments: list[str] | None = None) -> int:
    """Run one command; turn the package's errors into a message and an exit code."""
    without_network()
    try:
        _refuse_unknown_settings()
        with steps_shown():
            code = app(args=arguments, standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else EXIT_BAD_INPUT
    except LocalareaError as error:
        option = _option_of(error, sys.argv[1:] if arguments is None else arguments)
        sys.stderr.write(f"localarea: {error}{option}\n")
        return exit_code_of(error)
    except OSError as error:  # disk full, no permission: the user can fix it
        where = f" ({error.filename})" if error.filename else ""
        sys.stderr.write(f"localarea: the system says: {error.strerror or error}{where}\n")
        return EXIT_BAD_INPUT
    return int(code or EXIT_DONE)
