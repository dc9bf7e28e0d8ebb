"""The page of the licences of everything that localarea asks for, from the installed packages."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

from documenting.tables import table

LOCK = Path(__file__).resolve().parents[2] / "requirements-service.lock"
_HEAD = """# Licences of what localarea is built on

Made from the packages that `requirements-service.lock` pins: what a service with PostgreSQL
runs on, as each package states its licence. localarea itself is under the MIT licence; the
licences of the data are in the [data catalogue](data-catalogue.md). None of these packages is
copied into localarea, but for those that `NOTICE` names.

"""


def pinned(lock: Path = LOCK) -> list[tuple[str, str]]:
    """Return name and version of each package of a lock."""
    found = re.findall(
        r"^([a-z0-9._-]+)==([^ \\;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE
    )
    return sorted(set(found))  # some are there twice, for different versions of Python


def licence_of(name: str) -> str:
    """Return what an installed package states as its licence."""
    stated = metadata.metadata(name)
    expression = stated.get("License-Expression")
    if expression:
        return str(expression)
    classes = [
        each.rsplit(" :: ", 1)[1].removesuffix(" License")
        for each in stated.get_all("Classifier", [])
        if each.startswith("License :: ") and not each.endswith("OSI Approved")
    ]
    if classes:
        return ", ".join(classes)
    text = str(stated.get("License") or "").strip()
    return text if text and "\n" not in text and len(text) < 60 else "not stated"


def rows() -> list[tuple[str, str, str]]:
    """Return name, version and licence of each pinned package that is installed here."""
    found = []
    for name, version in pinned():
        try:
            found.append((name, version, licence_of(name)))
        except metadata.PackageNotFoundError:  # for another system, such as Windows
            found.append((name, version, "not installed on the system that made this page"))
    return found


def page() -> str:
    """Return the page of all licences."""
    return _HEAD + table(("package", "version", "licence"), rows())
