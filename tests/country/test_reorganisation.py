"""Councils come and go: figures by those of any day, and published answers stay as they are."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from command_cases import commanded
from definition_cases import tiny_file

from localarea.datasets.store import DataStore
from localarea.definitions.store import DefinitionStore
from localarea.geo.postcodes import postcode_of

if TYPE_CHECKING:
    from pathlib import Path

ID = "colchester-measure-2026.1"
HAVEN = """
[[authority]]
name = "Invented Haven"
council = "haven"
from = 2028-04-01
order = "an order that was invented for this test"
[authority.districts]
E07000071 = "Colchester"
E07000076 = "Tendring"
E07000200 = "Babergh"
"""


@pytest.fixture
def haven(tmp_path: Path) -> Path:
    path = tmp_path / "successors.toml"
    path.write_text(HAVEN, encoding="utf-8")
    return path


def answered(*command: str, **environment: str) -> Any:
    done = commanded(*command, "--json", **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_figures_are_given_by_the_councils_of_a_day(haven: Path) -> None:
    """Worked out from the changes by district, which do not change."""
    found = answered(
        "compare", "district", "districts-wide", "--councils-on", "2028-04-01",
        LOCALAREA_SUCCESSORS=str(haven),
    )  # fmt: skip
    by_district = pd.DataFrame(found["changes"])
    joined = by_district["district"].isin(["Colchester", "Tendring", "Babergh"])
    rows = {row["council"]: row for row in found["changes_by_council"]}
    assert set(rows) == {"Invented Haven", *by_district["district"][~joined]}
    for figure in ("zones", "jobs", "population_2021", "live_postcodes"):
        assert rows["Invented Haven"][figure] == pytest.approx(by_district[figure][joined].sum())
    (own,) = found["options"][0]["councils"]
    assert own["name"] == "Invented Haven"
    assert own["lad25cd"] == ["E07000071", "E07000076", "E07000200"]
    assert own["zones_inside"] == found["options"][0]["metrics"]["zones"]
    before = answered(
        "options", "--reserving", "--councils-on", "2028-03-31", LOCALAREA_SUCCESSORS=str(haven)
    )
    assert [c["name"] for c in before["options"][0]["councils"]] == ["Colchester"]


def test_the_tables_on_a_terminal_and_in_a_file_name_the_councils(
    haven: Path, tmp_path: Path
) -> None:
    out = tmp_path / "compared.csv"
    done = commanded(
        "compare", "district", "districts", "--councils-on", "2028-04-01", "--out", str(out),
        LOCALAREA_SUCCESSORS=str(haven),
    )  # fmt: skip
    assert "districts against district, by council:" in done.stdout
    assert "Invented Haven" in done.stdout
    frame = pd.read_csv(out)
    rows = frame[frame["table"] == "changes_by_council"]
    assert set(rows["name"]) >= {"Invented Haven", "Braintree"}


@pytest.mark.parametrize("command", [("options",), ("compare", "district", "districts")])
def test_a_day_that_is_none_or_too_early_is_refused(command: tuple[str, ...]) -> None:
    for day, words in (("2028-4-1", "must be a date"), ("2020-04-01", "known from 2025-04-01 on")):
        done = commanded(*command, "--councils-on", day)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr


def test_a_file_of_successors_is_begun_filled_in_and_listed(tmp_path: Path) -> None:
    out = tmp_path / "new.toml"
    done = commanded("successors", "new", "--of", "Essex", "--of", "Ipswich", "--out", str(out))
    assert done.returncode == 0, done.stderr
    text = out.read_text(encoding="utf-8")
    # Essex has twelve districts.
    assert len(re.findall(r"# E\d{8} = ", text)) == 13
    assert '# E07000202 = "Ipswich"' in text
    again = commanded("successors", "new", "--out", str(out))
    assert again.returncode == 2
    assert out.read_text(encoding="utf-8") == text
    assert commanded("successors", "new", "--of", "Esex", "--out", str(tmp_path / "x")).returncode
    assert answered("successors", "show", "--on", "2030-01-01", LOCALAREA_SUCCESSORS=str(out)) == []
    out.write_text(HAVEN, encoding="utf-8")
    (row,) = answered("successors", "show", "--on", "2030-01-01", LOCALAREA_SUCCESSORS=str(out))
    assert row["from"] == "2028-04-01"
    broken = tmp_path / "broken.toml"
    broken.write_text(HAVEN.replace("Tendring", "Maldon"), encoding="utf-8")
    done = commanded("successors", "show", "--on", "2030-01-01", LOCALAREA_SUCCESSORS=str(broken))
    assert (done.returncode, "E07000076 is Tendring, not Maldon" in done.stderr) == (2, True)


def renamed(small: DataStore, folder: Path) -> DataStore:
    """Give the tables with every code of a district of England and Wales replaced by another."""
    folder.mkdir()
    text = (small.root / "registry.toml").read_text(encoding="utf-8")
    for name, info in small.registry.items():
        table = small.read(name)
        columns = [c for c in ("lad25cd", "lad_cd", "county_cd") if c in table.column_names]
        if not columns:
            (folder / info.file).symlink_to(small.path(name).resolve())
            continue
        for column in columns:
            codes = table[column].cast(pa.string())
            new = pc.replace_substring_regex(codes, r"^([EW]\d\d)00", r"\199")
            at, kind = table.column_names.index(column), table.schema.field(column).type
            table = table.set_column(at, table.schema.field(column), new.cast(kind))
        path = folder / info.file
        pq.write_table(table, path, row_group_size=2_000)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        text = text.replace(info.sha256, digest)
    (folder / "registry.toml").write_text(text, encoding="utf-8")
    (folder / "councils").symlink_to((small.root / "councils").resolve())
    return DataStore(folder, folder / "cache")


@pytest.mark.slow
def test_a_published_definition_answers_as_before_when_every_code_has_changed(
    tmp_path: Path, small_tables: DataStore, haven: Path
) -> None:
    """Renaming is what reorganisation does to codes; a definition holds its own."""
    settings = {
        "LOCALAREA_DATA_DIR": str(small_tables.root),
        "LOCALAREA_CACHE_DIR": str(small_tables.cache_dir),
        "LOCALAREA_DEFINITIONS_DIR": str(tmp_path / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{tmp_path / 'decisions.sqlite'}",
    }
    terms = [
        "--purpose", "measure", "--id", ID, "--by", "Pat Example", "--role", "Director",
        "--reason", "labour market", "--from", "2026-04-01", "--approved-on", "2026-03-02",
        "--half-left-out", "labour market criteria",
    ]  # fmt: skip
    answered("publish", "ttwa-official", *terms, **settings)
    asked = [postcode_of(key) for key in small_tables.read("postcodes")["key"].to_pylist()[::40]]
    asked += ["CO1 1ZZ", "CO16", "none"]
    assert len(asked) > 100
    before = answered("check", *asked, "--on", "2028-05-01", **settings)
    assert {row["status"] for row in before} == {"local", "not_local", "unknown"}
    assert {row["definition"] for row in before} == {ID}

    other = renamed(small_tables, tmp_path / "renamed")
    codes = set(other.read("districts_lad25")["lad25cd"].to_pylist())
    assert not codes & set(small_tables.read("districts_lad25")["lad25cd"].to_pylist())
    later = settings | {
        "LOCALAREA_DATA_DIR": str(other.root),
        "LOCALAREA_CACHE_DIR": str(other.cache_dir),
    }
    assert answered("check", *asked, "--on", "2028-05-01", **later) == before
    whole = tmp_path / "postcodes.csv"
    whole.write_text("postcode\n" + "\n".join(asked), encoding="utf-8")
    files = []
    for at, environment in enumerate((settings, later)):
        out = tmp_path / f"{at}.csv"
        done = commanded(
            "check-file", str(whole), "--definition", ID, "--out", str(out), **environment
        )
        assert done.returncode == 0, done.stderr
        files.append(out.read_bytes())
    assert files[0] == files[1]
    (kept,) = answered("definitions", "verify", **later)
    assert kept["id"] == ID


@pytest.mark.slow
def test_a_successor_takes_it_over_at_the_command_line(tmp_path: Path, haven: Path) -> None:
    DefinitionStore(tmp_path / "definitions").add(tiny_file())
    settings = {
        "LOCALAREA_DEFINITIONS_DIR": str(tmp_path / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{tmp_path / 'decisions.sqlite'}",
        "LOCALAREA_SUCCESSORS": str(haven),
    }
    people = ("--by", "Lee Example", "--role", "Director", "--reason", "the council was replaced")
    done = commanded("definitions", "take-over", ID, "--authority", "Heath", *people, **settings)
    assert done.returncode == 2
    assert "states: Invented Haven" in done.stderr
    taken = answered("definitions", "take-over", ID, "--authority", "haven", *people, **settings)
    assert (taken["council"], taken["taken_from"]) == ("haven", "2028-04-01")
    (row,) = answered("definitions", **settings)
    assert (row["council"], row["taken_over_by"]) == ("colchester", "haven")
    assert answered("audit", "verify", **settings)["sound"]
