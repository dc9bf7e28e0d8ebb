"""The house keeps to its plan: no way round the floors, and rooms that one can look over."""

from __future__ import annotations

import ast
import re
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MOST_LINES = 400
# Modules that are longer, each with the reason.
LONGER = {
    "errors.py": "every error beside the others",
}
MOST_FILES = 17  # side by side in a folder, so that one can look it over
# Names of several classes, each with the reason. What pages and contracts send is not looked at.
ALIKE = {
    "Cell": "of a workbook of either format, or of a table in a report",
    "RowValues": "one for each format of workbook",
    "Styles": "one for each format of workbook",
    "SummaryLooks": "one for each format of workbook",
    "Comparison": "that of a notebook holds the one of the room",
    "Council": "that of a notebook holds the one of the room",
    "Isochrone": "that of a notebook is the one of the room, with maps",
    "Option": "that of a notebook is the one of the records, with maps",
    "Robustness": "that of a notebook is the one of the room, with maps",
    "Scenario": "that of a notebook is the one of the room, with maps",
    "ScenarioSession": "that of a notebook takes what a notebook takes",
    "Verdict": "that of a notebook is the one of the records, with a table",
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
        source = path.read_text(encoding="utf-8")
        if not any(word in source for word in BY_NAME):  # to take all apart takes seconds
            continue
        for node in ast.walk(ast.parse(source)):
            called = node.func if isinstance(node, ast.Call) else None
            if called is None:
                continue
            word = getattr(called, "attr", getattr(called, "id", ""))
            if word in BY_NAME:
                found.append(name)
    assert set(found) <= {"__init__.py"}  # the face of the package, which is above every room


def test_no_group_of_a_pattern_repeats_possessively(package: Path) -> None:
    """
    Python before 3.11.5, such as Debian's 3.11.2, finds nothing where one holds a part that does.

    No .ods had any rows there. See the fix of gh-106052 in Python's list of changes.
    """
    possessive = re.compile(r"\)[*+?]\+|\(\?>")
    for name, path in modules(package).items():
        assert possessive.search(path.read_text(encoding="utf-8")) is None, name


def test_no_day_is_taken_from_a_time_in_utc(package: Path) -> None:
    """What begins on a day does so at midnight in the United Kingdom: `british_day` knows when."""
    taken = re.compile(r"now\((?:UTC)?\)\.date\(\)")
    found = [p.name for p in package.rglob("*.py") if taken.search(p.read_text(encoding="utf-8"))]
    assert found == []


def test_modules_are_short_or_say_why_not(package: Path) -> None:
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines())
        for name, path in modules(package).items()
    }
    long = {name for name, length in lengths.items() if length > MOST_LINES}
    assert long - set(LONGER) == set()
    assert set(LONGER) - long == set()  # a reason that is no longer needed goes too


def test_a_class_name_stands_for_one_thing(package: Path) -> None:
    homes: dict[str, list[str]] = {}
    for name, path in modules(package).items():
        if not name.startswith(("service/", "contracts/", "decisions/migrations/")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    homes.setdefault(node.name, []).append(name)
    shared = {name for name, places in homes.items() if len(places) > 1}
    assert shared - set(ALIKE) == set()
    assert set(ALIKE) - shared == set()


def test_folders_can_be_looked_over(package: Path) -> None:
    crowded = set()
    for folder in {path.parent for path in modules(package).values()}:
        files = [p for p in folder.glob("*.py") if p.name != "__init__.py"]
        if len(files) > MOST_FILES:
            crowded.add(folder.relative_to(package).as_posix())
    assert crowded == set()


def test_every_room_says_what_it_is_for(package: Path) -> None:
    for path in package.rglob("__init__.py"):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert len(said) > 30, path
        assert "TODO" not in said, path


def test_a_site_that_was_built_is_no_part_of_the_house(package: Path) -> None:
    """scripts/site puts the examples of docs/ there: programs that are neither typed nor tests."""
    rules = tomllib.loads((package.parent / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    built = "localarea/service/static/docs/examples/pyspark_join.py"
    assert any(re.search(pattern, built) for pattern in rules["mypy"]["exclude"])
    ignored = [text.removeprefix("--ignore=") for text in rules["pytest"]["ini_options"]["addopts"]]
    assert any(built.startswith(f"{folder}/") for folder in ignored)


def test_workbooks_and_figures_are_saved_where_no_time_gets_in(package: Path) -> None:
    """``save`` of openpyxl and ``savefig`` of matplotlib put the clock, or chance, into a file."""
    saving = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"\bbook\.save\(|\.savefig\(", path.read_text("utf-8"))
    }
    assert saving - {"notebook/options.py"} == {"reports/print_maps/saving.py"}


def test_what_is_kept_with_an_instance_is_worked_out_by_one_thread(package: Path) -> None:
    # Since Python 3.12, threads that ask a functools.cached_property first each work it out: two
    # opened the record of a service at once, and upgraded it side by side.
    found = [
        name
        for name, path in modules(package).items()
        if name != "once.py" and "cached_property" in path.read_text(encoding="utf-8")
    ]
    assert found == []
