"""The site of docs/ builds without a warning, rests on no other server and lacks nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from documenting import catalogue, command_line, errors_page, licences, python_api, routes

import localarea as la
from localarea import errors
from localarea.checking.workbooks.workbook import WORKBOOKS
from localarea.cli.app import app
from localarea.definitions import exports
from localarea.places.polygon_files import ENDINGS as POLYGONS
from localarea.service.files.returns import _ENDINGS as RETURNS
from localarea.service.http.errors import STATUS
from localarea.spend.reading import ENDINGS as PAYMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

METHODS = sorted((Path(__file__).parents[2] / "docs" / "methods").glob("*.md"))


class Page(HTMLParser):
    """What a browser would load or run for a page, and where it could lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.own_code: list[str] = []
        self.script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "img", "iframe", "source", "object") or (
            tag == "link" and given.get("rel") not in ("next", "prev", "canonical")
        ):
            self.loaded += [str(given[name]) for name in ("src", "href", "data") if given.get(name)]
        self.own_code += [name for name in given if name == "style" or name.startswith("on")]
        self.script = tag == "script" and given.get("type") != "application/json"
        if tag == "style":
            self.own_code.append("style")

    def handle_data(self, data: str) -> None:
        if self.script and data.strip():
            self.own_code.append(data)

    def handle_endtag(self, tag: str) -> None:
        self.script = False


