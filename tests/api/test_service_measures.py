"""Returns that are sent: figures as the library counts them, and nothing kept or told."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from service_cases import service_in

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.measures.exports import as_document
from localarea.measures.report import measure_returns
from localarea.measures.returns import read_return
from localarea.measures.rules import read_rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a service of its own."""
    with service_in(tmp_path_factory.mktemp("service")) as made:
        yield made


@pytest.fixture
def returns(repository: Path) -> list[bytes]:
    """Give the returns of the worked example in the docs."""
    page = (repository / "docs" / "measures.md").read_text(encoding="utf-8")
    return [text.encode() for text in re.findall(r"```csv\n(.*?)```", page, re.DOTALL)]


def upload(returns: list[bytes]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("file", (f"return{n}.csv", text)) for n, text in enumerate(returns)]


def test_figures_are_those_of_the_library(
    client: TestClient, returns: list[bytes], tmp_path: Path
) -> None:
    answer = client.post("/api/v1/measures", files=upload(returns))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    tables = []
    for n, text in enumerate(returns):
        (tmp_path / f"return{n}.csv").write_bytes(text)
        tables += read_return(tmp_path / f"return{n}.csv")
    state: Any = client.app.state.localarea  # type: ignore[attr-defined]
    report = measure_returns(tables, state.classifier(BoundaryChoice()), read_rule())
    expected = as_document(report, internal=False, proxies=None)
    for name in ("definition", "returns", "verdicts", "refused", "unknown"):
        assert told[name] == expected[name]
    figures = [(f["measure"], f["contract"], f["quarter"], f["figure"]) for f in told["figures"]]
    assert len(figures) == len(expected["figures"]) > 0
    for ours, theirs in zip(told["figures"], expected["figures"], strict=True):
        assert ours["withheld"] == theirs["withheld"]
        assert not (ours["withheld"] and ours["figure"] is not None)
        if ours["figure"] is not None:
            assert ours["figure"] == str(theirs["figure"])


def test_the_page_shows_figures_and_leaves_nothing(
    client: TestClient, returns: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    page = client.post("/measures", files=upload(returns))
    assert page.status_code == 200
    assert "Figures by quarter" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_used_is_told_without_a_cell(client: TestClient) -> None:
    planted = b"Jane,CO4 9ZZ\r\nJohn,CO4 9ZY\r\n"
    files = {"file": ("staff.csv", planted)}
    for answer in (
        client.post("/api/v1/measures", files=files),
        client.post("/measures", files=files),
    ):
        assert answer.status_code == 422
        assert "CO4" not in answer.text
        assert "Jane" not in answer.text
        assert "taff.csv: it lacks the columns of a return" in answer.text
        assert tempfile.gettempdir() not in answer.text
    assert client.post("/measures").status_code == 422
    assert client.post("/api/v1/measures", files={"file": ("x.exe", b"x")}).status_code == 422


def test_a_workbook_that_unpacks_to_too_much_is_refused(client: TestClient) -> None:
    blank = io.BytesIO(client.get("/measures/returns.xlsx").content)
    with zipfile.ZipFile(blank, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):  # each of a size that is taken for honest
            archive.writestr(f"xl/media/{number}.xml", b"<a>" + b" " * (30 << 20) + b"</a>")
    assert blank.getbuffer().nbytes < 1_000_000
    files = {"file": ("staff.xlsx", blank.getvalue())}
    answer = client.post("/api/v1/measures", files=files)
    assert answer.status_code == 413
    assert "staff.xlsx is larger than the 100 MB unpacked" in answer.json()["detail"]


def test_a_home_that_cannot_be_read_is_told_by_row_and_never_repeated(client: TestClient) -> None:
    text = (
        "contract,employee,home_postcode,fte,start_date,end_date\n"
        "C1,E1,COLCHESTERTOWN,1,2025-04-01,2026-03-31\nC1,E2,withheld,1,2025-04-01,2026-03-31\n"
    )
    told = client.post("/api/v1/measures", files=upload([text.encode()]))
    (line,) = told.json()["unknown"]
    assert (line["file"], line["row"], line["column"]) == ("return0.csv", 2, "home_postcode")
    page = client.post("/measures", files=upload([text.encode()])).text
    assert "return0.csv, row 2, home_postcode: this cannot be read as a postcode" in page
    assert "COLCHESTERTOWN" not in told.text + page


def test_blank_returns_can_be_fetched(client: TestClient) -> None:
    assert client.get("/measures/returns.xlsx").content[:2] == b"PK"
