"""The house keeps to its plan: no way round the floors, and rooms that one can look over."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MOST_LINES = 400
# Modules that are longer, each with the reason.
LONGER = {
    "errors.py": "every error beside the others",
    "labour/travel_to_work_areas/_kernel.py": "what numba compiles together",
}
# Folders of more than sixteen modules, each with the reason.
MOST_FILES = 17
FULLER = {
    "checking": "one module for each kind of file, and what they have in common",
    "cli": "one module for each command",
    "datasets": "one reader for each table",
    "decisions": "one module for each kind of entry in the record",
    "roads": "networks, speeds and journeys lean on one another",
    "service": "what every page and route shares",
    "service/api": "one module for each set of routes, and the shapes of what they answer",
    "service/pages": "one module for each page, and what their forms send",
    "tables": "one module for each kind of table, and what they have in common",
    "reports/cabinet": "one module for each section of the report",
}
BY_NAME = {"import_module", "find_spec", "__import__"}


@pytest.fixture(scope="module")
def package(repository: Path) -> Path:
    return repository / "localarea"


def modules(package: Path) -> dict[str, Path]:
    return {p.relative_to(package).as_posix(): p for p in package.rglob("*.py")}


def test_no_module_of_ours_is_imported_by_a_name_in_a_text(package: Path) -> None:
    """The contracts of import-linter read import statements and see nothing else."""
    found = []
    for name, path in modules(package).items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if called is None:
                continue
            word = getattr(called, "attr", getattr(called, "id", ""))
            if word in BY_NAME:
                found.append(name)
    assert set(found) <= {"__init__.py"}  # the face of the package, which is above every room


def test_modules_are_short_or_say_why_not(package: Path) -> None:
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines())
        for name, path in modules(package).items()
    }
    long = {name for name, length in lengths.items() if length > MOST_LINES}
    assert long - set(LONGER) == set()
    assert set(LONGER) - long == set()  # a reason that is no longer needed goes too


def test_folders_can_be_looked_over(package: Path) -> None:
    crowded = set()
    for folder in {path.parent for path in modules(package).values()}:
        files = [p for p in folder.glob("*.py") if p.name != "__init__.py"]
        if len(files) > MOST_FILES:
            crowded.add(folder.relative_to(package).as_posix())
    assert crowded - set(FULLER) == set()


def test_every_room_says_what_it_is_for(package: Path) -> None:
    for path in package.rglob("__init__.py"):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert len(said) > 30, path
        assert "TODO" not in said, path