@pytest.fixture(scope="module")
def site(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, in which a warning is a failure."""
    if find_spec("mkdocs") is None:
        pytest.skip("MkDocs is not in this environment: run scripts/site install")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    done = subprocess.run(
        [*command, "--site-dir", str(folder)],
        cwd=repository,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_the_site_builds_and_every_page_keeps_the_content_security_policy(
    site: Path, repository: Path
) -> None:
    pages = sorted(site.rglob("*.html"))
    sources = {p.relative_to(repository / "docs") for p in (repository / "docs").rglob("*.md")}
    built = {page.relative_to(site) for page in pages}
    assert {source.with_suffix(".html") for source in sources} <= built
    for page in pages:
        read = Page(page.read_text(encoding="utf-8"))
        assert len(read.loaded) > 3, page
        assert read.own_code == [], page
        for address in read.loaded:
            assert "://" not in address, (page, address)
            assert (page.parent / address.split("?")[0]).exists(), (page, address)
    sheets = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert len(sheets) >= 3
    assert [
        found for text in sheets for found in re.findall(r"url\(['\"]?(?:https?:)?//", text)
    ] == []


@pytest.mark.slow
def test_pages_from_the_code_and_from_the_top_folder_are_in_the_site(site: Path) -> None:
    def text_of(name: str) -> str:
        return (site / name).read_text(encoding="utf-8")

    assert all(f'id="{anchor}"' in text_of("reference/python.html") for anchor in anchors())
    assert "contracts accept" in text_of("reference/command-line.html")
    assert "/api/v1/files/{file}/preview" in text_of("reference/api-parameters.html")
    assert "DefinitionDamagedError" in text_of("reference/errors.html")
    assert 'id="flows_2011"' in text_of("reference/data-catalogue.html")
    assert "27 November 2026" in text_of("changelog.html")
    search = text_of("search/search_index.json")
    assert "mend" in search
    assert 'href="contributing.html"' in text_of("architecture.html")


def anchors() -> list[str]:
    given = [getattr(la, name) for name in python_api.names()]
    return [f"{thing.__module__}.{thing.__qualname__}" for thing in given]


def commands_within(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", {})
    if not inner or (name and command.invoke_without_command):
        yield name, command
    for word, each in inner.items():
        yield from commands_within(each, f"{name} {word}".strip())


def test_every_command_and_every_option_is_on_its_page() -> None:
    sections = {
        part.split("`")[1]: part
        for part in re.split(r"^## ", command_line.page(), flags=re.MULTILINE)[1:]
    }
    found = dict(commands_within(typer.main.get_command(app)))
    assert list(sections) == list(found)
    assert len(found) > 50
    for name, command in found.items():
        for parameter in command.params:
            for option in parameter.opts if parameter.param_type_name == "option" else ():
                assert f"`{option}`" in sections[name], (name, option)


def test_every_parameter_of_every_route_is_on_its_page() -> None:
    page, document = routes.page(), routes.described()
    sections = {
        part.split("`")[1]: part for part in re.split(r"^### ", page, flags=re.MULTILINE)[1:]
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            section = sections.pop(f"{method.upper()} {path}")
            for parameter in operation.get("parameters", []):
                assert f"`{parameter['name']}`" in section, (method, path)
    assert sections == {}


def test_every_error_is_on_its_page_with_its_numbers() -> None:
    page = errors_page.page()
    known = [
        name
        for name, each in vars(errors).items()
        if isinstance(each, type) and issubclass(each, errors.LocalareaError)
    ]
    assert len(known) > 40
    assert [name for name in known if f"| `{name}`" not in page] == []
    # RFC 9110: 404 is not found, 503 not available. Exit status 3 is for data that are damaged.
    assert re.search(r"^\| `PlaceNotFoundError`<br>[^|]+\| 404 \| 2 \|", page, re.MULTILINE)
    assert re.search(r"^\| `ChecksumError`<br>[^|]+\| 503 \| 3 \|", page, re.MULTILINE)
    assert len(STATUS) > 10


def test_every_table_of_the_registry_is_in_the_catalogue(repository: Path) -> None:
    registry = repository / "data" / "registry.toml"
    page = catalogue.page(registry)
    text = registry.read_text(encoding="utf-8")
    for fact in re.findall(r'^(?:title|source|sha256) = "(.*)"', text, re.MULTILINE):
        assert fact.replace("|", "\\|") in page


def test_every_package_of_the_service_states_a_licence() -> None:
    rows = licences.rows()
    assert len(rows) > 60
    assert [name for name, _, licence in rows if licence == "not stated"] == []


def test_every_ending_is_on_the_page_of_file_formats(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "file-formats.md").read_text(encoding="utf-8")
    read = {*WORKBOOKS, *POLYGONS, *RETURNS, *PAYMENTS, ".parquet"}
    written = set(exports._FORMS)
    assert len(read | written) > 12
    assert {ending for ending in read | written if f"`{ending}`" not in page} == set()
    checked = page.split("## Files that are checked")[1].split("##")[0]
    assert {
        e for e in (*WORKBOOKS, ".csv", ".tsv", ".tab", ".txt") if f"`{e}`" not in checked
    } == set()


@pytest.mark.parametrize("path", METHODS, ids=lambda path: path.stem)
def test_each_method_says_what_it_is_and_what_it_cannot_tell(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.stem == "index":
        assert all(f"({other.name})" in text for other in METHODS if other != path)
        return
    for word in ("Definition", "Assumption", "Source", "Limits", "Validation"):
        assert re.search(rf"^\| \*\*{word}\*\* \| \S.{{20,}}\|$", text, re.MULTILINE), word


def test_every_option_in_a_command_of_the_docs_exists(repository: Path) -> None:
    """What is shown can be typed: the command is there, and takes each option that is shown."""
    known = dict(commands_within(typer.main.get_command(app)))
    wrong, seen = [], set()
    for page in [repository / "README.md", *sorted((repository / "docs").rglob("*.md"))]:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
        shown = [line for line in lines if line.startswith("localarea ")]
        shown += re.findall(r"`(localarea [^`]+)`", text)
        for line in shown:
            words = re.split(r"  #| # |\|", line)[0].split()[1:]
            name = next((n for k in (2, 1) if (n := " ".join(words[:k])) in known), None)
            options = [re.match(r"\[?(--[a-z-]+)", word) for word in words]
            named = [found[1] for found in options if found]
            if name is None:
                if named != ["--version"] and words[:1] not in (
                    ["COMMAND"],
                    ["data"],
                    ["contracts"],
                ):
                    wrong.append(f"{page.name}: {line}")
                continue
            seen.add(name)
            taken = {o for p in known[name].params for o in (*p.opts, *p.secondary_opts)}
            wrong += [f"{page.name}: {line}: {o}" for o in named if o not in {*taken, "--help"}]
    assert wrong == []
    assert len(seen) > 45
