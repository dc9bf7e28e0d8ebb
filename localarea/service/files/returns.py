"""Returns of staff and spend that were sent: counted at once, and nothing of them kept."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fastapi import UploadFile

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.errors import EmptyResultError, FileFormatError, InputError, TooLargeError
from localarea.service.files.reading import read_apart, read_exchange_apart
from localarea.service.files.uploads import tidy_name
from localarea.service.study.pictures import DRAWING
from localarea.tables.workbooks.workbook_limits import open_safely

if TYPE_CHECKING:
    from localarea.contracts.exchange.files import ReadTable as ExchangeTable
    from localarea.measures.report import MeasuresReport
    from localarea.measures.returns import ReturnTable
    from localarea.service.files.runner import JobRunner
    from localarea.service.state.state import State

MOST_MB: Final = 5
MOST_UNPACKED_MB: Final = 100
MOST_FILES: Final = 10
_ENDINGS: Final = (".csv", ".tsv", ".txt", ".xlsx")


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be counted, beside the returns."""

    option: str | None = None
    definition: str | None = None
    on: str | None = None
    rule: str | None = None
    until: str | None = None
    contract: str | None = None


def count_returns(
    state: State, runner: JobRunner, files: Sequence[UploadFile], question: Question
) -> MeasuresReport:
    """
    Count returns. They are on disk, for this process alone, while they are being read.

    InputError or NotFoundError if something in them or in the question cannot be used; no content
    of cells is reported. TooLargeError if they are larger than a return is.
    """
    from localarea.measures.report import measure_returns
    from localarea.measures.rules import read_rule

    sent = require_fit(files)
    until = _last_day(question.until)
    rule = read_rule(question.rule)
    asked = BoundaryChoice(option=question.option, definition=question.definition, on=question.on)
    classifier = state.classifier(asked)
    tables, _ = read_sent(runner, sent)
    report = measure_returns(tables, classifier, rule, until=until)
    if question.contract is not None and question.contract not in report.contracts:
        raise InputError("the returns have no contract of that name", parameter="contract")
    return report


def require_fit(
    files: Sequence[UploadFile], *, what: str = "returns of staff, spend or visits"
) -> list[UploadFile]:
    """Return the files that were sent, if they are as many and as large as returns are."""
    sent = [file for file in files if file.filename]
    if not sent or len(sent) > MOST_FILES:
        raise InputError(f"choose 1 to {MOST_FILES} files: {what}")
    if sum(file.size or 0 for file in sent) > MOST_MB * 1_000_000:
        raise TooLargeError("the files together", f"{MOST_MB} MB")
    return sent


def read_sent(runner: JobRunner, sent: Sequence[UploadFile]) -> tuple[list[ReturnTable], list[str]]:
    """
    Read returns that were sent, apart from this process, and the SHA-256 of each file.

    FileFormatError or TooLargeError if one cannot be read; no content of cells is reported.
    """
    with _written(runner, sent) as paths:
        hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
        return read_apart(paths), hashes


def read_tables(runner: JobRunner, sent: Sequence[UploadFile]) -> list[ExchangeTable]:
    """
    Read tables of the register that were sent, apart from this process.

    FileFormatError, TableFaultsError or TooLargeError if some cannot be read; no content of cells
    is reported.
    """
    with _written(runner, sent) as paths:
        return read_exchange_apart(paths)


@contextmanager
def _written(runner: JobRunner, sent: Sequence[UploadFile]) -> Iterator[list[Path]]:
    """Keep files on disk, for this process alone, while they are being read."""
    with runner.passing_folder() as folder:
        paths = [_write(file, folder / str(at)) for at, file in enumerate(sent)]
        for path in paths:
            try:
                _require_small(path)
            except FileFormatError as error:
                raise FileFormatError(path.name, error.why, hint=error.hint) from None
        yield paths


def _require_small(path: Path) -> None:
    """Refuse a workbook that unpacks to more than is counted while somebody waits."""
    if path.suffix.lower() == ".xlsx":
        _, sizes = open_safely(path)
        if sum(sizes.values()) > MOST_UNPACKED_MB * 1_000_000:
            raise TooLargeError(path.name, f"{MOST_UNPACKED_MB} MB unpacked", hint="send it as CSV")


def _last_day(text: str | None) -> int | None:
    try:
        return date.fromisoformat(text).toordinal() if text else None
    except ValueError:
        raise InputError("the last day counted must be a date such as 2026-03-31") from None


def _write(file: UploadFile, folder: Path) -> Path:
    path = folder / tidy_name(file.filename or "")
    if path.suffix.lower() not in _ENDINGS:
        raise FileFormatError(path.name, "these are read from .csv, .tsv or .xlsx")
    folder.mkdir()
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target)
    return path


def share_picture(report: MeasuresReport, *, contract: str | None) -> str:
    """Draw the local share of spend as an address that holds the picture; blank without one."""
    from localarea.reports.print_maps.measures_chart import write_share_chart

    share = report.local_share()
    if share.empty:
        return ""
    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        try:
            with DRAWING:
                path = write_share_chart(share, Path(folder) / "share.svg", contract=contract)
        except EmptyResultError:
            return ""
        drawn = base64.b64encode(path.read_bytes()).decode("ascii")
    return f"data:image/svg+xml;base64,{drawn}"


def blank_returns() -> bytes:
    """Return the workbook to fill in."""
    from localarea.measures.exports import write_template

    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        path = Path(folder) / "returns.xlsx"
        write_template(path)
        return path.read_bytes()


def lines_of(report: MeasuresReport, *, contract: str | None) -> list[dict[str, Any]]:
    """Return the figures as lines for a page, those withheld without their figure."""
    from localarea.measures.exports import figures_of

    table = figures_of(report, internal=False, proxies=None, contract=contract)
    table = table.astype(object).where(table.notna(), None)
    return [{str(k): v for k, v in line.items()} for line in table.to_dict(orient="records")]
