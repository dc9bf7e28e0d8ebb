"""Only the command line speaks of its options: pages and the API have none of them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from localarea.cli.app import run

if TYPE_CHECKING:
    from pathlib import Path

OPTION = re.compile(r"(?<![\w-])--[a-z]")


def texts_of(path: Path) -> list[str]:
    """Literals that are no docstrings."""
    source = path.read_text(encoding="utf-8")
    if not OPTION.search(source):  # to take every module apart takes seconds
        return []
    tree = ast.parse(source)
    plain = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in plain
    ]


def test_no_message_outside_the_command_line_names_an_option(repository: Path) -> None:
    package = repository / "localarea"
    found = [
        f"{path.relative_to(repository)}: {text}"
        for path in package.rglob("*.py")
        # The command `data update` alone reads one, no page fetches files; git the other.
        if "cli" not in path.parts and path.name not in {"update.py", "version.py"}
        for text in texts_of(path)
        if OPTION.search(text)
    ]
    found += [
        f"{path.name}: {line}"
        for path in (package / "service" / "templates").glob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "<code>localarea " not in line  # a command in full, for whoever runs the service
        and re.search(r"(?<![\w<!-])--[a-z]+(?![\w-]*--)", re.sub(r"[\w]--[\w-]+", "", line))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["check", "CO1 1JB", "--on", "tomorrow"], "--on"),
        (["check", "CO1 1JB", "--option", "district", "--definition", "x"], "--option"),
    ],
)
def test_the_command_line_adds_its_option_to_the_sentence(
    arguments: list[str], option: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    said = capfd.readouterr().err.strip()
    assert said.endswith(f"({option})")
