"""Published payments that were sent: how they are taken in, counted at once, written and drawn."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol

from fastapi import UploadFile

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.errors import FileFormatError, InputError, TooLargeError
from localarea.service.files.reading import read_payments_apart
from localarea.service.files.uploads import tidy_name
from localarea.service.state import clock
from localarea.service.study.pictures import DRAWING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from localarea.records import Option
    from localarea.service.state.state import State
    from localarea.spend.report import SpendReport

MOST_MB: Final = 20
MOST_FILES: Final = 24
_AS_JOB: Final = "larger ones are counted as a job, on the page Spend or with Prefer: respond-async"
SUPPLIERS: Final = "suppliers"  # folder of the list beside the payments
MOST_LISTED: Final = 500  # faults, repeats and suppliers in an answer
WrittenShape = Literal["xlsx", "html", "pdf", "docx"]
Shape = Literal["json", WrittenShape]
MEDIA_TYPES: Final[dict[str, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class Passing(Protocol):
    """What gives a folder for as long as files are read, such as the runner of jobs."""

    def passing_folder(self) -> AbstractContextManager[Path]:
        """Return the folder."""


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
    runner: Passing,
    files: Sequence[UploadFile],
    suppliers: UploadFile | None,
    question: SpendQuestion,
    options: Sequence[Option] | None = None,
) -> SpendReport:
    """
    Count payments. They are on disk, for this process alone, while they are being read.

    ``options``: options to count them under as well; by default all of the council's. InputError or
    NotFoundError if something in them or in the question cannot be used. TooLargeError if they are
    larger than what is counted while somebody waits.
    """
    from localarea.spend.asked import read_breakdowns, read_columns
    from localarea.spend.report import report_spend

    chosen, book = chosen_files(files, suppliers, most_mb=MOST_MB)
    read_breakdowns(question.by)
    columns = read_columns(question.columns)
    asked = BoundaryChoice(option=question.option, definition=question.definition, on=question.on)
    classifier = state.classifier(asked)
    with runner.passing_folder() as folder:
        paths, listed = laid_out(chosen, book, folder)
        payments = read_payments_apart(paths, columns, listed, folder / "columns.npz")
    beside = state.session.options if options is None else options
    return report_spend(
        payments,
        classifier,
        beside,
        methods={spec.id for spec in state.council.options},
        store=state.store,
    )


def chosen_files(
    files: Sequence[UploadFile], suppliers: UploadFile | None, *, most_mb: int
) -> tuple[list[UploadFile], UploadFile | None]:
    """Return what a form has: files of payments, and a list of suppliers if there is one."""
    sent = [file for file in files if file.filename]
    book = suppliers if suppliers is not None and suppliers.filename else None
    if not sent or len(sent) > MOST_FILES:
        raise InputError(f"choose 1 to {MOST_FILES} files of payments")
    every = [*sent, *([book] if book else [])]
    if sum(file.size or 0 for file in every) > most_mb * 1_000_000:
        raise TooLargeError(
            "the files together", f"{most_mb} MB", hint=_AS_JOB if most_mb == MOST_MB else ""
        )
    return sent, book


def laid_out(
    sent: Sequence[UploadFile], book: UploadFile | None, folder: Path
) -> tuple[list[Path], Path | None]:
    """Write files to a folder, each in one of its own, since their names may be the same."""
    paths = [_write(file, folder / f"{at:02}") for at, file in enumerate(sent)]
    return paths, _write(book, folder / SUPPLIERS) if book else None


def files_in(folder: Path) -> tuple[list[Path], Path | None]:
    """Return the files that `laid_out` wrote."""
    paths = sorted(path for path in folder.glob("*/*") if path.parent.name != SUPPLIERS)
    return paths, next((folder / SUPPLIERS).glob("*"), None)


def _write(file: UploadFile, folder: Path) -> Path:
    from localarea.spend.reading import ENDINGS

    path = folder / tidy_name(file.filename or "")
    if path.suffix.lower() not in ENDINGS:
        raise FileFormatError(path.name, f"payments are read from {', '.join(ENDINGS)}")
    folder.mkdir(mode=0o700)
    path.touch(mode=0o600)
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
        write_spend(report, path, by=names, author=state.authority, dated=dated, store=state.store)
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
