"""The bill of materials: as its standard has it, whole, and the same each time."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import sbom
from documenting import licences

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_valid_whole_and_the_same_each_time(repository: Path) -> None:
    validation = pytest.importorskip("cyclonedx.validation.json")  # comes with pip-audit
    schema = pytest.importorskip("cyclonedx.schema")
    text = json.dumps(sbom.bill())
    assert validation.JsonStrictValidator(schema.SchemaVersion.V1_6).validate_str(text) is None
    assert json.dumps(sbom.bill()) == text
    components = json.loads(text)["components"]
    names = {each["name"]: each for each in components}
    lock = (repository / "requirements-service.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^(\S+)==(\S+)", lock, re.MULTILINE)
    assert len(pinned) > 60
    listed = {(each["name"], each["version"]) for each in components if "purl" in each}
    assert listed >= set(pinned)
    assert {name for name, _ in listed - set(pinned)} >= {"dask", "distributed"}
    registry = (repository / "data" / "registry.toml").read_text(encoding="utf-8")
    sealed = dict(
        re.findall(r'^\[tables\.(\w+)\].*?^sha256 = "(\w+)"', registry, re.DOTALL | re.MULTILINE)
    )
    assert len(sealed) > 20
    assert {n: names[n]["hashes"][0]["content"] for n in sealed} == sealed


def test_every_licence_is_known_and_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {name: licence for name, _, licence in licences.rows()}
    assert found["numpy"].startswith("BSD-3-Clause")
    assert found["psycopg"] == "LGPL-3.0-only"
    assert "dask" in found
    assert licences.faults() == []
    stated = {"numpy": "GPL-3.0-only", "scipy": "MIT AND AGPL-3.0-only", "pandas": "not stated"}
    of = licences.licence_of
    monkeypatch.setattr(licences, "licence_of", lambda name: stated.get(name) or of(name))
    assert {fault.split()[0] for fault in licences.faults()} == set(stated)
