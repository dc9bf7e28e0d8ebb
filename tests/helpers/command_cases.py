"""The command line in this process: starting one of its own is no part of what most tests ask."""

from __future__ import annotations

import io
from contextlib import chdir, nullcontext, redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest

from localarea.cli.app import run
from localarea.cli.quick import answer_quickly

if TYPE_CHECKING:
    from pathlib import Path


def commanded(
    *arguments: str, folder: Path | None = None, **environment: str
) -> CompletedProcess[str]:
    """
    Run a command as ``main`` does, with settings and in a folder; give what a process would.

    What silences libraries for a whole process is left out: under pytest a warning is a failure.
    """
    out, error = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with (
        pytest.MonkeyPatch.context() as patch,
        chdir(folder) if folder else nullcontext(),
        redirect_stdout(out),
        redirect_stderr(error),
    ):
        for name, value in environment.items():
            patch.setenv(name, value)
        code = answer_quickly(arguments)
        code = run(list(arguments)) if code is None else code
    out.flush(), error.flush()
    said = [stream.buffer.getvalue().decode("utf-8") for stream in (out, error)]
    return CompletedProcess(arguments, code, *said)
