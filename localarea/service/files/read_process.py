"""
The process that reads what somebody sent, apart from the one that answers everybody.

A line of JSON on its standard input names the returns, payments or tables to read, and a folder
for what is written in passing. It writes on its standard output what it read, or what is wrong with
it, as JSON. It may use so much memory and time and no more: a file that is made to use them up ends
this process and nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from localarea.errors import FileFormatError, InputError, TableFaultsError

MEMORY: Final = 1 << 30  # bytes; returns of 5 MB need some hundred
SECONDS: Final = 60  # of processor time
TOO_MUCH: Final = "it needs more memory or time to read than a return does"
PASSING: Final = ".passing"  # ends the name of the folder for what is written in passing
HINT: Final = "delete blank columns and rows, and save it as a CSV file"


def main() -> None:
    """Read the files that are named, and write what they hold."""
    asked = json.loads(sys.stdin.readline())
    bound_process(MEMORY, SECONDS, Path(asked["near"]))
    try:
        if "payments" in asked:
            answer: dict[str, Any] = _read_payments(asked)
        elif "exchange" in asked:
            answer = _read_exchange([Path(path) for path in asked["exchange"]])
        else:
            answer = {"tables": _read([Path(path) for path in asked["paths"]])}
    except FileFormatError as error:
        answer = {"file": Path(error.path).name, "why": error.why, "hint": error.hint}
    except TableFaultsError as error:
        answer = {"places": error.places, "more": error.more}
    except InputError as error:
        answer = {"said": str(error), "parameter": error.parameter}
    except MemoryError:
        answer = {"file": "", "why": TOO_MUCH, "hint": HINT}
    json.dump(answer, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # what is left need not be taken down piece by piece


def bound_process(memory: int, seconds: int, near: Path) -> None:
    """
    Limit this process's memory and processor time, and what it leaves or says.

    Files in passing go to `near`, which whoever started this process deletes: those of an old
    workbook hold its rows, and a process that is killed leaves them where they are.
    """
    os.umask(0o077)
    with suppress(OSError):  # where it was removed meanwhile, its reader says so
        near.mkdir(exist_ok=True)
    tempfile.tempdir = str(near)
    warnings.showwarning = _say_nothing  # what a library warns of may hold a cell
    logging.lastResort = logging.NullHandler()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would hold home postcodes
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    with suppress(OSError):  # where memory runs out, this is the process to end
        Path("/proc/self/oom_score_adj").write_text("500")


def _say_nothing(*_: object, **__: object) -> None:
    """Take the place of what writes warnings to standard error."""


def _read(paths: list[Path]) -> list[dict[str, Any]]:
    from localarea.measures.returns import read_returns

    return [
        {
            "file": table.file,
            "kind": table.kind,
            "rows": table.cells.index.tolist(),
            "cells": {name: table.cells[name].tolist() for name in table.cells.columns},
            "too_wide": table.too_wide.tolist(),
            "blank": table.blank,
        }
        for table in read_returns(paths)
    ]


def _read_exchange(paths: list[Path]) -> dict[str, Any]:
    """Read tables of the register."""
    from localarea.contracts.exchange.files import read_every

    return {"tables": [table._asdict() for table in read_every(paths)]}


def _read_payments(asked: dict[str, Any]) -> dict[str, Any]:
    """Read payments; their columns of numbers go to a file."""
    from dataclasses import asdict

    import numpy as np

    from localarea.spend.addresses import read_suppliers, with_suppliers
    from localarea.spend.reading import read_payments

    paths = [Path(path) for path in asked["payments"]]
    found = read_payments(paths, wanted=asked["columns"])
    if asked["suppliers"]:
        found = with_suppliers(found, read_suppliers(Path(asked["suppliers"])))
    np.savez(asked["out"], **found.columns)  # type: ignore[arg-type]
    return {"tables": [asdict(table) for table in found.tables], "texts": found.texts}


if __name__ == "__main__":
    main()
