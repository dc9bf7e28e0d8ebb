"""
What one worker has worked out, read by the others: pictures, zones of options, figures.

Each of the four workers would draw the same maps and choose the same zones again, for minutes of
processor time. What is kept lies in the caches of this run of the tests and goes with them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOLDER: Final = "between-workers"


def once_for_all(kind: str, about: object, make: Callable[[], Any]) -> Any:
    """
    Work something out in one worker; those that ask meanwhile wait, and read what it found.

    Parameters
    ----------
    kind : str
        What is worked out, for the name of its file.
    about : object
        All that the answer rests on; its ``repr`` says everything, and the same in each process.
    """
    homes = os.environ.get("TESTS_HOMES")
    if not (homes and os.environ.get("PYTEST_XDIST_WORKER")):
        return make()  # a lone process has nobody to share with
    name = hashlib.sha256(repr(about).encode()).hexdigest()
    folder = Path(homes) / _FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / f"{kind}-{name}"
    with path.open("a+b") as file, _locked(file):
        file.seek(0)
        if kept := file.read():
            return pickle.loads(kept)  # noqa: S301 -- written by a worker of this run
        found = make()
        file.write(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
        file.flush()
        return found


@contextmanager
def _locked(file: BinaryIO) -> Iterator[None]:
    """Hold a file's lock; a process that is copied meanwhile does not keep it."""
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
