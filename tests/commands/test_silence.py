"""What libraries warn of, log and raise does not reach whoever uses the command line."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from options_county import make_store

from localarea.cli.shared.progress import show_step, steps_shown

if TYPE_CHECKING:
    from pathlib import Path

    from twin_country import Twin

MAIN = "from localarea.cli import main; main()"
PLANT = """
import logging, sys, warnings
import localarea.options.membership as membership
plain = membership.compute_options
def noisy(*given, **named):
    warnings.warn("PLANTED by a library", stacklevel=1)
    warnings.warn("PLANTED", DeprecationWarning, stacklevel=1)
    logging.getLogger("some.library").warning("PLANTED in a log")
    logging.getLogger("localarea.options").warning("PLANTED in our log")
    {more}
    return plain(*given, **named)
membership.compute_options = noisy
sys.argv = ["localarea", *sys.argv[1:]]
from localarea.cli import main
main()
"""
CHILD = (
    "import subprocess; subprocess.run([sys.executable, '-c', "
    "\"import warnings; warnings.warn('PLANTED in a child')\"], check=True)"
)
FAULT = "raise RuntimeError('PLANTED in /srv/secret/folder')"


def planted(more: str, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "default", "-c", PLANT.replace("{more}", more), *arguments],
        env={**os.environ, **changed},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the settings of a county, for what is said there is what would be said of a country."""
    root = str(make_store(tmp_path_factory.mktemp("county")).root)
    return {
        "LOCALAREA_DATA_DIR": root,
        "LOCALAREA_CACHE_DIR": root,
        "LOCALAREA_COUNCIL": "anchorton",
    }


@pytest.mark.parametrize("more", ["pass", CHILD])
def test_warnings_and_logs_of_libraries_are_not_shown(more: str, county: dict[str, str]) -> None:
    done = planted(more, "options", "--json", **county)
    assert done.returncode == 0
    assert json.loads(done.stdout)["options"]
    assert done.stderr == ""


def test_a_fault_that_nobody_foresaw_is_a_sentence() -> None:
    done = planted(FAULT, "options", "--json")
    assert done.returncode == 70
    assert done.stdout == ""
    assert "unexpected error (RuntimeError)" in done.stderr
    assert "LOCALAREA_LOG_LEVEL=debug" in done.stderr
    for word in ("Traceback", "PLANTED", "/srv/secret"):
        assert word not in done.stderr


def test_details_are_shown_to_whoever_asks_for_them() -> None:
    done = planted(FAULT, "options", "--json", LOCALAREA_LOG_LEVEL="debug")
    assert done.returncode == 70
    assert "Traceback" in done.stderr
    assert "PLANTED in /srv/secret/folder" in done.stderr
    assert "PLANTED by a library" in done.stderr


# A group of sparklines as Excel writes it: below the cells, in a list of extensions.
SPARKLINES = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroups '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup>'
    "<x14:sparklines><x14:sparkline><xm:f>Sheet!A1:A2</xm:f><xm:sqref>C1</xm:sqref>"
    "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """A workbook with sparklines, which openpyxl warns of and would leave out."""
    book, plain = openpyxl.Workbook(), tmp_path / "plain.xlsx"
    for row in (["Supplier", "Postcode"], ["One", "CO1 1JB"], ["Two", "IP1 1DH"]):
        book.active.append(row)
    book.save(plain)
    path = tmp_path / "rich.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</worksheet>", SPARKLINES.encode() + b"</worksheet>")
            target.writestr(name, content)
    return path


def test_what_a_library_does_not_know_stays_without_a_word(rich: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "check-file", str(rich)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    with zipfile.ZipFile(rich.with_name("rich.checked.xlsx")) as checked:
        assert SPARKLINES in checked.read("xl/worksheets/sheet1.xml").decode()
    for word in ("Warning", "warn(", "openpyxl", ".py"):
        assert word not in done.stderr


class Terminal:
    """A stream that says it is a terminal, or that it is none."""

    def __init__(self, *, terminal: bool) -> None:
        self.terminal, self.text = terminal, ""

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        """Nothing waits to be written."""


@pytest.mark.parametrize("terminal", [True, False])
def test_steps_are_shown_on_a_terminal_and_go_away(
    terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Terminal(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    with steps_shown():
        log = logging.getLogger("localarea.options.minutes.compute")
        log.info("computing minutes")
        log.info("computed", extra={"done": True})
        show_step("drawing")
        show_step("")
    if not terminal:
        assert stream.text == ""
        return
    assert "computing minutes..." in stream.text
    assert stream.text.endswith("\r\x1b[K")
    assert not logging.getLogger("localarea").handlers


MINUTES_ALONE = """
title = "Ipswich Borough Council"
anchor = "Ipswich"
default_option = "drive-30"
[options.drive-30]
method = "drive"
title = "Within 30 minutes' drive"
minutes = 30
"""


def test_minutes_are_computed_silently_in_a_pipe(twin: Twin, tmp_path: Path) -> None:
    council = tmp_path / "ipswich.toml"
    council.write_text(MINUTES_ALONE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "options", "--json"],
        env={
            **os.environ,
            "XDG_CACHE_HOME": str(tmp_path),
            "HOME": str(tmp_path),
            "LOCALAREA_DATA_DIR": str(twin.data),
            "LOCALAREA_CACHE_DIR": str(tmp_path / "empty"),
            "LOCALAREA_COUNCIL": str(council),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["anchor"] == "Ipswich"
    assert done.stderr == ""
    assert list((tmp_path / "empty").rglob("*.parquet")), "no minutes were computed"
