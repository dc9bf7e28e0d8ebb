"""
The version of localarea: of the wheel, or of the checkout that it runs from.

A wheel and a source distribution carry theirs. A checkout has that of its tag, and between tags
one that says so: three commits after ``v0.2.0`` it is 0.2.1.dev3. The build runs this file by
itself (`tool.hatch.version` in pyproject.toml), so it imports nothing of ours.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

CARRIED = "VERSION"  # written into wheels by scripts/hatch_build.py
_PACKAGE = Path(__file__).resolve().parent
_TAG = re.compile(r"v(\d+\.\d+\.\d+)-(\d+)-g([0-9a-f]+)")
_DATED = re.compile(r"^## (\d+\.\d+\.\d+) \(", re.MULTILINE)
_LONGEST_S = 10


def version(package: Path = _PACKAGE) -> str:
    """Return the version of the package in a folder, as PEP 440 writes it."""
    carried = package / CARRIED
    if carried.is_file():
        return carried.read_text(encoding="utf-8").strip()
    root = package.parent
    return _of_source(root) or _of_tags(root) or _of_changelog(root)


def newest_release(root: Path) -> str:
    """Return the newest version that CHANGELOG.md gives a day."""
    found = _DATED.search(_changelog(root))
    return found[1] if found else "0.0.0"


def _of_source(root: Path) -> str | None:
    """Return what an unpacked source distribution says of itself."""
    about = root / "PKG-INFO"
    if not about.is_file():
        return None
    said = dict(re.findall(r"^(Name|Version): (\S+)$", about.read_text(encoding="utf-8"), re.M))
    return said.get("Version") if said.get("Name") == "localarea" else None


def _of_tags(root: Path) -> str | None:
    described = _git(root, "describe", "--tags", "--long", "--abbrev=12", "--match", "v[0-9]*")
    found = _TAG.fullmatch(described or "")
    if found is None:
        return None
    released, commits, commit = found.groups()
    return released if commits == "0" else f"{_after(released)}.dev{commits}+g{commit}"


def _of_changelog(root: Path) -> str:
    """Return the version where there are no tags: a copy, a shallow clone, a container's build."""
    commit = _git(root, "rev-parse", "--short=12", "HEAD")
    local = f"+g{commit}" if commit else ""
    released = newest_release(root)
    first = re.search(r"^## (.+)$", _changelog(root), re.MULTILINE)
    if first is not None and first[1].startswith(f"{released} ("):  # nothing came after it
        return released + local
    return f"{_after(released)}.dev0{local}"


def _changelog(root: Path) -> str:
    path = root / "CHANGELOG.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _after(released: str) -> str:
    *most, last = released.split(".")
    return ".".join([*most, str(int(last) + 1)])


def _git(root: Path, *words: str) -> str | None:
    """Return what git says of a checkout; none where there is no git, or not this checkout."""
    if not (root / ".git").exists():
        return None
    # A hook of git sets variables that name another checkout.
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    try:
        done = subprocess.run(  # noqa: S603 -- no word of it comes from a user
            ["git", "-C", str(root), *words],  # noqa: S607
            capture_output=True,
            text=True,
            env=environment,
            timeout=_LONGEST_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


if __name__ == "__main__":
    print(version())
