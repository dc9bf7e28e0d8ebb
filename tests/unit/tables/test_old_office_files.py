"""Old Office files are told by their directory, wherever in the file it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localarea.tables.file_kinds import kind_of_content

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512


def old_file(path: Path, stream: str, *, sector: int, shift: int = 9) -> Path:
    """Write an old Office file ([MS-CFB]) whose directory is in a sector far from its start."""
    header = bytearray(SECTOR)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = shift.to_bytes(2, "little")
    header[48:52] = sector.to_bytes(4, "little")
    entries = b"".join(
        name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", stream)
    )
    path.write_bytes(bytes(header) + bytes(sector * SECTOR) + entries.ljust(SECTOR, b"\0"))
    return path


@pytest.mark.parametrize("sector", [0, 1, 6_000])  # LibreOffice writes it last: here after 3 MB
@pytest.mark.parametrize(
    ("stream", "kind"),
    [("Workbook", "an old .xls workbook"), ("WordDocument", "an old Word document")],
)
def test_the_directory_is_where_the_header_says(
    tmp_path: Path, sector: int, stream: str, kind: str
) -> None:
    found = kind_of_content(old_file(tmp_path / "file.xls", stream, sector=sector))
    assert found is not None
    assert found.name == kind


@pytest.mark.parametrize("shift", [0, 8, 60])
def test_a_header_that_cannot_be_is_not_followed(tmp_path: Path, shift: int) -> None:
    found = kind_of_content(old_file(tmp_path / "file.xls", "Workbook", sector=6_000, shift=shift))
    assert found is not None
    assert found.name.startswith("an old .xls workbook, or one protected")
