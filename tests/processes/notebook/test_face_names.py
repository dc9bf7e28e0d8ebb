"""The names of `import localarea as la`: offered lazily, typed, documented, hiding no room."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import localarea as la

PACKAGE = Path(la.__file__).parent
NAMES = [name for name in la.__all__ if name != "__version__"]
ROOMS = {path.stem for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()} | {
    path.stem for path in PACKAGE.glob("*.py")
}


def test_there_are_about_twenty_five() -> None:
    assert 20 <= len(NAMES) <= 30
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_name_can_be_used_and_is_explained(name: str) -> None:
    found = getattr(la, name)
    assert name in dir(la)
    assert inspect.getdoc(found)


# What the rooms explain themselves, and what a method of another name gives.
WITHOUT_EXAMPLE = {"errors", "read_council"}


@pytest.mark.parametrize("name", sorted(set(NAMES) - WITHOUT_EXAMPLE))
def test_each_name_has_an_example(name: str) -> None:
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(getattr(la, name)) or "")
    assert [e for e in examples if f"la.{name}" in e.source or name[0].isupper()]


def test_no_name_hides_a_room() -> None:
    assert {"options", "measures", "checking", "errors", "notebook"} <= ROOMS
    assert set(la.__all__) & ROOMS == {"errors"}
    assert la.errors is sys.modules["localarea.errors"]


def test_using_the_names_leaves_the_rooms_where_they_are() -> None:
    import localarea.measures
    import localarea.options

    for name in NAMES:
        getattr(la, name)
    assert inspect.ismodule(localarea.options)
    assert inspect.ismodule(localarea.measures)


def test_type_checkers_are_told_the_same() -> None:
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text("utf-8")).body
    told = {
        alias.name: str(node.module)
        for node in stub
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    (listed,) = (n.value for n in stub if isinstance(n, ast.Assign))
    assert sorted(ast.literal_eval(listed)) == sorted(la.__all__)
    assert told.pop("errors") == "localarea"
    assert told == la._OFFERED  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_type_checker_knows_them(tmp_path: Path, repository: Path) -> None:
    """Here by mypy; scripts/types has pyright read the same page of a user's."""
    mypy = pytest.importorskip("mypy.api")
    asked = tmp_path / "asked.py"
    lines = [f"reveal_type(la.{name})" for name in ("check", "council", "compare", "Scenario")]
    lines += ["la.nothing", 'reveal_type(la.check("CO1 1JB").status)']
    asked.write_text("import localarea as la\n" + "\n".join(lines), encoding="utf-8")
    user = repository / "tests" / "types" / "a_user.py"
    # By the settings of scripts/check, so that what it found of the package is not found anew.
    report, _, code = mypy.run([str(asked), str(user), "--no-error-summary"])
    assert code == 1
    assert re.findall(r"error: (.*)", report) == [
        'Module has no attribute "nothing"  [attr-defined]'
    ]
    assert "Any" not in report.splitlines()[1]
    assert "Literal['local']" in report


def test_the_user_that_type_checkers_read_uses_every_name(repository: Path) -> None:
    page = (repository / "tests" / "types" / "a_user.py").read_text("utf-8")
    assert set(re.findall(r"\bla\.(\w+)", page)) >= set(la.__all__)


def test_the_package_stays_light() -> None:
    code = (
        "import sys, localarea; "
        "ours = {m for m in sys.modules if m.startswith('localarea.')}; "
        "assert ours == set(), ours"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_name_is_in_the_page(repository: Path) -> None:
    page = (repository / "docs" / "notebook.md").read_text("utf-8")
    listed = re.findall(r"^\| `la\.(\w+)", page, flags=re.MULTILINE)
    assert sorted(listed) == sorted(NAMES)


def test_the_notebooks_use_only_these_names(repository: Path) -> None:
    for path in (repository / "notebooks").glob("*.ipynb"):
        text = path.read_text("utf-8")
        assert "from localarea" not in text
        assert set(re.findall(r"\bla\.(\w+)", text)) <= set(NAMES)
