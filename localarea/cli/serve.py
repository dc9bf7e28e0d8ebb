"""The command ``serve``."""

from __future__ import annotations

import gc
import os
from typing import Annotated

import typer

from localarea.cli import LOOKED_AFTER
from localarea.extras import extra


def serve(
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on; default 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port; default 8000.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, max=64, help="Processes that answer requests; default 1."),
    ] = None,
) -> None:
    """Run the web service: pages and JSON API."""
    # Worker processes read the settings from the environment.
    stated = {"HOST": host, "PORT": port, "WORKERS": workers}
    for name, value in stated.items():
        if value is not None:
            os.environ[f"LOCALAREA_{name}"] = str(value)
    with extra("service"):
        from localarea.service.server.server import run
    gc.set_threshold(*LOOKED_AFTER)  # the command line's are for what ends soon
    run()
