"""Work that is killed again and again, each time at another moment."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A copy of the process does the work, so that what the work imports is imported once.
_AGAIN = """
import os, signal, sys, threading
for after in sys.stdin:
    if os.fork() == 0:
        threading.Timer(float(after), os.kill, (os.getpid(), signal.SIGKILL)).start()
        work()
        os._exit(0)
    os.wait()
    print(flush=True)
"""


@contextmanager
def mortal(code: str, *arguments: str) -> Iterator[Callable[[float], None]]:
    """
    Give what does some work in a process of its own, and kills that after so many seconds.

    The code defines ``work``, does beforehand what need not be done each time, and writes
    nothing on its standard output.
    """
    command = [sys.executable, "-c", code + _AGAIN, *arguments]
    pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=quiet, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def kill_after(seconds: float) -> None:
            print(seconds, file=process.stdin, flush=True)
            assert process.stdout.readline() == "\n", "it ended before it was killed"

        yield kill_after
        process.stdin.close()
