"""Where not every character can be written, a command says the same in plain signs."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout

import pytest

from localarea.cli.app import run
from localarea.cli.shared.plain_output import write_anywhere

MAIN = "from localarea.cli import main; main()"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_comparison_is_written_whole(encoding: str) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding)
    write_anywhere(out)
    with redirect_stdout(out):
        assert run(["compare", "district", "catchment"]) == 0
    out.flush()
    said = out.buffer.getvalue().decode(encoding)
    assert "Residents who work inside" in said
    assert "Tables and their vintages" in said  # the last line
    assert ("\N{BOX DRAWINGS LIGHT HORIZONTAL}" in said) is (encoding == "utf-8")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("\N{MINUS SIGN}3.2 \N{EN DASH} Ynys M\xf4n", b"-3.2 - Ynys M?n"),
        ("\N{POUND SIGN}5, \u6771", b"GBP 5, ?"),
    ],
)
def test_a_sign_that_is_lacking_has_one_that_means_the_same(said: str, written: bytes) -> None:
    out = io.TextIOWrapper(io.BytesIO(), "ascii")
    write_anywhere(out)
    out.write(said)
    out.flush()
    assert out.buffer.getvalue() == written  # type: ignore[attr-defined]


def test_a_process_without_a_locale_ends_well() -> None:
    env = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "place", "Ipswich"], env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode("cp1252")
    assert "Against taking it in" in said
    assert re.search(r"\(-[0-9.]+ points\)", said)  # a sign that cp1252 has not
    assert "The census of 2021 was taken in lockdown" in said  # the last line
