"""Names of files that were sent: bare, and short enough for any system of files."""

from __future__ import annotations

import pytest

from localarea.service.files.uploads import tidy_name


@pytest.mark.parametrize("letter", ["a", "é", "ŵ", "\N{GRINNING FACE}"])
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet", ""])
def test_a_long_name_fits_a_disk_and_keeps_its_ending(letter: str, ending: str) -> None:
    made = tidy_name(letter * 300 + ending)
    assert made.endswith(f"{letter}{ending}")
    assert len(made.encode()) <= 200  # systems of files take 255 bytes


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\A Person\\staff.csv", "staff.csv"),
        ("a/b\\..\\staff?.csv", "staff.csv"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}vsc.exe", "vsc.exe"),
        ("..", "file"),
        ("", "file"),
        ("notes.of.a.meeting", "notes.of.a.meeting"),
        ("a." + "b" * 300, "a." + "b" * 148),
    ],
)
def test_a_name_is_bare(sent: str, kept: str) -> None:
    assert tidy_name(sent) == kept
