"""The page of the licences of everything that localarea asks for, from the installed packages."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from typing import Final

from documenting.tables import table

LOCK = Path(__file__).resolve().parents[2] / "requirements-service.lock"
_HEAD = """# Licences of what localarea is built on

Made from the packages that `requirements-service.lock` pins (what a service with PostgreSQL and
all extras but `cluster` runs on) and those that `cluster` brings, as each package states its
licence. A test refuses a licence that is unknown or not among those that may be used. localarea
itself is under the MIT licence; the licences of the data are in the
[data catalogue](data-catalogue.md). None of these packages is copied into localarea, but for those
that `NOTICE` names.

"""


# Licences under which a package may be used, unchanged, beside ours: no copyleft that reaches
# further than the package itself.
PERMITTED: Final = frozenset(
    [
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "0BSD",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "CC0-1.0",
        "Apache-2.0",
        "PSF-2.0",
        "MPL-2.0",
        "LGPL-3.0-only",
    ]
)
_SPELT: Final = {
    "Apache Software": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation": "PSF-2.0",
}
# What a package's own files say, where its metadata do not name a licence.
_READ: Final = {"xstatic-leaflet": "BSD-2-Clause"}  # "(same as Leaflet)"
ELSEWHERE: Final = "not installed on the system that made this page"


def pinned(lock: Path = LOCK) -> list[tuple[str, str]]:
    """Return name and version of each package of a lock."""
    found = re.findall(
        r"^([a-z0-9._-]+)==([^ \\;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE
    )
    return sorted(set(found))  # some are there twice, for different versions of Python


def licence_of(name: str) -> str:
    """Return what an installed package states as its licence."""
    if name in _READ:
        return _READ[name]
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
    for name, version in sorted({*pinned(), *_of_cluster()}):
        try:
            found.append((name, version, licence_of(name)))
        except metadata.PackageNotFoundError:  # for another system, such as Windows
            found.append((name, version, ELSEWHERE))
    return found


def _of_cluster() -> list[tuple[str, str]]:
    """Return what the extra ``cluster`` brings, which need not be here: the lock says what asks."""
    lock = LOCK.with_name("requirements.lock")
    asked = dict[str, set[str]]()  # by whom: the lock notes "# via dask" beneath each package
    for name, notes in re.findall(
        r"^([a-z0-9._-]+)==\S.*\n((?:[ ]+\S.*\n)+)", lock.read_text(encoding="utf-8"), re.MULTILINE
    ):
        for via in re.findall(r"^ +#(?: via)? +([a-z0-9._-]+)$", notes, re.MULTILINE):
            asked.setdefault(via, set()).add(name)
    todo, found = ["dask", "distributed"], set[str]()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += asked.get(name, ())
    versions = dict(pinned(lock))
    return [(name, versions[name]) for name in found if name in versions]


def faults() -> list[str]:
    """Return what stands against a package, one sentence each: no licence, or one not permitted."""
    wrong = []
    for name, version, licence in rows():
        parts = re.split(r", | AND | OR ", _SPELT.get(licence, licence))
        words = {_SPELT.get(part, part).strip("()").split(" WITH ")[0] for part in parts}
        if licence != ELSEWHERE and not words <= PERMITTED:
            wrong.append(f"{name} {version}: the licence {licence!r} is not one that may be used")
    return wrong


def page() -> str:
    """Return the page of all licences."""
    return _HEAD + table(("package", "version", "licence"), rows())
