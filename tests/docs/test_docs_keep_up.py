"""Hold the documents to the code: commands, settings, links, and what must never be committed."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import typer
from documenting.pages import FROM_TOP, MADE

from localarea.service.app import PAGE_ROUTERS, create_app
from localarea.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def documents(repository: Path) -> list[Path]:
    return sorted([*repository.glob("*.md"), *repository.glob("docs/**/*.md")])


def command_names() -> list[str]:
    from localarea.cli.app import app

    root = typer.main.get_command(app)
    names: list[str] = []
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        names += [f"{name} {sub}" for sub in inner] if inner else [name]
    return names


def test_every_command_is_documented(repository: Path) -> None:
    text = "\n".join(d.read_text(encoding="utf-8") for d in documents(repository))
    names = command_names()
    assert len(names) > 5
    assert [n for n in names if f"localarea {n}" not in text] == []


def test_every_option_of_a_command_stands_in_a_page_for_people(repository: Path) -> None:
    """Beside the page made from the code, which does not say when one needs it."""
    from localarea.cli.app import app

    pages = [page for page in documents(repository) if page.name != "CHANGELOG.md"]
    written = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    told = set(re.findall(r"--[a-z][a-z-]*", written))
    options = set()

    def walk(command: Any) -> None:
        for further in getattr(command, "commands", {}).values():
            walk(further)
        for option in command.params:
            options.update(name for name in option.opts if name.startswith("--"))

    walk(typer.main.get_command(app))
    assert options - told - {"--help"} == set()


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str, repository: Path) -> None:
    page = (repository / "docs" / "settings.md").read_text(encoding="utf-8")
    assert f"LOCALAREA_{name.upper()}" in page


ROUTE = re.compile(r"^\| `([A-Z]+ /[^` ]*)` \|", re.MULTILINE)


def routes_in(page: Path) -> list[str]:
    """Give the routes that the tables of a document name, as ``GET /health``."""
    return ROUTE.findall(page.read_text(encoding="utf-8"))


def test_every_route_of_the_api_is_documented_once(repository: Path, tmp_path: Path) -> None:
    paths = create_app(Settings(definitions_dir=tmp_path)).openapi()["paths"]
    routes = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    assert len(routes) > 30
    assert sorted(routes_in(repository / "docs" / "service-api.md")) == sorted(routes)


def test_every_address_of_a_page_is_documented_once(repository: Path) -> None:
    routes = [
        f"{method} {route.path}"  # type: ignore[attr-defined]
        for router in PAGE_ROUTERS
        for route in router.routes
        for method in route.methods - {"HEAD"}  # type: ignore[attr-defined]
    ]
    assert len(routes) > 40
    assert sorted(routes_in(repository / "docs" / "service.md")) == sorted(routes)


def test_links_between_documents_lead_somewhere(repository: Path) -> None:
    made = {repository / "docs" / name for name in (*MADE, *FROM_TOP.values())}  # of the site
    broken = [
        f"{page.relative_to(repository)}: {target}"
        for page in documents(repository)
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:")
        if not (page.parent / target).exists()
        if (page.parent / target).resolve() not in made
    ]
    assert broken == []


def test_every_row_of_a_table_stands_below_a_header(repository: Path) -> None:
    """A blank line within a table ends it: what follows would be shown as text with bars."""
    lost = []
    for page in documents(repository):
        outside = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
        for table in re.findall(r"(?:^\|.*\n?)+", outside, flags=re.M):
            first, *rest = table.splitlines()
            if not rest or not re.fullmatch(r"[|:\s-]+", rest[0]):
                lost.append(f"{page.relative_to(repository)}: {first[:60]}")
    assert lost == []


def test_a_postcode_in_a_command_stands_in_quotation_marks(repository: Path) -> None:
    half = re.compile(
        r"localarea (?:check|why) (?:[^`\n]*? )?[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}\b(?!\")"
    )
    found = {
        str(page.relative_to(repository)): half.findall(page.read_text(encoding="utf-8"))
        for page in documents(repository)
        if page.name != "CHANGELOG.md"  # which says what became of one without them
    }
    assert {page: lines for page, lines in found.items() if lines} == {}


def test_where_the_formats_of_a_file_are_listed_none_is_left_out(repository: Path) -> None:
    short = re.compile(r"CSV, TSV, XLSX, ODS (?:or|and) ")  # XLS and XLSB are read wherever ODS is
    found = [
        str(path.relative_to(repository))
        for folder, kind in (("localarea", "*.py"), ("docs", "*.md"))
        for path in (repository / folder).rglob(kind)
        if short.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def tracked_text(repository: Path, pattern: str) -> list[str]:
    command = ["git", "grep", "-lIE", pattern, "--", ".", ":!tests/docs/test_docs_keep_up.py"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        pytest.skip("not a git checkout")
    return done.stdout.split()


def test_no_lock_or_file_names_a_download_address(repository: Path) -> None:
    pattern = r"https?://[^ \"]*/(simple/|packages/[0-9a-f]{2}/[0-9a-f]{2}/|-/[^ \"]*\.tgz)"
    assert tracked_text(repository, pattern) == []
    for lock in repository.glob("requirements*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8")


def test_no_path_of_a_machine_is_committed(repository: Path) -> None:
    parent = re.escape(str(repository.parent))
    assert len(parent) < 4 or tracked_text(repository, f"{parent}/(main|shared|scratch)") == []


def test_data_stays_under_forty_megabytes_and_its_page_says_how_much(repository: Path) -> None:
    sizes = [p.stat().st_size for p in (repository / "data").rglob("*") if p.is_file()]
    assert sizes
    assert sum(sizes) < 40_000_000
    page = (repository / "docs" / "data.md").read_text(encoding="utf-8")
    assert f"Together they take {sum(sizes) / 1e6:.0f} MB." in page


def test_every_test_that_the_page_of_security_names_is_there(repository: Path) -> None:
    page = (repository / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    written = "\n".join(
        path.read_text(encoding="utf-8") for path in (repository / "tests").rglob("test_*.py")
    )
    assert len(named) > 40
    assert {name for name in named if f"def {name}(" not in written} == set()
