"""Have returns read by a process of their own, with an end to its memory and its time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from localarea.errors import FileFormatError
from localarea.service.files.apart import ask_apart
from localarea.service.files.read_process import HINT, SECONDS, TOO_MUCH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.measures.returns import ReturnTable

_COMMAND: Final = (sys.executable, "-m", "localarea.service.files.read_process")


def read_apart(paths: Sequence[Path]) -> list[ReturnTable]:
    """
    Read returns in a process of their own.

    Raises
    ------
    FileFormatError
        If one cannot be read, or takes more memory or time than a return does.
    """
    import numpy as np
    import pandas as pd

    from localarea.measures.returns import ReturnTable

    question = {"paths": [str(path) for path in paths]}
    said = ask_apart(_COMMAND, question, seconds=SECONDS)
    if said is None:
        raise FileFormatError(paths[0].name, TOO_MUCH, hint=HINT)
    if "tables" not in said:
        raise FileFormatError(said["file"] or paths[0].name, said["why"], hint=said["hint"])
    return [
        ReturnTable(
            table["file"],
            table["kind"],
            pd.DataFrame(
                table["cells"], index=pd.Index(table["rows"], dtype="int64"), dtype=object
            ),
            np.array(table["too_wide"], bool),
            table["blank"],
        )
        for table in said["tables"]
    ]
