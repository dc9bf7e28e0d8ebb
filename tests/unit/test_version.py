"""The version: that of the tag, of what was built, and of a copy that has neither."""

from __future__ import annotations

import datetime
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

import localarea
from localarea.version import newest_release, version

if TYPE_CHECKING:
    from pathlib import Path

BEING_MADE = (
    "# Changelog\n\n## Unreleased\n\n- more\n\n## 0.2.0 (1 March 2026)\n\n## 0.1.0 (1 May 2025)\n"
)
RELEASED = BEING_MADE.replace("## Unreleased\n\n- more\n\n", "")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a folder that looks like a checkout, without git."""
    (tmp_path / "localarea").mkdir()
    (tmp_path / "CHANGELOG.md").write_text(BEING_MADE, encoding="utf-8")
    return tmp_path


def git(folder: Path, *words: str) -> str:
    own = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "tag.gpgSign=false")
    command = ["git", *own, "-c", "commit.gpgSign=false", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def commit(folder: Path, times: int = 1) -> str:
    for _ in range(times):
        git(folder, "commit", "--quiet", "--allow-empty", "--message", "work")
    return git(folder, "rev-parse", "--short=12", "HEAD")


def test_a_tag_gives_its_version_and_what_follows_it_is_of_the_next(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = checkout / "localarea"
    git(checkout, "init", "--quiet")
    first = commit(checkout)
    assert version(package) == f"0.2.1.dev0+g{first}"  # no tag: after what the changelog dates
    git(checkout, "tag", "wave-7")
    git(checkout, "tag", "v0.3.0")
    assert version(package) == "0.3.0"
    last = commit(checkout, times=3)
    assert version(package) == f"0.3.1.dev3+g{last}"
    assert Version("0.3.0") < Version(version(package)) < Version("0.3.1")
    git(checkout, "tag", "--annotate", "v0.4.0", "--message", "0.4.0")
    assert version(package) == "0.4.0"
    # A hook of git names its own checkout, which may be another.
    monkeypatch.setenv("GIT_DIR", str(checkout / "nowhere"))
    assert version(package) == "0.4.0"
    # Without the program git, or where it refuses, the changelog is all there is.
    monkeypatch.setenv("PATH", str(checkout))
    assert version(package) == "0.2.1.dev0"


@pytest.mark.parametrize(
    ("changelog", "stated"), [(BEING_MADE, "0.2.1.dev0"), (RELEASED, "0.2.0"), (None, "0.0.1.dev0")]
)
def test_a_copy_without_git_has_that_of_the_changelog(
    checkout: Path, changelog: str | None, stated: str
) -> None:
    if changelog is None:
        (checkout / "CHANGELOG.md").unlink()
    else:
        (checkout / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    assert version(checkout / "localarea") == stated


def test_a_clone_of_a_release_without_its_tag_says_its_commit_too(checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text(RELEASED, encoding="utf-8")
    git(checkout, "init", "--quiet")
    only = commit(checkout)
    assert version(checkout / "localarea") == f"0.2.0+g{only}"


def test_a_source_distribution_and_a_wheel_carry_theirs(checkout: Path) -> None:
    about = checkout / "PKG-INFO"
    about.write_text("Metadata-Version: 2.4\nName: other\nVersion: 9.0\n", encoding="utf-8")
    assert version(checkout / "localarea") == "0.2.1.dev0"
    about.write_text("Metadata-Version: 2.4\nName: localarea\nVersion: 0.5.0\n", encoding="utf-8")
    assert version(checkout / "localarea") == "0.5.0"
    (checkout / "localarea" / "VERSION").write_text("0.6.0\n", encoding="utf-8")
    assert version(checkout / "localarea") == "0.6.0"


def test_what_names_the_version_agrees(repository: Path) -> None:
    assert localarea.__version__.split("+")[0] == version().split("+")[0]
    released = newest_release(repository)
    assert Version(localarea.__version__) >= Version(released)
    said = re.search(rf"^## {released} \((.+)\)$", _text(repository, "CHANGELOG.md"), re.MULTILINE)
    assert said is not None
    day = datetime.datetime.strptime(said[1], "%d %B %Y").replace(tzinfo=datetime.UTC).date()
    citation = _text(repository, "CITATION.cff")
    assert re.findall(r"^version: (.+)$", citation, re.MULTILINE) == [released]
    assert re.findall(r"^date-released: (.+)$", citation, re.MULTILINE) == [day.isoformat()]
    for name in (
        "scripts/container/Dockerfile",
        "scripts/container/compose.yaml",
        "docs/deployment.md",
    ):
        images = re.findall(r"localarea:(\d[\w.]*)", _text(repository, name))
        assert images, name
        assert set(images) == {released}, name


def _text(repository: Path, name: str) -> str:
    return (repository / name).read_text(encoding="utf-8")
