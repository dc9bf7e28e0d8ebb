"""
One LibreOffice for all tests of a worker, which converts one lot of files after another.

Beginning takes it as long as ten small workbooks. Another that is started with the same profile
hands its files to the one that is there and waits for them; and that one stays as long as a
document is open in it, so it is given one. Should it have died, the next to be started is it.

One that gets files while it opens that document may work on nothing for ever, about once in ten
beginnings. So it is left alone for a moment and then tried, and another is begun if it is stuck.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import openpyxl
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
XLSX: Final = "xlsx:Calc MS Excel 2007 XML"
# Quoted UTF-8, between commas or tabs; the ninth setting after these asks for every sheet.
CSV: Final = "csv:Text - txt - csv (StarCalc):44,34,76"
TSV: Final = "tsv:Text - txt - csv (StarCalc):9,34,76"
CSV_OF_EVERY_SHEET: Final = f"{CSV},,,,,,,,,-1"
_LONGEST: Final = 60.0  # seconds that it may take to begin
_CALM: Final = 1.0  # seconds after which none was seen to get stuck
_TRIAL: Final = 30.0  # seconds for one small workbook
_MOST_WORK: Final = 300.0  # seconds for a lot of files
_BEGINNINGS: Final = 4
_LOCK: Final = ".~lock.open.xlsx#"  # there as soon as it begins to open the document
# It ends with the tests, even where these are killed: what they are to write to it ends then.
_UNTIL_THEY_END = 'soffice "$@" & read nothing; kill 0'


class Office:
    """A LibreOffice with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        self.start = (f"-env:UserInstallation=file://{folder}/profile", "--headless")

    def convert(
        self, files: Iterable[Path], form: str, folder: Path, seconds: float = _MOST_WORK
    ) -> None:
        """Write every file in a form, such as ``pdf``, into a folder."""
        to = ("--convert-to", form, "--outdir", str(folder))
        subprocess.run(
            ["soffice", *self.start, *to, *map(str, files)],
            check=True,
            capture_output=True,
            timeout=seconds,
        )


@contextmanager
def office_in(folder: Path) -> Iterator[Office]:
    """Have a LibreOffice as long as this is entered; one that has been seen to convert."""
    office = Office(folder)
    for name in ("open.xlsx", "trial.xlsx"):
        openpyxl.Workbook().save(folder / name)
    for _ in range(_BEGINNINGS):
        with _begun(office, folder) as process:
            if _converts(office, folder):
                yield office
                return
            with suppress(ProcessLookupError):  # it may not end when it is asked to
                os.killpg(process.pid, signal.SIGKILL)
        (folder / _LOCK).unlink(missing_ok=True)
    raise RuntimeError(f"LibreOffice got stuck {_BEGINNINGS} times with one empty workbook")


@contextmanager
def _begun(office: Office, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Have it running with a document open."""
    with subprocess.Popen(
        ["sh", "-c", _UNTIL_THEY_END, "sh", *office.start, "--norestore", folder / "open.xlsx"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        until = time.monotonic() + _LONGEST
        while not (folder / _LOCK).exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(_CALM)
        yield process


def _converts(office: Office, folder: Path) -> bool:
    try:
        office.convert([folder / "trial.xlsx"], "ods", folder, _TRIAL)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return False
    return (folder / "trial.ods").exists()
