"""Published payments that were sent: counted at once, and nothing of them kept."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from fastapi import UploadFile

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.errors import FileFormatError, InputError, TooLargeError
from localarea.service import clock
from localarea.service.files.reading import read_payments_apart
from localarea.service.files.uploads import tidy_name
from localarea.service.pictures import DRAWING

if TYPE_CHECKING:
    from localarea.records import Option
    from localarea.service.files.runner import JobRunner
    from localarea.service.state import State
    from localarea.spend.report import SpendReport

MOST_MB: Final = 20
MOST_FILES: Final = 24
MOST_LISTED: Final = 500  # faults, repeats and suppliers in an answer
Shape = Literal["json", "xlsx", "html", "pdf", "docx"]
MEDIA_TYPES: Final[dict[str, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class SpendQuestion:
    """What is to be counted, beside the files."""

    option: str | None = None
    definition: str | None = None
    on: str | None = None
    by: str | None = None
    columns: tuple[str, ...] = ()


def count_spend(
    state: State,
    runner: JobRunner,
    files: Sequence[UploadFile],
    suppliers: UploadFile | None,
    question: SpendQuestion,
    options: Sequence[Option] | None = None,
) -> SpendReport:
    """
    Count payments. They are on disk, for this process alone, while they are being read.

    Parameters
    ----------
    options : sequence of Option, optional
        Options to count them under as well; by default all of the council's.

    Raises
    ------
    InputError, NotFoundError
        If something in them or in the question cannot be used.
    TooLargeError
        If they are larger than what is counted while somebody waits.
    """
    from localarea.spend.asked import read_breakdowns, read_columns
    from localarea.spend.report import report_spend

    sent = [file for file in files if file.filename]
    book = suppliers if suppliers is not None and suppliers.filename else None
    if not sent or len(sent) > MOST_FILES:
        raise InputError(f"choose 1 to {MOST_FILES} files of payments")
    every = [*sent, *([book] if book else [])]
    if sum(file.size or 0 for file in every) > MOST_MB * 1_000_000:
        raise TooLargeError("the files together", f"{MOST_MB} MB")
    read_breakdowns(question.by)
    columns = read_columns(question.columns)
    asked = BoundaryChoice(option=question.option, definition=question.definition, on=question.on)
    classifier = state.classifier(asked)
    with runner.passing_folder() as folder:
        paths = [_write(file, folder / str(at)) for at, file in enumerate(sent)]
        listed = _write(book, folder / "suppliers") if book else None
        payments = read_payments_apart(paths, columns, listed, folder / "columns.npz")
    beside = state.session.options if options is None else options
    return report_spend(
        payments,
        classifier,
        beside,
        methods={spec.id for spec in state.council.options},
        store=state.store,
    )


def _write(file: UploadFile, folder: Path) -> Path:
    from localarea.spend.reading import ENDINGS

    path = folder / tidy_name(file.filename or "")
    if path.suffix.lower() not in ENDINGS:
        raise FileFormatError(path.name, f"payments are read from {', '.join(ENDINGS)}")
    folder.mkdir()
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target)
    return path


def written_spend(state: State, report: SpendReport, by: str | None, shape: Shape) -> bytes:
    """Write a report as a file."""
    from localarea.reports.spend.write import write_spend
    from localarea.spend.asked import read_breakdowns

    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        path = Path(folder) / f"spend.{shape}"
        dated = date.fromisoformat(clock.today())
        names = read_breakdowns(by)
        write_spend(report, path, names, author=state.authority, dated=dated, store=state.store)
        return path.read_bytes()


def spend_pictures(state: State, report: SpendReport) -> dict[str, tuple[str, str]]:
    """Draw the charts and the map, as addresses that hold the picture, with their words."""
    from localarea.reports.spend.pictures import write_bars, write_map

    found: dict[str, tuple[str, str]] = {}
    if not report.whole.rows:
        return found
    with tempfile.TemporaryDirectory(prefix="localarea-") as name:
        folder = Path(name)
        for breakdown in ("quarter", "category"):
            path = folder / f"{breakdown}.png"
            with DRAWING:
                alt = write_bars(report.by[breakdown], path, f"Net spend by {breakdown}")
            found[breakdown] = _address(path), alt
        path = folder / "map.png"
        with DRAWING:
            alt = write_map(report, path, store=state.store)
        found["district"] = _address(path), alt
    return found


def _address(path: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
