"""Read returns in a process of their own, with limits of memory and time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import FileFormatError, InputError, TableFaultsError
from localarea.service.files.apart import ask_apart
from localarea.service.files.read_process import HINT, PASSING, SECONDS, TOO_MUCH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.contracts.exchange.files import ReadTable as ExchangeTable
    from localarea.measures.returns import ReturnTable
    from localarea.spend.payments import Payments

_COMMAND: Final = (sys.executable, "-m", "localarea.service.files.read_process")


def read_apart(paths: Sequence[Path]) -> list[ReturnTable]:
    """
    Read returns in a process of their own.

    FileFormatError if one cannot be read, or takes more memory or time than a return does.
    """
    import numpy as np
    import pandas as pd

    from localarea.measures.returns import ReturnTable

    question = {"paths": [str(path) for path in paths], "near": _near(paths)}
    said = ask_apart(_COMMAND, question, seconds=SECONDS)
    said = _require_read(said, paths)
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


def read_payments_apart(
    paths: Sequence[Path], columns: dict[str, str], suppliers: Path | None, near: Path
) -> Payments:
    """
    Read payments in a process of their own.

    Parameters
    ----------
    columns : dict of str to str
        Headers that were named, by role.
    suppliers : pathlib.Path or None
        List of suppliers, for missing postcodes.
    near : pathlib.Path
        File to write the columns of numbers to, which ends in ``.npz``.

    Raises
    ------
    FileFormatError
        If one cannot be read, or takes more memory or time than a request may.
    """
    import numpy as np

    from localarea.spend.payments import Payments, ReadTable

    asked = {
        "payments": [str(path) for path in paths],
        "columns": columns,
        "suppliers": str(suppliers) if suppliers else "",
        "out": str(near),
        "near": _near(paths),
    }
    said = _require_read(ask_apart(_COMMAND, asked, seconds=SECONDS), paths)
    with np.load(near) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    tables = (
        ReadTable(**{**t, "notes": tuple(t["notes"]), "apart_rows": tuple(t["apart_rows"])})
        for t in said["tables"]
    )
    texts = {name: tuple(known) for name, known in said["texts"].items()}
    return Payments(tuple(tables), held, texts)


def read_exchange_apart(paths: Sequence[Path]) -> list[ExchangeTable]:
    """
    Read tables of the register in a process of their own.

    FileFormatError if one cannot be read, or takes more memory or time than a request may.
    TableFaultsError if that is so of several sheets or files.
    """
    from localarea.contracts.exchange.files import ReadTable as ExchangeTable

    question = {"exchange": [str(path) for path in paths], "near": _near(paths)}
    said = _require_read(ask_apart(_COMMAND, question, seconds=SECONDS), paths)
    return [
        ExchangeTable(one["where"], one["kind"], [(number, row) for number, row in one["rows"]])
        for one in said["tables"]
    ]


def _near(paths: Sequence[Path]) -> str:
    """Return the folder for what is written in passing; it goes with the files that were sent."""
    return str(paths[0].with_name(PASSING))


def _require_read(said: dict[str, Any] | None, paths: Sequence[Path]) -> dict[str, Any]:
    """Return what the other process read, or raise the error that it met."""
    if said is None:  # ended by one of its limits
        raise FileFormatError(paths[0].name, TOO_MUCH, hint=HINT)
    if "places" in said:
        raise TableFaultsError("exchange", said["places"], said["more"])
    if "said" in said:
        raise InputError(said["said"], parameter=said["parameter"])
    if "tables" not in said:
        raise FileFormatError(said["file"] or paths[0].name, said["why"], hint=said["hint"])
    return said
