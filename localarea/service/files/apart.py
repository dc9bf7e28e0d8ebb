"""Ask a process of its own, with an end to its time."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def ask_apart(
    command: Sequence[str], question: dict[str, Any], *, seconds: float
) -> dict[str, Any] | None:
    """
    Run a command that reads a line of JSON and answers with one.

    ``seconds``: processor time to which the command limits itself; by the clock it may take twice
    as long, since the machine may be busy. Returns the answer; None if the process was ended by a
    limit of its time or memory.
    """
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
