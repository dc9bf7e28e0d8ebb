"""The tutorials are walked through as they stand, and what they promise comes out."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from command_cases import commanded
from service_cases import set_to

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.slow
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
# Runs until it is ended: tests/api starts it, and tests/browser opens its pages.
ENDLESS = {"localarea serve"}


def blocks(repository: Path, name: str) -> list[tuple[str, str]]:
    """Give language and text of each block of a tutorial."""
    text = (repository / "docs" / "tutorials" / f"{name}.md").read_text(encoding="utf-8")
    found = FENCE.findall(text)
    assert len(found) > 4
    return found


def commands(block: str) -> list[str]:
    lines = block.replace("\\\n", " ").splitlines()
    assert all(line.startswith("localarea ") for line in lines)
    return [line for line in lines if line not in ENDLESS]


def own(folder: Path) -> dict[str, str]:
    return {
        "LOCALAREA_DEFINITIONS_DIR": str(folder / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{folder / 'record.sqlite'}",
    }


def walk(line: str, folder: Path, settings: dict[str, str]) -> str:
    done = commanded(*shlex.split(line)[1:], folder=folder, **settings)
    assert done.returncode == 0, (line, done.stderr)
    return re.sub(r"\s+", " ", done.stdout + done.stderr)


def test_an_assistant_director_comes_to_a_definition(
    repository: Path, tmp_path: Path, small_tables: DataStore
) -> None:
    settings = {**set_to(small_tables), **own(tmp_path)}
    said = {}
    for _, block in blocks(repository, "assistant-director"):
        for line in commands(block):
            words = shlex.split(line)
            if words[1] == "publish":  # to leave out half of the mandate takes a reason
                short = words[1 : words.index("--half-left-out")]
                refused = commanded(*short, folder=tmp_path, **settings)
                assert refused.returncode == 2
            said[words[1]] = walk(line, tmp_path, settings)
    assert "1,315 people (2.0% of Ipswich's working residents)" in said["place"]
    assert "51.8% of the local ones instead of 79.5%" in said["place"]
    facts = re.split(r" - ", said["place"].partition("For taking it in:")[2])[1:]
    facts = [fact for fact in facts if "share of the local ones goes" not in fact]  # by industry
    assert len(facts) > 8
    assert [fact for fact in facts if "Source: " not in fact] == []  # "each with its source"
    assert "+7,985" in said["scenario"]  # some 8,000 residents at work
    assert re.search(r"All \d+ options pass the official test", said["options"])
    # The small tables lack Sudbury's postcodes; any other is answered under the definition too.
    asked = walk("localarea check 'IP1 1DH' --on 2027-04-01", tmp_path, settings)
    assert "not local" in asked
    assert "colchester-measure-2027.1" in asked
    assert "The record is sound" in said["audit"]
    assert {"comparison.xlsx", "report.html"} <= {path.name for path in tmp_path.iterdir()}


def test_procurement_checks_mends_and_proves(repository: Path, tmp_path: Path) -> None:
    said = {}
    for language, block in blocks(repository, "procurement"):
        if language == "csv":
            (tmp_path / "suppliers.csv").write_text(block, encoding="utf-8")
            continue
        for line in commands(block):
            verb = line.split()[1]
            if verb == "mend":
                book = openpyxl.load_workbook(tmp_path / "rows.xlsx")
                sheet = book.worksheets[0]
                (typed,) = [cell for cell in sheet[1] if cell.value == "Postcode to use"]
                sheet.cell(2, typed.column, "CO1 1JB")
                book.save(tmp_path / "rows.xlsx")
            said[verb] = walk(line, tmp_path, own(tmp_path))
    assert "CO10 2AA: not local" in said["check"]
    counted = re.findall(r"(local|not local|unknown): (\d)", said["check-file"])
    assert counted == [("local", "1"), ("not local", "2"), ("unknown", "2")]
    assert said["receipt"].startswith("Untouched")
    before = (tmp_path / "checked.csv").read_text(encoding="utf-8").splitlines()
    after = (tmp_path / "mended.csv").read_text(encoding="utf-8").splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0].startswith("Unknown Ltd,XX99 9XX,90,")
    spoilt = (tmp_path / "checked.csv").read_text(encoding="utf-8").replace("800", "8000")
    (tmp_path / "checked.csv").write_text(spoilt, encoding="utf-8")
    told = commanded("receipt", "checked.csv", folder=tmp_path, **own(tmp_path))
    assert told.returncode == 1
    assert re.search(r"\brow 3\b", told.stdout)


def test_an_analyst_types_along(repository: Path, tmp_path: Path) -> None:
    known: dict[str, Any] = {}
    for language, block in blocks(repository, "analyst"):
        assert language == "python"
        exec(compile(block, "analyst.md", "exec"), known)  # noqa: S102 -- it is our own page
    la, official, both = known["la"], known["official"], known["both"]
    assert len(official.to_gdf(by="zone")) == 25
    assert round(official.figures()["supply_side"], 2) == 0.72
    shares = [f"{share:.1%}" for share in both.figures["demand_side"]]
    assert shares == ["76.5%", "72.4%"]
    flows = la.flows(known["flows"])
    found = la.self_containment(flows, {"north": ["a", "b"], "south": ["c"]})
    assert found.loc["north", "employed_residents"] == 140  # 60 + 20 + 50 + 10
    assert found.loc["north", "supply_side"] == 1
