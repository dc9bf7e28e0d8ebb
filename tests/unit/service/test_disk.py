"""A folder that cannot be written to, or has no room, is told as what it is."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from localarea.errors import FolderClosedError, NoRoomError
from localarea.service.state.disk import existing, is_closed, writing_into


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EACCES, FolderClosedError),
        (errno.EROFS, FolderClosedError),
        (errno.ENOSPC, NoRoomError),
        (errno.EIO, OSError),
    ],
)
def test_what_the_system_says_of_a_folder(number: int, told: type[Exception]) -> None:
    with pytest.raises(told) as caught, writing_into(Path("/srv/jobs")):
        raise OSError(number, os.strerror(number))
    assert isinstance(caught.value, FolderClosedError) is (told is FolderClosedError)


def test_a_folder_that_is_still_to_be_made_is_judged_by_the_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "not" / "yet"
    assert existing(folder) == tmp_path
    assert not is_closed(folder)
    monkeypatch.setattr(os, "access", lambda path, _: path != tmp_path)
    assert is_closed(folder)


def test_a_folder_in_one_that_may_not_be_looked_into_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exists(path: Path) -> bool:
        if path != tmp_path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return True

    monkeypatch.setattr(Path, "exists", exists)
    assert existing(tmp_path / "a" / "b") == tmp_path
