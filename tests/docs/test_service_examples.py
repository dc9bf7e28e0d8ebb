"""Every request that the docs show is sent to a running service, as it stands there."""

from __future__ import annotations

import io
import re
import shlex
import time
from typing import TYPE_CHECKING, Any

import httpx
import openpyxl
import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
ADDRESS = "http://127.0.0.1:8000"


def examples(repository: Path) -> list[tuple[str, str]]:
    pages = [repository / "README.md", *sorted((repository / "docs").rglob("*.md"))]
    return [
        (page.name, line)
        for page in pages
        for line in re.findall(r"^curl .*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """The files that the examples send, by the names that they have there."""
    made = tmp_path_factory.mktemp("examples")
    book = openpyxl.Workbook()
    for row in (["Supplier", "Postcode"], ["One", "CO1 1JB"], ["Two", "IP1 1DH"], ["Three", ""]):
        book.active.append(row)
    book.save(made / "suppliers.xlsx")
    page = (repository / "docs" / "measures.md").read_text(encoding="utf-8")
    staff, spend = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)[:2]
    (made / "staff.csv").write_text(staff, encoding="utf-8")
    (made / "spend.csv").write_text(spend, encoding="utf-8")
    page = (repository / "docs" / "spend.md").read_text(encoding="utf-8")
    april, may = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    (made / "april.csv").write_text(april, encoding="utf-8")
    (made / "may.csv").write_text(may, encoding="utf-8")
    return made


def sent(line: str, address: str, folder: Path, ids: dict[str, str]) -> httpx.Response:
    """Send what a line of curl says; an option that is not known here fails the test."""
    words = shlex.split(line, comments=True)[1:]
    request: dict[str, Any] = {"method": "GET", "headers": {}, "files": []}
    rest = iter(words)
    for word in rest:
        assert word != "-OJ", "a refusal would be saved as if it were the file: -fOJ"
        if word in ("-N", "-fOJ"):
            continue
        if word == "-X":
            request["method"] = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            request["headers"][name] = value
        elif word == "-d":
            request |= {"method": "POST", "content": next(rest)}
        elif word == "-F":
            name, _, value = next(rest).partition("=")
            request["method"] = "POST"
            if value.startswith("@"):
                content = (folder / value[1:]).read_bytes()
                request["files"].append((name, (value[1:], content)))
            else:
                request.setdefault("data", {})[name] = value
        else:
            assert re.match(r"https?://", word), line
            path = re.sub(r"https?://[^/]+", "", word)
            for kind, known in ids.items():
                path = path.replace(f"/{kind}/ID", f"/{kind}/{known}")
            request["url"] = address + path
    return httpx.request(**request, timeout=120)


def until_done(status: str) -> None:
    """Wait until a file is checked."""
    for _ in range(600):
        if httpx.get(status).json()["status"] == "done":
            return
        time.sleep(0.1)
    raise AssertionError("the file was not checked within a minute")


def mend(unresolved: bytes, path: Path) -> None:
    """Type a postcode for the only row without an answer."""
    book = openpyxl.load_workbook(io.BytesIO(unresolved))
    page = book.worksheets[0]
    (typed,) = [cell for cell in page[1] if cell.value == "Postcode to use"]
    page.cell(2, typed.column, "CO1 1JB")
    book.save(path)


def test_every_request_of_the_docs_is_answered(
    repository: Path, one_server: str, folder: Path
) -> None:
    found = examples(repository)
    assert len(found) >= 10
    assert all(ADDRESS in line or "local.council.example" in line for _, line in found)
    line = f"curl -F file=@suppliers.xlsx {ADDRESS}/api/v1/files"
    file = sent(line, one_server, folder, {}).json()
    status = f"{one_server}/api/v1/files/{file['id']}"
    until_done(status)
    mend(httpx.get(f"{status}/unresolved").content, folder / "rows.xlsx")
    ids = {"files": file["id"]}
    for page, line in found:
        if "Authorization" in line:
            continue  # the next test sends it
        answer = sent(line, one_server, folder, ids)
        assert answer.status_code < 300, (page, line, answer.text[:300])
        if "respond-async" in line:
            ids["spend"] = answer.headers["location"].rpartition("/")[2]
            until_done(f"{one_server}/api/v1/spend/{ids['spend']}")
        if line.split("#")[0].strip().endswith("/ID/check"):
            until_done(status)
            mend(httpx.get(f"{status}/unresolved").content, folder / "rows.xlsx")


def test_the_request_with_a_key_is_answered_where_one_signs_in(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from datetime import UTC, datetime

    from signin_cases import oidc, signing_service

    from localarea.decisions import api_keys
    from localarea.decisions.record.roles import Actor

    (line,) = [line for _, line in examples(repository) if "Authorization" in line]
    with signing_service(tmp_path_factory.mktemp("keys"), **oidc()) as client:
        database = client.app.state.localarea.database  # type: ignore[attr-defined]
        actor, now = Actor("Mo Manager", "admin"), datetime.now(UTC)
        _, key = api_keys.make(
            database, name="docs", roles=["checker"], days=2, actor=actor, now=now
        )
        words = shlex.split(line)
        name, _, value = words[words.index("-H") + 1].partition(": ")
        assert value == "Bearer la_..."
        path = re.sub(r"https?://[^/]+", "", words[-1])
        answer = client.get(path, headers={name: value.replace("la_...", key)})
        assert answer.status_code == 200
        assert answer.json()["postcode"] == "CO1 1JB"
