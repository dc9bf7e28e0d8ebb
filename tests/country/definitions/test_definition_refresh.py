"""A definition under a newer directory: same boundary, new postcodes, an entry in the record."""

from __future__ import annotations

import getpass
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from directory_cases import country, rows_of, write_directory
from refresh_cases import NEW, TERMS, later
from refresh_cases import REFRESHED as ID

from localarea.cli.app import run
from localarea.definitions.geopackage import read_definition

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_a_refresh_keeps_the_boundary_and_is_entered_in_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = country(tmp_path / "data")
    newer = write_directory(tmp_path, rows_of(small), edit=later)
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
