"""The script that makes the environment, in a folder that only looks like a checkout."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_an_environment_is_not_made_anew_through_a_link(repository: Path, tmp_path: Path) -> None:
    """It would be taken from under another checkout, which goes on using it."""
    theirs, checkout = tmp_path / "theirs", tmp_path / "checkout"
    theirs.mkdir()
    (theirs / "stamp").write_text("of another lock\n", encoding="utf-8")
    (checkout / "scripts").mkdir(parents=True)
    for name in ("requirements.lock", "pyproject.toml"):
        (checkout / name).write_text("", encoding="utf-8")
    script = shutil.copy(repository / "scripts" / "environment", checkout / "scripts")
    (checkout / ".venv").symlink_to(theirs)
    done = subprocess.run(["bash", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "remove the link first" in done.stderr
    assert [path.name for path in theirs.iterdir()] == ["stamp"]
