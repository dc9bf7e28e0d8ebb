"""Ask a process of its own, with an end to its time."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def ask_apart(module: str, question: dict[str, Any], *, seconds: float) -> dict[str, Any] | None:
    """
    Run a module that reads a line of JSON and answers with one.

    Parameters
    ----------
    seconds : float
        Processor time to which the module limits itself; by the clock it may take twice as long,
        since the machine may be busy.

    Returns
    -------
    dict or None
        The answer; None if the process was ended by a limit of its time or memory.
    """
    command = (sys.executable, "-m", module)
    try:
        done = subprocess.run(  # noqa: S603 -- nothing of the request is in the command
            command,
            input=json.dumps(question) + "\n",
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=2 * seconds,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return answer
