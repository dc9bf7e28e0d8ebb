"""A definition under a newer directory: same boundary, new postcodes, an entry in the record."""

from __future__ import annotations

import getpass
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from directory_cases import country, rows_of, write_directory

from localarea.cli.app import run
from localarea.definitions.geopackage import read_definition

if TYPE_CHECKING:
    from pathlib import Path

ID = "colchester-measure-2026.1"
NEW, ENDED, MOVED = "CO1 8ZZ", "CO1 1JB", "CO1 1AA"
TERMS = [
    "--purpose", "measure", "--id", ID, "--by", "Pat Example", "--role", "Director",
    "--reason", "labour market", "--from", "2026-04-01", "--approved-on", "2026-03-02",
]  # fmt: skip


def _later(rows: list[dict[str, Any]]) -> None:
    """One postcode is new and local, one has ended, one has moved by 100 metres."""
    by_name = {row["postcode"]: row for row in rows}
    rows.append({**by_name[ENDED], "pcd7": "CO1 8ZZ", "postcode": NEW, "doterm": ""})
    by_name[ENDED]["doterm"] = 202601
    by_name[MOVED]["east1m"] += 100


@pytest.mark.slow
def test_a_refresh_keeps_the_boundary_and_is_entered_in_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = country(tmp_path / "data")
    newer = write_directory(tmp_path, rows_of(small), edit=_later)
    monkeypatch.setenv("LOCALAREA_DATA_DIR", str(small.root))
    monkeypatch.setenv("LOCALAREA_CACHE_DIR", str(small.cache_dir))
    monkeypatch.setenv("LOCALAREA_RENEWED_DIR", str(tmp_path / "tables"))
    monkeypatch.setenv("LOCALAREA_DEFINITIONS_DIR", str(tmp_path / "definitions"))
    monkeypatch.setenv("LOCALAREA_DATABASE_URL", f"sqlite:///{tmp_path / 'decisions.sqlite'}")

    def answer(*command: str, status: int = 0) -> Any:
        assert run([*command, "--json"]) == status
        return json.loads(capsys.readouterr().out)

    answer("publish", "ttwa-official", *TERMS, "--half-left-out", "labour market criteria")
    told = answer("data", "refresh", "postcodes", "--from", str(newer))
    (touched,) = told["verdicts"]
    assert (touched["definition"], touched["added"], touched["removed"]) == (ID, 1, 0)
    under = ("check", NEW, "--definition", ID)
    assert answer(*under)[0]["status"] == "unknown"  # as published, until it is refreshed
    done = answer("definitions", "refresh", ID, "--by", "Sam Registrar")
    assert done["added"] == {"local": 1, "not_local": 0, "unknown": 0}
    assert sum(done["terminated"].values()) == 1
    assert done["moved"] == 1
    assert done["by"] == "Sam Registrar"
    assert answer(*under)[0]["status"] == "local"
    first, second = (
        read_definition(tmp_path / "definitions" / ID / f"{month}.gpkg")
        for month in ("2025-11", "2026-02")
    )
    assert first.outline() == second.outline()
    assert first.definition.terms_sha256 == second.definition.terms_sha256
    entry = answer("audit", "list")[-1]
    assert (entry["actor"], entry["action"], entry["subject"]) == (
        "Sam Registrar", "refresh", f"definition:{ID}",
    )  # fmt: skip
    assert entry["hash"] == done["entry"]
    facts = entry["details"]
    facts = json.loads(facts) if isinstance(facts, str) else facts
    file = tmp_path / "definitions" / ID / "2026-02.gpkg"
    assert facts == {
        "directory_before": "2025-11",
        "directory_date": "2026-02",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "added": 1,
        "removed": 0,
        "terminated": 1,
        "revived": 0,
        "moved": 1,
        "changed": len(done["changed"]),
    }
    assert answer("audit", "verify")["sound"]
    assert run(["definitions", "refresh", ID]) == 2
    assert "localarea data refresh postcodes" in capsys.readouterr().err
    file.chmod(0o600)
    file.unlink()
    (fault,) = answer("audit", "verify", status=3)["faults"]
    assert fault.endswith(f"run: localarea definitions refresh {ID}")
    answer("definitions", "refresh", ID)  # by whoever is here
    assert answer("audit", "list")[-1]["actor"] == getpass.getuser()
    assert answer("audit", "verify")["sound"]
